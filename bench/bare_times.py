"""Fits the weights of `extract/mentions/bare_times.py` to labelled lines, and says how well they do on lines left out.

    python bench/bare_times.py [--write | --wrong] [NAME=LINES.yaml ...]

Each set of lines is left out once, and judged by weights that are fitted to the others; `--write` writes the weights that are
fitted to all, `--wrong` prints each error. The fit is a logistic regression with a ridge of RIDGE.
"""

import argparse
import sys
from collections.abc import Callable, Iterable, Mapping, Sequence
from pathlib import Path
from typing import TypeAlias

import numpy as np

ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT / "tests"))

from marked import LABELLED, lines  # noqa: E402 - the path comes first

from tessera.extract.mentions.bare_times import Candidate, all_clues, candidates  # noqa: E402
from tessera.extract.mentions.look import Look  # noqa: E402

TARGET = ROOT / "src" / "tessera" / "extract" / "mentions" / "bare_time_weights.py"
RIDGE = 0.5
FOLDS = 10
ROUNDS = 3
"""Of fitting: whether one is joined to a likely time depends on the weights."""
Row: TypeAlias = tuple[list[Candidate], list[bool]]
"""What might be a time in one text, and whether it is."""
Weights: TypeAlias = Mapping[str, float]
HEAD = '''"""Log odds that each clue adds; "" is where they begin. Written by `bench/bare_times.py --write`, not by hand."""

from collections.abc import Mapping
from typing import Final

WEIGHTS: Final[Mapping[str, float]] = {
'''


def rows_of(name: str) -> list[Row]:
    """Read a set of lines; what is part of a label of another type is left out."""
    rows = []
    for text, labels in lines(name):
        times = {label.start for label in labels if label.type == "time"}
        others = [label for label in labels if label.type != "time"]
        some = [
            one
            for one in candidates(Look(text))
            if not any(label.start <= one.start and one.end <= label.end for label in others)
        ]
        if some:
            rows.append((some, [one.start in times for one in some]))
    return rows


def weigher(weights: Weights) -> Callable[[frozenset[str]], float]:
    """Give the sum of the weights of what tells for or against."""
    return lambda found: weights[""] + sum(weights.get(clue, 0.0) for clue in found)


def fitted(rows: Sequence[Row]) -> Weights:
    """Fit weights; companions are judged by the weights of the round before."""
    answers = np.array([answer for _, some in rows for answer in some], dtype=float)
    weights: Weights = {"": 0.0}
    for _ in range(ROUNDS):
        weigh = weigher(weights)
        found = [one for some, _ in rows for one in all_clues(some, weigh)]
        names = ["", *sorted(frozenset().union(*found))]
        table = np.array([[name == "" or name in one for name in names] for one in found], dtype=float)
        weights = dict(zip(names, _regressed(table, answers), strict=True))
    return weights


def _regressed(table: "np.ndarray", answers: "np.ndarray") -> list[float]:
    """Regress by Newton's method. `table`: finds by clues, 0 or 1, the first column all 1."""
    weights, ridge = np.zeros(table.shape[1]), np.full(table.shape[1], RIDGE)
    ridge[0] = 0.01
    for _ in range(50):
        odds = 1 / (1 + np.exp(-table @ weights))
        slope = table.T @ (odds - answers) + ridge * weights
        step = np.linalg.solve((table * (odds * (1 - odds))[:, None]).T @ table + np.diag(ridge), slope)
        weights = weights - step
        if np.abs(step).max() < 1e-6:
            break
    return [float(one) for one in weights]


def judged(rows: Iterable[Row], weights: Weights, *, wrong: bool) -> "np.ndarray":
    """Count what is right, extra and missed."""
    weigh, counts = weigher(weights), np.zeros(3, dtype=int)
    for some, answers in rows:
        for one, found, answer in zip(some, all_clues(some, weigh), answers, strict=True):
            said = weigh(found) > 0
            counts += (said and answer, said and not answer, answer and not said)
            if wrong and said != answer:
                text = one.text[max(0, one.start - 40) : one.start] + "[" + one.text[one.start : one.end] + "]"
                print(
                    f"  {'extra' if said else 'missed'} {weigh(found):5.1f} {text + one.text[one.end : one.end + 30]!r}"
                )
                print(" " * 14 + "; ".join(sorted(found)))
    return counts


def _line(name: str, counts: "np.ndarray") -> str:
    right, extra, missed = (int(one) for one in counts)
    return f"{name:28}{right + missed:6}{right / max(1, right + extra):10.1%}{right / max(1, right + missed):10.1%}"


def main() -> None:
    """Judge each set by the others, then fit all."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--write", action="store_true")
    parser.add_argument("--wrong", action="store_true")
    parser.add_argument("blind", nargs="*", help="sets that the weights are never fitted to")
    given = parser.parse_args()
    files = sorted([*LABELLED.glob("identifiers-*.yaml"), *LABELLED.glob("times-*.yaml")])
    sets = {file.stem: rows_of(file.name) for file in files if file.stem not in given.blind}
    print(f"{'left out':28}{'times':>6}{'precision':>10}{'recall':>10}")
    everything = [row for rows in sets.values() for row in rows]
    total = np.zeros(3, dtype=int)
    for fold in range(FOLDS):
        weights = fitted([row for at, row in enumerate(everything) if at % FOLDS != fold])
        total += judged(everything[fold::FOLDS], weights, wrong=given.wrong)
    print(_line(f"each {FOLDS}th of the lines", total))
    for name, rows in sets.items():
        weights = fitted([row for other, some in sets.items() if other != name for row in some])
        print(_line(name, judged(rows, weights, wrong=False)))
    weights = fitted(everything)
    print(
        _line(
            "all, none left out",
            sum((judged(rows, weights, wrong=False) for rows in sets.values()), np.zeros(3, dtype=int)),
        )
    )
    for name in given.blind:
        print(_line(f"{name}, blind", judged(rows_of(f"{name}.yaml"), weights, wrong=given.wrong)))
    if given.write:
        told = "".join(
            f'    "{name}": {weight:.2f},\n' for name, weight in sorted(weights.items(), key=lambda one: -one[1])
        )
        TARGET.write_text(f"{HEAD}{told}}}\n", encoding="utf-8")


if __name__ == "__main__":
    main()
