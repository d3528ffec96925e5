"""Amounts of money. The value is the currency (ISO 4217) and the amount with two decimals: USD 1250.00."""

import re
from collections.abc import Iterator
from decimal import Decimal
from typing import Final

from tessera.extract.mentions.look import Look
from tessera.extract.mentions.rule import Finder, Hit, Rule, anywhere, at_capitals, at_figures
from tessera.model.found import MentionType

_SIGNS: Final = {
    "$": "USD",
    "€": "EUR",
    "£": "GBP",
    "¥": "JPY",
    "₽": "RUB",
    "₹": "INR",
    "₿": "BTC",
    "₱": "PHP",
    "₦": "NGN",
    "₩": "KRW",
    "₴": "UAH",
    "₺": "TRY",
}
_CODES: Final = (
    "USDT|USDC|USD|EUR|GBP|CAD|AUD|MXN|JPY|CNY|CHF|BTC|ETH|XMR|LTC|RUB|COP|DOP|GTQ|INR|PLN|SEK|NOK|DKK|BRL|HTG|JMD|HNL|PHP|NGN|UAH|"
    "ZAR|AED|HKD|SGD|NZD|KRW"
)
_DOLLARS: Final = {
    "US": "USD",
    "CA": "CAD",
    "C": "CAD",
    "A": "AUD",
    "AU": "AUD",
    "HK": "HKD",
    "NZ": "NZD",
    "S": "SGD",
    "R": "BRL",
}
"""What stands directly before $ and says whose it is."""
_COUNTRY: Final = re.compile(r"(?<![A-Za-z0-9])[A-Z]{1,2}\Z")
_NAMED: Final = {
    "dollar": "USD",
    "buck": "USD",
    "euro": "EUR",
    "pound sterling": "GBP",
    "pounds sterling": "GBP",
    "peso": "MXN",
    "bitcoin": "BTC",
    "quid": "GBP",
    "rupee": "INR",
    "ruble": "RUB",
    "yuan": "CNY",
    "yen": "JPY",
    "zloty": "PLN",
    "quetzal": "GTQ",
    "lempira": "HNL",
}
_NAMES: Final = "dollar|buck|euro|pounds? sterling|peso|bitcoin|quid|rupee|ruble|yuan|yen|zloty|quetzal|lempira"
_SCALES: Final = {
    "k": 1_000,
    "thousand": 1_000,
    "grand": 1_000,
    "m": 1_000_000,
    "mm": 1_000_000,
    "mil": 1_000_000,
    "million": 1_000_000,
    "b": 1_000_000_000,
    "bn": 1_000_000_000,
    "billion": 1_000_000_000,
    "trillion": 1_000_000_000_000,
}
_NO_MONEY: Final = (
    r"(?i:\s(?:jury|juries|theft|larceny|canyon|am|central|rapids|prix|piano|slam|finale|opening|marquis|caravan|total|ave|avenue|st|street|blvd|"
    r"island|forks|junction|haven|lodge|hotel|ballroom|cherokee|river|mal|father|mother|parents?|children|scheme)\b)"
)
_NUMBER: Final = r"(?P<number>\d{1,3}(?:\.\d{3})+,\d\d(?!\d)|\d{1,3}(?:,\d{3})+(?:\.\d{1,2}(?!\d))?|\d{1,2}(?:,\d\d)+,\d{3}(?:\.\d\d)?|\d{1,12},\d\d(?!\d)|\d{1,3}(?:['’]\d{3})+|\d{1,12}(?:\.\d{1,8})?|\.\d\d)(?!\d|\.\d)(?!(?<!\.\d\d),\d)"
_SCALE: Final = r"(?:\s?(?P<scale>[kK]|[mM]{1,2}|[bB]n?)\b|\s(?P<long>thousand|grand|mil|million|billion|trillion)\b)?"
_SIGNED = re.compile(rf"(?<!`)(?P<sign>[$€£¥₽₹₿₱₦₩₴₺])\s?{_NUMBER}{_SCALE}(?:\s?(?P<behind>{_CODES})\b)?", re.ASCII)
_CODED = re.compile(rf"\b(?P<code>{_CODES})\s?\$?{_NUMBER}{_SCALE}", re.ASCII)
_SPACED = re.compile(
    rf"(?<![\w.,$€£/-])(?<!\d )(?P<number>\d{{1,3}}(?:[ \u00a0\u202f]\d{{3}})+)\s(?:(?P<code>{_CODES})\b|(?P<name>euro)s?\b)",
    re.IGNORECASE,
)
_WORDED = re.compile(
    rf"(?<![\w.$€£/-])(?<!\d,)(?<!no\. )(?<!# ){_NUMBER}{_SCALE}\s?(?:(?P<code>{_CODES})\b|(?:(?:US|U\.S\.)\s)?(?P<name>{_NAMES})(?:e?s)?\b)",
    re.IGNORECASE | re.ASCII,
)
_SIGN_BEHIND = re.compile(
    r"(?<![\w.$€£,/:^-])(?<!\d[ \u00a0\u202f])(?P<number>\d{1,3}(?:[ \u00a0\u202f.]\d{3})+(?:,\d\d)?|\d{1,7}(?:,\d\d)?|\d{1,3}(?:,\d{3})+(?:\.\d\d)?|\d{1,7}\.\d\d)"
    r"(?:[ \u00a0\u202f]?(?P<sign>[€£₽₴]|zł|kr\b|EUR\b)|(?P<dollar>[ \u00a0\u202f]?\$))(?![\w\d({/])(?!\s?\d)"
)
"""1 250,50 € of Europe, and 100$ of those who write as they speak."""
_CODE_NEAR: Final = re.compile(
    r"(?i)\b(?:playbook|ports?|hosts?|arguments?|args?|param(?:eter)?s?|variables?|regex|regexp|back-?ref\w*|awk|bash|shell|script|capture|groups?|perl|sed|echo|printf?|"
    r"function|positional|substitut\w+|placeholder|macro|env|prompt)\b|\$[A-Za-z{@#?*(]|\$[0-9]\}|[{}\\]"
)
_GRAND = re.compile(r"(?<![\w.$,/-])(?P<number>\d{1,4}(?:\.\d)?)\s?(?P<long>grand)\b(?!" + _NO_MONEY + ")", re.ASCII)
_UNITS: Final = {
    word: at
    for at, word in enumerate(
        [
            "zero",
            "one",
            "two",
            "three",
            "four",
            "five",
            "six",
            "seven",
            "eight",
            "nine",
            "ten",
            "eleven",
            "twelve",
            "thirteen",
            "fourteen",
            "fifteen",
            "sixteen",
            "seventeen",
            "eighteen",
            "nineteen",
        ]
    )
} | {
    word: 10 * at
    for at, word in enumerate(["twenty", "thirty", "forty", "fifty", "sixty", "seventy", "eighty", "ninety"], start=2)
}
_ONE: Final = "|".join(sorted([*_UNITS, "hundred", "thousand", "million", "a"], key=len, reverse=True))
_BILLS: Final = re.compile(r"['\u2019]?s\b")
"""Makes bills of an amount: in $20s."""
_OF_CODE: Final = 2
"""Characters of $1."""
_BEHIND: Final = {"zł": "PLN", "kr": "SEK"}
_SPELLED = re.compile(
    rf"(?i)(?<!couple )(?<!few )(?<!several )(?<!some )(?<!many )\b(?P<words>(?:(?:{_ONE})(?:[ -]|\sand\s)){{1,8}})(?P<name>dollar|buck|euro|peso|grand(?!{_NO_MONEY}))s?\b"
)


