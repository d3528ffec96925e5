"""Vehicles: plates and VINs in one spelling, what can be misread for what, makers' names and colors."""

# ruff: noqa: SIM905 - a long list of words reads better as words

from dataclasses import dataclass

from tessera.resolution.letters import is_filler, letters_and_digits, words_of

_LENGTH = 17
_CHECK_AT = 8
_NEVER = str.maketrans("IOQ", "100")
_LOOKALIKES = str.maketrans("OQDILZSBG", "000112586")
_VALUES = dict(zip("0123456789", range(10), strict=True)) | dict(
    zip("ABCDEFGHJKLMNPRSTUVWXYZ", (1, 2, 3, 4, 5, 6, 7, 8, 1, 2, 3, 4, 5, 7, 9, 2, 3, 4, 5, 6, 7, 8, 9), strict=True)
)
_WEIGHTS = (8, 7, 6, 5, 4, 3, 2, 10, 0, 9, 8, 7, 6, 5, 4, 3, 2)
_SHORTEST_PLATE, _LONGEST_PLATE = 2, 10
_NO_PLATE = frozenset(
    (
        "NOPLATE NOPLATES NOTAG NOTAGS NOLP TEMP TEMPTAG TEMPORARY PAPER PAPERTAG DEALER EXEMPT STOLEN EXPIRED "
        "NOTSEEN PARTIAL ILLEGIBLE OBSCURED NOTREAD VANITY NEW"
    ).split()
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Vin:
    """A vehicle identification number. One that fails a rule is kept and `sound` is False: it was misread, or is foreign."""

    number: str
    sound: bool

    @property
    def maker_and_design(self) -> str:
        """The first eight characters and the tenth: maker, design and model year (ISO 3779, 49 CFR 565.15)."""
        return self.number[:_CHECK_AT] + self.number[9] if len(self.number) == _LENGTH else ""

    @property
    def serial(self) -> str:
        """The last eight: model year, plant and serial number, which are what people write down of it."""
        return self.number[-8:]


def vin_of(text: str) -> Vin | None:
    """Read a VIN; None where the text is too short to tell vehicles apart or only fills the field.

    I, O and Q never stand in a VIN (ISO 3779 4.3, 49 CFR 565.13(g)), so they are read as 1 and 0. Vehicles from before
    1981 have shorter numbers, and they are not sound either, for nothing in them can be checked.

    >>> vin_of("1M8GDM9A_KP042788"), vin_of("1m8gdm9axkp042788").sound
    (Vin(number='1M8GDM9AKP042788', sound=False), True)
    """
    said = letters_and_digits(text)
    number = said.translate(_NEVER)
    if len(number) < 6 or is_filler(said) or is_filler(number) or len(set(number)) < 3:  # noqa: PLR2004 - shorter ones tell nothing apart
        return None
    return Vin(number=number, sound=len(number) == _LENGTH and check_digit(number) == number[_CHECK_AT])


def check_digit(vin: str) -> str:
    """Compute the character that belongs in the ninth place of a 17-character VIN (49 CFR 565.15(c), table V).

    >>> check_digit("1M8GDM9A_KP042788")
    'X'
    """
    total = sum(_VALUES.get(c, 0) * weight for c, weight in zip(vin, _WEIGHTS, strict=True))
    return "0123456789X"[total % 11]


def plate_of(text: str) -> str | None:
    """Write a plate with letters and digits only; None where it says that there was none.

    Letters stay letters here: O and 0 are two signs on a plate, and `lookalike` is where they meet.

    >>> plate_of("abc-12 O0"), plate_of("no plate")
    ('ABC12O0', None)
    """
    plate = letters_and_digits(text)
    if not _SHORTEST_PLATE <= len(plate) <= _LONGEST_PLATE or plate in _NO_PLATE or is_filler(plate):
        return None
    return plate


def lookalike(plate: str) -> str:
    """Write a plate so that signs that people take for each other are one: O Q D 0, I L 1, Z 2, S 5, G 6, B 8.

    Two plates that meet here are alike, not the same.

    >>> lookalike("QX1OO0S") == lookalike("0X10005")
    True
    """
    return plate.translate(_LOOKALIKES)


def make_of(text: str) -> str | None:
    """Write a maker's name in one way; the codes of the National Crime Information Center (NCIC) are read too.

    >>> make_of("CHEVY"), make_of("TOYT"), make_of("Mercedes-Benz"), make_of("unknown")
    ('chevrolet', 'toyota', 'mercedes', None)
    """
    words = words_of(text)
    if not words or is_filler("".join(words)):
        return None
    return _MAKES.get("".join(words)) or _MAKES.get(words[0]) or " ".join(words)


_MAKES = {
    short: name
    for name, shorts in (
        line.split(":")
        for line in (
            "acura:acur acu|alfa romeo:alfa|audi:aud|bmw:bmw|buick:buic bui|cadillac:cadi cad caddy|chevrolet:chev chevy che "
            "chv|chrysler:chry chr|dodge:dodg dod|fiat:fiat|ford:ford for frd|freightliner:frht|genesis:gene|gmc:gmc|harley "
            "davidson:hd harl harley harleydavidson|honda:hond hon|hyundai:hyun hyu|infiniti:infi inf|international:intl|isuzu:isu "
            "isuz|jaguar:jagu jag|jeep:jeep jep|kawasaki:kawk|kenworth:kw|kia:kia|land rover:lndr landrover rover|lexus:lexs lex|"
            "lincoln:linc lin|mack:mack|mazda:mazd maz|mercedes:merz merc mb benz mercedesbenz mbenz mercedez|mercury:mercury|"
            "mini:mnni minicooper|mitsubishi:mits mit|nissan:niss nis datsun|oldsmobile:olds|peterbilt:ptrb|plymouth:plym|"
            "pontiac:pont pon|porsche:pors|ram:ram|rivian:rivi|saab:saab|saturn:strn|scion:scio|subaru:suba sub|suzuki:suzi|tesla:tesl "
            "tsla|toyota:toyt toy toyo|volkswagen:volk vw vlks|volvo:volv vol|yamaha:yama"
        ).split("|")
    )
    for short in (name.replace(" ", ""), *shorts.split())
}


def model_of(text: str, make: str | None = None) -> str | None:
    """Write a model's name in one word, without the maker's before it.

    >>> model_of("F-150"), model_of("Toyota Camry LE", "toyota"), model_of("N/A")
    ('f150', 'camryle', None)
    """
    words = words_of(text)
    if make and words and make_of(words[0]) == make and len(words) > 1:
        words = words[1:]
    name = "".join(words)
    return None if not name or is_filler(name) else name


_COLOR_WORDS = {
    word: color
    for color, words in {
        "black": "black blk charcoal",
        "blue": "blue blu navy teal turquoise aqua lbl dbl",
        "brown": "brown bro brn bronze copper maroon mar burgundy",
        "gold": "gold gld",
        "gray": "gray grey gry silver sil gun gunmetal slate pewter aluminum",
        "green": "green grn lgr dgr olive",
        "orange": "orange ong org",
        "purple": "purple ple violet",
        "red": "red crimson",
        "tan": "tan beige bge cream crm champagne sand",
        "white": "white whi wht pearl ivory",
        "yellow": "yellow yel",
    }.items()
    for word in words.split()
}
"""NCIC vehicle color codes and common words; silver and gray, and brown and maroon, are taken for one by lamplight."""


def color_of(text: str) -> str | None:
    """Give the color as people tell it at night: silver is gray, beige is tan.

    >>> color_of("Silver"), color_of("dark blue"), color_of("plaid")
    ('gray', 'blue', None)
    """
    return next((found for word in words_of(text) if (found := _COLOR_WORDS.get(word))), None)


def words_told(text: str) -> tuple[str | None, str | None, str | None, str | None]:
    """Read year, color, make and model out of a sentence such as "blue 2014 Honda Civic"; None for what it lacks.

    >>> words_told("Blue 2014 Honda Civic")
    ('2014', 'blue', 'honda', 'civic')
    >>> words_told("black Corvane Pilot")
    (None, 'black', 'corvane', 'pilot')
    """
    words = words_of(text)
    year = next((w for w in words if len(w) == 4 and w.isdigit() and "1900" < w < "2100"), None)  # noqa: PLR2004 - a year
    rest = [w for w in words if w != year and w not in _COLOR_WORDS and w not in _LOOSE]
    if len(rest) > 1 and (known := _MAKES.get("".join(rest[:2]))):
        rest = [known, *rest[2:]]
    make = make_of(rest[0]) if rest else None
    return year, color_of(text), make, model_of("".join(rest[1:3])) if len(rest) > 1 else None


_LOOSE = frozenset(
    "a an the dark light older newer old new two four door sedan suv truck van pickup car vehicle".split()
)
