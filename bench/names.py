"""Names found on a watch list in spite of distortions: recall where one query in a hundred that is not on the list gives a hit.

    python bench/names.py FOLDER [--names FOLDER] [--tune] [--most N] [--peer PYTHON]

FOLDER holds the list of the Office of Foreign Assets Control (sdn.csv, alt.csv). Entries are halved by a hash of their number: figures
were chosen on one half (--tune), the other half is reported. A quarter of each half is left out of the list, so that its names
are queries without a right answer; --names adds names of people and companies from text (person_labeled.xml,
company_labeled.xml). --peer is a Python that has nomenklatura installed; it scores the entries that are nearest for the others,
and the right one (its LogicV2).
"""

import argparse
import csv
import hashlib
import json
import random
import re
import statistics
import subprocess
import time
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np
from ground import print_table
from rapidfuzz import fuzz, process

from tessera import bootstrap
from tessera.dictionary import load
from tessera.dictionary.names import NameSort
from tessera.resolution.name_keys import asked_keys, stored_keys
from tessera.resolution.name_reading import Name, NameReader
from tessera.resolution.names import compare
from tessera.settings import Settings

FALSE_POSITIVES = 0.01
OTHER_SPELLINGS = [
    ("ou", "u"), ("u", "ou"), ("kh", "h"), ("q", "k"), ("k", "q"), ("ei", "ey"), ("ay", "ai"), ("dj", "j"), ("j", "dj"), ("sh", "ch"),
    ("w", "v"), ("v", "w"), ("aa", "a"), ("ee", "i"), ("i", "ee"), ("iy", "y"), ("y", "i"), ("gh", "g"), ("th", "t"), ("dh", "d"),
    ("ss", "s"), ("mm", "m"), ("ll", "l"), ("nn", "n"), ("f", "ff"), ("o", "u"), ("e", "i"), ("a", "e"), ("ks", "x"), ("x", "ks"),
    ("ts", "tz"), ("zh", "j"), ("ya", "ia"), ("yu", "iu"), ("ah", "a"), ("z", "s"), ("kj", "ki"), ("b", "bb"), ("d", "dd"),
]  # fmt: skip
FORMS = re.compile(
    r"[,.]?\s+(?:L\.?L\.?C|LTD|INC|S\.?A|CO|CORP|LIMITED|COMPANY|GMBH|OOO|JSC|PJSC|S\.A\. DE C\.V)\.?$", re.IGNORECASE
)
SHORTENED = {
    "international": "intl",
    "company": "co",
    "corporation": "corp",
    "limited": "ltd",
    "industries": "ind",
    "and": "&",
}


@dataclass
class Entry:
    """One entry of the list with all its names."""

    number: str
    sort: NameSort
    names: list[str] = field(default_factory=list)


@dataclass
class Query:
    """A distorted name, and the entry that it was made of; "" where it is of none."""

    text: str
    entry: str
    how: str


def read_list(folder: Path) -> list[Entry]:
    """Read people and organisations with their aliases."""
    entries: dict[str, Entry] = {}
    with (folder / "sdn.csv").open(encoding="latin-1", newline="") as file:
        for row in csv.reader(file):
            if len(row) > 2 and row[2].strip() in {"individual", "-0-"}:
                sort = NameSort.PERSON if row[2].strip() == "individual" else NameSort.ORGANIZATION
                entries[row[0]] = Entry(row[0], sort, [row[1]])
    with (folder / "alt.csv").open(encoding="latin-1", newline="") as file:
        for row in csv.reader(file):
            if len(row) > 3 and row[0] in entries:
                entries[row[0]].names.append(row[3])
    return list(entries.values())


def read_text_names(folder: Path) -> dict[NameSort, list[str]]:
    """Read names as they stand in texts: of people, those with given name and surname."""
    found: dict[NameSort, list[str]] = {}
    for sort, file, needed in (
        (NameSort.PERSON, "person_labeled.xml", ("<GivenName>", "<Surname>")),
        (NameSort.ORGANIZATION, "company_labeled.xml", ("<CorporationName>",)),
    ):
        text = (folder / file).read_text(encoding="utf-8")
        marked = re.findall(r"<Name>(.*?)</Name>", text, re.DOTALL)
        plain = [
            " ".join(re.sub(r"<[^>]+>", "", m).replace("&amp;", "&").split())
            for m in marked
            if all(n in m for n in needed)
        ]
        found[sort] = sorted(set(plain))
    return found


