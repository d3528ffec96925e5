"""Durable jobs on DBOS, in this process: a delivery that was begun is finished, whatever happens in between.

What is handed in waits for its turn in memory, under the name of its process, so that ten thousand files are no ten thousand
threads. A step of a job is a few batches, so that an ordinary file is one step. Each batch is committed together with a
marker, so a step that is done again after a crash changes nothing. The job of a process that died is taken over by the next
process that opens the center: every process holds a lock on a file of its own, which the kernel lets go when the process ends.
"""

import fcntl
import os
import socket
import sqlite3
import time
from collections.abc import Callable, Collection, Iterator
from concurrent.futures import Future
from contextlib import closing, contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from queue import Empty, SimpleQueue
from threading import BoundedSemaphore, Thread
from typing import Any, TypeAlias
from uuid import UUID

from dbos import DBOS, DBOSConfig, SetWorkflowID, WorkflowHandle, WorkflowStatus

from tessera import __version__
from tessera.errors import Invalid, TesseraError, Unavailable
from tessera.flow import resolving_all
from tessera.flow.pipeline import PIPELINE, Pipeline
from tessera.ids import new_id
from tessera.model.delivery import Delivery, DeliveryState
from tessera.store import deliveries, enclosures

AT_ONCE = 2
"""Deliveries that one process integrates side by side; each has a child that reads."""
MOST_TRIES = 8
A_STEP = 10
"""Batches that one step stores at most. An ordinary file has one; a step costs the job engine two commits."""
LOCKED_SECONDS = 30.0
"""How long the list of jobs is waited for where another process has it."""
A_MOMENT = 0.02
"""Seconds between two looks at whether a job has begun."""
A_WHILE = 0.2
"""Seconds between two looks at a delivery that another process has."""
JOB = "integrate-delivery"
RESOLVE_JOB = "resolve-kind"
MOST_TOLD = 50
"""Newest jobs about whole kinds among which a page looks."""
UNFINISHED = ("PENDING", "ENQUEUED")
ResolveJob: TypeAlias = Callable[[str, str, str, str], str]
"""What is to be done (run, train, switch), of which kind or version, for which account, and why."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Resolving:
    """One job about a whole kind: what it does (run, train, switch), since when, whether it ends well, and why not."""

    what: str
    at: int
    running: bool
    problem: str = ""


class Jobs:
    """The running job engine of one process. Make it with `open_jobs`."""

    def __init__(self, pipeline: Pipeline, lock: Path, integrate: Callable[[str], None], resolve: ResolveJob) -> None:
        """Hold what is needed to start jobs and to tell whose processes are alive. `lock` is the file that this one holds."""
        self._resolve = resolve
        self._pipeline = pipeline
        self._run_folder, self._worker = lock.parent, lock.name
        self._integrate = integrate
        self._running: dict[UUID, Future[None]] = {}
        self._turns: SimpleQueue[tuple[UUID, Future[None]] | None] = SimpleQueue()
        for _ in range(AT_ONCE):
            Thread(target=self._take_turns, daemon=True).start()
        self._enclosed: SimpleQueue[Delivery | None] = SimpleQueue()
        pipeline.on_enclosed = self._enclosed.put
        self._starter = Thread(target=self._start_enclosed, daemon=True)
        self._starter.start()

    def start(self, delivery: Delivery, *, mapping_text: str = "") -> None:
        """Begin to integrate a delivery. Where no mapping is known, note why it rests; it is kept all the same.

        Where the agreement behind its source is not in force it waits, and goes on with `resume_waiting`.
        """
        if delivery.state not in {DeliveryState.RECEIVED, DeliveryState.FAILED, DeliveryState.WAITING}:
            return
        try:
            if not self._pipeline.begin(delivery, mapping_text=mapping_text, worker=self._worker):
                return
        except Invalid as error:
            self._pipeline.finish(delivery.uid, reason=str(error))
            return
        self._launch(delivery.uid)

    def _start_enclosed(self) -> None:
        """Start the jobs of files that came to light in others, outside of the job that found them."""
        while (delivery := self._enclosed.get()) is not None:
            with suppress(TesseraError):  # it is kept and waits: the next process to open the center starts it
                self.start(delivery)

    def close(self) -> None:
        """Take no more files; what waits for its turn is taken on by the next process."""
        with suppress(Empty):
            while (turn := self._turns.get_nowait()) is not None:
                turn[1].cancel()
        for _ in range(AT_ONCE):
            self._turns.put(None)
        self._enclosed.put(None)
        self._starter.join()
        self._pipeline.on_enclosed = None
        self._pipeline.readers.close()

    def wait(self, uid: UUID) -> None:
        """Wait until the delivery is done, whichever living process has it; raise what stopped it as an error to act on."""
        mine = self._running.get(uid)
        try:
            if mine is not None:
                mine.result()
            else:
                self._wait_for_others(uid)
        except Exception as error:
            raise explain_failure(error) from error
        finally:
            self._running.pop(uid, None)

    def _wait_for_others(self, uid: UUID) -> None:
        """Wait while a job is under way, or waits for its turn in a process that lives."""
        while True:
            for status in DBOS.list_workflows(workflow_id_prefix=str(uid), status=list(UNFINISHED)):
                DBOS.retrieve_workflow(status.workflow_id).get_result()
            with self._pipeline.store.reading(PIPELINE) as tx:
                worker = deliveries.worker_of(tx, uid)
            if not self._alive(worker):
                return
            time.sleep(A_WHILE)

    def wait_for_enclosed(self, uid: UUID) -> None:
        """Wait until every file that came to light in a delivery is done, or rests with its reason."""
        while True:
            with self._pipeline.store.reading(PIPELINE) as tx:
                left = enclosures.unfinished_below(tx, uid)
            if not left:
                return
            for one in left:
                self.wait(one)
            time.sleep(A_MOMENT)

    def resolve(self, what: str, name: str, *, account: str, reason: str = "") -> str:
        """Run, train or switch for a whole kind, and wait; return the version that it was about. Killed, it goes on later."""
        try:
            return self.begin_resolving(what, name, account=account, reason=reason).get_result()
        except Exception as error:
            raise explain_failure(error) from error

    def begin_resolving(self, what: str, name: str, *, account: str, reason: str) -> WorkflowHandle[str]:
        """Begin to run, train or switch for a whole kind, without waiting; `resolving` tells how it goes."""
        with SetWorkflowID(f"{RESOLVE_JOB}/{new_id()}"):
            return DBOS.start_workflow(self._resolve, what, name, account, reason)

    def resolve_behind(self) -> list[str]:
        """Begin to resolve the kinds of which records wait, as after a change of the dictionary; name them.

        Where the site resolves by hand (`resolve_online` is off), nothing is begun.
        """
        if not self._pipeline.settings.resolve_online:
            return []
        kinds = [
            kind
            for kind in resolving_all.behind(self._pipeline.store)
            if not any(one.running for one in self.resolving([kind]))
        ]
        for kind in kinds:
            self.begin_resolving(
                "run", kind, account=PIPELINE.actor.account, reason="Records waited when it was started."
            )
        return kinds

    def resolving(self, names: Collection[str]) -> list[Resolving]:
        """Say how the newest jobs about these kinds or versions go, newest first."""
        found = DBOS.list_workflows(name=RESOLVE_JOB, limit=MOST_TOLD, sort_desc=True)
        told = [(status, status.input["args"][:2]) for status in found if status.input]
        return [_to_resolving(status, what) for status, (what, name) in told if name in names]

    def recover(self) -> int:
        """Take over what dead processes left, and start what was received but never begun; return how many."""
        taken = 0
        for status in DBOS.list_workflows(name=RESOLVE_JOB, status="PENDING", load_input=False, load_output=False):
            if status.executor_id and not self._alive(status.executor_id):
                DBOS.resume_workflow(status.workflow_id)
                taken += 1
        pending = DBOS.list_workflows(name=JOB, status="PENDING", load_input=False, load_output=False)
        for status in pending:
            if status.executor_id and not self._alive(status.executor_id):
                DBOS.resume_workflow(status.workflow_id)
                taken += 1
        held = {status.workflow_id[:36] for status in pending}
        held |= {s.workflow_id[:36] for s in DBOS.list_workflows(name=JOB, status="ENQUEUED", load_input=False)}
        with self._pipeline.store.reading(PIPELINE) as tx:
            left = [
                uid for uid, worker in deliveries.unfinished(tx) if str(uid) not in held and not self._alive(worker)
            ]
            waiting = [deliveries.get(tx, uid) for uid in left]
        for delivery in waiting:
            if delivery.state is DeliveryState.RECEIVED:
                self.start(delivery)
            else:
                self._pipeline.take_on(delivery.uid, worker=self._worker)
                self._launch(delivery.uid)
            taken += 1
        return taken + len(self.resume_waiting())

    def resume_waiting(self) -> list[UUID]:
        """Start the deliveries that waited for an agreement which is in force by now; return which."""
        with self._pipeline.store.reading(PIPELINE) as tx:
            ready = [deliveries.get(tx, uid) for uid in deliveries.waiting_no_more(tx)]
        for delivery in ready:
            self.start(delivery)
        return [delivery.uid for delivery in ready]

    def _launch(self, uid: UUID) -> None:
        """Let a delivery wait for its turn."""
        done = self._running[uid] = Future[None]()
        self._turns.put((uid, done))

    def _take_turns(self) -> None:
        """Do one job after another, until there are no more."""
        while (turn := self._turns.get()) is not None:
            uid, done = turn
            try:
                self._do(uid)
            except Exception as error:  # noqa: BLE001 - whoever waits for it is told
                done.set_exception(error)
            else:
                done.set_result(None)
                self._running.pop(uid, None)

    def _do(self, uid: UUID) -> None:
        with SetWorkflowID(f"{uid}/{new_id()}"):  # tried again after a failure, it is a job of its own
            DBOS.start_workflow(self._integrate, str(uid)).get_result()

    def _alive(self, executor: str) -> bool:
        """Claim that the process of this executor still holds its lock."""
        file = self._run_folder / executor
        if not executor or not file.exists():
            return False
        with file.open("rb") as lock:
            try:
                fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except BlockingIOError:
                return True
        file.unlink(missing_ok=True)
        return False


@contextmanager
def open_jobs(pipeline: Pipeline) -> Iterator[Jobs]:
    """Start the job engine of this process, take over what dead ones left, and stop it at the end."""
    run_folder = pipeline.settings.center / "run"
    run_folder.mkdir(exist_ok=True)
    executor = f"{socket.gethostname()}-{os.getpid()}-{new_id().hex[-8:]}"
    with (run_folder / executor).open("wb") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        _write_ahead(pipeline.settings.jobs_url)
        DBOS(config=_config(pipeline.settings.jobs_url, executor))
        integrate, resolve = _register(pipeline), _register_resolve(pipeline)
        DBOS.launch()
        try:
            jobs = Jobs(pipeline, run_folder / executor, integrate, resolve)
            try:
                jobs.recover()
                yield jobs
            finally:
                jobs.close()
        finally:
            DBOS.destroy(destroy_registry=True)
    (run_folder / executor).unlink(missing_ok=True)


def _write_ahead(url: str) -> None:
    """Let a list of jobs on SQLite write ahead, as the store does: a commit is one flush and not three. The file remembers it."""
    scheme, _, path = url.partition(":///")
    if scheme == "sqlite":
        with closing(sqlite3.connect(path, timeout=LOCKED_SECONDS)) as connection:
            connection.execute("PRAGMA journal_mode = WAL")


def _config(url: str, executor: str) -> DBOSConfig:
    return {
        "name": "tessera",
        "system_database_url": url.replace("postgresql+psycopg://", "postgresql://"),
        "executor_id": executor,
        "application_version": __version__,
        "log_level": "ERROR",
        "console_log_level": "ERROR",
        "enable_otlp": False,
    }


def _register(pipeline: Pipeline) -> Callable[[str], None]:
    """Make the job for this process's pipeline."""
    turn = BoundedSemaphore(
        AT_ONCE
    )  # jobs of dead processes are resumed by the engine, beside those that wait for a turn

    @DBOS.step(
        name="store-batches",
        retries_allowed=True,
        max_attempts=MOST_TRIES,
        should_retry=lambda error: isinstance(error, Unavailable),
    )
    def store_batches(uid: str, first: int) -> bool:
        return pipeline.store_batches(UUID(uid), first, most=A_STEP)

    @DBOS.workflow(name=JOB)
    def integrate(uid: str) -> None:
        with turn:
            first = 0
            while store_batches(uid, first):
                first += A_STEP

    return integrate


