"""A report of suspicious activity as its form gives it, and as the records that it becomes."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from uuid import UUID

from tessera.dictionary import Dictionary
from tessera.dictionary.values import read_value
from tessera.errors import Invalid
from tessera.model.entry import Entry, Thing, Tie

KIND, LINK = "suspicious-activity", "involvement"
OBSERVATION = ("observed_at", "text", "address", "city", "sector", "report_number")
LABELS: Mapping[str, tuple[str, ...]] = {
    "source_reliability": ("reliable", "unreliable", "unknown"),
    "content_validity": ("confirmed", "doubtful", "cannot be judged"),
    "nature_of_source": (
        "anonymous tip", "confidential source", "trained interviewer", "written statement (victim)",
        "written statement (witness)", "written statement (other)", "private sector", "unknown",
    ),
}  # fmt: skip
"""Labels of a report and their values (ISE-SAR Functional Standard)."""
SEEN: Mapping[str, tuple[str, ...]] = {
    "person": ("full_name", "birth_date", "phone", "description"),
    "vehicle": ("plate", "plate_state", "make", "model", "color"),
}
"""What a report can name, and by what. A description is of one suspect, and nobody weighs it."""
MOST_SEEN = 20


@dataclass(frozen=True, slots=True, kw_only=True)
class Seen:
    """A person or vehicle that was seen, as typed: text by term; `role` is one of the dictionary's for involvement."""

    kind: str
    values: Mapping[str, str]
    role: str = "mentioned"


@dataclass(frozen=True, slots=True, kw_only=True)
class Observation:
    """What the form holds: text by term of the report's kind, and who or what was seen."""

    source: str
    values: Mapping[str, str]
    seen: tuple[Seen, ...] = ()


def to_entry(dictionary: Dictionary, given: Observation, uid: UUID, today: str, *, agency: str) -> Entry:
    """Make the entry of a report. Invalid names what cannot be entered."""
    if len(given.seen) > MOST_SEEN:
        raise Invalid(f"at most {MOST_SEEN} people and vehicles can be named", where="who was seen")
    observed = _read(dictionary, KIND, OBSERVATION, given.values, today) | {"submitting_agency": agency}
    if not observed.get("text"):
        raise Invalid("it does not say what was observed", where="text", advice="Say what was seen, in sentences.")
    for name, allowed in LABELS.items():
        value = given.values.get(name, "unknown" if "unknown" in allowed else allowed[-1])
        if value not in allowed:
            raise Invalid(f"{value[:40]!r} is not one of its values", where=name, advice=f"Use {', '.join(allowed)}.")
        observed[name] = value
    report = Thing(kind=KIND, key=f"{uid}/observed", row=1, values=observed)
    things, ties = [report], []
    for number, seen in enumerate(given.seen, start=1):
        if seen.kind not in SEEN or seen.role not in dictionary.link_types[LINK].roles:
            raise Invalid(f"{seen.kind!r} as {seen.role!r} cannot be named here", where="who was seen")
        values = _read(dictionary, seen.kind, SEEN[seen.kind], seen.values, today)
        if not values:
            raise Invalid(
                "nothing is said of it", where=f"who was seen, {number}", advice="Describe it, or leave it out."
            )
        thing = Thing(kind=seen.kind, key=f"{uid}/seen/{number}", row=number + 1, values=values)
        things.append(thing)
        start, end = (thing.kind, thing.key), (report.kind, report.key)
        ties.append(Tie(type=LINK, role=seen.role, start=start, end=end, row=thing.row))
    return Entry(
        number=str(uid),
        filename=f"sar-{uid}.jsonl",
        things=tuple(things),
        ties=tuple(ties),
        classes={(kind.name, t.name): t.field_class for kind in dictionary.kinds.values() for t in kind.terms.values()},
    )


def _read(
    dictionary: Dictionary, kind: str, names: Iterable[str], typed: Mapping[str, str], today: str
) -> dict[str, object]:
    terms = dictionary.kinds[kind].terms
    found: dict[str, object] = {}
    for name in names:
        try:
            value = read_value(dictionary, terms[name], typed.get(name, ""), today=date.fromisoformat(today))
        except Invalid as error:
            raise Invalid(error.message, where=terms[name].label, advice=error.advice) from None
        if value is not None:
            found[name] = value
    return found
