"""28 CFR Part 23 as a state machine: each paragraph pinned by an example, and laws that no path escapes."""

from dataclasses import replace
from datetime import date, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tessera.errors import NotAllowed
from tessera.trust.intelligence import (
    DRAFT_DAYS,
    GONE,
    READABLE,
    Collection,
    Deed,
    Labels,
    Method,
    Nature,
    Person,
    Predicate,
    Reliability,
    SensitivityLevel,
    State,
    Submission,
    Validity,
    approve,
    clear,
    correct,
    hold,
    incomplete,
    latest_review,
    may_read,
    missing,
    narratives,
    on_day,
    purge,
    release,
    rewrite,
    send_back,
    submit,
    validate,
    withdraw,
)
from tessera.trust.offences import Offence, Offences

TODAY = "2026-03-01"
AUTHOR = Person(account="avery", agency="center", trained_until="2027-01-01")
SECOND = Person(account="blake", agency="center", trained_until="2027-01-01")
OFFICER = Person(account="pat", agency="center", trained_until="2027-01-01")
ELSEWHERE = Person(account="sam", agency="sheriff", trained_until="2027-01-01")
LAPSED = Person(account="lou", agency="center", trained_until="2026-02-28")
NEVER = Person(account="nik", agency="center")


def _offence(code: str, **findings: bool) -> Offence:
    holds = {"threat": True, "stakes": True, "organised": True, "wide": True} | findings
    return Offence(code=code, label=code.title(), definition="An offence of the tests.", **holds)


OFFENCES = Offences(
    offences={
        "ring": _offence("ring"),
        "petty": _offence("petty", threat=False),
        "single": _offence("single", organised=False, wide=False),
    },
    umbrellas={"gang": "Gang"},
)
PREDICATE = Predicate(
    offence="ring",
    facts="Seen selling forged titles on four dates.",
    relevance="The titles go with the stolen vans.",
    determined_by="avery",
    determined_on=TODAY,
    trained_until="2027-01-01",
)
DRAFT = Submission(
    state=State.DRAFT,
    author="avery",
    agency="center",
    predicates=(PREDICATE,),
    labels=Labels(
        sensitivity=SensitivityLevel.SENSITIVE,
        reliability=Reliability.RELIABLE,
        validity=Validity.PROBABLE,
        nature=Nature.INVESTIGATOR,
        control_official="Lieutenant",
    ),
    collection=Collection(method=Method.OBSERVATION, authority="Code 9", attested_by="avery", supporting="File 7"),
)


def draft(**changes: object) -> Submission:
    return submit(replace(DRAFT, **changes), AUTHOR, TODAY)  # type: ignore[arg-type]


def active(until: str = "2027-03-01") -> Submission:
    return approve(draft(), SECOND, TODAY, until=until, offences=OFFENCES)


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"offence": ""}, "names no offence"),
        ({"offence": "witchcraft"}, "is no offence of the site's list"),
        ({"offence": "petty"}, "not eligible under 28 CFR 23.30"),
        ({"offence": "single"}, "not eligible under 28 CFR 23.30"),
        ({"umbrella": "club"}, "umbrella is not on the list"),
        ({"facts": "He is suspicious."}, "facts are not stated"),
        ({"relevance": ""}, "how the information bears"),
        ({"determined_by": ""}, "Nobody has determined it"),
        ({"determined_on": ""}, "on which day"),
        ({"trained_until": ""}, "no current training"),
        ({"trained_until": "2026-02-28"}, "no current training"),
    ],
)
def test_a_predicate_says_what_it_lacks(changes: dict[str, str], said: str) -> None:
    lacking = missing(replace(PREDICATE, **changes), OFFENCES)
    assert any(said in sentence for sentence in lacking), lacking
    one = replace(DRAFT, predicates=(PREDICATE, replace(PREDICATE, **changes)))
    assert any(sentence.startswith("Subject 2: ") for sentence in incomplete(one, OFFENCES))


def test_a_whole_predicate_lacks_nothing_and_an_umbrella_alone_is_not_enough() -> None:
    assert missing(PREDICATE, OFFENCES) == ()
    assert missing(replace(PREDICATE, umbrella="gang"), OFFENCES) == ()
    assert missing(replace(PREDICATE, umbrella="gang", offence=""), OFFENCES)


