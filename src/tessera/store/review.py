"""The review queue: pairs of which the model is not sure, those first that would change most."""

from uuid import UUID

from tessera.model.judgement import Agreement, ReviewPair
from tessera.store.transactions import Transaction


def queue(tx: Transaction, kind: str = "", *, after: UUID | None = None, limit: int = 20) -> list[ReviewPair]:
    """List the pairs of a kind (or all) that wait for a person, by records joined times uncertainty, most first.

    Needs JUDGEMENT_CREATE. Left out are pairs with a hidden end, pairs that are decided, pairs that the reader has judged,
    and pairs within one entity. `after` is the left record of the last pair of the page before; LOOKED_AT pairs nearest to even odds are looked at.
    """
    raise NotImplementedError


def one(tx: Transaction, left_uid: UUID, right_uid: UUID) -> ReviewPair:
    """Give any two records of a kind side by side, compared by the running model, whether or not they wait in the queue."""
    raise NotImplementedError


def waiting(tx: Transaction) -> dict[str, int]:
    """Count by kind what waits in the queue for this reader, up to LOOKED_AT for each."""
    raise NotImplementedError


def agreement(tx: Transaction, kind: str = "") -> Agreement:
    """Say how far people agree, among themselves and with the running model, over pairs that this access may see."""
    raise NotImplementedError
