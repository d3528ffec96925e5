"""Messages of others: what is valid by the standard is read, what is not is refused, and every object is accounted for."""

import json
import re
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from reading_messages import ALERTS, FHIR, NIEM, THREAT, check_words, drafts, read_file, refused, unmapped
from tables import SHARED

from tessera.errors import Hostile, Unreadable
from tessera.extract.messages import cap, feeds, fhir, nibrs, nibrs_errors, nibrs_flat, niem, stix
from tessera.model.found import Draft, Finding, Passage, Refused

pytestmark = pytest.mark.skipif(not SHARED.is_dir(), reason=f"the real data sets are not at {SHARED}")
VALIDATOR = THREAT / "stix-validator"


def listed(folder: Path, pattern: str) -> list[Path]:
    return sorted(folder.rglob(pattern))


def name_of(path: Path) -> str:
    return "/".join(path.parts[-2:])


def stood_at(findings: list[Finding], pattern: str) -> set[str]:
    """Give the pointers of objects that became a record or were refused."""
    pointers = (each.locator.pointer for each in findings if isinstance(each, (Draft, Refused)))
    return {pointer for pointer in pointers if re.fullmatch(pattern, pointer)}


def names_in(path: Path) -> Iterator[str]:
    from lxml import etree

    return (str(each.tag).rpartition("}")[2] for each in etree.parse(str(path)).iter() if isinstance(each.tag, str))


def objects_of(path: Path) -> list[dict[str, Any]]:
    message = json.loads(path.read_text(encoding="utf-8"))
    return message["objects"] if message["type"] == "bundle" else [message]


@pytest.mark.parametrize("path", listed(VALIDATOR, "test_examples/*.json"), ids=name_of)
def test_the_samples_of_the_validator_are_judged_as_it_judges_them(path: Path) -> None:
    try:
        wrong = bool(refused(read_file(stix, path)))
    except Unreadable:
        wrong = True
    assert wrong == path.name.startswith("invalid")


@pytest.mark.parametrize(
    "path", [*listed(THREAT / "stix21-examples", "*.json"), *listed(THREAT / "attack-ics", "*.json")], ids=name_of
)
def test_every_object_of_a_stix_file_is_accounted_for(path: Path) -> None:
    found = read_file(stix, path)
    check_words(found)
    assert not refused(found)
    objects = objects_of(path)
    named = sum(count for what, count in unmapped(found).items() if "." not in what)
    assert len(stood_at(found, r"(/objects/\d+)?")) + named == len(objects)
    left = Counter(
        f"{each['type']}.{name}"
        for each in objects
        for name, said in each.items()
        if name.startswith("x_") and said not in ("", [])
    )
    left -= Counter({what: left[what] for what in left if what.endswith(("platforms", "aliases", "deprecated"))})
    read_types = {each["type"] for each in objects} - set(unmapped(found))
    assert {what: n for what, n in left.items() if what.partition(".")[0] in read_types} == {
        what: n for what, n in unmapped(found).items() if "." in what and n
    }


@pytest.mark.parametrize("path", sorted({*ALERTS.glob("*.cap"), *ALERTS.glob("*.edxlde")}), ids=name_of)
def test_alerts_are_judged_as_their_names_say(path: Path) -> None:
    if path.stem == "xee":
        with pytest.raises(Hostile):
            read_file(cap, path)
        return
    found = read_file(cap, path)
    check_words(found)
    assert bool(refused(found)) == ("invalid" in path.name or "errors" in path.name)
    alerts = Counter(names_in(path))["alert"]
    assert len({re.sub(r"/[^/]*info\[\d+\]$", "", each) for each in stood_at(found, r".*")}) == alerts


@pytest.mark.parametrize("path", sorted({*ALERTS.glob("*.atom"), *ALERTS.glob("*.rss")}), ids=name_of)
def test_every_entry_of_a_feed_is_accounted_for(path: Path) -> None:
    if path.stem == "xee":
        with pytest.raises(Hostile):
            read_file(feeds, path)
        return
    found = read_file(feeds, path)
    check_words(found)
    entries = sum(name in {"entry", "item"} for name in names_in(path))
    assert len(stood_at(found, r".*/(?:\w+:)?(?:entry|item)\[\d+\]")) == entries


@pytest.mark.parametrize("path", sorted(FHIR.glob("*.json"))[:3], ids=lambda path: path.stem[:12])
def test_every_resource_of_a_bundle_is_accounted_for(path: Path) -> None:
    found = read_file(fhir, path)
    check_words(found)
    entries = json.loads(path.read_text(encoding="utf-8"))["entry"]
    kinds = Counter(each["resource"]["resourceType"] for each in entries)
    named = sum(count for what, count in unmapped(found).items() if what in kinds)
    assert len(stood_at(found, r"/entry/\d+/resource")) + named == len(entries)
    assert all(draft.health for draft in drafts(found) if draft.kind not in {"person", "organization", "identifier"})
    (patient,) = (each["resource"] for each in entries if each["resource"]["resourceType"] == "Patient")
    assert next(draft for draft in drafts(found, "person") if draft.key == f"Patient/{patient['id']}").health


