"""Accounts close by themselves: past their last day, and after 90 days without use (CJIS AC-2(3)), while the server runs."""

from contextlib import suppress
from threading import Event

from tessera.errors import Unavailable
from tessera.flow.center import OPERATOR, Center
from tessera.store import accounts
from tessera.trust.account_life import Closed

HOURS = 24


def sweep_regularly(center: Center, stop: Event) -> None:
    """Look once a day, and at the start. What cannot be done now is done the next day."""
    while True:
        with suppress(Unavailable):
            sweep(center)
        if stop.wait(HOURS * 3600):
            return


def sweep(center: Center) -> list[tuple[str, Closed]]:
    """Close what is due; return which accounts, and why."""
    with center.store.writing(OPERATOR) as tx:
        return accounts.sweep(tx)
