"""Patterns of STIX indicators: read by the grammar of the standard, as far as to name what they look for."""

import re
from dataclasses import dataclass
from typing import Final

_STEP: Final = r"(?:[A-Za-z_][A-Za-z0-9_-]*|'(?:[^'\\]|\\.)*')"
_TOKEN: Final = re.compile(
    rf"""(?P<space>\s+)
    |(?P<path>[a-z][a-z0-9-]*:{_STEP}(?:\.{_STEP}|\[(?:\d+|\*)\])*)
    |(?P<typed>[thb]'(?:[^'\\]|\\.)*')
    |(?P<text>'(?:[^'\\]|\\.)*')
    |(?P<number>[+-]?\d+(?:\.\d+)?(?:[eE][+-]?\d+)?)
    |(?P<operator>!=|<>|<=|>=|==|[=<>])
    |(?P<mark>[\[\](),])
    |(?P<word>[A-Za-z]+)""",
    re.VERBOSE | re.ASCII,
)
_COMPARING: Final = frozenset({"LIKE", "MATCHES", "ISSUBSET", "ISSUPERSET"})
_DEEPEST: Final = 40


class BadPattern(Exception):
    """The text is no pattern; the message says where it stops being one."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Comparison:
    """One thing that a pattern looks for: an object type with its property, and the value it is compared with."""

    type: str
    property: str
    operator: str
    value: str
    negated: bool = False


def comparisons(pattern: str) -> list[Comparison]:
    """Give the comparisons of a pattern in order; raise BadPattern where it breaks the grammar.

    >>> [(c.type, c.property, c.value) for c in comparisons("[ipv4-addr:value = '198.51.100.3']")]
    [('ipv4-addr', 'value', '198.51.100.3')]
    """
    reader = _Reader(_tokens(pattern))
    reader.observations(0)
    if reader.sort:
        raise BadPattern(f"nothing more is expected at {reader.value[:30]!r}")
    return reader.found


def _tokens(pattern: str) -> list[tuple[str, str]]:
    tokens: list[tuple[str, str]] = []
    at = 0
    while at < len(pattern):
        matched = _TOKEN.match(pattern, at)
        if matched is None or matched.lastgroup is None:
            raise BadPattern(f"{pattern[at : at + 30]!r} is not understood")
        if matched.lastgroup != "space":
            tokens.append((matched.lastgroup, matched[0]))
        at = matched.end()
    return tokens


class _Reader:
    """Goes through the words of a pattern, one rule of the grammar a method."""

    def __init__(self, tokens: list[tuple[str, str]]) -> None:
        self._tokens = [*tokens, ("", "")]
        self._at = 0
        self.found: list[Comparison] = []

    @property
    def sort(self) -> str:
        return self._tokens[self._at][0]

    @property
    def value(self) -> str:
        return self._tokens[self._at][1]

    def observations(self, depth: int) -> None:
        self._observation(depth)
        while self._word("AND", "OR", "FOLLOWEDBY"):
            self._observation(depth)

    def _observation(self, depth: int) -> None:
        if depth > _DEEPEST:
            raise BadPattern("its brackets are nested too deeply")
        if self._mark("("):
            self.observations(depth + 1)
            self._expect(")")
        else:
            self._expect("[")
            self._comparisons(depth)
            self._expect("]")
        while self._qualifier():
            pass

    def _qualifier(self) -> bool:
        if self._word("WITHIN"):
            self._take("number")
            self._expect_word("SECONDS")
        elif self._word("REPEATS"):
            self._take("number")
            self._expect_word("TIMES")
        elif self._word("START"):
            self._moment()
            self._expect_word("STOP")
            self._moment()
        else:
            return False
        return True

    def _moment(self) -> None:
        if self.sort not in {"typed", "text"}:
            raise BadPattern(f"a time is expected at {self.value[:30]!r}")
        self._at += 1

    def _comparisons(self, depth: int) -> None:
        self._comparison(depth)
        while self._word("AND", "OR"):
            self._comparison(depth)

    def _comparison(self, depth: int) -> None:
        if depth > _DEEPEST:
            raise BadPattern("its brackets are nested too deeply")
        if self._mark("("):
            self._comparisons(depth + 1)
            self._expect(")")
            return
        before = self._word("NOT")
        if self._word("EXISTS"):
            self._take("path")
            return
        path = self._take("path")
        negated = self._word("NOT") or before
        self._compared(path, negated=negated)

    def _compared(self, path: str, *, negated: bool) -> None:
        if self._word("IN"):
            self._expect("(")
            self._add(path, "IN", self._literal(), negated=negated)
            while self._mark(","):
                self._add(path, "IN", self._literal(), negated=negated)
            self._expect(")")
            return
        operator = self.value
        if self.sort != "operator" and operator not in _COMPARING:
            raise BadPattern(f"a comparison is expected at {operator[:30]!r}")
        self._at += 1
        self._add(path, operator, self._literal(), negated=negated)

    def _literal(self) -> str:
        sort, value = self.sort, self.value
        if sort == "word" and value.lower() not in {"true", "false"}:
            raise BadPattern(f"a value is expected at {value[:30]!r}")
        if sort not in {"text", "typed", "number", "word"}:
            raise BadPattern(f"a value is expected at {value[:30]!r}")
        self._at += 1
        bare = value[2:-1] if sort == "typed" else value[1:-1] if sort == "text" else value
        return re.sub(r"\\(.)", r"\1", bare, flags=re.DOTALL) if sort in {"text", "typed"} else bare

    def _add(self, path: str, operator: str, value: str, *, negated: bool) -> None:
        kind, _, place = path.partition(":")
        self.found.append(Comparison(type=kind, property=place, operator=operator, value=value, negated=negated))

    def _word(self, *words: str) -> bool:
        taken = self.sort == "word" and self.value in words
        self._at += taken
        return taken

    def _mark(self, mark: str) -> bool:
        taken = self.sort == "mark" and self.value == mark
        self._at += taken
        return taken

    def _take(self, sort: str) -> str:
        if self.sort != sort:
            raise BadPattern(f"a {sort} is expected at {self.value[:30]!r}")
        self._at += 1
        return self._tokens[self._at - 1][1]

    def _expect(self, mark: str) -> None:
        if not self._mark(mark):
            raise BadPattern(f"{mark!r} is expected at {self.value[:30]!r}")

    def _expect_word(self, word: str) -> None:
        if not self._word(word):
            raise BadPattern(f"{word} is expected at {self.value[:30]!r}")
