import json
from pathlib import Path
from typing import Any

import pytest
from reading_messages import bonds, check_words, drafts, read_text, refused, unmapped
from sample_messages import MALWARE, OTHER, RED, TIMES, UUID, indicator, relation, stix_bundle, thing

from tessera.errors import Unreadable
from tessera.extract.messages import stix, tlp
from tessera.extract.messages.stix_observables import identifier
from tessera.extract.messages.stix_pattern import BadPattern, comparisons
from tessera.model.found import Finding, Passage, Unmapped
from tessera.model.marking import Tlp

WHITE = "marking-definition--613f2e26-407d-48c7-9eca-b8e91df99dc9"


def read(folder: Path, *objects: dict[str, Any], **more: str) -> list[Finding]:
    found = read_text(stix, folder, stix_bundle(*objects, **more))
    check_words(found)
    return found


def test_an_object_becomes_a_record_of_its_kind_with_its_identifier_and_its_pointer(tmp_path: Path) -> None:
    (draft,) = drafts(read(tmp_path, thing("malware", name="Marsh", is_family=True, malware_types=["rat", "bot"])))
    assert (draft.kind, draft.key, draft.locator.pointer) == ("malware", f"malware--{UUID}", "/objects/0")
    assert draft.terms == {
        "name": "Marsh", "category": "rat; bot", "family": "true", "stated_at": "2026-01-02T03:04:05Z",
    }  # fmt: skip


def test_a_pattern_gives_the_things_that_it_looks_for_under_the_identifier_of_the_standard(tmp_path: Path) -> None:
    found = read(tmp_path, indicator())
    (named,) = drafts(found, "identifier")
    assert named.terms == {"value": "198.51.100.3", "category": "ipv4-addr"}
    assert named.key == identifier("ipv4-addr", {"value": "198.51.100.3"})
    assert named.locator.pointer == "/objects/0/pattern"
    assert bonds(found, "looks-for")[0].end == ("identifier", named.key)


def test_a_thing_of_two_patterns_is_given_once_for_each_rise_of_its_level(tmp_path: Path) -> None:
    marked = {**indicator(object_marking_refs=[RED]), "id": f"indicator--{OTHER}"}
    third = {**indicator(), "id": f"indicator--{OTHER[:-1]}0"}
    found = read(tmp_path, indicator(), third, marked)
    assert [draft.tlp for draft in drafts(found, "identifier")] == [Tlp.CLEAR, Tlp.RED]
    assert len(bonds(found, "looks-for")) == 3


def test_an_identifier_is_the_one_that_another_program_makes() -> None:
    stix2 = pytest.importorskip("stix2")
    digest = "ef537f25c895bfa782526529a9b63d97aa631564d5d789c2b765448c8635fb6c"
    assert identifier("url", {"value": "http://a.example/ü"}) == stix2.v21.URL(value="http://a.example/ü").id
    assert identifier("file", {"hashes": {"SHA-256": digest}}) == stix2.v21.File(hashes={"SHA-256": digest}).id


def test_a_relationship_is_a_record_and_links_its_ends(tmp_path: Path) -> None:
    found = read(tmp_path, indicator(), MALWARE, relation(description="Seen together."))
    (stated,) = drafts(found, "threat-relationship")
    assert stated.terms["relation"] == "indicates"
    assert stated.terms["description"] == "Seen together."
    (link,) = bonds(found, "threat-link")
    assert (link.start[0], link.role, link.end[0]) == ("indicator", "indicates", "malware")


def test_a_relation_by_a_word_of_its_own_is_related_to_and_keeps_the_word(tmp_path: Path) -> None:
    found = read(tmp_path, indicator(), MALWARE, relation("glares-at"))
    assert bonds(found, "threat-link")[0].role == "related-to"
    assert drafts(found, "threat-relationship")[0].terms["relation"] == "glares-at"


