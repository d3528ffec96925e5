"""What a change of policy would do, over all accounts and records: how long the answer takes.

    python bench/what_if.py [ROWS] [ACCOUNTS]

Every account is asked about for every purpose, with and without a need to know, over every marking that records carry. The
bare limit is the count of records by marking alone; beside it stands what it would take to ask the policy account by account,
measured on a few of them.
"""

import random
import statistics
import sys
import time
from itertools import islice, product

import ground
from access_filter import MARKINGS as PLAIN
from sqlalchemy import func, select

from tessera.flow.center import OPERATOR, Center
from tessera.flow.policy_trial import try_change
from tessera.model.access import Access, Actor, Purpose, Role
from tessera.model.marking import Regime
from tessera.store import accounts, policies, tables
from tessera.trust.what_if import accesses_of, what_if

RUNS = 5
PASSWORD = "a quiet harbour in winter"
FEW = 3
REGIMES = (frozenset[Regime](), frozenset({Regime.CJI}), frozenset({Regime.PII}), frozenset({Regime.PHI, Regime.PII}))
MARKINGS = tuple(
    type(plain)(sensitivity=plain.sensitivity, tlp=plain.tlp, regimes=regimes)
    for plain, regimes in product(PLAIN, REGIMES)
)
CHANGE = {
    "site.cedar": '@id("site-night-watch")\n@reads("Watch officers read nothing sensitive to keep watch.")\n'
    'forbid (principal is User, action == Action::"read", resource)\n'
    'when { resource.sensitivity >= 2 && context.purpose == "situational-awareness" } unless { principal.roles.contains("analyst") };\n'
}
WHO = Access(
    actor=Actor(
        account="pat", agency="agency-bench", roles=frozenset({Role.PRIVACY_OFFICER}), trained_until="9999-12-31"
    ),
    purpose=Purpose.OVERSIGHT,
)


def fill(center: Center, rows: int, people: int) -> None:
    """As many rows under each marking, and accounts with every mixture of roles and groups."""
    for number, marking in enumerate(MARKINGS):
        ground.register(center, f"feed-{number}", marking)
        ground.ingest(center, ground.table_of(rows // len(MARKINGS), number + 1), f"feed-{number}")
    chance = random.Random(7)
    working = [role for role in Role if role is not Role.SERVICE]
    with center.store.writing(OPERATOR) as tx:
        for number in range(people):
            account = accounts.Account(
                name=f"person-{number}",
                label=f"Person {number}",
                agency=f"agency-feed-{number % len(MARKINGS)}",
                agency_label="",
                roles=tuple(chance.sample(working, chance.choice((1, 1, 2)))),
                groups=tuple(
                    chance.sample(("cji-cleared", "juvenile-cleared", "law-enforcement"), chance.choice((0, 1, 2)))
                ),
                trained_until=chance.choice(("", "2099-12-31", "2099-12-31")),
                disabled=False,
            )
            accounts.create(tx, account, PASSWORD)


def one_by_one(trial: policies.Trial) -> float:
    """Seconds to ask both policies about all accounts, one access at a time: taken from a few, and multiplied."""
    few, markings = list(islice(trial.actors, FEW)), [each.marking for each in trial.stock]
    started = time.perf_counter()
    for actor in few:
        for access in accesses_of(actor):
            for policy in (trial.before, trial.after):
                policy.readable_fields(access, markings, today=trial.when.today, standing=trial.when.standing)
    return (time.perf_counter() - started) / len(few) * len(trial.actors)


def count(center: Center) -> None:
    """The bare limit: how many records there are under each marking."""
    r = tables.record.c
    with center.store.dialect.engine.connect() as connection:
        connection.execute(select(r.marking_id, func.count()).where(r.known_to.is_(None)).group_by(r.marking_id)).all()


def main(rows: int, people: int) -> None:
    """Fill, ask, print."""
    with ground.throw_away() as center:
        fill(center, rows, people)
        whole = ground.median_ms(lambda: try_change(center.store, WHO, CHANGE), RUNS) / 1000
        found, trial = try_change(center.store, WHO, CHANGE)
        weighing = ground.median_ms(
            lambda: what_if(trial.before, trial.after, trial.actors, trial.stock, trial.when), RUNS
        )
        bare = statistics.median(ground.timed(lambda: count(center)) for _ in range(RUNS)) / 1000
        each = one_by_one(trial)
        ground.print_table(
            f"What a change of policy would do: {found.records:,} records under {found.markings} markings, {found.accounts:,} accounts, "
            f"{len(found.shifts):,} differences, median of {RUNS}, {center.store.dialect.name}",
            ["whole, s", "of it weighing, s", "counting alone, s", "whole / counting", "asked one by one, s"],
            [[whole, weighing / 1000, bare, whole / bare, each]],
        )


if __name__ == "__main__":
    asked = [int(each) for each in sys.argv[1:]]
    main(*(asked + [1_000_000, 1_000][len(asked) :]))
