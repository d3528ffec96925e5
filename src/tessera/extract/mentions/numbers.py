"""Numbers of people and banks: payment cards, routing numbers, social security numbers, with their checks.

The value of a card or social security number shows its last four digits and no more.
"""

import re
from typing import Final

from tessera.extract.mentions.rule import Rule, anywhere, at_figures, before, behind
from tessera.model.found import FoundBy, MentionType

_CARD = re.compile(
    r"(?<![\w.-])(?<!\d )(?:\d{4}([ -])\d{4}\1\d{4}\1\d{4}(?:\1\d{3})?|3\d{3}([ -])\d{6}\2\d{4,5}|\d{13,19})(?![\w]|[.-]\d)",
    re.ASCII,
)
_ISSUERS: Final = (
    ("Visa", "4", "4", (13, 16, 19)),
    ("Mastercard", "51", "55", (16,)),
    ("Mastercard", "2221", "2720", (16,)),
    ("American Express", "34", "34", (15,)),
    ("American Express", "37", "37", (15,)),
    ("Discover", "6011", "6011", (16, 19)),
    ("Discover", "644", "659", (16, 19)),
    ("JCB", "3528", "3589", (16, 19)),
    ("Diners Club", "300", "305", (14,)),
    ("Diners Club", "36", "36", (14,)),
    ("Diners Club", "38", "39", (14,)),
    ("UnionPay", "62", "62", (16, 17, 18, 19)),
    ("Maestro", "67", "67", (16,)),
)
"""Issuers with the first and last beginning of their numbers, and the lengths (ISO/IEC 7812)."""
_NO_CARD = re.compile(
    r"(?i)\b(?:imei|iccid|isbn|ean|upc|order|tracking|shipment|waybill|parcel|invoice|serial|s/n|reference|ref|membership|member|loyalty|"
    r"library|confirmation|ticket|receipt|case|docket|meter|account|acct|policy|claim|phone|item|part|model)\b[^.;\n]{0,16}\Z"
)
_CARD_WORDS = re.compile(r"(?i)\b(?:card|visa|mastercard|amex|american express|discover|debit|credit)\b[^.;\n]{0,20}\Z")
_DIGITS_ONLY = re.compile(r"\D")


def passes_luhn(digits: str) -> bool:
    """Say whether the check digit holds (ISO/IEC 7812-1, annex B).

    >>> passes_luhn("4111111111111111"), passes_luhn("4111111111111112")
    (True, False)
    """
    total = sum(int(digit) for digit in digits[-1::-2])
    total += sum(int(digit) * 2 - 9 * (digit > "4") for digit in digits[-2::-2])
    return total % 10 == 0


def _issuer(digits: str) -> str | None:
    return next(
        (name for name, low, high, lengths in _ISSUERS if len(digits) in lengths and low <= digits[: len(low)] <= high),
        None,
    )


def _read_card(match: re.Match[str]) -> str | None:
    digits = _DIGITS_ONLY.sub("", match.group())
    issuer, said = _issuer(digits), before(match, 32)
    if issuer is None or not passes_luhn(digits) or len(set(digits)) == 1:
        return None
    if _NO_CARD.search(said) and not _CARD_WORDS.search(said):
        return None
    return f"{issuer} ending in {digits[-4:]}"


_ROUTING = re.compile(r"(?<![\w.,-])\d{4}(-?)\d{4}\1\d(?![\w]|[.,-]\d)", re.ASCII)
_ROUTING_WORDS = re.compile(r"(?i)\b(?:routing|aba|rtn|transit|aba/rtn|r/t)\b[^.;\n]{0,24}\Z")
_ROUTING_WORDS_BEHIND = re.compile(r"(?i)\W{1,3}(?:is |was |as )?(?:the |a |an )?(?:aba|routing)\b")


def is_routing_number(digits: str) -> bool:
    """Say whether district and check digit of a routing number hold (ABA: weights 3, 7, 1)."""
    start = int(digits[:2])
    in_use = start <= 12 or 21 <= start <= 32 or 61 <= start <= 72 or start == 80  # noqa: PLR2004 - districts of the Federal Reserve
    return in_use and sum(int(d) * w for d, w in zip(digits, (3, 7, 1) * 3, strict=True)) % 10 == 0


def _read_routing(match: re.Match[str]) -> str | None:
    digits = _DIGITS_ONLY.sub("", match.group())
    told = _ROUTING_WORDS.search(before(match, 36)) or _ROUTING_WORDS_BEHIND.match(behind(match, 24))
    return digits if told and is_routing_number(digits) and digits != "000000000" else None


_SSN = re.compile(r"(?<![\w.-])(\d{3})([- ]?)(\d{2})\2(\d{4})(?![\w]|[-.]\d)", re.ASCII)
_SSN_WORDS = re.compile(r"(?i)(?:\bssn?\b|\bsocial\b(?:\s+security)?|\bsoc\b|\bss\s?#)[^.;\n]{0,28}\Z")
_NO_SSN = re.compile(
    r"(?i)\b(?:part|item|order|serial|model|case|ref|reference|invoice|sku|catalog|cas|ticket|claim|docket|policy|account|acct|tracking|"
    r"lot|batch|permit|license|licence|passport|work|purchase|po|id|badge|member(?:ship)?|tin|ein|phone|tel|ext(?:ension)?|routing|aba)\b[^.;\n]{0,16}\Z"
)
_ADVERTISED: Final = frozenset({"078-05-1120", "219-09-9999", "457-55-5462"})
"""Numbers that were printed in advertisements and that belong to nobody (SSA, Program Operations Manual RM 10201.035)."""


def _read_ssn(match: re.Match[str]) -> str | None:
    """Take one that could have been given out: no area 000, 666 or from 900, no group 00, no serial 0000 (20 CFR 422.103)."""
    area, joint, group, serial = match.groups()
    if area in {"000", "666"} or area[0] == "9" or group == "00" or serial == "0000":
        return None
    told = _SSN_WORDS.search(before(match, 40))
    if f"{area}-{group}-{serial}" in _ADVERTISED or (not told and (joint != "-" or _NO_SSN.search(before(match, 32)))):
        return None
    return f"***-**-{serial}"


_MASKED_SSN = re.compile(r"(?<![\w*#-])[xX*#]{3}-[xX*#]{2}-(\d{4})(?![\w-])", re.ASCII)


def _read_masked(match: re.Match[str]) -> str:
    return f"***-**-{match[1]}"


RULES: Final = (
    Rule(
        name="payment card, Luhn",
        type=MentionType.CARD,
        find=at_figures(_CARD, _read_card),
        by=FoundBy.CHECKSUM,
        confidence=0.98,
    ),
    Rule(
        name="routing number, check digit",
        type=MentionType.BANK_ROUTING,
        find=at_figures(_ROUTING, _read_routing),
        words=frozenset({"routing", "aba", "rtn", "transit", "r"}),
        by=FoundBy.CHECKSUM,
        confidence=0.98,
    ),
    Rule(name="social security number", type=MentionType.SSN, find=at_figures(_SSN, _read_ssn), confidence=0.98),
    Rule(
        name="masked social security number",
        type=MentionType.SSN,
        find=anywhere(_MASKED_SSN, _read_masked),
        confidence=0.67,
        parts=("xx-", "**-", "##-"),
    ),
)