def number_of(text: str) -> int:
    """Give a number that depends on nothing but the text."""
    return int.from_bytes(hashlib.sha256(text.encode()).digest()[:6], "big")


def distorted(name: str, sort: NameSort, pick: random.Random) -> Iterable[tuple[str, str]]:
    """Give a name as clerks, languages and haste write it: (what was done, name)."""
    words = name.replace(",", " ").split()
    yield "typing slip", slip(name, pick)
    if len(words) > 1:
        turned = words[1:] + words[:1] if len(words) == 2 or pick.random() < 0.5 else pick.sample(words, len(words))
        yield "order of words", " ".join(turned)
    if len(words) > 2:
        left_out = pick.randrange(1, len(words) - 1) if sort is NameSort.PERSON else pick.randrange(len(words))
        yield "word left out", " ".join(words[:left_out] + words[left_out + 1 :])
    if len(words) > 1 and sort is NameSort.PERSON:
        surname, _, given = name.partition(",")
        parts = (given.split() + surname.split()) if given else words
        yield "initial", " ".join([parts[0][:1] + ".", *parts[1:]])
    if len(words) > 2 and sort is NameSort.PERSON:
        at = pick.randrange(len(words) - 1)
        yield "words joined", " ".join([*words[:at], words[at] + words[at + 1].lower(), *words[at + 2 :]])
    if sort is NameSort.ORGANIZATION:
        without = FORMS.sub("", name)
        yield "legal form", without if without != name else f"{name} {pick.choice(['LLC', 'Ltd', 'S.A.', 'GmbH'])}"
        short = " ".join(SHORTENED.get(word.lower().strip(","), word) for word in words)
        if short.lower() != " ".join(words).lower():
            yield "abbreviation", short
    yield "other spelling", respelt(name, pick)
    yield "slip and order", slip(" ".join(reversed(words)), pick)


def slip(name: str, pick: random.Random) -> str:
    """Change, drop, double or exchange one letter of a longer word."""
    long = list(re.finditer(r"[^\W\d_]{4,}", name)) or list(re.finditer(r"\w+", name))
    if not long:
        return name
    word = pick.choice(long)
    at = pick.randrange(word.start(), word.end())
    letter = pick.choice("abcdefghijklmnopqrstuvwxyz")
    way = pick.randrange(4)
    if way == 0:
        return name[:at] + letter + name[at + 1 :]
    if way == 1:
        return name[:at] + name[at + 1 :]
    if way == 2:
        return name[:at] + letter + name[at:]
    at = min(at, word.end() - 2)
    return name[:at] + name[at + 1] + name[at] + name[at + 2 :] if at >= word.start() else name


def respelt(name: str, pick: random.Random) -> str:
    """Write up to three places as another language would."""
    small = name.lower()
    usable = [pair for pair in OTHER_SPELLINGS if pair[0] in small]
    for before, after in pick.sample(usable, min(len(usable), pick.randint(1, 3))):
        small = small.replace(before, after, 1)
    return small


class Found:
    """Our index in memory: the keys of the program, without a database."""

    def __init__(self, entries: list[Entry], reader: NameReader, *, aliases: bool = True) -> None:
        self.reader = reader
        self.names: list[tuple[str, Name]] = []
        self.index: dict[tuple[NameSort, int], list[int]] = {}
        for entry in entries:
            for said in entry.names if aliases else entry.names[:1]:
                name = reader.read(said, entry.sort)
                for key in stored_keys(name):
                    self.index.setdefault((entry.sort, key), []).append(len(self.names))
                self.names.append((entry.number, name))

    def scores(self, query: str, sort: NameSort) -> dict[str, float]:
        """Give the best score of each entry that is found at all."""
        asked = self.reader.read(query, sort)
        keys = asked_keys(asked, self.reader.words)
        places = {
            p for some in (keys.exact, keys.near, keys.wide) for key in some for p in self.index.get((sort, key), ())
        }
        best: dict[str, float] = {}
        for place in places:
            number, name = self.names[place]
            best[number] = max(best.get(number, 0.0), compare(asked, name).score)
        return best


