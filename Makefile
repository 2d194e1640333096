# `make run` and `make test` set up all that they need; a second run skips the set-up.
PYTHON ?= python3
PORT ?= 8000
VENV := .venv
BIN := $(VENV)/bin
INSTALL := $(BIN)/python -m pip install --quiet --quiet --no-compile --disable-pip-version-check
LOCKED := $(INSTALL) --require-hashes -r
DEMO_DB := var/demo.sqlite3
DEMO_TODAY := var/demo/loaded-$(shell date +%Y-%m-%d)
CITY = $(BIN)/python -m fixtures city --seed 1 --until "$$(date -u +%Y-%m-%dT%H:%M:%S+00:00)" --out var/demo
DEMO_ENV := BINROUNDS_DATABASE_URL=sqlite:///$(DEMO_DB)
PYTEST := $(BIN)/pytest --dist worksteal --numprocesses
CORES := $(shell getconf _NPROCESSORS_ONLN 2> /dev/null || echo 2)
NO_SEARCH := $(addprefix tests/,domain emissions explain fixtures forecast http schedule selection store travel \
  usecases verifier wire)

.PHONY: run demo-again test histories check bench schemas lock
.DELETE_ON_ERROR:

run: $(VENV)/.run $(DEMO_DB) $(DEMO_TODAY)
	@$(DEMO_ENV) $(BIN)/binrounds serve --port $(PORT) --demo

demo-again: ## forget the demonstration city and what was done with it, and make it anew
	@rm -rf var/demo $(DEMO_DB)*
	@$(MAKE) --no-print-directory $(DEMO_DB)

$(DEMO_DB): | $(VENV)/.run
	@echo "Making the demonstration city: 400 bins, 21 days of readings ..."
	@$(CITY) && rm -f $@.new*
	@BINROUNDS_DATABASE_URL=sqlite:///$@.new $(BIN)/binrounds import var/demo
	@mv $@.new $@ && touch $(DEMO_TODAY)

# On a later day the same city has lived on: only its newer readings are added.
$(DEMO_TODAY): | $(DEMO_DB)
	@echo "Adding the demonstration city's readings until now ..."
	@$(CITY) && $(DEMO_ENV) $(BIN)/binrounds import var/demo/readings.csv var/demo/emptyings.csv
	@touch $@

# The search is compiled (once, a minute or two) beside the tests that never plan with it. Those
# that do often wait for processes of their own, so there is one test more at a time than cores.
test: $(VENV)/.dev
	@$(BIN)/python -m optimiser.solvers.compiling & compiling=$$!; \
	  $(PYTEST) $(CORES) $(NO_SEARCH); without=$$?; \
	  wait $$compiling && $(PYTEST) $$(($(CORES) + 1)) $(NO_SEARCH:%=--ignore=%) && exit $$without

histories: $(VENV)/.dev ## 500 random days of a phone that was offline, on each database: one state
	@BINROUNDS_TEST_HISTORIES=500 $(BIN)/pytest tests/usecases/test_driver_histories.py

check: $(VENV)/.dev
	@$(BIN)/ruff format --check --quiet . && $(BIN)/ruff check --quiet .
	@$(BIN)/mypy
	@$(BIN)/lint-imports --no-cache > var/lint-imports.log 2>&1 || { cat var/lint-imports.log; exit 1; }

bench: $(VENV)/.bench ## what the machine can do; BENCHMARKS names the folder of instances
	@$(BIN)/python -m benchmarks forecast --bins 10000 --days 21
	@$(BIN)/python -m benchmarks service
	@$(BIN)/python -m benchmarks driver-sync
	@$(MAKE) --no-print-directory histories
	@$(BIN)/python -m benchmarks workers --postgresql postgresql+psycopg://postgres@127.0.0.1:5432/postgres
	@$(BIN)/python -m benchmarks ingest
	@$(BIN)/python -m benchmarks engines
	@$(BIN)/python -m benchmarks kim2006 $(or $(BENCHMARKS),../shared/benchmarks)/kim2006 --seconds 60 --out out/kim2006
	@$(BIN)/python -m benchmarks pyvrp $(or $(BENCHMARKS),../shared/benchmarks)/pyvrp --seconds 60 \
	  --engines portfolio,pyvrp-alone,ortools-alone,vroom-alone --out out/pyvrp.jsonl
	@$(BIN)/python -m benchmarks city --visits 300,1000,3000 --seconds 60 --out out/city.jsonl
	@$(BIN)/python -m benchmarks growth --seconds 300 --memory-mb 12000 --out out/city.jsonl
	@$(BIN)/python -m benchmarks cancel --out out/cancel.jsonl

schemas: $(VENV)/.run ## write docs/*.schema.json anew from the domain's classes
	@$(BIN)/binrounds schemas --out docs

$(BIN)/python:
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || \
	  { echo "binrounds needs Python 3.11 or newer, and $(PYTHON) is older. Try: make PYTHON=python3.11 $(MAKECMDGOALS)" >&2; exit 1; }
	@echo "Making a virtual environment in $(VENV) ..."
	@$(PYTHON) -m venv $(VENV)

$(VENV)/.run: requirements/run.lock requirements/build.lock pyproject.toml | $(BIN)/python
	@echo "Installing what the service needs (once, about a minute) ..."
	@$(LOCKED) requirements/run.lock
	@$(LOCKED) requirements/build.lock
	@$(INSTALL) --no-deps --no-build-isolation --editable .
	@mkdir -p var && touch $@

$(VENV)/.dev: requirements/dev.lock $(VENV)/.run
	@echo "Installing what tests and checks need (once) ..."
	@$(LOCKED) requirements/dev.lock
	@touch $@

$(VENV)/.bench: requirements/bench.lock $(VENV)/.dev
	@echo "Installing the peers that are measured beside us (once) ..."
	@$(LOCKED) requirements/bench.lock
	@touch $@

# Locks hold for every platform and Python >= 3.11; `uv` is used to write them, not to install.
lock: | $(BIN)/python
	@test -x var/lock/bin/uv || { $(PYTHON) -m venv var/lock && var/lock/bin/python -m pip install --quiet uv; }
	@for part in "run pyproject.toml --extra postgresql --extra oidc --extra celery" "build --group build" \
	    "dev --group dev --constraint requirements/run.lock" \
	    "bench pyproject.toml --extra bench --constraint requirements/run.lock"; do set -- $$part; name=$$1; shift; \
	  UV_CUSTOM_COMPILE_COMMAND="make lock" var/lock/bin/uv pip compile --quiet --universal \
	    --generate-hashes --no-emit-index-url --python-version 3.11 "$$@" \
	    --output-file requirements/$$name.lock; done
