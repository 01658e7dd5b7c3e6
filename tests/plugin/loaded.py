"""How the tests of the plugin load it.

Lives here: the option, which is none where the project is installed. Must not live here: tests.
"""

from importlib.metadata import entry_points

_FOUND = any(each.value == "simulator.pytest_plugin" for each in entry_points(group="pytest11"))

PLUGIN = () if _FOUND else ("-p", "simulator.pytest_plugin")
