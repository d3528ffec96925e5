"""STIX 2.0 and 2.1: bundles, TAXII envelopes, lists and single objects.

The file is gone through twice: first for what must be known before any object is read (markings, versions, the envelope), then
object by object, so that a large bundle needs little memory.
"""

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Final

from tessera.extract.messages import stored, tlp
from tessera.extract.messages.json_message import Item, items
from tessera.extract.messages.paragraphs import passages, with_prose
from tessera.extract.messages.parts import JsonPart
from tessera.extract.messages.stix_observables import described, from_pattern, identifier
from tessera.extract.messages.stix_pattern import comparisons
from tessera.extract.messages.stix_records import kind_of, kind_of_type, terms_of
from tessera.extract.messages.stix_rules import OBSERVABLES, faults, type_in, version_of
from tessera.extract.messages.tally import Tally
from tessera.extract.piece import Piece
from tessera.extract.tools import Tools
from tessera.model.found import Bond, Draft, Facts, Finding
from tessera.model.locator import Locator
from tessera.model.marking import Tlp

_LISTS: Final = ("objects",)
_SEVERAL: Final = 3
"""How many faults of an object are told."""
_ROLES: Final = frozenset(
    {
        "analysis-of", "attributed-to", "authored-by", "av-analysis-of", "based-on", "beacons-to", "belongs-to",
        "characterizes", "communicates-with", "compromises", "consists-of", "contains", "controls", "delivers",
        "derived-from", "detects", "downloads", "drops", "duplicate-of", "dynamic-analysis-of", "exfiltrates-to", "exploits",
        "has", "hosts", "impersonates", "indicates", "investigates", "located-at", "mitigates", "originates-from", "owns",
        "related-to", "remediates", "resolves-to", "revoked-by", "static-analysis-of", "subtechnique-of", "targets", "uses",
        "variant-of",
    }
)  # fmt: skip
_ENVELOPE: Final = frozenset({"type", "id", "spec_version", "objects", "more", "next"})
_TOLD: Final = ("type", "id", "spec_version", "created", "created_by_ref", "modified", "defanged")
# Links that an object states in properties of its own.
_REFERRING: Final = {
    "domain-name": (("resolves_to_refs", "resolves-to"),),
    "ipv4-addr": (("resolves_to_refs", "resolves-to"), ("belongs_to_refs", "belongs-to")),
    "ipv6-addr": (("resolves_to_refs", "resolves-to"), ("belongs_to_refs", "belongs-to")),
    "email-addr": (("belongs_to_ref", "belongs-to"),),
    "file": (("parent_directory_ref", "related-to"), ("contains_refs", "contains"), ("content_ref", "related-to")),
    "directory": (("contains_refs", "contains"),),
    "network-traffic": (
        ("src_ref", "originates-from"), ("dst_ref", "communicates-with"), ("encapsulates_refs", "contains"),
        ("encapsulated_by_ref", "related-to"), ("src_payload_ref", "related-to"), ("dst_payload_ref", "related-to"),
    ),
    "process": (
        ("opened_connection_refs", "communicates-with"), ("creator_user_ref", "related-to"), ("image_ref", "uses"),
        ("parent_ref", "related-to"), ("child_refs", "related-to"),
    ),
    "windows-registry-key": (("creator_user_ref", "related-to"),),
    "malware": (("operating_system_refs", "related-to"), ("sample_refs", "related-to")),
}  # fmt: skip
_ABOUT: Final = {
    "email-message": ("from_ref", "sender_ref", "to_refs", "cc_refs", "bcc_refs", "raw_email_ref"),
    "grouping": ("object_refs",),
    "language-content": ("object_ref",),
    "malware-analysis": (
        "sample_ref", "analysis_sco_refs", "host_vm_ref", "operating_system_ref", "installed_software_refs",
    ),
    "note": ("object_refs",),
    "observed-data": ("object_refs",),
    "opinion": ("object_refs",),
    "report": ("object_refs",),
}  # fmt: skip


