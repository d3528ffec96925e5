"""Score names with nomenklatura's LogicV2, in a Python that has it: a task in, scores out, both JSON. Run by names.py."""

import json
import sys

from followthemoney import model
from nomenklatura.matching import LogicV2


def entity(number: str, names: list[str], schema: str) -> object:
    """Make an entity of a name or several."""
    return model.get_proxy({"id": number, "schema": schema, "properties": {"name": names}})


def main() -> None:
    """Score every task's name against the entries that it names."""
    given = json.load(sys.stdin)
    schema = "Person" if given["sort"] == "person" else "Organization"
    config = LogicV2.default_config()
    listed = {number: entity(number, names, schema) for number, names in given["names"].items()}
    scored = []
    for at, (text, near) in enumerate(given["tasks"]):
        asked = entity(f"asked-{at}", [text], schema)  # it remembers what it has read by the entity's name
        scored.append({number: LogicV2.compare(asked, listed[number], config).score for number in near})
    json.dump(scored, sys.stdout)


if __name__ == "__main__":
    main()
