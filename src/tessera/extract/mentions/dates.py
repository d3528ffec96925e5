"""Dates, in the forms that Americans, soldiers and computers write. The value is that of ISO 8601; a missing year is `--`."""

import calendar
import re
from collections.abc import Iterator
from typing import Final

from tessera.extract.mentions.bare_time_clues import CLOCK
from tessera.extract.mentions.look import Look
from tessera.extract.mentions.rule import Finder, Hit, Reader, Rule, anywhere, at_figures, before, behind, tried
from tessera.model.found import MentionType

_MONTHS: Final = {
    name: at
    for at, names in enumerate(
        [
            "jan january",
            "feb february",
            "mar march",
            "apr april",
            "may",
            "jun june",
            "jul july",
            "aug august",
            "sep sept september",
            "oct october",
            "nov november",
            "dec december",
        ],
        start=1,
    )
    for name in names.split()
}
_MONTH: Final = (
    r"(?P<month>J(?:an(?:uary)?|AN(?:UARY)?|une?|UNE?|uly?|ULY?)|F(?:eb(?:ruary)?|EB(?:RUARY)?)|M(?:ar(?:ch)?|AR(?:CH)?|ay|AY)|"
    r"A(?:pr(?:il)?|PR(?:IL)?|ug(?:ust)?|UG(?:UST)?)|S(?:ept?(?:ember)?|EPT?(?:EMBER)?)|O(?:ct(?:ober)?|CT(?:OBER)?)|"
    r"N(?:ov(?:ember)?|OV(?:EMBER)?)|D(?:ec(?:ember)?|EC(?:EMBER)?)|"
    r"j(?:an(?:uary)?|une?|uly?)|feb(?:ruary)?|march|a(?:pr(?:il)?|ug(?:ust)?)|sept?(?:ember)?|oct(?:ober)?|nov(?:ember)?|dec(?:ember)?)\b(?:\.(?=,?\s?\d))?"
)
_DAY: Final = r"(?P<day>[12]\d|3[01]|0?[1-9])(?:st|nd|rd|th|ST|ND|RD|TH)?"
_YEAR: Final = r"(?P<year>(?:1[6-9]|20)\d\d)"
_APOSTROPHE: Final = r",?\s?['\u2018\u2019](?P<cut>\d\d)(?!\w)"
"""A year of which two figures are left: May 4, '26."""
_TO_TIME: Final = rf"\s?(?:to|until|till?|-|\u2013)\s?{CLOCK}\b"
"""Makes a time of four figures in front of it: "Dec. 24, 1900 to 2100"."""
_WHAT_IS_COUNTED: Final = r"\s(?:miles?|people|persons|times|hours|minutes|years|days|weeks|months|men|women|percent|feet|units|more|others)\b"
_LAST: Final = rf"(?:(?:\s?[-\u2013]\s?|\s(?:to|through|thru)\s(?:the\s)?)(?P<last>[12]\d|3[01]|0?[1-9])(?:st|nd|rd|th)?(?![\d/:.]\d|\d|\s?[aApP]\.?[mM]\b|{_WHAT_IS_COUNTED}))?"

