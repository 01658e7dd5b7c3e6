"""Exploring: what it counts, what it calls uncovered, that a seed means one thing, and that failures replay."""

import gc
import os
import signal
import tempfile
from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import replace
from functools import cache
from io import BytesIO
from pathlib import Path
from typing import Any, BinaryIO

import pytest

from simulator.blobs.announce import CALLER
from simulator.blobs.backends import Backend, open_backend
from simulator.blobs.manager import BlobManager
from simulator.blobs.memory import MemoryClient
from simulator.campaign.blob_system import BLOBS, BlobSystem
from simulator.campaign.examples import Pair, examples_of
from simulator.campaign.judging import Rules
from simulator.campaign.loading import Systems
from simulator.campaign.machine import SEQUENCES, explore
from simulator.campaign.replay import replay
from simulator.campaign.runner import run
from simulator.campaign.saving import save_failure, save_uncovered
from simulator.campaign.scenario import parse
from simulator.campaign.sequence import Series, play
from simulator.campaign.standing import Standing
from simulator.campaign.step import Step
from simulator.conformance.exploration import Exploration
from simulator.diagram.parser import parse as parse_diagrams
from simulator.diagram.parser import parse_file
from simulator.discovery.rules import learn
from simulator.errors import BackendError, ConfigurationError
from simulator.interaction.lower import lower
from tests.campaign.shipped import PLAIN, TRACES, of, pair, shipped
from tests.confirmed import check

# What the seed does not describe (issue: "The seed runs").
NOT_IN_THE_SEED = (
    "collect-garbage",
    "collect-garbage-nothing-found",
    "copy-existing",
    "copy-missing",
    "copy-within",
    "delete",
    "delete-missing",
    "exists",
    "exists-missing",
    "read-missing",
    "write-file",
    "write-same-file-again",
)


# What a store without cache, documents and transactions does, leaving options aside.
PLAIN_KINDS = (
    ("write", "new", "stream"),
    ("write", "stored", "stream"),
    ("write", "new", "file"),
    ("write", "stored", "file"),
    ("read", "present"),
    ("read", "absent"),
    ("copy", "source present", "target absent"),
    ("copy", "target present"),
    ("copy", "source absent", "target absent"),
    ("copy", "within one store"),
    ("copy", "by content", "source present", "target absent"),
    ("copy", "by content", "source present", "target present"),
    ("copy", "by content", "source absent"),
    ("delete", "present"),
    ("delete", "absent"),
    ("exists", "present"),
    ("exists", "absent"),
)


class LosesLarge(BlobManager):
    """Reads no more than 1,000 bytes."""

    @contextmanager
    def open(self, store: str, key: str) -> Iterator[BinaryIO]:
        with super().open(store, key) as file:
            yield BytesIO(file.read()[:1_000])


class DeletesTwice(BlobManager):
    """Deletes, and deletes again."""

    def delete(self, store: str, key: str) -> None:
        super().delete(store, key)
        super().delete(store, key)


class DeletesNothing(BlobManager):
    """Says that it deletes."""

    def delete(self, store: str, key: str) -> None:
        self._announce("delete", CALLER, "S3", key=self._stores[store].base.object_key(key))


def explored(pairs: list[Pair], manager: type[BlobManager] = BlobManager, **options: Any) -> Exploration:
    """Explore in memory."""
    with open_backend("memory") as backend:
        return explore(pairs, backend, system=BlobSystem(manager), **options)


@cache
def of_the_seed(seed: int = 0) -> Exploration:
    """What exploring with the seed alone finds, once for all tests: the outcome is frozen."""
    return explored(shipped("basic"), seed=seed)


def test_the_shipped_diagrams_describe_everything() -> None:
    """Nothing fails, nothing is uncovered, and every rule was exercised."""
    found = explored(shipped(), seed=1)
    assert (found.passed, found.uncovered, found.broken, found.left_out) == (True, (), (), 0)
    assert found.sequences >= SEQUENCES
    assert found.reachable is not None
    assert found.reachable.missed == ()
    assert found.reachable.after < 5_000
    assert found.reachable.behaviours >= 231
    assert all(rule.count for rule in found.rules)
    sections = {(source.diagram, source.section) for rule in found.rules for source in rule.sources}
    assert {section for diagram, section in sections if diagram == "basic.puml"} == {
        "Write",
        "Read",
        "Write same again",
        "Copy",
        "Read copy",
        "Write second blob",
        "Read second blob",
    }


