"""What is withheld in a report, and that reports, proofs and receipts are read as they were written."""

import hashlib
import json

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from tessera.errors import Invalid, Tampered
from tessera.ids import new_id
from tessera.model.transparency import Line, Measured, Report
from tessera.trust import checkpoint, disclosing, proof, receipts
from tessera.trust.audit import leaf_hash
from tessera.trust.letters import Heading, decision
from tessera.trust.phrases import compile_phrases, expression
from tessera.trust.policy import Policy
from tessera.trust.policy_change import (
    LONGEST_TEXT,
    PolicyState,
    changed,
    check_change,
    check_name,
    may_decide,
    may_withdraw,
)
from tessera.trust.redress import Outcome, Remedy, Ruling
from tessera.trust.small_cells import TOTAL, Cell, Counts, protect
from tessera.trust.wording import word_text

KEY = Ed25519PrivateKey.from_private_bytes(bytes(range(32)))
KEYS = [checkpoint.verifier_key("center.example", KEY)]
ROWS = (Line(name="a", label="A"), Line(name="b", label="B", note="Only these."))
TWO = (Line(name="x", label="X"), Line(name="y", label="Y"))


def measured(counts: dict[tuple[str, str], int], **more: object) -> Measured:
    given = {
        "name": "t", "title": "Title", "definition": "What it counts.", "queries": ("q1",), "row_head": "Row", "rows": ROWS,
        "columns": TWO, "counts": counts,
    }  # fmt: skip
    return Measured(**(given | more))  # type: ignore[arg-type]


LARGE = {("a", "x"): 40, ("a", "y"): 50, ("b", "x"): 60, ("b", "y"): 70}


def test_what_is_large_enough_is_shown_with_its_totals() -> None:
    table = disclosing.may_show(measured(LARGE), k=11)
    assert [(row.name, row.label, row.note, row.counts, row.total) for row in table.rows] == [
        ("a", "A", "", (40, 50), 90),
        ("b", "B", "Only these.", (60, 70), 130),
    ]
    assert (table.totals, table.total, table.withheld) == ((100, 120), 220, 0)
    assert table.with_row_totals


def test_what_is_small_is_withheld_and_cannot_be_subtracted() -> None:
    table = disclosing.may_show(measured(LARGE | {("a", "x"): 3}), k=11)
    assert table.rows[0].counts[0] is None
    assert table.withheld >= 2


def test_a_count_that_is_not_of_people_is_shown_however_small() -> None:
    table = disclosing.may_show(measured(LARGE | {("a", "x"): 3}, people=False), k=11)
    assert table.rows[0].counts == (3, 50)
    assert (table.totals, table.total, table.withheld) == ((63, 120), 183, 0)


@pytest.mark.parametrize(("count", "shown"), [(0, 0), (1, None), (10, None), (11, 11), (12, 12)])
def test_rows_that_do_not_add_up_have_no_totals(count: int, shown: int | None) -> None:
    table = disclosing.may_show(measured({("a", "x"): count}, adds_up=False), k=11)
    assert table.rows[0].counts == (shown, 0)
    assert (table.totals, table.total, table.rows[0].total) == (None, None, None)
    assert table.withheld == (shown is None)
    open_table = disclosing.may_show(measured({("a", "x"): count}, adds_up=False, people=False), k=11)
    assert open_table.rows[0].counts == (count, 0)


def test_a_stock_that_changed_a_little_since_is_withheld() -> None:
    before = disclosing.may_show(measured({("a", "x"): 40}, adds_up=False, stock=True), k=11)
    after = measured({("a", "x"): 43}, adds_up=False, stock=True)
    assert disclosing.may_show(after, k=11, earlier=[before]).rows[0].counts[0] is None
    flow = measured({("a", "x"): 43}, adds_up=False)
    assert disclosing.may_show(flow, k=11, earlier=[before]).rows[0].counts[0] == 43


def test_a_table_without_rows_shows_zeros_where_it_adds_up() -> None:
    assert disclosing.may_show(measured({}, rows=()), k=11).totals == (0, 0)
    assert disclosing.may_show(measured({}, rows=(), adds_up=False), k=11).totals is None


@pytest.mark.parametrize("more", [{}, {"adds_up": False}, {"columns": TWO[:1]}, {"people": False, "stock": True}])
def test_a_table_is_read_as_it_was_written(more: dict[str, object]) -> None:
    table = disclosing.may_show(measured(LARGE | {("a", "x"): 3}, **more), k=11)
    assert disclosing.from_json(json.loads(json.dumps(disclosing.to_json(table)))) == table


