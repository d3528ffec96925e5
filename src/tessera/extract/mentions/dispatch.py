"""Reads dispatch text: "STRUC FIRE 1200 BLK N MAIN ST X OAK AVE E21 L4 14:32" is a call type, a place, its cross street, units and a time."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Final

from tessera.extract.mentions.dispatch_words import (
    CALL_CONTINUES,
    CALL_STARTS,
    CALL_WORDS,
    CROSS_MARKS,
    PLACE_MARKS,
    ROAD_PREFIXES,
    SENT_MARKS,
    SIDES,
    SUFFIXES,
    UNIT_PREFIXES,
    UNIT_WORDS,
)
from tessera.model.found import FoundBy, Mention, MentionType

_TOKEN = re.compile(r"[&/@;|,]|(?:[^\s&;|,/@]|(?<=\b[A-Za-z])/(?=[A-Za-z])|(?<=\d)/(?=\d))+")
_TIME = re.compile(
    r"(?<![\w:])(?P<hour>[01]?\d|2[0-3]):(?P<minute>[0-5]\d)(?::[0-5]\d)?(?![\w:])|(?<!\w)(?P<four>(?:[01]\d|2[0-3])[0-5]\d)\s?(?:HRS?|HOURS)\b"
)
_DATE = re.compile(r"(?:19|20)\d\d-\d\d-\d\d|\d{1,2}/\d{1,2}/\d{2,4}")
_UNIT = re.compile(r"(?P<prefix>[A-Z]{1,4}|K9)-?(?P<number>\d{1,4})(?P<rest>-?\d{0,2}[A-Z]?)\Z")
_CODE = re.compile(r"(?:10-\d{1,3}[A-Z]?|\d{1,2}-[A-Z]-\d{1,2}[A-Z]?|\d{1,3}[A-Z]\d{1,2}[A-Z]?)\Z")
_ROAD = re.compile(rf"(?:{'|'.join(sorted(ROAD_PREFIXES, key=len, reverse=True))})-?\d{{1,3}}[A-Z]?\Z")
DISPATCH: Final = "dispatch text"
_LONGEST: Final = 400
_CAPITAL_SHARE: Final = 0.7
_STREET_WORDS: Final = 4
_MARKS: Final = frozenset("&/@;|,")


@dataclass(frozen=True, slots=True, kw_only=True)
class Part:
    """A part of a dispatch: where it stands (characters from 0, the end not included) and its one form."""

    start: int
    end: int
    value: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Dispatch:
    """What a dispatch text says. What it lacks is None or empty."""

    call_type: Part | None
    address: Part | None
    cross_streets: tuple[Part, ...]
    units: tuple[Part, ...]
    times: tuple[Part, ...]

    def mentions(self) -> Iterator[Mention]:
        """Give place, units and times as mentions."""
        places = [self.address] if self.address else []
        for kind, parts in (
            (MentionType.ADDRESS, [*places, *self.cross_streets]),
            (MentionType.UNIT, self.units),
            (MentionType.TIME, self.times),
        ):
            for part in parts:
                yield Mention(
                    start=part.start,
                    end=part.end,
                    type=kind,
                    value=part.value,
                    by=FoundBy.PATTERN,
                    rule=DISPATCH,
                    confidence=0.95,
                )


@dataclass(frozen=True, slots=True)
class _Token:
    text: str
    start: int
    end: int
    at: int
    """Which token of the line it is, so that a gap left by a unit or time shows."""


def read_dispatch(text: str) -> Dispatch | None:
    """Take a line of dispatch text apart; None where it is none.

    >>> found = read_dispatch("STRUC FIRE 1200 BLK N MAIN ST X OAK AVE E21 L4 14:32")
    >>> found.call_type.value, found.address.value, [street.value for street in found.cross_streets]
    ('structure fire', '1200 BLK N MAIN ST', ['OAK AVE'])
    >>> [unit.value for unit in found.units], found.times[0].value
    (['E21', 'L4'], '14:32')
    """
    letters = [c for c in text if c.isalpha()]
    if not letters or len(text) > _LONGEST or sum(map(str.isupper, letters)) < _CAPITAL_SHARE * len(letters):
        return None
    times = tuple(_times(text))
    tokens = [token for token in _tokens(text) if not any(time.start <= token.start < time.end for time in times)]
    units, taken = _units(tokens)
    rest = [token for at, token in enumerate(tokens) if at not in taken]
    dispatch = _parted(text, rest, units, times)
    return dispatch if _is_dispatch(dispatch) else None


def _is_dispatch(found: Dispatch) -> bool:
    """Say whether enough of a dispatch is there: a known call with a place or a unit, or a place with a unit."""
    first = re.split(r"[ :]", found.call_type.value)[0] if found.call_type else ""
    known = bool(first) and (
        first in CALL_STARTS or first in CALL_WORDS.values() or _CODE.match(first.upper()) is not None
    )
    known = known or any(first == full.split()[0] for full in CALL_WORDS.values())
    return (known and bool(found.address or found.units)) or bool(found.address and found.units)


def _tokens(text: str) -> Iterator[_Token]:
    skipped = [match.span() for match in _DATE.finditer(text)]
    for at, match in enumerate(_TOKEN.finditer(text)):
        word = match.group().rstrip(".:").upper()
        if word and not any(start <= match.start() < end for start, end in skipped):
            yield _Token(word, match.start(), match.start() + len(word), at)


def _times(text: str) -> Iterator[Part]:
    for match in _TIME.finditer(text):
        four = match["four"]
        value = f"{four[:2]}:{four[2:]}" if four else f"{int(match['hour']):02d}:{match['minute']}"
        yield Part(start=match.start(), end=match.end(), value=value)


def _units(tokens: Sequence[_Token]) -> tuple[tuple[Part, ...], frozenset[int]]:
    """Find what was sent: known short names, words with a number, and whatever stands behind RESPOND."""
    found: list[Part] = []
    taken: set[int] = set()
    sent = False
    for at, token in enumerate(tokens):
        follows = tokens[at + 1].text if at + 1 < len(tokens) else ""
        if token.text in SENT_MARKS and (token.text not in {"FOR", "UNIT"} or sent) and at > 0:
            sent = True
            taken.add(at)
        elif value := _unit(token.text, sent=sent):
            found.append(Part(start=token.start, end=token.end, value=value))
            taken.add(at)
        elif (
            token.text.lower() in UNIT_WORDS
            and re.fullmatch(r"\d{1,4}[A-Z]?", follows)
            and not _is_house(tokens, at + 1)
        ):
            value = UNIT_WORDS[token.text.lower()] + follows
            found.append(Part(start=token.start, end=tokens[at + 1].end, value=value))
            taken |= {at, at + 1}
    return tuple(found), frozenset(taken)


def _unit(word: str, *, sent: bool) -> str | None:
    match = _UNIT.match(word)
    if match is None and sent and re.fullmatch(r"\d{1,2}[A-Z]\d{0,3}", word):
        return word
    if match is None or match["prefix"] in ROAD_PREFIXES:
        return None
    return word.replace("-", "") if sent or match["prefix"] in UNIT_PREFIXES else None


def _is_house(tokens: Sequence[_Token], at: int) -> bool:
    """Say whether the number here is that of a house: a type of street or BLK follows soon."""
    if at >= len(tokens) or not re.fullmatch(r"\d{1,6}[A-Z]?|\d{1,4}XX|\d{1,6}-\d{1,6}", tokens[at].text):
        return False
    following = [token.text for token in tokens[at + 1 : at + 2 + _STREET_WORDS]]
    for word in following:
        if word in _MARKS or re.fullmatch(r"\d+", word):
            return False
        if word in SUFFIXES or word in {"BLK", "BLOCK"} or _ROAD.match(word):
            return True
    return False


def _parted(text: str, tokens: Sequence[_Token], units: tuple[Part, ...], times: tuple[Part, ...]) -> Dispatch:
    """Part what is no unit and no time: the call, its place, and the streets that cross there."""
    start = _start_of_place(tokens)
    call = [token for token in tokens[:start] if token.text not in _MARKS | PLACE_MARKS]
    place = list(tokens[start:])
    while place and place[0].text in PLACE_MARKS | _MARKS | {"-"}:
        place = place[1:]
    cross = next((at for at, token in enumerate(place) if token.text in CROSS_MARKS), len(place))
    address = _address(text, place[:cross])
    return Dispatch(
        call_type=_call(call),
        address=address,
        cross_streets=tuple(_streets(text, place[cross + 1 :])) if cross < len(place) else (),
        units=units,
        times=times,
    )


def _start_of_place(tokens: Sequence[_Token]) -> int:
    """Give where the place begins: behind AT, at a house's number, at a numbered road, or where a street's name begins."""
    for at, token in enumerate(tokens):
        if 0 < at < len(tokens) - 1 and token.text in PLACE_MARKS | {"-"} and _has_place(tokens[at + 1 :]):
            return at
    for at in range(len(tokens)):
        if (_is_house(tokens, at) and not (at == 0 and _CODE.match(tokens[0].text))) or _is_road(tokens, at):
            return at - 1 if at > 0 and tokens[at - 1].text in SIDES else at
    return next((_start_of_street(tokens, at) for at in range(1, len(tokens)) if _ends_street(tokens, at)), len(tokens))


def _has_place(tokens: Sequence[_Token]) -> bool:
    """Say whether a street, road or house is named before the next comma or semicolon."""
    end = next((at for at, token in enumerate(tokens) if token.text in {";", "|"}), len(tokens))
    return any(_ends_street(tokens, at) or _is_road(tokens, at) or _is_house(tokens, at) for at in range(end))


def _ends_street(tokens: Sequence[_Token], at: int) -> bool:
    """Say whether a street's name ends here: at a type of street, or before a mark that joins it to another."""
    word, follows = tokens[at].text, tokens[at + 1].text.lower() if at + 1 < len(tokens) else ""
    if word in SUFFIXES:
        return (
            at > 0
            and follows not in CALL_CONTINUES - {"and", "to", "in", "down"}
            and tokens[at - 1].text.lower() not in CALL_WORDS
        )
    return (
        word == "&"
        and at > 0
        and tokens[at - 1].text.lower() not in CALL_CONTINUES
        and any(t.text in SUFFIXES for t in tokens[at:])
    )


