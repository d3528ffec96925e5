"""A submission of criminal intelligence as its form gives it, as the records that it becomes, and read back from them.

Each subject is a record of its own kind, linked to one of kind `intelligence` that says why it is suspected. Whoever is named only
to identify the subject is a record under a marking of its own, and the role stands on the link, never on the person.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any
from uuid import UUID

from tessera.dictionary import Dictionary
from tessera.dictionary.values import read_value
from tessera.errors import Invalid
from tessera.model.entry import Entry, Thing, Tie
from tessera.store.filed import NCI, PREDICATE, SUBJECT
from tessera.trust.intelligence import (
    Collection,
    Labels,
    Method,
    Nature,
    Person,
    Predicate,
    Reliability,
    SensitivityLevel,
    Validity,
)
from tessera.trust.offences import Offences

KIND = "intelligence"
LINK, AS_SUBJECT, AS_NCI = "suspected-in", "subject", "non-criminal"
IDENTIFIERS: Mapping[str, tuple[str, ...]] = {
    "person": ("full_name", "alias", "birth_date", "license_number", "phone", "address", "city"),
    "organization": ("name", "alias", "registration_number", "phone", "address", "city"),
    "vehicle": ("plate", "plate_state", "vin", "make", "model", "color"),
    "phone": ("number",),
}
"""What a form asks of each kind of subject. Nothing else about people is asked: no trait, no view."""
MOST_SUBJECTS = 20
MOST_NCI = 20
LONGEST = 4000
OWN, OTHERS = 0, 1
"""Variants of the marking: of what is suspected, and of who is named only to identify it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Named:
    """A person or thing by its identifiers, as typed: text by term of its kind."""

    kind: str
    values: Mapping[str, str]


