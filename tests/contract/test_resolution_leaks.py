"""Planting hidden records changes nothing for who may not see them: not a member, a value, a count, a pair, a place in a queue.

Two centers get the same records in the same order; one of them gets hidden records in between, and judgements about them. For
the reader who may not see those, both must answer alike.
"""

from collections.abc import Iterator
from dataclasses import replace
from itertools import count
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st
from people import World, people_center
from regions import ANALYST, EPIDEMIOLOGIST
from sqlalchemy import select

from tessera.cli.session import plain
from tessera.clock import Clock
from tessera.flow.center import Center
from tessera.model.access import Access
from tessera.model.judgement import Verdict
from tessera.store import entities, judgements, models, review, tables
from tessera.store.events import Event

OPEN, POLICE, HIDDEN = "open-persons", "police-persons", "health-persons"
START = 1_795_000_000_000
TIMES = {"known_from", "known_to", "at", "entered_at", "newest"}
Deed = tuple[str, Any]
PHASES = (Phase.explicit, Phase.reuse, Phase.generate)
"""A failure is told as it is: making it smaller takes minutes."""

choices = {
    "surname": ("Nunez", "Nuñez", "Brown", "Ng"),
    "given": ("Ana", "Anna", "Eva", "Robert", ""),
    "born": ("1984-03-09", "1984-09-03", "1970-01-31", ""),
    "sex": ("F",),
    "license": ("", "", "D1234567", "B7654321"),
    "phone": ("", "302-555-0143", "302-555-0199"),
    "address": ("", "12 Oak Street", "3 Pine Road"),
    "city": ("", "Dover"),
}
person = st.tuples(*(st.sampled_from(values) for values in choices.values()))
people = st.lists(person, min_size=1, max_size=3)
verdicts = st.sampled_from((Verdict.SAME, Verdict.DIFFERENT, Verdict.UNSURE))
ends = st.tuples(st.integers(0, 11), st.integers(0, 11))
deeds = st.lists(
    st.one_of(
        st.tuples(st.just("open"), people),
        st.tuples(st.just("open"), people),
        st.tuples(st.just("hidden"), people),
        st.tuples(st.just("hidden"), people),
        st.tuples(st.just("newer"), st.tuples(st.integers(0, 5), person)),
        st.tuples(st.just("judge"), st.tuples(ends, verdicts)),
        st.tuples(st.just("judge hidden"), st.tuples(ends, verdicts)),
    ),
    min_size=4,
    max_size=10,
)


def ticking() -> Clock:
    ticks = count(START, 1000)
    return lambda: next(ticks)


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("leaks")


@pytest.fixture
def worlds(database: str, tmp_path: Path) -> Iterator[tuple[World, World]]:
    """One center that gets hidden records; and one, always on SQLite, that never does."""
    made = (people_center(tmp_path / "all", database=database), people_center(tmp_path / "open"))
    yield World(made[0]), World(made[1])
    for center in made:
        center.store.dialect.engine.dispose()


def named(center: Center, value: object) -> Any:  # noqa: ANN401 - JSON
    """Write an answer with records by their source keys, and without instants: what both centers must have alike."""
    r, s = tables.record.c, tables.source.c
    with center.store.writing(ANALYST) as tx:
        tx.note(Event.RECORD_READ)
        query = select(r.uid, r.source_key, s.name).join(tables.source, s.id == r.source_id)
        known = {
            str(UUID(bytes=bytes(row.uid))): f"{row.name}/{row.source_key}" for row in tx.connection.execute(query)
        }

    def walk(value: Any) -> Any:  # noqa: ANN401 - JSON
        if isinstance(value, dict):
            return {walk(key): walk(v) for key, v in value.items() if key not in {*TIMES, "delivery", "locator"}}
        if isinstance(value, list):
            return sorted((walk(one) for one in value), key=repr)  # of equals, identifiers decide, and they differ
        if isinstance(value, float):
            return round(value, 5)
        if isinstance(value, str) and len(value) == 36 and value.count("-") == 4:
            return known.get(value, "some identifier")
        return value

    return walk(plain(value))


def play(world: World, done: list[Deed], *, hidden: bool) -> list[str]:
    """Do all deeds, or only those about open records; return the source keys of the open ones."""
    opened: list[str] = []
    secret: list[str] = []
    number = count()
    for what, deed in done:
        if what in {"open", "hidden"}:
            keys = [f"{'p' if what == 'open' else 'h'}{next(number)}" for _ in deed]
            (opened if what == "open" else secret).extend(keys)
            if what == "open" or hidden:
                source = OPEN if what == "open" else HIDDEN
                world.bring(source, *(",".join((key, *one)) for key, one in zip(keys, deed, strict=True)))
        elif what == "newer" and deed[0] < len(opened):
            world.bring(OPEN, ",".join((opened[deed[0]], *deed[1])))
        elif what == "judge":
            judge(world, opened, opened, deed)
        elif what == "judge hidden" and hidden:
            judge(world, opened, secret, deed)
    return opened


