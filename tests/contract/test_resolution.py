"""Each record is resolved as it arrives: who is one, why, for whom, and how it is taken back."""

from collections import Counter
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from uuid import UUID

import pytest
import regions
from people import ANA, ANA_AGAIN, ANA_MAYBE, BOB, World, bring, members, people_center, uid_of
from regions import ANALYST, EPIDEMIOLOGIST, STEWARD, actor
from sqlalchemy import event, func, select

from tessera.errors import Conflict, Invalid, NotAllowed, NotFound
from tessera.flow.center import OPERATOR, Center
from tessera.flow.pipeline import PIPELINE
from tessera.model.access import Access, Purpose, Role
from tessera.model.judgement import JudgedBy, Verdict
from tessera.model.purge import Chosen, PurgeBy
from tessera.resolution import start_model
from tessera.resolution.blocking import rule_keys
from tessera.resolution.subgroups import BY_NAME
from tessera.store import (
    blocks,
    corrections,
    entities,
    group_figures,
    judgements,
    model_figures,
    models,
    nodes,
    pairs,
    purging,
    review,
    tables,
    trials,
)
from tessera.store.events import Event
from tessera.store.group_figures import GroupFigures

OTHER = replace(ANALYST, actor=replace(ANALYST.actor, account="blair"))
OFFICER = replace(ANALYST, actor=actor("pat", "fusion-unit", Role.PRIVACY_OFFICER), purpose=Purpose.OVERSIGHT)
OWNER = replace(STEWARD, actor=replace(STEWARD.actor, agency="sheriff"))
NOT_ANA = "{id},Nunez,Ana,1984-03-09,F,X9999999,302-555-0143,12 Oak Street,Dover"


@pytest.fixture
def center(database: str, tmp_path: Path) -> Iterator[Center]:
    made = people_center(tmp_path / "center", database=database)
    yield made
    made.store.dialect.engine.dispose()


@pytest.fixture
def world(center: Center) -> World:
    """Two records of Ana from two sources, a maybe, and Bob."""
    made = World(center)
    made.bring("open-persons", ANA.format(id="a1"), BOB.format(id="b1"))
    made.bring("police-persons", ANA_AGAIN.format(id="a2"))
    made.bring("open-persons", ANA_MAYBE.format(id="a3"))
    return made


def judge(center: Center, left: str, right: str, verdict: Verdict, access: object = ANALYST, **more: object) -> UUID:
    with center.store.writing(access) as tx:  # type: ignore[arg-type]
        return judgements.judge(tx, uid_of(center, left), uid_of(center, right), verdict, "seen by me", **more).uid  # type: ignore[arg-type]


def count(center: Center, table: str) -> int:
    with center.store.writing(PIPELINE) as tx:
        tx.note(Event.RECORD_READ)
        return int(tx.connection.execute(select(func.count()).select_from(tables.metadata.tables[table])).scalar_one())


def test_two_records_of_one_person_are_one_entity_as_soon_as_they_are_delivered(center: Center) -> None:
    bring(center, ANA.format(id="a1"), BOB.format(id="b1"))
    bring(center, ANA_AGAIN.format(id="a2"), source="police-persons")
    assert members(center, "a1") == {"a1", "a2"}
    assert members(center, "b1") == {"b1"}


def test_the_dossier_says_what_joins_its_records_and_what_nearly_does(world: World) -> None:
    with world.center.store.reading(ANALYST) as tx:
        found = entities.get(tx, uid_of(world.center, "a1"))
    assert len(found.members) == 2
    (pair,) = found.pairs
    parts = pair.waterfall.prior + sum(s.weight + s.frequency_weight for s in pair.waterfall.steps)
    assert pair.waterfall.weight == pytest.approx(parts)
    names = {term.term: [value.value for value in term.values] for term in found.profile}
    assert sorted(names["given_name"]) == ["Ana", "Anna"]
    assert names["license_number"] == ["D1234567"]
    (near,) = found.near_misses
    assert near.because.startswith("The weight lies below")
    assert near.pair.left.uid in {member.uid for member in found.members}


