"""Names of persons and bodies that the text itself marks: titles, "Last, First M.", birth dates, aliases, legal forms."""

# ruff: noqa: SIM905 - a long list of words reads better as words

import re
from collections.abc import Iterator
from typing import Final

from tessera.extract.mentions.look import Look
from tessera.extract.mentions.rule import Hit, Rule
from tessera.model.found import MentionType

_UPPER: Final = "A-ZÀ-ÖØ-ÞŠŽĄĆŁŃŚŹŻČĎĚŇŘŤŮ"
_LETTER: Final = r"a-zß-öø-ÿšžąćęłńóśźżčďěňřťůA-ZÀ-ÖØ-Þ"
_WORD: Final = rf"[{_UPPER}][{_LETTER}]*(?:['’-][{_UPPER}]?[{_LETTER}]+)*"
_INITIAL: Final = rf"[{_UPPER}]\."
_PARTICLE: Final = r"(?:van der|van den|van|von|de la|de los|de|del|della|da|dos|di|al-|el-|bin|ibn|St\.|la|le|Mc|Mac)"
_GENERATION: Final = r"(?:,?\s(?:Jr|Sr|JR|SR|II|III|IV)\b\.?)?"
_TITLE_WORDS: Final = (
    "Mr|Mrs|Ms|Mx|Miss|Dr|Doctor|Prof|Professor|Rev|Reverend|Father|Sister|Hon|Judge|Justice|Officer|Ofc|Off|P/?O|Ptlm|Patrolman|Det|Detective|"
    "Det\\. Sgt|Sgt|Sergeant|Lt|Lieutenant|Cpl|Corporal|Capt|Captain|Chief|Deputy|Dep|Sheriff|Trooper|Tpr|Trp|Agent|S/?A|Special Agent|SSA|Inspector|Insp|"
    "Investigator|Inv|Maj|Major|Col|Colonel|Gen|General|Lt\\. Col|Commander|Cmdr|Cdr|Constable|Marshal|Paramedic|EMT|Firefighter|FF|Nurse|Warden|"
    "Commissioner|Superintendent|Supt|Director|Secretary|Senator|Sen|Congressman|Congresswoman|Governor|Gov|Mayor|President|Minister|Ambassador|"
    "Attorney|ADA|AUSA|DAG|Analyst|Dispatcher|Sir|Dame|Lord|Lady|Pastor|Imam|Sheikh|Rabbi|King|Queen|Prince|Princess|Pope|Admiral|Pfc|Pvt|Spc|Private"
)
_TITLES: Final = rf"(?:(?:{_TITLE_WORDS})\b\.?\s){{1,3}}"
_NAME: Final = (
    rf"(?:(?:{_PARTICLE})\s?)?(?:{_INITIAL}|{_WORD})(?:\s(?:(?:{_PARTICLE})\s?)?(?:{_INITIAL}|{_WORD})){{0,3}}"
)
_TITLED = re.compile(rf"(?P<title>{_TITLES})(?P<name>{_NAME}{_GENERATION})")
_SURNAME_FIRST = re.compile(
    rf"(?<![\w'.-])(?!(?:AM|PM)\b)(?P<last>(?:{_PARTICLE}\s?)?{_WORD}(?:[ -]{_WORD})?),\s(?P<first>(?=[^\W\d_]{{2}}){_WORD}(?:\s(?:[{_UPPER}]\b\.?|{_WORD}))?)(?P<generation>{_GENERATION})(?![\w'/])"
)
_DESCRIBED = re.compile(
    r"[\s,;(]{0,3}(?:\(?(?:DOB|D\.O\.B\.?|dob|date of birth|Date of Birth|age|born|[BWHAU]/[MF]\b|[bwh]/[mf]\b|[BWH][MF]\b|a/?k/?a\b|AKA|A/K/A)|"
    r"\d{2}[,\s)]{1,2}(?:of\s|year|yo\b|y/o\b|arrested|charged|was|from)|\d{1,2}/\d{1,2}/(?:19|20)?\d\d)"
)
_ROLE_BEFORE = re.compile(
    r"(?i)(?:\b(?:suspect|subject|victim|witness|defendant|complainant|driver|passenger|owner|name|arrestee|offender|associate|registered owner|"
    r"reporting (?:person|party)|caller|patient|decedent|deceased|tenant|resident|occupant|operator|missing person|wanted|poi|r/?p|v\d|s\d|w\d)\b[\s:#,.(-]{1,4}(?:\d{1,2}[\s:.)]{1,3})?(?:is |was |named |identified as |name: )?)\Z"
)
_FULL = re.compile(
    rf"(?<![\w'.-])(?P<name>{_WORD}(?:\s(?:{_INITIAL}|{_WORD}|(?:{_PARTICLE})\s{_WORD})){{1,3}}{_GENERATION})"
)
_ALIAS = re.compile(
    rf"(?:\b(?:a/?k/?a|A/?K/?A|a\.k\.a\.|alias|also known as|street name|nicknamed|goes by|known as)\b\.?\s(?:of\s|the name\s)?)[\"'“‘]?(?P<name>(?:El\s|La\s|Lil['’]?\s|Big\s|Young\s|Little\s)?{_NAME})[\"'”’]?"
)
_NO_NAME: Final = frozenset(
    "The A An On In At And But Or Of For From To By With As Is Was Were He She They It We You I His Her Their This That These Those There Here "
    "When Where Who What Which While After Before Upon Unit Units Police Department County State City Street Avenue Road Route Case Incident Report "
    "Complaint Vehicle Suspect Subject Victim Witness Defendant Driver Passenger Owner Caller Patient Officer Detective Deputy Sheriff Trooper Dispatch "
    "Monday Tuesday Wednesday Thursday Friday Saturday Sunday January February March April May June July August September October November December "
    "North South East West Black White Hispanic Asian Male Female Unknown Date Time Location Narrative Summary Address Phone Plate License Name DOB SSN "
    "VIN MD DE PA NJ NY VA Jr Sr Inc LLC Corp Company Bank School Hospital Church Center Hotel Motel Office Court Park Not No Yes Also Then Stated "
    "Advised Observed Responded Arrived Reported Said Contacted Spoke If So However During Between Both All Each Every Any Some General Chief New".split()
)
_LEGAL: Final = r"(?:Inc|INC|LLC|L\.L\.C|LLP|Ltd|LTD|Corp|CORP|Co|Company|Corporation|Incorporated|Limited|PLC|GmbH|S\.A|N\.A|LP|PLLC|P\.C|P\.A)"
_BODY_KIND: Final = (
    r"(?:Police(?:\sDepartment)?|PD|Sheriff['’]?s?['’]?(?:\s(?:Office|Department))|Fire(?:\s(?:Department|Company|Rescue|District|Authority))|Department|"
    r"Bureau|Agency|Commission|Authority|University|College|Community\sCollege|High\sSchool|Elementary\sSchool|Middle\sSchool|School\sDistrict|Hospital|"
    r"Medical\sCenter|Health\sSystem|Bank|Credit\sUnion|Airlines|Church|Mosque|Synagogue|Temple|Foundation|Association|Institute|Council|Committee|"
    r"Coalition|Party|Union|League|Army|Brigade|Battalion|Division|Task\sForce|Attorney['’]s\sOffice|Court|Motel|Inn|Hotel|Pharmacy|Market|"
    r"Logistics|Industries|Enterprises|Holdings|Group|Partners|Trucking|Towing|Construction|Services|Solutions|Systems|Technologies|Fusion\sCenter|Cartel)"
)
_CAPITAL: Final = rf"(?:{_WORD}|&|[A-Z]\.(?:[A-Z]\.)*)"
_COMPANY = re.compile(rf"(?<![\w'.-])(?P<name>{_WORD}(?:,?\s(?:{_CAPITAL}|of|and)){{0,5}}?,?\s{_LEGAL}\b\.?)(?!\w)")
_BODY = re.compile(
    rf"(?<![\w'.-])(?P<name>{_WORD}(?:\s{_CAPITAL}){{0,4}}?\s{_BODY_KIND}(?:\sof\s(?:the\s)?{_WORD}(?:\s{_WORD}){{0,2}})?)(?![\w'’])|"
    rf"(?<![\w'.-])(?P<of>(?:University|Bank|Department|Ministry|Bureau|City|Town|County|Office|Port|Church)\sof\s(?:the\s)?{_WORD}(?:\s(?:and\s)?{_WORD}){{0,3}})(?![\w'’])"
)