@dataclass(kw_only=True)
class _Overview:
    """What is known of the whole file before any object is read."""

    markings: dict[str, Tlp | None] = field(default_factory=dict)
    """Level of each marking definition in the file; None for one that is no level of the protocol."""
    statements: dict[str, str] = field(default_factory=dict)
    marked: dict[str, tuple[str, ...]] = field(default_factory=dict)
    """Marking definitions that each object names, those of all its versions together."""
    levels: dict[str, Tlp] = field(default_factory=dict)
    """Level of each object by identifier, the highest of its versions; what is clear is left out."""
    people: set[str] = field(default_factory=set)
    """Identifiers of identities that are individuals."""
    named: dict[str, Tlp] = field(default_factory=dict)
    """Level at which each observable thing of a pattern was given last; it is given again only at a higher one."""
    versions: dict[str, int] = field(default_factory=dict)
    stated: str = ""
    """The version of STIX that the bundle names."""

    def note(self, item: Item) -> None:
        found = item.value
        if not isinstance(found, dict):
            return
        if item.envelope or found.get("type") == "bundle":
            # A bundle of 2.0 names its version, one of 2.1 leaves it to the objects; an envelope of TAXII says nothing.
            self.stated = stored.text(found.get("spec_version")) or ("2.1" if found.get("type") == "bundle" else "")
            return
        key = stored.text(found.get("id"))
        self.versions[key] = self.versions.get(key, 0) + 1
        if refs := _markings(found):
            self.marked[key] = (*self.marked.get(key, ()), *refs)
        if found.get("type") == "marking-definition":
            self.markings[key] = tlp.defined_by(found)
            self.statements[key] = _statement(found)
        if found.get("type") == "identity" and found.get("identity_class") == "individual":
            self.people.add(key)

    def weigh(self) -> None:
        """Find the level of each object, those of single properties included, when all markings are known."""
        levels = {key: tlp.highest(map(self._one, refs)) for key, refs in self.marked.items()}
        self.levels = {key: level for key, level in levels.items() if level > Tlp.CLEAR}

    def level(self, key: str) -> Tlp:
        return self.levels.get(key, Tlp.CLEAR)

    def _one(self, ref: str) -> Tlp:
        if ref in tlp.KNOWN:
            return tlp.KNOWN[ref]
        if ref not in self.markings:
            return tlp.UNKNOWN
        level = self.markings[ref]
        return Tlp.CLEAR if level is None else level

    def told(self, found: dict[str, object]) -> str:
        """Write down the markings that are no level, and those that the file does not explain."""
        lines = []
        for ref in _markings(found):
            if self.statements.get(ref):
                lines.append(self.statements[ref])
            elif ref not in tlp.KNOWN and ref not in self.markings:
                lines.append(f"{ref} is not in this file; handled as {tlp.UNKNOWN.label}")
        return "\n".join(dict.fromkeys(lines))

    def kind_named(self, ref: str) -> str:
        return "person" if ref in self.people else kind_of_type(type_in(ref))


def read(piece: Piece, tools: Tools) -> Iterator[Finding]:
    """Give the objects of a STIX file as records, links and refusals."""
    del tools
    yield from with_prose(_findings(piece))


def _findings(piece: Piece) -> Iterator[Finding]:
    overview = _Overview()
    for item in items(piece, _LISTS, checked=False):
        overview.note(item)
    overview.weigh()
    yield Facts(terms={})
    yield from _objects(piece, overview)


def _objects(piece: Piece, overview: _Overview) -> Iterator[Finding]:
    tally = Tally()
    several: list[Item] = []
    for item in items(piece, _LISTS):
        if item.fault:
            yield item.refused()
        elif item.envelope or _is_bundle(item):
            yield from _envelope(item, tally)
        elif not isinstance(item.value, dict):
            yield item.refused("The item is no STIX object. Ask for the file again.")
        elif overview.versions.get(stored.text(item.value.get("id")), 0) > 1:
            several.append(item)
        else:
            yield from _object(item, overview, tally)
    yield from _versions(several, overview, tally)
    yield from tally.findings()


def _is_bundle(item: Item) -> bool:
    return isinstance(item.value, dict) and item.value.get("type") == "bundle"


