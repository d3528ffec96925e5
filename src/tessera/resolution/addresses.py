"""Addresses taken apart: house number, street, unit, hundred-block, crossing; each part in one spelling."""

import re
from dataclasses import dataclass, replace
from functools import lru_cache

import usaddress

from tessera.resolution.letters import plain
from tessera.resolution.usps import DIRECTIONS, OPENING, ORDINALS, STATES, STREET_TYPES, UNITS

_LONGEST = 300
_HUNDRED = 100
_ANY_HOUSE = "1"
"""usaddress expects a house number, so a street without one is given this, and it is taken off again."""
_BLOCK = re.compile(r"^\s*(\d{1,6})\s*(?:-\s*)?(?:BLOCK|BLK|BLCK)\b\.?\s*(?:OF\b)?\s*(?P<rest>.*)$", re.DOTALL)
_CROSSED_OUT = re.compile(r"^\s*(\d{0,4})(?:XX|\*\*)\s*(?:(?:BLOCK|BLK)\b\.?\s*(?:OF\b)?)?\s*(?P<rest>.*)$", re.DOTALL)
_SPAN = re.compile(r"^\s*(\d{1,6})\s*-\s*(\d{1,6})\s+(?P<rest>\D.*)$", re.DOTALL)
_INITIALS = re.compile(r"\b[A-Z](?:\.[A-Z])+\b\.?")
"""Initials with nothing but full stops between: N.E., N.Y., P.O., U.S."""
_GRID = re.compile(r"^(?P<number>[NSEW]\d{1,5}[NSEW]?(?: ?[NSEW]?\d{1,6})?) (?P<rest>\D\S* .*)$", re.DOTALL)
"""House numbers by a grid of the county, as in Wisconsin: N79W5406, W210 N16570."""
_ONE = re.compile(r"^ONE (?=\D\S* [^,])")
_ROADS = frozenset(
    "ALY AVE BLVD CIR CT DR EXPY FWY HWY LN LOOP PIKE PKWY PL PLZ RD RTE SQ ST TER TPKE TRL WAY".split()  # noqa: SIM905 - a list of words reads better as words
)
"""Types of street that no town has in its name, as Anchor Point and Columbia Falls have others."""
_UNITED_STATES = re.compile(r"\bU S(?= (?:HIGHWAY|HWY|ROUTE|RTE|RT|\d))")
_NTH = re.compile(r"\d{1,3}(?:ST|ND|RD|TH)")
_CORNER = re.compile(r"^(?:THE )?(?:CORNER|INTERSECTION) OF ")
_BOTH = {"STREETS": "ST", "AVENUES": "AVE", "ROADS": "RD"}
"""Behind the second of two streets: what both are."""
_CROSSING = re.compile(r"\s*(?:&|/|@|\\|\bAND\b|\bAT\b|\bX\b)\s*")
_HIGHWAY = re.compile(
    r"\b(?:(?P<us>U\s?\.?S\.?|UNITED STATES)\s*-?\s*(?:HIGHWAY|HWY|ROUTE|RTE|RT)?|(?P<inter>INTERSTATE(?:\s*(?:HIGHWAY|HWY))?|I|IH)"
    r"|(?P<county>COUNTY|CO|CR|CNTY)\s*-?\s*(?:ROAD|RD|ROUTE|RTE|RT|HIGHWAY|HWY)?"
    r"|(?:(?P<state>STATE|DE|DEL|MD|PA|NJ|VA|SR|S\.R\.)\s*-?\s*)?(?P<plain>HIGHWAY|HWY|ROUTE|RTE|RT|ROAD|RD)?)\.?\s*-?\s*(?P<number>\d{1,4}[A-Z]?)\b"
)
_SHORT_HIGHWAYS = (("us", "US"), ("inter", "I"), ("county", "CR"))


