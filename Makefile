# Everything that an operator or an engineer types. `make` alone explains itself.
.DEFAULT_GOAL := help
PYTHON ?= python3
VENV   := .venv
BIN    := $(VENV)/bin
WORKERS ?= 2

.PHONY: help demo test check bench lock clean

help:  ## This list
	@awk -F':.*## ' '/^[a-z-]+:.*## /{printf "  make %-8s %s\n", $$1, $$2}' $(MAKEFILE_LIST)

# The environment is made once and again only when the lock or the project file changes.
$(VENV)/.installed: requirements.lock pyproject.toml
	@echo "Setting up $(VENV) (once) ..."
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || { echo "Expat needs Python 3.11 or newer: make PYTHON=python3.11"; exit 1; }
	@test -x $(BIN)/python || $(PYTHON) -m venv $(VENV)
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check -r requirements.lock
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check --no-deps --no-build-isolation --editable .
	@touch $@

demo: $(VENV)/.installed  ## The main job on made-up members, then the web pages on it (SERVE=0: ends before these; PORT=8000)
	@$(BIN)/expat demo $(if $(filter 0,$(SERVE)),,--serve --port $(or $(PORT),8000))

test: $(VENV)/.installed  ## All tests on SQLite, and on PostgreSQL where EXPAT_TEST_POSTGRESQL_URL names a server
	@$(BIN)/python -m pytest -q -n $(WORKERS) --dist worksteal $(ARGS)

check: $(VENV)/.installed  ## Style, types and the plans
	@$(BIN)/ruff check . && $(BIN)/ruff format --check . && $(BIN)/mypy expat && $(BIN)/expat plan check config/plans/expat-uno

bench: $(VENV)/.installed  ## Speed as ratios, written to bench.json; one figure: make bench ONLY=engine
	@$(BIN)/python -m tests.bench $(if $(ONLY),--only $(ONLY))

lock:  ## Resolve the dependencies again into requirements.lock (needs uv)
	uv pip compile --quiet --universal --python-version 3.11 --extra dev --no-annotate --no-header --no-emit-index-url pyproject.toml -o requirements.lock

clean:  ## Remove the environment and what the demo made
	rm -rf $(VENV) build dist var bench.json
