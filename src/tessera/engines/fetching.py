"""Fetching small public files over HTTP, for witnesses: http and https only, no way to another host, not too much."""

from typing import Any
from urllib.error import HTTPError, URLError
from urllib.parse import urlsplit
from urllib.request import HTTPRedirectHandler, HTTPSHandler, OpenerDirector, Request, build_opener

from tessera.errors import Invalid, Unavailable

SECONDS = 30
MOST_BYTES = 1 << 20
SCHEMES = frozenset({"http", "https"})


class _SameHost(HTTPRedirectHandler):
    """Follows a redirect on the same scheme, host and port only."""

    def redirect_request(self, req: Request, fp: Any, code: int, msg: str, headers: Any, newurl: str) -> Request | None:  # noqa: ANN401, PLR0917 - urllib's own signature
        if urlsplit(newurl)[:2] != urlsplit(req.full_url)[:2]:
            raise Unavailable(f"{req.full_url} leads to another host", advice="Name the right address.")
        return super().redirect_request(req, fp, code, msg, headers, newurl)


def is_url(text: str) -> bool:
    """Claim that this is an address to fetch from, and no file."""
    return "://" in text


def fetch(url: str) -> bytes:
    """Fetch a small file; Unavailable where it cannot be had, Invalid where the address is of another sort."""
    parts = urlsplit(url)
    if parts.scheme not in SCHEMES or not parts.hostname:
        raise Invalid(f"{url} cannot be fetched", advice="Give an address that begins with http:// or https://.")
    opener: OpenerDirector = build_opener(_SameHost, HTTPSHandler)
    try:
        with opener.open(Request(url, headers={"User-Agent": "tessera-witness"}), timeout=SECONDS) as answer:  # noqa: S310 - the scheme is checked
            content: bytes = answer.read(MOST_BYTES + 1)
    except HTTPError as error:
        error.close()
        raise Unavailable(
            f"{url} answers {error.code} ({error.reason})", advice="Is this the log's address?"
        ) from error
    except (URLError, OSError, ValueError) as error:
        raise Unavailable(f"{url} cannot be fetched ({error})", advice="Try again later.") from error
    if len(content) > MOST_BYTES:
        raise Unavailable(f"{url} is longer than {MOST_BYTES >> 20} MiB", advice="That is no part of a log.")
    return content
