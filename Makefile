# Needs only Python 3.11 and make. `make help` lists the targets.
PYTHON ?= $(shell command -v python3.11 || command -v python3)
CORES ?= $(shell nproc 2>/dev/null || sysctl -n hw.ncpu 2>/dev/null || echo 2)
# requirements-gpu.txt for TensorFlow with CUDA.
REQUIREMENTS ?= requirements-cpu.txt
BIN := .venv/bin
# What `make plan` is about.
CONFIG ?= config/paper.yaml
SNAKEMAKE := $(BIN)/snakemake --cores $(CORES) --quiet host reason
STAMP := .venv/.complete

.PHONY: help setup demo smoke plan test test-slurm lint
.DEFAULT_GOAL := help

help: ## list the targets
	@awk -F ':.*## ' '/^[a-z-]+:.*## / { printf "  make %-10s %s\n", $$1, $$2 }' $(MAKEFILE_LIST)

setup: $(STAMP) ## make the environment in .venv

$(STAMP): requirements.txt requirements-dev.txt $(REQUIREMENTS) pyproject.toml
	$(PYTHON) -c 'import sys; sys.exit(None if sys.version_info[:2] == (3, 11) else "Python 3.11 is needed: make PYTHON=...")'
	$(PYTHON) -m venv .venv
	$(BIN)/python -m pip install --quiet --disable-pip-version-check -r $(REQUIREMENTS) -r requirements-dev.txt -e .
	touch $@

demo: $(STAMP) ## RAW files to figures with the simulated camera: up to 30 minutes on two cores
	$(SNAKEMAKE)

smoke: $(STAMP) ## the same path in under two minutes, from scratch, in build/smoke
	rm -rf build/smoke
	mkdir -p build/smoke
	ln -s ../../config ../../scripts build/smoke
	$(SNAKEMAKE) --directory build/smoke --configfile config/smoke.yaml

plan: $(STAMP) ## jobs, hours and GPU hours of config/paper.yaml by stage (CONFIG=... for another)
	$(BIN)/python workflow/plan.py --configfile $(CONFIG)

test: $(STAMP) ## run the tests
	$(BIN)/python -m pytest

test-slurm: $(STAMP) ## run the smoke workflow through a real SLURM on this machine (root, slurmctld, slurmd, slurm-client)
	$(BIN)/python benchmarks/slurm.py

lint: $(STAMP) ## check the code's form and the workflow's
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/snakefmt --check Snakefile workflow
	$(BIN)/snakemake --lint