def _envelope(item: Item, tally: Tally) -> Iterator[Finding]:
    """Look at what stands around the objects: a bundle has its form, a TAXII envelope has no type."""
    found = item.value if isinstance(item.value, dict) else {}
    if "type" in found or "id" in found:
        if found.get("type") != "bundle":
            yield item.refused("What holds the objects is no bundle: its `type` is wrong. The objects were read.")
        elif type_in(found.get("id")) != "bundle":
            yield item.refused("The `id` of the bundle is not `bundle--` and a UUID. The objects were read.")
        if not item.envelope and "objects" in found:
            reason = "`objects` of the bundle is no list, so that nothing of it could be read. Ask for it again."
            yield item.refused(reason)
    tally.count((f"bundle.{name}" for name in found if name not in _ENVELOPE), item.locator)


def _versions(several: list[Item], overview: _Overview, tally: Tally) -> Iterator[Finding]:
    """Give the versions of each object with the newest last; two of one time that differ cannot both hold."""
    seen: dict[tuple[str, str], object] = {}
    for item in sorted(several, key=lambda item: stored.text(_value(item).get("modified"))):
        found = _value(item)
        version = (stored.text(found.get("id")), stored.text(found.get("modified")))
        if version in seen and seen[version] != found and stored.text(found.get("type")) not in OBSERVABLES:
            yield item.refused(
                "Two objects of one `id` and one `modified` differ; the first was read. Ask the producer which holds."
            )
        else:
            seen[version] = found
            yield from _object(item, overview, tally)


def _value(item: Item) -> dict[str, object]:
    return item.value if isinstance(item.value, dict) else {}


def _object(item: Item, overview: _Overview, tally: Tally) -> Iterator[Finding]:
    found = _value(item)
    wrong = list(faults(found, version_of(found, overview.stated)))
    if wrong:
        yield item.refused(" ".join(wrong[:_SEVERAL]) + _more(len(wrong)) + " Its producer has to mend it.")
        return
    part = JsonPart(found, stored.text(found.get("type")), item.locator.pointer)
    for name in _TOLD:
        part.get(name)
    kind = kind_of(part)
    terms = terms_of(part) if kind and not _is_level(part, overview) else {}
    if not terms:
        yield from _unmapped(part, item, overview, tally)
        return
    yield from _record(part, kind, terms, item.locator, overview)
    tally.rest(part, item.locator)


def _more(count: int) -> str:
    return f" {count - _SEVERAL} more of the standard's rules are broken." if count > _SEVERAL else ""


def _is_level(part: JsonPart, overview: _Overview) -> bool:
    return part.name == "marking-definition" and overview.markings.get(part.text("id")) is not None


def _unmapped(part: JsonPart, item: Item, overview: _Overview, tally: Tally) -> Iterator[Finding]:
    """Count an object that no kind takes; what it says is kept as a passage, handled as the object is."""
    tally.count([part.name], item.locator)
    said = ": ".join(filter(None, (part.text("name"), part.text("description"))))
    if part.text("description"):
        locator = Locator(pointer=f"{item.locator.pointer}/description", row=item.locator.row)
        yield from passages(said, locator, tlp=overview.level(part.text("id")))


def _record(
    part: JsonPart, kind: str, terms: dict[str, str], locator: Locator, overview: _Overview
) -> Iterator[Finding]:
    found = dict(part.value)
    key = part.text("id")
    for name in ("object_marking_refs", "granular_markings"):
        part.get(name)
    part.part("extensions")
    if handling := overview.told(found):
        terms = _with_handling(kind, terms, handling)
    yield Draft(kind=kind, key=key, terms=terms, locator=locator, place=_place(part), tlp=overview.level(key))
    yield from _bonds(part, (kind, key), overview)
    if kind == "indicator":
        yield from _looked_for(part, key, locator, overview)
    if part.name == "observed-data":
        yield from _inner(part, (kind, key), locator, overview)


def _with_handling(kind: str, terms: dict[str, str], handling: str) -> dict[str, str]:
    named = {"document": "note", "event": "note", "identifier": "description", "location": "description",
             "organization": "description", "person": "description"}.get(kind, "marking_note")  # fmt: skip
    return {**terms, named: "\n".join(filter(None, (terms.get(named, ""), handling)))}


def _place(part: JsonPart) -> tuple[float, float] | None:
    if part.name != "location":
        return None
    latitude, longitude = stored.number(part.get("latitude")), stored.number(part.get("longitude"))
    return (float(latitude), float(longitude)) if latitude and longitude else None


