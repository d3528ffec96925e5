"""Cedar policies as texts: read, checked against our vocabulary, and asked in batches."""

import json
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import NamedTuple

import cedarpy

from tessera.errors import Invalid

BASE = Path(__file__).parent / "policies"
SCHEMA = (BASE / "vocabulary.cedarschema").read_text(encoding="utf-8")

_UNFINISHED = "unexpected end of input"
_TOKENS = re.compile(r'//[^\n]*|"(?:\\.|[^"\\])*"|;', re.DOTALL)


class Answer(NamedTuple):
    """What Cedar said to one question, and the ids of the policies that decided."""

    allowed: bool
    policies: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Clause:
    """One policy: its name, its sentence, the values its reason shows, and where its text stands."""

    id: str
    reads: str
    shows: tuple[str, ...]
    forbids: bool
    where: str


@dataclass(frozen=True, slots=True)
class Rulebook:
    """All clauses, parsed once. Answers questions that share their principal's and resources' entities."""

    policies: cedarpy.PolicySet
    clauses: Mapping[str, Clause]

    def ask(self, questions: Sequence[Mapping[str, str]], entities: str) -> list[Answer]:
        """Answer each question; a policy that fails while it is weighed refuses, whatever the others say."""
        if not questions:
            return []
        results = cedarpy.is_authorized_batch(list(questions), self.policies, entities)
        return [_answer(result) for result in results]


def read_folders(folders: Iterable[Path]) -> dict[str, str]:
    """Read the `*.cedar` files of the base and of these folders, by file name; a name may occur once only."""
    texts: dict[str, str] = {}
    for folder in (BASE, *folders):
        if not folder.is_dir():
            raise Invalid("there is no such folder of policies", where=str(folder), advice="Check the setting.")
        for path in sorted(folder.glob("*.cedar")):
            if path.name in texts:
                raise Invalid("two policy files have this name", where=str(path), advice="Rename yours.")
            texts[path.name] = path.read_text(encoding="utf-8")
    return texts


def compile_texts(texts: Mapping[str, str]) -> Rulebook:
    """Parse and check every policy; Invalid names the file and line of the first that is wrong."""
    clauses: dict[str, Clause] = {}
    for name, text in sorted(texts.items()):
        for line, statement in split_statements(text):
            clause = _clause(statement, name, line)
            if clause.id in clauses:
                advice = f"It is already used at {clauses[clause.id].where}."
                raise Invalid(f"the policy id {clause.id!r} is used twice", where=clause.where, advice=advice)
            clauses[clause.id] = clause
    return Rulebook(cedarpy.PolicySet.from_str("\n".join(texts[name] for name in sorted(texts))), clauses)


def split_statements(text: str) -> Iterator[tuple[int, str]]:
    """Yield each policy with the line (1-based) on which its text begins.

    >>> list(split_statements("// a; b\\npermit (principal, action, resource);\\n"))
    [(2, 'permit (principal, action, resource);')]
    """
    start = 0
    for match in _TOKENS.finditer(text):
        if match.group() == ";":
            yield _placed(text, start, match.end())
            start = match.end()
    rest = _placed(text, start, len(text))
    if rest[1]:
        yield rest


def _placed(text: str, start: int, end: int) -> tuple[int, str]:
    while blank := re.match(r"\s+|//[^\n]*", text[start:end]):
        start += blank.end()
    return text.count("\n", 0, start) + 1, text[start:end]


def _clause(statement: str, name: str, line: int) -> Clause:
    try:
        parsed = json.loads(cedarpy.policies_to_json_str(statement))
    except ValueError as problem:
        place = f"{name}:{line + _faulty_line(statement)}"
        raise Invalid(f"this is not a Cedar policy: {problem}", where=place, advice="Mend the text.") from problem
    where = f"{name}:{line}"
    if parsed["templates"] or len(parsed["staticPolicies"]) != 1:
        raise Invalid("a policy with slots decides nothing", where=where, advice="Write out whom it is about.")
    policy = next(iter(parsed["staticPolicies"].values()))
    notes = policy.get("annotations") or {}
    if not notes.get("id") or not notes.get("reads"):
        raise Invalid("a policy needs a name and a sentence", where=where, advice='Add @id("…") and @reads("…").')
    _check_words(statement, where)
    shows = tuple(word.strip() for word in (notes.get("shows") or "").split(",") if word.strip())
    return Clause(id=notes["id"], reads=notes["reads"], shows=shows, forbids=policy["effect"] == "forbid", where=where)


def _check_words(statement: str, where: str) -> None:
    """Refuse a word outside the vocabulary: Cedar skips a policy that fails, and a skipped forbid would open data."""
    found = cedarpy.validate_policies(statement, SCHEMA)
    if not found.validation_passed:
        message = "; ".join(problem.error.removeprefix("for policy `policy0`, ") for problem in found.errors)
        raise Invalid(message, where=where, advice="vocabulary.cedarschema lists the words.")


def _faulty_line(statement: str) -> int:
    """Return the line of the statement (0-based) up to which it could still have become a policy."""
    lines = statement.splitlines()
    for count in range(1, len(lines)):
        try:
            cedarpy.policies_to_json_str("\n".join(lines[:count]))
        except ValueError as problem:
            if _UNFINISHED not in str(problem):
                return count - 1
    return max(len(lines) - 1, 0)


def _answer(result: cedarpy.AuthzResult) -> Answer:
    found = result.diagnostics
    ids = found.id_annotations_by_reason
    deciding = tuple(sorted(ids[reason] for reason in found.reasons))
    if found.errors:
        return Answer(allowed=False, policies=())
    return Answer(allowed=result.allowed, policies=deciding)
