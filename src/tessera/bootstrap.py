"""The only place that chooses real parts: which database, where the bytes are, which policy, which clock."""

import gc
import os
from pathlib import Path

from fastapi import FastAPI

from tessera import cli
from tessera.cli.session import Openers
from tessera.clock import Clock, system_clock
from tessera.dictionary import load
from tessera.engines import telling
from tessera.engines.blobs import Blobs
from tessera.engines.linkers import open_linker
from tessera.errors import Conflict, Invalid
from tessera.flow.center import OPERATOR, Center
from tessera.flow.jobs import Jobs
from tessera.flow.screening import index_names
from tessera.settings import FILE, Settings, load_settings
from tessera.store import in_force, policies, schema
from tessera.store.alarms import Alarms
from tessera.store.dialects import open_dialect
from tessera.store.transactions import Store
from tessera.trust import cedar, checkpoint, protected_lists
from tessera.trust.policy import Policy

HERE = Path(__file__).parent


def pack_folders(settings: Settings) -> list[Path]:
    """Folders of the packs that come along, core first, then those of the site."""
    shipped = HERE / "packs" if (HERE / "packs").exists() else HERE.parents[1] / "packs"
    folders = sorted(p.parent for p in shipped.glob("*/pack.yaml"))
    folders.sort(key=lambda p: p.name != "core")
    if settings.packs:
        folders += sorted(p.parent for p in Path(settings.packs).glob("*/pack.yaml"))
    return folders


def site_policies(settings: Settings) -> list[Path]:
    """Folders of the Cedar policies that the site adds to the base set."""
    return [Path(settings.policies)] if settings.policies else []


def assemble(settings: Settings, *, clock: Clock = system_clock) -> Center:
    """Put a center's parts together, without looking whether its database is set up."""
    packs = pack_folders(settings)
    dictionary = load(packs)
    policy = Policy.load(site_policies(settings), clock=clock)
    dialect = open_dialect(settings.database_url)
    alarms = _alarms(settings, clock)
    store = Store(
        dialect,
        policy=policy,
        dictionary=dictionary,
        clock=clock,
        alarms=alarms,
        protected=lambda: protected_lists.read_shipped(_protected_texts(packs)),
        reviewers=settings.reviewers,
    )
    return Center(
        settings=settings,
        dictionary=dictionary,
        store=store,
        blobs=Blobs(settings.blobs_url),
        clock=clock,
        packs=tuple(packs),
        linker=open_linker(settings),
    )


def _protected_texts(packs: list[Path]) -> dict[str, str]:
    """Rules of the protected-activity gate that packs add, by file."""
    files = (file for folder in packs for file in sorted(folder.glob("protected/*.yaml")))
    return {str(file): file.read_text(encoding="utf-8") for file in files}


def _alarms(settings: Settings, clock: Clock) -> Alarms:
    """Choose how a person is told: always a file in the center's folder, and the site's program where it has one."""
    tellers = [telling.to_file(settings.center / "alarms.log")]
    if settings.alarm_command:
        tellers.append(telling.by_program(settings.alarm_command))
    return Alarms(clock, *tellers)


def open_center(folder: Path, *, clock: Clock = system_clock) -> Center:
    """Open the center in this folder."""
    if not (folder / FILE).exists():
        raise Invalid(f"there is no center in {folder}", advice=f"Run: tessera init {folder}")
    center = assemble(load_settings(folder), clock=clock)
    schema.require_newest(center.store.dialect)
    _note_policy(center)
    return center


def create_center(folder: Path, *, name: str = "", clock: Clock = system_clock) -> Center:
    """Make a center in this folder, or bring an existing one's database up to date. Doing it twice harms nothing."""
    folder.mkdir(parents=True, exist_ok=True)
    file = folder / FILE
    if not file.exists():
        if any(p.name != FILE for p in folder.iterdir()):
            raise Conflict(f"{folder} is not empty and holds no center", advice="Choose another folder.")
        file.write_text(_first_settings(name or "Tessera"), encoding="utf-8")
    center = assemble(load_settings(folder), clock=clock)
    schema.upgrade(center.store.dialect)
    if not center.key_file.exists():
        center.key_file.parent.mkdir(mode=0o700, exist_ok=True)
        _write_private(center.key_file, checkpoint.generate_signing_key())
        center.key_file.with_name("audit.origin").write_text(_origin(center.settings.name), encoding="utf-8")
    (folder / "drop").mkdir(exist_ok=True)
    _note_policy(center)
    index_names(center)
    return center


def _note_policy(center: Center) -> None:
    """Note the policy that this program and the operator's folder bring, where it is not the one in force already."""
    shipped = cedar.read_folders(())
    texts = cedar.read_folders(site_policies(center.settings))
    folder = {name: text for name, text in texts.items() if name not in shipped}
    with center.store.dialect.engine.connect() as connection:
        noted = in_force.noted(connection, center.policy, folder)
    if not noted:
        with center.store.writing(OPERATOR) as tx:
            policies.note_start(tx, folder)


def _origin(name: str) -> str:
    """Name the audit log after the center, in the plain letters that a checkpoint allows."""
    plain = "".join(c if c.isascii() and c.isalnum() else "-" for c in name.lower()).strip("-")
    return f"tessera/{plain or 'center'}"


def _first_settings(name: str) -> str:
    quoted = name.replace("\\", "\\\\").replace('"', '\\"')
    return f'# Settings of this center. `tessera settings` lists them all with their meaning.\nname = "{quoted}"\n'


def _write_private(file: Path, content: bytes) -> None:
    descriptor = os.open(file, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(descriptor, "wb") as out:
        out.write(content)


def build_app(center: Center, jobs: Jobs) -> FastAPI:
    """Join the pages and the API into one application. They are loaded only for who serves them."""
    from tessera import api, web  # noqa: PLC0415 - see above

    return web.build_app(center, jobs, api=api.build_router(center, jobs))


def spare_collector() -> None:
    """Keep Python's collector from looking again and again at what lives as long as the process.

    Resolving makes many small values at a time; at the usual threshold a fifth of its time went into looking at the program.
    """
    gc.freeze()
    gc.set_threshold(10_000, 20, 20)


def run() -> None:
    """Run the `tessera` command."""
    spare_collector()
    openers = Openers(create_center=create_center, open_center=open_center, build_app=build_app)
    cli.build(openers)()
