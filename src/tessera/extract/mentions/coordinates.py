"""Coordinates: decimal degrees, degrees with minutes and seconds, MGRS and UTM. The value is "lat,lon" with five decimals."""

import re
from collections.abc import Iterator
from typing import Final

import mgrs
import utm

from tessera.extract.mentions.look import Look
from tessera.extract.mentions.rule import Hit, Rule, anywhere, at_capitals, at_figures, before
from tessera.model.found import MentionType

_DECIMAL = re.compile(
    r"(?<![\w.,/-])(?P<lat>[+-]?\d{1,2}\.\d{3,12})(?:\s?°)?\s?(?P<ns>[NSns]\b)?(?:\s?[,;/]\s?|\s)(?:(?i:lon(?:g(?:itude)?)?)[.:=]{0,2}\s?)?"
    r"(?P<lon>[+-]?1?\d{1,2}\.\d{3,12})(?:\s?°)?\s?(?P<ew>[EWew]\b)?(?![\w%]|\.\d|\s?(?:cm|mm|kg|km|ft|feet|miles|percent|inch)\b)"
)


def _angle(side: str, signs: str) -> str:
    return (
        rf"(?P<{side}b>[{signs}]\s?)?(?P<{side}d>\d{{1,3}})\s?[°º]\s?(?:(?P<{side}m>\d{{1,2}}(?:\.\d{{1,6}})?)\s?['′’]\s?"
        rf"(?:(?P<{side}s>\d{{1,2}}(?:\.\d{{1,4}})?)\s?(?:\"|″|”|''|′′)\s?)?)?(?P<{side}a>[{signs}]\b)?"
    )


_SEXAGESIMAL = re.compile(rf"(?<![\w.]){_angle('n', 'NSns')}\s?[,;/]?\s?{_angle('e', 'EWew')}")
_LETTERED = re.compile(
    r"(?<!\w)(?P<ns>[NS])\s?(?P<lat>\d{1,2}\.\d{3,12})\s?°?[\s,;/]{1,3}(?P<ew>[EW])\s?(?P<lon>1?\d{1,2}\.\d{3,12})(?!\d|\.\d)",
    re.ASCII,
)
_MINUTES = re.compile(
    r"(?<![\w.])(?P<nd>\d{1,2})[ -](?P<nm>\d{1,2}\.\d{1,5})['’]?\s?(?P<na>[NS])\b[,;/]?\s?(?P<ed>\d{1,3})[ -](?P<em>\d{1,2}\.\d{1,5})['’]?\s?(?P<ea>[EW])\b"
    r"(?P<nb>)(?P<eb>)(?P<ns>)(?P<es>)",
    re.ASCII,
)
_SPACED = re.compile(
    r"(?<![\w.])(?P<nd>\d{1,2})[ -](?P<nm>\d{1,2})[ -](?P<ns>\d{1,2}(?:\.\d{1,4})?)\s?(?P<na>[NS])\b[,;/]?\s?"
    r"(?P<ed>\d{1,3})[ -](?P<em>\d{1,2})[ -](?P<es>\d{1,2}(?:\.\d{1,4})?)\s?(?P<ea>[EW])\b(?P<nb>)(?P<eb>)",
    re.ASCII,
)
_MGRS = re.compile(
    r"(?<!\w)(?P<zone>[1-9]|[1-5]\d|60)\s?(?P<band>[C-HJ-NP-X])\s?(?P<square>[A-HJ-NP-Z][A-HJ-NP-V])\s?"
    r"(?P<digits>\d{4}\s?\d{4}|\d{5}\s?\d{5}|\d{3}\s?\d{3}|\d{2}\s\d{2})(?![\w]|[.-]\d)",
    re.ASCII,
)
_UTM = re.compile(
    r"(?<![\w.])(?:zone\s)?(?P<zone>[1-9]|[1-5]\d|60)\s?(?P<band>[C-HJ-NP-X])[\s,]{1,2}(?P<east>\d{6}(?:\.\d{1,3})?)\s?m?\s?E?[\s,]{1,2}"
    r"(?P<north>\d{6,7}(?:\.\d{1,3})?)(?:\s?m?\s?N\b)?(?![\w])",
    re.ASCII | re.IGNORECASE,
)
_TOLD = re.compile(
    r"(?i)\b(?:gps|coord(?:inate)?s?|lat(?:itude)?|location|position|grid|point|geo|near|at|from|ping(?:ed)?|fix|lat/lon)\b[^.;\n]{0,24}\Z"
)
_GRID = re.compile(r"(?i)\b(?:grid|mgrs|usng|utm|coord(?:inate)?s?|location|position|near|at|gps)\b[^.;\n]{0,24}\Z")
_AMOUNTS = re.compile(
    r"(?i)\b(?:scores?|averages?|means?|medians?|values?|ratios?|readings?|weights?|prices?|rates?|lengths?|widths?|measured|between)\b[^.;\n]{0,16}\Z"
)
_MORE = re.compile(r",?\s(?:and\s)?\d")
_ALONE: Final = 4
"""Decimals from which a pair of numbers is a point with no word for it."""
_MOST_NORTH, _MOST_EAST = 90, 180


