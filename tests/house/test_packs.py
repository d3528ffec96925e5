"""Every file of every pack is read by the program and holds."""

from pathlib import Path

import pytest

from tessera import bootstrap
from tessera.dictionary import Dictionary, load
from tessera.integrate import load_mapping
from tessera.settings import Settings

PACKS = Path(__file__).resolve().parents[2] / "packs"
MAPPINGS = sorted(PACKS.glob("*/mappings/*.yaml"))
KNOWN = (
    "pack.yaml", "links.yaml", "gazetteers/*.yaml", "offences.yaml", "codes/*.yaml", "kinds/*.yaml", "mappings/*.yaml", "names/*.yaml",
    "resolution/*.yaml",
)  # fmt: skip


@pytest.fixture(scope="module")
def words() -> Dictionary:
    return load(bootstrap.pack_folders(Settings(center=Path())))


def test_the_packs_hold_nothing_that_nobody_reads() -> None:
    read = {file for pattern in KNOWN for file in PACKS.glob(f"*/{pattern}")}
    assert {file for file in PACKS.rglob("*") if file.is_file()} == read


def test_every_pack_loads(words: Dictionary) -> None:
    assert {kind.pack for kind in words.kinds.values()} == {p.parent.name for p in PACKS.glob("*/pack.yaml")}


def test_every_word_has_a_definition_and_every_kind_a_steward(words: Dictionary) -> None:
    assert not [entry.word for entry in words.glossary() if entry.sort != "code" and len(entry.definition) < 10]
    assert not [kind.name for kind in words.kinds.values() if not kind.steward]


def test_every_term_that_names_or_reaches_a_person_is_more_than_open(words: Dictionary) -> None:
    person = words.kinds["person"].terms
    assert not [t for t in ("full_name", "surname", "given_name", "birth_date") if person[t].field_class == "open"]


@pytest.mark.parametrize("file", MAPPINGS, ids=lambda file: file.stem)
def test_a_mapping_loads_and_is_named_as_its_file(file: Path, words: Dictionary) -> None:
    assert load_mapping(file, words).name == file.stem


def test_every_source_of_the_invented_region_has_its_mapping() -> None:
    from tessera.demo.catalog import SOURCES
    from tessera.model.source import FILES

    assert {source.mapping for source in SOURCES if source.mapping not in {"", FILES}} <= {
        file.stem for file in MAPPINGS
    }
