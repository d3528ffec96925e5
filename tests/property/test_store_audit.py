"""What a leaf commits to is the canonical text of its columns, whatever is in them, in every form there ever was."""

from hypothesis import given
from hypothesis import strategies as st

from tessera.store.audit import COLUMNS, FORM, LEAF_TEXTS, leaf_text
from tessera.trust.audit import canonical

NUMBERS = ("index", "at", "form")
texts = st.text(st.characters(codec="utf-8"), max_size=12)


@st.composite
def entries(draw: st.DrawFn) -> dict[str, int | str]:
    """The columns of an entry of the newest form."""
    return {name: draw(st.integers(0, 2**62)) if name in NUMBERS else draw(texts) for name in COLUMNS[FORM]} | {
        "form": FORM
    }


@given(entries())
def test_the_quick_text_is_the_canonical_text(entry: dict[str, object]) -> None:
    assert leaf_text(entry) == canonical(entry)


@given(entries())
def test_an_entry_of_the_first_form_commits_to_what_that_version_wrote(entry: dict[str, object]) -> None:
    """Before doors and addresses were noted; as `verify` calls it, with the later columns behind."""
    first = {name: entry[name] for name in COLUMNS[1]}
    assert set(entry) - set(first) == {"form", "via", "address"}
    assert LEAF_TEXTS[1](*entry.values()).encode() == canonical(first)
    assert leaf_text(first | {"form": 1}) == canonical(first)


@given(entries(), st.sampled_from(COLUMNS[FORM]))
def test_no_column_can_change_without_the_text(entry: dict[str, object], name: str) -> None:
    if name == "form":
        return
    other = entry[name] + 1 if isinstance(entry[name], int) else f"{entry[name]}x"  # type: ignore[operator]
    assert leaf_text(entry | {name: other}) != leaf_text(entry)
