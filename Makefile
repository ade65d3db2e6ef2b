# Every target does its own set-up: Python packages into .venv (pinned, with hashes), Node from PyPI, the pinned CDK CLI.
# Needed on the machine: make, and Python 3.11 or newer.

.DEFAULT_GOAL := help
.PHONY: help demo local test unit localcloud-tests coverage nightly moto-suites check lint types imports templates strings reference fidelity tour verify-aws schemas dist bench memory fuzz model faults chaos mutants costs prices second-cloud lock released clean

# Bytecode is kept whatever the machine says: compiling the CDK's modules anew takes a process many seconds.
unexport PYTHONDONTWRITEBYTECODE

# The first Python that is new enough. `make PYTHON=/path/to/python3` chooses another.
PYTHON ?= $(shell for python in python3 python3.14 python3.13 python3.12 python3.11; do \
	$$python -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null && { echo $$python; break; }; done)

VENV := .venv
BIN := $(VENV)/bin
# uv installs ten times as fast as pip; pip steps in where only pip knows the package index.
UV_INSTALL = $(BIN)/uv pip install --quiet --python $(BIN)/python
PIP_INSTALL = $(BIN)/python -m pip install --quiet --disable-pip-version-check
READY := $(VENV)/.ready
BENCH := .tools/bench/venv
RELEASE := .tools/release/venv
SECOND := .tools/second_cloud/venv

help: ## Show this list
	@grep -E '^[a-z-]+:.*##' $(MAKEFILE_LIST) | sed -E 's/:[^#]*## /\t/' | expand -t 18

# How the pool of the demo reads its files. SETTINGS is JSON, or the path of a YAML file.
POOL_CHOICES = $(if $(PRESET),--preset $(PRESET)) $(if $(MAPPING),--mapping "$(MAPPING)") $(if $(SETTINGS),--settings '$(SETTINGS)')

demo: $(READY) ## Deploy into the local AWS emulator and drop a file: FILE=my.csv, PRESET=auth0, MAPPING=, SETTINGS=; KEEP=1 keeps it running
	@$(BIN)/python -m tools demo $(if $(FILE),--file "$(FILE)") $(if $(KEEP),--keep) $(POOL_CHOICES)

local: $(READY) ## Run the local AWS emulator with the stack deployed, until Ctrl-C; PORT=4566, PRESET=, MAPPING=, SETTINGS=
	@$(BIN)/python -m tools local $(if $(PORT),--port $(PORT)) $(POOL_CHOICES)

test: $(READY) ## Run all tests, in PROCESSES=4; SHUFFLE=1 runs them in a random order
	$(BIN)/python -m pytest --numprocesses $(or $(PROCESSES),4) $(if $(SHUFFLE),--shuffle $(SHUFFLE))

unit: $(READY) ## Run the unit tests, in about a minute
	$(BIN)/python -m pytest tests/unit --numprocesses 2

coverage: $(READY) ## Show which lines of the product the unit tests run
	$(BIN)/coverage run -m pytest tests/unit
	$(BIN)/coverage report

localcloud-tests: $(READY) ## Run the tests of the local emulator alone
	$(BIN)/python -m pytest tests/localcloud --numprocesses 2

nightly: $(READY) ## Run the longer versions of tests; SEED=1 chooses the examples
	$(BIN)/python -m pytest -m "nightly or documented" --numprocesses $(or $(PROCESSES),4) --hypothesis-seed=$(or $(SEED),1)

moto-suites: $(READY) ## Run moto's own tests with and without localcloud's extension: MOTO=folder of moto's source
	$(BIN)/python -m tests.localcloud.moto_suites "$(MOTO)" $(SERVICES)

check: lint types imports ## Run the static checks: lint, types, imports

lint: $(READY)
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .

types: $(READY)
	$(BIN)/mypy

imports: $(READY)
	$(BIN)/lint-imports

templates: $(READY) ## cdk-nag, cfn-lint and checkov on the synthesized template
	$(BIN)/python -m pytest tests/infra

strings: $(READY) ## Generate the snapshots of user-visible strings and of checked files: tests/unit/strings/kept, tests/unit/answers/kept
	$(BIN)/python -m tests.unit.strings

reference: $(READY) ## Generate docs/construct-api.md from the docstrings
	$(BIN)/python -m tools.construct_api

fidelity: $(READY) ## Generate docs/fidelity.md from the table in localcloud/fidelity/
	$(BIN)/python -m tools.fidelity

tour: $(READY) ## Play docs/tour.md against the local emulator and write the page with what the commands write; some minutes
	@$(BIN)/python -m tools.tour

schemas: $(READY) ## Generate docs/schemas/ from the types of the documents
	$(BIN)/python -m tools.schemas

bench: $(BENCH) ## Measure speed and memory of the check of a file, the start of the command, and an export; ROWS="500000" measures less, BASE=commit compares
	$(BENCH)/bin/python -m tools.bench $(if $(ROWS),--rows $(ROWS)) $(if $(BASE),--base $(BASE))
	$(BENCH)/bin/python -m tools.bench.hostile
	$(BIN)/python -m tools.bench.start
	$(BIN)/python -m tools.bench.export

memory: $(READY) ## Measure the memory of the local emulator, run after run: RUNS=10000, or fewer and the rest is reckoned
	@$(BIN)/python -m tools.bench.memory $(if $(RUNS),--runs $(RUNS))

fuzz: $(READY) ## Check random broken files; N=1000000 and SEED=1 are the defaults
	$(BIN)/python -m tests.fuzz $(if $(N),--inputs $(N)) $(if $(SEED),--seed $(SEED))

