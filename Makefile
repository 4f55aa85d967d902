# Two commands, `make run` and `make test`: each first sets up what it needs, in .venv.

PYTHON ?= $(or $(shell command -v python3.11),python3)
BIN := .venv/bin

.DEFAULT_GOAL := help
.PHONY: help run test set-up lint format train evaluate

help:  ## Show these targets
	@sed -n 's/^\([a-z-]*\):[^#]*## /\1\t/p' $(MAKEFILE_LIST) | expand -t 12

run:  ## Set up, then serve the page on http://127.0.0.1:7860
	@$(PYTHON) .ci/setup.py run
	$(BIN)/python app.py

test: set-up  ## Set up, then style, types and every test
	@$(MAKE) --no-print-directory lint
	$(BIN)/python -m pytest

set-up:  ## Install what tests and training need
	@$(PYTHON) .ci/setup.py test

lint:  ## Check style and types
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy

format:  ## Put every file into the house's format
	$(BIN)/ruff format .
	$(BIN)/ruff check --fix .

train: set-up  ## Train the pocket model
	$(BIN)/python -m space.model train

evaluate: set-up  ## Measure the pocket model through the engine
	$(BIN)/python -m space.model evaluate
