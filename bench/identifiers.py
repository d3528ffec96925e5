"""How well identifiers are found: precision and recall by type on labelled lines, and characters per CPU second.

    python bench/identifiers.py [development|held-out|fresh|second|third|fourth|fifth|sixth|seventh|eighth|ninth|tenth|eleventh|twelfth|own] [--wrong]

A find counts where type, place and value are all those of the label. The lines are invented, with look-alikes of each type.
The peer is what one writes first: a plain pattern for each type, without checks and context.
"""

import re
import sys
import time
from collections import Counter
from collections.abc import Callable, Iterable
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT / "tests"))

from marked import Label, lines  # noqa: E402 - the path comes first

from tessera.dictionary import load  # noqa: E402
from tessera.extract.mentions import find_mentions  # noqa: E402
from tessera.model.found import MentionType as T  # noqa: E402

TYPES = (
    T.PHONE, T.EMAIL, T.URL, T.DOMAIN, T.IP, T.MAC, T.HASH, T.CVE, T.COIN, T.CARD, T.BANK_ROUTING, T.SSN, T.VIN, T.PLATE,
    T.COORDINATES, T.DATE, T.TIME, T.MONEY,
)  # fmt: skip
PLAIN = {
    T.PHONE: r"\(?\b\d{3}\)?[-. ]?\d{3}[-. ]?\d{4}\b", T.EMAIL: r"[\w.+-]+@[\w-]+\.[\w.-]+\w", T.URL: r"https?://\S+",
    T.DOMAIN: r"\b(?:[a-z0-9-]+\.)+[a-z]{2,}\b", T.IP: r"\b\d{1,3}(?:\.\d{1,3}){3}\b|\b[0-9a-fA-F:]*::[0-9a-fA-F:]+\b",
    T.MAC: r"\b(?:[0-9A-Fa-f]{2}[:-]){5}[0-9A-Fa-f]{2}\b", T.HASH: r"\b[0-9A-Fa-f]{32,128}\b", T.CVE: r"(?i)\bCVE-\d{4}-\d{4,}\b",
    T.COIN: r"\b(?:[13][1-9A-HJ-NP-Za-km-z]{25,34}|bc1[0-9a-z]{11,71}|0x[0-9A-Fa-f]{40})\b",
    T.CARD: r"\b(?:\d{4}[- ]?){3}\d{4}\b|\b3\d{3}[- ]?\d{6}[- ]?\d{5}\b", T.BANK_ROUTING: r"\b\d{9}\b", T.SSN: r"\b\d{3}-\d{2}-\d{4}\b",
    T.VIN: r"\b[A-HJ-NPR-Z0-9]{17}\b", T.PLATE: r"(?i:plate|tag|registration)\W+([A-Z0-9-]{5,8})\b",
    T.COORDINATES: r"-?\d{1,2}\.\d+,\s*-?\d{1,3}\.\d+", T.DATE: r"\b\d{1,2}/\d{1,2}/\d{2,4}\b|\b\d{4}-\d\d-\d\d\b|\b[A-Z][a-z]+ \d{1,2}, \d{4}\b",
    T.TIME: r"\b\d{1,2}:\d{2}\b", T.MONEY: r"\$[\d,]+(?:\.\d\d)?",
}  # fmt: skip
SETS = "development fresh second third fourth fifth sixth seventh eighth ninth tenth eleventh twelfth own".split()  # noqa: SIM905 - a list of words
Found = set[tuple[str, int, int, str]]


def of_labels(labels: Iterable[Label]) -> Found:
    """Give labels as things to compare."""
    return {(label.type, label.start, label.end, label.value) for label in labels}


def count(name: str, find: Callable[[str], Found], *, values: bool, wrong: bool) -> dict[str, Counter[str]]:
    """Count right, missed and wrong finds by type."""
    counts: dict[str, Counter[str]] = {kind.value: Counter() for kind in TYPES}
    for text, labels in lines(name):
        wanted, found = of_labels(labels), find(text)
        if not values:
            wanted, found = {(*one[:3], "") for one in wanted}, {(*one[:3], "") for one in found}
        for result, some in (("right", wanted & found), ("missed", wanted - found), ("extra", found - wanted)):
            for one in some:
                counts[one[0]][result] += 1
                if wrong and result != "right":
                    print(f"{result:7}{one[0]:24}{text[one[1] : one[2]]!r} {one[3]!r} in {text!r}")
    return counts


def shares(counts: Counter[str]) -> tuple[float, float]:
    """Give precision and recall; 1 where nothing was to be found or was found."""
    right = counts["right"]
    return right / max(right + counts["extra"], 1) if right else float(not counts["extra"]), right / max(
        right + counts["missed"], 1
    )


def main() -> None:
    """Print the table."""
    which = next((name for name in SETS if name in sys.argv), "held-out")
    name = f"identifiers-{which}.yaml"
    words = load([ROOT / "packs" / "core", ROOT / "packs" / "public-safety"]).gazetteers
    wanted = {kind.value for kind in TYPES}

    def ours(text: str) -> Found:
        return {(m.type.value, m.start, m.end, m.value) for m in find_mentions(text, words) if m.type.value in wanted}

    def plain(text: str) -> Found:
        hits = ((kind, match) for kind, pattern in PLAIN.items() for match in re.finditer(pattern, text))
        return {(kind.value, *match.span(1 if match.lastindex else 0), "") for kind, match in hits}

    mine = count(name, ours, values=True, wrong="--wrong" in sys.argv)
    peer = count(name, plain, values=False, wrong=False)
    print(
        f"{name}: {len(lines(name))} lines\n{'type':24}{'labels':>7}{'precision':>11}{'recall':>9}   plain patterns: precision, recall"
    )
    for kind in TYPES:
        (p, r), (pp, pr) = shares(mine[kind.value]), shares(peer[kind.value])
        labels = mine[kind.value]["right"] + mine[kind.value]["missed"]
        print(f"{kind.value:24}{labels:7}{p:11.2%}{r:9.2%}{pp:20.1%}{pr:8.1%}")
    (p, r), (pp, pr) = shares(sum(mine.values(), Counter())), shares(sum(peer.values(), Counter()))
    print(f"{'all':31}{p:11.2%}{r:9.2%}{pp:20.1%}{pr:8.1%}")
    texts = [" ".join(text for text, _ in lines(name)[at : at + 30]) for at in range(0, 540, 30)] * 10
    began = time.process_time()
    for text in texts:
        find_mentions(text, words)
    spent = time.process_time() - began
    print(f"{sum(map(len, texts)) / spent / 1e6:.2f} million characters of these lines per CPU second")


if __name__ == "__main__":
    main()
