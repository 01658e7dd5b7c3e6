"""Running a scenario: what is recorded, which expectations hold, and that nothing stays behind."""

import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, BinaryIO, cast

import pytest
from botocore.exceptions import ClientError

from simulator.blobs.backends import Backend, open_backend
from simulator.blobs.client import S3Client
from simulator.blobs.manager import BlobManager
from simulator.blobs.memory import MemoryClient
from simulator.blobs.options import StoreOptions
from simulator.campaign.blob_state import BlobState
from simulator.campaign.blob_system import BLOBS, BlobSystem
from simulator.campaign.model import BlobModel
from simulator.campaign.runner import Run, private_folder, run
from simulator.campaign.scenario import parse
from simulator.campaign.sequence import watching
from simulator.campaign.step import Step
from simulator.errors import MissingAbilityError, Place, ScenarioError
from tests.campaign.shipped import TRACES, shipped
from tests.confirmed import check

STORES = '[stores.main]\n[stores.other]\nprefix = "other/"\n'


@pytest.fixture(autouse=True)
def temp(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The system's place for temp files."""
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))
    return tmp_path


def ran(steps: str, **options: Any) -> Run:
    """Run these steps in memory."""
    with open_backend("memory") as backend:
        return run(parse(STORES + steps, TRACES / "s.toml"), backend, **options)


@pytest.mark.parametrize("s3", ["memory", "moto"])
def test_every_shipped_scenario_runs_as_its_diagram_says(s3: str) -> None:
    """`traces/` is true, and its expectations hold."""
    with open_backend(s3) as backend:
        for pair in shipped():
            happened = run(pair.scenario, backend)
            assert happened.failures == ()
            assert check(pair.expectations[0], happened.trace), pair.scenario.name


class Plain:
    """A service of objects and uploads in parts, and nothing else: whatever it does not know is not implemented."""

    KNOWN = (
        *("head_object", "get_object", "put_object", "delete_object", "list_objects_v2"),
        *("create_multipart_upload", "upload_part", "complete_multipart_upload", "abort_multipart_upload"),
    )

    def __init__(self) -> None:
        self._client = MemoryClient("bucket")

    def __getattr__(self, method: str) -> Any:
        """Give the method, or one that refuses."""
        if "_" not in method:
            raise AttributeError(method)
        return getattr(self._client, method) if method in self.KNOWN else self.refuse

    def refuse(self, **_: object) -> None:
        """Answer as S3 servers answer to what they do not know."""
        answer: Any = {"Error": {"Code": "NotImplemented"}, "ResponseMetadata": {"HTTPStatusCode": 501}}
        raise ClientError(answer, "Unknown")

    def copy_object(self, **given: Any) -> Any:
        """Copy, but into no other class."""
        return self.refuse() if "StorageClass" in given else self._client.copy_object(**given)


@pytest.mark.slow
def test_what_a_plain_service_cannot_do_is_told() -> None:
    """Where a service knows no versions, locks and classes, every other shipped diagram is true all the same."""
    backend = Backend("plain", cast("S3Client", Plain()), "bucket")
    lacking = set()
    for pair in shipped():
        try:
            happened = run(pair.scenario, backend)
        except MissingAbilityError as missing:
            lacking.add(missing.message)
            continue
        assert (happened.failures, check(pair.expectations[0], happened.trace).deviations) == ((), ()), pair.scenario
    assert lacking == {
        "plain: the bucket 'bucket' keeps no versions",
        "plain: the bucket 'bucket' has no object lock",
        "plain: there is no cold storage",
    }
    assert list(backend.objects("")) == []


@pytest.mark.parametrize(
    ("on", "times", "messages"),
    [
        ("PutObject", 1, []),
        ("PutObject", 9, []),
        ("CopyObject", 1, ["the fault never struck: there was no CopyObject after it"]),
        ("temp-file", 1, []),
        ("cache-file", 1, ["the fault never struck: there was no cache-file after it"]),
    ],
)
def test_a_fault_that_never_struck_is_a_finding(on: str, times: int, messages: list[str]) -> None:
    """Nobody may believe that a fault was tried that had no chance to strike; how often it struck does not matter."""
    fault = "disk-full" if "file" in on else "AccessDenied"
    happened = ran(
        f'[[steps]]\ndo="inject"\non="{on}"\nfault="{fault}"\ntimes={times}\n'
        + ("" if messages else '[[steps]]\ndo="write"\nstore="main"\ncontent="foo"\nerror="BlobError"\n').replace(
            "BlobError", "Blob" if on == "temp-file" else "Failed to write"
        )
        + '[[steps]]\ndo="exists"\nstore="main"\nkey="k"\n'
    )
    assert [finding.message for finding in happened.failures] == messages
    assert all(finding.place.line == 4 for finding in happened.failures)


