"""A center that starts with another dictionary: a model runs for every kind, and who is who is worked out again by itself."""

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from people import ANA, ANA_AGAIN, BOB, bring, members, people_center
from regions import STEWARD

from tessera.flow import resolving_all
from tessera.flow.center import Center
from tessera.model.entity import ModelView
from tessera.resolution import start_model
from tessera.store import models
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