@pytest.mark.parametrize("seed", [0, 1, 2])
def test_with_the_seed_alone_the_rest_is_uncovered(seed: int) -> None:
    """Exactly what the seed does not say, each by its smallest example, whatever the seed of the generator."""
    found = of_the_seed(seed)
    assert found.passed
    assert tuple(each.name for each in found.uncovered) == NOT_IN_THE_SEED
    assert max(len(each.sequence) for each in found.uncovered) == 2


def test_what_is_uncovered_is_drawn_so_that_check_accepts_it(tmp_path: Path) -> None:
    """Diagrams and scenarios of the uncovered behaviours cover them."""
    for uncovered in of_the_seed().uncovered:
        save_uncovered(uncovered, tmp_path)
    drawn = [pair(path) for path in sorted(tmp_path.glob("*.puml"))]
    with open_backend("memory") as backend:
        for each in drawn:
            happened = run(each.scenario, backend)
            assert happened.failures == ()
            assert check(each.expectations[0], happened.trace), each.scenario.name
    assert explored([*shipped("basic"), *drawn]).uncovered == ()


def test_one_seed_gives_one_exploration() -> None:
    """Failures, counts and words are the same; another seed runs other sequences."""
    first, again, other = (explored(shipped("basic"), DeletesNothing, seed=seed) for seed in (5, 5, 6))
    assert first == again
    assert first.failures
    assert first.operations != other.operations


@pytest.mark.slow
def test_memory_and_moto_give_the_same() -> None:
    """Only the name of the backend differs; all scenarios run on both in `test_runner`."""
    pairs = [*of(*PLAIN, "multipart"), *of("cache")[::4], *of("documents")[::4], *of("transactions")[::8]]
    with open_backend("moto") as backend:
        on_moto = explore(pairs, backend, seed=3, sequences=10)
    assert replace(on_moto, backend="memory") == explored(pairs, seed=3, sequences=10)


def test_every_set_of_stores_is_explored() -> None:
    """Options that change what is due are facts of their own, so rules of other options do not speak."""
    text = '[stores.a]\nexistence-check = "exists"\n[stores.b]\nprefix="b"\nverify-source = false\ndigest = "sha-1"\n'
    other = parse(text + '[[steps]]\ndo="read"\nstore="a"\nkey="k"\nexpect-missing=true\n', Path("s.toml"))
    drawn = Pair(shipped("read-missing")[0].expectations, other)
    found = explored([*(each for each in shipped() if each.scenario.folder == TRACES), drawn], sequences=160)
    assert found.failures == ()
    assert [verdict.diagram for verdict in found.broken] == ["read-missing.puml"]
    titles = {each.behaviour.title for each in found.uncovered}
    assert "Write, existence check exists" in titles
    assert "Copy by content" in titles
    assert found.sequences > 160 + len(of("."))


@pytest.mark.parametrize(
    ("manager", "kind", "sequence"),
    [
        (LosesLarge, "result", ("write 1048577 bytes to main as k1", "read k1 from main")),
        (DeletesTwice, "deviation", ("delete acbd18db... from main",)),
        (DeletesNothing, "invariant", ('write "foo" to main as k1', "delete k1 from main")),
    ],
)
def test_a_saved_failure_replays(
    tmp_path: Path, manager: type[BlobManager], kind: str, sequence: tuple[str, ...]
) -> None:
    """It still fails the same way where the bug is, and is fixed where it is not."""
    failures = [each for each in explored(of(*PLAIN), manager).failures if each.sequence == sequence]
    path = save_failure(failures[0], tmp_path)
    assert [each.kind for each in failures] == [kind]
    with open_backend("memory") as backend:
        failing = replay(path, backend, Systems(BlobSystem(manager)))
        fixed = replay(path, backend)
    assert fixed.fixed
    assert failing.failure is not None
    assert (failing.failure.kind, failing.failure.sequence) == (kind, sequence)
    assert failing.failure.actual == failures[0].actual


