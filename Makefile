# Two commands need nothing but Python >= 3.11 and make: `make serve` and `make test`.
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin

.PHONY: serve test train encoder lint types lock

serve: $(VENV)/serving
	exec $(BIN)/gunicorn -c python:service.server 'service.server:app()'

test: $(VENV)/developing
	$(BIN)/pytest

train: $(VENV)/serving
	$(BIN)/python -m training

# Tunes the encoder anew, for about an hour and a half on two cores, and goes on where it was if it is broken off.
encoder: $(VENV)/tuning
	$(BIN)/python -m training encoder
	$(BIN)/python -m training

lint: $(VENV)/developing
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .

types: $(VENV)/developing
	$(BIN)/mypy

lock: $(VENV)/developing
	$(BIN)/uv pip compile --quiet --universal --generate-hashes --no-header --python-version 3.11 requirements.in -o requirements.txt
	$(BIN)/uv pip compile --quiet --universal --generate-hashes --no-header --python-version 3.11 requirements-dev.in -o requirements-dev.txt

$(VENV)/created:
	$(PYTHON) -c 'import sys; sys.exit("Hearsay needs Python 3.11 or newer; name one: make PYTHON=python3.12 ..." if sys.version_info < (3, 11) else 0)'
	$(PYTHON) -m venv $(VENV)
	touch $@

$(VENV)/serving: requirements.txt $(VENV)/created
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes -r requirements.txt
	touch $@

$(VENV)/tuning: requirements-encoder.txt $(VENV)/serving
	$(BIN)/python -m pip install --quiet --disable-pip-version-check -r requirements-encoder.txt
	touch $@

$(VENV)/developing: requirements-dev.txt $(VENV)/serving
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes -r requirements-dev.txt
	touch $@
