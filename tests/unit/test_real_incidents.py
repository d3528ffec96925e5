"""The open data of the cities as it stands: every row is accounted for and all land as one kind."""

import json
from collections import Counter

import pytest
from integrating import MAPPINGS, SHARED, clock, real_batches, words

from tessera.integrate import compile_mapping, load_mapping

INCIDENTS = SHARED / "data" / "incidents"
FILES = [
    # mapping, file, rows, distinct records, offence categories, span of event times (UTC days)
    ("chicago-aggravated-assaults", "chicago_aggravated_assaults.csv.gz", 148_636, 148_525, {"aggravated-assault"}),
    ("cincinnati-burglary", "cincinnati_burglary.csv.gz", 8_723, 8_586, {"burglary"}),
    ("kansas-city-frauds", "kansas_city_frauds.csv.gz", 6, 6, {"fraud"}),
    ("san-francisco-robbery", "san_francisco_robbery.csv", 951, 951, {"robbery"}),
    ("new-york-homicides", "nyc_homicides.csv", 904, 904, {"homicide"}),
    ("new-york-shootings", "nyc_shootings.csv", 967, 802, {"homicide", "aggravated-assault"}),
    ("new-york-bronx-shootings", "bronx_shootings.csv", 267, 223, {"homicide", "aggravated-assault"}),
    ("austin-fort-worth-seattle-aggravated-assaults", "aggravated_assaults.xlsx", 12_802, None, {"aggravated-assault"}),
    ("montgomery-911", "montgomery_911_sample.csv", 3_051, 3_040, set()),
]
pytestmark = pytest.mark.skipif(not INCIDENTS.is_dir(), reason="the open data is not beside the repository (../shared)")


@pytest.mark.parametrize(("name", "file", "rows", "distinct", "categories"), FILES, ids=[file[0] for file in FILES])
def test_every_row_of_the_file_becomes_a_record(
    name: str, file: str, rows: int, distinct: int | None, categories: set[str]
) -> None:
    read = load_mapping(MAPPINGS / f"{name}.yaml", words())
    engine, counted = None, 0
    threads: set[bytes] = set()
    found: Counter[str | None] = Counter()
    for batch in real_batches(INCIDENTS / file, rows=20_000):
        engine = engine or compile_mapping(read, source=name, columns=batch.part.columns, clock=clock)
        mapped = engine.apply(batch)
        assert mapped.faults.to_pylist()[:3] == []
        assert not batch.rejected
        assert mapped.records["event_time"].null_count == (2 if "austin" in name and counted == 0 else 0)
        counted += mapped.records.num_rows
        threads.update(mapped.records["thread"].to_pylist())
        assert set(mapped.records["kind"].to_pylist()) == {"call-for-service" if "911" in name else "incident"}
        sample = mapped.records["payload"].to_pylist()[:500]
        found.update(json.loads(payload).get("offence_category") for payload in sample)
    assert counted == rows
    assert distinct is None or len(threads) == distinct
    assert not categories or set(found) == categories


def test_rows_of_the_bronx_are_the_same_records_in_both_files_of_new_york() -> None:
    made = []
    for name, file in (
        ("new-york-shootings", "nyc_shootings.csv"),
        ("new-york-bronx-shootings", "bronx_shootings.csv"),
    ):
        batch = next(real_batches(INCIDENTS / file))
        engine = compile_mapping(
            load_mapping(MAPPINGS / f"{name}.yaml", words()), source="nypd", columns=batch.part.columns
        )
        records = engine.apply(batch).records
        made.append(set(zip(records["thread"].to_pylist(), records["payload"].to_pylist(), strict=True)))
    assert made[1] < made[0]
