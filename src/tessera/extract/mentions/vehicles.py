"""Vehicles: identification numbers with their check digit, and vehicles told in words."""

import re
from collections.abc import Iterator
from typing import Final

from tessera.extract.mentions.look import Look
from tessera.extract.mentions.rule import Hit, Rule, at_tokens, before
from tessera.extract.mentions.vehicle_words import BODIES, COLORS, MAKERS, MODELS
from tessera.model.found import FoundBy, MentionType
from tessera.resolution.vehicles import vin_of

_VIN = re.compile(
    r"(?<![\w-])(?=[A-HJ-NPR-Za-hj-npr-z\d]{8}[\dXx])[A-HJ-NPR-Z\d]{17}(?![\w-])|(?<![\w-])[a-hj-npr-z\d]{8}[\dx][a-hj-npr-z\d]{8}(?![\w-])",
    re.ASCII,
)
_VIN_WORDS = re.compile(r"(?i)\b(?:vin|vehicle identification|v\.i\.n\.)[^.;\n]{0,24}\Z")
_NO_VIN = re.compile(
    r"(?i)\b(?:part|serial|s/n|component|catalog|item|model|sku|order|ref|code|key|license|tracking)\b[^.;\n]{0,12}\Z"
)
_MODEL_YEARS: Final = frozenset("ABCDEFGHJKLMNPRSTVWXY123456789")
_SERIAL: Final = 4


_MISREAD = re.compile(r"(?<![\w-])(?=[A-Z\d]{0,16}[OIQ])[A-Z\d]{17}(?![\w-])", re.ASCII)


def _read_misread(match: re.Match[str]) -> str | None:
    """Take one with O, I or Q, which no number has, behind a word for it where the check digit holds with 0 or 1."""
    vin = vin_of(match.group())
    return vin.number if vin and vin.sound and _VIN_WORDS.search(before(match, 36)) else None


def _read_vin(match: re.Match[str]) -> str | None:
    """Take one whose check digit holds. With no word for it near, year and serial number must be sound as well."""
    vin = vin_of(match.group())
    if vin is None or not vin.sound or match.group().isdigit() or match.group().isalpha():
        return None
    if _VIN_WORDS.search(before(match, 36)):
        return vin.number
    sound = vin.number[9] in _MODEL_YEARS and vin.number[-_SERIAL:].isdigit() and not vin.number[:3].isdigit()
    return vin.number if sound and not _NO_VIN.search(before(match, 28)) else None


_ANY: Final = re.compile(rf"(?i)(?:{'|'.join(map(re.escape, sorted(MAKERS, key=len, reverse=True)))})\b")
_BODY: Final = "|".join(map(re.escape, sorted(BODIES, key=len, reverse=True)))
_COLOR: Final = "|".join(sorted(COLORS, key=len, reverse=True))
_MAKER_STARTS: Final = frozenset(re.split(r"\W", maker)[0] for maker in MAKERS)
_COLOR_STARTS: Final = COLORS | {"light", "dark"}
_BODY_STARTS: Final = frozenset(re.split(r"\W", body)[0] for body in BODIES)
_ANY_WORD = re.compile(r"(?<![^\s(,])[^\s(,]+")
_LEADING = re.compile(
    rf"(?i)(?:(?P<color>(?:(?:light|dark|lt|dk|metallic|older|newer)\.?[ -])?(?:{_COLOR})(?:(?:[ -]?(?:over|/|and|on)[ -]?|/)(?:{_COLOR}))?)(?:[ -]colored)?,?\s)?"
    rf"(?:\b(?P<year>(?:19[5-9]\d|20[0-4]\d)|['’]\d\d)\s)?(?:\b(?P<late>(?:light|dark)?\s?(?:{_COLOR}))\s)?(?:(?:\d|two|four)[ -]doors?\s)?\Z"
)
_COLORED_BODY = re.compile(
    rf"(?i)(?P<color>(?:(?:(?:light|dark)[ -])?(?:{_COLOR})(?:(?:\s?/\s?|\sover\s|\sand\s)(?:{_COLOR}))?|(?:light|dark)(?=[ -]colored)))(?:[ -]colored)?,?\s(?:(?:19[5-9]\d|20[0-4]\d)\s)?"
    rf"(?:(?:\d|two|four)[ -]doors?\s)?(?:(?:work|passenger|cargo|panel|utility|full[ -]?size|mid[ -]?size|compact|newer|older|unmarked|lifted|extended cab|crew cab)\s){{0,2}}"
    rf"(?P<body>{_BODY})\b(?!\s(?:stop|station|driver|load|wash|port|keys?))"
)
_MODEL = re.compile(r"\s(?P<model>[A-Za-z0-9][\w.&-]*(?:\s[A-Za-z0-9][\w.&-]*){0,2})")
_TRAILING = re.compile(
    rf"(?i)(?:,?\s(?:(?:\d|two|four)[ -]doors?\s)?(?P<body>{_BODY})\b)?(?:,?\s(?:in\s)?(?P<color>{_COLOR})(?:\sin\scolor)?\b(?=\s?(?:[.,;)]|\Z)))?"
)


