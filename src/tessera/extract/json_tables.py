"""JSON: an array of objects wherever it stands in the file; and NDJSON: one object a line."""

import io
import json
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field

from tessera.errors import Unreadable
from tessera.extract.batching import Row, in_batches, rejected
from tessera.extract.columns import check_width, unique_names
from tessera.extract.encoding import find_encoding
from tessera.extract.flatten import TooDeep, flatten, names_in
from tessera.extract.json_text import Broken, JsonText
from tessera.extract.piece import Piece
from tessera.model.rows import RejectedRow, RowBatch, TableFormat, TablePart

_ADVICE = "Deliver an array of objects, or an object that holds one."
_CRS = "/crs/properties/name"
_NOT_OBJECT = "The item is no object with named values. Remove it, or deliver it as an object."


@dataclass(kw_only=True)
class Found:
    """An array of objects: where it stands, how many rows it has, and the names in them in order of first use."""

    pointer: str
    rows: int = 0
    names: dict[str, None] = field(default_factory=dict)
    said: str = ""
    """The value itself, for the one value beside the rows that we need: the name of the coordinate system."""

    def add(self, item: object, piece: Piece) -> None:
        """Count one item and note its names."""
        self.rows += 1
        if not isinstance(item, dict):
            return
        known = len(self.names)
        try:
            self.names.update(dict.fromkeys(names_in(item, piece.limits.max_nesting)))
        except TooDeep:
            return
        if len(self.names) == known:
            return
        check_width(max(len(self.names), 1), piece.limits, piece.where)


def parts(piece: Piece) -> Iterator[TablePart]:
    """Find the array of objects; of several, the one with the most rows (the others are named in the options)."""
    encoding = find_encoding(piece.path)
    arrays: list[Found] = []
    fault = ""
    with opened(piece, encoding) as text:
        try:
            _walk(JsonText(text), Found(pointer=""), arrays, piece)
        except Broken as broken:
            fault = f"{broken.reason} (character {broken.at + 1:,})"
    filled = [each for each in arrays if each.names]
    if not filled:
        yield _single(piece, encoding, fault)
        return
    best = max(filled, key=lambda each: each.rows)
    others = " ".join(each.pointer or "/" for each in filled if each is not best)
    options = {"encoding": encoding, "pointer": best.pointer} | ({"other_arrays": others} if others else {})
    if said := [each.said for each in arrays if each.said]:
        options["crs"] = said[0]
    yield TablePart(path=piece.part_path(), format=TableFormat.JSON, columns=_names(best, piece), options=options)


def line_parts(piece: Piece) -> Iterator[TablePart]:
    """Find the columns of NDJSON by reading it through once."""
    encoding = find_encoding(piece.path)
    found = Found(pointer="")
    with opened(piece, encoding) as text:
        for line in _lines(text):
            item = _parsed(line)
            if isinstance(item, dict):
                found.add(item, piece)
    if not found.names:
        raise Unreadable("no line of the file is a JSON object", where=piece.where, advice=_ADVICE)
    options = {"encoding": encoding}
    yield TablePart(path=piece.part_path(), format=TableFormat.NDJSON, columns=_names(found, piece), options=options)


def batches(piece: Piece, part: TablePart, size: int) -> Iterator[RowBatch]:
    """Read the rows of an array or of lines."""
    yield from in_batches(part, rows(piece, part), size, piece.limits)


def rows(piece: Piece, part: TablePart) -> Iterator[Row | RejectedRow]:
    """Give each item as a row; what is no object, and all behind a broken place, is rejected."""
    for number, item, text in items(piece, part):
        if isinstance(item, RejectedRow):
            yield item
        elif not isinstance(item, dict):
            yield rejected(number, _NOT_OBJECT, text)
        else:
            yield _row(number, item, text, part, piece)


def items(piece: Piece, part: TablePart) -> Iterator[tuple[int, object, str]]:
    """Give number, value and text of each item; a broken one as RejectedRow."""
    with opened(piece, part.options["encoding"]) as text:
        if part.format is TableFormat.NDJSON and "whole" not in part.options:
            yield from _line_items(text)
        else:
            yield from _array_items(JsonText(text), part)


