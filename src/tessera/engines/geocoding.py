"""The place of an address without any network: ZIP codes and towns from the package `zipcodes`, streets that the site loads.

Every answer says how far off it can be. A ZIP code or a town is a whole area: its centre is given, with the distance within
which nine of ten of its neighbours' centres lie apart.
"""

import sqlite3
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from contextlib import closing
from functools import cached_property
from pathlib import Path
from typing import Final, NamedTuple

import numpy as np
import numpy.typing as npt

from tessera.model.located import Located
from tessera.resolution.addresses import Address, address_of, city_of, state_of

EARTH_M: Final = 6_371_000.0
_NEIGHBOURS: Final = 3
"""A ZIP code reaches about as far as the centre of its third neighbour."""
_TOWN: Final = 2.0
"""A township reaches beyond the ZIP code that bears its name."""
_LEAST_M, _MOST_M = 1_500.0, 40_000.0
_HOUSE_M, _BESIDE_M, _BLOCK_M = 40.0, 150.0, 200.0
_HUNDRED: Final = 100
_COUNTY: Final = " COUNTY"


class _Zip(NamedTuple):
    code: str
    city: str
    state: str
    county: str
    latitude: float
    longitude: float


class Gazetteer:
    """ZIP codes, towns and counties of the United States. It is read when it is first asked."""

    def postal_code(self, code: str) -> Located | None:
        """Give the centre of a ZIP code."""
        at = self._by_code.get(code)
        if at is None:
            return None
        return self._located(at, self._reach(at), f"centre of ZIP code {code}")

    def town(self, city: str, state: str) -> Located | None:
        """Give the centre of a town: the middle of its ZIP codes."""
        found = self._by_town.get((city, state), ())
        if not found:
            return None
        latitude, longitude = self._points[list(found)].mean(axis=0)
        spread = max(_metres(latitude, longitude, *self._points[at]) for at in found)
        reach = spread + _TOWN * max(self._reach(at) for at in found)
        return Located(
            latitude=float(latitude),
            longitude=float(longitude),
            precision_m=min(max(reach, _LEAST_M), _MOST_M),
            how=f"centre of {city.title()}, {state}",
        )

    def only_state(self, city: str) -> str:
        """Give the state of a town whose name only one state has; empty where several have it."""
        states = {state for name, state in self._by_town if name == city}
        return next(iter(states)) if len(states) == 1 else ""

    def county(self, name: str, state: str) -> Located | None:
        """Give the middle of a county's ZIP codes."""
        found = self._by_county.get((name, state), ())
        if not found:
            return None
        latitude, longitude = self._points[list(found)].mean(axis=0)
        spread = max(_metres(latitude, longitude, *self._points[at]) for at in found)
        how = f"middle of {name.title()}, {state}"
        return Located(latitude=float(latitude), longitude=float(longitude), precision_m=max(spread, _LEAST_M), how=how)

    def nearest(self, latitude: float, longitude: float) -> tuple[str, str, str, float] | None:
        """Give ZIP code, county and state of the nearest centre of a ZIP code, and the distance to it in metres."""
        if not self._zips:
            return None
        near = np.argsort(self._apart(latitude, longitude))[:1]
        found = self._zips[int(near[0])]
        return found.code, found.county, found.state, _metres(latitude, longitude, found.latitude, found.longitude)

    def _located(self, at: int, precision: float, how: str) -> Located:
        found = self._zips[at]
        return Located(latitude=found.latitude, longitude=found.longitude, precision_m=precision, how=how)

    def _reach(self, at: int) -> float:
        """Say how far a ZIP code reaches, by the distance to its neighbours."""
        found = self._zips[at]
        apart = np.partition(self._apart(found.latitude, found.longitude), _NEIGHBOURS)[_NEIGHBOURS]
        return float(min(max(apart, _LEAST_M), _MOST_M))

    def _apart(self, latitude: float, longitude: float) -> npt.NDArray[np.float64]:
        """Give the distance to every centre in metres, by a plane that touches the globe here."""
        north = (self._points[:, 0] - latitude) * np.pi / 180 * EARTH_M
        east = (self._points[:, 1] - longitude) * np.pi / 180 * EARTH_M * np.cos(latitude * np.pi / 180)
        return np.asarray(np.hypot(north, east), dtype=np.float64)

    @cached_property
    def _zips(self) -> list[_Zip]:
        import zipcodes  # noqa: PLC0415 - its data is read when it is imported

        return [
            _Zip(
                code=one["zip_code"],
                city=city_of(one["city"]) or "",
                state=one["state"],
                county=one["county"].upper(),
                latitude=float(one["lat"]),
                longitude=float(one["long"]),
            )
            for one in zipcodes.list_all()  # type: ignore[no-untyped-call]
            if one["active"] and one["lat"] and float(one["lat"])
        ]

    @cached_property
    def _points(self) -> npt.NDArray[np.float64]:
        return np.array([(one.latitude, one.longitude) for one in self._zips])

    @cached_property
    def _by_code(self) -> Mapping[str, int]:
        return {one.code: at for at, one in enumerate(self._zips)}

    @cached_property
    def _by_town(self) -> Mapping[tuple[str, str], Sequence[int]]:
        return _grouped(((one.city, one.state), at) for at, one in enumerate(self._zips))

    @cached_property
    def _by_county(self) -> Mapping[tuple[str, str], Sequence[int]]:
        return _grouped(((one.county, one.state), at) for at, one in enumerate(self._zips))


