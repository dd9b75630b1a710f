# Copyright (c) 2026, nhncloud.sysmon contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""A headless Chromium by its DevTools protocol."""

from __future__ import annotations

import asyncio
import base64
import shutil
import subprocess
import time
from pathlib import Path

import aiohttp

PROGRAM = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")
# Without these it calls home.
SWITCHES = (
    *("--headless", "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-dev-shm-usage"),
    *("--disable-background-networking", "--disable-component-update", "--disable-sync", "--remote-debugging-port=0"),
)


class Browser:
    """One page of a Chromium of its own."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._loop = asyncio.new_event_loop()
        self._number = 0
        self.requests: list[str] = []

    def __enter__(self) -> Browser:
        command = [str(PROGRAM), *SWITCHES, f"--user-data-dir={self._folder}", "about:blank"]
        self._process = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        try:
            self._loop.run_until_complete(self._connect())
        except BaseException:
            self.__exit__()
            raise
        return self

    def __exit__(self, *_error: object) -> None:
        self._process.kill()
        self._process.wait()
        if hasattr(self, "_session"):
            self._loop.run_until_complete(self._session.close())
        self._loop.close()

    async def _connect(self) -> None:
        file, deadline = self._folder / "DevToolsActivePort", time.monotonic() + 60
        while not (file.exists() and file.read_text(encoding="utf-8").count("\n")):
            assert time.monotonic() < deadline, "chromium does not start"
            await asyncio.sleep(0.1)
        port = file.read_text(encoding="utf-8").split()[0]
        self._session = aiohttp.ClientSession()
        async with self._session.get(f"http://127.0.0.1:{port}/json/list") as answer:
            (page,) = [each for each in await answer.json(content_type=None) if each["type"] == "page"]
        self._socket = await self._session.ws_connect(page["webSocketDebuggerUrl"], max_msg_size=0)
        for domain in ("Page", "Runtime", "Network"):
            await self._call(f"{domain}.enable")

    async def _call(self, method: str, **params: object) -> dict:
        self._number += 1
        number = self._number
        await self._socket.send_json({"id": number, "method": method, "params": params})
        while True:
            answer = await asyncio.wait_for(self._socket.receive_json(), 60)
            if answer.get("method") == "Network.requestWillBeSent":
                self.requests.append(answer["params"]["request"]["url"])
            if answer.get("id") == number:
                assert "error" not in answer, answer
                return answer["result"]

    def call(self, method: str, **params: object) -> dict:
        return self._loop.run_until_complete(self._call(method, **params))

    def open(
        self, file: Path, *, scripts: bool = True, dark: bool = False, width: int = 1280, height: int = 900
    ) -> float:
        """Open a file; the seconds until it is loaded and painted."""
        self.call("Emulation.setScriptExecutionDisabled", value=not scripts)
        scheme = {"name": "prefers-color-scheme", "value": "dark" if dark else "light"}
        self.call("Emulation.setEmulatedMedia", features=[scheme])
        self.call(
            "Emulation.setDeviceMetricsOverride", width=width, height=height, deviceScaleFactor=1, mobile=width < 800
        )
        self.requests.clear()
        started = time.monotonic()
        self.call("Page.navigate", url=file.as_uri())
        while self.run("document.readyState") != "complete" or "blank" in self.run("location.href"):
            time.sleep(0.02)
        self.call("Page.captureScreenshot", format="jpeg", quality=1)
        return time.monotonic() - started

    def run(self, expression: str) -> object:
        """The value of an expression of JavaScript."""
        answer = self.call("Runtime.evaluate", expression=expression, returnByValue=True, awaitPromise=True)
        assert "exceptionDetails" not in answer, answer
        return answer["result"].get("value")

    def picture(self, file: Path) -> None:
        file.write_bytes(base64.b64decode(self.call("Page.captureScreenshot", format="png")["data"]))
