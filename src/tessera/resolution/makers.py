"""Makers of prepared fields for places, vehicles, telephones, identifiers, bodies and events.

Besides the terms of its kind a field may read what a record says outside its terms: `latitude`, `longitude` (degrees),
`event_time` (milliseconds since 1970) and `source` (its name); see `RECORD_FACTS` in `dictionary.resolution`.
"""

import re
from collections.abc import Callable
from datetime import UTC, datetime

from tessera.resolution.addresses import Address, address_of, city_of, postal_code_of, state_of
from tessera.resolution.emails import email_of, website_domain
from tessera.resolution.events import Moment, distinct_words, moment_of, number_of_case, squares, windows
from tessera.resolution.identifiers import category_of, value_of
from tessera.resolution.letters import is_filler, letters_and_digits, plain, words_of
from tessera.resolution.organisations import BodyName, names_of_body
from tessera.resolution.phones import Phone, phone_of
from tessera.resolution.prepare import Terms, Value, maker
from tessera.resolution.vehicles import (
    Vin,
    color_of,
    lookalike,
    make_of,
    model_of,
    plate_of,
    vin_of,
    words_told,
)

_MILLISECONDS = re.compile(r"-?[0-9]{9,14}")
"""Longer than 20260301, so not a day, and short enough to be one of the next three thousand years."""
_DIGITS = "0123456789"
WHOLE = "-"
"""Stands where a house has no unit and a telephone no extension: that is known, and not missing."""


def _first(terms: Terms, names: tuple[str, ...]) -> str:
    """Give the first filled term as text; empty for none."""
    return next((text for name in names if (text := str(terms.get(name) or "").strip())), "")


def _small(text: str | None) -> Value:
    return text.lower() if text else None


# Addresses


def _address(terms: Terms, names: tuple[str, ...]) -> Address | None:
    text = _first(terms, names)
    return address_of(text) if text else None


def _address_maker(name: str, part: Callable[[Address], str]) -> None:
    """Register a maker that gives one part of the address in its first filled term."""

    def make(terms: Terms, names: tuple[str, ...]) -> Value:
        address = _address(terms, names)
        return _small(part(address)) if address else None

    maker(name)(make)


_address_maker("house-number", lambda address: address.number)
_address_maker("street-name", lambda address: address.street)
_address_maker("street-line", lambda address: address.line)
_address_maker("street-type", lambda address: address.street_type)
_address_maker("street-ordinal", lambda address: "".join(c for c in address.street if c.isdigit()))
_address_maker("street-direction", lambda address: address.direction)
_address_maker("hundred-block", lambda address: address.hundred if address.street else "")
_address_maker("crossing", lambda address: " & ".join(address.crossing))
_address_maker("box", lambda address: address.box)
_address_maker("unit", lambda address: address.unit or (WHOLE if address.number and address.street else ""))


def form_of(address: Address) -> str:
    """Say what sort of place an address is: house, block, crossing, box or street; empty for a town alone."""
    if address.crossing:
        return "crossing"
    if address.block:
        return "block"
    if address.box:
        return "box"
    return ("house" if address.number else "street") if address.street else ""


_address_maker("address-form", form_of)


@maker("city")
def city(terms: Terms, names: tuple[str, ...]) -> Value:
    """The town of the first term, or the one within the address of the others."""
    return _small(_told_or_within(terms, names, city_of, lambda address: address.city))


@maker("state")
def state(terms: Terms, names: tuple[str, ...]) -> Value:
    """The postal code of a state, from the first term or the address of the others."""
    return _small(_told_or_within(terms, names, state_of, lambda address: address.state))


@maker("postal-code")
def postal_code(terms: Terms, names: tuple[str, ...]) -> Value:
    """The five digits of a ZIP code, from the first term or the address of the others."""
    return _small(_told_or_within(terms, names, postal_code_of, lambda address: address.postal_code))


