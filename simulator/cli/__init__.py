"""The command line: arguments in, output out.

Lives here: one module per command, what commands share, `main`. Must not live here: logic; each command calls one
function of `simulator.api` and prints what comes back with the words of `simulator.report`.

Laws: results on standard output, everything else on standard error. The exit status is that of interfaces.md of the
design: 0 conforms, 1 does not, 2 wrong input, 3 a bug, 130 stopped. No other vendor than click is imported before a
command runs.
"""

import sys


def main() -> None:
    """Run the command of the process's arguments, and end the process."""
    try:
        from simulator.campaign.interruption import never_lost
        from simulator.cli.commands import simulator

        with never_lost():
            simulator.main(prog_name="simulator")
    except KeyboardInterrupt:
        sys.exit(130)
