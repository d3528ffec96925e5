"""FHIR R4: bundles of every type, single resources, lists, and NDJSON of bulk exports.

What is said of patients falls under health privacy law and is marked so.
"""

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Final

from tessera.extract.messages import stored
from tessera.extract.messages.fhir_records import ENDS, KINDS, LINKS, NOT_HEALTH, references_in, terms_of
from tessera.extract.messages.fhir_rules import faults
from tessera.extract.messages.json_message import Item, items
from tessera.extract.messages.paragraphs import with_prose
from tessera.extract.messages.parts import JsonPart
from tessera.extract.messages.tally import Tally
from tessera.extract.piece import Piece
from tessera.extract.tools import Tools
from tessera.model.found import Bond, Draft, Facts, Finding
from tessera.model.locator import Locator
from tessera.model.marking import Tlp

_LISTS: Final = ("entry",)
_SEVERAL: Final = 3
# Codes of the HL7 lists Confidentiality and ActCode (sensitivity) that ask for more than the usual care of health records.
_SENSITIVE: Final = {
    "ETH": Tlp.AMBER_STRICT, "HIV": Tlp.AMBER_STRICT, "PSY": Tlp.AMBER_STRICT, "R": Tlp.AMBER_STRICT, "SDV": Tlp.AMBER_STRICT,
    "SUD": Tlp.AMBER_STRICT, "V": Tlp.RED,
}  # fmt: skip
_KEPT: Final = ("id", "resourceType", "implicitRules", "language")


@dataclass(kw_only=True)
class _Overview:
    """What is known of the whole file before any resource is read."""

    keys: dict[str, str] = field(default_factory=dict)
    """Type and identifier of each resource by the address that its entry gives it."""
    drugs: dict[str, str] = field(default_factory=dict)
    """What medications are called, by reference."""

    def note(self, item: Item) -> None:
        resource, address = _resource(item)
        kind = stored.text(resource.get("resourceType"))
        if not kind:
            return
        key = _key(kind, resource, address)
        if address:
            self.keys[address] = key
        if kind == "Medication":
            part = JsonPart(resource, kind).part("code")
            words = part.text("text") or next((each.text("display") for each in part.parts("coding")), "")
            self.drugs[key] = self.drugs[address] = words

    def key(self, reference: str) -> str:
        """Give type and identifier of what a reference points to; empty where that cannot be told."""
        if reference in self.keys:
            return self.keys[reference]
        steps = reference.partition("/_history/")[0].split("/")
        good = len(steps) > 1 and steps[-2] in KINDS and steps[-1]
        return "/".join(steps[-2:]) if good else ""


def read(piece: Piece, tools: Tools) -> Iterator[Finding]:
    """Give the resources of a FHIR file as records, links and refusals."""
    del tools
    yield from with_prose(_findings(piece))


def _findings(piece: Piece) -> Iterator[Finding]:
    overview = _Overview()
    for item in items(piece, _LISTS, checked=False):
        overview.note(item)
    yield Facts(terms={})
    tally = Tally()
    for item in items(piece, _LISTS):
        if item.fault:
            yield item.refused()
        elif item.envelope:
            yield from _envelope(item, tally)
        else:
            yield from _read_item(item, overview, tally)
    yield from tally.findings()


def _envelope(item: Item, tally: Tally) -> Iterator[Finding]:
    found = item.value if isinstance(item.value, dict) else {}
    kind = stored.text(found.get("resourceType"))
    if kind and kind != "Bundle":
        tally.count([kind], item.locator)  # a List has entries as well
        return
    if not kind:
        yield item.refused("What holds the entries is no Bundle: its `resourceType` is wrong. The entries were read.")
    known = {"resourceType", "type", "id", "total", "link", "meta", "timestamp", "identifier"}
    tally.count((f"Bundle.{name}" for name in found if name not in known), item.locator)


def _resource(item: Item) -> tuple[dict[str, object], str]:
    """Give the resource of an item, and the address that its entry gives it."""
    found = item.value if isinstance(item.value, dict) else {}
    if "resourceType" in found or "resource" not in found:
        return found, ""
    inner = found["resource"]
    return (inner if isinstance(inner, dict) else {}), stored.text(found.get("fullUrl"))


def _key(kind: str, resource: dict[str, object], address: str) -> str:
    return f"{kind}/{stored.text(resource.get('id')) or address.removeprefix('urn:uuid:')}"


