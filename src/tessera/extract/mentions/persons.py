"""Persons that the text itself marks as such (titles, dates of birth, aliases) and vehicles in words, without a model."""

import re
from typing import Final

from tessera.extract.mentions.pattern import Rule
from tessera.model.found import MentionType

_PART: Final = r"(?:[A-Z][a-z'\u2019-]+(?:[A-Z][a-z]+)?|[A-Z]{2,}(?:['\u2019-][A-Z]+)?|[A-Z]\.?|O['\u2019][A-Z][a-z]+|Mc[A-Z][a-z]+|de|la|van|von|der|del|bin|al)"
_FULL: Final = r"[A-Z][\w'\u2019-]+(?:\s+(?:[A-Z]\.?|[A-Z][\w'\u2019-]+|de|la|van|von|der|del|bin)){0,3}"
_TITLE: Final = (
    r"(?:Mr|Mrs|Ms|Miss|Mx|Dr|Prof|Rev|Hon|Judge|Justice|Officer|Ofc|Off|Patrolman|Ptlm|Ptl|Trooper|Tpr|Deputy|Dep|Sheriff|Detective|Det|Sergeant|Sgt|"
    r"Corporal|Cpl|Lieutenant|Lt|Captain|Capt|Chief|Agent|SA|Inspector|Insp|Investigator|Inv|Commander|Cmdr|Major|Maj|Colonel|Col|Pvt|Spc|"
    r"Nurse|Paramedic|EMT|Firefighter|FF|Marshal|Warden|Mayor|Governor|Senator|Sen|Rep|Councilman|Councilwoman|Professor|Doctor|Father|Sister|Pastor|Imam|Rabbi|"
    r"Suspect|Victim|Witness|Defendant|Complainant|Arrestee|Driver|Passenger|Caller|Patient)"
)
_TITLED: Final = re.compile(rf"(?<!\w)(?:{_TITLE}\.?,?\s+)+(?P<name>{_FULL})(?!\w)")
_SURNAME_FIRST: Final = re.compile(
    r"(?<!\w)(?P<name>(?P<last>[A-Z][A-Za-z'\u2019-]+(?:\s(?:[A-Z][a-z]+|Jr|Sr|II|III|IV))?),\s(?P<first>[A-Z][A-Za-z'\u2019-]+(?:\s[A-Z](?:\.|[a-z]+)?)?))"
    r"(?=\s*(?:\(|,)?\s*(?:(?i:dob|d\.o\.b|born|date of birth|age|aged|[BWHA]\s?/\s?[MF]\b)|\d{1,2}/\d{1,2}/(?:19|20)?\d{2}))"
)
_BORN: Final = re.compile(
    rf"(?<!\w)(?P<name>{_FULL})(?=\s*[,(]?\s*(?:(?i:dob|d\.o\.b\.?|date of birth|born (?:on )?\d|a/?k/?a\b|[BWHA]\s?/\s?[MF]\b)|\(?\d{{2}} (?:y/?o|years? old)))"
)
_ALIAS: Final = re.compile(
    rf"(?<!\w)(?i:a/k/a|aka|a\.k\.a\.|also known as|alias(?:es)?|nickname(?:d)?|street name|goes by)\s*:?\s+[\"\u201c']?(?P<name>{_FULL})[\"\u201d']?(?!\w)"
)
_LABELLED: Final = re.compile(
    rf"(?<!\w)(?i:name|subject|suspect|victim|witness|owner|driver|complainant|caller|reporting party|patient|contact|arrestee|defendant)\s*:\s*(?P<name>{_FULL}(?:,\s[A-Z][\w'-]+(?:\s[A-Z]\.?)?)?)(?!\w)"
)
_NOT_NAMES: Final = frozenset(
    [
        "the",
        "a",
        "an",
        "and",
        "or",
        "of",
        "in",
        "on",
        "at",
        "to",
        "by",
        "for",
        "from",
        "with",
        "was",
        "is",
        "are",
        "were",
        "been",
        "unknown",
        "none",
        "male",
        "female",
        "white",
        "black",
        "hispanic",
        "asian",
        "adult",
        "juvenile",
        "police",
        "department",
        "county",
        "state",
        "city",
        "street",
        "avenue",
        "road",
        "unit",
        "officer",
        "north",
        "south",
        "east",
        "west",
        "monday",
        "tuesday",
        "wednesday",
        "thursday",
        "friday",
        "saturday",
        "sunday",
        "january",
        "february",
        "march",
        "april",
        "may",
        "june",
        "july",
        "august",
        "september",
        "october",
        "november",
        "december",
        "upon",
        "then",
        "when",
        "after",
        "before",
        "he",
        "she",
        "they",
        "it",
        "his",
        "her",
        "their",
        "this",
        "that",
        "no",
        "yes",
        "not",
        "available",
        "n/a",
        "tbd",
        "pending",
        "refused",
        "driver",
        "passenger",
        "suspect",
        "victim",
        "witness",
        "vehicle",
        "fire",
        "ems",
        "hospital",
        "center",
        "school",
        "general",
        "dob",
        "aka",
        "said",
        "stated",
        "advised",
        "reported",
        "told",
        "saw",
        "arrived",
        "responded",
    ]
)
_INITIALS: Final = frozenset({"a"})
"""A letter that is a word too; in a name it is an initial."""
_LEAST: Final = 2