@pytest.mark.parametrize("path", sorted(NIEM.glob("nibrs/*.xml")), ids=name_of)
def test_every_part_of_a_nibrs_report_is_accounted_for(path: Path) -> None:
    found = read_file(nibrs, path)
    check_words(found)
    assert not refused(found)
    names = Counter(tags(path))
    kinds = Counter(draft.kind for draft in drafts(found))
    assert kinds["incident"] == names["Incident"]
    assert kinds["offence"] == names["Offense"]
    assert kinds["person"] == names["Person"]
    assert kinds["arrest"] == names["Arrest"]
    assert kinds["property"] == names["Item"] + names["Substance"]


@pytest.mark.parametrize("path", sorted(NIEM.glob("nibrs/Test-Submission-*.txt")), ids=name_of)
def test_every_segment_of_a_flat_file_is_accounted_for(path: Path) -> None:
    found = read_file(nibrs_flat, path)
    check_words(found)
    segments = {row: line for row, line in numbered(path) if line}
    levels = Counter(line[4] for line in segments.values())
    kinds = Counter(draft.kind for draft in drafts(found))
    nobody = unmapped(found)["Victim (no person)"] + unmapped(found)["Offender (no person)"]
    assert kinds["incident"] == levels["1"]
    assert kinds["offence"] == levels["2"]
    assert kinds["person"] + nobody == levels["4"] + levels["5"] + levels["6"] + levels["7"]
    assert kinds["arrest"] == levels["6"] + levels["7"]
    rows = {draft.locator.row for draft in drafts(found)}
    assert sum(row not in rows for row in segments) == nobody
    property_ = [line for line in segments.values() if line[4] == "3"]
    goods = [line[at : at + 2] for line in property_ for at in range(38, 228, 19) if line[at : at + 2].strip()]
    assert kinds["property"] == sum(map(things, property_))
    assert Counter(
        draft.terms["category"][:2] for draft in drafts(found, "property") if "category" in draft.terms
    ) >= Counter(goods)
    assert sum(int(line[at + 2 : at + 11].strip() or 0) for line in property_ for at in range(38, 228, 19)) == sum(
        int(draft.terms.get("value", "0")) for draft in drafts(found, "property")
    )


def things(segment: str) -> int:
    """Say how many sorts of property, and drugs in the place of drugs, a segment tells; at least that there was none."""
    goods = [segment[at : at + 2] for at in range(38, 228, 19) if segment[at : at + 2].strip()]
    drugs = sum(segment[at] != " " for at in (232, 247, 262))
    return max(len(goods) - ("10" in goods and drugs > 0) + drugs, 1)


def numbered(path: Path) -> Iterator[tuple[int, str]]:
    return enumerate(path.read_text(encoding="ascii").splitlines(), start=1)


@pytest.mark.parametrize("number", [1, 2])
def test_what_the_fbi_calls_no_valid_value_is_refused_at_the_same_line_and_nothing_else_is(number: int) -> None:
    submission = NIEM / "nibrs" / f"Test-Submission-{number}.txt"
    rows = [row for row, line in numbered(submission) if line]
    found = {(each.locator.row, each.value) for each in read_file(nibrs_flat, submission) if isinstance(each, Refused)}
    said = [line for _, line in numbered(NIEM / "nibrs" / f"Test-EDS-{number}.txt")]
    invalid = {
        (rows[int(line[6:13]) - 1], line[49:61].strip())
        for line in said
        if "INVALID DATA VALUE" in line or "MUST BE NUMERIC" in line
    }
    assert {row for row, _ in invalid} == {row for row, _ in found}


@pytest.mark.parametrize("path", sorted(NIEM.glob("nibrs/Test-EDS-*.txt")), ids=name_of)
def test_every_line_of_an_error_sheet_is_a_row(path: Path) -> None:
    found = read_file(nibrs_errors, path)
    check_words(found)
    assert not refused(found)
    assert sum(isinstance(each, Passage) for each in found) == sum(1 for _ in numbered(path))


def tags(path: Path) -> Iterator[str]:
    """Name the elements two levels down: the things that a report holds."""
    from lxml import etree

    for report in etree.parse(str(path)).getroot():
        yield from (str(each.tag).rpartition("}")[2] for each in report if isinstance(each.tag, str))


@pytest.mark.parametrize("path", sorted(NIEM.glob("crash-driver/Crash*")), ids=name_of)
def test_the_crash_is_read_from_xml_and_json_alike(path: Path) -> None:
    found = read_file(niem, path)
    check_words(found)
    assert sorted(draft.kind for draft in drafts(found)) == ["incident", "offence", "person", "vehicle"]
    (person,) = drafts(found, "person")
    assert (person.terms["surname"], person.terms["license_number"], person.health) == ("Wimsey", "A1234567", True)
