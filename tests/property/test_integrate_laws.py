"""Laws of integration: nothing is lost, nothing is in two places, and no text is ever taken for something else."""

import hashlib
import json
import re

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from integrating import clock, mapping, table

from tessera.errors import Invalid
from tessera.integrate import RULES, compile_mapping, parse_mapping
from tessera.integrate.outputs import folded

COLUMNS = ["id", "when", "code", "age", "lat", "lon", "phone", "free"]
MIXED = compile_mapping(
    mapping(
        """name: mixed
version: 1
columns: [id, when, code, age, lat, lon, phone, free]
null_values: [NA]
records:
  event:
    kind: event
    key: [id]
    terms:
      number: id
      occurred_at: {column: when, formats: ["%d/%m/%Y", iso], zone: America/New_York}
      text: free
    place: {latitude: lat, longitude: lon, bounds: [-80, 30, -70, 45]}
  person:
    kind: person
    key: [phone]
    when: {column: free, present: true}
    terms:
      full_name: {column: free, clean: [title_case, collapse_spaces]}
      age: age
      sex: {column: code, codes: {M: male, F: female}}
      phone: {column: phone, on_invalid: drop_value}
links:
  - {type: involvement, from: person, to: event, role: witness}
markings:
  - {when: {column: age, less_than: 18}, add: {regimes: [JUVENILE]}}
"""
    ),
    source="law",
    columns=COLUMNS,
    clock=clock,
)
TEXTS = st.text(st.characters(codec="utf-8"), max_size=12)
NASTY = st.sampled_from(
    [
        "",
        " ",
        "'",
        '"',
        "\\",
        "\x00",
        "\x1f",
        "%s",
        "{}",
        "NULL",
        "NA",
        "--",
        "/*",
        "$1",
        "\ufeff",
        "\u202e",
        "😀",
        "0",
        "1e999",
        "nan",
    ]
)
CELLS = {
    "id": st.one_of(st.none(), TEXTS, NASTY),
    "when": st.one_of(
        st.none(), st.sampled_from(["31/02/2026", "05/03/2026", "9999-09-10", "2026-05-03T14:05:09-04:00"]), TEXTS
    ),
    "code": st.one_of(st.none(), st.sampled_from(["M", "F", "??7"])),
    "age": st.one_of(st.none(), st.integers(-5, 200).map(str), NASTY),
    "lat": st.one_of(st.none(), st.floats(-200, 200).map(str), NASTY),
    "lon": st.one_of(st.none(), st.floats(-200, 200).map(str), NASTY),
    "phone": st.one_of(st.sampled_from(["302-555-0143", "+442079460018"]), TEXTS),
    "free": st.one_of(st.none(), TEXTS, NASTY),
}
ROWS = st.lists(st.tuples(*(CELLS[column] for column in COLUMNS)), max_size=12)


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(rows=ROWS)
def test_every_row_is_in_records_or_in_faults_never_both_never_lost(rows: list[tuple[str | None, ...]]) -> None:
    mapped = MIXED.apply(table(COLUMNS, *rows, first=5))
    recorded, faulty = set(mapped.records["row"].to_pylist()), mapped.faults["row"].to_pylist()
    assert recorded.isdisjoint(faulty)
    assert recorded | set(faulty) == set(range(5, 5 + len(rows)))
    assert len(faulty) == len(set(faulty))
    assert mapped.rows == len(rows)


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(rows=ROWS)
def test_what_comes_out_is_always_sound(rows: list[tuple[str | None, ...]]) -> None:
    mapped = MIXED.apply(table(COLUMNS, *rows))
    terms = {kind: list(MIXED.mapping.dictionary.kinds[kind].terms) for kind in ("event", "person")}
    threads = set(mapped.records["thread"].to_pylist())
    for record in mapped.records.to_pylist():
        payload = json.loads(record["payload"])
        assert list(payload) == [term for term in terms[record["kind"]] if term in payload]
        assert all(isinstance(value, str | int) and value != "" for value in payload.values())
        whole = f"law\x1f{record['kind']}\x1f{record['source_key']}".encode()
        assert record["thread"] == hashlib.sha256(whole).digest()[:16]
        assert "\x00" not in record["payload"] + record["source_key"]
        assert "\\u0000" not in record["payload"]
        assert (record["latitude"] is None) == (record["longitude"] is None)
        assert record["latitude"] is None or 30 <= record["latitude"] <= 45
        for name, words in record.items():
            if name.startswith("text_") and words is not None:
                assert re.fullmatch(r"\S+( \S+)*", words)
                assert words == words.lower() or not words.isascii()
    for link in mapped.links.to_pylist():
        assert {link["from_thread"], link["to_thread"]} <= threads
    for fault in mapped.faults.to_pylist():
        assert fault["reason"].endswith(".")
        assert json.loads(fault["raw"]).keys() == set(COLUMNS)


