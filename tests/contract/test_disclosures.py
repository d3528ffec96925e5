"""Every door that shows content is in the dissemination record, and nothing else is, on both databases."""

from collections.abc import Callable
from dataclasses import replace
from uuid import UUID

import pytest
from regions import ANALYST, AUDITOR, DEPUTY, EPIDEMIOLOGIST, STEWARD, deliver, rows
from sqlalchemy import select

from tessera import share
from tessera.errors import NotAllowed, NotFound
from tessera.flow import evidence
from tessera.flow.center import Center
from tessera.flow.pipeline import allowance
from tessera.model.access import Access
from tessera.model.disclosure import DisclosureQuery
from tessera.model.record import SearchQuery
from tessera.store import disclosures, handling, maps, overview, quarantine, records, tables
from tessera.store.transactions import Transaction

OWNER = replace(DEPUTY, actor=replace(DEPUTY.actor, groups=frozenset({"law-enforcement", "cji-cleared"})))
ROWS = rows(
    "A1,2026-03-01 10:00,burglary,rear window broken,39.16,-75.52,Elena Munoz,302-555-0143,41",
    "A2,2026-03-02 11:30,robbery,cash taken,39.20,-75.60,,,",
    "A3,2026-03-02 99:30,theft,bad time,39.20,-75.60,,,",
)


def disclosed(center: Center) -> list[tuple[str, set[int]]]:
    d, dr = tables.disclosure.c, tables.disclosure_record.c
    with center.store.dialect.engine.connect() as connection:
        found = []
        for row in connection.execute(select(d.id, d.event, d.records).order_by(d.id)):
            keys = set(connection.execute(select(dr.record_id).where(dr.disclosure_id == row.id)).scalars())
            assert row.records == len(keys)
            found.append((row.event, keys))
        return found


def keys_by_row(center: Center) -> dict[int, set[int]]:
    r = tables.record.c
    with center.store.dialect.engine.connect() as connection:
        found: dict[int, set[int]] = {}
        for row in connection.execute(select(r.row, r.id)):
            found.setdefault(row.row, set()).add(row.id)
        return found


def burglary(center: Center) -> UUID:
    with center.store.reading(ANALYST) as tx:
        return records.search(tx, SearchQuery(text="burglary")).hits[0].uid


def read(center: Center, look: Callable[[Transaction], object], access: Access = ANALYST) -> list[set[int]]:
    before = len(disclosed(center))
    with center.store.reading(access) as tx:
        look(tx)
    return [keys for _, keys in disclosed(center)[before:]]


def test_each_door_that_shows_content_names_what_it_showed(center: Center) -> None:
    deliver(center, ROWS, source="open-feed")
    keys = keys_by_row(center)
    uid = burglary(center)
    incident = disclosed(center)[-1][1]
    (person,) = keys[1] - incident
    everything = set().union(*keys.values())
    query = SearchQuery(kinds=("incident",))
    assert read(center, lambda tx: records.get(tx, uid)) == [incident]
    assert read(center, lambda tx: records.versions(tx, uid)) == [incident]
    assert read(center, lambda tx: records.links(tx, uid)) == [{person}]
    assert read(center, lambda tx: records.export(tx, query)) == [everything - {person}]
    assert read(center, lambda tx: maps.view(tx, query, zoom=9)) == [everything - {person}]
    before = len(disclosed(center))
    evidence.show(center.store, center.blobs, ANALYST, uid, allowance=allowance(center.settings))
    assert [found for _, found in disclosed(center)[before:]] == [everything]


def test_counts_and_empty_answers_and_refusals_disclose_nothing(center: Center) -> None:
    deliver(center, ROWS, source="open-feed")
    assert read(center, lambda tx: records.facets(tx, SearchQuery())) == []
    assert read(center, overview.sources) == []
    assert read(center, lambda tx: records.search(tx, SearchQuery(text="nowhere"))) == []
    with pytest.raises(NotFound):
        read(center, lambda tx: (records.search(tx, SearchQuery()), records.get(tx, UUID(int=1))))
    with pytest.raises(NotAllowed):
        read(center, lambda tx: records.search(tx, SearchQuery()), AUDITOR)
    assert disclosed(center) == []