_MONTH_FIRST = re.compile(
    rf"(?<![\w-]){_MONTH}\s{{1,2}}(?:the\s(?=\d\d?(?:st|nd|rd|th)))?{_DAY}(?!\w|:\d|[.,/]\d|-\d{{3}}){_LAST}(?:(?:,\s?|\s(?=19|20)|,?\s(?:of|in)\s){_YEAR}(?![\w]|[./-]\d|{_TO_TIME})|{_APOSTROPHE})?",
    re.ASCII,
)
_DAY_FIRST = re.compile(
    rf"(?<![\w/.,:$-]){_DAY}(?:[ ](?:day[ ])?of[ ]|[ -]){_MONTH}(?:(?:,\s?|[ -]){_YEAR}(?!\w)|[ -](?P<short>\d\d)(?![\w:])|{_APOSTROPHE})?",
    re.ASCII,
)
_JOINED = re.compile(
    r"(?<![\w-])(?P<day>[0-3]\d)-?(?P<month>JAN|FEB|MAR|APR|MAY|JUN|JUL|AUG|SEP|OCT|NOV|DEC|Jan|Feb|Mar|Apr|May|Jun|Jul|Aug|Sep|Oct|Nov|Dec)"
    r"-?(?P<year>(?:19|20)\d\d|\d\d)(?!\w)",
    re.ASCII,
)
_NAMED = re.compile(
    rf"(?<![\w/.,:$-])(?P<day>[0-3]?\d)(?P<joint>[/.])(?P<month>[A-Z][a-z]{{2}}|[A-Z]{{3}})(?P=joint){_YEAR}(?![\w])"
    rf"|(?<![\w/.,:$-])(?P<year2>(?:19|20)\d\d)(?:-|\s)(?P<month2>[A-Z][a-z]{{2,8}}|[A-Z]{{3,9}})(?:-|\s)(?P<day2>[0-3]?\d)(?![\w:]|[./-]\d)",
    re.ASCII,
)
"""14/Mar/2026 of a web log, and 2026-Mar-14."""
_ABROAD: Final = {
    name: at
    for at, names in enumerate(
        [
            "enero janvier januar jänner gennaio janeiro januari",
            "febrero février fevrier februar feber febbraio fevereiro februari",
            "marzo mars märz maerz março marco maart",
            "abril avril april aprile",
            "mayo mai maggio maio mei",
            "junio juin juni giugno junho",
            "julio juillet juli luglio julho",
            "agosto août aout august augustus",
            "septiembre setiembre septembre september settembre setembro",
            "octubre octobre oktober ottobre outubro",
            "noviembre novembre november novembro",
            "diciembre décembre decembre dezember dicembre dezembro december",
        ],
        start=1,
    )
    for name in names.split()
}
"""Months in Spanish, French, German, Italian, Portuguese and Dutch."""
_FAR = re.compile(
    r"(?<![\w/.,:$-])(?P<day>[12]\d|3[01]|0?[1-9])(?P<mark>er|º|°|\.)?\s(?P<de>de\s)?(?P<month>"
    + "|".join(sorted(_ABROAD, key=len, reverse=True))
    + r")(?![\w])(?:,?\s(?:del?\s)?(?P<year>(?:1[6-9]|20)\d\d)(?!\w))?",
    re.IGNORECASE,
)
_SHARED: Final = frozenset(
    "mars mai mayo marco abril august april september november december feber maio mei marzo giugno julio julia juli februar januar maart oktober juni".split()  # noqa: SIM905 - a list of words
)
"""Months that mean something else as well, or that need more than their name."""
_ABROAD_LEAD: Final = re.compile(
    r"(?i)(?:\b(?:le|du|au|el|del|al|am|vom|bis|zum|seit|il|dal|op|den|der|em|dia|día|desde|hasta)\s|,\s)\Z"
)
_ORDINALS: Final = {
    word: at
    for at, word in enumerate(
        [
            "first",
            "second",
            "third",
            "fourth",
            "fifth",
            "sixth",
            "seventh",
            "eighth",
            "ninth",
            "tenth",
            "eleventh",
            "twelfth",
            "thirteenth",
            "fourteenth",
            "fifteenth",
            "sixteenth",
            "seventeenth",
            "eighteenth",
            "nineteenth",
            "twentieth",
            "twenty-first",
            "twenty-second",
            "twenty-third",
            "twenty-fourth",
            "twenty-fifth",
            "twenty-sixth",
            "twenty-seventh",
            "twenty-eighth",
            "twenty-ninth",
            "thirtieth",
            "thirty-first",
        ],
        start=1,
    )
}
_IN_WORDS = re.compile(
    rf"(?<![\w-]){_MONTH}\s(?:the\s)?(?P<ordinal>(?i:{'|'.join(sorted(_ORDINALS, key=len, reverse=True))}))\b(?:,?\s{_YEAR}(?!\w))?",
    re.ASCII,
)
_WORDS_FIRST = re.compile(
    rf"(?<![\w-])(?i:the\s(?P<ordinal>{'|'.join(sorted(_ORDINALS, key=len, reverse=True))})\s(?:day\s)?of\s){_MONTH}(?!\w)(?:,?\s(?:in\s)?{_YEAR}(?!\w))?",
    re.ASCII,
)
"""The ninth of August."""
_MONTH_ONLY = re.compile(rf"(?<![\w-]){_MONTH}(?:,? | of ){_YEAR}(?![\w]|[./-]\d)", re.ASCII)
_EXIF = re.compile(
    r"(?<![\w.:/-])(?P<year>(?:19|20)\d\d):(?P<month>0[1-9]|1[0-2]):(?P<day>0[1-9]|[12]\d|3[01])(?=\s\d\d:\d\d:\d\d)",
    re.ASCII,
)
"""As cameras write it (Exif 2.3, DateTime)."""
_ISO = re.compile(
    r"(?<![A-Za-z0-9./-])(?P<year>(?:19|20)\d\d)(?P<joint>[-/.])(?P<month>0[1-9]|1[0-2])(?P=joint)(?P<day>0[1-9]|[12]\d|3[01])"
    r"(?:(?=[T_]\d\d:?[0-5]\d)|(?!\w|[./-]\d))",
    re.ASCII,
)
_COMPACT = re.compile(
    r"(?<!\w)(?P<year>(?:19|20)\d\d)(?P<month>0[1-9]|1[0-2])(?P<day>0[1-9]|[12]\d|3[01])(?:(?P<time>(?=T\d{4}(?:\d\d)?Z?(?![\w-])|[ ](?:[01]\d|2[0-3])[0-5]\d(?:[0-5]\d)?Z?(?![\w-])))|(?![\w-]))",
    re.ASCII,
)
_BIRTH = re.compile(
    r"(?<![\w./-])(?P<month>0[1-9]|1[0-2])(?P<day>0[1-9]|[12]\d|3[01])(?P<year>(?:19|20)\d\d|\d\d)(?![\w]|[./-]\d)",
    re.ASCII,
)
_NUMERIC = re.compile(
    r"(?:(?<![\w./$-])|(?<=/\d\d-)|(?<=/\d{4}-))(?P<first>\d{1,2})(?P<joint>[/.-])(?P<second>\d{1,2})(?P=joint)(?P<year>(?:1[6-9]|20)\d\d|\d\d)(?![\w]|[./]\d|-\d(?!\d?/\d\d?/\d\d))",
    re.ASCII,
)
_NO_YEAR = re.compile(
    r"(?:(?<![\w./$-])|(?<=/\d\d-)|(?<=/\d-))(?P<first>\d{1,2})/(?P<second>\d{1,2})(?![\w/]|\.\d|-\d(?!\d?/\d)|\s?(?:cup|inch|in\.|of|oz|lb|mile|tsp|tbsp|teasp|tablesp|[%\"\u201d]|split|hrs|mi\b))",
    re.ASCII,
)
_DAY_TOLD: Final = re.compile(
    r"(?i)(?:\b(?:on|dated?|since|until|till|til|by|before|after|from|through|thru|between|due|eff(?:ective|\.)?|(?:mon|tues?|wed(?:nes)?|thur?s?|fri|"
    r"satur|sat|sun)(?:day)?|court|hearing|appt|appointment|trial|opens?|closes?|deadline|rec'?d|received|filed|served|posted|mailed|shipped|"
    r"(?:night|morning|evening|week|afternoon|day|date|as) of|starts?|starting|begins?|beginning|ends?|ending|bulletin|sitrep|briefing|blotter|d/o/b|dos|doi)\.?,?:?|dates\b[^.;\n]{0,30}|(?:incident|call|report|event|complaint|letter|visit|meeting|hearing) of|\d/\d{1,2}\s?(?:-|&|to|and|or|thru|through|\u2013)|\bon\s(?:\d{1,2}/\d{1,2},\s){1,6})\s?\Z"
)
_DAY_DONE: Final = re.compile(
    r"(?i)\b(?:came|left|arriv\w+|purchased|seen|saw|happened|occurr\w+|met|stayed|visited|called|spoke|paid|sent|sold|bought|stolen|reported|arrested|released|rented|"
    r"checked (?:in|out)|picked up|dropped off|rally|party|sale|show|concert|festival|parade|vigil|march|game|meeting|event|fair|bake|picnic|"
    r"\d\s?[ap]\.?m\.?,?|\d:\d\d,?|fundraiser|protest|gather|moved (?:in|out)|delivered|returned|deposited|(?:again|back|last|next|this|also))\b[^;:\n]{0,24}\s\Z"
)
_DAY_BEHIND: Final = re.compile(
    r"(?i)\s?(?:@|\$\d|at\s\d|(?:[01]\d|2[0-3]):?[0-5]\d\b|[,-]?\s?(?:(?:around|about|approx\w*\.?)\s)?\d{1,2}(?::\d\d)?\s?[ap]\.?m|,\s(?:at|be|from|doors|starts?)\b|\s(?:in the (?:morning|afternoon|evening)|at (?:noon|midnight|night|about|around|approx)|from \d)|"
    r"\s?(?:-|to|thru|through|\u2013)\s?\d{1,2}/\d{1,2}(?![/\d]))"
)
_NO_DAY: Final = re.compile(
    r"(?i)\b(?:pages?|pgs?|port|slot|gi|fa|te|eth|ratio|score[ds]?|rated|rating|apt|unit|room|rm|lot|ch|tac|rts?|routes?|hwy|vision|bp|item|fig|size|parcel|block|box|"
    r"pop|thread|bolt|socket|wrench|drill|plywood|odds|grade|signature|was|beats?|version|part|chapter|sec|section|ply|bottle|gallon|"
    r"shift|pain|gcs|step|tab|pcs|check|train)s?\.?\s?(?:#|no\.?)?\s?\Z"
)
_HALVES, _MARKS = frozenset({2, 4, 8, 16}), frozenset({3, 5, 10})
"""What inches and what marks are divided by."""
_GROUP = re.compile(
    r"(?<!\w)(?P<day>[0-3]\d)(?P<hour>[01]\d|2[0-3])(?P<minute>[0-5]\d)(?P<zone>[A-Z])\s?"
    r"(?P<month>JAN|FEB|MAR|APR|MAY|JUN|JUL|AUG|SEP|OCT|NOV|DEC)\s?(?P<year>(?:20)?\d\d)(?!\w)",
    re.ASCII | re.IGNORECASE,
)
_COUNTED: Final = re.compile(_WHAT_IS_COUNTED)
_BORN = re.compile(r"(?i)\b(?:d\.?o\.?b(?:\.|\b)|born\b|birth\s?(?:date|day)?\b|b\.)[^.;\n]{0,12}\Z")
_DATED = re.compile(
    r"(?i)\b(?:on|dated?|since|until|till|by|from|between|d\.?o\.?b\.?|born|through|before|after|expires?|issued|as of|effective|of|stolen|seen|arrested|reported)\b[\s:(]{1,3}(?:or about )?\Z"
)
_SHORT_PIVOT: Final = 69
_BORN_PIVOT: Final = 27