@pytest.mark.parametrize("who", [LAPSED, NEVER])
def test_who_is_not_trained_today_neither_submits_nor_decides(who: Person) -> None:
    with pytest.raises(NotAllowed, match="no current training"):
        submit(replace(DRAFT, author=who.account), who, TODAY)
    with pytest.raises(NotAllowed, match="no current training"):
        approve(draft(), who, TODAY, until="2027-03-01", offences=OFFENCES)
    with pytest.raises(NotAllowed, match="no current training"):
        send_back(draft(), who, TODAY, reason="Why?")
    with pytest.raises(NotAllowed, match="no current training"):
        correct(active(), who, TODAY, reason="A typing error.")
    with pytest.raises(NotAllowed, match="no current training"):
        validate(active(), who, TODAY, until="2027-03-01", explanation="Yes.", basis="He sold two more in July.")


def test_training_counts_through_its_last_day() -> None:
    assert Person(account="a", agency="b", trained_until=TODAY).is_trained(TODAY)
    assert not LAPSED.is_trained(TODAY)


def test_a_submission_is_made_in_ones_own_name_attested_and_supported() -> None:
    with pytest.raises(NotAllowed, match="own name"):
        submit(DRAFT, SECOND, TODAY)
    with pytest.raises(NotAllowed, match="own name"):
        submit(replace(DRAFT, agency="sheriff"), AUTHOR, TODAY)
    assert DRAFT.collection is not None
    for wrong in (
        None,
        replace(DRAFT.collection, attested_by="blake"),
        replace(DRAFT.collection, attested_by=""),
        replace(DRAFT.collection, authority=" "),
    ):
        with pytest.raises(NotAllowed, match="lawfully obtained"):
            draft(collection=wrong)
    with pytest.raises(NotAllowed, match="supporting documents"):
        draft(collection=replace(DRAFT.collection, supporting=""))


def test_a_draft_waits_for_a_second_person_for_a_while_and_no_longer() -> None:
    made = draft()
    last = (date.fromisoformat(TODAY) + timedelta(days=DRAFT_DAYS)).isoformat()
    assert (made.state, made.review_by, made.entered_on) == (State.DRAFT, last, "")
    assert on_day(made, last).state is State.DRAFT
    late = (date.fromisoformat(last) + timedelta(days=1)).isoformat()
    assert on_day(made, late).state is State.SUSPENDED
    with pytest.raises(NotAllowed, match="suspended"):
        approve(made, SECOND, late, until="2027-03-01", offences=OFFENCES)


def test_the_author_never_approves() -> None:
    with pytest.raises(NotAllowed, match="does not review"):
        approve(draft(), AUTHOR, TODAY, until="2027-03-01", offences=OFFENCES)
    with pytest.raises(NotAllowed, match="does not review"):
        validate(active(), AUTHOR, TODAY, until="2027-04-01", explanation="Yes.", basis="He sold two more in July.")


def test_every_subject_needs_a_predicate_of_its_own() -> None:
    for predicates in ((), (PREDICATE, replace(PREDICATE, facts=""))):
        with pytest.raises(NotAllowed, match="not complete"):
            approve(draft(predicates=predicates), SECOND, TODAY, until="2027-03-01", offences=OFFENCES)


def test_labels_are_needed() -> None:
    assert DRAFT.labels is not None
    for labels in (None, replace(DRAFT.labels, control_official=" ")):
        with pytest.raises(NotAllowed, match="labels are not complete"):
            approve(draft(labels=labels), SECOND, TODAY, until="2027-03-01", offences=OFFENCES)


def test_what_speaks_of_protected_activity_waits_for_a_privacy_officer_who_did_not_write_it() -> None:
    gated = draft(gated=True)
    with pytest.raises(NotAllowed, match="protected activity"):
        approve(gated, SECOND, TODAY, until="2027-03-01", offences=OFFENCES)
    with pytest.raises(NotAllowed, match="does not clear it"):
        clear(gated, AUTHOR, TODAY, rationale="It relates.")
    with pytest.raises(NotAllowed, match="no explanation"):
        clear(gated, OFFICER, TODAY, rationale=" ")
    with pytest.raises(NotAllowed, match="nothing in it is held"):
        clear(draft(), OFFICER, TODAY, rationale="It relates.")
    cleared = clear(gated, OFFICER, TODAY, rationale="The march hid the sale.")
    assert (cleared.gated, cleared.cleared_by) == (False, "pat")
    assert approve(cleared, SECOND, TODAY, until="2027-03-01", offences=OFFENCES).state is State.ACTIVE


