# Needs only Python 3.11, 3.12 or 3.13 and make. `make help` lists the targets.
PYTHON ?= $(shell command -v python3.11 || command -v python3)
CORES ?= $(shell nproc 2>/dev/null || sysctl -n hw.ncpu 2>/dev/null || echo 2)
# requirements-gpu.txt for TensorFlow with CUDA.
REQUIREMENTS ?= requirements.txt
BIN := .venv/bin
PIP := $(BIN)/python -m pip install --quiet --disable-pip-version-check
# `make lock UPGRADE=--upgrade` takes the newest versions, instead of keeping those that fit.
COMPILE = $(BIN)/uv pip compile --quiet $(UPGRADE) --universal --python-version 3.11 --generate-hashes --no-annotate \
	--custom-compile-command "make lock"
LOCK = $(COMPILE) --extra workflow --extra dev pyproject.toml
# What `make test-slurm` makes: two trainings with their evaluations, and a table. `SLURM_TARGETS=all` for everything.
RUNS := results/forensics/cvpr2019/camera~simulated/isp~UNet/channel~jpeg50
SLURM_TARGETS ?= $(foreach weight,fan-only 0.001,$(RUNS)/lambda_isp~$(weight)/lambda_codec~none/signature~none/run~0/evaluation.json) \
	results/tables/differentiable_jpeg.csv
# A folder in which the smoke workflow ran: its photographs and pipelines are not made again.
SLURM_START ?=
# What `make plan` is about; the file to write this machine's rates to, or that of another machine's to read.
CONFIG ?= config/paper.yaml
MEASURE ?=
RATES ?=
# What `make record` keeps the results of: by default the demo's.
RECORD ?= config/config.yaml
NOTEBOOK ?= docs/getting_started.ipynb
# On a terminal the default profile shows bars; elsewhere lines are plain, and leave these out.
SNAKEMAKE := $(BIN)/snakemake --cores $(CORES) --quiet host reason
STAMP := .venv/.complete
# Tools for pages are apart from the others: they need no network and no backend, and are there in seconds.
DOCS := build/docs-venv
# So is the validator of crates, which wants older packages than the workflow does.
CRATE := build/crate-venv
# What `make site` and `make crate` are of: a folder of results, and the configuration that made them (default: the demo's).
RESULTS ?= results
CONFIGFILE ?=
STUDY = --results $(RESULTS) $(if $(CONFIGFILE),--configfile $(CONFIGFILE))
# Who made the results, as `make crate` names them: CREATORS='--creator "Doe, Jane" --creator "Roe, Richard"'.
CREATORS ?=

.PHONY: help setup lock check-install demo smoke plan test test-slurm test-kills test-wheel docs docs-tables lint presets
.PHONY: record notebook site crate deposit test-crate
.DEFAULT_GOAL := help

help: ## list the targets
	@awk -F ':.*## ' '/^[a-z-]+:.*## / { printf "  make %-13s %s\n", $$1, $$2 }' $(MAKEFILE_LIST)

setup: $(STAMP) ## make the environment in .venv

$(STAMP): $(REQUIREMENTS) pyproject.toml
	$(PYTHON) -c 'import sys; sys.exit(None if (3, 11) <= sys.version_info[:2] <= (3, 13) else "Python 3.11, 3.12 or 3.13 is needed: make PYTHON=...")'
	$(PYTHON) -m venv .venv
	$(PIP) -r $(REQUIREMENTS)
	$(PIP) --no-deps --no-build-isolation -e .
	touch $@

lock: $(STAMP) ## write exact versions of everything, for the ranges in pyproject.toml
	$(PIP) uv
	$(LOCK) --extra tensorflow-cpu --output-file requirements.txt
	$(LOCK) --extra tensorflow-gpu --constraints requirements.txt --output-file requirements-gpu.txt
	$(COMPILE) --group docs --output-file requirements-docs.txt
	$(COMPILE) --group crate --output-file requirements-crate.txt
	$(BIN)/python envs/pin.py

check-install: $(STAMP) ## train each kind of model for a moment and compare with stored numbers: under a minute
	$(BIN)/python scripts/self_check.py

