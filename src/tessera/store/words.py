"""The words of a question, read the same way for both databases.

A question is a list of clauses that must all hold. A clause is one or more phrases of which one must occur (`a OR b`), or,
negated (`-word`), must not. Words are folded as the index folds them: lower case, no accents, letters and digits only.
"""

import re
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass

from tessera.errors import Invalid

_PIECE = re.compile(r'(?P<minus>-?)(?:"(?P<phrase>[^"]*)"?|(?P<word>[^\s"]+))')
_NOT_WORD = re.compile(r"[\W_]+")
MAX_WORDS = 32


@dataclass(frozen=True, slots=True)
class Phrase:
    """Folded words that stand together, in this order; the last may be a prefix."""

    words: tuple[str, ...]
    prefix: bool = False


@dataclass(frozen=True, slots=True)
class Clause:
    """One of these phrases occurs; or, negated, none does."""

    phrases: tuple[Phrase, ...]
    negated: bool = False


@dataclass(frozen=True, slots=True)
class Question:
    """All clauses hold."""

    clauses: tuple[Clause, ...]

    @property
    def words(self) -> tuple[str, ...]:
        """The words to highlight: those that must or may occur."""
        return tuple(w for c in self.clauses if not c.negated for p in c.phrases for w in p.words)


def fold(text: str) -> str:
    """Fold as the index does.

    >>> fold("O'Brien-Núñez, 12½ St.")
    'o brien nunez 12½ st'
    """
    plain = "".join(c for c in unicodedata.normalize("NFD", text.lower()) if unicodedata.category(c) != "Mn")
    return _NOT_WORD.sub(" ", unicodedata.normalize("NFC", plain)).strip()


def parse_question(text: str) -> Question | None:
    """Read what a person typed; None where it holds no word at all.

    >>> parse_question('main st').clauses[0].phrases[0].words
    ('main',)
    """
    clauses: list[Clause] = []
    joined = False
    for piece in _PIECE.finditer(text):
        if piece["word"] == "OR" and not piece["minus"] and clauses:
            joined = True
            continue
        phrase = _phrase(piece["phrase"] if piece["word"] is None else piece["word"])
        if phrase is None:
            continue
        negated = bool(piece["minus"])
        if joined and not negated and not clauses[-1].negated:
            clauses[-1] = Clause((*clauses[-1].phrases, phrase))
        else:
            clauses.append(Clause((phrase,), negated))
        joined = False
    if not clauses:
        return None
    _check(clauses)
    return Question(tuple(clauses))


def _phrase(text: str) -> Phrase | None:
    words = tuple(fold(text).split())
    return Phrase(words, prefix=text.endswith("*")) if words else None


def _check(clauses: list[Clause]) -> None:
    if all(clause.negated for clause in clauses):
        raise Invalid("A search needs at least one word that must occur", advice="Add a word without a minus sign.")
    if sum(len(p.words) for c in clauses for p in c.phrases) > MAX_WORDS:
        raise Invalid(f"A search may hold at most {MAX_WORDS} words", advice="Leave out the commonest ones.")


def fts5_query(question: Question, classes: list[str], only: Sequence[int] = ()) -> str:
    """Write the question for SQLite's FTS5, looking only in the columns of these field classes.

    `only` looks under these markings, each of which is a word of the index's last column.
    """
    wanted = " AND ".join(_fts5_clause(c) for c in question.clauses if not c.negated)
    unwanted = [_fts5_clause(c) for c in question.clauses if c.negated]
    body = f"({wanted})" if not unwanted else f"(({wanted}) NOT ({' OR '.join(unwanted)}))"
    wanted_words = f"{{{' '.join(sorted(classes))}}} : {body}"
    if not only:
        return wanted_words
    return f"({wanted_words}) AND (marking : ({' OR '.join(marking_word(key) for key in only)}))"


def marking_word(key: int) -> str:
    """Give the word that stands for a marking in the index."""
    return f"m{key}"


def _fts5_clause(clause: Clause) -> str:
    return "(" + " OR ".join(f'"{" ".join(p.words)}"{"*" if p.prefix else ""}' for p in clause.phrases) + ")"


def tsquery(question: Question, classes: list[str]) -> str:
    """Write the question for PostgreSQL's to_tsquery; each lexeme starts with the letter of its field class."""
    return " & ".join(f"{'!' if c.negated else ''}({_ts_clause(c, classes)})" for c in question.clauses)


def _ts_clause(clause: Clause, classes: list[str]) -> str:
    return " | ".join(_ts_phrase(p, name[0]) for p in clause.phrases for name in sorted(classes))


def _ts_phrase(phrase: Phrase, letter: str) -> str:
    words = [letter + word for word in phrase.words]
    return "(" + " <-> ".join([*words[:-1], words[-1] + (":*" if phrase.prefix else "")]) + ")"
