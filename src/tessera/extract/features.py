"""A feature of a map: its place as a record of a location, and its attributes as a passage."""

import re
from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Final

from tessera.extract.outlines import counted
from tessera.extract.paragraphs import passages
from tessera.model.found import Draft, Finding, PassageSort, Unmapped
from tessera.model.locator import Locator
from tessera.resolution.addresses import postal_code_of, state_of

_TERMS: Final = {
    "name": ("name", "title", "label", "place_name", "placename", "site_name", "facility", "facility_name", "fullname"),
    "description": ("description", "desc", "cmt", "comment", "comments", "notes", "remarks"),
    "address": ("address", "addr", "street_address", "full_address", "fulladdr", "address1", "address_1"),
    "city": ("city", "town", "municipality"),
    "county": ("county", "county_name"),
    "state": ("state", "state_code", "st"),
    "postal_code": ("postal_code", "postalcode", "postcode", "zip", "zipcode", "zip_code", "zip5"),
}
"""What sources call the terms of a location, in the order in which they are asked."""
_NOT_WORDS: Final = re.compile(r"[^a-z0-9]+")
_MARKUP: Final = re.compile(r"<[a-zA-Z!/][^>]*>")


@dataclass(frozen=True, slots=True, kw_only=True)
class Feature:
    """One row of a map: where it stands in the file, its attributes, and a point in degrees on it or inside of it."""

    row: int
    values: Mapping[str, str]
    place: tuple[float, float] | None
    layer: str = ""
    page: int = 0
    """Which layer of the file, from 1; 0 where there is only one."""
    shape: str = "Point"
    outline: Mapping[str, str] = field(default_factory=dict)
    """The terms that hold its outline; empty for a point, and for one that is not kept."""
    unkept: str = ""
    """Why its outline is not kept."""


def findings_of(feature: Feature, filename: str) -> Iterator[Finding]:
    """Give the location that a feature is, if it has a place, and a passage of what is written about it."""
    locator = Locator(page=feature.page, row=feature.row)
    values = {name: _plain(value) for name, value in feature.values.items() if value.strip()}
    if feature.place is not None:
        key = "/".join(part for part in (filename, feature.layer, str(feature.row)) if part)
        terms = _terms(values) or {"description": f"{feature.shape} {feature.row} of {feature.layer or filename}"}
        yield Draft(kind="location", key=key, terms={**terms, **feature.outline}, locator=locator, place=feature.place)
    yield from passages("\n".join(f"{name}: {value}" for name, value in values.items()), locator, PassageSort.ROW)


def not_kept(unkept: Counter[str], locator: Locator) -> Iterator[Unmapped]:
    """Tell how many outlines are not kept, and why."""
    for reason, count in unkept.items():
        yield Unmapped(what=counted(reason), count=count, locator=locator)


def _terms(values: Mapping[str, str]) -> dict[str, str]:
    folded = {_NOT_WORDS.sub("_", name.lower()).strip("_"): value for name, value in reversed(list(values.items()))}
    told = {term: next((folded[name] for name in names if name in folded), "") for term, names in _TERMS.items()}
    told["name"] = " ".join(told["name"].split())
    told["state"] = state_of(told["state"]) or ""
    told["postal_code"] = postal_code_of(told["postal_code"]) or ""
    return {term: value for term, value in told.items() if value}


def _plain(value: str) -> str:
    """Take the mark-up out of a description that is a web page, as KML has it."""
    if not _MARKUP.search(value):
        return value.strip()
    from selectolax.lexbor import LexborHTMLParser  # noqa: PLC0415 - only where there is mark-up

    return " ".join(LexborHTMLParser(value).text(separator=" ").split())
