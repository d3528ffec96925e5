"""What every answer carries, and how a forged form is told from a true one."""

from collections.abc import Iterable
from urllib.parse import urlsplit

from starlette.datastructures import MutableHeaders
from starlette.requests import Request
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from tessera.errors import NotAllowed
from tessera.trust import credentials

CONTENT_SECURITY_POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data: blob:; font-src 'self' data:; "
    "connect-src 'self'; media-src 'self'; worker-src 'self' blob:; form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
)
HEADERS = {
    "Content-Security-Policy": CONTENT_SECURITY_POLICY,
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Permissions-Policy": "camera=(), geolocation=(), microphone=(), payment=(), usb=()",
    "Referrer-Policy": "same-origin",
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
}
NEVER_KEPT = "no-store"
ONE_YEAR = "max-age=31536000; includeSubDomains"
FORGED = "this form did not come from this site, or its page has grown old"
SAME_SITE = frozenset({"same-origin", "none"})
"""What a browser says of a request that a page of this site, or the person, started."""


class Forged(NotAllowed):
    """A form did not come from a page of this site."""


def protect(headers: MutableHeaders, *, https: bool) -> None:
    """Add what every answer carries. Nothing is kept by the browser unless the answer says how long."""
    for name, value in HEADERS.items():
        headers.setdefault(name, value)
    headers.setdefault("Cache-Control", NEVER_KEPT)
    if https:
        headers.setdefault("Strict-Transport-Security", ONE_YEAR)


class Protected:
    """An application whose every answer is protected: pages, files, errors and the API alike."""

    def __init__(self, app: ASGIApp, *, https: bool) -> None:
        """Wrap the application; `https` says that browsers reach it over HTTPS only."""
        self.app = app
        self._https = https

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one request."""
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return

        async def send_protected(message: Message) -> None:
            if message["type"] == "http.response.start":
                protect(MutableHeaders(scope=message), https=self._https)
            await send(message)

        await self.app(scope, receive, send_protected)


def check_origin(request: Request) -> None:
    """Refuse what the browser itself says another site has sent. Programs that say nothing have no cookies to lend."""
    origin = request.headers.get("origin")
    site = request.headers.get("sec-fetch-site")
    elsewhere = origin is not None and urlsplit(origin).netloc != request.headers.get("host", "")
    if elsewhere or (site is not None and site not in SAME_SITE):
        raise _forged()


def check_token(secret: str, fields: Iterable[tuple[str, str]]) -> None:
    """Refuse a form whose token was not made of this visitor's secret."""
    tokens = [value for name, value in fields if name == "csrf"]
    if not secret or len(tokens) != 1 or not credentials.check_csrf(secret, tokens[0]):
        raise _forged()


def local_path(wanted: str, *, otherwise: str = "/") -> str:
    """Give the address to go on to, if it lies on this site.

    Browsers drop tabs and line ends from addresses and read a backslash as a slash, so none may be in it.

    >>> local_path("/records?q=1"), local_path("//evil.example"), local_path("https://evil.example")
    ('/records?q=1', '/', '/')
    """
    plain = wanted.isascii() and wanted.isprintable() and "\\" not in wanted and " " not in wanted
    here = wanted.startswith("/") and not wanted.startswith("//")
    return wanted if plain and here and not urlsplit(wanted).netloc else otherwise


def _forged() -> Forged:
    return Forged(FORGED, advice="Go back, load the page again, and send the form once more.")
