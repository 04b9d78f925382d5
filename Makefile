# Two commands are all a newcomer needs: `make chat` and `make test`. Both install what they need
# into this folder and do nothing twice.

SHELL := /bin/bash
.SHELLFLAGS := -o pipefail -c
PYTHON ?= $(shell command -v python3.11 || command -v python3)
APP := .venv/bin
SERVE := .venv-serve/bin
PEERS := .venv-peers/bin
export CLINICITE_HOME ?= .data
# Two threads that spin instead of sleeping starve each other on a small machine.
export OMP_WAIT_POLICY ?= PASSIVE
export TOKENIZERS_PARALLELISM ?= false

# $(call step,what,command): says what it does, and how long it took.
define step
@echo "== $(1)"; began=$$(date +%s); $(2) && echo "   done in $$(( $$(date +%s) - began )) s"
endef
# pip's lines, counted against the lock's, as one line of progress; its errors are kept.
count = awk -v n=$$(grep -c == $(1)) '/^(Collecting|Processing)/ {k++; printf "\r   %d of %d packages", k, n; fflush()} /^ERROR/ {print "\n" $$0} END {print ""}'

.PHONY: fuzz chat test check bench eval samples env dev-env serve-env peers-env library index system-packages clean
.DEFAULT_GOAL := help

help:
	@echo "make chat    everything, up to the page at http://127.0.0.1:7860"
	@echo "make test    everything, up to the last test"
	@echo "make check   lint, types, contracts and unit tests, in under two minutes"
	@echo "make eval    the benchmark over the samples: run, scores, report"
	@echo "make bench   timings and rates, printed, with their baselines, beside LangChain, LlamaIndex"
	@echo "             and Haystack; BENCH_RETRIEVAL=1 adds LangChain's hits on real questions"
	@echo "make samples the sample guidelines' PDFs, made anew from their sources"

chat: env serve-env library index
	@echo "== the model and the page (Ctrl-C ends both)"
	@$(APP)/clinicite serve all

# -- environments ------------------------------------------------------------------------------

env: .venv/app.done
dev-env: .venv/dev.done
serve-env: .venv-serve/done
peers-env: .venv-peers/done

.venv/app.done: locks/app.txt pyproject.toml
	$(call step,the application's environment (.venv),\
	$(PYTHON) -m venv .venv && \
	$(APP)/pip install --no-deps -r locks/app.txt 2>&1 | $(call count,locks/app.txt) && \
	$(APP)/pip install -q --no-deps --no-build-isolation -e . 2>/dev/null && touch $@)

.venv/dev.done: .venv/app.done locks/dev.txt
	$(call step,the development tools,\
	$(APP)/pip install --no-deps -r locks/dev.txt 2>&1 | $(call count,locks/dev.txt) && touch $@)

.venv-serve/done: locks/serve-cpu.txt
	$(call step,the serving environment: vLLM for the CPU (.venv-serve),\
	$(PYTHON) -m venv .venv-serve && \
	$(SERVE)/pip install --no-deps -r locks/serve-cpu.txt 2>&1 | $(call count,locks/serve-cpu.txt) && \
	touch $@)

# What `make bench` compares with; the product imports nothing of it.
.venv-peers/done: locks/peers.txt
	$(call step,the peers' environment: LangChain and others (.venv-peers),\
	$(PYTHON) -m venv .venv-peers && \
	$(PEERS)/pip install --no-deps -r locks/peers.txt 2>&1 | $(call count,locks/peers.txt) && \
	touch $@)

# The browser that the browser test drives, fonts for the samples and for Chinese, and the OCR
# engine that is five times faster than the one in the environment.
PACKAGES := chromium fonts-liberation fonts-dejavu-core fonts-droid-fallback tesseract-ocr
system-packages:
	@missing=$$(dpkg-query -W -f='$${Package} $${Status}\n' $(PACKAGES) 2>/dev/null | \
	  awk '/ok installed/ {print $$1}' | sort | comm -13 - <(printf '%s\n' $(PACKAGES) | sort)); \
	if [ -n "$$missing" ]; then echo "== Debian packages:" $$missing; \
	  sudo=$$([ $$(id -u) = 0 ] || echo sudo); \
	  $$sudo apt-get update -qq && \
	  DEBIAN_FRONTEND=noninteractive $$sudo apt-get install -y -qq $$missing >/dev/null; fi

# -- library and index ---------------------------------------------------------------------------

library: env
	$(call step,the sample library,$(APP)/clinicite library add --from guidelines/library/samples.toml)

index: library
	$(call step,the index,$(APP)/clinicite index build)

samples: dev-env
	$(APP)/python -m guidelines.library.generate

# -- checks --------------------------------------------------------------------------------------

check: dev-env
	$(APP)/ruff check .
	$(APP)/ruff format --check .
	$(APP)/mypy
	$(APP)/lint-imports
	$(APP)/python -m pytest -q -m "not vllm and not browser and not slow"

test: system-packages dev-env serve-env
	$(APP)/ruff check .
	$(APP)/ruff format --check .
	$(APP)/mypy
	$(APP)/lint-imports
	$(APP)/python -m pytest

# The property tests with other texts than `make test`; stops at the first that fails.
FUZZ := $(shell grep -l "^from hypothesis" tests/test_*.py)
fuzz: dev-env
	for round in $$(seq 20); do \
	  $(APP)/python -m pytest -q -x --hypothesis-profile search --hypothesis-seed $$RANDOM $(FUZZ) \
	  || exit 1; done

bench: dev-env serve-env peers-env
	$(APP)/python -m tests.bench

# The embedded model is started for the run and ended after it.
eval: index serve-env
	$(APP)/clinicite eval run evals/benchmarks/samples.jsonl --out $(CLINICITE_HOME)/runs/samples
	$(APP)/clinicite eval score $(CLINICITE_HOME)/runs/samples --gate evals/benchmarks/samples-gates.toml
	$(APP)/clinicite eval report $(CLINICITE_HOME)/runs/samples

clean:
	rm -rf .venv .venv-serve .venv-peers .mypy_cache .ruff_cache .pytest_cache .import_linter_cache