def _name(match: re.Match[str]) -> str | None:
    """Give a name as given names and surname, without titles; nothing where a word is no part of a name."""
    said = match["name"].strip(" .,")
    if "," in said:
        last, _, first = said.partition(",")
        said = f"{first.strip()} {last.strip()}"
    words = said.split()
    if any(len(word) > 1 and word.strip(".,").lower() in _NOT_NAMES - _INITIALS for word in words) or not any(
        c.islower() or c.isupper() for c in said
    ):
        return None
    if len(words[0]) < _LEAST and len(words) == 1:
        return None
    return " ".join(word.capitalize() if word.isupper() and len(word) > _LEAST else word for word in words)


_COLORS: Final = r"white|black|silver|gray|grey|red|blue|green|tan|gold|beige|brown|maroon|orange|yellow|purple|burgundy|teal|charcoal|bronze|cream|pink"
_MAKES: Final = (
    r"Acura|Audi|BMW|Buick|Cadillac|Chevrolet|Chevy|Chrysler|Dodge|Fiat|Ford|GMC|Genesis|Harley[- ]Davidson|Honda|Hummer|Hyundai|Infiniti|Isuzu|Jaguar|Jeep|"
    r"Kawasaki|Kia|Land Rover|Range Rover|Lexus|Lincoln|Mazda|Mercedes(?:[- ]Benz)?|Mercury|Mini|Mitsubishi|Nissan|Oldsmobile|Plymouth|Pontiac|Porsche|Ram|Saab|"
    r"Saturn|Scion|Subaru|Suzuki|Tesla|Toyota|Volkswagen|VW|Volvo|Yamaha|Freightliner|Peterbilt|Kenworth|International|Mack"
)
_BODIES: Final = r"sedan|coupe|SUV|pickup(?: truck)?|truck|van|minivan|station wagon|wagon|hatchback|convertible|motorcycle|moped|scooter|box truck|tractor[- ]trailer|crossover"
_MODEL: Final = (
    r"(?!(?:and|with|was|is|in|on|at|the|had|parked|driven|bearing|registration|plate|tag|VIN)\b)[A-Za-z\d][\w-]*"
)
_VEHICLE: Final = re.compile(
    rf"(?<![\w-])(?:(?P<age>older|newer|late[- ]model)\s)?(?:(?P<c1>(?i:light |dark )?(?i:{_COLORS}))(?: in color)?[ ,]+(?:over \w+ )?)?(?:(?P<year>(?:19|20)\d{{2}})\s+)?"
    rf"(?:(?P<c2>(?i:light |dark )?(?i:{_COLORS}))\s+)?(?P<make>{_MAKES}|(?i:{_MAKES.lower()}))\b(?:\s+(?P<model>[A-Z\d][\w-]*(?:\s(?:[A-Z]{{1,3}}|\d{{2,4}}|[A-Z][a-z]+(?=\s(?i:{_BODIES})\b)))?))?(?:\s+(?P<body>(?i:{_BODIES}))\b)?"
)
_BODY_ONLY: Final = re.compile(
    rf"(?<![\w-])(?P<color>(?i:light |dark )?(?i:{_COLORS}))(?: in color)?[ ,]+(?:(?i:older|newer|two|four|2|4)[- ](?i:door)?\s?)?(?P<body>(?i:{_BODIES}))\b"
)
_VERBS: Final = frozenset(
    [
        "The",
        "This",
        "That",
        "He",
        "She",
        "They",
        "It",
        "In",
        "On",
        "At",
        "And",
        "But",
        "With",
        "A",
        "An",
        "Is",
        "Was",
        "Had",
        "Has",
        "Police",
        "Officer",
        "Driver",
        "When",
        "After",
        "Before",
    ]
)


