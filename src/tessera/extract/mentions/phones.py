"""Telephone numbers: those of North America in every way that people write them, and those of others with their country code."""

import re
from collections.abc import Iterator
from typing import Final

import phonenumbers

from tessera.extract.mentions.look import Look
from tessera.extract.mentions.phone_words import COUNTRIES
from tessera.extract.mentions.rule import Hit, Rule, at_figures, before, behind
from tessera.model.found import MentionType

_EXTENSION: Final = r"(?:,?\s?(?:ext(?:ension|n)?\.?:?|x\.?(?!\d\b)|(?<!\s)x|#)\s?(?P<extension>\d{1,6})(?!\d))?"
"""An x and one digit behind a space tell how often somebody called."""
_AMERICAN = re.compile(
    r"(?<![\w.+@#$€£/=-])(?:(?<!\d[ :])|(?=\+))(?P<country>\+?1[ .-]?)?"
    r"(?:\((?P<area>[2-9]\d{2})\)[ .-]?|(?P<bare>[2-9]\d{2})(?P<joint>[ ./-]|\s-\s|\)[ .-]?|--|\*|\u2013|\u2011)?)"
    r"(?P<exchange>[2-9]\d{2})(?P<gap>[ .-]|\s-\s|--|\*|\u2013|\u2011)?(?P<line>\d{4}|\d{2}[ -]\d{2})"
    + _EXTENSION
    + r"(?![\w]|[.:-]\d|/\d{1,3}(?!\d)|@)",
    re.ASCII | re.IGNORECASE,
)
_FOREIGN = re.compile(
    r"(?<![\w+@])(?:\+|\b011[ -]|\b00[ ]?)[1-9]\d{0,2}(?:(?!\s\d{1,3}\s(?:times|calls|texts|minutes|mins|seconds)\b)[ .()-]{0,2}\d){6,12}(?!\d)"
    + _EXTENSION,
    re.ASCII | re.IGNORECASE,
)
_LOCAL = re.compile(
    r"(?<![\w.()/+-])(?<!\d[ :])(?P<line>[2-9]\d{2}[ .-]\d{4})" + _EXTENSION + r"(?![\w]|[./:-]\d| \d)",
    re.ASCII | re.IGNORECASE,
)
_WORDS: Final = (
    r"(?:tele)?phones?|ph|ph0ne|fone|cell(?:ular|phone)?s?|mobiles?|tel|fax|call(?:ed|s|ing|er|back)?|answer(?:ed|s|ing)?|text(?:ed|s|ing)?|te?xte?d?(?:s|ing)?|sms|msg(?:ed|s)?|imessage|hmu|hit (?:me|him|her|us) (?:up|@|at)|numbr|numb|digits|voice\s?mail|facetime|tél(?:éphone)?|tel[ée]fono|m[óo]vil|celular|handy|rufnummer|num[ée]ro|appele[zr]|ll[áa]m[ae]\w*|zelle|venmo|cash\s?app|apple pay|ani|callback|call\sback|dial(?:ed|s|ing)?|"
    r"contact(?:ed|s)?|reach(?:ed|able)?|burner|whats\s?app|signal|landline|pager|voicemail|hotline|pinged|telegram|handset|subscriber|msisdn|rang|"
    r"phoned|numbers? (?:is|was|are|were|shows?)|numbers?:|(?:his|her|my|their|your|new|old|this|that|blocked|burner|contact|work|home|same|unknown|spoofed) number|telephone no"
)
_TOLD = re.compile(
    rf"(?i)(?:\b(?:{_WORDS})\b[^;\n]{{0,44}}|\b(?:his|her|my|their|ur|your|new)\s#\s?(?:is\s|was\s)?|\b(?:c/?b|r/?p)\b\W{{0,3}}(?:(?:at|is|on|no|ph)\b\W{{0,3}})?)\Z"
)
_TOLD_BEHIND = re.compile(
    r"(?i)\W{0,3}(?:\(?(?:cell|mobile|home|work|office|fax|phone|tel|voice)\b|pinged|called|texted)"
)
_OTHER = re.compile(
    r"(?i)\b(?:order|case|ticket|invoice|account|acct|serial|part|ref(?:erence)?|tracking|confirmation|docket|permit|sku|"
    r"item|model|(?<!caller )id|mtcn|badge|isbn|imei|claim|policy|receipt|incident|report|routing|aba|badge|po|transaction|version|batch|lot)"
    r"(?:\s?(?:#|no\.?|nos\.?|number|num|id))?\W{1,3}(?:\w{2,4}\W{1,2})?\Z"
)
_ASIDE: Final = 60
_NATIONAL = re.compile(
    r"(?<![\w.+@#$€£/=-])(?<!\d[ :])(?:0\d{9,10}|(?:\(0\d{1,4}\)|0\d{1,4}|\d{2,5})(?:[ .-]\(?\d{2,8}\)?){1,4})(?![\w]|[.:/-]\d| \d)",
    re.ASCII,
)
"""A number as it is written within a country; read only where the text names the country."""
_COUNTRY_WORDS: Final = frozenset(COUNTRIES)
_NATIONAL_DIGITS: Final = range(8, 12)
_MOBILE = re.compile(r"07\d{3}[ ]?\d{3}[ ]?\d{3}|07\d{3} \d{6}")
"""A British mobile, whose form no other country has."""


