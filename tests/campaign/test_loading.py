"""Systems by name: whose code is run, and what is said when it cannot be."""

import itertools
import json
import pickle
import sys
from pathlib import Path

import pytest

from simulator import api
from simulator.campaign.blob_system import BLOBS
from simulator.campaign.loading import Systems, load_system
from simulator.errors import ConfigurationError, ScenarioError, SimulatorError
from simulator.where import Where

NUMBERS = itertools.count()

LIGHT = """
from typing import Literal
from simulator import SimpleSystem, Stage

class Light:
    def __init__(self, stage: Stage) -> None:
        self.stage = stage

    def switch(self, to: Literal["on", "off"]) -> None:
        self.stage.tell("switch", "Lamp", To=to)

LIGHT = SimpleSystem(Light)

def light():
    return LIGHT
"""

SCENARIO = """
[[steps]]
section = "Switch"
do = "switch"
to = "on"
"""

DRAWN = """@startuml
participant Light order 1
participant Lamp order 2
== Switch ==
Light -> Lamp: switch
hnote right: To: on
@enduml
"""


def module(folder: Path, text: str) -> str:
    """Write a module that no other test has; its name."""
    name = f"system_under_test_{next(NUMBERS)}"
    (folder / f"{name}.py").write_text(text)
    return name


def test_a_system_and_what_makes_one_can_be_named(tmp_path: Path) -> None:
    """The name is kept, so that scenarios can say it again, and workers can import it again."""
    name = module(tmp_path, LIGHT)
    for named in (f"{name}:LIGHT", f"{name}:light"):
        system = load_system(named, (tmp_path,))
        assert (system.name, list(system.forms)) == (named, ["switch", "mark"])
        assert pickle.loads(pickle.dumps(system)) == system
    assert str(tmp_path) not in sys.path


NO_NAME = "'{}' does not name a system\n  expected: package.module:factory"
NO_MODULE = "the system '{}': there is no module '{module}'\n  it is looked for in {folder}"
NO_SYSTEM = "'{}' gives no system: what is of type {type} has no `name`\n"
NO_SYSTEM += "  SimpleSystem(YourClass) makes a system of a class"
NEEDS = "import json\nimport no_such_module"
NEEDED = "{file}:2:1: the system '{}': ModuleNotFoundError: No module named 'no_such_module'\n"
NEEDED += "  import no_such_module\n  ^"
RAISES = "def f():\n    raise ValueError('odd\\nlines')"
RAISED = "{file}:2:1: the system '{}': ValueError: odd\n  raise ValueError('odd\\nlines')\n  ^"
MISSING = "missing 1 required positional argument"

WRONG = [
    ("{module}", "", NO_NAME),
    ("../x:y", "", NO_NAME),
    ("no_such_module:x", "", NO_MODULE.replace("{module}", "no_such_module")),
    ("{module}.inner:x", "", NO_MODULE.replace("{module}", "{module}.inner")),
    ("json:x", "", f"the system '{{}}': {json.__file__} has no 'x'"),
    ("{module}:LIHGT", LIGHT, "the system '{}': {file} has no 'LIHGT'\n  expected: LIGHT"),
    ("{module}:x", "x = 3", NO_SYSTEM.replace("{type}", "int")),
    ("{module}:f", "def f(): pass", NO_SYSTEM.replace("{type}", "NoneType")),
    ("{module}:x", NEEDS, NEEDED),
    ("{module}:f", RAISES, RAISED),
    ("{module}:f", "raise SystemExit(3)", "{file}:1:1: the system '{}': SystemExit: 3\n  raise SystemExit(3)\n  ^"),
    ("{module}:f", "def f(:", "{file}:1:7: the system '{}': invalid syntax\n  def f(:\n        ^"),
    ("{module}:f", "def f(x): pass", f"the system '{{}}': TypeError: f() {MISSING}: 'x'"),
    (
        "{module}:Light",
        LIGHT,
        "the system '{}': TypeError: Light.__init__() missing 1 required positional argument: 'stage'",
    ),
]


@pytest.mark.parametrize(("name", "text", "said"), WRONG)
def test_what_is_wrong_is_told_in_a_line(name: str, text: str, said: str, tmp_path: Path) -> None:
    """A wrong name, and foreign code that fails, with the place in it."""
    made = module(tmp_path, text)
    name = name.replace("{module}", made)
    with pytest.raises(ConfigurationError) as caught:
        load_system(name, (tmp_path,))
    expected = said.replace("{}", name).replace("{module}", made).replace("{folder}", str(tmp_path))
    assert str(caught.value) == expected.replace("{file}", str(tmp_path / f"{made}.py"))


