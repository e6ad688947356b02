# Everything is set up when it is first needed, and again only when what it is made from has changed.
SHELL := /bin/bash
.SHELLFLAGS := -eu -o pipefail -c
.DEFAULT_GOAL := help
.DELETE_ON_ERROR:
MAKEFLAGS += --no-print-directory --no-builtin-rules

VENV := .venv
BIN := $(VENV)/bin
SET_UP := tools/set-up
PACKAGES := $(VENV)/.packages
BUILT := app/static/built/manifest.json
CATALOGUES := $(patsubst %.po,%.mo,$(wildcard app/translations/*/LC_MESSAGES/messages.po))
PAGES := $(wildcard app/static/*.*) $(shell find app/templates app/web -name '*.html' -o -name '*.py' 2>/dev/null)
WORKERS ?= auto
PYTEST := $(BIN)/python -m pytest -rs -n $(WORKERS) --dist loadfile

.PHONY: help run test fast slow lint bench simulate set-up machine lock

help: ## show these lines
	@sed -n 's/^\([a-z-]*\):.*## /\1|/p' Makefile | awk -F'|' '{ printf "  make %-9s %s\n", $$1, $$2 }'

run: set-up ## start the demonstration: database, web and worker, on http://localhost:8000 (PORT=... for another)
	@exec $(BIN)/voorwaarts demo

test: set-up machine ## run every check and test; installs what is missing where it may
	@lint=0; fast=0; slow=0; \
	$(MAKE) lint || lint=1; \
	$(PYTEST) -m 'not slow' || fast=$$?; \
	$(PYTEST) -m slow || slow=$$?; \
	exit $$(( lint || fast || slow ))

fast: set-up ## run the tests that need no browser, no PostgreSQL and no minutes
	@$(PYTEST) -m 'not slow'

slow: set-up machine ## run the others
	@$(PYTEST) -m slow

lint: set-up ## check style, types and the direction of imports
	@fault=0; \
	$(BIN)/ruff check --quiet . || fault=1; \
	$(BIN)/mypy --no-error-summary || fault=1; \
	$(BIN)/lint-imports --no-logo >$(VENV)/imports.log 2>&1 || { cat $(VENV)/imports.log; fault=1; }; \
	exit $$fault

bench: set-up ## measure speed and size, and print a table
	@if [ -f tests/bench/__main__.py ]; then $(BIN)/python -m tests.bench; else echo 'There is nothing to measure yet.'; fi

simulate: set-up ## play 10,000 trajectories with a given clock, and count what may not happen (N=... SEED=... for others)
	@$(BIN)/python -m tests.simulation $(or $(N),10000) --seed $(or $(SEED),1)

set-up: $(PACKAGES) $(BUILT) $(CATALOGUES) ## install and build what is missing, and nothing else

machine: ## install the programs that only the tests need (Chromium, PostgreSQL, LibreOffice, ...)
	@$(SET_UP) machine

lock: $(PACKAGES) ## write the lock files anew from pyproject.toml and tools/*.txt
	@$(SET_UP) lock

$(BIN)/python:
	@$(SET_UP) python

$(PACKAGES): requirements.lock pyproject.toml tools/uv.txt | $(BIN)/python
	@$(SET_UP) packages
	@touch $@

node_modules/.package-lock.json: package.json package-lock.json tools/node.txt | $(PACKAGES)
	@$(SET_UP) pages
	@touch $@

$(BUILT): node_modules/.package-lock.json tools/assets.py $(PAGES) | $(BIN)/python
	@$(BIN)/python tools/assets.py

%.mo: %.po | $(PACKAGES)
	@$(BIN)/pybabel --quiet compile --input-file $< --output-file $@ --locale $(notdir $(patsubst %/LC_MESSAGES/,%,$(dir $<)))
	@[ -f $@ ] || { echo '$< is marked "fuzzy" at its top, so it was not compiled: take that line out.' >&2; exit 1; }
