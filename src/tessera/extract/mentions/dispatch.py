"""Lines as dispatch centers write them: what is the matter, where, which cross streets, who was sent, when."""

import re
from dataclasses import dataclass
from typing import Final

from tessera.model.found import FoundBy, Mention, MentionType

_KINDS: Final = (
    "structure fire|struc fire|structure fire alarm|house fire|dwelling fire|building fire|vehicle fire|brush fire|grass fire|trash fire|chimney fire|fire alarm|fire|"
    "smoke investigation|smoke|gas leak|gas odor|hazmat|fuel spill|carbon monoxide|co alarm|"
    "mva|mvc|mvac|motor vehicle accident|motor vehicle crash|vehicle accident|traffic accident|accident|crash|10-50|10-50 pi|10-50 pd|signal 4|hit and run|"
    "cardiac arrest|cardiac emergency|chest pain|respiratory emergency|breathing problem|difficulty breathing|unconscious|unresponsive|overdose|od|stroke|cva|seizure|seizures|"
    "fall victim|fall|fracture|hemorrhaging|hemorrhage|laceration|head injury|back pain|abdominal pains|abdominal pain|sick person|medical alert alarm|medical alarm|medical|ems call|"
    "diabetic emergency|allergic reaction|altered mental status|general weakness|syncopal episode|dizziness|nausea/vomiting|fever|choking|maternity|assault victim|gunshot|stabbing|shooting|shots fired|"
    "shots heard|robbery|burglary|burglary alarm|alarm|theft|shoplifting|larceny|assault|domestic|domestic disturbance|disturbance|fight|trespass|trespassing|suspicious person|suspicious vehicle|suspicious activity|"
    "welfare check|check welfare|missing person|noise complaint|disabled vehicle|road obstruction|debris/fluids on highway|traffic stop|drug activity|weapons|man with gun|person with gun|"
    "water rescue|rescue - water|rescue - general|rescue|elevator rescue|electrical fire outside|appliance fire|cable wires down|wires down|tree down|assist|lift assist|public assist|police assist|animal complaint|"
    "warrant service|suicide attempt|suicidal|mental health|bomb threat|explosion|train derailment|plane crash"
)
_KIND: Final = re.compile(
    rf"^(?:(?:CALL|TYPE|NATURE|INC|INCIDENT|PROBLEM)\s*[:#]?\s*)?(?:(?:EMS|FIRE|TRAFFIC|POLICE|LAW)\s*[:-]\s*)?(?P<kind>(?:{'|'.join(sorted(_KINDS.split('|'), key=len, reverse=True))})(?:\s+(?:W/|WITH\s|-\s|INVOLVING\s)\s?[A-Z ]{{3,30}}?)?)(?=[\s,;:/-]|$)",
    re.IGNORECASE,
)
_UNIT: Final = re.compile(
    r"(?<![\w-])(?:(?:E|L|T|A|M|R|BC|DC|RS|SQ|TK|TW|Q|U|K|P|C|S|B|H|HM|FM|AR|MED|ENG|ENGINE|LADDER|TRUCK|AMB|AMBULANCE|MEDIC|RESCUE|SQUAD|TOWER|QUINT|BATTALION|CHIEF|CAR|UNIT|STATION|TANKER|BRUSH|UTILITY|TASK FORCE|TF|AIR|HELO|TROOPER)[ -]?\d{1,4}[A-Z]?|\d[A-Z]\d{1,3}|\d{1,2}[A-Z]{1,2}\d{0,2})(?![\w-]|/\d)"
)
_TIME: Final = re.compile(r"(?<![\w:])(?:[01]?\d|2[0-3]):[0-5]\d(?::[0-5]\d)?(?![\w:])")
_CROSS: Final = re.compile(
    r"(?:\s*[,;(]?\s*\b(?:X|XST|XSTS|X-ST|CROSS|CROSS STREETS?|BTWN|BETWEEN|NEAR)\b\s*[:.]?\s*|\s*[;]\s*|\s+/\s+|\s+&\s+|\s+AND\s+|\s*@\s*|\s+AT\s+)",
    re.IGNORECASE,
)
_ENDS: Final = re.compile(
    r"\s*(?:[;|,]\s*)?\b(?:UNITS?|RESPOND(?:ING)?|RESP|DISP(?:ATCHED)?|ENROUTE|ASSIGNED|TIME|CMD|COMMENTS?|NOTES?|CALLER|RP|ALARM LEVEL|PRI(?:ORITY)?|TAC|CH|GRID|BOX|MAP)\b",
    re.IGNORECASE,
)
_AT: Final = re.compile(r"^\s*(?:[,;:|/-]+\s*)?(?:(?:AT|@|LOC(?:ATION)?|ADDR(?:ESS)?|ON|IN)\b\s*:?\s*)?", re.IGNORECASE)
_STREETLIKE: Final = re.compile(
    r"^(?:\d{1,6}(?:-\d+)?\s+|(?:RT|RTE|ROUTE|US|SR|I|HWY|COUNTY RD|CR)[ -]?\d|[NSEW]{1,2}\s|\w+(?:\s\w+){0,3}\s(?:ST|AVE?|RD|BLVD|DR|LN|CT|PL|WAY|PIKE|HWY|PKWY|CIR|TER|LA)\b)",
    re.IGNORECASE,
)
DISPATCH: Final = "dispatch"
_UPPER_SHARE: Final = 0.7
_LONGEST: Final = 400


