# Two commands for a fresh machine: `make demo` runs the campaign, `make test` checks it.
SHELL := /bin/bash
PY := .venv/bin/python
UV := $(shell command -v uv 2>/dev/null || echo .uv/bin/uv)
export UV_COMPILE_BYTECODE ?= 1
export UV_LINK_MODE ?= copy

.PHONY: demo test prove bench lint types floors messages clean

demo: .venv/.ready
	@exec $(PY) -m reflect2protect demo

test: .venv/.tested
	@$(PY) tests/install.py
	@set -a && source build/test.env && set +a && \
	  { $(PY) -m tests.browser.server & } && \
	  $(MAKE) --no-print-directory lint types floors && wait && \
	  $(PY) tests/postgres.py run $(PY) -m pytest -q -n 2 -m data && \
	  $(PY) -m pytest -q -n 2 --dist loadgroup

prove: .venv/.tested
	@$(PY) tests/install.py
	@set -a && source build/test.env && set +a && $(PY) -m prove

bench: .venv/.tested
	@set -a && source build/test.env && set +a && $(PY) -m benchmarks

lint:
	@$(PY) -m ruff check . && $(PY) -m ruff format --check .

types:
	@$(PY) -m mypy reflect2protect tests prove benchmarks

floors:
	@.venv/bin/lint-imports --no-logo

# Gathers new interface strings into the .po files; they then wait for their translations.
messages: .venv/.tested
	@$(PY) manage.py makemessages -l ar -l zh_Hans -l en -l fr -l ru -l es --no-location --no-wrap \
	  -i '.venv/*' -i 'var/*' -i 'node_modules/*' -i 'build/*'

$(UV):
	@python3 -m venv .uv 2>/dev/null || { [ "$$(id -u)" = 0 ] && apt-get update -qq && \
	  apt-get install -y -qq python3-venv && python3 -m venv .uv; } || { \
	  echo "Python's venv module is missing. On Debian or Ubuntu: sudo apt install python3-venv"; exit 1; }
	@.uv/bin/pip install -q uv

.venv/.ready: pyproject.toml uv.lock | $(UV)
	@echo "Installing (the first time takes a minute) …"
	@$(UV) sync -q --frozen --no-dev --inexact && touch $@

.venv/.tested: pyproject.toml uv.lock | $(UV)
	@$(UV) sync -q --frozen --inexact && touch $@ .venv/.ready

clean:
	rm -rf .venv .uv build node_modules
