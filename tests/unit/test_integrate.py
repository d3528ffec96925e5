"""From rows of text to records, links and faults."""

import hashlib
import json
from typing import Any

import pyarrow as pa
import pytest
from integrating import NOW, clock, mapping, table, words

from tessera.dictionary import TermType
from tessera.errors import Invalid
from tessera.integrate import RULES, CompiledMapping, check_mapping, compile_mapping
from tessera.integrate.rules import Rule
from tessera.model.marking import FieldClass
from tessera.model.rows import FAULT_SCHEMA, LINK_SCHEMA, PROFILE_SCHEMA, RECORD_SCHEMA, Mapped, RowBatch

HEAD = "name: t\nversion: 1\n"


def compiled(text: str, columns: list[str], source: str = "src") -> CompiledMapping:
    return compile_mapping(mapping(HEAD + text), source=source, columns=columns, clock=clock)


def one_term(kind: str, term: str, rule: str, *values: str | None) -> Mapped:
    """Map a single column `v` to one term, keyed by a row number."""
    text = f"columns: [k, v]\nrecords:\n  r:\n    kind: {kind}\n    key: [k]\n    terms:\n      {term}: {rule}\n"
    batch = table(["k", "v"], *((str(at), value) for at, value in enumerate(values)))
    return compiled(text, ["k", "v"]).apply(batch)


def payloads(mapped: Mapped) -> list[dict[str, Any]]:
    return [json.loads(text) for text in mapped.records["payload"].to_pylist()]


def reasons(mapped: Mapped) -> list[str]:
    return [str(text) for text in mapped.faults["reason"].to_pylist()]


def test_the_tables_have_exactly_the_agreed_columns() -> None:
    for mapped in (one_term("person", "surname", "v", "Muñoz"), one_term("person", "surname", "v")):
        assert mapped.records.schema == RECORD_SCHEMA
        assert mapped.links.schema == LINK_SCHEMA
        assert mapped.faults.schema == FAULT_SCHEMA
        assert mapped.profile.schema == PROFILE_SCHEMA


def test_a_thread_is_the_digest_of_source_kind_and_key() -> None:
    record = one_term("person", "surname", "v", "Muñoz").records.to_pylist()[0]
    assert record["source_key"] == "0"
    assert record["thread"] == hashlib.sha256(b"src\x1fperson\x1f0").digest()[:16]


@pytest.mark.parametrize("rule", RULES.values(), ids=lambda rule: rule.name)
def test_each_cleansing_rule_does_what_its_example_says(rule: Rule) -> None:
    got = payloads(one_term("person", "surname", f"{{column: v, clean: [{rule.name}]}}", rule.before))
    assert got == [{"surname": rule.after}]
    assert rule.definition.endswith(".")


@pytest.mark.parametrize(
    ("rule", "before", "after"),
    [
        ("trim", "\u00a0\u200b Dover\ufeff\t", "Dover"),
        ("collapse_spaces", "a \u00a0\n b", "a b"),
        ("title_case", "O'BRIEN  LEE", "O'brien  Lee"),
        ("digits", "none", None),
        ("no_leading_zeros", "000", "0"),
        ("phone_e164_us", "+44 20 7946 0018", "+442079460018"),
        ("phone_e164_us", "1-302-555-0143", "+13025550143"),
        ("phone_e164_us", "302.555.0143 ext. 7", "+13025550143"),
        ("phone_e164_us", "555-0143", "555-0143"),
        ("phone_e164_us", "+1 102 555 0143", "+1 102 555 0143"),
        ("strip_accents", "Ångström ñ", "Angstrom n"),
        ("upper", "straße", "STRASSE"),
        ("letters_and_digits", "ñ-1", "ñ1"),
        ("strip_trailing_dash", "A-B - ", "A-B"),
    ],
)
def test_cleansing_rules_hold_at_the_edges(rule: str, before: str, after: str | None) -> None:
    got = payloads(one_term("person", "surname", f"{{column: v, clean: [{rule}]}}", before))[0].get("surname")
    assert got == after or (rule == "upper" and got in {"STRASSE", "STRAßE", "STRAẞE"})


