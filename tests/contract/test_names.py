"""Records found by name on both databases: with reasons, for whom, and never by what is hidden."""

import csv
import io
from collections.abc import Iterator
from pathlib import Path
from uuid import UUID

import pytest
from click.testing import CliRunner
from regions import ANALYST, AUDITOR, DEPUTY, EPIDEMIOLOGIST, HERE, INTAKE, STEWARD, deliver, new_center
from sqlalchemy import delete, func, select

from tessera import cli
from tessera.bootstrap import build_app, create_center
from tessera.cli.session import Openers
from tessera.errors import Invalid, NotAllowed, Unreadable
from tessera.flow import purging as carried_out
from tessera.flow import screening
from tessera.flow.center import OPERATOR, Center
from tessera.flow.pipeline import PIPELINE
from tessera.model.access import Access, Purpose, Role
from tessera.model.marking import FieldClass
from tessera.model.naming import ListedName, NameQuery, NamesPage
from tessera.model.purge import Chosen, PurgeBy
from tessera.share import screening_csv
from tessera.store import corrections, names, purging, remarking, tables
from tessera.store.events import Event

MAPPING = """\
name: test-names
version: 1
description: People and companies of the tests, one row each.
columns: [id, given, middle, surname, whole, alias, born, nationality, company]
records:
  person:
    kind: person
    key: [id]
    when: {column: company, present: false}
    terms:
      given_name: {column: given}
      middle_name: {column: middle}
      surname: {column: surname}
      full_name: {column: whole}
      alias: {column: alias}
      birth_date: {column: born, formats: ["%Y-%m-%d"]}
      nationality: {column: nationality}
  organization:
    kind: organization
    key: [id]
    when: {column: company, present: true}
    terms:
      name: {column: company}
      alias: {column: alias}
"""
OPEN = (
    "1,William,Henry,Gates,,,1955-10-28,US,",
    "2,,,,Mohammed Hassan al-Rashid,Abu Yusuf; The Engineer,1970-04-03,Iraqi,",
    "3,Xiaoping,,Deng,,,,China,",
    "4,,,,,Blue Heron,,,Northwind Traders LLC",
    "5,Maria,,Garcia,,,1980-01-02,Mexico,",
)
PRIVACY = [
    Access(
        actor=ANALYST.actor.__class__(
            account=name, agency="fusion-unit", roles=frozenset({Role.PRIVACY_OFFICER}), trained_until="2099-12-31"
        ),
        purpose=Purpose.OVERSIGHT,
        presence=HERE,
    )
    for name in ("pat", "lee")
]


def bring(center: Center, *lines: str, source: str = "open-feed", filename: str = "people.csv") -> None:
    content = "\n".join(["id,given,middle,surname,whole,alias,born,nationality,company", *lines, ""]).encode()
    deliver(center, content, source=source, filename=filename, mapping=MAPPING)


@pytest.fixture
def center(database: str, tmp_path: Path) -> Iterator[Center]:
    made = new_center(tmp_path / "center", database=database)
    bring(made, *OPEN)
    yield made
    made.store.dialect.engine.dispose()


def ask(center: Center, text: str, access: Access = ANALYST, **more: object) -> NamesPage:
    with center.store.reading(access) as tx:
        return names.search(tx, NameQuery(text=text, **more))  # type: ignore[arg-type]


def names_found(center: Center, text: str, access: Access = ANALYST, **more: object) -> list[str]:
    return [hit.name for hit in ask(center, text, access, **more).hits]


FOUND = (
    ("Bill Gates", "William Henry Gates", "'Bill' is a short form of 'William'."),
    ("W. Gates", "William Henry Gates", "'W' is the initial of 'William'."),
    ("Gates, William H", "William Henry Gates", "'H' is the initial of 'Henry'."),
    ("Muhamad Hasan Rashid", "Mohammed Hassan al-Rashid", "'Muhamad' and 'Mohammed' are spellings of one name."),
    ("Рашид Мухаммед Хасан", "Mohammed Hassan al-Rashid", "It is written in Cyrillic letters."),
    ("Deng Hsiao-p'ing", "Xiaoping Deng", "'Xiaoping' is written as 'Hsiao Ping'."),
    ("Abou Youssef", "Abu Yusuf", "It is found by its alias 'Abu Yusuf'."),
    ("the engineer", "The Engineer", "It is found by its alias 'The Engineer'."),
    ("Northwind Traders Limited", "Northwind Traders LLC", "The legal forms differ: LTD and LLC."),
    ("Blue Heron", "Blue Heron", "It is found by its alias 'Blue Heron'."),
    ("Mria Garcia", "Maria Garcia", "'Mria' and 'Maria' differ only in vowels."),
    ("Maria Garciaa", "Maria Garcia", "'Garciaa' and 'Garcia' differ only in vowels."),
    ("Maria Garsoa", "Maria Garcia", "'Garsoa' and 'Garcia' sound alike."),
)


