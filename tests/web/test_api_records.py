"""Records through the API: search, counts, one record, its versions, links and evidence, map, export."""

import csv
import hashlib
import io
import json
from collections.abc import Iterator
from typing import Any

import pytest
from api_center import Door, Value, open_door


@pytest.fixture(scope="module")
def door(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Door]:
    with open_door(tmp_path_factory.mktemp("api") / "center") as door:
        yield door


def items(answer: Value) -> list[dict[str, Any]]:
    assert answer.status_code == 200, answer.text
    found: list[dict[str, Any]] = answer.json()["items"]
    return found


def values(record: dict[str, Any]) -> dict[str, str | None]:
    return {term["term"]: term["value"] for term in record["terms"]}


def test_a_search_finds_what_holds_the_words(door: Door) -> None:
    found = items(door.get("/records", q="bike"))
    assert [values(record)["incident_number"] for record in found] == ["1"]
    assert found[0]["source"] == "open-feed"
    assert found[0]["event_time"] == "2026-03-01T10:00:00Z"
    assert found[0]["marking"]["sensitivity"] == "PUBLIC"


def test_two_readers_find_what_each_may_see(door: Door) -> None:
    sources = {who: {r["source"] for r in items(door.get("/records", who))} for who in ("analyst", "epidemiologist")}
    assert sources["analyst"] == {"open-feed", "police-feed"}
    assert sources["epidemiologist"] == {"open-feed", "health-feed"}


def test_filters_narrow(door: Door) -> None:
    assert len(items(door.get("/records", source=["open-feed"], since="2026-03-02T00:00:00Z"))) == 2
    assert len(items(door.get("/records", until="2026-03-02T00:00:00Z"))) == 1
    assert len(items(door.get("/records", near="38.77,-75.13,5"))) == 1
    assert len(items(door.get("/records", box="-75.6,39,-75.4,39.3", source=["open-feed"]))) == 2
    assert items(door.get("/records", kind=["person"])) == []
    assert items(door.get("/records", as_of="2020-01-01T00:00:00Z")) == []


def test_pages_follow_each_other_without_gap_or_repeat(door: Door) -> None:
    whole = [record["uid"] for record in items(door.get("/records"))]
    seen: list[str] = []
    cursor = ""
    while True:
        answer = door.get("/records", limit=1, cursor=cursor)
        seen += [record["uid"] for record in items(answer)]
        cursor = answer.json()["next_cursor"]
        if not cursor:
            assert "link" not in answer.headers
            break
        assert answer.headers["link"].endswith('>; rel="next"')
        assert f"cursor={cursor}" in answer.headers["link"]
    assert seen == whole


def test_facets_count_what_a_search_finds(door: Door) -> None:
    found = door.get("/records/facets").json()
    assert found["counted"] == 4
    assert {f["value"]: f["count"] for f in found["sources"]} == {"open-feed": 3, "police-feed": 1}


def test_one_record_has_versions_links_evidence_and_reasons(door: Door) -> None:
    uid = items(door.get("/records", q="bike"))[0]["uid"]
    assert door.get(f"/records/{uid}").json()["uid"] == uid
    assert [r["uid"] for r in items(door.get(f"/records/{uid}/versions"))] == [uid]
    assert items(door.get(f"/records/{uid}/links")) == []
    evidence = door.get(f"/records/{uid}/evidence").json()
    assert evidence["columns"][:2] == ["id", "when"]
    assert [row["cells"][0] for row in evidence["rows"] if row["here"]] == ["1"]
    reasons = door.get(f"/records/{uid}/why").json()
    assert reasons["record"]["allowed"]
    assert reasons["record"]["reason"]
    assert {f["field_class"] for f in reasons["fields"]} >= {"open", "place"}


def test_a_hidden_record_and_one_that_is_not_look_the_same(door: Door) -> None:
    hidden = items(door.get("/records", "epidemiologist", source="health-feed"))[0]["uid"]
    missing = "0192f0c1-2345-7000-8000-000000000000"
    for path in ("", "/versions", "/links", "/evidence", "/why"):
        answers = [door.get(f"/records/{uid}{path}") for uid in (hidden, missing)]
        assert [a.status_code for a in answers] == [404, 404]
        first, second = (a.json() | {"where": ""} for a in answers)
        assert first == second


