# make demo and make test set up everything they need; make help lists the rest.
SHELL := /bin/bash
.DEFAULT_GOAL := help
# Examples and benchmarks are packages of their own, but share the build of the library.
EXAMPLES := --package-path Examples --scratch-path .build

.PHONY: help setup demo test verify bench examples docs guides format lint

help: ## This list
	@grep -E '^[a-z]+:.*##' $(MAKEFILE_LIST) | sed 's/:.*## /\t/' | expand -t 12

setup: ## Installs the Debian packages that are missing
	@Scripts/setup.sh

demo: setup ## Trains the ticket model on 58,788 films; the model, its pictures and TensorBoard's events go to demo/
	@swift build -c release $(EXAMPLES) --product Movies
	@rm -rf demo/tensorboard
	@$$(swift build -c release $(EXAMPLES) --show-bin-path)/Movies demo

test: setup ## One release build and all tests, some of them beside a Python with Keras in .venv
	@swift build -c release --build-tests
	@HORNBILL_PYTHON="$$(Scripts/venv.sh)" swift test -c release --skip-build

verify: setup ## The long suites: whole trainings, 10,000 damaged files, system calls, memory over 10,000 steps, fuzzing
	@Scripts/setup.sh strace
	@HORNBILL_PYTHON="$$(Scripts/venv.sh)" HORNBILL_VERIFY=1 swift test -c release
	@Scripts/fuzz.sh 60

bench: setup ## Times seven models beside Keras, JAX and PyTorch; ROUNDS=1 WORKLOADS="sine mlp" makes it short
	@Benchmarks/run.sh

examples: setup ## Builds and runs every program of Examples, whole
	@swift build -c release $(EXAMPLES) --build-tests
	@HORNBILL_WHOLE=1 swift test -c release $(EXAMPLES) --skip-build

docs: setup ## Makes the guides and the reference as a static site in .build/docs
	@swift build -c release
	@Scripts/docs.sh

guides: setup ## Compiles the code blocks of README, guides and doc comments, and runs those of the first two
	@swift build -c release
	@Scripts/guides.sh

format: ## Formats all Swift code in place
	@swift format --in-place --parallel --recursive $(shell Scripts/swift-roots.sh)

lint: ## Checks the format
	@swift format lint --strict --parallel --recursive $(shell Scripts/swift-roots.sh)