def _read_item(item: Item, overview: _Overview, tally: Tally) -> Iterator[Finding]:
    resource, address = _resource(item)
    kind = stored.text(resource.get("resourceType"))
    entry = item.value is not resource
    pointer = f"{item.locator.pointer}/resource" if entry else item.locator.pointer
    locator = Locator(pointer=pointer, row=item.locator.row)
    if entry and isinstance(item.value, dict):
        known = {"fullUrl", "resource", "request", "response", "search", "link"}
        tally.count((f"entry.{name}" for name in item.value if name not in known), item.locator)
    if kind == "Bundle":
        yield from _bundle(resource, item, tally)
    elif not kind and "item" in resource:
        tally.count(["List.entry"], item.locator)
    elif not kind:
        yield item.refused("There is no resource: `resourceType` is missing. Its sender has to mend it.")
    elif kind not in KINDS:
        tally.count([kind], locator)
    elif wrong := list(faults(resource)):
        more = f" {len(wrong) - _SEVERAL} more of the standard's rules are broken." if len(wrong) > _SEVERAL else ""
        yield item.refused(" ".join(wrong[:_SEVERAL]) + more + " Its sender has to mend it.")
    else:
        part = JsonPart(resource, kind, pointer)
        yield from _record(part, _key(kind, resource, address), locator, overview)
        tally.rest(part, locator)


def _bundle(resource: dict[str, object], item: Item, tally: Tally) -> Iterator[Finding]:
    """A bundle without entries holds nothing; one inside another is counted, and stays in the file."""
    if "entry" in resource:
        tally.count(["Bundle (inside another)"], item.locator)
    else:
        tally.count(["Bundle (empty)"], item.locator)
    yield from ()


def _record(part: JsonPart, key: str, locator: Locator, overview: _Overview) -> Iterator[Finding]:
    kind, health = KINDS[part.name], part.name not in NOT_HEALTH
    for name in _KEPT:
        part.text(name)
    part.get("text")
    level = _level(part)
    terms = terms_of(part, overview.drugs)
    yield Draft(kind=kind, key=key, terms=terms, locator=locator, place=_place(part), tlp=level, health=health)
    if kind == "person":
        yield from _identifiers(part, key, locator, level, health=health)
    elif kind not in {"location", "organization"}:
        yield from _links(part, (kind, key), overview)


def _level(part: JsonPart) -> Tlp:
    meta = part.part("meta")
    for name in ("lastUpdated", "profile", "source", "tag", "versionId"):
        meta.get(name)
    codes = [each.text("code") for each in meta.parts("security")]
    return max((_SENSITIVE[code] for code in codes if code in _SENSITIVE), default=Tlp.CLEAR)


def _place(part: JsonPart) -> tuple[float, float] | None:
    if part.name != "Location":
        return None
    position = part.part("position")
    latitude, longitude = stored.number(position.get("latitude")), stored.number(position.get("longitude"))
    if not latitude or not longitude or abs(float(latitude)) > 90 or abs(float(longitude)) > 180:  # noqa: PLR2004 - degrees
        return None
    return float(latitude), float(longitude)


def _identifiers(part: JsonPart, key: str, locator: Locator, level: Tlp, *, health: bool) -> Iterator[Finding]:
    """Give the numbers under which registers and hospitals know a person."""
    for each in part.parts("identifier"):
        value, issuer = each.text("value"), each.text("system")
        sort = each.part("type")
        coded = [one.text("display") or one.text("code") for one in sort.parts("coding")]
        category = sort.text("text") or next(filter(None, coded), "") or "identifier"
        for name in ("use", "system"):
            each.text(name)
        if not value:
            continue
        terms = stored.filled({"value": value, "category": category, "issuer": issuer})
        other = f"{issuer}|{value}"
        at = Locator(pointer=each.pointer, row=locator.row)
        yield Draft(kind="identifier", key=other, terms=terms, locator=at, tlp=level, health=health)
        yield Bond(type="identified-by", start=("person", key), end=("identifier", other))


def _links(part: JsonPart, own: tuple[str, str], overview: _Overview) -> Iterator[Bond]:
    for link in LINKS:
        for reference in dict.fromkeys(references_in(part, link)):
            end = overview.key(reference)
            kind = KINDS.get(end.partition("/")[0], "")
            if kind in ENDS[link] and (link != "rests-on" or own[0] in ENDS[link]):
                yield Bond(type=link, start=own, end=(kind, end))
