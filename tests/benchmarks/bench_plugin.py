"""What the pytest plugin costs who does not use it.

Lives here: runs of pytest with and without the plugin, on a project without a diagram. By name only:
`python -m pytest -s tests/benchmarks/bench_plugin.py`.
"""

from time import process_time

import pytest

LIMIT = 0.010
"""So many seconds of the processor it may add."""
ROUNDS = 25
TESTS = 20


def spent(pytester: pytest.Pytester, *options: str) -> float:
    """The seconds of the processor that one run takes, the import of the plugin among them: pytester forgets it."""
    start = process_time()
    pytester.runpytest_inprocess("-p", "no:cacheprovider", *options).assert_outcomes(passed=TESTS)
    return process_time() - start


def test_an_idle_plugin_costs_next_to_nothing(pytester: pytest.Pytester, monkeypatch: pytest.MonkeyPatch) -> None:
    """The best of many runs with it and without it, in turns."""
    monkeypatch.setenv("PYTEST_DISABLE_PLUGIN_AUTOLOAD", "1")
    # As where it is installed: what was compiled once is not compiled again.
    monkeypatch.setattr("sys.dont_write_bytecode", False)
    monkeypatch.setattr("sys.pycache_prefix", str(pytester.mkdir("compiled")))
    pytester.makepyprojecttoml('[project]\nname = "other"\n[tool.other]\nx = 1\n')
    pytester.makepyfile(test_other="".join(f"def test_{number}():\n    pass\n" for number in range(TESTS)))
    pairs = [(spent(pytester, "-p", "simulator.pytest_plugin"), spent(pytester)) for _ in range(ROUNDS)]
    with_it, without = (min(each) for each in zip(*pairs, strict=True))
    print(f"{1000 * without:.1f} ms without, {1000 * (with_it - without):+.1f} ms with the plugin")  # noqa: T201
    assert with_it - without < LIMIT