def test_what_a_table_says_of_itself() -> None:
    plain = disclosing.to_json(disclosing.may_show(measured(LARGE), k=11))
    assert plain["columns"][0] == {"name": "x", "label": "X", "note": ""}
    assert plain["rows"][1] == {"name": "b", "label": "B", "note": "Only these.", "counts": [60, 70], "total": 130}
    assert (plain["counted_by"], plain["about_people"], plain["as_of_the_last_day"]) == (["q1"], True, False)
    single = disclosing.to_json(disclosing.may_show(measured(LARGE, columns=TWO[:1]), k=11))
    assert "total" not in single["rows"][0]


def test_a_report_for_programs_says_its_period_and_what_is_withheld() -> None:
    table = disclosing.may_show(measured(LARGE), k=11)
    report = Report(
        uid=new_id(), since=0, until=86_400_000, smallest=11, made_at=1, made_by="pat", tables=(table,),
        published_at=2, published_by="noa",
    )  # fmt: skip
    plain = disclosing.document_of(report)
    assert (plain["id"], plain["from"][:10], plain["until"][:10]) == (str(report.uid), "1970-01-01", "1970-01-02")
    assert plain["counts_of_people_withheld_below"] == 11
    assert plain["tables"] == [disclosing.to_json(table)]
    assert (plain["published"], plain["withheld_is"]) == ("1970-01-01T00:00:00Z", None)


def test_a_long_table_says_withheld_and_never_leaves_a_blank() -> None:
    table = disclosing.may_show(measured({("a", "x"): 3}, adds_up=False), k=11)
    assert disclosing.csv_rows([table]) == [
        ["table", "row", "column", "count"],
        ["t", "a", "x", "withheld"],
        ["t", "a", "y", "0"],
        ["t", "b", "x", "0"],
        ["t", "b", "y", "0"],
    ]
    whole = disclosing.csv_rows([disclosing.may_show(measured(LARGE), k=11)])
    assert ["t", "total", "x", "100"] in whole
    assert ["t", "a", "total", "90"] in whole
    assert ["t", "total", "total", "220"] in whole


# Proofs

HASHES = tuple(leaf_hash(bytes([n])) for n in range(3))
WRITTEN = proof.write_proof(proof.Proof(index=7, hashes=HASHES, note="note\n"))


def test_a_proof_is_read_as_it_was_written_and_extra_data_is_passed_over() -> None:
    assert proof.read_proof(WRITTEN) == proof.Proof(index=7, hashes=HASHES, note="note\n")
    head, rest = WRITTEN.split("\n", 1)
    assert proof.read_proof(f"{head}\nextra AAAA\n{rest}") == proof.read_proof(WRITTEN)
    assert proof.read_proof(WRITTEN.replace("index 7", "index 0")).index == 0


@pytest.mark.parametrize(
    ("old", "new", "why"),
    [
        ("@v1", "@v2", "does not begin as one"),
        ("\n\nnote", "\nnote", "does not begin as one"),
        ("index 7", "place 7", "does not begin as one"),
        ("index 7", "index 07", "plain decimal"),
        ("index 7", "index -7", "plain decimal"),
        ("index 7", "index \u0667", "plain decimal"),
        ("index 7", "index ", "plain decimal"),
        ("\n\nnote", "\n!!!!\n\nnote", "not base64"),
        ("\n\nnote", "\nAAAA\n\nnote", "a hash has 3 bytes"),
    ],
)
def test_what_is_no_proof(old: str, new: str, why: str) -> None:
    with pytest.raises(Tampered, match=why):
        proof.read_proof(WRITTEN.replace(old, new))
    with pytest.raises(Tampered, match="does not begin"):
        proof.read_proof("c2sp.org/tlog-proof@v1\n\nnote\n")


# Receipts

FACTS = {"purge": "P-1", "records": [1, 2], "b": "x", "a": "y"}


def signed(text: str) -> str:
    return checkpoint.sign_note(text, "center.example", KEY)


def test_a_receipt_is_read_as_it_was_signed() -> None:
    text = receipts.write_receipt(FACTS, signed)
    assert receipts.read_receipt(text, KEYS) == FACTS
    again = json.dumps(json.loads(text), sort_keys=False)
    assert receipts.read_receipt(again, KEYS) == FACTS


