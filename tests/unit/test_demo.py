"""The invented region is the same each time, adds up, stays in Delaware and cannot be taken for real."""

import csv
import gzip
import hashlib
import io
import json
import re
from collections import Counter
from collections.abc import Iterable
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from defusedxml import ElementTree
from openpyxl import load_workbook

from tessera import demo
from tessera.demo.draw import Draw
from tessera.demo.feed import Feed
from tessera.demo.moments import Calendar, Moment
from tessera.demo.people import People, phone_number, see
from tessera.demo.places import EAST, NORTH, SOUTH, TOWNS, WEST, Gazetteer
from tessera.demo.region import FEEDS, UNTIL
from tessera.errors import Invalid
from tessera.model.access import AgencyKind, Role
from tessera.model.marking import Regime, Tlp
from tessera.model.source import FILES

RECORDS = 6_000
BY_FILE = {name: feed for feed in FEEDS for name in (feed.filename, feed.again)}


@pytest.fixture(scope="module")
def region(tmp_path_factory: pytest.TempPathFactory) -> demo.DemoRegion:
    return demo.generate(tmp_path_factory.mktemp("region"), records=RECORDS, seed=7)


def read(path: Path) -> list[list[str]]:
    """Read any delivery as rows of text in the order of its columns, without the header."""
    feed = BY_FILE[path.name]
    raw = gzip.decompress(path.read_bytes()) if path.suffix == ".gz" else path.read_bytes()
    match path.suffix:
        case ".xlsx":
            sheet = load_workbook(io.BytesIO(raw), read_only=True)["Arrests"]
            return [["" if v is None else str(v) for v in row] for row in sheet.iter_rows(values_only=True)][1:]
        case ".xml":
            return [[child.text or "" for child in row] for row in ElementTree.fromstring(raw)]
        case ".geojson":
            found = json.loads(raw)["features"]
            points = [f["geometry"]["coordinates"] for f in found]
            return [
                [*texts(f["properties"].values()), str(p[1]), str(p[0])] for f, p in zip(found, points, strict=True)
            ]
        case ".json":
            return [texts(row.values()) for row in json.loads(raw)]
        case ".ndjson":
            return [texts(json.loads(line).values()) for line in raw.splitlines()]
        case _:
            text = io.StringIO(raw.decode(feed.encoding), newline="")
            rows = list(csv.reader(text, delimiter=feed.delimiter))
            assert tuple(rows[0]) == feed.columns
            return rows[1:]


def texts(values: Iterable[object]) -> list[str]:
    return ["" if v is None else str(v) for v in values]


def digests(folder: Path) -> dict[str, str]:
    files = [path for path in sorted(folder.rglob("*")) if path.is_file()]
    return {path.relative_to(folder).as_posix(): hashlib.sha256(path.read_bytes()).hexdigest() for path in files}


def truth(region: demo.DemoRegion) -> Any:  # noqa: ANN401 - plain JSON
    return json.loads((region.folder / "truth" / "counts.json").read_text())


def test_the_same_seed_gives_the_same_bytes(tmp_path: Path) -> None:
    for name in ("a", "b"):
        demo.generate(tmp_path / name, records=600, seed=3)
    assert digests(tmp_path / "a") == digests(tmp_path / "b")


def test_another_seed_gives_another_region(tmp_path: Path) -> None:
    for seed in (3, 4):
        demo.generate(tmp_path / str(seed), records=600, seed=seed)
    first, second = digests(tmp_path / "3"), digests(tmp_path / "4")
    assert all(first[name] != second[name] for name in first)


@pytest.mark.parametrize("records", [200, 1_000, 20_000])
def test_a_region_has_about_as_many_records_as_asked_for(tmp_path: Path, records: int) -> None:
    made = demo.generate(tmp_path, records=records)
    assert made.records == pytest.approx(records, rel=0.05, abs=25)
    assert all(path.stat().st_size for path in tmp_path.rglob("*.*"))


def test_an_impossible_size_is_refused_with_advice(tmp_path: Path) -> None:
    with pytest.raises(Invalid, match="Ask for 100 to"):
        demo.generate(tmp_path, records=3)


