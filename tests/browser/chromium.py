"""A headless Chromium over a pair of pipes: no port, no driver, nothing but the standard library.

Guarantees a fresh profile, no request of the browser's own as far as it can be told so, and an end of the process.
Speaks the DevTools protocol with NUL between messages, as `--remote-debugging-pipe` does. Source:
https://chromedevtools.github.io/devtools-protocol/
"""

from __future__ import annotations

import base64
import json
import os
import select
import shutil
import subprocess
import sys
import time
from typing import TYPE_CHECKING, Any, Self

from tests.patience import PATIENCE

if TYPE_CHECKING:
    from pathlib import Path
    from types import TracebackType

_NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable", "chrome")
_FLAGS = (
    "--headless", "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-sync",
    "--disable-background-networking", "--disable-component-update", "--disable-dev-shm-usage", "--hide-scrollbars",
    "--remote-debugging-pipe", "--host-resolver-rules=MAP rebound.example 127.0.0.1",
)  # fmt: skip
_TAKE_PIPES = """
import fcntl, os, sys
for wanted, pipe in enumerate([fcntl.fcntl(int(given), fcntl.F_DUPFD, 10) for given in sys.argv[1:3]], 3):
    os.dup2(pipe, wanted)
os.execv(sys.argv[3], sys.argv[3:])
"""
"""The browser reads commands from descriptor 3 and answers on 4; this puts the pipes there and becomes the browser."""
_LONGEST_END = 10
_BLOCK = 1 << 20
Message = dict[str, Any]


class BrowserError(RuntimeError):
    """The browser refused a command, did not answer in time, or ended."""


def find_chromium() -> str | None:
    """The path of a Chromium or Chrome on this machine; the variable CHROMIUM names one that lies elsewhere."""
    return os.environ.get("CHROMIUM") or next(filter(None, map(shutil.which, _NAMES)), None)


class Chromium:
    """One browser with one page."""

    def __init__(self, program: str, profile: Path) -> None:
        commands, self._commands = os.pipe()
        self._answers, answers = os.pipe()
        self._exchange = profile / "stderr.txt"
        with self._exchange.open("wb") as exchange:
            self._process = subprocess.Popen(
                [sys.executable, "-c", _TAKE_PIPES, str(commands), str(answers), program, *_FLAGS,
                 f"--user-data-dir={profile}"],
                pass_fds=(commands, answers), stdout=subprocess.DEVNULL, stderr=exchange,
            )  # fmt: skip
        os.close(commands)
        os.close(answers)
        self._held = b""
        self._last_id = 0
        self._session = ""
        self.events: list[Message] = []
        """What the page reported since `open`: requests, log entries, script errors."""

    def __enter__(self) -> Self:
        target = self._call("Target.createTarget", url="about:blank")["targetId"]
        self._session = self._call("Target.attachToTarget", targetId=target, flatten=True)["sessionId"]
        for domain in ("Page", "Network", "Log", "Runtime"):
            self._call(f"{domain}.enable")
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        os.close(self._commands)
        os.close(self._answers)
        try:
            self._process.wait(_LONGEST_END)
        except subprocess.TimeoutExpired:
            self._process.kill()
            self._process.wait()

    def open(
        self, page: Path | str, *, width: int, scheme: str = "light", medium: str = "screen", scale: float = 1
    ) -> None:
        """Show a file, or what is at a URL, in a window of this width, and wait until it is loaded."""
        self._call(
            "Emulation.setDeviceMetricsOverride", width=width, height=844, deviceScaleFactor=scale, mobile=width < 600,
        )  # fmt: skip
        self._call(
            "Emulation.setEmulatedMedia", media=medium, features=[{"name": "prefers-color-scheme", "value": scheme}]
        )
        self.events.clear()
        self._call("Page.navigate", url=page if isinstance(page, str) else page.as_uri())
        self._read_until(lambda message: message.get("method") == "Page.loadEventFired")

    def evaluate(self, expression: str) -> Any:  # noqa: ANN401  # what a page answers can be anything
        """The value of a JavaScript expression in the page, or of its promise.

        The page's own policy does not bind the debugger.
        """
        answer = self._call("Runtime.evaluate", expression=expression, returnByValue=True, awaitPromise=True)
        if "exceptionDetails" in answer:
            raise BrowserError(str(answer["exceptionDetails"]))
        return answer["result"].get("value")

    def picture(self) -> bytes:
        """The whole page as PNG, also what lies below the window."""
        size = self._call("Page.getLayoutMetrics")["cssContentSize"]
        clip = {"x": 0, "y": 0, "width": size["width"], "height": size["height"], "scale": 1}
        answer = self._call("Page.captureScreenshot", format="png", captureBeyondViewport=True, clip=clip)
        return base64.b64decode(answer["data"])

    def _call(self, method: str, **parameters: Any) -> Message:  # noqa: ANN401  # the protocol's members
        self._last_id += 1
        message: Message = {"id": self._last_id, "method": method, "params": parameters}
        if self._session:
            message["sessionId"] = self._session
        os.write(self._commands, json.dumps(message).encode() + b"\0")
        answer = self._read_until(lambda read: read.get("id") == self._last_id)
        if "error" in answer:
            raise BrowserError(f"{method}: {answer['error']}")
        result: Message = answer["result"]
        return result

    def _read_until(self, wanted: Any) -> Message:  # noqa: ANN401
        deadline = time.monotonic() + PATIENCE
        while True:
            message = self._read(deadline)
            if "method" in message:
                self.events.append(message)
            if wanted(message):
                return message

    def _read(self, deadline: float) -> Message:
        while b"\0" not in self._held:
            ready, _, _ = select.select([self._answers], [], [], max(0.0, deadline - time.monotonic()))
            block = os.read(self._answers, _BLOCK) if ready else b""
            if not block:
                said = self._exchange.read_text("utf-8", "replace")[-1000:]
                raise BrowserError(f"the browser {'ended' if ready else 'did not answer in time'}: {said}")
            self._held += block
        message, _, self._held = self._held.partition(b"\0")
        read: Message = json.loads(message)
        return read
