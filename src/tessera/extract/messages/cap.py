"""CAP 1.0 to 1.2: alerts alone, or inside EDXL-DE, Atom and RSS.

A message of several infos (languages, dangers) is a record for each of them; the second and later ones are linked to the first.
An XML signature stays with the message, and nobody has judged it.
"""

from collections import Counter
from collections.abc import Iterator
from typing import Final

from tessera.extract.messages import stored
from tessera.extract.messages.cap_rules import OLDER, circle, faults, not_kept_of_ipaws, polygon, version_of
from tessera.extract.messages.drawn import outline_of
from tessera.extract.messages.ground import Circle, Point, Spot, middle
from tessera.extract.messages.paragraphs import with_prose
from tessera.extract.messages.parts import XmlPart
from tessera.extract.messages.plain_text import plain_text
from tessera.extract.messages.tally import Tally
from tessera.extract.messages.xml_message import outermost, source_of, whole_or_tail
from tessera.extract.outlines import counted
from tessera.extract.piece import Piece
from tessera.extract.tools import Tools
from tessera.extract.xml_text import local
from tessera.model.found import Bond, Draft, Facts, Finding, Refused
from tessera.model.locator import Locator
from tessera.model.marking import Tlp

_SEVERAL: Final = 4
_ROLES: Final = {
    "Ack": "acknowledges", "Alert": "refers-to", "Cancel": "cancels", "Error": "rejects", "Update": "updates",
}  # fmt: skip
_SCOPES: Final = {"Private": Tlp.AMBER_STRICT, "Restricted": Tlp.AMBER}
_OPEN: Final = frozenset({"", "UNCLASSIFIED"})
"""What EDXL-DE writes as confidentiality where there is none."""
_WANTED: Final = frozenset({"alert", "combinedConfidentiality", "confidentiality"})


def read(piece: Piece, tools: Tools) -> Iterator[Finding]:
    """Give the alerts of a file as records, with links to the earlier messages that they name."""
    del tools
    yield from with_prose(whole_or_tail(piece, _findings(piece)))


def _findings(piece: Piece) -> Iterator[Finding]:
    tally, passed, told = Tally(), Counter[str](), False
    level = Tlp.CLEAR
    for part in outermost(piece, _WANTED.__contains__, passed):
        if local(part.element) != "alert":
            level = level if part.said.upper() in _OPEN else max(level, Tlp.AMBER)
            continue
        if not told:
            yield _facts(part, max(level, level_of(part)))
            told = True
        yield from alert(part, level, tally)
    if not told:
        yield Facts(terms={})
    for name, count in passed.items():
        tally.count([f"around the alert.{name}"] * count, Locator())
    yield from tally.findings()


def _facts(part: XmlPart, level: Tlp) -> Facts:
    """Tell of the file, which is handled as its delivery: the headline of an alert that is handled more strictly is not told."""
    first = part.part("info")
    headline = first.text("headline")
    said = {
        "title": headline if level is Tlp.CLEAR else "",
        "author": first.text("senderName"),
        "made_at": stored.moment(part.text("sent")),
    }
    return Facts(terms=stored.filled(said))


def alert(part: XmlPart, level: Tlp, tally: Tally) -> Iterator[Finding]:
    """Give one alert; `level` is what stands around it asks for at least."""
    locator = Locator(pointer=part.pointer)
    wrong = list(dict.fromkeys(faults(part, version_of(part))))
    if wrong:
        more = f" {len(wrong) - _SEVERAL} more of the standard's rules are broken." if len(wrong) > _SEVERAL else ""
        reason = " ".join(wrong[:_SEVERAL]) + more + " Its sender has to mend it."
        yield Refused(reason=reason, locator=locator, value=source_of(part.element))
        part.settle()
        return
    key = ",".join(part.text(name) for name in ("sender", "identifier", "sent"))
    common = _common(part)
    level = max(level, level_of(part))
    infos = part.parts("info")
    for number, info in enumerate(infos or [XmlPart(None, "alert.info", part.pointer)], start=1):
        rings, rounds = _ground(info)
        spot = middle(rings, rounds)
        outline, unkept = outline_of(rings, rounds)
        tally.count([counted(unkept)] if unkept else [], locator)
        terms = stored.filled({**common, **_info(info, spot), **outline})
        own = key if number == 1 else f"{key}#{number}"
        yield Draft(
            kind="alert", key=own, terms=terms, locator=Locator(pointer=info.pointer if infos else part.pointer),
            place=spot.point if spot else None, tlp=level,
        )  # fmt: skip
        if number > 1:
            yield Bond(type="follows", start=("alert", own), end=("alert", key), role="translates")
    for earlier in part.text("references").split():
        role = _ROLES.get(part.text("msgType"), "refers-to")
        yield Bond(type="follows", start=("alert", key), end=("alert", earlier), role=role)
    part.pass_over("Signature", "password")
    tally.rest(part, locator)


