"""The house stays as it is drawn: folders, import rule, public names, what is imported when, sizes of modules."""

import ast
import fnmatch
import io
import re
import statistics
import subprocess
import sys
import tokenize
from pathlib import Path

import pytest
from importlinter.cli import lint_imports

import simulator

ROOT = Path(__file__).parent.parent
MODULES = sorted((ROOT / "simulator").rglob("*.py"))
PUBLIC_NAMES = Path(__file__).parent / "golden" / "public_names.txt"
TOP_LEVEL = {
    "pyproject.toml",
    "README.md",
    "simulator",
    "traces",
    "tests",
    "LICENSE",
    "CHANGELOG.md",
    "CONTRIBUTING.md",
    "uv.lock",
}
LATE = {"boto3", "botocore", "hypothesis", "jinja2", "lark", "moto"}
SILENT = {tokenize.COMMENT, tokenize.NL, tokenize.NEWLINE, tokenize.INDENT, tokenize.DEDENT, tokenize.ENDMARKER}


def imported(*arguments: str) -> set[str]:
    """The top-level names of all that a new Python imports to run this."""
    command = [sys.executable, "-X", "importtime", *arguments]
    run = subprocess.run(command, cwd=ROOT, check=True, capture_output=True, text=True)
    return set(re.findall(r"^import time:[^|]*\|[^|]*\| *(\w+)", run.stderr, re.MULTILINE))


def code_lines(text: str) -> set[int]:
    """The numbers of the lines that hold code: no blank lines, comments or docstrings."""
    lines = {
        line
        for token in tokenize.generate_tokens(io.StringIO(text).readline)
        if token.type not in SILENT
        for line in range(token.start[0], token.end[0] + 1)
    }
    for node in ast.walk(ast.parse(text)):
        if isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant) and isinstance(node.value.value, str):
            lines -= set(range(node.lineno, (node.end_lineno or node.lineno) + 1))
    return lines


def function_sizes(path: Path) -> dict[str, int]:
    """The code lines of every function of a module, those of functions inside included."""
    text = path.read_text("utf-8")
    lines = code_lines(text)
    return {
        f"{path.relative_to(ROOT)}:{node.lineno} {node.name}": len(
            lines & set(range(node.lineno, (node.end_lineno or node.lineno) + 1))
        )
        for node in ast.walk(ast.parse(text))
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)
    }


def test_the_import_rule_holds(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    """No room imports a higher one or its neighbour, nothing goes in circles, each vendor has one home."""
    monkeypatch.chdir(ROOT)
    status = lint_imports(config_filename="pyproject.toml", no_cache=True, no_logo=True)
    assert status == 0, capsys.readouterr().out


def test_the_top_level_holds_what_the_house_has() -> None:
    """Beside hidden files and what version control ignores, only the listed names stand at the top."""
    ignored = [line.rstrip("/") for line in (ROOT / ".gitignore").read_text("utf-8").splitlines()]
    names = {
        path.name
        for path in ROOT.iterdir()
        if not path.name.startswith(".") and not any(fnmatch.fnmatch(path.name, pattern) for pattern in ignored)
    }
    assert names <= TOP_LEVEL
    assert names >= TOP_LEVEL - {"uv.lock"}


def test_the_public_names_are_these() -> None:
    """A name is added to or taken from the public ones on purpose, and each can be had."""
    assert sorted(simulator.__all__) == PUBLIC_NAMES.read_text("utf-8").split()
    assert [name for name in simulator.__all__ if not callable(getattr(simulator, name))] == []


def test_importing_us_costs_next_to_nothing() -> None:
    """`import simulator` brings no library at all."""
    assert imported("-c", "import simulator").isdisjoint(LATE | {"click", "rich", "msgspec"})


def test_help_waits_for_the_terminal_libraries_only() -> None:
    """`simulator --help` imports nothing that it does not show."""
    names = imported("-c", "from simulator.cli import main; main()", "--help")
    assert "click" in names
    assert names.isdisjoint(LATE)


def test_modules_stay_small() -> None:
    """No module has more than 350 lines of code, half of them have fewer than 80."""
    sizes = {path.relative_to(ROOT): len(code_lines(path.read_text("utf-8"))) for path in MODULES}
    assert {path: size for path, size in sizes.items() if size > 350} == {}
    assert statistics.median(size for path, size in sizes.items() if path.name != "__init__.py") < 80


def test_functions_stay_small() -> None:
    """No function has more than 70 lines of code, half of them have fewer than 8."""
    sizes = {name: size for path in MODULES for name, size in function_sizes(path).items()}
    assert {name: size for name, size in sizes.items() if size > 70} == {}
    assert statistics.median(sizes.values()) < 8


@pytest.mark.parametrize("path", MODULES, ids=lambda path: str(path.relative_to(ROOT)))
def test_modules_tell_what_they_are(path: Path) -> None:
    """Every module opens with a docstring, and the `__init__.py` of an inner room holds little else."""
    text = path.read_text("utf-8")
    assert ast.get_docstring(ast.parse(text))
    if path.name == "__init__.py" and path.parent.parent.name == "simulator" and path.parent.name != "cli":
        assert code_lines(text) == set()


def test_no_module_is_named_after_a_kind_of_code() -> None:
    """A module has the name of what lives in it."""
    empty_words = {"utils", "util", "helpers", "helper", "common", "core", "base", "misc"}
    assert [path for path in MODULES if path.stem in empty_words or path.parent.name in empty_words] == []
