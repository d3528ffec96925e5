"""People of the invented region who review pairs: they know the truth, mostly say it, and do not always agree."""

import re
from uuid import UUID

from tessera.demo import DemoAccount
from tessera.demo.persons import Known
from tessera.flow.center import Center
from tessera.model.access import Access, Actor, Role
from tessera.model.judgement import ReviewPair, Verdict, Waterfall
from tessera.store import judgements, records, review
from tessera.store.transactions import Transaction

PAIRS = 60
"""Pairs of the queue that are looked at; every third is judged, and the others wait for whoever tries the demo."""
UNSURE_EVERY, OTHERWISE_EVERY = 5, 12
"""Of the pairs judged, every so manieth the first reviewer is unsure, and the second says otherwise."""
_DIFFERENT = re.compile(r"\bdifferent\b|\bapart\b")


def judge_some(center: Center, accounts: tuple[DemoAccount, ...], known: Known) -> int:
    """Judge some pairs of persons by the truth; return how many. Nothing where somebody has judged before."""
    analysts = [_access(account) for account in accounts if Role.ANALYST in account.roles]
    if not analysts or not known:
        return 0
    first = analysts[0]
    with center.store.reading(first) as tx:
        if judgements.recent(tx, limit=1):
            return 0
        pairs = review.queue(tx, "person", limit=PAIRS)[::3]
        persons = {uid: known[key] for key, uid in records.of_sources(tx, "person", known).items()}
    told = [(pair, _verdict(pair, persons, number)) for number, pair in enumerate(pairs, start=1)]
    for pair, verdict in told:
        with center.store.writing(first) as tx:
            _say(tx, pair, verdict)
    for second in analysts[1:]:
        _judge_again(center, second, told, known)
    return len(told)


def _judge_again(center: Center, second: Access, told: list[tuple[ReviewPair, Verdict]], known: Known) -> None:
    """Have a second person look at those pairs of which they may see both ends; sometimes they are less sure."""
    with center.store.reading(second) as tx:
        seen = set(records.of_sources(tx, "person", known).values())
    both = [(pair, verdict) for pair, verdict in told if {pair.pair.left.uid, pair.pair.right.uid} <= seen]
    for number, (pair, verdict) in enumerate(both, start=1):
        with center.store.writing(second) as tx:
            _say(tx, pair, Verdict.UNSURE if number % OTHERWISE_EVERY == 0 else verdict)


def _access(account: DemoAccount) -> Access:
    actor = Actor(
        account=account.account,
        agency=account.agency,
        roles=frozenset(account.roles),
        groups=frozenset(account.groups),
        trained_until=account.trained_until,
    )
    return Access(actor=actor, purpose=account.purpose)


def _verdict(pair: ReviewPair, persons: dict[UUID, str], number: int) -> Verdict:
    left, right = persons.get(pair.pair.left.uid), persons.get(pair.pair.right.uid)
    if left is None or right is None or number % UNSURE_EVERY == 0:
        return Verdict.UNSURE
    return Verdict.SAME if left == right else Verdict.DIFFERENT


def _say(tx: Transaction, pair: ReviewPair, verdict: Verdict) -> None:
    judgements.judge(tx, pair.pair.left.uid, pair.pair.right.uid, verdict, reason_of(pair.pair.waterfall, verdict))


def reason_of(waterfall: Waterfall, verdict: Verdict) -> str:
    """Give a reason as a reviewer of the region might: what speaks for it most, and what against."""
    shown = sorted((step for step in waterfall.steps if step.weight and not step.masked), key=lambda step: step.weight)
    speaks_for = [step.says for step in reversed(shown) if step.weight > 0][:2]
    against = [step.says for step in shown if step.weight < 0 and _DIFFERENT.search(step.says)][:1]
    if verdict is Verdict.SAME:
        slip = f"; {against[0]} is a slip of one office" if against else ""
        return _sentence(f"{' and '.join(speaks_for) or 'the files agree'}{slip}")
    if verdict is Verdict.DIFFERENT:
        return _sentence(f"two people: {against[0] if against else 'each office knows its own'}")
    return "The files do not say enough. To be asked again when more is known."


def _sentence(text: str) -> str:
    return f"{text[:1].upper()}{text[1:]}."
