"""What may follow what when somebody disputes what is held, until when, and who may decide."""

from itertools import product

import pytest

from tessera.errors import Invalid
from tessera.trust.letters import LETTERS_OF_A_CODE, REFUSALS, Heading, acknowledgement, decision, new_code
from tessera.trust.redress import (
    CLOSES,
    FOLLOWS,
    Clocks,
    Closing,
    Days,
    Outcome,
    Refusal,
    Remedy,
    Ruling,
    Stage,
    after_working_days,
    check_closing,
    check_ruling,
    check_step,
    decided_late,
    due,
    may_decide,
)

CLOCKS = Clocks()
GRANT = Ruling(outcome=Outcome.GRANTED, explanation="You were abroad.", remedies=frozenset({Remedy.CORRECTED}))
HEADING = Heading(center="Test Center", reference="CR-AAAAA-BBBBB", day="2026-11-24", to="Elena Munoz")


@pytest.mark.parametrize(("now", "then"), [pair for pair in product(Stage, Stage) if pair[1] not in FOLLOWS[pair[0]]])
def test_a_step_that_does_not_follow_is_refused(now: Stage, then: Stage) -> None:
    with pytest.raises(Invalid, match="is not followed by"):
        check_step(now, then)


def test_every_stage_can_be_reached_and_every_way_ends() -> None:
    reached, waiting = {Stage.RECEIVED}, [Stage.RECEIVED]
    while waiting:
        new = FOLLOWS[waiting.pop()] - reached
        reached |= new
        waiting += new
    assert reached == set(Stage)
    assert [stage for stage in Stage if not FOLLOWS[stage]] == [Stage.CLOSED]
    assert all(bool(CLOSES[stage]) == (Stage.CLOSED in FOLLOWS[stage]) for stage in Stage)


def test_nothing_is_looked_into_or_granted_before_the_person_is_identified() -> None:
    with pytest.raises(Invalid):
        check_step(Stage.ACKNOWLEDGED, Stage.OPEN)
    with pytest.raises(Invalid, match="identity is not checked"):
        check_ruling(Stage.ACKNOWLEDGED, GRANT)
    refusal = Ruling(outcome=Outcome.REFUSED, explanation="No proof came.", refusal=Refusal.IDENTITY)
    check_ruling(Stage.ACKNOWLEDGED, refusal)
    with pytest.raises(Invalid, match="identity is not checked"):
        check_ruling(Stage.ACKNOWLEDGED, Ruling(outcome=Outcome.REFUSED, explanation="No.", refusal=Refusal.EXEMPT))


def test_there_is_one_appeal() -> None:
    check_step(Stage.DECIDED, Stage.APPEALED)
    with pytest.raises(Invalid, match="appeal already"):
        check_step(Stage.DECIDED, Stage.APPEALED, appealed=True)


@pytest.mark.parametrize(
    ("outcome", "remedies", "refusal", "said"),
    [
        (Outcome.GRANTED, (), None, "nothing is granted"),
        (Outcome.PARTLY, (), Refusal.EXEMPT, "nothing is granted"),
        (Outcome.REFUSED, (Remedy.PURGED,), Refusal.EXEMPT, "a refusal has no remedy"),
        (Outcome.REFUSED, (), None, "reason of refusal"),
        (Outcome.PARTLY, (Remedy.MARKED,), None, "reason of refusal"),
        (Outcome.GRANTED, (Remedy.MARKED,), Refusal.EXEMPT, "reason of refusal"),
    ],
)
def test_a_decision_says_what_is_done_or_why_not(
    outcome: Outcome, remedies: tuple[Remedy, ...], refusal: Refusal | None, said: str
) -> None:
    with pytest.raises(Invalid, match=said):
        check_ruling(
            Stage.OPEN, Ruling(outcome=outcome, explanation="So.", remedies=frozenset(remedies), refusal=refusal)
        )


def test_a_decision_without_an_explanation_is_refused() -> None:
    check_ruling(Stage.OPEN, GRANT)
    with pytest.raises(Invalid, match="no reason"):
        check_ruling(Stage.OPEN, Ruling(outcome=Outcome.GRANTED, explanation=" ", remedies=GRANT.remedies))