def _told_or_within(
    terms: Terms, names: tuple[str, ...], read: Callable[[str], str | None], part: Callable[[Address], str]
) -> str | None:
    if told := read(_first(terms, names[:1])):
        return told
    address = _address(terms, names[1:])
    return (read(part(address)) if part(address) else None) if address else None


@maker("name-words")
def name_words(terms: Terms, names: tuple[str, ...]) -> Value:
    """The first filled term as words in ASCII lower case; None where it only fills the field."""
    words = words_of(_first(terms, names))
    return None if not words or is_filler("".join(words)) else " ".join(words)


# Coordinates and time


def _point(terms: Terms) -> tuple[float, float] | None:
    try:
        point = float(str(terms["latitude"])), float(str(terms["longitude"]))
    except (KeyError, ValueError):
        return None
    # "not ... <=" also refuses what is no number (NaN)
    return None if point == (0.0, 0.0) or not (abs(point[0]) <= 90 and abs(point[1]) <= 180) else point  # noqa: PLR2004


@maker("latitude")
def latitude(terms: Terms, names: tuple[str, ...]) -> Value:
    """Degrees, where the record has a point; 0, 0 is no place."""
    return f"{point[0]:.6f}" if (point := _point(terms)) and names else None


@maker("longitude")
def longitude(terms: Terms, names: tuple[str, ...]) -> Value:
    """Degrees, where the record has a point; 0, 0 is no place."""
    return f"{point[1]:.6f}" if (point := _point(terms)) and names else None


def _squares_maker(name: str, metres: int) -> None:
    def make(terms: Terms, names: tuple[str, ...]) -> Value:
        point = _point(terms)
        return squares(*point, metres) if point and names else None

    maker(name)(make)


_squares_maker("squares-200m", 200)
_squares_maker("squares-1km", 1_000)


