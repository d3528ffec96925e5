"""The core of resolution: models read from packs, trained models, blocking, learning and clusters."""

import itertools
import json
from collections import Counter
from pathlib import Path

import numpy as np
import pyarrow as pa
import pytest

from tessera import bootstrap
from tessera.dictionary import load
from tessera.dictionary.lines import parse
from tessera.dictionary.resolution import KindModel, read_model, with_given_names
from tessera.engines.linking import DuckLinker
from tessera.errors import Conflict, Invalid, Unavailable
from tessera.resolution import Pair, Rules, calibration, cluster, conflict_of, keys_of, prepare, score, start_model
from tessera.resolution.prepare import makers, schema_of
from tessera.resolution.trained import from_json
from tessera.settings import Settings

MODELS = load(bootstrap.pack_folders(Settings(center=Path()))).resolution
PERSON = MODELS["person"]
SMALL = """
kind: person
fields:
  given: {make: given-name, from: [given_name]}
  birth: {make: day, from: [birth_date]}
comparisons:
  given_name:
    label: Given name
    needs: [given]
    levels:
      same: {when: {exact: given}, says: same, m: 0.9, u: 0.1}
      other: {says: different, m: 0.1, u: 0.9}
blocking:
  birth: {fields: [birth], most: 10}
"""


def small(**changes: str) -> KindModel:
    text = SMALL
    for key, change in changes.items():
        old, arrow, new = change.partition("=>")
        text = text.replace(old, new) if arrow else f"{text}\n{key}: {change}\n"
    return read_model(parse(text, "person.yaml"), {"person": ["given_name", "birth_date"]})


def test_a_model_names_itself_by_what_it_says() -> None:
    assert small().digest == small().digest
    assert small().digest != small(most_members="20").digest


def test_a_given_name_becomes_all_names_of_the_packs_that_it_may_stand_for() -> None:
    asked = small(change="[given_name]}=>[given_name], words: given_names}")
    model = with_given_names(asked, {"bob": ("robert",), "bert": ("albert", "robert")})
    assert prepare(model, {"given_name": "Bert"})["given"] == ("albert", "robert")
    assert prepare(model, {"given_name": "Zoe"})["given"] == ("zoe",)
    assert prepare(model, {})["given"] is None
    assert len({asked.digest, model.digest, with_given_names(asked, {"bob": ("robert",)}).digest}) == 3
    assert with_given_names(small(), {"bob": ("robert",)}) == small()


@pytest.mark.parametrize(
    ("one", "other", "related"),
    [
        ("Bob", "Robert", True), ("Kate", "Kathryn", True), ("Peggy", "Margaret", True), ("Ivan", "John", True),
        ("Alyson", "Ali", True), ("Bob", "Bill", False), ("Zoe", "Zora", False),
    ],
)  # fmt: skip
def test_names_of_one_person_share_a_full_name(one: str, other: str, *, related: bool) -> None:
    left, right = (prepare(PERSON, {"given_name": name})["given_roots"] for name in (one, other))
    assert isinstance(left, tuple)
    assert isinstance(right, tuple)
    assert bool(set(left) & set(right)) is related


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ("kind: person=>kind: persn", "person.yaml:2: unknown kind 'persn'. Did you mean 'person'?"),
        ("[given_name]=>[given_nam]", "person.yaml:4: unknown term 'given_nam'. Did you mean 'given_name'?"),
        ("exact: given=>exact: givn", "person.yaml:11: unknown prepared field 'givn'. Did you mean 'given'?"),
        ("exact: given=>exakt: given", "person.yaml:11: unknown condition 'exakt'. Did you mean 'exact'?"),
        ("m: 0.9, u=>m: 1.9, u", "person.yaml:11: 'm' should be a chance between 0 and 1, not 1.9"),
        ("m: 0.9, u=>m: 0.99, u", "person.yaml:11: the m of all levels add to 1.090. They are chances: 1 at most"),
        (
            "says: different, m=>says: different, when: {exact: given}, m",
            "the last level, and only the last, has no 'when'",
        ),
        ("fields: [birth], most=>fields: [], most", "has no fields. It would pair everything"),
        (
            "[given_name]}=>[given_name], words: names}",
            "person.yaml:4: unknown list of words 'names'. Write given_names",
        ),
        ("u: 0.1}=>u: 0.1, frequency: true}", "a level is weighed by frequency, but of no field"),
    ],
)
def test_a_mistake_in_a_model_names_its_line_and_what_to_do(change: str, said: str) -> None:
    with pytest.raises(Invalid) as refused:
        small(change=change)
    assert said in str(refused.value)


