"""Changes to a source: which there are, what they are called, and that each compiles."""

import ast

import pytest
from mutants import exchange, mutants

SOURCE = '''"""Says nothing."""
LIMIT: int = 5
NAMES = frozenset({"ann", "ben"})


def may(age: int, name: str, *, strict: bool = True) -> bool:
    """Is not changed."""
    if strict and age < LIMIT:
        return False
    return not name.strip() or name in ("ann", "ben") or max(age, 3) > LIMIT + 1
'''


def changed(source: str) -> dict[str, str]:
    """Each mutant's name, with the source that it makes."""
    tree = ast.parse(source)
    found = {}
    for mutant in mutants(tree):
        old = exchange(mutant.place, mutant.new)
        compile(tree, "x", "exec")
        found[mutant.id] = ast.unparse(tree)
        exchange(mutant.place, old)
    assert ast.unparse(tree) == ast.unparse(ast.parse(source))
    return found


@pytest.mark.parametrize(
    ("name", "line"),
    [
        ("may: `age < LIMIT` → `age <= LIMIT`", "if strict and age <= LIMIT:"),
        ("may: `age < LIMIT` → `age >= LIMIT`", "if strict and age >= LIMIT:"),
        ("may: `strict and age < LIMIT` → `strict or age < LIMIT`", "if strict or age < LIMIT:"),
        ("may: `strict and age < LIMIT` without `strict`", "if age < LIMIT:"),
        ("may: `not name.strip()` → `name.strip()`", "return name.strip() or name in ('ann', 'ben') or max(age, 3) > LIMIT + 1"),
        ("may: `name.strip()` → `name`", "return not name or name in ('ann', 'ben') or max(age, 3) > LIMIT + 1"),
        ("may: `('ann', 'ben')` without `'ann'`", "return not name.strip() or name in ('ben',) or max(age, 3) > LIMIT + 1"),
        ("may: `max(age, 3)` → min", "return not name.strip() or name in ('ann', 'ben') or min(age, 3) > LIMIT + 1"),
        ("may: `LIMIT + 1` → `LIMIT - 1`", "return not name.strip() or name in ('ann', 'ben') or max(age, 3) > LIMIT - 1"),
        ("module: `LIMIT: int = 5`: 5 → 6", "LIMIT: int = 6"),
        ("module: `{'ann', 'ben'}` without `'ben'`", "NAMES = frozenset({'ann'})"),
    ],
)  # fmt: skip
def test_a_change_is_called_what_it_does(name: str, line: str) -> None:
    assert line in [each.strip() for each in changed(SOURCE)[name].splitlines()]


def test_every_change_is_another_source_with_a_name_of_its_own() -> None:
    found = changed(SOURCE)
    assert len(set(found.values())) == len(found) > 20
    assert ast.unparse(ast.parse(SOURCE)) not in found.values()


def test_what_is_said_is_not_changed() -> None:
    texts = changed('"""Doc."""\n\n\ndef f() -> str:\n    """Doc."""\n    return f"{1} or {2}"\n').values()
    assert all('"""Doc."""' in text for text in texts)


def test_two_equal_changes_of_one_function_are_told_apart() -> None:
    assert [n for n in changed("def f(a):\n    g(not a)\n    g(not a)\n") if "not a" in n][:1]
    assert "f: `not a` → `a` (2)" in changed("def f(a):\n    g(not a)\n    g(not a)\n")


def test_a_change_says_whether_it_is_there_before_anything_is_called() -> None:
    places = {mutant.id.split(":")[0]: mutant.function for mutant in mutants(ast.parse(SOURCE))}
    assert places == {"module": False, "may": True}
