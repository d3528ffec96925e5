"""Judgements of people: made, taken back, read. Rows are only ever added.

The newest judgement of a pair that is not taken back is in force. "Different" parts two records for ever, whatever any model
says, until it is taken back. A judgement may be seen by who may see both records.
"""

from uuid import UUID

from tessera.model.judgement import Judgement, Verdict
from tessera.store.transactions import Transaction

ANY = UUID(int=0)
"""Given as `seen`: the judge did not look at what others said, and does not mind."""


def judge(
    tx: Transaction, left_uid: UUID, right_uid: UUID, verdict: Verdict, reason: str, *, seen: UUID | None = ANY
) -> Judgement:
    """Say whether two records are of one thing. Needs JUDGEMENT_CREATE, and that both may be read.

    `reason` is 1 to 2,000 characters. `seen` is the newest judgement of the pair that the judge has read (None: there was
    none); Conflict names who judged since. Invalid: one thing twice, two kinds, or verdict `undone`.
    """
    raise NotImplementedError


def keep_apart(tx: Transaction, stays: UUID, leaves: list[UUID], reason: str) -> list[Judgement]:
    """Part records from an entity: each of `leaves` is judged different from every other member of the entity of `stays`."""
    raise NotImplementedError


def merge(tx: Transaction, uids: list[UUID], reason: str) -> list[Judgement]:
    """Judge that all these records are of one thing: a chain of judgements from the first on."""
    raise NotImplementedError


def undo(tx: Transaction, uid: UUID, reason: str) -> Judgement:
    """Take a judgement back, whoever made it and however long ago. Taking back an undoing brings the first back in force.

    NotFound where a purge took one of its records: then nothing is left to undo. Conflict where it was taken back already.
    """
    raise NotImplementedError


def get(tx: Transaction, uid: UUID) -> Judgement:
    """Read one judgement. Needs ENTITY_READ."""
    raise NotImplementedError


def history(tx: Transaction, uid: UUID, *, limit: int = 200) -> list[Judgement]:
    """Everything that was ever said about this record and one that the reader may see too: people and models, newest first."""
    raise NotImplementedError


def recent(tx: Transaction, *, account: str = "", limit: int = 50, before: UUID | None = None) -> list[Judgement]:
    """List judgements of people that this access may see, newest first; of one account where named."""
    raise NotImplementedError
