# Two commands do everything: `make demo` and `make test`.
# PYTHON=… picks the interpreter (3.11 to 3.13), DATA=… the MovieLens folder of the demo.

PYTHON ?= $(shell for python in python3 python3.12 python3.11 python3.13; do \
	$$python -c 'import sys; sys.exit(not (3, 11) <= sys.version_info[:2] <= (3, 13))' 2>/dev/null && echo $$python && break; done)
RUN := .venv/bin

.PHONY: demo test lint test-slow environment environment-dev require-python help

help:
	@echo "make demo       install, load MovieLens, train, serve, and show one answer"
	@echo "make test       ruff, mypy and all tests on a real Neo4j and Redis"
	@echo "make lint       ruff and mypy alone"
	@echo "make test-slow  the tests that take minutes"

demo: environment
	@$(RUN)/edgewise demo $(if $(DATA),--data "$(DATA)")

test: lint
	$(RUN)/pytest -m "not slow"

test-slow: environment-dev
	$(RUN)/pytest -m slow

lint: environment-dev
	$(RUN)/ruff check .
	$(RUN)/ruff format --check .
	$(RUN)/mypy

environment: require-python
	@$(PYTHON) edgewise/environment.py

environment-dev: require-python
	@$(PYTHON) edgewise/environment.py --dev

require-python:
	@test -n "$(PYTHON)" || { echo "No Python 3.11 to 3.13 was found; install one, or name it: make PYTHON=/path/to/python3.12 …"; exit 1; }
