"""Anybody who is shown a decision can open why, from the page that shows it."""

import re
from collections.abc import Callable
from html import unescape
from typing import TYPE_CHECKING, Any

import pytest
import regions
from browsing import Browser

from tessera.model.access import Permission
from tessera.web.pages import ROUTES as PAGES

if TYPE_CHECKING:
    from tessera.web.page import Need

Browsers = Callable[[str], Browser]


def need_of(route: Any) -> Permission | None:  # noqa: ANN401 - a route with what `page` puts on it
    need: Need = route.endpoint.need
    return need.needs


PLAIN_PAGES = sorted(
    (route.path, needs)
    for route in PAGES
    if "GET" in (route.methods or ()) and "{" not in route.path and (needs := need_of(route))
)


@pytest.mark.parametrize(("path", "needs"), PLAIN_PAGES)
def test_whoever_is_refused_a_page_is_led_to_why(path: str, needs: Permission, browser: Browsers) -> None:
    for name in ("auditor", "hospital"):
        refused = browser(name).get(path)
        if refused.status_code != 403 or "text/html" not in refused.headers["content-type"]:
            continue
        assert f'href="/why?permission={needs}"' in refused.text
        why = browser(name).get(f"/why?permission={needs}")
        assert why.status_code == 200
        assert "You may not." in why.text
        assert f"No rule gives {needs} to your roles" in why.text


def test_refusals_do_happen(browser: Browsers) -> None:
    refused = [path for path, _ in PLAIN_PAGES if browser("hospital").get(path).status_code == 403]
    assert len(refused) > 5


def test_what_one_may_do_at_all_is_one_page(browser: Browsers) -> None:
    page = browser("analyst").get("/why").text
    for permission in Permission:
        assert f'href="/why?permission={permission}"' in page
    assert "/why" in browser("analyst").get("/account").text


def test_what_is_allowed_masked_and_kept_is_explained_from_the_record(
    browser: Browsers, find: Callable[..., list[str]]
) -> None:
    reader = browser("analyst")
    uid = find(regions.ANALYST, "police-feed")[0]
    record = reader.get(f"/records/{uid}").text
    assert f'href="/why?record={uid}"' in record
    why = unescape(reader.get(f"/why?record={uid}").text)
    assert "You may." in why
    assert "Kept" in why
    assert "Held" in why
    for reason in re.findall(r't-masked__why">([^<]+)<', record):
        assert unescape(reason) in why
    assert "Health fields are masked" in why


def test_nothing_found_leads_to_why(browser: Browsers) -> None:
    assert 'href="/why?permission=record:read"' in browser("partner").get("/search?q=zzzz").text


def test_what_is_asked_for_must_be_a_permission(browser: Browsers) -> None:
    assert browser("analyst").get("/why?permission=record:own").status_code == 400
