"""Exports from real centers, on both databases: whole, of one instant, masked, disclosed."""

import hashlib
import json
import sys
from collections.abc import Iterator
from dataclasses import replace

import pytest
import regions

from tessera import share
from tessera.errors import Invalid, NotAllowed
from tessera.flow.center import Center
from tessera.model.access import Access
from tessera.model.record import SearchQuery
from tessera.store import auditing
from tessera.store.events import Event

INCIDENTS = SearchQuery(kinds=("incident",))
SEVEN = [f"{n},2026-03-0{n} 10:00,theft,Case {n},39.1{n},-75.5,,,30" for n in range(1, 8)]


@pytest.fixture
def small_pages(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys.modules["tessera.share.export"], "PAGE", 3)


def stream(center: Center, access: Access = regions.ANALYST, query: SearchQuery = INCIDENTS) -> Iterator[bytes]:
    return share.export(center.store, access, query, "ndjson", center.dictionary)


def numbers(content: bytes) -> list[str]:
    return [json.loads(line)["terms"]["incident_number"] for line in content.splitlines()]


def texts(content: bytes) -> list[str]:
    return [json.loads(line)["terms"]["text"] for line in content.splitlines()]


def events(center: Center) -> list[auditing.AuditEntry]:

    with center.store.reading(regions.AUDITOR) as tx:
        return auditing.entries(tx, limit=20)


@pytest.mark.usefixtures("small_pages")
def test_an_export_is_whole_over_many_pages_and_disclosed(center: Center) -> None:
    regions.deliver(center, regions.rows(*SEVEN), source="open-feed")
    content = b"".join(stream(center))
    assert sorted(numbers(content)) == list("1234567")
    noted = {entry.event: entry for entry in events(center)}
    assert noted[Event.RECORDS_EXPORT_BEGUN].details["format"] == "ndjson"
    last = noted[Event.RECORDS_EXPORTED]
    assert last.account == regions.ANALYST.actor.account
    assert last.purpose == regions.ANALYST.purpose
    assert last.details["records"] == 7
    assert last.details["sha256"] == hashlib.sha256(content).hexdigest()
    assert [e.event for e in events(center)].count(Event.RECORDS_EXPORT_PAGE) == 3


@pytest.mark.usefixtures("small_pages")
def test_what_changes_meanwhile_does_not_show_in_an_export(center: Center, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("tessera.share.formats.ROWS_AT_ONCE", 1)
    regions.deliver(center, regions.rows(*SEVEN), source="open-feed")
    chunks = stream(center)
    first = next(chunks)
    changed = [line.replace("Case", "Closed case") for line in SEVEN]
    regions.deliver(center, regions.rows(*changed, "8,2026-03-08 10:00,theft,New,39.1,-75.5,,,30"), source="open-feed")
    content = first + b"".join(chunks)
    assert sorted(numbers(content)) == list("1234567")
    assert not any("Closed" in text for text in texts(content))
    assert len(texts(b"".join(stream(center)))) == 8


def test_only_what_the_reader_may_see_leaves(center: Center) -> None:
    regions.deliver(center, regions.rows(SEVEN[0]), source="open-feed")
    regions.deliver(center, regions.rows(SEVEN[1]), source="police-feed")
    assert sorted(numbers(b"".join(stream(center, regions.ANALYST)))) == ["1", "2"]
    assert numbers(b"".join(stream(center, regions.EPIDEMIOLOGIST))) == ["1"]


def test_an_export_that_stops_on_its_way_is_not_noted_as_complete(center: Center) -> None:
    regions.deliver(center, regions.rows(*SEVEN), source="open-feed")
    chunks = stream(center)
    next(chunks)
    chunks.close()  # type: ignore[attr-defined]  # what the server does when the caller goes away
    assert [e.event for e in events(center)][:2] == [Event.RECORDS_EXPORT_PAGE, Event.RECORDS_EXPORT_BEGUN]


def test_who_may_not_export_is_refused_before_the_stream_and_that_is_noted(center: Center) -> None:
    with pytest.raises(NotAllowed):
        stream(center, regions.AUDITOR)
    assert events(center)[0].event == Event.REFUSED


@pytest.mark.parametrize("kinds", [(), ("incident", "person"), ("unicorn",)])
def test_an_export_is_of_one_known_kind(center: Center, kinds: tuple[str, ...]) -> None:
    with pytest.raises(Invalid):
        stream(center, query=SearchQuery(kinds=kinds))


def test_an_export_as_of_a_past_instant_shows_what_was_known_then(center: Center) -> None:
    regions.deliver(center, regions.rows(SEVEN[0]), source="open-feed")
    then = center.clock()
    regions.deliver(center, regions.rows(SEVEN[0].replace("Case", "Closed case")), source="open-feed")
    assert texts(b"".join(stream(center, query=replace(INCIDENTS, as_of=then)))) == ["Case 1"]
    assert texts(b"".join(stream(center))) == ["Closed case 1"]
