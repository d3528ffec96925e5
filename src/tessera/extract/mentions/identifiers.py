"""Telephone, card, bank and social security numbers, VINs and plates."""

import re
from typing import Final

import phonenumbers

from tessera.extract.mentions.checks import luhn, routing_number, social_security
from tessera.extract.mentions.pattern import Rule, before, says
from tessera.model.found import FoundBy, MentionType
from tessera.resolution.vehicles import check_digit

_NOT_A_PHONE: Final = says(
    r"order|invoice|inv|case|account|acct|ref|reference|serial|sn|isbn|issn|upc|sku|part|pn|model|ticket|incident|docket|"
    r"tracking|parcel|badge|policy|claim|permit|license|licence|dl|ssn|imei|meid|po|po box|box|zip|file|report|lot|batch|"
    r"item|barcode|npi|ein|tax id|id|routing|aba|version|timestamp|epoch|row|record|page|score|key|code|confirmation|"
    r"booking|reservation|flight|customer|member|employee|patient|mrn|chart|exhibit|evidence|property|tag|vin|bill|check|"
    r"cheque|contract|grant|warrant|statute|section|article|catalog|product|asset|meter|parcel id|hash|sample|specimen"
)
_A_PHONE: Final = re.compile(
    r"(?:phone|telephone|tel|cell|mobile|fax|call|called|calling|text|texted|dial|dialed|contact|reach|reached|number|cellphone|"
    r"landline|pager|hotline|whatsapp|signal|sms|ph|hm|wk|cb|callback|from|at)\b[^\d\n]{0,20}$"
)
_PHONE: Final = re.compile(
    r"(?<![\w.#/+-])(?<!\d[ ])(?:\+?1[ .-]?)?(?:\(([2-9]\d{2})\)|([2-9]\d{2}))([ .-]{0,2}|\s?-\s?)([2-9]\d{2})([ .-]?)(\d{4})"
    r"(?:\s*(?:,\s*)?(?:x|ext\.?|extension)\s*(\d{1,6}))?(?![\w/]|[.,-]\d|[ ]\d{3})"
)
_ABROAD: Final = re.compile(
    r"(?<![\w.])\+(?!1\b)[1-9]\d{0,2}[ .-]?(?:\(0?\d{1,4}\)[ .-]?)?\d(?:[ .-]?\d){5,12}(?![\w]|[.-]\d)"
)
_EXTENSION: Final = ";ext="


def _phone(match: re.Match[str]) -> str | None:
    """Read a North American number. Ten bare digits need a word that tells of a telephone."""
    area = match[1] or match[2]
    context = before(match)
    if _NOT_A_PHONE.search(context):
        return None
    bare = not (match[1] or match[3].strip(" ") or match[5].strip(" ") or match[3] or match[5])
    if bare and not _A_PHONE.search(context) and not match[0].startswith("+"):
        return None
    number = f"+1{area}{match[4]}{match[6]}"
    if not phonenumbers.is_possible_number(phonenumbers.parse(number)) or area[1:] == "11" or match[4][1:] == "11":
        return None
    return number + (f"{_EXTENSION}{match[7]}" if match[7] else "")


def _abroad(match: re.Match[str]) -> str | None:
    try:
        number = phonenumbers.parse(match[0], None)
    except phonenumbers.NumberParseException:
        return None
    valid = phonenumbers.is_valid_number(number)
    return phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.E164) if valid else None


_CARD: Final = re.compile(
    r"(?<![\w.#+-])(?<!\d )(\d{4}(?P<s>[ -]?)\d{4}(?P=s)\d{4}(?P=s)\d{1,7}|\d{4}(?P<a>[ -])\d{6}(?P=a)\d{4,5})(?![\w]|[.-]\d| \d)"
)
_ISSUERS: Final = (
    (re.compile(r"4(\d{12}|\d{15}|\d{18})"), "Visa"),
    (re.compile(r"(5[1-5]\d{14}|2(22[1-9]|2[3-9]\d|[3-6]\d\d|7[01]\d|720)\d{12})"), "Mastercard"),
    (re.compile(r"3[47]\d{13}"), "American Express"),
    (re.compile(r"6(011|5\d\d|4[4-9]\d)\d{12}"), "Discover"),
    (re.compile(r"35(2[89]|[3-8]\d)\d{12}"), "JCB"),
    (re.compile(r"3(0[0-5]|[689]\d)\d{11}"), "Diners Club"),
)
"""Ranges of issuers (ISO/IEC 7812-1), as the networks publish them."""
_A_CARD: Final = re.compile(r"card|visa|mastercard|amex|american express|discover|credit|debit|pan\b|payment")
_NOT_A_CARD: Final = says(
    r"tracking|order|invoice|imei|serial|sn|parcel|account|acct|ref|reference|case|ticket|policy|meter|barcode|gtin|shipment|"
    r"timestamp|id|hash|iccid|sim|transaction|confirmation|batch|lot|license|licence"
)


