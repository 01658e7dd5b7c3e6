"""The pytest plugin: diagrams as tests, fixtures, and explanations (pytest, "Writing plugins").

Lives here: options, hooks and fixtures, each a few lines. Must not live here: judging and updating (`testing`).

Laws: importing this module imports pytest and nothing else of weight; what is not used costs nothing. With `CI` set
nothing is ever written.
"""

import os
from collections.abc import Generator, Iterable, Iterator
from contextlib import ExitStack
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

if TYPE_CHECKING:
    from simulator.blobs.manager import BlobManager
    from simulator.testing.expecting import Keeping
    from simulator.testing.recorders import TestRecorder

_MARKER = "simulator(stores=None, s3=None): stores of the fixture blob_manager, and the S3 service it runs on"
_SHARED = pytest.StashKey["_Session"]()
# What a scenario cannot be without: whatever else ends in .toml is told by this, and nothing is imported for it.
_STEPS = b"steps"
# From here on pytest cuts no explanation (pytest, "Truncation of assertion output").
_UNCUT = 2


def pytest_addoption(parser: pytest.Parser) -> None:
    """Add the options."""
    group = parser.getgroup("simulator", "sequence diagrams as tests")
    group.addoption(
        "--simulator-update", action="store_true", help="write diagrams from the runs: new and changed ones"
    )
    group.addoption("--simulator-update-new-only", action="store_true", help="write only diagrams that are not there")
    group.addoption("--simulator-s3", metavar="moto|memory|URL", help="the S3 service of scenarios and of blob_manager")


def pytest_configure(config: pytest.Config) -> None:
    """Make the marker known, and begin a session."""
    config.addinivalue_line("markers", _MARKER)
    config.stash[_SHARED] = _Session(config)


def pytest_unconfigure(config: pytest.Config) -> None:
    """After the session nothing is written any more, whatever goes on in this process."""
    keeping = config.stash[_SHARED].keeping
    if keeping is not None:
        keeping.update = "none"
        keeping.folders = ()


class _Session:
    """What is shared by all tests; the parts that cost something are made when first asked for."""

    def __init__(self, config: pytest.Config) -> None:
        self.config = config
        self.keeping: Keeping | None = None
        # What the failing test has to say besides its message.
        self.told: list[str] = []
        # What workers of pytest-xdist tell.
        self.used: set[Path] = set()
        self.written: list[Path] = []
        self.whole = True

    @property
    def update(self) -> str:
        """Which diagrams are written."""
        if os.environ.get("CI"):
            return "none"
        new_only = self.config.getoption("simulator_update_new_only")
        return "new" if new_only else "all" if self.config.getoption("simulator_update") else "none"

    def keep(self) -> "Keeping":
        """The diagrams of this session."""
        from simulator.testing import expecting

        if self.keeping is None:
            self.keeping = expecting.KEEPING
            self.keeping.update = self.update  # type: ignore[assignment]  # one of its words
            self.keeping.used, self.keeping.written = set(), []
        return self.keeping

    def folders(self, test: Path) -> tuple[Path, ...]:
        """Where the diagrams of a test are: beside it, then in the configured folder."""
        from simulator.where import ANYWHERE

        return (test.parent, self.config.rootpath / ANYWHERE.settings().traces)


# --- diagrams as tests ------------------------------------------------------------------------------------------------


def pytest_collect_file(file_path: Path, parent: pytest.Collector) -> pytest.Collector | None:
    """Collect a diagram that has a scenario beside it, and a scenario that has no diagram yet."""
    if file_path.suffix == ".puml" and file_path.with_suffix(".toml").is_file():
        return DiagramFile.from_parent(parent, path=file_path)
    if file_path.suffix == ".toml" and not file_path.with_suffix(".puml").exists():
        return _lone_scenario(file_path, parent)
    return None


def _lone_scenario(path: Path, parent: pytest.Collector) -> pytest.Collector | None:
    with path.open("rb") as file:
        if _STEPS not in file.read():
            return None
    from simulator.campaign.scenario import is_scenario

    return DiagramFile.from_parent(parent, path=path) if is_scenario(path) else None


class DiagramFile(pytest.File):
    """A file of diagrams, or the scenario of one that is not there: one test, since diagrams are alternatives."""

    def collect(self) -> Iterable[pytest.Item]:
        """The one test."""
        item: DiagramItem = DiagramItem.from_parent(self, name=self.path.stem)
        item.add_marker("simulator")
        yield item


class DiagramItem(pytest.Item):
    """Run the scenario beside a diagram, and judge what happens."""

    def runtest(self) -> None:
        """Raise `DoesNotConform` where the diagram does not allow it."""
        from simulator.testing import diagrams

        shared = self.config.stash[_SHARED]
        problem = diagrams.run(self.path.with_suffix(".puml"), shared.keep(), self.config.getoption("simulator_s3"))
        if problem.startswith(diagrams.NOT_RUN):
            pytest.skip(problem)
        if problem:
            raise DoesNotConform(problem)

    def repr_failure(self, excinfo: pytest.ExceptionInfo[BaseException], style: Any = None) -> Any:  # noqa: ANN401  # pytest's
        """The report of the deviations, without our own frames."""
        if isinstance(excinfo.value, DoesNotConform):
            return str(excinfo.value)
        return super().repr_failure(excinfo, style)

    def reportinfo(self) -> tuple[Path, int, str]:
        """The file, and the name of the test."""
        return self.path, 0, f"diagram {self.name}"


class DoesNotConform(AssertionError):
    """A diagram does not allow what its scenario does; `str()` is the report."""


# --- traces compared with diagrams ------------------------------------------------------------------------------------


