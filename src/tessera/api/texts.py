"""Texts at the door: what cannot be stored or sent as UTF-8 is refused."""

from typing import Annotated

from pydantic import AfterValidator


def read_text(text: str) -> str:
    """Refuse half a surrogate pair and NUL, which JSON can carry but no database keeps.

    >>> read_text("Núñez")
    'Núñez'
    """
    if "\x00" in text or any("\ud800" <= c <= "\udfff" for c in text):
        msg = "the text holds characters that cannot be kept"
        raise ValueError(msg)
    return text


Text = Annotated[str, AfterValidator(read_text)]
