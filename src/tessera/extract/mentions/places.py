"""Addresses, blocks, crossings and coordinates in running text."""

import re
from typing import Final

import mgrs
import utm

from tessera.extract.mentions.identifiers import STATE
from tessera.extract.mentions.pattern import Rule, before
from tessera.model.found import MentionType

_SUFFIX: Final = (
    r"(?:st(?:reet)?|ave(?:nue)?|av|blvd|boulevard|r(?:oa)?d|dr(?:ive)?|l(?:a)?n(?:e)?|c(?:our)?t|cir(?:cle)?|pl(?:ace)?|ter(?:race)?|"
    r"way|hwy|highway|pike|pkwy|parkway|turnpike|tpke|trail|trl|alley|aly|sq(?:uare)?|loop|row|run|plaza|plz|crossing|xing|"
    r"expressway|expy|freeway|fwy|bypass|cres(?:cent)?|walk|path|bend|cove|cv|ridge|view|landing|mews|commons|extension|ext|broadway)"
)
_DIRECTION: Final = (
    r"(?:[NSEW]|NE|NW|SE|SW|North|South|East|West|Northeast|Northwest|Southeast|Southwest|NORTH|SOUTH|EAST|WEST)\.?"
)
_NAME: Final = r"(?:[A-Z][\w'\u2019-]*|\d{1,3}(?i:st|nd|rd|th))"
_STREET: Final = rf"(?:{_DIRECTION}\s+)?(?:{_NAME}\s+){{1,3}}?(?i:{_SUFFIX})\b\.?(?:\s+{_DIRECTION}(?![\w]))?"
_HIGHWAY: Final = r"(?:(?:US|U\.S\.|SR|State|County|CR|Interstate|I|Rt|RT|Rte|RTE|Route|ROUTE|Highway|Hwy|HWY)[\s.-]{0,2}(?:(?:Route|Rt|Rte|Road|Highway|Hwy)\.?\s)?\d{1,3}[A-Z]?\b)"
_UNIT: Final = r"(?:,?\s*(?:#\s?\w{1,6}|(?i:apt|apartment|unit|suite|ste|lot|room|rm|bldg|floor|fl)\b\.?\s?#?\w{1,6}))?"
_TOWN: Final = rf"(?:,\s*(?:[A-Z][\w.'\u2019-]+(?:\s[A-Z][\w.'\u2019-]+){{0,2}}))?(?:,?\s+{STATE}\b)?(?:,?\s+\d{{5}}(?:-\d{{4}})?)?"
_ADDRESS: Final = re.compile(
    rf"(?<![\w.$#/-])\d{{1,6}}(?:-\d{{1,5}})?[A-Z]?(?:\s1/2)?\s+(?:{_STREET}|{_HIGHWAY}){_UNIT}{_TOWN}(?!\w)"
)
_BLOCK: Final = re.compile(
    rf"(?<![\w.$#-])\d{{2,6}}\s+(?i:block|blk)\s+(?:(?i:of)\s+)?(?:{_STREET}|(?:{_DIRECTION}\s+)?(?:{_NAME}\s?){{1,3}}){_TOWN}(?!\w)"
)
_CROSSING: Final = re.compile(
    rf"(?:(?i:corner|intersection|junction)\s+(?i:of)\s+)(?:{_STREET}|{_HIGHWAY}|{_NAME})\s+(?:(?i:and)|&|/|@)\s+(?:{_STREET}|{_HIGHWAY}|{_NAME}(?:\s{_NAME})?){_TOWN}(?!\w)"
    rf"|(?:{_STREET}|{_HIGHWAY})\s*(?:&|/|@|\b(?i:and)\b|\b(?i:at)\b)\s*(?:{_STREET}|{_HIGHWAY}){_TOWN}(?!\w)"
)
_BOX: Final = re.compile(rf"(?<!\w)P\.?\s?O\.?\s?Box\s+\d{{1,6}}{_TOWN}", re.IGNORECASE)
_DECIMAL: Final = re.compile(
    r"(?<![\w.,/-])(?P<lat>[+-]?\d{1,2}\.\d{3,10})\s?°?\s?(?P<ns>[NSns])?\s?[,;/ ]\s?(?P<lon>[+-]?\d{1,3}\.\d{3,10})\s?°?\s?(?P<ew>[EWew])?(?![\w]|\.\d|,\d)"
)
_MARK: Final = r"[\s]?[°º*d][\s]?"
_DMS: Final = re.compile(
    rf"(?<![\w.])(?:(?P<a>[NS])\s?)?(?P<ld>\d{{1,2}}){_MARK}(?P<lm>\d{{1,2}}(?:\.\d+)?)\s?['\u2019\u2032m]\s?(?:(?P<ls>\d{{1,2}}(?:\.\d+)?)\s?(?:\"|''|\u201d|\u2033|s)\s?)?(?P<b>[NS])?"
    rf"[\s,;/]*(?P<c>[EW])?\s?(?P<gd>\d{{1,3}}){_MARK}(?P<gm>\d{{1,2}}(?:\.\d+)?)\s?['\u2019\u2032m]\s?(?:(?P<gs>\d{{1,2}}(?:\.\d+)?)\s?(?:\"|''|\u201d|\u2033|s)\s?)?(?P<d>[EW])?"
)
_MGRS: Final = re.compile(
    r"(?<![\w-])(\d{1,2}[C-HJ-NP-X]\s?[A-HJ-NP-Z]{2}\s?(?:\d{5}\s?\d{5}|\d{4}\s?\d{4}|\d{3}\s?\d{3}))(?![\w-])"
)
_UTM: Final = re.compile(
    r"(?<![\w-])(?i:utm\s*:?\s*)?(?:zone\s*)?(\d{1,2})\s?([C-HJ-NP-X])[,\s]+(?:E\s?)?(\d{6}(?:\.\d+)?)\s?m?\s?E?[,\s]+(?:N\s?)?(\d{7}(?:\.\d+)?)\s?m?\s?N?(?![\w-])"
)
_PREFIX: Final = re.compile(r"^(?i:corner|intersection|junction)\s+(?i:of)\s+")
_NORTHERN: Final = "N"
_MINUTES, _SECONDS = 60, 3600


