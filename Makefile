# One word per chore. demo and test set the machine up first; nothing is installed by hand.
PYTHON := .venv/bin/python
QUICK := tests/architecture tests/flows tests/unit/kiosk tests/unit/offline_cache

.PHONY: help set-up demo test check fresh bench lock lint
help:
	@echo "make demo    the city and the kiosk (without a display: a scripted visit, build/demo/)"
	@echo "make demo VNC=1   the same for a person, over VNC on loopback"
	@echo "make test    every check and test"
	@echo "make check   the quick part of it"
	@echo "make fresh   both in a new Debian root (root only)"
	@echo "make bench   how smooth the screen stays, how soon the menu follows a fault"
	@echo "make lock    requirements.lock from pyproject.toml"

set-up:
	@installer/set-up.sh

demo: set-up
	$(PYTHON) -m sandbox demo $(if $(VNC),--vnc)

lint:
	.venv/bin/ruff check .
	.venv/bin/ruff format --check .
	.venv/bin/lint-imports
	.venv/bin/basedpyright

test: set-up lint
	$(PYTHON) -m pytest

check: set-up lint
	$(PYTHON) -m pytest $(QUICK)

fresh:
	@installer/fresh.sh

bench: set-up
	$(PYTHON) -m benchmarks.gaps
	$(PYTHON) -m benchmarks.greying

lock:
	@python3 -m venv build/lock && build/lock/bin/pip install --quiet uv
	build/lock/bin/uv pip compile --quiet --python /usr/bin/python3 --system-certs \
		--generate-hashes --no-emit-index-url --no-annotate --no-header --all-extras \
		pyproject.toml -o requirements.lock