def test_a_pair_between_the_thresholds_waits_for_a_person(world: World) -> None:
    with world.center.store.reading(ANALYST) as tx:
        waiting = review.queue(tx, "person")
        assert review.waiting(tx) == {"person": len(waiting)}
    assert waiting
    assert all(0 < one.uncertainty <= 1 and one.effect == sum(one.joins) * one.uncertainty for one in waiting)
    assert [one.effect for one in waiting] == sorted((one.effect for one in waiting), reverse=True)


def test_same_joins_and_undo_parts_again_at_any_time(world: World) -> None:
    uid = judge(world.center, "a1", "b1", Verdict.SAME)
    assert members(world.center, "a1") == {"a1", "a2", "b1"}
    with world.center.store.writing(OTHER) as tx:
        undone = judgements.undo(tx, uid, "it was another Ana")
    assert members(world.center, "a1") == {"a1", "a2"}
    with world.center.store.writing(ANALYST) as tx:
        judgements.undo(tx, undone.uid, "no, it was she")
    assert members(world.center, "a1") == {"a1", "a2", "b1"}
    with pytest.raises(Conflict, match="avery took this judgement back"), world.center.store.writing(OTHER) as tx:
        judgements.undo(tx, undone.uid, "again")


def test_never_the_same_holds_for_ever_whatever_arrives(world: World) -> None:
    judge(world.center, "a1", "a2", Verdict.DIFFERENT)
    assert members(world.center, "a1") == {"a1"}
    world.bring("open-persons", ANA.format(id="a1").replace("Dover", "Smyrna"))
    world.bring("police-persons", ANA.format(id="a2"))
    assert "a2" not in members(world.center, "a1")
    world.bring("open-persons", ANA.format(id="a4"))
    assert not {"a1", "a2"} <= members(world.center, "a4")
    with world.center.store.reading(ANALYST) as tx:
        found = entities.get(tx, uid_of(world.center, "a1"))
    assert any("different" in cut.reason for cut in found.cuts)


def test_the_second_of_two_who_decide_at_the_same_moment_is_told_what_the_first_said(world: World) -> None:
    with world.center.store.reading(ANALYST) as tx:
        hand = review.one(tx, uid_of(world.center, "a1"), uid_of(world.center, "a3"))
    assert hand.seen is None
    judge(world.center, "a1", "a3", Verdict.DIFFERENT, ANALYST, seen=None)
    with pytest.raises(Conflict, match="avery judged this pair 'different'"):
        judge(world.center, "a1", "a3", Verdict.SAME, OTHER, seen=None)
    with world.center.store.reading(OTHER) as tx:
        hand = review.one(tx, uid_of(world.center, "a1"), uid_of(world.center, "a3"))
    judge(world.center, "a1", "a3", Verdict.SAME, OTHER, seen=hand.seen)
    assert "a3" in members(world.center, "a1")


def test_where_two_reviewers_are_asked_for_one_is_not_enough(world: World) -> None:
    world.center.store.reviewers = 2
    judge(world.center, "a1", "b1", Verdict.SAME)
    assert "b1" not in members(world.center, "a1")
    judge(world.center, "a1", "b1", Verdict.SAME)
    assert "b1" not in members(world.center, "a1")
    judge(world.center, "a1", "b1", Verdict.SAME, OTHER)
    assert "b1" in members(world.center, "a1")
    judge(world.center, "a1", "b1", Verdict.DIFFERENT, OTHER)
    assert "b1" not in members(world.center, "a1")


def test_the_history_keeps_what_people_and_models_said(world: World) -> None:
    uid = judge(world.center, "a1", "a2", Verdict.DIFFERENT)
    with world.center.store.writing(ANALYST) as tx:
        judgements.undo(tx, uid, "a slip")
    with world.center.store.reading(ANALYST) as tx:
        told = judgements.history(tx, uid_of(world.center, "a1"))
        mine = judgements.recent(tx, account="avery")
    assert [one.verdict for one in told if one.by is JudgedBy.PERSON] == [Verdict.UNDONE, Verdict.DIFFERENT]
    assert [one.in_force for one in told if one.by is JudgedBy.PERSON] == [False, False]
    assert any(one.by is JudgedBy.MODEL and one.verdict is Verdict.SAME for one in told)
    assert [one.uid for one in mine] == [one.uid for one in told if one.by is JudgedBy.PERSON]
    assert next(one for one in mine if one.uid == uid).waterfall is not None


