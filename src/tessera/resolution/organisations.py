"""Names of bodies: without their legal form, with words spelt out, and each of several names by itself."""

# ruff: noqa: SIM905 - a long list of words reads better as words

import re
from dataclasses import dataclass
from functools import lru_cache

from tessera.resolution.letters import is_filler, letters_and_digits, plain, words_of

_FORMS = {
    "corp": "corp corporation",
    "inc": "inc incorporated",
    "co": "co company cos",
    "ltd": "ltd limited",
    "llc": "llc lc",
    "llp": "llp",
    "lp": "lp",
    "lllp": "lllp",
    "pc": "pc",
    "pllc": "pllc",
    "pa": "pa",
    "plc": "plc",
    "gmbh": "gmbh",
    "ag": "ag",
    "sa": "sa",
    "srl": "srl",
    "bv": "bv",
    "nv": "nv",
    "oy": "oy",
    "ab": "ab",
    "kg": "kg",
    "sarl": "sarl",
}
_FORM_OF = {word: form for form, words in _FORMS.items() for word in words.split()}
"""Words that the law wants in a name and that tell its form: Model Business Corporation Act 4.01, Uniform Limited
Liability Company Act 112; foreign ones as in ISO 20275."""
_LONG_FORMS = (
    ("limited liability limited partnership", "lllp"),
    ("limited liability company", "llc"),
    ("limited liability co", "llc"),
    ("limited liability partnership", "llp"),
    ("professional limited liability company", "pllc"),
    ("professional corporation", "pc"),
    ("professional association", "pa"),
    ("limited partnership", "lp"),
    ("public limited company", "plc"),
)
_SPELT_OUT = {
    short: word
    for word, shorts in {
        "and": "n",
        "association": "assn assoc",
        "associates": "assocs",
        "brothers": "bros",
        "center": "ctr cntr centre",
        "church": "ch",
        "committee": "cmte",
        "construction": "constr const",
        "department": "dept",
        "development": "dev devel",
        "distributors": "distrs",
        "division": "div",
        "engineering": "engrg eng",
        "enterprises": "ent entps enterprise",
        "equipment": "equip",
        "government": "govt",
        "group": "grp",
        "hospital": "hosp",
        "industries": "inds ind",
        "insurance": "ins",
        "international": "intl",
        "laboratories": "labs",
        "management": "mgmt mgt",
        "manufacturing": "mfg manuf",
        "market": "mkt",
        "national": "natl",
        "police": "pd",
        "products": "prods",
        "properties": "props",
        "restaurant": "rest",
        "saint": "st",
        "school": "sch",
        "services": "svc svcs serv service",
        "systems": "sys",
        "technologies": "tech techs technology",
        "transport": "transp trans",
        "trucking": "trkg",
        "university": "univ",
    }.items()
    for short in shorts.split()
}
_EMPTY = frozenset("the of and a an".split())
_TRADING = re.compile(
    r"[\s,(]+(?:d\s*[./]?\s*b\s*[./]?\s*a\b\.?|t\s*/\s*a\b|a\s*/?\s*k\s*/?\s*a\b\.?|f\s*/?\s*k\s*/?\s*a\b\.?|doing business as|trading as|"
    r"also known as|formerly known as|formerly)[\s:]+",
    re.IGNORECASE,
)
_INITIALS = re.compile(
    r"\b(?:[A-Za-z]\s*\.\s*){2,}|\b(?:[A-Za-z]\s+){2,}(?=[A-Za-z]\b)|(?<=\b[A-Za-z])\.(?=[A-Za-z]\b)"
)


@dataclass(frozen=True, slots=True, kw_only=True)
class BodyName:
    """One name of a body. `core` is what is left without legal form and filling words, in ASCII lower case."""

    core: str
    form: str
    """A short word such as `llc`; empty where the name tells none."""

    @property
    def sorted_core(self) -> str:
        """The words in the order of the alphabet, for names told in another order."""
        return " ".join(sorted(self.core.split()))

    @property
    def initials(self) -> str:
        """The first letters, where the name has at least three words to abbreviate."""
        words = self.core.split()
        return "".join(word[0] for word in words) if len(words) > 2 else ""  # noqa: PLR2004 - two letters tell nothing


@lru_cache(maxsize=16_384)
def names_of_body(text: str) -> tuple[BodyName, ...]:
    """Read the names in a text: the legal one first, then what it trades as or was called (d/b/a, t/a, f/k/a).

    >>> [name.core for name in names_of_body("Heron Mfg. Co., Inc. d/b/a The Heron Works")]
    ['heron manufacturing', 'heron works']
    """
    parts = [part.strip(" ,;()") for part in _TRADING.split(f" {plain(text)} ")]
    names = [name for part in parts if part and (name := _body_name(part))]
    return tuple(dict.fromkeys(names))


def _body_name(text: str) -> BodyName | None:
    joined = _INITIALS.sub(lambda found: re.sub(r"[.\s]", "", found.group()) + " ", text)
    if is_filler(letters_and_digits(text)):
        return None
    said = " ".join(words_of(joined.replace("&", " and ").replace("+", " and ")))
    words, form = _without_form(said)
    words = [_SPELT_OUT.get(word, word) for word in words]
    core = [word for word in words if word not in _EMPTY] or words
    name = " ".join(core)
    return BodyName(core=name, form=form) if name else None


def _without_form(said: str) -> tuple[list[str], str]:
    """Take legal forms off the end; the innermost is what the body is. A name that is nothing else keeps its words."""
    for long, short in _LONG_FORMS:
        if said.endswith(" " + long):
            return said.removesuffix(long).split(), short
    words, form = said.split(), ""
    while len(words) > 1 and (found := _FORM_OF.get(words[-1])):
        words, form = words[:-1], form if form and found == "co" else found
        if words[-1] == "and" and len(words) > 1:
            words = words[:-1]
    return words, form
