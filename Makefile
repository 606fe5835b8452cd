# SPDX-License-Identifier: Apache-2.0
#
# `make help` lists the targets. `run` and `test` need Go and make and nothing else.

GO       ?= go
SEEDS    ?= 1-1000
TRANSFER_SEEDS ?= 1-10000
CRASHED_TASKS ?= 1000000
BLOCK_SIZE ?= 21474836480
FUZZTIME ?= 20s

export GOTOOLCHAIN := local
export GOFLAGS := -mod=readonly $(filter-out -mod=%,$(GOFLAGS))
export CGO_ENABLED := 0

GOFMT = $(shell $(GO) env GOROOT)/bin/gofmt
LINT := $(GO) tool -modfile=internal/tools/go.mod golangci-lint

.DEFAULT_GOAL := help
.PHONY: $(shell sed -n 's/^\([a-z-]*\):.*/\1/p' $(firstword $(MAKEFILE_LIST)))

help: ## list the targets
	@sed -n 's/^\([a-z-]*\):.*## \(.*\)/  \1|\2/p' $(firstword $(MAKEFILE_LIST)) | while IFS='|' read -r t d; do printf '%-16s %s\n' "$$t" "$$d"; done

run: ## shuffle this project's own text over both networks and compare with a plain count
	$(GO) run ./cmd/simctl demo --input .

test: ## every test; needs no C compiler
	$(GO) test ./...

check: gofmt vet lint arch build-cross test ## all that must hold before a commit, but for race

race: ## every test under the race detector; needs a C compiler
	@command -v "$$($(GO) env CC)" >/dev/null || { \
		echo "make race: no C compiler ($$($(GO) env CC)): the race detector needs one; make test does not" >&2; exit 1; }
	CGO_ENABLED=1 $(GO) test -race -timeout 15m ./...

bench: bench-shuffle bench-rpc bench-block bench-sim ## every benchmark that has a target

bench-shuffle: ## shuffle 400 MB over TCP against a single-threaded count
	$(GO) run ./cmd/simctl bench-shuffle

bench-rpc: ## the RpcEnv beside grpc-go, net/rpc, drpc and ttrpc (Linux; fetches them once)
	cd internal/bench && $(GO) run . rpc $(BENCHFLAGS)

bench-block: ## block transfer beside raw sockets, net/http and grpc-go (Linux; 5 GiB on a tmpfs, 20 on a disk)
	cd internal/bench && $(GO) run . block $(BENCHFLAGS)

bench-spark: ## RPC and blocks beside Spark 4.3 (JDK 17; SPARK_HOME, or pip fetches 450 MB once; 3 GiB on a tmpfs)
	cd internal/interop && $(GO) run ./sparkbench $(BENCHFLAGS)

spark-job: ## run a Spark application whose shuffle simctl serves, and kill simctl in the middle (needs a JDK and Maven)
	cd internal/interop && $(GO) run ./sparkjob

bench-sim: ## the simulated world beside testing/synctest
	cd internal/bench && $(GO) run . sim $(BENCHFLAGS)

fuzz: ## run each fuzz target for FUZZTIME (20s)
	@list=$$($(GO) test -list '^Fuzz' ./...) || { echo "$$list"; exit 1; }; \
	found=0; names=; set -- $$(echo "$$list" | sed -n 's/^\(Fuzz[^ ]*\)$$/\1/p; s/^ok[[:space:]]*\([^[:space:]]*\).*/=\1/p'); \
	for word; do case $$word in \
		=*) for name in $$names; do found=$$((found + 1)); \
			echo "$${word#=} $$name"; \
			$(GO) test -run '^$$' -fuzz "^$$name\$$" -fuzztime $(FUZZTIME) "$${word#=}" || exit 1; done; names= ;; \
		*) names="$$names $$word" ;; \
	esac; done; \
	[ $$found -gt 0 ] || { echo "make fuzz: no fuzz target found" >&2; exit 1; }; \
	echo "$$found fuzz targets, $(FUZZTIME) each: ok"

sweep: ## run the shuffle under the hostile profile for SEEDS (1-1000)
	$(GO) run ./cmd/simctl sweep shuffle --faults hostile --seeds $(SEEDS)

sweep-transfer: ## fetch, upload and push under faults, with TRANSFER_SEEDS (1-10000)
	SIM_SEEDS=$(TRANSFER_SEEDS) $(GO) test -count=1 -timeout 60m -run '^TestTransfer$$' ./simulator/transfer

crashed-tasks: ## crash CRASHED_TASKS (1000000) blocked tasks in many worlds, and see that nothing stays behind
	CRASHED_TASKS=$(CRASHED_TASKS) $(GO) test -count=1 -timeout 60m -run '^TestCrashedTasksLeaveNothing$$' -v ./memnet

determinism: ## every scenario with SEEDS (1-1000), plain and -race, on 1 and 8 processors, each twice: the same hashes
	$(GO) run ./internal/determinism -seeds $(SEEDS)

zoo: ## find, shrink and repeat twelve classic bugs, and see their right twins pass
	$(GO) run ./cmd/simctl zoo

large-block: ## fetch one block of BLOCK_SIZE bytes (20 GiB) to disk and streamed; tell the peak RSS of either side
	BLOCK_SIZE=$(BLOCK_SIZE) $(GO) test -count=1 -timeout 60m -v -run '^TestLargeBlock$$' ./internal/block

checklist: ## run the tests that stand for Spark's own and print the table
	$(GO) run ./internal/checklist

interop: ## this project against Spark itself (JDK 17 and Maven; the first run fetches Spark)
	$(GO) -C internal/interop test -count=1 ./...

lint: ## golangci-lint, pinned in internal/tools (the first run builds it)
	$(LINT) run ./...

build-cross: ## build and vet for darwin and windows
	@for os in darwin windows; do \
		echo "GOOS=$$os $(GO) build, vet ./..."; \
		GOOS=$$os $(GO) build ./... && GOOS=$$os $(GO) vet ./... || exit 1; done

gofmt: ## list the files that gofmt would change, and fail if there are any
	@files=$$(find . -name '*.go' -not -path './.git/*' -exec $(GOFMT) -l {} +); \
	[ -z "$$files" ] || { echo "not formatted; run make fmt:" >&2; echo "$$files" >&2; exit 1; }

fmt: ## format every Go file
	$(GOFMT) -w $$(find . -name '*.go' -not -path './.git/*')

vet: ## go vet
	$(GO) vet ./...

arch: ## the architecture rules: imports, the seam, the budget of files and functions
	$(GO) test -count=1 ./internal/archtest