def test_who_may_not_judge_is_told_so_and_a_judgement_needs_two_records_of_one_kind(world: World) -> None:
    with pytest.raises(NotAllowed):
        judge(world.center, "a1", "a2", Verdict.SAME, OFFICER)
    with pytest.raises(Invalid, match="versions of one record"):
        judge(world.center, "a1", "a1", Verdict.SAME)
    with pytest.raises(Invalid, match="undo it"):
        judge(world.center, "a1", "a2", Verdict.UNDONE)
    with pytest.raises(Invalid, match="reason"), world.center.store.writing(ANALYST) as tx:
        judgements.judge(tx, uid_of(world.center, "a1"), uid_of(world.center, "a2"), Verdict.SAME, "  ")


def test_records_can_be_parted_from_an_entity_and_joined_to_it_by_hand(world: World) -> None:
    center = world.center
    world.bring("open-persons", ANA.format(id="a4"))
    with center.store.writing(ANALYST) as tx:
        made = judgements.keep_apart(tx, uid_of(center, "a1"), [uid_of(center, "a2")], "two sisters")
    assert len(made) == 2
    assert members(center, "a1") == {"a1", "a4"}
    with center.store.writing(ANALYST) as tx:
        judgements.merge(tx, [uid_of(center, "a1"), uid_of(center, "b1"), uid_of(center, "a3")], "told by herself")
    assert members(center, "a1") == {"a1", "a3", "a4", "b1"}
    with pytest.raises(Invalid, match="nothing would stay"), center.store.writing(ANALYST) as tx:
        judgements.keep_apart(tx, uid_of(center, "a2"), [uid_of(center, "a2")], "all")


def test_a_newer_version_is_compared_again_and_the_old_weight_is_kept(world: World) -> None:
    center = world.center
    with center.store.reading(ANALYST) as tx:
        tx.note(Event.RECORD_READ)
        before = tx.at
    world.bring("police-persons", "a2,Brown,Robert,1970-01-31,M,B7654321,302-555-0199,3 Pine Road,Smyrna")
    assert members(center, "a1") == {"a1"}
    assert members(center, "b1") == {"a2", "b1"}
    with center.store.reading(ANALYST) as tx:
        then = entities.get(tx, uid_of(center, "a1"), as_of=before)
    assert len(then.members) == 2
    p = tables.pair.c
    with center.store.writing(PIPELINE) as tx:
        tx.note(Event.RECORD_READ)
        assert tx.connection.execute(select(func.count()).where(p.known_to.is_not(None))).scalar_one() >= 1


def test_a_correction_is_resolved_in_the_same_moment(world: World) -> None:
    center = world.center
    values = {"surname": "Nunez", "given_name": "Ana", "birth_date": "1984-03-09", "license_number": "D1234567"}
    with center.store.writing(OWNER) as tx:
        corrections.correct(tx, uid_of(center, "b1"), values, "The clerk took the wrong card")
    assert members(center, "a1") == {"a1", "a2", "b1"}