_CENTS: Final = Decimal("0.01")


def _written(currency: str, amount: Decimal) -> str:
    """Write with two decimals, and with more where there are more: prices of fuel, coins."""
    is_fine = amount != amount.quantize(_CENTS)
    return f"{currency} {amount.normalize():f}" if is_fine else f"{currency} {amount:.2f}"


def _amount(match: re.Match[str]) -> Decimal:
    parts = match.groupdict()
    scale = parts.get("scale") or parts.get("long") or ""
    said = match["number"]
    plain = said.replace(".", "").replace(",", ".") if said[-3:-2] == "," else re.sub(r"[,'\u2019]", "", said)
    plain = re.sub(r"[ \u00a0\u202f]", "", plain)
    return Decimal(plain) * _SCALES.get(scale.lower(), 1)


def _signed(look: Look) -> Iterator[Hit]:
    """Find amounts behind a sign; US$ and CA$ say whose dollars they are."""
    for match in _SIGNED.finditer(look.text):
        start = match.start()
        if (match.end() - start == _OF_CODE and _is_code(look.text, start)) or _BILLS.match(look.text, match.end()):
            continue
        before = _COUNTRY.search(look.text[max(0, start - 3) : start]) if match["sign"] == "$" else None
        country = before[0] if before and before[0] in _DOLLARS else ""
        code = match["behind"] or _DOLLARS.get(country, _SIGNS[match["sign"]])
        yield start - len(country), match.end(), _written(code, _amount(match))


def _is_code(text: str, at: int) -> bool:
    """Say whether $1 is the first argument of a program, and no dollar."""
    return (
        text[at] == "$"
        and _CODE_NEAR.search(text[max(0, at - 48) : at + 48].replace(text[at : at + 2], "")) is not None
    )


