"""How people name the state of a license plate: by its code, its name, its province, carelessly."""

import re
from typing import Final

from tessera.dictionary.gazetteers import is_one_off
from tessera.resolution.addresses import state_of as _official
from tessera.resolution.usps import STATES

STATED: Final = (
    "A[LKZR]|C[AOT]|D[EC]|FL|GA|HI|I[DLNA]|K[SY]|LA|M[EDAINSOT]|N[EVHJMYCD]|O[HKR]|PA|RI|S[CD]|T[NX]|UT|V[TA]|W[AVIY]|"
    "Alabama|Alaska|Arizona|Arkansas|(?<!Baja )California|Colorado|Connecticut|Delaware|Florida|Georgia|Hawaii|Idaho|Illinois|Indiana|Iowa|Kansas|"
    "Kentucky|Louisiana|Maine|Maryland|Massachusetts|Michigan|Minnesota|Mississippi|Missouri|Montana|Nebraska|Nevada|New Hampshire|New Jersey|"
    "New Mexico|New York|North Carolina|North Dakota|Ohio|Oklahoma|Oregon|Pennsylvania|Rhode Island|South Carolina|South Dakota|Tennessee|Texas|"
    r"Utah|Vermont|(?<![Ww]est )(?<!WEST )Virginia|Washington|West Virginia|Ontario(?! PD)(?! Po)(?! Air)(?! St)(?! Ave)|Quebec|Québec|British Columbia|Alberta|Manitoba|Saskatchewan|Nova Scotia|New Brunswick|Baja California|Sonora|Chihuahua|Tamaulipas|Sinaloa|Jalisco|Coahuila|Nuevo Leon|Nuevo León|District of Columbia|Wisconsin|Wyoming|Jersey|Del|Penna|Md|Pa|Conn|Mass|Fla|Calif|Tex|Mich|Tenn|Va|Ga|N\.J\.|N\.Y\.|N\.C\."
)
"""A pattern of all that stands for a state in the ordinary letter case."""
_SHORT: Final = {
    "conn": "CT",
    "mass": "MA",
    "fla": "FL",
    "calif": "CA",
    "tex": "TX",
    "mich": "MI",
    "tenn": "TN",
    "jersey": "NJ",
}
_ABROAD: Final = {
    "ontario": "ON",
    "quebec": "QC",
    "québec": "QC",
    "british columbia": "BC",
    "alberta": "AB",
    "manitoba": "MB",
    "saskatchewan": "SK",
    "nova scotia": "NS",
    "new brunswick": "NB",
    "baja california": "BCN",
    "sonora": "SON",
    "chihuahua": "CHH",
    "tamaulipas": "TAM",
    "sinaloa": "SIN",
    "jalisco": "JAL",
    "coahuila": "COA",
    "nuevo leon": "NLE",
    "nuevo león": "NLE",
}
"""Provinces of Canada and states of Mexico, by their codes (ISO 3166-2)."""


def state_of(said: str) -> str | None:
    """Give the postal code of a state, of its name or of its older abbreviation."""
    plain = said.lower().rstrip(".")
    return _SHORT.get(plain) or _ABROAD.get(plain) or _official(said)


_CARELESS: Final = re.compile(
    r"(?:\A|[^\w-])((?:new |north |south |west |rhode )?(?:[a-z]{2,13}|[A-Z][a-z]{6,12}))(?:'s)?\s(?:license\s|lic\s)?\Z"
)
_JERSEY: Final = {"jersey": "NJ", "penna": "PA", "penn": "PA", "jerz": "NJ", "cali": "CA", "philly": "PA"}
_SMALL_CODES: Final = frozenset(
    {
        "de",
        "md",
        "pa",
        "nj",
        "va",
        "ny",
        "nc",
        "sc",
        "fl",
        "tx",
        "ct",
        "ga",
        "wv",
        "dc",
        "tn",
        "ky",
        "nh",
        "vt",
        "ri",
        "mi",
        "il",
        "ca",
    }
)
"""Codes that tell a state in small letters too; "in" and "or" do not."""
_NAMES: Final = {name.lower(): code for name, code in STATES.items() if len(name) > 6}  # noqa: PLR2004 - long ones forgive a slip


def careless_state(front: str) -> str | None:
    """Read a state in small letters, and one with a slip of the pen: "Deleware plate"."""
    found = _CARELESS.search(front)
    return _careless(found[1].lower()) if found else None


_BEHIND: Final = re.compile(
    r"(?i)[\"']?,?\s(?:(?:that['\u2019]?s|it['\u2019]?s|its|is|was|from|out of)\s)?(?:an?\s)?"
    r"(?P<state>(?:new |north |south |west |rhode )[a-z]{4,10}|[a-z]{4,13})(?=\s?[.,;:)|\"']|\s(?:tag|plate|reg|lic)|\Z|\n)"
)


def state_behind(following: str) -> str | None:
    """Read the whole name of a state behind a plate, in letters of any case: "MC4471 delaware,", "thats a Delaware tag"."""
    found = _BEHIND.match(following)
    said = found["state"].lower() if found else ""
    return _NAMED.get(said)


_NAMED: Final = {name.lower(): code for name, code in STATES.items() if len(name) > 3} | {"jersey": "NJ"}  # noqa: PLR2004 - whole names


def _careless(said: str) -> str | None:
    words = (said, said.rpartition(" ")[2])
    for word in words:
        if word in _JERSEY or word in _SMALL_CODES:
            return _JERSEY.get(word) or word.upper()
        plain = word.replace(" ", "")
        if len(plain) > 3 and (state := state_of(word)):  # noqa: PLR2004 - "ore" is no state
            return state
        if len(plain) > 6:  # noqa: PLR2004 - long ones forgive a slip
            for name, code in _NAMES.items():
                if name[0] == plain[0] and is_one_off(plain, name):
                    return code
    return None
