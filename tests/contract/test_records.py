"""What the store promises about records, on SQLite and on PostgreSQL alike."""

from dataclasses import replace
from uuid import UUID

import pytest
from regions import ANALYST, DEPUTY, EPIDEMIOLOGIST, STEWARD, deliver, rows

from tessera.errors import Invalid, NotFound
from tessera.flow.center import Center
from tessera.model.access import Access
from tessera.model.marking import FieldClass
from tessera.model.record import Order, RecordView, SearchPage, SearchQuery
from tessera.store import deliveries, maps, overview, quarantine, records

ROWS = rows(
    "A1,2026-03-01 10:00,burglary,rear window broken by a tall man,39.16,-75.52,Elena Muñoz,302-555-0143,41",
    "A2,2026-03-02 11:30,robbery,cash taken at the harbour,39.20,-75.60,,,",
    "A3,2026-04-05 23:59,burglary,bicycle stolen from shed,38.70,-75.10,Daniel O'Kafor,302-555-0117,37",
)


def search(center: Center, access: Access, text: str = "", **filters: object) -> SearchPage:
    query = replace(SearchQuery(text=text), **filters)  # type: ignore[arg-type]
    with center.store.reading(access) as tx:
        return records.search(tx, query)


def numbers(page: SearchPage) -> list[str]:
    return [value(hit, "incident_number") for hit in page.hits if hit.kind == "incident"]


def value(view: RecordView, term: str) -> str:
    return next((t.value for t in view.terms if t.term == term), "")


def test_every_row_in_is_a_record_or_quarantined_or_a_duplicate(center: Center) -> None:
    content = ROWS + b"A4,31/02/2026,theft,bad date,39,-75,,,\nA5,2026-01-01 00:00,theft,swapped,-75.5,39.1,,,\n"
    content += b"A1,2026-03-01 10:00,burglary,rear window broken by a tall man,39.16,-75.52,Elena Mu\xc3\xb1oz,302-555-0143,41\n"
    content += b"A6,2026-01-01 00:00,too,many,39,-75,,,,,,\n"
    done = deliver(center, content, source="open-feed")
    assert done.rows_in == 7
    assert done.rows_in == done.rows_recorded + done.rows_quarantined + done.rows_duplicate
    assert (done.rows_duplicate, done.rows_recorded) == (1, 4)
    assert done.records == 6
    assert done.links == 2


def test_the_same_bytes_from_the_same_source_are_one_delivery(center: Center) -> None:
    first = deliver(center, ROWS, source="open-feed")
    again = deliver(center, ROWS, source="open-feed", filename="other.csv")
    assert again.duplicate
    assert again.uid == first.uid
    assert len(search(center, ANALYST).hits) == 5


def test_words_are_found_whatever_their_case_and_accents(center: Center) -> None:
    deliver(center, ROWS, source="police-feed")
    for asked in ("BURGLARY", "burgl*", '"rear window"', "burglary OR robbery", "muñoz", "MUNOZ", "okafor OR kafor"):
        assert search(center, ANALYST, asked).hits, asked
    assert not search(center, ANALYST, '"window rear"').hits
    assert numbers(search(center, ANALYST, "burglary -bicycle")) == ["A1"]


def test_punctuation_in_a_question_is_no_syntax(center: Center) -> None:
    deliver(center, ROWS, source="open-feed")
    for asked in (
        "a'b\"c",
        "NEAR(",
        "x:y",
        "a & b | !c",
        "col:burglary*",
        "(((",
        "'; DROP TABLE record; --",
        "\\",
        "%",
        "é*",
    ):
        search(center, ANALYST, asked + " burglary")


def test_a_question_without_words_or_with_only_unwanted_ones_is_refused(center: Center) -> None:
    for asked in ("-burglary", "!!!", "*"):
        with pytest.raises(Invalid):
            search(center, ANALYST, asked)


