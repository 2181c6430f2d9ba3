# Everything a person does with Sala from a checkout. `make` alone lists it.
# Recipes run in the folder of this file, whichever folder make was called from.
ROOT := $(shell cd "$$(dirname "$(strip $(MAKEFILE_LIST))")" && pwd)
BIN  := $(ROOT)/.venv/bin
SHELL := bash
.SHELLFLAGS := -euo pipefail -c
.DEFAULT_GOAL := help
MAKEFLAGS += --no-print-directory

# Nothing in this project reports to anyone.
export ANONYMIZED_TELEMETRY := false
export DO_NOT_TRACK := 1
export GX_ANALYTICS_ENABLED := false
export DBT_SEND_ANONYMOUS_USAGE_STATS := false
export SCARF_ANALYTICS := false

.PHONY: help setup demo test check bench airflow clean lock

help: ## List these commands
	@awk -F ':.*## ' '/^[a-z]+:.*## /{printf "  make %-9s %s\n", $$1, $$2}' "$(ROOT)/Makefile"

setup: ## Create .venv from the hash-locked requirements (every other command does this first)
	@cd "$(ROOT)" && bash .ci/setup

demo: setup ## Sample exports in, published warehouse out, through the real Airflow DAGs
	@cd "$(ROOT)" && "$(BIN)/sala" demo

test: setup ## The whole test suite
	@cd "$(ROOT)" && "$(BIN)/python" -m pytest -q -n 2 --dist loadfile --durations=15

check: setup ## Lint, types, structure, contracts
	@cd "$(ROOT)" && "$(BIN)/ruff" check . && "$(BIN)/ruff" format --check .
	@cd "$(ROOT)" && "$(BIN)/mypy"
	@cd "$(ROOT)" && "$(BIN)/lint-imports" --no-cache
	@cd "$(ROOT)" && PATH="$(BIN):$$PATH" "$(BIN)/sqlfluff" lint --disable-progress-bar --config transforms/.sqlfluff transforms
	@cd "$(ROOT)" && for contract in expectations/partners/*/contract.odcs.yaml; do \
		"$(BIN)/datacontract" lint "$$contract"; done
	@cd "$(ROOT)" && "$(BIN)/sala" check

bench: setup ## Measure the pipeline against bare DuckDB and against pandas (ROWS=1000000)
	@cd "$(ROOT)" && "$(BIN)/sala" bench --rows $(or $(ROWS),1000000)

airflow: setup ## Airflow with its web page, over the same home
	@cd "$(ROOT)" && "$(BIN)/python" -m dags.embedded serve

lock: ## Write requirements.txt anew from pyproject.toml (needs uv and a network)
	@cd "$(ROOT)" && uv pip compile --quiet --universal --python-version 3.11 --generate-hashes --no-header --no-annotate \
		--no-emit-index-url --extra dev --extra server --output-file requirements.txt pyproject.toml

clean: ## Remove .venv, ./var and caches; never a home elsewhere
	@cd "$(ROOT)" && rm -rf .venv var build dist *.egg-info .pytest_cache .mypy_cache .ruff_cache .import_linter_cache .hypothesis \
		transforms/target transforms/logs transforms/dbt_packages logs
	@cd "$(ROOT)" && find . -name __pycache__ -type d -prune -exec rm -rf {} +
