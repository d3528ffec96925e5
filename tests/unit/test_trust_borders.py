"""Borders of the rules of trust, each of which a small change of its code would move unnoticed but for this."""

from base64 import b64encode
from collections.abc import Sequence
from dataclasses import replace
from typing import Any

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from tessera.errors import Invalid, Tampered
from tessera.model.access import Access, Actor, AgencyKind, Permission, Purpose, Role
from tessera.model.marking import FieldClass, Hold, Marking, Regime, Sensitivity, Tlp
from tessera.trust import audit, checkpoint, cui, cui_codes, redress, retention, sampling, tiles, witness
from tessera.trust.contribution import may_deliver_for
from tessera.trust.policy import Policy

KEY = Ed25519PrivateKey.from_private_bytes(bytes(range(32)))
OTHER = Ed25519PrivateKey.from_private_bytes(bytes(32))
NAME = "log.example"
LEAVES = [audit.leaf_hash(bytes([n])) for n in range(17)]


# Trees


def subtree_proof(start: int, end: int, leaves: Sequence[bytes], *, known: bool = True) -> list[bytes]:
    """The proof as its definition writes it, by recursion: from the subtree up to the root."""
    if start == 0 and end == len(leaves):
        return [] if known else [audit.root_of_leaves(leaves)]
    middle = 1 << ((len(leaves) - 1).bit_length() - 1)
    left, right = leaves[:middle], leaves[middle:]
    if end <= middle:
        return [*subtree_proof(start, end, left, known=known), audit.root_of_leaves(right)]
    if start >= middle:
        return [*subtree_proof(start - middle, end - middle, right, known=known), audit.root_of_leaves(left)]
    return [*subtree_proof(0, end - middle, right, known=False), audit.root_of_leaves(left)]


def spans(size: int) -> list[tuple[int, int]]:
    """Every span of leaves that hangs under one node: it begins at a multiple of a power of two that is no smaller."""
    return [
        (start, end)
        for start in range(size)
        for end in range(start + 1, size + 1)
        if any(start % power == 0 and end - start <= power for power in (1, 2, 4, 8, 16, 32))
    ]


@pytest.mark.parametrize("size", range(1, 18))
def test_every_subtree_is_proved_and_nothing_else(size: int) -> None:
    leaves = LEAVES[:size]
    root = audit.root_of_leaves(leaves)
    for start, end in spans(size):
        part, proof = audit.root_of_leaves(leaves[start:end]), subtree_proof(start, end, leaves)
        claims = {
            "it": (((start, end), size, part, root, proof), True),
            "another subtree": (((start, end), size, bytes(32), root, proof), False),
            "another tree": (((start, end), size, part, bytes(32), proof), False),
            "a step more": (((start, end), size, part, root, [*proof, bytes(32)]), False),
            "a short step": (((start, end), size, part, root, [step[:-1] for step in proof]), not proof),
            "a step less": (((start, end), size, part, root, proof[:-1]), not proof),
        }
        for name, (claim, holds) in claims.items():
            assert audit.verify_subtree_consistency(*claim) is holds, (name, start, end)


@pytest.mark.parametrize("size", range(1, 12))
def test_an_entry_is_proved_within_its_subtree(size: int) -> None:
    for start, end in spans(size):
        part = LEAVES[start:end]
        for index in range(start, end):
            proof = audit.inclusion_proof(part, index - start)
            claim = LEAVES[index], index, (start, end), proof, audit.root_of_leaves(part)
            assert audit.verify_subtree_inclusion(*claim)
            assert not audit.verify_subtree_inclusion(LEAVES[16], *claim[1:])
    assert not audit.verify_subtree_inclusion(LEAVES[1], 1, (1, 3), [LEAVES[2]], audit.root_of_leaves(LEAVES[1:3]))


def test_which_spans_hang_under_one_node() -> None:
    found = {(start, end) for start in range(-1, 9) for end in range(-1, 9) if audit.is_subtree(start, end)}
    assert found == {*spans(8), *((n, n) for n in range(9))}


