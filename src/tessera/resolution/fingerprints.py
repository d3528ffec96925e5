"""Fingerprints of pictures and texts, cut up so that near ones meet: bands of bits, and bands of smallest hashes.

A picture's fingerprint is 64 bits in 16 hexadecimal digits. A text's is a row of signs of four hexadecimal digits each, of which
two texts share about as many as they share runs of words.
"""

import re
from itertools import combinations, pairwise
from typing import Final

from tessera.resolution.prepare import Terms, Value, maker

_BITS: Final = 64
_PIECES: Final = 10
"""Two of ten pieces are a band: up to eight bits may differ, and two pieces are still whole (the pigeonhole principle)."""
_SIGN: Final = 4
_SIGNS_A_BAND: Final = 2
"""Of 64 signs: texts that share half their runs meet 9,999 times in 10,000, those that share a twentieth 8 times in 100."""
_PICTURE: Final = re.compile(r"[0-9a-f]{16}")
_TEXT: Final = re.compile(r"(?:[0-9a-f]{4})+")


def bits_of(text: str) -> str:
    """Write a picture's fingerprint as 64 letters 0 and 1; empty where it is none.

    >>> bits_of("F0F0F0F0F0F0F0F0")[:8], bits_of("no fingerprint")
    ('11110000', '')
    """
    small = text.strip().lower()
    return f"{int(small, 16):0{_BITS}b}" if _PICTURE.fullmatch(small) else ""


def bands_of(bits: str) -> tuple[str, ...]:
    """Give the bands of a picture's bits: each two of its pieces, with their places."""
    edges = [round(_BITS * piece / _PIECES) for piece in range(_PIECES + 1)]
    pieces = [bits[start:end] for start, end in pairwise(edges)]
    return tuple(f"{a}.{b}.{pieces[a]}{pieces[b]}" for a, b in combinations(range(_PIECES), 2)) if bits else ()


def signs_of(text: str) -> tuple[str, ...]:
    """Give the signs of a text's fingerprint, each with its place; none where it is none.

    >>> signs_of("00ff1234")
    ('0.00ff', '1.1234')
    """
    small = text.strip().lower()
    if not _TEXT.fullmatch(small):
        return ()
    return tuple(f"{at // _SIGN}.{small[at : at + _SIGN]}" for at in range(0, len(small), _SIGN))


def text_bands_of(signs: tuple[str, ...]) -> tuple[str, ...]:
    """Give the bands of a text's signs: two neighbours each."""
    return tuple("-".join(signs[at : at + _SIGNS_A_BAND]) for at in range(0, len(signs), _SIGNS_A_BAND))


def _told(terms: Terms, names: tuple[str, ...]) -> str:
    return next((text for name in names if (text := str(terms.get(name) or ""))), "")


@maker("picture-bits")
def picture_bits(terms: Terms, names: tuple[str, ...]) -> Value:
    """The bits of a picture's fingerprint, so that the bits that differ can be counted."""
    return bits_of(_told(terms, names))


@maker("picture-bands", several=True)
def picture_bands(terms: Terms, names: tuple[str, ...]) -> Value:
    """What pictures share whose fingerprints differ in few bits."""
    return bands_of(bits_of(_told(terms, names)))


@maker("text-signs", several=True)
def text_signs(terms: Terms, names: tuple[str, ...]) -> Value:
    """The signs of a text's fingerprint."""
    return signs_of(_told(terms, names))


@maker("text-bands", several=True)
def text_bands(terms: Terms, names: tuple[str, ...]) -> Value:
    """What texts share that have many runs of words in common."""
    return text_bands_of(signs_of(_told(terms, names)))
