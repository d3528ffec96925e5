"""A random sample that nobody could choose, and that anybody can draw again.

The seed is made of a signed checkpoint of the audit log and a label (period and round). A checkpoint that was signed after
the period ended cannot have been known while anybody could still choose what to do in that period. From the seed, a stream of
SHA-256 blocks picks entries, each set of a size as likely as every other.

    seed    = SHA-256("tessera sample v1" LF, the checkpoint's body, the log's own signature line LF, label LF)
    block i = SHA-256(seed, i as 8 bytes, big-endian); each block gives one number below 2^256

Only the log's own signature counts: witnesses may add theirs later, and the sample stays the same.
"""

import hashlib
import re
from collections.abc import Iterable, Iterator, Mapping
from datetime import date
from typing import Any

from tessera.errors import Invalid, Tampered
from tessera.trust.checkpoint import parse_checkpoint, verify_checkpoint

_HEAD = b"tessera sample v1\n"
_RANGE = 1 << 256
_MONTH = re.compile(r"[0-9]{4}-(0[1-9]|1[0-2])", re.ASCII)


def label_of(period: str, number: int) -> str:
    """Name a draw by its month (ISO) and round, from 1.

    >>> label_of("2026-10", 1)
    '2026-10/1'
    """
    if not _MONTH.fullmatch(period):
        raise Invalid(f"{period[:20]!r} is no month", where="period", advice="Write it as 2026-10.")
    if number < 1:
        raise Invalid(f"there is no round {number}", where="round", advice="Rounds are counted from 1.")
    return f"{period}/{number}"


def month_after(period: str) -> str:
    """Name the month that follows.

    >>> month_after("2026-12")
    '2027-01'
    """
    label_of(period, 1)
    year, month = int(period[:4]), int(period[5:])
    return f"{year + month // 12:04d}-{month % 12 + 1:02d}"


def month_before(day: str) -> str:
    """Name the last month that had ended on this ISO day.

    >>> month_before("2027-01-01")
    '2026-12'
    """
    first = date.fromisoformat(day).replace(day=1)
    return date.fromordinal(first.toordinal() - 1).isoformat()[:7]


def seed_of(note: str, label: str) -> bytes:
    """Make the seed (32 bytes) of a signed checkpoint and a label. The caller has checked the signature."""
    origin = parse_checkpoint(note).origin
    body, _, signatures = note.rpartition("\n\n")
    own = [line for line in signatures.splitlines() if line.split(" ")[1:2] == [origin]]
    if len(own) != 1:
        message = f"the checkpoint has {len(own)} signatures of {origin}, not one"
        raise Tampered(message, where="checkpoint", advice="Use the checkpoint as the log signed it.")
    text = f"{body}\n{own[0]}\n{label}\n"
    return hashlib.sha256(_HEAD + text.encode()).digest()


def draw(seed: bytes, population: int, size: int) -> tuple[int, ...]:
    """Draw `size` different numbers from 0 to below `population`, or all of them, in ascending order.

    Floyd's way: for each of the last `size` numbers one draw among those up to it; where that is taken already, the number
    itself. Every set is equally likely, and no number is tried twice.

    >>> draw(b"x" * 32, 3, 5)
    (0, 1, 2)
    """
    stream = _numbers(seed)
    chosen: set[int] = set()
    for last in range(max(population - size, 0), population):
        pick = below(stream, last + 1)
        chosen.add(last if pick in chosen else pick)
    return tuple(sorted(chosen))


def below(stream: Iterator[int], bound: int) -> int:
    """Take the next number below `bound`, none more likely than another.

    Numbers of the stream that lie above the last whole multiple of `bound` are thrown away; a remainder alone would favour
    the small ones.
    """
    fair = _RANGE - _RANGE % bound
    return next(number for number in stream if number < fair) % bound


def _numbers(seed: bytes) -> Iterator[int]:
    counter = 0
    while True:
        yield int.from_bytes(hashlib.sha256(seed + counter.to_bytes(8, "big")).digest(), "big")
        counter += 1


def redraw(document: Mapping[str, Any], verifier_keys: Iterable[str]) -> list[str]:
    """Draw a published sample again; say in sentences what does not fit, or nothing where all does.

    `document` is what `tessera sample show --json` writes: period, round, checkpoint, population and the drawn positions.
    """
    try:
        label = label_of(str(document["period"]), int(document["round"]))
        note, population = str(document["checkpoint"]), int(document["population"])
        items = [(int(item["position"]), int(item["entry"])) for item in document["drawn"]]
        signed = verify_checkpoint(note, verifier_keys)
    except (KeyError, TypeError, ValueError) as problem:
        raise Invalid(
            f"this is no sample: {problem!r}", where="sample", advice="Use the file as it was given."
        ) from None
    wrong = []
    if tuple(position for position, _ in items) != draw(seed_of(note, label), population, len(items)):
        wrong.append(f"The checkpoint does not choose these positions of {population} for {label}.")
    entries = [entry for _, entry in items]
    if entries != sorted(set(entries)):
        wrong.append("The entries are not in the order of the log.")
    if any(not position <= entry < signed.size for position, entry in items):
        wrong.append("An entry lies outside of what the checkpoint covers.")
    return wrong


def population_digest(entries: Iterable[int]) -> str:
    """Sum up which entries of the log could be drawn: SHA-256 over their numbers, ascending, one a line."""
    digest = hashlib.sha256()
    for entry in entries:
        digest.update(b"%d\n" % entry)
    return digest.hexdigest()
