"""The last words of a command on standard error, and its exit status.

Lives here: errors, warnings and what to do when nothing was found. Must not live here: results (`simulator.report`).
"""

from collections.abc import Iterable, Sequence

from simulator.cli.terminal import say
from simulator.errors import SimulatorError
from simulator.report.covered import under_lines
from simulator.report.line import plain
from simulator.report.result import NO_SCENARIO, Campaign, Remark, Report, Status


def of_report(report: Report, paths: Sequence[str]) -> Status:
    """Tell what else is worth knowing about a `check`."""
    warn(report.warnings)
    refuse(report.errors)
    if report.summary.judged:
        under(report)
    if report.interrupted:
        say("stopped: what was found until then is above")
    elif not report.summary.judged and not report.errors:
        what, advice = _nothing(report, paths)
        say(f"{what}\n  {advice}")
    return report.status


def under(report: Report | Campaign) -> None:
    """Tell what was not exercised, where that is too much."""
    if report.under and not report.interrupted:
        say(plain(under_lines(report)).rstrip("\n"))


def _nothing(report: Report, paths: Sequence[str]) -> tuple[str, str]:
    """Why nothing was judged, and what to do."""
    reasons = {result.not_run for result in report.results}
    if reasons and NO_SCENARIO not in reasons:
        return f"nothing was judged: {', '.join(sorted(reasons))}", "name other diagrams, or more of them"
    if report.results:
        return (
            "nothing was judged: no diagram has a scenario beside it (NAME.toml beside NAME.puml)",
            "write one, name one with --scenario FILE, or judge a recorded log with --log FILE",
        )
    where = ", ".join(paths) or "the folder of the diagrams"
    return f"no diagram (*.puml) found in {where}", "name a diagram or a folder that holds some: simulator check PATH"


def warn(warnings: Iterable[str]) -> None:
    """Tell warnings, one line each."""
    for warning in warnings:
        say(f"warning: {warning}")


def failed(steps: Iterable[Remark]) -> None:
    """Tell which steps of a scenario did not give what they expect, where that is not judged."""
    warn(f"{step.place}: the step failed: {step.message}" for step in steps)


def refuse(errors: Iterable[SimulatorError], *, warn: bool = False) -> None:
    """Tell what is wrong with the input; warn: it was left out."""
    for error in errors:
        say(f"warning: {error}" if warn else f"{error}")