def test_who_entered_the_data_does_not_decide_nor_does_the_first_decider_on_appeal() -> None:
    assert may_decide("pat", entered_by=frozenset({"morgan"}))
    assert not may_decide("pat", entered_by=frozenset({"morgan", "pat"}))
    assert not may_decide("pat", entered_by=frozenset(), first_decided_by="pat")
    assert may_decide("quinn", entered_by=frozenset(), first_decided_by="pat")


@pytest.mark.parametrize(("now", "closing"), [p for p in product(Stage, Closing) if p[1] not in CLOSES[p[0]]])
def test_a_request_is_not_closed_for_a_reason_that_does_not_fit(now: Stage, closing: Closing) -> None:
    with pytest.raises(Invalid, match="is not closed as"):
        check_closing(now, closing)


def test_what_is_being_looked_into_is_closed_only_because_the_person_takes_it_back() -> None:
    assert CLOSES[Stage.OPEN] == {Closing.WITHDRAWN}
    assert CLOSES[Stage.DECIDED] == {Closing.DONE}


@pytest.mark.parametrize(
    ("day", "count", "expected"),
    [
        ("2026-11-23", 5, "2026-11-30"),
        ("2026-11-21", 1, "2026-11-23"),
        ("2026-11-20", 1, "2026-11-23"),
        ("2026-11-20", 0, "2026-11-20"),
    ],
)
def test_working_days_leave_out_weekends(day: str, count: int, expected: str) -> None:
    assert after_working_days(day, count) == expected


def test_the_clock_of_each_stage() -> None:
    days = Days(received="2026-11-02", appealed="2026-12-20")
    told = {stage: due(stage, days, "2026-11-05", CLOCKS) for stage in Stage}
    assert {stage: one.day for stage, one in told.items() if one} == {
        Stage.RECEIVED: "2026-11-09",
        Stage.ACKNOWLEDGED: "2026-12-02",
        Stage.IDENTIFIED: "2026-12-02",
        Stage.OPEN: "2026-12-02",
        Stage.APPEALED: "2027-01-19",
    }


@pytest.mark.parametrize(("today", "overdue"), [("2026-12-02", False), ("2026-12-03", True)])
def test_a_request_is_overdue_the_day_after_its_last(today: str, overdue: bool) -> None:
    found = due(Stage.OPEN, Days(received="2026-11-02"), today, CLOCKS)
    assert found is not None
    assert found.overdue is overdue


def test_a_decision_after_its_day_is_late() -> None:
    assert not decided_late(Days(received="2026-11-02", decided="2026-12-02"), CLOCKS)
    assert decided_late(Days(received="2026-11-02", decided="2026-12-03"), CLOCKS)
    assert not decided_late(Days(received="2026-11-02"), CLOCKS)


def test_the_acknowledgement_says_nothing_about_what_is_held() -> None:
    text = acknowledgement(HEADING, received="2026-11-20", decide_by="2026-12-20").replace("\n", " ")
    assert "does not say whether we hold any information" in text
    assert "2026-12-20" in text
    assert not [word for word in ("record", "database", "found") if word in text]


@pytest.mark.parametrize("refusal", Refusal)
def test_each_reason_of_refusal_has_its_sentence(refusal: Refusal) -> None:
    ruling = Ruling(outcome=Outcome.REFUSED, explanation="This is why.", refusal=refusal)
    text = decision(HEADING, ruling, appeal_by="2026-12-24").replace("\n", " ")
    assert REFUSALS[refusal] in text
    assert "Your request is refused." in text
    assert "appeal in writing until 2026-12-24" in text
    assert "are told" not in text


def test_the_decision_of_an_appeal_is_the_last() -> None:
    text = decision(HEADING, GRANT, appeal_by="").replace("\n", " ")
    assert "ends the procedure here" in text
    assert "The information was corrected." in text
    assert "are told" in text


def test_codes_have_no_letters_that_are_taken_for_each_other() -> None:
    assert not set("01ILO") & set(LETTERS_OF_A_CODE)
    codes = {new_code(5) for _ in range(200)}
    assert len(codes) == 200
    assert {len(code) for code in codes} == {29}
