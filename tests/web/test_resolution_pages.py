"""How records of a kind are compared: open to all who see entities, changed by those who manage it."""

import re
from collections.abc import Iterator

import pytest
from people import Town


@pytest.fixture(scope="module")
def town(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Town]:
    made = Town(tmp_path_factory.mktemp("models"))
    yield made
    made.center.store.dialect.engine.dispose()


def test_the_kinds_that_are_resolved_are_listed(town: Town) -> None:
    page = town.browser("analyst").get("/resolution").text
    assert '<a href="/resolution/person">Person</a>' in page
    assert "given name, surname" in page
    assert "start values" in page


def test_a_kind_says_what_is_compared_and_what_it_weighs(town: Town) -> None:
    page = town.browser("analyst").get("/resolution/person").text
    for said in ("same surname", "surnames one letter apart", "Thresholds", "Which pairs are compared", "Versions"):
        assert said in page
    assert re.search(r't-weight--for">\+\d', page)
    assert re.search(r't-weight--against">.\d', page)
    assert "surname sound and birth year" in page


def test_expected_precision_and_recall_are_told_as_table_too(town: Town) -> None:
    page = town.browser("analyst").get("/resolution/person").text
    assert '<polyline class="t-plot__line t-plot__line--precision" points="' in page
    assert "The same as a table" in page
    assert "Expected precision and recall by threshold" in page


def test_records_are_counted_by_group_of_what_the_reader_may_see(town: Town) -> None:
    analyst = town.browser("analyst").get("/resolution/person").text
    groups = analyst.partition("Who is served worse?")[2]
    assert "How the name is written" in groups
    assert "too few to tell" in groups
    assert "several parts" not in groups  # the name with a hyphen is hidden
    assert "several parts" in town.browser("hospital").get("/resolution/person").text


def test_counts_over_hidden_records_are_for_those_who_manage(town: Town) -> None:
    assert "wait to be compared" not in town.browser("analyst").get("/resolution/person").text
    steward = town.browser("steward").get("/resolution/person").text
    assert "wait to be compared" in steward
    assert "Train anew" in steward


def test_what_is_not_resolved_has_no_page(town: Town) -> None:
    analyst = town.browser("analyst")
    assert analyst.get("/resolution/document").status_code == 404
    assert analyst.get("/resolution/person?version=none").status_code == 404


def test_only_those_who_manage_compare_train_and_switch(town: Town) -> None:
    analyst = town.browser("analyst")
    assert analyst.get("/resolution/person/compare?version=x").status_code == 403
    for deed in ("switch", "train"):
        assert analyst.post(f"/resolution/person/{deed}", {"reason": "x"}).status_code == 403
    assert town.browser("auditor").get("/resolution").status_code == 403


def test_a_switch_needs_a_reason_and_a_version(town: Town) -> None:
    steward = town.browser("steward")
    page = "/resolution/person"
    assert steward.post(f"{page}/switch", {"reason": "", "version": "x"}, page=page).status_code == 422
    assert steward.post(f"{page}/switch", {"reason": "why", "version": "x"}, page=page).status_code == 404
    assert steward.get(f"{page}/compare?version=none").status_code == 404
