"""Failures that `simulator explore` found; each test passes when its failure is fixed."""

from pathlib import Path

from simulator import replay
from simulator.campaign.content import sized


def problems(folder: Path, files: dict[str, str | bytes]) -> tuple[str, ...]:
    """Write the files of a failure, run its scenario again, and say what is still wrong."""
    for name, content in files.items():
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_bytes(content.encode() if isinstance(content, str) else content)
    return replay(sorted(folder.glob("*.toml")), s3="memory").problems


def test_write_same_again(tmp_path: Path) -> None:
    """Write same again is as expected.

    1. write "foo" to main
    2. write "foo" to main
    """
    files: dict[str, str | bytes] = {
        "write-same-again.toml": """\
[stores.main]
cache = false

[stores.other]
prefix = "other/"
cache = false

[[setup]]
do = "write"
store = "main"
content = "foo"

[[steps]]
section = "Write same again"
do = "write"
store = "main"
content = "foo"
""",
        "write-same-again.expected.puml": """\
@startuml
participant Nuxeo order 1
participant tmp order 2
participant S3 order 3
== Write same again ==
Nuxeo -> tmp: write
hnote right: bin_${TMP2}.tmp
Nuxeo --> S3: getObjectMetadata
hnote right: acbd18db4cc2f85cedef654fccc4a4d8
Nuxeo <-- S3: exists (3 bytes)
tmp --> tmp: delete
hnote right: bin_${TMP2}.tmp
@enduml
""",
    }
    assert problems(tmp_path, files) == ()


def test_write_twice(tmp_path: Path) -> None:
    r"""Write ''' twice is as expected.

    1. write the file large.bin to main
    2. write the file odd.bin to main
    3. write "a'''b\n" to main
    """
    files: dict[str, str | bytes] = {
        "write-twice.toml": """\
[stores.main]

[[setup]]
do = "write"
store = "main"
file = "large.bin"

[[setup]]
do = "write"
store = "main"
file = "odd.bin"

[[steps]]
section = "write \\"\\"\\" twice"
do = "write"
store = "main"
content = "a\\"\\"\\"b\\\\n"
""",
        "write-twice.actual.puml": '@startuml\nA -> B: no "end of line" here\n@enduml',
        "large.bin": sized(2097152),
        "odd.bin": b"\x00\x22\x5ca\xff",
    }
    assert problems(tmp_path, files) == ()


def test_write_same_again_2(tmp_path: Path) -> None:
    """Write same again is as expected.

    1. write "foo" to main
    2. write "foo" to main
    """
    files: dict[str, str | bytes] = {
        "write-same-again.toml": """\
[stores.main]
cache = false

[stores.other]
prefix = "other/"
cache = false

[[setup]]
do = "write"
store = "main"
content = "foo"

[[steps]]
section = "Write same again"
do = "write"
store = "main"
content = "foo"
""",
        "write-same-again.expected.puml": """\
@startuml
participant Nuxeo order 1
participant tmp order 2
participant S3 order 3
== Write same again ==
Nuxeo -> tmp: write
hnote right: bin_${TMP2}.tmp
Nuxeo --> S3: getObjectMetadata
hnote right: acbd18db4cc2f85cedef654fccc4a4d8
Nuxeo <-- S3: exists (3 bytes)
tmp --> tmp: delete
hnote right: bin_${TMP2}.tmp
@enduml
""",
    }
    assert problems(tmp_path, files) == ()