def test_a_purge_leaves_nothing_of_a_record_in_keys_weights_or_judgements(world: World) -> None:
    center = world.center
    judge(center, "a1", "a2", Verdict.SAME)
    judge(center, "a1", "b1", Verdict.SAME)
    uid = uid_of(center, "a1")
    before = {name: count(center, name) for name in ("node", "block_key", "pair", "judgement")}
    with center.store.writing(OFFICER) as tx:
        asked = purging.propose(tx, Chosen(by=PurgeBy.RECORD, names=(str(uid),)), reason="court order", reference="7")
    with center.store.writing(replace(OFFICER, actor=replace(OFFICER.actor, account="second"))) as tx:
        purging.approve(tx, asked.uid)
    after = {name: count(center, name) for name in before}
    assert after["node"] == before["node"] - 1
    assert after["block_key"] < before["block_key"]
    assert after["pair"] < before["pair"]
    assert after["judgement"] == before["judgement"]
    j = tables.judgement.c
    with center.store.writing(PIPELINE) as tx:
        tx.note(Event.RECORD_READ)
        for row in tx.connection.execute(select(tables.judgement)):
            assert (row.left_thread, row.right_thread, row.reason, row.weights) == (None, None, "", "{}")
            assert row.account == "avery"
        (first, _) = [UUID(bytes=bytes(u)) for u in tx.connection.execute(select(j.uid)).scalars()]
    assert members(center, "b1") == {"b1"}
    with pytest.raises(NotFound, match="no such judgement"), center.store.writing(ANALYST) as tx:
        judgements.undo(tx, first, "too late")
    with pytest.raises(NotFound, match="no such record"), center.store.writing(ANALYST) as tx:
        judgements.judge(tx, uid, uid_of(center, "b1"), Verdict.SAME, "too late")


def test_a_guard_keeps_apart_what_all_else_joins(world: World) -> None:
    center = world.center
    declared = center.dictionary.resolution["person"]
    if not declared.guards:
        pytest.skip("the dictionary declares no guard for persons")
    world.bring("open-persons", NOT_ANA.format(id="n1"))
    with center.store.reading(ANALYST) as tx:
        found = entities.get(tx, uid_of(center, "n1"))
    assert {member.uid for member in found.members} == {uid_of(center, "n1")} or not found.cuts


def test_a_record_with_nothing_to_compare_is_an_entity_of_its_own(world: World) -> None:
    world.bring("open-persons", "e1,,,,,,,,", "e2,,,,,,,,")
    assert members(world.center, "e1") == {"e1"}


def test_what_one_name_joins_is_bounded_and_said(world: World) -> None:
    center = world.center
    lines = [f"s{number},Smith,John,,M,,,," for number in range(260)]
    world.bring("open-persons", *lines[:130])
    world.bring("open-persons", *lines[130:])
    with center.store.reading(ANALYST) as tx:
        found = entities.get(tx, uid_of(center, "s77"))
        version = models.all_of(tx, "person")[0]
    assert len(found.members) <= 200
    with center.store.reading(OPERATOR) as tx:
        version = models.all_of(tx, "person")[0]
    assert version.capped > 0


def test_stopped_in_the_middle_it_goes_on_where_it_stopped(center: Center) -> None:
    world = World(center)
    world.plan("open-persons")
    center.store.dialect.engine.dispose()
    lines = [f"k{number},Nunez,Ana,1984-03-{number % 28 + 1:02d},F,D12345{number % 50:02d},,," for number in range(60)]
    pipeline = center.pipeline
    pipeline.settings = replace(center.settings, resolve_online=False)
    world.bring("open-persons", *lines)
    with center.store.writing(PIPELINE) as tx:
        pairs.resolve_next(tx, most=20)
    with pytest.raises(ZeroDivisionError), center.store.writing(PIPELINE) as tx:  # noqa: PT012 - as if it were killed
        pairs.resolve_next(tx, most=20)
        assert 1 / 0
    more = True
    while more:
        with center.store.writing(PIPELINE) as tx:
            _, more = pairs.resolve_next(tx, most=20)
    with center.store.writing(PIPELINE) as tx:
        tx.note(Event.RECORD_READ)
        p = tables.pair.c
        rows = tx.connection.execute(select(p.left_id, p.right_id)).all()
        nodes = tx.connection.execute(select(func.count()).select_from(tables.node)).scalar_one()
    assert nodes == 60
    assert len(rows) == len({tuple(row) for row in rows})
    assert "k10" in members(center, "k10")