def test_what_is_rewritten_is_examined_again_and_its_days_do_not_begin_anew() -> None:
    cleared = clear(draft(gated=True), OFFICER, TODAY, rationale="The march hid the sale.")
    anew = rewrite(cleared, AUTHOR, "2026-03-20", predicates=(PREDICATE,), gated=True)
    assert (anew.gated, anew.cleared_by, anew.review_by) == (True, "", cleared.review_by)
    with pytest.raises(NotAllowed, match="only its author"):
        rewrite(draft(), SECOND, TODAY, predicates=(PREDICATE,), gated=False)
    with pytest.raises(NotAllowed, match="not draft"):
        rewrite(active(), AUTHOR, TODAY, predicates=(PREDICATE,), gated=False)


@pytest.mark.parametrize("until", ["2026-02-28", TODAY, "2031-03-02", "9999-01-01"])
def test_a_period_lies_ahead_and_never_lasts_more_than_five_years(until: str) -> None:
    assert latest_review(TODAY) == "2031-03-01"
    with pytest.raises(NotAllowed, match="must lie after"):
        approve(draft(), SECOND, TODAY, until=until, offences=OFFENCES)
    with pytest.raises(NotAllowed, match="must lie after"):
        validate(active(), SECOND, TODAY, until=until, explanation="Yes.", basis="He sold two more in July.")


def test_a_validation_is_by_the_submitting_agency_with_a_basis_of_its_own_before_the_day() -> None:
    now = active("2026-09-01")
    said = {"until": "2028-09-01", "explanation": "The ring is active.", "basis": "He sold two more in July."}
    with pytest.raises(NotAllowed, match="submitting agency"):
        validate(now, ELSEWHERE, "2026-08-01", **said)
    with pytest.raises(NotAllowed, match="basis of its own"):
        validate(now, SECOND, "2026-08-01", **said | {"basis": "Still so."})
    with pytest.raises(NotAllowed, match="no explanation"):
        validate(now, SECOND, "2026-08-01", **said | {"explanation": ""})
    with pytest.raises(NotAllowed, match="fresh submission"):
        validate(now, SECOND, "2026-09-02", **said)
    done = validate(now, SECOND, "2026-09-01", **said)
    assert (done.period_from, done.review_by, done.reviewed_by) == ("2026-09-01", "2028-09-01", "blake")
    assert done.entered_on == TODAY
    assert done.steps[-1].note == "The ring is active."


def test_a_correction_is_no_review() -> None:
    now = active("2026-09-01")
    done = correct(now, SECOND, "2026-08-31", reason="The year was wrong.")
    assert (done.review_by, done.period_from, done.reviewed_by) == (now.review_by, now.period_from, now.reviewed_by)
    with pytest.raises(NotAllowed, match="cannot be corrected"):
        correct(now, SECOND, "2026-09-02", reason="The year was wrong.")
    with pytest.raises(NotAllowed, match="no explanation"):
        correct(now, SECOND, TODAY, reason="")


def test_what_is_overdue_is_read_by_nobody_and_the_day_itself_still_counts() -> None:
    now = active("2026-09-01")
    assert may_read(now, "2026-09-01")
    assert not may_read(now, "2026-09-02")
    assert not may_read(hold(now, "pat", TODAY), TODAY)


def test_a_hold_seals_lets_the_days_run_and_wins_over_a_purge() -> None:
    sealed = hold(active("2026-09-01"), "pat", TODAY)
    assert sealed.state is State.LEGAL_HOLD
    with pytest.raises(NotAllowed, match="cannot be held"):
        hold(sealed, "pat", TODAY)
    with pytest.raises(NotAllowed, match="legal-hold"):
        purge(sealed, "rule", "2030-01-01", after_days=0)
    assert release(sealed, "pat", "2026-09-01").state is State.ACTIVE
    late = release(sealed, "pat", "2026-09-02")
    assert late.state is State.SUSPENDED
    assert purge(late, "rule", "2026-10-10", after_days=30).state is State.PURGED


def test_a_purge_waits_its_days_and_leaves_who_did_what_when_alone() -> None:
    now = correct(active("2026-09-01"), SECOND, TODAY, reason="His name was misspelt.")
    with pytest.raises(NotAllowed, match="not suspended"):
        purge(now, "rule", "2026-09-01", after_days=0)
    with pytest.raises(NotAllowed, match="waits 30 days"):
        purge(now, "rule", "2026-10-01", after_days=30)
    gone = purge(now, "rule", "2026-10-02", after_days=30)
    assert holds_nothing(gone)
    assert [step.by for step in gone.steps] == ["avery", "blake", "blake", "rule"]