def _grouped(pairs: Iterable[tuple[tuple[str, str], int]]) -> Mapping[tuple[str, str], Sequence[int]]:
    found: dict[tuple[str, str], list[int]] = defaultdict(list)
    for key, at in pairs:
        found[key].append(at)
    return found


def _metres(latitude: float, longitude: float, other_latitude: float, other_longitude: float) -> float:
    """Give the distance of two points near to each other."""
    north = np.radians(other_latitude - latitude) * EARTH_M
    east = np.radians(other_longitude - longitude) * EARTH_M * np.cos(np.radians(latitude))
    return float(np.hypot(north, east))


class Geocoder:
    """Finds the place of an address: in the streets that the site loaded, else by ZIP code, town or county."""

    def __init__(self, streets: Path | None) -> None:
        """`streets` is the file that `load_streets` wrote; None, or a file that is not there, for none."""
        self._streets = streets
        self._gazetteer = Gazetteer()

    def find(self, text: str) -> Located | None:
        """Find the place of an address as somebody wrote it; None where nothing in it is known."""
        county = self._county(text)
        if county:
            return county
        address = address_of(text)
        if address is None:
            return None
        return self._on_street(address) or self._in_area(address, text)

    def near(self, latitude: float, longitude: float) -> tuple[str, str, str, float] | None:
        """Give ZIP code, county, state and distance of the nearest known centre."""
        return self._gazetteer.nearest(latitude, longitude)

    def _county(self, text: str) -> Located | None:
        name, _, state = text.upper().strip(" .").rpartition(",")
        code = state_of(state) if name else None
        return self._gazetteer.county(name.strip(), code) if code and name.strip().endswith(_COUNTY) else None

    def _in_area(self, address: Address, text: str) -> Located | None:
        if address.postal_code and (found := self._gazetteer.postal_code(address.postal_code)):
            return found
        city = city_of(address.city) if address.city else None
        if city is None and not (address.street or address.crossing):
            city = city_of(text)
        if city is None:
            return None
        state = state_of(address.state) if address.state else self._gazetteer.only_state(city)
        return self._gazetteer.town(city, state) if state else None

    def _on_street(self, address: Address) -> Located | None:
        if self._streets is None or not self._streets.exists() or not (address.street or address.crossing):
            return None
        with closing(sqlite3.connect(f"file:{self._streets}?mode=ro", uri=True)) as base:
            if address.crossing:
                return _crossing(base, address)
            return _house(base, address)