def _before_other_words(text: str, start: int, words: list[str]) -> int:
    """Give where a name ends: before the first word that is in no name."""
    end = start
    for word in words:
        if word.strip(",") in _NO_NAME - _GENERATIONS:
            break
        end = text.index(word, end) + len(word)
    return end


def _titled(look: Look) -> Iterator[Hit]:
    """Take the name behind one or more titles; the titles are not part of it."""
    after = 0
    for start, _ in look.places(_TITLE_STARTS):
        match = _TITLED.match(look.text, start) if start >= after else None
        if match is None:
            continue
        first = match.start("name")
        end = _before_other_words(look.text, first, match["name"].split())
        said = look.text[first:end].rstrip(",")
        if len(said.strip(".")) > 1 and said.split()[0].strip(".").lower() not in _TITLE_STARTS:
            after = first + len(said)
            yield first, after, " ".join(said.split())


def _surname_first(look: Look) -> Iterator[Hit]:
    """Take "Last, First M." where a word for a person stands before it or a birth date, age or alias behind it."""
    text, last_end, last_start = look.text, -1, 0
    for start, end in look.capitals:
        joined = start == last_end + 1 and text[last_end] in " -"
        if text.startswith(", ", end):
            for begin in (last_start, start) if joined else (start,):
                match = _SURNAME_FIRST.match(text, begin)
                if match and _is_turned(match):
                    generation = match["generation"].replace(",", "").strip()
                    yield *match.span(), _cased(f"{match['first']} {match['last']} {generation}")
                    break
        last_start, last_end = start, end