def _moment(terms: Terms, names: tuple[str, ...]) -> Moment | None:
    """Read the first filled term: ISO 8601, or milliseconds since 1970."""
    text = _first(terms, names)
    if _MILLISECONDS.fullmatch(text):
        return Moment(second=int(text) // 1000, whole_day=False)
    return moment_of(text) if text else None


@maker("minute")
def minute(terms: Terms, names: tuple[str, ...]) -> Value:
    """Minutes since 1970, UTC; None where only the day is known."""
    moment = _moment(terms, names)
    return str(moment.second // 60) if moment and not moment.whole_day else None


@maker("utc-day")
def utc_day(terms: Terms, names: tuple[str, ...]) -> Value:
    """The day in UTC as YYYY-MM-DD."""
    moment = _moment(terms, names)
    return datetime.fromtimestamp(moment.second, UTC).date().isoformat() if moment else None


def _windows_maker(name: str, minutes: int) -> None:
    def make(terms: Terms, names: tuple[str, ...]) -> Value:
        moment = _moment(terms, names)
        return windows(moment.second, minutes) if moment else None

    maker(name)(make)


_windows_maker("windows-2h", 120)
_windows_maker("windows-2d", 2 * 24 * 60)


@maker("narrative-words")
def narrative_words(terms: Terms, names: tuple[str, ...]) -> Value:
    """Words of all named texts that can tell one narrative from another, sorted."""
    return distinct_words(" ".join(str(terms.get(name) or "") for name in names))


@maker("case-number")
def case_number(terms: Terms, names: tuple[str, ...]) -> Value:
    """A number of a case, in groups without leading zeros."""
    return _small(number_of_case(_first(terms, names)))


@maker("word")
def word(terms: Terms, names: tuple[str, ...]) -> Value:
    """The first filled term as it is, in lower case: codes and names of sources."""
    return plain(_first(terms, names)).strip().lower()


# Vehicles


def _vin(terms: Terms, names: tuple[str, ...]) -> Vin | None:
    text = _first(terms, names)
    return vin_of(text) if text else None


@maker("vin")
def vin(terms: Terms, names: tuple[str, ...]) -> Value:
    """The VIN, sound or not."""
    found = _vin(terms, names)
    return _small(found.number) if found else None


@maker("vin-sound")
def vin_sound(terms: Terms, names: tuple[str, ...]) -> Value:
    """The VIN where its check digit holds (49 CFR 565.15(c))."""
    found = _vin(terms, names)
    return _small(found.number) if found and found.sound else None


@maker("vin-check")
def vin_check(terms: Terms, names: tuple[str, ...]) -> Value:
    """`sound`, or `unsound` where a rule of VINs fails."""
    found = _vin(terms, names)
    return ("sound" if found.sound else "unsound") if found else None


@maker("vin-serial")
def vin_serial(terms: Terms, names: tuple[str, ...]) -> Value:
    """The last eight characters of the VIN."""
    found = _vin(terms, names)
    return _small(found.serial) if found else None


@maker("plate")
def plate(terms: Terms, names: tuple[str, ...]) -> Value:
    """The plate in letters and digits."""
    return _small(plate_of(_first(terms, names)))


@maker("plate-lookalike")
def plate_lookalike(terms: Terms, names: tuple[str, ...]) -> Value:
    """The plate with signs that are taken for each other made one."""
    found = plate_of(_first(terms, names))
    return _small(lookalike(found)) if found else None


@maker("plate-series")
def plate_series(terms: Terms, names: tuple[str, ...]) -> Value:
    """What stands before the last digits of a plate, lookalikes made one; `-` for a plate of digits."""
    found = plate_of(_first(terms, names))
    return (lookalike(found).rstrip(_DIGITS).lower() or WHOLE) if found else None


@maker("plate-serial")
def plate_serial(terms: Terms, names: tuple[str, ...]) -> Value:
    """The digits that end a plate, lookalikes made one."""
    alike = lookalike(plate_of(_first(terms, names)) or "")
    return alike[len(alike.rstrip(_DIGITS)) :]


@maker("plate-and-state")
def plate_and_state(terms: Terms, names: tuple[str, ...]) -> Value:
    """Plate and issuing state as one text; None unless both are known."""
    found, issuer = plate_of(_first(terms, names[:1])), state_of(_first(terms, names[1:]))
    return f"{issuer} {found}".lower() if found and issuer else None


@maker("vehicle-make")
def vehicle_make(terms: Terms, names: tuple[str, ...]) -> Value:
    """The maker, from the first term or the sentence in the second."""
    return make_of(_first(terms, names[:1])) or words_told(_first(terms, names[1:]))[2]


@maker("vehicle-model")
def vehicle_model(terms: Terms, names: tuple[str, ...]) -> Value:
    """The model in one word, from the first term or the sentence in the second."""
    told = words_told(_first(terms, names[1:]))
    return model_of(_first(terms, names[:1])) or told[3]


@maker("vehicle-color")
def vehicle_color(terms: Terms, names: tuple[str, ...]) -> Value:
    """The color as told at night, from the first term or the sentence in the second."""
    return color_of(_first(terms, names[:1])) or color_of(_first(terms, names[1:]))


@maker("vehicle-year")
def vehicle_year(terms: Terms, names: tuple[str, ...]) -> Value:
    """The model year in four digits, from the first term or the sentence in the second."""
    year = _first(terms, names[:1])
    return year if len(year) == 4 and year.isdigit() else words_told(_first(terms, names[1:]))[0]  # noqa: PLR2004 - a year


# Telephones, e-mail, identifiers


def _phone(terms: Terms, names: tuple[str, ...]) -> Phone | None:
    text = _first(terms, names[:1])
    return phone_of(text, _first(terms, names[1:])) if text else None


@maker("phone")
def phone(terms: Terms, names: tuple[str, ...]) -> Value:
    """The number in E.164; None without an area code."""
    found = _phone(terms, names)
    return found.e164 if found else None


@maker("phone-local")
def phone_local(terms: Terms, names: tuple[str, ...]) -> Value:
    """The last seven digits."""
    found = _phone(terms, names)
    return found.local if found else None


@maker("phone-extension")
def phone_extension(terms: Terms, names: tuple[str, ...]) -> Value:
    """The extension, from number or second term; `-` where there is none."""
    found = _phone(terms, names)
    return (found.extension or WHOLE) if found else None


@maker("phone-and-extension")
def phone_and_extension(terms: Terms, names: tuple[str, ...]) -> Value:
    """Number and extension as one text: what is dialled."""
    found = _phone(terms, names)
    return f"{found.e164} {found.extension or WHOLE}" if found and found.e164 else None


@maker("mailbox")
def mailbox(terms: Terms, names: tuple[str, ...]) -> Value:
    """The mailbox behind an e-mail address."""
    found = email_of(_first(terms, names))
    return found.mailbox if found else None


@maker("domain")
def domain(terms: Terms, names: tuple[str, ...]) -> Value:
    """Domains that are one body's own, of an e-mail address (first term) and of a website (second)."""
    email = email_of(_first(terms, names[:1]))
    site = website_domain(_first(terms, names[1:]))
    return tuple(sorted({one for one in (email.organisation if email else "", site or "") if one}))


@maker("identifier")
def identifier(terms: Terms, names: tuple[str, ...]) -> Value:
    """The letters and digits of an identifier."""
    return _small(value_of(_first(terms, names)))


@maker("identifier-category")
def identifier_category(terms: Terms, names: tuple[str, ...]) -> Value:
    """What sort of identifier it is, in one word for each sort."""
    return category_of(_first(terms, names))


@maker("issuer")
def issuer(terms: Terms, names: tuple[str, ...]) -> Value:
    """Who issued it: a state by its postal code, a body by its bare name."""
    text = _first(terms, names)
    found = state_of(text)
    bodies = names_of_body(text)
    return _small(found) if found else bodies[0].core if bodies else None


@maker("identifier-key")
def identifier_key(terms: Terms, names: tuple[str, ...]) -> Value:
    """Value, category and issuer as one text; None unless all three are known."""
    parts = (identifier(terms, names[:1]), identifier_category(terms, names[1:2]), issuer(terms, names[2:]))
    return " ".join(str(part) for part in parts) if all(parts) else None


# Bodies


def _bodies(terms: Terms, names: tuple[str, ...]) -> tuple[BodyName, ...]:
    return tuple(body for name in names for body in names_of_body(str(terms.get(name) or "")))


@maker("body-name")
def body_name(terms: Terms, names: tuple[str, ...]) -> Value:
    """The first name of a body without its legal form."""
    bodies = _bodies(terms, names)
    return bodies[0].core if bodies else None


@maker("body-names")
def body_names(terms: Terms, names: tuple[str, ...]) -> Value:
    """All names of a body without legal forms, sorted."""
    return tuple(sorted({body.core for body in _bodies(terms, names)}))


@maker("body-initials")
def body_initials(terms: Terms, names: tuple[str, ...]) -> Value:
    """What its long names are shortened to, sorted."""
    return tuple(sorted({body.initials for body in _bodies(terms, names) if body.initials}))


@maker("body-known-as")
def body_known_as(terms: Terms, names: tuple[str, ...]) -> Value:
    """All names and their initials, to find a body under either."""
    bodies = _bodies(terms, names)
    return tuple(sorted({body.core for body in bodies} | {body.initials for body in bodies if body.initials}))


@maker("body-words")
def body_words(terms: Terms, names: tuple[str, ...]) -> Value:
    """Every word of the first name, sorted."""
    bodies = _bodies(terms, names)
    return tuple(sorted(set(bodies[0].core.split()))) if bodies else None


@maker("body-form")
def body_form(terms: Terms, names: tuple[str, ...]) -> Value:
    """The legal form that the name tells, such as `llc`."""
    bodies = _bodies(terms, names)
    return next((body.form for body in bodies if body.form), None)


@maker("registration")
def registration(terms: Terms, names: tuple[str, ...]) -> Value:
    """A number of a register, letters and digits."""
    number = letters_and_digits(_first(terms, names))
    return None if not number or is_filler(number) else number.lower()
