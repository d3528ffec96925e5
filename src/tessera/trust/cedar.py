"""Cedar policies as texts: read, checked against our vocabulary, and asked in batches.

Cedar skips a policy that fails while it is weighed, and a skipped forbid would open data. So nothing is taken in here
that uses a word outside the vocabulary, and an answer that comes with an error is a refusal.
"""

import json
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, NamedTuple

import cedarpy

from tessera.errors import Invalid

BASE = Path(__file__).parent / "policies"
VOCABULARY = cedarpy.Schema.from_str((BASE / "vocabulary.cedarschema").read_text(encoding="utf-8"))
ACTIONS = ("know", "read", "read_field", "use")

_UNFINISHED = "unexpected end of input"
_TOKENS = re.compile(r'//[^\n]*|"(?:\\.|[^"\\])*"|;')
_BLANK = re.compile(r"\s+|//[^\n]*")


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
    actions: tuple[str, ...]
    weighs: frozenset[str]
    """Attributes of the resource that can change what this policy says."""
    text: str
    where: str
    permits: bool
    kind: str
    """Whom it concerns: "User", "Service", or "" for both."""
    conditions: tuple[tuple[str, Mapping[str, Any]], ...]
    """Its conditions as Cedar parsed them: ("when" or "unless", expression)."""

    @property
    def file(self) -> str:
        """Name of the file that it stands in."""
        return self.where.rpartition(":")[0]


@dataclass(frozen=True, slots=True, kw_only=True)
class Rulebook:
    """All clauses by id, and for each action the policies that concern it, parsed once."""

    clauses: Mapping[str, Clause]
    policies: Mapping[str, cedarpy.PolicySet]
    weighs: Mapping[str, frozenset[str]]

    def ask(self, action: str, questions: Iterable[Mapping[str, Any]], entities: Sequence[object]) -> list[Answer]:
        """Answer questions (principal, resource and context) about one action, in their order."""
        uid = {"type": "Action", "id": action}
        requests = [{**question, "action": uid} for question in questions]
        if not requests:
            return []
        results = cedarpy.is_authorized_batch(requests, self.policies[action], json.dumps(entities))
        return [_answer(result) for result in results]


def read_folders(folders: Iterable[Path]) -> dict[str, str]:
    """Read the `*.cedar` files of the base and of these folders, by file name; a name may occur once only."""
    texts: dict[str, str] = {}
    for folder in (BASE, *folders):
        if not folder.is_dir():
            message = "there is no such folder of policies"
            raise Invalid(message, where=str(folder), advice="Check the setting.")
        for path in sorted(folder.glob("*.cedar")):
            if path.name in texts:
                message = "another policy file has this name already"
                raise Invalid(message, where=str(path), advice="Rename it; shipped policies cannot be replaced.")
            texts[path.name] = _text(path)
    return texts


def shipped_names() -> frozenset[str]:
    """Names of the policy files that the program brings."""
    return frozenset(path.name for path in BASE.glob("*.cedar"))


def compile_texts(texts: Mapping[str, str]) -> Rulebook:
    """Parse and check every policy; Invalid names the file and line of the first that is wrong."""
    clauses: dict[str, Clause] = {}
    for name, text in sorted(texts.items()):
        for line, statement in split_statements(text):
            clause = _clause(statement, name, line)
            if clause.id in clauses:
                message = f"the policy id {clause.id!r} is used twice"
                raise Invalid(message, where=clause.where, advice=f"It is already used at {clauses[clause.id].where}.")
            clauses[clause.id] = clause
    concerned = {action: [c for c in clauses.values() if action in c.actions] for action in ACTIONS}
    return Rulebook(
        clauses=clauses,
        policies={a: cedarpy.PolicySet.from_str("\n".join(c.text for c in some)) for a, some in concerned.items()},
        weighs={a: frozenset().union(*(c.weighs for c in some)) for a, some in concerned.items()},
    )


