"""Addresses of streets: houses, hundred-blocks, crossings, numbered roads, and towns with their state."""

# ruff: noqa: SIM905 - a long list of words reads better as words

import re
from collections.abc import Iterator
from typing import Final

from tessera.extract.mentions.look import Look
from tessera.extract.mentions.rule import Hit, Rule
from tessera.model.found import MentionType
from tessera.resolution.addresses import state_of

_SUFFIX: Final = (
    "Street|St|Avenue|Ave|Av|Road|Rd|Drive|Dr|Lane|Ln|Boulevard|Blvd|Court|Ct|Circle|Cir|Place|Pl|Terrace|Ter|Way|Parkway|Pkwy|Highway|Hwy|Pike|"
    "Turnpike|Tpke|Alley|Aly|Trail|Trl|Square|Sq|Loop|Run|Plaza|Crescent|Cres|Causeway|Expressway|Expy|Crossing|Xing|Path|Row|Commons|Landing|Lndg|"
    "Mews|Walk|Bypass|Freeway|Fwy|Ridge|Cove|Cv|Point|Pt|Center|Ctr|Extension|Ext|Route|Rte"
)
_UPPER_SUFFIX: Final = _SUFFIX.upper()
_SIDE: Final = r"(?:(?:N|S|E|W|NE|NW|SE|SW|North|South|East|West|NORTH|SOUTH|EAST|WEST|Northeast|Northwest|Southeast|Southwest)\b\.?\s)?"
_TOWN: Final = r"(?:(?:St|Ft|Mt|Pt)\.\s)?[A-Z][A-Za-z'-]{1,20}(?:\s[A-Z][A-Za-z'-]{1,20}){0,2}"
_STATE: Final = (
    r"(?:A[LKZR]|C[AOT]|D[EC]|FL|GA|HI|I[DLNA]|K[SY]|LA|M[EDAINSOT]|N[EVHJMYCD]|O[HKR]|PA|RI|S[CD]|T[NX]|UT|V[TA]|W[AVIY]|Delaware|Maryland|"
    r"Pennsylvania|New Jersey|New York|Virginia|[A-Z][a-z]{3,12}|(?:New|North|South|West)\s[A-Z][a-z]{4,10})"
)
_NAME: Final = r"(?:[A-Z0-9][\w'.-]{0,18}\s){1,4}?"
_UNIT: Final = r"(?:,?\s(?:(?i:apt|apartment|unit|suite|ste|rm|room|lot|bldg|building|fl|floor|trlr)\b\.?\s?\#?\s?[A-Za-z0-9-]{1,6}|\#\s?[A-Za-z0-9-]{1,6}))?"
_NUMBERED: Final = (
    r"(?:(?:U\.?S\.?|US|State|County|SR|CR|RT|Rt|Rte|RTE|Route|ROUTE|Highway|HIGHWAY|Hwy|HWY|Interstate|DE|MD|PA|NJ)(?:\s(?:Route|Rt|Rte|Hwy|Highway|Road))?\.?[\s-]?"
    r"\d{1,3}[A-Z]?|I-\d{1,3})\b"
)
_STREET: Final = rf"(?:{_SIDE}{_NAME}(?:{_SUFFIX}|{_UPPER_SUFFIX})\b\.?(?:\s(?:N|S|E|W|NE|NW|SE|SW)\b\.?)?|{_SIDE}(?:Broadway|BROADWAY)\b|{_NUMBERED})"

