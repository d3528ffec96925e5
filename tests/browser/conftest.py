"""A served center with a small invented region, and a real browser that signs in to it and is watched."""

import json
import os
import shutil
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from urllib.request import urlopen

sys.path.insert(0, str(Path(__file__).parent))

import pytest
from playwright.sync_api import Browser, BrowserContext, StorageState, sync_playwright
from windows import WIDE, Served, Visit, Watched, sign_in

CHROMIUM = ("chromium", "chromium-browser", "google-chrome")
MISSING = (
    "Chromium is not installed here, so the browser tests are skipped. "
    "On Debian: apt-get install chromium (make test does it when run as root)."
)
ARGUMENTS = [
    "--headless",
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--use-gl=angle",
    "--use-angle=swiftshader",
    "--enable-unsafe-swiftshader",
]
RECORDS = 1000
READY_SECONDS = 90


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    for item in items:
        if Path(__file__).parent in item.path.parents:
            item.add_marker(pytest.mark.browser)


@pytest.fixture(scope="session")
def chromium() -> str:
    found = next((path for name in CHROMIUM if (path := shutil.which(name))), None)
    if found is None and os.environ.get("TESSERA_NO_SKIP") == "1":
        pytest.fail(MISSING)
    return found or pytest.skip(MISSING)


@pytest.fixture(scope="session")
def served(chromium: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    assert chromium  # without a browser nothing needs to be served
    folder = tmp_path_factory.mktemp("served") / "center"
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    command = [sys.executable, "-m", "tessera", "--center", str(folder), "serve", "--create"]
    with (folder.parent / "log").open("w") as log:
        server = subprocess.Popen([*command, "--demo", str(RECORDS), "--port", str(port)], stdout=log, stderr=log)
        try:
            _wait_for(f"http://127.0.0.1:{port}", server, folder.parent / "log")
            rows = json.loads((folder / "demo-accounts.json").read_text())
            yield Served(f"http://127.0.0.1:{port}", {name: password for name, password, _ in rows})
        finally:
            server.terminate()
            server.wait(timeout=30)


def _wait_for(address: str, server: "subprocess.Popen[bytes]", log: Path) -> None:
    end = time.monotonic() + READY_SECONDS
    while time.monotonic() < end and server.poll() is None:
        try:
            urlopen(f"{address}/healthz", timeout=1).close()
        except OSError:
            time.sleep(0.1)
        else:
            return
    pytest.fail(f"the server does not answer:\n{log.read_text()[-2000:]}")


@pytest.fixture(scope="session")
def chrome(chromium: str) -> Iterator[Browser]:
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=chromium, args=ARGUMENTS)
        yield browser
        browser.close()


@pytest.fixture(scope="session")
def known() -> dict[str, StorageState]:
    """The cookies of those who have signed in already."""
    return {}


@pytest.fixture
def visit(chrome: Browser, served: Served, known: dict[str, StorageState]) -> Iterator[Visit]:
    """Opens a window for an account ("" for a stranger). At the end none of the windows may have complained."""
    opened: list[tuple[BrowserContext, Watched]] = []

    def begin(account: str = "", *, fresh: bool = False) -> Watched:
        state = None if fresh else known.get(account)
        context = chrome.new_context(viewport=WIDE, storage_state=state, locale="en-US", timezone_id="UTC")
        watched = Watched(context.new_page(), served.address)
        watched.page.set_default_timeout(10_000)
        context.on("console", watched.heard)
        context.on("request", watched.asked)
        context.on("weberror", lambda error: watched.complaints.append(str(error.error)))
        opened.append((context, watched))
        if account and state is None:
            sign_in(watched, account, served.passwords[account])
            if not fresh:
                known[account] = context.storage_state()
        return watched

    yield begin
    complaints = [complaint for _, watched in opened for complaint in watched.complaints]
    for context, _ in opened:
        context.close()
    assert not complaints