def test_no_leaves_are_part_of_every_tree_and_prove_nothing() -> None:
    root = audit.root_of_leaves(LEAVES[:5])
    assert audit.verify_subtree_consistency((2, 2), 5, audit.EMPTY_ROOT, root, [])
    assert not audit.verify_subtree_consistency((2, 2), 5, root, root, [])
    assert not audit.verify_subtree_consistency((2, 2), 5, audit.EMPTY_ROOT, root, [LEAVES[0]])
    assert not audit.verify_subtree_consistency((6, 6), 5, audit.EMPTY_ROOT, root, [])
    assert not audit.verify_subtree_consistency((0, 6), 5, root, root, [])
    assert not audit.verify_subtree_consistency((1, 3), 5, audit.root_of_leaves(LEAVES[1:3]), root, [])


def test_a_proof_of_another_span_or_with_bytes_moved_between_its_steps_is_none() -> None:
    root, left = audit.root_of_leaves(LEAVES[:5]), audit.root_of_leaves(LEAVES[:2])
    honest = subtree_proof(0, 3, LEAVES[:5])
    assert honest == [LEAVES[2], LEAVES[3], left, LEAVES[4]]
    assert audit.verify_subtree_consistency((0, 3), 5, audit.root_of_leaves(LEAVES[:3]), root, honest)
    assert not audit.verify_subtree_consistency((1, 3), 5, audit.root_of_leaves(LEAVES[:3]), root, honest)
    moved = [LEAVES[2] + LEAVES[3][:1], LEAVES[3][1:], left, LEAVES[4]]
    assert not audit.verify_subtree_consistency((0, 3), 5, audit.node_hash(left, moved[0]), root, moved)


@pytest.mark.parametrize(("size", "edge"), [(-1, (LEAVES[0],)), (1, ()), (0, (LEAVES[0],)), (1, (b"short",))])
def test_what_cannot_be_a_right_edge_is_refused(size: int, edge: tuple[bytes, ...]) -> None:
    with pytest.raises(Invalid):
        audit.Frontier(size, edge)


@pytest.mark.parametrize("details", [{"a": {1: "x"}}, {"a": [{1: "x"}]}, {"a": ({"b": {2: 3}},)}])
def test_a_key_that_is_no_text_is_refused_however_deep(details: dict[str, Any]) -> None:
    with pytest.raises(Invalid, match="is not a text"):
        audit.canonical(details)


# Checkpoints and witnesses


@pytest.mark.parametrize("name", ["", "a b", "a+b", "a\x7f", "a\tb", " a"])
def test_a_name_that_no_key_may_have(name: str) -> None:
    def refused() -> pytest.RaisesExc[Invalid]:
        return pytest.raises(Invalid, match="cannot be the name of a key")

    with refused():
        checkpoint.verifier_key(name, KEY)
    with refused():
        checkpoint.sign_checkpoint(name, 1, bytes(32), KEY)
    with refused():
        checkpoint.sign_note("text\n", name, KEY)
    with refused():
        witness.cosign(checkpoint.sign_note("text\n", NAME, KEY), name, KEY, at=1)


def key_of(raw: bytes, name: str = NAME) -> str:
    return f"{name}+{checkpoint.key_id(name, raw[1:]).hex()}+{b64encode(raw).decode()}"


def test_a_verifier_key_may_stand_among_blanks_and_is_the_right_length() -> None:
    public = KEY.public_key().public_bytes_raw()
    assert checkpoint.parse_verifier_key("  " + key_of(b"\x01" + public) + "\n").name == NAME
    for raw in (b"\x01" + public[:-1], b"\x01" + public + b"\x00", b"\x01", b"\x02" + public):
        with pytest.raises(Invalid, match="not an Ed25519 verifier key"):
            checkpoint.parse_verifier_key(key_of(raw))
    for text in (f"{NAME}+00000000+###", f"{NAME}+00000000+", NAME):
        with pytest.raises(Invalid, match="not an Ed25519 verifier key"):
            checkpoint.parse_verifier_key(text)
    with pytest.raises(Invalid, match="cannot be the name"):
        checkpoint.parse_verifier_key(key_of(b"\x01" + public, name="a b"))


