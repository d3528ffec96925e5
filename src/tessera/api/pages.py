"""Pages of long lists: items, and an opaque mark for the next page, in the body and as a Link header."""

import base64
import binascii
from collections.abc import Callable, Sequence
from typing import Annotated, Generic, TypeVar
from uuid import UUID

from fastapi import Depends, Query, Request, Response
from pydantic import BaseModel, Field

from tessera.errors import Invalid
from tessera.ids import parse_id

Item = TypeVar("Item")
MOST_ON_A_PAGE = 1000
Limit = Annotated[int, Query(ge=1, le=MOST_ON_A_PAGE, description="Items on a page.")]
Cursor = Annotated[str, Query(max_length=200, description="`next_cursor` of the page before; empty for the first.")]
LINK_HEADER = {"Link": {"description": "Address of the next page (RFC 8288).", "schema": {"type": "string"}}}


class Page(BaseModel, Generic[Item]):
    """Some of a long list."""

    items: list[Item]
    next_cursor: str = Field(description="Give it as `cursor` to go on; empty where these were the last.")


class Listing(BaseModel, Generic[Item]):
    """All of a short list."""

    items: list[Item]


class Pager:
    """Marks the next page of the request at hand."""

    def __init__(self, request: Request, response: Response) -> None:
        """Keep what is needed to write the Link header."""
        self._request, self._response = request, response

    def page(self, items: Sequence[Item], next_cursor: str) -> Page[Item]:
        """Answer with these items; the mark, where there is one, also goes into the header."""
        if next_cursor:
            address = self._request.url.include_query_params(cursor=next_cursor)
            self._response.headers["Link"] = f'<{address}>; rel="next"'
        return Page(items=list(items), next_cursor=next_cursor)

    def cut(self, items: Sequence[Item], limit: int, mark: Callable[[Item], object]) -> Page[Item]:
        """Answer with the first `limit` of these; one more means that there is a next page behind `mark` of the last."""
        shown = items[:limit]
        return self.page(shown, to_cursor(mark(shown[-1])) if len(items) > limit else "")


Paged = Annotated[Pager, Depends(Pager)]


def to_cursor(value: object) -> str:
    """Wrap a mark so that nobody is tempted to count with it."""
    return base64.urlsafe_b64encode(str(value).encode()).decode().rstrip("=")


def uid_after(cursor: str) -> UUID | None:
    """Unwrap a mark that is an identifier; None for the first page."""
    if not cursor:
        return None
    uid = parse_id(_unwrapped(cursor))
    if uid is None:
        raise _damaged()
    return uid


def index_before(cursor: str) -> int | None:
    """Unwrap a mark that is a place in the audit log; None for the first page."""
    if not cursor:
        return None
    text = _unwrapped(cursor)
    if not (text.isascii() and text.isdecimal() and len(text) < 19):  # noqa: PLR2004 - fits 64 bits
        raise _damaged()
    return int(text)


def _unwrapped(cursor: str) -> str:
    try:
        return base64.urlsafe_b64decode(cursor + "=" * (-len(cursor) % 4)).decode()
    except (binascii.Error, ValueError):
        raise _damaged() from None


def _damaged() -> Invalid:
    return Invalid("this page mark is damaged", where="query.cursor", advice="Start again from the first page.")
