"""MISP core format: events alone, in lists and answers of a server, and manifests of feeds.

An attribute that is meant for detection (`to_ids`) is an indicator; one that only names something is the thing that it names.
"""

import ipaddress
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Final

from tessera.extract.messages import stored, tlp
from tessera.extract.messages.json_message import Item, items
from tessera.extract.messages.misp_types import GALAXIES, IDENTIFIERS, NAMED, PATTERNS, PERSONS, PHONES, TEXTS
from tessera.extract.messages.paragraphs import with_prose
from tessera.extract.messages.parts import JsonPart, escaped
from tessera.extract.messages.stix_observables import identifier
from tessera.extract.messages.tally import Tally
from tessera.extract.piece import Piece
from tessera.extract.tools import Tools
from tessera.model.found import Bond, Draft, Facts, Finding, Refused
from tessera.model.locator import Locator
from tessera.model.marking import Tlp

_LISTS: Final = ("response",)
_UUID: Final = re.compile(r"[0-9a-fA-F]{8}(?:-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}", re.ASCII)
_THREAT: Final = {"1": "high", "2": "medium", "3": "low", "4": "undefined"}
_ANALYSIS: Final = {"0": "initial", "1": "ongoing", "2": "complete"}
# How far a distribution lets a thing go, and the level that keeps it there; 5 inherits.
_DISTRIBUTION: Final = {
    "0": ("this organisation only", Tlp.AMBER_STRICT),
    "1": ("this community only", Tlp.GREEN),
    "2": ("connected communities", Tlp.GREEN),
    "3": ("all communities", Tlp.CLEAR),
    "4": ("a sharing group", Tlp.AMBER),
}
_SIGHTINGS: Final = {"0": "seen", "1": "false alarm", "2": "expired"}
_HEX: Final = {"md5": 32, "sha1": 40, "sha224": 56, "sha256": 64, "sha384": 96, "sha512": 128}
_STIX: Final = frozenset({"domain-name", "email-addr", "ipv4-addr", "ipv6-addr", "mac-addr", "url"})
_E164: Final = re.compile(r"\+?[0-9 ().-]{7,20}", re.ASCII)
_ROLES: Final[Mapping[str, str]] = {
    "analysed-with": "related-to", "attributed-to": "attributed-to", "belongs-to": "belongs-to", "communicates-with": "communicates-with",
    "connected-to": "communicates-with", "contains": "contains", "derived-from": "derived-from", "downloads": "downloads",
    "downloaded-from": "related-to", "drops": "drops", "exploits": "exploits", "hosts": "hosts", "indicates": "indicates",
    "mitigates": "mitigates", "related-to": "related-to", "resolves-to": "resolves-to", "targets": "targets", "uses": "uses",
    "variant-of": "variant-of",
}  # fmt: skip


@dataclass(frozen=True, kw_only=True)
class _Within:
    """What holds an attribute: the event or an object of it, with the level that it asks for."""

    end: tuple[str, str]
    level: Tlp
    row: int
    kinds: dict[str, str] = field(default_factory=dict)
    """Kind of each record of the event by its identifier, for references between them."""

    def at(self, part: JsonPart) -> Locator:
        return Locator(pointer=part.pointer, row=self.row)


def read(piece: Piece, tools: Tools) -> Iterator[Finding]:
    """Give the events of a MISP file with their attributes, objects, galaxies and sightings."""
    del tools
    yield from with_prose(_findings(piece))


def _findings(piece: Piece) -> Iterator[Finding]:
    yield Facts(terms={})
    tally = Tally()
    for item in items(piece, _LISTS):
        if item.fault:
            yield item.refused()
        elif not item.envelope:
            yield from _item(item, tally)
    yield from tally.findings()


