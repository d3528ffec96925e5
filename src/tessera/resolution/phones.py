"""Telephone numbers: E.164, extension, and the local part that is left where the area code was not written."""

import re
from dataclasses import dataclass
from functools import lru_cache

import phonenumbers
from phonenumbers import NumberParseException, PhoneNumberFormat, ValidationResult

from tessera.resolution.letters import is_filler, plain

_LOCAL = 7
_EXTENSION = re.compile(r"\d{1,11}")
_LONGEST = 250
"""phonenumbers refuses longer texts as well."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Phone:
    """A number that can be dialled. `e164` is empty where no area code is known; `local` is its last seven digits."""

    e164: str
    local: str
    extension: str = ""


@lru_cache(maxsize=65_536)
def phone_of(text: str, extension: str = "", region: str = "US") -> Phone | None:
    """Read a number as people of the region write it; None where the text cannot be one or only fills the field.

    ITU-T E.164 for the form, RFC 3966 for the extension, NANP for numbers without a country code. A number is taken
    where its length fits its country: whether it was ever given out is not asked, for lists of ranges are always old.

    >>> phone_of("(302) 555-0123 ext. 4")
    Phone(e164='+13025550123', local='5550123', extension='4')
    >>> phone_of("555-0123").e164, phone_of("999-999-9999")
    ('', None)
    """
    try:
        number = phonenumbers.parse(plain(text)[:_LONGEST], region)
    except NumberParseException:
        return None
    national = phonenumbers.national_significant_number(number)
    if _fills(national):
        return None
    fits = phonenumbers.is_possible_number_with_reason(number)
    if fits not in {ValidationResult.IS_POSSIBLE, ValidationResult.IS_POSSIBLE_LOCAL_ONLY}:
        return None
    whole = fits == ValidationResult.IS_POSSIBLE
    return Phone(
        e164=phonenumbers.format_number(number, PhoneNumberFormat.E164) if whole else "",
        local=national[-_LOCAL:],
        extension=_extension(extension) or (number.extension or "").lstrip("0"),
    )


def _extension(text: str) -> str:
    """Keep the digits that are dialled; leading zeros are not told apart, for forms drop them."""
    found = _EXTENSION.search(plain(text))
    return found.group().lstrip("0") if found else ""


def _fills(national: str) -> bool:
    return is_filler(national) or is_filler(national[-_LOCAL:]) or len(set(national[-_LOCAL:])) == 1
