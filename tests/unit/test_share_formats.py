"""Exports as bytes, from records made by hand."""

import csv
import io
import json
from collections.abc import Iterator
from dataclasses import replace
from itertools import count
from uuid import UUID

import pyarrow.parquet as pq
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tessera import share
from tessera.dictionary import Kind, Term
from tessera.errors import Invalid
from tessera.model.marking import FieldClass, Marking, Regime, Sensitivity, Tlp
from tessera.model.record import RecordView, TermValue
from tessera.share.cells import neutral
from tessera.share.columns import COMMON, handling
from tessera.share.watermark import Watermark

KIND = Kind(
    name="incident",
    label="Incident",
    definition="Something that happened.",
    headline="{number}",
    terms={
        name: Term(name=name, label=name, definition=f"What {name} is.")
        for name in ("number", "narrative", "source", "empty")
    },
)

MARK = Watermark(account="sam", agency="sheriff", at=1000, purpose="oversight", need_to_know="=case 7", export="0198-e")
LINE = (
    "(SENSITIVE · TLP:AMBER · CJI · CUI//SP-CHRI) Exported 1970-01-01T00:00:01Z by sam, sheriff, for oversight, need to know: =case 7; "
    "export 0198-e"
)


def view(
    number: str, *, narrative: str = "", masked: bool = False, place: tuple[float, float] | None = None
) -> RecordView:
    terms = [("number", number, False), ("narrative", "" if masked else narrative, masked), ("source", "web", False)]
    return RecordView(
        uid=UUID(int=int(number)),
        kind="incident",
        kind_label="Incident",
        headline=number,
        terms=tuple(
            TermValue(term=t, label=t, value=v, field_class=FieldClass.OPEN, masked=m, masked_by="no" if m else "")
            for t, v, m in terms
        ),
        source="open-feed",
        source_label="Open feed",
        agency="sheriff",
        holding="incidents",
        marking=Marking(sensitivity=Sensitivity.SENSITIVE, tlp=Tlp.AMBER, regimes=frozenset({Regime.CJI})),
        event_time=0 if place else None,
        latitude=place[0] if place else None,
        longitude=place[1] if place else None,
        delivery=UUID(int=7),
        locator="calls.csv#row=3",
        mapping="calls@1",
        known_from=1000,
        known_to=None,
    )


def written(form: str, *views: RecordView) -> bytes:
    return b"".join(share.write(iter(views), form, KIND, MARK))


def table(*views: RecordView) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(written("csv", *views).decode())))


def test_csv_has_the_common_columns_then_the_terms_in_dictionary_order() -> None:
    first = written("csv").decode().splitlines()[0]
    assert first.split(",") == [*COMMON, "number", "narrative", "term_source", "empty", "handling"]


def test_csv_says_where_a_record_comes_from_and_how_it_may_be_handled() -> None:
    row = table(view("5", narrative="Seen, twice.\nThen gone.", place=(39.1, -75.5)))[0]
    assert row["uid"] == str(UUID(int=5))
    assert row["source"] == "open-feed"
    assert row["term_source"] == "web"
    assert row["marking"] == "SENSITIVE · TLP:AMBER · CJI · CUI//SP-CHRI"
    assert row["event_time"] == "1970-01-01T00:00:00Z"
    assert (row["latitude"], row["longitude"]) == ("39.1", "-75.5")
    assert row["narrative"] == "Seen, twice.\nThen gone."
    assert row["known_to"] == ""


def test_a_masked_value_is_empty_and_named() -> None:
    row = table(view("5", narrative="secret", masked=True))[0]
    assert row["narrative"] == ""
    assert row["masked"] == "narrative"


@pytest.mark.parametrize("text", ["=cmd|' /C calc'!A0", "+1+1", "-2+3", "@SUM(A1)", "\tx", "\rx", "-", "+"])
def test_what_a_spreadsheet_would_run_gets_an_apostrophe(text: str) -> None:
    assert neutral(text) == "'" + text
    assert table(view("5", narrative=text))[0]["narrative"] == "'" + text


@pytest.mark.parametrize("text", ["-75.52", "+4", "1e5", "-.5", "", "plain", "a=b", "3-4"])
def test_plain_numbers_and_words_stay_as_they_are(text: str) -> None:
    assert neutral(text) == text


@given(st.text())
def test_no_cell_starts_a_formula_and_nothing_but_an_apostrophe_is_added(text: str) -> None:
    made = neutral(text)
    assert made in {text, "'" + text}
    if made.startswith(("=", "@", "\t", "\r")):
        pytest.fail("a formula got through")
    if made.startswith(("+", "-")):
        float(made)


def test_csv_has_no_byte_order_mark_and_is_utf_8() -> None:
    content = written("csv", view("5", narrative="Núñez"))
    assert not content.startswith(b"\xef\xbb\xbf")
    assert "Núñez" in content.decode()


def test_geojson_gives_longitude_first_and_null_where_no_place_may_be_seen() -> None:
    found = json.loads(written("geojson", view("1", place=(39.1, -75.5)), view("2")))
    assert found["type"] == "FeatureCollection"
    first, second = found["features"]
    assert first["geometry"] == {"type": "Point", "coordinates": [-75.5, 39.1]}
    assert second["geometry"] is None
    assert first["properties"]["terms"]["number"] == "1"
    assert first["id"] == str(UUID(int=1))


