# A fresh machine needs Python 3.11 or newer, make and a package index; everything else is set up here.
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
STAMP := $(VENV)/.installed
DEMO_OUT ?= demo-output

.PHONY: demo test setup lint types contracts tests soak docs lock clean help

help:  ## say what can be made
	@grep -hE '^[a-z]+:.*##' $(MAKEFILE_LIST) | sed 's/:.*##/\t/'

setup: $(STAMP)  ## make .venv and install the pinned packages

# --no-deps, because the lock names everything: older versions of pip look at newer releases of a package that is wanted with an extra, and refuse them.
$(STAMP): requirements.lock pyproject.toml
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || { echo "Python 3.11 or newer is needed; name it with 'make PYTHON=python3.12 …'" >&2; exit 2; }
	@echo "Setting up $(VENV) (once) …"
	@$(PYTHON) -m venv $(VENV)
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check --no-deps --require-hashes -r requirements.lock
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check --no-deps --no-build-isolation -e .
	@touch $(STAMP)

demo: setup  ## crawl the bundled fictional outlets twice, search, export
	@$(BIN)/dragoman demo --out $(DEMO_OUT)

test: setup lint types contracts tests  ## every check: ruff, mypy, import contracts, tests with coverage

lint: setup
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .

types: setup
	$(BIN)/mypy

contracts: setup
	$(BIN)/lint-imports

# Compiled once, and not anew by each process of each test, even where an image forbids it for its own sake.
tests: export PYTHONDONTWRITEBYTECODE =
tests: setup
	$(BIN)/coverage erase
	$(BIN)/pytest -n auto --dist loadfile --no-loadscope-reorder --cov --cov-report=
	$(BIN)/coverage report --include='storage/*,crawler/discovery/*,crawler/extraction/*,crawler/urls.py' --fail-under=95
	@echo "The whole project:" && $(BIN)/coverage report | grep TOTAL

soak: setup  ## what takes too long for every change: the long tests, and many more examples of the properties
	$(BIN)/pytest -n auto --dist loadfile --no-loadscope-reorder -m soak || test $$? -eq 5  # 5: no such test is there
	$(BIN)/pytest -n auto tests/property tests/unit/storage/test_wording.py --hypothesis-profile soak --timeout 1800

docs: setup  ## write the reference pages anew from the code
	$(BIN)/python docs/generate.py
	$(BIN)/python -m tests.integration.misbehaviours > docs/misbehaviours.md

lock:  ## pin the dependencies anew (needs uv)
	uv pip compile --universal --generate-hashes --no-emit-index-url --custom-compile-command "make lock" --extra dev pyproject.toml -o requirements.lock

clean:  ## remove what was made
	rm -rf $(VENV) $(DEMO_OUT) .coverage* .mypy_cache .ruff_cache .pytest_cache .hypothesis .import_linter_cache
