"""Groups of people for whom a model may err more than for others: told from what a record says, never guessed beyond it.

A group is no trait of a person but a way in which records are written: a name in another script, with accents or in several
parts suffers more at the hands of forms and clerks, and comparisons may punish that.
"""

import unicodedata
from collections.abc import Iterator, Mapping

from tessera.resolution.name_romanising import script_of

AGE_BANDS = ((18, "under 18"), (25, "18 to 24"), (40, "25 to 39"), (65, "40 to 64"), (200, "65 and over"))
BY_AGE, BY_NAME, BY_SEX = "Age", "How the name is written", "Sex"
TERMS = ("birth_date", "full_name", "given_name", "sex", "surname")
"""Terms that groups are told from."""
FEWEST = 10
"""Pairs below which a share says nothing about a group."""


def groups_of(terms: Mapping[str, str], *, year: int) -> Iterator[tuple[str, str]]:
    """Give the groups of a record, each as (by what, which), in the year from which ages are counted.

    >>> list(groups_of({"surname": "Núñez", "sex": "F", "birth_date": "1990-02-01"}, year=2026))
    [('Sex', 'F'), ('Age', '25 to 39'), ('How the name is written', 'with accents')]
    """
    if sex := terms.get("sex", ""):
        yield BY_SEX, sex
    born = terms.get("birth_date", "")[:4]
    if born.isascii() and born.isdigit() and (band := _age_band(year - int(born))):
        yield BY_AGE, band
    name = " ".join(terms.get(part, "") for part in ("given_name", "surname")).strip() or terms.get("full_name", "")
    if name:
        yield BY_NAME, name_form(name)


def _age_band(age: int) -> str:
    return next((label for limit, label in AGE_BANDS if 0 <= age < limit), "")


def name_form(name: str) -> str:
    """Say how a name is written: its script, or what of Latin letters is more than one word for each name.

    >>> name_form("Владимир"), name_form("Ana de la Cruz"), name_form("Sean O'Neil"), name_form("John Smith")
    ('Cyrillic script', 'several parts', 'several parts', 'plain')
    """
    script = script_of(name)
    if script:
        return f"{script} script"
    if any(unicodedata.combining(letter) for letter in unicodedata.normalize("NFD", name)) or not name.isascii():
        return "with accents"
    several = "-" in name or "'" in name or len(name.split()) > 2  # noqa: PLR2004 - a given name and a surname
    return "several parts" if several else "plain"
