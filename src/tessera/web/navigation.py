"""Where a person can go from anywhere: subjects in the first row, the pages of the present subject in the second."""

from collections.abc import Collection
from dataclasses import dataclass

from tessera.model.access import Permission


@dataclass(frozen=True, slots=True, kw_only=True)
class Place:
    """A page that is always on offer to those who have its permission."""

    label: str
    href: str
    needs: Permission
    also: str = ""
    """Another address whose pages belong here."""

    def holds(self, path: str) -> bool:
        """Claim that the address is this page or lies below it.

        >>> Place(label="Search", href="/search", needs=Permission.RECORD_READ).holds("/search/facets")
        True
        """
        return any(
            path == href or (href != "/" and path.startswith(f"{href}/")) for href in (self.href, self.also) if href
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class Subject:
    """Pages that belong together. A subject of one page has no second row."""

    label: str
    places: tuple[Place, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Tab:
    """A link of a row, and whether it leads to where we are."""

    label: str
    href: str
    here: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Navigation:
    """Both rows for one person on one page."""

    subjects: tuple[Tab, ...]
    places: tuple[Tab, ...]


BELONGS = {"/deliveries": "/contents"}
"""Addresses that lie beside the one of their place."""


def _subject(label: str, *places: tuple[str, str, Permission]) -> Subject:
    return Subject(
        label=label,
        places=tuple(
            Place(label=text, href=href, needs=needs, also=BELONGS.get(href, "")) for text, href, needs in places
        ),
    )


SUBJECTS = (
    _subject("Overview", ("Overview", "/", Permission.OVERVIEW_READ)),
    _subject(
        "Search",
        ("Search", "/search", Permission.RECORD_READ),
        ("Names", "/names", Permission.RECORD_READ),
        ("Screening", "/screening", Permission.RECORD_READ),
    ),
    _subject("Map", ("Map", "/map", Permission.RECORD_READ)),
    _subject(
        "Who is who",
        ("Review", "/review", Permission.JUDGEMENT_CREATE),
        ("Models", "/resolution", Permission.ENTITY_READ),
    ),
    _subject(
        "Deliveries",
        ("Deliveries", "/deliveries", Permission.DELIVERY_READ),
        ("Upload", "/upload", Permission.DELIVERY_CREATE),
        ("Quarantine", "/quarantine", Permission.QUARANTINE_READ),
        ("Capabilities", "/capabilities", Permission.SOURCE_READ),
    ),
    _subject(
        "Partners",
        ("Sources", "/sources", Permission.SOURCE_READ),
        ("Agencies", "/agencies", Permission.SOURCE_READ),
        ("Agreements", "/agreements", Permission.SOURCE_READ),
        ("Holdings", "/holdings", Permission.SOURCE_READ),
    ),
    _subject(
        "Intelligence",
        ("Intelligence", "/intelligence", Permission.INTELLIGENCE_READ),
        ("Suspicious activity", "/sar", Permission.SAR_READ),
    ),
    _subject(
        "Sharing",
        ("What we gave", "/given", Permission.DELIVERY_READ),
        ("Disclosures", "/disclosures", Permission.DISCLOSURE_READ),
        ("Requests", "/requests", Permission.REQUEST_DECIDE),
        ("Notices", "/notices", Permission.NOTICE_READ),
    ),
    _subject(
        "Oversight",
        ("To decide", "/oversight", Permission.RETENTION_REVIEW),
        ("Flags", "/flags", Permission.FLAG_DECIDE),
        ("Retention", "/retention", Permission.RETENTION_REVIEW),
        ("Purges", "/purges", Permission.RETENTION_REVIEW),
        ("Corrections", "/redress", Permission.REDRESS_DECIDE),
        ("Exposure", "/exposure", Permission.EXPOSURE_READ),
        ("Samples", "/samples", Permission.AUDIT_SAMPLE),
        ("Transparency", "/oversight/transparency", Permission.TRANSPARENCY_PUBLISH),
        ("Policy", "/policy", Permission.POLICY_READ),
    ),
    _subject("Audit", ("Audit", "/audit", Permission.AUDIT_READ)),
    _subject(
        "Accounts",
        ("Accounts", "/accounts", Permission.ACCOUNT_MANAGE),
        ("Settings", "/settings", Permission.SETTINGS_READ),
        ("Stop an account", "/stop-account", Permission.ACCOUNT_STOP),
    ),
)
"""All that there is, in the order in which work goes; a test opens each."""


def navigate(path: str, may: Collection[Permission]) -> Navigation:
    """Offer what this person may use, with the present subject opened."""
    offered = [(subject, [place for place in subject.places if place.needs in may]) for subject in SUBJECTS]
    here = next((places for _, places in offered if any(place.holds(path) for place in places)), [])
    return Navigation(
        subjects=tuple(
            Tab(label=subject.label if len(places) > 1 else places[0].label, href=places[0].href, here=places == here)
            for subject, places in offered
            if places
        ),
        places=tuple(_tab(place, here, path) for place in here) if len(here) > 1 else (),
    )


def _tab(place: Place, among: list[Place], path: str) -> Tab:
    """The longest address that holds the path is where we are."""
    holding = [each for each in among if each.holds(path)]
    return Tab(label=place.label, href=place.href, here=place == max(holding, key=lambda each: len(each.href)))