def test_a_receipt_is_one_plain_document_and_its_digest_can_be_made_by_hand() -> None:
    facts = {"purge": "P-1", "b": "\u00e9", "a": 1}
    text = receipts.write_receipt(facts, signed)
    by_hand = hashlib.sha256(rb'{"a":1,"b":"\u00e9","purge":"P-1"}').hexdigest()
    assert json.loads(text)["note"].startswith(f"tessera purge receipt\nP-1\n{by_hand}\n\n")
    assert text == json.dumps(json.loads(text), indent=1, sort_keys=True) + "\n"
    assert text.startswith('{\n "facts": {\n  "a": 1,')


def test_a_receipt_with_other_facts_is_none() -> None:
    written = json.loads(receipts.write_receipt(FACTS, signed))
    for facts in (FACTS | {"records": [1]}, FACTS | {"purge": "P-2"}):
        with pytest.raises(Tampered, match="does not say what was signed"):
            receipts.read_receipt(json.dumps(written | {"facts": facts}), KEYS)
    with pytest.raises(Tampered, match="no known key"):
        receipts.read_receipt(json.dumps(written), [])


@pytest.mark.parametrize(
    "text", ["", "[]", "{}", '{"facts": {}}', '{"facts": {"purge": 1}}', '{"facts": 1, "note": "x"}']
)
def test_what_is_no_receipt(text: str) -> None:
    with pytest.raises(Tampered, match="no purge receipt"):
        receipts.read_receipt(text, KEYS)


def test_a_records_hash_depends_on_the_salt_and_the_record() -> None:
    one, two = new_id(), new_id()
    assert receipts.record_hash(b"s", one) == receipts.record_hash(b"s", one)
    assert len({receipts.record_hash(b"s", one), receipts.record_hash(b"t", one), receipts.record_hash(b"s", two)}) == 3


# Changes of policy

RULE = '@id("x")\n@reads("X.")\nforbid (principal, action == Action::"read", resource);\n'


@pytest.mark.parametrize("state", PolicyState)
def test_only_what_is_proposed_is_decided_and_by_another_person(state: PolicyState) -> None:
    is_open = state is PolicyState.PROPOSED
    assert may_decide(state, "ann", "ben").allowed is is_open
    assert may_withdraw(state, "ann", "ann").allowed is is_open
    assert not may_decide(state, "ann", "ann")
    assert not may_withdraw(state, "ann", "ben")
    if not is_open:
        for decision in (may_decide(state, "ann", "ben"), may_withdraw(state, "ann", "ann")):
            assert decision.reason == f"This proposal is {state} already."


def test_the_reasons_of_two_persons() -> None:
    assert "ask a second person" in may_decide(PolicyState.PROPOSED, "ann", "ann").reason
    assert "reject it instead" in may_withdraw(PolicyState.PROPOSED, "ann", "ben").reason
    assert may_decide(PolicyState.PROPOSED, "ann", "ann").policies == ("policy-takes-two",)


def test_a_change_is_checked_as_a_whole() -> None:
    policy = Policy.load()
    assert check_change(policy, {}, {"site.cedar": RULE}).site == {"site.cedar": RULE}
    assert check_change(policy, {"site.cedar": RULE}, {"site.cedar": "  "}).site == {}
    with pytest.raises(Invalid, match="changes nothing"):
        check_change(policy, {"site.cedar": RULE}, {"site.cedar": RULE})
    with pytest.raises(Invalid, match="no name for a policy file"):
        check_change(policy, {}, {"../site.cedar": RULE})
    with pytest.raises(Invalid, match="shipped"):
        check_change(policy, {}, {"reading.cedar": RULE})
    long = RULE + "/" * (LONGEST_TEXT - len(RULE))
    assert check_change(policy, {}, {"site.cedar": long}).site == {"site.cedar": long}
    with pytest.raises(Invalid, match="more than 100,000"):
        check_change(policy, {}, {"site.cedar": long + "/"})
    assert changed({"a.cedar": "x"}, {"a.cedar": "y", "b.cedar": " "}) == {"a.cedar": "y"}


@pytest.mark.parametrize("name", ["a.cedar", "A-b_9.cedar", "a" * 58 + ".cedar"])
def test_a_name_for_a_policy_file(name: str) -> None:
    check_name(name)


@pytest.mark.parametrize(
    "name", ["a", ".cedar", "a.txt", "a b.cedar", "é.cedar", "../a.cedar", "a" * 59 + ".cedar", "a.cedar.x"]
)
def test_no_name_for_a_policy_file(name: str) -> None:
    with pytest.raises(Invalid, match="no name for a policy file"):
        check_name(name)