def test_progress_ends_with_all_rows_done(tmp_path: Path) -> None:
    heard: list[tuple[int, int]] = []
    demo.generate(tmp_path, records=9_000, on_progress=lambda done, rows: heard.append((done, rows)))
    assert heard == sorted(heard)
    assert heard[-1][0] == heard[-1][1]


def test_every_file_says_that_it_is_invented(region: demo.DemoRegion) -> None:
    for delivery in region.deliveries:
        assert delivery.path.name.startswith("invented-")
    manifest = demo.read_manifest(region.folder)
    assert "Invented" in manifest.note
    assert all("invented demo data" in source.label for source in manifest.sources)
    assert all("(invented)" in agency.label for agency in manifest.agencies)


@pytest.mark.parametrize("name", [name for name in BY_FILE if not name.partition(".")[0].endswith("-2")])
def test_every_file_can_be_read_and_has_the_rows_that_the_truth_counts(region: demo.DemoRegion, name: str) -> None:
    rows, counted = read(region.folder / "deliveries" / name), truth(region)["deliveries"][name]
    feed = BY_FILE[name]
    ragged = [row for row in rows if len(row) != len(feed.columns)]
    assert len(rows) == counted["rows"]
    assert len(ragged) == counted["quarantined_by_reason"].get("ragged", 0)
    note = [i for i, column in enumerate(feed.columns) if column.lower() == "note"]
    assert all(row[note[0]] == "invented demo data" for row in rows if len(row) == len(feed.columns))


def test_the_truth_adds_up(region: demo.DemoRegion) -> None:
    counts = truth(region)
    for part in ("rows", "quarantined", "records", "links"):
        total = counts["total"][part]
        assert total == sum(d[part] for d in counts["deliveries"].values())
        assert total == sum(s[part] for s in counts["sources"].values())
    assert counts["total"]["records_by_kind"] == region.records_by_kind
    assert (counts["total"]["rows"], counts["total"]["quarantined"]) == (region.rows, region.quarantined)
    assert 0.01 < region.quarantined / region.rows < 0.03


def test_spoilt_rows_are_the_ones_that_the_truth_counts(region: demo.DemoRegion) -> None:
    for feed in FEEDS:
        rows = [r for r in read(region.folder / "deliveries" / feed.filename) if len(r) == len(feed.columns)]
        reasons: dict[str, int] = truth(region)["deliveries"][feed.filename]["quarantined_by_reason"]
        bad_dates = [row for row in rows if row[feed.columns.index(feed.date)] == feed.bad_date]
        no_key = [row for row in rows if not row[feed.columns.index(feed.key)]]
        outside = [row for row in rows if any(not inside(*point) for point in points(feed, row))]
        assert (len(bad_dates), len(no_key)) == (reasons.get("date", 0), reasons.get("key", 0))
        assert len(outside) == reasons.get("place", 0)


def points(feed: Feed, row: list[str]) -> list[tuple[float, float]]:
    place, columns = feed.place, feed.columns
    if not place:
        return []
    cells = [row[columns.index(name)] for name in place]
    parts = cells[0].split(", ") if len(cells) == 1 else cells
    return [(float(parts[0]), float(parts[1]))] if parts[0] else []


def inside(latitude: float, longitude: float) -> bool:
    return SOUTH < latitude < NORTH and WEST < longitude < EAST


def test_true_persons_come_up_in_several_agencies(region: demo.DemoRegion) -> None:
    rows = list(csv.DictReader((region.folder / "truth" / "persons.csv").read_text().splitlines()))
    seen: dict[str, set[str]] = {}
    for row in rows:
        seen.setdefault(row["person"], set()).add(row["source"])
    assert len({(row["source"], row["source_key"]) for row in rows}) == len(rows)
    assert sum(len(sources) > 1 for sources in seen.values()) > len(seen) / 3


def test_source_keys_are_unique_in_a_first_delivery(region: demo.DemoRegion) -> None:
    for feed in FEEDS:
        rows = read(region.folder / "deliveries" / feed.filename)
        keys = [key for row in rows if (key := row[feed.columns.index(feed.key)])]
        assert len(set(keys)) == len(keys), feed.source