@pytest.hookimpl(tryfirst=True)
def pytest_runtest_setup(item: pytest.Item) -> None:
    """Diagrams are looked for beside the test, where the test has loaded `conforms_to`."""
    import sys

    if "simulator.testing.expecting" in sys.modules:
        _at(item)


def _at(item: pytest.Item) -> "Keeping":
    shared = item.config.stash[_SHARED]
    keeping = shared.keep()
    keeping.folders = shared.folders(item.path)
    return keeping


def pytest_assertrepr_compare(config: pytest.Config, op: str, left: object, right: object) -> list[str] | None:
    """Say why a trace does not conform, or does: so much as pytest does not cut, and the rest in a section below."""
    for side in (right, left):
        if type(side).__name__ == "Conforming" and op in {"==", "!="} and (whole := getattr(side, "explanation", ())):
            named = (getattr(each, "name", "the trace") if each is not side else repr(side) for each in (left, right))
            head = f" {op} ".join(named)
            if config.get_verbosity(pytest.Config.VERBOSITY_ASSERTIONS) >= _UNCUT or os.environ.get("CI"):
                return [head, *whole]
            if not getattr(side, "complete", True):
                config.stash[_SHARED].told.append("\n".join(whole))
            return [head, *getattr(side, "brief", ())]
    return None


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(item: pytest.Item) -> Generator[None, pytest.TestReport, pytest.TestReport]:
    """Add what the message of a failing test has no room for."""
    report = yield
    told = item.config.stash[_SHARED].told
    if told:
        if report.failed:
            report.sections += [("simulator", each) for each in dict.fromkeys(told)]
        told.clear()
    return report


@pytest.fixture
def recorder(request: pytest.FixtureRequest) -> "Iterator[TestRecorder]":
    """A recorder of this test: `recorder.listen(client)` records a boto3 client, `recorder.watch(folder)` a folder."""
    from simulator.testing.recorders import TestRecorder

    with TestRecorder.of(request.node.name) as recording:
        yield recording


@pytest.fixture
def blob_manager(request: pytest.FixtureRequest, recorder: "TestRecorder", tmp_path: Path) -> "Iterator[BlobManager]":
    """A blob manager that `recorder` records, on an S3 of its own, with the stores `main` and `other`.

    `@pytest.mark.simulator(stores={"main": {"cache": True}}, s3="memory")` says otherwise.
    """
    from simulator.errors import SimulatorError
    from simulator.testing.recorders import managed

    marker = request.node.get_closest_marker("simulator")
    asked = dict(marker.kwargs) if marker else {}
    s3 = asked.get("s3") or request.config.getoption("simulator_s3")
    with ExitStack() as stack:
        try:
            manager = stack.enter_context(managed(recorder, asked.get("stores"), s3, tmp_path))
        except SimulatorError as error:
            pytest.fail(str(error), pytrace=False)
        yield manager


@pytest.fixture
def conforms_to(request: pytest.FixtureRequest) -> Any:  # noqa: ANN401  # the function of that name
    """`simulator.conforms_to`, with the diagrams of this test."""
    from simulator.testing.expecting import conforms_to as expected

    _at(request.node)
    return expected


# --- what is left -----------------------------------------------------------------------------------------------------


def pytest_deselected(items: Iterable[pytest.Item]) -> None:
    """Who runs only some tests is not told what the others use."""
    for item in items:
        item.config.stash[_SHARED].whole = False
        break


@pytest.hookimpl(trylast=True)
def pytest_sessionfinish(session: pytest.Session) -> None:
    """A worker of pytest-xdist tells the main process."""
    shared = session.config.stash[_SHARED]
    output = getattr(session.config, "workeroutput", None)
    if output is not None:
        keeping = shared.keeping
        output["simulator"] = {
            "used": sorted(map(str, keeping.used)) if keeping else [],
            "written": list(map(str, keeping.written)) if keeping else [],
            "whole": shared.whole,
        }


@pytest.hookimpl(optionalhook=True)
def pytest_testnodedown(node: Any) -> None:  # noqa: ANN401  # of pytest-xdist
    """Take what a worker tells."""
    shared: _Session = node.config.stash[_SHARED]
    told = getattr(node, "workeroutput", {}).get("simulator")
    if told:
        shared.used.update(map(Path, told["used"]))
        shared.written += map(Path, told["written"])
        shared.whole = shared.whole and told["whole"]


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter, exitstatus: int, config: pytest.Config) -> None:
    """Which diagrams were written, and which nobody used, where all went well: who failed may not have come so far."""
    shared = config.stash[_SHARED]
    keeping = shared.keeping
    used = shared.used | (keeping.used if keeping else set())
    written = [*shared.written, *(keeping.written if keeping else ())]
    if not used and not written:
        return
    unused = sorted({file for folder in {each.parent for each in used} for file in folder.glob("*.puml")} - used)
    # Only of folders that were run whole it is known that nobody uses what is in them.
    whole = shared.whole and exitstatus == pytest.ExitCode.OK
    ran = [config.invocation_params.dir / argument for argument in config.args] if whole else []
    unused = [
        path
        for path in unused
        if not path.with_suffix(".toml").exists() and any(path.is_relative_to(folder.resolve()) for folder in ran)
    ]
    if written or unused:
        terminalreporter.section("simulator")
    for path in dict.fromkeys(written):
        terminalreporter.line(f"written: {_shown(path.resolve(), config)}")
    for path in unused:
        terminalreporter.line(
            f"unused: {_shown(path, config)}: no test that ran compares with it, and it has no scenario"
        )


def _shown(path: Path, config: pytest.Config) -> str:
    return str(path.relative_to(config.rootpath)) if path.is_relative_to(config.rootpath) else str(path)
