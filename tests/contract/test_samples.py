"""Samples of accesses are drawn by a signed checkpoint and examined by somebody else, on both databases."""

import json
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

import pytest
from regions import ANALYST, AUDITOR, HERE, actor, deliver, new_center, rows
from sqlalchemy import select

from tessera.clock import to_millis
from tessera.errors import Conflict, Invalid, NotAllowed
from tessera.flow.center import OPERATOR, Center
from tessera.model.access import Access, Purpose, Role
from tessera.model.record import SearchQuery
from tessera.store import auditing, records, samples, tables
from tessera.store.samples import Finding, Sample
from tessera.trust import sampling

OFFICER = Access(actor=actor("pat", "fusion-unit", Role.PRIVACY_OFFICER), purpose=Purpose.OVERSIGHT, presence=HERE)
DAY = 86_400_000


@dataclass
class Hands:
    """A clock that a test sets."""

    at: int

    def __call__(self) -> int:
        self.at += 1
        return self.at

    def go(self, text: str) -> None:
        self.at = to_millis(datetime.fromisoformat(text).replace(tzinfo=UTC))


@dataclass
class Timed:
    center: Center
    hands: Hands


@pytest.fixture
def timed(database: str, tmp_path: Path) -> Iterator[Timed]:
    hands = Hands(at=to_millis(datetime(2026, 9, 20, tzinfo=UTC)))
    center = new_center(tmp_path / "center", database=database, clock=hands)
    deliver(center, rows("A1,2026-03-01 10:00,theft,bicycle,39.16,-75.52,,,"), source="open-feed")
    yield Timed(center, hands)
    center.store.dialect.engine.dispose()


def search(center: Center, access: Access, times: int) -> None:
    for _ in range(times):
        with center.store.reading(access) as tx:
            records.search(tx, SearchQuery(text="bicycle"))


def checkpoint(center: Center) -> int:
    with center.store.writing(OPERATOR) as tx:
        return auditing.sign(tx, center.sign_checkpoint).size


def draw(center: Center, period: str = "2026-10", size: int = 5, access: Access = AUDITOR) -> Sample:
    with center.store.writing(access) as tx:
        return samples.draw(tx, period, size=size)


def october(timed: Timed, accesses: int = 30) -> None:
    timed.hands.go("2026-10-05")
    search(timed.center, ANALYST, accesses)
    timed.hands.go("2026-11-01")
    checkpoint(timed.center)


def test_a_sample_is_of_accesses_of_the_month_that_the_checkpoint_covers(timed: Timed) -> None:
    search(timed.center, ANALYST, 3)
    october(timed)
    search(timed.center, ANALYST, 4)
    sample = draw(timed.center)
    assert (sample.population, sample.size, sample.label) == (30, 5, "2026-10/1")
    assert {item.entry.event for item in sample.items} == {"analyze:record:searched"}
    start, end = samples.bounds("2026-10")
    assert all(start <= item.entry.at < end for item in sample.items)


def test_the_first_checkpoint_after_the_month_chooses_whatever_is_signed_later(timed: Timed) -> None:
    october(timed)
    first = draw(timed.center)
    search(timed.center, ANALYST, 3)
    later = checkpoint(timed.center)
    second = draw(timed.center)
    assert (first.note, second.round) == (second.note, 2)
    assert second.checkpoint_size < later


def test_nothing_is_drawn_before_the_month_has_ended_and_a_checkpoint_is_signed(timed: Timed) -> None:
    timed.hands.go("2026-10-05")
    search(timed.center, ANALYST, 3)
    checkpoint(timed.center)
    with pytest.raises(Invalid, match="has not ended"):
        draw(timed.center)
    timed.hands.go("2026-11-02")
    with pytest.raises(Invalid, match="no checkpoint was signed since"):
        draw(timed.center)


def test_an_outsider_draws_the_same_sample_again(timed: Timed) -> None:
    october(timed)
    sample = draw(timed.center)
    document = json.loads(json.dumps(samples.document_of(sample)))
    assert sampling.redraw(document, [timed.center.verifier_key]) == []
    assert "avery" not in json.dumps(document)
    other = dict(
        document["drawn"][0], position=next(n for n in range(30) if n not in {d["position"] for d in document["drawn"]})
    )
    assert sampling.redraw(document | {"drawn": [other, *document["drawn"][1:]]}, [timed.center.verifier_key])
    assert sampling.redraw(document | {"population": 29}, [timed.center.verifier_key])
    assert sampling.redraw(document | {"round": 2}, [timed.center.verifier_key])


def test_the_log_shows_what_could_be_drawn(timed: Timed) -> None:
    october(timed)
    sample = draw(timed.center)
    with timed.center.store.reading(AUDITOR) as tx:
        population = samples.population_of(tx, sample.uid)
    assert sampling.population_digest(population) == sample.population_digest
    assert [population[item.position] for item in sample.items] == [item.entry.index for item in sample.items]


