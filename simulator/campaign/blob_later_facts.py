"""What decides which events are due when a blob manager does what it left for later.

Lives here: the facts of jobs and of purges, a part for each. Must not live here: what they change (`model`).
"""

from collections.abc import Sequence

from simulator.campaign import blob_traits as traits
from simulator.campaign.blob_later import Pseudo
from simulator.campaign.blob_meanings import meanings
from simulator.campaign.blob_state import BlobState, digest
from simulator.campaign.system import Part


def job_parts(state: BlobState) -> Sequence[Part]:
    """Every job; what one of them makes, those after it find."""
    made: set[str] = set()
    return [_job(state, job, made) for job in state.later.jobs] or [Part(("no job",))]


def _job(state: BlobState, job: Pseudo, made: set[str]) -> Part:
    source = state.permanent(job.store, job.key)
    content = state.stored(source)
    if content is None:
        return Part(("source absent",), meanings(state, None, source))
    target = state.permanent(job.store, digest(state.stores[job.store].algorithm, content))
    there = state.stored(target) is not None or target.object in made
    made.add(target.object)
    entry = ("cached",) if state.cached(source) is not None else ()
    facts = ("target present" if there else "target absent", *entry, *traits.differing(state, job.store))
    return Part(facts, meanings(state, target, source, content=content))


def purge_parts(state: BlobState, passing: float) -> Sequence[Part]:
    """Every object that goes when this time will have passed."""
    return [_purged(state, each) for each in state.later.due(passing)] or [Part(("nothing due",))]


def _purged(state: BlobState, pseudo: Pseudo) -> Part:
    spot = state.permanent(pseudo.store, pseudo.key)
    return Part(("due", *traits.cache(state, pseudo.store)), meanings(state, spot))
