"""Identifiers: the value in letters and digits, and the sort of identifier in one word for each sort."""

from tessera.resolution.letters import is_filler, letters_and_digits, words_of

_SHORTEST = 3


def value_of(text: str) -> str | None:
    """Write the value with letters and digits only; None where it only fills the field or tells nothing apart.

    Leading zeros stay: 00123 and 123 are two numbers of many registers.

    >>> value_of(" 123-45-678x "), value_of("unknown")
    ('12345678X', None)
    """
    value = letters_and_digits(text)
    return None if len(value) < _SHORTEST or is_filler(value) else value


def category_of(text: str) -> str | None:
    """Give one word for each sort of identifier; what is not listed is its own words.

    >>> category_of("Driver's Licence No."), category_of("DL"), category_of("Loyalty card")
    ('driver license', 'driver license', 'loyalty card')
    """
    words = [word for word in words_of(text) if word not in _FILLING]
    name = " ".join(_SPELT.get(word, word) for word in words)
    return _CATEGORIES.get(name.replace(" ", ""), name) or None


_FILLING = frozenset(["number", "no", "num", "nbr", "id", "identifier", "identification", "the", "of"])
_SPELT = {"licence": "license", "lic": "license", "drivers": "driver", "acct": "account", "pass": "passport"}
_CATEGORIES = {
    short: name
    for name, shorts in {
        "driver license": "dl dln driverlicense operatorlicense oln driver",
        "social security": "ssn socialsecurity ss",
        "passport": "passport pp passportcard",
        "state card": "state statecard nondriver nondrivercard",
        "fbi": "fbi fbiucn ucn universalcontrol",
        "state record": "sid statebureau staterecord",
        "account": "account bankaccount",
        "device": "imei device meid esn",
        "subscriber": "imsi subscriber",
        "sim": "iccid sim simcard",
        "network card": "mac macaddress",
        "alien": "alien anumber uscis alienregistration",
        "inmate": "inmate booking inmatebooking",
        "taxpayer": "ein tin itin taxpayer fein taxid tax employer",
        "serial": "serial sn serialnumber",
    }.items()
    for short in shorts.split()
}
