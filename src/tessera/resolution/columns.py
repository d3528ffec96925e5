"""Conditions over many pairs at a time: equal to `conditions.holds`, pair by pair, as a property test shows.

Rows become columns of codes: equal texts have equal codes in every column, and 0 is what is missing.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc
from rapidfuzz import process
from rapidfuzz.distance import DamerauLevenshtein, JaroWinkler

from tessera.dictionary.resolution import Condition
from tessera.resolution import conditions
from tessera.resolution.rows import FIELD, ITEM, Row, cells_of, items_of, value_of

Places = npt.NDArray[np.intp]
Bools = npt.NDArray[np.bool_]
Floats = npt.NDArray[np.float64]
MISSING = 0


class Columns:
    """Rows by column, all coded at once."""

    def __init__(self, names: Sequence[str], rows: Sequence[Row]) -> None:
        """Take the rows, and the names of their fields in order."""
        self._at = {name: at for at, name in enumerate(names)}
        self._rows = rows
        parted = pc.split_pattern(pa.array(rows, pa.string()), FIELD).flatten()
        cells = pa.concat_arrays([pa.array([""], pa.string()), parted]).dictionary_encode()
        coded = cells.indices.to_numpy()[1:].reshape(len(rows), len(names))
        self._coded: Places = np.ascontiguousarray(coded.T, np.intp)
        self._texts: list[str] = cells.dictionary.to_pylist()
        self._items: dict[int, frozenset[str]] = {}

    def codes(self, name: str) -> Places:
        """Give the code of this field of every row."""
        found: Places = self._coded[self._at[name]]
        return found

    def texts(self, codes: Places) -> list[str]:
        """Give the text of each code."""
        texts = self._texts
        return [texts[code] for code in codes.tolist()]

    def items(self, codes: Places) -> list[frozenset[str]]:
        """Give the values of each list, by code."""
        known, texts = self._items, self._texts
        found = []
        for code in codes.tolist():
            items = known.get(code)
            if items is None:
                items = known[code] = items_of(texts[code])
            found.append(items)
        return found

    def prepared(self, at: int, names: Sequence[str]) -> dict[str, str | tuple[str, ...]]:
        """Give some fields of one row as they were prepared."""
        cells = cells_of(self._rows[at])
        return {name: value_of(cells[self._at[name]]) for name in names if cells[self._at[name]]}


@dataclass(frozen=True, slots=True)
class Many:
    """Pairs of rows, by their places in the columns."""

    columns: Columns = field(repr=False)
    left: Places
    right: Places

    def at(self, places: Places) -> "Many":
        """Give some of the pairs."""
        return Many(self.columns, self.left[places], self.right[places])

    def sides(self, name: str) -> tuple[Places, Places]:
        """Give the codes of a field on both sides."""
        codes = self.columns.codes(name)
        return codes[self.left], codes[self.right]

    def most(self, name: str, number: Callable[[str], float]) -> Floats:
        """Ask once for every value of a field, lists and missing ones left out; give the larger answer of each pair, or 0."""
        values, at = np.unique(np.concatenate(self.sides(name)), return_inverse=True)
        texts = self.columns.texts(values)
        answers = np.array([number(text) if text and text[0] != ITEM else 0.0 for text in texts])[at]
        larger: Floats = np.maximum(answers[: len(self.left)], answers[len(self.left) :])
        return larger

    def known(self, names: Sequence[str]) -> Bools:
        """Say for which pairs all of these fields are filled on both sides."""
        found = np.ones(len(self.left), np.bool_)
        for name in names:
            filled = self.columns.codes(name) != MISSING
            found &= filled[self.left] & filled[self.right]
        return found


def holds(condition: Condition, some: Many) -> Bools:
    """Claim the condition of each pair."""
    match condition.op:
        case "all":
            return _every(condition, some)
        case "any":
            return ~_every(condition, some, negated=True)
        case "not":
            return ~holds(condition.parts[0], some)
        case "swapped":
            return _swapped(condition, some)
        case op if op in _OF_ONE_FIELD or op in conditions.TESTS:
            return _of_one_field(condition, some)
        case _:
            return _one_by_one(condition, some)


def _every(condition: Condition, some: Many, *, negated: bool = False) -> Bools:
    """Claim all parts (or none, `negated`), each only where those before it held."""
    open_ones: Places = np.arange(len(some.left))
    for part in condition.parts:
        true = holds(part, some.at(open_ones))
        open_ones = open_ones[true != negated]
    found = np.zeros(len(some.left), np.bool_)
    found[open_ones] = True
    return found


def _swapped(condition: Condition, some: Many) -> Bools:
    (left, right), (other_left, other_right) = (some.sides(name) for name in condition.fields)
    found: Bools = (left != MISSING) & (right != MISSING) & (left == other_right) & (right == other_left)
    return found


def _of_one_field(condition: Condition, some: Many) -> Bools:
    left, right = some.sides(condition.fields[0])
    found: Bools = (left != MISSING) & (right != MISSING)
    at = np.flatnonzero(found)
    if len(at):
        claim = _OF_ONE_FIELD.get(condition.op, _tested)
        found[at] = claim(condition, some.columns, left[at], right[at])
    return found


def _exact(_: Condition, __: Columns, left: Places, right: Places) -> Bools:
    return np.equal(left, right)


def _different(_: Condition, __: Columns, left: Places, right: Places) -> Bools:
    return np.not_equal(left, right)


def _present(_: Condition, __: Columns, left: Places, ___: Places) -> Bools:
    return np.ones(len(left), np.bool_)


def _slips(condition: Condition, columns: Columns, left: Places, right: Places) -> Bools:
    most = int(condition.value)
    found = process.cpdist(
        columns.texts(left),
        columns.texts(right),
        scorer=DamerauLevenshtein.distance,
        score_cutoff=most,
        dtype=np.int32,
    )
    return np.asarray(found <= most)


def _alike(condition: Condition, columns: Columns, left: Places, right: Places) -> Bools:
    found = process.cpdist(columns.texts(left), columns.texts(right), scorer=JaroWinkler.similarity, dtype=np.float64)
    return np.asarray(found >= condition.value)


def _any_same(_: Condition, columns: Columns, left: Places, right: Places) -> Bools:
    ends = zip(columns.items(left), columns.items(right), strict=True)
    return np.array([not one.isdisjoint(other) for one, other in ends])


def _overlap(condition: Condition, columns: Columns, left: Places, right: Places) -> Bools:
    ends = zip(columns.items(left), columns.items(right), strict=True)
    return np.array([len(one & other) / min(len(one), len(other)) >= condition.value for one, other in ends])


def _tested(condition: Condition, columns: Columns, left: Places, right: Places) -> Bools:
    test, bound = conditions.TESTS[condition.op], condition.value
    ends = zip(columns.texts(left), columns.texts(right), strict=True)
    return np.array([test(one, other, bound) for one, other in ends])


_OF_ONE_FIELD: dict[str, Callable[[Condition, Columns, Places, Places], Bools]] = {
    "exact": _exact,
    "different": _different,
    "present": _present,
    "damerau_levenshtein": _slips,
    "jaro_winkler": _alike,
    "any_same": _any_same,
    "overlap": _overlap,
}
"""Claims about two values that are there, by their codes."""


def _one_by_one(condition: Condition, some: Many) -> Bools:
    """Leave what is seldom asked to `conditions.holds`."""
    prepared = some.columns.prepared
    found = [
        conditions.holds(condition, prepared(left, condition.fields), prepared(right, condition.fields))
        for left, right in zip(some.left.tolist(), some.right.tolist(), strict=True)
    ]
    return np.array(found, np.bool_)
