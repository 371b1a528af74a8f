# The two commands of a newcomer, `make run` and `make test`, and what they stand on.
# Needs python3 (3.11 or newer, with venv) and make; everything else comes from the lock file.

PYTHON ?= python3
PYTEST_ARGS ?= -n 2 --dist loadfile

VENV := .venv
BIN := $(VENV)/bin
STAMP := $(VENV)/.set-up
UV_PIP := $(BIN)/uv pip --quiet
UV_TARGET := --python $(BIN)/python
CHECKED := domain workflows activities starter records organisation worker.py tests benchmarks

# Empty, not unset: the pinned tzdata then wins over the system's zone data.
export PYTHONTZPATH :=

.DELETE_ON_ERROR:
.PHONY: run test setup bench lock format clean

run: setup
	@$(BIN)/escalations up

test: setup
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy --strict $(CHECKED)
	$(BIN)/lint-imports --no-cache
	$(BIN)/escalations policy check policies
	@# Every worker's sandbox imports the logic anew; bytecode spares it the compiling.
	@$(BIN)/python -m compileall -q domain workflows
	$(BIN)/pytest $(PYTEST_ARGS)

setup: $(STAMP)

$(STAMP): requirements.lock pyproject.toml
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11) and "python3 is too old: 3.11 or newer is needed")'
	@test -x $(BIN)/python || $(PYTHON) -m venv $(VENV) || { rm -rf $(VENV); echo "python3 lacks venv: install python3-venv" >&2; exit 1; }
	@# uv installs ten times faster than pip; its own pins and hashes come from the same lock.
	@awk '/^[a-z]/ { wanted = /^uv==/ } wanted' requirements.lock > $(VENV)/uv.txt
	@echo "Installing what requirements.lock pins into $(VENV) ..."
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check --no-deps --only-binary :all: --require-hashes -r $(VENV)/uv.txt
	@$(UV_PIP) sync $(UV_TARGET) --require-hashes requirements.lock
	@$(UV_PIP) install $(UV_TARGET) --no-deps --no-build-isolation --editable .
	@touch $@

bench: setup
	$(BIN)/python -m benchmarks

# Moves every pin to the newest version that pyproject.toml allows.
lock: setup
	$(BIN)/uv export --quiet --format requirements-txt --all-groups --no-emit-project --no-header --output-file requirements.lock
	@rm -f uv.lock

format: setup
	$(BIN)/ruff check --fix .
	$(BIN)/ruff format .

# Leaves data/ alone: it holds the escalations of `make run`.
clean:
	rm -rf $(VENV) build dist .mypy_cache .pytest_cache .ruff_cache .import_linter_cache .hypothesis
	find . -name __pycache__ -type d -prune -exec rm -rf {} +
