"""NIEM messages in XML or JSON of any exchange: persons, vehicles, incidents and charges wherever they stand in it.

What the exchange has beyond these is counted by name, and its free texts are kept as passages.
"""

import hashlib
import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Final

from tessera.extract.messages import stored
from tessera.extract.messages.nibrs_codes import SEXES
from tessera.extract.messages.niem_nodes import Node, tree_of
from tessera.extract.messages.paragraphs import passages, with_prose
from tessera.extract.messages.tally import Tally
from tessera.extract.piece import Piece
from tessera.extract.tools import Tools
from tessera.model.found import Bond, Draft, Facts, Finding
from tessera.model.locator import Locator

_KINDS: Final[Mapping[str, str]] = {
    "Arrest": "arrest",
    "Charge": "offence",
    "Conveyance": "vehicle",
    "Crash": "incident",
    "CrashVehicle": "vehicle",
    "Incident": "incident",
    "Offense": "offence",
    "Organization": "organization",
    "Person": "person",
    "Vehicle": "vehicle",
}
# A role that a person has, by the name of the element that refers to the person.
_ROLES: Final[Mapping[str, str]] = {
    "Arrestee": "arrestee", "ArrestSubject": "arrestee", "Complainant": "complainant", "CrashDriver": "driver", "CrashPassenger": "passenger",
    "CrashPerson": "mentioned", "IncidentSubject": "suspect", "IncidentVictim": "victim", "IncidentWitness": "witness",
    "ReportingPerson": "reporting", "Subject": "suspect", "Victim": "victim", "Witness": "witness",
}  # fmt: skip
_DIGITS: Final = 16
_MAIL: Final = re.compile(r"[^@\s]+@[^@\s]+\.[^@\s]+")
_LONG: Final = 20
"""Characters from which on a text of its own is kept as a passage."""
_TEXTUAL: Final = re.compile(r"(?:Text|Description|Narrative|Comment|Remarks?)$")


@dataclass(kw_only=True)
class _Message:
    """The message as it is read: which record each element became."""

    root: Node
    name: str
    """What tells this message from others: identifiers hold inside one message only."""
    records: dict[int, tuple[str, str]] = field(default_factory=dict)
    idents: dict[str, Node] = field(default_factory=dict)
    roles: dict[int, list[Node]] = field(default_factory=dict)
    """Elements that refer to a person as the one whose role they are, by the person's element."""

    def behind(self, node: Node) -> Node:
        """Follow a reference."""
        return self.idents.get(node.ref, node) if node.ref else node

    def record(self, node: Node | None) -> tuple[str, str] | None:
        return self.records.get(id(self.behind(node))) if node is not None else None


def read(piece: Piece, tools: Tools) -> Iterator[Finding]:
    """Give what a NIEM message states as records, links, passages and counts."""
    del tools
    yield from with_prose(_findings(piece))


def _findings(piece: Piece) -> Iterator[Finding]:
    message = _Message(root=tree_of(piece), name=_digest(piece))
    nodes = list(message.root.walk())
    message.idents = {node.ident: node for node in nodes if node.ident}
    yield Facts(terms={})
    for place, node in enumerate(nodes):
        for inner in node.all("RoleOfPerson"):
            message.roles.setdefault(id(message.behind(inner)), []).append(node)
        kind = _kind_of(node)
        if kind and not node.ref and (node.children or node.ident):
            message.records[id(node)] = (kind, f"{message.name}/{node.ident or f'{node.name}{place}'}")
    for node in nodes:
        if id(node) in message.records:
            yield from _record(node, message)
    yield from _bonds(message, nodes)
    yield from _rest(nodes)


def _digest(piece: Piece) -> str:
    with piece.path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()[:_DIGITS]


def _kind_of(node: Node) -> str:
    """Tell what an element states by its name, or by the name that it holds."""
    if node.name in _KINDS:
        return _KINDS[node.name]
    if node.down("PersonName") or node.down("PersonFullName"):
        return "person"
    return "organization" if node.down("OrganizationName") else ""


def _record(node: Node, message: _Message) -> Iterator[Finding]:
    kind, key = message.records[id(node)]
    injuries = list(_injuries(node, message)) if kind == "person" else []
    terms = _TERMS[kind](node)
    if kind == "person":
        terms |= {name: said for name, said in _license(node, message).items() if said}
        terms["description"] = stored.joined([terms["description"], *(f"injury: {said}" for said in injuries)])
    place = _place(node) if kind in {"incident", "arrest", "organization"} else None
    yield Draft(
        kind=kind,
        key=key,
        terms=stored.filled(terms),
        locator=Locator(pointer=node.pointer),
        place=place,
        health=bool(injuries),
    )


