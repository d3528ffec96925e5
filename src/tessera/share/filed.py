"""A submission of criminal intelligence as text: its labels on top, its disclaimer beside whom it concerns, its watermark at the end."""

from collections.abc import Iterator

from tessera.model.record import RecordView
from tessera.share.columns import handling
from tessera.share.watermark import Watermark
from tessera.store.intelligence_views import Filed, Part
from tessera.trust.intelligence import DISCLAIMER

LABELS = (
    "sensitivity_level", "source_reliability", "content_validity", "nature_of_source", "submitting_agency", "control_official",
)  # fmt: skip
"""What 28 CFR 23.20(g) puts on the label: sensitivity, confidence, submitting agency and control official."""


def write_submission(filed: Filed, watermark: Watermark) -> str:
    """Write what this reader may read of a submission. Masked values stay out, and say so."""
    return "\n".join([*_lines(filed, watermark), ""])


def _lines(filed: Filed, watermark: Watermark) -> Iterator[str]:
    yield handling(filed.marking)
    yield f"Criminal intelligence {filed.uid}, {filed.submission.state.value}; to be reviewed by {filed.submission.review_by}"
    why = next((part.why for part in filed.parts if part.why is not None), None)
    if why is not None:
        yield from (f"{label}: {value}" for name, label, value in _terms(why) if name in LABELS)
    for part in filed.parts:
        yield from _part(part)
    yield ""
    yield watermark.line
    yield handling(filed.marking)


def _part(part: Part) -> Iterator[str]:
    yield ""
    yield f"Subject {part.number}: {part.subject.headline if part.subject else 'not to be read by you'}"
    for view in (part.subject, part.why):
        if view is not None:
            yield from (f"  {label}: {value}" for name, label, value in _terms(view) if name not in LABELS)
    if part.others:
        yield f"  {DISCLAIMER}"
        for other in part.others:
            said = ", ".join(f"{label}: {value}" for _, label, value in _terms(other))
            yield f"  Named to identify the subject: {other.kind_label}, {said}"


def _terms(view: RecordView) -> Iterator[tuple[str, str, str]]:
    for term in view.terms:
        yield term.term, term.label, f"(masked: {term.masked_by})" if term.masked else term.value
