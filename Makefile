# Everything from a bare clone: each target installs what it needs, into .venv, node_modules and build of this checkout.
# Distribution packages (Node, Chromium, Go, a JDK, Maven) come from the system's package manager, where we may call it.

PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
INTEROP := tests/interop
PATTERNS := tests/patterns
DRIVER := conformance/mock_okta_conformance/drivers/okta-auth-js

# What is compiled once need not be compiled by every process that a test starts.
unexport PYTHONDONTWRITEBYTECODE

.PHONY: setup demo test quick lint bench clean

setup: $(VENV)/ready system $(INTEROP)/node_modules/ready $(PATTERNS)/node_modules/ready $(DRIVER)/node_modules/ready
	$(BIN)/python -m tests.interop.toolchain

$(VENV)/ready: .ci/requirements.txt pyproject.toml
	$(PYTHON) .ci/check_python.py
	$(PYTHON) -m venv $(VENV)
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --requirement .ci/requirements.txt
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --no-deps --no-build-isolation --editable .
	$(BIN)/python -m compileall -q mock_okta conformance/mock_okta_conformance
	touch $@

.PHONY: system
system:
	sh .ci/system-packages

%/node_modules/ready: %/package-lock.json | system
	if command -v npm >/dev/null; then cd $* && npm ci --no-audit --no-fund --loglevel=error && touch node_modules/ready; fi

demo: $(VENV)/ready
	$(BIN)/mock-okta demo

# In CI (`CI=true`) the slow tests run too.
CHOSEN := $(if $(CI),,-m "not slow")

test: setup
	$(BIN)/python -m pytest --numprocesses auto --dist worksteal $(CHOSEN)

quick: $(VENV)/ready
	$(BIN)/python -m pytest -m "not slow and not interop and not browser"

lint: $(VENV)/ready
	$(BIN)/ruff format --check .
	$(BIN)/ruff check .
	$(BIN)/mypy

bench: setup
	$(BIN)/python benchmarks/start_up.py
	if command -v wrk >/dev/null; then $(BIN)/python benchmarks/sign_ins.py; else echo "sign-ins a second are not measured: there is no wrk"; fi

clean:
	rm -rf $(VENV) $(INTEROP)/node_modules $(PATTERNS)/node_modules $(DRIVER)/node_modules artifacts
	rm -rf conformance/mock_okta_conformance/drivers/*/build $(INTEROP)/verifiers/*/build