def test_a_name_is_found_however_it_is_written_with_the_reason(center: Center) -> None:
    for text, name, reason in FOUND:
        hit = ask(center, text).hits[0]
        assert hit.name == name, text
        assert reason in hit.reasons, text
        assert 0.75 <= hit.score <= 1, text


def test_a_birth_date_and_a_country_weigh_and_exclude_nothing(center: Center) -> None:
    plain = ask(center, "Maria Garcia").hits[0]
    agreeing = ask(center, "Maria Garcia", born="02/01/1980", country="MEX").hits[0]
    other = ask(center, "Maria Garcia", born="1955", country="Norway", least=0.5).hits[0]
    assert other.score < plain.score <= agreeing.score
    assert "The birth dates agree with day and month exchanged (1980-02-01, 1980-01-02)." in agreeing.reasons
    assert "The countries agree." in agreeing.reasons
    assert "The countries differ (NO, MX)." in other.reasons


REFUSED = (
    (NameQuery(text=" "), "no name"),
    (NameQuery(text="x"), "one letter"),
    (NameQuery(text="!!! 🙂"), "one letter"),
    (NameQuery(text="a" * 301), "at most 300"),
    (NameQuery(text="Ana Nunez", kinds=("incident",)), "no kind that has names"),
    (NameQuery(text="Ana Nunez", born="soon"), "no date"),
    (NameQuery(text="Ana Nunez", least=0), "least score"),
    (NameQuery(text="Ana Nunez", limit=1000), "1 to 200"),
)


def test_what_cannot_be_looked_for_is_said(center: Center) -> None:
    for query, said in REFUSED:
        with pytest.raises(Invalid, match=said), center.store.reading(ANALYST) as tx:
            names.search(tx, query)


def test_kinds_can_be_chosen_and_hits_limited(center: Center) -> None:
    assert names_found(center, "Northwind Traders", kinds=("person",)) == []
    assert names_found(center, "Northwind Traders", kinds=("organization",)) == ["Northwind Traders LLC"]
    bring(center, "6,Maria,,Garcia,,,,,", "7,Maria,,Garcia,,,,,", filename="more.csv")
    page = ask(center, "Maria Garcia", limit=2)
    assert len(page.hits) == 2
    assert page.more


def plain(page: NamesPage) -> list[tuple[object, ...]]:
    return [(hit.record.uid, hit.score, hit.name, hit.reasons) for hit in page.hits] + [(page.more, page.capped)]


QUESTIONS = ("Bill Gates", "Maria Garcia", "Mohammed Rashid", "Deng", "Northwind", "Garcia")


def test_a_hidden_record_changes_no_hit_no_count_no_order_and_no_score(center: Center) -> None:
    before = [plain(ask(center, text, limit=3, least=0.4)) for text in QUESTIONS]
    hidden = [f"h{n},Maria,,Garcia,,Bill Gates; Mohammed Rashid,1980-01-02,Mexico," for n in range(40)]
    hidden += ["h90,,,,,,,,Northwind Traders LLC", "h91,Xiaoping,,Deng,,,,,"]
    bring(center, *hidden, source="health-feed", filename="hidden.csv")
    assert [plain(ask(center, text, limit=3, least=0.4)) for text in QUESTIONS] == before
    assert len(ask(center, "Maria Garcia", EPIDEMIOLOGIST, limit=100).hits) >= 40


