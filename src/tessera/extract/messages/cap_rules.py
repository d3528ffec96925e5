"""What the Common Alerting Protocol requires of an alert (OASIS, CAP 1.0 to 1.2): each breach in a sentence."""

import re
from collections.abc import Iterator, Sequence
from typing import Final

from tessera.extract.messages import stored
from tessera.extract.messages.ground import Circle, Point
from tessera.extract.messages.parts import XmlPart

STATUSES: Final = ("Actual", "Exercise", "System", "Test", "Draft")
MESSAGES: Final = ("Alert", "Update", "Cancel", "Ack", "Error")
SCOPES: Final = ("Public", "Restricted", "Private")
_CATEGORIES: Final = (
    "Geo", "Met", "Safety", "Security", "Rescue", "Fire", "Health", "Env", "Transport", "Infra", "CBRNE", "Other",
)  # fmt: skip
_RESPONSES: Final = ("Shelter", "Evacuate", "Prepare", "Execute", "Avoid", "Monitor", "Assess", "AllClear", "None")
URGENCIES: Final = ("Immediate", "Expected", "Future", "Past", "Unknown")
SEVERITIES: Final = ("Extreme", "Severe", "Moderate", "Minor", "Unknown")
CERTAINTIES: Final = ("Observed", "Likely", "Possible", "Unlikely", "Unknown")
# Words that only 1.0 had, and what they are now (CAP 1.1, appendix: "Very Likely" is deprecated in favour of "Likely").
OLDER: Final = {"Very Likely": "Likely"}
_ONCE: Final = (
    "identifier", "sender", "sent", "status", "msgType", "source", "scope", "restriction", "addresses", "note", "references",
    "incidents",
)  # fmt: skip
_ONCE_IN_INFO: Final = (
    "language", "event", "urgency", "severity", "certainty", "audience", "effective", "onset", "expires", "senderName",
    "headline", "description", "instruction", "web", "contact",
)  # fmt: skip
_WITHOUT: Final = re.compile(r"[^\s,<&]+")
_SENT: Final = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d[-+]\d\d:\d\d", re.ASCII)
_LANGUAGE: Final = re.compile(r"[a-zA-Z]{1,8}(?:-[a-zA-Z0-9]{1,8})*", re.ASCII)
_NUMBER: Final = r"[-+]?\d+(?:\.\d*)?|[-+]?\.\d+"
_PAIR: Final = re.compile(rf"({_NUMBER}),({_NUMBER})", re.ASCII)
_RING: Final = 4
_LATITUDE: Final = 90
_LONGITUDE: Final = 180
_SAID: Final = 40
_HALF_ROUND: Final = 20_037.6
"""Kilometres halfway round the Earth: no circle is wider."""


def version_of(alert: XmlPart) -> str:
    """Tell which version an alert follows by its namespace: "1.0", "1.1" or "1.2"; 1.2 where it has none."""
    space = str(alert.element.tag).rpartition("}")[0].lstrip("{")
    return space[-3:] if space.endswith(("1.0", "1.1")) else "1.2"


def faults(alert: XmlPart, version: str) -> Iterator[str]:
    """Say what an alert breaks of the standard; nothing where it holds."""
    yield from _more_than_once(alert, _ONCE, "alert")
    yield from _named(alert)
    yield from _time(alert, "sent", version, needed=True)
    statuses = STATUSES[:-1] if version == "1.0" else STATUSES
    yield from _among(alert, "status", statuses, needed=True)
    yield from _among(alert, "msgType", MESSAGES, needed=True)
    yield from _among(alert, "scope", SCOPES, needed=version != "1.0")
    if alert.text("scope") == "Restricted" and not alert.text("restriction"):
        yield "Its scope is Restricted, and `restriction` says nothing."
    if alert.text("scope") == "Private" and not alert.text("addresses"):
        yield "Its scope is Private, and `addresses` names nobody."
    yield from _references(alert)
    for info in alert.parts("info"):
        yield from _info(info, version)


def _more_than_once(part: XmlPart, names: Sequence[str], where: str) -> Iterator[str]:
    for name in names:
        if part.has(name) and part.count(name) > 1:
            yield f"`{name}` stands {part.count(name)} times in {where}, and may stand once."


def _named(alert: XmlPart) -> Iterator[str]:
    for name in ("identifier", "sender"):
        said = alert.text(name)
        if not said:
            yield f"`{name}` is missing."
        elif not _WITHOUT.fullmatch(said):
            yield f"`{name}` has a space, comma, < or & in it."


def _among(part: XmlPart, name: str, known: Sequence[str], *, needed: bool) -> Iterator[str]:
    said = part.texts(name)
    if not said and (needed or part.has(name)):
        yield f"`{name}` is missing." if not part.has(name) else f"`{name}` says nothing."
    for each in said:
        if each not in known:
            yield f"`{name}` is {each[:_SAID]!r}, which is none of {', '.join(known)}."


