"""Centres of ZIP codes, cities and counties, from the list of ZIP codes that comes with the package `zipcodes`.

A city is where its ZIP codes are; so is a county. The radius says how far from the centre an address of it can be.
"""

from collections import Counter, defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache, lru_cache
from math import cos, radians
from typing import Any, Final

from tessera.model.located import metres_between
from tessera.resolution import addresses
from tessera.resolution.usps import STATES

_NEIGHBOUR: Final = 4
"""A ZIP code reaches about as far as the centre of its fourth neighbour: those all around it, and none beyond."""
_TOWN: Final = 2.0
"""A town of a single ZIP code may reach beyond it: its border and that of the mail's carriers are not the same."""
_LARGE: Final = 3
"""ZIP codes that mail is carried to, from which a city is so large that its name alone may mean it."""
_DELIVERED: Final = "STANDARD"
"""A ZIP code that carriers deliver to; others are of post office boxes or of one large receiver."""
_LEAST_M: Final = 500.0
city_of: Final = lru_cache(maxsize=65_536)(addresses.city_of)
_STATES: Final = frozenset(STATES.values())
_TOWN_WORDS: Final = ("TOWNSHIP", "TWP", "BOROUGH", "BORO")
_COUNTY_WORDS: Final = ("COUNTY", "PARISH", "BOROUGH", "CENSUS AREA", "MUNICIPIO", "CITY AND BOROUGH", "MUNICIPALITY")


@dataclass(frozen=True, slots=True, kw_only=True)
class Area:
    """The centre of a ZIP code, city or county in degrees, and how far it reaches in metres."""

    name: str
    state: str
    latitude: float
    longitude: float
    radius_m: float

    @property
    def centre(self) -> tuple[float, float]:
        """Latitude and longitude."""
        return self.latitude, self.longitude


@dataclass(frozen=True, slots=True, kw_only=True)
class _Zip:
    code: str
    sort: str
    city: str
    others: tuple[str, ...]
    county: str
    state: str
    latitude: float
    longitude: float