def test_a_statement_that_is_better_protected_than_its_ends_does_not_link_them_to_each_other(tmp_path: Path) -> None:
    found = read(tmp_path, indicator(), MALWARE, relation(object_marking_refs=[RED]))
    assert not bonds(found, "threat-link")
    assert drafts(found, "threat-relationship")[0].tlp is Tlp.RED


@pytest.mark.parametrize(
    ("marks", "level"),
    [
        ({"object_marking_refs": [RED]}, Tlp.RED),
        ({"granular_markings": [{"selectors": ["name"], "marking_ref": RED}]}, Tlp.RED),
        ({"object_marking_refs": [f"marking-definition--{UUID}"]}, Tlp.AMBER),
        ({"object_marking_refs": [WHITE, RED]}, Tlp.RED),
        ({}, Tlp.CLEAR),
    ],
    ids=["object", "one property", "unknown", "the highest of two", "none"],
)
def test_markings_raise_the_level_and_what_is_not_explained_is_no_free_word(
    tmp_path: Path, marks: dict[str, Any], level: Tlp
) -> None:
    assert drafts(read(tmp_path, thing("tool", name="Hammer", **marks)))[0].tlp is level


@pytest.mark.parametrize("word", ["clear", "green", "amber", "amber+strict", "red"])
def test_a_marking_of_tlp_2_counts_wherever_in_the_bundle_it_is_defined(tmp_path: Path, word: str) -> None:
    extension = {"extension-definition--60a3c5c5-0d10-413e-aab3-9e08dde9e88d": {"tlp_2_0": word}}
    marking = thing("marking-definition", name="TLP", extensions=extension)
    tool = thing("tool", name="Hammer", object_marking_refs=[f"marking-definition--{UUID}"])
    found = read(tmp_path, tool, marking)
    assert drafts(found, "tool")[0].tlp == tlp.level_of(f"TLP:{word}")
    assert unmapped(found)["marking-definition"] == 1


def test_a_statement_about_handling_is_kept_with_the_object(tmp_path: Path) -> None:
    said: dict[str, Any] = {"definition_type": "statement", "definition": {"statement": "Copyright of nobody."}}
    marking = thing("marking-definition", **said)
    found = read(tmp_path, marking, thing("tool", name="Hammer", object_marking_refs=[marking["id"]]))
    (tool,) = drafts(found, "tool")
    assert (tool.terms["marking_note"], tool.tlp) == ("Copyright of nobody.", Tlp.CLEAR)
    assert drafts(found, "document")[0].terms["text"] == "statement: Copyright of nobody."


def test_the_newest_version_comes_last_whatever_the_order_of_the_file(tmp_path: Path) -> None:
    new = {**MALWARE, "modified": "2026-02-02T03:04:05.000Z", "name": "Marsh II"}
    found = drafts(read(tmp_path, new, MALWARE))
    assert [draft.terms["name"] for draft in found] == ["Marsh", "Marsh II"]


def test_two_objects_of_one_version_that_differ_cannot_both_hold(tmp_path: Path) -> None:
    found = read(tmp_path, MALWARE, {**MALWARE, "name": "Fen"}, MALWARE)
    assert len(drafts(found)) + len(refused(found)) == 3
    assert "differ" in refused(found)[0]


def test_revoked_is_a_term(tmp_path: Path) -> None:
    assert drafts(read(tmp_path, thing("tool", name="Hammer", revoked=True)))[0].terms["revoked"] == "true"


def test_custom_objects_and_properties_are_counted_by_name_and_their_words_are_kept(tmp_path: Path) -> None:
    odd = thing("x-odd", name="Odd", description="An odd thing.", x_weight=3)
    found = read(tmp_path, odd, thing("x-odd", OTHER, name="Odd too"), thing("tool", name="Hammer", x_weight=3))
    assert unmapped(found) == {"x-odd": 2, "tool.x_weight": 1}
    (passage,) = [each for each in found if isinstance(each, Passage)]
    assert (passage.text, passage.locator.pointer) == ("Odd: An odd thing.", "/objects/0/description")
    assert drafts(found)[0].kind == "tool"


