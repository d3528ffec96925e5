"""How often somebody may ask in a minute: a bucket that empties with each request and fills again with time."""

from dataclasses import dataclass
from ipaddress import IPv6Address, ip_address
from math import ceil

MINUTE_MS = 60_000
IPV6_BITS_OF_A_HOST = 64


@dataclass(frozen=True, slots=True, kw_only=True)
class Bucket:
    """What is left of a minute's worth of requests, and when that was so (milliseconds)."""

    left: float
    at: int


def take(bucket: Bucket | None, *, now: int, per_minute: int) -> tuple[Bucket, int]:
    """Take one request out; give the bucket as it is then, and how many seconds to wait (0: go on).

    A fresh bucket holds a whole minute's worth, so that a short burst passes.

    >>> bucket, wait = take(None, now=0, per_minute=1)
    >>> wait, take(bucket, now=0, per_minute=1)[1], take(bucket, now=60_000, per_minute=1)[1]
    (0, 60, 0)
    """
    before = bucket or Bucket(left=per_minute, at=now)
    left = min(per_minute, before.left + max(0, now - before.at) * per_minute / MINUTE_MS)
    if left < 1:
        return Bucket(left=left, at=now), max(1, ceil((1 - left) * 60 / per_minute))
    return Bucket(left=left - 1, at=now), 0


def neighbourhood(address: str) -> str:
    """Give what one visitor is known by: an IPv4 address; of IPv6 the network, for one host has many addresses there.

    >>> neighbourhood("2001:db8::7"), neighbourhood("192.0.2.7"), neighbourhood("testclient")
    ('2001:db8::', '192.0.2.7', 'testclient')
    """
    try:
        found = ip_address(address)
    except ValueError:
        return address[:64]
    if not isinstance(found, IPv6Address):
        return str(found)
    if found.ipv4_mapped is not None:
        return str(found.ipv4_mapped)
    return str(IPv6Address(int(found) >> IPV6_BITS_OF_A_HOST << IPV6_BITS_OF_A_HOST))
