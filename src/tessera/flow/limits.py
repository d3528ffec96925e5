"""The buckets of one running process: who has asked how often for what. They are lost, and so filled, when it ends."""

from collections import OrderedDict
from threading import Lock

from tessera.clock import Clock
from tessera.errors import TooMany
from tessera.trust.limits import Bucket, take

MOST_BUCKETS = 20_000
"""Beyond that the ones not used for longest are forgotten, so that a flood of addresses cannot fill the memory."""


class Limits:
    """Counts requests by a name and by who asks."""

    def __init__(self, clock: Clock) -> None:
        """Begin with nobody having asked."""
        self._clock = clock
        self._buckets: OrderedDict[tuple[str, str], Bucket] = OrderedDict()
        self._lock = Lock()

    def count(self, name: str, who: str, *, per_minute: int) -> None:
        """Count one request; raise TooMany, with the seconds to wait, when there were too many. 0: no limit."""
        if per_minute <= 0:
            return
        with self._lock:
            bucket, wait = take(self._buckets.get((name, who)), now=self._clock(), per_minute=per_minute)
            self._buckets[name, who] = bucket
            self._buckets.move_to_end((name, who))
            if len(self._buckets) > MOST_BUCKETS:
                self._buckets.popitem(last=False)
        if wait:
            raise TooMany("there were too many requests in a short time", advice=f"Wait {wait} s.", wait_s=wait)