@settings(max_examples=15, deadline=None)
@given(rows=ROWS)
def test_a_row_is_mapped_alike_alone_and_among_others(rows: list[tuple[str | None, ...]]) -> None:
    together = MIXED.apply(table(COLUMNS, *rows))
    alone = [MIXED.apply(table(COLUMNS, row, first=at + 1)) for at, row in enumerate(rows)]
    key = ("row", "kind")
    records = sorted((r for one in alone for r in one.records.to_pylist()), key=lambda r: [r[k] for k in key])
    assert records == sorted(together.records.to_pylist(), key=lambda r: [r[k] for k in key])
    assert [f for one in alone for f in one.faults.to_pylist()] == together.faults.to_pylist()


@settings(max_examples=40, deadline=None)
@given(
    name=TEXTS.filter(lambda text: text not in {"", "k"} and "\x00" not in text),
    constant=TEXTS.filter(lambda text: "\x00" not in text and text.strip()),
)
def test_no_name_or_value_of_a_mapping_is_ever_run(name: str, constant: str) -> None:
    text = json.dumps(
        {
            "name": "t",
            "columns": ["k", name],
            "records": {
                "r": {"kind": "person", "key": ["k"], "terms": {"alias": {"constant": constant}, "full_name": name}}
            },
        }
    )
    try:
        read = parse_mapping(text, "t.yaml", MIXED.mapping.dictionary)
    except Invalid:  # a control character that YAML does not take
        return
    column = read.columns[1]
    engine = compile_mapping(read, source=constant, columns=["k", column], clock=clock)
    payload = json.loads(engine.apply(table(["k", column], ["1", "value"])).records["payload"].to_pylist()[0])
    engine.close()
    assert payload == {"full_name": "value", "alias": read.records[0].terms["alias"].constant}


CLEANED = {
    name: compile_mapping(
        mapping(f"name: t\ncolumns: [k, v]\nrecords:\n  r: {{kind: person, key: [k], terms: {{surname: {{column: v, clean: [{name}]}}}}}}\n"),
        source="s",
        columns=["k", "v"],
        clock=clock,
    )
    for name in RULES
}  # fmt: skip


@settings(max_examples=6, deadline=None)
@given(values=st.lists(TEXTS.filter(lambda text: "\x00" not in text), min_size=1, max_size=40))
def test_cleansing_twice_is_cleansing_once(values: list[str]) -> None:
    for engine in CLEANED.values():
        once = _cleaned(engine, values)
        assert _cleaned(engine, once) == once


def _cleaned(engine: object, values: list[str]) -> list[str]:
    rows = [(str(at), value) for at, value in enumerate(values)]
    records = engine.apply(table(["k", "v"], *rows)).records  # type: ignore[attr-defined]
    return [json.loads(text).get("surname", "") for text in records["payload"].to_pylist()]


@settings(max_examples=60, deadline=None)
@given(text=st.text(st.characters(codec="latin-1", exclude_characters="\x00"), max_size=20))
def test_folding_is_the_same_inside_the_engine_and_outside(text: str) -> None:
    got = CLEANED["trim"].apply(table(["k", "v"], ["1", text])).records["text_identifier"].to_pylist()[0]
    assert (got or "") == folded(text)