def _bonds(part: JsonPart, own: tuple[str, str], overview: _Overview) -> Iterator[Finding]:
    author = part.text("created_by_ref")
    if author and author != own[1]:
        yield from _bond("stated-by", own, author, overview)
    if part.name == "relationship":
        yield from _relation(part, own, overview)
    elif part.name == "sighting":
        for role, name in (
            ("what", "sighting_of_ref"),
            ("where", "where_sighted_refs"),
            ("observed", "observed_data_refs"),
        ):
            for ref in part.texts(name):
                yield from _bond("sighted", own, ref, overview, role)
    for name, role in _REFERRING.get(part.name, ()):
        for ref in part.texts(name):
            yield from _bond("threat-link", own, ref, overview, role)
    for name in _ABOUT.get(part.name, ()):
        for ref in part.texts(name):
            yield from _bond("reports-on", own, ref, overview)


_ENDS: Final = frozenset(
    {
        "attack-pattern", "campaign", "course-of-action", "document", "event", "identifier", "indicator", "infrastructure",
        "intrusion-set", "location", "malware", "organization", "person", "threat-actor", "tool", "vulnerability",
    }
)  # fmt: skip


def _bond(type_: str, start: tuple[str, str], ref: str, overview: _Overview, role: str = "") -> Iterator[Bond]:
    kind = overview.kind_named(ref)
    wide = type_ == "reports-on" and kind in {"sighting", "threat-relationship"}
    if kind in _ENDS or wide:
        yield Bond(type=type_, start=start, end=(kind, ref), role=role)


def _relation(part: JsonPart, own: tuple[str, str], overview: _Overview) -> Iterator[Bond]:
    """Link both ends to the statement, and to each other unless the statement is better protected than they are."""
    source, target = part.text("source_ref"), part.text("target_ref")
    yield from _bond("states", own, source, overview, "source")
    yield from _bond("states", own, target, overview, "target")
    kind = overview.kind_named(source)
    ends = max(overview.level(source), overview.level(target))
    if kind in _ENDS and overview.level(own[1]) <= ends and part.value.get("revoked") is not True:
        word = part.text("relationship_type")
        yield from _bond("threat-link", (kind, source), target, overview, word if word in _ROLES else "related-to")


def _looked_for(part: JsonPart, key: str, locator: Locator, overview: _Overview) -> Iterator[Finding]:
    """Give the observable things that the pattern names."""
    if (part.text("pattern_type") or "stix") != "stix":
        return
    at = Locator(pointer=f"{locator.pointer}/pattern", row=locator.row)
    named = dict(filter(None, map(from_pattern, comparisons(stored.text(part.value.get("pattern"))))))
    level = overview.level(key)
    for other, terms in named.items():
        if level > overview.named.get(other, -1):
            overview.named[other] = level
            yield Draft(kind="identifier", key=other, terms=terms, locator=at, tlp=level)
        yield Bond(type="looks-for", start=("indicator", key), end=("identifier", other))


def _inner(part: JsonPart, own: tuple[str, str], locator: Locator, overview: _Overview) -> Iterator[Finding]:
    """Give the observable things that STIX 2.0 holds inside observed data."""
    inner = part.part("objects")
    for name in inner.value:
        each = inner.part(name)
        each.get("type")
        terms = described(each)
        kind = stored.text(each.value.get("type"))
        if not terms:
            continue
        made_from = {key: each.value[key] for key in ("value", "hashes", "name") if key in each.value}
        other = identifier(kind, made_from or {"in": own[1], "as": name})
        at = Locator(pointer=each.pointer, row=locator.row)
        yield Draft(kind="identifier", key=other, terms=terms, locator=at, tlp=overview.level(own[1]))
        yield Bond(type="reports-on", start=own, end=("identifier", other))


def _markings(found: dict[str, object]) -> list[str]:
    whole = found.get("object_marking_refs")
    single = found.get("granular_markings")
    refs = [*(whole if isinstance(whole, list) else []), *_granular(single)]
    return [ref for ref in refs if isinstance(ref, str)]


def _granular(single: object) -> list[object]:
    return [each.get("marking_ref") for each in single if isinstance(each, dict)] if isinstance(single, list) else []


def _statement(found: dict[str, object]) -> str:
    definition = found.get("definition")
    said = stored.text(definition.get("statement")) if isinstance(definition, dict) else ""
    return said or stored.text(found.get("name"))
