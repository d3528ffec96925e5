"""Finds the place of an address as exactly as the center's sources allow, and says how far off it can be.

A house comes from the street file that the site loaded, where there is one. Without it, or where it does not tell, the
answer is the centre of the ZIP code, the city or the county. Nothing is asked of any network.
"""

import re
import sqlite3
from dataclasses import replace
from functools import cache, lru_cache
from pathlib import Path
from typing import Final

from tessera.engines.counties import county_of
from tessera.engines.streets import StreetFile
from tessera.engines.zip_places import Area, ZipPlaces, zip_places
from tessera.model.located import Around, Located
from tessera.resolution.addresses import Address, address_of, postal_code_of, state_of

_COUNTY: Final = re.compile(
    r"^\s*(?P<name>[\w.' -]+? (?:county|parish|borough))\s*(?:,\s*(?P<state>[A-Za-z. ]+))?$", re.IGNORECASE
)
_IN_COUNTY: Final = re.compile(
    r"^(?P<before>.+?)\s*,\s*(?P<county>[A-Za-z.' -]+? (?:county|parish))\s*,\s*(?P<state>[A-Za-z][A-Za-z. ]+)$",
    re.IGNORECASE,
)
_CITY: Final = re.compile(
    r"^\s*(?P<city>[A-Za-z][A-Za-z.'\u2019 -]*?)\s*(?:,\s*(?P<state>[A-Za-z][A-Za-z. ]+?))?\s*,?\s*(?P<zip>\d{5}(?:-\d{4})?)?\s*$"
)
_ENDING: Final = re.compile(r"^(?P<city>.+) (?P<state>[A-Z]{2})$")
_LONGEST: Final = 300


class Geocoder:
    """Finds places by the street file at `streets`, if there is one, and by the list of ZIP codes."""

    def __init__(self, streets: Path | None = None, *, state: str = "") -> None:
        """Open nothing yet. `state` is where the center is: what names no state is sought there first."""
        self._path = streets
        self._state = state

    @property
    def _zips(self) -> ZipPlaces:
        return zip_places()

    def find(self, address: str) -> Located | None:
        """Give the place of an address, a city, a ZIP code or a county; None where it is nowhere, or not one place."""
        said = " ".join(address[:_LONGEST].split())
        if found := self._area(said):
            return found
        parts = address_of(said)
        return self._place(parts) if parts else None

    def _area(self, said: str) -> Located | None:
        """Answer what names no street."""
        if said.isdecimal():
            return _from_area(self._zips.zip_code(said), "centre of the ZIP code")
        if state_of(said):
            return None
        if county := _COUNTY.match(said):
            state = state_of(county["state"] or "") or ""
            return _from_area(self._zips.county(county["name"], state or self._state), "middle of the county")
        if within := _IN_COUNTY.match(said):
            return self._in_county(within["before"], within["county"], state_of(within["state"]) or "")
        return self._city(said)

    def _in_county(self, before: str, county: str, state: str) -> Located | None:
        """Place a town of a county, of which the state may have others of that name; else the county itself."""
        if not state:
            return None
        town = before.rpartition(",")[2]
        streets = _street_file(self._path)
        asked = address_of(f"{before}, {state}") if streets else None
        found = streets.find(asked) if streets and asked and (asked.street or asked.crossing) else None
        in_county = _from_area(self._zips.city(town, state, county), "centre of the city")
        return found or in_county or _from_area(self._zips.county(county, state), "middle of the county")

    def _city(self, said: str) -> Located | None:
        found = _CITY.match(said)
        if found is None:
            return None
        city, state = found["city"], state_of(found["state"] or "") or ""
        if found["state"] and not state:
            return None
        if not state and (ending := _ENDING.match(city)) and state_of(ending["state"]):
            city, state = ending["city"], ending["state"]
        code = postal_code_of(found["zip"] or "")
        return self._town(Address(city=city, state=state, postal_code=code or ""))

    def _place(self, asked: Address) -> Located | None:
        in_state = asked if asked.state or not asked.city else replace(asked, state=self._state)
        streets = _street_file(self._path) if asked.street or asked.crossing else None
        return (streets.find(in_state) if streets else None) or self._town(in_state)

    def _town(self, asked: Address) -> Located | None:
        by_zip = self._zips.zip_code(asked.postal_code) if asked.postal_code else None
        if by_zip:
            return _from_area(by_zip, "centre of the ZIP code")
        if not asked.city:
            return None
        by_city = self._zips.city(asked.city, asked.state or self._state) or self._zips.city(asked.city, asked.state)
        return _from_area(by_city, "centre of the city")

    def around(self, latitude: float, longitude: float) -> Around | None:
        """Say where a point is; None outside of the United States."""
        county = county_of(latitude, longitude)
        if county is None:
            return None
        code, away = self._zips.nearest(latitude, longitude)
        return Around(county=county.name, state=county.state, postal_code=code, away_m=away)


def _from_area(area: Area | None, how: str) -> Located | None:
    if area is None:
        return None
    return Located(latitude=area.latitude, longitude=area.longitude, precision_m=area.radius_m, how=how)


@cache
def open_geocoder(streets: Path | None, state: str = "") -> Geocoder:
    """Give the geocoder of this process for a street file."""
    return Geocoder(streets, state=state)


def _street_file(path: Path | None) -> StreetFile | None:
    """Open the street file if it is there, anew where it was loaded again since."""
    if path is None or not path.is_file():
        return None
    stat = path.stat()
    return _opened(path, stat.st_ino, stat.st_mtime_ns)


@lru_cache(maxsize=4)
def _opened(path: Path, _inode: int, _changed: int) -> StreetFile | None:
    try:
        return StreetFile(path)
    except sqlite3.Error:
        return None  # no street file, or a damaged one: the center goes on with ZIP codes