class ZipPlaces:
    """Finds the centre of a ZIP code, a city or a county, and the ZIP code nearest to a point."""

    def __init__(self) -> None:
        """Read the list once; it takes about a second."""
        import numpy as np  # noqa: PLC0415 - loaded with the list

        self._zips = {row.code: row for row in _rows()}
        delivered = [row for row in self._zips.values() if row.sort == _DELIVERED]
        self._delivered = delivered
        self._reaches: dict[str, float] = {}
        self._crowds = Counter((row.latitude, row.longitude) for row in self._zips.values())
        self._points = np.array([(row.latitude, row.longitude) for row in delivered])
        self._cities: dict[str, dict[str, list[_Zip]]] = defaultdict(lambda: defaultdict(list))
        self._counties: dict[str, dict[str, list[_Zip]]] = defaultdict(lambda: defaultdict(list))
        self._also: dict[str, dict[str, list[_Zip]]] = defaultdict(lambda: defaultdict(list))
        for row in self._zips.values():
            self._cities[row.city][row.state].append(row)
            self._counties[row.county][row.state].append(row)
            for other in row.others:
                self._also[other][row.state].append(row)

    def zip_code(self, code: str) -> Area | None:
        """Give the centre of a ZIP code of five digits."""
        row = self._zips.get(code)
        if row is None:
            return None
        if row.sort != _DELIVERED and (near := self._delivered_in(row)):
            return self._area(code, row.state, near)
        if (
            self._crowds[row.latitude, row.longitude] > 1
        ):  # the list puts what it does not know at one point of the county
            county = self._area(code, row.state, self._counties[row.county][row.state])
            reach = county.radius_m + metres_between(county.centre, (row.latitude, row.longitude))
        else:
            reach = self._reach(row)
        return Area(name=code, state=row.state, latitude=row.latitude, longitude=row.longitude, radius_m=reach)

    def city(self, name: str, state: str = "", county: str = "") -> Area | None:
        """Give the centre of a city. With a county, only what lies in it is meant: a state may have towns of one name.

        Without a state only where a single state has a city of this name, and it is a large one: Brazil is more often
        the country than the town in Indiana.
        """
        said = _municipality(name)
        if not state:
            states = {*self._cities.get(said, ()), *self._also.get(said, ())}
            if len(states) != 1:
                return None
            (state,) = states
            if sum(row.sort == _DELIVERED for row in self._cities.get(said, {}).get(state, ())) < _LARGE:
                return None
        named, also = self._cities.get(said, {}).get(state, []), self._also.get(said, {}).get(state, [])
        if county:
            named, also = ([row for row in rows if row.county == _county(county)] for rows in (named, also))
        rows = named or also
        return self._area(said, state, rows, _TOWN if len(rows) == 1 else 1.0) if rows else None

    def county(self, name: str, state: str = "") -> Area | None:
        """Give the middle of a county; without a state only where a single state has a county of this name."""
        said = _county(name)
        states = self._counties.get(said, {})
        if not state:
            if len(states) != 1:
                return None
            (state,) = states
        rows = states.get(state)
        return self._area(said, state, rows) if rows else None

    def nearest(self, latitude: float, longitude: float) -> tuple[str, float]:
        """Give the ZIP code whose centre is nearest, and how far that is in metres."""
        row = self._delivered[self._closest(latitude, longitude, 1)[0]]
        return row.code, metres_between((latitude, longitude), (row.latitude, row.longitude))

    def _delivered_in(self, row: _Zip) -> list[_Zip]:
        """Give the ZIP codes of a town that mail is carried to: where its post office with the boxes is."""
        return [other for other in self._cities[row.city][row.state] if other.sort == _DELIVERED]

    def _area(self, name: str, state: str, rows: list[_Zip], beyond: float = 1.0) -> Area:
        best = [row for row in rows if row.sort == _DELIVERED] or rows
        centre = (
            sum(row.latitude for row in best) / len(best),
            sum(row.longitude for row in best) / len(best),
        )
        reach = max(metres_between(centre, (row.latitude, row.longitude)) + beyond * self._reach(row) for row in best)
        return Area(name=name, state=state, latitude=centre[0], longitude=centre[1], radius_m=reach)

    def _reach(self, row: _Zip) -> float:
        if row.code not in self._reaches:
            around = self._closest(row.latitude, row.longitude, _NEIGHBOUR + 1)
            centres = [(self._delivered[at].latitude, self._delivered[at].longitude) for at in around]
            away = [metres_between((row.latitude, row.longitude), centre) for centre in centres]
            self._reaches[row.code] = max(_LEAST_M, *away)
        return self._reaches[row.code]

    def _closest(self, latitude: float, longitude: float, count: int) -> list[int]:
        import numpy as np  # noqa: PLC0415 - loaded with the list

        north = self._points[:, 0] - latitude
        east = (self._points[:, 1] - longitude) * cos(radians(latitude))
        far = north * north + east * east
        found = np.argpartition(far, count)[:count]
        return [int(at) for at in found[np.argsort(far[found])]]


@cache
def zip_places() -> ZipPlaces:
    """Give the list of this process."""
    return ZipPlaces()


def _rows() -> Iterator[_Zip]:
    import zipcodes  # noqa: PLC0415 - loaded with the list

    for state in sorted(_STATES):  # one by one: the whole list at once takes 150 MB, and the package keeps it
        rows: list[Any] = zipcodes.filter_by(state=state)  # type: ignore[no-untyped-call]
        yield from (_zip(row) for row in rows if _is_usable(row))


def _is_usable(row: Any) -> bool:  # noqa: ANN401 - a row of the package, as it gives it
    return bool(row["active"] and row["zip_code_type"] != "MILITARY" and float(row["lat"]))


def _zip(row: Any) -> _Zip:  # noqa: ANN401 - a row of the package, as it gives it
    return _Zip(
        code=row["zip_code"],
        sort=row["zip_code_type"],
        city=city_of(row["city"]) or "",
        others=tuple(city_of(name) or "" for name in (*row["acceptable_cities"], *row["unacceptable_cities"])),
        county=_county(row["county"]),
        state=row["state"],
        latitude=float(row["lat"]),
        longitude=float(row["long"]),
    )


def _municipality(name: str) -> str:
    said = city_of(name) or ""
    for word in _TOWN_WORDS:
        said = said.removesuffix(f" {word}")
    return said


def _county(name: str) -> str:
    said = city_of(name) or ""
    for word in sorted(_COUNTY_WORDS, key=len, reverse=True):
        said = said.removesuffix(f" {word}")
    return said
