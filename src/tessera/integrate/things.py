"""What a mention names, as a record of its own kind: a person, a number, an account, a place."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Final, Protocol

from tessera.dictionary.values import folded
from tessera.model.found import Mention, MentionType
from tessera.model.located import Around, Located
from tessera.resolution.vehicles import words_told

_IDENTIFIERS = {
    MentionType.BANK_ROUTING: "bank routing number",
    MentionType.CARD: "payment card",
    MentionType.COIN: "coin address",
    MentionType.CVE: "vulnerability",
    MentionType.DOMAIN: "domain",
    MentionType.EMAIL: "e-mail",
    MentionType.HASH: "file hash",
    MentionType.IP: "IP address",
    MentionType.MAC: "hardware address",
    MentionType.SSN: "social security number",
    MentionType.URL: "web address",
}
"""Mentions that become identifiers, and the category that the identifier gets."""
_AREA: Final = frozenset({"city", "county", "state", "postal_code"})
"""Terms of a location that say where it is without its point."""
_WORDS_OF_A_NAME = 2
"""A single word is too little to be compared as a person's name; it stays a mention."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Thing:
    """A record to be made of what is named: its kind, what tells it apart within the file, and its terms."""

    kind: str
    key: str
    terms: Mapping[str, str] = field(default_factory=dict)
    place: tuple[float, float] | None = None


class Places(Protocol):
    """Finds places."""

    def find(self, address: str, /) -> Located | None:
        """Give the place of an address; None where it is not one place."""

    def around(self, latitude: float, longitude: float, /) -> Around | None:
        """Say where a point is; None where nothing is known."""


class _Nowhere:
    """Finds no place: what a center without gazetteers does."""

    def find(self, _address: str, /) -> Located | None:
        return None

    def around(self, _latitude: float, _longitude: float, /) -> Around | None:
        return None


NOWHERE: Final[Places] = _Nowhere()


def described(point: tuple[float, float], terms: Mapping[str, str], places: Places) -> Mapping[str, str]:
    """Add county and state to a location that has a point and says neither; the nearest ZIP code is told with its distance."""
    if not _AREA.isdisjoint(terms):
        return terms
    around = places.around(*point)
    if around is None:
        return terms
    told = f"county by the outlines of the map; the nearest centre of a ZIP code is {around.postal_code}, {around.away_m:,.0f} m away"
    how = "; ".join(filter(None, (terms.get("place_source"), told)))
    return {**terms, "county": around.county, "state": around.state, "place_source": how}


def thing_of(mention: Mention, places: Places = NOWHERE) -> Thing | None:
    """Say what a mention names; None for dates, amounts and whatever is no thing."""
    kind = mention.type
    if kind in _IDENTIFIERS:
        terms = {"category": _IDENTIFIERS[kind], "value": mention.value}
        return Thing(kind="identifier", key=f"{kind.value}/{mention.value}", terms=terms)
    return _of_kind(mention, places)


def _of_kind(mention: Mention, places: Places) -> Thing | None:
    match mention.type:
        case MentionType.PERSON if len(mention.value.split()) >= _WORDS_OF_A_NAME:
            return Thing(kind="person", key=folded(mention.value), terms={"full_name": mention.value})
        case MentionType.ORGANIZATION:
            return Thing(kind="organization", key=folded(mention.value), terms={"name": mention.value})
        case MentionType.PHONE:
            number, _, extension = mention.value.partition(";ext=")
            terms = {"number": number} | ({"extension": extension} if extension else {})
            return Thing(kind="phone", key=mention.value, terms=terms)
        case MentionType.PLATE | MentionType.VIN | MentionType.VEHICLE:
            return _vehicle(mention)
        case MentionType.ADDRESS | MentionType.PLACE | MentionType.COORDINATES:
            return _place(mention, places)
        case _:
            return None


def _vehicle(mention: Mention) -> Thing:
    if mention.type is MentionType.VIN:
        return Thing(kind="vehicle", key=f"vin/{mention.value}", terms={"vin": mention.value})
    if mention.type is MentionType.PLATE:
        state, _, plate = mention.value.rpartition(" ")
        terms = {"plate": plate} | ({"plate_state": state} if state else {})
        return Thing(kind="vehicle", key=f"plate/{mention.value}", terms=terms)
    year, color, make, model = words_told(mention.value)
    told = {"make": make, "model": model, "model_year": year, "color": color}
    terms = {"description": mention.value} | {name: value for name, value in told.items() if value}
    return Thing(kind="vehicle", key=f"words/{folded(mention.value)}", terms=terms)


def _place(mention: Mention, places: Places) -> Thing:
    if mention.type is MentionType.COORDINATES:
        latitude, _, longitude = mention.value.partition(",")
        point = (float(latitude), float(longitude))
        terms = described(point, {"description": mention.value}, places)
        return Thing(kind="location", key=mention.value, terms=terms, place=point)
    found = places.find(mention.value)
    term = "address" if mention.type is MentionType.ADDRESS else "name"
    terms = {term: mention.value}
    if found:
        terms |= {"precision": f"{found.precision_m:.0f}", "place_source": found.how}
    return Thing(
        kind="location",
        key=folded(mention.value),
        terms=terms,
        place=(found.latitude, found.longitude) if found else None,
    )