def level_of(part: XmlPart) -> Tlp:
    """Give the level that an alert's scope asks for; a draft has not been given out at all."""
    draft = Tlp.AMBER if part.text("status") == "Draft" else Tlp.CLEAR
    return max(_SCOPES.get(part.text("scope"), Tlp.CLEAR), draft)


def _common(part: XmlPart) -> dict[str, str]:
    return {
        "number": part.text("identifier"),
        "sender": part.text("sender"),
        "agency": part.text("source"),
        "sent_at": stored.moment(part.text("sent")),
        "status": part.text("status"),
        "message": part.text("msgType"),
        "scope": part.text("scope"),
        "restriction": part.text("restriction"),
        "addresses": part.text("addresses"),
        "refers_to": part.text("references"),
        "incidents": part.text("incidents"),
        "profile": _profile(part),
        "signature": "carries an XML signature; kept, not judged" if part.has("Signature") else "",
        "note": part.text("note"),
    }


def _profile(part: XmlPart) -> str:
    codes = part.texts("code")
    if "IPAWSv1.0" in codes:
        broken = list(dict.fromkeys(not_kept_of_ipaws(part)))
        codes = [*codes, f"IPAWS not kept: {', '.join(broken)}" if broken else "IPAWS kept as far as can be told"]
    return stored.joined(codes)


def _info(info: XmlPart, spot: Spot | None) -> dict[str, str]:
    areas = info.parts("area")
    certainty = info.text("certainty")
    texts = {
        "category": stored.joined(info.texts("category")),
        "event": info.text("event"),
        "event_code": _coded(info, "eventCode"),
        "urgency": info.text("urgency"),
        "severity": info.text("severity"),
        "certainty": OLDER.get(certainty, certainty),
        "response": stored.joined(info.texts("responseType")),
        "title": plain_text(info.text("headline")),
        "text": plain_text(info.text("description")),
        "instruction": plain_text(info.text("instruction")),
        "audience": info.text("audience"),
        "language": info.text("language"),
        "web": info.text("web"),
        "contact": info.text("contact"),
        "parameters": _coded(info, "parameter"),
        "resources": "\n".join(filter(None, map(_resource, info.parts("resource")))),
        "area": stored.joined(area.text("areaDesc") for area in areas),
        "area_codes": stored.joined(_coded(area, "geocode") for area in areas),
        "area_shape": stored.joined(_shape(area) for area in areas),
        "area_precision": stored.number(spot.within) if spot else "",
    }
    times = {f"{name}_at": stored.moment(info.text(name)) for name in ("effective", "onset", "expires")}
    agency = {"agency": info.text("senderName")} if info.text("senderName") else {}
    return texts | times | agency


def _coded(part: XmlPart, name: str) -> str:
    """Write names with their values; CAP 1.0 has both in one text, parted by an equals sign."""
    pairs = [
        " ".join(filter(None, (each.text("valueName"), each.text("value") or each.said))) for each in part.parts(name)
    ]
    return stored.joined(pairs)


def _resource(part: XmlPart) -> str:
    part.pass_over("derefUri")
    said = [part.text(name) for name in ("resourceDesc", "mimeType", "size", "uri", "digest")]
    return " ".join(filter(None, said))


def _shape(area: XmlPart) -> str:
    heights = [f"{name} {area.text(name)} ft" for name in ("altitude", "ceiling") if area.text(name)]
    rounds = [f"circle {said}" for said in area.texts("circle")]
    return stored.joined([*(f"polygon {said}" for said in area.texts("polygon")), *rounds, *heights])


def _ground(info: XmlPart) -> tuple[list[list[Point]], list[Circle]]:
    areas = info.parts("area")
    rings = [ring for area in areas for said in area.texts("polygon") if (ring := polygon(said))]
    rounds = [found for area in areas for said in area.texts("circle") if (found := circle(said))]
    return rings, rounds