def _person(node: Node) -> dict[str, str]:
    name = node.down("PersonName") or Node(name="", pointer="")
    return {
        "surname": name.say("PersonSurName"),
        "given_name": " ".join(name.says("PersonGivenName")),
        "middle_name": " ".join(name.says("PersonMiddleName")),
        "name_suffix": name.say("PersonNameSuffixText"),
        "full_name": name.say("PersonFullName") or node.say("PersonFullName"),
        "birth_date": stored.birth(node.say("PersonBirthDate", "Date")),
        "age": stored.whole(node.say("PersonAgeMeasure", "MeasureIntegerValue")),
        "sex": SEXES.get(node.say("PersonSexCode"), ""),
        "national_id": node.say("PersonSSNIdentification", "IdentificationID"),
        "license_number": node.say("PersonLicenseIdentification", "IdentificationID"),
        "description": node.say("PersonDescriptionText"),
    }


def _license(node: Node, message: _Message) -> dict[str, str]:
    """Look for what the person's roles say: the license of a driver, and an address of mail on it."""
    found = {"license_number": "", "email": ""}
    for role in message.roles.get(id(node), ()):
        card = role.first(lambda each: each.name == "DriverLicenseCardIdentification")
        mail = role.first(lambda each: each.name == "ContactEmailID")
        if card is not None:
            found["license_number"] = found["license_number"] or card.say("IdentificationID")
        if mail is not None:
            mail.taken = True
            found["email"] = found["email"] or (mail.text.lower() if _MAIL.fullmatch(mail.text) else "")
    return found


def _injuries(node: Node, message: _Message) -> Iterator[str]:
    for role in message.roles.get(id(node), ()):
        for injury in role.walk():
            if injury.name.endswith("Injury"):
                yield from filter(None, [injury.say("InjuryDescriptionText")])


def _incident(node: Node) -> dict[str, str]:
    at = node.down("ActivityDate") or Node(name="", pointer="")
    said = at.say("DateTime") or at.say("Date")
    address = node.first(lambda each: each.name == "StreetFullText")
    city = node.first(lambda each: each.name == "LocationCityName")
    return {
        "incident_number": node.say("ActivityIdentification", "IdentificationID"),
        "source_category": stored.joined(
            [node.say("ActivityCategoryText"), "" if node.name == "Incident" else node.name.lower()]
        ),
        "occurred_at": stored.moment(said),
        "address": _taken(address),
        "city": _taken(city),
        "text": node.say("ActivityDescriptionText"),
    }


def _taken(node: Node | None) -> str:
    if node is None:
        return ""
    node.taken = True
    return node.text


def _arrest(node: Node) -> dict[str, str]:
    at = node.down("ActivityDate") or Node(name="", pointer="")
    return {
        "arrest_number": node.say("ActivityIdentification", "IdentificationID"),
        "arrested_at": stored.moment(at.say("DateTime") or at.say("Date")),
        "charge": node.say("ArrestCharge", "ChargeDescriptionText"),
        "text": node.say("ActivityDescriptionText"),
    }


def _offence(node: Node) -> dict[str, str]:
    felony = node.say("ChargeFelonyIndicator")
    return {
        "charge": node.say("ChargeDescriptionText"),
        "source_category": node.say("OffenseCategoryText") or node.say("OffenseUCRCode"),
        "statute": node.say("ChargeStatute", "StatuteCodeIdentification", "IdentificationID"),
        "level": "felony" if felony == "true" else "",
    }


def _vehicle(node: Node) -> dict[str, str]:
    plate = node.down("ConveyanceRegistrationPlateIdentification") or Node(name="", pointer="")
    return {
        "plate": re.sub(r"[\s-]", "", plate.say("IdentificationID")).upper(),
        "plate_state": plate.say("IdentificationJurisdiction", "LocationStateUSPostalServiceCode"),
        "vin": node.say("VehicleIdentification", "IdentificationID"),
        "make": node.say("ItemMakeName") or node.say("VehicleMakeCode"),
        "model": node.say("ItemModelName") or node.say("VehicleModelCode"),
        "model_year": stored.whole(node.say("ItemModelYearDate")),
        "body_style": node.say("ItemStyleText"),
        "description": node.say("ItemDescriptionText") or node.say("ConveyanceColorPrimaryText"),
    }


