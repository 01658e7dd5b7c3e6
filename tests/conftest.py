"""How laws are tried: the same examples everywhere, or, with `HYPOTHESIS_PROFILE=deep`, many new ones."""

import os
import signal

from hypothesis import HealthCheck, settings

# Diagrams and scenarios among the tests are their data, and no tests.
collect_ignore_glob = ["*.puml", "*.toml"]

if signal.getsignal(signal.SIGINT) is signal.SIG_IGN:
    # Whoever started this in the background had Ctrl-C ignored; tests about it need it.
    signal.signal(signal.SIGINT, signal.default_int_handler)

# No deadline and no complaint about speed: the machine may be slow or busy, the law holds all the same.
settings.register_profile(
    "ci",
    derandomize=True,
    database=None,
    deadline=None,
    max_examples=50,
    print_blob=True,
    suppress_health_check=[HealthCheck.too_slow],
)
settings.register_profile("deep", settings.get_profile("ci"), derandomize=False, max_examples=1_000)
settings.load_profile(os.environ.get("HYPOTHESIS_PROFILE", "ci"))
