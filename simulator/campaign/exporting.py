"""Saved failures as tests: a Python file for pytest that needs no other.

Lives here: the text of that file. Must not live here: running it (pytest does), what was saved (`saving`).

Laws: the same failures give the same text. It names no folder, and is written as ruff formats it. Each test fails until
its failure is fixed, as `replay` does.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from pathlib import Path

from simulator.campaign.content import sized
from simulator.campaign.loading import SHIPPED, Systems
from simulator.campaign.saving import require_saved
from simulator.campaign.scenario import Scenario, load

TITLE = '"""Failures that `simulator explore` found; each test passes when its failure is fixed."""'

_HEAD = """
from pathlib import Path

from simulator import replay
{imports}

def problems(folder: Path, files: dict[str, str | bytes]) -> tuple[str, ...]:
    \"\"\"Write the files of a failure, run its scenario again, and say what is still wrong.\"\"\"
    for name, content in files.items():
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_bytes(content.encode() if isinstance(content, str) else content)
    return replay({arguments}).problems
"""

_TEST = """

def test_{name}(tmp_path: Path) -> None:
    {docstring}
    files: dict[str, str | bytes] = {{
{files}
    }}
    assert problems(tmp_path, files) == ()
"""

# The longest content that stands in the file byte by byte.
_SHORT = 1_000


def exported(paths: Sequence[Path], systems: Systems = SHIPPED, s3: str | None = None) -> str:
    """Give the text of a test for each failure that is saved at `paths` (its scenario).

    s3: where the tests run, `moto` or `memory`; else on the service that is configured.
    Raises `SimulatorError`: a path is no saved failure, or its scenario cannot be read.
    """
    tests: dict[str, str] = {}
    named = trusted = False
    for path in map(require_saved, paths):
        scenario = load(path, systems)
        files = _files(path, scenario)
        named = named or any(isinstance(content, bytes) and len(content) > _SHORT for content in files.values())
        trusted = trusted or scenario.system is not systems.default
        name = _unused("".join(letter if letter.isalnum() else "_" for letter in path.stem), tests)
        entries = "\n".join(f"        {_quoted(file)}: {_literal(content)}," for file, content in files.items())
        tests[name] = _TEST.format(name=name, docstring=_docstring(scenario), files=entries)
    arguments = ['sorted(folder.glob("*.toml"))']
    arguments += [f's3="{s3}"'] if s3 in {"moto", "memory"} else []
    arguments += ["trust=True"] if trusted else []
    imports = "from simulator.campaign.content import sized\n" if named else ""
    return TITLE + "\n" + _HEAD.format(imports=imports, arguments=", ".join(arguments)) + "".join(tests.values())


def _files(path: Path, scenario: Scenario) -> Mapping[str, str | bytes]:
    """What a replay reads, by name: the scenario, what is expected (else what happened), the files that steps name."""
    drawings = (path.with_name(f"{path.stem}.{each}.puml") for each in ("expected", "actual"))
    drawing = next(each for each in drawings if each.exists())
    steps = (*scenario.setup, *scenario.steps)
    keys = (step.text(key) for step in steps for key, form in scenario.system.forms[step.do].keys.items() if form.path)
    return {
        path.name: path.read_text("utf-8"),
        drawing.name: drawing.read_text("utf-8"),
        **{name: (scenario.folder / name).read_bytes() for name in sorted(set(keys) - {""})},
    }


def _unused(name: str, taken: Iterable[str]) -> str:
    number, unused = 1, name
    while unused in taken:
        number += 1
        unused = f"{name}_{number}"
    return unused


def _docstring(scenario: Scenario) -> str:
    """What holds once the failure is fixed, and the operations that lead to it."""
    title = scenario.steps[0].section or scenario.name
    steps = [scenario.system.describe(step) for step in (*scenario.setup, *scenario.steps)]
    text = "\n".join(_inside(title, steps)).replace('"""', "'''")
    return f'{"r" if chr(92) in text else ""}"""{text}\n    """'


def _inside(title: str, steps: Sequence[str]) -> Iterator[str]:
    yield f"{title[:1].upper()}{title[1:]} is as expected."
    yield ""
    for number, step in enumerate(steps, start=1):
        yield f"    {number}. {step}"


def _literal(content: str | bytes) -> str:
    if isinstance(content, bytes):
        if len(content) > _SHORT and content == sized(len(content)):
            return f"sized({len(content)})"
        return 'b"' + "".join(_byte(each) for each in content) + '"'
    if not content.endswith("\n"):
        return _quoted(content)
    escaped = content.replace("\\", "\\\\").replace('"""', '\\"\\"\\"')
    return f'"""\\\n{escaped}"""'


def _byte(byte: int) -> str:
    letter = chr(byte)
    return letter if letter.isascii() and letter.isprintable() and letter not in '"\\' else f"\\x{byte:02x}"


def _quoted(text: str) -> str:
    """One line of text as Python writes it, in the quotes that ruff wants."""
    shown = repr(text)
    return f'"{shown[1:-1]}"' if '"' not in text else shown
