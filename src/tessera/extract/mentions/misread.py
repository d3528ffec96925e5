"""What a reader of pictures took for letters: O for zero, l and I for one, in numbers that a word or their form tells.

The letters are read as digits in a copy of the text, place for place, and the rules look at that copy again. What they find
counts where such a letter is in it.
"""

import re
from collections.abc import Iterator
from dataclasses import replace
from typing import Final

from tessera.extract.mentions import bare_times, dates, money, numbers, phones, times
from tessera.extract.mentions.look import Look
from tessera.model.found import Mention, MentionType

_GOES_ON: Final = re.compile(r"\d+(?:[/:.,-]?[OoIl](?![a-z]))")
_TOKEN: Final = re.compile(r"(?<![A-Za-z\d])(?=[OoIl/:.,-]*\d)[\dOoIl]+(?:[/:.,-][\dOoIl]+)*(?![A-Za-z])")
_DIGITS: Final = str.maketrans("OoIl", "0011")
_SHARE: Final = 2
"""One character in so many must be a digit already."""
_CONFIDENCE: Final = 0.8
_RULES: Final = (*dates.RULES, *times.RULES, *bare_times.RULES, *phones.RULES, *numbers.RULES, *money.RULES)
_TOLD: Final = {
    MentionType.DATE: re.compile(
        r"(?i)\b(?:date[ds]?|d\.?o\.?b\.?|born|on|since|from|until|exp(?:ires)?|issued|rec'?d|received|filed|rev)\W{0,4}\Z"
    ),
    MentionType.TIME: re.compile(r"(?i)\b(?:ti(?:m|rn)es?|at|on|about|around|between|and|to|hrs|hours)\W{0,4}\Z"),
    MentionType.SSN: re.compile(
        r"(?i)(?<![a-z])(?:ssn?|s\.\s?s\.\s?(?:n\.)?|soc(?:ial)?(?:\s+sec(?:urity)?)?)(?![a-z])[^;\n]{0,16}\Z"
    ),
}
_FULL_DATE: Final = re.compile(
    r"[\dOoIl]{1,2}[/.-][\dOoIl]{1,2}[/.-][\dOoIl]{4}|[\dOoIl]{4}-[\dOoIl]{2}-[\dOoIl]{2}|.*[A-Za-z]{3}.*"
)
_REACH: Final = 40


def misread(look: Look) -> Iterator[Mention]:
    """Find numbers in which letters stand for digits."""
    if not any(_is_mixed(look.text, at) for at in look.figures):
        return
    mended = _TOKEN.sub(_as_digits, look.text)
    if mended == look.text:
        return
    changed = [at for at, (old, new) in enumerate(zip(look.text, mended, strict=True)) if old != new]
    again = Look(mended)
    for rule in _RULES:
        for mention in rule.mentions(again):
            if any(mention.start <= at < mention.end for at in changed) and _is_told(look.text, mention):
                yield replace(mention, confidence=_CONFIDENCE)


def _is_mixed(text: str, at: int) -> bool:
    """Say whether a letter that looks like a digit touches these figures."""
    left = text[at - 1] in "OoIl" and not text[at - 2 : at - 1].isalpha() if at else False
    return left or _GOES_ON.match(text, at) is not None


def _as_digits(match: re.Match[str]) -> str:
    said = match.group()
    digits, signs = sum(c.isdigit() for c in said), sum(c.isalnum() for c in said)
    return said.translate(_DIGITS) if digits * _SHARE > signs or (digits, signs) == (1, 2) else said


def _is_told(text: str, mention: Mention) -> bool:
    """Say whether a word tells what the number is; a whole date needs none, and the other rules ask for theirs."""
    told, said = _TOLD.get(mention.type), text[mention.start : mention.end]
    if told is None:
        return mention.type is not MentionType.MONEY or sum(c.isdigit() for c in said) > 1
    if mention.type is MentionType.DATE and _FULL_DATE.fullmatch(said):
        return True
    return told.search(text[max(0, mention.start - _REACH) : mention.start]) is not None