def _item(item: Item, tally: Tally) -> Iterator[Finding]:
    found = item.value if isinstance(item.value, dict) else {}
    at = item.locator.pointer
    if isinstance(found.get("Event"), dict):
        part = JsonPart(found["Event"], "Event", f"{at}/Event")
        tally.count((f"around the event.{name}" for name in found if name != "Event"), item.locator)
        yield from _event(part, item, tally)
    elif "info" in found or "Attribute" in found:
        yield from _event(JsonPart(found, "Event", at), item, tally)
    elif isinstance(found.get("response"), dict):
        inner = Item(
            value=found["response"], locator=Locator(pointer=f"{at}/response", row=item.locator.row), text=item.text
        )
        yield from _item(inner, tally)
    elif found and all(_UUID.fullmatch(key) and isinstance(value, dict) for key, value in found.items()):
        yield from _manifest(found, item, tally)
    else:
        yield item.refused("The item is no MISP event: it has neither `Event` nor `info`. Ask for the file again.")


def _manifest(found: Mapping[str, object], item: Item, tally: Tally) -> Iterator[Finding]:
    """Read the list that a feed has of its events: what each is about, without what is in it."""
    for key, value in found.items():
        part = JsonPart(value, "Event", f"{item.locator.pointer}/{escaped(key)}")
        yield from _event(part, item, tally, key=key)


def _event(part: JsonPart, item: Item, tally: Tally, *, key: str = "") -> Iterator[Finding]:
    key = part.text("uuid") or key
    locator = Locator(pointer=part.pointer, row=item.locator.row)
    if not _UUID.fullmatch(key) or not part.text("info"):
        wrong = "`info` is missing" if _UUID.fullmatch(key) else "`uuid` is missing or is none"
        yield Refused(
            reason=f"The event cannot be told from others: {wrong}. Its producer has to mend it.",
            locator=locator,
            value=item.text[:2000],
        )
        return
    level = max(_level(part, Tlp.CLEAR), Tlp.CLEAR)
    within = _Within(end=("document", key), level=level, row=item.locator.row)
    yield Draft(kind="document", key=key, terms=stored.filled(_about(part)), locator=locator, tlp=level)
    yield from _members(part, within, tally)
    _known(part)
    tally.rest(part, locator)


def _about(part: JsonPart) -> dict[str, str]:
    threat, analysis = part.text("threat_level_id"), part.text("analysis")
    notes = [
        f"threat level: {_THREAT[threat]}" if threat in _THREAT else "",
        f"analysis: {_ANALYSIS[analysis]}" if analysis in _ANALYSIS else "",
        "not published" if part.text("published") == "false" else "",
        _distribution(part),
    ]
    return {
        "category": "MISP event",
        "number": part.text("uuid"),
        "title": part.text("info"),
        "written_at": part.moment("date") or stored.epoch(part.text("timestamp")),
        "agency": part.part("Orgc").text("name") or part.part("Org").text("name"),
        "author": part.text("event_creator_email"),
        "topic": stored.joined(_tags(part)),
        "note": "; ".join(filter(None, notes)),
    }


def _known(part: JsonPart) -> None:
    """Note the numbers that a server keeps for itself; they say nothing outside it."""
    for name in (
        "attribute_count", "disable_correlation", "event_id", "extends_uuid", "id", "locked", "object_id", "object_relation",
        "org_id", "orgc_id", "proposal_email_lock", "publish_timestamp", "sharing_group_id", "sighting_timestamp", "timestamp",
        "uuid", "first_seen", "last_seen", "template_uuid", "template_version", "meta-category", "distribution",
    ):  # fmt: skip
        part.text(name)
    for name in ("Org", "Orgc"):
        for inner in part.parts(name):
            for each in ("id", "uuid", "local", "name"):
                inner.text(each)


def _distribution(part: JsonPart) -> str:
    known = _DISTRIBUTION.get(part.text("distribution"))
    return f"distribution: {known[0]}" if known else ""


def _level(part: JsonPart, above: Tlp) -> Tlp:
    """Give the level by tags and distribution; what stands inside something is at least as protected as that."""
    named = [found for tag in _tags(part) if (found := tlp.level_of(tag)) is not None]
    known = _DISTRIBUTION.get(part.text("distribution"))
    return max([above, *named, *([known[1]] if known else [])])


