"""Chance with a seed: few, fast draws on top of the standard generator."""

from collections.abc import Sequence
from random import Random
from typing import TypeVar

_T = TypeVar("_T")


class Draw:
    """Draws that depend on the seed and a name only, so that one file's rows do not move when another's change."""

    __slots__ = ("gauss", "random")

    def __init__(self, seed: int, name: str) -> None:
        rng = Random(f"{seed}:{name}")  # noqa: S311 - an invented region, not a secret
        self.random = rng.random
        self.gauss = rng.gauss

    def pick(self, values: Sequence[_T]) -> _T:
        """Return one of the values, each as likely."""
        return values[int(self.random() * len(values))]

    def below(self, limit: int) -> int:
        """Return a whole number from 0 up to, but without, `limit`."""
        return int(self.random() * limit)

    def chance(self, share: float) -> bool:
        """Say yes in this share of the draws."""
        return self.random() < share
