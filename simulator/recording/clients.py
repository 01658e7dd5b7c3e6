"""Recording boto3 clients and folders: several at once, of any service, as one trace.

Lives here: which of the given things are clients, and watching all of it together. Must not live here: what is written
down of one call (`aws`) or change (`files`), the trace (`recorder`).
"""

from collections.abc import Collection, Iterator, Mapping, Sequence
from contextlib import AbstractContextManager, ExitStack, contextmanager
from pathlib import Path

from simulator.errors import ConfigurationError
from simulator.recording import aws
from simulator.recording.files import WatchedFolder
from simulator.recording.recorder import Recorder


def watching(
    sources: Sequence[str | Path | aws.Client], folders: Mapping[str, str | Path], recorder: Recorder
) -> AbstractContextManager[Recorder]:
    """Tell `recorder` of every call through these clients (or resources), and of every change in these folders.

    Both while the block runs. folders: by the name of the lifeline. Raises `ConfigurationError` for what is no client
    and no folder, before the block.
    """
    clients = [] if folders and not sources else _clients(sources)
    return _watching(clients, [recorder.watch(folder, name) for name, folder in folders.items()], recorder)


@contextmanager
def _watching(
    clients: Collection[aws.Client], folders: Collection[WatchedFolder], recorder: Recorder
) -> Iterator[Recorder]:
    with ExitStack() as stack:
        for folder in folders:
            stack.enter_context(folder)
        for client in clients:
            stack.enter_context(aws.watch(client, recorder, caller=recorder.calling))
        yield recorder


def _clients(sources: Sequence[str | Path | aws.Client]) -> Collection[aws.Client]:
    """The clients among what was given, which must be all; one that is there twice counts once."""
    clients = {}
    for source in sources:
        events = None if isinstance(source, str | Path) else aws.emitter(source)
        if events is None or isinstance(source, str | Path):
            raise ConfigurationError(
                f"cannot record {source!r}",
                expected=("one scenario or diagram, as a path", "boto3 clients or resources"),
            )
        clients[id(events)] = source
    if not clients:
        raise ConfigurationError("nothing to record", expected=("a scenario", "boto3 clients", "folders"))
    return clients.values()
