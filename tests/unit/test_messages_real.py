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
from tessera.extract.messages import cap, feeds, fhir, nibrs, niem, stix
from tessera.model.found import Draft, Finding, Refused

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