def _tags(part: JsonPart) -> list[str]:
    tags = part.parts("Tag")
    for each in tags:
        for name in ("id", "colour", "exportable", "local", "relationship_type", "is_galaxy", "is_custom_galaxy", "local_only", "hide_tag", "user_id", "numerical_value", "org_id"):  # fmt: skip
            each.text(name)
    return [each.text("name") for each in tags]


def _members(part: JsonPart, within: _Within, tally: Tally) -> Iterator[Finding]:
    for each in part.parts("Attribute"):
        yield from _attribute(each, within, tally)
    objects = part.parts("Object")
    for each in objects:
        yield from _object(each, within, tally)
    for each in objects:
        yield from _references(each, within, tally)
    for galaxy in part.parts("Galaxy"):
        yield from _galaxy(galaxy, within, tally)
    for report in part.parts("EventReport"):
        yield from _report(report, within, tally)


def _object(part: JsonPart, within: _Within, tally: Tally) -> Iterator[Finding]:
    locator, key = within.at(part), part.text("uuid")
    if part.text("deleted") in {"true", "1"}:
        tally.count(["Object (deleted)"], locator)
        part.settle()
        return
    if not _UUID.fullmatch(key) or not part.text("name"):
        yield _refused("object", part, locator, "`uuid` or `name` is missing")
        return
    level = _level(part, within.level)
    said = [f"{each.text('object_relation') or each.text('type')}: {each.text('value')}" for each in part.parts("Attribute")
            if each.text("deleted") not in {"true", "1"}]  # fmt: skip
    terms = {
        "category": f"MISP object: {part.text('name')}",
        "number": key,
        "title": said[0] if said else part.text("name"),
        "text": "\n".join(said),
        "topic": part.text("meta-category"),
        "written_at": part.moment("first_seen") or stored.epoch(part.text("timestamp")),
        "note": "; ".join(filter(None, [part.text("comment"), part.text("description"), _distribution(part)])),
    }
    own = ("document", key)
    within.kinds[key] = "document"
    yield Draft(kind="document", key=key, terms=stored.filled(terms), locator=locator, tlp=level)
    inner = _Within(end=own, level=level, row=within.row, kinds=within.kinds)
    for each in part.parts("Attribute"):
        yield from _attribute(each, inner, tally)
    _known(part)


def _references(part: JsonPart, within: _Within, tally: Tally) -> Iterator[Finding]:
    """Link an object to what it refers to; a document that tells of a thing reports on it."""
    start = within.kinds.get(part.text("uuid"))
    for each in part.parts("ObjectReference"):
        target, word = each.text("referenced_uuid"), each.text("relationship_type")
        end = within.kinds.get(target)
        if start is None or end is None:
            tally.count(["ObjectReference (to nothing in this file)"], within.at(each))
            each.settle()
            continue
        role = _ROLES.get(word, "related-to")
        yield Bond(type="threat-link", start=(start, part.text("uuid")), end=(end, target), role=role)
        _known(each)
        for name in ("source_uuid", "deleted", "referenced_id", "referenced_type", "comment"):
            each.text(name)
    tally.rest(part, within.at(part))


def _attribute(part: JsonPart, within: _Within, tally: Tally) -> Iterator[Finding]:
    locator, key = within.at(part), part.text("uuid")
    if part.text("deleted") in {"true", "1"}:
        tally.count(["Attribute (deleted)"], locator)
        part.settle()
        return
    sort, value = part.text("type"), part.text("value")
    if not _UUID.fullmatch(key) or not sort or not value:
        yield _refused("attribute", part, locator, "`uuid`, `type` or `value` is missing")
        return
    if wrong := _wrong(sort, value):
        yield _refused("attribute", part, locator, wrong)
        return
    level = _level(part, within.level)
    made = _made(part, sort, value)
    if made is None:
        tally.count([f"Attribute {sort}"], locator)
        part.settle()
        return
    kind, terms = made
    within.kinds[key] = kind
    yield Draft(kind=kind, key=key, terms=stored.filled(terms), locator=locator, tlp=level)
    yield Bond(type="reports-on", start=within.end, end=(kind, key))
    if kind == "indicator" and sort not in PATTERNS:
        yield from _looked_for(sort, value, key, locator, level)
    yield from _sightings(part, (kind, key), within, level)
    for galaxy in part.parts("Galaxy"):
        yield from _galaxy(galaxy, within, tally, part=(kind, key))
    for name in ("data", "malware_filename", "malware_filename_md5"):
        part.get(name)
    _known(part)
    tally.rest(part, locator)


