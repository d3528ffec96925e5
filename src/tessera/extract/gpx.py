"""GPX of a receiver: waypoints one by one; a route or track as one line, summed up, for its points are too many to be places."""

from array import array
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

from tessera.errors import Unreadable
from tessera.extract.features import Feature, findings_of
from tessera.extract.outlines import counted, kept_of
from tessera.extract.piece import Piece
from tessera.extract.xml_text import BrokenXml, drop, elements, local, not_xml
from tessera.model.found import Facts, Finding, Refused, Unmapped
from tessera.model.located import is_on_earth, metres_between
from tessera.model.locator import Locator

_KILOMETRE = 1_000.0
_SORTS = {"wpt": "Waypoint", "rte": "Route", "trk": "Track"}
_POINTS = {"rtept", "trkpt"}
_MOST_DRAWN = 1_000_000


@dataclass(kw_only=True)
class _Way:
    """What is kept of a route or track while its points go by."""

    points: int = 0
    bad: int = 0
    metres: float = 0.0
    is_broken: bool = False
    first: tuple[float, float] | None = None
    last: tuple[float, float] | None = None
    times: list[str] = field(default_factory=list)
    stretches: "list[array[float]]" = field(default_factory=list)
    """Longitudes and latitudes in turn, one list for each stretch without a break."""

    def add(self, place: tuple[float, float] | None, time: str) -> None:
        if place is None:
            self.bad += 1
            return
        self.points += 1
        self._draw(place)
        self.metres += metres_between(self.last, place) if self.last and not self.is_broken else 0.0
        self.first, self.last, self.is_broken = self.first or place, place, False
        if time:
            self.times = [*self.times[:1], time]

    def _draw(self, place: tuple[float, float]) -> None:
        if self.points > _MOST_DRAWN:
            self.stretches = []
            return
        if self.is_broken or not self.stretches:
            self.stretches.append(array("d"))
        self.stretches[-1].extend((place[1], place[0]))

    def outline(self) -> tuple[dict[str, str], str]:
        """Give the terms of its line, or why it is not kept."""
        if self.points > _MOST_DRAWN:
            return {}, f"a line of more than {_MOST_DRAWN:,} points"
        import numpy as np  # noqa: PLC0415 - only where there are lines
        import shapely  # noqa: PLC0415 - only where there are lines

        paths = [np.asarray(stretch).reshape(-1, 2) for stretch in self.stretches]
        drawn = [shapely.LineString(path) if len(path) > 1 else shapely.Point(path[0]) for path in paths]
        return kept_of(shapely.GeometryCollection(drawn))


def read(piece: Piece) -> Iterator[Finding]:
    """Give the waypoints, routes and tracks of a file, in its order."""
    found = False
    row = 0
    yield Facts(terms={})
    way = _Way()
    try:
        for _, element in elements(piece, ("end",)):
            tag = local(element)
            if tag in _POINTS:
                way.add(_place(element), _text(element, "time"))
                drop(element)
            elif tag == "trkseg":
                way.is_broken = True  # what lies between two segments was not recorded
                drop(element)
            elif tag == "metadata":
                yield from _facts(element)
            elif tag in _SORTS:
                row, found = row + 1, True
                yield from _given(element, _SORTS[tag], row, way, piece)
                way = _Way()
                drop(element)
    except BrokenXml as error:
        if not found:
            raise not_xml(piece, error) from error
        reason = f"The GPX is broken from here on ({error}); it may be cut off. Ask for the file again."
        yield Refused(reason=reason, locator=Locator(row=row + 1))
    if not found:
        raise Unreadable("the GPX has no points", where=piece.where, advice="Check what was exported.")


def _given(element: Any, sort: str, row: int, way: _Way, piece: Piece) -> Iterator[Finding]:  # noqa: ANN401 - lxml
    values = {local(child): (child.text or "").strip() for child in element.iterchildren("*") if not len(child)}
    place = _place(element) if sort == "Waypoint" else way.first
    if sort != "Waypoint":
        values["desc"] = " ".join(part for part in (values.get("desc", ""), _summary(sort, way)) if part)
    outline, unkept = way.outline() if sort != "Waypoint" else ({}, "")
    yield from findings_of(
        Feature(row=row, values=values, place=place, shape=sort, outline=outline, unkept=unkept), piece.filename
    )
    if unkept:
        yield Unmapped(what=counted(unkept), count=1, locator=Locator(row=row))
    if place is None or way.bad:
        count = f"{way.bad:,} of its points" if place else "it"
        reason = f"{sort} {row}: {count} cannot be placed, for the latitude or longitude is no such number. Mend it."
        yield Refused(reason=reason, locator=Locator(row=row), value=values.get("name", ""))


def _summary(sort: str, way: _Way) -> str:
    """Say how long a way is, from where to where, and from when to when."""
    if way.first is None:
        return ""
    end = way.last or way.first
    ends = " to ".join(f"{latitude:.5f},{longitude:.5f}" for latitude, longitude in (way.first, end))
    times = f", {' to '.join(way.times)}" if way.times else ""
    return f"{sort} of {way.points:,} points, {way.metres / _KILOMETRE:.1f} km, from {ends}{times}."


def _facts(element: Any) -> Iterator[Facts]:  # noqa: ANN401 - lxml
    told = {
        "title": _text(element, "name"),
        "made_at": _text(element, "time"),
        "author": _text(element, "author", "name"),
    }
    yield Facts(terms={name: value for name, value in told.items() if value})


def _text(element: Any, *names: str) -> str:  # noqa: ANN401 - lxml
    for name in names:
        element = next((child for child in element.iterchildren("{*}" + name)), None)
        if element is None:
            return ""
    return (element.text or "").strip()


def _place(element: Any) -> tuple[float, float] | None:  # noqa: ANN401 - lxml
    try:
        latitude, longitude = float(element.get("lat", "")), float(element.get("lon", ""))
    except ValueError:
        return None
    return (latitude, longitude) if is_on_earth(latitude, longitude) else None
