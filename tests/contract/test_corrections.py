"""Owners correct their records, and the correction stands, on SQLite and on PostgreSQL alike."""

from dataclasses import replace
from uuid import UUID

import pytest
from regions import ANALYST, DEPUTY, STEWARD, deliver, rows
from sqlalchemy import select

from tessera.errors import Conflict, Invalid, NotAllowed
from tessera.flow.center import Center
from tessera.model.access import Access
from tessera.model.notice import NoticeKind
from tessera.model.record import RecordView, SearchQuery
from tessera.store import corrections, notices, records, tables

OWNER = replace(DEPUTY, actor=replace(DEPUTY.actor, groups=frozenset({"law-enforcement", "cji-cleared"})))
LINE = "A1,2026-03-01 10:00,burglary,rear window broken,39.16,-75.52,Elena Munoz,302-555-0143,41"
OTHER = "A2,2026-03-02 11:30,robbery,cash taken,39.20,-75.60,,,"
WHY = "A clerk misread the form"


def find(center: Center, text: str, access: Access = OWNER, kind: str = "incident") -> list[RecordView]:
    with center.store.reading(access) as tx:
        return list(records.search(tx, SearchQuery(text=text, kinds=(kind,))).hits)


def value(view: RecordView, term: str) -> str:
    return next((t.value for t in view.terms if t.term == term), "")


def correct(center: Center, uid: UUID, by: Access = OWNER, reason: str = WHY, **values: str) -> UUID:
    with center.store.writing(by) as tx:
        return corrections.correct(tx, uid, values, reason)


@pytest.fixture
def incident(center: Center) -> RecordView:
    deliver(center, rows(LINE), source="open-feed")
    return find(center, "window")[0]


def test_a_correction_is_a_new_version_that_is_found_by_its_new_words(center: Center, incident: RecordView) -> None:
    before = incident.known_from
    fresh = correct(center, incident.uid, text="front door forced", occurred_at="2026-03-02T08:00:00Z")
    assert find(center, "window") == []
    (now,) = find(center, "door forced", ANALYST)
    assert (now.uid, now.event_time, now.locator) == (fresh, 1772438400000, incident.locator)
    assert value(now, "source_category") == "burglary"
    with center.store.reading(OWNER) as tx:
        assert [v.uid for v in records.versions(tx, fresh)] == [fresh, incident.uid]
        assert records.get(tx, fresh, as_of=before).uid == incident.uid
        (noted,) = corrections.of_record(tx, fresh)
    assert (noted.terms, noted.reason, noted.account) == (("occurred_at", "text"), WHY + ".", "sam")
    assert (noted.delivered, noted.corrected, noted.ended_at) == (incident.uid, fresh, None)


def test_who_saw_the_old_version_is_told_which_terms_changed_and_not_how(center: Center, incident: RecordView) -> None:
    find(center, "window", ANALYST)
    correct(center, incident.uid, text="front door forced")
    with center.store.reading(ANALYST) as tx:
        (notice,) = notices.of_reader(tx)
    assert notice.kind is NoticeKind.CORRECTION
    assert notice.records == (incident.uid,)
    assert "door" not in notice.text


def test_the_correction_table_holds_no_value(center: Center, incident: RecordView) -> None:
    correct(center, incident.uid, text="front door forced")
    with center.store.dialect.engine.connect() as connection:
        (row,) = connection.execute(select(tables.correction)).all()
    assert "door" not in str(row)
    assert "window" not in str(row)


def test_the_same_old_row_does_not_undo_a_correction(center: Center, incident: RecordView) -> None:
    fresh = correct(center, incident.uid, text="front door forced")
    done = deliver(center, rows(LINE, OTHER), source="open-feed", filename="again.csv")
    assert (done.rows_recorded, done.rows_duplicate) == (1, 1)
    (now,) = find(center, "door")
    assert now.uid == fresh


def test_other_news_of_the_source_comes_in_and_the_correction_stands(center: Center, incident: RecordView) -> None:
    correct(center, incident.uid, text="front door forced")
    deliver(center, rows(LINE.replace("burglary", "theft")), source="open-feed", filename="news.csv")
    (now,) = find(center, "theft door")
    assert value(now, "text") == "front door forced"
    assert find(center, "window") == []


