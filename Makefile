# Needs make and Python 3.11 or newer; uv is used when it is there.  PYTHON=/path/to/python chooses.

NEW_ENOUGH := import sys; sys.exit(sys.version_info < (3, 11))
PYTHON ?= $(shell for p in python3 python3.14 python3.13 python3.12 python3.11 python; do \
	"$$p" -c '$(NEW_ENOUGH)' >/dev/null 2>&1 && echo "$$p" && break; done)
UV := $(shell command -v uv 2>/dev/null)
BIN := .venv/bin

.PHONY: help demo gallery test lint prove bench bench-stats docs wheel lock clean

help:
	@echo "make demo    set up, hedge 1,000 AAPL on the shipped prices, say where the PDF is"
	@echo "make gallery build the reports of reports/ again"
	@echo "make test    set up, run the tests"
	@echo "make lint    style, types and the direction of imports"
	@echo "make prove   try everything that can be proven by trying, an hour (docs/fidelity.md)"
	@echo "make docs    build the pages of docs/ and the reference into site/"
	@echo "make bench   time what must be fast, and other engines beside it (installs them, .bench)"
	@echo "make bench-stats   how often the tests of a correlation reject (docs/statistics.md)"
	@echo "make wheel   build the wheel and the sdist, run the demo from the wheel in an empty environment"
	@echo "make lock    resolve the dependencies again (needs uv)"

demo: .venv/ready
	$(BIN)/microhedge demo

gallery: .venv/ready
	$(BIN)/python reports/build.py

# one file of tests at a time on every core; what one process shares within a file is made once
test: .venv/ready-dev
	$(BIN)/python -m pytest --numprocesses auto --maxprocesses 8 --dist loadfile

lint: .venv/ready-dev
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy --strict backtest/microhedge strategies tests
	$(BIN)/mypy --strict conftest.py
	$(BIN)/lint-imports

prove: .venv/ready-dev
	$(BIN)/python tests/prove/everything.py --page docs/fidelity.md

# the page of every command's help and the reference of Python are made from the code
docs: .venv/ready
	$(call extra,.venv,docs)
	$(BIN)/python tests/commands_page.py docs/commands.md
	$(BIN)/zensical build --clean

bench: .venv/ready-dev
	$(BIN)/python -m pytest tests/bench -o addopts="--import-mode=importlib" --benchmark-only
	$(BIN)/python tests/bench/processes.py
	$(BIN)/python tests/bench/reports.py
	$(BIN)/python tests/bench/scale.py
	$(BIN)/python tests/bench/chains.py
	$(BIN)/python tests/bench/peers.py .bench

bench-stats: .venv/ready-dev
	$(BIN)/python tests/bench/size_and_power.py docs/statistics.md
	$(BIN)/python tests/bench/noise_peers.py
	$(BIN)/python tests/bench/noise_sweeps.py

# the versions and hashes, without the address of any index
LOCK := uv pip compile pyproject.toml --universal --python-version 3.11 --generate-hashes \
	--no-emit-index-url --no-header --quiet --upgrade

lock:
	$(LOCK) --output-file requirements.lock
	$(LOCK) --extra dev --constraint requirements.lock --output-file requirements-dev.lock

# what the wheel brings must be enough, in an environment and a folder that are otherwise empty
wheel: .venv/ready-dev
	rm -rf dist
	$(BIN)/python -m build --sdist --wheel --no-isolation --outdir dist .
	$(call venv,dist/venv)
	$(call install,dist/venv,requirements.lock,dist/*.whl)
	mkdir dist/empty && cd dist/empty && ../venv/bin/microhedge demo && test -s reports/aapl.pdf

clean:
	rm -rf .venv .bench build dist site docs/commands.md

# $(call venv,DIR): a new environment
# $(call install,DIR,LOCK,WHAT): everything at its locked version and hash, then WHAT itself
# $(call extra,DIR,NAME): microhedge with one of its extras, which no lock pins
ifneq ($(UV),)
venv = uv venv --quiet --python $(if $(PYTHON),"$(PYTHON)",">=3.11") $(1)
define install
	uv pip install --python $(1) --require-hashes -r $(2)
	uv pip install --python $(1) --no-deps $(3)
endef
extra = uv pip install --python $(1) -e ".[$(2)]"
else
PIP := -m pip install --quiet --disable-pip-version-check
venv = "$(PYTHON)" -m venv $(1)
define install
	@echo "installing what $(2) lists into $(1): a minute or two"
	@$(1)/bin/python $(PIP) --require-hashes -r $(2)
	@$(1)/bin/python $(PIP) --no-deps $(3)
endef
extra = $(1)/bin/python $(PIP) -e ".[$(2)]"
endif

.venv/ready: requirements.lock pyproject.toml | $(BIN)/python
	$(call install,.venv,requirements.lock,-e .)
	@touch $@

# the development packages include the others, so that a demo after a test installs nothing
.venv/ready-dev: requirements-dev.lock requirements.lock pyproject.toml | $(BIN)/python
	$(call install,.venv,requirements-dev.lock,-e .)
	@touch .venv/ready $@

$(BIN)/python:
ifeq ($(UV),)
	@"$(PYTHON)" -c '$(NEW_ENOUGH)' || { \
		echo "microhedge needs Python 3.11 or newer: make demo PYTHON=/path/to/python3"; exit 2; }
endif
	$(call venv,.venv)
