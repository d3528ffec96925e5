"""The form of a submission: read from its fields, and shown again with all that was typed.

A field of the second subject is called `s2.facts`, one of the first person named to identify it `s2.o1.full_name`.
"""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace

from tessera.store.intelligence_shape import IDENTIFIERS, MOST_NCI, MOST_SUBJECTS, Draft, DraftSubject, Named
from tessera.store.intelligence_views import Filed, Part
from tessera.trust.intelligence import Labels, Method, Nature, Reliability, SensitivityLevel, Validity
from tessera.web.forms import read_choice

_SUBJECT = re.compile(r"s([1-9][0-9]?)\.kind")
_OTHER = re.compile(r"s[1-9][0-9]?\.o([1-9][0-9]?)\.kind")
REASONS = ("offence", "umbrella", "facts", "relevance")
WHOLE = (
    "source",
    "sensitivity",
    "reliability",
    "validity",
    "nature",
    "control_official",
    "method",
    "authority",
    "supporting",
)
__all__ = ["Row", "add", "draft_of", "drop", "filled", "subjects_of"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """One subject, or one named to identify it, as typed. `others` is empty for the latter."""

    kind: str
    values: Mapping[str, str]
    others: tuple["Row", ...] = ()
    names: tuple[str, ...] = field(default=())
    """Terms that its kind is asked for."""


def subjects_of(fields: Mapping[str, str]) -> list[Row]:
    """Read the subjects in their order."""
    numbers = sorted(int(found[1]) for name in fields if (found := _SUBJECT.fullmatch(name)))
    return [_subject(fields, f"s{number}.") for number in numbers[:MOST_SUBJECTS]]


def _subject(fields: Mapping[str, str], prefix: str) -> Row:
    others = sorted(int(found[1]) for name in fields if name.startswith(prefix) and (found := _OTHER.fullmatch(name)))
    made = _row(fields, prefix, REASONS)
    return replace(made, others=tuple(_row(fields, f"{prefix}o{number}.", ()) for number in others[:MOST_NCI]))


def _row(fields: Mapping[str, str], prefix: str, also: Sequence[str]) -> Row:
    kind = read_kind(fields.get(f"{prefix}kind", ""))
    names = IDENTIFIERS[kind]
    return Row(kind=kind, values={name: fields.get(prefix + name, "") for name in (*names, *also)}, names=names)


def read_kind(text: str) -> str:
    """Read which kind of subject it is; what is unknown is a person."""
    return text if text in IDENTIFIERS else "person"


def add(rows: Sequence[Row], wanted: str) -> list[Row]:
    """Add a subject ("person") or one to identify the second subject ("2:person")."""
    number, _, kind = wanted.rpartition(":")
    fresh = Row(kind=read_kind(kind), values={}, names=IDENTIFIERS[read_kind(kind)])
    if not number:
        return [*rows, fresh][:MOST_SUBJECTS]
    return [
        replace(row, others=(*row.others, fresh)[:MOST_NCI]) if str(at) == number else row
        for at, row in enumerate(rows, start=1)
    ]


def drop(rows: Sequence[Row], wanted: str) -> list[Row]:
    """Take out a subject ("2") or one named to identify it ("2:1")."""
    number, _, other = wanted.partition(":")
    if not other:
        return [row for at, row in enumerate(rows, start=1) if str(at) != number]
    return [
        replace(row, others=tuple(one for n, one in enumerate(row.others, start=1) if str(n) != other))
        if str(at) == number
        else row
        for at, row in enumerate(rows, start=1)
    ]


def draft_of(fields: Mapping[str, str], rows: Sequence[Row]) -> Draft:
    """Make the draft. Invalid names the choice that is none."""
    one = {name: fields.get(name, "") for name in WHOLE}
    return Draft(
        source=one["source"],
        subjects=tuple(_draft_subject(row) for row in rows),
        labels=Labels(
            sensitivity=read_choice(SensitivityLevel, one["sensitivity"], name="sensitivity level"),
            reliability=read_choice(Reliability, one["reliability"], name="source reliability"),
            validity=read_choice(Validity, one["validity"], name="content validity"),
            nature=read_choice(Nature, one["nature"], name="nature of source"),
            control_official=one["control_official"],
        ),
        method=read_choice(Method, one["method"], name="how it was collected"),
        authority=one["authority"],
        attested=fields.get("attested") == "yes",
        supporting=one["supporting"],
    )


def _draft_subject(row: Row) -> DraftSubject:
    return DraftSubject(
        named=Named(kind=row.kind, values=row.values),
        offence=row.values.get("offence", ""),
        umbrella=row.values.get("umbrella", ""),
        facts=row.values.get("facts", "").replace("\r\n", "\n"),
        relevance=row.values.get("relevance", "").replace("\r\n", "\n"),
        others=tuple(Named(kind=other.kind, values=other.values) for other in row.others),
    )


def filled(filed: Filed) -> tuple[dict[str, str], list[Row]]:
    """Fill the form with a draft that its author may read, to be written anew."""
    labels, collection = filed.submission.labels, filed.submission.collection
    values = {"source": filed.source}
    if labels is not None:
        values |= {
            "sensitivity": labels.sensitivity.value,
            "reliability": labels.reliability.value,
            "validity": labels.validity.value,
            "nature": labels.nature.value,
            "control_official": labels.control_official,
        }
    if collection is not None:
        values |= {
            "method": collection.method.value,
            "authority": collection.authority,
            "supporting": collection.supporting,
        }
    return values, [_filled(part) for part in filed.parts if part.subject is not None]


def _filled(part: Part) -> Row:
    kind = part.subject.kind if part.subject else "person"
    values = {term.term: term.value for term in part.subject.terms} if part.subject else {}
    if part.why is not None:
        why = {term.term: term.value for term in part.why.terms}
        values |= {name: why.get(name, "") for name in ("umbrella", "facts", "relevance")}
        values["offence"] = why.get("offence_code", "")
    others = tuple(
        Row(kind=one.kind, values={term.term: term.value for term in one.terms}, names=IDENTIFIERS[one.kind])
        for one in part.others
    )
    return Row(kind=kind, values=values, others=others, names=IDENTIFIERS[kind])
