"""RSS 0.9x, 1.0 and 2.0, and Atom: each entry a document, with its point on the ground where it has one (GeoRSS).

Alerts of CAP inside an entry are read as alerts.
"""

from collections import Counter
from collections.abc import Iterator
from email.utils import parsedate_to_datetime
from typing import Any, Final

from tessera.extract.messages import cap, stored, tlp
from tessera.extract.messages.ground import Point, middle
from tessera.extract.messages.paragraphs import with_prose
from tessera.extract.messages.parts import XmlPart
from tessera.extract.messages.plain_text import plain_text
from tessera.extract.messages.tally import Tally
from tessera.extract.messages.xml_message import outermost, source_of, whole_or_tail
from tessera.extract.piece import Piece
from tessera.extract.tools import Tools
from tessera.extract.xml_text import local
from tessera.model.found import Draft, Facts, Finding, Refused
from tessera.model.locator import Locator
from tessera.model.marking import Tlp

_ENTRIES: Final = frozenset({"entry", "item"})
_ABOUT: Final = frozenset({"author", "description", "managingEditor", "pubDate", "subtitle", "title", "updated"})
_TEXTS: Final = ("encoded", "content", "description", "summary")
_TIMES: Final = ("published", "pubDate", "date", "issued", "updated", "modified", "created", "lastBuildDate")
_LATITUDE: Final = 90
_LONGITUDE: Final = 180


def read(piece: Piece, tools: Tools) -> Iterator[Finding]:
    """Give the entries of a feed as documents."""
    del tools
    yield from with_prose(whole_or_tail(piece, _findings(piece)))


def _findings(piece: Piece) -> Iterator[Finding]:
    tally, passed = Tally(), Counter[str]()
    about: dict[str, str] = {}
    told = False
    for part in outermost(piece, (_ENTRIES | _ABOUT | {"alert"}).__contains__, passed):
        name = local(part.element)
        if name not in _ENTRIES and name != "alert":
            _learn(about, name, part)
            continue
        if not told:
            yield _facts(about)
            told = True
        yield from cap.alert(part, Tlp.CLEAR, tally) if name == "alert" else _entry(part, about.get("title", ""), tally)
    if not told:
        yield _facts(about)
    for name, count in passed.items():
        tally.count([f"feed.{name}"] * count, Locator())
    yield from tally.findings()


def _learn(about: dict[str, str], name: str, part: XmlPart) -> None:
    """Note what the feed says of itself; a title of a picture or a text field of it comes later and does not count."""
    said = part.text("name") if name == "author" and part.has("name") else part.said
    about.setdefault(name, plain_text(said))


def _facts(about: dict[str, str]) -> Facts:
    author = about.get("author") or about.get("managingEditor") or ""
    made = _time(about.get("updated") or about.get("pubDate") or "")
    subject = about.get("description") or about.get("subtitle") or ""
    said = {"title": about.get("title", ""), "author": author, "made_at": made, "subject": subject}
    return Facts(terms=stored.filled(said))


def _entry(part: XmlPart, feed: str, tally: Tally) -> Iterator[Finding]:
    locator = Locator(pointer=part.pointer)
    alerts = _alerts(part)
    terms = stored.filled(_terms(part))
    if not terms.get("title") and not terms.get("text"):
        reason = "The entry has neither a title nor a text. Its sender has to mend it."
        yield Refused(reason=reason, locator=locator, value=source_of(part.element))
        return
    terms["category"] = "feed entry"
    if feed:
        terms["channel"] = feed
    key = _key(terms, feed)
    level = tlp.highest(map(cap.level_of, alerts))
    yield Draft(kind="document", key=key, terms=terms, locator=locator, place=_place(part), tlp=level)
    for alert in alerts:
        yield from cap.alert(alert, Tlp.CLEAR, tally)
    tally.rest(part, locator)


def _key(terms: dict[str, str], feed: str) -> str:
    """Tell entries apart: a bare number holds inside its feed only."""
    number = terms.get("number") or terms.get("url", "")
    if ":" in number:
        return number
    return f"{feed} {number or terms.get('written_at', '') + ' ' + terms.get('title', '')}".strip()


def _alerts(part: XmlPart) -> list[XmlPart]:
    found = [inner for content in part.parts("content") for inner in content.parts("alert")]
    return found + part.parts("alert")


def _terms(part: XmlPart) -> dict[str, str]:
    number = part.text("guid") or part.text("id") or part.attribute("about")
    return {
        "number": number,
        "title": plain_text(part.text("title")) or plain_text(_inner(part, "title")),
        "text": next(filter(None, (_said(part, name) for name in _TEXTS)), ""),
        "url": _link(part, number),
        "written_at": next(filter(None, (_time(part.text(name)) for name in _TIMES)), ""),
        "author": stored.joined(_authors(part)),
        "topic": stored.joined([*part.texts("category"), *_terms_of(part), *part.texts("subject")]),
    }


def _terms_of(part: XmlPart) -> list[str]:
    return [each.attribute("label") or each.attribute("term") for each in part.parts("category")]


def _authors(part: XmlPart) -> list[str]:
    people = [*part.parts("author"), *part.parts("contributor")]
    return [each.text("name") or each.said for each in people] + part.texts("creator")


def _said(part: XmlPart, name: str) -> str:
    return plain_text(part.text(name) or _inner(part, name))


def _inner(part: XmlPart, name: str) -> str:
    """Give the text inside an element with elements of its own, as Atom has for XHTML; alerts are read for themselves."""
    each = part.part(name)
    if each.element is None or each.has("alert"):
        return ""
    each.pass_over(*each.names)
    return " ".join(" ".join(_texts(each.element)).split())


def _texts(element: Any) -> Iterator[str]:  # noqa: ANN401 - lxml elements have no useful types
    for each in element.iter():
        if isinstance(each.tag, str):
            yield each.text or ""
        if each is not element:
            yield each.tail or ""


def _link(part: XmlPart, number: str) -> str:
    links = part.parts("link")
    stated = [each.attribute("href") for each in links if each.attribute("rel") in {"", "alternate"}]
    stated += [each.said for each in links]
    guessed = [number] if number.startswith(("http://", "https://")) else []
    return next(filter(None, [*stated, *guessed]), "")


def _time(said: str) -> str:
    found = stored.moment(said)
    if found or not said:
        return found
    try:
        return stored.moment(parsedate_to_datetime(said).isoformat())
    except (ValueError, TypeError, IndexError, OverflowError):
        return ""


def _place(part: XmlPart) -> Point | None:
    """Read GeoRSS in its three ways of writing, and the older geo:lat and geo:long."""
    for holder in (part, part.part("where")):
        inner = holder.part("Point")
        said = holder.text("point") or inner.text("pos")
        pair = said.replace(",", " ").split() or [
            *(inner.texts("lat") or part.texts("lat")),
            *(inner.texts("long") or part.texts("long")),
        ]
        found = _point(pair)
        if found:
            return found
    corners = part.text("polygon").replace(",", " ").split()
    ring = [point for pair in zip(corners[0::2], corners[1::2], strict=False) if (point := _point(list(pair)))]
    spot = middle([ring], []) if ring else None
    return spot.point if spot else None


def _point(pair: list[str]) -> Point | None:
    numbers = [stored.number(each) for each in pair]
    if len(numbers) != 2 or not all(numbers):  # noqa: PLR2004 - latitude and longitude
        return None
    latitude, longitude = map(float, numbers)
    return (latitude, longitude) if abs(latitude) <= _LATITUDE and abs(longitude) <= _LONGITUDE else None