def judge(world: World, lefts: list[str], rights: list[str], deed: Any) -> None:  # noqa: ANN401 - as drawn
    (left, right), verdict = deed
    if left < len(lefts) and right < len(rights) and lefts[left] != rights[right]:
        uids = keys(world.center)
        with world.center.store.writing(ALL) as tx:
            judgements.judge(tx, uids[lefts[left]], uids[rights[right]], verdict, "as told")


def keys(center: Center) -> dict[str, UUID]:
    r = tables.record.c
    with center.store.writing(ANALYST) as tx:
        tx.note(Event.RECORD_READ)
        query = select(r.source_key, r.uid).where(r.known_to.is_(None))
        return {key: UUID(bytes=bytes(uid)) for key, uid in tx.connection.execute(query)}


ALL = replace(
    EPIDEMIOLOGIST,
    actor=replace(EPIDEMIOLOGIST.actor, account="all", roles=ANALYST.actor.roles, groups=ANALYST.actor.groups),
)
"""Of the hospital, and an analyst for public health: sees open and hidden records."""


def answers(center: Center, opened: list[str], access: Access = ANALYST) -> dict[str, Any]:
    """Everything that resolution answers to a reader."""
    uids = keys(center)
    found: dict[str, Any] = {}
    with center.store.reading(access) as tx:
        for key in opened:
            found[f"entity {key}"] = entities.get(tx, uids[key])
            found[f"history {key}"] = sorted(
                (str(one.verdict), str(one.by), one.left_headline, one.right_headline, one.reason, one.in_force)
                for one in judgements.history(tx, uids[key])
            )
        found["sizes"] = {key: entities.sizes(tx, [uids[key]])[uids[key]] for key in opened}
        found["queue"] = review.queue(tx, "person", limit=50)
        found["waiting"] = review.waiting(tx)
        found["agreement"] = review.agreement(tx)
        found["recent"] = judgements.recent(tx)
        found["models"] = [(one.uid, one.waiting, one.capped, one.trained_on) for one in models.all_of(tx, "person")]
    return {name: named(center, value) for name, value in found.items()}


def set_most(center: Center, most: int) -> None:
    """Let a blocking key compare so few records that the bound is met in a small world."""
    words = center.dictionary
    known = words.resolution["person"]
    few = replace(known, blocking=tuple(replace(rule, most=most) for rule in known.blocking))
    center.store.dictionary = replace(words, resolution={"person": few})


@settings(max_examples=15, deadline=None, phases=PHASES, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(done=deeds, most=st.sampled_from((1, 2, 100)))
def test_hidden_records_change_nothing_for_who_may_not_see_them(
    worlds: tuple[World, World], done: list[Deed], most: int
) -> None:
    told = []
    for world, hidden in zip(worlds, (True, False), strict=True):
        for source in (OPEN, HIDDEN):
            world.plan(source)
        world.clear()
        world.center.store.weighing.clear()
        set_most(world.center, most)
        opened = play(world, done, hidden=hidden)
        told.append(answers(world.center, opened))
    assert first_difference(told[0], told[1]) == ""


def first_difference(one: Any, other: Any, where: str = "") -> str:  # noqa: ANN401 - JSON
    """Say where two answers differ; empty where they are alike."""
    if isinstance(one, dict) and isinstance(other, dict) and one.keys() == other.keys():
        found = (first_difference(one[key], other[key], f"{where}/{key}") for key in one)
        return next((said for said in found if said), "")
    if isinstance(one, list) and isinstance(other, list) and len(one) == len(other):
        pairs = enumerate(zip(one, other, strict=True))
        return next((said for at, two in pairs if (said := first_difference(*two, where=f"{where}/{at}"))), "")
    return "" if one == other else f"{where}: {one!r} is not {other!r}"


def test_the_reader_of_all_does_see_what_a_hidden_record_joins(worlds: tuple[World, World]) -> None:
    world = worlds[0]
    world.bring(OPEN, "p0,Nunez,Ana,1984-03-09,F,,,,", "p1,Brown,Ana,,F,,302-555-0143,3 Pine Road,")
    world.bring(HIDDEN, "h0,Nunez,Ana,1984-03-09,F,,302-555-0143,3 Pine Road,")
    uids = keys(world.center)
    with world.center.store.reading(ALL) as tx:
        assert len(entities.members(tx, uids["p0"])) > 1
    with world.center.store.reading(ANALYST) as tx:
        assert len(entities.members(tx, uids["p0"])) == 1
