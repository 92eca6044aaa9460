.PHONY: help test check soak bench generate screenshots pictures

help: ## list what can be made
	@grep -E '^[a-z]+:.*## ' $(MAKEFILE_LIST) | sed 's/:.*## /\t/'

test: ## run the tests
	go test ./...

check: ## what must hold before a change lands
	.ci/run

soak: ## long tests: hundreds of kills, minutes of load
	PARLEY_SOAK=1 go test -count=1 -timeout=60m -run "Soak|TestLoad|TestReplicas|TestKill|TestSQLite|TestPostgres|TestPooler|Disk" -v ./...

bench: ## benchmarks
	go test -run '^$$' -bench . -benchmem ./...

generate: ## files that are made from code
	go generate ./...

screenshots: ## pictures of every page, at two widths, light and dark: make screenshots DIR=somewhere
	PARLEY_SCREENSHOTS=$(abspath $(or $(DIR),/tmp/parley-screenshots)) go test -count=1 -run "TestPagesInTheBrowser|TestEverybodyCan|TestGuestsInTheBrowser" ./internal/web

pictures: ## the pictures in docs/pictures, of the pages as they are now
	go run ./contrib/pictures docs/pictures