def peer_scores(scorer: Callable[..., float], entries: list[Entry], queries: list[Query]) -> list[dict[str, float]]:
    """Score every query against every name with rapidfuzz; keep the ten best entries and the right one."""
    names = [(e.number, n.lower().replace(",", "")) for e in entries for n in e.names]
    texts = [n for _, n in names]
    numbers = np.array([number for number, _ in names])
    found = []
    for start in range(0, len(queries), 256):
        some = queries[start : start + 256]
        table = process.cdist(
            [q.text.lower().replace(",", "") for q in some], texts, scorer=scorer, workers=1, dtype=np.uint8
        )
        for row, query in zip(table, some, strict=True):
            best: dict[str, float] = {}
            keep = set(np.argpartition(row, -30)[-30:]) | set(np.nonzero(numbers == query.entry)[0])
            for at in keep:
                best[names[at][0]] = max(best.get(names[at][0], 0.0), float(row[at]) / 100)
            found.append(best)
    return found


def judge(found: list[dict[str, float]], queries: list[Query]) -> dict[str, tuple[float, float, int]]:
    """Give, for each distortion, recall at FALSE_POSITIVES, how often the right entry was first, and of how many."""
    wrong = sorted(
        (max(best.values(), default=0.0) for best, q in zip(found, queries, strict=True) if not q.entry), reverse=True
    )
    bar = wrong[int(len(wrong) * FALSE_POSITIVES)] + 1e-9 if wrong else 0.0
    outcome: dict[str, list[tuple[bool, bool]]] = {}
    for best, query in zip(found, queries, strict=True):
        if query.entry:
            right = best.get(query.entry, 0.0)
            first = right > 0 and right >= max(best.values())
            for how in (query.how, "all"):
                outcome.setdefault(how, []).append((right >= bar, first))
    judged = {
        how: (statistics.mean(hit for hit, _ in some), statistics.mean(first for _, first in some), len(some))
        for how, some in outcome.items()
    }
    return judged | {"bar": (bar, 0.0, len(wrong))}


def main() -> None:
    """Measure people and organisations."""
    parser = argparse.ArgumentParser()
    parser.add_argument("folder", type=Path)
    parser.add_argument("--names", type=Path)
    parser.add_argument("--tune", action="store_true")
    parser.add_argument("--most", type=int, default=1200)
    parser.add_argument("--peer", default="")
    parser.add_argument("--only-ours", action="store_true")
    parser.add_argument("--show", default="")
    asked = parser.parse_args()
    words = load(bootstrap.pack_folders(Settings(center=Path()))).names
    reader = NameReader(words)
    text_names = read_text_names(asked.names) if asked.names else {}
    half = [e for e in read_list(asked.folder) if (number_of(e.number) % 2 == 0) == asked.tune]
    for sort in NameSort:
        report(sort, [e for e in half if e.sort is sort], text_names.get(sort, []), reader, asked)


def report(
    sort: NameSort, entries: list[Entry], others: list[str], reader: NameReader, asked: argparse.Namespace
) -> None:
    """Measure one sort of names and print its table."""
    listed = [e for e in entries if number_of("left out" + e.number) % 4]
    left_out = [e for e in entries if not number_of("left out" + e.number) % 4]
    pick = random.Random(5)
    queries = []
    for entry in pick.sample(listed, min(asked.most, len(listed))):
        name = pick.choice(entry.names)
        queries += [Query(text, entry.number, how) for how, text in distorted(name, sort, pick)]
    queries += [Query(pick.choice(e.names), "", "") for e in left_out] + [Query(n, "", "") for n in others]
    ours = Found(listed, reader)
    begun = time.perf_counter()
    found = {"tessera": [ours.scores(q.text, sort) for q in queries]}
    spent = time.perf_counter() - begun
    if asked.show:
        show(ours, found["tessera"], queries, sort, asked.show)
    if not asked.only_ours:
        found["token_sort_ratio"] = peer_scores(fuzz.token_sort_ratio, listed, queries)
        found["WRatio"] = peer_scores(fuzz.WRatio, listed, queries)
    if asked.peer:
        found["nomenklatura"] = nomenklatura(asked.peer, sort, listed, queries, found)
    print_judged(sort, found, queries, spent, len(ours.names))
    aliases(sort, listed, reader)