def test_an_unknown_signature_before_a_known_one_is_passed_over() -> None:
    note = checkpoint.sign_note("text\n", NAME, KEY)
    body, own = note.split("\n\n")
    stranger = checkpoint.sign_note("text\n", "other.example", OTHER).split("\n\n")[1]
    mixed = f"{body}\n\n{stranger}{own}"
    assert checkpoint.verify_note(mixed, [checkpoint.verifier_key(NAME, KEY)]) == ("text\n", (NAME,))


def test_how_long_a_note_may_be() -> None:
    note = checkpoint.sign_note("x\n", NAME, KEY)
    longest = "x" * (1_000_000 - len(note.encode())) + note
    assert checkpoint.split_note(longest)[0].endswith("x\n")
    with pytest.raises(Tampered, match="too long"):
        checkpoint.split_note("x" + longest)


def line(raw: bytes) -> str:
    return f"\N{EM DASH} {NAME} {b64encode(raw).decode()}"


def test_what_a_signature_line_must_hold() -> None:
    assert checkpoint.parse_signature(line(b"idid1")).signature == b"1"
    wrong = (
        line(b"idid"),
        line(b"id"),
        line(b"idid1")[2:],
        line(b"idid1") + "*",
        f"\N{EM DASH}  {b64encode(b'idid1').decode()}",
    )
    for each in wrong:
        with pytest.raises(Tampered, match="malformed"):
            checkpoint.parse_signature(each)


def test_base64_with_other_letters_in_it_is_none() -> None:
    with pytest.raises(Tampered, match="malformed"):
        checkpoint.parse_signature(line(b"idid1").replace(" aW", " a!W"))


NOTE = checkpoint.sign_checkpoint(NAME, 3, audit.root_of_leaves(LEAVES[:3]), KEY)


@pytest.mark.parametrize(("at", "fine"), [(-1, False), (0, True), (1, True), (2**63 - 1, True), (2**63, False)])
def test_when_a_cosignature_can_be_made(at: int, fine: bool) -> None:
    if not fine:
        with pytest.raises(Invalid, match="time of a cosignature"):
            witness.cosign(NOTE, "w.example", OTHER, at=at)
        return
    key = witness.parse_witness_key(witness.witness_key("w.example", OTHER))
    cosigned = witness.with_cosignatures(NOTE, [witness.cosign(NOTE, "w.example", OTHER, at=at)])
    assert [each.at for each in witness.cosignatures(cosigned, [key])] == [at]


def test_a_line_that_is_there_already_is_not_added() -> None:
    own = witness.cosign(NOTE, "w.example", OTHER, at=1)
    once = witness.with_cosignatures(NOTE, [own, own])
    assert once.count(own) == 1
    assert witness.with_cosignatures(once, [own]) == once


def test_a_tree_that_grew_from_one_entry_needs_its_proof() -> None:
    old, new = (
        checkpoint.Checkpoint(origin=NAME, size=size, root=audit.root_of_leaves(LEAVES[:size])) for size in (1, 5)
    )
    witness.may_cosign(old, new, audit.consistency_proof(LEAVES[:5], 1))
    with pytest.raises(Tampered, match="the proof does not show"):
        witness.may_cosign(old, new, [])
    witness.may_cosign(new, new, [bytes(32)])
    witness.may_cosign(replace(old, size=0, root=audit.EMPTY_ROOT), new, [])


# Tiles


@pytest.mark.parametrize(
    ("path", "there"),
    [
        ("0/000", True), ("63/000", True), ("64/000", False), ("0/000.p/1", True), ("0/000.p/255", True),
        ("0/000.p/256", False), ("0/000.p/0", False), ("0/001.p/256", False),
        ("0/" + "x999/" * 6 + "999", True), ("0/" + "x999/" * 7 + "999", False),
    ],
)  # fmt: skip
def test_which_addresses_are_tiles(path: str, there: bool) -> None:
    assert (tiles.parse_path(path) is not None) is there


