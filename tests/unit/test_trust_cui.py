"""Banners and portion marks of controlled unclassified information."""

import hashlib
import json
from dataclasses import replace
from pathlib import Path

import pytest

from tessera.errors import Invalid
from tessera.model.marking import Marking, Regime
from tessera.trust import cui, cui_codes
from tessera.trust.cui import check_banner

VECTORS = Path(__file__).resolve().parents[2].parent / "shared" / "standards" / "data" / "cui-banner-vectors.json"
LISTED = VECTORS.with_name("cui-codes.json")
CODES = "15087378e83dfc53ae52a8890f2bb89d5ac92692953b00279d3b9d7059a8dc44"
"""SHA-256 of the tables, a code and its title a line: change it with them, and say why in the message."""
CASES = {
    "CUI": "ok",
    "CONTROLLED": "ok",
    "CUI//JUV": "ok",
    "CUI//JUV//NOCON": "ok",
    "CUI//SP-PCII": "ok",
    "CUI//SP-INTEL/SP-WIT/INV/JUV//FEDCON/NOFORN": "ok",
    "CUI//FED ONLY": "ok",
    "CUI//REL TO USA, MEX": "ok",
    "CUI//REL TO": "unknown category REL TO",
    "CUI//LEI//REL TO": "unknown LDC REL TO",
    "CUI//LEI//NOFORN, CAN": "unknown LDC NOFORN, CAN",
    "CUI//SP-JUV": "unknown category SP-JUV",
    "CUI//JUV/SP-PCII": "specified must precede basic",
    "CUI//SP-WIT/SP-INTEL": "not alphabetical",
    "CUI//JUV/INV": "not alphabetical",
    "CUI//JUV/JUV": "not alphabetical",
    "CUI/JUV": "bad control marking/too many parts",
    "cui//JUV": "bad control marking/too many parts",
    "LES": "bad control marking/too many parts",
    "CUI//JUV//NOCON//X": "bad control marking/too many parts",
    "CUI//FOUO": "unknown category FOUO",
    "CUI//JUV//SECRET": "unknown LDC SECRET",
    "CUI//": "unknown category ",
    "CUI//DRAFT": "DRAFT is an administrative marking and stands apart from the banner",
    "": "bad control marking/too many parts",
}


@pytest.mark.parametrize(("text", "verdict"), CASES.items())
def test_a_banner_is_checked(text: str, verdict: str) -> None:
    assert check_banner(text) == verdict


@pytest.mark.skipif(not VECTORS.exists(), reason="the standards are not beside this checkout (../shared/standards)")
def test_the_vectors_of_the_standards_hold() -> None:
    vectors = json.loads(VECTORS.read_text(encoding="utf-8"))["vectors"]
    assert len(vectors) == 15
    assert {text: check_banner(text) for text in vectors} == vectors


def test_a_banner_is_taken_apart() -> None:
    parts = cui.parse("CUI//SP-CHRI/LEI//NOFORN")
    assert (parts.control, parts.categories, parts.dissemination) == ("CUI", ("SP-CHRI", "LEI"), ("NOFORN",))
    assert cui.parse("CUI//NOFORN").dissemination == ("NOFORN",)
    with pytest.raises(Invalid, match="no CUI banner: unknown category LES"):
        cui.parse("CUI//LES")


MARKED = Marking(cui=frozenset({"INV", "SP-CHRI"}), dissemination=frozenset({"NOFORN"}), owners=frozenset({"police"}))