def _wrong(sort: str, value: str) -> str:
    size = _HEX.get(sort)
    if size and not re.fullmatch(rf"[0-9a-fA-F]{{{size}}}", value):
        return f"its value is no {sort}"
    if sort in {"ip-src", "ip-dst"} and not _address(value):
        return "its value is no IP address"
    return ""


def _address(value: str) -> str:
    """Name the sort of an IP address or network; empty where it is none."""
    try:
        return f"ipv{ipaddress.ip_interface(value.strip()).version}-addr"
    except ValueError:
        return ""


def _made(part: JsonPart, sort: str, value: str) -> tuple[str, dict[str, str]] | None:
    """Give kind and terms of an attribute; None for a type that nothing here takes."""
    comment, labels, category = part.text("comment"), stored.joined(_tags(part)), part.text("category")
    relation = part.text("object_relation")
    if part.text("to_ids") in {"true", "1"} or sort in PATTERNS:
        return "indicator", _indicator(part, sort, value, labels)
    beside = stored.joined([relation, category, comment, labels])
    if sort in IDENTIFIERS or "|" in sort:
        return "identifier", {"value": value, "category": _category(sort, value), "description": beside}
    if sort in PHONES and _E164.fullmatch(value):
        return "phone", {"number": _number(value), "line_type": category}
    if PERSONS.get(sort):
        return "person", {PERSONS[sort]: _person(sort, value), "description": beside}
    if sort in NAMED:
        number = value if NAMED[sort] == "vulnerability" else ""
        return NAMED[sort], {"name": value, "number": number, "description": comment, "labels": labels}
    text = {"category": f"MISP {sort}", "title": relation or category, "text": value, "note": comment, "topic": labels}
    return ("document", {**text, "written_at": _began(part)}) if sort in TEXTS or sort in PHONES else None


def _began(part: JsonPart) -> str:
    return part.moment("first_seen") or stored.epoch(part.text("timestamp"))


def _indicator(part: JsonPart, sort: str, value: str, labels: str) -> dict[str, str]:
    return {
        "name": stored.joined([sort, part.text("comment")]),
        "pattern": value,
        "pattern_type": sort if sort in PATTERNS else f"MISP {sort}",
        "category": part.text("category"),
        "labels": labels,
        "valid_from": _began(part),
        "valid_until": part.moment("last_seen"),
        "stated_at": stored.epoch(part.text("timestamp")),
    }


def _person(sort: str, value: str) -> str:
    if sort == "date-of-birth":
        return stored.birth(value[:10])
    word = value.lower()
    return word if sort != "gender" or word in {"female", "male"} else "other" if sort == "gender" else value


def _number(value: str) -> str:
    digits = re.sub(r"[^0-9]", "", value)
    return f"+1{digits}" if len(digits) == 10 and not value.strip().startswith("+") else f"+{digits}"  # noqa: PLR2004 - North America


def _category(sort: str, value: str) -> str:
    if "|" in sort:
        return " and ".join(_category(each, one) for each, one in zip(sort.split("|"), value.split("|"), strict=False))
    known = IDENTIFIERS.get(sort, sort)
    return (_address(value) or known) if known == "ip-addr" else known


