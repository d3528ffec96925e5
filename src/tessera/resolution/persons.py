"""Makers for people: names in their parts, birth dates in theirs, and homes as words."""

import re
from functools import lru_cache

import jellyfish

from tessera.resolution.prepare import Terms, Value, ascii_of, first_of, maker

_SUFFIXES = {
    "jr": "2", "junior": "2", "ii": "2", "2nd": "2", "sr": "1", "senior": "1", "i": "1", "1st": "1",
    "iii": "3", "3rd": "3", "iv": "4", "4th": "4", "v": "5", "5th": "5",
}  # fmt: skip
_TITLES = frozenset(["mr", "mrs", "ms", "miss", "dr", "prof", "sir", "rev"])
_STREET = {
    "st": "street", "str": "street", "rd": "road", "ave": "avenue", "av": "avenue", "dr": "drive", "ln": "lane",
    "ct": "court", "crt": "court", "blvd": "boulevard", "pl": "place", "cres": "crescent", "cct": "circuit",
    "pde": "parade", "hwy": "highway", "sq": "square", "ter": "terrace", "tce": "terrace", "cl": "close",
    "apt": "unit", "apartment": "unit", "flat": "unit", "ste": "unit", "suite": "unit", "no": "", "n": "north",
    "s": "south", "e": "east", "w": "west", "mt": "mount",
}  # fmt: skip
_LEAST_PHONE = 7
_NAMES = ("given_name", "middle_name", "surname", "name_suffix", "full_name")


@lru_cache(maxsize=4096)
def _parted(full: str) -> tuple[str, str, str, str]:
    """Part a whole name into given, middle, surname and suffix.

    >>> _parted("Dr. John Q. Public, Jr.")
    ('john', 'q', 'public', '2')
    >>> _parted("PUBLIC, JOHN Q")
    ('john', 'q', 'public', '')
    """
    parts = [ascii_of(part) for part in full.split(",")]
    suffix = next((_SUFFIXES[part] for part in parts[1:] if part in _SUFFIXES), "")
    parts = [part for at, part in enumerate(parts) if part and (at == 0 or part not in _SUFFIXES)]
    words = [word for part in parts for word in part.split() if word not in _TITLES]
    if len(words) > 2 and words[-1] in _SUFFIXES and len(words[-1]) > 1:  # noqa: PLR2004 - a name has two words
        suffix = suffix or _SUFFIXES[words.pop()]
    if len(parts) > 1:
        surname = parts[0]
        rest = [word for word in " ".join(parts[1:]).split() if word not in _TITLES and word not in _SUFFIXES]
        return (rest[0] if rest else "", " ".join(rest[1:]), surname, suffix)
    if len(words) == 1:
        return ("", "", words[0], suffix)
    return (words[0], " ".join(words[1:-1]), words[-1], suffix) if words else ("", "", "", "")


def _name(terms: Terms, part: int) -> str:
    """Give one part of the name: from its own term, or out of the whole name."""
    own = ascii_of(terms.get(_NAMES[part]))
    if own or not terms.get("full_name"):
        return own
    if part != 3 and (terms.get("given_name") or terms.get("surname")):  # noqa: PLR2004 - the suffix
        return ""
    return _parted(str(terms["full_name"]))[part]


@maker("given-name")
def given_name(terms: Terms, _: tuple[str, ...]) -> Value:
    """The given name, without spaces: a blank typed into it is no new name."""
    return _name(terms, 0).replace(" ", "")


@maker("given-first")
def given_first(terms: Terms, _: tuple[str, ...]) -> Value:
    """The first word of the given name."""
    return _name(terms, 0).partition(" ")[0]


@maker("middle-name")
def middle_name(terms: Terms, _: tuple[str, ...]) -> Value:
    """The middle names, without spaces."""
    return _name(terms, 1).replace(" ", "")


@maker("surname")
def surname(terms: Terms, _: tuple[str, ...]) -> Value:
    """The family name with its particles, without spaces, a generation's suffix taken off."""
    words = _name(terms, 2).split()
    while len(words) > 1 and words[-1] in _SUFFIXES and len(words[-1]) > 1:
        words.pop()
    return "".join(words)


@maker("name-suffix")
def name_suffix(terms: Terms, _: tuple[str, ...]) -> Value:
    """The generation: 1 for senior, 2 for junior, 3 for III."""
    stated = _name(terms, 3).replace(" ", "")
    own = stated if stated.isdigit() else _SUFFIXES.get(stated, "")
    last = _name(terms, 2).split()[-1:]
    return own or ("".join(_SUFFIXES.get(word, "") for word in last if len(word) > 1))


@maker("sound")
def sound(terms: Terms, names: tuple[str, ...]) -> Value:
    """How the name sounds (Metaphone)."""
    value = surname(terms, ()) if "surname" in names else given_name(terms, ())
    return jellyfish.metaphone(value).lower().replace(" ", "") if isinstance(value, str) else None


@maker("name-start")
def name_start(terms: Terms, names: tuple[str, ...]) -> Value:
    """The first three letters of a name."""
    value = surname(terms, ()) if "surname" in names else given_name(terms, ())
    return value[:3] if isinstance(value, str) else None


@maker("name-pair")
def name_pair(terms: Terms, _: tuple[str, ...]) -> Value:
    """Given name and surname in the order of the alphabet, so that swapped ones meet."""
    both = (given_name(terms, ()), surname(terms, ()))
    return " ".join(sorted(str(one) for one in both)) if all(both) else None


def _date_part(terms: Terms, names: tuple[str, ...], start: int, end: int) -> str:
    for name in names:
        found = str(terms.get(name) or "")
        if re.match(r"\d{4}(-\d{2}){0,2}", found):
            part = found[start:end]
            return part if part.isdigit() and len(part) == end - start else ""
    return ""


@maker("year")
def year(terms: Terms, names: tuple[str, ...]) -> Value:
    """The year of a date, known though the day is not."""
    return _date_part(terms, names, 0, 4)


@maker("month")
def month(terms: Terms, names: tuple[str, ...]) -> Value:
    """The month of a date."""
    return _date_part(terms, names, 5, 7)


@maker("day-of-month")
def day_of_month(terms: Terms, names: tuple[str, ...]) -> Value:
    """The day of a date."""
    return _date_part(terms, names, 8, 10)


@maker("home-words")
def home_words(terms: Terms, names: tuple[str, ...]) -> Value:
    """The words of an address, spelled out, sorted, each once."""
    words = (_STREET.get(word, word) for word in first_of(terms, names).split())
    return tuple(sorted({word for word in words if word}))


@maker("home-line")
def home_line(terms: Terms, names: tuple[str, ...]) -> Value:
    """The address as one text, spelled out, without spaces."""
    return "".join(_STREET.get(word, word) for word in first_of(terms, names).split())


@maker("telephone-end")
def telephone_end(terms: Terms, names: tuple[str, ...]) -> Value:
    """The last ten digits of a telephone number."""
    digits = re.sub(r"\D", "", next((str(terms[name]) for name in names if terms.get(name)), ""))
    return digits[-10:] if len(digits) >= _LEAST_PHONE else None


@maker("mail")
def mail(terms: Terms, names: tuple[str, ...]) -> Value:
    """An e-mail address in small letters."""
    value = next((str(terms[name]) for name in names if terms.get(name)), "").strip().lower()
    return value if "@" in value and value.isascii() else None


@maker("mail-name")
def mail_name(terms: Terms, names: tuple[str, ...]) -> Value:
    """What stands before the @."""
    value = mail(terms, names)
    return value.partition("@")[0] if isinstance(value, str) else None
