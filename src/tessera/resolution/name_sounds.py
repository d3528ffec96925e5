"""How a word of a name sounds, coarsely: the same code for what clerks, languages and alphabets write differently.

Consonants fall into eleven classes (b with p, v with w and f, k with q, g and kh, s with z and ts, sh with ch, j and zh, t with d
and th); vowels count only as a first letter. The classes follow the usual romanisations of Arabic, Russian, Chinese and
Korean names, where one letter of the original becomes any of its class.
"""

import re
from functools import lru_cache

LETTERS = "ABFHKLMNRSTXY"
"""What a code is made of: A for a first vowel, X for sh, ch, j and zh; the rest as one would say."""
LONGEST = 5
"""Letters of a code; what comes behind tells little."""
BITS = 4 * LONGEST
_CLASS = {
    **dict.fromkeys("bp", "B"),
    **dict.fromkeys("fvw", "F"),
    **dict.fromkeys("kqgc", "K"),
    "l": "L",
    "m": "M",
    "n": "N",
    "r": "R",
    **dict.fromkeys("sz", "S"),
    **dict.fromkeys("td", "T"),
    "X": "X",
}
_GROUPS = (
    (re.compile(r"^x"), "X"),
    (re.compile(r"x"), "ks"),
    (re.compile(r"ph"), "f"),
    (re.compile(r"shch|tsch|tch|sch|dzh|dsch|sh|ch|zh|dj|tj|cz|j"), "X"),
    (re.compile(r"c(?=[eiy])"), "s"),
    (re.compile(r"[kg]h|ck"), "k"),
    (re.compile(r"[td]h"), "t"),
    (re.compile(r"t[sz]|dz"), "s"),
    (re.compile(r"ng(?=$|[^aeiou])"), "n"),
    (re.compile(r"(?<=[aeiou])w(?=[^aeiou]|$)"), "f"),
    (re.compile(r"^ye|^ie|^je"), "e"),
)
_FIRST = {"c": "KSX", "s": "SX", "p": "BF", "t": "TSX", "y": "YA", "j": "XY", "x": "X", "h": "H", "z": "SX", "g": "KX"}


@lru_cache(maxsize=1 << 17)
def sound(word: str) -> str:
    """Give the code of a word in small ASCII letters, at most LONGEST letters; digits stand for themselves.

    >>> sound("mohammed"), sound("muhamad"), sound("mhmd")
    ('MMT', 'MMT', 'MMT')
    >>> sound("khrushchev") == sound("hrushchov"), sound("tsai") == sound("cai")
    (False, False)
    """
    if word.isdigit():
        return ""
    for group, becomes in _GROUPS:
        word = group.sub(becomes, word)
    return _code(word)


def _code(word: str) -> str:
    code, last = _opening(word), ""
    for letter in word[1:] if code and word[:1] not in _CLASS else word:
        found = _CLASS.get(letter, "")
        if found and found != last:
            code += found
            if len(code) >= LONGEST:
                break
        last = found
    return code


def _opening(word: str) -> str:
    """Give the code of a first letter that counts only there."""
    first = word[:1]
    if first in "aeiou" and first:
        return "A"
    return first.upper() if first in {"h", "y"} else ""


def first_sounds(letter: str) -> str:
    """Give the codes that a word with this initial can begin with.

    >>> first_sounds("c"), first_sounds("o")
    ('KSX', 'A')
    """
    if letter in _FIRST:
        return _FIRST[letter]
    return sound(letter)


@lru_cache(maxsize=1 << 17)
def packed(code: str) -> int:
    """Write a code as a number of BITS bits."""
    number = 0
    for letter in code:
        number = number << 4 | (LETTERS.index(letter) + 1)
    return number << 4 * (LONGEST - len(code))


@lru_cache(maxsize=1 << 14)
def near(code: str) -> frozenset[str]:
    """Give the codes that one slip of the pen away sound like: a letter more, less, another, or two exchanged."""
    cuts = [(code[:i], code[i:]) for i in range(len(code) + 1)]
    without = {a + b[1:] for a, b in cuts if b}
    other = {a + c + b[1:] for a, b in cuts if b for c in LETTERS if _fits(c, a)}
    more = {a + c + b for a, b in cuts for c in LETTERS if _fits(c, a)}
    exchanged = {a + b[1] + b[0] + b[2:] for a, b in cuts if len(b) > 1}
    return frozenset(found[:LONGEST] for found in without | other | more | exchanged if found) - {code}


def _fits(letter: str, before: str) -> bool:
    return not before or letter not in "AHY"


def forget() -> None:
    """Forget the words that were heard: a purge wants that."""
    sound.cache_clear()