def test_every_maker_that_a_shipped_model_names_is_there() -> None:
    assert not {field.make for model in MODELS.values() for field in model.fields} - makers()


def test_a_trained_model_is_written_and_read_and_that_of_another_dictionary_is_refused() -> None:
    trained = start_model(PERSON)
    assert from_json(trained.to_json(), PERSON) == trained
    older = json.dumps({**json.loads(trained.to_json()), "digest": "0" * 64})
    with pytest.raises(Conflict, match=r"another version of the dictionary.*Train it again"):
        from_json(older, PERSON)
    with pytest.raises(Invalid, match="not a trained model"):
        from_json("{}", PERSON)
    with pytest.raises(Conflict, match="Choose the right file"):
        from_json(trained.to_json(), MODELS["vehicle"])


@pytest.mark.parametrize(
    ("terms", "given_name", "surname", "suffix"),
    [
        ({"full_name": "PUBLIC, John Q., Jr."}, "john", "public", "2"),
        ({"full_name": "Dr. Maria del Carmen Nunez"}, "maria", "nunez", None),
        ({"given_name": "Jean Luc", "surname": "O'Brién III"}, "jeanluc", "obrien", "3"),
        ({"given_name": "Ann", "full_name": "Ann Lee"}, "ann", None, None),
    ],
)
def test_a_name_is_taken_apart(terms: dict[str, object], given_name: str, surname: str, suffix: str | None) -> None:
    made = prepare(PERSON, terms)
    assert (made["given"], made["surname"], made["suffix"]) == (given_name, surname, suffix)


def test_a_record_with_nothing_to_compare_has_no_key() -> None:
    assert keys_of(PERSON, prepare(PERSON, {"occupation": "baker"})) == []
    assert keys_of(PERSON, prepare(PERSON, {})) == []


def test_what_is_missing_speaks_neither_for_nor_against() -> None:
    trained = start_model(PERSON)
    one, other = prepare(PERSON, {"surname": "Smith"}), prepare(PERSON, {"given_name": "Ann"})
    told = score(PERSON, trained, one, other)
    assert {step.level for step in told.steps} == {"missing"}
    assert all(step.weight == 0 for step in told.steps)


def test_a_family_at_one_home_is_discounted_and_one_person_is_not() -> None:
    trained = start_model(PERSON, records=10_000)
    home = {"surname": "Zzyzx", "address": "1 Oak St", "city": "Dover", "postal_code": "19901", "phone": "302-555-0101"}
    ann = prepare(PERSON, {"given_name": "Ann", "birth_date": "1970-01-02", **home})
    ben = prepare(PERSON, {"given_name": "Ben", "birth_date": "1999-05-09", **home})
    family, same = score(PERSON, trained, ann, ben), score(PERSON, trained, ann, ann)
    assert family.companions < -10
    assert family.probability < 0.05
    assert same.probability > 0.999


def test_father_and_son_are_kept_apart_by_their_suffix() -> None:
    senior = prepare(PERSON, {"given_name": "Al", "surname": "Ray", "name_suffix": "Sr"})
    junior = prepare(PERSON, {"given_name": "Al", "surname": "Ray Jr"})
    assert conflict_of(PERSON, senior, junior) == "the names end differently, as of father and son"
    assert conflict_of(PERSON, senior, prepare(PERSON, {"given_name": "Al", "surname": "Ray"})) is None


def test_a_weak_bridge_is_cut_and_told() -> None:
    left, right = "abcd", "wxyz"
    pairs = [Pair(*two, 9.0) for side in (left, right) for two in itertools.combinations(side, 2)]
    done = cluster([*left, *right], [*pairs, Pair("a", "w", 5.0)], Rules(same=0.0))
    assert done.members() == {"a": tuple(left), "w": tuple(right)}
    assert [(cut.left, cut.right) for cut in done.cuts] == [("a", "w")]
    assert "16 pairs between the two groups speak against it" in done.cuts[0].why


