# Two commands are all a newcomer needs: `make demo` shows the program at work on the bundled example,
# `make test` runs the tests. Both build .venv first, on any machine with make, Python 3.11+ and pip.
# Which Python is used can be said: make demo PYTHON=python3.13

.DEFAULT_GOAL := help
.PHONY: help demo test check docs reader reader-check faults faults-slow fuzz bench lock clean

BIN := .venv/bin
DEMO_DIR := build/demo
DEMO = $(BIN)/ci-cli init --demo --db $(DEMO_DIR)/northwind.db
UV = uv

help:
	@echo "make demo    set up everything and run the program on the bundled example"
	@echo "make test    set up everything and run the tests (ARGS='-k rfm' to choose)"
	@echo "make check   style, types, layers, documents, catalogue of sentences"
	@echo "make docs    write docs/commands/, the transcript and the catalogue anew"
	@echo "make reader  let the reader of columns learn the sheets of the tests anew (a minute)"
	@echo "make reader-check  see that learning anew gives the weights that ship (minutes)"
	@echo "make faults  provoke every fault of the table and write docs/reliability.md"
	@echo "make faults-slow  kill each command 200 times, fail at every step (a quarter of an hour)"
	@echo "make bench   time whole commands against pandas, SQLite, DuckDB (half an hour)"
	@echo "make fuzz    spoil real files and import them, 100,000 times (an hour; ARGS='--inputs 5000')"
	@echo "make lock    pin the newest allowed versions in requirements*.txt (needs uv)"
	@echo "make clean   remove .venv and what tests left behind"

export PYTHON

demo:
	@sh tools/venv.sh requirements.txt
	@rm -rf "$(DEMO_DIR)" && mkdir -p "$(DEMO_DIR)"
	@$(DEMO)

# Whole files to each worker, so that a store which many tests of a file look at is made once.
test:
	@sh tools/venv.sh requirements-dev.txt
	$(BIN)/python -m pytest -n auto --dist loadfile $(ARGS)

# Every check runs, also after one has failed.
CHECKS = "ruff check ." "ruff format --check ." "mypy" \
	"python -m pytest -q tests/test_layers.py tests/test_docs.py" \
	"python tools/command_docs.py check" "python tools/transcript.py check" \
	"python tools/catalogue.py check" "python tools/train_reader.py check"
check:
	@sh tools/venv.sh requirements-dev.txt
	@failed=; for check in $(CHECKS); do \
		echo "--- $$check"; $(BIN)/$$check || failed="$$failed [$$check]"; \
	done; \
	test -z "$$failed" || { echo "failed:$$failed"; exit 1; }

docs:
	@sh tools/venv.sh requirements-dev.txt
	$(BIN)/python tools/command_docs.py update
	$(BIN)/python tools/transcript.py update
	$(BIN)/python tools/catalogue.py update

reader:
	@sh tools/venv.sh requirements-dev.txt
	$(BIN)/python tools/train_reader.py update

reader-check:
	@sh tools/venv.sh requirements-dev.txt
	$(BIN)/python -m pytest -m loops tests/importing/mapping/test_reader.py $(ARGS)

faults:
	@sh tools/venv.sh requirements-dev.txt
	$(BIN)/python tools/fault_table.py

faults-slow:
	@sh tools/venv.sh requirements-dev.txt
	$(BIN)/python -m pytest -m loops tests/faults $(ARGS)

fuzz:
	@sh tools/venv.sh requirements-dev.txt
	$(BIN)/python tests/fuzz/mutation_loop.py $(ARGS)

bench:
	@sh tools/venv.sh requirements-dev.txt
	$(BIN)/python benchmarks/speed.py
	$(BIN)/python benchmarks/imports.py
	$(BIN)/python benchmarks/facts.py
	$(BIN)/python benchmarks/reports.py
	$(BIN)/python benchmarks/pivot.py
	$(BIN)/python benchmarks/tags.py
	$(BIN)/python benchmarks/views.py

# One file for every system and every Python from 3.11 on, hence uv's universal resolver; the files
# themselves are plain pip requirements. tests/test_house.py keeps index addresses out of them.
LOCK = $(UV) pip compile pyproject.toml --quiet --upgrade --universal --python-version 3.11 \
	--fork-strategy fewest --generate-hashes --custom-compile-command "make lock"
lock:
	$(LOCK) --group build --output-file requirements.txt
	$(LOCK) --group build --group dev --constraint requirements.txt \
		--output-file requirements-dev.txt

clean:
	rm -rf .venv .pytest_cache .mypy_cache .ruff_cache .hypothesis build dist
	find . -name __pycache__ -type d -prune -exec rm -rf {} +