def test_hidden_records_take_no_place_under_a_cap(center: Center, monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("MOST_EXACT", "MOST_NEAR", "MOST_WIDE"):
        monkeypatch.setattr(names, name, 5)
    before = plain(ask(center, "Maria Garcia"))
    bring(center, *(f"h{n},Maria,,Garcia,,,,," for n in range(30)), source="health-feed", filename="hidden.csv")
    assert plain(ask(center, "Maria Garcia")) == before


def test_no_reader_finds_by_name_whose_names_are_masked(center: Center) -> None:
    bring(center, "p1,Quentin,,Ravensworth,,,,,", source="police-feed", filename="police.csv")
    bring(center, "h1,Quentin,,Ravensworth,,,,,", source="health-feed", filename="health.csv")
    found = 0
    for reader in (ANALYST, DEPUTY, EPIDEMIOLOGIST, STEWARD, AUDITOR, INTAKE, *PRIVACY):
        try:
            hits = ask(center, "Quentin Ravensworth", reader).hits
        except NotAllowed:
            continue
        with center.store.reading(reader) as tx:
            open_to = tx.scope.with_class(FieldClass.IDENTIFIER)
            tx.note(Event.RECORD_READ)
            r = tables.record.c
            may = select(func.count()).where(r.source_key.like("%1%"), r.payload.like("%Ravensworth%"))
            count = tx.connection.execute(may.where(r.marking_id.in_(sorted(open_to)))).scalar_one()
        assert len(hits) == count
        assert not [
            hit for hit in hits if any(t.masked for t in hit.record.terms if t.term in {"surname", "given_name"})
        ]
        found += len(hits)
    assert found > 1


def test_what_is_found_is_disclosed_and_what_was_asked_is_in_the_log(center: Center) -> None:
    ask(center, "Maria Garcia")
    with center.store.reading(AUDITOR) as tx:
        tx.note(Event.AUDIT_READ)
        a, d = tables.audit_entry.c, tables.disclosure.c
        told = tx.connection.execute(select(a.details).where(a.event == Event.NAMES_SEARCHED.value)).scalar_one()
        shown = tx.connection.execute(select(d.records).where(d.event == Event.NAMES_SEARCHED.value)).scalar_one()
    assert "Maria Garcia" in told
    assert shown == 1


def test_a_newer_version_is_found_by_its_new_name_only(center: Center) -> None:
    bring(center, "5,Maria,,Ravensworth,,,1980-01-02,Mexico,", filename="newer.csv")
    assert names_found(center, "Maria Garcia") == []
    assert names_found(center, "Maria Ravensworth") == ["Maria Ravensworth"]


def test_a_corrected_name_is_found_at_once(center: Center) -> None:
    owner = Access(
        actor=ANALYST.actor.__class__(
            account="dee", agency="sheriff", roles=frozenset({Role.PARTNER}),
            groups=frozenset({"law-enforcement", "cji-cleared"}), trained_until="2099-12-31",
        ),
        purpose=Purpose.CRIMINAL_INVESTIGATION,
    )  # fmt: skip
    uid = ask(center, "Maria Garcia").hits[0].record.uid
    with center.store.writing(owner) as tx:
        corrections.correct(tx, uid, {"surname": "Zephyrine"}, "The clerk misheard it.")
    assert names_found(center, "Maria Zephyrine") == ["Maria Zephyrine"]
    assert names_found(center, "Maria Garcia") == []


def keys(center: Center) -> int:
    with center.store.reading(OPERATOR) as tx:
        tx.note(Event.RECORD_READ)
        return int(tx.connection.execute(select(func.count()).select_from(tables.name_key)).scalar_one())


def key_of(center: Center, uid: UUID) -> int:
    with center.store.reading(OPERATOR) as tx:
        tx.note(Event.RECORD_READ)
        return int(
            tx.connection.execute(select(tables.record.c.id).where(tables.record.c.uid == uid.bytes)).scalar_one()
        )


def test_a_change_of_marking_moves_the_names_with_the_record(center: Center) -> None:
    bring(center, "h1,Quentin,,Ravensworth,,,,,", source="health-feed", filename="health.csv")
    health = ask(center, "Quentin Ravensworth", EPIDEMIOLOGIST).hits[0].record.marking
    key = key_of(center, ask(center, "Maria Garcia").hits[0].record.uid)
    with center.store.writing(PIPELINE) as tx:
        remarking.remark(tx, [key], lambda _: health, reason="It is about health after all.")
    assert names_found(center, "Maria Garcia") == []
    assert names_found(center, "Maria Garcia", EPIDEMIOLOGIST) == ["Maria Garcia"]


def test_a_purge_takes_the_names_with_the_record(center: Center) -> None:
    before = keys(center)
    uid = ask(center, "Maria Garcia").hits[0].record.uid
    chosen = Chosen(by=PurgeBy.RECORD, names=(str(uid),))
    with center.store.writing(PRIVACY[0]) as tx:
        proposed = purging.propose(tx, chosen, reason="Unfounded.", reference="Order 7").uid
    carried_out.approve(center, PRIVACY[1], proposed)
    assert names_found(center, "Maria Garcia") == []
    assert keys(center) < before
    assert center.store.name_reader.read.cache_info().currsize < 20


def test_records_older_than_the_index_are_indexed_when_a_center_is_brought_up_to_date(center: Center) -> None:
    before = keys(center)
    with center.store.writing(OPERATOR) as tx:
        tx.connection.execute(delete(tables.name_key))
        tx.note(Event.NAMES_INDEXED)
    assert names_found(center, "Maria Garcia") == []
    assert screening.index_names(center) == 2
    assert keys(center) == before
    assert names_found(center, "Maria Garcia") == ["Maria Garcia"]
    assert screening.index_names(center) == 0


LIST = b"""No.,Last Name,First Name,DOB,Nationality
1,Gates,Bill,1955-10-28,US
2,=cmd|' /C calc'!A0,,,
3,,,,
4,Garcia,Maria,someday,Mexico
5,Quux,Zed,,
"""


def listed(center: Center, content: bytes = LIST, filename: str = "list.csv") -> list[str]:
    path = center.settings.center / filename
    path.write_bytes(content)
    return [one.text for one in screening.read_file(center, path, filename).names]


def test_a_list_becomes_a_file_that_is_safe_marked_watermarked_and_disclosed(center: Center) -> None:
    path = center.settings.center / "list.csv"
    path.write_bytes(LIST)
    found = screening.read_file(center, path, "list.csv")
    assert found.skipped == 1
    text = b"".join(screening_csv(center.store, ANALYST, found, NameQuery(text="-"))).decode()
    lines = list(csv.DictReader(io.StringIO(text)))
    assert [(line["row"], line["result"], line["found_name"]) for line in lines] == [
        ("1", "hit", "William Henry Gates"),
        ("2", "none", ""),
        ("4", "'someday' is no date; the name was looked for without it.", "Maria Garcia"),
        ("5", "none", ""),
    ]
    assert lines[1]["name"] == "'=cmd|' /C calc'!A0"
    assert "'Bill' is a short form of 'William'." in lines[0]["reasons"]
    assert all("by avery, fusion-unit, for criminal-investigation" in line["handling"] for line in lines)
    with center.store.reading(AUDITOR) as tx:
        tx.note(Event.AUDIT_READ)
        a, d = tables.audit_entry.c, tables.disclosure.c
        events = set(tx.connection.execute(select(a.event)).scalars())
        export = tx.connection.execute(select(d.export).where(d.event == Event.NAMES_SCREENED.value)).scalar_one()
        details = list(tx.connection.execute(select(a.details).where(a.event == Event.NAMES_SCREENED.value)).scalars())
    assert {Event.SCREENING_EXPORT_BEGUN, Event.NAMES_SCREENED, Event.SCREENING_EXPORTED} <= events
    assert export in lines[0]["handling"]
    assert not [text for text in details if "Gates" in text]


def test_who_may_not_export_gets_no_file(center: Center) -> None:
    found = screening.read_lines("Maria Garcia")
    with pytest.raises(NotAllowed):
        screening_csv(center.store, AUDITOR, found, NameQuery(text="-"))


def test_lists_of_other_forms_are_read(center: Center, tmp_path: Path) -> None:
    from openpyxl import Workbook

    book = Workbook()
    sheet = book.active
    assert sheet is not None
    for row in (["Full name", "Country"], ["Ana Nunez", "ES"], ['=HYPERLINK("x")', ""], ["Владимир", "RU"]):
        sheet.append(row)
    book.save(tmp_path / "list.xlsx")
    assert listed(center, (tmp_path / "list.xlsx").read_bytes(), "list.xlsx")[0] == "Ana Nunez"
    assert listed(center, "name\tdob\nAna\t1970\nMaría José\t\n".encode(), "list.tsv") == ["Ana", "María José"]
    typed = screening.read_lines("Ana Nunez; 1970 ; Spain\n\nBob")
    assert typed.names == (
        ListedName(row=1, text="Ana Nunez", born="1970", country="Spain"),
        ListedName(row=3, text="Bob"),
    )
    assert screening.read_lines(screening.to_lines(typed)) == typed


UNUSABLE = (
    (b"id,when\n1,2026-01-01\n", "no column of the list is called name; its columns are: 'id', 'when'"),
    (b"name,age\n,3\n,4\n", "holds no name"),
    (b"name\n" + b"".join(b"Person %d\n" % n for n in range(10_000)), "more than 1,000 names"),
    (bytes(range(256)) * 40, "."),
    (b"", "."),
    (b"\x7fELF" + b"\x00" * 4000, "."),
)


def test_a_list_that_cannot_be_used_is_refused_with_the_reason(center: Center) -> None:
    for content, said in UNUSABLE:
        with pytest.raises((Invalid, Unreadable), match=said):
            listed(center, content)


def test_the_command_finds_names_and_screens_lists(center: Center, tmp_path: Path) -> None:
    from regions import add_accounts

    add_accounts(center)
    command = cli.build(Openers(create_center=create_center, open_center=lambda _: center, build_app=build_app))
    reading = ["--as", "avery", "--purpose", "criminal-investigation"]

    def types(*words: str) -> str:
        done = CliRunner().invoke(command, ["--center", str(center.settings.center), *words, *reading])
        assert done.exit_code == 0, done.output
        return done.output

    assert "William Henry Gates" in types("names", "Bill Gates")
    assert '"score": 1.0' in types("names", "Maria Garcia", "--json")
    assert "No name is alike" in types("names", "Zed Quux")
    path = tmp_path / "list.csv"
    path.write_bytes(LIST)
    assert "William Henry Gates" in types("screen", str(path))
    types("screen", str(path), "--out", str(tmp_path / "found.csv"))
    assert "Maria Garcia" in (tmp_path / "found.csv").read_text()