@dataclass(frozen=True, slots=True, kw_only=True)
class Address:
    """An address in ASCII upper case; a part that was not told is empty.

    `street` is the bare name, without direction and type. `block` is the hundred of a hundred-block ("1200 block of"),
    which is a stretch of street and no house: then `number` is empty. A `crossing` is two streets in the order of the
    alphabet, and has no number either.
    """

    number: str = ""
    street: str = ""
    street_type: str = ""
    direction: str = ""
    unit: str = ""
    block: str = ""
    crossing: tuple[str, ...] = ()
    box: str = ""
    city: str = ""
    state: str = ""
    postal_code: str = ""

    @property
    def line(self) -> str:
        """The street as one text, such as `N MAIN ST`."""
        return " ".join(part for part in (self.direction, self.street, self.street_type) if part)

    @property
    def hundred(self) -> str:
        """The hundred-block that the address is in or is; empty without a number.

        >>> address_of("1234 Main St").hundred, address_of("1200 block Main St").hundred
        ('1200', '1200')
        """
        if self.block:
            return self.block
        digits = "".join(c for c in self.number if c.isdigit())
        return str(int(digits) // _HUNDRED * _HUNDRED) if digits else ""


@lru_cache(maxsize=65_536)
def address_of(text: str) -> Address | None:
    """Take an address apart; None where nothing in it tells a place.

    Abbreviations are those of USPS Publication 28, the parts are found by usaddress.

    >>> address_of("123 1/2 north Main Street, Apt. 4-B, Dover, Delaware 19901-1234")
    Address(number='123 1/2', street='MAIN', street_type='ST', direction='N', unit='4B', block='', crossing=(), box='', city='DOVER', state='DE', postal_code='19901')
    >>> address_of("N Main St / Fifth Ave").crossing, address_of("12XX Main St").block
    (('5TH AVE', 'N MAIN ST'), '1200')
    """
    upper = _INITIALS.sub(lambda found: found[0].replace(".", "") + " ", plain(text)[:_LONGEST].upper())
    said = " ".join(upper.replace(".", " ").replace("\n", ", ").replace(" ,", ",").split())
    said = _ONE.sub("1 ", _UNITED_STATES.sub("US", said))
    if not any(c.isalnum() for c in said):
        return None
    if grid := _GRID.match(said):
        return replace(_parted(f"{_ANY_HOUSE} {grid['rest']}"), number=grid["number"].replace(" ", ""))
    block, rest = _block_of(said)
    if not block and (crossing := _crossing_of(rest)):
        return crossing
    bare = bool(block) or _is_bare_street(rest)
    found = _parted(f"{_ANY_HOUSE} {rest}" if bare else rest)
    if bare:
        found = replace(found, block=block, number="")
    told = found.street or found.crossing or found.box or found.city or found.postal_code
    return found if told else None


def _block_of(said: str) -> tuple[str, str]:
    """Find a hundred-block at the start: `1200 BLOCK OF`, `12XX`, `1200-1299`."""
    if found := _BLOCK.match(said):
        return str(int(found[1]) // _HUNDRED * _HUNDRED), found["rest"]
    if found := _CROSSED_OUT.match(said):
        return str(int(found[1] or "0") * _HUNDRED), found["rest"]
    if (found := _SPAN.match(said)) and int(found[2]) == int(found[1]) // _HUNDRED * _HUNDRED + 99:
        return str(int(found[1]) // _HUNDRED * _HUNDRED), found["rest"]
    return "", said


def _crossing_of(said: str) -> Address | None:
    """Read two streets that meet; None where there is a house number or only one side is a street."""
    street, comma, town = _CORNER.sub("", said).partition(",")
    before, _, kind = street.rpartition(" ")
    if kind in _BOTH:
        street = _CROSSING.sub(f" {_BOTH[kind]} & ", before) + f" {_BOTH[kind]}"
    sides = [side for side in _CROSSING.split(street) if side]
    if len(sides) != 2 or (said[:1].isdigit() and _has_house_number(sides[0])):  # noqa: PLR2004 - two streets meet
        return None
    words = [word for side in sides for word in side.split()]
    if not any(word in STREET_TYPES or word in ORDINALS or _NTH.fullmatch(word) for word in words):
        return None
    first, second = (
        Address(street=side) if _NTH.fullmatch(side) else _parted(f"{_ANY_HOUSE} {side}")
        for side in map(str.strip, sides)
    )
    if not (first.line and second.line):
        return None
    told = _parted(f"{_ANY_HOUSE} X ST,{town}") if comma else second
    return Address(
        crossing=tuple(sorted((first.line, second.line))),
        city=told.city,
        state=told.state,
        postal_code=told.postal_code,
    )


def _is_bare_street(said: str) -> bool:
    """Say whether this is a street without a house number, before or behind."""
    before, _, behind = said.partition(",")
    street = before.split()
    if any(word[0].isdigit() for word in street):
        return False
    kinds = [STREET_TYPES[word] for word in street[1:] if word in STREET_TYPES]
    return any(kind in _ROADS for kind in kinds) if _is_state(behind) else bool(kinds)


def _is_state(said: str) -> bool:
    """Say whether there is a state and nothing else but a ZIP code, so that what stands before is a town."""
    return state_of("".join(c for c in said if not c.isdigit() and c != "-")) is not None


def _has_house_number(side: str) -> bool:
    first, _, rest = side.partition(" ")
    return first.isdigit() and bool(rest)


_PRE = ("StreetNamePreModifier", "StreetNamePreType", "StreetName", "StreetNamePostModifier")


def _parted(said: str) -> Address:
    parts: dict[str, list[str]] = {}
    for word, label in usaddress.parse(said):
        parts.setdefault(label, []).append(word.strip(",;()"))
    number = " ".join(parts.get("AddressNumber", [])[:1] + parts.get("AddressNumberSuffix", [])[:1])
    unit = "".join(parts.get("OccupancyIdentifier", []) + parts.get("SubaddressIdentifier", []))
    if not number and unit.isdigit() and parts.get("StreetName") and not parts.get("OccupancyType"):
        number, unit = unit, ""  # the number stands behind the street
    name, kind = _street(" ".join(word for label in _PRE for word in parts.get(label, [])), parts)
    return Address(
        number=number,
        street=name,
        street_type=kind,
        direction=_directions(parts),
        unit=_unit(parts, unit),
        box="".join(parts.get("USPSBoxID", [])),
        city=" ".join(parts.get("PlaceName", [])),
        state=state_of(" ".join(parts.get("StateName", []))) or "",
        postal_code=postal_code_of("".join(parts.get("ZipCode", []))) or "",
    )


def _street(name: str, parts: dict[str, list[str]]) -> tuple[str, str]:
    words = name.split()
    kinds = [STREET_TYPES.get(word, word) for word in parts.get("StreetNamePostType", [])]
    if not kinds and len(words) > 1 and words[-1] in STREET_TYPES:
        kinds, words = [STREET_TYPES[words[-1]]], words[:-1]
    if len(kinds) > 1:
        words, kinds = [*words, *kinds[:-1]], kinds[-1:]
    if highway := _highway(" ".join([*words, *kinds])):
        return highway, ""
    if len(words) == 1:
        words = [ORDINALS.get(words[0], words[0])]
    elif words and words[0] in OPENING:
        words[0] = OPENING[words[0]]
    return " ".join(words), "".join(kinds)


def _highway(said: str) -> str | None:
    """Write a numbered highway in one way (Publication 28, appendix F): US 40, I 95, SR 1, CR 12."""
    found = _HIGHWAY.fullmatch(said)
    if not found:
        return None
    for group, short in _SHORT_HIGHWAYS:
        if found[group]:
            return f"{short} {found['number']}"
    return f"SR {found['number']}" if found["state"] or found["plain"] else None


def _directions(parts: dict[str, list[str]]) -> str:
    said = parts.get("StreetNamePreDirectional", []) + parts.get("StreetNamePostDirectional", [])
    return " ".join(DIRECTIONS.get(word, word) for word in said)


def _unit(parts: dict[str, list[str]], identifier: str) -> str:
    """Give the unit without its designator, for an apartment is called Apt 4, # 4 and Unit 4 in turn."""
    kept = "".join(c for c in identifier if c.isalnum())
    if kept in UNITS:
        return UNITS[kept]
    kinds = [UNITS[word] for word in parts.get("OccupancyType", []) + parts.get("SubaddressType", []) if word in UNITS]
    return kept or "".join(kinds[:1])


def state_of(text: str) -> str | None:
    """Give the postal code of a state; None for what is no state.

    >>> state_of("new jersey"), state_of("Del."), state_of("DE"), state_of("nowhere")
    ('NJ', 'DE', 'DE', None)
    """
    return STATES.get("".join(c for c in plain(text).upper() if c.isalpha()))


def postal_code_of(text: str) -> str | None:
    """Give the five digits of a ZIP code; None where there are none. A lost leading zero is put back.

    >>> postal_code_of("19901-1234"), postal_code_of("8002"), postal_code_of("n/a")
    ('19901', '08002', None)
    """
    digits = plain(text).strip().partition("-")[0].strip()
    if not digits.isdigit() or len(digits) not in {3, 4, 5, 9} or not int(digits):
        return None
    return digits[:5].zfill(5)


def city_of(text: str) -> str | None:
    """Write a town's name in one way: Saint, Mount and Fort spelt out, directions too, and no 'city of'.

    >>> city_of("St. Georges"), city_of("City of Wilmington"), city_of("N. Bethany")
    ('SAINT GEORGES', 'WILMINGTON', 'NORTH BETHANY')
    """
    words = plain(text).upper().replace(".", " ").replace(",", " ").split()
    if words[:2] in (["CITY", "OF"], ["TOWN", "OF"], ["TOWNSHIP", "OF"], ["BOROUGH", "OF"]):
        words = words[2:]
    if len(words) > 1:
        words[0] = OPENING.get(words[0], _COMPASS.get(words[0], words[0]))
    return " ".join(words) or None


_COMPASS = {"N": "NORTH", "S": "SOUTH", "E": "EAST", "W": "WEST", "NO": "NORTH", "SO": "SOUTH"}
