import json
from pathlib import Path
from typing import Any

import pytest
from reading_messages import bonds, check_words, drafts, read_text, refused, unmapped
from sample_messages import EVENT, attribute, event

from tessera.extract.messages import misp
from tessera.extract.messages.stix_observables import identifier
from tessera.model.found import Finding
from tessera.model.marking import Tlp


def read(folder: Path, message: Any) -> list[Finding]:  # noqa: ANN401
    found = read_text(misp, folder, json.dumps(message))
    check_words(found)
    return found


def test_an_event_is_a_document(tmp_path: Path) -> None:
    (draft,) = drafts(read(tmp_path, event()))
    assert draft.key == f"{EVENT}00"
    wanted = {
        "title": "Marsh phish",
        "agency": "CERT Marsh",
        "written_at": "2026-01-02",
        "note": "threat level: high; analysis: complete; distribution: all communities",
    }
    assert wanted.items() <= draft.terms.items()


def test_an_attribute_for_detection_is_an_indicator_that_looks_for_the_thing(tmp_path: Path) -> None:
    found = read(tmp_path, event(attribute("ip-dst", "198.51.100.3", to_ids=True)))
    (indicator,), (named,) = drafts(found, "indicator"), drafts(found, "identifier")
    assert (indicator.terms["pattern"], indicator.terms["valid_from"]) == ("198.51.100.3", "2023-11-14T22:13:20Z")
    assert named.key == identifier("ipv4-addr", {"value": "198.51.100.3"}), "the same key as a STIX file gives it"
    assert {bond.type for bond in bonds(found)} == {"reports-on", "looks-for"}


@pytest.mark.parametrize(
    ("type_", "value", "kind", "term"),
    [
        ("domain", "a.example", "identifier", "value"),
        ("filename|md5", f"a.exe|{'a' * 32}", "identifier", "value"),
        ("vulnerability", "CVE-2021-44228", "vulnerability", "number"),
        ("threat-actor", "Fen", "threat-actor", "name"),
        ("full-name", "Ann Hill", "person", "full_name"),
        ("phone-number", "+44 20 7946 0000", "phone", "number"),
        ("yara", "rule a {}", "indicator", "pattern"),
        ("comment", "Seen at night.", "document", "text"),
    ],
)
def test_an_attribute_is_what_it_names(tmp_path: Path, type_: str, value: str, kind: str, term: str) -> None:
    assert drafts(read(tmp_path, event(attribute(type_, value))))[1].kind == kind
    assert drafts(read(tmp_path, event(attribute(type_, value))))[1].terms[term]


@pytest.mark.parametrize(
    ("more", "level"),
    [({"Tag": [{"name": "tlp:amber+strict"}]}, Tlp.AMBER_STRICT), ({"Tag": [{"name": "tlp:red"}]}, Tlp.RED), ({"distribution": "0"}, Tlp.AMBER_STRICT),
     ({"distribution": "4"}, Tlp.AMBER), ({"distribution": "1"}, Tlp.GREEN), ({"Tag": [{"name": "osint"}]}, Tlp.CLEAR)],
)  # fmt: skip
def test_tags_and_distribution_of_an_event_mark_all_that_is_in_it(
    tmp_path: Path, more: dict[str, Any], level: Tlp
) -> None:
    found = drafts(read(tmp_path, event(attribute("domain", "a.example"), **more)))
    assert [draft.tlp for draft in found] == [level, level]


def test_a_tag_of_an_attribute_marks_it_alone(tmp_path: Path) -> None:
    found = drafts(
        read(
            tmp_path,
            event(attribute("domain", "a.example", Tag=[{"name": "TLP:RED"}]), attribute("domain", "b.example", 11)),
        )
    )
    assert [draft.tlp for draft in found] == [Tlp.CLEAR, Tlp.RED, Tlp.CLEAR]


def test_deleted_attributes_are_counted_and_not_taken(tmp_path: Path) -> None:
    found = read(tmp_path, event(attribute("domain", "a.example", deleted=True)))
    assert unmapped(found) == {"Attribute (deleted)": 1}
    assert len(drafts(found)) == 1


