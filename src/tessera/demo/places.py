"""Where things happen: real towns of Delaware's three counties, with invented streets."""

# ruff: noqa: SIM905 - a long list of words reads better as words

from bisect import bisect
from itertools import accumulate
from typing import NamedTuple

from tessera.demo.draw import Draw

WEST, SOUTH, EAST, NORTH = -75.9, 38.4, -74.9, 39.9
"""Degrees; every place of the region lies inside."""


class Town(NamedTuple):
    """A real town: centre in WGS 84 degrees; `weight` is its share of what happens, roughly by inhabitants."""

    name: str
    county: str
    latitude: float
    longitude: float
    weight: float


# Centres of towns on the coast are set a little inland, so that points around them stay on land.
TOWNS = (
    Town("Wilmington", "New Castle", 39.7459, -75.5566, 71),
    Town("Newark", "New Castle", 39.6837, -75.7497, 31),
    Town("Middletown", "New Castle", 39.4496, -75.7163, 24),
    Town("Bear", "New Castle", 39.6293, -75.6583, 23),
    Town("Glasgow", "New Castle", 39.6048, -75.7452, 15),
    Town("Hockessin", "New Castle", 39.7876, -75.6966, 14),
    Town("Brookside", "New Castle", 39.6670, -75.7269, 14),
    Town("Claymont", "New Castle", 39.8040, -75.4650, 10),
    Town("Elsmere", "New Castle", 39.7393, -75.5980, 6),
    Town("New Castle", "New Castle", 39.6660, -75.5720, 6),
    Town("Townsend", "New Castle", 39.3951, -75.6916, 3),
    Town("Odessa", "New Castle", 39.4573, -75.6616, 1),
    Town("Dover", "Kent", 39.1582, -75.5244, 39),
    Town("Smyrna", "Kent", 39.2998, -75.6046, 13),
    Town("Milford", "Kent", 38.9140, -75.4330, 11),
    Town("Harrington", "Kent", 38.9237, -75.5777, 4),
    Town("Camden", "Kent", 39.1135, -75.5419, 4),
    Town("Felton", "Kent", 39.0084, -75.5780, 2),
    Town("Clayton", "Kent", 39.2907, -75.6344, 3),
    Town("Cheswold", "Kent", 39.2193, -75.5858, 2),
    Town("Hartly", "Kent", 39.1685, -75.7133, 1),
    Town("Leipsic", "Kent", 39.2430, -75.5190, 1),
    Town("Seaford", "Sussex", 38.6412, -75.6110, 8),
    Town("Georgetown", "Sussex", 38.6901, -75.3855, 8),
    Town("Millsboro", "Sussex", 38.5915, -75.2913, 7),
    Town("Laurel", "Sussex", 38.5565, -75.5713, 4),
    Town("Milton", "Sussex", 38.7776, -75.3099, 3),
    Town("Lewes", "Sussex", 38.7700, -75.1500, 4),
    Town("Selbyville", "Sussex", 38.4604, -75.2207, 3),
    Town("Bridgeville", "Sussex", 38.7426, -75.6044, 3),
    Town("Delmar", "Sussex", 38.4640, -75.5720, 2),
    Town("Rehoboth Beach", "Sussex", 38.7160, -75.0960, 4),
    Town("Ocean View", "Sussex", 38.5451, -75.0990, 3),
    Town("Greenwood", "Sussex", 38.8069, -75.5913, 1),
)
COUNTIES = ("New Castle", "Kent", "Sussex")
_FIRST = (
    "Heronmoor Saltwind Otter Plover Teal Marshgate Ospreyfield Cordgrass Millrace Tidewater Lanternhill Barleymow Quillback "
    "Foxglade Bittersweet Juniperfield Copperleaf Dunlinmere Harrowgate Windrush Sedgebrook Larkspurton Ironbell Peachmoor "
    "Sandpiperly Thistledown Rookhaven Curlewby Amberfen Holmcroft"
).split()
STREETS = tuple(
    f"{name} {kind}"
    for name, kind in zip(_FIRST, ("Lane", "Road", "Court", "Street", "Way", "Avenue", "Drive") * 5, strict=False)
)
_SHORT = {"Lane": "Ln", "Road": "Rd", "Court": "Ct", "Street": "St", "Avenue": "Ave", "Drive": "Dr"}
SHORT_STREETS = {name: " ".join(_SHORT.get(word, word) for word in name.split()) for name in STREETS}
_STREETS_PER_TOWN = 18
_NUMBERS = 1999


class Spot(NamedTuple):
    """An address and its point in degrees."""

    number: int
    street: str
    town: Town
    latitude: float
    longitude: float

    @property
    def address(self) -> str:
        """House number and street."""
        return f"{self.number} {self.street}"


class Gazetteer:
    """Streets of every town, laid out once for a seed; a street is a short line near its town's centre."""

    def __init__(self, seed: int) -> None:
        draw = Draw(seed, "streets")
        self._streets = {town.name: [_lay_out(draw, town) for _ in range(_STREETS_PER_TOWN)] for town in TOWNS}
        self._towns = {county: tuple(t for t in TOWNS if t.county == county) for county in COUNTIES} | {"": TOWNS}
        self._weights = {
            county: list(accumulate(town.weight for town in towns)) for county, towns in self._towns.items()
        }

    def town(self, draw: Draw, county: str = "") -> Town:
        """Return a town of the county, or of any, by weight."""
        weights = self._weights[county]
        return self._towns[county][bisect(weights, draw.random() * weights[-1])]

    def spot(self, draw: Draw, town: Town) -> Spot:
        """Return an address in the town; a few streets see most of what happens."""
        streets = self._streets[town.name]
        street, latitude, longitude, north, east = streets[int(draw.random() ** 2 * len(streets))]
        number = 1 + draw.below(_NUMBERS)
        along = number / _NUMBERS
        return Spot(number, street, town, round(latitude + north * along, 5), round(longitude + east * along, 5))


def _lay_out(draw: Draw, town: Town) -> tuple[str, float, float, float, float]:
    reach = 0.009  # degrees, about a kilometre
    start = [max(-reach, min(reach, draw.gauss(0, reach / 2))) for _ in range(2)]
    run = [(draw.random() - 0.5) * 0.008 for _ in range(2)]
    return draw.pick(STREETS), town.latitude + start[0], town.longitude + start[1], run[0], run[1]
