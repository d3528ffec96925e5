"""`tessera serve`: the pages, the API, the jobs and the watched folder, in one process."""

import json
import socket
import time
from collections.abc import Iterator
from contextlib import contextmanager
from threading import Event, Thread

import click
import uvicorn

from tessera.cli.demo import demo_center, load_demo
from tessera.cli.session import Session, say
from tessera.errors import Conflict, Unavailable
from tessera.flow import account_keeping, forgetting, log_keeping, purging, watching
from tessera.flow.center import OPERATOR, Center
from tessera.flow.jobs import Jobs
from tessera.flow.region import ACCOUNTS_FILE
from tessera.store import accounts

DEMO_NAME = "Three Counties Fusion Center (invented)"


@click.command()
@click.option("--host", default="", help="Address to listen on; the setting `host` otherwise.")
@click.option("--port", default=0, help="Port to listen on; the setting `port` otherwise.")
@click.option("--create", is_flag=True, help="Make the center first where there is none.")
@click.option(
    "--demo", "demo_records", default=0, metavar="N", help="Load an invented region of N records first, once."
)
@click.pass_obj
def serve(session: Session, *, host: str, port: int, create: bool, demo_records: int) -> None:
    """Serve the workbench, the API, the jobs and the watched folder."""
    started = time.perf_counter()
    if create:
        session.openers.create_center(session.folder, name=DEMO_NAME if demo_records else "")
    center = demo_center(session) if demo_records else session.center
    host, port = host or center.settings.host, port or center.settings.port
    _require_free(host, port)
    with center.jobs() as jobs:
        if demo_records and not (session.folder / ACCOUNTS_FILE).exists():
            load_demo(session, center, jobs, records=demo_records)
        app = session.openers.build_app(center, jobs)
        config = uvicorn.Config(app, host=host, port=port, log_level="warning", access_log=False, server_header=False)
        server = uvicorn.Server(config)
        with _housekeeping(center, jobs):
            _announce(center, f"http://{host}:{port}", time.perf_counter() - started)
            server.run()


def _require_free(host: str, port: int) -> None:
    with socket.socket(socket.AF_INET6 if ":" in host else socket.AF_INET) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((host, port))
        except OSError as error:
            raise Unavailable(
                f"cannot listen on {host}:{port} ({error.strerror})",
                advice="Stop what listens there, or choose another port with --port.",
            ) from None


@contextmanager
def _housekeeping(center: Center, jobs: Jobs) -> Iterator[None]:
    """Watch the drop folder, purge what is long overdue, close unused accounts, keep the audit log, while it runs."""
    stop = Event()
    threads = [
        Thread(target=watching.watch_drop_folder, args=(center, jobs, stop), daemon=True),
        Thread(target=purging.purge_regularly, args=(center, OPERATOR, stop), daemon=True),
        Thread(target=forgetting.forget_regularly, args=(center, stop), daemon=True),
        Thread(target=account_keeping.sweep_regularly, args=(center, stop), daemon=True),
        Thread(target=jobs.resolve_behind, daemon=True),
        Thread(target=log_keeping.sign_regularly, args=(center, stop), daemon=True),
        Thread(target=log_keeping.verify_regularly, args=(center, stop), daemon=True),
    ]
    for thread in threads:
        thread.start()
    try:
        yield
    finally:
        stop.set()
        for thread in threads:
            thread.join(timeout=10)


def _announce(center: Center, address: str, seconds: float) -> None:
    say(f"{center.settings.name} is served on {address} (ready in {seconds:.1f} s). Stop with Ctrl-C.")
    file = center.settings.center / ACCOUNTS_FILE
    if file.exists():
        say("Everything in it is invented. Demo accounts (account, password, what it is):")
        for name, password, what in json.loads(file.read_text(encoding="utf-8")):
            say(f"  {name:<8} {password:<28} {what}")
        return
    try:
        with center.store.writing(OPERATOR) as tx:
            code = accounts.offer_setup(tx)
    except Conflict:
        return
    say(f"It has no accounts yet. Open {address}/setup and give this code, which works once: {code}")