def split_statements(text: str) -> Iterator[tuple[int, str]]:
    r"""Yield each policy with the line (1-based) on which its text begins.

    >>> list(split_statements("// a; b\npermit (principal, action, resource);\n"))
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


def _text(path: Path) -> str:
    try:
        return path.read_text(encoding="utf-8-sig")
    except UnicodeDecodeError as problem:
        line = problem.object[: problem.start].count(b"\n") + 1
        message = "this is not UTF-8 text"
        raise Invalid(message, where=f"{path}:{line}", advice="Save the file as UTF-8.") from problem


def _placed(text: str, start: int, end: int) -> tuple[int, str]:
    while blank := _BLANK.match(text, start, end):
        start = blank.end()
    return text.count("\n", 0, start) + 1, text[start:end]


def _clause(statement: str, name: str, line: int) -> Clause:
    where = f"{name}:{line}"
    policy = _parsed(statement, name, line)
    notes = policy.get("annotations") or {}
    if not notes.get("id") or not notes.get("reads"):
        message = "a policy needs a name and a sentence"
        raise Invalid(message, where=where, advice='Add @id("…") and @reads("…").')
    _check_words(statement, where)
    _check_nameless(policy, where)
    return Clause(
        id=notes["id"],
        reads=notes["reads"],
        shows=tuple(word.strip() for word in (notes.get("shows") or "").split(",") if word.strip()),
        actions=_actions(policy["action"]),
        weighs=frozenset(attr for var, attr in _variables(policy["conditions"]) if var == "resource" and attr),
        text=statement,
        where=where,
        permits=policy["effect"] == "permit",
        kind=policy["principal"].get("entity_type", ""),
        conditions=tuple((part["kind"], part["body"]) for part in policy["conditions"]),
    )


def _parsed(statement: str, name: str, line: int) -> dict[str, Any]:
    try:
        parsed = json.loads(cedarpy.policies_to_json_str(statement))
    except ValueError as problem:
        place = f"{name}:{line + _faulty_line(statement)}"
        message = f"this is not a Cedar policy: {problem}"
        raise Invalid(message, where=place, advice="Mend the text.") from problem
    if parsed["templates"]:
        message = "a policy with slots decides nothing"
        raise Invalid(message, where=f"{name}:{line}", advice="Write out whom it is about.")
    only: dict[str, Any] = next(iter(parsed["staticPolicies"].values()))
    return only


def _check_words(statement: str, where: str) -> None:
    found = cedarpy.validate_policies(statement, VOCABULARY)
    if not found.validation_passed:
        message = "; ".join(problem.error.removeprefix("for policy `policy0`, ") for problem in found.errors)
        raise Invalid(message, where=where, advice="vocabulary.cedarschema lists the words that there are.")


def _check_nameless(policy: Mapping[str, Any], where: str) -> None:
    """Refuse a policy about one person or one marking: answers are shared by all that have equal attributes."""
    scopes = {policy["principal"]["op"], policy["resource"]["op"]}
    bare = any(not attr for _, attr in _variables(policy["conditions"]))
    if bare or not scopes <= {"All", "is"}:
        message = "a policy speaks of attributes, not of one person or one marking by name"
        raise Invalid(message, where=where, advice="Weigh principal.account or another attribute instead.")


def _variables(node: object) -> Iterator[tuple[str, str]]:
    """Find each use of principal and resource in a condition, with the attribute used, or "" for the thing itself."""
    if isinstance(node, list):
        for item in node:
            yield from _variables(item)
    if not isinstance(node, dict):
        return
    for key, value in node.items():
        if key == "Var" and value in ("principal", "resource"):
            yield value, ""
        elif key in (".", "has") and "Var" in value["left"]:
            yield value["left"]["Var"], value["attr"]
        elif key != "is":
            yield from _variables(value)


def members_asked(node: object, attribute: str) -> Iterator[str]:
    """Find the texts that a condition looks for in a set of who asks: `principal.ATTRIBUTE.contains("text")`.

    >>> of = {".": {"left": {"Var": "principal"}, "attr": "groups"}}
    >>> list(members_asked({"contains": {"left": of, "right": {"Value": "counsel"}}}, "groups"))
    ['counsel']
    """
    if isinstance(node, list):
        for item in node:
            yield from members_asked(item, attribute)
    if not isinstance(node, dict):
        return
    if node.get("left") == {".": {"left": {"Var": "principal"}, "attr": attribute}}:
        yield from _texts(node.get("right"))
    for value in node.values():
        yield from members_asked(value, attribute)


def _texts(node: object) -> Iterator[str]:
    match node:
        case {"Value": str(text)}:
            yield text
        case {"Set": list(members)}:
            for member in members:
                yield from _texts(member)


def _actions(scope: Mapping[str, Any]) -> tuple[str, ...]:
    match scope["op"]:
        case "==":
            return (scope["entity"]["id"],)
        case "in" if "entities" in scope:
            return tuple(entity["id"] for entity in scope["entities"])
        case "in":
            return (scope["entity"]["id"],)
        case _:
            return ACTIONS


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
    if found.errors:
        return Answer(allowed=False, policies=())
    ids = found.id_annotations_by_reason
    return Answer(allowed=result.allowed, policies=tuple(sorted(ids[reason] for reason in found.reasons)))