def _looked_for(sort: str, value: str, key: str, locator: Locator, level: Tlp) -> Iterator[Finding]:
    """Give each thing that an indicator names, so that a search for the address or digest finds it."""
    for each, one in zip(sort.split("|"), value.split("|"), strict=False):
        if each not in IDENTIFIERS or not one:
            continue
        category = _category(each, one)
        kind, _, name = category.partition(" ")
        made = (
            {"hashes": {name: one}} if kind == "file" and name else {"value": one} if kind in _STIX else {"name": one}
        )
        other = identifier(kind, made)
        yield Draft(
            kind="identifier", key=other, terms={"value": one, "category": category}, locator=locator, tlp=level
        )
        yield Bond(type="looks-for", start=("indicator", key), end=("identifier", other))


def _sightings(part: JsonPart, seen: tuple[str, str], within: _Within, level: Tlp) -> Iterator[Finding]:
    for place, each in enumerate(part.parts("Sighting"), start=1):
        key = each.text("uuid") or f"{seen[1]} sighting {place}"
        said = _SIGHTINGS.get(each.text("type"), "seen")
        source = " ".join(filter(None, (each.part("Organisation").text("name"), each.text("source"))))
        terms = {
            "category": f"{seen[0]} {said}",
            "first_seen": stored.epoch(each.text("date_sighting")),
            "description": source,
            "seen_ref": seen[1],
        }
        yield Draft(kind="sighting", key=key, terms=stored.filled(terms), locator=within.at(each), tlp=level)
        yield Bond(type="sighted", start=("sighting", key), end=seen, role="what")
        for name in ("id", "attribute_id", "event_id", "org_id", "attribute_uuid"):
            each.text(name)


def _galaxy(galaxy: JsonPart, within: _Within, tally: Tally, part: tuple[str, str] | None = None) -> Iterator[Finding]:
    sort = galaxy.text("type")
    for each in galaxy.parts("GalaxyCluster"):
        kind = GALAXIES.get(each.text("type") or sort, GALAXIES.get(sort, ""))
        key = each.text("uuid")
        if not kind or not key:
            tally.count([f"GalaxyCluster {each.text('type') or sort}"], within.at(each))
            each.settle()
            continue
        meta = each.part("meta")
        terms = {
            "name": each.text("value"),
            "alias": stored.joined(meta.texts("synonyms")),
            "number": stored.joined(meta.texts("external_id")),
            "description": each.text("description"),
            "references": "\n".join(meta.texts("refs")),
        }
        terms |= {"alias": ""} if kind == "course-of-action" else {}
        yield Draft(kind=kind, key=key, terms=stored.filled(terms), locator=within.at(each), tlp=within.level)
        start = part if part and part[0] != "document" else within.end
        if start[0] == "document":
            yield Bond(type="reports-on", start=start, end=(kind, key))
        else:
            yield Bond(
                type="threat-link",
                start=start,
                end=(kind, key),
                role="indicates" if start[0] == "indicator" else "related-to",
            )
        tally.rest(meta, within.at(each))


def _report(part: JsonPart, within: _Within, tally: Tally) -> Iterator[Finding]:
    key = part.text("uuid")
    if part.text("deleted") in {"true", "1"}:
        tally.count(["EventReport (deleted)"], within.at(part))
        part.settle()
        return
    if not _UUID.fullmatch(key):
        yield _refused("report", part, within.at(part), "`uuid` is missing or is none")
        return
    terms = {
        "category": "MISP report", "number": key, "title": part.text("name"), "text": part.text("content"),
        "written_at": stored.epoch(part.text("timestamp")), "note": _distribution(part),
    }  # fmt: skip
    level = _level(part, within.level)
    yield Draft(kind="document", key=key, terms=stored.filled(terms), locator=within.at(part), tlp=level)
    _known(part)


def _refused(what: str, part: JsonPart, locator: Locator, why: str) -> Refused:
    value = "; ".join(f"{name}: {part.text(name)}" for name in ("uuid", "type", "value", "name") if part.text(name))
    part.settle()
    return Refused(
        reason=f"The {what} cannot be read: {why}. Its producer has to mend it.", locator=locator, value=value[:2000]
    )
