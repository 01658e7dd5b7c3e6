"""Names of content: documents and places in them."""

import pytest

from simulator.blobs.errors import InvalidKey
from simulator.blobs.naming import Document, namer, target_of
from simulator.blobs.options import StoreOptions

BY_DOCUMENT = StoreOptions(key_strategy="document")
RECORD = StoreOptions(record=True)


@pytest.mark.parametrize(
    ("xpath", "key"),
    [
        ("", "id1"),
        ("content", "id1"),
        ("file:content", "id1"),
        ("files:files/0/file", "id1-files_files-0-file"),
        ("thumb:thumbnail", "id1-thumb_thumbnail"),
        ("/a:b/", "id1--a_b-"),
    ],
)
def test_place_in_a_document(xpath: str, key: str) -> None:
    """The main content has the name of the document, any other its place behind that."""
    document = Document("id1", xpath)
    assert namer(BY_DOCUMENT, document)("digest") == key
    assert target_of(BY_DOCUMENT, StoreOptions(), "k", document) == key


@pytest.mark.parametrize("options", [StoreOptions(), StoreOptions(record=True, digest="md5")])
def test_place_without_meaning(options: StoreOptions) -> None:
    """Where keys are digests, neither document nor place matters."""
    assert namer(options, Document("id1", "files:files/0/file"))("digest") == "digest"


@pytest.mark.parametrize(
    ("options", "document", "reason"),
    [
        (RECORD, Document("id1", "files:files/0/file"), "only the main content"),
        (RECORD, Document(""), "needs the name of its document"),
        (BY_DOCUMENT, Document("", "files:files/0/file"), "needs the name of its document"),
        (BY_DOCUMENT, Document("id@1"), "between a key and its version"),
        (BY_DOCUMENT, Document("id1", "a@b"), "between a key and its version"),
    ],
)
def test_place_that_is_refused(options: StoreOptions, document: Document, reason: str) -> None:
    """Of a record the main content alone is kept; without a document there is no name."""
    with pytest.raises(InvalidKey, match=reason):
        namer(options, document)("digest")
    with pytest.raises(InvalidKey, match=reason):
        target_of(options, StoreOptions(), "k", document)