def _card(match: re.Match[str]) -> str | None:
    """Read a payment card; only its issuer and last four digits are kept (PCI DSS 4.0, requirement 3.4)."""
    digits = re.sub(r"\D", "", match[0])
    issuer = next((name for pattern, name in _ISSUERS if pattern.fullmatch(digits)), None)
    if issuer is None or not luhn(digits) or len(set(digits)) < 2:  # noqa: PLR2004 - one digit alone
        return None
    context = before(match)
    if _NOT_A_CARD.search(context) and not _A_CARD.search(context):
        return None
    return f"{issuer} ending in {digits[-4:]}"


_NINE: Final = re.compile(r"(?<![\w.-])(\d{9})(?![\w]|[.-]\d)")
_A_ROUTING: Final = re.compile(r"(?:routing|aba|rtn|transit|r/t)\b[^\n\d]{0,25}$")
_AN_SSN: Final = re.compile(r"(?:ssn|ss#|ss #|soc\.? ?sec|social security|social)\b[^\n\d]{0,15}$|ss ?#\s*$")


def _routing(match: re.Match[str]) -> str | None:
    return match[1] if _A_ROUTING.search(before(match, 1)) and routing_number(match[1]) else None


_SSN: Final = re.compile(r"(?<![\w.#-])(\d{3})([ -])(\d{2})\2(\d{4})(?![\w]|[.-]\d)")
_NOT_AN_SSN: Final = says(
    r"part|pn|serial|sn|order|invoice|case|ticket|model|sku|catalog|docket|lot|item|zip|account|acct|po|ref|reference|tracking|"
    r"isbn|phone|tel|permit|batch|exhibit|form"
)


def _ssn(match: re.Match[str]) -> str | None:
    digits = match[1] + match[3] + match[4]
    context = before(match)
    spaced = match[2] == " "
    if not social_security(digits) or _NOT_AN_SSN.search(context) or (spaced and not _AN_SSN.search(context)):
        return None
    return f"***-**-{match[4]}"


def _bare_ssn(match: re.Match[str]) -> str | None:
    known = _AN_SSN.search(before(match, 1)) and social_security(match[1])
    return f"***-**-{match[1][5:]}" if known else None


_VIN: Final = re.compile(r"(?<![\w-])(?=[A-HJ-NPR-Z]*\d)(?=\d*[A-HJ-NPR-Z])([A-HJ-NPR-Z\d]{17})(?![\w-])")
_A_VIN: Final = re.compile(r"\bvin\b[^a-z\d\n]{0,12}(?:is\s|number\s|no\.?\s)?[^a-z\d\n]{0,3}$")
_NOT_A_VIN: Final = says(
    r"part|pn|serial|sn|order|sku|key|token|product|tracking|container|iban|license key|activation"
)


def _vin(match: re.Match[str]) -> str | None:
    """Read a vehicle identification number whose check digit holds (49 CFR 565.15)."""
    vin, context = match[1], before(match, 1)
    sound = check_digit(vin) == vin[8] and len(set(vin)) > 5  # noqa: PLR2004 - 11111111111111111 has a check digit too
    return vin if sound and not _NOT_A_VIN.search(context) else None


def _told_vin(match: re.Match[str]) -> str | None:
    """Read one that is called a VIN though its check digit fails: a slip of the pen, or made for another market."""
    return match[1] if _A_VIN.search(before(match, 1)) and check_digit(match[1]) != match[1][8] else None