# Words and phrases


def test_words_stand_where_they_stood() -> None:
    found = word_text("Café at 5. No. 7!\nThen")
    assert found.words == ["cafe", "at", "5", "no", "7", "then"]
    assert [found.text[a:b] for a, b in zip(found.starts, found.ends, strict=True)] == [
        "Café",
        "at",
        "5",
        "No",
        "7",
        "Then",
    ]
    assert found.sentences == [0, 0, 0, 0, 0, 1]
    assert found.plain == "cafe at 5 no 7\nthen"


@pytest.mark.parametrize(
    ("text", "sentences"),
    [
        ("One two. Three", [0, 0, 1]), ("One J. Three", [0, 0, 0]), ("One? Three", [0, 1]), ("One sgt. Three", [0, 0, 0]),
        ("One; Three", [0, 1]), ("One... Three", [0, 1]), ("a.b", [0, 0]), ("One sgt! Three", [0, 0, 1]),
    ],
)  # fmt: skip
def test_where_a_sentence_ends(text: str, sentences: list[int]) -> None:
    assert word_text(text).sentences == sentences


@pytest.mark.parametrize(
    ("phrase", "text", "found"),
    [
        ("march/rally", "a rally", "rally"), ("march/rally", "a marching", None), ("march*", "a marching", "marching"),
        ("a ... d", "a b c d", "a b c d"), ("a ... d", "a 1 2 3 4 d", "a 1 2 3 4 d"), ("a ... d", "a 1 2 3 4 5 d", None),
        ("a ... d", "a d", "a d"), ("a b c", "a b c", "a b c"), ("a b/c* d", "a cx d", "a cx d"), ("ab", "xab", None),
        ("ab", "abx", None), ("a ... b c", "a x b c", "a x b c"), ("a ... b c", "a x b y c", None),
    ],
)  # fmt: skip
def test_what_a_phrase_finds(phrase: str, text: str, found: str | None) -> None:
    match = compile_phrases([phrase]).search(text)
    assert (match.group() if match else None) == found


@pytest.mark.parametrize("phrase", ["", "...", "... a", "a ...", "A", "a(b", "a/ b", "a*b", "/a", "a/*"])
def test_what_is_no_phrase(phrase: str) -> None:
    with pytest.raises(Invalid):
        compile_phrases([phrase])


def test_phrases_are_sorted_by_their_first_letter_and_each_is_there_once() -> None:
    assert expression(["b c", "a", "ab", "a"]) == r"\b(?:a(?:|b)|b(?: c))\b"


# Tables and letters


@pytest.mark.parametrize(
    ("rows", "columns", "cells"),
    [
        ((), ("x",), {}), (("a",), (), {}), (("a", "a"), ("x",), {}), (("a",), ("x", "x"), {}), (("a", ""), ("x",), {}), (("a",), ("",), {}),
        (("a",), ("x",), {("a", "x"): -1}), (("a",), ("x",), {("b", "x"): 1}), (("a",), ("x",), {("a", "x"): 1, ("b", "x"): -1}),
        (("a", "b"), ("x",), {("a", "x"): 1, ("b", "x"): -1}),
    ],
)  # fmt: skip
def test_what_is_no_table_of_counts(rows: tuple[str, ...], columns: tuple[str, ...], cells: dict[Cell, int]) -> None:
    with pytest.raises(Invalid):
        Counts(rows=rows, columns=columns, cells=cells)


def test_what_is_not_counted_is_none_and_what_is_withheld_is_counted() -> None:
    table = Counts(rows=("a", "b"), columns=("x",), cells={("a", "x"): 3})
    assert table.with_totals() == {
        ("a", "x"): 3,
        ("b", "x"): 0,
        ("a", TOTAL): 3,
        ("b", TOTAL): 0,
        (TOTAL, "x"): 3,
        (TOTAL, TOTAL): 3,
    }
    found = protect(Counts(rows=("a", "b"), columns=("x", "y"), cells=LARGE | {("a", "x"): 3}), k=11)
    assert found.withheld == sum(count is None for count in found.shown.values()) == 4


def test_a_letter_begins_each_part_at_the_margin() -> None:
    ruling = Ruling(outcome=Outcome.GRANTED, explanation="  You were abroad. ", remedies=frozenset({Remedy.CORRECTED}))
    heading = Heading(center="Test Center", reference="CR-1", day="2026-11-24", to="Elena Munoz")
    assert "\n\nYou were abroad.\n\n" in decision(heading, ruling, appeal_by="")