@pytest.mark.parametrize(
    ("kind", "term", "rule", "before", "after"),
    [
        ("person", "age", "v", " 1,041 ", 1041),
        ("person", "age", "v", "41.0", 41),
        ("person", "age", "v", "-3", -3),
        ("person", "email", "v", "A.B@Example.ORG", "a.b@example.org"),
        ("person", "phone", "v", "302-555-0143 x12", "+13025550143"),
        ("organization", "website", "v", "https://example.org/a?b=1", "https://example.org/a?b=1"),
        ("incident", "fatal", "v", "Y", "true"),
        ("incident", "fatal", "v", "FALSE", "false"),
        ("incident", "fatal", "{column: v, words: {true: [dead], false: [alive]}}", "Dead", "true"),
        ("person", "sex", "{column: v, codes: {F: female}}", "F", "female"),
        ("person", "sex", "v", "female", "female"),
        ("person", "sex", "{column: v, codes: {F: female}, otherwise: unknown}", "?", "unknown"),
        ("person", "birth_date", '{column: v, formats: ["%Y%m%d", "%Y"]}', "19840719", "1984-07-19"),
        ("person", "birth_date", '{column: v, formats: ["%Y%m%d", "%Y"]}', "1984", "1984"),
        ("person", "birth_date", '{column: v, formats: ["%d-%b-%Y"]}', "02-JAN-1979", "1979-01-02"),
        ("person", "birth_date", "v", "2001-02-03T10:00:00", "2001-02-03"),
        ("document", "written_at", '{column: v, formats: ["%m/%d/%Y %I:%M %p"], zone: America/New_York}', "05/03/2026 2:05 PM", "2026-05-03T14:05:00-04:00"),
        ("document", "written_at", "{column: v, formats: [iso], zone: America/New_York}", "2026-01-03T18:05:09.000Z", "2026-01-03T13:05:09-05:00"),
        ("document", "written_at", "{column: v, formats: [iso], zone: Asia/Kolkata}", "2026-01-03 18:05", "2026-01-03T18:05:00+05:30"),
        ("document", "written_at", "{column: v, formats: [epoch_s]}", "1777831509", "2026-05-03T18:05:09Z"),
        ("document", "written_at", "{column: v, formats: [epoch_ms]}", "1777831509000", "2026-05-03T18:05:09Z"),
        ("document", "written_at", "{column: v, formats: [iso], zone: America/New_York}", "2026-05-03", "2026-05-03"),
        ("document", "written_at", '{column: v, formats: ["%Y-%m-%d %H:%M:%S %z"]}', "2026-05-03 14:05:09 -0400", "2026-05-03T18:05:09Z"),
        ("person", "surname", '{column: v, split: {separator: ",", part: 1}}', "OKAFOR, DAN", "OKAFOR"),
        ("person", "surname", '{column: v, split: {separator: ",", part: -1}}', "OKAFOR, DAN", "DAN"),
        ("person", "surname", '{column: v, extract: "id=([0-9]+)"}', "x id=77 y", "77"),
        ("person", "surname", '{columns: [k, v], separator: "/"}', "b", "0/b"),
        ("person", "surname", "{column: v, null_values: [UNK]}", "UNK", None),
        ("person", "surname", '{column: v, extract: "(z)"}', "abc", None),
        ("person", "surname", "v", "   ", None),
        ("person", "surname", "{constant: X}", None, "X"),
    ],
)  # fmt: skip
def test_a_value_is_read_as_its_term_says(kind: str, term: str, rule: str, before: str | None, after: object) -> None:
    mapped = one_term(kind, term, rule, before)
    assert reasons(mapped) == []
    assert payloads(mapped)[0].get(term) == after


