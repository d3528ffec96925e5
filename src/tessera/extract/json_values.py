"""JSON that is no table: its values, those of one object or array together, each passage with the pointer of that place."""

import json
from collections.abc import Iterator
from typing import Any, Final

from tessera.extract.encoding import find_encoding
from tessera.extract.paragraphs import passages
from tessera.extract.piece import Piece
from tessera.model.found import Passage, PassageSort
from tessera.model.locator import Locator

_MOST_BYTES: Final = 64 * 1024 * 1024


def values_beside(piece: Piece, table: str | None = None) -> Iterator[Passage]:
    """Give the values of a file, save those of the array at the pointer `table`, which was read as its table.

    Nothing where the file is larger than 64 MiB, or is no JSON as a whole.
    """
    if piece.path.stat().st_size > _MOST_BYTES:
        return
    try:
        value = json.loads(piece.path.read_text(encoding=find_encoding(piece.path), errors="replace"))
    except (ValueError, RecursionError):
        return
    waiting = [("", value)]
    while waiting:
        pointer, place = waiting.pop()
        if pointer == table:
            continue
        members = list(_members(place))
        said = "; ".join(f"{name}: {_written(one)}" if isinstance(place, dict) else _written(one) for name, one in members if _is_said(one))  # fmt: skip
        yield from passages(said, Locator(pointer=pointer), PassageSort.ROW)
        inner = [(f"{pointer}/{_escaped(name)}", one) for name, one in members if isinstance(one, dict | list)]
        waiting += reversed(inner)


def _members(place: Any) -> Iterator[tuple[str, Any]]:  # noqa: ANN401 - any JSON
    if isinstance(place, dict):
        yield from place.items()
    elif isinstance(place, list):
        yield from ((str(at), one) for at, one in enumerate(place))


def _is_said(value: Any) -> bool:  # noqa: ANN401 - any JSON
    return value is not None and not isinstance(value, dict | list) and value != ""


def _written(value: Any) -> str:  # noqa: ANN401 - any JSON
    return value if isinstance(value, str) else json.dumps(value)


def _escaped(name: str) -> str:
    """Write a name as JSON pointers do (RFC 6901)."""
    return name.replace("~", "~0").replace("/", "~1")
