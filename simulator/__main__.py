"""`python -m simulator`: the command without its entry point installed."""

from simulator.cli import main

main()
