"""Where scenarios run, and what: the S3 service and the system that flags, environment and configuration name.

Lives here: `Where`. Must not live here: opening a service (`blobs.backends`), importing a system (`campaign.loading`).
"""

from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, ExitStack, contextmanager
from dataclasses import dataclass
from functools import cache, partial
from pathlib import Path

from simulator.blobs.backends import NO_SERVICE, Backend, open_backend
from simulator.campaign.blob_system import BLOBS
from simulator.campaign.loading import Systems, load_system
from simulator.campaign.system import System
from simulator.config import Configuration, Effective, effective, project
from simulator.config import load as load_configuration
from simulator.errors import ConfigurationError, SimulatorError
from simulator.interaction.view import CHECKS


@dataclass(frozen=True, slots=True)
class Where:
    """Which S3 service to run on, and what; None leaves it to environment, configuration and default.

    trust: whether scenarios may name any system, which then is imported. system: of the scenarios that name none.
    """

    s3: str | None = None
    bucket: str | None = None
    create_bucket: bool = False
    trust: bool = False
    system: System | None = None

    def settings(self, **flags: object) -> Configuration:
        """The configuration of the current folder, with other flags by field name. Raises `ConfigurationError`."""
        return load_configuration(_here(), {"s3": self.s3, **flags}, checks=CHECKS)

    def names_service(self) -> bool:
        """Whether anybody says on which S3 service to run: a flag, the environment, or the configuration."""
        named: list[str] = []
        load_configuration(_here(), {"s3": self.s3}, checks={"s3": lambda settings: named.append(settings.s3)})
        return bool(named)

    def effective(self, **flags: object) -> tuple[Effective, ...]:
        """The same, setting by setting, each with who says so."""
        return effective(_here(), {"s3": self.s3, **flags}, checks=CHECKS)

    def systems(self, settings: Configuration) -> Systems:
        """The systems that scenarios may be of; that of the configuration is imported. Raises `ConfigurationError`."""
        here = _here()
        folders = tuple(dict.fromkeys((here, project(here) or here)))

        def load(settings: Configuration) -> System:
            return load_system(settings.system, folders) if settings.system else BLOBS

        try:
            default = self.system or load(settings)
        except SimulatorError as problem:
            if problem.place is None:
                # The same again, with the place of the setting.
                load_configuration(here, {}, checks={"system": load})
            raise
        return Systems(default, folders, self.trust)

    @contextmanager
    def backend(self, settings: Configuration) -> Iterator[Callable[[], Backend]]:
        """A function that opens the service when first called; it is closed at the end. Raises `BackendError`."""
        with ExitStack() as stack:
            yield cache(lambda: stack.enter_context(self.opener(settings)()))

    def opener(self, settings: Configuration, system: System = BLOBS) -> Callable[[], AbstractContextManager[Backend]]:
        """A function that opens the service each time it is called; other processes can be given it."""
        if not system.uses_s3:
            return _no_service
        return partial(open_backend, settings.s3, self.bucket, create_bucket=self.create_bucket)


ANYWHERE = Where()


@contextmanager
def _no_service() -> Iterator[Backend]:
    yield NO_SERVICE


def _here() -> Path:
    try:
        return Path.cwd()
    except OSError as problem:
        raise ConfigurationError(f"the current folder is gone: {problem.strerror}") from problem


def service_for(system: System, backend: Callable[[], Backend]) -> Backend:
    """The service, for a system that needs one."""
    return backend() if system.uses_s3 else NO_SERVICE
