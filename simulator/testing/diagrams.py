"""A diagram with its scenario as one test: run, judged, and brought up to date where that is asked for.

Lives here: what a test of a diagram does. Must not live here: pytest (`pytest_plugin`), judging (`checking`).
"""

from pathlib import Path

from simulator import api
from simulator.diagram.ast import SequenceDiagram
from simulator.errors import SimulatorError
from simulator.events import Trace
from simulator.report.line import plain
from simulator.report.result import NO_SCENARIO, Result
from simulator.report.text import failure_lines
from simulator.testing.expecting import Keeping, renewed
from simulator.where import Where

NOT_RUN = "not run: "
"""So begins what is said about a scenario that the service cannot run."""


def run(path: Path, keeping: Keeping, s3: str | None = None) -> str:
    """Run the scenario beside a diagram; what is wrong, as text for people, empty where the diagram allows it.

    A diagram that is not there, or does not allow the run, is written where `keeping` says so.
    """
    where = Where(s3)
    try:
        if not path.exists():
            return _missing(path, keeping, where)
        report = api.check_paths([str(path)], where=where)
    except SimulatorError as error:
        return str(error)
    if report.errors:
        return "\n".join(map(str, report.errors))
    for result in report.results:
        if result.verdict is None:
            return "" if result.not_run == NO_SCENARIO else f"{NOT_RUN}{result.not_run}"
        if result.outcome != "conforms":
            trace = Trace(result.trace, result.events)
            if keeping.update == "all" and not result.failures:
                text = renewed(path, result, lambda diagram: _judged(diagram, trace))  # noqa: B023  # at once
                if text:
                    keeping.write(path, text)
                    return ""
            return plain(failure_lines(result)).strip("\n")
    return ""


def _judged(diagram: SequenceDiagram, trace: Trace) -> Result:
    return api.judged(diagram, trace, sections="strict", frames="strict")[1]


def _missing(path: Path, keeping: Keeping, where: Where) -> str:
    if keeping.update == "none":
        return f"there is no diagram {path}\nto draw it from a run of its scenario: pytest --simulator-update"
    recording = api.record_run(str(path.with_suffix(".toml")), where=where)
    keeping.write(path, api.draw(recording.trace))
    return "\n".join(map(str, recording.failures))
