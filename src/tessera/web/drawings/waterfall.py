"""How the weights of a judgement add up: one bar after another, each from where the last one ended."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from tessera.web.drawings.scale import spanning

NOTHING = 0.005
"""A weight (bits) too small to count for either side."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Bar:
    """One bar: from `left`, `width` wide; `end` is where the sum stands after it. All in percent of the drawing."""

    left: float
    width: float
    end: float
    total: float
    """The sum after this step, in bits (log2 of the odds)."""
    tone: str
    """`for`, `against` or `nothing`."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Bars:
    """All bars, where zero is, and where the thresholds are, by their names."""

    bars: tuple[Bar, ...]
    zero: float
    marks: Mapping[str, float]


def lay_out(weights: Iterable[float], marks: Mapping[str, float]) -> Bars:
    """Lay the weights out, in bits; `marks` are thresholds on the same line.

    >>> [bar.tone for bar in lay_out([-3.0, 8.0, 0.0], {"same": 4.0}).bars]
    ['against', 'for', 'nothing']
    """
    given = list(weights)
    totals, sums = 0.0, [0.0]
    for weight in given:
        totals += weight
        sums.append(totals)
    scale = spanning([*sums, *marks.values()])
    bars = tuple(
        Bar(
            left=min(scale.at(before), scale.at(after)),
            width=round(abs(scale.at(after) - scale.at(before)), 2),
            end=scale.at(after),
            total=after,
            tone=tone_of(weight),
        )
        for weight, before, after in zip(given, sums, sums[1:], strict=False)
    )
    return Bars(bars=bars, zero=scale.at(0.0), marks={name: scale.at(value) for name, value in marks.items()})


def tone_of(weight: float) -> str:
    """Say which side a weight speaks for."""
    if abs(weight) < NOTHING:
        return "nothing"
    return "for" if weight > 0 else "against"
