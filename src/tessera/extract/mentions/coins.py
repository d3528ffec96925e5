"""Addresses of coins, with their checks: base58check, bech32 and bech32m (BIP-173, BIP-350), EIP-55, CashAddr, Monero, StrKey."""

import base64
import binascii
import hashlib
import re
from collections.abc import Iterable
from typing import Final

from tessera.extract.mentions.keccak import keccak_256
from tessera.extract.mentions.rule import Finder, Rule, anywhere, at_tokens, before
from tessera.model.found import FoundBy, MentionType

_BASE58: Final = {c: at for at, c in enumerate("123456789ABCDEFGHJKLMNPQRSTUVWXYZabcdefghijkmnopqrstuvwxyz")}
_RIPPLE58: Final = {c: at for at, c in enumerate("rpshnaf39wBUDNEGHJKLM4PQRST7VWXYZ2bcdeCg65jkm8oFqi1tuvAxyz")}
"""The same signs in the order of the XRP Ledger."""
_BECH32: Final = {c: at for at, c in enumerate("qpzry9x8gf2tvdw0s3jn54khce6mua7l")}
_GENERATORS: Final = (0x3B6A57B2, 0x26508E6D, 0x1EA119FA, 0x3D4233DD, 0x2A1462B3)
_CASH_GENERATORS: Final = (0x98F2BC8E61, 0x79B76D99E2, 0xF33E5FB3C4, 0xAE2EABE2A8, 0x1E4F43E470)
_CASH: Final = "bitcoincash"
_BECH32_CHECK: Final = 1
_BECH32M_CHECK: Final = 0x2BC830A3
_WITNESSES: Final = ("bc", "ltc")
"""Prefixes behind which the first value is the version of the witness program, which tells the check."""
_VERSIONS: Final = frozenset({"00", "05", "1e", "30", "32", "41", "4c", "1cb8", "1cbd"})
"""First bytes: Bitcoin 1… and 3…, Dogecoin D…, Litecoin L… and M…, Tron T…, Dash X…, Zcash t1… and t3…."""
_HASHED: Final = 20
"""Bytes of the hash of a key or script, between the version and the check."""
_CHECK: Final = 4
_BLOCKS: Final = (0, 2, 3, 5, 6, 7, 9, 10, 11)
"""Letters in which Monero writes so many bytes."""
_MONERO: Final = frozenset({18, 19, 42})
"""First bytes: of an account, with a payment, of a part of an account."""
_HALF: Final = 8
_KEY: Final = 32
_ACCOUNT: Final = 6 << 3
"""First byte of an account of Stellar (SEP-23)."""

_OLD = re.compile(r"(?<![\w])[13DLMTXrt][1-9A-HJ-NP-Za-km-z]{24,34}(?![\w])", re.ASCII)
_NEW = re.compile(
    r"(?<![\w])(?:(?:bc|ltc|addr|stake|cosmos|bnb|zs)1)[02-9ac-hj-np-z]{11,110}(?![\w])"
    r"|(?<![\w])(?:BC1|LTC1)[02-9AC-HJ-NP-Z]{11,87}(?![\w])",
    re.ASCII,
)
_ETHER = re.compile(r"(?<![\w])0x[0-9A-Fa-f]{40}(?![\w])", re.ASCII)
_CASH_WITH_PREFIX = re.compile(rf"(?<![\w])(?:{_CASH}:)[qp][02-9ac-hj-np-z]{{41}}(?![\w])", re.ASCII)
_CASH_ALONE = re.compile(r"(?<![\w:])[qp][02-9ac-hj-np-z]{41}(?![\w])", re.ASCII)
_XMR = re.compile(r"(?<![\w])[48][1-9A-HJ-NP-Za-km-z]{94}(?:[1-9A-HJ-NP-Za-km-z]{11})?(?![\w])", re.ASCII)
_STELLAR = re.compile(r"(?<![\w])G[A-Z2-7]{55}(?![\w])", re.ASCII)
_SOLANA = re.compile(r"(?<![\w])[1-9A-HJ-NP-Za-km-z]{43,44}(?![\w])", re.ASCII)
_SOLANA_TOLD = re.compile(r"(?i)\b(?:solana|sol|phantom)\b[^\n]{0,60}\Z")


def is_base58check(text: str) -> bool:
    """Say whether the last four bytes are the hash of the others, and the first ones are those of a known coin."""
    signs = _RIPPLE58 if text.startswith("r") else _BASE58
    whole = _whole(text, signs)
    for version in (whole[: -_HASHED - _CHECK], b"\0" + whole[: -_HASHED - _CHECK]):
        payload = version + whole[-_HASHED - _CHECK : -_CHECK]
        if version.hex() in _VERSIONS and len(payload) == len(version) + _HASHED:
            return hashlib.sha256(hashlib.sha256(payload).digest()).digest()[:_CHECK] == whole[-_CHECK:]
    return False


