"""Runs tests against changed code: quickly, by changing functions that are loaded already, or from the start.

A quick try changes the code of a loaded function in a forked process and runs tests that were collected once. What is worked
out while modules are loaded (tables, a policy that a test file loads) is not seen by it. So what survives it, and what is changed
outside functions, is tried anew: a fresh process loads the changed module, and then the tests.
"""

import ast
import gc
import hashlib
import importlib
import importlib.abc
import importlib.machinery
import importlib.util
import math
import os
import pickle
import resource
import shutil
import sys
import time
import traceback
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path
from types import CodeType, FrameType, FunctionType, ModuleType
from typing import Any, TypeAlias

import pytest
from mutants import Mutant, exchange, mutants

TESTS = ("tests/unit/test_trust_*.py", "tests/property/test_trust_*.py", "src/tessera/trust/*.py")
PLAIN = (
    "-q",
    "-p",
    "no:cacheprovider",
    "-o",
    "timeout=0",
    "--continue-on-collection-errors",
    "-W",
    "ignore::pytest.PytestAssertRewriteWarning",
)
LEAST, LEAST_OF_TEST, TIMES = 10, 3, 6
"""Seconds of the processor that any try, and any test in it, may take, and how many times as long as the unchanged code."""
MEMORY = 3 << 30
ENOUGH = 20.0
"""Seconds of the processor that one change is tried with, as counted on the unchanged code."""
FIRST_CALLS = 100
"""Calls of one function by one test that are followed line by line."""
Tell: TypeAlias = Callable[[str, str, bool], None]
"""Takes a module, the name of a mutant, and whether it was killed."""
HEAVY = (
    "cedarpy",
    "cryptography.hazmat.primitives.asymmetric.ed25519",
    "hypothesis",
    "httpx",
    "pyarrow",
    "pydantic",
    "sqlalchemy",
    "yaml",
)


@dataclass
class Reach:
    """What each test reaches when nothing is changed."""

    seconds: dict[str, float] = field(default_factory=dict)
    """By the test's id; tests that fail already are not there."""
    lines: dict[str, dict[str, set[int]]] = field(default_factory=dict)
    """Lines of each module (by its name), by the test's id."""
    imports: dict[str, set[str]] = field(default_factory=dict)
    """Modules that a test's file names."""

    def of(self, module: str, mutant: Mutant) -> list[str]:
        """Name the tests that can notice a change, the quickest first."""
        first, last = mutant.lines
        wanted = set(range(first, last + 1))
        found = [
            test
            for test, reached in self.lines.items()
            if test in self.seconds
            and (
                wanted & reached.get(module, set())
                if mutant.function
                else reached.get(module) or module in self.imports[test.split("::")[0]]
            )
        ]
        found.sort(key=self.seconds.__getitem__)
        spent = 0.0
        kept: list[str] = []
        for test in found:
            spent += self.seconds[test]
            if spent > ENOUGH and kept:
                break
            kept.append(test)
        return kept

    def limit(self, tests: Iterable[str]) -> int:
        """Give the seconds of the processor after which a try is stopped; code that does not end is noticed."""
        return round(LEAST + TIMES * sum(self.seconds[test] for test in tests))


def copied_tree(root: Path, folder: Path) -> Path:
    """Copy what tests need into a folder, and give the copy's root."""
    tree = folder / "tree"
    for part in ("src", "tests", "tools", "packs", "docs"):
        shutil.copytree(root / part, tree / part, ignore=shutil.ignore_patterns("__pycache__"))
    for name in ("pytest.ini", "pyproject.toml", "LICENSE", "README.md"):
        shutil.copy(root / name, tree / name)
    if (root.parent / "shared").exists():
        (folder / "shared").symlink_to(root.parent / "shared")
    for name in HEAVY:
        importlib.import_module(name)
    return tree