STATES: Final = {
    "alabama": "AL", "alaska": "AK", "arizona": "AZ", "arkansas": "AR", "california": "CA", "colorado": "CO", "connecticut": "CT",
    "delaware": "DE", "district of columbia": "DC", "florida": "FL", "georgia": "GA", "hawaii": "HI", "idaho": "ID",
    "illinois": "IL", "indiana": "IN", "iowa": "IA", "kansas": "KS", "kentucky": "KY", "louisiana": "LA", "maine": "ME",
    "maryland": "MD", "massachusetts": "MA", "michigan": "MI", "minnesota": "MN", "mississippi": "MS", "missouri": "MO",
    "montana": "MT", "nebraska": "NE", "nevada": "NV", "new hampshire": "NH", "new jersey": "NJ", "new mexico": "NM",
    "new york": "NY", "north carolina": "NC", "north dakota": "ND", "ohio": "OH", "oklahoma": "OK", "oregon": "OR",
    "pennsylvania": "PA", "rhode island": "RI", "south carolina": "SC", "south dakota": "SD", "tennessee": "TN", "texas": "TX",
    "utah": "UT", "vermont": "VT", "virginia": "VA", "washington": "WA", "west virginia": "WV", "wisconsin": "WI",
    "wyoming": "WY", "puerto rico": "PR",
}  # fmt: skip
CODES: Final = frozenset(STATES.values())
STATE: Final = rf"(?:{'|'.join(sorted(CODES))}|(?i:{'|'.join(sorted(STATES, key=len, reverse=True))}))"
_PLATE: Final = re.compile(
    rf"\b(?:(?P<first>{STATE})\s+)?(?i:licen[sc]e\s+plates?|plates?|tags?|registration|reg|lic|temp(?:orary)?\s+tag)\b\.?"
    rf"(?i:\s+(?:number|no|num|of|reading|bearing|is|was|#))*\s*[:#(]?\s*(?:(?P<second>{STATE})[\s/:-]+)?"
    r"(?P<plate>[A-Z\d](?:[A-Z\d]|[ -](?=[A-Z\d])){2,8}[A-Z\d]?)(?![\w-])"
)
_BEARING: Final = re.compile(
    rf"\b(?P<first>{STATE})\s+(?i:plates?|tags?|reg|registration)\b\s*[:#]?\s*(?P<plate>[A-Z\d](?:[A-Z\d]|[ -](?=[A-Z\d])){{2,8}})(?![\w-])"
)
_LEAST, _MOST = 4, 8


def _plate(match: re.Match[str]) -> str | None:
    """Read a plate that is called one: capitals and digits, with its state where that is told."""
    words = match["plate"].split()
    while words and not _is_part_of_plate(words):
        words.pop()
    plate = re.sub(r"[ -]", "", " ".join(words))
    if not (_LEAST <= len(plate) <= _MOST and any(c.isdigit() for c in plate)) or plate != re.sub(
        r"[ -]", "", match["plate"]
    ):
        return None
    state = match["first"] or match.groupdict().get("second") or ""
    code = STATES.get(state.lower(), state.upper())
    return f"{code} {plate}".strip()


def _is_part_of_plate(words: list[str]) -> bool:
    return any(c.isdigit() for c in words[-1]) or len(words[-1]) <= 4  # noqa: PLR2004 - letters of a plate


_PLATE_WORDS: Final = frozenset(["plate", "plates", "tag", "tags", "registration", "reg", "lic"])
_DIGIT: Final = re.compile(r"\d{3}")
RULES: Final = (
    Rule(name="vin", type=MentionType.VIN, pattern=_VIN, read=_vin, confidence=0.99, by=FoundBy.CHECKSUM, hint=_DIGIT, group=1),
    Rule(name="vin-told", type=MentionType.VIN, pattern=_VIN, read=_told_vin, confidence=0.95, hint=_DIGIT, group=1),
    Rule(name="plate", type=MentionType.PLATE, pattern=_PLATE, read=_plate, confidence=0.97, words=_PLATE_WORDS),
    Rule(name="plate-of-state", type=MentionType.PLATE, pattern=_BEARING, read=_plate, confidence=0.97, words=_PLATE_WORDS),
    Rule(name="payment-card", type=MentionType.CARD, pattern=_CARD, read=_card, confidence=0.98, by=FoundBy.CHECKSUM, hint=re.compile(r"\d{4}")),
    Rule(name="bank-routing", type=MentionType.BANK_ROUTING, pattern=_NINE, read=_routing, confidence=0.99, by=FoundBy.CHECKSUM, hint=_DIGIT, group=1),
    Rule(name="ssn", type=MentionType.SSN, pattern=_SSN, read=_ssn, confidence=0.98, hint=_DIGIT),
    Rule(name="ssn-told", type=MentionType.SSN, pattern=_NINE, read=_bare_ssn, confidence=0.98, hint=_DIGIT, group=1),
    Rule(name="phone", type=MentionType.PHONE, pattern=_PHONE, read=_phone, confidence=0.98, hint=_DIGIT),
    Rule(name="phone-abroad", type=MentionType.PHONE, pattern=_ABROAD, read=_abroad, confidence=0.98, hint=re.compile(r"\+\d")),
)  # fmt: skip
