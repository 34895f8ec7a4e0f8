# One list of verbs; CI types the same ones. ARGS=... is handed to the command behind a verb,
# PYTHON=... builds .venv with another interpreter.
PYTHON ?= python3
VENV   := .venv
BIN    := $(VENV)/bin
PIP    := $(BIN)/python -m pip --disable-pip-version-check --quiet
PYTEST := $(BIN)/python -m pytest -n auto --dist loadfile --no-loadscope-reorder
export PIP_ROOT_USER_ACTION = ignore
export NO_MKDOCS_2_WARNING = 1
# Tests and suites start some thousand interpreters; each would compile this program anew.
unexport PYTHONDONTWRITEBYTECODE

.DEFAULT_GOAL := help
.PHONY: help site test lint types check bench ratios docs pictures golden wheel clean

help:  ## this list
	@sed -n 's/^\([a-z]*\):.*## /\1\t/p' $(MAKEFILE_LIST) | sort | expand -t 10

site: $(VENV)/.speech  ## measure this machine at this commit and publish what was found
	$(BIN)/soundmark collect --profile quick $(ARGS) || [ $$? -eq 1 ] # a failed benchmark is shown
	$(BIN)/soundmark import csv samples/golden-trace/*.csv
	$(BIN)/soundmark site build --out site
	@echo "The site is in $(CURDIR)/site; look at it with: $(BIN)/soundmark site serve"

test: $(VENV)/.dev  ## run all tests; browser tests need Chromium or Chrome
	@.ci/prepare
	$(PYTEST) $(ARGS)

lint: $(VENV)/.dev  ## ruff, format and layers
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/lint-imports

types: $(VENV)/.dev  ## mypy, strict
	$(BIN)/mypy

check: lint types test  ## everything a change must pass

bench: $(VENV)/.dev  ## measure every suite with the nightly profile
	PATH="$(CURDIR)/$(BIN):$$PATH" soundmark collect --profile nightly $(ARGS)

ratios: $(VENV)/.dev  ## what a website costs beside asv, and what a sample says beside other tools, where they are installed
	$(BIN)/python -m benchmarks.site.cost $(ARGS)
	$(BIN)/python -m benchmarks.harness.peers --trials 2 --beside nobody

docs: $(VENV)/.dev  ## rewrite what documents quote and our workflows, then build the project's own documentation
	$(BIN)/python -m tests.project.generated
	$(BIN)/mkdocs build --strict --site-dir build/docs

pictures: $(VENV)/.dev  ## draw the pictures of README again; look at them
	@.ci/prepare
	$(BIN)/python -m tests.project.pictures

golden: $(VENV)/.dev  ## rewrite golden files; review them with git diff
	$(PYTEST) --update-golden $(ARGS)

wheel: $(VENV)/.dev  ## build dist/*.whl and dist/*.tar.gz
	$(BIN)/hatchling build

clean:  ## remove what was built; the history in .soundmark stays
	rm -rf build dist site .mypy_cache .pytest_cache .ruff_cache .import_linter_cache .hypothesis

# Each stamp says that its set of packages is installed; a change of the lists installs again.
$(VENV)/bin/python:
	$(PYTHON) -m venv $(VENV)
	$(PIP) install --upgrade "pip>=25.1"

$(VENV)/.speech: pyproject.toml constraints.txt | $(VENV)/bin/python
	@echo "Installing soundmark and what the speech suites need; the first time takes minutes."
	$(PIP) install --no-compile -c constraints.txt --editable ".[real,speech]"
	@$(BIN)/python -m compileall -qq -j 0 -x '/tests/' $(VENV)/lib || true # on every core; pip takes one, and a minute
	@touch $@

$(VENV)/.dev: $(VENV)/.speech
	$(PIP) install -c constraints.txt --group dev
	@touch $@
