"""The planted bugs: each a manager with one thing wrong, and the configurations where it shows.

Lives here: the list that tests and benchmark share. Must not live here: the classes (`planted_plain`, `planted_deeper`,
`planted_later`).
"""

from dataclasses import dataclass

from simulator.blobs.backends import open_backend
from simulator.blobs.manager import BlobManager
from simulator.campaign.blob_system import BlobSystem
from simulator.campaign.machine import SEQUENCES, explore
from simulator.conformance.exploration import Exploration
from tests.campaign import planted_deeper, planted_later, planted_plain
from tests.campaign.shipped import PLAIN, of


@dataclass(frozen=True, slots=True)
class Bug:
    """One bug; kind: the part of the system it is in. folders: those of `traces/` where it shows."""

    name: str
    kind: str
    manager: type[BlobManager]
    folders: tuple[str, ...]

    def explored(
        self, *, seed: int = 1, first: bool = True, aimed: bool = True, sequences: int = SEQUENCES
    ) -> Exploration:
        """What exploring these configurations finds: in `memory`, until something fails."""
        system = BlobSystem(self.manager)
        with open_backend("memory") as backend:
            return explore(
                of(*self.folders), backend, seed=seed, first=first, aimed=aimed, sequences=sequences, system=system
            )


BUGS = (
    *(Bug(each.__name__, "plain", planted_plain.with_store(each), PLAIN) for each in planted_plain.STORES),
    *(Bug(each.__name__, "plain", planted_plain.with_temps(each), PLAIN) for each in planted_plain.TEMPS),
    *(Bug(each.__name__, "plain", each, PLAIN) for each in planted_plain.MANAGERS),
    *(Bug(each.__name__, "cache", planted_deeper.with_kind(each), ("cache",)) for each in planted_deeper.CACHES),
    Bug("CachedWithoutAsking", "cache", planted_deeper.CachedWithoutAsking, ("cache",)),
    *(
        Bug(each.__name__, "documents", planted_deeper.with_kind(each), ("documents",))
        for each in planted_deeper.VERSIONS
    ),
    Bug("KeyWithoutVersion", "documents", planted_deeper.KeyWithoutVersion, ("documents",)),
    *(
        Bug(each.__name__, "transactions", planted_deeper.with_kind(each), ("transactions",))
        for each in planted_deeper.TRANSACTIONS
    ),
    *(
        Bug(each.__name__, "async", planted_later.with_digests(each), ("async-digests",))
        for each in planted_later.DIGESTS
    ),
    *(Bug(each.__name__, "async", each, ("async-digests",)) for each in planted_later.MANAGERS),
)
