# Everything runs in .venv, made on first use with the exact versions of requirements.lock.
# Variables: PYTHON (which interpreter makes the venv), ARGS (passed on to the program).

PYTHON ?= $(shell command -v python3.11 || command -v python3)
BIN := .venv/bin
ARGS ?=
WORKERS ?= 2

.PHONY: help demo test check format bench lock clean

help:
	@echo "make demo    a portal with sample data on http://127.0.0.1:8000/"
	@echo "make test    the whole test suite"
	@echo "make check   ruff, mypy, import rules"
	@echo "make format  let ruff rewrite what it can"
	@echo "make bench   the speed figures"
	@echo "make lock    write requirements.lock from .venv"

$(BIN)/python:
	$(PYTHON) -m venv .venv

.venv/.runtime: setup.cfg requirements.lock | $(BIN)/python
	$(BIN)/python -m pip install --quiet --disable-pip-version-check -c requirements.lock -e .
	@touch $@

.venv/.dev: setup.cfg requirements.lock | $(BIN)/python
	$(BIN)/python -m pip install --quiet --disable-pip-version-check -c requirements.lock -e '.[dev]'
	@touch $@ .venv/.runtime

demo: .venv/.runtime
	$(BIN)/portal demo $(ARGS)

test: .venv/.dev
	$(BIN)/python -m pytest -n $(WORKERS) --dist worksteal $(ARGS)

check: .venv/.dev
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/python -m pytest -q tests/unit/test_imports.py tests/unit/test_repository.py

format: .venv/.dev
	$(BIN)/ruff check --fix .
	$(BIN)/ruff format .

bench: .venv/.runtime
	$(BIN)/portal bench act --json
	$(BIN)/portal bench inbox --cases 1000,100000 --json
	$(BIN)/portal bench cases --rows 1000,100000 --json
	$(BIN)/portal bench register --rows 1000,100000 --json
	$(BIN)/portal bench complaints --rows 1000,100000 --json
	$(BIN)/portal bench start --json

lock: .venv/.dev
	$(BIN)/python -m pip freeze --exclude-editable > requirements.lock

clean:
	rm -rf .venv .pytest_cache .mypy_cache .ruff_cache *.egg-info
