"""A center that starts with another dictionary: a model runs for every kind, and who is who is worked out again by itself."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest
from people import ANA, ANA_AGAIN, BOB, World, bring, members, people_center
from regions import STEWARD
from sqlalchemy import select

from tessera.demo.draw import Draw
from tessera.demo.people import People, see
from tessera.demo.places import Gazetteer
from tessera.flow import resolving_all
from tessera.flow.center import Center
from tessera.flow.pipeline import PIPELINE
from tessera.model.entity import ModelView
from tessera.resolution import start_model
from tessera.store import models, nodes, tables
from tessera.store.events import Event
from tessera.store.transactions import Store


@pytest.fixture
def center(database: str, tmp_path: Path) -> Iterator[Center]:
    made = people_center(tmp_path / "center", database=database)
    bring(made, ANA.format(id="a1"), BOB.format(id="b1"))
    bring(made, ANA_AGAIN.format(id="a2"), source="police-persons")
    yield made
    made.store.dialect.engine.dispose()


def declared_otherwise(center: Center) -> Center:
    """Open the same center with a dictionary whose model of persons has another size limit."""
    person = center.dictionary.resolution["person"]
    other = replace(person, most_members=person.most_members - 1, digest="0" * 64)
    assert other.digest != person.digest
    dictionary = replace(center.dictionary, resolution={**center.dictionary.resolution, "person": other})
    store = Store(center.store.dialect, policy=center.store.policy, dictionary=dictionary, clock=center.clock)
    return replace(center, dictionary=dictionary, store=store)


def trained(center: Center) -> str:
    """Let a version of our own run for persons."""
    made = replace(start_model(center.dictionary.resolution["person"]), uid="of-our-own")
    with center.store.writing(STEWARD) as tx:
        models.enter(tx, made.to_json(), reason="Learnt on our records.")
    return resolving_all.switch(center.pipeline, "of-our-own", account="dana", reason="It is better.").uid


def running(center: Center) -> ModelView:
    with center.store.reading(STEWARD) as tx:
        return next(view for view in models.all_of(tx, "person") if view.running)


def test_nothing_waits_where_everything_is_resolved(center: Center) -> None:
    assert resolving_all.behind(center.store) == []
    assert members(center, "a1") == {"a1", "a2"}


def test_another_declaration_begins_anew_and_keeps_what_was_trained(center: Center) -> None:
    assert trained(center) == "of-our-own"
    changed = declared_otherwise(center)
    assert members(changed, "a1") == {"a1"}
    assert resolving_all.behind(changed.store) == ["person"]
    assert running(changed).reason == models.RESTS
    resolving_all.run(changed.pipeline, "person")
    assert members(changed, "a1") == {"a1", "a2"}
    assert resolving_all.behind(changed.store) == []
    with changed.store.reading(STEWARD) as tx:
        kept = {view.uid: view for view in models.all_of(tx, "person")}["of-our-own"]
    assert not kept.fits


def test_what_was_trained_runs_again_once_the_declaration_fits(center: Center) -> None:
    trained(center)
    changed = declared_otherwise(center)
    resolving_all.behind(changed.store)
    resolving_all.run(changed.pipeline, "person")
    assert resolving_all.behind(center.store) == ["person"]
    assert running(center).uid == "of-our-own"
    resolving_all.run(center.pipeline, "person")
    assert members(center, "a1") == {"a1", "a2"}


def test_the_center_begins_by_itself_what_waits(center: Center) -> None:
    changed = declared_otherwise(center)
    with changed.jobs() as jobs:
        assert jobs.resolve_behind() == ["person"]
        jobs.resolve("run", "person", account="dana")
        assert members(changed, "a1") == {"a1", "a2"}
        assert jobs.resolve_behind() == []


def test_a_site_that_resolves_by_hand_is_left_alone(center: Center) -> None:
    changed = declared_otherwise(center)
    by_hand = replace(changed, settings=replace(changed.settings, resolve_online=False))
    with by_hand.jobs() as jobs:
        assert jobs.resolve_behind() == []


def weights(center: Center, uid: str) -> dict[tuple[int, int], float]:
    """Give what a version weighs, by the keys of the two nodes."""
    p, m = tables.pair.c, tables.resolution_model.c
    query = select(p.left_id, p.right_id, p.weight).join(tables.resolution_model, m.id == p.model_id)
    with center.store.dialect.engine.connect() as connection:
        rows = connection.execute(query.where(m.uid == uid, p.known_to.is_(None))).all()
    assert len({(row.left_id, row.right_id) for row in rows}) == len(rows)
    return {(row.left_id, row.right_id): row.weight for row in rows}


def weighed_anew(center: Center) -> dict[tuple[int, int], float]:
    """Weigh the pairs of the version that runs once more, from the records themselves."""
    with center.store.writing(PIPELINE) as tx:
        version = models.begin(tx, "person")
        tx.note(Event.RECORD_READ)
        ends = list(weights(center, version.uid))
        rows = nodes.load(tx, version.alone, {end for some in ends for end in some})
    return {ends: found.weight for ends, found in version.scorer.weigh(rows, ends, version.floor).items()}


def strangers(count: int) -> list[str]:
    """Write people down who have little in common."""
    draw = Draw(3, "strangers")
    pool = People(5, count, Gazetteer(5), date(2026, 6, 1))
    seen = [see(draw, person) for person in pool.everyone[:count]]
    return [f"s{number},{one.family},{one.given},{_day(one.born)},,,,," for number, one in enumerate(seen)]


def _day(born: int) -> str:
    return f"{born // 10_000:04d}-{born // 100 % 100:02d}-{born % 100:02d}" if born else ""


def test_start_parameters_follow_the_size_of_the_collection(center: Center) -> None:
    people, few = World(center), running(center).uid
    some = strangers(1_300)
    people.bring("open-persons", *some[:600])
    assert running(center).uid == few
    before = weights(center, few)
    people.bring("open-persons", *some[600:])
    grown = running(center)
    assert (grown.uid, grown.reason, grown.waiting) == (f"{few}-4000", models.GROWN, 0)
    assert resolving_all.behind(center.store) == []
    assert members(center, "a1") == {"a1", "a2"}
    now = weights(center, grown.uid)
    assert now == pytest.approx(weighed_anew(center), abs=1e-5)
    assert set(now) & set(before)
    assert all(now[ends] < before[ends] for ends in set(now) & set(before))


def test_what_was_learnt_keeps_its_prior_however_many_records_come(center: Center) -> None:
    learnt = trained(center)
    World(center).bring("open-persons", *strangers(1_100))
    assert running(center).uid == learnt