def _full_year(year: str, *, born: bool) -> int:
    """Read two digits of a year: 69 to 99 are of the twentieth century (POSIX); of a birth, 27 to 99."""
    if len(year) == 4:  # noqa: PLR2004 - all of it
        return int(year)
    return int(year) + (1900 if int(year) >= (_BORN_PIVOT if born else _SHORT_PIVOT) else 2000)


def _iso(year: int | None, month: int, day: int) -> str | None:
    """Write a day that exists."""
    if not 1 <= month <= 12 or not 1 <= day <= calendar.monthrange(year or 2000, month)[1]:  # noqa: PLR2004 - months
        return None
    return f"--{month:02d}-{day:02d}" if year is None else f"{year:04d}-{month:02d}-{day:02d}"


def _month(match: re.Match[str]) -> int:
    return _MONTHS[match["month"].rstrip(".").lower()]


def _read_month_first(match: re.Match[str]) -> str | None:
    said = match["year"] or match["cut"]
    year = _full_year(said, born=bool(_BORN.search(before(match, 24)))) if said else None
    if year is None and match["last"] is None and _COUNTED.match(match.string, match.end()):
        return None
    start = _iso(year, _month(match), int(match["day"]))
    if match["last"] is None or start is None:
        return start
    end = _iso(year, _month(match), int(match["last"]))
    return f"{start}/{end}" if end else None


