"""Names from other alphabets, and the rules by which languages are written in ours.

`romanised` writes any script in ASCII (anyascii). `standard_syllable` turns a syllable of the older romanisation of Chinese (Wade and
Giles, 1892) into pinyin (ISO 7098), so that Mao Tse-tung is Mao Zedong.
"""

import re
import unicodedata
from functools import lru_cache

from anyascii import anyascii

_APOSTROPHES = re.compile("[`\u00b4\u2018\u2019\u02bb\u02bc\u02be\u02bf']")
_PARTED = re.compile(r"(?<=[a-z])(?=[A-Z])")
_CAPITALS_MATTER = re.compile(r"[\u1100-\u11ff\u2e80-\u9fff\uac00-\ud7af\uf900-\ufaff\U00020000-\U0002ffff]")
_ARABIC = re.compile(r"[\u0600-\u06ff\u0750-\u077f]")
_ARABIC_ARTICLE = re.compile(r"(?<![\u0600-\u06ff])\u0627\u0644(?=[\u0600-\u06ff]{3})")
_INITIAL = (
    (re.compile(r"^ts'?(?=u$|o$|ou$|ung$|an$|ang$|ai$|ao$|en$|e$|eng$|ui$|un$|uan$)"), "z"),
    (re.compile(r"^tz'?"), "z"),
    (re.compile(r"^hs"), "x"),
    (re.compile(r"^ch'?(?=i|u$|uan$|un$|ueh$)"), "j"),
    (re.compile(r"^ch'?(?=ou|ung|ang|an|ao|en|eng|ai|e$|ih)"), "zh"),
    (re.compile(r"^t'?(?=[aeiou])"), "d"),
    (re.compile(r"^p'?(?=[aeiou])"), "b"),
    (re.compile(r"^k'?(?=[aeiou])"), "g"),
    (re.compile(r"^j(?=[aeou])"), "r"),
)
_FINAL = ((re.compile(r"ien$"), "ian"), (re.compile(r"ieh$"), "ie"), (re.compile(r"ueh$"), "ue"), (re.compile(r"ih$"), "i"),
          (re.compile(r"ung$"), "ong"), (re.compile(r"(?<=[^i])uo$"), "uo"), (re.compile(r"eh$"), "e"))  # fmt: skip
_SYLLABLE = re.compile(r"(?:ch|hs|ts|tz|sh|[bcdfghjklmnpqrstwxyz])?'?[aeiou]{1,3}(?:n|ng|h|r)?")
_UTTERED = 6


@lru_cache(maxsize=1 << 16)
def romanised(text: str) -> str:
    """Write a text in ASCII letters of any case, without apostrophes; words of other scripts stay apart.

    >>> romanised("Владимир Núñez"), romanised("习近平"), romanised("O'Brien")
    ('Vladimir Nunez', 'Xi Jin Ping', 'OBrien')
    """
    if text.isascii():
        return text.replace("'", "").replace("`", "")
    parted = _ARABIC_ARTICLE.sub("al ", text).replace("\u0639", "a") if _ARABIC.search(text) else text
    letters = unicodedata.normalize("NFC", _APOSTROPHES.sub("", parted))
    plain = anyascii("".join(c if c.isascii() or c.isalnum() or unicodedata.combining(c) else " " for c in letters))
    if _CAPITALS_MATTER.search(text):
        plain = _PARTED.sub(" ", plain)
    return plain.replace("'", "").replace("`", "")


def script_of(text: str) -> str:
    """Name the script of the first letter that is not Latin, as Unicode does; empty where all are Latin.

    >>> script_of("Владимир"), script_of("Núñez")
    ('Cyrillic', '')
    """
    for letter in text:
        if letter.isalpha() and not letter.isascii():
            name = unicodedata.name(letter, "").partition(" ")[0]
            if name not in {"LATIN", "MODIFIER", "FEMININE", "MASCULINE"}:
                return "Chinese" if name == "CJK" else name.capitalize()
    return ""


@lru_cache(maxsize=1 << 16)
def standard_syllable(word: str) -> str:
    """Write a syllable as pinyin does, if it looks like one of the older romanisation; otherwise as it is.

    >>> standard_syllable("hsieh"), standard_syllable("tsung"), standard_syllable("chou"), standard_syllable("smith")
    ('xie', 'zong', 'zhou', 'smith')
    """
    if len(word) > _UTTERED or not _SYLLABLE.fullmatch(word):
        return word
    found = word
    for initial, becomes in _INITIAL:
        changed = initial.sub(becomes, found)
        if changed != found:
            found = changed
            break
    for final, becomes in _FINAL:
        found = final.sub(becomes, found)
    return found


def forget() -> None:
    """Forget the texts that were written in ASCII: a purge wants that."""
    romanised.cache_clear()
    standard_syllable.cache_clear()