def test_an_object_holds_its_attributes_and_refers_to_others(tmp_path: Path) -> None:
    one = {"uuid": f"{EVENT}20", "name": "file", "Attribute": [attribute("md5", "a" * 32, 21, object_relation="md5")],
           "ObjectReference": [{"referenced_uuid": f"{EVENT}30", "relationship_type": "drops"}, {"referenced_uuid": "x", "relationship_type": "y"}]}  # fmt: skip
    other = {"uuid": f"{EVENT}30", "name": "url", "Attribute": [attribute("url", "http://a.example", 31)]}
    found = read(tmp_path, event(Object=[one, other]))
    assert drafts(found)[1].terms["text"] == f"md5: {'a' * 32}"
    assert [(b.role, b.end[1]) for b in bonds(found, "threat-link")] == [("drops", f"{EVENT}30")]
    assert unmapped(found)["ObjectReference (to nothing in this file)"] == 1


def test_galaxies_sightings_and_reports_are_records(tmp_path: Path) -> None:
    galaxy = {
        "type": "threat-actor",
        "GalaxyCluster": [{"uuid": f"{EVENT}40", "value": "Fen", "meta": {"synonyms": ["Bog"]}}],
    }
    odd = {"type": "sector", "GalaxyCluster": [{"uuid": f"{EVENT}41", "value": "Water"}]}
    seen = attribute(
        "domain", "a.example", to_ids=True, Sighting=[{"type": "1", "date_sighting": "1700000000"}], Galaxy=[galaxy]
    )
    report = {"uuid": f"{EVENT}50", "name": "R", "content": "Words."}
    found = read(tmp_path, event(seen, Galaxy=[odd], EventReport=[report]))
    assert drafts(found, "threat-actor")[0].terms["alias"] == "Bog"
    assert drafts(found, "sighting")[0].terms["category"] == "indicator false alarm"
    assert drafts(found, "document")[1].terms["text"] == "Words."
    assert unmapped(found)["GalaxyCluster sector"] == 1


@pytest.mark.parametrize(
    "wrap",
    [lambda e: e, lambda e: [e, e], lambda e: {"response": [e]}, lambda e: {"response": e}, lambda e: e["Event"]],
)
def test_events_are_read_however_they_are_wrapped(tmp_path: Path, wrap: Any) -> None:  # noqa: ANN401
    assert {draft.key for draft in drafts(read(tmp_path, wrap(event())))} == {f"{EVENT}00"}


def test_the_manifest_of_a_feed_is_a_list_of_events(tmp_path: Path) -> None:
    manifest = {f"{EVENT}{n}": {"info": f"E{n}", "date": "2026-01-02", "Orgc": {"name": "X"}} for n in (60, 61)}
    assert [draft.terms["title"] for draft in drafts(read(tmp_path, manifest))] == ["E60", "E61"]


@pytest.mark.parametrize(
    ("message", "says"),
    [
        (event(info=""), "`info` is missing"),
        (event(uuid="1"), "`uuid` is missing or is none"),
        (event(attribute("md5", "xyz")), "its value is no md5"),
        (event(attribute("ip-src", "a.example")), "its value is no IP address"),
        (event(attribute("domain", "")), "`uuid`, `type` or `value` is missing"),
        ({"a": 1}, "no MISP event"),
    ],
)
def test_what_cannot_be_read_is_refused_with_the_reason(tmp_path: Path, message: dict[str, Any], says: str) -> None:
    assert says in refused(read(tmp_path, message))[0]


def test_unknown_types_and_parts_are_counted(tmp_path: Path) -> None:
    found = read(
        tmp_path, event(attribute("odd-type", "x"), attribute("domain", "a.example", 11, mood="grim"), mood="grim")
    )
    assert unmapped(found) == {"Attribute odd-type": 1, "Event.Attribute.mood": 1, "Event.mood": 1}