def _read_day_first(match: re.Match[str]) -> str | None:
    year = match["year"] or match["short"] or match["cut"]
    full = _full_year(year, born=bool(_BORN.search(before(match, 24)))) if year else None
    return _iso(full, _month(match), int(match["day"]))


def _read_joined(match: re.Match[str]) -> str | None:
    return _iso(_full_year(match["year"], born=bool(_BORN.search(before(match, 24)))), _month(match), int(match["day"]))


def _read_named(match: re.Match[str]) -> str | None:
    month = _MONTHS.get((match["month"] or match["month2"]).lower())
    return _iso(int(match["year"] or match["year2"]), month, int(match["day"] or match["day2"])) if month else None


def _read_abroad(match: re.Match[str]) -> str | None:
    """Read a day of another language; without a year only where "de", an ordinal or an article of that language tells it."""
    told = match["year"] or match["de"] or match["month"].lower() not in _SHARED
    told = told or (match["mark"] and match["mark"] != ".") or _ABROAD_LEAD.search(before(match, 8))
    if not told or (not match["year"] and match["month"].isupper() and not match["de"]):
        return None
    return _iso(int(match["year"]) if match["year"] else None, _ABROAD[match["month"].lower()], int(match["day"]))


def _read_in_words(match: re.Match[str]) -> str | None:
    """Take "October sixth"."""
    year = int(match["year"]) if match["year"] else None
    return _iso(year, _month(match), _ORDINALS[match["ordinal"].lower()])