def test_a_model_is_entered_compared_and_switched_to_and_old_weights_stay(world: World) -> None:
    center = world.center
    judge(center, "a1", "a2", Verdict.SAME)
    judge(center, "a1", "b1", Verdict.DIFFERENT)
    trained = replace(start_model(center.dictionary.resolution["person"], records=9999), uid="by-hand", trained_on=9)
    with center.store.writing(STEWARD) as tx:
        made = models.enter(tx, trained.to_json(), reason="a trial")
    assert not made.running
    with pytest.raises(Conflict, match="has still to resolve"), center.store.writing(STEWARD) as tx:
        models.switch(tx, "by-hand", reason="now")
    with center.store.reading(STEWARD) as tx:
        held = trials.compare(tx, "by-hand")
    assert held.running.pairs == held.other.pairs == 2
    assert held.other.precision == 1.0
    assert held.other.recall == 1.0
    with center.jobs() as jobs:
        jobs.resolve("switch", "by-hand", account="morgan", reason="better")
    with center.store.reading(STEWARD) as tx:
        assert [one.running for one in models.all_of(tx, "person")] == [True, False]
    assert members(center, "a1") == {"a1", "a2"}
    m = tables.pair.c.model_id
    with center.store.writing(PIPELINE) as tx:
        tx.note(Event.RECORD_READ)
        assert len(set(tx.connection.execute(select(m)).scalars())) == 2
    world.bring("open-persons", ANA.format(id="a9"))
    assert members(center, "a1") == {"a1", "a2", "a9"}


def test_a_model_of_another_dictionary_version_is_refused(world: World) -> None:
    trained = replace(start_model(world.center.dictionary.resolution["person"]), uid="other", digest="0" * 64)
    with pytest.raises(Conflict, match="another version of the dictionary"), world.center.store.writing(STEWARD) as tx:
        models.enter(tx, trained.to_json(), reason="from elsewhere")
    with pytest.raises(Invalid), world.center.store.writing(STEWARD) as tx:
        models.enter(tx, "{}", reason="damaged")


def test_a_run_in_bulk_finds_what_arriving_one_by_one_finds(center: Center) -> None:
    from tessera.flow import resolving_all

    world = World(center)
    lines = [
        f"r{number},{('Nunez', 'Brown', 'Ng')[number % 3]},{('Ana', 'Eva')[number % 2]},19{70 + number % 9}-0{number % 7 + 1}-11,F,,"
        f"302-555-01{number % 40:02d},{number % 11} Oak Street,Dover"
        for number in range(blocks.ROOM)
    ]
    world.bring("open-persons", *lines)
    p = tables.pair.c

    def weights() -> dict[tuple[int, int], float]:
        with center.store.writing(PIPELINE) as tx:
            tx.note(Event.RECORD_READ)
            rows = tx.connection.execute(select(p.left_id, p.right_id, p.weight).where(p.known_to.is_(None)))
            return {(row.left_id, row.right_id): row.weight for row in rows}

    online = weights()
    assert online
    with center.store.writing(PIPELINE) as tx:
        tx.note(Event.RECORD_READ)
        tx.connection.execute(tables.pair.delete())
        running = models.running(tx, "person")
    assert running is not None
    resolving_all.in_bulk(center.pipeline, running)
    bulk = weights()
    assert set(bulk) <= set(online)
    assert bulk == {ends: online[ends] for ends in bulk}
    with center.store.writing(PIPELINE) as tx:
        tx.note(Event.RECORD_READ)
        known = dict(nodes.page(tx, running, after=0, limit=1000))
    counted = Counter(
        (rule.name, key)
        for rule in running.declared.blocking
        for one in known.values()
        for key in rule_keys(running.kind, rule, one)
    )
    for left, right in set(online) - set(bulk):
        for rule in running.declared.blocking:
            shared = set(rule_keys(running.kind, rule, known[left])) & set(rule_keys(running.kind, rule, known[right]))
            assert all(counted[rule.name, key] > rule.most for key in shared), "only what became frequent is left out"


def figures(center: Center, access: Access = ANALYST) -> dict[str, GroupFigures]:
    """What the page of a model says of each way in which a name is written; from 0 bits on, records are joined."""
    with center.store.reading(access) as tx:
        found = group_figures.subgroups(tx, "person", same=0.0, possible=-4.0)
    return {row.group: row for row in found if row.by == BY_NAME}


