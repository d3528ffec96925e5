"""Figures of final clusters against the truth: pairwise and B-cubed (Bagga and Baldwin 1998) precision, recall and F1."""

from collections.abc import Sequence

import numpy as np
import numpy.typing as npt

Labels = npt.NDArray[np.int64] | Sequence[object]


def pairwise(found: Labels, truth: Labels) -> dict[str, float]:
    """Compare pairs: of those put together, how many belong together, and the other way round."""
    cells, found_sizes, true_sizes = _table(found, truth)
    right, taken, there = (float((sizes * (sizes - 1) / 2).sum()) for sizes in (cells[2], found_sizes, true_sizes))
    return _figures(right / taken if taken else 1.0, right / there if there else 1.0)


def b_cubed(found: Labels, truth: Labels) -> dict[str, float]:
    """Compare records: of those beside a record, how many belong there, and the other way round, on average."""
    (found_at, true_at, sizes), found_sizes, true_sizes = _table(found, truth)
    count = float(sizes.sum())
    precision = float((sizes * sizes / found_sizes[found_at]).sum()) / count
    return _figures(precision, float((sizes * sizes / true_sizes[true_at]).sum()) / count)


def _figures(precision: float, recall: float) -> dict[str, float]:
    both = precision + recall
    return {"precision": precision, "recall": recall, "f1": 2 * precision * recall / both if both else 0.0}


def _table(
    found: Labels, truth: Labels
) -> tuple[tuple[npt.NDArray[np.int64], ...], npt.NDArray[np.float64], npt.NDArray[np.float64]]:
    """Count the records of each found cluster, each true one, and each crossing of both."""
    _, found_at = np.unique(np.asarray(found), return_inverse=True)
    _, true_at = np.unique(np.asarray(truth), return_inverse=True)
    width = int(true_at.max()) + 1
    crossing, sizes = np.unique(found_at.astype(np.int64) * width + true_at, return_counts=True)
    cells = (crossing // width, crossing % width, sizes)
    return cells, np.bincount(found_at).astype(float), np.bincount(true_at).astype(float)
