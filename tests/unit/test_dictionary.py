from pathlib import Path

import pytest

from tessera import dictionary
from tessera.dictionary import Kind, Term
from tessera.dictionary.lines import parse
from tessera.errors import Invalid
from tessera.model.marking import FieldClass

PACKS = Path(__file__).resolve().parents[2] / "packs"
KIND = """name: boat
label: Boat
definition: It floats.
headline: "{name}"
terms:
  name:
    label: Name
    definition: What is painted on it.
"""


@pytest.fixture(scope="module")
def words() -> dictionary.Dictionary:
    return dictionary.load([PACKS / name for name in ("core", "cyber", "emergency", "hospital", "public-safety")])


def pack(tmp_path: Path, kind: str = KIND, links: str = "", codes: str = "") -> Path:
    folder = tmp_path / "harbor"
    for part in ("kinds", "codes"):
        (folder / part).mkdir(parents=True, exist_ok=True)
    (folder / "pack.yaml").write_text("name: harbor\nlabel: Harbor\nsteward: harbor-master\n")
    (folder / "kinds" / "boat.yaml").write_text(kind)
    if links:
        (folder / "links.yaml").write_text(links)
    if codes:
        (folder / "codes" / "flag.yaml").write_text(codes)
    return folder


def fault(tmp_path: Path, kind: str = KIND, links: str = "", codes: str = "") -> str:
    with pytest.raises(Invalid) as caught:
        dictionary.load([pack(tmp_path, kind, links, codes)])
    return str(caught.value)


def test_the_packs_define_the_agreed_kinds(words: dictionary.Dictionary) -> None:
    assert set(words.kinds) == {
        "person",
        "organization",
        "location",
        "intelligence",
        "suspicious-activity",
        "transaction",
        "vehicle",
        "phone",
        "identifier",
        "document",
        "event",
        "call-for-service",
        "incident",
        "offence",
        "arrest",
        "property",
        "file",
        "passage",
        "mention",
        "attack-pattern",
        "campaign",
        "course-of-action",
        "indicator",
        "infrastructure",
        "intrusion-set",
        "malware",
        "sighting",
        "threat-actor",
        "threat-relationship",
        "tool",
        "vulnerability",
        "alert",
        "encounter",
        "observation",
        "condition",
        "medication",
        "procedure",
        "immunization",
        "allergy",
        "diagnostic-report",
    }


def test_what_is_said_of_a_patient_is_health(words: dictionary.Dictionary) -> None:
    clinical = [kind for kind in words.kinds.values() if kind.pack == "hospital"]
    assert len(clinical) == 8
    assert not [kind.name for kind in clinical if kind.terms["note"].field_class is not FieldClass.HEALTH]
    assert not [kind.name for kind in clinical if kind.terms["title"].field_class is not FieldClass.HEALTH]


def test_the_roles_of_threats_are_the_relationships_of_stix(words: dictionary.Dictionary) -> None:
    roles = set(words.link_types["threat-link"].roles)
    assert {"uses", "indicates", "mitigates", "targets", "attributed-to", "exploits", "related-to"} <= roles


def test_the_code_words_of_alerts_are_those_that_the_reader_takes(words: dictionary.Dictionary) -> None:
    from tessera.extract.messages import cap_rules

    lists = words.code_lists
    for name, known in (("status", cap_rules.STATUSES), ("message", cap_rules.MESSAGES), ("scope", cap_rules.SCOPES), ("urgency", cap_rules.URGENCIES),
                        ("severity", cap_rules.SEVERITIES), ("certainty", cap_rules.CERTAINTIES)):  # fmt: skip
        assert tuple(lists[f"alert-{name}"].codes) == known


def test_every_word_has_a_label_a_definition_that_is_a_sentence_and_a_pack(words: dictionary.Dictionary) -> None:
    for entry in words.glossary():
        assert entry.label, entry
        assert entry.pack in {"core", "cyber", "emergency", "hospital", "public-safety"}
        if entry.sort != "code":
            assert entry.definition.endswith("."), entry


def test_every_term_has_a_steward(words: dictionary.Dictionary) -> None:
    assert all(term.steward for kind in words.kinds.values() for term in kind.terms.values())


def test_names_and_birth_dates_are_direct_identifiers_and_substances_are_health(words: dictionary.Dictionary) -> None:
    person, event = words.kinds["person"].terms, words.kinds["event"].terms
    assert {person[t].field_class for t in ("surname", "given_name", "full_name", "birth_date", "license_number")} == {
        FieldClass.IDENTIFIER,
    }
    assert event["substance"].field_class is FieldClass.HEALTH
    assert words.kinds["incident"].terms["text"].field_class is FieldClass.NARRATIVE


def test_involvement_names_its_roles_from_both_ends(words: dictionary.Dictionary) -> None:
    involvement = words.link_types["involvement"]
    assert {"victim", "suspect", "witness", "arrestee", "complainant", "owner", "driver", "responding-unit"} <= set(
        involvement.roles,
    )
    assert involvement.roles["victim"].label == "is a victim in"
    assert involvement.roles["victim"].inverse_label == "has victim"


def test_codes_that_look_like_numbers_or_words_of_yaml_stay_what_was_written(tmp_path: Path) -> None:
    codes = "name: flag\nlabel: Flag\ndefinition: Flags.\ncodes:\n  NO: Norway\n  01: One\n  2020-01-01: Day\n"
    words = dictionary.load([pack(tmp_path, codes=codes)])
    assert list(words.code_lists["flag"].codes) == ["NO", "01", "2020-01-01"]