@pytest.mark.parametrize(
    ("kind", "term", "rule", "value", "says"),
    [
        ("person", "age", "v", "old", "Age cannot be read. Expected a whole number."),
        ("person", "age", "v", "12,34", "Age cannot be read."),
        ("person", "email", "v", "nobody", "E-mail address cannot be read."),
        ("person", "phone", "v", "911", "Telephone number cannot be read. Expected a telephone number with its area code"),
        ("organization", "website", "v", "javascript:alert(1)", "Website cannot be read."),
        ("incident", "fatal", "v", "perhaps", "Fatal cannot be read. Expected a word for yes or no."),
        ("person", "sex", "{column: v, codes: {F: female, M: male}}", "??7", "Sex is a code that the mapping does not know. Known are: F, M."),
        ("person", "birth_date", '{column: v, formats: ["%d/%m/%Y"]}', "31/02/2026", "Birth date cannot be read. Expected a day that exists, written like 31/03/2026."),
        ("person", "birth_date", "v", "2027-01-01", "Birth date lies outside the range that can be true: 1850 to 2026-11-19."),
        ("document", "written_at", "v", "9999-09-10", "Written at lies outside the range that can be true: 1700 to 2028-11-17."),
        ("document", "written_at", "v", "1699-12-31", "Written at lies outside the range"),
        ("document", "written_at", "v", "9999-99-99", "Written at cannot be read. Expected a day that exists, written like 2026-03-31T14:05:09-04:00"),
        ("document", "written_at", "{column: v, formats: [epoch_s]}", "last night", "Written at cannot be read."),
        ("document", "written_at", "{column: v, formats: [epoch_ms]}", "999999999999999", "Written at lies outside the range"),
        ("person", "surname", "{column: v, required: true}", "", "Surname is empty, and this record needs it."),
        ("person", "surname", "v", "x" * 1_000_001, "Surname is longer than"),
        ("person", "surname", "v", "a\x00b", "The value holds a NUL character"),
    ],
)  # fmt: skip
def test_a_value_that_does_not_fit_is_a_fault_with_a_sentence(
    kind: str, term: str, rule: str, value: str, says: str
) -> None:
    mapped = one_term(kind, term, rule, value, None if "required" not in rule else "fine")
    assert mapped.records["row"].to_pylist() == [2]
    fault = mapped.faults.to_pylist()[0]
    assert says in fault["reason"]
    assert fault["column"] == "v"
    assert len(fault["value"]) <= 1000
    assert "\x00" not in fault["value"]
    assert json.loads(fault["raw"]) == {"k": "0", "v": value}


def test_a_value_may_be_dropped_instead_and_is_still_counted() -> None:
    mapped = one_term("person", "age", "{column: v, on_invalid: drop_value}", "old", "41")
    assert payloads(mapped) == [{}, {"age": 41}]
    profile = mapped.profile.to_pylist()[0]
    assert profile == {"kind": "person", "term": "age", "rows": 2, "filled": 1, "invalid": 1}


def test_a_row_with_many_faults_has_one_fault_that_names_them_all() -> None:
    text = """columns: [k, age, mail]
records:
  p: {kind: person, key: [k], terms: {age: age, email: mail}}
"""
    mapped = compiled(text, ["k", "age", "mail"]).apply(table(["k", "age", "mail"], ["1", "x", "y"]))
    assert mapped.faults.num_rows == 1
    fault = mapped.faults.to_pylist()[0]
    assert fault["term"] == "age"
    assert fault["reason"].startswith("Age cannot be read.")
    assert "Also mail: E-mail address cannot be read." in fault["reason"]


PLACES = """columns: [k, lat, lon]
records:
  e:
    kind: event
    key: [k]
    terms: {number: k}
    place: {latitude: lat, longitude: lon%s}
"""
DELAWARE = ", bounds: [-75.9, 38.4, -74.9, 39.9]"