def _read_american(match: re.Match[str]) -> str | None:
    """Read ten digits; ten in a row, or after a word for some other number, only where a word for telephones is near."""
    area = match["area"] or match["bare"]
    in_a_row = not (match["area"] or match["joint"] or match["country"])
    said = before(match, _ASIDE)
    other = _OTHER.search(said)
    told = bool(_TOLD.search(said) or _TOLD_BEHIND.match(behind(match, 16)))
    if other or ((in_a_row or _is_uneven(match)) and not told):
        return None
    line = re.sub(r"\D", "", match["line"])
    if line != match["line"] and not told:
        return None
    return valid(f"+1{area}{match['exchange']}{line}", match["extension"])


def is_told(said: str) -> bool:
    """Say whether a word for telephones stands in front, and none for another number."""
    return _TOLD.search(said) is not None and _OTHER.search(said) is None


def _is_uneven(match: re.Match[str]) -> bool:
    """Say whether digits are grouped as no telephone number is: 302-5550147 with no word for it, or 3025550-147."""
    joint, gap = match["joint"] or "", match["gap"] or ""
    dotted = "." in joint + gap and joint.strip() != gap.strip()
    return bool(match["bare"]) and (bool(joint) != bool(gap) or dotted) and not match["country"]


_SPREAD = re.compile(
    r"(?<![\w.+@#$€£=-])(?<!\d )(?:1[ .-])?(?P<digits>[2-9](?:(?: \d){9}|(?:-\d){9}|\d\d(?: ?[./] ?)\d{3}(?: ?[./] ?)\d{4}))(?![\w]|[./-]\d| \d)",
    re.ASCII,
)


def _read_spread(match: re.Match[str]) -> str | None:
    """Read 3 0 2 5 5 5 0 1 7 7, 302/555/0177 and 302 . 555 . 0177 behind a word for telephones."""
    told = is_told(before(match, _ASIDE))
    return valid("+1" + re.sub(r"\D", "", match["digits"]), None) if told else None


_HEADINGS: Final = frozenset(
    {"phone", "phones", "cell", "tel", "telephone", "mobile", "fax", "ph", "callback", "msisdn"}
)


def _below(look: Look) -> Iterator[Hit]:
    """Find ten digits in a row below a heading for telephones."""
    for cell in look.below(_HEADINGS):
        match = _AMERICAN.fullmatch(look.text[cell.start : cell.end])
        area = (match["area"] or match["bare"]) if match else ""
        number = valid(f"+1{area}{match['exchange']}{match['line']}", match["extension"]) if match else None
        if number:
            yield cell.start, cell.end, number


_GROUPED: Final = re.compile(r"00[1-9]\d{0,2}(?:[ -]\d{2,4}){3,4}")
"""Needs no word in front."""


