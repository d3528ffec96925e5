"""From an empty center to a person at work, in a real browser: set up, app, account, one-time password, passkey, lock.

Chromium's virtual authenticator (the WebAuthn domain of its DevTools protocol) stands for the device.
"""

import re
import socket
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass

import pyotp
import pytest
from conftest import _wait_for
from playwright.sync_api import Browser, BrowserContext, Page, expect
from test_accessibility import faults
from windows import WIDE

PASSWORD = "four tall ships at anchor"
OTHER = "nine quiet herons wait here"
PURPOSE = "administration"


@dataclass
class Site:
    address: str
    code: str


@pytest.fixture(scope="module")
def site(chromium: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    """An empty center as `tessera init` makes it, served; the set-up code is read off what it prints."""
    assert chromium
    folder = tmp_path_factory.mktemp("empty") / "center"
    tessera = [sys.executable, "-m", "tessera"]
    subprocess.run([*tessera, "init", str(folder), "--name", "Quay Center"], check=True, capture_output=True)
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    log = folder.parent / "log"
    with log.open("w") as out:
        server = subprocess.Popen(
            [*tessera, "--center", str(folder), "serve", "--port", str(port)], stdout=out, stderr=out
        )
        try:
            _wait_for(f"http://127.0.0.1:{port}", server, log)
            (code,) = re.findall(r"tes_[\w-]+", log.read_text())
            yield Site(address=f"http://localhost:{port}", code=code)
        finally:
            server.terminate()
            server.wait(timeout=30)


@pytest.fixture
def windows(chrome: Browser) -> Iterator[list[BrowserContext]]:
    opened: list[BrowserContext] = []
    yield opened
    for one in opened:
        one.close()


def window(chrome: Browser, windows: list[BrowserContext], heard: list[str]) -> Page:
    context = chrome.new_context(viewport={"width": 1280, "height": 900}, locale="en-US", timezone_id="UTC")
    context.on(
        "console", lambda m: heard.append(m.text) if m.type == "error" and "status of 40" not in m.text else None
    )
    windows.append(context)
    page = context.new_page()
    page.set_default_timeout(15_000)
    return page


def add_device(page: Page) -> None:
    """Plug a device in that verifies its person."""
    device = page.context.new_cdp_session(page)
    device.send("WebAuthn.enable")
    options = {
        "protocol": "ctap2", "transport": "internal", "hasResidentKey": True, "hasUserVerification": True,
        "isUserVerified": True, "automaticPresenceSimulation": True,
    }  # fmt: skip
    device.send("WebAuthn.addVirtualAuthenticator", {"options": options})


def sign_in(page: Page, site: Site, account: str, password: str) -> None:
    page.goto(f"{site.address}/sign-in")
    page.get_by_label("Account").fill(account)
    page.get_by_label("Password").fill(password)
    page.get_by_label("Purpose of use").select_option(PURPOSE)
    page.get_by_label("I have read the notice").check()
    page.get_by_role("button", name="Sign in").click()


def set_up(page: Page, site: Site) -> None:
    page.goto(f"{site.address}/setup")
    page.get_by_label("Setup code").fill(site.code)
    page.get_by_label("Name of your agency").fill("Quay Unit")
    page.get_by_label("Its short name").fill("quay-unit")
    page.get_by_label("Account name").fill("kim")
    page.get_by_label("Your name").fill("Kim")
    page.get_by_label("Password", exact=True).fill(PASSWORD)
    page.get_by_label("The password again").fill(PASSWORD)
    page.get_by_role("button", name="Create the administrator").click()
    expect(page.get_by_text("The first administrator is set up")).to_be_visible()


def add_app(page: Page) -> str:
    page.get_by_role("link", name="Set up an app").click()
    expect(page.get_by_alt_text(re.compile("QR code"))).to_be_visible()
    drawn = page.evaluate("document.querySelector('.t-qr').naturalWidth")
    assert drawn > 100, "the picture is not drawn"
    seed = page.locator(".t-key").inner_text().replace(" ", "")
    page.get_by_label("Code of six digits").fill(pyotp.TOTP(seed).now())
    page.get_by_role("button", name="Add the app").click()
    expect(page.locator(".t-codes li")).to_have_count(10)
    return seed


def test_from_an_empty_center_to_a_person_at_work(site: Site, chrome: Browser, windows: list[BrowserContext]) -> None:
    heard: list[str] = []
    kim = window(chrome, windows, heard)
    set_up(kim, site)
    sign_in(kim, site, "kim", PASSWORD)
    expect(kim.get_by_text("opens with a second factor only")).to_be_visible()
    assert not faults(kim, "enrol")
    add_app(kim)
    kim.get_by_role("link", name="Go on to the overview").click()
    expect(kim.get_by_role("heading", name="Overview")).to_be_visible()

    kim.goto(f"{site.address}/accounts")
    kim.get_by_label("Account name").fill("noor")
    kim.get_by_label("Name and post of the person").fill("Noor, steward")
    kim.locator("#agency").select_option("quay-unit")
    kim.get_by_label("data steward").check()
    kim.get_by_role("button", name="Add the account").click()
    password = kim.locator(".t-secret code").inner_text()

    noor = window(chrome, windows, heard)
    add_device(noor)
    sign_in(noor, site, "noor", password)
    expect(noor.get_by_role("heading", name="Choose a password")).to_be_visible()
    assert not faults(noor, "password")
    noor.get_by_label("The password that you have now").fill(password)
    noor.get_by_label("New password", exact=True).fill(OTHER)
    noor.get_by_label("The new password again").fill(OTHER)
    noor.get_by_role("button", name="Change the password").click()
    noor.get_by_label("What you call it").fill("blue key")
    noor.get_by_role("button", name="Add a passkey").click()
    expect(noor.locator(".t-codes li")).to_have_count(10)
    expect(noor.get_by_role("rowheader", name="blue key")).to_be_visible()
    assert not faults(noor, "factors")
    noor.get_by_role("link", name="Go on to the overview").click()
    noor.goto(f"{site.address}/sources")
    expect(noor.get_by_role("heading", name="Sources")).to_be_visible()

    noor.set_viewport_size(WIDE)
    noor.locator(".t-account summary").click()
    noor.get_by_role("button", name="Lock", exact=True).click()
    expect(noor.get_by_role("heading", name="Locked")).to_be_visible()
    assert not faults(noor, "locked")
    noor.get_by_role("button", name="Unlock with a passkey").click()
    expect(noor.get_by_text("Welcome back")).to_be_visible()

    noor.locator(".t-account summary").click()
    noor.get_by_role("button", name="Sign out").click()
    sign_in(noor, site, "noor", OTHER)
    expect(noor.get_by_role("button", name="Use a passkey")).to_be_visible()
    assert not faults(noor, "factor")
    noor.set_viewport_size(WIDE)
    noor.get_by_role("button", name="Use a passkey").click()
    expect(noor.get_by_role("heading", name="Overview")).to_be_visible()
    assert not heard


def test_a_device_that_says_no_is_explained_and_nothing_is_sent(
    site: Site, chrome: Browser, windows: list[BrowserContext]
) -> None:
    """Depends on the account of the test before; a browser without its device cannot sign."""
    noor = window(chrome, windows, [])
    device = noor.context.new_cdp_session(noor)
    device.send("WebAuthn.enable")
    options = {"protocol": "ctap2", "transport": "internal", "hasUserVerification": True, "isUserVerified": True}
    device.send("WebAuthn.addVirtualAuthenticator", {"options": options})
    sign_in(noor, site, "noor", OTHER)
    noor.get_by_role("button", name="Use a passkey").click()
    expect(noor.locator("[data-passkey-said]")).to_contain_text("Nothing was sent")
    expect(noor.get_by_role("heading", name="Second factor")).to_be_visible()