def test_delivered_bytes_disclose_all_that_was_made_of_them_and_their_size_alone_nothing(center: Center) -> None:
    done = deliver(center, ROWS, source="open-feed")
    everything = set().union(*keys_by_row(center).values())
    assert read(center, lambda tx: handling.open_bytes(tx, done.uid), OWNER) == [everything]
    assert read(center, lambda tx: handling.open_bytes(tx, done.uid, given=False), OWNER) == []


def test_a_row_of_quarantine_that_became_a_record_discloses_it(center: Center) -> None:
    done = deliver(center, ROWS, source="open-feed")
    with center.store.reading(STEWARD) as tx:
        (row,) = quarantine.page(tx, delivery=done.uid)
    assert disclosed(center) == []
    with center.store.writing(STEWARD) as tx:
        quarantine.mend(tx, row.uid, {"when": "2026-03-02 10:30"})
    center.pipeline.replay(STEWARD, row.uid)
    assert read(center, lambda tx: quarantine.get(tx, row.uid), STEWARD) == [keys_by_row(center)[3]]


def listed(center: Center, access: Access, **asked: object) -> list[tuple[str, str, int]]:
    with center.store.reading(access) as tx:
        found = disclosures.page(tx, DisclosureQuery(**asked))  # type: ignore[arg-type]
    return [(one.account, one.owner, one.records) for one in found]


def test_an_agency_sees_what_left_it_and_only_its_own(center: Center) -> None:
    deliver(center, ROWS, source="police-feed")
    burglary(center)
    with center.store.reading(OWNER) as tx:
        records.search(tx, SearchQuery(kinds=("incident",)))
    assert listed(center, OWNER) == [("avery", "sheriff", 1)]
    assert listed(center, OWNER, within=True) == [("sam", "sheriff", 2), ("avery", "sheriff", 1)]
    assert listed(center, AUDITOR) == [("avery", "sheriff", 1)]
    assert listed(center, AUDITOR, owner="hospital") == []
    assert listed(center, EPIDEMIOLOGIST) == listed(center, EPIDEMIOLOGIST, owner="sheriff") == []
    with pytest.raises(NotAllowed):
        listed(center, ANALYST)


def test_disclosures_are_found_by_record_recipient_day_and_export(center: Center) -> None:
    deliver(center, ROWS, source="police-feed")
    uid = burglary(center)
    content = b"".join(
        share.export(center.store, ANALYST, SearchQuery(kinds=("incident",)), "ndjson", center.dictionary)
    )
    number = content.decode().partition("export ")[2][:36]
    assert listed(center, OWNER, export=number) == [("avery", "sheriff", 2)]
    assert len(listed(center, OWNER, record=uid)) == 2
    assert listed(center, OWNER, recipient="hospital") == []
    assert listed(center, OWNER, until=0) == []
    with pytest.raises(NotFound):
        listed(center, EPIDEMIOLOGIST, record=uid)
    with center.store.reading(OWNER) as tx:
        assert disclosures.by_recipient(tx, DisclosureQuery()) == [("fusion-unit", "criminal-investigation", 2, 3)]
        assert [count for _, count in disclosures.by_day(tx, DisclosureQuery())] == [3]


def test_the_file_has_every_disclosure_once(center: Center, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("tessera.share.disclosed.PAGE", 2)
    deliver(center, ROWS, source="police-feed")
    for _ in range(5):
        burglary(center)
    lines = b"".join(share.disclosures_csv(center.store, OWNER, DisclosureQuery())).decode().splitlines()
    assert len(lines) == 6
    assert len(set(lines)) == 6