def test_what_an_object_tells_in_sentences_is_handled_as_the_object_is(tmp_path: Path) -> None:
    told = "It is seen on hosts in Dover."
    odd = thing("x-odd", name="Odd", description="An odd thing.", object_marking_refs=[RED])
    hammer = thing("tool", name="Hammer", description=told, object_marking_refs=[RED])
    found = read(tmp_path, odd, hammer, thing("tool", OTHER, name="Saw", description=told))
    said = [(each.text, each.tlp, each.locator.pointer) for each in found if isinstance(each, Passage)]
    assert said == [
        ("Odd: An odd thing.", Tlp.RED, "/objects/0/description"),
        (told, Tlp.RED, "/objects/1"),
        (told, Tlp.CLEAR, "/objects/2"),
    ]


OBSERVED: dict[str, Any] = {
    "first_observed": "2026-01-01T00:00:00Z",
    "last_observed": "2026-01-01T00:00:00Z",
    "number_observed": 5,
}


def test_observed_data_of_2_0_gives_the_things_inside_it(tmp_path: Path) -> None:
    inner = {
        "0": {"type": "file", "hashes": {"MD5": "a" * 32}, "name": "x.exe"},
        "1": {"type": "url", "value": "http://a.example"},
    }
    old = {"type": "observed-data", "id": f"observed-data--{UUID}", **TIMES, **OBSERVED, "objects": inner}
    found = read(tmp_path, old, spec_version="2.0")
    assert [each.terms["value"] for each in drafts(found, "identifier")] == ["a" * 32, "http://a.example"]
    assert drafts(found, "identifier")[0].terms["description"] == "name x.exe"
    assert drafts(found, "event")[0].terms["note"] == "observed 5 times"
    assert len(bonds(found, "reports-on")) == 2


@pytest.mark.parametrize(
    ("observable", "terms"),
    [
        ({"type": "domain-name", "value": "a.example"}, {"value": "a.example", "category": "domain-name"}),
        ({"type": "autonomous-system", "number": 64496, "name": "X"}, {"value": "AS64496", "category": "autonomous-system", "description": "name X"}),
        ({"type": "mutex", "name": "m"}, {"value": "m", "category": "mutex"}),
        ({"type": "user-account", "account_login": "ann"}, {"value": "ann", "category": "user-account"}),
        ({"type": "windows-registry-key", "key": "HKEY_USERS\\a"}, {"value": "HKEY_USERS\\a", "category": "windows-registry-key"}),
        ({"type": "process", "command_line": "a -b"}, {"value": "a -b", "category": "process"}),
    ],
)  # fmt: skip
def test_observables_are_identifiers(tmp_path: Path, observable: dict[str, Any], terms: dict[str, str]) -> None:
    (draft,) = drafts(read(tmp_path, {**observable, "id": f"{observable['type']}--{UUID}"}))
    assert (draft.kind, draft.terms) == ("identifier", terms)


