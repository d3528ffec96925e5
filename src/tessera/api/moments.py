"""Instants at the door: RFC 3339 text outside, milliseconds since the epoch inside."""

import re
from datetime import datetime
from typing import Annotated

from pydantic import BeforeValidator, WithJsonSchema

from tessera.clock import to_datetime, to_millis

_RFC_3339 = re.compile(r"\d{4}-\d\d-\d\d[Tt]\d\d:\d\d:\d\d(\.\d{1,6})?([Zz]|[+-]\d\d:\d\d)", re.ASCII)


def read_instant(value: object) -> int:
    """Read an instant; it must say its zone.

    >>> read_instant("1970-01-01T01:00:01+01:00")
    1000
    """
    text = str(value).replace(" ", "+")  # a plus sign that was not escaped in an address
    if not _RFC_3339.fullmatch(text):
        msg = "not an instant; write it as 2026-03-01T00:00:00Z"
        raise ValueError(msg)
    try:
        return to_millis(datetime.fromisoformat(text.upper()))
    except OverflowError:
        msg = "no such instant"
        raise ValueError(msg) from None


Instant = Annotated[int, BeforeValidator(read_instant), WithJsonSchema({"type": "string", "format": "date-time"})]


def moment(millis: int | None) -> datetime | None:
    """Write an instant that may be missing."""
    return None if millis is None else to_datetime(millis)
