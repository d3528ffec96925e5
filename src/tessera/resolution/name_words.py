"""How well two words of names agree, and why: equal, one family of spellings, a short form, an initial, a slip, the same sound."""

from dataclasses import dataclass, replace
from functools import lru_cache

from rapidfuzz.distance import OSA, JaroWinkler

from tessera.resolution.name_reading import Token
from tessera.resolution.name_sounds import first_sounds, sound

SAME_WITH_PARTICLE = 0.97
SPELLING = 0.94
COUNTERPART = 0.8
SYLLABLE = 0.9
SHORT_FORM = 0.92
SHORT_FORMS_OF_ONE = 0.86
INITIAL = 0.85
SKELETON = 0.88
LIKE_INITIAL = 0.7
BEGINNING = 0.72
BREATHED = 0.93
OTHER_BEGINNING = 0.85
RESEMBLES = 0.68
_VOWELS = str.maketrans("", "", "aeiouyh")
_LONG, _LONGER, _LONGEST = 4, 6, 9
_LEAST_CODE = 2
_LEAST_BEGINNING = 4
_LEAST_RESEMBLANCE = 0.9
_HALF = 0.5
_SHORTEST = 3
_TRUST = {3: 0.65, 4: 0.86, 5: 0.96}
"""How far a likeness of words is trusted, by the letters of the shorter."""


@dataclass(frozen=True, slots=True)
class Agreement:
    """How well two words agree, in [0, 1], and the sentence that says why; empty where they are equal."""

    value: float
    reason: str = ""


NONE = Agreement(0.0)
SAME = Agreement(1.0)


def shown(word: str) -> str:
    """Write a folded word as names are written."""
    return word[:1].upper() + word[1:]


def agree(left: Token, right: Token) -> Agreement:
    """Compare two words; the order of the two does not matter to the value."""
    if left.text == right.text:
        return SAME
    return _agree(left, right)


@lru_cache(maxsize=1 << 17)
def _agree(left: Token, right: Token) -> Agreement:
    if left.is_initial or right.is_initial:
        return _initial(left, right)
    if left.text.isdigit() or right.text.isdigit():
        return NONE
    found = [_cut(left, right), _related(left, right), _written(left, right), _breathed(left, right)]
    return max(found, key=lambda agreement: agreement.value)


def _initial(left: Token, right: Token) -> Agreement:
    short, full = (left, right) if left.is_initial else (right, left)
    if full.text.startswith(short.text):
        return Agreement(INITIAL, f"'{short.text.upper()}' is the initial of '{shown(full.text)}'.")
    if not full.is_initial and full.code and full.code[0] in first_sounds(short.text):
        return Agreement(
            LIKE_INITIAL, f"'{short.text.upper()}' can be the initial of '{shown(full.text)}' in another spelling."
        )
    return NONE


def _cut(left: Token, right: Token) -> Agreement:
    """Compare with the particles that a word is bound to, and without its article."""
    if left.also or right.also:
        mine, theirs = {left.text, *left.also}, {right.text, *right.also}
        if mine & theirs:
            return Agreement(
                SAME_WITH_PARTICLE, f"'{shown(left.text)}' and '{shown(right.text)}' differ by a particle."
            )
    return NONE


def _related(left: Token, right: Token) -> Agreement:
    if left.families & right.families:
        return Agreement(SPELLING, f"'{shown(left.text)}' and '{shown(right.text)}' are spellings of one name.")
    for short, full in ((left, right), (right, left)):
        names = short.full_forms & ({full.text} | full.families)
        if names:
            return Agreement(SHORT_FORM, f"'{shown(short.text)}' is a short form of '{shown(full.text)}'.")
    if left.counterparts & right.counterparts:
        return Agreement(COUNTERPART, f"'{shown(left.text)}' and '{shown(right.text)}' are one name in two languages.")
    both = left.full_forms & right.full_forms
    if both:
        return Agreement(
            SHORT_FORMS_OF_ONE,
            f"'{shown(left.text)}' and '{shown(right.text)}' are short forms of '{shown(min(both))}'.",
        )
    return NONE


def _written(left: Token, right: Token) -> Agreement:
    """Compare letters and sounds. In short words, and at the head of a word, a letter makes another name."""
    one, other = left.text, right.text
    shorter, longer = sorted((len(one), len(other)))
    slips = OSA.distance(one, other)
    likeness = 1 - slips / longer
    if left.code == right.code and (_bare(left) or _bare(right)) and shorter >= _SHORTEST:
        both = f"'{shown(one)}' and '{shown(other)}'"
        return Agreement(SKELETON, f"{both} have the same consonants; one is written without vowels.")
    trust = _TRUST.get(shorter, 1.0) if shorter > _SHORTEST else _TRUST[_SHORTEST]
    sounds_same = left.code == right.code and len(left.code) >= _LEAST_CODE
    if sounds_same and likeness >= _HALF:
        if one.translate(_VOWELS) == other.translate(_VOWELS):
            return Agreement(
                trust * (0.72 + 0.25 * likeness), f"'{shown(one)}' and '{shown(other)}' differ only in vowels."
            )
        return Agreement(trust * (0.62 + 0.35 * likeness), f"'{shown(one)}' and '{shown(other)}' sound alike.")
    if left.syllable and left.syllable == right.syllable:
        return Agreement(SYLLABLE, f"'{shown(one)}' and '{shown(other)}' are romanisations of one syllable.")
    if slips <= _allowed(shorter):
        value = trust * (0.45 + 0.55 * likeness) * (1.0 if left.code[:1] == right.code[:1] else OTHER_BEGINNING)
        return Agreement(value, f"'{shown(one)}' differs from '{shown(other)}' by {_letters(slips)}.")
    return _resembles(one, other)


def _breathed(left: Token, right: Token) -> Agreement:
    """Compare a word that begins with kh as if it began with h, as Russian and Turkish write it."""
    for one, other in ((left, right), (right, left)):
        if one.text.startswith("kh") and other.text.startswith("h"):
            rest = one.text[1:]
            found = SAME if rest == other.text else _written(replace(one, text=rest, code=sound(rest)), other)
            return Agreement(found.value * BREATHED, f"'{shown(one.text)}' and '{shown(other.text)}' sound alike.")
    return NONE


def _resembles(one: str, other: str) -> Agreement:
    short, full = sorted((one, other), key=lambda word: (len(word), word))
    if len(short) >= _LEAST_BEGINNING and full.startswith(short):
        return Agreement(BEGINNING, f"'{shown(short)}' is the beginning of '{shown(full)}'.")
    if len(short) >= _LONG and JaroWinkler.similarity(one, other) >= _LEAST_RESEMBLANCE:
        return Agreement(RESEMBLES, f"'{shown(one)}' resembles '{shown(other)}'.")
    return NONE


def _bare(token: Token) -> bool:
    return token.bare or not set(token.text) & set("aeiou")


def _letters(slips: int) -> str:
    return "one letter" if slips == 1 else f"{slips} letters"


def _allowed(length: int) -> int:
    """Say how many letters of a word may be wrong."""
    if length <= _SHORTEST:
        return 0
    return 1 if length < _LONGER else 2 if length < _LONGEST else 3


def forget() -> None:
    """Forget the words that were compared: a purge wants that."""
    _agree.cache_clear()
