"""Fields that the forms of partners share."""

from tessera.errors import Invalid
from tessera.model.access import Purpose
from tessera.web.forms import read_choice
from tessera.web.page import Asked

MOST_TEXT = 400


def read_purposes(asked: Asked) -> frozenset[Purpose]:
    """Read the purposes that are ticked; at least one."""
    found = frozenset(read_choice(Purpose, purpose, name="purposes") for purpose in asked.fields("purposes"))
    if not found:
        raise Invalid("no purpose is chosen", where="purposes", advice="Choose what the data may be used for.")
    return found
