"""Numbers as they are spoken and written down: "three oh two, five five five, oh one four four", "six p.m."."""

# ruff: noqa: SIM905 - a long list of words reads better as words

import re
from collections.abc import Iterator
from typing import Final

from tessera.extract.mentions.day_parts import PART, hour_of, of_part
from tessera.extract.mentions.look import Look
from tessera.extract.mentions.numbers import is_routing_number
from tessera.extract.mentions.phones import is_told, valid
from tessera.extract.mentions.rule import Hit, Rule, anywhere
from tessera.model.found import FoundBy, MentionType

_DIGITS: Final = {
    word: digit
    for digit, words in enumerate("zero oh o|one|two|three|four|five|six|seven|eight|nine".split("|"))
    for word in words.split()
}
_WORDS: Final = frozenset(_DIGITS)
_BETWEEN: Final = re.compile(r"[ ,.-]{1,3}|,? (?:uh|um|and|then),? ")
_ROUTING_DIGITS, _LOCAL_DIGITS = 9, 7
_ROUTING: Final = re.compile(r"(?i)\b(?:routing|aba|transit)\b[^.;\n]{0,40}\Z")
_REACH: Final = 60
Run = tuple[int, int, str]


def _runs(look: Look) -> Iterator[Run]:
    """Give runs of spoken digits: where each starts and ends, and its digits."""
    start, end, digits = 0, -1, ""
    for at, stop in look.places(_WORDS):
        if not (digits and at - end <= _REACH and _BETWEEN.fullmatch(look.text, end, at)):
            if len(digits) >= _LOCAL_DIGITS:
                yield start, end, digits
            start, digits = at, ""
        digits, end = digits + str(_DIGITS[look.lower[at:stop]]), stop
    if len(digits) >= _LOCAL_DIGITS:
        yield start, end, digits


def _phones(look: Look) -> Iterator[Hit]:
    for start, end, digits in _runs(look):
        if not is_told(look.text[max(0, start - _REACH) : start]):
            continue
        if len(digits) == _LOCAL_DIGITS and digits[0] not in "01":
            yield start, end, digits
        elif value := valid(f"+1{digits.removeprefix('1')}", None):
            yield start, end, value


def _routings(look: Look) -> Iterator[Hit]:
    for start, end, digits in _runs(look):
        told = _ROUTING.search(look.text[max(0, start - _REACH) : start])
        if told and len(digits) == _ROUTING_DIGITS and is_routing_number(digits):
            yield start, end, digits


def _ssns(look: Look) -> Iterator[Hit]:
    """Find nine digits behind a word for social security numbers, of which the value shows the last four."""
    for start, end, digits in _runs(look):
        told = _SOCIAL.search(look.text[max(0, start - _REACH) : start])
        if told and len(digits) == _SSN_DIGITS and digits[:3] not in {"000", "666"} and digits[0] != "9":
            yield start, end, f"***-**-{digits[-4:]}"


_SOCIAL: Final = re.compile(r"(?i)\b(?:social(?: security(?: number)?)?|ssn)\b[^.;\n]{0,40}\Z")
_SSN_DIGITS: Final = 9
_HOURS: Final = {
    word: at
    for at, word in enumerate("one two three four five six seven eight nine ten eleven twelve".split(), start=1)
}
_TENS: Final = {"ten": 10, "fifteen": 15, "twenty": 20, "thirty": 30, "forty": 40, "fifty": 50}
_CLOCK: Final = re.compile(
    rf"(?P<hour>{'|'.join(_HOURS)})(?:[ -](?:oh[ -](?P<unit>five)|(?P<ten>{'|'.join(_TENS)})(?:[ -](?P<five>five))?))?"
    r"(?:\s(?:(?P<half>[ap])(?:\.\s?m\.|m\b)|(?P<clock>o['\u2019]clock)\b(?!\s(?:position|high|direction|low|from))))?"
    rf"(?P<part>{PART})?",
    re.IGNORECASE,
)
_AT: Final = re.compile(
    r"(?i)\b(?:at|around|about|by|until|till?|after|before|since|from|to|between|approximately|nearly|almost|like)\s\Z"
)
_NOON: Final = 12


def _times(look: Look) -> Iterator[Hit]:
    """Find "six p.m.", "nine thirty pm" and "at six o'clock"."""
    after = 0
    for start, _ in look.places(frozenset(_HOURS)):
        match = _CLOCK.match(look.text, start) if start >= after else None
        dotted = match is not None and match["half"] is not None and "." in match.group()
        told = match and (match["half"] or match["clock"] or match["part"])
        if match and told and (dotted or _AT.search(look.text, max(0, start - 16), start)):
            after = match.end()
            yield start, match.start("part") if match["part"] else after, _clock(match)


