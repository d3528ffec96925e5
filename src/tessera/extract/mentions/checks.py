"""Check digits and checksums of identifiers. Each function claims that a text which has the form also holds its check."""

import hashlib
import string
from typing import Final

_BASE58: Final = "123456789ABCDEFGHJKLMNPQRSTUVWXYZabcdefghijkmnopqrstuvwxyz"
_BECH32: Final = "qpzry9x8gf2tvdw0s3jn54khce6mua7l"
_BECH32_ONE, _BECH32M_ONE = 1, 0x2BC830A3
_GENERATOR: Final = (0x3B6A57B2, 0x26508E6D, 0x1EA119FA, 0x3D4233DD, 0x2A1462B3)
_BASE58_BYTES: Final = 25
_BASE58_VERSIONS: Final = (0x00, 0x05)
_ROUNDS: Final = 24
_RATE: Final = 136
_WORD: Final = (1 << 64) - 1
_FEW: Final = 6
"""Different signs that a digest has at least; one of 32 has nearly all sixteen."""


def luhn(digits: str) -> bool:
    """ISO/IEC 7812-1, Annex B: payment cards and IMEI.

    >>> luhn("4111111111111111"), luhn("4111111111111112")
    (True, False)
    """
    total = 0
    for at, digit in enumerate(reversed(digits)):
        value = int(digit) * (1 + at % 2)
        total += value - 9 if value > 9 else value  # noqa: PLR2004 - the digits of a number below 19 added up
    return total % 10 == 0


def routing_number(digits: str) -> bool:
    """American Bankers Association: weights 3, 7, 1; the first two digits name a Federal Reserve district.

    >>> routing_number("011000015"), routing_number("011000016")
    (True, False)
    """
    district = int(digits[:2])
    known = district <= 12 or 21 <= district <= 32 or 61 <= district <= 72 or district == 80  # noqa: PLR2004 - the districts in use
    return known and sum(int(d) * w for d, w in zip(digits, (3, 7, 1) * 3, strict=True)) % 10 == 0


def base58check(address: str) -> bool:
    """Bitcoin addresses that begin with 1 or 3: the last four bytes are the head of a double SHA-256.

    >>> base58check("1A1zP1eP5QGefi2DMPTfTL5SLmv7DivfNa"), base58check("1A1zP1eP5QGefi2DMPTfTL5SLmv7DivfNb")
    (True, False)
    """
    number = 0
    for letter in address:
        at = _BASE58.find(letter)
        if at < 0:
            return False
        number = number * 58 + at
    if number >= 1 << (8 * _BASE58_BYTES):
        return False
    raw = number.to_bytes(_BASE58_BYTES, "big")
    zeros = len(raw) - len(raw.lstrip(b"\0"))
    if zeros != len(address) - len(address.lstrip("1")) or raw[0] not in _BASE58_VERSIONS:
        return False
    return hashlib.sha256(hashlib.sha256(raw[:-4]).digest()).digest()[:4] == raw[-4:]


def bech32(address: str) -> bool:
    """Bitcoin addresses that begin with bc1: BIP 173 for version 0, BIP 350 for later ones.

    >>> bech32("bc1qw508d6qejxtdg4y5r3zarvary0c5xw7kv8f3t4")
    True
    >>> bech32("bc1qw508d6qejxtdg4y5r3zarvary0c5xw7kv8f3t5")
    False
    """
    if address.lower() != address and address.upper() != address:
        return False
    prefix, _, data = address.lower().rpartition("1")
    values = [_BECH32.find(letter) for letter in data]
    if not prefix or min(values, default=-1) < 0 or len(values) < 7:  # noqa: PLR2004 - a version and six check signs
        return False
    expanded = [ord(c) >> 5 for c in prefix] + [0] + [ord(c) & 31 for c in prefix]
    return _polymod(expanded + values) == (_BECH32_ONE if values[0] == 0 else _BECH32M_ONE)


