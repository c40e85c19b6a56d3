# Every command sets up what it needs first. `make` alone lists them.

PYTHON ?= $(shell command -v python3 || command -v python)
VENV := .venv/bin/python

.DEFAULT_GOAL := help
.PHONY: help run test fast train check evaluate language compare yardsticks bench orders tracking setup clean

help: ## List the commands
	@awk -F ':.*## ' '/^[a-z]+:.*## / { printf "  make %-10s%s\n", $$1, $$2 }' $(MAKEFILE_LIST)

run: setup ## Start everything; the links are printed when all is ready, Ctrl-C stops it
	@$(VENV) -m deploy.launcher

test: setup ## Run all tests (trains first when the training data have changed)
	@$(VENV) -m deploy.training --if-needed
	@$(VENV) -m pytest

fast: setup ## Run the tests that start no processes and no browser
	@$(VENV) -m pytest -m "not processes and not browser"

train: setup ## Train the model
	@$(VENV) -m deploy.training

check: setup ## Check training data, concepts and replies (seconds)
	@$(VENV) -m trainer.check

evaluate: setup ## Measure how well messages are understood (LANGUAGE=pl: one language)
	@$(VENV) -m trainer.evaluate $(if $(LANGUAGE),--language $(LANGUAGE))

language: setup ## Begin a new language, check it, take it in when it is complete (CODE=ro)
	@$(VENV) -m trainer.new_language $(CODE)

compare: setup ## Compare classifiers on the held-out messages (half an hour)
	@$(VENV) -m trainer.compare

yardsticks: setup ## Measure the classifier on public test sets (FOLDER=…)
	@$(VENV) -m trainer.yardsticks $(FOLDER)

orders: setup ## Import orders from a CSV file (FILE=orders.csv; LEAVE_OUT_BAD=yes: without the bad rows)
	@$(VENV) -m actions.orders.csv_import $(if $(FILE),"$(FILE)") $(if $(LEAVE_OUT_BAD),--leave-out-bad)

bench: setup ## Measure how fast messages are handled
	@$(VENV) -m bench

tracking: setup ## Show what is understood of a parcel (NUMBER=…, CARRIER=DHL, POSTCODE=10115)
	@$(VENV) -m actions.tracking.command "$(NUMBER)" $(if $(CARRIER),--carrier "$(CARRIER)") $(if $(POSTCODE),--postcode "$(POSTCODE)")

setup: ## Make or update the environment in .venv
	@$(PYTHON) deploy/setup_environment.py

clean: ## Remove what was built: environment, models, caches (not var/, where the databases are)
	@rm -rf .venv .uv models .rasa .pytest_cache .ruff_cache .hypothesis results test-results
	@find . -name __pycache__ -type d -prune -exec rm -rf {} +