@pytest.mark.parametrize(
    ("object_", "kind", "term"),
    [
        (thing("identity", name="Ann Hill", identity_class="individual"), "person", "full_name"),
        (thing("identity", name="Marsh County", identity_class="organization"), "organization", "name"),
        (thing("location", name="Salt Pond", latitude=38.5, longitude=-75.1), "location", "name"),
        (thing("report", name="R", published="2026-01-01T00:00:00Z", object_refs=[f"tool--{UUID}"]), "document", "title"),
        (thing("note", content="C", object_refs=[f"tool--{UUID}"]), "document", "text"),
        (thing("opinion", opinion="agree", object_refs=[f"tool--{UUID}"]), "document", "title"),
        (thing("grouping", context="unspecified", name="G", object_refs=[f"tool--{UUID}"]), "document", "title"),
        (thing("malware-analysis", product="P", result="benign"), "document", "title"),
        (thing("incident", name="I"), "event", "title"),
        (thing("threat-actor", name="T"), "threat-actor", "name"),
        (thing("intrusion-set", name="T"), "intrusion-set", "name"),
        (thing("campaign", name="T"), "campaign", "name"),
        (thing("course-of-action", name="T"), "course-of-action", "name"),
        (thing("infrastructure", name="T"), "infrastructure", "name"),
        (thing("vulnerability", name="T", external_references=[{"source_name": "cve", "external_id": "CVE-2021-44228"}]), "vulnerability", "number"),
        (thing("attack-pattern", name="T", kill_chain_phases=[{"kill_chain_name": "k", "phase_name": "p"}]), "attack-pattern", "kill_chain"),
        (thing("sighting", sighting_of_ref=f"tool--{UUID}", count=3), "sighting", "times"),
        (thing("language-content", object_ref=f"tool--{UUID}", contents={"de": {"name": "Hammer"}}, created_by_ref=f"identity--{UUID}"), "document", "text"),
        ({"type": "email-message", "id": f"email-message--{UUID}", "is_multipart": False, "subject": "S"}, "document", "title"),
    ],
    ids=lambda each: each["type"] if isinstance(each, dict) else "",
)  # fmt: skip
def test_every_type_of_the_standard_has_its_kind(tmp_path: Path, object_: dict[str, Any], kind: str, term: str) -> None:
    (draft,) = drafts(read(tmp_path, object_))
    assert draft.kind == kind
    assert draft.terms[term]


def test_a_sighting_is_linked_to_what_was_seen_and_who_saw_it(tmp_path: Path) -> None:
    seen = thing("sighting", sighting_of_ref=f"tool--{UUID}", where_sighted_refs=[f"identity--{UUID}"])
    assert [(b.role, b.end[0]) for b in bonds(read(tmp_path, seen), "sighted")] == [
        ("what", "tool"),
        ("where", "organization"),
    ]