def print_judged(
    sort: NameSort, found: dict[str, list[dict[str, float]]], queries: list[Query], spent: float, names: int
) -> None:
    """Print recall by distortion, one column a method."""
    judged = {method: judge(some, queries) for method, some in found.items()}
    rows: list[list[object]] = []
    for how in sorted(judged["tessera"], key=lambda h: (h in {"all", "bar"}, h == "bar", h)):
        cells = [f"{judged[m][how][0]:.3f}" + ("" if how == "bar" else f" ({judged[m][how][1]:.3f})") for m in judged]
        rows.append([how, str(judged["tessera"][how][2]), *cells])
    print_table(
        f"{sort.value}: recall at {FALSE_POSITIVES:.0%} false positives (right entry first); {names} names; "
        f"{1000 * spent / len(queries):.1f} ms a query here",
        ["distortion", "queries", *judged],
        rows,
    )


def aliases(sort: NameSort, listed: list[Entry], reader: NameReader) -> None:
    """Say how many other names of an entry are found by its first name alone, and when its aliases are on the list."""
    alone, loaded = Found(listed, reader, aliases=False), Found(listed, reader)
    queries = [(e.number, n) for e in listed for n in e.names[1:]]
    rows: list[list[object]] = []
    for bar in (0.75, 0.85):
        by_first = statistics.mean(alone.scores(n, sort).get(number, 0.0) >= bar for number, n in queries)
        by_alias = statistics.mean(loaded.scores(n, sort).get(number, 0.0) >= bar for number, n in queries)
        rows.append([f"score of at least {bar}", f"{by_first:.3f}", f"{by_alias:.3f}"])
    print_table(
        f"{sort.value}: {len(queries)} aliases as they stand on the list",
        ["", "by the first name alone", "with aliases"],
        rows,
    )


def show(ours: Found, found: list[dict[str, float]], queries: list[Query], sort: NameSort, how: str) -> None:
    """Print what is missed, and what is found wrongly, to learn from; for the half that figures are chosen on."""
    names: dict[str, list[str]] = {}
    for number, name in ours.names:
        names.setdefault(number, []).append(name.said)
    wrong = sorted(
        ((max(b.values(), default=0), q.text, b) for b, q in zip(found, queries, strict=True) if not q.entry),
        key=lambda x: -x[0],
    )
    for score, text, best in wrong[:40]:
        top = max(best, key=lambda n: best[n])
        print(
            f"WRONG {score:.3f} {text!r} ~ {max(names[top], key=lambda n: compare(ours.reader.read(text, sort), ours.reader.read(n, sort)).score)!r}"
        )
    bar = wrong[int(len(wrong) * FALSE_POSITIVES)][0]
    missed = [
        (b.get(q.entry, 0.0), q)
        for b, q in zip(found, queries, strict=True)
        if q.entry and b.get(q.entry, 0.0) < bar and how in (q.how, "all")
    ]
    for score, query in random.Random(3).sample(missed, min(50, len(missed))):
        print(f"MISSED {score:.3f} {query.how}: {query.text!r} of {names[query.entry]}")


def nomenklatura(
    python: str, sort: NameSort, listed: list[Entry], queries: list[Query], found: dict[str, list[dict[str, float]]]
) -> list[dict[str, float]]:
    """Let nomenklatura score the entries that the others found, in a Python of its own."""
    names = {e.number: e.names for e in listed}
    tasks = []
    for at, query in enumerate(queries):
        near: set[str] = set()
        for some in found.values():
            near |= set(sorted(some[at], key=lambda n: -some[at][n])[:8])
        if query.entry:
            near.add(query.entry)
        tasks.append((query.text, sorted(near)))
    given = json.dumps({"sort": sort.value, "names": names, "tasks": tasks})
    done = subprocess.run(
        [python, str(Path(__file__).with_name("names_peer.py"))],
        input=given,
        capture_output=True,
        text=True,
        check=True,
        env={},
    )
    scored: list[dict[str, float]] = json.loads(done.stdout)
    return scored


if __name__ == "__main__":
    main()
