"""RSS 0.9x, 1.0 and 2.0, and Atom: each entry a document, with its point and outline on the ground where it has them (GeoRSS).

Alerts of CAP inside an entry are read as alerts.
"""

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from email.utils import parsedate_to_datetime
from typing import Any, Final

from tessera.extract.messages import cap, stored, tlp
from tessera.extract.messages.drawn import outline_of
from tessera.extract.messages.ground import Circle, Point, middle
from tessera.extract.messages.paragraphs import with_prose
from tessera.extract.messages.parts import XmlPart
from tessera.extract.messages.plain_text import plain_text
from tessera.extract.messages.tally import Tally
from tessera.extract.messages.xml_message import outermost, source_of, whole_or_tail
from tessera.extract.outlines import counted
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
_TRIANGLE: Final = 3
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
    ground = _ground(part)
    outline, unkept = outline_of(ground.rings, ground.rounds, ground.lines)
    unkept_areas = [counted(unkept)] if unkept else []
    tally.count([*unkept_areas, *[counted("no line or area on the Earth")] * ground.unread], locator)
    terms |= outline
    terms["category"] = "feed entry"
    if feed:
        terms["channel"] = feed
    key = _key(terms, feed)
    level = tlp.highest(map(cap.level_of, alerts))
    yield Draft(kind="document", key=key, terms=terms, locator=locator, place=ground.middle(), tlp=level)
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


@dataclass(frozen=True, slots=True, kw_only=True)
class _Ground:
    """What an entry says of the ground (GeoRSS Simple and GML, and the older geo:lat and geo:long)."""

    point: Point | None
    rings: list[list[Point]]
    rounds: list[Circle]
    lines: list[list[Point]]
    unread: int
    """Areas and lines that are none, such as those off the Earth."""

    def middle(self) -> Point | None:
        """Give the point that stands for it."""
        if self.point:
            return self.point
        spot = middle(self.rings, self.rounds)
        return spot.point if spot else next((line[len(line) // 2] for line in self.lines), None)


def _ground(part: XmlPart) -> _Ground:
    where = part.part("where")
    outside = where.part("Polygon").part("exterior").part("LinearRing")
    envelope = where.part("Envelope")
    corners = f"{envelope.text('lowerCorner')} {envelope.text('upperCorner')}".strip()
    areas = [*part.texts("polygon"), *outside.texts("posList")]
    boxes = [*part.texts("box"), *([corners] if corners else [])]
    lines = [*part.texts("line"), *where.part("LineString").texts("posList")]
    rounds = part.texts("circle")
    read = (
        [_ring(said) for said in areas] + [_box(said) for said in boxes],
        [_circle(said) for said in rounds],
        [_line(said) for said in lines],
    )
    return _Ground(
        point=_marked_point(part),
        rings=[ring for ring in read[0] if ring],
        rounds=[circle for circle in read[1] if circle],
        lines=[line for line in read[2] if line],
        unread=sum(not each for some in read for each in some),
    )


def _ring(said: str) -> list[Point]:
    ring = _points(said)
    if len(ring) < _TRIANGLE:
        return []
    return ring if ring[0] == ring[-1] else [*ring, ring[0]]


def _box(said: str) -> list[Point]:
    """Read the lower and the upper corner as a ring."""
    match _points(said):
        case [low, high]:
            return [low, (low[0], high[1]), high, (high[0], low[1]), low]
    return []


def _line(said: str) -> list[Point]:
    line = _points(said)
    return line if len(line) > 1 else []


def _marked_point(part: XmlPart) -> Point | None:
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
    return None


def _points(said: str) -> list[Point]:
    """Read latitudes and longitudes in turn; nothing where one of them is off the Earth or has no partner."""
    numbers = said.replace(",", " ").split()
    points = [_point(list(pair)) for pair in zip(numbers[0::2], numbers[1::2], strict=False)]
    good = [point for point in points if point is not None]
    return good if len(good) == len(points) and len(numbers) % 2 == 0 else []


def _circle(said: str) -> Circle | None:
    """Read a latitude, a longitude, and a radius in metres."""
    *pair, radius = said.replace(",", " ").split() or [""]
    center, width = _point(pair), stored.number(radius)
    return Circle(center=center, radius=float(width)) if center and width and float(width) >= 0 else None


def _point(pair: list[str]) -> Point | None:
    numbers = [stored.number(each) for each in pair]
    if len(numbers) != 2 or not all(numbers):  # noqa: PLR2004 - latitude and longitude
        return None
    latitude, longitude = map(float, numbers)
    return (latitude, longitude) if abs(latitude) <= _LATITUDE and abs(longitude) <= _LONGITUDE else None