@pytest.mark.parametrize(
    ("object_", "says"),
    [
        ({k: v for k, v in MALWARE.items() if k != "modified"}, "`modified` is missing"),
        ({**MALWARE, "modified": "2025-01-02T03:04:05.000Z"}, "`modified` is earlier than `created`"),
        ({**MALWARE, "created": "2026-01-02 03:04"}, "`created` is no time in UTC"),
        ({**MALWARE, "created": "2026-01-02T03:04:05Z"}, "`created` is not precise to the millisecond"),
        ({**MALWARE, "id": "malware--1"}, "`id` is not `malware--` and a UUID"),
        ({**MALWARE, "id": f"tool--{UUID}"}, "`id` is not `malware--` and a UUID"),
        ({**MALWARE, "aliases": []}, "`aliases` is there and empty"),
        ({**MALWARE, "revoked": "no"}, "`revoked` is neither true nor false"),
        ({**MALWARE, "confidence": 101}, "`confidence` is no number from 0 to 100"),
        ({**MALWARE, "spec_version": "3.0"}, "`spec_version` is '3.0'"),
        ({**MALWARE, "created_by_ref": f"tool--{UUID}"}, "refers to something that is no identity"),
        ({**MALWARE, "object_marking_refs": ["red"]}, "refers to something that is no marking-definition"),
        ({**MALWARE, "external_references": [{"url": "http://a.example"}]}, "without `source_name`"),
        ({**MALWARE, "Bad-Name": 1}, "signs that STIX does not allow"),
        ({**MALWARE, "severity": 1}, "`severity` is a name that STIX reserves"),
        ({**MALWARE, "extensions": {"x": {}}}, "named neither by an extension-definition"),
        ({**MALWARE, "created": "2026-02-30T03:04:05.000Z"}, "`created` is no time in UTC"),
        ({**MALWARE, "granular_markings": [{"selectors": ["aliases.[0]"], "marking_ref": RED}]}, "selects `aliases.[0]`, which is not there"),
        (thing("marking-definition", definition_type="statement", definition={"statement": "x"}, object_marking_refs=[f"marking-definition--{UUID}"]), "It marks itself"),
        ({"type": "windows-registry-key", "id": f"windows-registry-key--{UUID}", "key": "HKLM\\a"}, "abbreviates its hive"),
        (thing("language-content", object_ref=f"tool--{UUID}", contents={"de": []}, created_by_ref=f"identity--{UUID}"), "no object of languages"),
        ({k: v for k, v in MALWARE.items() if k != "is_family"}, "`is_family` is missing"),
        (indicator("ipv4-addr:value = '1'"), "`pattern` is no STIX pattern"),
        (indicator(valid_until="2026-01-02T03:04:05Z"), "`valid_until` is not after `valid_from`"),
        (relation(source="x") | {"source_ref": f"sighting--{UUID}"}, "can stand in no relationship"),
        (thing("opinion", opinion="meh", object_refs=[f"tool--{UUID}"]), "is none of strongly-disagree"),
        (thing("location", name="x"), "One of `region`, `country`, `latitude` is required"),
        (thing("location", latitude=91, longitude=0), "`latitude` is no number from -90 to 90"),
        (thing("location", latitude=1), "needs `longitude`"),
        ({"type": "ipv4-addr", "id": f"ipv4-addr--{UUID}", "value": "300.1.1.1"}, "`value` is no IPv4 address"),
        ({"type": "ipv6-addr", "id": f"ipv6-addr--{UUID}", "value": "1::2::3"}, "`value` is no IPv6 address"),
        ({"type": "mac-addr", "id": f"mac-addr--{UUID}", "value": "1-2"}, "`value` is no MAC address"),
        ({"type": "file", "id": f"file--{UUID}", "hashes": {"MD5": "xyz"}}, "is no MD5 in hexadecimal"),
        ({"type": "file", "id": f"file--{UUID}", "size": 3}, "One of `hashes`, `name` is required"),
        ({"type": "process", "id": f"process--{UUID}"}, "At least one property"),
        (thing("observed-data", **OBSERVED), "One of `objects`, `object_refs` is required"),
        (thing("marking-definition", definition_type="tlp", definition={"tlp": "red"}), "none of the four"),
        ({"type": "tool", "id": f"tool--{UUID}", **TIMES, "name": "x"}, "`spec_version` is missing, which STIX 2.1 requires"),
        ({"id": f"tool--{UUID}"}, "It has no type"),
    ],
)  # fmt: skip
def test_an_object_that_breaks_the_standard_is_refused_with_the_reason(
    tmp_path: Path, object_: dict[str, Any], says: str
) -> None:
    found = read(tmp_path, object_, thing("tool", OTHER, name="Hammer"))
    assert says in refused(found)[0]
    assert [draft.kind for draft in drafts(found)] == ["tool"], "the good one beside it is read"


def test_a_bundle_of_2_0_is_held_to_the_rules_of_2_0(tmp_path: Path) -> None:
    old = {"id": f"tool--{UUID}", "type": "tool", **TIMES, "name": "Hammer"}
    grouping = {"id": f"grouping--{UUID}", "type": "grouping", **TIMES}
    found = read(tmp_path, old, grouping, {**old, "id": f"tool--{OTHER}", "labels": ["x"]}, spec_version="2.0")
    assert [
        "`labels` is missing, which STIX 2.0 requires" in refused(found)[0],
        "knows no grouping" in refused(found)[1],
    ] == [True, True]
    assert len(drafts(found)) == 1


@pytest.mark.parametrize(
    "value", ["::", "::1", "2001:db8::1", "2001:db8:0:0:0:0:0:1", "::ffff:198.51.100.1", "fe80::/10", "1:2:3:4:5:6:7::"]
)
def test_good_ipv6_addresses_are_not_refused(tmp_path: Path, value: str) -> None:
    assert not refused(read(tmp_path, {"type": "ipv6-addr", "id": f"ipv6-addr--{UUID}", "value": value}))


