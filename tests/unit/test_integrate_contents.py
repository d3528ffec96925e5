"""From what was found in a file to records, and back from quarantine to a record."""

import json
from dataclasses import replace
from datetime import date

from integrating import words

from tessera.integrate.contents import FileSeen, integrate_contents, mended_draft
from tessera.model.found import Contents, Draft, Told
from tessera.model.locator import Locator
from tessera.model.marking import Tlp


def test_a_record_whose_row_is_mended_keeps_its_point() -> None:
    draft = Draft(
        kind="location",
        key="1",
        terms={"precision": "wide"},
        locator=Locator(row=1),
        place=(39.15, -75.52),
        tlp=Tlp.AMBER,
    )
    seen = FileSeen(source="maps", digest="d" * 64, dictionary=words(), today=date(2026, 1, 1))
    mapped, _ = integrate_contents(seen, Contents(told=(Told(number=1, finding=draft),)))
    assert mapped.records.num_rows == 0
    values = json.loads(mapped.faults["raw"][0].as_py()) | {"precision": "5"}
    assert mended_draft(values) == replace(draft, terms={"precision": "5"})
