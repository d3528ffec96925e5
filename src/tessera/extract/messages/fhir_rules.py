"""What FHIR R4 requires of the resources that are read (HL7 FHIR 4.0.1): each breach in a sentence."""

import re
from collections.abc import Iterator, Mapping
from typing import Final

Resource = Mapping[str, object]
_ID: Final = re.compile(r"[A-Za-z0-9.-]{1,64}", re.ASCII)
_TIME: Final = re.compile(
    r"\d{4}(?:-(?:0[1-9]|1[0-2])(?:-(?:0[1-9]|[12]\d|3[01])(?:T(?:[01]\d|2[0-3]):[0-5]\d:(?:[0-5]\d|60)(?:\.\d+)?"
    r"(?:Z|[+-](?:0\d|1[0-4]):[0-5]\d))?)?)?",
    re.ASCII,
)
# Elements that must be there; `x[]` stands for any of x and a type, such as occurrenceDateTime.
_REQUIRED: Final[Mapping[str, tuple[str, ...]]] = {
    "AllergyIntolerance": ("patient",),
    "Condition": ("subject",),
    "DiagnosticReport": ("status", "code"),
    "Encounter": ("status", "class"),
    "Immunization": ("status", "vaccineCode", "patient", "occurrence[]"),
    "MedicationAdministration": ("status", "medication[]", "subject", "effective[]"),
    "MedicationDispense": ("status", "medication[]"),
    "MedicationRequest": ("status", "intent", "medication[]", "subject"),
    "MedicationStatement": ("status", "medication[]", "subject"),
    "Observation": ("status", "code"),
    "Procedure": ("status", "subject"),
}
_STATUSES: Final[Mapping[str, str]] = {
    "DiagnosticReport": "registered partial preliminary final amended corrected appended cancelled entered-in-error unknown",
    "Encounter": "planned arrived triaged in-progress onleave finished cancelled entered-in-error unknown",
    "Immunization": "completed entered-in-error not-done",
    "MedicationAdministration": "in-progress not-done on-hold completed entered-in-error stopped unknown",
    "MedicationDispense": "preparation in-progress cancelled on-hold completed entered-in-error stopped declined unknown",
    "MedicationRequest": "active on-hold cancelled completed entered-in-error stopped draft unknown",
    "MedicationStatement": "active completed entered-in-error intended stopped on-hold unknown not-taken",
    "Observation": "registered preliminary final amended corrected cancelled entered-in-error unknown",
    "Procedure": "preparation in-progress not-done on-hold stopped completed entered-in-error unknown",
}
_GENDERS: Final = ("male", "female", "other", "unknown")
_TIMES: Final = frozenset(
    {
        "abatementDateTime", "authoredOn", "birthDate", "effectiveDateTime", "issued", "occurrenceDateTime", "onsetDateTime",
        "performedDateTime", "recordedDate", "whenHandedOver",
    }
)  # fmt: skip
_PERIODS: Final = frozenset({"effectivePeriod", "onsetPeriod", "performedPeriod", "period"})


def faults(resource: Resource) -> Iterator[str]:
    """Say what a resource breaks of the standard; nothing where it holds."""
    kind = str(resource.get("resourceType"))
    if "id" in resource and not (isinstance(resource["id"], str) and _ID.fullmatch(resource["id"])):
        yield "`id` is none: letters, digits, dashes and points, at most 64."
    for name in _REQUIRED.get(kind, ()):
        if not _there(resource, name):
            yield f"`{name.replace('[]', '[x]')}` is missing, which FHIR R4 requires of {kind}."
    known = _STATUSES.get(kind, "").split()
    if known and "status" in resource and resource["status"] not in known:
        yield f"`status` is {str(resource['status'])[:40]!r}, which is none of {', '.join(known)}."
    if kind in {"Patient", "Practitioner"} and resource.get("gender", "unknown") not in _GENDERS:
        yield f"`gender` is {str(resource['gender'])[:40]!r}, which is none of {', '.join(_GENDERS)}."
    yield from _choices(resource, kind)
    yield from _times(resource)


def _there(resource: Resource, name: str) -> bool:
    if not name.endswith("[]"):
        return resource.get(name) not in (None, "", [], {})
    stem = name[:-2]
    return any(each.startswith(stem) and each[len(stem) : len(stem) + 1].isupper() for each in resource)


def _choices(resource: Resource, kind: str) -> Iterator[str]:
    """An element of several types may be there in one of them only."""
    for stem in ("value", "effective", "onset", "abatement", "performed", "occurrence", "medication"):
        said = [name for name in resource if name.startswith(stem) and name[len(stem) : len(stem) + 1].isupper()]
        if len(said) > 1:
            yield f"`{stem}[x]` of {kind} stands there as {' and '.join(said)}, and may as one of them."


def _times(resource: Resource) -> Iterator[str]:
    for name, value in resource.items():
        if name in _TIMES and not _time(value):
            yield f"`{name}` is {str(value)[:40]!r}, and no time such as 2026-03-01T14:05:00-05:00 or 2026-03."
        if name in _PERIODS:
            yield from _period(name, value)


def _time(value: object) -> bool:
    return isinstance(value, str) and bool(_TIME.fullmatch(value))


def _period(name: str, value: object) -> Iterator[str]:
    if not isinstance(value, dict):
        yield f"`{name}` is no period."
        return
    start, end = value.get("start"), value.get("end")
    for said in (start, end):
        if said is not None and not _time(said):
            yield f"`{name}` has {str(said)[:40]!r}, which is no time."
            return