def _vehicle(match: re.Match[str]) -> str | None:
    """Take a make for a vehicle only with a colour, year, model or body beside it: Ford and Lincoln are names too."""
    model = match["model"] or ""
    if model.split(" ")[0] in _VERBS or (model.isdigit() and len(model) == 4):  # noqa: PLR2004 - a year behind the make
        model = ""
    told = [match["age"], match["c1"] or match["c2"], match["year"], match["body"]]
    if not any(told) and not (model and any(c.isdigit() for c in model)):
        return None
    parts = [match["year"], match["c1"] or match["c2"], match["make"], model, match["body"]]
    return " ".join(part.strip() for part in parts if part).lower()


def _body(match: re.Match[str]) -> str:
    return f"{match['color']} {match['body']}".lower()


_MAKE_WORDS: Final = frozenset(re.split(r"[| -]|\W", re.sub(r"\[- \]|\(\?:|\)\?", " ", _MAKES).lower())) - {""}
_BODY_WORDS: Final = frozenset(
    [
        "sedan",
        "coupe",
        "suv",
        "pickup",
        "truck",
        "van",
        "minivan",
        "wagon",
        "hatchback",
        "convertible",
        "motorcycle",
        "moped",
        "scooter",
        "tractor",
        "crossover",
    ]
)
_TITLE_WORDS: Final = frozenset(re.sub(r"[(?:)]", "", _TITLE).lower().split("|"))
_CAPITAL: Final = re.compile("[A-Z][A-Za-z]")
RULES: Final = (
    Rule(name="vehicle", type=MentionType.VEHICLE, pattern=_VEHICLE, read=_vehicle, confidence=0.95, words=_MAKE_WORDS),
    Rule(name="vehicle-body", type=MentionType.VEHICLE, pattern=_BODY_ONLY, read=_body, confidence=0.94, words=_BODY_WORDS),
    Rule(name="person-born", type=MentionType.PERSON, pattern=_SURNAME_FIRST, read=_name, confidence=0.96, hint=_CAPITAL, group=1),
    Rule(name="person-described", type=MentionType.PERSON, pattern=_BORN, read=_name, confidence=0.93, hint=_CAPITAL, group=1),
    Rule(name="person-labelled", type=MentionType.PERSON, pattern=_LABELLED, read=_name, confidence=0.94, hint=re.compile(":"), group=1),
    Rule(name="person-titled", type=MentionType.PERSON, pattern=_TITLED, read=_name, confidence=0.93, hint=_CAPITAL, words=_TITLE_WORDS, group=1),
    Rule(name="alias", type=MentionType.PERSON, pattern=_ALIAS, read=_name, confidence=0.9, words=frozenset(["aka", "a", "also", "alias", "aliases", "nickname", "nicknamed", "street", "goes"]), group=1),
)  # fmt: skip
