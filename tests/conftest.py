"""How laws are tried: the same examples everywhere, or, with `HYPOTHESIS_PROFILE=deep`, many new ones."""

import os

from hypothesis import HealthCheck, settings

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