def _told(look: Look) -> Iterator[Hit]:
    """Find makers, and read year, color, model and body around them; and colored bodies."""
    text, last = look.text, 0
    for start, _ in look.places(_MAKER_STARTS):
        match = _ANY.match(text, start) if start >= last else None
        if match and (hit := _around(text, match)):
            last = hit[1]
            yield hit
    for start, _ in look.places(_COLOR_STARTS) if not _BODY_STARTS.isdisjoint(look.words) else ():
        if match := _COLORED_BODY.match(text, start):
            yield *match.span(), " ".join(match.group().lower().replace(",", "").split())


def _around(text: str, make: re.Match[str]) -> Hit | None:
    """Read a vehicle around its maker's name; a maker alone may be a person, a town or a firm."""
    maker = MAKERS[make.group().lower()]
    window = max(0, make.start() - 48)
    starts = (window + word.start() for word in _ANY_WORD.finditer(text[window : make.start()]))
    lead = next((found for at in starts if (found := _LEADING.match(text, at, make.start()))), None)
    start = lead.start() if lead and lead.group().strip() else make.start()
    color, year = ((lead["color"] or lead["late"]), lead["year"]) if lead else (None, None)
    model = _model_at(text, make.end(), maker)
    end = make.end() + len(model)
    trail = _TRAILING.match(text, end)
    body, late = (trail["body"], trail["color"]) if trail else (None, None)
    if not (color or year or model or body) or (not make.group()[0].isupper() and not (model or color or year)):
        return None
    end = trail.end() if trail and (body or late) else end
    start += len(text[start : make.start()]) - len(text[start : make.start()].lstrip())
    parts = [color or late, year, maker, model.strip(), body if not model else None]
    return start, end, " ".join(" ".join(part.lower().replace(",", "").split()) for part in parts if part)


def _model_at(text: str, at: int, maker: str) -> str:
    """Read the longest known model behind a maker's name, with the space before it."""
    found = _MODEL.match(text, at)
    words = found.group().split(" ")[1:] if found else []
    for count in range(len(words), 0, -1):
        said = " ".join(words[:count]).rstrip(".&-")
        if said.lower() in MODELS.get(maker, frozenset()):
            return " " + said
    return ""


_V = MentionType.VEHICLE
RULES: Final = (
    Rule(
        name="VIN, check digit",
        type=MentionType.VIN,
        find=at_tokens(_VIN, _read_vin),
        by=FoundBy.CHECKSUM,
        confidence=0.98,
    ),
    Rule(
        name="VIN, misread",
        type=MentionType.VIN,
        find=at_tokens(_MISREAD, _read_misread),
        by=FoundBy.CHECKSUM,
        confidence=0.95,
    ),
    Rule(name="vehicle in words", type=_V, find=_told, confidence=0.9),
)