def test_filters_by_kind_time_source_holding_and_place(center: Center) -> None:
    deliver(center, ROWS, source="open-feed")
    march, april = 1772323200000, 1775001600000
    assert numbers(search(center, ANALYST, kinds=("incident",), since=march, until=april)) == ["A2", "A1"]
    assert numbers(search(center, ANALYST, kinds=("incident",), near=(39.16, -75.52, 3))) == ["A1"]
    assert numbers(search(center, ANALYST, kinds=("incident",), near=(39.16, -75.52, 20))) == ["A2", "A1"]
    assert numbers(search(center, ANALYST, box=(-75.2, 38.0, -75.0, 39.0))) == ["A3"]
    assert numbers(search(center, ANALYST, "burglary", box=(-75.2, 38.0, -75.0, 39.0))) == ["A3"]
    assert not search(center, ANALYST, sources=("health-feed",)).hits
    assert len(search(center, ANALYST, holdings=("incidents",)).hits) == 5
    with pytest.raises(Invalid):
        search(center, ANALYST, kinds=("unicorn",))
    with pytest.raises(Invalid):
        search(center, ANALYST, near=(91, 0, 1))


def test_pages_join_without_gap_or_overlap_in_both_orders(center: Center) -> None:
    lines = [f"B{i},2026-03-{1 + i % 28:02} 10:00,theft,item {i},39.{i:02},-75.5,,," for i in range(23)]
    deliver(center, rows(*lines), source="open-feed")
    for order in Order:
        seen: list[UUID] = []
        cursor = ""
        while True:
            page = search(center, ANALYST, "theft", order=order, limit=5, cursor=cursor)
            seen += [hit.uid for hit in page.hits]
            cursor = page.next_cursor
            if not cursor:
                break
        assert len(seen) == len(set(seen)) == 23
    times = [hit.event_time or 0 for hit in search(center, ANALYST, "theft", order=Order.EVENT_TIME, limit=100).hits]
    assert times == sorted(times, reverse=True)


def test_a_newer_version_closes_the_older_and_the_past_can_still_be_asked(center: Center) -> None:
    deliver(center, ROWS, source="open-feed")
    before = center.clock()
    changed = rows("A2,2026-03-02 11:30,robbery,cash found again,39.20,-75.60,,,")
    done = deliver(center, changed, source="open-feed")
    assert (done.rows_recorded, done.records) == (1, 1)
    (now,) = search(center, ANALYST, "cash").hits
    assert value(now, "text") == "cash found again"
    (then,) = search(center, ANALYST, "cash", as_of=before).hits
    assert value(then, "text") == "cash taken at the harbour"
    assert then.known_to == now.known_from
    with center.store.reading(ANALYST) as tx:
        assert [v.uid for v in records.versions(tx, now.uid)] == [now.uid, then.uid]
        assert records.get(tx, now.uid, as_of=before).uid == then.uid
        with pytest.raises(NotFound):
            records.get(tx, now.uid, as_of=1)


def test_the_same_rows_again_are_duplicates_and_change_nothing(center: Center) -> None:
    deliver(center, ROWS, source="open-feed")
    done = deliver(center, ROWS + b"\n", source="open-feed")
    assert (done.rows_in, done.rows_duplicate, done.records, done.links) == (3, 3, 0, 0)


def test_links_show_only_when_both_ends_may_be_seen(center: Center) -> None:
    deliver(center, ROWS, source="open-feed")
    (incident,) = search(center, ANALYST, "A3").hits
    with center.store.reading(ANALYST) as tx:
        (link,) = records.links(tx, incident.uid)
        assert (link.type, link.role, link.other.kind) == ("involvement", "victim", "person")
        (back,) = records.links(tx, link.other.uid)
        assert back.other.uid == incident.uid