@pytest.mark.parametrize(
    ("bounds", "lat", "lon", "says"),
    [
        (DELAWARE, "39.16", "-75.52", ""),
        (DELAWARE, None, None, ""),
        (DELAWARE, "-75.52", "39.16", "seem to be swapped"),
        (DELAWARE, "0", "0", "both 0"),
        (DELAWARE, "41.9", "-87.6", "outside this source's area: latitude 38.4 to 39.9, longitude -75.9 to -74.9."),
        (DELAWARE, "138.7", "-275.1", "Latitude must lie between -90 and 90"),
        (DELAWARE, "39.16", None, "One of latitude and longitude is missing"),
        (DELAWARE, "north", "-75.52", "Latitude is no number"),
        (DELAWARE, "39.16", "west", "Longitude is no number"),
        (DELAWARE, "NaN", "-75.52", "Latitude is no number"),
        (DELAWARE, "1e999", "-75.52", "Latitude is no number"),
        ("", "-95.2", "39.1", "seem to be swapped"),
        ("", "91", "181", "Latitude must lie between"),
        ("", "0", "0.0", "both 0"),
        (", zero_is_missing: true", "0", "0.0", ""),
    ],
)
def test_coordinates_are_checked(bounds: str, lat: str | None, lon: str | None, says: str) -> None:
    mapped = compiled(PLACES % bounds, ["k", "lat", "lon"]).apply(table(["k", "lat", "lon"], ["1", lat, lon]))
    if says:
        assert says in reasons(mapped)[0]
        assert mapped.faults["term"].to_pylist() == ["coordinates"]
    else:
        assert reasons(mapped) == []
        expected = None if lat in {None, "0"} else 39.16
        assert mapped.records["latitude"].to_pylist() == [expected]


def test_times_that_the_clocks_skip_or_strike_twice_become_one_instant() -> None:
    rule = '{column: v, formats: ["%Y-%m-%d %H:%M"], zone: America/Chicago}'
    mapped = one_term("document", "written_at", rule, "2019-03-10 02:30", "2019-11-03 01:30")
    assert [p["written_at"] for p in payloads(mapped)] == ["2019-03-10T03:30:00-05:00", "2019-11-03T01:30:00-06:00"]
    assert mapped.records["event_time"].to_pylist() == [1552206600000, 1572766200000]


FAMILY = """columns: [case, who, name, role, phone, juv]
null_values: ["-"]
records:
  incident: {kind: incident, key: [case], terms: {incident_number: case}}
  person: {kind: person, key: [who], when: present, terms: {full_name: name, phone: phone}}
  phone: {kind: phone, key: {columns: [phone], clean: [digits]}, when: present, terms: {number: phone}}
links:
  - {type: involvement, from: person, to: incident, role: {column: role, codes: {V: victim, W: witness}}}
  - {type: uses-phone, from: person, to: phone}
  - {type: about, from: {kind: document, key: [case], source: reports}, to: person, role: subject}
markings:
  - {when: {column: juv, less_than: 18}, add: {regimes: [JUVENILE]}, records: [person]}
  - {when: {column: role, in: [V]}, add: {sensitivity: SENSITIVE}}
"""
FAMILY_COLUMNS = ["case", "who", "name", "role", "phone", "juv"]


def test_a_row_makes_several_records_that_are_linked() -> None:
    mapped = compiled(FAMILY, FAMILY_COLUMNS).apply(
        table(
            FAMILY_COLUMNS,
            ["C1", "P1", "Elena Muñoz", "V", "302-555-0143", "17"],
            ["C1", "-", None, None, None, None],
            ["C2", "P2", "Dan", "W", "(302) 555-0143", "n/a"],
        )
    )
    records = mapped.records.to_pylist()
    assert [(r["row"], r["kind"]) for r in records] == [
        (1, "incident"), (2, "incident"), (3, "incident"), (1, "person"), (3, "person"), (1, "phone"), (3, "phone"),
    ]  # fmt: skip
    threads = {(r["row"], r["kind"]): r["thread"] for r in records}
    assert threads[(1, "phone")] == threads[(3, "phone")]
    assert threads[(1, "incident")] == threads[(2, "incident")] != threads[(3, "incident")]
    links = mapped.links.to_pylist()
    involvement = [link for link in links if link["type"] == "involvement"]
    assert [(link["row"], link["role"]) for link in involvement] == [(1, "victim"), (3, "witness")]
    assert involvement[0]["from_thread"] == threads[(1, "person")]
    assert involvement[0]["to_thread"] == threads[(1, "incident")]
    about = next(link for link in links if link["type"] == "about")
    assert about["from_thread"] == hashlib.sha256(b"reports\x1fdocument\x1fC1").digest()[:16]