def test_a_node_needs_all_its_entries() -> None:
    assert tiles.tile_with(2, 1, 8) == tiles.Tile(level=0, number=0, width=8)
    with pytest.raises(Invalid, match="no complete node 1 at level 2"):
        tiles.tile_with(2, 1, 7)


# Samples


def sample(**changes: object) -> dict[str, object]:
    note = checkpoint.sign_checkpoint(NAME, 100, bytes(32), KEY)
    positions = sampling.draw(sampling.seed_of(note, "2026-10/1"), 50, 4)
    drawn = [{"position": p, "entry": p + 40} for p in positions]
    return {"period": "2026-10", "round": 1, "checkpoint": note, "population": 50, "drawn": drawn} | changes


def redrawn(document: dict[str, Any]) -> list[str]:
    return sampling.redraw(document, [checkpoint.verifier_key(NAME, KEY)])


def entered(*entries: int) -> dict[str, Any]:
    """The sample with other entries at its positions."""
    document: dict[str, Any] = sample()
    drawn = [one | {"entry": entry} for one, entry in zip(document["drawn"], entries, strict=True)]
    return document | {"drawn": drawn}


def test_a_sample_as_it_was_drawn_is_drawn_again() -> None:
    assert redrawn(sample()) == []


def test_other_positions_are_noticed() -> None:
    (wrong,) = redrawn(sample(round=2))
    assert wrong == "The checkpoint does not choose these positions of 50 for 2026-10/2."


def test_entries_stand_in_the_order_of_the_log_and_within_it() -> None:
    first, second, third, last = (int(one["position"]) for one in sample()["drawn"])  # type: ignore[attr-defined]
    order, outside = (
        "The entries are not in the order of the log.",
        "An entry lies outside of what the checkpoint covers.",
    )
    assert redrawn(entered(first, second, third, last)) == []
    assert redrawn(entered(first, second, third, 99)) == []
    assert redrawn(entered(first, second, third, 100)) == [outside]
    assert redrawn(entered(first - 1, second, third, last)) == [outside]
    assert redrawn(entered(first, third, second, last)) == [order, outside]
    assert redrawn(entered(first, third, third, last)) == [order]


@pytest.mark.parametrize("missing", ["period", "round", "checkpoint", "population", "drawn"])
def test_what_is_no_sample_is_refused(missing: str) -> None:
    document = sample()
    del document[missing]
    with pytest.raises(Invalid, match="no sample"):
        redrawn(document)


def test_months_are_months() -> None:
    assert [sampling.month_before(day) for day in ("2027-01-01", "2026-03-31", "2026-03-01")] == [
        "2026-12",
        "2026-02",
        "2026-02",
    ]
    for wrong in ("2026-13", "2026-1", "x"):
        with pytest.raises(Invalid, match="is no month"):
            sampling.month_after(wrong)


# Redress


def test_what_may_follow_is_said() -> None:
    with pytest.raises(Invalid) as caught:
        redress.check_step(redress.Stage.RECEIVED, redress.Stage.DECIDED)
    assert caught.value.advice == f"What may follow: {', '.join(sorted(redress.FOLLOWS[redress.Stage.RECEIVED]))}."
    ended = next(stage for stage, follows in redress.FOLLOWS.items() if not follows)
    with pytest.raises(Invalid, match="is not followed by") as caught:
        redress.check_step(ended, redress.Stage.DECIDED)
    assert caught.value.advice == "What may follow: nothing."


def test_how_it_may_be_closed_is_said() -> None:
    closed = {stage: [c for c in redress.Closing if c not in redress.CLOSES[stage]] for stage in redress.Stage}
    for stage, wrong in closed.items():
        for closing in wrong:
            with pytest.raises(Invalid) as caught:
                redress.check_closing(stage, closing)
            assert caught.value.advice == f"Choose: {', '.join(sorted(redress.CLOSES[stage])) or 'nothing'}."