def test_a_later_delivery_changes_known_rows_and_mends_spoilt_ones(region: demo.DemoRegion) -> None:
    for feed in (feed for feed in FEEDS if feed.correct):
        key = feed.columns.index(feed.key)
        first = {row[key]: row for row in read(region.folder / "deliveries" / feed.filename) if row[key]}
        again = {row[key]: row for row in read(region.folder / "deliveries" / feed.again)}
        assert again
        assert all(first.get(name) != row for name, row in again.items())
        assert set(again) & set(first)
    manifest = demo.read_manifest(region.manifest)
    assert [d.path.name.partition(".")[0].endswith("-2") for d in manifest.deliveries] == [False] * 12 + [True] * 3


def test_only_numbers_and_domains_kept_for_fiction_occur(region: demo.DemoRegion, tmp_path: Path) -> None:
    demo.generate_table(tmp_path / "table.csv", 500)
    lines = [" ".join(row) for delivery in region.deliveries for row in read(delivery.path)]
    text = "\n".join([*lines, (tmp_path / "table.csv").read_text(), region.manifest.read_text()])
    phones = re.findall(r"\(?\b\d{3}\)?[- ]\d{3}[- ]\d{4}\b|\b[2-9]\d{2}555\d{4}\b", text)
    assert len(phones) > 500
    assert {re.sub(r"\D", "", phone)[3:8] for phone in phones} == {"55501"}
    assert set(re.findall(r"@([\w.-]+\w)", text)) <= {"example.com", "example.org", "example.net"} | {
        f"{agency.name}.example.org" for agency in demo.read_manifest(region.folder).agencies
    }
    assert all(vin.startswith("INV") for vin in re.findall(r"\b[A-Z]{3}0PX1KU\d+\b", text))


def test_numbers_beyond_the_fictional_range_get_an_extension() -> None:
    numbers = [phone_number(n) for n in range(0, 200_000, 7)]
    assert len(set(numbers)) == len(numbers)
    assert all(re.fullmatch(r"\d{3}-555-01\d\d( x\d+)?", number) for number in numbers)


def test_places_stay_near_their_towns() -> None:
    places, draw = Gazetteer(1), Draw(1, "test")
    for town in TOWNS:
        for _ in range(50):
            spot = places.spot(draw, town)
            assert inside(spot.latitude, spot.longitude)
            assert abs(spot.latitude - town.latitude) < 0.014
            assert abs(spot.longitude - town.longitude) < 0.014


def test_agencies_write_the_same_person_down_in_different_ways() -> None:
    draw, people = Draw(1, "test"), People(1, 400, Gazetteer(1), UNTIL)
    somebody = next(p for p in people.everyone if p.given == "Robert" and p.middle)
    written = {see(draw, somebody) for _ in range(300)}
    assert len({s.given for s in written}) > 2
    assert len({s.family for s in written}) > 2
    assert {0, somebody.born} < {s.born for s in written}
    assert any(p.suffix == "Jr" for p in people.everyone)


def test_the_clocks_change_when_they_do_in_delaware() -> None:
    days = Calendar(date(2026, 11, 1))
    spring = (date(2026, 3, 8) - days.first).days
    before, skipped = Moment(spring, 3600), days.after(Moment(spring, 0), 2 * 3600 + 60)
    assert days.iso(skipped) == "2026-03-08 03:01:00"
    assert days.utc(skipped) - days.utc(before) == 3600 + 60
    assert days.offset(Moment((date(2025, 11, 2) - days.first).days, 7200)) == 5 * 3600
    assert days.offset(Moment((date(2025, 11, 2) - days.first).days, 0)) == 4 * 3600


def test_the_storm_shows_in_the_calls_and_the_cluster_in_the_overdoses(region: demo.DemoRegion) -> None:
    calls = read(region.folder / "deliveries" / "invented-dover-calls.csv")
    by_type = Counter(row[4] for row in calls if "2026-01-30" <= row[1][:10] <= "2026-02-05")
    assert by_type["TREE"] + by_type["WIRE"] + by_type["FLOD"] > by_type.total() / 3
    visits = read(region.folder / "deliveries" / "invented-bayview-overdoses.xml")
    clustered = [row for row in visits if "2026-09-20" <= row[1][:10] <= "2026-09-30"]
    assert len(clustered) > 3 * len(visits) * 10 / 730


