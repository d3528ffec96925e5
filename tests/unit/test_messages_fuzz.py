"""Damaged and hostile messages: whatever is done to one, a reader gives findings that hold, or one of our errors."""

import json
import random
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest
from reading_messages import TOOLS as NONE
from reading_messages import check_words, piece_of
from sample_messages import (
    AREA,
    CRASH,
    ENCOUNTER,
    ERROR_SHEET,
    INFO,
    ITEM,
    MALWARE,
    OBSERVATION,
    PATIENT,
    RSS,
    alert,
    attribute,
    event,
    fhir_bundle,
    flat_file,
    indicator,
    relation,
    stix_bundle,
    submission,
    thing,
)  # fmt: skip

from tessera.errors import TesseraError
from tessera.extract.messages import cap, feeds, fhir, misp, nibrs, nibrs_errors, nibrs_flat, niem, stix

ROUNDS = 60
ODD: tuple[Any, ...] = (
    None,
    True,
    -1,
    10**30,
    1e308,
    "",
    "\0",
    "\u202e",
    "x" * 5000,
    [],
    {},
    [None],
    {"a": {}},
    [[["x"]]],
    "2026-02-30",
    "NaN",
)
SHAPE = AREA.format("<polygon>38.0,-75.0 38.0,-74.0 39.0,-74.0 38.0,-75.0</polygon><circle>1,1 2</circle>")
JSON: dict[str, tuple[ModuleType, str]] = {
    "stix": (
        stix,
        stix_bundle(
            indicator(),
            MALWARE,
            relation(),
            thing("location", "1f3a1c52-7d1e-4c55-9a70-5b1f0c2d3e4f", latitude=1, longitude=2),
        ),
    ),
    "misp": (
        misp,
        json.dumps(event(attribute("ip-dst", "198.51.100.3", to_ids=True), attribute("full-name", "Ann", 11))),
    ),
    "fhir": (fhir, fhir_bundle(PATIENT, ENCOUNTER, {**OBSERVATION, "valueQuantity": {"value": 1, "unit": "cm"}})),
    "niem": (
        niem,
        json.dumps(
            {
                "nc:Person": {"@id": "#P", "nc:PersonName": {"nc:PersonSurName": "Hill"}},
                "j:Crash": {"nc:Location": {"nc:pos": "1 2"}},
            }
        ),
    ),
}
XML: dict[str, tuple[ModuleType, str]] = {
    "cap": (cap, alert(INFO.format(SHAPE), references="a,b,c")),
    "feeds": (feeds, RSS.format(f"<item>{ITEM}<geo:point>1 2</geo:point></item>")),
    "nibrs": (nibrs, submission()),
    "niem": (niem, CRASH),
}
LINES: dict[str, tuple[ModuleType, str]] = {
    "nibrs-errors": (nibrs_errors, ERROR_SHEET),
    "nibrs-flat": (nibrs_flat, flat_file()),
}


def holds(reader: ModuleType, path: Path) -> None:
    """Read a message; what comes out keeps the laws, and nothing but our errors is raised."""
    try:
        found = list(reader.read(piece_of(path), NONE))
    except TesseraError:
        return
    check_words(found)


def bent(value: Any, pick: random.Random) -> Any:  # noqa: ANN401 - any JSON
    """Change one place of a message: a value becomes an odd one, or a name goes."""
    if isinstance(value, dict) and value and pick.random() < 0.85:
        name = pick.choice(sorted(value))
        if pick.random() < 0.1:
            return {key: inner for key, inner in value.items() if key != name}
        return {**value, name: bent(value[name], pick)}
    if isinstance(value, list) and value and pick.random() < 0.85:
        at = pick.randrange(len(value))
        return [bent(each, pick) if place == at else each for place, each in enumerate(value)]
    return pick.choice(ODD)


def cut(text: bytes, pick: random.Random) -> bytes:
    """Damage bytes: cut off, turned over, doubled, or with strange ones put in."""
    at, end = sorted(pick.randrange(len(text)) for _ in range(2))
    how = (
        lambda: text[:at],
        lambda: text[:at] + bytes([pick.randrange(256)]) + text[at + 1 :],
        lambda: text[:end] + text[at:],
        lambda: (
            text[:at]
            + pick.choice((b"\xff\xfe", b"\0\0", b"<x>", b"]]>", b"&#0;", b"{", b'"', b"\xed\xa0\x80"))
            + text[at:]
        ),
        lambda: text[:at] + text[end:],
    )
    return pick.choice(how)()


@pytest.mark.parametrize("name", JSON)
def test_a_message_with_odd_values_is_read_or_refused(tmp_path: Path, name: str) -> None:
    reader, text = JSON[name]
    pick = random.Random(name)
    for _ in range(ROUNDS):
        path = tmp_path / "message"
        path.write_text(json.dumps(bent(json.loads(text), pick)))
        holds(reader, path)


@pytest.mark.parametrize("name", [*JSON, *LINES, *(f"{name} in XML" for name in XML)])
def test_a_message_with_damaged_bytes_is_read_or_refused(tmp_path: Path, name: str) -> None:
    reader, text = XML[name.removesuffix(" in XML")] if name.endswith(" in XML") else {**JSON, **LINES}[name]
    pick = random.Random(name)
    for _ in range(ROUNDS):
        path = tmp_path / "message"
        path.write_bytes(cut(text.encode(), pick))
        holds(reader, path)


@pytest.mark.parametrize("name", XML)
def test_a_message_with_other_words_is_read_or_refused(tmp_path: Path, name: str) -> None:
    reader, text = XML[name]
    pick = random.Random(name)
    words = sorted(set(text.replace("<", ">").split(">")), key=len)
    for _ in range(ROUNDS):
        path = tmp_path / "message"
        path.write_text(
            text.replace(
                pick.choice(words[1:]), pick.choice(("", "x" * 300, "2026-02-30", "-1", "1e400", "\u202e", "/"))
            )
        )
        holds(reader, path)


@pytest.mark.parametrize(
    "reader",
    [cap, feeds, fhir, misp, nibrs, nibrs_errors, nibrs_flat, niem, stix],
    ids=lambda reader: reader.__name__.rpartition(".")[2],
)
@pytest.mark.parametrize(
    "text",
    [
        b"",
        b"\0",
        b"null",
        b"[]",
        b"0",
        b"0043",
        b"{}",
        b"[[]]",
        b'[{"objects": 3}]',
        b"<a/>",
        b"\xff\xfe<\0a\0/\0>\0",
        b"<a xmlns='x'>" * 300,
        b'{"a":' * 3000,
    ],
)
def test_next_to_nothing_is_read_or_refused(tmp_path: Path, reader: ModuleType, text: bytes) -> None:
    path = tmp_path / "message"
    path.write_bytes(text)
    holds(reader, path)
