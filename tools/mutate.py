"""Ask whether the tests of `tessera.trust` notice when its code is wrong, one small change at a time.

    python tools/mutate.py                 try every module that has changed, and what survived before
    python tools/mutate.py audit cui       these modules only
    python tools/mutate.py --report        only write the page anew

All happens in a copy of the tree in a temporary folder; nothing of the tree is changed but `tests/mutants.yaml` and the page
`docs/reference/mutation.md`. Each change is tried by the unit and property tests that reach its lines, the quickest first, in a
process of its own with a limit on time and memory. What was found so far is in `build/mutation`, so that a run that was
stopped goes on where it was; what `tests/mutants.yaml` says of a source that is still the same counts as well.
"""

import argparse
import ast
import hashlib
import json
import sys
import tempfile
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

import yaml
from mutants import Mutant, mutants
from mutating import copied_tree, reached, try_anew, try_quickly

ROOT = Path(__file__).resolve().parents[1]
PACKAGE = ROOT / "src" / "tessera" / "trust"
FOUND = ROOT / "build" / "mutation"
BOOK = ROOT / "tests" / "mutants.yaml"
PAGE = ROOT / "docs" / "reference" / "mutation.md"
UNSAID = "NOT EXPLAINED"


def modules() -> list[str]:
    """Name the modules that have something to change."""
    return [path.stem for path in sorted(PACKAGE.glob("*.py")) if mutants(_tree(path.stem))]


def _tree(module: str) -> ast.Module:
    return ast.parse((PACKAGE / f"{module}.py").read_text(encoding="utf-8"))


def digest(module: str) -> str:
    """Give the first 12 digits of the SHA-256 of a module's source."""
    return hashlib.sha256((PACKAGE / f"{module}.py").read_bytes()).hexdigest()[:12]


def remembered(module: str) -> dict[str, bool]:
    """Read which mutants of the present source were killed in earlier runs, of which the book tells too."""
    entry = read_book().get(module, {})
    same = entry.get("source") == digest(module)
    told = {mutant.id: mutant.id not in entry["survivors"] for mutant in mutants(_tree(module))} if same else {}
    path = FOUND / f"{module}.{digest(module)}.jsonl"
    lines = path.read_text(encoding="utf-8").splitlines() if path.exists() else []
    return told | {found["mutant"]: found["killed"] for found in map(json.loads, lines)}


def remember(module: str, name: str, killed: bool) -> None:  # noqa: FBT001 - as `mutating.Tell` says
    """Add what was found about one mutant."""
    FOUND.mkdir(parents=True, exist_ok=True)
    with (FOUND / f"{module}.{digest(module)}.jsonl").open("a", encoding="utf-8") as file:
        file.write(json.dumps({"mutant": name, "killed": killed}) + "\n")


def run(names: Sequence[str]) -> None:
    """Try what was not killed before, and write what came of it."""
    left = {module: list(_left(module)) for module in names}
    if any(left.values()):
        with tempfile.TemporaryDirectory(prefix="mutation-") as folder:
            tree = copied_tree(ROOT, Path(folder))
            reach = reached(tree, FOUND / "reach.pickle")
            try_quickly(
                tree, {m: [each.id for each in some if each.function] for m, some in left.items()}, reach, remember
            )
            for module in names:
                for mutant in _left(module):
                    remember(module, mutant.id, try_anew(tree, module, mutant, reach))
    for module in names:
        _settle(module)


def _left(module: str) -> Iterator[Mutant]:
    known = remembered(module)
    return (mutant for mutant in mutants(_tree(module)) if not known.get(mutant.id))


def _settle(module: str) -> None:
    book = enter(read_book(), module)
    write_book(book)
    print(f"{module}: {book[module]['killed']} of {book[module]['mutants']} killed", flush=True)


