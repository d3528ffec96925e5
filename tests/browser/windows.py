"""Windows of a real browser on a served center, watched for what goes wrong without anybody seeing it."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import TypeAlias
from urllib.parse import urlsplit

from playwright.sync_api import ConsoleMessage, Page, Request, ViewportSize

WIDE: ViewportSize = {"width": 1440, "height": 900}
NARROW: ViewportSize = {"width": 390, "height": 844}
HARMLESS = "GPU stall due to ReadPixels"
"""What the drawing library of a machine without a graphics card says of itself."""
PURPOSES = {
    "avery": "criminal-investigation",
    "harper": "public-health",
    "morgan": "data-stewardship",
    "quinn": "oversight",
}


@dataclass
class Served:
    """A center that answers, and the passwords of its demo accounts."""

    address: str
    passwords: dict[str, str]


@dataclass
class Watched:
    """A page, and what went wrong on it that nobody sees."""

    page: Page
    address: str
    complaints: list[str] = field(default_factory=list)

    def open(self, path: str) -> Page:
        answer = self.page.goto(self.address + path)
        assert answer is not None
        assert answer.status == 200, f"{path}: {answer.status}"
        return self.page

    def heard(self, message: ConsoleMessage) -> None:
        if message.type in {"error", "warning"} and HARMLESS not in message.text:
            self.complaints.append(f"{urlsplit(self.page.url).path}: {message.text}")

    def asked(self, request: Request) -> None:
        parts = urlsplit(request.url)
        if parts.scheme not in {"data", "blob"} and f"{parts.scheme}://{parts.netloc}" != self.address:
            self.complaints.append(f"a request left for {request.url}")


Visit: TypeAlias = Callable[..., Watched]


def sign_in(watched: Watched, account: str, password: str) -> None:
    page = watched.open("/sign-in")
    page.get_by_label("Account").fill(account)
    page.get_by_label("Password").fill(password)
    page.get_by_label("Purpose of use").select_option(PURPOSES[account])
    page.get_by_label("I have read the notice").check()
    page.get_by_role("button", name="Sign in").click()
    page.wait_for_url("**/")


@contextmanager
def settled(page: Page, path: str) -> Iterator[None]:
    """Wait until the answer of this address has come."""
    with page.expect_response(lambda response: path in response.url):
        yield
