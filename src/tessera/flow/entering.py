"""What is entered by form: its bytes are kept first, then everything else is one transaction; if that fails, nothing is kept."""

import io
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from uuid import UUID

from tessera.flow import purging
from tessera.flow.center import Center
from tessera.model.access import Access
from tessera.model.entry import Entry, KeptBytes
from tessera.store import intelligence, suspicious_activity
from tessera.store.intelligence_shape import Draft
from tessera.store.promotions import Origin
from tessera.store.suspicious_activity_shape import Observation


@dataclass
class _Keeper:
    """Keeps bytes, and knows which, so that they can be dropped again."""

    center: Center
    kept: list[KeptBytes] = field(default_factory=list)

    def __call__(self, entry: Entry) -> KeptBytes:
        blob = self.center.blobs.put(io.BytesIO(entry.to_bytes()))
        self.kept.append(KeptBytes(sha256=blob.sha256, size=blob.size))
        return self.kept[-1]


@contextmanager
def _keeping(center: Center) -> Iterator[_Keeper]:
    keeper = _Keeper(center)
    try:
        yield keeper
    except BaseException:
        for one in keeper.kept:  # each entry's bytes are like no others, so nobody else has them
            center.blobs.drop(one.sha256)
        raise


def submit(center: Center, access: Access, draft: Draft, origin: Origin | None = None) -> UUID:
    """Enter a draft of criminal intelligence."""
    with _keeping(center) as kept, center.store.writing(access) as tx:
        return intelligence.submit(tx, draft, kept, center.offences, origin)


def rewrite(center: Center, access: Access, uid: UUID, draft: Draft) -> None:
    """Write one's own draft anew; what it replaces is erased from every copy."""
    with _keeping(center) as kept, center.store.writing(access) as tx:
        begun = intelligence.rewrite(tx, uid, draft, kept, center.offences)
    if begun is not None:
        purging.complete(center, begun[0], traces=begun[1])


def withdraw(center: Center, access: Access, uid: UUID, *, reason: str) -> None:
    """Take one's own draft back; it is erased from every copy."""
    with center.store.writing(access) as tx:
        begun = intelligence.withdraw(tx, uid, reason=reason)
    if begun is not None:
        purging.complete(center, begun[0], traces=begun[1])


def receive(center: Center, access: Access, given: Observation, origin: Origin | None = None) -> UUID:
    """Enter a report of suspicious activity."""
    with _keeping(center) as kept, center.store.writing(access) as tx:
        return suspicious_activity.receive(tx, given, kept, origin)
