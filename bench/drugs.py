"""Drugs named in causes of death against the flags that the medical examiner set beside them, by drug.

Connecticut, accidental drug-related deaths 2012 to 2018. Every other row is held out. The flags hold errors of their own: a
row counts as explained where the text names no spelling of the drug that anybody could read, or names it and the flag is empty.
"""

import csv
import re
import sys
from collections.abc import Iterator
from pathlib import Path

from ground import print_table

from tessera import bootstrap
from tessera.dictionary import Dictionary, load
from tessera.settings import Settings

FILE = (
    Path(__file__).resolve().parents[2] / "shared" / "data" / "drugs" / "Accidental_Drug_Related_Deaths_2012-2018.csv"
)
BENZODIAZEPINES = frozenset(
    [
        "alprazolam",
        "clonazepam",
        "lorazepam",
        "diazepam",
        "temazepam",
        "oxazepam",
        "chlordiazepoxide",
        "midazolam",
        "etizolam",
        "flubromazolam",
        "benzodiazepine",
    ]
)
FLAGS = {
    "Heroin": frozenset({"heroin"}),
    "Cocaine": frozenset({"cocaine"}),
    "Fentanyl": frozenset({"fentanyl"}),
    "FentanylAnalogue": frozenset(
        [
            "acetylfentanyl",
            "carfentanil",
            "furanylfentanyl",
            "butyrylfentanyl",
            "fluorofentanyl",
            "methoxyacetylfentanyl",
            "cyclopropylfentanyl",
            "valerylfentanyl",
            "acrylfentanyl",
        ]
    )
    | {"fentanyl analogue", "u-47700"},
    "Oxycodone": frozenset({"oxycodone"}),
    "Oxymorphone": frozenset({"oxymorphone"}),
    "Ethanol": frozenset({"ethanol"}),
    "Hydrocodone": frozenset({"hydrocodone"}),
    "Benzodiazepine": BENZODIAZEPINES,
    "Methadone": frozenset({"methadone"}),
    "Amphet": frozenset({"amphetamine", "methamphetamine", "mdma"}),
    "Tramad": frozenset({"tramadol"}),
    "Hydromorphone": frozenset({"hydromorphone"}),
}
ROOTS = {
    "Heroin": "hero", "Cocaine": "coca", "Fentanyl": "fent", "FentanylAnalogue": "fent", "Oxycodone": "oxyc", "Oxymorphone": "oxym", "Ethanol": "eth|alco",
    "Hydrocodone": "hydroc", "Benzodiazepine": "benzo|zolam|zepam|xanax|diaz", "Methadone": "metha", "Amphet": "amph", "Tramad": "tram", "Hydromorphone": "hydrom",
}  # fmt: skip


def rows(*, held_out: bool) -> Iterator[tuple[str, dict[str, bool]]]:
    """Give each text with its flags."""
    with FILE.open(encoding="utf-8-sig", newline="") as file:
        for at, row in enumerate(csv.DictReader(file)):
            if (at % 2 == 1) == held_out:
                yield row["COD"], {name: row[name].strip().upper().startswith("Y") for name in FLAGS}


def measure(words: Dictionary, *, held_out: bool) -> list[list[object]]:
    """Compare text and flags, drug by drug."""
    some = [
        (text, flags, {hit.value for hit in words.gazetteers.find(text) if hit.type == "drug"})
        for text, flags in rows(held_out=held_out)
    ]
    table: list[list[object]] = []
    for name, values in FLAGS.items():
        both = sum(flags[name] and bool(found & values) for _, flags, found in some)
        said = sum(bool(found & values) for _, _, found in some)
        true = sum(flags[name] for _, flags, _ in some)
        missed = [text for text, flags, found in some if flags[name] and not found & values]
        unreadable = sum(not re.search(ROOTS[name], text, re.IGNORECASE) for text in missed)
        which = "held out" if held_out else "development"
        raw = f"{100 * both / max(said, 1):.1f}", f"{100 * both / max(true, 1):.1f}"
        table.append(
            [which, name, true, *raw, said - both, f"{100 * both / max(true - unreadable, 1):.1f}", unreadable]
        )
    return table


def main() -> None:
    """Print the table; --tell prints the development texts on which text and flag differ."""
    words = load(bootstrap.pack_folders(Settings(center=Path())))
    if "--tell" in sys.argv:
        for text, flags in rows(held_out=False):
            found = {hit.value for hit in words.gazetteers.find(text) if hit.type == "drug"}
            wrong = [name for name, values in FLAGS.items() if flags[name] != bool(found & values)]
            if wrong:
                print(text, "|", wrong, "|", sorted(found))
    table = [row for held_out in (False, True) for row in measure(words, held_out=held_out)]
    heads = [
        "rows",
        "drug",
        "flagged",
        "precision %",
        "recall %",
        "named, not flagged",
        "recall of what is named %",
        "flagged, not named",
    ]
    print_table("Drugs in causes of death", heads, table)


if __name__ == "__main__":
    if not FILE.exists():
        sys.exit("The data set is not here: nothing to measure.")
    main()