def test_setup_is_not_recorded_and_spans_leave_out_marks() -> None:
    """Only steps have events; the mark of a section stands before the span of its step."""
    happened = ran(
        '[[setup]]\ndo="write"\nstore="main"\ncontent="foo"\nas="k"\n'
        '[[steps]]\nsection="Read"\ndo="read"\nstore="main"\nkey="k"\n'
        '[[steps]]\ndo="read"\nstore="main"\nkey="k"\n[[steps]]\ndo="mark"\nsection="End"\n'
    )
    assert [event.label for event in happened.trace.events] == ["Read", "read 3 bytes", "read 3 bytes", "End"]
    assert [(span.start, span.stop) for span in happened.spans] == [(1, 2), (2, 3), (4, 4)]


@pytest.mark.parametrize(
    ("step", "message"),
    [
        ('do="read"\nkey="k"\nexpect="bar"', "expected 'bar', but read gave 3 bytes b'foo'"),
        ('do="read"\nkey="k"\nexpect-missing=true', "expected that it is missing, but read gave 3 bytes b'foo'"),
        ('do="exists"\nkey="k"\nexpect-missing=true', "expected that it is missing, but exists gave True"),
        ('do="read"\nkey="none"', "read failed: Missing blob: none (store main)"),
        ('do="read"\nkey="none"\nexpect=""', "read failed: Missing blob: none (store main)"),
        ('do="read"\nkey="k"\nerror="gone"', "expected an error with 'gone', but read gave 3 bytes b'foo'"),
        (
            'do="read"\nkey="../k"',
            "read failed: InvalidKey: Invalid key '../k': no part of it may be empty, '.' or '..'",
        ),
    ],
)
def test_an_expectation_that_does_not_hold_is_a_finding(step: str, message: str) -> None:
    """It has the place of its step, and the run goes on."""
    happened = ran(
        '[[setup]]\ndo="write"\nstore="main"\ncontent="foo"\nas="k"\n'
        f'[[steps]]\nstore="main"\n{step}\n[[steps]]\ndo="exists"\nstore="main"\nkey="k"\n'
    )
    assert [(each.place, each.message) for each in happened.failures] == [
        (Place(str(TRACES / "s.toml"), 9, 3), message)
    ]
    assert happened.trace.events[-1].label == "exists (3 bytes)"


@pytest.mark.parametrize(
    "step",
    [
        'do="read"\nkey="none"\nexpect-missing=true',
        'do="read"\nkey="none"\nerror="Missing blob: none"',
        'do="exists"\nkey="none"\nexpect-missing=true',
        'do="exists"\nkey="none"',
        'do="delete"\nkey="none"',
        'do="delete"\nkey="../k"\nerror="Invalid key"',
    ],
)
def test_an_expectation_that_holds_is_none(step: str) -> None:
    """What is announced may happen."""
    assert ran(f'[[steps]]\nstore="main"\n{step}\n').failures == ()


@pytest.mark.parametrize("content", ['content=""', 'hex="00ff"', "size=100000", 'file="foo.bin"'])
def test_all_contents_can_be_written(content: str) -> None:
    """Text, bytes, a size, a file."""
    happened = ran(f'[[steps]]\ndo="write"\nstore="main"\n{content}\n')
    assert happened.failures == ()
    assert any(event.label.startswith("write ") for event in happened.trace.events)


def test_names_of_temp_files_are_the_same_in_every_run() -> None:
    """So reports with the values of holes are."""
    write = '[[steps]]\ndo="write"\nstore="main"\ncontent="foo"\n'
    assert ran(write + write).trace == ran(write + write).trace
    first, second = (event for event in ran(write + write).trace.events if event.label == "write")
    assert first != second