def _whole(text: str, signs: dict[str, int]) -> bytes:
    """Give the bytes of a number in base 58; at least those of a hash and a check."""
    number = 0
    for sign in text:
        number = number * 58 + signs[sign]
    return number.to_bytes(max(_HASHED + _CHECK, -(-number.bit_length() // 8)), "big")


def is_bech32(text: str) -> bool:
    """Say whether the check of BIP-173 holds for witness version 0 and other coins, and that of BIP-350 for later ones."""
    prefix, _, data = text.lower().rpartition("1")
    values = [_BECH32[sign] for sign in data]
    head = [ord(c) >> 5 for c in prefix] + [0] + [ord(c) & 31 for c in prefix]
    wanted = _BECH32M_CHECK if prefix in _WITNESSES and values[0] else _BECH32_CHECK
    return _polymod([*head, *values], _GENERATORS, 25) == wanted


def is_cash_address(data: str) -> bool:
    """Say whether the check of CashAddr holds; `data` is what stands behind the prefix of Bitcoin Cash."""
    head = [ord(c) & 31 for c in _CASH]
    return _polymod([*head, 0, *(_BECH32[sign] for sign in data)], _CASH_GENERATORS, 35) == 1


def _polymod(values: Iterable[int], generators: Iterable[int], bits: int) -> int:
    check = 1
    for value in values:
        top = check >> bits
        check = (check & (1 << bits) - 1) << 5 ^ value
        for at, generator in enumerate(generators):
            if top >> at & 1:
                check ^= generator
    return check


def is_monero(text: str) -> bool:
    """Say whether the last four bytes are the Keccak hash of the others, and the first one is of an address."""
    whole = b""
    for at in range(0, len(text), _BLOCKS[-1]):
        block, number = text[at : at + _BLOCKS[-1]], 0
        for sign in block:
            number = number * 58 + _BASE58[sign]
        size = _BLOCKS.index(len(block)) if len(block) in _BLOCKS else 0
        if number >> 8 * size:
            return False
        whole += number.to_bytes(size, "big")
    return whole[0] in _MONERO and keccak_256(whole[:-_CHECK])[:_CHECK] == whole[-_CHECK:]


def is_stellar(text: str) -> bool:
    """Say whether the last two bytes are the checksum of the others, and the first one is of an account (SEP-23)."""
    whole = base64.b32decode(text)
    return whole[0] == _ACCOUNT and binascii.crc_hqx(whole[:-2], 0) == int.from_bytes(whole[-2:], "little")


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


def _read_cash(match: re.Match[str]) -> str | None:
    data = match.group().rpartition(":")[2]
    return f"{_CASH}:{data}" if is_cash_address(data) else None


def _read_monero(match: re.Match[str]) -> str | None:
    return match.group() if is_monero(match.group()) else None


def _read_stellar(match: re.Match[str]) -> str | None:
    return match.group() if is_stellar(match.group()) else None


def _read_solana(match: re.Match[str]) -> str | None:
    """Take a key of 32 bytes behind a word for Solana: it has no check."""
    told = _SOLANA_TOLD.search(before(match, 80))
    return match.group() if told and len(_whole(match.group(), _BASE58)) == _KEY else None


def _checked(name: str, find: Finder, part: str) -> Rule:
    return Rule(name=name, type=MentionType.COIN, find=find, by=FoundBy.CHECKSUM, confidence=0.99, parts=(part,))


RULES: Final = (
    _checked("coin address, base58check", at_tokens(_OLD, _read_old), ""),
    _checked("coin address, bech32", at_tokens(_NEW, _read_new), "1"),
    _checked("Ethereum address, EIP-55", at_tokens(_ETHER, _read_ether), "0x"),
    _checked("Bitcoin Cash address with its prefix", anywhere(_CASH_WITH_PREFIX, _read_cash), f"{_CASH}:"),
    _checked("Bitcoin Cash address", at_tokens(_CASH_ALONE, _read_cash), ""),
    _checked("Monero address", at_tokens(_XMR, _read_monero), ""),
    _checked("Stellar address", at_tokens(_STELLAR, _read_stellar), ""),
    Rule(
        name="Solana address",
        type=MentionType.COIN,
        find=at_tokens(_SOLANA, _read_solana),
        confidence=0.9,
        words=frozenset({"solana", "sol", "phantom"}),
    ),
)
