"""What people wrote in requests for redress is deleted when its days are over, while the server runs."""

from contextlib import suppress
from threading import Event

from tessera.errors import Unavailable
from tessera.flow.center import OPERATOR, Center
from tessera.store import redress

HOURS = 24


def forget_regularly(center: Center, stop: Event) -> None:
    """Look once a day, and at the start. What cannot be done now is done the next day."""
    while True:
        with suppress(Unavailable):
            forget(center)
        if stop.wait(HOURS * 3600):
            return


def forget(center: Center) -> int:
    """Delete what is due; return of how many requests."""
    with center.store.writing(OPERATOR) as tx:
        return redress.forget(tx, center.redress_clocks)
