"""Drugs named in causes of death against the flags that the medical examiner set beside them, by drug.

Connecticut, accidental drug-related deaths 2012 to 2018. Every other row is held out. The flags hold errors of their own, so
besides the raw figures stand those for what the text names: a row that is flagged and whose text has not even the beginning of
the drug's name, or names an analogue only, is the flag's; so is a row whose text names the drug and whose flag is empty.
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
        "clorazepate",
        "flurazepam",
        "estazolam",
        "triazolam",
        "phenazepam",
        "7-aminoclonazepam",
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
            "4-ANPP",
            "acetyl fentanyl",
            "acrylfentanyl",
            "benzylfentanyl",
            "butyryl fentanyl",
            "carfentanil",
            "cyclopropyl fentanyl",
            "fluorobutyryl fentanyl",
            "fluorofentanyl",
            "fluoroisobutyryl fentanyl",
            "furanyl fentanyl",
            "isobutyryl fentanyl",
            "methoxyacetyl fentanyl",
            "methylfentanyl",
            "tetrahydrofuran fentanyl",
            "valeryl fentanyl",
            "fentanyl analogue",
        ]
    ),
    "Oxycodone": frozenset({"oxycodone"}),
    "Oxymorphone": frozenset({"oxymorphone"}),
    "Ethanol": frozenset({"ethanol"}),
    "Hydrocodone": frozenset({"hydrocodone"}),
    "Benzodiazepine": BENZODIAZEPINES,
    "Methadone": frozenset({"methadone"}),
    "Amphet": frozenset({"amphetamine", "methamphetamine", "mdma", "mda"}),
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


def _plain(name: str, text: str) -> str:
    """Take the analogues out of a text in which fentanyl itself is looked for."""
    return (
        re.sub(r"(?i)\b[\w/-]*(?:yl|fluoro|carfentanil)[ -]?fentan[iy]l|carfentan[iy]l", "", text)
        if name == "Fentanyl"
        else text
    )


def measure(words: Dictionary, *, held_out: bool) -> list[list[object]]:
    """Compare text and flags, drug by drug."""
    some = [
        (text, flags, {hit.phrase.value for hit in words.gazetteers.find(text) if hit.phrase.type == "drug"})
        for text, flags in rows(held_out=held_out)
    ]
    table: list[list[object]] = []
    for name, values in FLAGS.items():
        both = sum(flags[name] and bool(found & values) for _, flags, found in some)
        said = sum(bool(found & values) for _, _, found in some)
        true = sum(flags[name] for _, flags, _ in some)
        missed = [text for text, flags, found in some if flags[name] and not found & values]
        unreadable = sum(not re.search(ROOTS[name], _plain(name, text), re.IGNORECASE) for text in missed)
        extra = [text for text, flags, found in some if not flags[name] and found & values]
        unnamed = sum(not re.search(ROOTS[name], text, re.IGNORECASE) for text in extra)
        which = "held out" if held_out else "development"
        raw = f"{100 * both / max(said, 1):.1f}", f"{100 * both / max(true, 1):.1f}"
        table.append(
            [
                which,
                name,
                true,
                *raw,
                f"{100 * (said - unnamed) / max(said, 1):.1f}",
                f"{100 * both / max(true - unreadable, 1):.1f}",
                said - both - unnamed,
                unreadable,
            ]
        )
    return table


def main() -> None:
    """Print the table; --tell prints the development texts on which text and flag differ."""
    words = load(bootstrap.pack_folders(Settings(center=Path())))
    if "--tell" in sys.argv:
        for text, flags in rows(held_out=False):
            found = {hit.phrase.value for hit in words.gazetteers.find(text) if hit.phrase.type == "drug"}
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
        "precision by the text %",
        "recall of what is named %",
        "named, not flagged",
        "flagged, not named",
    ]
    print_table("Drugs in causes of death", heads, table)


if __name__ == "__main__":
    if not FILE.exists():
        sys.exit("The data set is not here: nothing to measure.")
    main()
