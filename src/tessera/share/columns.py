"""The columns of an export: what is the same for every kind, then the kind's own terms in dictionary order."""

from tessera.clock import isoformat
from tessera.dictionary import Kind
from tessera.model.marking import Marking, Regime
from tessera.model.record import RecordView, TermValue
from tessera.trust.banner import banner
from tessera.trust.intelligence import DISCLAIMER

LEAST = "PUBLIC · TLP:CLEAR"
COMMON = (
    "uid",
    "kind",
    "source",
    "holding",
    "marking",
    "event_time",
    "latitude",
    "longitude",
    "locator",
    "delivery",
    "known_from",
    "known_to",
    "masked",
    "disputed",
)
"""`masked` lists, separated by spaces, the terms whose values the reader may not see; their own columns are empty.
`disputed` is "yes" while somebody's request for the record's correction is open."""
HANDLING = "handling"
"""The last column: the portion mark of the record, then the watermark of the export."""


def columns_of(kind: Kind) -> dict[str, str]:
    """Name the column of each term; one that is called like a common column gets `term_` before its name."""
    taken = {*COMMON, HANDLING}
    return {term: f"term_{term}" if term in taken else term for term in kind.terms}


def handling(marking: Marking) -> str:
    """Write a marking on one line: the banner of the pages, then owner, release list and purposes where there are any.

    >>> handling(Marking())
    'PUBLIC · TLP:CLEAR'
    """
    parts = [banner(marking) or LEAST]
    for word, names in (("OWNER", marking.owners), ("REL TO", marking.releasable_to), ("FOR", marking.purposes)):
        if names is not None and (names or word == "REL TO"):
            parts.append(f"{word} {'/'.join(sorted(names)) or 'NOBODY'}")
    if Regime.NCI in marking.regimes:
        parts.append(DISCLAIMER)
    return " · ".join(parts)


def common_values(view: RecordView) -> dict[str, str | float | None]:
    """Give the values of the common columns; instants as RFC 3339 UTC, places in WGS 84 degrees, None for nothing."""
    return {
        "uid": str(view.uid),
        "kind": view.kind,
        "source": view.source,
        "holding": view.holding,
        "marking": handling(view.marking),
        "event_time": isoformat(view.event_time) or None,
        "latitude": view.latitude,
        "longitude": view.longitude,
        "locator": view.locator,
        "delivery": str(view.delivery),
        "known_from": isoformat(view.known_from),
        "known_to": isoformat(view.known_to) or None,
        "masked": " ".join(masked_terms(view)),
        "disputed": "yes" if view.disputed else None,
    }


def masked_terms(view: RecordView) -> list[str]:
    """Name the terms that this reader may not see the values of."""
    return [term.term for term in _all_terms(view) if term.masked]


def term_values(view: RecordView) -> dict[str, str | None]:
    """Give the values that may be seen, by term; None for an empty or a masked one."""
    return {term.term: None if term.masked else term.value or None for term in _all_terms(view)}


def _all_terms(view: RecordView) -> tuple[TermValue, ...]:
    """Give its terms, and its outline as one of them: GeoJSON as text."""
    return (*view.terms, view.outline) if view.outline else view.terms