_TAIL = re.compile(rf",?\s(?P<town>{_TOWN}),?\s(?P<state>{_STATE})\b\.?(?:,?\s\d{{5}}(?:-\d{{4}})?\b)?")
_HOUSE = re.compile(
    rf"(?<![\w.,$/-])(?:\d{{1,6}}(?:-\d{{1,4}})?[A-Z]?(?:\s1/2)?)\s(?:(?i:blocks?|blk)\b\.?\s(?i:of\s)?)?(?:the\s)?{_STREET}{_UNIT}|"
    rf"(?<!\w)\d{{1,4}}XX\s(?:(?i:blocks?|blk)\s(?i:of\s)?)?{_STREET}"
)
_CROSSING = re.compile(
    rf"(?:{_SIDE}{_NAME}(?:{_SUFFIX}|{_UPPER_SUFFIX})\b\.?|{_NUMBERED})\s?(?:&|/|@|\band\b|\bAND\b|\bat\b|\bX\b)\s?{_STREET}"
)
_SUFFIXES: Final = frozenset(_SUFFIX.lower().split("|")) | frozenset(
    "us sr cr rt rte route highway hwy interstate i state county broadway".split()
)
_BEFORE_STREET = re.compile(r"(?i)\b(?:on|at|near|from|to|along|off|down|toward|towards|onto|of)\s\Z")
_LONE_STREET = re.compile(
    rf"{_SIDE}(?:[A-Z0-9][\w'-]{{1,18}}\s){{1,3}}?(?:Street|St|Avenue|Ave|Road|Rd|Drive|Dr|Lane|Ln|Boulevard|Blvd|Highway|Hwy|Pike|Parkway|Pkwy|"
    r"STREET|ST|AVENUE|AVE|ROAD|RD|DRIVE|DR|LANE|LN|BLVD|HWY|PIKE|PKWY)\b\.?(?!\s(?:Police|Church|School|Bank|Inc))"
)
_BOX = re.compile(r"\b(?i:p\.?\s?o\.?\sbox)\s\d{1,6}\b")
_CITY = re.compile(rf"(?<![\w'.-])(?P<town>{_TOWN}),\s?(?P<state>{_STATE})(?![\w'])(?:\s\d{{5}}(?:-\d{{4}})?(?!\w))?")
_JOINTS: Final = frozenset({"and", "at", "x"})
_SIGNS: Final = frozenset("&/@")
_FURTHEST: Final = 64
"""Characters within which the first of two streets is named and joined to the other."""
_NO_TOWN: Final = frozenset(
    "Mr Mrs Ms Dr On In At The From Monday Tuesday Wednesday Thursday Friday Saturday Sunday January February March April May June July August "
    "September October November December He She They It We However Also Then Yes No".split()
)
_NO_NUMBER: Final = re.compile(r"\d+\s(?:Main\s)?(?:Jan|Feb|Mar|Apr|May|June?|July?|Aug|Sep|Oct|Nov|Dec)")


def _written(text: str) -> str:
    """Write an address on one line with single spaces."""
    return " ".join(text.split())


def _with_town(text: str, start: int, end: int) -> Hit:
    """Take town, state and ZIP code behind an address along."""
    tail = _TAIL.match(text, end)
    end = tail.end() if tail and state_of(tail["state"]) else end
    said = text[start:end].rstrip(" ,.")
    return start, start + len(said), _written(said)


def _houses(look: Look) -> Iterator[Hit]:
    ends = look.near(_SUFFIXES)
    for start in look.figures:
        match = _HOUSE.match(look.text, start) if ends.between(start, start + 96) else None
        if match and not _NO_NUMBER.match(match.group()):
            yield _with_town(look.text, *match.span())


def _crossings(look: Look) -> Iterator[Hit]:
    """Find two streets that meet."""
    text, after, ends, joints = look.text, 0, look.near(_SUFFIXES), look.near(_JOINTS)
    for start in sorted({*look.figures, *(start for start, _ in look.capitals)}):
        if start < after or not ends.between(start, start + _FURTHEST):
            continue
        joined = joints.between(start, start + _FURTHEST) or not _SIGNS.isdisjoint(text[start : start + _FURTHEST])
        match = _CROSSING.match(text, start) if joined else None
        if match:
            after = match.end()
            yield _with_town(text, *match.span())


def _boxes(look: Look) -> Iterator[Hit]:
    for match in _BOX.finditer(look.text):
        yield _with_town(look.text, *match.span())


def _read_city(match: re.Match[str]) -> str | None:
    state = state_of(match["state"])
    if not state or match["town"].split()[0] in _NO_TOWN or (match["town"].isupper() and not match["state"].isupper()):
        return None
    return f"{match['town']}, {state}"


def _towns(look: Look) -> Iterator[Hit]:
    """Find a town with its state: words with a capital letter up to a comma, and a state behind it."""
    after, text = 0, look.text
    for start, _ in look.capitals:
        match = _CITY.match(text, start) if start >= after else None
        value = _read_city(match) if match else None
        if match and value:
            after = match.end()
            yield start, after, value


def _streets(look: Look) -> Iterator[Hit]:
    """Find a street without a number behind a word such as "on" or "near"."""
    text, ends = look.text, look.near(_SUFFIXES)
    for start, _ in look.capitals:
        if ends.between(start, start + _FURTHEST) and _BEFORE_STREET.search(text[max(0, start - 8) : start]):
            match = _LONE_STREET.match(text, start)
            if match:
                yield _with_town(text, *match.span())


_ADDRESS = MentionType.ADDRESS
RULES: Final = (
    Rule(name="house or block", type=_ADDRESS, find=_houses, confidence=0.88, words=_SUFFIXES),
    Rule(name="crossing", type=_ADDRESS, find=_crossings, confidence=0.8, words=_SUFFIXES),
    Rule(name="street", type=_ADDRESS, find=_streets, confidence=0.67, words=_SUFFIXES),
    Rule(name="post office box", type=_ADDRESS, find=_boxes, confidence=0.67, words=frozenset({"box"})),
    Rule(name="town and state", type=MentionType.PLACE, find=_towns, confidence=0.8, parts=(",",)),
)
