"""Names of persons, organisations and places in text: ours against the bare model, on text that neither was tuned on.

re3d: documents about security by the Defence Science and Technology Laboratory, split by document (every third is held out).
In capitals, as alerts and dispatchers write: the same held-out texts.
WNUT17 development: tweets and forum posts. Exact spans, by type; a find of the right type that overlaps counts in the last column.
"""

import json
import sys
import time
from collections import Counter
from collections.abc import Iterator, Sequence
from pathlib import Path

from ground import print_table

from tessera import bootstrap
from tessera.dictionary import load
from tessera.engines.names import open_names, shipped
from tessera.extract.mentions import find_mentions
from tessera.model.found import Off
from tessera.settings import Settings

DATA = Path(__file__).resolve().parents[2] / "shared" / "data"
Span = tuple[int, int, str]
RE3D = {"Person": "person", "Organisation": "organization", "Location": "place"}
WNUT = {"person": "person", "corporation": "organization", "group": "organization", "location": "place"}
BARE = {"PERSON": "person", "ORG": "organization", "GPE": "place", "LOC": "place", "FAC": "place"}
TYPES = ("person", "organization", "place")


def re3d(*, held_out: bool) -> Iterator[tuple[str, list[Span]]]:
    """Give texts and their marked names."""
    for folder in sorted((DATA / "text" / "re3d").iterdir()):
        if not (folder / "documents.json").exists():
            continue
        marked: dict[str, list[Span]] = {}
        for line in (folder / "entities.json").read_text(encoding="utf-8-sig").splitlines():
            one = json.loads(line)
            if one["type"] in RE3D:
                marked.setdefault(one["documentId"], []).append((one["begin"], one["end"], RE3D[one["type"]]))
        for at, line in enumerate((folder / "documents.json").read_text(encoding="utf-8-sig").splitlines()):
            one = json.loads(line)
            if (at % 3 == 0) == held_out:
                yield one["text"], marked.get(one["_id"], [])


def _keeps_places(text: str) -> bool:
    """Claim that capitals stand where the small letters stood."""
    return len(text.upper()) == len(text)


def wnut() -> Iterator[tuple[str, list[Span]]]:
    """Give posts and their marked names."""
    for block in (DATA / "text" / "wnut17" / "emerging.dev.conll").read_text(encoding="utf-8").split("\n\n"):
        text, spans, begun = "", [], None
        for line in block.splitlines():
            token, _, tag = line.partition("\t")
            start = len(text) + (1 if text else 0)
            text += (" " if text else "") + token
            if begun and not tag.startswith("I-"):
                spans.append(begun)
                begun = None
            if tag.startswith("B-") and tag[2:] in WNUT:
                begun = (start, len(text), WNUT[tag[2:]])
            elif begun:
                begun = (begun[0], len(text), begun[2])
        if text:
            yield text, spans + ([begun] if begun else [])


def ours(texts: Sequence[str]) -> list[list[Span]]:
    """Find names as the platform does: rules first, the model beside them."""
    names = open_names(None)
    if isinstance(names, Off):
        sys.exit(names.why)
    found = names.find(texts)
    words = load(bootstrap.pack_folders(Settings(center=Path()))).gazetteers
    mentions = [find_mentions(text, words, model) for text, model in zip(texts, found, strict=True)]
    return [[(m.start, m.end, str(m.type)) for m in some if m.type in TYPES] for some in mentions]


def bare(texts: Sequence[str]) -> list[list[Span]]:
    """Find names by the model alone."""
    import spacy  # noqa: PLC0415 - only where it is installed

    pipeline = spacy.load(shipped() or "", exclude=["tagger", "parser", "attribute_ruler", "lemmatizer", "senter"])
    return [
        [(e.start_char, e.end_char, BARE[e.label_]) for e in doc.ents if e.label_ in BARE]
        for doc in pipeline.pipe(texts)
    ]


def scores(found: Sequence[list[Span]], truth: Sequence[list[Span]]) -> list[str]:
    """Give precision, recall and F1 in percent by type, and for all; then recall with overlap."""
    hits: Counter[str] = Counter()
    over, said, true = 0, Counter[str](), Counter[str]()
    for mine, theirs in zip(found, truth, strict=True):
        a, b = set(mine), set(theirs)
        hits.update(kind for _, _, kind in a & b)
        said.update(kind for _, _, kind in a)
        true.update(kind for _, _, kind in b)
        over += sum(any(k == kind and s < end and start < e for s, e, k in a) for start, end, kind in b)
    cells = [f"{200 * hits[k] / max(said[k] + true[k], 1):.1f}" for k in TYPES]
    total, all_said, all_true = sum(hits.values()), sum(said.values()), sum(true.values())
    return [
        *cells,
        f"{100 * total / max(all_said, 1):.1f}",
        f"{100 * total / max(all_true, 1):.1f}",
        f"{200 * total / max(all_said + all_true, 1):.1f}",
        f"{100 * over / max(all_true, 1):.1f}",
    ]


def main() -> None:
    """Print the table."""
    sets = [
        ("re3d development", list(re3d(held_out=False))),
        ("re3d held out", list(re3d(held_out=True))),
        (
            "re3d held out, in capitals",
            [(text.upper(), spans) for text, spans in re3d(held_out=True) if _keeps_places(text)],
        ),
        ("WNUT17 dev", list(wnut())),
    ]
    rows: list[list[object]] = []
    for name, examples in sets:
        texts = [text for text, _ in examples]
        truth = [spans for _, spans in examples]
        for who, find in (("ours", ours), ("model alone", bare)):
            started = time.process_time()
            found = find(texts)
            spent = time.process_time() - started
            speed = sum(map(len, texts)) / spent / 1000
            rows.append([name, who, f"{len(texts)} texts", *scores(found, truth), f"{speed:.0f}"])
    heads = [
        "set",
        "finder",
        "size",
        "F1 person",
        "F1 organization",
        "F1 place",
        "P",
        "R",
        "F1",
        "R overlap",
        "kB/CPU-s",
    ]
    print_table("Names in text", heads, rows)


if __name__ == "__main__":
    if not (Path(DATA) / "text" / "re3d").exists():
        sys.exit("The data sets are not here: nothing to measure.")
    main()