@pytest.mark.filterwarnings("ignore::pytest.PytestUnraisableExceptionWarning", "ignore::ResourceWarning")
def test_ctrl_c_at_any_moment_leaves_no_folder(temp: Path) -> None:
    """Whichever call into the operating system it follows."""

    def interrupted(moment: int) -> bool:
        left = moment

        def count(_: Any, event: str, __: Any) -> None:
            nonlocal left
            left -= event == "c_return"
            if not left:
                left = -1
                raise KeyboardInterrupt

        folder = private_folder()
        sys.setprofile(count)
        try:
            with folder as private:
                (private / "file").touch()
        except (KeyboardInterrupt, OSError):  # Python's own removal closes a file twice when interrupted
            return True
        finally:
            sys.setprofile(None)
        return False

    moments = 0
    while interrupted(moments + 1):
        moments += 1
        assert list(temp.iterdir()) == [], moments
    assert moments > 20


def test_a_prefix_counts_for_the_length_of_a_key() -> None:
    """A prefix that leaves no room for a digest is refused, and a key that is too long behind its prefix is invalid."""
    with pytest.raises(ScenarioError, match="no digest fits"):
        parse(f'[stores.a]\nprefix = "{"p" * 1000}"\n', Path("s.toml"))
    model = BlobModel(BlobState({"a": StoreOptions(prefix="p" * 800)}), Path())
    read = Step("read", {"store": "a", "key": "k" * 300})
    assert [[part.facts for part in group] for group in model.parts(read)] == [[("invalid key",)]]
    assert ran(f'[[steps]]\ndo="read"\nstore="main"\nkey="{"k" * 300}"\nexpect-missing=true\n').failures == ()


def test_nothing_stays_behind(temp: Path) -> None:
    """No temp files, no objects, also when it is interrupted."""

    class Interrupted(BlobManager):
        @contextmanager
        def open(self, store: str, key: str) -> Iterator[BinaryIO]:
            with super().open(store, key) as file:
                yield file
            raise KeyboardInterrupt

    client = MemoryClient("bucket")
    backend = Backend("memory", client, "bucket")
    scenario = shipped("basic")[0].scenario
    run(scenario, backend)
    with pytest.raises(KeyboardInterrupt):
        run(scenario, backend, system=BlobSystem(Interrupted))
    assert list(temp.iterdir()) == []
    assert client.list_objects_v2(Bucket="bucket")["Contents"] == []


@pytest.mark.parametrize(
    ("stores", "fault"),
    [
        ("", 'on="PutObject"\nfault="crash"'),
        ("", 'on="PutObject"\nfault="crash"\nafter=true'),
        ("", 'on="temp-delete"\nfault="crash"'),
        ("cache=true\n", 'on="cache-file"\nfault="crash"'),
        ("cache=true\n", 'on="cache-rename"\nfault="crash"\nnth=2'),
        ("cache=true\n", 'on="PutObject"\nfault="crash"\nafter=true'),
    ],
)
def test_crash(stores: str, fault: str) -> None:
    """The process dies, announces nothing any more, and the next one has cleaned up when the next step begins."""
    scenario = parse(
        f'[stores.main]\n{stores}[[steps]]\ndo="inject"\n{fault}\n[[steps]]\ndo="write"\nstore="main"\ncontent="foo"\n'
        'error="crash"\n',
        Path("s.toml"),
    )
    with open_backend("memory") as backend, watching(BLOBS, scenario.tables, Path(), backend) as watch:
        watch.perform(scenario.steps[0])
        seen = watch.session.perform(scenario.steps[1])
        assert seen.problem == "the process crashed"
        assert [felt.rpartition(" ")[2] for felt in seen.felt] == ["crash"]
        model = BLOBS.model(scenario.tables, Path())
        stored = Step("write", {"store": "main", "content": "foo"})
        if watch.session.violation(model):
            model.perform(stored)
            model.perform(Step("clear-cache", {"store": "main"}))
        assert watch.session.violation(model) == ""
        # The deletion itself is announced before it is tried.
        assert any("delete" in BLOBS.word(told).label for told in watch.told) is ("temp-delete" in fault)
        again = watch.session.perform(stored)
        model.perform(stored)
        assert (again.problem, watch.session.violation(model)) == ("", "")