def reached(tree: Path, kept: Path) -> Reach:
    """Run all tests once, unchanged, and note what each reaches.

    `kept` is a file that remembers it: a file of tests is run again once it has changed, or a module that it reaches has.
    """
    known: dict[str, tuple[dict[str, str], Reach]] = pickle.loads(kept.read_bytes()) if kept.exists() else {}  # noqa: S301 - written below
    current = {
        file: one for file, (seen, one) in known.items() if seen == {name: _digest(tree / name) for name in seen}
    }
    found: dict[str, Reach] = _in_child(lambda: _collected(tree, lambda session: _trace(session, tree, set(current))))
    for file, one in found.items():
        modules = {module for lines in one.lines.values() for module in lines}
        seen = [file, *(f"src/tessera/trust/{module}.py" for module in modules)]
        known[file] = {name: _digest(tree / name) for name in seen}, one
    kept.parent.mkdir(parents=True, exist_ok=True)
    kept.write_bytes(pickle.dumps(known))
    whole = Reach()
    for one in (current | found).values():
        whole.seconds |= one.seconds
        whole.lines |= one.lines
        whole.imports |= one.imports
    return whole


def _digest(path: Path) -> str:
    return hashlib.sha256(path.read_bytes()).hexdigest() if path.exists() else ""


def try_quickly(tree: Path, tried: Mapping[str, Sequence[str]], reach: Reach, tell: Tell) -> None:
    """Say of changes within functions (by module, by name) whether a test fails; `tell` is told of each at once."""
    _in_child(lambda: _collected(tree, lambda session: _quick(session, tree, tried, reach, tell)))


def try_anew(tree: Path, module: str, mutant: Mutant, reach: Reach) -> bool:
    """Say of one change whether a test fails, or cannot even be loaded."""
    tests = reach.of(module, mutant)
    if not tests:
        return False
    return _fails(lambda: _anew(tree, module, mutant.id, tests, reach.seconds), reach.limit(tests))


class _Loop:
    """Does something with the collected tests in place of running them."""

    def __init__(self, work: Callable[[pytest.Session], Any]) -> None:
        self._work = work
        self.result: Any = None

    def pytest_runtestloop(self, session: pytest.Session) -> bool:
        self.result = self._work(session)
        return True


def _collected(tree: Path, work: Callable[[pytest.Session], Any]) -> Any:  # noqa: ANN401 - what the work gives
    _settle(tree)
    loop = _Loop(work)
    files = sorted(str(file.relative_to(tree)) for some in TESTS for file in tree.glob(some))
    pytest.main([*files, *PLAIN], plugins=[loop])
    return loop.result


def _settle(tree: Path) -> None:
    """Be in the copied tree, silent, with tests that draw the same each time and do not look at the clock."""
    os.chdir(tree)
    sys.path[:0] = [str(tree / part) for part in ("src", "tests", "tools")]
    sys.dont_write_bytecode = True
    import hypothesis  # noqa: PLC0415 - loaded before, by its name

    hypothesis.settings.register_profile("mutation", deadline=None, derandomize=True, database=None, print_blob=False)
    hypothesis.settings.load_profile("mutation")


def _trace(session: pytest.Session, tree: Path, known: set[str]) -> dict[str, Reach]:
    package = str(tree / "src" / "tessera" / "trust") + os.sep
    found: dict[str, Reach] = {}
    items = [item for item in session.items if item.nodeid.split("::")[0] not in known]
    for item, after in _each_with_next(items):
        file = item.nodeid.split("::")[0]
        reach = found.setdefault(file, Reach(imports={file: _named((tree / file).read_text(encoding="utf-8"))}))
        tracer = _Tracer(package)
        failed, began = session.testsfailed, time.process_time()
        sys.settrace(tracer.call)
        item.config.hook.pytest_runtest_protocol(item=item, nextitem=after)
        sys.settrace(None)
        if session.testsfailed == failed:
            reach.seconds[item.nodeid] = time.process_time() - began
        reach.lines[item.nodeid] = tracer.lines
    return found