def test_marking_rules_choose_a_variant_and_what_cannot_be_read_is_protected() -> None:
    engine = compiled(FAMILY, FAMILY_COLUMNS)
    mapped = engine.apply(
        table(
            FAMILY_COLUMNS,
            ["C1", "P1", "A", "V", None, "17"],
            ["C2", "P2", "B", "W", None, "18"],
            ["C3", "P3", "C", "W", None, "n/a"],
            ["C4", "P4", "D", "W", None, None],
        )
    )
    marked = {(r["row"], r["kind"]): r["marking"] for r in mapped.records.to_pylist()}
    assert marked[(1, "person")] == 3
    assert marked[(1, "incident")] == 2
    assert [marked[(row, "person")] for row in (2, 3, 4)] == [0, 1, 0]
    variants = engine.mapping.marking_variants
    assert len(variants) == 4
    assert variants[3] == variants[1] | variants[2]
    link = next(link for link in mapped.links.to_pylist() if link["row"] == 1 and link["type"] == "involvement")
    assert link["marking"] == 3


def test_an_unknown_role_is_a_fault() -> None:
    mapped = compiled(FAMILY, FAMILY_COLUMNS).apply(table(FAMILY_COLUMNS, ["C1", "P1", "A", "??7", None, None]))
    fault = mapped.faults.to_pylist()[0]
    assert (fault["column"], fault["term"]) == ("role", "role")
    assert "Known are: V, W" in fault["reason"]


def test_an_empty_key_is_a_fault_that_names_the_column() -> None:
    mapped = compiled(FAMILY, FAMILY_COLUMNS).apply(table(FAMILY_COLUMNS, [" ", "P1", "A", "V", None, None]))
    fault = mapped.faults.to_pylist()[0]
    assert fault["column"] == "case"
    assert "The key of the incident is empty" in fault["reason"]


def test_a_row_of_which_no_record_can_be_made_is_a_fault() -> None:
    text = (
        "columns: [k, v]\nrecords:\n  p: {kind: person, key: [k], when: {column: v, equals: A}, terms: {surname: v}}\n"
    )
    mapped = compiled(text, ["k", "v"]).apply(table(["k", "v"], ["1", "A"], ["2", "B"], ["3", None]))
    assert mapped.records["row"].to_pylist() == [1]
    assert mapped.faults["row"].to_pylist() == [2, 3]
    assert all("No record can be made" in reason for reason in reasons(mapped))


def test_a_content_key_ignores_empty_columns_and_their_order() -> None:
    text = "columns: [a]\noptional_columns: [b]\nrecords:\n  p: {kind: person, key: content, terms: {surname: a, city: b}}\n"
    both = compiled(text, ["a", "b"]).apply(table(["a", "b"], ["x", None], ["x", ""], ["x", "y"])).records
    turned = compiled(text, ["b", "a"]).apply(table(["b", "a"], ["y", "x"])).records
    alone = compiled(text, ["a"]).apply(table(["a"], ["x"])).records
    keys = both["source_key"].to_pylist()
    assert keys[0] == keys[1] == alone["source_key"].to_pylist()[0] != keys[2]
    assert turned["source_key"].to_pylist() == keys[2:]


def test_parts_of_a_key_cannot_run_into_each_other() -> None:
    text = "columns: [a, b]\nrecords:\n  p: {kind: person, key: [a, b], terms: {surname: a}}\n"
    rows = [["x|", "y"], ["x", "|y"], ["x\\", "|y"], ["x\\|", "y"], ["x", "y"]]
    keys = compiled(text, ["a", "b"]).apply(table(["a", "b"], *rows)).records["source_key"].to_pylist()
    assert len(set(keys)) == len(rows)
    assert keys[-1] == "x|y"