def test_a_masked_value_is_null_with_its_reason(door: Door) -> None:
    found = items(door.get("/records", "officer", source="police-feed"))
    masked = [term for record in found for term in record["terms"] if term["masked"]]
    assert all(term["value"] is None and term["masked_by"] for term in masked)


def test_the_map_has_cells_points_and_a_time_line(door: Door) -> None:
    found = door.get("/map", zoom=9).json()
    assert found["total"] == 4 == sum(cell["count"] for cell in found["cells"])
    assert len(found["points"]) == 4
    assert sum(step["count"] for step in found["timeline"]) == 4
    assert found["step_seconds"] >= 3600


@pytest.mark.parametrize(
    ("params", "where"),
    [
        ({"limit": 0}, "query.limit"),
        ({"limit": 1001}, "query.limit"),
        ({"colour": "red"}, "query.colour"),
        ({"since": "yesterday"}, "query.since"),
        ({"since": "2026-03-01"}, "query.since"),
        ({"since": "2026-02-31T00:00:00Z"}, "query.since"),
        ({"near": "1,2"}, "query.near"),
        ({"near": "nan,1,2"}, "query.near"),
        ({"box": "1,2,3"}, "query.box"),
        ({"box": "-200,0,0,0"}, "query.box"),
        ({"order": "best"}, "query.order"),
        ({"q": "a\x00b"}, "query.q"),
    ],
)
def test_bad_parameters_are_refused_with_their_place(door: Door, params: dict[str, Any], where: str) -> None:
    answer = door.get("/records", **params)
    assert answer.status_code == 422
    assert answer.headers["content-type"] == "application/problem+json"
    problem = answer.json()
    assert problem["status"] == 422
    assert problem["where"] == where
    assert problem["detail"]


@pytest.mark.parametrize(
    "params", [{"kind": "unicorn"}, {"cursor": "!!!"}, {"cursor": "AAAA"}, {"q": "-only"}, {"near": "99,0,1"}]
)
def test_questions_that_cannot_be_answered_are_refused(door: Door, params: dict[str, Any]) -> None:
    answer = door.get("/records", **params)
    assert answer.status_code == 422, answer.text
    assert answer.json()["detail"]


def test_an_export_is_disclosed_with_count_and_digest(door: Door) -> None:
    answer = door.get("/export", kind="incident", format="csv")
    assert answer.status_code == 200
    assert answer.headers["content-type"] == "text/csv; charset=utf-8"
    rows = list(csv.DictReader(io.StringIO(answer.text)))
    assert {row["source"] for row in rows} == {"open-feed", "police-feed"}
    assert [row["text"] for row in rows if row["incident_number"] == "2"] == ["'=cmd| was written on the door"]
    events = [(e, d) for e, d in door.events() if e.startswith("share:records:")]
    assert [e for e, _ in events[-3:]] == [f"share:records:{w}" for w in ("export-begun", "export-page", "exported")]
    assert events[-1][1]["records"] == len(rows)
    assert events[-1][1]["sha256"] == hashlib.sha256(answer.content).hexdigest()
    assert events[-3][1]["details"]["kinds"] == ["incident"]


@pytest.mark.parametrize("form", ["geojson", "ndjson", "parquet"])
def test_every_format_can_be_exported(door: Door, form: str) -> None:
    answer = door.get("/export", kind="incident", format=form, q="stolen")
    assert answer.status_code == 200
    if form == "geojson":
        assert len(json.loads(answer.text)["features"]) == 2
    if form == "ndjson":
        assert len(answer.text.splitlines()) == 2
    if form == "parquet":
        assert answer.content.startswith(b"PAR1")


@pytest.mark.parametrize(
    "params", [{}, {"kind": "unicorn"}, {"kind": ["incident", "person"]}, {"kind": "incident", "format": "xlsx"}]
)
def test_an_export_that_cannot_be_made_says_so_before_it_begins(door: Door, params: dict[str, Any]) -> None:
    answer = door.get("/export", **params)
    assert answer.status_code == 422
    assert answer.json()["where"]
