"""How records of a kind are compared: open to all who see entities, changed by those who manage it."""

import re
import time
from dataclasses import replace
from itertools import count
from threading import Event

import regions
from town import Town

from tessera.clock import system_clock
from tessera.store.transactions import Store
from tessera.web.app import build_app


def test_the_kinds_that_are_resolved_are_listed(quiet_town: Town) -> None:
    page = quiet_town.browser("analyst").get("/resolution").text
    assert '<a href="/resolution/person">Person</a>' in page
    assert "given name, surname" in page
    assert "start values" in page


def test_a_kind_says_what_is_compared_and_what_it_weighs(quiet_town: Town) -> None:
    page = quiet_town.browser("analyst").get("/resolution/person").text
    for said in ("same surname", "surnames one letter apart", "Thresholds", "Which pairs are compared", "Versions"):
        assert said in page
    assert re.search(r't-weight--for">\+\d', page)
    assert re.search(r't-weight--against">.\d', page)
    assert "surname sound and birth year" in page


def test_expected_precision_and_recall_are_told_as_table_too(quiet_town: Town) -> None:
    page = quiet_town.browser("analyst").get("/resolution/person").text
    assert '<polyline class="t-plot__line t-plot__line--precision" points="' in page
    assert "The same as a table" in page
    assert "Expected precision and recall by threshold" in page


def test_records_are_counted_by_group_of_what_the_reader_may_see(quiet_town: Town) -> None:
    analyst = quiet_town.browser("analyst").get("/resolution/person").text
    groups = analyst.partition("Who is served worse?")[2]
    assert "How the name is written" in groups
    assert "too few to tell" in groups
    assert "several parts" not in groups  # the name with a hyphen is hidden
    assert "several parts" in quiet_town.browser("hospital").get("/resolution/person").text


def test_counts_over_hidden_records_are_for_those_who_manage(quiet_town: Town) -> None:
    assert "wait to be compared" not in quiet_town.browser("analyst").get("/resolution/person").text
    steward = quiet_town.browser("steward").get("/resolution/person").text
    assert "wait to be compared" in steward
    assert "Train anew" in steward


def test_what_is_not_resolved_has_no_page(quiet_town: Town) -> None:
    analyst = quiet_town.browser("analyst")
    assert analyst.get("/resolution/document").status_code == 404
    assert analyst.get("/resolution/person?version=none").status_code == 404


def test_only_those_who_manage_compare_train_and_switch(quiet_town: Town) -> None:
    analyst = quiet_town.browser("analyst")
    assert analyst.get("/resolution/person/compare?version=x").status_code == 403
    for deed in ("switch", "train"):
        assert analyst.post(f"/resolution/person/{deed}", {"reason": "x"}).status_code == 403
    assert quiet_town.browser("auditor").get("/resolution").status_code == 403


def test_a_switch_needs_a_reason_and_a_version(quiet_town: Town) -> None:
    steward = quiet_town.browser("steward")
    page = "/resolution/person"
    assert steward.post(f"{page}/switch", {"reason": "", "version": "x"}, page=page).status_code == 400
    assert steward.post(f"{page}/switch", {"reason": "why", "version": "x"}, page=page).status_code == 404
    refused = steward.post(f"{page}/train", {"reason": "why"}, page=page)
    assert refused.status_code == 503
    assert "tessera resolve" in refused.text
    assert steward.get(f"{page}/compare?version=none").status_code == 404


def test_a_training_is_a_job_and_its_page_says_how_it_went(town: Town) -> None:
    page = "/resolution/person"
    with town.center.jobs() as jobs:
        town.app = build_app(town.center, jobs)
        steward = town.browser("steward")
        begun = steward.post(f"{page}/train", {"reason": "to try it"}, page=page)
        assert begun.headers["location"] == f"{page}?said=model-training"
        end = time.monotonic() + 60
        while "<strong>runs</strong>" in (told := steward.get(page).text.partition("Train anew")[2]):
            assert time.monotonic() < end
            time.sleep(0.2)
    assert "Training, begun" in told
    assert "failed" in told
    assert "too few" in told


class Held:
    """A clock of jobs: from `begin` on, the second who asks for the time waits until `go_on`."""

    def __init__(self) -> None:
        self._asked: count[int] | None = None
        self._gate = Event()

    def begin(self) -> None:
        self._asked = count()

    def go_on(self) -> None:
        self._gate.set()

    def __call__(self) -> int:
        if self._asked is not None and next(self._asked) > 0:
            assert self._gate.wait(60)
        return system_clock()


def test_pages_say_that_records_are_being_resolved_until_it_is_done(town: Town) -> None:
    center, held = town.center, Held()
    store = Store(center.store.dialect, policy=center.store.policy, dictionary=center.dictionary, clock=held)
    elena = town.uid(regions.ANALYST, "police-feed", "1984")
    with replace(center, store=store).jobs() as jobs:
        town.app = build_app(center, jobs)
        analyst = town.browser("analyst")

        def told() -> list[bool]:
            pages = ("/review", "/review?kind=person", f"/entities/{elena}", "/review?kind=vehicle")
            return ["are being resolved since" in analyst.get(page).text for page in pages]

        assert told() == [False, False, False, False]
        held.begin()
        work = jobs.begin_resolving("run", "person", account="dana", reason="")
        try:
            assert told() == [True, True, True, False]
        finally:
            held.go_on()
        work.get_result()
        assert told() == [False, False, False, False]