demo: $(STAMP) ## RAW files to figures with the simulated camera, for two cores
	$(SNAKEMAKE)

smoke: $(STAMP) ## the same path in a few minutes, from scratch, in build/smoke
	rm -rf build/smoke
	mkdir -p build/smoke
	ln -s ../../config ../../resources ../../scripts build/smoke
	$(SNAKEMAKE) --directory build/smoke --configfile config/smoke.yaml

plan: $(STAMP) ## jobs, operations and hours of config/paper.yaml by stage, measured in a minute (CONFIG=... for another)
	$(BIN)/python workflow/plan.py --configfile $(CONFIG) $(if $(MEASURE),--measure $(MEASURE)) \
		$(if $(RATES),--rates $(RATES))

presets: $(STAMP) ## train the models that come with the library, and make their cards (config/overnight.yaml)
	$(SNAKEMAKE) --configfile config/overnight.yaml -- presets
	cp results/presets/*.keras results/presets/*.md lib/neural_imaging/presets

record: $(STAMP) ## keep the demo's tables, figures and records in docs/results/demo (RECORD=config/... for another's)
	$(BIN)/python scripts/keep_results.py --configfile $(RECORD) \
		--output docs/results/$(patsubst config,demo,$(basename $(notdir $(RECORD))))

notebook: $(STAMP) ## run docs/getting_started.py from top to bottom, as the notebook beside it (NOTEBOOK=... elsewhere)
	TF_CPP_MIN_LOG_LEVEL=3 $(BIN)/python docs/run_notebook.py $(NOTEBOOK)

# The tests of a file stay together, since many share what the first of them has made. Files come in the order of
# tests/conftest.py, not by how many tests they have.
test: $(STAMP) ## run the tests, on all cores
	$(BIN)/python -m pytest -n $(CORES) --dist loadfile --no-loadscope-reorder

test-slurm: $(STAMP) ## smoke trainings through a real SLURM on this machine (root, slurmctld, slurmd, slurm-client)
	$(BIN)/python tests/system/slurm.py $(if $(SLURM_START),--start $(SLURM_START)) $(SLURM_TARGETS)

test-kills: $(STAMP) ## the smoke workflow, killed twenty times and started again each time
	$(BIN)/python tests/system/kills.py

docs-tables: $(STAMP) ## renew the tables of settings in the documentation
	PYTHONPATH=lib $(BIN)/python -m neural_imaging.study.settings_tables docs/*.md

lint: $(STAMP) ## check the code's form and the workflow's
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/snakefmt --check Snakefile workflow
	$(BIN)/lint-imports --no-cache
	$(BIN)/snakemake --lint

test-wheel: $(STAMP) ## presets and the examples of docs/library.md from a wheel in an empty environment
	$(BIN)/python tests/system/wheel.py

site: $(STAMP) docs ## pages of finished results for a browser, in build/site (RESULTS=... CONFIGFILE=...)
	$(BIN)/python scripts/make_site.py $(STUDY) --documentation build/docs --output build/site

crate: $(STAMP) ## finished results as a Provenance Run Crate, in build/crate (the same, and CREATORS=...)
	$(BIN)/python scripts/make_crate.py $(STUDY) $(CREATORS) --output build/crate

deposit: crate ## the same as an archive for Zenodo, build/deposit.zip, with its metadata beside it; nothing is sent
	$(BIN)/python scripts/make_deposit.py --crate build/crate --output build/deposit.zip

test-crate: crate $(CRATE)/.complete ## validate that crate
	$(CRATE)/bin/python tests/system/crate.py build/crate

docs: $(DOCS)/.complete ## build the documentation for a browser, in build/docs
	@# Not --quiet: what it does not print, --strict does not count.
	NO_MKDOCS_2_WARNING=1 $(DOCS)/bin/mkdocs build --strict

$(DOCS)/.complete $(CRATE)/.complete: build/%-venv/.complete: requirements-%.txt
	$(PYTHON) -m venv $(@D)
	$(@D)/bin/python -m pip install --quiet --disable-pip-version-check -r $<
	touch $@