def _written(lat: float, lon: float) -> str | None:
    if abs(lat) > _MOST_NORTH or abs(lon) > _MOST_EAST or (lat == 0 and lon == 0):
        return None
    return f"{lat:.5f},{lon:.5f}"


def _read_decimal(match: re.Match[str]) -> str | None:
    """Take a pair with letters of direction, a sign, or a word for a place before it; or with four decimals each."""
    lat, lon = float(match["lat"]), float(match["lon"])
    north, east = (match["ns"] or "").upper(), (match["ew"] or "").upper()
    precise = min(len(match[side].partition(".")[2]) for side in ("lat", "lon")) >= _ALONE
    said = before(match, 32)
    if bool(north) != bool(east) or not (north or precise or _TOLD.search(said)):
        return None
    if not north and lat > 0 and lon > 0 and (_AMOUNTS.search(said) or _MORE.match(match.string, match.end())):
        return None
    return _written(-abs(lat) if north == "S" else lat, -abs(lon) if east == "W" else lon)


def _degrees(match: re.Match[str], side: str) -> float | None:
    """Add up an angle; None where it has no direction, or minutes or seconds from 60."""
    letter = (match[f"{side}a"] or match[f"{side}b"] or "").strip().upper()
    minutes, seconds = float(match[f"{side}m"] or 0), float(match[f"{side}s"] or 0)
    if not letter or minutes >= 60 or seconds >= 60:  # noqa: PLR2004 - minutes and seconds
        return None
    degrees = int(match[f"{side}d"]) + minutes / 60 + seconds / 3600
    return -degrees if letter in "SW" else degrees


def _read_sexagesimal(match: re.Match[str]) -> str | None:
    lat, lon = _degrees(match, "n"), _degrees(match, "e")
    return _written(lat, lon) if lat is not None and lon is not None else None


def _grids(look: Look) -> Iterator[Hit]:
    for start in look.figures:
        match = _MGRS.match(look.text, start)
        if match is None:
            continue
        digits = re.sub(r"\s", "", match["digits"])
        told = _GRID.search(before(match, 32))
        if len(digits) < 8 and not told:  # noqa: PLR2004 - a hundred metres
            continue
        try:
            lat, lon = mgrs.MGRS().toLatLon(f"{int(match['zone']):02d}{match['band']}{match['square']}{digits}")
        except (mgrs.core.MGRSError, ValueError):
            continue
        value = _written(lat, lon)
        if value:
            yield *match.span(), value


def _read_utm(match: re.Match[str]) -> str | None:
    try:
        lat, lon = utm.to_latlon(float(match["east"]), float(match["north"]), int(match["zone"]), match["band"].upper())
    except (utm.OutOfRangeError, ValueError):
        return None
    return _written(float(lat), float(lon))


_C = MentionType.COORDINATES
RULES: Final = (
    Rule(name="decimal degrees", type=_C, find=at_figures(_DECIMAL, _read_decimal, "+-"), confidence=0.97),
    Rule(
        name="degrees, minutes and seconds",
        type=_C,
        find=anywhere(_SEXAGESIMAL, _read_sexagesimal),
        confidence=0.93,
        parts=("°", "º"),
    ),
    Rule(
        name="degrees, minutes and seconds with spaces",
        type=_C,
        find=at_figures(_SPACED, _read_sexagesimal),
        confidence=0.99,
    ),
    Rule(
        name="decimal degrees behind letters",
        type=_C,
        find=at_capitals(_LETTERED, _read_decimal, frozenset("ns")),
        confidence=0.95,
    ),
    Rule(
        name="degrees and minutes with spaces", type=_C, find=at_figures(_MINUTES, _read_sexagesimal), confidence=0.95
    ),
    Rule(name="MGRS", type=_C, find=_grids, confidence=0.67),
    Rule(name="UTM", type=_C, find=at_figures(_UTM, _read_utm), confidence=0.99),
)