def test_a_second_appeal_alone_is_refused_for_being_the_second() -> None:
    redress.check_step(redress.Stage.RECEIVED, redress.Stage.ACKNOWLEDGED, appealed=True)
    redress.check_step(redress.Stage.DECIDED, redress.Stage.APPEALED)
    with pytest.raises(Invalid, match="an appeal already"):
        redress.check_step(redress.Stage.DECIDED, redress.Stage.APPEALED, appealed=True)


def test_who_may_not_decide_is_told_why() -> None:
    entered = redress.may_decide("pat", entered_by=frozenset({"pat"}))
    assert (entered.allowed, entered.policies) == (False, ("redress-is-decided-by-others",))
    assert "entered the disputed data" in entered.reason
    again = redress.may_decide("pat", entered_by=frozenset(), first_decided_by="pat")
    assert (again.allowed, again.policies) == (False, ("redress-is-decided-by-others",))
    assert "another person" in again.reason
    assert redress.may_decide("", entered_by=frozenset()).allowed


def test_what_is_not_decided_is_not_decided_late() -> None:
    clocks = redress.Clocks(within=30)
    assert not redress.decided_late(redress.Days(received="2026-01-01"), clocks)
    assert not redress.decided_late(redress.Days(received="2026-01-01", decided="2026-01-31"), clocks)
    assert redress.decided_late(redress.Days(received="2026-01-01", decided="2026-02-01"), clocks)


# Retention


def test_the_day_to_review_by_is_exact_up_to_sixty_days_and_a_monday_up_to_four_hundred() -> None:
    assert retention.review_day("2026-03-17", 60) == "2026-05-16"
    assert retention.review_day("2026-03-17", 61) == "2026-05-11"
    assert retention.review_day("2026-03-17", 400) == "2027-04-19"
    assert retention.review_day("2026-03-17", 401) == "2027-04-01"


@pytest.mark.parametrize(
    ("review_by", "until", "why"),
    [
        ("2026-03-01", "2026-04-01", "has passed: it needs a fresh submission"),
        ("2026-03-10", "2026-03-02", "must lie after today, 2026-03-02"),
        ("2026-03-10", "2026-05-01", "until 2026-04-01 at the latest"),
    ],
)
def test_why_a_review_may_not_keep_it(review_by: str, until: str, why: str) -> None:
    decision = retention.may_keep(Marking(review_by=review_by), until, today="2026-03-02", retention_days=30)
    assert decision.allowed is False
    assert why in decision.reason
    assert retention.may_purge(Marking(holds=frozenset({Hold.LEGAL}))).allowed is False


# CUI


@pytest.mark.parametrize(
    ("given", "found"),
    [
        (Marking(cui=frozenset({"LEI"})), {"LEI": "Law enforcement (general)"}),
        (Marking(cui=frozenset({"SP-NOSUCH"})), {}),
    ],
)
def test_each_code_has_its_title(given: Marking, found: dict[str, str]) -> None:
    titles = cui.titles(given)
    assert set(titles) == set(found)
    assert all(titles.values())


def test_the_titles_of_every_register_are_known() -> None:
    codes = (next(iter(cui_codes.BASIC)), next(iter(cui_codes.SPECIFIED)))
    controls = frozenset({"NOFORN", "REL TO USA, CAN"})
    titles = cui.titles(Marking(cui=frozenset(codes), dissemination=controls))
    assert titles[codes[0]] == cui_codes.BASIC[codes[0]]
    assert titles[codes[1]] == cui_codes.SPECIFIED[codes[1]]
    assert set(titles) == {*codes, *controls}
    assert titles["REL TO USA, CAN"] == cui_codes.CONTROLS["REL TO"]


@pytest.mark.parametrize(
    ("text", "verdict"),
    [
        ("CUI//NOFORN/XYZ", "unknown category NOFORN"),
        ("CUI//REL TO", "unknown category REL TO"),
        ("CUI//LEI//REL TO ", "unknown LDC REL TO "),
        ("CUI//LEI//RELATED", "unknown LDC RELATED"),
    ],
)
def test_a_banner_with_one_wrong_part(text: str, verdict: str) -> None:
    assert verdict in cui.check_banner(text)


