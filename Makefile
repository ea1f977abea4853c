# Everything a fresh machine with Python and make needs; all of it goes into .venv
PYTHON ?= python3
BIN := .venv/bin
STAMP := .venv/.installed

.PHONY: help demo test test-node check format bench clean

help:  ## list the targets
	@grep -E '^[a-z-]+:.*##' $(MAKEFILE_LIST) | sed -E 's/:.*## /\t/' | expand -t 10

$(STAMP): pyproject.toml constraints.txt
	@command -v $(PYTHON) >/dev/null || { echo "$(PYTHON) is missing: install Python 3.11 or newer"; exit 1; }
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || { echo "Python 3.11 or newer is needed"; exit 1; }
	$(PYTHON) -m venv .venv
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --upgrade --constraint constraints.txt pip
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --constraint constraints.txt --editable '.[all]' --group dev
	@touch $(STAMP)

demo: $(STAMP)  ## run the whole product for a simulated month, no account needed
	$(BIN)/acuerdo demo

test: check  ## run every check and every test, on every core
	$(BIN)/python -m pytest -n logical --dist worksteal

test-node: $(STAMP)  ## install jsforce and hold the sandbox to it
	@command -v npm >/dev/null || { echo "npm is missing: install Node 20"; exit 1; }
	cd tests/node && npm install --no-package-lock --ignore-scripts --no-audit --no-fund
	$(BIN)/python -m pytest tests/system/test_jsforce.py

check: $(STAMP)  ## style, types and import contracts
	$(BIN)/ruff check
	$(BIN)/ruff format --check
	$(BIN)/mypy
	$(BIN)/lint-imports

format: $(STAMP)  ## put the code into its shape
	$(BIN)/ruff format
	$(BIN)/ruff check --fix

bench: $(STAMP)  ## measure the speeds that are promised
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --constraint constraints.txt --group bench
	@status=0; for name in business_time conditions judge leads calls; do \
		echo "bench.$$name"; $(BIN)/python -m bench.$$name || status=1; \
	done; exit $$status

clean:  ## forget what was installed and cached
	rm -rf .venv .mypy_cache .ruff_cache .pytest_cache .import_linter_cache .hypothesis build dist
