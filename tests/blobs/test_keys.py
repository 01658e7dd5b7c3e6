"""Keys: digests, and what is let in from outside."""

import pytest

from simulator.blobs import keys
from simulator.blobs.errors import InvalidKey


@pytest.mark.parametrize(
    ("algorithm", "digest"),
    [
        ("md5", "acbd18db4cc2f85cedef654fccc4a4d8"),
        ("sha-1", "0beec7b5ea3f0fdbc95d0dd47f3c5bc275da8a33"),
        ("sha-256", "2c26b46b68ffc68ff99b453c1d30413413422d706483bfa0f98a5e886266e7ae"),
    ],
)
def test_digest_of_foo(algorithm: keys.Algorithm, digest: str) -> None:
    """The key of `foo` is the well-known digest, in lower case."""
    hashing = keys.new_digest(algorithm)
    hashing.update(b"foo")
    assert hashing.hexdigest() == digest
    assert keys.is_digest(digest, algorithm)


def test_digest_of_sha_512_is_128_letters() -> None:
    """SHA-512 keys are as long as they must be."""
    assert keys.is_digest(keys.new_digest("sha-512").hexdigest(), "sha-512")


@pytest.mark.parametrize("key", ["", "abc", "A" * 32, "g" * 32, "0" * 31, "0" * 33, "0" * 32 + "\n", "123-0", "٣" * 32])
def test_not_a_digest(key: str) -> None:
    """Only lower-case hexadecimal of the right length is a digest."""
    assert not keys.is_digest(key, "md5")


@pytest.mark.parametrize(
    "key",
    [
        "",
        ".",
        "..",
        "../x",
        "a/../b",
        "a/..",
        "/etc/passwd",
        "a//b",
        "a/",
        "a\\..\\b",
        "a\0b",
        "a\nb",
        "\x7f",
        "\ud800",
        "k" * 1025,
        "é" * 513,
    ],
)
@pytest.mark.parametrize("prefix", ["", "other/"])
def test_key_that_escapes_is_refused(prefix: str, key: str) -> None:
    """A key that could lead out of its prefix, or that S3 cannot hold, names itself and what is wrong."""
    with pytest.raises(InvalidKey, match="Invalid key") as caught:
        keys.object_key(prefix, key)
    assert caught.value.key == key
    assert caught.value.reason in str(caught.value)


@pytest.mark.parametrize("key", ["a", "a/b", "..a", "a..b/c.", "~", "a b", "é", "%2e%2e", "k" * 1018])
def test_key_that_stays_is_appended(key: str) -> None:
    """Everything else is put behind the prefix as it is."""
    assert keys.object_key("other/", key) == f"other/{key}"


@pytest.mark.parametrize(("prefix", "directory"), [("", ""), ("  ", ""), ("a", "a/"), ("a/", "a/"), ("a/b", "a/b/")])
def test_prefix_is_completed(prefix: str, directory: str) -> None:
    """A blank prefix means none; a missing slash at the end is added."""
    assert keys.directory(prefix) == directory


@pytest.mark.parametrize("prefix", ["/", "../", "a//", "/a", "a/../"])
def test_prefix_that_escapes_is_refused(prefix: str) -> None:
    """A prefix obeys the rules of keys."""
    with pytest.raises(InvalidKey):
        keys.directory(prefix)


@pytest.mark.parametrize(
    ("key", "bare"),
    [
        ("main:k", "k"),
        ("k", "k"),
        ("other:k", "other:k"),
        ("main:main:k", "k"),
        ("mainly", "mainly"),
        ("a:main:k",) * 2,
    ],
)
def test_the_name_of_its_store_is_taken_off(key: str, bare: str) -> None:
    """However often it is there; what is left is its own bare form, so a key that is returned is found again."""
    assert keys.without_provider(key, "main") == bare
    assert keys.without_provider(bare, "main") == bare