def _register_resolve(pipeline: Pipeline) -> ResolveJob:
    """Make the job that resolves a whole kind: first how is decided, then it is done; stopped, it goes on where it was."""
    again: dict[str, Any] = {
        "retries_allowed": True,
        "max_attempts": MOST_TRIES,
        "should_retry": lambda error: isinstance(error, Unavailable),
    }

    @DBOS.step(name="plan-resolve", **again)
    def plan(what: str, name: str) -> bool:
        return resolving_all.plan(pipeline, what, name)

    @DBOS.step(name="resolve", **again)
    def step(what: str, name: str, account: str, reason: str, *, bulk: bool) -> str:
        return resolving_all.do(pipeline, what, name, bulk=bulk, account=account, reason=reason)

    @DBOS.workflow(name=RESOLVE_JOB)
    def resolve(what: str, name: str, account: str, reason: str) -> str:
        return step(what, name, account, reason, bulk=plan(what, name))

    return resolve


def _to_resolving(status: WorkflowStatus, what: str) -> Resolving:
    problem = ""
    if status.error is not None:
        failure = explain_failure(status.error)
        problem = f"{failure}. {failure.advice}".strip() if failure.advice else str(failure)
    return Resolving(what=what, at=status.created_at or 0, running=status.status in UNFINISHED, problem=problem)


def explain_failure(error: BaseException) -> TesseraError:
    """Find our own error in what the job engine raised."""
    cause: Any = error
    while cause is not None:
        for found in (*getattr(cause, "errors", ())[-1:], cause):
            if isinstance(found, TesseraError):
                return found
        cause = cause.__cause__ or cause.__context__
    return Unavailable(f"the job stopped ({error})", advice="Start the center again: it goes on where it stopped.")
