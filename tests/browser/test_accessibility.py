"""Every page, on a desk and on a telephone: no barrier that axe knows, nothing that runs out of the window."""

from functools import cache
from importlib.resources import files

import pytest
from playwright.sync_api import Page
from windows import NARROW, WIDE, Visit

PAGES = {
    "": ["/sign-in", "/setup"],
    "avery": [
        "/",
        "/search",
        "/search?q=Dover&facets=1",
        "/map",
        "/deliveries",
        "/upload",
        "/capabilities",
        "/review",
        "/resolution",
        "/names",
        "/names?q=Maria+Garcia",
        "/screening",
        "/sar",
        "/sar/new",
        "/intelligence",
    ],
    "harper": [
        "/account",
        "/account/factors",
        "/account/factors/app",
        "/account/password",
        "/search?q=nobody-at-all",
        "/quarantine",
        "/why?permission=audit:read",
    ],
    "morgan": [
        "/resolution/person",
        "/sources",
        "/sources/new",
        "/accounts",
        "/accounts/avery",
        "/stop-account",
        "/tokens",
    ],
    "quinn": ["/audit"],
}
BEHIND = {
    "avery": [
        ("/search?q=Dover", ".t-hits h2 a"),
        ("/sources", "tbody th a"),
        ("/search?q=&kind=person", ".t-hits__who a"),
        ("/review?kind=person", ".t-history a[href^='/pairs/']"),
        ("/review?kind=person", ".t-panel__head a[href^='/entities/']"),
    ],
    "morgan": [("/quarantine", "tbody th a"), ("/deliveries?source=dover-public-calls", "tbody th a")],
}
"""Pages that are reached from a list: the list, and the link on it."""


@cache
def axe() -> str:
    return (files("axe_playwright_python") / "axe.min.js").read_text(encoding="utf-8")


def barriers(page: Page) -> list[str]:
    page.evaluate(axe())
    found = page.evaluate("() => axe.run(document, {resultTypes: ['violations']})")
    return [f"{v['id']}: {v['nodes'][0]['html'][:160]}" for v in found["violations"]]


def faults(page: Page, path: str) -> list[str]:
    told = []
    for size in (WIDE, NARROW):
        page.set_viewport_size(size)
        told += [f"{path} at {size['width']}: {barrier}" for barrier in barriers(page)]
        wide = page.evaluate("document.documentElement.scrollWidth")
        told += [f"{path} at {size['width']}: the page is {wide} wide"] if wide > size["width"] else []
    return told


@pytest.mark.parametrize("account", PAGES)
def test_no_page_has_a_barrier_or_runs_out_of_the_window(account: str, visit: Visit) -> None:
    watched = visit(account)
    told = []
    for path in PAGES[account]:
        told += faults(watched.open(path), path)
        watched.page.set_viewport_size(WIDE)
    for path, link in BEHIND.get(account, []):
        watched.open(path).locator(link).first.click()
        told += faults(watched.page, watched.page.url)
        watched.page.set_viewport_size(WIDE)
    assert not told, "\n".join(told)


def test_merging_and_splitting_has_no_barrier(visit: Visit) -> None:
    watched = visit("avery")
    watched.open("/review?kind=person").locator(".t-beside thead a").first.click()
    watched.page.locator("#who").locator("xpath=../..").get_by_role("link").click()
    told = faults(watched.page, watched.page.url)
    watched.page.set_viewport_size(WIDE)
    watched.page.get_by_role("link", name="Merge or split").click()
    told += faults(watched.page, watched.page.url)
    assert not told, "\n".join(told)


def test_the_outcome_of_a_screening_has_no_barrier(visit: Visit) -> None:
    watched = visit("avery")
    hits = watched.open("/search?q=&kind=person").locator(".t-hits h2 a", has_text=" · born ")
    name = hits.first.inner_text().partition(" · ")[0]
    page = watched.open("/screening")
    page.get_by_label("or as lines").fill(f"{name}\nNobody Whatsoever-Atall; 1901")
    page.get_by_role("button", name="Screen the list").click()
    page.get_by_role("heading", name="What was found").wait_for()
    assert page.locator(".t-screened").count() >= 1
    told = faults(page, "/screening, with hits")
    assert not told, "\n".join(told)
