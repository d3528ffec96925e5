"""A process of its own that takes a file into a center and integrates it: to be killed, or to run beside another."""

import subprocess
import sys
import time
from pathlib import Path
from typing import TypeAlias

Process: TypeAlias = "subprocess.Popen[bytes]"
PROGRAM = Path(sys.executable).with_name("python")
RUN = """
import sys
from pathlib import Path
from tessera.bootstrap import open_center
from tessera.model.delivery import Via
from tessera.receive import take_in
sys.path.insert(0, {tests!r})
import regions

def main():
    center = open_center(Path({center!r}))
    file = Path({file!r})
    with center.jobs() as jobs:
        with file.open("rb") as stream:
            delivery = take_in(center.store, center.blobs, regions.STEWARD, stream,
                               source={source!r}, filename=file.name, via=Via.COMMAND)
        jobs.start(delivery, mapping_text={mapping!r})
        jobs.wait(delivery.uid)

if __name__ == "__main__":
    main()
"""


def start(center: Path, file: Path, *, source: str, mapping: str = "") -> Process:
    """Begin to take a file in."""
    told = {"tests": str(Path(__file__).parent), "center": str(center), "file": str(file)}
    runner = center.parent / f"run-{source}-{time.monotonic_ns()}.py"
    runner.write_text(RUN.format(**told, source=source, mapping=mapping))
    return subprocess.Popen([PROGRAM, runner], stdout=subprocess.DEVNULL, stderr=subprocess.PIPE)