class _Tracer:
    """Notes which lines of the package are reached, from the first calls of each function."""

    def __init__(self, package: str) -> None:
        self.lines: dict[str, set[int]] = {}
        self._package = package
        self._calls: Counter[CodeType] = Counter()

    def call(self, frame: FrameType, event: str, _: object) -> Any:  # noqa: ANN401 - a trace function
        """Follow a call into the package."""
        del event
        code = frame.f_code
        if not code.co_filename.startswith(self._package):
            return None
        self._calls[code] += 1
        if self._calls[code] > FIRST_CALLS:
            return None
        found = self.lines.setdefault(Path(code.co_filename).stem, set())
        found.add(frame.f_lineno)

        def line(frame: FrameType, event: str, _: object) -> Any:  # noqa: ANN401 - a trace function
            del event
            found.add(frame.f_lineno)
            return line

        return line


def _named(text: str) -> set[str]:
    """Name the modules of the package that a source imports."""
    found = set()
    for node in ast.walk(ast.parse(text)):
        if isinstance(node, ast.ImportFrom) and (node.module or "").startswith("tessera.trust"):
            found |= {(node.module or "").rpartition(".")[2], *(alias.name for alias in node.names)}
    return found


def _quick(session: pytest.Session, tree: Path, tried: Mapping[str, Sequence[str]], reach: Reach, tell: Tell) -> None:
    items = {item.nodeid: item for item in session.items}
    for module, names in tried.items():
        file = tree / "src" / "tessera" / "trust" / f"{module}.py"
        functions = [f for f in gc.get_objects() if isinstance(f, FunctionType) and f.__code__.co_filename == str(file)]
        source = ast.parse(file.read_text(encoding="utf-8"))
        found = {mutant.id: mutant for mutant in mutants(source)}
        for name in names:
            tests = reach.of(module, found[name])
            old = exchange(found[name].place, found[name].new)
            code = compile(source, str(file), "exec")
            exchange(found[name].place, old)
            chosen = [items[test] for test in tests if test in items]
            work = partial(_swapped, functions, code, chosen, reach.seconds)
            tell(module, name, bool(chosen) and _fails(work, reach.limit(tests)))


def _swapped(
    functions: Iterable[FunctionType], code: CodeType, items: Sequence[pytest.Item], seconds: Mapping[str, float]
) -> bool:
    codes = {_key(each): each for each in _codes(code)}
    for function in functions:
        new = codes.get(_key(function.__code__))
        if new is not None and new != function.__code__:
            if new.co_freevars != function.__code__.co_freevars:
                return False
            function.__code__ = new
    session = items[0].session
    session.testsfailed = 0
    for item, after in _each_with_next(items):
        _allow(seconds[item.nodeid])
        item.config.hook.pytest_runtest_protocol(item=item, nextitem=after)
        if session.testsfailed:
            return True
    return False


def _each_with_next(items: Sequence[pytest.Item]) -> Iterator[tuple[pytest.Item, pytest.Item | None]]:
    return zip(items, [*items[1:], None], strict=False)  # of no items there is no last one


def _allow(seconds: float) -> None:
    """Let the test that begins now take so many times as long as it took, so that one without end is stopped soon."""
    most = resource.getrlimit(resource.RLIMIT_CPU)[1]
    until = math.ceil(time.process_time() + LEAST_OF_TEST + TIMES * seconds)
    resource.setrlimit(resource.RLIMIT_CPU, (min(most, until), most))


def _key(code: CodeType) -> tuple[str, int]:
    return code.co_qualname, code.co_firstlineno


def _codes(code: CodeType) -> Iterator[CodeType]:
    for constant in code.co_consts:
        if isinstance(constant, CodeType):
            yield constant
            yield from _codes(constant)


