"""The options with which a command asks for records, and how they become a query."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import ParamSpec, TypeVar

import click

from tessera.clock import to_millis
from tessera.errors import Invalid
from tessera.model.record import SearchQuery

P = ParamSpec("P")
R = TypeVar("R")


def question_options(command: Callable[P, R]) -> Callable[P, R]:
    """Give a command the options that narrow down which records are meant."""
    for option in (
        click.option("--as-of", default="", metavar="DATE", help="Answer with what was known at the end of this day."),
        click.option("--near", default="", metavar="LAT,LON,KM", help="Within so many kilometres of a place."),
        click.option("--until", default="", metavar="DATE", help="Events until the end of this day."),
        click.option("--since", default="", metavar="DATE", help="Events since the start of this day (UTC)."),
        click.option("--source", "sources", multiple=True, help="Only of this source; may be repeated."),
        click.option("--kind", "kinds", multiple=True, help="Only of this kind; may be repeated."),
    ):
        command = option(command)
    return command


def to_query(
    text: str, *, kinds: tuple[str, ...], sources: tuple[str, ...], since: str, until: str, near: str, as_of: str,
    limit: int = 20,
) -> SearchQuery:  # fmt: skip
    """Put the options together."""
    return SearchQuery(
        text=text,
        kinds=kinds,
        sources=sources,
        since=_instant(since, "--since") if since else None,
        until=end_of(until, "--until") if until else None,
        near=_place(near) if near else None,
        as_of=end_of(as_of, "--as-of") if as_of else None,
        limit=limit,
    )


def _instant(text: str, option: str, *, days: int = 0) -> int:
    try:
        found = datetime.fromisoformat(text)
    except ValueError:
        raise Invalid(f"{text!r} is not a date", where=option, advice="Write it as 2026-03-31.") from None
    return to_millis((found if found.tzinfo else found.replace(tzinfo=UTC)) + timedelta(days=days))


def end_of(text: str, option: str) -> int:
    """A day alone means its end; with a time of day, that instant."""
    whole_day = len(text) == len("2026-03-31")
    return _instant(text, option, days=1 if whole_day else 0)


def _place(text: str) -> tuple[float, float, float]:
    try:
        latitude, longitude, km = (float(part) for part in text.split(","))
    except ValueError:
        raise Invalid(f"{text!r} is not a place", where="--near", advice="Write it as 39.16,-75.52,5.") from None
    return latitude, longitude, km
