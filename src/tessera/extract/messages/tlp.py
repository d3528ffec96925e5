"""The Traffic Light Protocol as messages write it: markings of STIX, tags of MISP, older words."""

import re
from collections.abc import Iterable, Mapping
from typing import Final

from tessera.extract.messages import stored
from tessera.model.marking import Tlp

UNKNOWN: Final = Tlp.AMBER
"""Level of what carries a marking that the message does not explain: nobody may read it as free to pass on."""
_WORDS: Final = {
    "amber": Tlp.AMBER,
    "amber+strict": Tlp.AMBER_STRICT,
    "clear": Tlp.CLEAR,
    "green": Tlp.GREEN,
    "red": Tlp.RED,
    "white": Tlp.CLEAR,
}
_LABEL: Final = re.compile(
    r"\s*tlp\s*[:=_-]?\s*[\"']?\s*(amber\s*[+_ -]?\s*strict|[a-z]+(?:\s*:\s*\w+)?)\s*[\"']?\s*", re.IGNORECASE
)
# Identifiers of the marking definitions of STIX 2.1 (TLP 1) and of the OASIS extension for TLP 2.0.
KNOWN: Final[Mapping[str, Tlp]] = {
    "marking-definition--613f2e26-407d-48c7-9eca-b8e91df99dc9": Tlp.CLEAR,
    "marking-definition--34098fce-860f-48ae-8e50-ebd3cc5e41da": Tlp.GREEN,
    "marking-definition--f88d31f6-486f-44da-b317-01333bde0b82": Tlp.AMBER,
    "marking-definition--5e57c739-391a-4eb3-b6be-7d15ca92d5ed": Tlp.RED,
    "marking-definition--94868c89-83c2-464b-929b-a1a8aa3c8487": Tlp.CLEAR,
    "marking-definition--bab4a63c-aed9-4cf5-a766-dfca5abac2bb": Tlp.GREEN,
    "marking-definition--55d920b0-5e8b-4f79-9ee9-91f868d9b421": Tlp.AMBER,
    "marking-definition--939a9414-2ddd-4d32-a0cd-375ea402b003": Tlp.AMBER_STRICT,
    "marking-definition--e828b379-4e03-4974-9ac4-e53a884c97c1": Tlp.RED,
}
_EXTENSION: Final = "extension-definition--60a3c5c5-0d10-413e-aab3-9e08dde9e88d"


def level_of(label: str) -> Tlp | None:
    """Read a label such as "TLP:AMBER+STRICT" or "tlp:white"; None where it is no such label.

    A label of the protocol with a colour that nobody knows is as protective as the unknown.

    >>> level_of("TLP:AMBER+STRICT"), level_of("tlp:white"), level_of("tlp:purple"), level_of("osint")
    (<Tlp.AMBER_STRICT: 3>, <Tlp.CLEAR: 0>, <Tlp.AMBER: 2>, None)
    """
    matched = _LABEL.fullmatch(label)
    if not matched:
        return None
    word = re.sub(r"\s*[+_ -]\s*strict", "+strict", matched[1].lower())
    return _WORDS.get(word, UNKNOWN)


def defined_by(definition: Mapping[str, object]) -> Tlp | None:
    """Read the level that a marking-definition of STIX stands for; None where it stands for none."""
    known = KNOWN.get(str(definition.get("id")))
    if known is not None:
        return known
    extensions = definition.get("extensions")
    said = extensions.get(_EXTENSION) if isinstance(extensions, dict) else None
    if isinstance(said, dict):
        return _WORDS.get(stored.text(said.get("tlp_2_0")).lower(), UNKNOWN)
    inner = definition.get("definition")
    given = inner if isinstance(inner, dict) else {}
    if definition.get("definition_type") == "tlp" or "tlp" in given:
        return _WORDS.get(stored.text(given.get("tlp")).lower().removeprefix("tlp:"), UNKNOWN)
    # Programs that knew no TLP 2.0 wrote it as a statement or as a name.
    return level_of(stored.text(given.get("statement"))) or level_of(stored.text(definition.get("name")))


def highest(levels: Iterable[Tlp]) -> Tlp:
    """Give the most protective of some levels; none of them means clear."""
    return max(levels, default=Tlp.CLEAR)