def _read_behind(match: re.Match[str]) -> str | None:
    """Read 1 250,50 €; a bare $ counts where no sign of a program stands around it."""
    said = match["number"]
    plain = re.sub(r"[ \u00a0\u202f]", "", said)
    if match["dollar"] and _CODE_NEAR.search(match.string[max(0, match.start() - 32) : match.start()]):
        return None
    if match["dollar"] and match["dollar"] != "$" and "," not in plain:
        return None
    if re.fullmatch(r"\d{1,3}(?:\.\d{3})+(?:,\d\d)?", plain) or plain[-3:-2] == ",":
        plain = plain.replace(".", "").replace(",", ".")
    sign = match["sign"] or "$"
    return _written(_BEHIND.get(sign, _SIGNS.get(sign, sign)), Decimal(plain.replace(",", "")))


_NUMBERED: Final = re.compile(r"CAD\s?\d{1,12}\Z")
"""Of a dispatch center, whose system is its CAD, and no Canadian dollars."""


def _read_coded(match: re.Match[str]) -> str | None:
    if _NUMBERED.match(match.group()):
        return None
    return _written(match["code"], _amount(match))


_SMALL: Final = frozenset(
    "usdt usdc usd eur gbp cad aud mxn jpy cny chf btc eth xmr ltc inr pln brl nok dkk krw hkd nzd sgd".split()  # noqa: SIM905 - a list of words
)
"""Codes that are no words, and count in small letters too: 6 cop cars are no pesos."""
_CAR: Final = re.compile(r"\s(?:CARS?|SHOPS?|CALLS?)\b")


def _read_worded(match: re.Match[str]) -> str | None:
    code = match["code"]
    if code and ((not code.isupper() and code.lower() not in _SMALL) or _CAR.match(match.string, match.end())):
        return None
    amount = _amount(match)
    if match["name"] and not amount:  # 00 buck is shot
        return None
    return _written((match["code"] or "").upper() or _NAMED[match["name"].lower()], amount)


def _read_grand(match: re.Match[str]) -> str:
    return _written("USD", _amount(match))


def _read_spelled(match: re.Match[str]) -> str | None:
    """Read "two thousand five hundred dollars"."""
    whole = part = 0
    for word in re.findall(r"[a-z]+", match["words"].lower()):
        if word in {"thousand", "million"}:
            whole, part = whole + (part or 1) * _SCALES[word], 0
        elif word == "hundred":
            part = (part or 1) * 100
        elif word != "and":
            part += _UNITS.get(word, 0)
    if match["name"].lower() == "grand":
        return _written("USD", Decimal(1000 * (whole + part))) if whole + part else None
    total = whole + part or (1 if match["words"].strip().lower() in {"a", "one"} else 0)
    return (
        _written(_NAMED[match["name"].lower()], Decimal(total))
        if total and match["words"].strip().lower() != "a"
        else None
    )


_SMALL_CHANGE = re.compile(
    rf"(?i)(?<![\w.$,/-])(?:(?P<number>\d{{1,2}})\s?(?:¢|cents\b)|(?P<word>{'|'.join(_UNITS)})\scents\b)(?!\son\sthe\sdollar)"
)


def _read_small_change(match: re.Match[str]) -> str | None:
    """Read "75 cents" and "fifty cents"."""
    cents = int(match["number"]) if match["number"] else _UNITS[match["word"].lower()]
    return _written("USD", cents * _CENTS) if cents else None


def _rule(name: str, find: Finder, parts: tuple[str, ...] = ()) -> Rule:
    return Rule(name=name, type=MentionType.MONEY, find=find, confidence=0.97, parts=parts)


RULES: Final = (
    _rule("money with sign", _signed, tuple(_SIGNS)),
    _rule("money with code", at_capitals(_CODED, _read_coded, frozenset(_CODES.lower().split("|")))),
    _rule("money with name", at_figures(_WORDED, _read_worded)),
    _rule("money with name, thousands with spaces", at_figures(_SPACED, _read_worded), ("eur",)),
    _rule(
        "money with sign behind",
        at_figures(_SIGN_BEHIND, _read_behind),
        ("€", "£", "$", "zł", "kr", "₽", "₴", " eur", "\u00a0eur"),
    ),
    _rule("cents", anywhere(_SMALL_CHANGE, _read_small_change), ("cents", "¢")),
    _rule("grand", at_figures(_GRAND, _read_grand), ("grand",)),
    _rule("money in words", anywhere(_SPELLED, _read_spelled), ("dollar", "bucks", "euros", "peso", "grand")),
)
