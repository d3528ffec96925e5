"""Mistakes in mapping files are named with file, line, column and term."""

from pathlib import Path

import pytest
from integrating import MAPPINGS, mapping, words

from tessera.errors import Invalid
from tessera.integrate import MarkingChange, load_mapping
from tessera.model.marking import Marking, Regime, Sensitivity, Tlp

GOOD = """name: cars
version: 3
description: Cars.
columns: [id, tint, seen, owner, owner_name, lat, lon]
records:
  car:
    kind: vehicle
    key: [id]
    terms:
      color: {column: tint, codes: {BLU: blue, RED: red}}
      registered_on: {column: seen, formats: ["%Y-%m-%d"]}
  owner:
    kind: person
    key: [owner]
    when: present
    terms:
      full_name: owner_name
links:
  - {type: registered-to, from: car, to: owner, role: owner}
markings:
  - when: {column: tint, equals: RED}
    add: {regimes: [JUVENILE], sensitivity: RESTRICTED, tlp: "AMBER+STRICT"}
"""


def test_a_mapping_knows_its_name_version_digest_and_variants() -> None:
    read = mapping(GOOD)
    assert (read.name, read.version) == ("cars", 3)
    assert len(read.digest) == 64
    assert read.digest != mapping(GOOD + "# a remark\n").digest
    assert read.marking_variants[0] == MarkingChange()
    base = Marking(holdings=frozenset({"h"}), tlp=Tlp.GREEN)
    assert read.marking_variants[0].apply(base) == base
    juvenile = read.marking_variants[1].apply(base)
    assert juvenile.regimes == {Regime.JUVENILE}
    assert juvenile.sensitivity is Sensitivity.RESTRICTED
    assert juvenile.tlp is Tlp.AMBER_STRICT
    assert juvenile.holdings == {"h"}


def test_terms_are_in_dictionary_order_whatever_the_order_of_the_file() -> None:
    swapped = GOOD.replace("      color: {column: tint, codes: {BLU: blue, RED: red}}\n", "").replace(
        '["%Y-%m-%d"]}\n', '["%Y-%m-%d"]}\n      color: {column: tint}\n      plate: {column: id}\n', 1
    )
    assert list(mapping(swapped).records[0].terms) == ["plate", "color", "registered_on"]


@pytest.mark.parametrize(
    ("change", "says"),
    [
        (
            ("      color:", "      colour:"),
            "test.yaml:10: unknown term 'colour' of kind vehicle. Did you mean 'color'?",
        ),
        (("column: tint, codes", "column: tynt, codes"), "test.yaml:10: unknown column 'tynt'. Did you mean 'tint'?"),
        (
            ("RED: red}", "RED: rd}"),
            "test.yaml:10: unknown code 'rd' for term 'color' (code list color). Did you mean 'red'?",
        ),
        (("kind: vehicle", "kind: vehicel"), "test.yaml:7: unknown kind 'vehicel'. Did you mean 'vehicle'?"),
        (("key: [id]", "key: [idd]"), "test.yaml:8: unknown column 'idd'. Did you mean 'id'?"),
        (("    key: [id]\n", ""), "test.yaml:7: a record needs a key. Write 'key: [columns]' or 'key: content'."),
        (("%Y-%m-%d", "%Q-%m"), "test.yaml:11: '%Q-%m' is no format for dates: %Q is not known"),
        (("%Y-%m-%d", "%m-%d"), "test.yaml:11: '%m-%d' is no format for dates: it has no year"),
        (('["%Y-%m-%d"]', '["%Y"], zone: Mars/Base'), "test.yaml:11: unknown time zone 'Mars/Base'"),
        (("description: Cars.", "zone: America/New_Yrok"), "test.yaml:3: unknown time zone 'America/New_Yrok'"),
        (
            ("full_name: owner_name", "full_name: {column: owner_name, clean: [upr]}"),
            "test.yaml:17: unknown cleansing rule 'upr'. Did you mean 'upper'?",
        ),
        (("full_name: owner_name", 'full_name: {column: owner_name, extract: "("}'), "test.yaml:17: '(' is no pattern"),
        (
            ("full_name: owner_name", "full_name: {column: owner_name, constant: x}"),
            "test.yaml:17: a value comes from a column",
        ),
        (("full_name: owner_name", "full_name: {column: owner_name, splitt: x}"), "test.yaml:17: unknown key 'splitt'"),
        (
            ("full_name: owner_name", "full_name: {column: owner_name, on_invalid: ignore}"),
            "test.yaml:17: unknown on_invalid 'ignore'",
        ),
        (
            ("type: registered-to", "type: registerd-to"),
            "test.yaml:19: unknown link type 'registerd-to'. Did you mean 'registered-to'?",
        ),
        (
            ("role: owner", "role: ower"),
            "test.yaml:19: unknown role 'ower' of link registered-to. Did you mean 'owner'?",
        ),
        (
            ("from: car, to: owner", "from: owner, to: car"),
            "test.yaml:19: a link 'registered-to' cannot go from a person. It goes from: vehicle.",
        ),
        (("to: owner, role", "to: ownr, role"), "test.yaml:19: unknown record 'ownr'. Did you mean 'owner'?"),
        (
            ("regimes: [JUVENILE]", "regimes: [JUVENIL]"),
            "test.yaml:22: unknown regime 'JUVENIL'. Did you mean 'JUVENILE'?",
        ),
        (("sensitivity: RESTRICTED", "sensitivity: SECRET"), "test.yaml:22: unknown sensitivity 'SECRET'"),
        (("equals: RED", "equal: RED"), "test.yaml:21: unknown key 'equal' in a condition. Did you mean 'equals'?"),
        (("equals: RED", "equals: RED, present: true"), "test.yaml:21: a condition has exactly one test"),
        (("name: cars", "name: Cars & more"), "test.yaml:1: 'Cars & more' cannot name a mapping"),
        (("version: 3", "version: three"), "test.yaml:2: 'version' should be a whole number"),
        (
            ("    when: present\n", "    place: {latitude: lat, longitude: lon, bounds: [9, 9, 1, 1]}\n"),
            "test.yaml:15: bounds are west, south",
        ),
        (("records:", "recods:"), "test.yaml:5: unknown key 'recods' in a mapping. Did you mean 'records'?"),
        (
            ("kind: vehicle", "kind: vehicle\n    kind: person"),
            "test.yaml:8: the key 'kind' occurs twice; the first is in line 7",
        ),
    ],
)
def test_a_mistake_is_named_with_its_line_and_the_nearest_word(change: tuple[str, str], says: str) -> None:
    assert change[0] in GOOD
    with pytest.raises(Invalid) as caught:
        mapping(GOOD.replace(*change, 1))
    assert says in str(caught.value)


def test_a_mapping_without_records_is_refused() -> None:
    with pytest.raises(Invalid, match="at least one record"):
        mapping("name: x\nversion: 1\ncolumns: [a]\n")


def test_a_mapping_file_that_is_not_there_is_named(tmp_path: Path) -> None:
    with pytest.raises(Invalid, match="there is no such file"):
        load_mapping(tmp_path / "none.yaml", words())


@pytest.mark.parametrize("path", sorted(MAPPINGS.glob("*.yaml")), ids=lambda path: path.stem)
def test_every_shipped_mapping_loads_and_bears_the_name_of_its_file(path: Path) -> None:
    read = load_mapping(path, words())
    assert read.name == path.stem
    assert len(read.description) > 60