def _read_foreign(match: re.Match[str]) -> str | None:
    said = re.sub(r"\A(?:011[ -]|00)", "+", match.group().split("x")[0].split("e")[0].replace("(0)", ""))
    told = bool(_TOLD.search(before(match, _ASIDE)))
    if match.group().startswith("00") and _OTHER.search(before(match, _ASIDE)):
        return None
    if match.group().startswith("00") and not told and not _GROUPED.fullmatch(match.group()):
        return None
    said = re.sub(r"\A\+52[ -]?1(?=[ -]?\d)", "+52", said)  # as mobiles of Mexico were written until 2019
    return valid("+" + re.sub(r"\D", "", said), match["extension"], possible=told or match.group().startswith("+"))


def _nationals(look: Look) -> Iterator[Hit]:
    """Find numbers without a country code, where a word for telephones and one for a country are near."""
    named = [(at, COUNTRIES[look.lower[at:end]]) for at, end in look.places(_COUNTRY_WORDS)]
    after = 0
    for start in look.figures:
        match = (
            _NATIONAL.match(look.text, start - 1 if look.text[start - 1 : start] == "(" else start)
            if start >= after
            else None
        )
        if match is None or len(re.sub(r"\D", "", match.group())) not in _NATIONAL_DIGITS:
            continue
        near = [region for at, region in named if match.start() - 90 <= at <= match.end() + 40]
        is_mobile = _MOBILE.fullmatch(match.group()) is not None
        said = before(match, _ASIDE)
        if not (near or is_mobile) or not _TOLD.search(said) or _OTHER.search(said):
            continue
        value = _of_country(match.group(), near[-1] if near else "GB", possible=is_mobile or match.group()[0] in "(0")
        if value:
            after = match.end()
            yield match.start(), after, value


def _of_country(said: str, region: str, *, possible: bool) -> str | None:
    try:
        parsed = phonenumbers.parse(said, region)
    except phonenumbers.NumberParseException:
        return None
    sound = phonenumbers.is_valid_number(parsed) or (possible and phonenumbers.is_possible_number(parsed))
    return phonenumbers.format_number(parsed, phonenumbers.PhoneNumberFormat.E164) if sound else None


def _read_local(match: re.Match[str]) -> str | None:
    said = before(match, 28)
    if _OTHER.search(said) or not (_TOLD.search(said) or _told_with_another(before(match, 2 * _ASIDE))):
        return None
    extension = f";ext={match['extension']}" if match["extension"] else ""
    return re.sub(r"\D", "", match["line"]) + extension


def _told_with_another(said: str) -> bool:
    """Claim that a number of seven digits stands in front, and a word for telephones in front of that one."""
    other = next(_LOCAL.finditer(said), None)
    return other is not None and is_told(said[: other.start()])


def valid(number: str, extension: str | None, *, possible: bool = False) -> str | None:
    """Give the number in the form of E.164, with the extension of RFC 3966; None where no such number can be.

    With `possible` its length is enough: numbers that are kept free for films and for drills are not in use.
    """
    try:
        parsed = phonenumbers.parse(number, None)
    except phonenumbers.NumberParseException:
        return None
    if not (phonenumbers.is_valid_number(parsed) or (possible and phonenumbers.is_possible_number(parsed))):
        return None
    return number + (f";ext={extension}" if extension else "")


RULES: Final = (
    Rule(
        name="telephone number",
        type=MentionType.PHONE,
        find=at_figures(_AMERICAN, _read_american, "(+"),
        confidence=0.99,
    ),
    Rule(
        name="telephone number with country code",
        type=MentionType.PHONE,
        find=at_figures(_FOREIGN, _read_foreign, "+"),
        confidence=0.97,
        parts=("+", "011", "00"),
    ),
    Rule(
        name="telephone number, spread", type=MentionType.PHONE, find=at_figures(_SPREAD, _read_spread), confidence=0.9
    ),
    Rule(
        name="telephone number of a column",
        type=MentionType.PHONE,
        find=_below,
        confidence=0.95,
    ),
    Rule(
        name="telephone number of a named country",
        type=MentionType.PHONE,
        find=_nationals,
        confidence=0.9,
    ),
    Rule(
        name="telephone number without area code",
        type=MentionType.PHONE,
        find=at_figures(_LOCAL, _read_local),
        confidence=0.95,
    ),
)
