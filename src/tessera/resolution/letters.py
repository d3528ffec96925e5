"""Texts in one spelling: plain ASCII letters, so that every engine measures the same distance."""

# ruff: noqa: SIM905 - a long list of words reads better as words

import unicodedata
from functools import lru_cache

_SPELT_OUT = str.maketrans(
    {"ß": "ss", "ẞ": "SS", "æ": "ae", "Æ": "AE", "œ": "oe", "Œ": "OE", "ø": "o", "Ø": "O", "ł": "l", "Ł": "L"}
    | {"đ": "d", "Đ": "D", "ð": "d", "Ð": "D", "þ": "th", "Þ": "TH", "\u0131": "i"}
    | {"\u2019": "'", "\u2018": "'", "\u2013": "-", "\u2014": "-"}
)


@lru_cache(maxsize=65_536)
def plain(text: str) -> str:
    """Write in ASCII: accents are dropped, letters without a plain twin are spelt out, others become spaces.

    >>> plain("Núñez-Øster, Straße 5")
    'Nunez-Oster, Strasse 5'
    """
    if text.isascii():
        return text
    parted = unicodedata.normalize("NFKD", text.translate(_SPELT_OUT))
    return "".join(c if c.isascii() else " " for c in parted if not unicodedata.combining(c))


def words_of(text: str) -> list[str]:
    """Give the words of a text in ASCII lower case; marks part words, but an apostrophe does not.

    >>> words_of("O'Brien & Søn, Ltd.")
    ['obrien', 'son', 'ltd']
    """
    kept = "".join(c if c.isalnum() else " " for c in plain(text).lower().replace("'", ""))
    return kept.split()


def letters_and_digits(text: str) -> str:
    """Keep letters and digits, in ASCII upper case.

    >>> letters_and_digits(" abc-12 3é ")
    'ABC123E'
    """
    return "".join(c for c in plain(text).upper() if c.isalnum())


def is_filler(value: str) -> bool:
    """Say whether a compact value only fills a field: none, unknown, one character repeated, 123456.

    >>> [is_filler(v) for v in ("NONE", "0000000", "1234567", "QX10000")]
    [True, True, True, False]
    """
    word = value.upper()
    return (
        not word or word in _FILLERS or len(set(word)) == 1 or word in _COUNTED or (word.isdigit() and word in _DIGITS)
    )


_FILLERS = frozenset(
    (
        "NONE NULL NA NAN NIL UNK UNKN UNKNOWN UNKNOWNUNKNOWN NOTKNOWN TBD TEST ASDF REFUSED NOTAPPLICABLE "
        "NOTPROVIDED NOTGIVEN MISSING BLANK PENDING SAME SEEABOVE SEENOTES"
    ).split()
)
_DIGITS = frozenset("1234567890"[:n] for n in range(3, 11)) | frozenset("0123456789"[:n] for n in range(3, 11))
_COUNTED = frozenset(["ABC123", "ABC1234", "123ABC", "1234ABC", "ABCDEF", "XXX123", "987654321", "9876543210"])