class _Changed(importlib.abc.MetaPathFinder, importlib.abc.Loader):
    """Loads one module of the package with one change."""

    def __init__(self, tree: Path, module: str, name: str) -> None:
        self._file = tree / "src" / "tessera" / "trust" / f"{module}.py"
        self._module = f"tessera.trust.{module}"
        self._name = name

    def find_spec(
        self, fullname: str, path: object = None, target: object = None
    ) -> importlib.machinery.ModuleSpec | None:
        del path, target
        if fullname != self._module:
            return None
        return importlib.util.spec_from_file_location(fullname, self._file, loader=self)

    def create_module(self, spec: importlib.machinery.ModuleSpec) -> None:
        del spec

    def exec_module(self, module: ModuleType) -> None:
        source = ast.parse(self._file.read_text(encoding="utf-8"))
        mutant = next(mutant for mutant in mutants(source) if mutant.id == self._name)
        exchange(mutant.place, mutant.new)
        exec(compile(source, str(self._file), "exec"), module.__dict__)  # noqa: S102 - the changed module is what is tried


class _Pick:
    """Keeps the wanted tests, in the wanted order, and each to its time."""

    def __init__(self, tests: Sequence[str], seconds: Mapping[str, float]) -> None:
        self._order = {test: number for number, test in enumerate(tests)}
        self._seconds = seconds

    @pytest.hookimpl(tryfirst=True)
    def pytest_runtest_setup(self, item: pytest.Item) -> None:
        _allow(self._seconds[item.nodeid])

    @pytest.hookimpl(trylast=True)
    def pytest_collection_modifyitems(self, items: list[pytest.Item]) -> None:
        items[:] = sorted((i for i in items if i.nodeid in self._order), key=lambda item: self._order[item.nodeid])


def _anew(tree: Path, module: str, name: str, tests: Sequence[str], seconds: Mapping[str, float]) -> bool:
    _settle(tree)
    sys.meta_path.insert(0, _Changed(tree, module, name))
    files = sorted({test.split("::")[0] for test in tests})
    return pytest.main([*files, "-x", *PLAIN], plugins=[_Pick(tests, seconds)]) not in (
        pytest.ExitCode.OK,
        pytest.ExitCode.NO_TESTS_COLLECTED,
    )


def _fails(work: Callable[[], bool], seconds: int) -> bool:
    """Do something in a forked process: whether it says so, breaks, or takes too long."""
    child = os.fork()
    if not child:
        _become_small(seconds)
        try:
            os._exit(1 if work() else 0)
        except BaseException:  # noqa: BLE001 - whatever breaks, the code was noticed
            os._exit(2)
    return os.waitpid(child, 0)[1] != 0


def _become_small(seconds: int) -> None:
    quiet = os.open(os.devnull, os.O_WRONLY)
    os.dup2(quiet, 1)
    os.dup2(quiet, 2)
    resource.setrlimit(resource.RLIMIT_CPU, (seconds, seconds))
    resource.setrlimit(resource.RLIMIT_AS, (MEMORY, MEMORY))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))


def _in_child(work: Callable[[], Any]) -> Any:  # noqa: ANN401 - what the work gives
    """Do something in a forked process, so that this one stays without the tested code; give its result."""
    into, out_of = os.pipe()[::-1]
    child = os.fork()
    if not child:
        os.close(out_of)
        kept = os.dup(1)
        quiet = os.open(os.devnull, os.O_WRONLY)
        os.dup2(quiet, 1)
        try:
            with os.fdopen(into, "wb") as pipe:
                pickle.dump(work(), pipe)
        except BaseException:  # noqa: BLE001 - said on the error stream, and by the exit status
            os.dup2(kept, 1)
            traceback.print_exc()
            os._exit(1)
        os._exit(0)
    os.close(into)
    with os.fdopen(out_of, "rb") as pipe:
        told = pipe.read()
    if os.waitpid(child, 0)[1]:
        raise SystemExit("the tests could not be run; see above")
    return pickle.loads(told)  # noqa: S301 - written by this program itself
