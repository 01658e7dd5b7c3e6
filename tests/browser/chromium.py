"""A headless Chromium that tests can look through: pages, keys, screenshots, by the DevTools protocol on a pipe.

Nothing but the browser itself is needed. Law: what the console says and what is requested is remembered from the start.
"""

import base64
import json
import os
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import IO, Any, Literal

NAMES = ("chromium", "chromium-browser", "google-chrome", "chrome")
# The protocol is spoken on the descriptors 3 and 4; in between both stand where nothing is.
_START = """
import fcntl, os, sys
found = [fcntl.fcntl(int(each), fcntl.F_DUPFD, 10) for each in sys.argv[1:3]]
os.dup2(found[0], 3)
os.dup2(found[1], 4)
os.execv(sys.argv[3], sys.argv[3:])
"""
_KEYS = {"Tab": 9, "Enter": 13, "Space": 32}


def executable() -> str | None:
    """Where the browser is: `CHROMIUM` in the environment, else one of the usual names; None where there is none."""
    return os.environ.get("CHROMIUM") or next(filter(None, map(shutil.which, NAMES)), None)


@dataclass(slots=True)
class Page:
    """One tab. said: errors and warnings of its console. requested: URLs, without that of the page itself."""

    _sending: IO[bytes]
    _receiving: IO[bytes]
    _session: str = ""
    _number: int = 0
    said: list[str] = field(default_factory=list)
    requested: list[str] = field(default_factory=list)
    _loaded: bool = False

    def open(self, path: Path) -> None:
        """Show a file, and wait until it is loaded."""
        self.said.clear()
        self.requested.clear()
        self._loaded = False
        self.call("Page.navigate", url=path.resolve().as_uri())
        while not self._loaded:
            self._read()
        self.requested = [url for url in self.requested if url != path.resolve().as_uri()]

    def look(self, scheme: Literal["light", "dark"], width: int, height: int = 900) -> None:
        """Choose colours and the size of the window, in pixels."""
        self.call("Emulation.setEmulatedMedia", features=[{"name": "prefers-color-scheme", "value": scheme}])
        self.call(
            "Emulation.setDeviceMetricsOverride", width=width, height=height, deviceScaleFactor=1, mobile=width < 500
        )

    def run(self, expression: str) -> Any:
        """The value of a JavaScript expression, a promise's included."""
        answer = self.call("Runtime.evaluate", expression=expression, returnByValue=True, awaitPromise=True)
        if "exceptionDetails" in answer:
            raise AssertionError(answer["exceptionDetails"])
        return answer["result"].get("value")

    def press(self, key: str) -> None:
        """Press and release a key."""
        text = {"Enter": "\r", "Space": " "}.get(key, "")
        name = " " if key == "Space" else key
        about = {"key": name, "code": key, "windowsVirtualKeyCode": _KEYS[key]}
        self.call("Input.dispatchKeyEvent", type="keyDown", text=text, **about)
        self.call("Input.dispatchKeyEvent", type="keyUp", **about)

    def picture(self, path: Path) -> None:
        """Save what is seen."""
        path.write_bytes(base64.b64decode(self.call("Page.captureScreenshot", format="png")["data"]))

    def call(self, method: str, **parameters: object) -> Mapping[str, Any]:
        """Ask the browser, and wait for the answer."""
        self._number += 1
        asked: dict[str, object] = {"id": self._number, "method": method, "params": parameters}
        if self._session:
            asked["sessionId"] = self._session
        self._sending.write(json.dumps(asked).encode() + b"\0")
        self._sending.flush()
        while (answer := self._read()).get("id") != self._number:
            pass
        if "error" in answer:
            raise AssertionError(f"{method}: {answer['error']}")
        found: Mapping[str, Any] = answer["result"]
        return found

    def attach(self) -> None:
        """Open the tab."""
        target = self.call("Target.createTarget", url="about:blank")["targetId"]
        self._session = self.call("Target.attachToTarget", targetId=target, flatten=True)["sessionId"]
        for domain in ("Page", "Runtime", "Network", "Log"):
            self.call(f"{domain}.enable")

    def _read(self) -> Mapping[str, Any]:
        content = bytearray()
        while (byte := self._receiving.read(1)) != b"\0":
            if not byte:
                raise AssertionError("the browser has gone")
            content += byte
        message: Mapping[str, Any] = json.loads(content)
        self._note(message.get("method", ""), message.get("params", {}))
        return message

    def _note(self, method: str, told: Mapping[str, Any]) -> None:
        match method:
            case "Page.loadEventFired":
                self._loaded = True
            case "Network.requestWillBeSent":
                self.requested.append(told["request"]["url"])
            case "Runtime.exceptionThrown":
                self.said.append(json.dumps(told["exceptionDetails"]))
            case "Runtime.consoleAPICalled" if told["type"] in {"error", "warning"}:
                self.said.append(json.dumps(told["args"]))
            case "Log.entryAdded" if told["entry"]["level"] in {"error", "warning"}:
                self.said.append(told["entry"]["text"])


@contextmanager
def chromium(program: str) -> Iterator[Page]:
    """Start the browser with one empty tab; at the end it is closed."""
    to_read, to_write = os.pipe()
    from_read, from_write = os.pipe()
    with tempfile.TemporaryDirectory(ignore_cleanup_errors=True) as profile:
        flags = ("--headless", "--no-sandbox", "--disable-gpu", "--no-first-run", "--remote-debugging-pipe")
        words = (program, *flags, f"--user-data-dir={profile}", "--hide-scrollbars")
        process = subprocess.Popen(
            [sys.executable, "-c", _START, str(to_read), str(from_write), *words],
            pass_fds=(to_read, from_write),
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        )
        os.close(to_read)
        os.close(from_write)
        try:
            with os.fdopen(to_write, "wb") as sending, os.fdopen(from_read, "rb") as receiving:
                page = Page(sending, receiving)
                page.attach()
                yield page
        finally:
            process.terminate()
            process.wait()