def test_the_manifest_says_who_takes_part(region: demo.DemoRegion) -> None:
    manifest = demo.read_manifest(region.manifest)
    agencies, holdings = {a.name for a in manifest.agencies}, {h.name for h in manifest.holdings}
    agreements, sources = {a.name for a in manifest.agreements}, {s.name: s for s in manifest.sources}
    wanted = {AgencyKind.FEDERAL, AgencyKind.LOCAL, AgencyKind.PRIVATE, AgencyKind.STATE, AgencyKind.TRIBAL}
    assert {a.kind for a in manifest.agencies} == wanted
    for source in manifest.sources:
        assert source.agency in agencies
        assert source.agreement in agreements
        assert {source.holding} == source.marking.holdings <= holdings
        assert source.marking.owners == {source.agency}
        assert (source.marking.releasable_to or set()) <= agencies
    assert {d.source for d in manifest.deliveries} == {
        name for name, one in sources.items() if one.mapping not in {"", FILES}
    }
    assert all(d.path.is_file() for d in manifest.deliveries)
    assert sources["bayview-overdoses"].marking.purposes == frozenset({"public-health"})
    assert Regime.PHI in sources["bayview-overdoses"].marking.regimes
    assert sources["dover-public-calls"].marking.tlp is Tlp.CLEAR
    assert len({source.marking for source in sources.values()}) >= 9


def test_the_demo_accounts_are_of_three_agencies(region: demo.DemoRegion) -> None:
    accounts = {account.account: account for account in demo.read_manifest(region.folder).accounts}
    assert set(accounts) == {"avery", "blake", "casey", "dana", "harper", "morgan", "quinn", "robin", "sam"}
    assert {accounts[name].agency for name in ("avery", "harper", "sam")} == {
        "fusion-unit",
        "bayview-health",
        "sussex-sheriff",
    }
    assert accounts["morgan"].roles == {Role.ADMINISTRATOR, Role.DATA_STEWARD}
    assert accounts["avery"].groups == {"cji-cleared", "law-enforcement"}
    assert all(account.trained_until > UNTIL.isoformat() for account in accounts.values())


def test_a_missing_or_broken_manifest_is_refused_with_advice(tmp_path: Path) -> None:
    with pytest.raises(Invalid, match="no demo manifest"):
        demo.read_manifest(tmp_path)
    (tmp_path / "manifest.yaml").write_text("agencies: 3\n")
    with pytest.raises(Invalid, match="not a demo manifest"):
        demo.read_manifest(tmp_path)


def test_a_delivery_outside_the_folder_is_refused(tmp_path: Path) -> None:
    demo.generate(tmp_path, records=200)
    manifest = tmp_path / "manifest.yaml"
    manifest.write_text(manifest.read_text().replace("deliveries/invented-tips", "../invented-tips"))
    with pytest.raises(Invalid, match="outside the folder"):
        demo.read_manifest(manifest)


def test_the_wide_table_is_the_same_each_time_and_has_its_columns(tmp_path: Path) -> None:
    paths = [demo.generate_table(tmp_path / name, 3_000, seed=5) for name in ("a.csv", "b.csv")]
    assert paths[0].read_bytes() == paths[1].read_bytes()
    rows = list(csv.reader(paths[0].read_text().splitlines()))
    assert tuple(rows[0]) == demo.TABLE_COLUMNS
    assert len(rows) == 3_001
    assert all(len(row) == 12 and all(row) for row in rows)
    assert len({row[0] for row in rows}) == len(rows)
    assert all(inside(float(row[5]), float(row[6])) for row in rows[1:])


def test_words_of_the_wide_table_follow_zipf(tmp_path: Path) -> None:
    rows = list(csv.DictReader(demo.generate_table(tmp_path / "t.csv", 3_000).read_text().splitlines()))
    lengths = {len(row["narrative"].split()) for row in rows}
    words = Counter(word for row in rows for word in row["narrative"].split())
    ranked = [count for _, count in words.most_common()]
    assert (min(lengths), max(lengths)) == (10, 27)
    assert 3_000 < len(ranked) <= 5_000
    assert ranked[0] > 6 * ranked[9]
