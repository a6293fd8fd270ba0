# Every way to work on Billfold is a target here; `make help` prints the sentence behind each.

SHELL := /bin/bash
.SHELLFLAGS := -euo pipefail -c
.DEFAULT_GOAL := help
MAKEFLAGS += --no-print-directory

BIN := .venv/bin
STAMP := .venv/.installed-from-lock
UV_VERSION := 0.13.9
OUT ?=

# Of the interpreters that the tests are run on, the fastest: builds of one and the same release differ by a third. A name
# on the PATH counts only if it runs and can make a venv.
TRIAL := import ensurepip, sys, timeit, venv; sys.version_info < (3, 11) and sys.exit(1); \
	print(min(timeit.repeat("[str(n) for n in range(999)]", number=50, repeat=9)))
PYTHON ?= $(shell type -aP python3.13 python3.12 python3.11 python3 | while read -r name; do \
	seconds="$$("$$name" -c '$(TRIAL)' 2>/dev/null)" && echo "$$seconds $$name"; done | sort -g | head -n 1 | cut -d ' ' -f 2-)

.PHONY: help setup lock demo test check dev bench clean

help: ## Print this list.
	@awk -F ':.*## ' '/^[a-z]+:.*## / { printf "make %-8s %s\n", $$1, $$2 }' $(MAKEFILE_LIST)

setup: $(STAMP) ## Make .venv and install exactly what requirements.lock names; instant when nothing changed.

$(STAMP): requirements.lock pyproject.toml
	@test -n "$(PYTHON)" || { echo "Billfold needs Python 3.11 or newer with its venv module; install one or run: make setup PYTHON=/path/to/python" >&2; exit 1; }
	@test -x $(BIN)/python || "$(PYTHON)" -m venv .venv
	@# uv does not read pip's configuration: tell it of a configured index, and leave everything to pip where uv cannot be had.
	@index="$$($(BIN)/python -m pip config list | sed -n "s/.*\.index-url='\(.*\)'/\1/p" | tail -n 1)"; \
	if $(BIN)/python -m pip install --quiet --disable-pip-version-check "uv==$(UV_VERSION)" \
	  && $${index:+env UV_DEFAULT_INDEX="$$index"} $(BIN)/uv pip install --quiet --python $(BIN)/python --require-hashes -r requirements.lock; \
	then :; else \
	  echo "uv could not install the lock file; pip does it, more slowly." >&2; \
	  $(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes -r requirements.lock; \
	fi
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check --no-index --no-deps --no-build-isolation -e .
	@touch $@

lock: $(STAMP) ## Pin the newest releases pyproject.toml allows, for every supported Python, with hashes.
	$(BIN)/uv pip compile --quiet --upgrade --universal --python-version 3.11 --generate-hashes --no-emit-index-url --no-header \
	  --extra dev pyproject.toml -o requirements.lock

demo: $(STAMP) ## Play the whole job over real HTTP: server, PostgreSQL and pretend PSPs, all on this machine.
	@$(BIN)/billfold demo

# Tests wait more than they work (for servers, PSPs, browsers), hence more of them at once than there are cores.
test: $(STAMP) ## Run every test.
	@$(BIN)/python -m pytest -n 4 --dist loadfile

check: $(STAMP) ## Judge the code without running its tests: format, lint, imports, types, generated files, migrations.
	$(BIN)/ruff format --check .
	$(BIN)/ruff check .
	$(BIN)/lint-imports --no-logo
	$(BIN)/mypy --strict src tests bench
	$(BIN)/billfold openapi --check
	$(BIN)/billfold migrate --check

dev: $(STAMP) ## Keep a whole store running, on http://127.0.0.1:8080 and https://acme.billfold.localhost:8443.
	@$(BIN)/billfold dev

bench: $(STAMP) ## Measure this machine beside pgbench; OUT=file.json keeps the figures.
	@$(BIN)/python -m bench $(OUT)

clean: ## Remove .venv and everything the tools left behind.
	rm -rf .venv build dist .mypy_cache .ruff_cache .pytest_cache .import_linter_cache .hypothesis .schemathesis
	find . -name __pycache__ -type d -prune -exec rm -rf {} +
