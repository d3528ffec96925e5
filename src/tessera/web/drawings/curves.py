"""Precision and recall over the threshold, and other lines of one figure over another."""

from collections.abc import Iterable, Sequence

from tessera.web.drawings.scale import WIDTH, Scale

HEIGHT = 40.0
"""Units from nothing (below) to everything (above)."""


def curve(points: Iterable[tuple[float, float]], across: Scale) -> str:
    """Write the points of a line for SVG; the second figure of each is a share between 0 and 1.

    >>> curve([(0, 1.0), (10, 0.5)], Scale(low=0, high=10))
    '0.0,0.0 100.0,20.0'
    """
    return " ".join(f"{across.at(x)},{round(HEIGHT * (1 - share), 2)}" for x, share in points)


def ticks(scale: Scale, *, most: int = 7) -> Sequence[tuple[float, int]]:
    """Mark whole numbers along a scale, at most so many: (percent across, the number)."""
    wide = scale.high - scale.low
    step = next((s for s in (1, 2, 5, 10, 20, 50, 100) if wide / s <= most), 200)
    first = int(-(-scale.low // step)) * step
    return [(scale.at(n), n) for n in range(first, int(scale.high // 1) + 1, step)]


__all__ = ["HEIGHT", "WIDTH", "curve", "ticks"]
