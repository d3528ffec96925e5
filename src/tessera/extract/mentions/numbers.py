"""Numbers of people and banks: payment cards, routing numbers, social security numbers, with their checks.

The value of a card or social security number shows its last four digits and no more.
"""

import re
from collections.abc import Iterator
from typing import Final

from tessera.extract.mentions.look import Look
from tessera.extract.mentions.rule import Hit, Rule, anywhere, at_figures, before, behind, tried
from tessera.model.found import FoundBy, MentionType

_CARD = re.compile(
    r"(?<![\w.-])(?:(?<!\d )|(?<=[Tt]rack \d ))(?:\d{4}([ .-])\d{4}\1\d{4}\1\d{4}(?:\1\d{3})?|3\d{3}([ -])\d{6}\2\d{4,5}|\d{13,19})(?![\w]|[.-]\d)",
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
_ROUTING_WORDS = re.compile(
    r"(?i)(?<![a-z])(?:routing|routingn(?:umber|o|br)|aba|rtn|ach|transit|r/t|rt\s?(?:#|no\b|nbr)|micr|fedwire|[ro]dfi|receiving dfi|bank (?:no|num|number|id|code)s?|rtg)(?![a-z])(?:[^.;\n\d]{0,44}|[^.;\n\d]{0,24}\b10[01]\s)\Z"
    r"|(?<![a-z])no\.? on the (?:voided )?check[^.;\n\d]{0,20}\Z"
)
_ROUTING_WORDS_BEHIND = re.compile(
    r"(?i)\W{1,3}(?:is |was |as |for )?(?:the |their |his |her |its |our |a |an )?(?:bank(?:['’]s)? )?(?:aba|routing|rtn|ach)\b|(?:,?\s?(?:and\s)?\d{9})*\sare (?:the |their |both |valid )?(?:aba|routing)\b|\s(?:as|is|was|belongs to|belonged to|of) (?:an? |the )?(?:\w+ ){0,2}?(?:bank|credit union|savings)\b"
)
_WIRED = re.compile(
    r"(?i)\b(?:fedwire|imad|omad|ach|wire|routing|aba|rtn)\b[^\n]{0,120}?\b(?:sender|receiver|originator|beneficiary|intermediary|bank|new|old|from|to|and|or|/|&)"
    r"\s?(?:bank|fi|aba|rtn|dfi)?[\s:#=]{0,3}\Z"
)
_AND: Final = re.compile(r"(?:\s?\([^()\d\n]{1,24}\))?\s?(?:,|/|&|;|and|or|then|to)(?:\s(?:and|or))?\s?")
_NO_ROUTING = re.compile(
    r"(?i)\b(?:acct?s?|accounts?|a/c|check(?:ing)?|savings|trace|imad|omad|ref(?:erence)?|tel|phone|case|ein|tin|duns)\b[\s:#.]{0,3}(?:no\.?|number|#)?[\s:]{0,2}\Z"
)


_ROUTING_HINTS: Final = frozenset(
    [
        "routing",
        "routingnumber",
        "routingno",
        "aba",
        "rtn",
        "transit",
        "r",
        "rt",
        "micr",
        "fedwire",
        "rdfi",
        "odfi",
        "dfi",
        "bank",
        "rtg",
        "ach",
        "imad",
        "check",
    ]
)


def is_routing_number(digits: str) -> bool:
    """Say whether district and check digit of a routing number hold (ABA: weights 3, 7, 1)."""
    start = int(digits[:2])
    in_use = start <= 12 or 21 <= start <= 32 or 61 <= start <= 72 or start == 80  # noqa: PLR2004 - districts of the Federal Reserve
    return in_use and sum(int(d) * w for d, w in zip(digits, (3, 7, 1) * 3, strict=True)) % 10 == 0


def _routings(look: Look) -> Iterator[Hit]:
    """Find numbers that a word tells, and those that stand beside one: "transit no. 091659677 and 116070610"."""
    last = -1
    for start in look.figures:
        match = _ROUTING.match(look.text, start)
        joined = last >= 0 and _goes_on(look.text[last:start])
        value = _read_routing(match, joined=joined) if match else None
        if match and value:
            last = match.end()
            yield start, last, value


def _goes_on(between: str) -> bool:
    """Say whether the next number belongs to the same as the one before: "and", or "their true one is"."""
    return _AND.fullmatch(between) is not None or (
        _OTHER_ONE.search(between) is not None and _NO_ROUTING.search(between) is None
    )


_OTHER_ONE: Final = re.compile(
    r"(?i)\A[^.;\n\d]{0,40}\b(?:one|other|second|real|true|actual|correct|new|old|uses|reads?)\b[^.;\n\d]{0,12}\Z"
)
_LISTED: Final = re.compile(r"(?:\s?\([a-z ]{1,20}\))?[,;/]\s?(?:and\s)?")
_BANKS: Final = re.compile(r"(?i)\b(?:banks?|mules?|wires?|ach)\b[^.;\n]{0,40}\Z")


def _lists(look: Look) -> Iterator[Hit]:
    """Find numbers of a list behind a word for banks, where each of two or more has a check digit that holds."""
    run: list[re.Match[str]] = []
    for start in look.figures:
        match = _ROUTING.match(look.text, start)
        if match is None:
            continue
        if not (run and _LISTED.fullmatch(look.text, run[-1].end(), start)):
            yield from _listed(run)
            run = []
        run.append(match)
    yield from _listed(run)


def _in_ink(look: Look) -> Iterator[Hit]:
    """Find numbers between the marks of magnetic ink, and behind tags of Fedwire."""
    for match in _INKED.finditer(look.text):
        if is_routing_number(match["digits"]) and int(match["digits"]):
            yield *match.span("digits"), match["digits"]


_INKED: Final = re.compile(r"(?:[⑆⑇⑈⑉]\s?|(?<=\{3[14]00\}))(?P<digits>\d{9})(?:\s?[⑆⑇⑈⑉]|(?<=\}.{9})(?!\d))", re.ASCII)
"""Between the marks around the numbers of a check (ISO 1004); behind the tags of sender and receiver of Fedwire."""


def _routings_below(look: Look) -> Iterator[Hit]:
    """Find the cells below a heading for routing numbers."""
    for cell in look.below(_ROUTING_HEADINGS):
        match = _ROUTING.fullmatch(look.text[cell.start : cell.end])
        digits = _DIGITS_ONLY.sub("", match.group()) if match else ""
        if digits and is_routing_number(digits) and int(digits):
            yield cell.start, cell.end, digits


_ROUTING_HEADINGS: Final = frozenset({"rtn", "aba", "routing", "rt", "transit"})


def _listed(run: list[re.Match[str]]) -> Iterator[Hit]:
    digits = [_DIGITS_ONLY.sub("", match.group()) for match in run]
    if len(run) > 1 and _BANKS.search(before(run[0], 64)) and all(map(is_routing_number, digits)):
        yield from ((*match.span(), value) for match, value in zip(run, digits, strict=True) if int(value))


def _read_routing(match: re.Match[str], *, joined: bool) -> str | None:
    """Take one whose check digit holds, where a word for it is near."""
    digits = _DIGITS_ONLY.sub("", match.group())
    if not is_routing_number(digits) or digits == "000000000":
        return None
    said, next_to = before(match, 120), behind(match, 64)
    if joined or _ROUTING_WORDS.search(said[-64:]) or _ROUTING_WORDS_BEHIND.match(next_to):
        return digits
    return digits if _WIRED.search(said) and not _NO_ROUTING.search(said) else None


_SSN = re.compile(r"(?<![\w.-])(\d{3})([-. ]?)(\d{2})\2(\d{4})(?![\w]|[-.]\d)", re.ASCII)
_SSN_WORDS = re.compile(
    r"(?i)(?:(?<![a-z])ssn?s?(?![a-z])|\bsocials?\b(?:\s+security)?|\bsoc\b(?:\s?\.?\s?sec\b\.?)?|\bss\s?(?:#|no\b)|\bs\.\s?s\.\s?(?:n\.)?|tax(?:payer)? id|medicare claim)[^;\n]{0,40}\Z"
)
_NEAR_OTHER: Final = 32
_BESIDE: Final = 72
"""Characters within which a second number may be told by the first."""
_NO_SSN = re.compile(
    r"(?i)\b(?:part|p/n|item|order|serial|model|case|ref|reference|invoice|sku|catalog|cas|ticket|(?<!medicare )claim|docket|policy|account|acct|tracking|"
    r"lot|batch|permit|license|licence|passport|work|purchase|po|(?<!synthetic )id(?!\scard)|badge|member(?:ship)?|tin|ein|phone|tel|ext(?:ension)?|routing|aba)\b[^.;\n]{0,16}\Z"
)
_ADVERTISED: Final = frozenset({"078-05-1120", "219-09-9999", "457-55-5462"})
"""Numbers that were printed in advertisements and that belong to nobody (SSA, Program Operations Manual RM 10201.035)."""


def _ssns(look: Look) -> Iterator[Hit]:
    """Find numbers with hyphens or told by a word; and those with spaces beside a number that was found."""
    last = -_BESIDE
    below = {cell.start for cell in look.below(_SSN_HEADINGS)}
    for start in look.figures:
        match = _SSN.match(look.text, start)
        value = _read_ssn(match, beside=start - last < _BESIDE, below=start in below) if match else None
        if match and value:
            last = match.end()
            yield start, last, value


_SSN_HEADINGS: Final = frozenset({"ssn", "ss", "social", "soc"})


def _read_ssn(match: re.Match[str], *, beside: bool, below: bool) -> str | None:
    """Take one that could have been given out: no area 000, 666 or from 900, no group 00, no serial 0000 (20 CFR 422.103)."""
    area, joint, group, serial = match.groups()
    if area in {"000", "666"} or area[0] == "9" or group == "00" or serial == "0000":
        return None
    said = before(match, 64)
    no, yes = _NO_SSN.search(said), _last(_SSN_WORDS, said)
    other = no is not None and (yes is None or no.start() > yes.start()) and len(said) - no.start() <= _NEAR_OTHER
    told = (yes is not None and not other) or (beside and joint == " " and not other)
    if f"{area}-{group}-{serial}" in _ADVERTISED or (not below and not told and (joint != "-" or other)):
        return None
    return f"***-**-{serial}"


def _last(pattern: re.Pattern[str], text: str) -> re.Match[str] | None:
    """Give the last place where a pattern that goes to the end of a text begins."""
    found = pattern.search(text)
    while found and (later := pattern.search(text, found.start() + 1)):
        found = later
    return found


_MASKED_SSN = re.compile(r"(?<![\w*#•-])[xX*#•]{3}([- ])[xX*#•]{2}\1(\d{4})(?![\w-])")


def _read_masked(match: re.Match[str]) -> str:
    return f"***-**-{match[2]}"


_MASK: Final = r"[xX*#•·●]"
_ISSUER_WORDS: Final = {
    "visa": "Visa",
    "mastercard": "Mastercard",
    "master card": "Mastercard",
    "mc": "Mastercard",
    "american express": "American Express",
    "amex": "American Express",
    "am ex": "American Express",
    "discover": "Discover",
    "jcb": "JCB",
    "diners club": "Diners Club",
    "diners": "Diners Club",
    "unionpay": "UnionPay",
    "maestro": "Maestro",
}
_MASKED_CARD = re.compile(
    r"(?<![\w-])(?P<issuer>(?i:visa|master\s?card|american express|am\s?ex|discover|jcb|diners(?: club)?|unionpay|maestro)|MC)"
    r"(?i:\s(?:platinum|gold|business|corporate|signature|world|infinite|prepaid|gift|debit|credit|card|account|acct|check|#|no\.?|number)){0,3}"
    r"(?:,?\s?\(?(?i:(?:that\s)?(?:ending|ends|ended|last\s(?:four|4)|l4|xx)(?:\s?(?:in|with|digits|is|are|of|#|:|w/))*)[\s:#]{0,2}(?:"
    + _MASK
    + r"{1,12}[ -]?)?"
    r"|(?<=[A-Z])-(?=\d)|[\s:#-]{0,2}(?:" + _MASK + r"{1,16}[ -]?){1,4}|\s?[(]?\.{3}\s?|\s?[(]?…\s?)"
    r"(?P<last>\d{4})(?![\w]|[-.]\d)"
)
_TRAVEL: Final = re.compile(r"(?i)\b(?:passport|student|work|tourist|travel|immigrant|entry|exit|u|h-1b|b-2)\s\Z")
"""Tells of the visa of a state."""
_MASKED_MIDDLE = re.compile(
    r"(?<![\w.-])(?P<first>\d{4}[ -]?\d{0,4})[ -]?(?:" + _MASK + r"{2,8}[ -]?){1,3}(?P<last>\d{4})(?![\w]|[-.]\d)"
)


def _masked_cards(look: Look) -> Iterator[Hit]:
    yield from tried(_MASKED_CARD, _read_masked_card, look.text, (start for start, _ in look.places(_ISSUER_STARTS)))


_ISSUER_STARTS: Final = frozenset(word.split()[0] for word in _ISSUER_WORDS)


def _read_masked_card(match: re.Match[str]) -> str | None:
    if _TRAVEL.search(before(match, 16)):
        return None
    said = " ".join(match["issuer"].lower().split())
    return f"{_ISSUER_WORDS.get(said) or _ISSUER_WORDS[said.replace(' ', '')]} ending in {match['last']}"


def _read_masked_middle(match: re.Match[str]) -> str | None:
    """Read 4738 28** **** 3025: the first digits tell the issuer."""
    first = _DIGITS_ONLY.sub("", match["first"])
    name = next((name for name, low, high, _ in _ISSUERS if low <= first[: len(low)] <= high), None)
    return f"{name} ending in {match['last']}" if name else None


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
        find=_routings,
        words=_ROUTING_HINTS,
        by=FoundBy.CHECKSUM,
        confidence=0.98,
    ),
    Rule(
        name="routing numbers of a list",
        type=MentionType.BANK_ROUTING,
        find=_lists,
        words=frozenset({"bank", "banks", "mule", "mules", "wire", "wires", "ach"}),
        by=FoundBy.CHECKSUM,
        confidence=0.9,
    ),
    Rule(
        name="routing number between marks",
        type=MentionType.BANK_ROUTING,
        find=_in_ink,
        parts=("⑆", "⑇", "⑈", "⑉", "{3"),
        by=FoundBy.CHECKSUM,
        confidence=0.98,
    ),
    Rule(
        name="routing number of a column",
        type=MentionType.BANK_ROUTING,
        find=_routings_below,
        by=FoundBy.CHECKSUM,
        confidence=0.9,
    ),
    Rule(
        name="masked payment card",
        type=MentionType.CARD,
        find=_masked_cards,
        confidence=0.9,
    ),
    Rule(
        name="payment card, masked in the middle",
        type=MentionType.CARD,
        find=at_figures(_MASKED_MIDDLE, _read_masked_middle),
        confidence=0.9,
        parts=("xx", "**", "##", "••"),
    ),
    Rule(name="social security number", type=MentionType.SSN, find=_ssns, confidence=0.98),
    Rule(
        name="masked social security number",
        type=MentionType.SSN,
        find=anywhere(_MASKED_SSN, _read_masked),
        confidence=0.67,
        parts=("xx-", "**-", "##-", "••-", "xx ", "** "),
    ),
)