def _cased(name: str) -> str:
    """Write a name with single spaces, and a word in capitals with one capital letter."""
    words = (
        word.title() if word.isupper() and len(word) > len("JR") and word != "III" else word for word in name.split()
    )
    return " ".join(word.rstrip(".") if len(word) == 2 and word[0].isupper() else word for word in words)  # noqa: PLR2004 - an initial


def _is_turned(match: re.Match[str]) -> bool:
    text = match.string
    words = re.split(r"[\s,-]+", match.group())
    if any(word.strip(".") in _NO_NAME - _GENERATIONS for word in words):
        return False
    told = _ROLE_BEFORE.search(text[max(0, match.start() - 40) : match.start()]) or _DESCRIBED.match(text, match.end())
    initial = re.search(rf"\s[{_UPPER}]\.?\Z", match["first"]) is not None
    upper = match["last"].isupper() and len(match["last"]) > 2 and not match["first"].isupper()  # noqa: PLR2004 - no initials
    return bool(told) or initial or upper


def _full(look: Look) -> Iterator[Hit]:
    """Take a full name behind a word such as "suspect", or before a birth date, an age, sex and race, or an alias."""
    text, after, roles = look.text, 0, look.near(_ROLES)
    for start, end in look.capitals:
        if start < after or text[start:end] in _NO_NAME or not _goes_on(text, end):
            continue
        match = _FULL.match(text, start)
        words = match["name"].split() if match else []
        if match is None or any(word.strip(".,") in _NO_NAME - _GENERATIONS for word in words):
            continue
        role = roles.between(start - 48, start) and _ROLE_BEFORE.search(text[max(0, start - 48) : start])
        if role or _DESCRIBED.match(text, match.end()):
            after = match.end()
            yield start, after, " ".join(words)


def _goes_on(text: str, end: int) -> bool:
    """Say whether another word of a name may follow."""
    return text[end : end + 1] in {" ", "."} and (
        text[end + 1 : end + 2].isupper() or text.startswith(_PARTICLES, end + 1)
    )


def _aliases(look: Look) -> Iterator[Hit]:
    for match in _ALIAS.finditer(look.text):
        if match["name"].split()[0] not in _NO_NAME:
            start = match.start("name")
            end = _before_other_words(look.text, start, match["name"].split())
            yield start, end, " ".join(look.text[start:end].split())


def _bodies(look: Look) -> Iterator[Hit]:
    """Find names that end in a legal form or a word for a body; an article before one is not part of it."""
    text, after, ends = look.text, 0, look.near(_BODY_WORDS)
    for start, end in look.capitals:
        word = text[start:end]
        if start < after or word in _ARTICLES or not ends.between(start, start + _LONGEST_BODY):
            continue
        match = _COMPANY.match(text, start) or _BODY.match(text, start)
        if match is None or (word in _NO_NAME - _OPENING and len(match.group().split()) <= 2):  # noqa: PLR2004 - a name and its kind
            continue
        said = match.group().rstrip(",.")
        after = start + len(said)
        yield start, after, " ".join(said.split())


_PARTICLES: Final = (
    "van ",
    "von ",
    "de ",
    "del ",
    "della ",
    "da ",
    "dos ",
    "di ",
    "al-",
    "el-",
    "bin ",
    "ibn ",
    "la ",
    "le ",
)
_LONGEST_BODY: Final = 80
_ROLES: Final = frozenset(
    "suspect subject victim witness defendant complainant driver passenger owner name arrestee offender associate registered reporting caller "
    "patient decedent deceased tenant resident occupant operator missing wanted poi rp".split()
)
_ARTICLES: Final = frozenset(
    "The On In At A An And But From By When If After Before While To Of For With Mr Mrs Ms".split()
)
_GENERATIONS: Final = frozenset({"Jr", "Sr"})
_TITLE_STARTS: Final = frozenset(
    re.split(r"[^a-z]", title.lower().replace("?", ""))[0] for title in _TITLE_WORDS.split("|")
)
_BODY_WORDS: Final = frozenset(
    word for word in re.findall(r"[a-z]+", f"{_BODY_KIND} {_LEGAL}".lower()) if len(word) > 1
) | {
    "university",
    "bank",
    "department",
    "ministry",
    "bureau",
    "city",
    "town",
    "county",
    "office",
    "port",
    "church",
}
_OPENING: Final = frozenset(
    "New North South East West State County City Police General Department Bank Church Park".split()
)

_PERSON, _BODY_TYPE = MentionType.PERSON, MentionType.ORGANIZATION
RULES: Final = (
    Rule(name="name behind a title", type=_PERSON, find=_titled, confidence=0.91),
    Rule(name="surname first", type=_PERSON, find=_surname_first, confidence=0.67, parts=(", ",)),
    Rule(name="name in its place", type=_PERSON, find=_full, confidence=0.91),
    Rule(
        name="alias",
        type=_PERSON,
        find=_aliases,
        confidence=0.67,
        parts=("aka", "a/k/a", "a.k.a", "alias", "known as", "street name", "nickname", "goes by"),
    ),
    Rule(name="name of a body", type=_BODY_TYPE, find=_bodies, confidence=0.91, words=_BODY_WORDS),
)
