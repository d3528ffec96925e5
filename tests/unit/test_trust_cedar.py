"""Cedar texts are read whole: names, places, what each policy weighs, and in which line it is wrong."""

import pytest

from tessera.errors import Invalid
from tessera.trust import cedar
from tessera.trust.cedar import compile_texts, members_asked

HEAD = '@id("a") @reads("A.") '


def clause(text: str, name: str = "a.cedar") -> cedar.Clause:
    (found,) = compile_texts({name: text}).clauses.values()
    return found


def condition(text: str) -> cedar.Clause:
    return clause(f'{HEAD}permit (principal, action == Action::"read", resource) when {{ {text} }};')


def test_a_policy_says_its_name_sentence_values_place_and_whom_it_concerns() -> None:
    text = """
// a comment; with a semicolon
@id("closed") @reads("It is closed.")
@shows("tlp , ,owners,")
forbid (principal is User, action in [Action::"read", Action::"know"], resource)
when { resource.tlp == 4 && resource.owners.contains(principal.agency) }
unless { context.purpose == "oversight" };"""
    found = clause(text, "site:own.cedar")
    assert (found.id, found.reads, found.shows) == ("closed", "It is closed.", ("tlp", "owners"))
    assert (found.where, found.file, found.kind, found.permits) == ("site:own.cedar:3", "site:own.cedar", "User", False)
    assert set(found.actions) == {"read", "know"}
    assert found.weighs == {"tlp", "owners"}
    assert [how for how, _ in found.conditions] == ["when", "unless"]
    assert found.text.startswith('@id("closed")')
    assert found.text.endswith(";")
    assert clause(f"{HEAD}permit (principal, action, resource);").permits


def test_actions_are_read_in_every_way_of_naming_them() -> None:
    def actions(scope: str) -> set[str]:
        return set(clause(f"{HEAD}permit (principal, {scope}, resource);").actions)

    assert actions('action == Action::"use"') == {"use"}
    assert actions('action in Action::"use"') == {"use"}
    assert actions('action in [Action::"use"]') == {"use"}
    assert actions("action") == {"know", "read", "read_field", "use"}


def test_each_action_has_its_own_policies_and_what_they_weigh() -> None:
    def one(name: str, action: str, attribute: str) -> str:
        return f'@id("{name}") @reads("{name}.") permit (principal, action == Action::"{action}", resource) when {{ {attribute} }};'

    book = compile_texts({"a.cedar": one("r", "read", "resource.overdue") + one("k", "know", "resource.has_purposes")})
    assert book.weighs == {"read": {"overdue"}, "know": {"has_purposes"}, "read_field": frozenset(), "use": frozenset()}
    assert book.ask("read", [], []) == []


@pytest.mark.parametrize(
    ("text", "weighs"),
    [
        ("resource.tlp == 4", {"tlp"}),
        ("resource has tlp", {"tlp"}),
        ("principal has agency && resource.overdue", {"overdue"}),
        ("[resource.overdue].contains(true)", {"overdue"}),
        ("{x: resource.tlp}.x == 4", {"tlp"}),
        ('principal.account == "principal"', set()),
        ('principal.account == "resource" && context.purpose == "x"', set()),
        ('action == Action::"read"', set()),
        ("principal is User", set()),
    ],
)
def test_what_a_condition_weighs_of_the_marking_is_known(text: str, weighs: set[str]) -> None:
    assert condition(text).weighs == weighs


@pytest.mark.parametrize("text", ['principal == User::"dana"', 'resource == Marking::"7"', 'principal in User::"dana"'])
def test_nobody_and_nothing_is_meant_by_name(text: str) -> None:
    with pytest.raises(Invalid, match="not of one person or one marking by name"):
        condition(text)


@pytest.mark.parametrize("notes", ['@reads("A.")', '@id("a")', '@id("") @reads("A.")', '@id("a") @reads("")', ""])
def test_a_policy_without_a_name_or_a_sentence_is_refused(notes: str) -> None:
    with pytest.raises(Invalid, match="needs a name and a sentence"):
        clause(f"{notes} permit (principal, action, resource);")


@pytest.mark.parametrize(
    ("text", "line"),
    [
        ("permitt (principal, action, resource);", 1),
        ("5 permit (principal,\naction,\nresource);", 1),
        ("\n\npermitt (principal,\naction,\nresource);", 5),
        ('permit (principal,\n5 action == Action::"read",\nresource)\nwhen { true };', 2),
        ('permit (principal, action, resource)\nwhen {\n  principal.agency = "x"\n};', 4),
        ("permit (principal, action, resource)\nwhen {\n  5 5\n};", 3),
        ("permit (principal, action, resource);\n// more\nforbid (principal, action, resource)\nwhen { true\n", 4),
    ],
)
def test_the_line_that_is_no_cedar_is_named(text: str, line: int) -> None:
    with pytest.raises(Invalid, match="not a Cedar policy") as refused:
        list(compile_texts({"a.cedar": HEAD + text.lstrip() if not text.startswith("\n") else text}).clauses)
    assert refused.value.where == f"a.cedar:{line}"


def test_the_line_of_a_policy_is_counted_from_the_first() -> None:
    assert clause(f"\n\n{HEAD}permit (principal, action, resource);").where == "a.cedar:3"
    assert clause(f"{HEAD}permit (principal, action, resource);").where == "a.cedar:1"


def test_texts_that_are_looked_for_in_a_set_are_found_wherever_they_stand() -> None:
    groups = {".": {"left": {"Var": "principal"}, "attr": "groups"}}
    roles = {".": {"left": {"Var": "principal"}, "attr": "roles"}}
    one = {"contains": {"left": groups, "right": {"Value": "a"}}}
    many = {"containsAny": {"left": groups, "right": {"Set": [{"Value": "b"}, {"Value": "c"}]}}}
    other = {"contains": {"left": roles, "right": {"Value": "d"}}}
    joined = {"&&": {"left": one, "right": {"!": {"arg": {"||": {"left": many, "right": other}}}}}}
    assert list(members_asked(joined, "groups")) == ["a", "b", "c"]
    assert list(members_asked({"Set": [one, {"Value": 7}]}, "groups")) == ["a"]
    assert list(members_asked(joined, "roles")) == ["d"]
    assert list(members_asked({"contains": {"left": groups, "right": {"Value": 7}}}, "groups")) == []