def _read_month_only(match: re.Match[str]) -> str:
    return f"{match['year']}-{_month(match):02d}"


def _read_iso(match: re.Match[str]) -> str | None:
    return _iso(int(match["year"]), int(match["month"]), int(match["day"]))


def _read_compact(match: re.Match[str]) -> str | None:
    """Take eight digits in a row only with a time, or after a word for a date."""
    value = _iso(int(match["year"]), int(match["month"]), int(match["day"]))
    if match["time"] is not None:
        return value
    return value if re.search(r"(?i)\b(?:date|dated|dob|on|since|until|born)\W{1,3}\Z", before(match, 12)) else None


def _read_birth(match: re.Match[str]) -> str | None:
    """Take 03041988 and 030488 directly behind a word for birth."""
    if not re.search(r"(?i)\b(?:d\.?o\.?b\.?|born|birth\s?date|date of birth)[\s:#]{1,3}\Z", before(match, 16)):
        return None
    return _iso(_full_year(match["year"], born=True), int(match["month"]), int(match["day"]))


def _read_numeric(match: re.Match[str]) -> str | None:
    """Read month, day and year; day first where the other order cannot be."""
    first, second, short = int(match["first"]), int(match["second"]), len(match["year"]) == 2  # noqa: PLR2004 - 98
    said = before(match, 24)
    if _NUMBERED.search(said) and match["joint"] != "/":
        return None
    if (
        short
        and match["joint"] != "/"
        and not (_DATED.search(said) or _BORN.search(said) or _is_paid(match) or _CLOCK_BEHIND.match(behind(match, 8)))
    ):
        return None
    year = _full_year(match["year"], born=bool(_BORN.search(said)))
    day_first = match["joint"] == "." and _ABROAD_LEAD.search(said) is not None
    return (not day_first and _iso(year, first, second)) or _iso(year, second, first)


_PAID: Final = re.compile(
    r"(?i)\$|\b(?:pd|paid|due|bal(?:ance)?|cash|check|ck|rec'?d|rcvd|owe[sd]?|rent|deposit(?:ed)?|sold|bought|signed|handwritten|ocr)\b"
)
_NO_PAID: Final = re.compile(
    r"(?i)\b(?:scores?|won|lost|record|series|season|went|part|p/n|lot|sku|combo|combination|lock|locker|size|block|set|sets|lotto|numbers?|picks?|bet|fertilizer|n-p-k|"
    r"invoice|inv|order|case|acct|account|check|ck|model|item)\b[^;,\n]{0,16}\Z"
)


_CLOCK_BEHIND: Final = re.compile(r",?\s(?:[01]\d|2[0-3]):?[0-5]\d\b")


def _is_paid(match: re.Match[str]) -> bool:
    """Say whether 2-19-26 stands in a note of who paid what."""
    said = before(match, 40)
    return (
        match["joint"] == "-"
        and (_PAID.search(said) or _PAID.search(behind(match, 24))) is not None
        and _NO_PAID.search(said) is None
    )


_EXPIRES: Final = re.compile(r"(?i)\b(?:good|valid)\s(?:thru|through|until|till?)\s\Z|\d{4}[,;]?\s\(?exp\.?:?\s\Z")
_SURE: Final = 12
_OCCASION: Final = re.compile(
    r"(?i)\s(?:incident|meeting|report|call|shooting|robbery|hearing|event|raid|search|arrest|interview|party|gathering|show|concert|game|crash|burglary|theft|visit|traffic stop|stop|fire|deadline)\b"
)


def _is_set_apart(said: str, following: str) -> bool:
    """Say whether this stands in brackets, begins a note, or names what happened on that day: "the 3/14 incident"."""
    if said.endswith("(") and following.startswith(")"):
        return True
    begins = not said.strip() or said.endswith(("\n", ". "))
    return (begins and following.startswith((": ", " - ", " \u2013 ", " \u2014 "))) or _OCCASION.match(
        following
    ) is not None


def _is_fraction(first: int, second: int) -> bool:
    return (first < second and ((second in _HALVES and first % 2 == 1) or second in _MARKS)) or first == second


_NUMBERED: Final = re.compile(
    r"(?i)\b(?:versions?|ver|v|release|build|rev|tickets?|case|docket|invoice|ref|section|sec|part|model|item|no|number|policy)\.?\s?#?\s?\Z"
)
"""Tells that a number with hyphens or full stops is no date."""


