"""How good a source's data is, from counts alone, with the reasons."""

from collections.abc import Iterable
from dataclasses import dataclass

_GOOD_ENOUGH = 0.995
_HOUR_MS = 3_600_000
_WEIGHTS = {"validity": 0.4, "completeness": 0.25, "uniqueness": 0.15, "timeliness": 0.2}


@dataclass(frozen=True, slots=True, kw_only=True)
class TermCount:
    """How often a term was filled, and how often its value did not fit, among the rows that make its record."""

    kind: str
    term: str
    rows: int
    filled: int
    invalid: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class QualityScore:
    """A number from 0 (useless) to 1, its parts, and a sentence for each part that is not all well."""

    value: float
    reasons: tuple[str, ...]
    parts: tuple[tuple[str, float], ...] = ()


def score(
    profile: Iterable[TermCount],
    *,
    rows: int,
    quarantined: int,
    duplicates: int = 0,
    age_ms: int | None = None,
    cadence_hours: int = 0,
) -> QualityScore:
    """Score what a source delivered.

    `rows`, `quarantined` and `duplicates` count rows; `age_ms` is the time since the last delivery. A part for which
    there is nothing to go by is left out, and the others weigh more. Without rows the score is 0.
    """
    counts = list(profile)
    if not rows:
        return QualityScore(value=0.0, reasons=("Nothing has arrived that could be scored.",))
    parts = {
        "validity": _validity(counts, rows, quarantined),
        "completeness": _completeness(counts),
        "uniqueness": _share(rows - duplicates, rows),
        "timeliness": _timeliness(age_ms, cadence_hours),
    }
    known = {name: part for name, part in parts.items() if part is not None}
    weight = sum(_WEIGHTS[name] for name in known)
    value = sum(_WEIGHTS[name] * part for name, part in known.items()) / weight
    sentences = {
        "validity": _why_validity(counts, rows, quarantined),
        "completeness": _why_completeness(counts),
        "uniqueness": f"{duplicates:,} of {rows:,} rows repeat what was known already.",
        "timeliness": f"The last delivery is {_hours(age_ms)} old; one is expected every {cadence_hours} hours.",
    }
    reasons = tuple(sentences[name] for name, part in known.items() if part < _GOOD_ENOUGH)
    return QualityScore(
        value=round(value, 4),
        reasons=reasons or ("All rows fit, are filled, unique and on time.",),
        parts=tuple((name, round(part, 4)) for name, part in known.items()),
    )


def _share(part: int, whole: int) -> float:
    return min(1.0, max(0.0, part / whole)) if whole else 1.0


def _validity(counts: list[TermCount], rows: int, quarantined: int) -> float:
    """Share of rows that fit, times the share of values that fit."""
    given = sum(count.filled + count.invalid for count in counts)
    return _share(rows - quarantined, rows) * _share(given - sum(count.invalid for count in counts), given)


def _completeness(counts: list[TermCount]) -> float | None:
    """Mean share of filled values; terms that a source never fills are its design, not a gap."""
    shares = [_share(count.filled + count.invalid, count.rows) for count in counts if count.filled and count.rows]
    return sum(shares) / len(shares) if shares else None


def _timeliness(age_ms: int | None, cadence_hours: int) -> float | None:
    """1 up to the cadence, then falling to 0 at four times the cadence."""
    if age_ms is None or not cadence_hours:
        return None
    late = age_ms / (cadence_hours * _HOUR_MS)
    return min(1.0, max(0.0, (4.0 - late) / 3.0))


def _why_validity(counts: list[TermCount], rows: int, quarantined: int) -> str:
    worst = max(counts, key=lambda count: count.invalid, default=None)
    of_term = f"; most often the {worst.term} of {worst.kind}" if worst and worst.invalid else ""
    return f"{quarantined:,} of {rows:,} rows did not fit{of_term}."


def _why_completeness(counts: list[TermCount]) -> str:
    gaps = [(_share(count.filled + count.invalid, count.rows), count) for count in counts if count.filled]
    share, worst = min(gaps, key=lambda pair: pair[0])
    return f"Some terms are often empty: {worst.term} of {worst.kind} is filled in {share:.0%} of its records."


def _hours(age_ms: int | None) -> str:
    return f"{(age_ms or 0) / _HOUR_MS:,.0f} hours"