def test_search_words_are_folded_and_sorted_by_field_class() -> None:
    text = """columns: [k]
optional_columns: [name, mail, phone, born, story, where, drug, cat]
records:
  e:
    kind: event
    key: [k]
    terms: {category: cat, text: story, place_name: where, substance: drug}
  p:
    kind: person
    key: [k]
    terms: {full_name: name, email: mail, phone: phone, birth_date: born, sex: {constant: female}, occupation: {constant: "Ship's Cook"}}
"""
    columns = ["k", "name", "mail", "phone", "born", "story", "where", "drug", "cat"]
    row = [
        "1",
        "O'Brién/Æ, José",
        "j_o@x.org",
        "3025550143",
        "1984-07-19",
        "Né à 東京!",
        "5 Main St.",
        "Fentanyl",
        "OD",
    ]
    event, person = compiled(text, columns).apply(table(columns, row)).records.to_pylist()
    assert person["text_identifier"] in {"1984 07 19 o brien æ jose", "o brien æ jose 1984 07 19"}
    assert person["text_contact"].split() == ["13025550143", "3025550143", "302", "555", "0143", "j", "o", "x", "org"]
    assert person["text_open"] == "female female ship s cook"
    assert event["text_narrative"] == "ne a 東京"
    assert event["text_place"] == "5 main st"
    assert event["text_health"] == "fentanyl"
    assert event["text_open"] == "od"
    assert person["text_health"] is None


def test_a_code_is_found_by_its_label() -> None:
    mapped = one_term("incident", "offence_category", "{column: v, codes: {D: dui}}", "D")
    assert mapped.records["text_open"].to_pylist() == ["dui driving under the influence"]


def test_names_and_values_full_of_sql_stay_what_they_are() -> None:
    evil = """v"'); DROP TABLE stage; --"""
    text = json.dumps(
        {
            "name": "t",
            "version": "1",
            "columns": ["k", evil],
            "null_values": ["' OR 1=1 --"],
            "records": {
                "r'\"": {
                    "kind": "person",
                    "key": [{"constant": "'||(SELECT 1)||'"}, "k"],
                    "when": {"column": evil, "matches": "'?.*"},
                    "terms": {
                        "surname": {"column": evil, "split": {"separator": "';--", "part": 1}},
                        "alias": {"constant": "x'); DROP TABLE stage; --"},
                        "sex": {"column": evil, "codes": {"'": "male"}, "otherwise": "female"},
                    },
                }
            },
        }
    )
    engine = compile_mapping(mapping(text), source="s'; DROP TABLE stage; --", columns=["k", evil], clock=clock)
    mapped = engine.apply(table(["k", evil], ["1", "'; DROP TABLE batch; --"]))
    assert reasons(mapped) == []
    assert payloads(mapped) == [
        {"surname": "'; DROP TABLE batch; --", "alias": "x'); DROP TABLE stage; --", "sex": "female"}
    ]
    assert mapped.records["source_key"].to_pylist() == ["'||(SELECT 1)||'|1"]


def test_missing_columns_are_named_with_those_that_the_file_has() -> None:
    with pytest.raises(Invalid) as caught:
        compiled(FAMILY, ["case", "who", "nom"])
    assert "no column 'name', 'role', 'phone', 'juv'" in str(caught.value)
    assert "It has: case, who, nom." in str(caught.value)


def test_a_column_twice_is_refused() -> None:
    with pytest.raises(Invalid, match="more than once"):
        compiled(FAMILY, [*FAMILY_COLUMNS, "case"])


def test_a_pattern_that_the_engine_does_not_take_is_found_when_compiling() -> None:
    text = 'columns: [k]\nrecords:\n  p: {kind: person, key: [k], terms: {surname: {column: k, extract: "(?=x)"}}}\n'
    with pytest.raises(Invalid, match="cannot be computed"):
        compiled(text, ["k"])


def test_the_class_of_a_column_is_the_most_protective_of_what_it_feeds() -> None:
    text = """columns: [id, name, drug, lat, lon, flag, other, note]
records:
  p: {kind: person, key: [id], terms: {full_name: name, description: note}, when: {column: flag, present: true}}
  e: {kind: event, key: [id], terms: {substance: drug, title: name, number: other}, place: {latitude: lat, longitude: lon}}
"""
    columns = ["id", "name", "drug", "lat", "lon", "flag", "other", "note", "extra"]
    engine = compiled(text, columns)
    assert {column: engine.field_class_of(column) for column in columns} == {
        "id": FieldClass.IDENTIFIER,
        "name": FieldClass.IDENTIFIER,
        "drug": FieldClass.HEALTH,
        "lat": FieldClass.PLACE,
        "lon": FieldClass.PLACE,
        "flag": FieldClass.OPEN,
        "other": FieldClass.OPEN,
        "note": FieldClass.NARRATIVE,
        "extra": None,
    }
    assert engine.unmapped_columns == ("extra",)


