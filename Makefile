# Binôme: `make demo` shows it, `make test` proves it, `make odoo` opens it in a browser.
SHELL := /bin/sh
PYTHON ?= $(shell for p in python3 python3.13 python3.12 python3.11; do \
	command -v $$p >/dev/null && $$p -c 'import sys; sys.exit(sys.version_info < (3, 11))' && echo $$p && break; done)
BIN := .venv/bin

.PHONY: demo test soak check audit-deps unit odoo bench screenshots clean
.DEFAULT_GOAL := demo

demo: .venv/.installed            ## the main job on the example club, with a sandbox CRM
	@$(BIN)/binome demo

test: check                       ## everything, the real Odoo included
	@test -n "$$BINOME_TEST_ODOO_URL" || $(BIN)/python -m tests.odoo prepare || test -z "$$BINOME_REQUIRE_ODOO"
	@$(BIN)/python -m pytest -n 2 --dist loadfile --durations=10

soak: check                       ## the same with mutations, ten times the examples, and coverage by branch
	@$(BIN)/python -m tests.mutations
	@HYPOTHESIS_PROFILE=ci $(BIN)/python -m pytest --durations=20 --cov --cov-report=term:skip-covered

check: .venv/.tools               ## style, types and layers
	@$(BIN)/ruff check .
	@$(BIN)/mypy
	@$(BIN)/pyright
	@$(BIN)/lint-imports
	@$(BIN)/binome lint

audit-deps: .venv/.installed      ## known weaknesses of what Binôme depends on, where a service that knows them answers
	@$(BIN)/python -m pip install -q --group audit || true
	@$(BIN)/python -m tests.audit_deps

unit: .venv/.tools                ## what needs no Odoo
	@$(BIN)/python -m pytest tests/unit tests/property

odoo: .venv/.tools                ## a real Odoo with the example club in it, until Ctrl-C
	@$(BIN)/python -m tests.odoo club --port $${PORT:-8069}

bench: .venv/.tools               ## ratios against named peers, on a real Odoo
	@for script in bench/[a-z]*.py; do case $$script in bench/harness.py) ;; *) $(BIN)/python $$script || exit 1;; esac; done

screenshots: .venv/.tools         ## take the pictures of docs/ anew (needs Chromium and its driver)
	@$(BIN)/python -m pip install -q --group screenshots
	@$(BIN)/python -m tests.odoo club --pictures docs/screenshots

.venv/.installed: pyproject.toml
	@test -n "$(PYTHON)" || { echo "Binôme needs Python 3.11 or newer: install it, then run make again."; exit 2; }
	@test -x $(BIN)/python || $(PYTHON) -m venv .venv || { rm -rf .venv; \
		echo "Python cannot make a virtual environment here: install its venv module (python3-venv on Debian and Ubuntu)."; exit 2; }
	@echo "Installing Binôme in .venv ..."
	@$(BIN)/python -m pip install -q --upgrade 'pip>=25.1' && $(BIN)/python -m pip install -q -e .
	@touch $@

.venv/.tools: .venv/.installed
	@echo "Installing the tools of its tests ..."
	@$(BIN)/python -m pip install -q --group dev
	@touch $@

clean:                            ## remove what make made here
	rm -rf .venv .mypy_cache .ruff_cache .pytest_cache .hypothesis .coverage