def _polymod(values: list[int]) -> int:
    check = 1
    for value in values:
        top = check >> 25
        check = (check & 0x1FFFFFF) << 5 ^ value
        for bit, generator in enumerate(_GENERATOR):
            check ^= generator if top >> bit & 1 else 0
    return check


def eip55(address: str) -> bool:
    """Ethereum addresses: capitals follow the Keccak-256 of the small letters; all small or all capital says nothing.

    >>> eip55("0x5aAeb6053F3E94C9b9A09f33669435E7Ef1BeAed"), eip55("0x5aAeb6053F3E94C9b9A09f33669435E7Ef1Beaed")
    (True, False)
    """
    bare = address[2:]
    if bare in {bare.lower(), bare.upper()}:
        return True
    digest = keccak256(bare.lower().encode()).hex()
    signs = zip(bare, digest, strict=False)
    return all(letter.isdigit() or letter.isupper() == (int(nibble, 16) > 7) for letter, nibble in signs)  # noqa: PLR2004 - EIP-55


def keccak256(message: bytes) -> bytes:
    """Keccak-256 as Ethereum uses it: SHA-3's permutation with the older padding (Keccak reference, version 3.0).

    >>> keccak256(b"").hex()[:16]
    'c5d2460186f7233c'
    """
    padded = bytearray(message) + b"\x01" + b"\0" * (-(len(message) + 1) % _RATE)
    padded[-1] |= 0x80
    state = [[0] * 5 for _ in range(5)]
    for start in range(0, len(padded), _RATE):
        for lane in range(_RATE // 8):
            word = int.from_bytes(padded[start + 8 * lane : start + 8 * lane + 8], "little")
            state[lane % 5][lane // 5] ^= word
        _permute(state)
    return b"".join(state[lane % 5][lane // 5].to_bytes(8, "little") for lane in range(4))


def _permute(a: list[list[int]]) -> None:
    register = 1
    for _ in range(_ROUNDS):
        c = [a[x][0] ^ a[x][1] ^ a[x][2] ^ a[x][3] ^ a[x][4] for x in range(5)]
        d = [c[x - 1] ^ _turned(c[(x + 1) % 5], 1) for x in range(5)]
        for x in range(5):
            for y in range(5):
                a[x][y] ^= d[x]
        x, y, current = 1, 0, a[1][0]
        for step in range(_ROUNDS):
            x, y = y, (2 * x + 3 * y) % 5
            current, a[x][y] = a[x][y], _turned(current, (step + 1) * (step + 2) // 2)
        for y in range(5):
            row = [a[x][y] for x in range(5)]
            for x in range(5):
                a[x][y] = row[x] ^ (~row[(x + 1) % 5] & _WORD & row[(x + 2) % 5])
        for bit in range(7):
            register = (register << 1 ^ (register >> 7) * 0x71) % 256
            if register & 2:
                a[0][0] ^= 1 << ((1 << bit) - 1)


def _turned(word: int, by: int) -> int:
    by %= 64
    return (word << by | word >> (64 - by)) & _WORD


def social_security(digits: str) -> bool:
    """Numbers that were or can be given: never area 000, 666 or 900 and above, group 00, or serial 0000 (SSA, POMS RM 10201).

    >>> social_security("219099999"), social_security("666121234"), social_security("123004567")
    (True, False, False)
    """
    area, group, serial = digits[:3], digits[3:5], digits[5:]
    return area not in {"000", "666"} and area < "900" and group != "00" and serial != "0000"


def hexadecimal(text: str) -> bool:
    """Claim that a text is hexadecimal and mixed enough to be a digest: no long run of one sign, digits and letters both.

    >>> hexadecimal("d41d8cd98f00b204e9800998ecf8427e"), hexadecimal("0" * 32), hexadecimal("1" * 16 + "2" * 16)
    (True, False, False)
    """
    signs = set(text.lower())
    return (
        signs <= set(string.hexdigits)
        and len(signs) > _FEW
        and any(s.isdigit() for s in signs)
        and any(s.isalpha() for s in signs)
    )