def _clock(match: re.Match[str]) -> str:
    hour = _HOURS[match["hour"].lower()]
    if match["half"]:
        hour = hour % _NOON + _NOON * (match["half"].lower() == "p")
    elif match["part"]:
        hour = of_part(hour, match["part"])
    minute = _TENS.get((match["ten"] or "").lower(), 0) + 5 * bool(match["five"] or match["unit"])
    return f"{hour:02d}:{minute:02d}"


_QUARTERS: Final = re.compile(
    rf"(?i)(?:a\s)?(?P<part>half|quarter|{'|'.join(word for word in _TENS if word != 'fifteen')}|five)\s(?P<way>past|to|till|after|of)\s"
    rf"(?P<hour>{'|'.join(_HOURS)}|1[0-2]|[1-9])\b(?!:|[.,]\d|\s(?:percent|years|days|hours|miles|people|dollars|o['\u2019]clock))(?P<half>\s?[ap]\.?m\b\.?)?"
)
_MINUTES: Final = {"half": 30, "quarter": 15, "five": 5, **_TENS}


def _quarters(look: Look) -> Iterator[Hit]:
    """Find "quarter to six" and "half past nine"; five to ten may be an amount, so that a word for times stands in front."""
    for start, _ in look.places(frozenset(_MINUTES)):
        match = _QUARTERS.match(look.text, start)
        if match is None or (
            match["part"].lower() not in {"half", "quarter"} and not _AT.search(look.text, max(0, start - 16), start)
        ):
            continue
        if match["way"].lower() in {"to", "till", "of"} and match["part"].lower() == "half":
            continue
        said = match["hour"].lower()
        hour, minutes = int(said) if said.isdigit() else _HOURS[said], _MINUTES[match["part"].lower()]
        if match["half"]:
            hour = hour % _NOON + _NOON * (match["half"].strip()[0].lower() == "p")
        hour = hour_of(hour, look.text, match.end())
        total = hour * 60 + (minutes if match["way"].lower() in {"past", "after"} else -minutes)
        yield start, match.end(), f"{total // 60 % 24:02d}:{total % 60:02d}"


_MINUTES_TO = re.compile(
    rf"(?i)(?<![\w.$-])(?P<minutes>[1-5]?\d|five|{'|'.join(_TENS)})\s(?:minutes?|mins?)\s(?P<way>to|till|before|past|after)\s(?P<hour>noon|midnight|{'|'.join(_HOURS)}|1[0-2]|[1-9])\b(?!:|[.,]\d|\s(?:percent|years|days|hours|minutes|miles|people|men|women|officers|units|shots))"
)
_NAMED_HOURS: Final = {"noon": _NOON, "midnight": 24}


def _read_minutes_to(match: re.Match[str]) -> str:
    """Read "5 minutes to midnight" and "ten minutes past six"."""
    minutes, hour = match["minutes"].lower(), match["hour"].lower()
    count = int(minutes) if minutes.isdigit() else _MINUTES[minutes]
    full = 60 * (int(hour) if hour.isdigit() else (_HOURS | _NAMED_HOURS)[hour])
    total = full + (count if match["way"].lower() in {"past", "after"} else -count)
    return f"{total // 60 % 24:02d}:{total % 60:02d}"


RULES: Final = (
    Rule(name="telephone number, spoken", type=MentionType.PHONE, find=_phones, confidence=0.9, words=_WORDS),
    Rule(
        name="routing number, spoken",
        type=MentionType.BANK_ROUTING,
        find=_routings,
        by=FoundBy.CHECKSUM,
        confidence=0.9,
        words=frozenset({"routing", "aba", "transit"}),
    ),
    Rule(
        name="social security number, spoken",
        type=MentionType.SSN,
        find=_ssns,
        confidence=0.9,
        words=frozenset({"social", "ssn"}),
    ),
    Rule(
        name="time, spoken",
        type=MentionType.TIME,
        find=_times,
        confidence=0.9,
        words=frozenset({"a", "p", "am", "pm", "clock", "morning", "afternoon", "evening", "night"}),
    ),
    Rule(
        name="minutes to an hour",
        type=MentionType.TIME,
        find=anywhere(_MINUTES_TO, _read_minutes_to),
        confidence=0.9,
        parts=("minute", "min "),
    ),
    Rule(
        name="quarter and half hours",
        type=MentionType.TIME,
        find=_quarters,
        confidence=0.9,
        words=frozenset({"past", "to", "till", "after", "of"}),
    ),
)
