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
    r"(?:(?<![\w.,/-])|(?<=[\w\"',],))(?P<lat>[+-]?\d{1,2}\.\d{3,12})(?:\s?°)?(?:\s?(?P<ns>[NSns]\b))?(?:\"?\s?[,;/|\t]\s?\"?|\s)(?:(?i:\"?lon(?:g(?:itude)?)?|\"?lng)[.:=\"]{0,3}\s?\"?)?"
    r"(?P<lon>[+-]?[01]?\d{1,2}\.\d{3,12})(?:\s?°)?(?:\s?(?P<ew>[EWew]\b))?(?![\w%]|\.\d|\s?(?:cm|mm|kg|km|ft|feet|miles|percent|inch)\b)"
)


def _angle(side: str, signs: str) -> str:
    return (
        rf"(?P<{side}b>[{signs}]\s?)?(?P<{side}d>\d{{1,3}})\s?[°º]\s?(?:(?P<{side}m>\d{{1,2}}(?:\.\d{{1,6}})?)\s?['′’]\s?"
        rf"(?:(?P<{side}s>\d{{1,2}}(?:\.\d{{1,4}})?)\s?(?:\"|″|”|''|′′)\s?)?)?(?P<{side}a>[{signs}]\b)?"
    )


_SEXAGESIMAL = re.compile(rf"(?<![\w.]){_angle('n', 'NSns')}\s?[,;/]?\s?{_angle('e', 'EWew')}")
_ANGLE: Final = (
    r"(?:(?P<{0}d>\d{{1,3}})(?:\s?[°º:]\s?|\s|-)(?P<{0}m>\d{{1,2}}(?:\.\d{{1,6}})?)"
    r"(?:(?:\s?['\u2019\u2032:]\s?|\s|-)(?P<{0}s>\d{{1,2}}(?:\.\d{{1,4}})?))?\s?(?:[\"\u201d\u2033']{{0,2}})"
    r"|(?P<{0}f>\d{{1,3}}\.\d{{3,10}})\s?°?)"
)
"""Degrees with minutes, and seconds where there are any; or degrees with at least three decimals."""
_LOOSE_ANGLE: Final = _ANGLE.replace("{{3,10}}", "{{1,10}}")
"""Behind the word latitude, one decimal will do."""
_BETWEEN: Final = r"\s?[\s,;/]\s?"
_LETTER_FIRST: Final = re.compile(
    rf"(?<![\w.-])(?P<ns>[NS])\s?{_ANGLE.format('a')}{_BETWEEN}(?P<ew>[EW])\s?{_ANGLE.format('o')}(?![\w°]|\.\d)"
)
_LETTER_LAST: Final = re.compile(
    rf"(?<![\w.:-]){_ANGLE.format('a')}\s?(?P<ns>[NS])(?:{_BETWEEN})?{_ANGLE.format('o')}\s?(?P<ew>[EW])(?!\w)"
)
_LABEL_END: Final = r"\.?\s?[:=]?\s?"
_SIGN: Final = r"(?:(?P<{0}sign>[+\u2212-])\s?)?"
_LABELLED: Final = re.compile(
    rf"(?<![A-Za-z])(?i:lat(?:itude)?){_LABEL_END}\s?(?P<angles>(?P<ns>[NS])?\s?{_SIGN.format('a')}{_LOOSE_ANGLE.format('a')}\s?(?P<ns2>[NSns](?![A-Za-z]))?"
    rf"[\s,;/&]{{1,4}}(?i:long?(?:itude)?|lng){_LABEL_END}(?P<ew>[EW])?\s?{_SIGN.format('o')}{_LOOSE_ANGLE.format('o')}\s?(?P<ew2>[EWew](?![A-Za-z]))?)(?!\w|\.\d)"
)
_RUN: Final = r"(?:(?P<{0}m>\d{{2}}\.\d{{1,6}})|(?P<{0}whole>\d{{2}})(?P<{0}s>\d{{2}}(?:\.\d{{1,2}})?)?)"
"""Minutes with decimals, or whole minutes and seconds, with nothing between."""
_PACKED: Final = re.compile(
    rf"(?<![\w.-])(?P<ad>\d{{2}}){_RUN.format('a')}(?P<ns>[NS])[\s,/]?(?P<od>\d{{3}}){_RUN.format('o')}(?P<ew>[EW])(?!\w)"
)
_NAMED_UTM: Final = re.compile(
    r"(?<![\w-])(?i:zone)\s*:?\s*(\d{1,2})\s?([C-HJ-NP-X]|(?i:north|south))?[,;:\s]+"
    r"(?i:easting|east|e)\s*[:=]?\s*(\d{6}(?:\.\d+)?)\s?m?[,;\s]+(?i:northing|north|n)\s*[:=]?\s*(\d{7}(?:\.\d+)?)(?!\w|\.\d)"
)
_NAMED_GRID: Final = re.compile(
    r"(?<!\w)(?i:usng|mgrs|national grid)\W{0,3}(\d{1,2}[C-HJ-NP-X]\s?[A-HJ-NP-Z]{2}\s?(?:\d{2}\s?\d{2}))(?![\w-]|\s\d)"
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
_COARSE: Final = re.compile(
    r"(?<![\w.,/-])(?P<lat>\d{1,2}(?:\.\d{1,2})?)\s?[°º]?\s?(?P<ns>[NS])(?:\s?[,;/]\s?|\s)(?P<lon>1?\d{1,2}(?:\.\d{1,2})?)\s?[°º]?\s?(?P<ew>[EW])(?!\w|\.\d)"
)
"""A point with one decimal or two, as in advisories of storms."""
_REVERSED: Final = re.compile(
    r"(?:(?<![\w.,/-])|(?<=[\w\"',],))(?P<lon>-(?:1[0-7]|[6-9])\d\.\d{3,15})(?P<gap>\s?[,;|\t]\s?|\s)(?P<lat>(?:1[89]|[2-6]\d|7[01])\.\d{3,15})(?![\w%]|\.\d)"
)
"""Longitude first, as GeoJSON and WKT write it; within the United States."""
_STORM_POINT: Final = re.compile(
    r"(?<![\w.,/-])(?P<lat>(?:1[89]|[2-6]\d)\.\d\d),?\s(?P<lon>-(?:1[0-7]\d|[6-9]\d)\.\d\d)(?![\w%]|\.\d)"
)
"""Two decimals, as reports of storms have them; within the United States."""
_WEATHER: Final = re.compile(
    r"(?i)\b(?:storms?|weather|spotters?|hail|tornado(?:es)?|funnel|wind|gust|lsr|nws|flood(?:ing)?|earthquake|epicenter|(?:ice|wildfire|fire|smoke) report)\b"
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
_LEAST_WEST: Final = 60
_SOUTH, _NORTH = 15, 72
"""Where the United States lie; a pair of cells without a word must lie there."""


def _written(lat: float, lon: float) -> str | None:
    if abs(lat) > _MOST_NORTH or abs(lon) > _MOST_EAST or (lat == 0 and lon == 0):
        return None
    return f"{lat:.5f},{lon:.5f}"


def _read_decimal(match: re.Match[str]) -> str | None:
    """Take a pair with letters of direction, a sign, or a word for a place before it; or with four decimals each."""
    lat, lon = float(match["lat"]), float(match["lon"])
    north, east = (match["ns"] or "").upper(), (match["ew"] or "").upper()
    precise = (
        min(len(match[side].partition(".")[2]) for side in ("lat", "lon")) >= _ALONE or match.group().count("°") > 1
    )
    said = before(match, 32)
    if _is_in_a_row(match) and not (precise and _SOUTH <= lat <= _NORTH and lon <= -_LEAST_WEST):
        return None
    if not (north or east) and lat <= -_LEAST_WEST and lon > 0:  # longitude stands first
        return None
    if bool(north) != bool(east) or not (north or precise or _TOLD.search(said)):
        return None
    if not north and lat > 0 and lon > 0 and (_AMOUNTS.search(said) or _MORE.match(match.string, match.end())):
        return None
    return _written(-abs(lat) if north == "S" else lat, -abs(lon) if east == "W" else lon)


def _is_in_a_row(match: re.Match[str]) -> bool:
    """Say whether these are two cells in the middle of a row."""
    return match.string[match.start() - 1 : match.start()] == ","


def _read_coarse(match: re.Match[str]) -> str | None:
    """Read 33.4N 74.9W; whole degrees only behind a word for a place."""
    whole = "." not in match["lat"] or "." not in match["lon"]
    if whole and not _STORM.search(before(match, 48)):
        return None
    lat, lon = float(match["lat"]), float(match["lon"])
    return _written(-lat if match["ns"] == "S" else lat, -lon if match["ew"] == "W" else lon)


_STORM: Final = re.compile(
    r"(?i)\b(?:cent(?:er|re)(?:ed)?|storm|hurricane|depression|epicent(?:er|re)|eye|adrift|vessel|buoy|pos(?:ition)?|coord(?:inate)?s?|gps|lat)\b[^.;\n]{0,32}\Z"
)


def _read_reversed(match: re.Match[str]) -> str | None:
    precise = min(len(match[side].partition(".")[2]) for side in ("lat", "lon")) >= _ALONE
    return _written(float(match["lat"]), float(match["lon"])) if precise or _TOLD.search(before(match, 32)) else None


def _read_storm_point(match: re.Match[str]) -> str | None:
    """Read 41.68 -85.97 beside a word for the weather."""
    told = _WEATHER.search(before(match, 80)) or _WEATHER.search(match.string[match.end() : match.end() + 24])
    return _written(float(match["lat"]), float(match["lon"])) if told else None


def _degrees(match: re.Match[str], side: str) -> float | None:
    """Add up an angle; None where it has no direction, or minutes or seconds from 60."""
    letter = (match[f"{side}a"] or match[f"{side}b"] or "").strip().upper()
    degrees = _summed(match[f"{side}d"], match[f"{side}m"] or "0", match[f"{side}s"])
    if not letter or degrees is None:
        return None
    return -degrees if letter in "SW" else degrees


def _summed(degrees: str, minutes: str, seconds: str | None) -> float | None:
    """Add up degrees, minutes and seconds; None from 60 minutes or seconds."""
    if float(minutes) >= 60 or float(seconds or 0) >= 60:  # noqa: PLR2004 - minutes and seconds
        return None
    return int(degrees) + float(minutes) / 60 + float(seconds or 0) / 3600


def _read_sexagesimal(match: re.Match[str]) -> str | None:
    lat, lon = _degrees(match, "n"), _degrees(match, "e")
    return _written(lat, lon) if lat is not None and lon is not None else None


def _sexagesimals(look: Look) -> Iterator[Hit]:
    """Find angles with signs, without the space behind the last one."""
    for start, end, value in anywhere(_SEXAGESIMAL, _read_sexagesimal)(look):
        yield start, start + len(look.text[start:end].rstrip()), value


def _grids(look: Look) -> Iterator[Hit]:
    for start in look.figures:
        match = _MGRS.match(look.text, start)
        if match is None:
            continue
        digits = re.sub(r"\s", "", match["digits"])
        told = _GRID.search(before(match, 32))
        if len(digits) < 8 and not told:  # noqa: PLR2004 - a hundred metres
            continue
        value = _in_grid(f"{int(match['zone']):02d}{match['band']}{match['square']}{digits}")
        if value:
            yield *match.span(), value


def _in_grid(reference: str) -> str | None:
    try:
        lat, lon = mgrs.MGRS().toLatLon(reference)
    except (mgrs.core.MGRSError, ValueError):
        return None
    return _written(lat, lon)


def _read_kilometre(match: re.Match[str]) -> str | None:
    return _in_grid(re.sub(r"\s", "", match[1]))


def _read_utm(match: re.Match[str]) -> str | None:
    try:
        lat, lon = utm.to_latlon(float(match["east"]), float(match["north"]), int(match["zone"]), match["band"].upper())
    except (utm.OutOfRangeError, ValueError):
        return None
    return _written(float(lat), float(lon))


def _lettered(match: re.Match[str]) -> str | None:
    """Read two angles that are written alike, each with the letter of its hemisphere."""
    latitude, longitude = _either(match, "a"), _either(match, "o")
    if latitude is None or longitude is None or bool(match["af"]) != bool(match["of"]):
        return None
    is_rough = not (match["af"] or match["as"] or "." in match["am"])
    if is_rough and not _TOLD.search(before(match, 32)):  # 12 30 N may as well be a time, a bearing or a house
        return None
    return _signed(latitude, match["ns"], longitude, match["ew"])


def _labelled(match: re.Match[str]) -> str | None:
    latitude, longitude = _either(match, "a"), _either(match, "o")
    if latitude is None or longitude is None:
        return None
    if match["asign"] not in {None, "+"}:
        latitude = -latitude
    if match["osign"] not in {None, "+"}:
        longitude = -longitude
    return _signed(
        latitude, (match["ns"] or match["ns2"] or "").upper(), longitude, (match["ew"] or match["ew2"] or "").upper()
    )


def _either(match: re.Match[str], side: str) -> float | None:
    """Read an angle with decimals, or one with minutes."""
    if match[f"{side}f"]:
        return float(match[f"{side}f"])
    return _summed(match[f"{side}d"], match[f"{side}m"], match[f"{side}s"])


def _packed(match: re.Match[str]) -> str | None:
    """Read degrees and minutes without anything between, as pilots write them: 394421N 0753223W."""
    latitude = _summed(match["ad"], match["am"] or match["awhole"], match["as"])
    longitude = _summed(match["od"], match["om"] or match["owhole"], match["os"])
    if latitude is None or longitude is None:
        return None
    return _signed(latitude, match["ns"], longitude, match["ew"])


def _signed(latitude: float, ns: str, longitude: float, ew: str) -> str | None:
    """Give the point; a letter for the south or west decides, whatever the sign."""
    south = -abs(latitude) if ns == "S" else latitude
    return _written(south, -abs(longitude) if ew == "W" else longitude)


def _named_utm(match: re.Match[str]) -> str | None:
    said = (match[2] or "N").upper()
    is_north = said == "NORTH" or (len(said) == 1 and said >= "N")
    try:
        found = utm.to_latlon(float(match[3]), float(match[4]), int(match[1]), northern=is_north)
    except (utm.OutOfRangeError, ValueError):
        return None
    return _written(float(found[0]), float(found[1]))


_C = MentionType.COORDINATES
RULES: Final = (
    Rule(name="decimal degrees", type=_C, find=at_figures(_DECIMAL, _read_decimal, "+-"), confidence=0.97),
    Rule(
        name="degrees, longitude first",
        type=_C,
        find=at_figures(_REVERSED, _read_reversed, "-"),
        confidence=0.9,
        parts=("-",),
    ),
    Rule(
        name="degrees with two decimals",
        type=_C,
        find=at_figures(_STORM_POINT, _read_storm_point),
        confidence=0.9,
        parts=(" -",),
    ),
    Rule(name="degrees with one decimal", type=_C, find=at_figures(_COARSE, _read_coarse), confidence=0.9),
    Rule(
        name="degrees, minutes and seconds",
        type=_C,
        find=_sexagesimals,
        confidence=0.93,
        parts=("°", "º"),
    ),
    Rule(name="MGRS", type=_C, find=_grids, confidence=0.67),
    Rule(name="UTM", type=_C, find=at_figures(_UTM, _read_utm), confidence=0.99),
    Rule(
        name="latitude and longitude by name",
        type=_C,
        find=anywhere(_LABELLED, _labelled, "angles"),
        confidence=0.99,
        words=frozenset({"lat", "latitude"}),
    ),
    Rule(
        name="angles behind letters",
        type=_C,
        find=at_capitals(_LETTER_FIRST, _lettered, frozenset("ns")),
        confidence=0.95,
    ),
    Rule(name="angles before letters", type=_C, find=at_figures(_LETTER_LAST, _lettered), confidence=0.95),
    Rule(name="degrees without spaces", type=_C, find=at_figures(_PACKED, _packed), confidence=0.95),
    Rule(
        name="UTM by name", type=_C, find=anywhere(_NAMED_UTM, _named_utm), confidence=0.97, words=frozenset({"zone"})
    ),
    Rule(
        name="grid of kilometres",
        type=_C,
        find=anywhere(_NAMED_GRID, _read_kilometre),
        confidence=0.95,
        words=frozenset({"usng", "mgrs", "grid"}),
    ),
)
