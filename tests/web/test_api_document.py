"""The OpenAPI document, and what happens to calls that a program makes up from it."""

import json
from collections.abc import Iterator
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import pytest
import schemathesis
from api_center import Door, open_door
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis.strategies import SearchStrategy
from schemathesis import GenerationMode
from schemathesis.checks import not_a_server_error
from schemathesis.core.result import Ok
from schemathesis.specs.openapi.checks import (
    content_type_conformance,
    response_headers_conformance,
    response_schema_conformance,
    status_code_conformance,
)

from tessera.model.access import Permission

CONFORMING = [
    not_a_server_error,
    status_code_conformance,
    content_type_conformance,
    response_headers_conformance,
    response_schema_conformance,
]
BOUNDED = settings(
    max_examples=8,
    deadline=None,
    database=None,
    derandomize=True,
    phases=[Phase.generate],
    suppress_health_check=list(HealthCheck),
)


@pytest.fixture(scope="module")
def door() -> Iterator[Door]:
    with TemporaryDirectory() as folder, open_door(Path(folder) / "center") as door:
        yield door


@pytest.fixture(scope="module")
def document(door: Door) -> dict[str, Any]:
    answer = door.client.get("/api/v1/openapi.json")
    assert answer.status_code == 200
    found: dict[str, Any] = answer.json()
    return found


def operations(document: dict[str, Any]) -> list[tuple[str, dict[str, Any]]]:
    return [(f"{m.upper()} {p}", op) for p, item in document["paths"].items() for m, op in item.items()]


def test_every_operation_names_its_need_and_says_what_it_does(document: dict[str, Any]) -> None:
    for name, operation in operations(document):
        need = operation["x-need"]
        assert need in {*Permission, "signed-in", "everybody"}, name
        assert operation["summary"], name
        scopes = [[need]] if need in {*Permission} else [[]]
        assert [s.get("token") for s in operation["security"]] == (scopes if need != "everybody" else []), name


def test_every_failure_is_described_as_a_problem(document: dict[str, Any]) -> None:
    for name, operation in operations(document):
        failures = {status: r for status, r in operation["responses"].items() if status >= "400"}
        assert {"422", "503"} <= set(failures), name
        assert all(list(r["content"]) == ["application/problem+json"] for r in failures.values()), name


def test_no_reference_in_the_document_leads_nowhere(document: dict[str, Any]) -> None:
    names = {part.split('"')[0] for part in json.dumps(document).split('"#/components/schemas/')[1:]}
    assert names <= set(document["components"]["schemas"])


def test_operation_names_are_unique(document: dict[str, Any]) -> None:
    names = [operation["operationId"] for _, operation in operations(document)]
    assert len(names) == len(set(names))


@pytest.mark.timeout(180)
@pytest.mark.parametrize("mode", GenerationMode, ids=lambda mode: mode.value)
def test_calls_made_up_from_the_document_never_break_it(door: Door, mode: GenerationMode) -> None:
    schema = schemathesis.openapi.from_asgi("/api/v1/openapi.json", door.client.app)
    for result in schema.get_all_operations():
        assert isinstance(result, Ok)
        operation = result.ok()
        if mode is GenerationMode.NEGATIVE and nothing_to_get_wrong(operation.definition.raw):
            continue
        who = "officer" if operation.path.startswith("/audit") else "steward"
        try_out(door, who, operation.as_strategy(generation_mode=mode))


def nothing_to_get_wrong(operation: dict[str, Any]) -> bool:
    """Say whether an operation takes nothing, so that no call of it is malformed."""
    return not operation.get("parameters") and "requestBody" not in operation


def try_out(door: Door, who: str, cases: SearchStrategy[Any]) -> None:
    """Make some calls of one operation; the same ones each time."""

    @BOUNDED
    @given(case=cases)
    def call(case: schemathesis.Case[Any]) -> None:
        case.call_and_validate(headers=door.header(who), checks=CONFORMING)

    call()