def test_what_may_not_be_seen_is_not_there_at_all(center: Center) -> None:
    deliver(center, ROWS, source="health-feed")
    shown = search(center, EPIDEMIOLOGIST, "burglary").hits
    assert shown
    for text in ("", "burglary", "munoz"):
        assert not search(center, DEPUTY, text).hits
        assert not search(center, ANALYST, text).hits
    with center.store.reading(DEPUTY) as tx:
        assert records.facets(tx, SearchQuery()).counted == 0
        assert maps.view(tx, SearchQuery(box=(-80, 35, -70, 45)), zoom=6).total == 0
        assert overview.visible_count(tx) == 0
        assert "health-feed" not in {s.source.name for s in overview.sources(tx)}
    with pytest.raises(NotFound) as hidden, center.store.reading(DEPUTY) as tx:
        records.get(tx, shown[0].uid)
    with pytest.raises(NotFound) as missing, center.store.reading(DEPUTY) as tx:
        records.get(tx, UUID(int=1))
    assert hidden.value.message == missing.value.message


def test_a_masked_value_can_neither_be_read_nor_searched(center: Center) -> None:
    deliver(center, ROWS, source="police-feed")
    (person,) = search(center, ANALYST, "munoz", kinds=("person",)).hits
    steward_sees = search(center, STEWARD, kinds=("person",), limit=50).hits
    masked = [t for hit in steward_sees for t in hit.terms if t.field_class is FieldClass.IDENTIFIER]
    assert masked
    assert all(t.masked and not t.value and t.masked_by for t in masked)
    assert not search(center, STEWARD, "munoz").hits
    assert "Muñoz" not in " ".join(hit.headline for hit in steward_sees)
    assert "Elena" in person.headline


def test_facets_count_what_search_finds(center: Center) -> None:
    deliver(center, ROWS, source="open-feed")
    with center.store.reading(ANALYST) as tx:
        found = records.facets(tx, SearchQuery())
    assert found.counted == 5
    assert not found.capped
    assert {f.value: f.count for f in found.kinds} == {"incident": 3, "person": 2}
    assert {f.value: f.count for f in found.months} == {"2026-03": 2, "2026-04": 1}
    assert {f.value: f.count for f in found.holdings} == {"incidents": 5}


def test_map_cells_points_and_time_line_agree(center: Center) -> None:
    deliver(center, ROWS, source="open-feed")
    with center.store.reading(ANALYST) as tx:
        for zoom in (0, 4, 8, 12, 16):
            seen = maps.view(tx, SearchQuery(kinds=("incident",), box=(-80, 35, -70, 45)), zoom=zoom)
            assert seen.total == sum(c.count for c in seen.cells) == len(seen.points) == 3
            assert sum(n for _, n in seen.timeline) == 3


def test_quarantined_rows_are_mended_and_replayed_once(center: Center) -> None:
    deliver(center, rows("C1,31/02/2026,theft,bad date,39,-75,,,"), source="open-feed")
    with center.store.reading(STEWARD) as tx:
        (row,) = quarantine.page(tx)
    assert "31/02/2026" in row.value
    assert row.locator == "#row=1"
    with center.store.writing(STEWARD) as tx:
        quarantine.mend(tx, row.uid, {"when": "2026-02-28 08:00"})
    counts = center.pipeline.replay(STEWARD, row.uid)
    assert counts.records == 1
    (found,) = search(center, ANALYST, "theft").hits
    assert found.event_time == 1772265600000
    with center.store.reading(STEWARD) as tx:
        done = deliveries.get(tx, row.delivery)
        assert (done.rows_in, done.rows_recorded, done.rows_quarantined) == (1, 1, 0)
        assert not quarantine.page(tx)


def test_a_row_that_still_does_not_fit_stays_in_quarantine(center: Center) -> None:
    deliver(center, rows("C1,31/02/2026,theft,bad date,39,-75,,,"), source="open-feed")
    with center.store.reading(STEWARD) as tx:
        (row,) = quarantine.page(tx)
    with pytest.raises(Invalid, match="still does not fit"):
        center.pipeline.replay(STEWARD, row.uid)
    with pytest.raises(Invalid, match="colour"), center.store.writing(STEWARD) as tx:
        quarantine.mend(tx, row.uid, {"colour": "blue"})