def test_batches_that_are_slices_and_row_numbers_are_kept() -> None:
    text = "columns: [k, v]\nrecords:\n  p: {kind: person, key: [k], terms: {age: v}}\n"
    whole = table(
        ["k", "v"], *((str(at), "x" if at % 3 == 0 else "\x00" if at % 3 == 1 else "7") for at in range(9)), first=11
    )
    part = RowBatch(part=whole.part, table=whole.table.slice(3, 4), row_numbers=whole.row_numbers.slice(3, 4))
    mapped = compiled(text, ["k", "v"]).apply(part)
    assert mapped.records["row"].to_pylist() == [16]
    assert mapped.faults["row"].to_pylist() == [14, 15, 17]
    assert [json.loads(raw)["k"] for raw in mapped.faults["raw"].to_pylist()] == ["3", "4", "6"]


def test_the_range_of_dates_follows_the_clock() -> None:
    ticking = [NOW]
    text = "columns: [k, v]\nrecords:\n  p: {kind: person, key: [k], terms: {birth_date: v}}\n"
    engine = compile_mapping(mapping(HEAD + text), source="s", columns=["k", "v"], clock=lambda: ticking[0])
    batch = table(["k", "v"], ["1", "2026-12-25"])
    assert engine.apply(batch).faults.num_rows == 1
    ticking[0] += 60 * 86_400_000
    assert engine.apply(batch).faults.num_rows == 0


def test_every_type_of_term_can_be_mapped_but_an_outline() -> None:
    kinds = words().kinds.values()
    assert {term.type for kind in kinds for term in kind.terms.values()} == set(TermType)
    for kind in kinds:
        terms = "".join(f"      {name}: v\n" for name, term in kind.terms.items() if term.type is not TermType.GEOMETRY)
        text = f"columns: [k, v]\nrecords:\n  r:\n    kind: {kind.name}\n    key: [k]\n    terms:\n{terms}"
        assert compiled(text, ["k", "v"]).apply(table(["k", "v"], ["1", None])).records.num_rows == 1


def test_a_report_says_what_a_mapping_makes_of_a_sample() -> None:
    text = "columns: [k, v]\nrecords:\n  p: {kind: person, key: [k], terms: {age: v, surname: {column: k, clean: [upper]}}}\n"
    columns = ["k", "v", "extra"]
    batches = [table(columns, ["a", "1", "-"], ["b", "x", "-"]), table(columns, ["c", None, "-"], first=3)]
    report = check_mapping(mapping(HEAD + text), batches, clock=clock)
    assert (report.rows, report.rows_faulty, report.records, report.fits) == (3, 1, {"person": 2}, False)
    assert report.unmapped_columns == ("extra",)
    surname, age = report.terms
    assert (surname.term, surname.rows, surname.filled, surname.invalid) == ("surname", 3, 3, 0)
    assert surname.examples[0] == ("a", "A")
    assert (age.rows, age.filled, age.invalid) == (3, 1, 1)
    assert report.faults[0].row == 2
    assert report.mapping == "t@1"


def test_numbers_with_a_decimal_comma_are_read() -> None:
    text = PLACES.replace("latitude: lat", "latitude: {column: lat, decimal: comma}") % DELAWARE
    mapped = compiled(text, ["k", "lat", "lon"]).apply(table(["k", "lat", "lon"], ["1", "39,16", "-75,52"]))
    assert reasons(mapped) == []
    assert mapped.records["longitude"].to_pylist() == [-75.52]


def test_a_table_without_rows_gives_tables_without_rows() -> None:
    mapped = one_term("person", "surname", "v")
    assert mapped.rows == mapped.records.num_rows == mapped.faults.num_rows == 0
    assert pa.types.is_fixed_size_binary(mapped.records["thread"].type)
