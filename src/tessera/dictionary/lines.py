"""YAML with line numbers: every mapping and list remembers where it began, and a key may occur only once."""

import difflib
from collections.abc import Collection, Iterable, Sequence
from pathlib import Path

import yaml
from yaml.composer import Composer

from tessera.errors import Invalid

_LONGEST = 4_000_000


class LinedDict(dict[str, object]):
    """A mapping read from a file: `line` is its own first line, `key_lines` that of each key."""

    line: int = 0
    where: str = ""

    def __init__(self) -> None:
        """Start empty; the loader fills it."""
        super().__init__()
        self.key_lines: dict[str, int] = {}

    def at(self, key: str | None = None) -> str:
        """Say file and line of a key, or of the mapping itself."""
        line = self.key_lines.get(key, self.line) if key is not None else self.line
        return f"{self.where}:{line}"


class _Loader(Composer, yaml.CSafeLoader):
    """Takes texts apart in C, five times as fast, but composes in Python: deep nesting ends a process that does it in C."""

    where = ""

    def __init__(self, text: str) -> None:
        """Make ready to read a text."""
        yaml.CSafeLoader.__init__(self, text)
        Composer.__init__(self)


def _construct_mapping(loader: _Loader, node: yaml.MappingNode) -> LinedDict:
    lined = LinedDict()
    lined.line, lined.where = node.start_mark.line + 1, loader.where
    for key_node, value_node in node.value:
        key = _key(loader, key_node)
        line = key_node.start_mark.line + 1
        if key in lined:
            raise Invalid(
                f"the key {key!r} occurs twice; the first is in line {lined.key_lines[key]}",
                where=f"{loader.where}:{line}",
                advice="Keep one of them",
            )
        lined.key_lines[key] = line
        lined[key] = loader.construct_object(value_node, deep=True)
    return lined


def _key(loader: _Loader, node: yaml.Node) -> str:
    """Read a key as the text that was written, so that codes such as 01, NO or 13A stay themselves."""
    if not isinstance(node, yaml.ScalarNode):
        raise Invalid("a key must be a plain word", where=f"{loader.where}:{node.start_mark.line + 1}")
    return _sound(node.value, f"{loader.where}:{node.start_mark.line + 1}")


_Loader.add_constructor(yaml.resolver.BaseResolver.DEFAULT_MAPPING_TAG, _construct_mapping)


def _construct_text(loader: _Loader, node: yaml.ScalarNode) -> str:
    """Keep what was written: NO is a code, 01 is not 1, and the terms decide what is a date."""
    return _sound(str(loader.construct_scalar(node)), f"{loader.where}:{node.start_mark.line + 1}")


def _sound(text: str, where: str) -> str:
    """Refuse what no store or engine can hold."""
    if "\x00" in text:
        raise Invalid("a text cannot hold a NUL character", where=where)
    return text


for _tag in ("str", "bool", "int", "float", "timestamp"):
    _Loader.add_constructor(f"tag:yaml.org,2002:{_tag}", _construct_text)


def parse(text: str, where: str) -> LinedDict:
    """Read a YAML text that must be a mapping; anything else raises Invalid with its line."""
    if len(text) > _LONGEST:
        raise Invalid("the file is too long for a dictionary or mapping", where=where, advice="Is it the right file?")
    try:
        loader = _Loader(text)
        loader.where = where
        read = loader.get_single_data()
    except yaml.MarkedYAMLError as problem:
        mark = problem.problem_mark or problem.context_mark
        line = mark.line + 1 if mark else 1
        raise Invalid(f"not readable as YAML: {problem.problem or problem}", where=f"{where}:{line}") from None
    except (yaml.YAMLError, RecursionError, ValueError) as problem:
        raise Invalid(f"not readable as YAML: {problem}", where=where) from None
    if not isinstance(read, LinedDict):
        raise Invalid("expected names and values (name: value)", where=f"{where}:1")
    return read


def read(path: Path, where: str = "") -> tuple[LinedDict, str]:
    """Read a file; returns what it says and its text. `where` is how errors name it, the path by default."""
    try:
        text = path.read_text(encoding="utf-8")
    except FileNotFoundError:
        raise Invalid("there is no such file", where=str(path)) from None
    except UnicodeDecodeError as problem:
        raise Invalid(f"not UTF-8 text: byte {problem.start}", where=str(path)) from None
    except OSError as problem:
        raise Invalid(f"cannot be read: {problem.strerror}", where=str(path)) from None
    return parse(text, where or str(path)), text


def did_you_mean(word: str, known: Iterable[str], *, hint: str = "") -> str:
    """Advise on a word that is not known.

    >>> did_you_mean("colour", ["color", "make"])
    "Did you mean 'color'?"
    """
    names = sorted(known)
    close = difflib.get_close_matches(word, names, n=1, cutoff=0.6)
    if close:
        return f"Did you mean {close[0]!r}?"
    return hint or ("Known: " + ", ".join(names[:30]) if names else "")


def check_keys(given: LinedDict, known: Collection[str], what: str) -> None:
    """Refuse a key that means nothing here, naming its line and the nearest that would."""
    for key in given:
        if key not in known:
            raise Invalid(f"unknown key {key!r} in {what}", where=given.at(key), advice=did_you_mean(key, known))


def text_of(given: LinedDict, key: str, default: str | None = None) -> str:
    """Read a word or sentence; without a default it must be there."""
    value = given.get(key)
    if value is None:
        if default is None:
            raise Invalid(f"{key!r} is missing", where=given.at())
        return default
    if isinstance(value, (dict, list)):
        raise Invalid(f"{key!r} should be one word or sentence", where=given.at(key))
    return str(value).strip()


def whole_number_of(given: LinedDict, key: str, default: int) -> int:
    """Read a whole number."""
    text = text_of(given, key, str(default))
    try:
        return int(text)
    except ValueError:
        raise Invalid(f"{key!r} should be a whole number, not {text!r}", where=given.at(key)) from None


def number_of(given: LinedDict, key: str) -> float:
    """Read a number; it must be there."""
    text = text_of(given, key)
    try:
        return float(text)
    except ValueError:
        raise Invalid(f"{key!r} should be a number, not {text!r}", where=given.at(key)) from None


def flag_of(given: LinedDict, key: str, *, default: bool = False) -> bool:
    """Read `true` or `false`."""
    text = text_of(given, key, str(default)).lower()
    if text not in {"true", "false"}:
        raise Invalid(f"{key!r} should be true or false, not {text!r}", where=given.at(key))
    return text == "true"


def mapping_of(given: LinedDict, key: str) -> LinedDict:
    """Read a nested mapping; an absent one is empty."""
    value = given.get(key)
    if value is None:
        empty = LinedDict()
        empty.line, empty.where = given.key_lines.get(key, given.line), given.where
        return empty
    if not isinstance(value, LinedDict):
        raise Invalid(f"{key!r} should hold names and values", where=given.at(key))
    return value


def names_of(given: LinedDict, key: str, default: Sequence[str] = ()) -> tuple[str, ...]:
    """Read a list of words; one word alone is a list of one."""
    value = given.get(key)
    if value is None:
        return tuple(default)
    items = value if isinstance(value, list) else [value]
    if any(isinstance(item, (dict, list)) or item is None for item in items):
        raise Invalid(f"{key!r} should be a list of words", where=given.at(key))
    return tuple(str(item) for item in items)
