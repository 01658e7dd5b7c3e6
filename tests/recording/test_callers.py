"""Who calls, and in which order the events of several threads and tasks stand."""

import asyncio
import contextvars
import io
import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from itertools import pairwise
from typing import Any

from simulator import record
from simulator.interaction.vocabulary import AWS
from simulator.recording.recorder import Recorder


def callers(trace: Recorder) -> list[str]:
    """The lifelines that ask."""
    return [event.source for event in trace.events if event.line == "solid"]


def run_in_thread(work: Callable[[], object]) -> None:
    """Do something in a thread of its own, and wait for it."""
    thread = threading.Thread(target=work)
    thread.start()
    thread.join()


def test_the_caller_is_that_of_the_block(s3: Any) -> None:
    """Inside a block the calling code has the name of the block, the innermost one; after it the name it had before."""
    with record(s3, caller="App") as trace:
        s3.list_buckets()
        with trace.caller("Worker"):
            s3.list_buckets()
            with trace.caller("Helper"):
                s3.list_buckets()
            s3.list_buckets()
        s3.list_buckets()
    assert callers(trace) == ["App", "Worker", "Helper", "Worker", "App"]
    assert [event.target for event in trace.events if event.line == "dashed"] == callers(trace)


def test_threads_inherit_as_context_variables_do(s3: Any) -> None:
    """A thread has the recorder's caller, or, in a copy of the context, that of the block; it may set its own."""

    def named() -> None:
        with trace.caller("Own"):
            s3.list_buckets()

    with record(s3, caller="App") as trace, trace.caller("Worker"):
        context = contextvars.copy_context()
        run_in_thread(lambda: context.run(s3.list_buckets))
        run_in_thread(lambda: contextvars.Context().run(s3.list_buckets))
        run_in_thread(named)
        s3.list_buckets()
    assert callers(trace) == ["Worker", "App", "Own", "Worker"]


def test_tasks_have_callers_of_their_own(s3: Any) -> None:
    """Tasks that take turns, and the threads that asyncio makes for them, do not mix up their callers."""

    async def work(name: str) -> None:
        with trace.caller(name):
            for _ in range(5):
                await asyncio.to_thread(s3.put_object, Bucket="bucket", Key=name, Body=b"")

    async def main() -> None:
        await asyncio.gather(*(work(f"Task{number}") for number in range(4)))

    with record(s3) as trace:
        asyncio.run(main())
    asked = [event for event in trace.events if event.line == "solid"]
    assert len(asked) == 20
    assert [event.source for event in asked] == [event.attributes["key"] for event in asked]


def test_each_thread_keeps_its_order(s3: Any) -> None:
    """Of many threads on one client nothing is lost: each one's calls are asked and answered in its own order."""
    threads, calls = 12, 15

    def work(number: int) -> None:
        with trace.caller(f"Thread{number}"):
            for call in range(calls):
                s3.put_object(Bucket="bucket", Key=f"{number}/{call}", Body=io.BytesIO(b"x" * call))

    with record(s3) as trace, ThreadPoolExecutor(threads) as pool:
        list(pool.map(work, range(threads)))
    assert len(trace.events) == 2 * threads * calls
    for number in range(threads):
        own = [event for event in trace.events if f"Thread{number}" in {event.source, event.target}]
        assert [event.line for event in own] == ["solid", "dashed"] * calls
        assert [event.attributes["key"] for event in own] == [f"{number}/{call // 2}" for call in range(2 * calls)]


def test_what_happened_before_stands_before() -> None:
    """Events of a thread stand after what was announced before it started; reading in between changes nothing."""
    recorder = Recorder("run", AWS.word)
    for number in range(50):
        run_in_thread(lambda number=number: recorder.message("A", "B", str(number)))  # type: ignore[misc]  # bound early on purpose
        if number % 7 == 0:
            assert len(recorder.events) == number + 1
    assert all(int(first.label) < int(second.label) for first, second in pairwise(recorder.events))


def test_reading_while_others_write_loses_nothing() -> None:
    """Whoever looks at the events while they come sees a beginning of what there is in the end."""
    recorder = Recorder("run", AWS.word)
    looks: list[tuple[object, ...]] = []

    def announce() -> None:
        for number in range(2_000):
            recorder.message("A", "B", str(number))

    writers = [threading.Thread(target=announce) for _ in range(4)]
    for writer in writers:
        writer.start()
    while any(writer.is_alive() for writer in writers):
        looks.append(recorder.events)
    assert len(recorder.events) == 8_000
    assert all(recorder.events[: len(look)] == look for look in looks)
