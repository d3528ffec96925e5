"""Which language a text is in, told from its letters alone (py3langid, 97 languages; no network)."""

from functools import cache
from typing import Any, Final

LEAST: Final = 40
"""Characters below which a language is not told: short texts are guessed wrong too often."""
SURE: Final = 0.8
_NO_LANGUAGE: Final = "zxx"
"""What the model, and ISO 639-2, call a text that is in no language: numbers, codes."""


def language_of(text: str) -> str:
    """Give the ISO 639-1 code; empty where the text is too short, holds no sentences, or the guess is not sure.

    >>> language_of("The deputy saw two men leave the warehouse before midnight.")
    'en'
    >>> language_of("OK")
    ''
    """
    if len(text) < LEAST:
        return ""
    language, share = _identifier().classify(text)
    return str(language) if share >= SURE and language != _NO_LANGUAGE else ""


@cache
def _identifier() -> Any:  # noqa: ANN401 - the library has no types
    from py3langid.langid import MODEL_FILE, LanguageIdentifier  # noqa: PLC0415 - loaded only where there is text

    return LanguageIdentifier.from_model_file(MODEL_FILE, norm_probs=True)
