"""The weights of a judgement as a page tells them: row by row, with the bar of each, the sum, and what the sum means."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from tessera.model.judgement import Waterfall, WeightStep
from tessera.web.drawings.waterfall import Bar, lay_out, tone_of

SMALLEST = 0.05
"""Bits of rarity below which a line of its own would only distract."""
SURE = 0.99999
START = "Any two records of this kind"


@dataclass(frozen=True, slots=True, kw_only=True)
class WeightRow:
    """One line: what was compared, what was found, its weight in bits, and its bar."""

    label: str
    says: str
    weight: float
    bar: Bar
    masked: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Weighed:
    """All lines of a judgement. `marks` are the thresholds by name, on the scale of the bars."""

    rows: tuple[WeightRow, ...]
    zero: float
    marks: Mapping[str, float]
    sum: float
    probability: float
    tone: str
    masked: bool
    silent: tuple[tuple[str, str], ...] = ()
    """Comparisons that weigh nothing, with the reason: mostly a value that one of the two lacks."""


def weigh(waterfall: Waterfall, thresholds: Mapping[str, float]) -> Weighed:
    """Lay a waterfall out with the thresholds (bits, by name) that it is held against."""
    lines = list(_lines(waterfall))
    bars = lay_out((weight for _, _, weight, _ in lines), thresholds)
    return Weighed(
        rows=tuple(
            WeightRow(label=label, says=says, weight=weight, bar=bar, masked=masked)
            for (label, says, weight, masked), bar in zip(lines, bars.bars, strict=True)
        ),
        zero=bars.zero,
        marks=bars.marks,
        sum=waterfall.weight,
        probability=waterfall.probability,
        tone=tone_of(waterfall.weight),
        masked=any(step.masked for step in waterfall.steps),
        silent=tuple((step.label, step.says) for step in waterfall.steps if _is_silent(step)),
    )


def _lines(waterfall: Waterfall) -> Iterator[tuple[str, str, float, bool]]:
    yield START, "where every comparison begins", waterfall.prior, False
    for step in waterfall.steps:
        if _is_silent(step):
            continue
        yield step.label, step.says, step.weight, step.masked
        if abs(step.frequency_weight) >= SMALLEST:
            rare = step.frequency_weight > 0
            yield (
                f"{step.label}: how frequent",
                "the value is rare" if rare else "the value is frequent",
                step.frequency_weight,
                False,
            )


def _is_silent(step: WeightStep) -> bool:
    return not step.masked and not step.weight and not step.frequency_weight


def bits(weight: float) -> str:
    """Write a weight with its sign, to a tenth of a bit.

    >>> bits(8.04), bits(0.0)
    ('+8.0', '0.0')
    """
    rounded = round(weight, 1)
    if not rounded:
        return "0.0"
    sign = "+" if rounded > 0 else "\N{MINUS SIGN}"
    return f"{sign}{abs(rounded):.1f}"


def chance(probability: float | None) -> str:
    r"""Write a probability as percent, as exactly as it matters: near none and near all take more figures.

    >>> chance(0.5), chance(0.9987), chance(0.00004), chance(1.0)
    ('50\xa0%', '99.87\xa0%', '0.004\xa0%', 'over 99.999\xa0%')
    """
    if probability is None:
        return "\N{EM DASH}"
    if probability > SURE:
        return f"over {100 * SURE:.3f}\N{NO-BREAK SPACE}%"
    if probability < 1 - SURE:
        return f"under {100 * (1 - SURE):.3f}\N{NO-BREAK SPACE}%"
    for distance, places in ((0.01, 0), (0.001, 2)):
        if distance <= probability <= 1 - distance:
            return f"{100 * probability:.{places}f}\N{NO-BREAK SPACE}%"
    return f"{100 * probability:.3f}\N{NO-BREAK SPACE}%"