class SaysNothing(BlobManager):
    """Of its second content of one text it says no key."""

    def write(self, store: str, content: Any, **named: Any) -> str:
        key = super().write(store, content, **named)
        SAID.append(key)
        return "" if SAID[:-1] == [key] else key


SAID: list[str] = []


def test_what_a_failure_is_compared_with_does_not_depend_on_what_ran_before(tmp_path: Path) -> None:
    """Where the events are as they should be, the verdict is on that run, not on one like it that is remembered."""
    system = BlobSystem(SaysNothing)
    steps = [Step("begin"), Step("write", {"store": "a", "content": "foo"})]
    with open_backend("memory") as backend:
        rules = Rules(
            learn(
                example for each in shipped("commit", "begin") for example in examples_of(each, backend, BLOBS).examples
            )
        )
        SAID.clear()
        with closing(
            Series(system, {"stores": {"a": {"prefix": "a", "transactional": True}}}, tmp_path, backend)
        ) as series:
            with series.watching() as watch:
                assert play(watch, steps, rules).held[1]
            with series.watching() as watch:
                wrong = play(watch, steps, rules).wrong
    assert wrong
    assert wrong.kind == "result"
    assert wrong.judgement
    (transient,) = (value for value in map(str, wrong.judgement.verdict.bindings.values()) if value.endswith("-0"))
    assert any(transient in note.text for event in wrong.seen.events for note in event.notes)


def test_a_failure_shows_what_was_expected_and_what_happened() -> None:
    """Both diagrams have the values of the run; holes of the diagram stay holes."""

    class Sloppy(BlobManager):
        def write(self, store: str, content: Any, **named: Any) -> str:
            key = super().write(store, content, **named)
            self._stores[store].find(key)
            return key

    failure = next(each for each in explored(of(*PLAIN), Sloppy).failures if each.name == "write")
    assert failure.expected is not None
    (diagram,) = parse_file(TRACES / "basic.puml")
    again = [each.text for each in lower(diagram, "").events if each.section == "Write"]
    drawn = lower(failure.expected, "").events
    assert [str(each.text) for each in drawn] == [str(text) for text in again]
    assert [hole.name for each in drawn for note in each.notes for hole in note.text.holes] == ["TMP1", "TMP1"]
    assert len(lower(failure.actual, "").events) == len(drawn) + 2
    assert failure.verdict is not None
    assert [deviation.kind for deviation in failure.verdict.deviations] == ["unexpected", "unexpected"]


def test_files_that_hold_something_else_are_never_written_over(tmp_path: Path) -> None:
    """A pair whose name is taken gets a number; a content that a scenario names cannot."""
    uncovered = {each.name: each for each in of_the_seed().uncovered}
    assert save_uncovered(uncovered["delete"], tmp_path) == save_uncovered(uncovered["delete"], tmp_path)
    (tmp_path / "delete.puml").write_text("mine")
    (tmp_path / "foo.bin").write_text("mine")
    assert save_uncovered(uncovered["delete"], tmp_path) == tmp_path / "delete-2.puml"
    assert (tmp_path / "delete.puml").read_text() == "mine"
    with pytest.raises(ConfigurationError, match=r"foo\.bin is in the way"):
        save_uncovered(uncovered["write-file"], tmp_path)
    with pytest.raises(ConfigurationError, match="cannot write"):
        save_uncovered(uncovered["delete"], tmp_path / "foo.bin")


