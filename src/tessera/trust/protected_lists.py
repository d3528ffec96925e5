"""The lists of the protected-activity gate: read from YAML, checked, and made ready to be searched."""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from functools import cached_property
from pathlib import Path
from typing import Any

import yaml

from tessera.errors import Invalid
from tessera.trust.phrases import compile_phrases, expression, telling_words

FOLDER = Path(__file__).parent / "protected_rules"
_NAMED = ("protected", "nexus", "service")
_PLAIN = (
    "suspicion",
    "ground",
    "description",
    "collecting",
    "doubt_before",
    "not_a_doubt",
    "hypothetical_before",
    "past_before",
    "past_after",
    "denied_after",
    "topic",
    "speech",
    "clause_breaks",
)
_NAME = re.compile(r"[a-z0-9][a-z0-9-]{0,63}")


class Category(StrEnum):
    """What sort of protected activity or trait a text speaks of."""

    ASSOCIATIONS = "associations"
    LAWFUL_CONDUCT = "lawful-conduct"
    POLITICAL_VIEWS = "political-views"
    PROTECTED_TRAITS = "protected-traits"
    PROTEST = "protest"
    RELIGIOUS_VIEWS = "religious-views"
    SOCIAL_VIEWS = "social-views"


@dataclass(frozen=True, kw_only=True)
class Rule:
    """One rule with its name, the sentence that a privacy officer signs, and the phrases that it looks for."""

    name: str
    sentence: str
    phrases: tuple[str, ...]
    category: Category | None = None
    needs_suspicion: bool = False
    trait: bool = False
    firm: bool = False
    """A threat counts although it speaks of what has not happened."""
    found: re.Pattern[str] = field(repr=False, compare=False)


@dataclass(frozen=True, kw_only=True)
class Rules:
    """All rules and lists of the gate, ready to be searched."""

    protected: tuple[Rule, ...]
    nexus: tuple[Rule, ...]
    service: tuple[Rule, ...]
    suspicion: re.Pattern[str]
    ground: re.Pattern[str]
    description: re.Pattern[str]
    collecting: re.Pattern[str]
    doubt_before: re.Pattern[str]
    not_a_doubt: re.Pattern[str]
    hypothetical_before: re.Pattern[str]
    past_before: re.Pattern[str]
    past_after: re.Pattern[str]
    denied_after: re.Pattern[str]
    topic: re.Pattern[str]
    speech: re.Pattern[str]
    clause_breaks: re.Pattern[str]

    @cached_property
    def first_sight(self) -> str:
        """One expression for the words of all protected rules."""
        return expression(phrase for rule in self.protected for phrase in rule.phrases)

    def telling_words(self, sample: Iterable[str]) -> str:
        """A short expression for a word of each protected phrase: a plain text in which it finds nothing may hold nothing."""
        return telling_words((phrase for rule in self.protected for phrase in rule.phrases), sample)

    @cached_property
    def _first_sight(self) -> re.Pattern[str]:
        return re.compile(self.first_sight)

    def may_hold(self, plain: str) -> bool:
        """Claim that a text has words of any protected rule at all."""
        return self._first_sight.search(plain) is not None

    @cached_property
    def by_name(self) -> dict[str, Rule]:
        """The protected rules by name."""
        return {rule.name: rule for rule in self.protected}


def read_shipped(more: Mapping[str, str] | None = None) -> Rules:
    """Read the rules that come along, and those that a site adds (text by file name)."""
    texts = {file.name: file.read_text(encoding="utf-8") for file in sorted(FOLDER.glob("*.yaml"))}
    return read_rules(texts | dict(more or {}))


def read_rules(texts: Mapping[str, str]) -> Rules:
    """Read rules from YAML texts by file name. Files add to each other's lists; Invalid names the file and what is wrong."""
    lists: dict[str, list[Any]] = {name: [] for name in (*_NAMED, *_PLAIN)}
    for where, text in texts.items():
        for name, items in _lists_of(text, where).items():
            if name not in lists or not isinstance(items, list):
                raise Invalid(
                    f"{name!r} is no list of the gate", where=where, advice=f"The lists are: {', '.join(lists)}."
                )
            lists[name] += [(where, item) for item in items]
    named: dict[str, Any] = {name: tuple(_rule(item, where, name) for where, item in lists[name]) for name in _NAMED}
    _check_once(rule for rules in named.values() for rule in rules)
    plain: dict[str, Any] = {
        name: compile_phrases(_phrase(item, where) for where, item in lists[name]) for name in _PLAIN
    }
    return Rules(**named, **plain)


def _lists_of(text: str, where: str) -> dict[str, Any]:
    try:
        given = yaml.safe_load(text)
    except yaml.YAMLError as problem:
        raise Invalid(f"the file is no YAML: {problem}", where=where) from None
    if not isinstance(given, dict):
        raise Invalid("the file should hold lists by name", where=where, advice="Begin with `protected:`.")
    return given


def _rule(given: Any, where: str, section: str) -> Rule:  # noqa: ANN401 - plain YAML
    known = {"id", "category", "needs", "sentence", "words", "trait", "firm"}
    if not isinstance(given, dict) or not {"id", "sentence", "words"} <= set(given) <= known:
        raise Invalid(
            f"a rule under {section!r} needs id, sentence and words",
            where=where,
            advice=f"It may hold: {', '.join(sorted(known))}.",
        )
    name, phrases = str(given["id"]), tuple(_phrase(phrase, where) for phrase in given["words"])
    if not _NAME.fullmatch(name) or not phrases:
        raise Invalid(f"the rule {name!r} needs a short name and phrases", where=where)
    return Rule(
        name=name,
        sentence=str(given["sentence"]),
        phrases=phrases,
        category=_category(given, where) if section == "protected" else None,
        needs_suspicion=_needs(given, where),
        trait=bool(given.get("trait")),
        firm=bool(given.get("firm")),
        found=compile_phrases(phrases),
    )


def _phrase(given: object, where: str) -> str:
    if not isinstance(given, str):
        advice = "Put quotes around words that YAML reads as something else: yes, no, on, off, numbers."
        raise Invalid(f"{given!r} is no phrase", where=where, advice=advice)
    return given


def _category(given: dict[str, Any], where: str) -> Category:
    try:
        return Category(given.get("category", ""))
    except ValueError:
        advice = f"The categories are: {', '.join(Category)}."
        raise Invalid(f"the rule {given['id']!r} has no category", where=where, advice=advice) from None


def _needs(given: dict[str, Any], where: str) -> bool:
    needs = given.get("needs", "alone")
    if needs not in {"alone", "suspicion"}:
        raise Invalid(f"the rule {given['id']!r} needs {needs!r}", where=where, advice="Write alone or suspicion.")
    return bool(needs == "suspicion")


def _check_once(rules: Iterable[Rule]) -> None:
    seen: set[str] = set()
    for rule in rules:
        if rule.name in seen:
            raise Invalid(f"the rule {rule.name!r} is there twice", advice="Give each rule a name of its own.")
        seen.add(rule.name)
