"""When the records of one thing are from: a lane for each source, a dot for each record."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from tessera.clock import to_datetime
from tessera.web.drawings.scale import WIDTH, Scale, spanning

Dot = tuple[int, str]
"""An instant (milliseconds UTC), and what is there."""
DAY_MS = 86_400_000
MOST_TICKS = 4
EDGE = 5.0
"""Percent at both ends where no label has room."""
DAYS_OF_MONTH = 31
STEPS_DAYS = (1, 7, 30, 91, 183, 365, 730, 1826, 3652)


@dataclass(frozen=True, slots=True, kw_only=True)
class Lane:
    """One source: its name, and its dots as (percent across, what is there)."""

    label: str
    dots: tuple[tuple[float, str], ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Lifeline:
    """All lanes on one scale; `ticks` are (percent across, month or day)."""

    lanes: tuple[Lane, ...]
    ticks: tuple[tuple[float, str], ...]


def lifeline(lanes: Sequence[tuple[str, Iterable[Dot]]]) -> Lifeline | None:
    """Lay the lanes out; nothing where no record says when."""
    known = [(label, sorted(dots)) for label, dots in lanes]
    instants = [at for _, dots in known for at, _ in dots]
    if not instants:
        return None
    scale = spanning(instants) if max(instants) - min(instants) > DAY_MS else _around(instants)
    return Lifeline(
        lanes=tuple(
            Lane(label=label, dots=tuple((scale.at(at), said) for at, said in dots)) for label, dots in known if dots
        ),
        ticks=_ticks(scale),
    )


def _around(instants: Sequence[int]) -> Scale:
    return Scale(low=min(instants) - 15 * DAY_MS, high=max(instants) + 15 * DAY_MS)


def _ticks(scale: Scale) -> tuple[tuple[float, str], ...]:
    """Mark whole steps, few enough to be read on a narrow screen."""
    days = (scale.high - scale.low) / DAY_MS
    step = next((s for s in STEPS_DAYS if days / s <= MOST_TICKS), STEPS_DAYS[-1]) * DAY_MS
    first = int(-(-scale.low // step)) * step
    found = range(int(first), int(scale.high) + 1, int(step))
    form = "%Y-%m" if step > DAYS_OF_MONTH * DAY_MS else "%m-%d"
    return tuple((scale.at(at), to_datetime(at).strftime(form)) for at in found if EDGE < scale.at(at) < WIDTH - EDGE)
