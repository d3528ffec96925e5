"""Taking in: keep the bytes, then enter the delivery, then give the receipt. In this order, so that a receipt is true."""

from collections.abc import Callable
from typing import IO

from tessera.engines.blobs import Blobs
from tessera.errors import NotAllowed, Unavailable, Unreadable
from tessera.model.access import Access, Permission
from tessera.model.delivery import Delivery, Via
from tessera.store import deliveries, erasing, parties
from tessera.store.events import Event
from tessera.store.transactions import Store
from tessera.trust.contribution import may_deliver_for

LONGEST_NAME = 255


def take_in(
    store: Store,
    blobs: Blobs,
    access: Access,
    stream: IO[bytes],
    *,
    source: str,
    filename: str,
    via: Via,
    limit: int | None = None,
    on_progress: Callable[[int], None] | None = None,
) -> Delivery:
    """Keep what arrives and return its delivery; one that had arrived before is marked `duplicate`.

    An unknown source, a missing permission or an empty file is refused before anything is kept.
    """
    with store.reading(access) as tx:
        tx.require(Permission.DELIVERY_CREATE)
        decision = may_deliver_for(access, parties.read_source(tx, source)[2].agency)
        if not decision:
            raise NotAllowed(decision.reason, where=f"source {source}")
        tx.note(Event.SOURCE_LISTED, f"source:{source}")
    blob = blobs.put(stream, limit=limit, on_progress=on_progress)
    if not blob.size:
        raise Unreadable("the file is empty (0 bytes)", where=filename, advice="Send it again from its origin.")
    with store.writing(access) as tx:
        if not blobs.exists(blob.sha256):
            raise Unavailable("a purge removed these bytes while they arrived", advice="Deliver the file again.")
        delivery = deliveries.enter(
            tx, source=source, filename=plain_name(filename), sha256=blob.sha256, size=blob.size, via=via
        )
        if delivery.duplicate and blob.sha256 in erasing.unneeded(tx):
            blobs.drop(blob.sha256)  # a purge took rows out of them; the same file again must not bring them back
    return delivery


def plain_name(filename: str) -> str:
    """Keep only the last part of a name that came from outside, without control characters.

    >>> plain_name("../../etc/passwd")
    'passwd'
    """
    last = filename.replace("\\", "/").rsplit("/", 1)[-1]
    return "".join(c for c in last if c.isprintable())[-LONGEST_NAME:] or "unnamed"