@pytest.mark.parametrize(
    ("marking", "line", "mark"),
    [
        (Marking(), "", "(U)"),
        (MARKED, "CUI//SP-CHRI/INV//NOFORN", "(CUI//SP-CHRI/INV//NF)"),
        (Marking(cui=frozenset({"INV"}), dissemination=frozenset({"NOFORN"})), "CUI//INV//NOFORN", "(CUI//INV//NF)"),
        (Marking(dissemination=frozenset({"FED ONLY"})), "CUI//FED ONLY", "(CUI//FED ONLY)"),
        (Marking(regimes=frozenset({Regime.CJI, Regime.PII})), "CUI//SP-CHRI/PRVCY", "(CUI//SP-CHRI/PRVCY)"),
        (Marking(regimes=frozenset({Regime.CJI}), cui=frozenset({"INV"})), "CUI//INV", "(CUI//INV)"),
        (Marking(regimes=frozenset({Regime.PCII})), "CUI//SP-PCII", "(CUI//SP-PCII)"),
    ],
)
def test_a_marking_is_written_as_banner_and_as_portion_mark(marking: Marking, line: str, mark: str) -> None:
    assert cui.banner(marking) == line
    assert cui.portion(marking) == mark


@pytest.mark.parametrize("regime", Regime)
def test_every_regime_has_a_category_that_makes_a_correct_banner(regime: Regime) -> None:
    marking = Marking(regimes=frozenset({regime}))
    assert check_banner(cui.banner(marking)) == "ok"
    assert cui.is_controlled(marking)
    assert cui.banner(marking, by_regime={}) == ""


def test_what_is_joined_has_a_correct_banner() -> None:
    joined = Marking(cui=frozenset({"SP-INV", "LEI"})) | MARKED
    assert cui.banner(joined) == "CUI//SP-CHRI/SP-INV/INV/LEI//NOFORN"
    assert check_banner(cui.banner(joined)) == "ok"


def test_who_designated_it_is_said() -> None:
    assert cui.designation(MARKED) == "Controlled by: police"
    assert cui.designation(Marking()) == ""
    assert cui.titles(MARKED)["SP-CHRI"].startswith("Criminal history")
    assert cui.titles(Marking(dissemination=frozenset({"REL TO USA, CAN"}))) == {
        "REL TO USA, CAN": "May be given to the nationals named"
    }


def test_only_who_designated_it_changes_who_gets_it() -> None:
    freer = replace(MARKED, dissemination=frozenset())
    assert cui.may_change_controls("police", MARKED, freer)
    refused = cui.may_change_controls("center", MARKED, freer)
    assert not refused
    assert "police, not center" in refused.reason
    assert not cui.may_change_controls("center", freer, MARKED)
    assert not cui.may_change_controls("police", replace(MARKED, owners=frozenset({"fire", "police"})), freer)
    assert cui.may_change_controls("center", MARKED, replace(MARKED, cui=frozenset()))


def test_codes_that_there_are_not_are_named() -> None:
    assert cui.wrong_part({"LEI", "SP-INV"}, {"NOFORN", "REL TO USA"}) == ""
    assert cui.wrong_part({"LES"}, ()) == "unknown category LES"
    assert cui.wrong_part((), {"SECRET"}) == "unknown LDC SECRET"


def test_the_tables_of_codes_are_those_that_were_held_beside_the_registry() -> None:
    tables = (cui_codes.BASIC, cui_codes.SPECIFIED, cui_codes.CONTROLS, cui_codes.PORTIONS)
    lines = [f"{code}|{title}" for table in tables for code, title in table.items()]
    lines += [*cui_codes.WITH_LIST, *sorted(cui_codes.ADMINISTRATIVE)]
    assert [len(table) for table in tables] == [84, 57, 10, 3]
    assert hashlib.sha256("\n".join(lines).encode()).hexdigest() == CODES


@pytest.mark.skipif(not LISTED.exists(), reason="the standards are not beside this checkout (../shared/standards)")
def test_the_codes_are_those_of_niem() -> None:
    types = json.loads(LISTED.read_text(encoding="utf-8"))["types"]
    assert set(cui_codes.BASIC) == set(types["BasicCategoryMarkingCodeSimpleType"])
    assert set(cui_codes.SPECIFIED) == set(types["SpecifiedCategoryMarkingCodeSimpleType"])
    assert set(cui_codes.CONTROLS) == set(types["DocumentMarkingLDCCodeSimpleType"])
    assert set(cui_codes.ADMINISTRATIVE) == set(types["SupplementalAdministrativeMarkingCodeSimpleType"])