def test_errors_by_group_are_what_the_model_expects_and_what_people_found(world: World) -> None:
    with world.center.store.reading(ANALYST) as tx:
        model_figures.weights(tx, "person")
        weights = [
            float(w)
            for w in tx.connection.execute(model_figures.pairs_of(tx, "person", tables.pair.c.weight)).scalars()
        ]
    before = figures(world.center)
    plain, accented = before["plain"], before["with accents"]
    assert (plain.records, accented.records) == (3, 1)  # the one with accents came from the police
    chances = {weight: 1 / (1 + 2**-weight) for weight in weights}
    assert plain.pairs == sum(weight >= 0 for weight in weights)
    assert plain.wrong == pytest.approx(sum(1 - chances[weight] for weight in weights if weight >= 0))
    assert plain.missed == pytest.approx(sum(chances[weight] for weight in weights if weight < 0))
    assert accented.pairs == 1
    assert plain.judged == accented.judged == 0
    judge(world.center, "a1", "a2", Verdict.DIFFERENT)
    judge(world.center, "a1", "b1", Verdict.SAME)
    after = figures(world.center)
    assert (after["with accents"].judged, after["with accents"].judged_wrong) == (1, 1)
    assert (after["plain"].judged, after["plain"].judged_wrong, after["plain"].judged_missed) == (2, 1, 1)


def test_what_a_reader_may_not_see_is_in_no_group(world: World) -> None:
    judge(world.center, "a1", "a2", Verdict.DIFFERENT)
    seen = figures(world.center, EPIDEMIOLOGIST)
    assert "with accents" not in seen
    assert seen["plain"].judged == 0
    world.bring("police-persons", ANA_AGAIN.format(id="a9"))
    assert figures(world.center, EPIDEMIOLOGIST) == seen


def test_a_full_lane_of_a_key_takes_in_no_more(world: World) -> None:
    for number in range(blocks.ROOM + 8):
        world.bring("open-persons", f"f{number},Smith,John,,M,,,,")
    b = tables.block_key.c
    with world.center.store.writing(PIPELINE) as tx:
        tx.note(Event.RECORD_READ)
        standing = tx.connection.execute(select(func.count(b.node_id)).group_by(b.key, b.lane)).scalars().all()
    assert max(standing) == blocks.ROOM + 1


def test_kinds_that_came_together_are_resolved_together_and_by_few_more_statements_than_one(center: Center) -> None:
    center.pipeline.settings = replace(center.settings, resolve_online=False)

    def statements(*lines: str) -> int:
        """Count what the database is asked to resolve these rows, once nothing else waits."""
        regions.deliver(center, regions.rows(*lines), source="open-feed")
        asked: list[str] = []

        def hear(*given: object) -> None:
            asked.append(str(given[2]))

        event.listen(center.store.dialect.engine, "before_cursor_execute", hear)
        with center.store.writing(PIPELINE) as tx:
            done, more = pairs.resolve_next(tx)
        event.remove(center.store.dialect.engine, "before_cursor_execute", hear)
        assert done >= len(lines)
        assert not more
        return len(asked)

    first = "{id},2026-01-01 00:00,theft,{id},39,-75,{person},,"
    statements(*(first.format(id=f"A{n}", person=f"Person {n}") for n in range(3)))
    alone = statements(first.format(id="B1", person=""))
    together = statements(first.format(id="C1", person="Somebody Else"))
    assert together <= alone + 4
    with center.store.writing(PIPELINE) as tx:
        tx.note(Event.RECORD_READ)
        m = tables.resolution_model.c
        reached = set(tx.connection.execute(select(m.up_to).where(m.up_to > 0)).scalars())
        assert reached == {models.newest_record(tx)}


def test_a_step_that_ends_between_two_kinds_leaves_none_out_and_does_none_twice(center: Center) -> None:
    center.pipeline.settings = replace(center.settings, resolve_online=False)
    line = "A{n},2026-01-01 00:00,theft,{n},39,-75,Person {n},,"
    regions.deliver(center, regions.rows(*(line.format(n=n) for n in range(7))), source="open-feed")
    done, more = [], True
    while more:
        with center.store.writing(PIPELINE) as tx:
            count_of, more = pairs.resolve_next(tx, most=3)
        done.append(count_of)
    assert done == [3, 3, 3, 3, 2]
    assert count(center, "node") == 14
