"""Requests: what somebody who may not read a record asks its owner, and what the owner answers."""

from dataclasses import dataclass
from enum import StrEnum
from uuid import UUID


class RequestState(StrEnum):
    """What the owner has said."""

    CONTACT = "contact"
    """The owner will talk, and names whom to call."""
    OPEN = "open"
    REFUSED = "refused"
    RELEASED = "released"


@dataclass(frozen=True, slots=True, kw_only=True)
class Request:
    """One question to one owner. Both sides see it; whether there is such a record, the owner alone says."""

    uid: UUID
    at: int
    account: str
    agency: str
    owner: str
    question: str
    why: str
    need_to_know: str
    call_back: str
    purpose: str
    state: RequestState
    answered_at: int | None
    answered_by: str
    answer: str
