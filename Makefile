# Bihuan 闭环. A fresh Debian or Ubuntu with python3 (3.11 or newer), python3-venv and make is all these need.
# `make help` lists them.

PYTHON ?= python3
HOST ?= 127.0.0.1
PORT ?= 8000
JOBS ?= 2

BIN := .venv/bin
PY := $(BIN)/python
CODE := bihuan scripts tests $(wildcard bench)
FAST := not browser and not long

.DEFAULT_GOAL := help
.PHONY: help run serve demo test test-sqlite test-postgres test-browser test-long check format bench bundle messages clean core dev lock

help: ## this list
	@awk -F':.*## ' '/^[a-z-]+:.*## /{printf "make %-14s %s\n", $$1, $$2}' $(MAKEFILE_LIST)

core:
	@command -v $(PYTHON) >/dev/null || { echo "找不到 $(PYTHON)：请先安装 python3（3.11 或更新）、python3-venv。" >&2; exit 1; }
	@$(PYTHON) scripts/environment.py core
	@$(PY) scripts/messages.py compile

dev:
	@command -v $(PYTHON) >/dev/null || { echo "找不到 $(PYTHON)：请先安装 python3（3.11 或更新）、python3-venv。" >&2; exit 1; }
	@$(PYTHON) scripts/environment.py dev
	@$(PY) scripts/messages.py compile

run: core ## set up everything, fill the demonstration county once, serve on HOST:PORT
	@$(BIN)/bihuan init --demo
	@exec $(BIN)/bihuan serve --host "$(HOST)" --port "$(PORT)"

test: dev ## every test: SQLite, PostgreSQL, browser
	@$(PY) scripts/browser.py >/dev/null
	@$(PY) -m scripts.suite --jobs $(JOBS)

test-sqlite: dev ## the tests without a browser, on SQLite
	@$(PY) -m scripts.suite --jobs $(JOBS) sqlite

test-postgres: dev ## the tests without a browser, on PostgreSQL
	@$(PY) -m scripts.suite --jobs $(JOBS) postgres

test-browser: dev ## the tests that drive a browser
	@$(PY) scripts/browser.py >/dev/null
	@$(PY) -m scripts.suite --jobs $(JOBS) browser

test-long: dev ## the heavy tests: many kills, many orders, other programs
	@$(PY) -m scripts.suite --jobs $(JOBS) long

check: dev ## format, lint, types, import rules, messages, packs, documentation
	@$(PY) scripts/check.py

format: dev ## put the code into shape
	@$(BIN)/ruff format $(CODE)
	@$(BIN)/ruff check --fix $(CODE)

bench: dev ## the performance benchmark: a table here, numbers in var/bench.json
	@$(PY) -m bench

bundle: core ## the offline installation: dist/bihuan-VERSION-linux-ARCH.tar.gz; ARCH= and PYTHONS= are honoured
	@$(PY) scripts/bundle.py $(if $(ARCH),--arch $(ARCH)) $(foreach one,$(PYTHONS),--python $(one))

messages: dev ## collect the Chinese strings for translation into bihuan/locale/en
	@$(PY) scripts/messages.py extract

lock: dev ## make the lock files anew from pyproject.toml
	@$(PY) scripts/lock.py

clean: ## remove everything the targets made, the data in var/ excepted
	@rm -rf .venv .venv.lock build dist bihuan.egg-info .pytest_cache .mypy_cache .ruff_cache .import_linter_cache .hypothesis
	@find . -name __pycache__ -type d -prune -exec rm -rf {} +
