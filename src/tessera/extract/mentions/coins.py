"""Addresses of coins, with their checks: base58check, bech32 and bech32m (BIP-173, BIP-350), and EIP-55."""

import hashlib
import re
from collections.abc import Iterable
from typing import Final

from tessera.extract.mentions.keccak import keccak_256
from tessera.extract.mentions.rule import Rule, at_tokens
from tessera.model.found import FoundBy, MentionType

_BASE58: Final = {c: at for at, c in enumerate("123456789ABCDEFGHJKLMNPQRSTUVWXYZabcdefghijkmnopqrstuvwxyz")}
_BECH32: Final = {c: at for at, c in enumerate("qpzry9x8gf2tvdw0s3jn54khce6mua7l")}
_GENERATORS: Final = (0x3B6A57B2, 0x26508E6D, 0x1EA119FA, 0x3D4233DD, 0x2A1462B3)
_BECH32_CHECK: Final = 1
_BECH32M_CHECK: Final = 0x2BC830A3
_VERSIONS: Final = frozenset({0x00, 0x05, 0x1E, 0x30, 0x32, 0x41, 0x4C})
"""First bytes: Bitcoin 1… and 3…, Dogecoin D…, Litecoin L… and M…, Tron T…, Dash X…."""
_PAYLOAD: Final = 21
_HALF: Final = 8

_OLD = re.compile(r"(?<![\w])[13DLMTX][1-9A-HJ-NP-Za-km-z]{25,34}(?![\w])", re.ASCII)
_NEW = re.compile(
    r"(?<![\w])(?:bc1|ltc1)[02-9ac-hj-np-z]{11,87}(?![\w])|(?<![\w])(?:BC1|LTC1)[02-9AC-HJ-NP-Z]{11,87}(?![\w])",
    re.ASCII,
)
_ETHER = re.compile(r"(?<![\w])0x[0-9A-Fa-f]{40}(?![\w])", re.ASCII)


def is_base58check(text: str) -> bool:
    """Say whether the last four bytes are the hash of the others, and the first one is of a known coin."""
    number = 0
    for sign in text:
        number = number * 58 + _BASE58[sign]
    if number.bit_length() > 8 * (_PAYLOAD + 4):
        return False
    whole = number.to_bytes(_PAYLOAD + 4, "big")
    payload, check = whole[:_PAYLOAD], whole[_PAYLOAD:]
    return payload[0] in _VERSIONS and hashlib.sha256(hashlib.sha256(payload).digest()).digest()[:4] == check


def is_bech32(text: str) -> bool:
    """Say whether the check of BIP-173 holds for witness version 0, and that of BIP-350 for later ones."""
    prefix, _, data = text.lower().rpartition("1")
    values = [_BECH32[sign] for sign in data]
    head = [ord(c) >> 5 for c in prefix] + [0] + [ord(c) & 31 for c in prefix]
    wanted = _BECH32_CHECK if values[0] == 0 else _BECH32M_CHECK
    return _polymod([*head, *values]) == wanted


def _polymod(values: Iterable[int]) -> int:
    check = 1
    for value in values:
        top = check >> 25
        check = (check & 0x1FFFFFF) << 5 ^ value
        for at, generator in enumerate(_GENERATORS):
            if top >> at & 1:
                check ^= generator
    return check


def with_letter_case(text: str) -> str:
    """Write an address of Ethereum with the letter case that is its check (EIP-55).

    >>> with_letter_case("0x5aaeb6053f3e94c9b9a09f33669435e7ef1beaed")
    '0x5aAeb6053F3E94C9b9A09f33669435E7Ef1BeAed'
    """
    plain = text[2:].lower()
    marks = keccak_256(plain.encode("ascii")).hex()
    return "0x" + "".join(c.upper() if int(mark, 16) >= _HALF else c for c, mark in zip(plain, marks, strict=False))


def _read_old(match: re.Match[str]) -> str | None:
    return match.group() if is_base58check(match.group()) else None


def _read_new(match: re.Match[str]) -> str | None:
    return match.group().lower() if is_bech32(match.group()) else None


def _read_ether(match: re.Match[str]) -> str | None:
    """Take an address whose letter case holds; one written in a single case has no check."""
    said = match.group()
    sound = with_letter_case(said)
    return sound if said == sound or len({said[2:], said[2:].lower(), said[2:].upper()}) <= 2 else None  # noqa: PLR2004 - one case only


RULES: Final = tuple(
    Rule(
        name=name,
        type=MentionType.COIN,
        find=at_tokens(pattern, read),
        by=FoundBy.CHECKSUM,
        confidence=0.99,
        parts=(part,),
    )
    for name, pattern, read, part in (
        ("coin address, base58check", _OLD, _read_old, ""),
        ("coin address, bech32", _NEW, _read_new, "c1"),
        ("Ethereum address, EIP-55", _ETHER, _read_ether, "0x"),
    )
)