faults: $(READY) ## Inject each failure into each call of a run: PAIRS of failures, SAMPLE cells, ONLY those with a text; COURSE=stopped; SEED=1
	@$(BIN)/python -m tests.faults $(if $(COURSE),--course $(COURSE)) $(if $(PAIRS),--pairs $(PAIRS)) $(if $(SAMPLE),--sample $(SAMPLE)) $(if $(ONLY),--only "$(ONLY)") $(if $(SEED),--seed $(SEED))

chaos: $(READY) ## Do to the deployed stack all that may happen to it, at random: MINUTES=30, SEED=1, ROUND=7 begins there
	@$(BIN)/python -m tests.chaos $(if $(MINUTES),--minutes $(MINUTES)) $(if $(SEED),--seed $(SEED)) $(if $(ROUND),--round $(ROUND)) $(if $(FILES),--files $(FILES))

mutants: $(READY) ## Change the code at SAMPLE random places, and count the changes that no test notices; SEED=1
	@$(BIN)/python -m tests.mutants $(if $(SAMPLE),--sample $(SAMPLE)) $(if $(SEED),--seed $(SEED)) $(if $(ONLY),--only "$(ONLY)")

costs: $(READY) ## Compare the costs of runs of a minute to ten hours with their budgets
	@$(BIN)/python -m tests.costs

prices: $(READY) ## Write docs/costs.md from the templates, the counted calls, and the table of prices
	@$(BIN)/python -m tests.costs.prices

second-cloud: $(READY) $(SECOND) ## Run the stack on a second, independent emulator (ministack), and compare
	@$(BIN)/python -m tools.second_cloud

model: $(READY) ## Explore every state of the protocol's model; QUICK=1 explores less, HISTORIES=1000 is the default
	$(BIN)/python -m tests.model $(if $(QUICK),--quick) --histories $(or $(HISTORIES),$(if $(QUICK),100,1000))

verify-aws: $(READY) ## Verify the emulator in a real account, less than 1 USD: PROFILE=, REGION=; LATER=1, CLEAN=1 (docs/verify.md)
	@$(BIN)/python -m tools.verify $(if $(PROFILE),--profile "$(PROFILE)") $(if $(REGION),--region "$(REGION)") $(if $(LATER),--later) $(if $(CLEAN),--clean)

dist: $(RELEASE) ## Build what a release attaches: wheel, source distribution, and the functions' SBOM
	rm -rf dist
	$(BIN)/uv build --quiet --no-build-isolation --python $(BIN)/python
	$(RELEASE)/bin/twine check --strict dist/*
	$(RELEASE)/bin/cyclonedx-py requirements --pyproject pyproject.toml --output-reproducible -o dist/functions.cdx.json lambdas/requirements.txt

$(BENCH) $(RELEASE) $(SECOND): .tools/%/venv: tools/%/requirements.txt | $(READY)
	@$(BIN)/uv venv --quiet --clear --python $(BIN)/python $@
	@$(BIN)/uv pip install --quiet --require-hashes --python $@/bin/python -r $<
	@touch $@

lock: $(READY) ## Resolve the pinned dependencies again
	$(BIN)/uv pip compile pyproject.toml --extra cli --extra cdk --group dev --universal --python-version 3.11 --generate-hashes --no-header -o requirements.txt
	$(BIN)/uv pip compile lambdas/requirements.in --universal --python-version 3.11 --generate-hashes --no-header -o lambdas/requirements.txt
	$(BIN)/uv pip compile tests/infra/checkov/requirements.in --universal --python-version 3.11 --generate-hashes --no-header -o tests/infra/checkov/requirements.txt
	$(BIN)/uv pip compile tools/bench/requirements.in --universal --python-version 3.11 --generate-hashes --no-header -o tools/bench/requirements.txt
	$(BIN)/uv pip compile tools/release/requirements.in --universal --python-version 3.11 --generate-hashes --no-header -o tools/release/requirements.txt
	$(BIN)/uv pip compile tools/second_cloud/requirements.in --universal --python-version 3.11 --generate-hashes --no-header -o tools/second_cloud/requirements.txt

released: $(READY) ## Keep this version's template and functions, from which upgrades are tested
	@$(BIN)/python -m tests.releases

clean: ## Remove everything that the targets have made
	rm -rf $(VENV) node_modules cdk.out mutants dist .coverage .tools .localcloud .mypy_cache .ruff_cache .pytest_cache .hypothesis .import_linter_cache

$(READY): requirements.txt package-lock.json pyproject.toml
	@test -n "$(PYTHON)" || { echo "Python 3.11 or newer is needed: https://www.python.org/downloads/"; exit 1; }
	@echo "Setting up $(VENV) with $$($(PYTHON) --version) (less than a minute, once)" >&2
	@$(PYTHON) -m venv $(VENV)
	@awk '/^uv==/ { found = 1 } found { print } found && !/\\$$/ { exit }' requirements.txt >$(VENV)/uv.txt
	@$(PIP_INSTALL) --require-hashes -r $(VENV)/uv.txt
	@$(UV_INSTALL) --require-hashes -r requirements.txt || $(PIP_INSTALL) --require-hashes -r requirements.txt
	@PATH="$(CURDIR)/$(BIN):$$PATH" $(BIN)/npm ci --loglevel=error --no-audit --no-fund >/dev/null
	@$(UV_INSTALL) --no-deps --no-build-isolation --editable . || $(PIP_INSTALL) --no-deps --no-build-isolation --editable .
	@touch $@
