"""Each record is resolved as it arrives: who is one, why, for whom, and how it is taken back."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from people import ANA, ANA_AGAIN, ANA_MAYBE, BOB, bring, members, people_center, uid_of
from regions import ANALYST

from tessera.flow.center import Center
from tessera.store import entities


@pytest.fixture
def center(database: str, tmp_path: Path) -> Iterator[Center]:
    made = people_center(tmp_path / "center", database=database)
    yield made
    made.store.dialect.engine.dispose()


def test_two_records_of_one_person_are_one_entity_at_once(center: Center) -> None:
    bring(center, ANA.format(id="a1"), BOB.format(id="b1"))
    bring(center, ANA_AGAIN.format(id="a2"), source="police-persons")
    assert members(center, "a1") == {"a1", "a2"}
    assert members(center, "b1") == {"b1"}


def test_the_dossier_says_what_joins_its_records_and_what_nearly_does(center: Center) -> None:
    bring(center, ANA.format(id="a1"), BOB.format(id="b1"), ANA_AGAIN.format(id="a2"), ANA_MAYBE.format(id="a3"))
    with center.store.reading(ANALYST) as tx:
        found = entities.get(tx, uid_of(center, "a1"))
    assert len(found.members) == 2
    (pair,) = found.pairs
    assert pair.waterfall.weight == pytest.approx(
        pair.waterfall.prior + sum(s.weight + s.frequency_weight for s in pair.waterfall.steps)
    )
    assert found.profile
    assert found.near_misses
