"""Retention, holds and purges through their pages: what the forms say, and who may use them."""

import json
import re
from collections.abc import Callable

import regions
from browsing import Browser

from tessera.flow.center import Center
from tessera.trust.receipts import read_receipt

ROW = "Z-{n},2026-03-07 10:00,Noise,A page test of purges,39.15,-75.52,Planted Pagetest {n},,33"


def deliver(site: Center, name: str, row: str) -> str:
    return str(regions.deliver(site, regions.rows(row), source="open-feed", filename=name).uid)


def test_what_is_due_is_listed_and_a_review_keeps_it(site: Center, browser: Callable[[str], Browser]) -> None:
    delivery = deliver(site, "keep-me.csv", ROW.format(n=1))
    steward = browser("steward")
    assert "keep-me.csv" in steward.get("/retention?days=3660&holding=incidents").text
    assert "keep-me.csv" not in steward.get("/retention?days=1").text
    page = f"/retention/decide?by=delivery&names={delivery}"
    latest = re.search(r"([\d-]{10}) at the latest", steward.get(page).text)
    assert latest
    given = {"by": "delivery", "names": delivery, "until": "2999-01-01", "explanation": "needed for a case"}
    refused = steward.post("/retention/keep", given, page=page)
    assert refused.status_code == 409
    assert f"until {latest[1]} at the latest" in refused.text
    assert "needed for a case" in refused.text
    kept = steward.post("/retention/keep", given | {"until": latest[1]}, page=page)
    assert kept.headers["location"] == "/retention?said=kept"
    assert "needed for a case" in steward.get("/retention").text


def test_a_hold_is_set_and_lifted(site: Center, browser: Callable[[str], Browser]) -> None:
    delivery = deliver(site, "hold-me.csv", ROW.format(n=2))
    privacy = browser("privacy")
    page = f"/retention/decide?by=delivery&names={delivery}"
    held = privacy.post(
        "/holds", {"by": "delivery", "names": delivery, "reference": "order 12", "reason": "a suit"}, page=page
    )
    assert held.headers["location"] == "/holds?said=held"
    assert "A legal hold protects 2" in privacy.get(page).text
    lift = re.search(r'action="(/holds/[0-9a-f-]+/lift)"', privacy.get("/holds").text)
    assert lift
    assert privacy.post(lift[1], {"reason": "settled"}, page="/holds").headers["location"] == "/holds?said=hold-lifted"
    assert "A legal hold protects" not in privacy.get(page).text


def test_a_purge_is_proposed_by_one_approved_by_another_and_leaves_a_receipt(
    site: Center, browser: Callable[[str], Browser]
) -> None:
    delivery = deliver(site, "purge-me.csv", ROW.format(n=3))
    steward, privacy = browser("steward"), browser("privacy")
    page = f"/retention/decide?by=delivery&names={delivery}"
    given = {"by": "delivery", "names": delivery, "reference": "request 4", "reason": "asked for by its owner"}
    address = steward.post("/purges", given, page=page).headers["location"].partition("?")[0]
    assert "Approve and purge" not in steward.get(address).text
    assert steward.post(f"{address}/approve", {}, page=address).status_code == 403
    assert steward.get(f"{address}/receipt.json").status_code == 409
    done = privacy.post(f"{address}/approve", {}, page=address)
    assert done.headers["location"] == f"{address}?said=purge-done"
    receipt = privacy.get(f"{address}/receipt.json").text
    assert read_receipt(receipt, [site.verifier_key])["records"] == 2
    assert json.loads(receipt)["facts"]["reference"] == "request 4"
    assert "nothing left" in privacy.get(address).text
    assert "Nothing of them is left" in steward.get(f"/deliveries/{delivery}").text


def test_a_proposal_is_turned_down_and_wrong_names_say_what_is_wrong(
    site: Center, browser: Callable[[str], Browser]
) -> None:
    delivery = deliver(site, "spare-me.csv", ROW.format(n=4))
    steward = browser("steward")
    page = f"/retention/decide?by=delivery&names={delivery}"
    given = {"by": "delivery", "names": delivery, "reference": "request 5", "reason": "by mistake"}
    address = steward.post("/purges", given, page=page).headers["location"].partition("?")[0]
    assert steward.post(f"{address}/reject", {}, page=address).headers["location"].endswith("purge-rejected")
    assert "Nothing was purged" in steward.get(address).text
    assert steward.get("/retention/decide?by=overdue&names=1").status_code == 400
    assert steward.get("/retention/decide?by=record&names=nonsense").status_code == 400
    assert steward.get(f"/retention/decide?by=record&names={delivery}").status_code == 404


def test_who_may_not_review_or_hold_is_told_so(browser: Callable[[str], Browser]) -> None:
    for path in ("/retention", "/purges", "/holds"):
        assert browser("analyst").get(path).status_code == 403
    assert browser("steward").get("/holds").status_code == 403