@dataclass(frozen=True, slots=True, kw_only=True)
class Span:
    """Some characters of a line and what they say."""

    start: int
    end: int
    text: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Dispatch:
    """A dispatch line taken apart."""

    kind: Span
    address: Span | None
    cross: tuple[Span, ...]
    units: tuple[Span, ...]
    times: tuple[Span, ...]


def read_dispatch(text: str) -> Dispatch | None:
    """Take a dispatch line apart; None where the text is none.

    >>> found = read_dispatch("STRUC FIRE 1200 BLK N MAIN ST X OAK AVE E21 L4 14:32")
    >>> found.kind.text, found.address.text, [c.text for c in found.cross], [u.text for u in found.units]
    ('STRUC FIRE', '1200 BLK N MAIN ST', ['OAK AVE'], ['E21', 'L4'])
    """
    line = text.strip()
    if not line or "\n" in line or len(line) > _LONGEST or not _is_shouted(line):
        return None
    shift = text.index(line)
    kind = _KIND.match(line)
    if kind is None:
        return None
    times = tuple(_span(shift, m) for m in _TIME.finditer(line))
    units = _trailing_units(line, kind.end(), shift)
    where_end = min(
        [
            *(u.start - shift for u in units),
            *(t.start - shift for t in times if t.start - shift > kind.end()),
            len(line),
        ]
    )
    stop = _ENDS.search(line, kind.end(), where_end)
    address, cross = _where(line, kind.end(), stop.start() if stop else where_end, shift)
    if address is None and not units:
        return None
    return Dispatch(
        kind=_shifted(kind["kind"], kind.start("kind"), shift), address=address, cross=cross, units=units, times=times
    )


def _is_shouted(line: str) -> bool:
    letters = [c for c in line if c.isalpha()]
    return len(letters) > 5 and sum(c.isupper() for c in letters) / len(letters) >= _UPPER_SHARE  # noqa: PLR2004 - a word or two


def _span(shift: int, match: re.Match[str]) -> Span:
    return Span(start=shift + match.start(), end=shift + match.end(), text=match[0])


def _shifted(text: str, start: int, shift: int) -> Span:
    return Span(start=shift + start, end=shift + start + len(text), text=text)


def _trailing_units(line: str, after: int, shift: int) -> tuple[Span, ...]:
    """Units stand together, behind the place: the run of them that nothing but marks, times and words of sending parts."""
    found = [m for m in _UNIT.finditer(line, after) if not _is_street_part(line, m)]
    run: list[re.Match[str]] = []
    for match in found:
        gap = line[run[-1].end() : match.start()] if run else ""
        if run and not re.fullmatch(r"[\s,;/&+-]*(?:AND\s)?", gap, re.IGNORECASE):
            run = []
        run.append(match)
    return tuple(_span(shift, match) for match in run)


def _is_street_part(line: str, match: re.Match[str]) -> bool:
    """A route number or a house number with a letter is no unit."""
    before = line[: match.start()].rstrip()
    told = re.search(r"(?:\b(?:RT|RTE|ROUTE|HWY|US|SR|I|APT|UNIT|STE|LOT|#|BLDG|MM|EXIT)|#)$", before, re.IGNORECASE)
    behind = re.match(
        r"\s+(?:[NSEW]\s+)?[A-Z]+\s+(?:ST|AVE?|RD|BLVD|DR|LN|CT|PL|WAY|PIKE)\b", line[match.end() :], re.IGNORECASE
    )
    return bool(told) or bool(behind and match[0][0].isdigit())


def _where(line: str, start: int, end: int, shift: int) -> tuple[Span | None, tuple[Span, ...]]:
    """Cut the place into its address and its cross streets. Two streets without a number are a crossing."""
    start += _AT.match(line[start:end]).end()  # type: ignore[union-attr]  # it matches nothing at least
    whole = line[start:end].rstrip(" ,;/|-(@")
    if not whole or not _STREETLIKE.match(whole):
        return None, ()
    parts: list[tuple[int, int]] = []
    at = 0
    for gap in _CROSS.finditer(whole):
        parts.append((at, gap.start()))
        at = gap.end()
    parts.append((at, len(whole)))
    spans = [
        _shifted(whole[a:b].strip(" ,;()"), start + a + (len(whole[a:b]) - len(whole[a:b].lstrip(" ,;()"))), shift)
        for a, b in parts
        if whole[a:b].strip(" ,;()")
    ]
    if not spans:
        return None, ()
    first = spans[0]
    if not first.text[:1].isdigit() and len(spans) > 1:
        crossing = Span(start=first.start, end=spans[1].end, text=f"{first.text} & {spans[1].text}")
        return crossing, tuple(spans[2:])
    return first, tuple(spans[1:])


def dispatch_mentions(text: str) -> list[Mention]:
    """Give address, cross streets and units of each line of a text that is a dispatch line."""
    found: list[Mention] = []
    at = 0
    for line in text.splitlines(keepends=True):
        told = read_dispatch(line)
        if told:
            found += [_mention(span, MentionType.UNIT, at) for span in told.units]
            found += [_mention(span, MentionType.ADDRESS, at) for span in (told.address, *told.cross) if span]
        at += len(line)
    return found


def _mention(span: Span, kind: MentionType, shift: int) -> Mention:
    return Mention(
        start=shift + span.start,
        end=shift + span.end,
        type=kind,
        value=re.sub(r"\s+", " ", span.text).upper(),
        by=FoundBy.PATTERN,
        rule=DISPATCH,
        confidence=0.93,
    )