def _is_road(tokens: Sequence[_Token], at: int) -> bool:
    follows = tokens[at + 1].text if at + 1 < len(tokens) else ""
    return bool(_ROAD.match(tokens[at].text)) or (
        tokens[at].text in ROAD_PREFIXES | {"ROUTE"} and re.fullmatch(r"\d{1,3}[A-Z]?", follows) is not None
    )


def _start_of_street(tokens: Sequence[_Token], suffix: int) -> int:
    """Go back from a type of street to the first word of its name; words of a call and marks end it."""
    at = suffix - 1
    while at > 0 and suffix - at < _STREET_WORDS:
        word = tokens[at - 1].text
        if word in _MARKS or word.lower() in CALL_CONTINUES or word.lower() in CALL_WORDS or word.endswith("-"):
            break
        at -= 1
    return at


def _address(text: str, tokens: Sequence[_Token]) -> Part | None:
    """Write the place up to the first comma, semicolon or bar."""
    kept: list[_Token] = []
    for token in tokens:
        if kept and (token.text in {",", ";", "|", "-"} or token.at > kept[-1].at + 1):
            break
        kept.append(token)
    while kept and (kept[-1].text in _MARKS or kept[-1].text in CROSS_MARKS):
        kept.pop()
    if not kept or not any(
        token.text in SUFFIXES or _is_road(kept, at) or _is_house(kept, at) for at, token in enumerate(kept)
    ):
        return None
    return _part(text, kept)


def _streets(text: str, tokens: Sequence[_Token]) -> Iterator[Part]:
    """Part the streets that cross by slash, ampersand, AND and X."""
    kept: list[_Token] = []
    for token in (*tokens, _Token(";", len(text), len(text), 0)):
        if token.text in _MARKS | CROSS_MARKS | {"AND"}:
            if kept:
                yield _part(text, kept)
            kept = []
            if token.text in {",", ";", "|"}:
                return
        else:
            kept.append(token)


def _part(text: str, tokens: Sequence[_Token]) -> Part:
    start, end = tokens[0].start, tokens[-1].end
    return Part(start=start, end=end, value=" ".join(text[start:end].split()))


def _call(tokens: Sequence[_Token]) -> Part | None:
    """Write the call in small letters, with short words in full."""
    kept = [token for token in tokens if token.text != "-"]
    if not kept:
        return None
    words = [CALL_WORDS.get(token.text.lower(), token.text.lower()) for token in kept]
    return Part(start=kept[0].start, end=kept[-1].end, value=" ".join(words))