def test_an_author_withdraws_a_draft_and_nothing_else() -> None:
    gone = withdraw(draft(), AUTHOR, TODAY, reason="It does not hold.")
    assert gone.state is State.WITHDRAWN
    assert holds_nothing(gone)
    with pytest.raises(NotAllowed, match="only its author"):
        withdraw(draft(), SECOND, TODAY, reason="Mine.")
    with pytest.raises(NotAllowed, match="not draft"):
        withdraw(active(), AUTHOR, TODAY, reason="Mine.")


def test_a_reviewer_sends_back_with_a_reason() -> None:
    back = send_back(draft(), SECOND, TODAY, reason="Say on which dates.")
    assert (back.state, back.steps[-1].deed, back.steps[-1].note) == (State.DRAFT, Deed.RETURNED, "Say on which dates.")
    with pytest.raises(NotAllowed, match="does not review"):
        send_back(draft(), AUTHOR, TODAY, reason="Say.")
    with pytest.raises(NotAllowed, match="no explanation"):
        send_back(draft(), SECOND, TODAY, reason="")


def test_narratives_are_what_the_gate_looks_at() -> None:
    assert narratives((PREDICATE, replace(PREDICATE, facts=" ", relevance=""))) == (
        f"{PREDICATE.facts}\n\n{PREDICATE.relevance}"
    )


def holds_nothing(submission: Submission) -> bool:
    """Claim that no word of what was said is left."""
    return (
        submission.predicates == ()
        and submission.labels is None
        and submission.collection is None
        and not any(step.note for step in submission.steps)
    )


PEOPLE = (AUTHOR, SECOND, OFFICER, ELSEWHERE, LAPSED, NEVER)
DEEDS = tuple(Deed)
moves = st.lists(
    st.tuples(
        st.sampled_from(DEEDS),
        st.sampled_from(PEOPLE),
        st.integers(0, 400),
        st.integers(-10, 3000),
        st.sampled_from(("", "He sold two more forged titles.")),
        st.booleans(),
    ),
    max_size=12,
)
starts = st.tuples(
    st.sampled_from(((), (PREDICATE,), (PREDICATE, replace(PREDICATE, facts="Little.")))),
    st.booleans(),
    st.booleans(),
)


def move(now: Submission, deed: Deed, who: Person, today: str, until: str, said: str, gated: bool) -> Submission:  # noqa: C901, PLR0911, PLR0917
    match deed:
        case Deed.APPROVED:
            return approve(now, who, today, until=until, offences=OFFENCES)
        case Deed.CLEARED:
            return clear(now, who, today, rationale=said)
        case Deed.CORRECTED:
            return correct(now, who, today, reason=said)
        case Deed.HELD:
            return hold(now, who.account, today)
        case Deed.PURGED:
            return purge(now, who.account, today, after_days=30)
        case Deed.RELEASED:
            return release(now, who.account, today)
        case Deed.RETURNED:
            return send_back(now, who, today, reason=said)
        case Deed.REWRITTEN:
            return rewrite(now, who, today, predicates=now.predicates, gated=gated)
        case Deed.SUBMITTED:
            return submit(replace(DRAFT, predicates=now.predicates), who, today)
        case Deed.VALIDATED:
            return validate(now, who, today, until=until, explanation=said, basis=said)
        case Deed.WITHDRAWN:
            return withdraw(now, who, today, reason=said)


@settings(max_examples=400)
@given(starts, moves)
def test_no_path_leads_round_the_rules(
    start: tuple[tuple[Predicate, ...], bool, bool], path: list[tuple[Deed, Person, int, int, str, bool]]
) -> None:
    predicates, gated, labelled = start
    now = draft(predicates=predicates, gated=gated, labels=DRAFT.labels if labelled else None)
    day, unexplained = date.fromisoformat(TODAY), 0
    for deed, who, later, length, said, protects in path:
        day += timedelta(days=later)
        today, until = day.isoformat(), (day + timedelta(days=length)).isoformat()
        before = now
        try:
            now = move(now, deed, who, today, until, said, protects)
        except NotAllowed as refused:
            unexplained += not refused.where.startswith("28 CFR")
            continue
        check_laws(now)
        if before.state in GONE and deed is not Deed.SUBMITTED:
            msg = f"{deed} after {before.state}"
            raise AssertionError(msg)
        if deed is not Deed.SUBMITTED and deed in {Deed.CORRECTED, Deed.CLEARED, Deed.RETURNED, Deed.REWRITTEN}:
            assert now.review_by == before.review_by
        if now.review_by < today:
            assert not may_read(now, today)
    assert not unexplained