@dataclass(frozen=True, slots=True, kw_only=True)
class DraftSubject:
    """One subject with why it is suspected, and who is named only to identify it."""

    named: Named
    offence: str
    facts: str
    relevance: str
    umbrella: str = ""
    others: tuple[Named, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Draft:
    """What the form holds."""

    source: str
    subjects: tuple[DraftSubject, ...]
    labels: Labels
    method: Method
    authority: str
    attested: bool
    supporting: str


def predicates_of(draft: Draft, author: Person, today: str) -> tuple[Predicate, ...]:
    """Give the predicate of each subject, determined by the author today."""
    return tuple(
        Predicate(
            offence=subject.offence,
            umbrella=subject.umbrella,
            facts=subject.facts.strip(),
            relevance=subject.relevance.strip(),
            determined_by=author.account,
            determined_on=today,
            trained_until=author.trained_until,
        )
        for subject in draft.subjects
    )


def collection_of(draft: Draft, author: Person) -> Collection:
    """Give how it was come by, attested by the author or by nobody."""
    by = author.account if draft.attested else ""
    return Collection(
        method=draft.method,
        authority=draft.authority.strip(),
        attested_by=by,
        supporting=draft.supporting.strip(),
    )


def to_entry(  # noqa: PLR0917 - a draft, and all that is true of the moment
    dictionary: Dictionary, draft: Draft, offences: Offences, uid: UUID, author: Person, today: str
) -> tuple[Entry, tuple[tuple[str, int, str], ...]]:
    """Make the entry of a draft, and its members: (key, number of the subject, role).

    Invalid names the term and the subject where an identifier cannot be entered.
    """
    if not draft.subjects or len(draft.subjects) > MOST_SUBJECTS:
        raise Invalid(f"a submission has 1 to {MOST_SUBJECTS} subjects", where="subjects")
    made = _Made(dictionary, uid, today)
    for number, (subject, predicate) in enumerate(
        zip(draft.subjects, predicates_of(draft, author, today), strict=True), start=1
    ):
        made.add(subject, _terms(draft, predicate, offences, author), number)
    entry = Entry(
        number=f"{uid} {len(made.things)} {today}",
        filename=f"submission-{uid}.jsonl",
        things=tuple(made.things),
        ties=tuple(made.ties),
        classes={(kind.name, t.name): t.field_class for kind in dictionary.kinds.values() for t in kind.terms.values()},
    )
    return entry, tuple(made.members)


def _terms(draft: Draft, predicate: Predicate, offences: Offences, author: Person) -> dict[str, object]:
    labels = draft.labels
    values = {
        "offence": offences.label_of(predicate.offence),
        "offence_code": predicate.offence,
        "umbrella": predicate.umbrella,
        "facts": predicate.facts,
        "relevance": predicate.relevance,
        "determined_by": predicate.determined_by,
        "determined_on": predicate.determined_on,
        "trained_until": predicate.trained_until,
        "sensitivity_level": labels.sensitivity.value,
        "source_reliability": labels.reliability.value,
        "content_validity": labels.validity.value,
        "nature_of_source": labels.nature.value,
        "submitting_agency": author.agency,
        "control_official": labels.control_official.strip(),
        "method": draft.method.value,
        "authority": draft.authority.strip(),
        "attested_by": author.account if draft.attested else "",
        "supporting": draft.supporting.strip(),
    }
    for name, value in values.items():
        if len(value) > LONGEST:
            raise Invalid(f"at most {LONGEST:,} characters can be entered", where=name, advice="Say it shorter.")
    return {name: value for name, value in values.items() if value}


class _Made:
    """Things, links and members, as they come together."""

    def __init__(self, dictionary: Dictionary, uid: UUID, today: str) -> None:
        self._dictionary, self._uid, self._today = dictionary, uid, date.fromisoformat(today)
        self._row = 0
        self.things: list[Thing] = []
        self.ties: list[Tie] = []
        self.members: list[tuple[str, int, str]] = []

    def add(self, subject: DraftSubject, terms: dict[str, object], number: int) -> None:
        if len(subject.others) > MOST_NCI:
            raise Invalid(f"at most {MOST_NCI} can be named to identify a subject", where=f"subject {number}")
        self._row += 1
        why = self._thing(KIND, f"{number}/why", terms, OWN)
        whom = self._named(subject.named, f"{number}/subject", f"subject {number}", OWN)
        self._tie(whom, why, AS_SUBJECT, OWN)
        self.members += [(why.key, number, PREDICATE), (whom.key, number, SUBJECT)]
        for at, other in enumerate(subject.others, start=1):
            self._row += 1
            named = self._named(other, f"{number}/other/{at}", f"subject {number}, named to identify it, {at}", OTHERS)
            self._tie(named, why, AS_NCI, OTHERS)
            self.members.append((named.key, number, NCI))

    def _named(self, named: Named, key: str, where: str, variant: int) -> Thing:
        if named.kind not in IDENTIFIERS:
            raise Invalid(f"{named.kind!r} cannot be named here", where=where, advice=f"Use {', '.join(IDENTIFIERS)}.")
        terms = self._dictionary.kinds[named.kind].terms
        values: dict[str, object] = {}
        for name in IDENTIFIERS[named.kind]:
            try:
                value = read_value(self._dictionary, terms[name], named.values.get(name, ""), today=self._today)
            except Invalid as error:
                raise Invalid(error.message, where=f"{where}: {terms[name].label}", advice=error.advice) from None
            if value is not None:
                values[name] = value
        if not values:
            raise Invalid("nothing identifies it", where=where, advice="Give at least one identifier.")
        return self._thing(named.kind, key, values, variant)

    def _thing(self, kind: str, key: str, values: Mapping[str, object], variant: int) -> Thing:
        made = Thing(kind=kind, key=f"{self._uid}/{key}", row=self._row, values=values, variant=variant)
        self.things.append(made)
        return made

    def _tie(self, start: Thing, end: Thing, role: str, variant: int) -> None:
        ends = (start.kind, start.key), (end.kind, end.key)
        self.ties.append(Tie(type=LINK, role=role, start=ends[0], end=ends[1], row=self._row, variant=variant))


def read_predicate(values: Mapping[str, Any]) -> Predicate:
    """Read a predicate back from the payload of its record."""
    return Predicate(
        offence=values.get("offence_code", ""),
        umbrella=values.get("umbrella", ""),
        facts=values.get("facts", ""),
        relevance=values.get("relevance", ""),
        determined_by=values.get("determined_by", ""),
        determined_on=values.get("determined_on", ""),
        trained_until=values.get("trained_until", ""),
    )


def read_labels(payloads: Sequence[Mapping[str, Any]]) -> Labels | None:
    """Read the labels back; a submission has the same on all its records."""
    if not payloads:
        return None
    values = payloads[0]
    return Labels(
        sensitivity=SensitivityLevel(values["sensitivity_level"]),
        reliability=Reliability(values["source_reliability"]),
        validity=Validity(values["content_validity"]),
        nature=Nature(values["nature_of_source"]),
        control_official=values.get("control_official", ""),
    )


def read_collection(payloads: Sequence[Mapping[str, Any]]) -> Collection | None:
    """Read back how it was come by."""
    if not payloads:
        return None
    values = payloads[0]
    return Collection(
        method=Method(values["method"]),
        authority=values.get("authority", ""),
        attested_by=values.get("attested_by", ""),
        supporting=values.get("supporting", ""),
    )
