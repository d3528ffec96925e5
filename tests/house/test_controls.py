"""Every control that the program is said to hold has code and a test, and both exist."""

import importlib.util
import json
import re
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest

DOCS = Path(__file__).resolve().parents[2] / "docs"
POLICY = Path(__file__).resolve().parents[3] / "shared" / "standards" / "data" / "cjis-secpol-6.0-controls.json"


@pytest.fixture(scope="module")
def generator() -> ModuleType:
    spec = importlib.util.spec_from_file_location("docs_generate_controls", DOCS / "generate.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


@pytest.fixture(scope="module")
def rows(generator: ModuleType) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = generator.read_controls()
    return found


def test_every_named_object_and_test_exists(generator: ModuleType, rows: list[dict[str, Any]]) -> None:
    assert not [fault for row in rows for fault in generator.faults_of(row)]


def test_what_does_not_exist_is_named(generator: ModuleType) -> None:
    row = {
        "id": "XX-1",
        "code": ["store.accounts:nothing", "no.module:x"],
        "tests": ["web/test_factors.py::test_nothing"],
    }
    assert len(generator.faults_of(row)) == 3
    assert generator.faults_of({"id": "XX-1", "code": ["store.accounts:create"]})
    assert generator.faults_of({"id": "XX-1"})


def test_a_control_is_listed_once_in_the_order_of_the_policy(rows: list[dict[str, Any]]) -> None:
    def order(uid: str) -> tuple[int, int, int]:
        family, number, part = re.fullmatch(r"([A-Z]{2})-(\d+)(?:\((\d+)\))?", uid).groups()  # type: ignore[union-attr]
        return FAMILIES.index(family), int(number), int(part or 0)

    names = [str(row["id"]) for row in rows]
    assert names == sorted(set(names), key=order)
    assert all(str(row["asks"]).endswith(".") for row in rows)
    if POLICY.exists():
        known = {one["id"] for one in json.loads(POLICY.read_text(encoding="utf-8"))["controls"] if one["control"]}
        assert not set(names) - known


FAMILIES = ["AC", "AT", "AU", "IA", "MP", "PS", "SC", "SI"]


def test_each_control_of_identity_is_answered(rows: list[dict[str, Any]]) -> None:
    """Those of which the policy asks something that an application can hold, or must leave to its site."""
    wanted = {
        "AC-2(3)",
        "AC-2(13)",
        "AC-7",
        "AC-8",
        "AC-11",
        "IA-2(1)",
        "IA-2(2)",
        "IA-2(8)",
        "IA-4",
        "IA-5(1)",
        "IA-11",
    }
    held = {row["id"] for row in rows if row.get("code")}
    assert wanted | {"SC-10", "PS-4"} <= held