# Contribution


@pytest.mark.parametrize("role", Role)
def test_who_hands_in_for_others(role: Role) -> None:
    access = Access(
        actor=Actor(account="x", agency="center", roles=frozenset({role}), trained_until=""),
        purpose=Purpose.DATA_STEWARDSHIP,
    )
    takes_in = {
        Role.ADMINISTRATOR,
        Role.ANALYST,
        Role.DATA_STEWARD,
        Role.INTAKE_ANALYST,
        Role.SERVICE,
        Role.WATCH_OFFICER,
    }
    assert may_deliver_for(access, "sheriff").allowed is (role in takes_in)
    assert may_deliver_for(access, "center").allowed


def test_regimes_give_their_categories_where_the_source_names_none() -> None:
    assert cui.is_controlled(Marking(regimes=frozenset({Regime.CJI})))


# The policy, without a day


def test_without_a_day_the_clock_is_asked_everywhere() -> None:
    policy = Policy.load(clock=lambda: 1_781_481_600_000)  # 2026-06-15
    who = Actor(account="x", agency="center", roles=frozenset({Role.ANALYST}), trained_until="2026-06-14")
    lapsed = Access(actor=who, purpose=Purpose.SITUATIONAL_AWARENESS)
    current = replace(lapsed, actor=replace(who, trained_until="2026-06-15"))
    shared = Marking(owners=frozenset({"police"}), sensitivity=Sensitivity.INTERNAL, tlp=Tlp.GREEN)
    for access, fine in ((lapsed, False), (current, True)):
        assert bool(policy.may_read(access, [shared])[0]) is fine
        assert bool(policy.readable_fields(access, [shared])[0]) is fine
        assert policy.why_masked(access, shared, FieldClass.OPEN).allowed is fine
        assert policy.may(access, Permission.INTELLIGENCE_SUBMIT).allowed is fine
        assert policy.reader_key(access) == policy.reader_key(access, today="2026-06-15")
        assert policy.reader_key(access) != policy.reader_key(access, today="2026-06-16")
    asking = replace(
        current, actor=replace(current.actor, groups=frozenset({"law-enforcement"})), need_to_know="case 7"
    )
    asking = replace(asking, purpose=Purpose.CRIMINAL_INVESTIGATION)
    hidden = replace(shared, sensitivity=Sensitivity.RESTRICTED, tlp=Tlp.AMBER, releasable_to=frozenset())
    late = replace(asking, actor=replace(asking.actor, trained_until="2026-06-14"))
    assert policy.may_know(asking, [hidden])[0]
    assert not policy.may_know(late, [hidden])[0]


def test_what_a_cache_key_weighs() -> None:
    policy = Policy.load()
    actor = Actor(
        account="x", agency="center", roles=frozenset({Role.ANALYST}), groups=frozenset({"g"}), trained_until=""
    )
    access = Access(actor=actor, purpose=Purpose.OVERSIGHT)
    others = [
        replace(access, purpose=Purpose.PUBLIC_HEALTH),
        replace(access, need_to_know="case 7"),
        *(
            replace(access, actor=replace(actor, **change))
            for change in (
                {"account": "y"}, {"agency": "police"}, {"agency_kind": AgencyKind.FEDERAL}, {"trained_until": "2026-01-01"},
                {"groups": frozenset({"h"})}, {"roles": frozenset({Role.PARTNER})},
            )
        ),
    ]  # fmt: skip
    keys = {policy.reader_key(each, today="2026-06-15") for each in (access, *others)}
    assert len(keys) == len(others) + 1
    blank = replace(access, need_to_know="  ")
    assert policy.reader_key(blank, today="2026-06-15") == policy.reader_key(access, today="2026-06-15")


def test_a_site_takes_no_shipped_name() -> None:
    with pytest.raises(Invalid, match=r"^reading.cedar: reading.cedar is the name of a shipped"):
        Policy.load().with_site({"reading.cedar": "", "own.cedar": ""})
