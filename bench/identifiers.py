"""Identifiers in text: precision and recall by type on labelled lines with look-alikes (tests/labelled, invented).

The rules were tuned on the development lines; the held-out lines share no sentence with them.
"""

import sys
import time
from collections import Counter
from pathlib import Path

import yaml
from ground import print_table

from tessera.dictionary.gazetteers import Gazetteers
from tessera.extract.mentions import find_mentions

LABELLED = Path(__file__).resolve().parents[1] / "tests" / "labelled"
MEASURED = frozenset(
    [
        "phone",
        "ip-address",
        "domain",
        "email",
        "url",
        "mac-address",
        "hash",
        "cve",
        "coin-address",
        "payment-card",
        "bank-routing",
        "social-security-number",
        "vin",
        "plate",
        "coordinates",
        "money",
        "date",
        "time",
    ]
)


def measure(which: str, *, tell: bool = False) -> tuple[list[list[object]], float, float]:
    """Count hits by type; `tell` prints each line that was read wrong."""
    right, said, true = Counter[str](), Counter[str](), Counter[str]()
    for line in yaml.safe_load((LABELLED / f"identifiers-{which}.yaml").read_text(encoding="utf-8")):
        found = {(str(m.type), m.value) for m in find_mentions(line["text"], Gazetteers()) if m.type in MEASURED}
        wanted = {(kind, value) for kind, value in line["found"]}
        right.update(kind for kind, _ in found & wanted)
        said.update(kind for kind, _ in found)
        true.update(kind for kind, _ in wanted)
        if tell and found != wanted:
            print(line["text"], "| missed", wanted - found, "| wrong", found - wanted)
    rows: list[list[object]] = [
        [
            which,
            kind,
            true[kind],
            f"{100 * right[kind] / max(said[kind], 1):.1f}",
            f"{100 * right[kind] / max(true[kind], 1):.1f}",
        ]
        for kind in sorted({*true, *said})
    ]
    precision, recall = right.total() / max(said.total(), 1), right.total() / max(true.total(), 1)
    rows.append([which, "all", true.total(), f"{100 * precision:.2f}", f"{100 * recall:.2f}"])
    return rows, precision, recall


def main() -> None:
    """Print the table."""
    started = time.process_time()
    rows = [row for which in ("development", "held-out") for row in measure(which, tell="--tell" in sys.argv)[0]]
    print_table("Identifiers on labelled lines", ["lines", "type", "labelled", "precision %", "recall %"], rows)
    print(f"{time.process_time() - started:.1f} CPU-s")


if __name__ == "__main__":
    main()
