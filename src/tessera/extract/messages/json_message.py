"""Walk through a JSON message of any size, object by object, and say of each whether it can be trusted to be read."""

import json
import math
import re
from collections.abc import Collection, Iterator
from dataclasses import dataclass
from typing import Any, Final

from tessera.errors import Unreadable
from tessera.extract.encoding import find_encoding
from tessera.extract.json_tables import opened
from tessera.extract.json_text import Broken, JsonText
from tessera.extract.messages.parts import escaped
from tessera.extract.piece import Piece
from tessera.model.found import Refused
from tessera.model.locator import Locator

SHOWN: Final = 2_000
"""Characters of a refused object that go to quarantine with it; the whole stays in the delivered file."""
_SURROGATE: Final = re.compile("[\ud800-\udfff]")
_LONGEST_NUMBER: Final = 400


class Doubled(dict[str, object]):
    """An object in which a name occurs twice: programs differ on which of the two holds."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Item:
    """One value of a message, where it stands, and what is wrong with it; `envelope` holds what stands around a list."""

    value: object
    locator: Locator
    fault: str = ""
    text: str = ""
    envelope: bool = False

    def refused(self, reason: str = "") -> Refused:
        """Give it back as a part that could not be read."""
        return Refused(reason=reason or self.fault, locator=self.locator, value=self.text[:SHOWN])


def items(piece: Piece, lists: Collection[str], *, checked: bool = True) -> Iterator[Item]:
    """Give the items of an array, of the named lists of an object, or of objects one after another (NDJSON).

    An object without such a list is an item itself. What stands around a list comes last, as `envelope`. All behind a
    broken place is one item with a fault; where nothing at all could be read, Unreadable is raised. Without `checked`, values
    are given unexamined, for a first look.
    """
    given = 0
    encoding = find_encoding(piece.path)
    with opened(piece, encoding) as stream:
        try:
            for item in _values(JsonText(stream, _decoder()), lists, piece.limits.max_nesting if checked else 0):
                given += 1
                yield item
        except Broken as broken:
            if not given:
                raise _unreadable(piece, broken) from broken
            yield _tail(broken)
    if not given:
        raise Unreadable("the file is empty", where=piece.where, advice="Ask for it again.")


def _decoder() -> json.JSONDecoder:
    return json.JSONDecoder(object_pairs_hook=_object, parse_constant=float, parse_int=_whole)


def _object(pairs: list[tuple[str, Any]]) -> dict[str, object]:
    found = dict(pairs)
    return found if len(found) == len(pairs) else Doubled(found)


def _whole(digits: str) -> int | float:
    return int(digits) if len(digits) < _LONGEST_NUMBER else math.inf


def _values(cursor: JsonText, lists: Collection[str], deepest: int) -> Iterator[Item]:
    row = 0
    while mark := cursor.peek():
        row += 1
        if mark == "[":
            yield from _entries(cursor, "", row, deepest)
        elif mark == "{":
            yield from _members(cursor, lists, row, deepest)
        else:
            value, text = cursor.value()
            fault = "The message is a bare value where the standard has an object. Ask for the message again."
            yield Item(value=value, locator=_place("", row, cursor), fault=fault, text=text)


def _entries(cursor: JsonText, pointer: str, row: int, deepest: int) -> Iterator[Item]:
    for place, (value, text) in enumerate(cursor.entries()):
        locator = Locator(pointer=f"{pointer}/{place}", row=row if row > 1 else 0)
        yield Item(value=value, locator=locator, fault=fault_of(value, deepest), text=text)


def _members(cursor: JsonText, lists: Collection[str], row: int, deepest: int) -> Iterator[Item]:
    around: dict[str, object] = {}
    texts: list[str] = []
    streamed = doubled = False
    for name in cursor.names():
        doubled = doubled or name in around
        if name in lists and cursor.peek() == "[":
            streamed = True
            yield from _entries(cursor, f"/{escaped(name)}", row, deepest)
            continue
        around[name], text = cursor.value()
        texts.append(f"{json.dumps(name)}:{text}")
    value = Doubled(around) if doubled else around
    text = "{" + ",".join(texts) + "}"
    locator = _place("", row, cursor)
    yield Item(value=value, locator=locator, fault=fault_of(value, deepest), text=text, envelope=streamed)


def _place(pointer: str, row: int, cursor: JsonText) -> Locator:
    """A line of its own is named by its number, as soon as the file has more than one."""
    return Locator(pointer=pointer, row=row if row > 1 or cursor.peek() else 0)


def fault_of(value: object, deepest: int) -> str:
    """Say why a value must not be read, in a sentence; nothing where it may. Levels of 0 mean no look at all."""
    if not deepest:
        return ""
    level: list[object] = [value]
    for _ in range(deepest + 1):
        if not level:
            return ""
        below: list[object] = []
        for each in level:
            if isinstance(each, (dict, list)):
                below.extend(each)
                below.extend(each.values() if isinstance(each, dict) else ())
            wrong = _fault_of_one(each)
            if wrong:
                return wrong
        level = below
    return f"Its values are nested more than {deepest} levels deep. Ask for flatter data."


def _fault_of_one(each: object) -> str:
    if isinstance(each, str):
        wrong = not each.isascii() and _SURROGATE.search(each)
        return "It holds characters that are no text. Ask for it again, in UTF-8." if wrong else ""
    if type(each) is Doubled:
        return "An object in it has one name twice, and programs differ on which holds. Ask for it again."
    wrong_number = isinstance(each, float) and not math.isfinite(each)
    return "It holds a number that is none, or is out of all bounds. Ask for it again." if wrong_number else ""


def _tail(broken: Broken) -> Item:
    fault = (
        f"The file is not valid JSON from here on ({broken.reason}, character {broken.at + 1:,}); it may be cut off. "
        "What stands before was read, and nothing after it: ask for the file again."
    )
    return Item(value=None, locator=Locator(), fault=fault, text=broken.text[:SHOWN])


def _unreadable(piece: Piece, broken: Broken) -> Unreadable:
    message = f"the file is not valid JSON ({broken.reason}, character {broken.at + 1:,})"
    return Unreadable(message, where=piece.where, advice="It may be cut off: ask for it again.")