def test_the_digest_changes_with_any_word(tmp_path: Path) -> None:
    first = dictionary.load([pack(tmp_path)]).digest
    assert dictionary.load([pack(tmp_path)]).digest == first
    assert dictionary.load([pack(tmp_path, KIND.replace("floats", "sinks"))]).digest != first


@pytest.mark.parametrize(
    ("values", "line"),
    [
        ({"surname": "Muñoz", "given_name": "Elena", "birth_date": "1984-07-19"}, "Muñoz, Elena · born 1984-07-19"),
        ({"surname": "Muñoz"}, "Muñoz"),
        ({"given_name": "Elena"}, "Elena"),
        ({"given_name": "Elena", "birth_date": "1984"}, "Elena · born 1984"),
        ({"surname": "  ", "full_name": "E. Muñoz"}, "E. Muñoz"),
        ({}, "Person"),
    ],
)
def test_a_headline_drops_what_is_missing(words: dictionary.Dictionary, values: dict[str, str], line: str) -> None:
    assert words.kinds["person"].headline_for(values) == line


def test_a_headline_never_evaluates_its_values() -> None:
    kind = Kind(
        name="x",
        label="X",
        definition="X.",
        terms={"a": Term(name="a", label="A", definition="A.")},
        headline="{a}",
    )
    assert kind.headline_for({"a": "{a.__class__} | %s"}) == "{a.__class__} | %s"


@pytest.mark.parametrize(
    ("change", "says"),
    [
        (("definition: What is painted on it.", "definition: ''"), "kinds/boat.yaml:7: term 'name' has no definition"),
        (
            ("    label: Name", "    lable: Name"),
            "kinds/boat.yaml:7: unknown key 'lable' in term 'name'. Did you mean 'label'?",
        ),
        (
            ("{name}", "{nane}"),
            "kinds/boat.yaml:4: unknown term 'nane' in the headline of kind boat. Did you mean 'name'?",
        ),
        (
            ("    label: Name", "    label: Name\n    type: txet"),
            "kinds/boat.yaml:8: unknown type 'txet'. Did you mean 'text'?",
        ),
        (
            ("    label: Name", "    label: Name\n    field_class: contakt"),
            "kinds/boat.yaml:8: unknown field_class 'contakt'. Did you mean 'contact'?",
        ),
        (
            ("    label: Name", "    label: Name\n    type: code\n    code_list: flags"),
            "kinds/boat.yaml:6: unknown code list 'flags' of term 'name'. Did you mean 'flag'?",
        ),
        (("    label: Name", "    label: Name\n    type: code"), "type code and a code_list belong together"),
        (
            ("label: Boat", "label: Boat\nlabel: Ship"),
            "kinds/boat.yaml:3: the key 'label' occurs twice; the first is in line 2",
        ),
        (("label: Boat\n", ""), "kinds/boat.yaml:1: 'label' is missing"),
        (("label: Boat", "label: [Boat"), "not readable as YAML"),
        (
            ("label: Name", "label: Name\n    earliest_year: soon"),
            "kinds/boat.yaml:8: 'earliest_year' should be a whole number",
        ),
    ],
)
def test_a_mistake_in_a_kind_is_named_with_file_line_and_term(
    tmp_path: Path, change: tuple[str, str], says: str
) -> None:
    flags = "name: flag\nlabel: Flag\ndefinition: Flags.\ncodes: {A: Alpha}\n"
    assert says in fault(tmp_path, KIND.replace(*change), codes=flags)


def test_a_link_to_an_unknown_kind_is_named_with_its_line(tmp_path: Path) -> None:
    links = "tows:\n  label: tows\n  inverse_label: is towed by\n  definition: D.\n  from: [boat]\n  to: [boot]\n"
    assert "links.yaml:6: unknown kind 'boot' in link tows. Did you mean 'boat'?" in fault(tmp_path, links=links)


def test_a_kind_defined_in_two_packs_names_both_places(tmp_path: Path) -> None:
    folder = pack(tmp_path)
    with pytest.raises(Invalid, match=r"the kind 'boat' is defined twice; the first is at harbor/kinds/boat.yaml:1"):
        dictionary.load([folder, folder])


def test_a_pack_that_is_not_there_is_named(tmp_path: Path) -> None:
    with pytest.raises(Invalid, match="there is no such pack"):
        dictionary.load([tmp_path / "nowhere"])


@pytest.mark.parametrize(
    "text",
    [
        "",
        "- a",
        "a: &x [*x]",
        "a: !!python/object:os.system {}",
        "[a]: b",
        "\x00",
        "a: b\n c: d",
        'a: "\\ud800"',
        'a: "\\0"',
    ],
)
def test_yaml_that_is_no_plain_mapping_is_refused_with_its_place(text: str) -> None:
    with pytest.raises(Invalid) as caught:
        parse(text, "file.yaml")
    assert str(caught.value).startswith("file.yaml")


OUTLINE = (
    "  {name}:\n    label: Outline\n    definition: Where it may sail.\n    type: geometry\n    field_class: {of}\n"
)


def test_an_outline_is_of_the_class_place_and_a_kind_has_one(tmp_path: Path) -> None:
    one = OUTLINE.format(name="waters", of="place")
    assert dictionary.load([pack(tmp_path, KIND + one)]).kinds["boat"].outline == "waters"
    assert dictionary.load([pack(tmp_path)]).kinds["boat"].outline == ""
    assert "an outline is of the field class place" in fault(tmp_path, KIND + OUTLINE.format(name="waters", of="open"))
    assert "more than one outline" in fault(tmp_path, KIND + one + OUTLINE.format(name="harbors", of="place"))
