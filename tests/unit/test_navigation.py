"""What is offered at the head of every page."""

import pytest

from tessera.model.access import Permission
from tessera.web.navigation import SUBJECTS, Place, navigate
from tessera.web.pages import ROUTES

PLACES = [place for subject in SUBJECTS for place in subject.places]


@pytest.mark.parametrize("place", PLACES, ids=lambda place: place.href)
def test_each_place_is_a_page_that_takes_the_permission_it_is_offered_by(place: Place) -> None:
    needs = {route.path: vars(route.endpoint)["need"].needs for route in ROUTES if "GET" in (route.methods or ())}
    assert needs[place.href] in {None, place.needs}  # a page that takes none holds who may see what by itself


def test_no_page_is_offered_twice() -> None:
    addresses = [place.href for place in PLACES]
    assert len(addresses) == len(set(addresses))


def test_only_what_one_may_use_is_offered() -> None:
    found = navigate("/", {Permission.OVERVIEW_READ, Permission.DELIVERY_CREATE})
    assert [(tab.label, tab.href, tab.here) for tab in found.subjects] == [
        ("Overview", "/", True),
        ("Upload", "/upload", False),
    ]
    assert not found.places


def test_the_present_subject_is_opened() -> None:
    found = navigate("/quarantine/0190", set(Permission))
    assert [tab.label for tab in found.subjects if tab.here] == ["Deliveries"]
    assert [(tab.label, tab.here) for tab in found.places] == [
        ("Deliveries", False),
        ("Upload", False),
        ("Quarantine", True),
        ("Capabilities", False),
    ]


def test_the_longest_address_is_where_we_are() -> None:
    found = navigate("/oversight/transparency", set(Permission))
    assert [tab.label for tab in found.places if tab.here] == ["Transparency"]


def test_an_address_of_no_subject_opens_none() -> None:
    found = navigate("/tokens", set(Permission))
    assert not any(tab.here for tab in found.subjects)
    assert not found.places
