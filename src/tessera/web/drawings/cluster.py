"""Records as nodes on a circle, judgements as lines between them."""

import math
from collections.abc import Hashable, Sequence
from dataclasses import dataclass
from string import ascii_uppercase
from typing import Generic, TypeVar

Node = TypeVar("Node", bound=Hashable)
SIDE = 400.0
"""Units of the square that is drawn in."""
RADIUS = 15.0
MIDDLE = SIDE / 2
ROUND = MIDDLE - RADIUS - 8


@dataclass(frozen=True, slots=True, kw_only=True)
class Spot(Generic[Node]):
    """One node: its letter, as in the table beside, and where it lies."""

    node: Node
    letter: str
    x: float
    y: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """One judgement, from rim to rim of its two nodes."""

    x1: float
    y1: float
    x2: float
    y2: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Picture(Generic[Node]):
    """What is drawn of a cluster."""

    spots: tuple[Spot[Node], ...]
    lines: tuple[Line, ...]
    """One for each pair that was given, in its order."""

    @property
    def letters(self) -> dict[Node, str]:
        """Give each node's letter."""
        return {spot.node: spot.letter for spot in self.spots}


def draw_cluster(
    nodes: Sequence[Node], pairs: Sequence[tuple[Node, Node]], along: Sequence[tuple[Node, Node]] | None = None
) -> Picture[Node]:
    """Lay nodes on a circle, those that are joined beside each other where that can be; letters follow the given order.

    `along` are the pairs that decide who lies beside whom; all of them where not given.
    """
    places = {node: place for place, node in enumerate(_around(nodes, pairs if along is None else along))}
    spots = tuple(_spot(node, number, places[node], len(nodes)) for number, node in enumerate(nodes))
    found = {spot.node: spot for spot in spots}
    return Picture(spots=spots, lines=tuple(_line(found[left], found[right]) for left, right in pairs))


def _around(nodes: Sequence[Node], pairs: Sequence[tuple[Node, Node]]) -> list[Node]:
    """Walk along the pairs, so that a chain becomes a part of the circle and its lines do not cross."""
    beside: dict[Node, list[Node]] = {node: [] for node in nodes}
    for left, right in pairs:
        beside[left].append(right)
        beside[right].append(left)
    walked: dict[Node, None] = {}
    for start in sorted(nodes, key=lambda node: len(beside[node])):
        ahead = [start]
        while ahead:
            node = ahead.pop()
            if node not in walked:
                walked[node] = None
                ahead += [other for other in beside[node] if other not in walked]
    return list(walked)


def letter_of(number: int) -> str:
    """Name a node by letters.

    >>> letter_of(0), letter_of(25), letter_of(26)
    ('A', 'Z', 'AA')
    """
    name = ""
    number += 1
    while number:
        number, rest = divmod(number - 1, len(ascii_uppercase))
        name = ascii_uppercase[rest] + name
    return name


def _spot(node: Node, number: int, place: int, of: int) -> Spot[Node]:
    angle = 2 * math.pi * place / max(of, 1) - math.pi / 2
    out = ROUND if of > 1 else 0.0
    return Spot(
        node=node,
        letter=letter_of(number),
        x=round(MIDDLE + out * math.cos(angle), 1),
        y=round(MIDDLE + out * math.sin(angle), 1),
    )


def _line(left: Spot[Node], right: Spot[Node]) -> Line:
    far = math.hypot(right.x - left.x, right.y - left.y) or 1.0
    dx, dy = (right.x - left.x) / far * RADIUS, (right.y - left.y) / far * RADIUS
    return Line(
        x1=round(left.x + dx, 1), y1=round(left.y + dy, 1), x2=round(right.x - dx, 1), y2=round(right.y - dy, 1)
    )