_AREA: Final = " AND (:code = '' OR postal_code = :code) AND (:city = '' OR city = :city)"


def _area(address: Address) -> dict[str, str]:
    """Say within what to look: the ZIP code, else the town; without either, everywhere."""
    code = address.postal_code or ""
    return {"code": code, "city": "" if code else (city_of(address.city) or "" if address.city else "")}


def _house(base: sqlite3.Connection, address: Address) -> Located | None:
    """Find a house, the houses on both sides of its number, its hundred-block, or the middle of its street."""
    line = f"{address.direction} {address.street} {address.street_type}".split()
    rows = base.execute(
        "SELECT number, latitude, longitude FROM house WHERE street = :street" + _AREA,  # noqa: S608 - no text of others
        {"street": " ".join(line), **_area(address)},
    ).fetchall()
    if not rows:
        return None
    points = [(int(number), float(lat), float(lon)) for number, lat, lon in rows]
    digits = "".join(c for c in address.number if c.isdigit())
    if digits:
        exact = [(lat, lon) for number, lat, lon in points if number == int(digits)]
        if exact:
            return _middle(exact, _HOUSE_M, "house number")
        return _between(points, int(digits)) or _middle([p[1:] for p in points], _LEAST_M, "middle of the street")
    if address.block:
        first = int(address.block)
        inside = [(lat, lon) for number, lat, lon in points if first <= number < first + _HUNDRED]
        if inside:
            return _middle(inside, _BLOCK_M, "hundred-block")
    return _middle([p[1:] for p in points], _LEAST_M, "middle of the street")


def _between(points: Sequence[tuple[int, float, float]], number: int) -> Located | None:
    """Place a number between the houses before and behind it on its side of the street."""
    side = sorted(p for p in points if p[0] % 2 == number % 2)
    below = [p for p in side if p[0] < number]
    above = [p for p in side if p[0] > number]
    if not (below and above):
        return None
    low, high = below[-1], above[0]
    share = (number - low[0]) / (high[0] - low[0])
    latitude, longitude = low[1] + share * (high[1] - low[1]), low[2] + share * (high[2] - low[2])
    reach = max(_BESIDE_M, _metres(low[1], low[2], high[1], high[2]) / 2)
    return Located(latitude=latitude, longitude=longitude, precision_m=reach, how="between two house numbers")


def _crossing(base: sqlite3.Connection, address: Address) -> Located | None:
    """Find where two streets come nearest to each other, as far as their houses tell."""
    sides = []
    for street in address.crossing[:2]:
        rows = base.execute(
            "SELECT latitude, longitude FROM house WHERE street = :street" + _AREA,  # noqa: S608 - no text of others
            {"street": street, **_area(address)},
        ).fetchall()
        sides.append(np.array(rows, dtype=np.float64))
    if not all(len(side) for side in sides):
        return None
    one, other = sides
    north = (one[:, None, 0] - other[None, :, 0]) * np.pi / 180 * EARTH_M
    east = (one[:, None, 1] - other[None, :, 1]) * np.pi / 180 * EARTH_M * np.cos(np.radians(one[0, 0]))
    apart = np.hypot(north, east)
    first, second = np.unravel_index(int(apart.argmin()), apart.shape)
    latitude, longitude = (one[first] + other[second]) / 2
    reach = max(_BESIDE_M, float(apart.min()))
    return Located(
        latitude=float(latitude), longitude=float(longitude), precision_m=reach, how="crossing of two streets"
    )


def _middle(points: Sequence[tuple[float, ...]], least: float, how: str) -> Located:
    latitude, longitude = np.array(points).mean(axis=0)
    spread = max(_metres(latitude, longitude, lat, lon) for lat, lon in points)
    reach = max(least if how != "middle of the street" else 0.0, spread, _HOUSE_M)
    return Located(latitude=float(latitude), longitude=float(longitude), precision_m=reach, how=how)