def test_a_taxii_envelope_a_list_and_a_single_object_are_read_alike(tmp_path: Path) -> None:
    tool = thing("tool", name="Hammer")
    for text in (json.dumps({"more": False, "objects": [tool]}), json.dumps([tool]), json.dumps(tool)):
        found = read_text(stix, tmp_path, text)
        assert [draft.kind for draft in drafts(found)] == ["tool"]
        assert not refused(found)


def test_objects_before_a_cut_are_read_and_the_rest_is_refused(tmp_path: Path) -> None:
    found = read_text(stix, tmp_path, stix_bundle(thing("tool", name="Hammer"), MALWARE)[:-60])
    assert len(drafts(found)) == 1
    assert "not valid JSON from here on" in refused(found)[0]


@pytest.mark.parametrize("text", ["", "<xml/>", "{", '{"a":}', "\x00", "[" * 100_000])
def test_what_is_no_json_is_unreadable(tmp_path: Path, text: str) -> None:
    with pytest.raises(Unreadable):
        read_text(stix, tmp_path, text)


@pytest.mark.parametrize(
    "more",
    [
        '"name":"a","name":"b"',
        '"name":NaN',
        '"name":"\\ud800"',
        f'"x_deep":{"[" * 90}{"]" * 90}',
        f'"x_big":{"9" * 5000}',
    ],
)
def test_objects_on_which_programs_differ_are_refused(tmp_path: Path, more: str) -> None:
    odd = f'{{"type":"tool","spec_version":"2.1","id":"tool--{UUID}",{more}}}'
    text = f'{{"type":"bundle","id":"bundle--{UUID}","objects":[{odd},{json.dumps(MALWARE)}]}}'
    found = read_text(stix, tmp_path, text)
    assert len(refused(found)) == 1
    assert [draft.kind for draft in drafts(found)] == ["malware"]


def test_the_bundle_itself_is_looked_at(tmp_path: Path) -> None:
    found = read_text(stix, tmp_path, json.dumps({"objects": [MALWARE], "type": "bundle", "id": "bundle--1", "x_a": 1}))
    assert "`id` of the bundle" in refused(found)[0]
    assert Unmapped(what="bundle.x_a", count=1, locator=found[-1].locator) in found  # type: ignore[union-attr]
    assert len(drafts(found)) == 1


@pytest.mark.parametrize(
    "pattern",
    [
        "[a-b:value = 'x' AND (c:d != 3 OR NOT e:f[*].g IN (1, 2.5, 'z'))] FOLLOWEDBY ([x:y LIKE '%a'] REPEATS 3 TIMES)",
        "[file:hashes.'SHA-256' = 'a'] WITHIN 30 SECONDS",
        "[a:b = t'2026-01-01T00:00:00Z'] START t'2026-01-01T00:00:00Z' STOP t'2026-02-01T00:00:00Z'",
        "[email-message:subject MATCHES '^[A] \\\\.exe$']",
        "[a:b = 'it\\'s']",
    ],
)
def test_patterns_of_the_grammar_are_read(pattern: str) -> None:
    assert comparisons(pattern)


@pytest.mark.parametrize(
    "pattern",
    [
        "",
        "[",
        "[]",
        "[a:b]",
        "[a:b = ]",
        "[a:b = 'x'",
        "[a:b = 'x]",
        "a",
        "[a:b = 'x'] AND",
        "[a:b = x]",
        "(" * 99,
        "[a:b = 'x'] 'y'",
    ],
)
def test_what_is_no_pattern_is_told(pattern: str) -> None:
    with pytest.raises(BadPattern):
        comparisons(pattern)


def test_a_large_bundle_is_read_object_by_object(tmp_path: Path) -> None:
    tools = (thing("tool", f"{n:08x}-7d1e-4c55-9a70-5b1f0c2d3e4f", name=f"Tool {n}") for n in range(3000))
    found = read_text(stix, tmp_path, stix_bundle(*tools))
    assert len(drafts(found)) == 3000