def test_exploring_writes_nowhere(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Neither into the current folder, as Hypothesis would, nor into that for temp files."""
    for name in ("here", "temp"):
        (tmp_path / name).mkdir()
    monkeypatch.chdir(tmp_path / "here")
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path / "temp"))
    client = MemoryClient("bucket")
    explore(of(*PLAIN), Backend("memory", client, "bucket"), sequences=20, system=BlobSystem(DeletesTwice))
    assert [list(folder.iterdir()) for folder in tmp_path.iterdir()] == [[], []]
    assert client.list_objects_v2(Bucket="bucket")["Contents"] == []


def test_ctrl_c_keeps_what_was_found() -> None:
    """The exploration says that it was interrupted, and has what came before."""
    told = []

    def progress(standing: Standing) -> None:
        told.append(standing)
        if standing.sequences == 10:
            raise KeyboardInterrupt

    found = explored(of(*PLAIN), DeletesTwice, progress=progress)
    assert found.interrupted
    assert found.failures
    assert [standing.sequences for standing in told] == list(range(1, 11))
    assert told[-1].operations == found.operations
    assert told[-1].failures > 0
    assert {standing.known for standing in told} == {len(found.rules)}


@pytest.mark.parametrize("when", [10, 60])
def test_a_ctrl_c_that_python_only_writes_about_ends_the_search(when: int) -> None:
    """What is raised in a callback of the garbage collector is lost; the search ends before the next sequence.

    Be it one of the sequences that scenarios have, or a generated one.
    """

    def callback(phase: str, _: Any) -> None:
        if phase == "start":
            os.kill(os.getpid(), signal.SIGINT)

    told = []

    def progress(standing: Standing) -> None:
        told.append(standing)
        if standing.sequences == when:
            gc.callbacks.append(callback)
            gc.collect()
            gc.callbacks.remove(callback)

    found = explored(of(*PLAIN), progress=progress)
    assert found.interrupted
    assert told[-1].sequences == when
    assert signal.getsignal(signal.SIGINT) is signal.default_int_handler


def test_every_behaviour_of_every_option_has_a_diagram() -> None:
    """Every plain behaviour with every fact that options add to it."""
    shown = explored(of(*PLAIN), sequences=1).rules
    kinds = {(rule.behaviour.operation, *rule.behaviour.facts) for rule in shown}
    for check_ in ((), ("existence check exists",)):
        for kind in PLAIN_KINDS:
            asks = kind[0] in {"write", "copy", "exists"} and kind[-1] not in {"within one store", "source absent"}
            assert (*kind, *(check_ if asks else ())) in kinds
        for source in ("present", "absent"):
            for verified in ((), ("source not verified",)):
                assert ("copy", f"source {source}", "target absent", *check_, *verified) in kinds


def test_a_scenario_that_expects_something_else_is_broken() -> None:
    """Its events are as its diagram says, and what comes back is not as the scenario says."""
    text = (TRACES / "basic.toml").read_text().replace('expect = "bar"', 'expect = "baz"')
    wrong = Pair(shipped("basic")[0].expectations, parse(text, TRACES / "basic.toml"))
    found = explored([wrong], sequences=1)
    assert not found.passed
    assert [verdict.reason for verdict in found.broken] == ["expected 'baz', but read gave 3 bytes b'bar'"]


def test_a_scenario_without_stores_gives_no_sequence() -> None:
    """There is nothing to do with it, and the others are explored."""
    marks = Pair(shipped("basic")[0].expectations, parse('[[steps]]\ndo="mark"\nsection="A"\n', Path("s.toml")))
    assert explored([marks], sequences=5).sequences == 0


def test_a_prefix_is_the_same_with_and_without_its_slash() -> None:
    """Two spellings are one set of stores."""
    pairs = [pair(TRACES / "basic.puml"), pair(TRACES / "exists.puml")]
    text = (TRACES / "exists.toml").read_text().replace('"other/"', '"other"')
    again = Pair(pairs[1].expectations, parse(text, TRACES / "exists.toml"))
    assert explored([pairs[0], again], sequences=3).sequences == explored(pairs, sequences=3).sequences


@pytest.mark.parametrize("write", ['hex = "00ff"', 'file = "x.bin"'])
def test_a_failure_with_any_content_replays(tmp_path: Path, write: str) -> None:
    """Contents that are no text, and files of one's own."""
    (tmp_path / "x.bin").write_bytes(b"x")
    scenario = tmp_path / "s.toml"
    step = f'[stores.a]\n[[setup]]\ndo = "write"\nstore = "a"\n{write}\nas = "k"\n'
    scenario.write_text(step + '[[steps]]\nsection = "Read"\ndo = "read"\nstore = "a"\nkey = "k"\n')
    (tmp_path / "s.expected.puml").write_text("@startuml\n== Read ==\nA -> B: no\n@enduml\n")
    with open_backend("memory") as backend:
        assert not replay(scenario, backend).fixed


def test_a_replay_expects_what_its_scenario_says(tmp_path: Path) -> None:
    """Also where the manager does right."""
    scenario = tmp_path / "s.toml"
    scenario.write_text('[stores.a]\n[[steps]]\ndo = "read"\nstore = "a"\nkey = "k"\nexpect = "x"\n')
    with open_backend("memory") as backend:
        failure = replay(scenario, backend).failure
    assert failure is not None
    assert failure.kind == "result"


class SmallPages(MemoryClient):
    """Lists two objects at a time."""

    pages = 0

    def list_objects_v2(self, **asked: Any) -> Any:
        page = super().list_objects_v2(**asked)
        if len(page["Contents"]) <= 2:
            return page
        self.pages += 1
        return {"Contents": page["Contents"][:2], "NextContinuationToken": page["Contents"][1]["Key"]}


def test_more_objects_than_a_page_holds_are_not_lost(tmp_path: Path) -> None:
    """All pages are looked at."""
    steps = "".join(f'[[steps]]\ndo = "write"\nstore = "a"\ncontent = "{each}"\n' for each in range(7))
    (tmp_path / "s.toml").write_text("[stores.a]\n" + steps)
    client = SmallPages("bucket")
    assert replay(tmp_path / "s.toml", Backend("memory", client, "bucket")).fixed
    assert client.pages


@pytest.mark.parametrize("key", ["missing", "getObjectMetadata", "3"])
def test_a_key_that_is_a_word_of_the_vocabulary_is_only_a_key(key: str) -> None:
    """The label of an answer does not come from a key."""
    drawn = (TRACES / "exists-missing.puml").read_text().replace("acbd18db4cc2f85cedef654fccc4a4d8", key)
    text = (TRACES / "exists-missing.toml").read_text().replace("acbd18db4cc2f85cedef654fccc4a4d8", key)
    expectations = tuple(lower(each, "d") for each in parse_diagrams(drawn))
    found = explored([Pair(expectations, parse(text, Path("s.toml")))], sequences=20)
    assert (found.failures, found.broken) == ((), ())


def test_a_service_that_goes_away_is_an_error_not_a_failure() -> None:
    """What is stored cannot be looked at any more."""

    class Gone(MemoryClient):
        def list_objects_v2(self, *, Bucket: str, **asked: Any) -> Any:  # noqa: N803
            return super().list_objects_v2(Bucket="gone", **asked)

    with pytest.raises(BackendError, match="NoSuchBucket"):
        explore(of(*PLAIN), Backend("memory", Gone("bucket"), "bucket"))


def test_what_the_model_does_not_know_is_left_out_and_counted() -> None:
    """A scenario with a cache that loses entries gives no rule and no sequence, and the outcome counts it."""
    text = '[stores.a]\ncache = true\ncache-count = 1\n[[steps]]\ndo = "read"\nstore = "a"\nkey = "k"\n'
    small = Pair(shipped("basic")[0].expectations, parse(text, Path("s.toml")))
    with open_backend("memory") as backend:
        found = explore([small, *shipped("basic")], backend, sequences=2)
        assert (found.left_out, found.passed) == (1, True)
        assert found.rules == explore(shipped("basic"), backend, sequences=2).rules


def test_what_the_service_cannot_do_is_left_out_and_counted() -> None:
    """Without versions the scenarios that need them are not explored, and the others are."""
    backend = Backend("unversioned", MemoryClient("bucket"), "bucket")
    found = explore([*shipped("basic"), *of("documents")], backend, sequences=2)
    assert (found.failures, found.broken) == ((), ())
    assert 0 < found.left_out < len(of("documents"))
    assert {source.diagram for rule in found.rules for source in rule.sources} > {"basic.puml"}


def test_the_first_failure_ends_the_search_when_that_is_asked() -> None:
    """It is shrunk as in a search that goes on, which finds more kinds in more operations."""
    every, one = (explored(of(*PLAIN), DeletesTwice, first=first) for first in (False, True))
    assert len(one.failures) == 1 < len(every.failures)
    assert one.operations < every.operations / 10
    assert one.failures[0].sequence == ("delete acbd18db... from main",)