def _time(part: XmlPart, name: str, version: str, *, needed: bool = False) -> Iterator[str]:
    said = part.text(name)
    if not said:
        if needed or part.has(name):
            yield f"`{name}` is missing." if not part.has(name) else f"`{name}` says nothing."
    elif len(stored.moment(said)) <= len("2026-03-01") or (version == "1.2" and not _SENT.fullmatch(said)):
        yield f"`{name}` is {said[:_SAID]!r}, and no time such as 2026-03-01T14:05:00-05:00."


def _references(alert: XmlPart) -> Iterator[str]:
    said = alert.text("references")
    if alert.text("msgType") in MESSAGES[1:] and not said:
        yield f"Its type is {alert.text('msgType')}, and `references` names no earlier message."
    elif alert.has("references") and not said:
        yield "`references` says nothing."
    for each in said.split():
        if each.count(",") != 2:  # noqa: PLR2004 - sender,identifier,sent
            yield f"`references` has {each[:_SAID]!r}, which is not sender,identifier,sent."
            return


def _info(info: XmlPart, version: str) -> Iterator[str]:
    yield from _more_than_once(info, _ONCE_IN_INFO, "one info")
    yield from _among(info, "category", _CATEGORIES, needed=version != "1.0")
    if not info.text("event"):
        yield "`event` is missing."
    yield from _among(info, "responseType", _RESPONSES, needed=False)
    yield from _among(info, "urgency", URGENCIES, needed=True)
    yield from _among(info, "severity", SEVERITIES, needed=True)
    yield from _among(info, "certainty", (*CERTAINTIES, *OLDER) if version == "1.0" else CERTAINTIES, needed=True)
    for name in ("effective", "onset", "expires"):
        yield from _time(info, name, version)
    language = info.text("language")
    if language and not _LANGUAGE.fullmatch(language):
        yield f"`language` is {language[:_SAID]!r}, which is no tag of a language (RFC 3066)."
    if version != "1.0":
        for name in ("eventCode", "parameter"):
            yield from _valued(info, name)
    for resource in info.parts("resource"):
        needed = ("resourceDesc", "mimeType") if version == "1.2" else ("resourceDesc",)
        yield from (f"`{name}` of a resource is missing." for name in needed if not resource.text(name))
    for area in info.parts("area"):
        yield from _area(area, version)


def _valued(part: XmlPart, name: str) -> Iterator[str]:
    for each in part.parts(name):
        if not each.text("valueName") or not each.has("value"):
            yield f"`{name}` lacks `valueName` or `value`."


def _area(area: XmlPart, version: str) -> Iterator[str]:
    if not area.text("areaDesc"):
        yield "`areaDesc` of an area is missing."
    yield from (f"A polygon is none: {said[:_SAID]!r}." for said in area.texts("polygon") if polygon(said) is None)
    yield from (f"A circle is none: {said[:_SAID]!r}." for said in area.texts("circle") if circle(said) is None)
    if version != "1.0":
        yield from _valued(area, "geocode")
    for name in ("altitude", "ceiling"):
        if area.text(name) and not stored.number(area.text(name)):
            yield f"`{name}` of an area is no number."
    if area.has("ceiling") and not area.has("altitude"):
        yield "`ceiling` of an area needs `altitude` beside it."


def polygon(said: str) -> list[Point] | None:
    """Read a ring of latitude,longitude pairs; None where it is not closed or no ring on the Earth.

    >>> polygon("38.47,-120.14 38.34,-119.95 38.52,-119.74 38.47,-120.14")[0]
    (38.47, -120.14)
    """
    points = [_point(pair) for pair in said.split()]
    if len(points) < _RING or points[0] != points[-1]:
        return None
    good = [point for point in points if point is not None]
    return good if len(good) == len(points) else None


def circle(said: str) -> Circle | None:
    """Read a latitude,longitude pair with a radius in kilometres.

    >>> circle("32.9525,-115.5527 0.5")
    Circle(center=(32.9525, -115.5527), radius=500.0)
    """
    pair, _, radius = said.partition(" ")
    center, width = _point(pair), stored.number(radius.strip())
    if center is None or not width or not 0 <= float(width) <= _HALF_ROUND:
        return None
    return Circle(center=center, radius=float(width) * 1000)


def _point(pair: str) -> Point | None:
    matched = _PAIR.fullmatch(pair)
    if not matched:
        return None
    point = (float(matched[1]), float(matched[2]))
    return point if abs(point[0]) <= _LATITUDE and abs(point[1]) <= _LONGITUDE else None


def not_kept_of_ipaws(alert: XmlPart) -> Iterator[str]:
    """Say what an alert that claims the IPAWS profile 1.0 does not keep of it."""
    infos = alert.parts("info")
    if not infos:
        yield "it has no info"
    if len({tuple(info.texts("category")) for info in infos}) > 1:
        yield "its infos differ in category"
    for info in infos:
        same = [each.text("value") for each in info.parts("eventCode") if each.text("valueName").upper() == "SAME"]
        if len(same) != 1 or not re.fullmatch(r"[A-Z0-9]{3}", same[0]):
            yield "an info has not exactly one SAME event code of three letters"
        if not info.text("expires"):
            yield "an info does not expire"
        if not info.parts("area"):
            yield "an info has no area"
