"""Two records side by side: which values agree, which are written differently, which differ and where."""

import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass
from difflib import SequenceMatcher
from enum import StrEnum

from tessera.model.record import RecordView, TermValue

ALIKE = 0.5
"""Below this share of common letters two values have nothing in common that is worth pointing at."""
Piece = tuple[str, bool]
"""Some text, and whether the other value differs there."""


class Likeness(StrEnum):
    """How two values of one term stand to each other."""

    ALIKE = "alike"
    DIFFERS = "differs"
    EQUAL = "equal"
    MASKED = "masked"
    ONE = "one"

    @property
    def words(self) -> str:
        """Say it to a person."""
        return {
            Likeness.ALIKE: "written differently",
            Likeness.DIFFERS: "differs",
            Likeness.EQUAL: "equal",
            Likeness.MASKED: "masked for you",
            Likeness.ONE: "only one says so",
        }[self]


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """One term of both records; a side that says nothing about it is None."""

    label: str
    left: TermValue | None
    right: TermValue | None
    likeness: Likeness
    left_pieces: tuple[Piece, ...] = ()
    right_pieces: tuple[Piece, ...] = ()


def beside(left: RecordView, right: RecordView) -> tuple[Row, ...]:
    """Put the terms of two records beside each other: first what both say, then what only one says."""
    mine, theirs = {t.term: t for t in left.terms}, {t.term: t for t in right.terms}
    rows = [_row(mine.get(term), theirs.get(term)) for term in dict.fromkeys([*mine, *theirs])]
    return tuple(sorted(rows, key=lambda row: row.likeness is Likeness.ONE))


def _row(left: TermValue | None, right: TermValue | None) -> Row:
    label = next(side.label for side in (left, right) if side is not None)
    likeness = likeness_of(left, right)
    pieces = _pieces(left, right) if likeness in {Likeness.ALIKE, Likeness.DIFFERS} else ((), ())
    return Row(label=label, left=left, right=right, likeness=likeness, left_pieces=pieces[0], right_pieces=pieces[1])


def likeness_of(left: TermValue | None, right: TermValue | None) -> Likeness:
    """Say how two values stand to each other; what is masked on either side says nothing."""
    if any(side is not None and side.masked for side in (left, right)):
        return Likeness.MASKED
    if left is None or right is None:
        return Likeness.ONE
    if left.value == right.value:
        return Likeness.EQUAL
    return Likeness.ALIKE if plain(left.value) == plain(right.value) else Likeness.DIFFERS


def plain(text: str) -> str:
    """Fold what agencies write differently without meaning anything by it: capitals, accents, points, spaces.

    >>> plain("O'Brien, Núñez") == plain("OBRIEN NUNEZ")
    True
    """
    spread = unicodedata.normalize("NFKD", text.casefold())
    return "".join(letter for letter in spread if letter.isalnum())


def _pieces(left: TermValue | None, right: TermValue | None) -> tuple[tuple[Piece, ...], tuple[Piece, ...]]:
    one, other = left.value if left else "", right.value if right else ""
    matcher = SequenceMatcher(a=one, b=other, autojunk=False)
    if matcher.ratio() < ALIKE:
        return ((one, True),), ((other, True),)
    steps = matcher.get_opcodes()
    return (
        _merged((one[a:b], step != "equal") for step, a, b, _, _ in steps),
        _merged((other[c:d], step != "equal") for step, _, _, c, d in steps),
    )


def _merged(pieces: Iterable[Piece]) -> tuple[Piece, ...]:
    return tuple(piece for piece in pieces if piece[0])