def test_thresholds_are_where_expected_f1_is_highest() -> None:
    weights = np.array([9.0] * 50 + [-9.0] * 500)
    found = calibration.thresholds(weights)
    assert found.same == 0.0
    told = calibration.at_threshold(weights, found.same)
    assert told.pairs == 50
    assert told.precision > 0.99
    assert told.recall > 0.9
    assert calibration.unseen(np.ones(30), np.array([1] * 10 + [2] * 20)) == pytest.approx(2.5)


def table(model: KindModel, terms: list[dict[str, object]]) -> pa.Table:
    schema = pa.schema([("node", pa.string()), ("told_by", pa.string()), *schema_of(model)])
    rows = [{"node": f"n{n:06d}", "told_by": one.pop("by", "x"), **prepare(model, one)} for n, one in enumerate(terms)]
    return pa.Table.from_pylist(rows, schema)


def test_few_records_are_resolved_by_the_start_parameters() -> None:
    ann = {"given_name": "Ann", "surname": "Zzyzx", "birth_date": "1970-01-02"}
    with DuckLinker(table(PERSON, [dict(ann), dict(ann), {"surname": "Smith"}, {}]), PERSON) as linker:
        trained = linker.train()
        assert trained.trained_on == 0
        done = linker.resolve(trained)
    assert done.labels["cluster"].to_pylist() == ["n000000", "n000000", "n000002", "n000003"]


def test_one_name_of_many_records_does_not_explode_and_is_reported() -> None:
    rows: list[dict[str, object]] = [{"given_name": "John", "surname": "Smith", "city": "Dover"} for _ in range(20_000)]
    with DuckLinker(table(PERSON, rows), PERSON) as linker:
        assert linker.block() == 0
        assert {"names", "surname"} <= {left.rule for left in linker.left_out}
        assert next(left for left in linker.left_out if left.rule == "names").records == 20_000
        assert max(Counter(linker.resolve(start_model(PERSON)).labels["cluster"].to_pylist()).values()) == 1


@pytest.mark.parametrize("memory_mb", [1, 24])
def test_records_that_do_not_fit_into_memory_are_refused_with_what_to_do(memory_mb: int, tmp_path: Path) -> None:
    rows: list[dict[str, object]] = [
        {
            "given_name": f"John{n % 700}",
            "surname": f"Smith{n % 400}",
            "birth_date": f"19{n % 90 + 10}-01-02",
            "city": f"Dover{n % 50}",
        }
        for n in range(30_000)
    ]
    given = table(PERSON, rows)
    with (
        pytest.raises(Unavailable, match="more memory") as refused,
        DuckLinker(given, PERSON, memory_mb=memory_mb, folder=tmp_path) as linker,
    ):
        linker.resolve(start_model(PERSON))
    assert refused.value.where == "resolve_memory_mb"
    assert list(tmp_path.iterdir()) == []


def test_judgements_and_sources_that_tell_each_thing_once_bind_a_batch() -> None:
    ann = {"given_name": "Ann", "surname": "Zzyzx", "birth_date": "1970-01-02"}
    with DuckLinker(
        table(PERSON, [{**ann, "by": "a"}, {**ann, "by": "a"}, {**ann, "by": "b"}]), PERSON, one_each=["a"]
    ) as linker:
        done = linker.resolve(start_model(PERSON))
        labels = done.labels["cluster"].to_pylist()
        assert labels[0] != labels[1]
        assert any("tells each thing once" in cut.why for cut in done.cuts)
    with DuckLinker(table(PERSON, [dict(ann), dict(ann), {"surname": "Bo"}]), PERSON) as linker:
        done = linker.resolve(start_model(PERSON), same=[("n000000", "n000002")], different=[("n000000", "n000001")])
        assert done.labels["cluster"].to_pylist() == ["n000000", "n000001", "n000000"]
        assert done.cuts[0].why == "a person judged the two to be different"


def test_new_records_are_compared_with_the_old_ones_and_the_old_not_again() -> None:
    ann = {"given_name": "Ann", "surname": "Zzyzx", "birth_date": "1970-01-02"}
    with DuckLinker(table(PERSON, [dict(ann), dict(ann), dict(ann)]), PERSON) as linker:
        found = linker.predict(start_model(PERSON), 0.0, new_from=2)
    assert list(zip(found["left"].to_pylist(), found["right"].to_pylist(), strict=True)) == [
        ("n000000", "n000002"),
        ("n000001", "n000002"),
    ]