def test_what_the_pipeline_and_the_operator_do_is_not_drawn(timed: Timed) -> None:
    timed.hands.go("2026-10-05")
    deliver(timed.center, rows("A2,2026-03-01 10:00,theft,tram,39.16,-75.52,,,"), source="open-feed")
    timed.hands.go("2026-11-01")
    checkpoint(timed.center)
    with pytest.raises(Invalid, match="nobody was shown anything"):
        draw(timed.center)


def test_a_sample_is_signed_off_once_every_access_is_examined(timed: Timed) -> None:
    october(timed)
    sample = draw(timed.center)
    with pytest.raises(Invalid, match="5 of 5"), timed.center.store.writing(AUDITOR) as tx:
        samples.sign_off(tx, sample.uid, "")
    with timed.center.store.writing(AUDITOR) as tx:
        for item in sample.items:
            samples.examine(tx, sample.uid, item.position, Finding.IN_ORDER, "")
        samples.sign_off(tx, sample.uid, "All in order.")
    with pytest.raises(Conflict, match="signed off"), timed.center.store.writing(OFFICER) as tx:
        samples.examine(tx, sample.uid, sample.items[0].position, Finding.MISUSE, "On second thought.")
    with timed.center.store.reading(AUDITOR) as tx:
        assert samples.all_samples(tx)[0].signed_by == "quinn"


def test_nobody_examines_their_own_access(timed: Timed) -> None:
    timed.hands.go("2026-10-05")
    search(timed.center, OFFICER, 3)
    timed.hands.go("2026-11-01")
    checkpoint(timed.center)
    sample = draw(timed.center)
    with pytest.raises(Invalid, match="their own"), timed.center.store.writing(OFFICER) as tx:
        samples.examine(tx, sample.uid, sample.items[0].position, Finding.IN_ORDER, "")
    with timed.center.store.writing(AUDITOR) as tx:
        samples.examine(tx, sample.uid, sample.items[0].position, Finding.IN_ORDER, "")


def test_misuse_needs_a_remark(timed: Timed) -> None:
    october(timed)
    sample = draw(timed.center)
    with pytest.raises(Invalid, match="what is in question"), timed.center.store.writing(AUDITOR) as tx:
        samples.examine(tx, sample.uid, sample.items[0].position, Finding.MISUSE, " ")


def test_a_week_of_the_log_is_signed_off_once_it_is_over(timed: Timed) -> None:
    timed.hands.go("2026-10-05")
    search(timed.center, ANALYST, 3)
    with pytest.raises(Invalid, match="has not ended"), timed.center.store.writing(AUDITOR) as tx:
        samples.sign_week(tx, "2026-W41", "")
    timed.hands.go("2026-10-12")
    with timed.center.store.writing(AUDITOR) as tx:
        samples.sign_week(tx, "2026-W41", "Quiet.")
    with timed.center.store.reading(AUDITOR) as tx:
        assert samples.digest(tx, "2026-W41").counts["accesses"] == 3
    with pytest.raises(Conflict), timed.center.store.writing(OFFICER) as tx:
        samples.sign_week(tx, "2026-W41", "")


def test_what_is_overdue_is_said(timed: Timed) -> None:
    october(timed)
    assert due(timed) == ["The audit log of 2026-W41 is not reviewed; it is reviewed weekly (CJIS AU-6)."]
    with timed.center.store.writing(AUDITOR) as tx:
        samples.sign_week(tx, "2026-W41", "Quiet.")
    assert due(timed) == []
    timed.hands.go("2026-11-16")
    assert [sentence[:24] for sentence in due(timed)] == ["No sample of 2026-10 is ", "The audit log of 2026-W4"]
    draw(timed.center)
    timed.hands.go("2026-12-24")
    assert any("2026-10/1 is not signed off" in sentence for sentence in due(timed))


def due(timed: Timed) -> list[str]:
    with timed.center.store.reading(AUDITOR) as tx:
        return samples.due(tx)


@pytest.mark.parametrize("access", [ANALYST, OPERATOR])
def test_only_overseers_draw(timed: Timed, access: Access) -> None:
    october(timed)
    with pytest.raises(NotAllowed):
        draw(timed.center, access=access)


def test_the_draw_is_in_the_log(timed: Timed) -> None:
    october(timed)
    draw(timed.center)
    e = tables.audit_entry.c
    with timed.center.store.dialect.engine.connect() as connection:
        found = connection.execute(select(e.details).where(e.event == "trust:sample:drawn")).scalars().all()
    assert [json.loads(text)["label"] for text in found] == ["2026-10/1"]