def _read_no_year(match: re.Match[str]) -> str | None:
    """Take 3/28 behind a word for days; behind what happened, or before a time, where it is no fraction and no mark."""
    said = before(match, 40)
    following = behind(match, 20)
    if _EXPIRES.search(said) or match.group() == "9/11":
        return None
    is_fraction = _is_fraction(int(match["first"]), int(match["second"]))
    sort = _DAY_TOLD.search(said) or (not is_fraction and _is_set_apart(said, following))
    if not sort:
        told = _DAY_DONE.search(said) or _DAY_BEHIND.match(following)
        is_plain = not is_fraction and match.group() not in {"9/11", "7/7"}
        if not told or (not is_plain and not _DAY_BEHIND.match(following)):
            return None
        if _NO_DAY.search(said):
            return None
    return _iso(None, int(match["first"]), int(match["second"]))


_MONTH_AND_YEAR = re.compile(r"(?<![\w./-])(?P<month>0?[1-9]|1[0-2])/(?P<year>(?:19|20)\d\d)(?![\w]|[./-]\d)", re.ASCII)
_IN_MONTH: Final = re.compile(r"(?i)\b(?:expired|since|until|in|from|of|dated|by|before|after|through|issued)\s\Z")


def _read_month_and_year(match: re.Match[str]) -> str | None:
    """Take "expired 11/2025"; beside a card it is how long that is good."""
    return f"{match['year']}-{int(match['month']):02d}" if _IN_MONTH.search(before(match, 16)) else None


def _read_group(match: re.Match[str]) -> str | None:
    """Read a date-time group such as 031410ZNOV26; letters other than Z are other zones, and the value does not say which."""
    value = _iso(_full_year(match["year"], born=False), _MONTHS[match["month"].lower()], int(match["day"]))
    zone = "Z" if match["zone"].upper() == "Z" else ""
    return value and f"{value}T{match['hour']}:{match['minute']}{zone}"


def _at_days(pattern: re.Pattern[str], read: Reader) -> Finder:
    """Try a pattern at figures, and take the article in front of "the 3rd of May" along."""
    find = at_figures(pattern, read)

    def with_article(look: Look) -> Iterator[Hit]:
        for start, end, value in find(look):
            article = " of " in look.text[start:end] and look.lower[max(0, start - 4) : start] == "the "
            yield start - 4 if article else start, end, value

    return with_article


def _at_months(pattern: re.Pattern[str], read: Reader) -> Finder:
    names = frozenset(_MONTHS)

    def find(look: Look) -> Iterator[Hit]:
        yield from tried(pattern, read, look.text, (start for start, _ in look.places(names)))

    return find


RULES: Final = (
    Rule(
        name="date in another language",
        type=MentionType.DATE,
        find=at_figures(_FAR, _read_abroad),
        confidence=0.95,
        words=frozenset(_ABROAD),
    ),
    *(
        Rule(name=name, type=MentionType.DATE, find=find(pattern, read), confidence=confidence)
        for name, find, pattern, read, confidence in (
            ("date, month first", _at_months, _MONTH_FIRST, _read_month_first, 0.96),
            ("date, day first", _at_days, _DAY_FIRST, _read_day_first, 0.95),
            ("date of a camera", at_figures, _EXIF, _read_iso, 0.97),
            ("date of a web log", at_figures, _NAMED, _read_named, 0.95),
            ("date in one word", at_figures, _JOINED, _read_joined, 0.8),
            ("date, ISO 8601", at_figures, _ISO, _read_iso, 0.8),
            ("date, eight digits", at_figures, _COMPACT, _read_compact, 0.97),
            ("date of birth in one run", at_figures, _BIRTH, _read_birth, 0.9),
            ("date in digits", at_figures, _NUMERIC, _read_numeric, 0.97),
            ("date without year", at_figures, _NO_YEAR, _read_no_year, 0.9),
            ("month and year in figures", at_figures, _MONTH_AND_YEAR, _read_month_and_year, 0.9),
            ("date-time group", at_figures, _GROUP, _read_group, 0.99),
            ("date in words", _at_months, _IN_WORDS, _read_in_words, 0.9),
            ("date in words, day first", anywhere, _WORDS_FIRST, _read_in_words, 0.9),
            ("month", _at_months, _MONTH_ONLY, _read_month_only, 0.67),
        )
    ),
)