@pytest.mark.parametrize("number", [0, 1, 500, 501, 1000])
def test_geojson_is_well_formed_however_many_there_are(number: int) -> None:
    found = json.loads(written("geojson", *(view(str(n)) for n in range(number))))
    assert len(found["features"]) == number


def test_ndjson_has_one_object_a_line() -> None:
    lines = written("ndjson", view("1", narrative="a\nb"), view("2", masked=True)).splitlines()
    first, second = (json.loads(line) for line in lines)
    assert first["terms"] == {"number": "1", "narrative": "a\nb", "source": "web"}
    assert second["terms"]["narrative"] is None
    assert second["masked"] == ["narrative"]


def test_parquet_keeps_types_definitions_and_every_row() -> None:
    content = written("parquet", *(view(str(n), place=(39.0, -75.0) if n % 2 else None) for n in range(12_000)))
    found = pq.read_table(io.BytesIO(content))
    assert found.num_rows == 12_000
    assert found.column_names == [*COMMON, "number", "narrative", "term_source", "empty", "handling"]
    assert str(found.schema.field("event_time").type) == "timestamp[ms, tz=UTC]"
    assert found["latitude"].null_count == 6_000
    assert found.schema.field("narrative").metadata[b"definition"] == b"What narrative is."
    assert pq.ParquetFile(io.BytesIO(content)).num_row_groups == 2


@pytest.mark.parametrize("form", share.FORMATS)
def test_every_format_can_be_empty(form: str) -> None:
    assert isinstance(written(form), bytes)
    assert "/" in share.media_type(form)


@pytest.mark.parametrize("form", ["csv", "ndjson", "geojson"])
def test_a_stream_is_not_read_ahead(form: str) -> None:
    taken = count()

    def endless() -> Iterator[RecordView]:
        while True:
            yield view(str(next(taken)))

    stream = share.write(endless(), form, KIND, MARK)
    for _ in range(3):
        next(stream)
    assert next(taken) < 2000


def test_an_unknown_format_is_refused_with_the_known_ones() -> None:
    with pytest.raises(Invalid, match="csv, geojson, ndjson, parquet"):
        share.write(iter(()), "xlsx", KIND, MARK)


def test_a_marking_that_leaves_names_owner_and_release_list() -> None:
    marking = Marking(
        sensitivity=Sensitivity.RESTRICTED,
        tlp=Tlp.AMBER_STRICT,
        owners=frozenset({"hospital"}),
        releasable_to=frozenset({"sheriff", "fusion-unit"}),
    )
    assert handling(marking) == "RESTRICTED · TLP:AMBER+STRICT · OWNER hospital · REL TO fusion-unit/sheriff"


def test_every_row_of_every_format_says_how_it_is_handled_and_who_took_it_out() -> None:
    assert [row["handling"] for row in table(view("1"), view("2"))] == [LINE, LINE]
    assert json.loads(written("ndjson", view("1")))["handling"] == LINE
    collection = json.loads(written("geojson", view("1")))
    assert collection["handling"]["export"] == "0198-e"
    assert collection["features"][0]["properties"]["handling"] == LINE
    parquet = pq.read_table(io.BytesIO(written("parquet", view("1"))))
    assert parquet["handling"].to_pylist() == [LINE]
    assert parquet.schema.metadata[b"handling.account"] == b"sam"


def test_an_empty_file_bears_the_watermark_where_the_format_has_a_place_for_it() -> None:
    assert json.loads(written("geojson"))["handling"]["account"] == "sam"
    assert pq.read_schema(io.BytesIO(written("parquet"))).metadata[b"handling.need_to_know"] == b"=case 7"


@given(st.text())
def test_a_watermark_is_one_line_and_no_formula(need: str) -> None:
    cell = Watermark(account="sam", agency="", at=0, purpose="p", need_to_know=need, export="e").beside(Marking())
    assert neutral(cell) == cell
    assert len(cell.splitlines()) == 1


def outlined(number: str, *, masked: bool = False) -> RecordView:
    text = "" if masked else '{"type":"LineString","coordinates":[[-75,39],[-74,39]]}'
    line = TermValue(term="empty", label="Outline", value=text, field_class=FieldClass.PLACE, masked=masked)
    return replace(view(number, place=None if masked else (39.0, -74.5)), outline=line)


def test_geojson_gives_the_outline_as_its_geometry_and_a_masked_one_nowhere() -> None:
    first, second = json.loads(written("geojson", outlined("1"), outlined("2", masked=True)))["features"]
    assert first["geometry"] == {"type": "LineString", "coordinates": [[-75, 39], [-74, 39]]}
    assert (first["properties"]["latitude"], first["properties"]["longitude"]) == (39.0, -74.5)
    assert "empty" not in first["properties"]["terms"]
    assert second["geometry"] is None
    assert second["properties"]["masked"] == ["empty"]


def test_tables_give_the_outline_as_geojson_in_its_own_column() -> None:
    first, second = table(outlined("1"), outlined("2", masked=True))
    assert json.loads(first["empty"])["type"] == "LineString"
    assert second["empty"] == ""
    assert second["masked"] == "empty"