def test_another_value_of_the_source_ends_the_correction_of_that_term_only(
    center: Center, incident: RecordView
) -> None:
    correct(center, incident.uid, text="front door forced", source_category="break-in")
    deliver(center, rows(LINE.replace("rear window", "cellar window")), source="open-feed", filename="new.csv")
    (now,) = find(center, "cellar")
    assert value(now, "source_category") == "break-in"
    with center.store.reading(OWNER) as tx:
        assert corrections.of_record(tx, now.uid)[0].ended_at is None
    deliver(center, rows(LINE.replace("burglary", "theft")), source="open-feed", filename="newer.csv")
    (now,) = find(center, "rear window")
    assert value(now, "source_category") == "theft"
    with center.store.reading(OWNER) as tx:
        assert corrections.of_record(tx, now.uid)[0].ended_at is not None


def test_a_second_correction_stands_against_what_was_first_delivered(center: Center, incident: RecordView) -> None:
    first = correct(center, incident.uid, text="front door forced")
    second = correct(center, first, text="side door forced")
    deliver(center, rows(LINE, OTHER), source="open-feed", filename="again.csv")
    assert [hit.uid for hit in find(center, "door")] == [second]


def test_each_value_is_read_as_the_dictionary_says(center: Center) -> None:
    deliver(center, rows(LINE), source="open-feed")
    (person,) = find(center, "elena", kind="person")
    wrong = {
        "phone": "12", "age": "old", "email": "x", "birth_date": "31/12/1980", "sex": "??", "full_name": "(masked)",
        "no_such": "x",
    }  # fmt: skip
    with center.store.reading(OWNER) as tx:
        found = corrections.check(tx, person.uid, wrong | {"address": "1 Main St"})
    assert set(found) == set(wrong)
    with pytest.raises(Invalid, match="telephone"):
        correct(center, person.uid, phone="12")
    fresh = correct(center, person.uid, phone="(302) 555-0144", age="", email="Elena@Example.org")
    (now,) = find(center, "5550144 OR 3025550144", kind="person")
    assert now.uid == fresh
    assert (value(now, "phone"), value(now, "age"), value(now, "email")) == ("+13025550144", "", "elena@example.org")


def test_a_masked_value_is_not_corrected_by_who_cannot_see_it(center: Center) -> None:
    deliver(center, rows(LINE), source="police-feed")
    (person,) = find(center, "elena", kind="person")
    with center.store.reading(STEWARD) as tx:
        wrong = corrections.check(tx, person.uid, {"full_name": "Elena Ruiz", "occupation": "baker"})
    assert list(wrong) == ["full_name"]
    assert "masked for you" in wrong["full_name"]


def test_only_the_owner_corrects_only_the_newest_and_only_with_a_reason(center: Center, incident: RecordView) -> None:
    with pytest.raises(NotAllowed):
        correct(center, incident.uid, by=ANALYST, text="x")
    with pytest.raises(NotAllowed, match="its owner is sheriff"):
        correct(center, incident.uid, by=STEWARD, text="x")
    with pytest.raises(Invalid, match="reason"):
        correct(center, incident.uid, reason=" ", text="x")
    with pytest.raises(Invalid, match="nothing is changed"):
        correct(center, incident.uid, text="rear window broken")
    correct(center, incident.uid, text="front door forced")
    with pytest.raises(Conflict, match="newer version"):
        correct(center, incident.uid, text="again")


def test_a_correction_is_found_by_the_same_words_as_a_delivery(center: Center) -> None:
    """What the pipeline indexes and what a correction indexes must not drift apart."""
    deliver(center, rows(LINE), source="open-feed")
    (person,) = find(center, "elena", kind="person")
    correct(center, person.uid, age="42")
    for words in ("elena munoz", "MUÑOZ", "13025550143", "3025550143", '"302 555 0143"'):
        assert find(center, words, kind="person"), words


def test_a_corrected_text_about_protected_activity_is_held(center: Center, incident: RecordView) -> None:
    fresh = correct(center, incident.uid, text="He attended a protest rally and holds strong political views.")
    assert find(center, "rally", ANALYST) == []
    with center.store.dialect.engine.connect() as connection:
        key = select(tables.record.c.id).where(tables.record.c.uid == fresh.bytes).scalar_subquery()
        assert connection.execute(
            select(tables.flag.c.occasion).where(tables.flag.c.record_id == key)
        ).scalars().all() == ["correction"]