def check_laws(now: Submission) -> None:
    state = now.held_from if now.state is State.LEGAL_HOLD else now.state
    if state is State.ACTIVE:
        assert incomplete(now, OFFENCES) == ()
        assert now.predicates
        assert now.reviewed_by not in {"", now.author}
        assert now.reviewed_by not in {"lou", "nik"}
        assert not now.gated
    if now.state in READABLE | {State.SUSPENDED, State.LEGAL_HOLD}:
        assert now.review_by <= latest_review(now.period_from)
    if now.state in GONE:
        assert holds_nothing(now)


def test_a_draft_waits_thirty_days_for_its_reviewer() -> None:
    assert draft().review_by == "2026-03-31"


def test_five_words_state_something_and_four_do_not() -> None:
    assert missing(replace(PREDICATE, facts="He sold two forged titles."), OFFENCES) == ()
    assert missing(replace(PREDICATE, facts="He sold forged titles."), OFFENCES)


def test_what_lacks_an_offence_is_told_so_once() -> None:
    lacking = missing(replace(PREDICATE, offence=""), OFFENCES)
    assert lacking == ("It names no offence.",)
    neither = missing(replace(PREDICATE, determined_on="", trained_until=""), OFFENCES)
    assert any("no current training" in sentence for sentence in neither)


def test_training_that_ends_on_the_day_of_the_finding_counts() -> None:
    assert missing(replace(PREDICATE, trained_until=TODAY), OFFENCES) == ()


@pytest.mark.parametrize("state", sorted(GONE))
def test_what_is_gone_cannot_be_held(state: State) -> None:
    assert {State.PURGED, State.WITHDRAWN} == GONE
    with pytest.raises(NotAllowed, match=f"what is {state} cannot be held"):
        hold(replace(draft(), state=state), "pat", TODAY)


def test_each_act_belongs_to_a_state() -> None:
    with pytest.raises(NotAllowed, match="it is active, not draft"):
        send_back(active(), SECOND, TODAY, reason="Too late.")
    with pytest.raises(NotAllowed, match="it is active, not draft"):
        clear(replace(active(), gated=True), OFFICER, TODAY, rationale="It bears on the crime.")
    with pytest.raises(NotAllowed, match="it is draft, not active"):
        validate(draft(), SECOND, TODAY, until="2027-03-01", explanation="Yes.", basis="He sold two more in July.")


def test_whose_training_has_lapsed_does_not_rewrite() -> None:
    with pytest.raises(NotAllowed, match="no current training"):
        rewrite(draft(), replace(AUTHOR, trained_until="2026-02-28"), TODAY, predicates=(PREDICATE,), gated=False)


def test_a_draft_is_withdrawn_with_a_reason_and_leaves_no_flag() -> None:
    with pytest.raises(NotAllowed, match="no explanation"):
        withdraw(draft(), AUTHOR, TODAY, reason=" ")
    assert not withdraw(replace(draft(), gated=True), AUTHOR, TODAY, reason="A mistake.").gated


def test_a_hold_of_unknown_origin_returns_to_a_draft() -> None:
    assert release(replace(draft(), state=State.LEGAL_HOLD, held_from=None), "pat", TODAY).state is State.DRAFT


def test_what_nobody_attested_or_supports_is_not_approved() -> None:
    for collection in (None, replace(DRAFT.collection, supporting="  ")):  # type: ignore[type-var]
        with pytest.raises(NotAllowed, match=r"28 CFR 23\.20\((d|n)\)"):
            approve(replace(draft(), collection=collection), SECOND, TODAY, until="2027-03-01", offences=OFFENCES)


def test_a_period_may_last_until_its_latest_day() -> None:
    assert active(until=latest_review(TODAY)).review_by == latest_review(TODAY)


def test_a_note_is_kept_without_the_space_around_it() -> None:
    assert send_back(draft(), SECOND, TODAY, reason="  Say more. ").steps[-1].note == "Say more."