def _organization(node: Node) -> dict[str, str]:
    return {
        "name": node.say("OrganizationName"),
        "alias": node.say("OrganizationDoingBusinessAsName"),
        "category": node.say("OrganizationCategoryText"),
        "registration_number": node.say("OrganizationIdentification", "IdentificationID"),
        "description": node.say("OrganizationDescriptionText"),
    }


_TERMS: Final[Mapping[str, Callable[[Node], dict[str, str]]]] = {
    "arrest": _arrest,
    "incident": _incident,
    "offence": _offence,
    "organization": _organization,
    "person": _person,
    "vehicle": _vehicle,
}


def _place(node: Node) -> tuple[float, float] | None:
    found = node.first(lambda each: each.name == "Location2DGeospatialCoordinate")
    if found is not None:
        latitude = _degrees(found.down("GeographicCoordinateLatitude"), "Latitude", 90)
        longitude = _degrees(found.down("GeographicCoordinateLongitude"), "Longitude", 180)
        return (latitude, longitude) if latitude is not None and longitude is not None else None
    position = node.first(lambda each: each.name == "pos")
    numbers = [stored.number(each) for each in _taken(position).split()]
    if len(numbers) < 2 or not all(numbers[:2]):  # noqa: PLR2004 - latitude and longitude
        return None
    latitude, longitude = float(numbers[0]), float(numbers[1])
    return (latitude, longitude) if abs(latitude) <= 90 and abs(longitude) <= 180 else None  # noqa: PLR2004 - degrees


def _degrees(node: Node | None, name: str, most: int) -> float | None:
    """Read degrees, minutes and seconds; the sign of the degrees is that of the whole."""
    if node is None:
        return None
    parts = [node.say(f"{name}{unit}Value") for unit in ("Degree", "Minute", "Second")]
    numbers = [stored.number(said) or "0" for said in parts]
    if not stored.number(parts[0]):
        return None
    whole = abs(float(numbers[0])) + float(numbers[1]) / 60 + float(numbers[2]) / 3600
    return round(-whole if parts[0].startswith("-") else whole, 6) if whole <= most else None


def _bonds(message: _Message, nodes: list[Node]) -> Iterator[Finding]:
    above = {id(child): node for node in nodes for child in node.children}
    for node in nodes:
        person = message.record(next(node.all("RoleOfPerson"), None))
        if person:
            yield from _role(node, person, message, above)
        if node.name == "PersonChargeAssociation":
            named, charge = (
                message.record(next(node.all("Person"), None)),
                message.record(next(node.all("Charge"), None)),
            )
            if named and charge:
                yield Bond(type="involvement", start=named, end=charge, role="suspect")
        own = message.records.get(id(node))
        around = _around(node, above, message, {"incident"})
        if own and own[0] == "vehicle" and around:
            yield Bond(type="involvement", start=own, end=around, role="mentioned")


def _role(node: Node, person: tuple[str, str], message: _Message, above: dict[int, Node]) -> Iterator[Finding]:
    role = _ROLES.get(node.name, "mentioned")
    activity = _around(node, above, message, {"incident", "arrest"})
    if activity:
        yield Bond(type="involvement", start=person, end=activity, role=role)
    vehicle = _around(node, above, message, {"vehicle"})
    if vehicle and role in {"driver", "passenger"}:
        yield Bond(type="uses-vehicle", start=person, end=vehicle, role=role)


def _around(node: Node, above: dict[int, Node], message: _Message, kinds: set[str]) -> tuple[str, str] | None:
    """Find the nearest record of these kinds that the element stands in."""
    at = above.get(id(node))
    while at is not None:
        record = message.records.get(id(at))
        if record and record[0] in kinds:
            return record
        at = above.get(id(at))
    return None


def _rest(nodes: list[Node]) -> Iterator[Finding]:
    """Keep the free texts that no term takes, and count whatever else is left by its name and that of what holds it."""
    tally = Tally()
    above = {id(child): node for node in nodes for child in node.children}
    for node in nodes:
        if node.taken or not node.text:
            continue
        locator = Locator(pointer=node.pointer)
        if _TEXTUAL.search(node.name) and len(node.text) >= _LONG:
            yield from passages(node.text, locator)
            continue
        held = above.get(id(node))
        tally.count([f"{held.name}.{node.name}" if held and held.name else node.name], locator)
    yield from tally.findings()