def test_a_module_that_has_the_name_of_another_is_refused(tmp_path: Path) -> None:
    """Python would give the one that it has."""
    (tmp_path / "json.py").write_text(LIGHT)
    with pytest.raises(ConfigurationError, match=r"json.py cannot be imported: there is .*__init__.py already"):
        load_system("json:LIGHT", (tmp_path,))


def test_another_name_than_its_own_is_refused(tmp_path: Path) -> None:
    """Who writes all of a port says what scenarios call it."""
    name = module(tmp_path, "from simulator.campaign.blob_system import BLOBS")
    with pytest.raises(ConfigurationError, match=f"the system '{name}:BLOBS' calls itself ''"):
        load_system(f"{name}:BLOBS", (tmp_path,))


@pytest.fixture
def project(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> str:
    """The current folder, with a module, a scenario without a system, and one that names it; the system's name."""
    name = f"{module(tmp_path, LIGHT)}:LIGHT"
    (tmp_path / "plain.toml").write_text(SCENARIO)
    (tmp_path / "named.toml").write_text(f'system = "{name}"\n{SCENARIO}')
    (tmp_path / "named.puml").write_text(DRAWN)
    monkeypatch.chdir(tmp_path)
    return name


def configured(name: str) -> None:
    """Let the configuration of the current folder name the system."""
    Path("pyproject.toml").write_text(f'[tool.simulator]\nsystem = "{name}"\n')


def test_what_only_a_scenario_names_is_not_run(project: str) -> None:
    """Nothing of it is imported."""
    with pytest.raises(ScenarioError) as caught:
        api.record("named.toml")
    assert str(caught.value) == (
        f"named.toml:1:1: the code {project!r} is not run, because a scenario names it, and nobody else\n"
        f'  system = "{project}"\n'
        "  ^\n"
        f'  if you trust it, add --trust; or say so for good: system = "{project}" in [tool.simulator]'
    )
    assert project.partition(":")[0] not in sys.modules


def test_what_is_trusted_is_run(project: str) -> None:
    """By whoever runs it, for this time."""
    trace = api.record("named.toml", trust=True, s3="http://127.0.0.1:9")
    assert [event.label for event in trace.events] == ["Switch", "switch"]
    assert api.draw(trace) == DRAWN
    (result,) = api.check_paths(["named.puml"], where=Where(trust=True)).results
    assert result.verdict
    assert result.verdict.conforms


def test_what_the_configuration_names_is_run(project: str) -> None:
    """For scenarios that name it, and for those that name none."""
    configured(project)
    assert api.record("named.toml").events == api.record("plain.toml").events


def test_the_environment_names_one_as_well(project: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """As any other setting."""
    monkeypatch.setenv("SIMULATOR_SYSTEM", project)
    assert api.draw_input("plain.toml").text == DRAWN


def test_what_is_wrong_with_the_setting_is_told_at_its_place(project: str) -> None:
    """In the file of the configuration."""
    configured("no_such_module:x")
    for job in (lambda: api.record("plain.toml"), lambda: api.explore("named.puml"), lambda: api.replay("plain.toml")):
        with pytest.raises(ConfigurationError, match=r"pyproject.toml:2:1: .* there is no module 'no_such_module'"):
            job()
    configured("no name")
    with pytest.raises(ConfigurationError, match=r"pyproject.toml:2:1: `system` in .* is 'no name'"):
        api.record("plain.toml")


def test_a_system_can_be_given(project: str) -> None:
    """In the library, for scenarios that name none."""
    assert api.record("plain.toml", system=load_system(project, (Path(),))) == api.record(
        "plain.toml", trust=True, system=load_system(project, (Path(),))
    )
    with pytest.raises(SimulatorError, match="unknown step"):
        api.record("plain.toml", system=BLOBS)


def test_systems_are_explored_one_at_a_time(project: str) -> None:
    """Their diagrams say nothing about each other."""
    Path("blobs.puml").write_text("@startuml\nA -> B: c\n@enduml\n")
    Path("blobs.toml").write_text('[stores.main]\n[[steps]]\ndo = "clear-cache"\nstore = "main"\n')
    with pytest.raises(
        ConfigurationError, match=r"of 2 systems, .* the blob manager \(blobs.toml\), .* \(named.toml\)"
    ):
        api.explore(["blobs.puml", "named.puml"], trust=True)


def test_nobody_is_trusted_unless_told(tmp_path: Path) -> None:
    """The shipped system is the one of scenarios that name none."""
    assert Systems().named("") is BLOBS
    with pytest.raises(ConfigurationError, match="add --trust"):
        Systems(folders=(tmp_path,)).named("a:b")