def read_book() -> dict[str, dict[str, Any]]:
    """Read what is known of each module, with the explanation of every mutant that survived."""
    return yaml.safe_load(BOOK.read_text(encoding="utf-8")) or {} if BOOK.exists() else {}


def enter(book: dict[str, dict[str, Any]], module: str) -> dict[str, dict[str, Any]]:
    """Put a module's results into the book; explanations stay with the mutants that they are about."""
    said = book.get(module, {}).get("survivors", {})
    names, killed = [mutant.id for mutant in mutants(_tree(module))], remembered(module)
    survivors = {name: said.get(name, UNSAID) for name in names if not killed.get(name)}
    entry = {
        "source": digest(module),
        "mutants": len(names),
        "killed": len(names) - len(survivors),
        "survivors": survivors,
    }
    return dict(sorted({**book, module: entry}.items()))


def write_book(book: Mapping[str, Mapping[str, Any]]) -> None:
    """Write the book and the page that shows it."""
    BOOK.write_text(yaml.safe_dump(dict(book), sort_keys=False, width=120, allow_unicode=True), encoding="utf-8")
    PAGE.write_text(page_of(book), encoding="utf-8")


def page_of(book: Mapping[str, Mapping[str, Any]]) -> str:
    """Write the page of the documentation: a table of modules, then each survivor with its explanation."""
    count, killed = (sum(entry[what] for entry in book.values()) for what in ("mutants", "killed"))
    lines = [
        "# Mutation",
        "",
        "Written by `python tools/mutate.py` from `tests/mutants.yaml`; do not edit.",
        "",
        "Each mutant is one small change to the code of `tessera.trust`: a comparison turned round or moved by one, `and` for `or`, a",
        "condition, step or member left out, a number moved, a result lost. The unit and property tests that reach the place are run",
        "against it, and the changed code is *killed* when one of them fails. What survives is listed with the reason why no test can or",
        "should fail; where nobody has looked into it yet, it says so. Cedar policies are changed in the same way by `tests/unit/test_trust_policy_conditions.py`, at every run of the tests.",
        "",
        f"{killed:,} of {count:,} mutants in {len(book)} of {len(modules())} modules were killed. `source` is the beginning of the SHA-256 of the file that was tried.",
        "",
        "| module | source | mutants | killed | survived | of them not explained yet |",
        "| --- | --- | --- | --- | --- | --- |",
    ]
    for module, entry in book.items():
        survived = entry["mutants"] - entry["killed"]
        told = f"{entry['mutants']} | {entry['killed']} | {survived} | {unexplained(entry)}"
        lines.append(f"| {module} | `{entry['source']}` | {told} |")
    if missing := sorted(set(modules()) - set(book)):
        lines += ["", f"Not tried: {', '.join(missing)}."]
    for module, entry in book.items():
        if entry["survivors"]:
            lines += ["", f"## {module}", "", "| what was changed | why it survives |", "| --- | --- |"]
        for name, why in entry["survivors"].items():
            lines.append(f"| {_cell(name)} | {_cell(why)} |")
    return "\n".join(lines) + "\n"


def unexplained(entry: Mapping[str, Any]) -> int:
    """Count the survivors of a module that nobody has explained yet."""
    return sum(why == UNSAID for why in entry["survivors"].values())


def _cell(text: str) -> str:
    return text.replace("|", "\\|")


def main() -> None:
    """Read the command line and do it."""
    parser = argparse.ArgumentParser(description="Try small wrong changes of tessera.trust against its tests.")
    parser.add_argument("modules", nargs="*", help="names of modules; all where none is named")
    parser.add_argument("--report", action="store_true", help="only write the page from tests/mutants.yaml")
    asked = parser.parse_args()
    if asked.report:
        write_book(read_book())
        return
    if unknown := sorted(set(asked.modules) - set(modules())):
        sys.exit(f"no such module of tessera.trust: {', '.join(unknown)}")
    run(asked.modules or modules())


if __name__ == "__main__":
    main()
