"""Fingerprints by which the same picture or the same text is found again, changed a little.

A picture's is taken as Zauner describes (Implementation and benchmarking of perceptual image hash functions, 2010): brightness
alone, made small, its slowest waves (discrete cosine transform), each over or under their median. It tells light from dark in
large parts of the picture; faces and other small things play no part in it.

A text's holds the smallest of several hashes over its runs of three words (MinHash, Broder 1997): the share of equal ones is
about the share of runs that two texts have in common.
"""

import hashlib
import re
from typing import Final

import numpy as np
import numpy.typing as npt
from PIL import Image

Floats = npt.NDArray[np.float64]
_SIDE: Final = 32
_WAVES: Final = 8
_FLAT: Final = 2.0
"""Standard deviation of the brightness, of 255, under which a picture is blank."""
_WORDS: Final = re.compile(r"\w+")
_RUN: Final = 3
_FEWEST: Final = 20
"""Words below which a text has no fingerprint: short ones are alike by chance."""
SIGNS: Final = 64
"""How many smallest hashes a text's fingerprint holds."""
_SIGN_BITS: Final = 16


def picture_hash(picture: Image.Image) -> str:
    """Give 64 bits as 16 hexadecimal digits; empty where the picture is blank. The picture must stand upright.

    >>> picture_hash(Image.new("RGB", (80, 60), "white"))
    ''
    """
    small = picture.convert("L").resize((_SIDE, _SIDE), Image.Resampling.BOX)
    light = np.asarray(small, np.float64)
    if light.std() < _FLAT:
        return ""
    waves = (_COSINES @ light @ _COSINES.T).ravel()
    bits = waves > np.median(waves)
    return bytes(np.packbits(bits)).hex()


def _cosines() -> Floats:
    """Give the first waves of the discrete cosine transform (type II), the constant one left out."""
    wave, point = np.arange(1, _WAVES + 1)[:, None], np.arange(_SIDE)[None, :]
    return np.asarray(np.cos(np.pi * wave * (2 * point + 1) / (2 * _SIDE)))


_COSINES: Final = _cosines()


def text_hash(text: str) -> str:
    """Give the fingerprint of a text in hexadecimal: 64 signs of 16 bits; empty for texts under twenty words.

    >>> text_hash("Too short to be told apart.")
    ''
    """
    words = _WORDS.findall(text.casefold())
    if len(words) < _FEWEST:
        return ""
    runs = {" ".join(words[at : at + _RUN]) for at in range(len(words) - _RUN + 1)}
    hashes = np.array([_hashed(run) for run in runs], np.uint64)
    mixed = hashes[:, None] * _ODD[None, :] + _SHIFT[None, :]
    smallest = (mixed >> np.uint64(20)).min(axis=0)
    return bytes((smallest & np.uint64((1 << _SIGN_BITS) - 1)).astype(">u2")).hex()


def _hashed(run: str) -> int:
    return int.from_bytes(hashlib.blake2b(run.encode("utf-8", "surrogatepass"), digest_size=8).digest())


def _numbers(salt: bytes) -> npt.NDArray[np.uint64]:
    stream = hashlib.shake_256(b"tessera text fingerprint " + salt).digest(8 * SIGNS)
    return np.frombuffer(stream, ">u8").astype(np.uint64)


_ODD: Final = _numbers(b"times") | np.uint64(1)
_SHIFT: Final = _numbers(b"plus")
