# The two commands: `make up` shows the platform, `make test` checks all of it.

export CARGO_TARGET_DIR ?= $(CURDIR)/target
# Progress lines of the build fill logs and help nobody who reads them later.
export CARGO_TERM_PROGRESS_WHEN ?= never
SEEDS ?= 1000
CYCLES ?= 1000

.PHONY: up test simulate torture packages interface checks rust-tests contract-checks interface-tests browser-test fuzz bench bench-reserve

up: packages interface
	cargo build --release --locked --package imsop
	scripts/up

test: packages checks rust-tests contract-checks interface-tests browser-test fuzz
	@echo "all checks passed"

# What the system must have. Installs only what is missing.
packages:
	scripts/install-packages build-essential ca-certificates curl jq python3 python3-venv postgresql chromium
	scripts/install-node

checks:
	cargo fmt --all --check
	cargo clippy --workspace --all-targets --locked -- -D warnings
	scripts/check-dependencies

rust-tests:
	IMSOP_REQUIRE_POSTGRES=1 cargo test --workspace --locked

simulate:
	cargo run --locked --package imsop-simulator -- --seeds $(SEEDS)

# The long forms: a server killed $(CYCLES) times, 5,000 buyers for one piece two hundred times, failures again
# and again. A run that failed is repeated with its SEED.
torture:
	ulimit -n 16384 && IMSOP_LONG=1 CYCLES=$(CYCLES) IMSOP_REQUIRE_POSTGRES=1 cargo test --locked --package imsop \
		--test torture --test failures --test full_disk --test last_piece --test fairness \
		-- --nocapture --test-threads 1

contract-checks:
	cargo run --locked --package imsop -- contracts check
	scripts/lint-contracts

interface: ui/node_modules/.installed
	cd ui && npm run build

ui/node_modules/.installed: ui/package-lock.json
	cd ui && npm ci --no-audit --no-fund
	touch $@

interface-tests: interface
	cd ui && npm run format:check && npm test

browser-test: interface
	cargo build --locked --package imsop
	scripts/browser-test

fuzz:
	cargo build --locked --package imsop
	scripts/fuzz-interface

bench:
	bench/run

bench-reserve:
	cargo build --release --locked --package imsop --package imsop-bench
	$(CARGO_TARGET_DIR)/release/imsop-bench --binary $(CARGO_TARGET_DIR)/release/imsop reserve --lines 1
	$(CARGO_TARGET_DIR)/release/imsop-bench --binary $(CARGO_TARGET_DIR)/release/imsop reserve --lines 10
