"""Payloads become plain comparable values: each prepared field has a maker, looked up by name.

A maker gets the payload and the names of the terms that it reads, and gives a text, several texts, or None. Texts are
small ASCII letters, so that string distances are the same in every engine.
"""

import re
import unicodedata
from collections.abc import Callable, Mapping

import pyarrow as pa

from tessera.dictionary.lines import did_you_mean
from tessera.dictionary.resolution import Condition, KindModel, PreparedField
from tessera.errors import Invalid

Value = str | tuple[str, ...] | None
Prepared = Mapping[str, Value]
"""One record, ready to be compared: prepared field to value; what is missing is None."""
Terms = Mapping[str, object]
Maker = Callable[[Terms, tuple[str, ...]], Value]
_MAKERS: dict[str, Maker] = {}
SEVERAL: set[str] = set()
"""Makers that give several values."""
_OTHER = re.compile(r"[^a-z0-9]+")
_FOLDS = str.maketrans(
    {"ß": "ss", "æ": "ae", "œ": "oe", "ø": "o", "đ": "d", "ð": "d", "þ": "th", "ł": "l", "\u0131": "i"}
)


def maker(name: str, *, several: bool = False) -> Callable[[Maker], Maker]:
    """Register a function as the maker of this name; `several` says that it gives several values."""
    if several:
        SEVERAL.add(name)

    def register(function: Maker) -> Maker:
        if name in _MAKERS and _MAKERS[name] is not function:
            raise Invalid(f"two makers are named {name!r}", where=function.__module__, advice="Rename one")
        _MAKERS[name] = function
        return function

    return register


def makers() -> frozenset[str]:
    """Name every maker."""
    return frozenset(_MAKERS)


def maker_of(name: str) -> Maker:
    """Give the maker of this name."""
    if name not in _MAKERS:
        raise Invalid(f"unknown maker {name!r}", where="resolution model", advice=did_you_mean(name, _MAKERS))
    return _MAKERS[name]


def prepare(model: KindModel, terms: Terms) -> Prepared:
    """Prepare one payload; every field of the model is a key of the answer."""
    return {
        field.name: _spelled_out(model, value) if field.words and value else value
        for field, value in ((field, _made(field, terms)) for field in model.fields)
    }


def _made(field: PreparedField, terms: Terms) -> Value:
    return maker_of(field.make)(terms, field.terms) or None


def _spelled_out(model: KindModel, value: Value) -> Value:
    """Give all that the words may stand for, by the model's list of given names; of one that is not there itself."""
    words = (value,) if isinstance(value, str) else value or ()
    return tuple(sorted({full for word in words for full in model.given_names.get(word, (word,))}))


def listed_fields(model: KindModel) -> frozenset[str]:
    """Name the fields of several values: those that a condition on lists looks at."""
    whens = [level.when for comparison in model.comparisons for level in comparison.levels if level.when]
    return frozenset(name for when in (*whens, *(guard.when for guard in model.guards)) for name in _lists_of(when))


def _lists_of(condition: Condition) -> set[str]:
    own = set(condition.fields) if condition.op in {"any_same", "overlap"} else set()
    return own.union(*(_lists_of(part) for part in condition.parts))


def schema_of(model: KindModel) -> list[tuple[str, pa.DataType]]:
    """Give the columns of prepared records."""
    several = listed_fields(model) | {field.name for field in model.fields if field.make in SEVERAL}
    return [(f.name, pa.list_(pa.string()) if f.name in several else pa.string()) for f in model.fields]


def ascii_of(text: object) -> str:
    """Fold to small ASCII letters and digits, everything else a space.

    >>> ascii_of("  Núñez-O'Brien ")
    'nunez o brien'
    """
    if text is None:
        return ""
    small = str(text).lower()
    if not small.isascii():
        small = unicodedata.normalize("NFKD", small.translate(_FOLDS)).encode("ascii", "ignore").decode()
    return _OTHER.sub(" ", small).strip()


def first_of(terms: Terms, names: tuple[str, ...]) -> str:
    """Give the first of these terms that is filled, folded; empty for none."""
    return next((folded for name in names if (folded := ascii_of(terms.get(name)))), "")


@maker("text")
def text(terms: Terms, names: tuple[str, ...]) -> Value:
    """The first filled term, folded."""
    return first_of(terms, names)


@maker("compact")
def compact(terms: Terms, names: tuple[str, ...]) -> Value:
    """The first filled term, folded, without spaces: numbers of licences and plates."""
    return first_of(terms, names).replace(" ", "")


@maker("tokens", several=True)
def tokens(terms: Terms, names: tuple[str, ...]) -> Value:
    """Every word of every named term, sorted, each once."""
    return tuple(sorted({word for name in names for word in ascii_of(terms.get(name)).split()}))


@maker("day")
def day(terms: Terms, names: tuple[str, ...]) -> Value:
    """The first whole date among the terms, as YYYY-MM-DD."""
    for name in names:
        found = re.match(r"\d{4}-\d{2}-\d{2}", str(terms.get(name) or ""))
        if found:
            return found[0]
    return None
