"""What a NIBRS report tells, in the terms of the dictionary. The readers of its two forms, XML and flat file, fill these in."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from tessera.extract.messages import stored
from tessera.extract.messages.nibrs_codes import (
    ARRESTS,
    CIRCUMSTANCES,
    CLEARED,
    DRUGS,
    GOODS,
    GRAVEST,
    JUSTIFIED,
    OFFENCES,
    OFFICER_ACTIVITIES,
    OFFICER_ASSIGNMENTS,
    PLACES,
    SEXES,
    VICTIMS,
    WEAPONS,
)

_FATAL: Final = frozenset({"09A", "09B", "09C"})


@dataclass(frozen=True, slots=True, kw_only=True)
class Incident:
    """An incident. Codes are those of NIBRS; `at` is a day or a moment, `hour` the time by the agency's clock, as 05:00."""

    number: str
    codes: Sequence[str] = ()
    """Codes of its offences."""
    at: str = ""
    hour: str = ""
    is_report_date: bool = False
    """Whether `at` is when the agency came to know of it."""
    cleared: Sequence[str] = ()
    cleared_on: str = ""
    has_arrest: bool = False
    places: Sequence[str] = ()
    weapons: Sequence[str] = ()
    is_cargo_theft: bool = False
    note: str = ""

    def terms(self) -> dict[str, str]:
        """Give the terms of the kind `incident`."""
        gravest = next((code for code in GRAVEST if code in self.codes), self.codes[0] if self.codes else "")
        cleared = next((CLEARED[code] for code in self.cleared if code in CLEARED), "")
        cleared_note = f"cleared exceptionally: {cleared} {self.cleared_on}".strip() if cleared else ""
        places = [f"{code} {PLACES[code][0]}" if code in PLACES else code for code in self.places]
        terms = {
            "incident_number": self.number,
            "offence_category": OFFENCES[gravest][1] if gravest else "",
            "source_category": stored.joined(map(offence_words, self.codes)),
            "reported_at" if self.is_report_date else "occurred_at": self.at,
            "status": "closed" if cleared else "cleared-by-arrest" if self.has_arrest else "",
            "place_type": PLACES[self.places[0]][1] if self.places and self.places[0] in PLACES else "",
            "source_place_type": stored.joined(places),
            "weapon": stored.joined(map(_weapon, self.weapons)),
            "fatal": "true" if _FATAL & set(self.codes) else "",
            "note": stored.joined(
                [self.note, _hour(self.hour), cleared_note, "cargo theft" if self.is_cargo_theft else ""]
            ),
        }
        return stored.filled(terms)


@dataclass(frozen=True, slots=True, kw_only=True)
class Offence:
    """An offence of an incident."""

    code: str
    is_attempt: bool = False
    at: str = ""
    weapons: Sequence[str] = ()

    def terms(self) -> dict[str, str]:
        """Give the terms of the kind `offence`."""
        terms = {
            "offence_category": OFFENCES[self.code][1] if self.code in OFFENCES else "",
            "source_category": stored.joined([offence_words(self.code), "attempted" if self.is_attempt else ""]),
            "occurred_at": self.at,
            "weapon": stored.joined(map(_weapon, self.weapons)),
            "fatal": "true" if self.code in _FATAL else "",
        }
        return stored.filled(terms)


@dataclass(frozen=True, slots=True, kw_only=True)
class Person:
    """A person as NIBRS knows one: without a name. `span` holds the least and the greatest age that it can be."""

    sex: str = ""
    age: str = ""
    span: tuple[str, str] = ("", "")
    age_word: str = ""
    """What is said in place of a number, such as newborn."""
    beside: Sequence[str] = ()
    """What else is said of the person, in words."""

    def terms(self) -> dict[str, str]:
        """Give the terms of the kind `person`."""
        least, most = self.span
        word = f"age: {self.age_word.lower()}" if self.age_word else ""
        terms = {
            "age": stored.whole(self.age),
            "sex": SEXES.get(self.sex, ""),
            "description": stored.joined([f"{least} to {most} years old" if least and most else word, *self.beside]),
        }
        return stored.filled(terms)


@dataclass(frozen=True, slots=True, kw_only=True)
class Victim:
    """What makes a person a victim. `relations` are the number of an offender, and what the victim is to that one."""

    sort: str = ""
    circumstances: Sequence[str] = ()
    justified: Sequence[str] = ()
    relations: Sequence[tuple[str, str]] = ()
    activity: str = ""
    """What an officer did when it happened."""
    assignment: str = ""
    agency: str = ""
    """The officer's own agency, where it is another."""

    def words(self) -> list[str]:
        """Give it in words, which are kept with the person."""
        officer = self.sort == "L"
        found = [
            VICTIMS["L"] if officer else "",
            *(f"circumstance: {CIRCUMSTANCES.get(code, code)}" for code in self.circumstances),
            *(f"justifiable homicide: {JUSTIFIED.get(code, code)}" for code in self.justified),
            *(f"to {f'offender {number}' if number else 'an offender'}: {word}" for number, word in self.relations),
            f"officer's activity: {OFFICER_ACTIVITIES.get(self.activity, self.activity)}" if self.activity else "",
            f"officer's assignment: {OFFICER_ASSIGNMENTS.get(self.assignment, self.assignment)}"
            if self.assignment
            else "",
            f"officer of the agency {self.agency}" if self.agency else "",
        ]
        return [said for said in found if said]


@dataclass(frozen=True, slots=True, kw_only=True)
class Arrest:
    """An arrest, of an incident or by itself."""

    number: str
    at: str = ""
    hour: str = ""
    codes: Sequence[str] = ()
    sort: str = ""
    note: str = ""

    def terms(self) -> dict[str, str]:
        """Give the terms of the kind `arrest`."""
        terms = {
            "arrest_number": self.number,
            "arrested_at": self.at,
            "charge": stored.joined(map(offence_words, self.codes)),
            "note": stored.joined([self.note, ARRESTS.get(self.sort, self.sort), _hour(self.hour)]),
        }
        return stored.filled(terms)


@dataclass(frozen=True, slots=True, kw_only=True)
class Property:
    """A sort of property and what became of it; `loss` is a word of NIBRS, `day` the day of its recovery."""

    code: str = ""
    loss: str = ""
    value: str = ""
    day: str = ""
    quantity: str = ""
    drugs: Sequence[str] = ()
    make: str = ""
    description: str = ""
    note: str = ""

    def terms(self) -> dict[str, str]:
        """Give the terms of the kind `property`."""
        terms = {
            "category": f"{self.code} {GOODS[self.code]}" if self.code in GOODS else self.code,
            "loss": self.loss,
            "value": stored.number(self.value),
            "recovered_on": self.day if self.loss.startswith("recovered") else "",
            "quantity": self.quantity,
            "drug": stored.joined(DRUGS.get(drug, drug) for drug in self.drugs),
            "make": self.make,
            "description": self.description,
            "note": self.note,
        }
        return stored.filled(terms)


def offence_words(code: str) -> str:
    """Write a code of an offence with its words.

    >>> offence_words("13B")
    '13B Simple assault'
    """
    return f"{code} {OFFENCES[code][0]}" if code in OFFENCES else code


def _weapon(code: str) -> str:
    """Name a weapon; an A behind the number says that it is automatic."""
    words = WEAPONS.get(code.rstrip("A"), "")
    return f"{words}, automatic" if words and code.endswith("A") else words or code


def _hour(hour: str) -> str:
    return f"at {hour} by the agency's clock" if hour else ""