@contextmanager
def opened(piece: Piece, encoding: str) -> Iterator[io.TextIOWrapper]:
    """Open as text; bytes that are no text become lone surrogates, and their row is rejected."""
    with piece.path.open("rb") as file:
        coding = "utf-8-sig" if encoding == "utf-8" else encoding
        yield io.TextIOWrapper(file, encoding=coding, errors="tessera-keep-bytes", newline="")


def _walk(text: JsonText, here: Found, arrays: list[Found], piece: Piece, depth: int = 0) -> None:
    """Go through every object, and note every array of objects on the way."""
    if depth > piece.limits.max_nesting:
        raise text.broken("values are nested too deeply")
    match text.peek():
        case "[":
            arrays.append(here)
            for item, _ in text.entries():
                here.add(item, piece)
        case "{":
            for name in text.names():
                step = name.replace("~", "~0").replace("/", "~1")
                _walk(text, Found(pointer=f"{here.pointer}/{step}"), arrays, piece, depth + 1)
        case _:
            value, _ = text.value()
            if here.pointer == _CRS:
                arrays.append(Found(pointer=_CRS, said=str(value)))


def _single(piece: Piece, encoding: str, fault: str) -> TablePart:
    """Take a file that is one object, with no array of objects in it, as a table of one row."""
    if fault:
        advice = "The file may be cut off: ask for it again."
        raise Unreadable(f"the file is not valid JSON: {fault}", where=piece.where, advice=advice)
    found = Found(pointer="")
    with opened(piece, encoding) as text:
        found.add(JsonText(text).value()[0], piece)
    if not found.names:
        raise Unreadable("the file holds no array of objects", where=piece.where, advice=_ADVICE)
    options = {"encoding": encoding, "whole": "yes"}
    return TablePart(path=piece.part_path(), format=TableFormat.NDJSON, columns=_names(found, piece), options=options)


def _names(found: Found, piece: Piece) -> tuple[str, ...]:
    check_width(len(found.names), piece.limits, piece.where)
    names = unique_names(found.names)
    if names != tuple(found.names):
        return tuple(found.names)
    return names


def _row(number: int, item: dict[str, object], text: str, part: TablePart, piece: Piece) -> Row | RejectedRow:
    try:
        flat = flatten(item, piece.limits.max_nesting)
    except TooDeep as error:
        return rejected(number, str(error), text)
    return Row(number, [flat.get(name) for name in part.columns], text)


def _array_items(text: JsonText, part: TablePart) -> Iterator[tuple[int, object, str]]:
    number = 0
    try:
        for step in part.options.get("pointer", "").split("/")[1:]:
            _step_into(text, step.replace("~1", "/").replace("~0", "~"))
        found = iter([text.value()]) if "whole" in part.options else text.entries()
        for item, raw in found:
            number += 1
            yield number, item, raw
    except Broken as broken:
        yield number + 1, _tail(number + 1, broken), broken.text


def _step_into(text: JsonText, wanted: str) -> None:
    for name in text.names():
        if name == wanted:
            return
        _skip(text)


def _skip(text: JsonText) -> None:
    match text.peek():
        case "[":
            for _ in text.entries():
                pass
        case "{":
            for _ in text.names():
                _skip(text)
        case _:
            text.value()


def _tail(number: int, broken: Broken) -> RejectedRow:
    reason = (
        f"The file is not valid JSON from here on ({broken.reason}, character {broken.at + 1:,}); it may be cut off. "
        "Rows before this one were read, none after it: ask for the file again."
    )
    return rejected(number, reason, broken.text)


def _lines(text: io.TextIOWrapper) -> Iterator[str]:
    for line in text:
        if line.strip():
            yield line


def _line_items(text: io.TextIOWrapper) -> Iterator[tuple[int, object, str]]:
    for number, line in enumerate(_lines(text), start=1):
        item = _parsed(line)
        yield number, rejected(number, str(item), line) if isinstance(item, ValueError) else item, line


def _parsed(line: str) -> object:
    """Parse one line; a ValueError that says what is wrong where it is no JSON."""
    try:
        return json.loads(line)
    except RecursionError:
        return ValueError("The values of this line are nested too deeply. Deliver flatter data.")
    except ValueError as error:
        return ValueError(f"The line is not valid JSON ({error}). Mend the line, or ask for the file again.")