def _plain(match: re.Match[str]) -> str | None:
    """Write an address with single spaces; nothing where the number is a measure or a count."""
    if re.search(r"(?:\$|no\.|number|\bpage|\broom|\bapproximately|\babout)\s*$", before(match)):
        return None
    return re.sub(r"\s+", " ", _PREFIX.sub("", match[0])).strip(" ,.")


def _point(latitude: float, longitude: float) -> str | None:
    if not (-90 <= latitude <= 90 and -180 <= longitude <= 180) or (latitude == 0 and longitude == 0):  # noqa: PLR2004 - degrees
        return None
    return f"{latitude:.5f},{longitude:.5f}"


def _decimal(match: re.Match[str]) -> str | None:
    latitude, longitude = float(match["lat"]), float(match["lon"])
    bare = not (match["ns"] or match["ew"] or "-" in match[0] or "+" in match[0])
    told = re.search(r"(?:lat|lon|lng|gps|coord|location|position|point|at)\w*\W{0,12}$", before(match))
    if bare and not told and len(match["lat"].partition(".")[2]) < 4:  # noqa: PLR2004 - prices have fewer decimals
        return None
    if match["ns"] and match["ns"] in "Ss":
        latitude = -abs(latitude)
    if match["ew"] and match["ew"] in "Ww":
        longitude = -abs(longitude)
    return _point(latitude, longitude)


def _dms(match: re.Match[str]) -> str | None:
    north, east = match["a"] or match["b"], match["c"] or match["d"]
    if not (north and east):
        return None
    latitude = _degrees(match["ld"], match["lm"], match["ls"])
    longitude = _degrees(match["gd"], match["gm"], match["gs"])
    if latitude is None or longitude is None:
        return None
    return _point(latitude if north == _NORTHERN else -latitude, longitude if east == "E" else -longitude)


def _degrees(degrees: str, minutes: str, seconds: str | None) -> float | None:
    if float(minutes) >= _MINUTES or float(seconds or 0) >= _MINUTES:
        return None
    return int(degrees) + float(minutes) / _MINUTES + float(seconds or 0) / _SECONDS


def _grid(match: re.Match[str]) -> str | None:
    try:
        latitude, longitude = mgrs.MGRS().toLatLon(re.sub(r"\s", "", match[1]).encode())
    except (mgrs.core.MGRSError, ValueError):
        return None
    return _point(latitude, longitude)


def _utm(match: re.Match[str]) -> str | None:
    try:
        latitude, longitude = utm.to_latlon(float(match[3]), float(match[4]), int(match[1]), match[2])
    except (utm.OutOfRangeError, ValueError):
        return None
    return _point(float(latitude), float(longitude))


_STREET_WORDS: Final = frozenset(
    [
        "corner",
        "intersection",
        "junction",
        "st",
        "street",
        "ave",
        "avenue",
        "av",
        "blvd",
        "boulevard",
        "rd",
        "road",
        "dr",
        "drive",
        "ln",
        "lane",
        "ct",
        "court",
        "cir",
        "circle",
        "pl",
        "place",
        "hwy",
        "highway",
        "pike",
        "pkwy",
        "parkway",
        "route",
        "rt",
        "rte",
        "us",
        "sr",
        "interstate",
        "i",
    ]
)
_NUMBERED: Final = re.compile(r"\d\s+[A-Za-z]|\d[A-Z]\s")


def _without_stop(text: str) -> str:
    """A full stop behind a whole word ends the sentence; behind a short form it is part of the address."""
    last = text.rstrip(".").rpartition(" ")[2]
    return text.rstrip(" .,") if text.endswith(".") and len(last) > _SHORT_FORM else text.rstrip(" ,")


_SHORT_FORM: Final = 4
RULES: Final = (
    Rule(name="coordinates", type=MentionType.COORDINATES, pattern=_DECIMAL, read=_decimal, confidence=0.98, hint=re.compile(r"\d\.\d{3}")),
    Rule(name="degrees", type=MentionType.COORDINATES, pattern=_DMS, read=_dms, confidence=0.99, hint=re.compile("[°º*d]")),
    Rule(name="utm", type=MentionType.COORDINATES, pattern=_UTM, read=_utm, confidence=0.98, hint=re.compile(r"\d{6}")),
    Rule(name="mgrs", type=MentionType.COORDINATES, pattern=_MGRS, read=_grid, confidence=0.97, hint=re.compile(r"\d[C-X]\s?[A-Z]{2}\s?\d{3}")),
    Rule(name="block", type=MentionType.ADDRESS, pattern=_BLOCK, read=_plain, confidence=0.96, words=frozenset({"block", "blk"}), trim=_without_stop),
    Rule(name="address", type=MentionType.ADDRESS, pattern=_ADDRESS, read=_plain, confidence=0.95, hint=_NUMBERED, trim=_without_stop),
    Rule(name="crossing", type=MentionType.ADDRESS, pattern=_CROSSING, read=_plain, confidence=0.93, hint=re.compile(r"[A-Z]"), words=_STREET_WORDS, trim=_without_stop),
    Rule(name="po-box", type=MentionType.ADDRESS, pattern=_BOX, read=_plain, confidence=0.98, words=frozenset({"box"})),
)  # fmt: skip
