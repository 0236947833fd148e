# What there is to do with this package. `make help` lists it.

SHELL := /bin/bash
.SHELLFLAGS := -eu -o pipefail -c
.DEFAULT_GOAL := help
.PHONY: help setup demo test roundtrip exim agent day soak weights bench bench-accuracy fuzz sanitize man completions release install \
	clean

PREFIX ?= /usr/local
DESTDIR ?=
SWIFT ?= swift
# Where `man` and `completions` write: the package itself, unless somebody wants to compare.
OUT ?= .
# Suites and corpora that are too large for the package, for the tests that use them.
SHARED = $(or $(ASSAY_SHARED),../shared)

# Everything beyond the Swift toolchain itself. What each is for stands in README.md.
PACKAGES := libpcre2-dev libhyperscan-dev spamassassin libssl-dev openssl libldns-dev libzstd-dev zlib1g-dev libarchive-dev libarchive-tools 7zip zip xz-utils libsqlite3-dev libpsl-dev libidn2-dev pkg-config nsd ldnsutils unbound zstd gzip libxml2-utils python3 python3-dkim python3-authres make git ca-certificates python3-nacl opendkim-tools swaks libidn12 libgnutls-dane0 libnsl2 redis-server iproute2 dovecot-imapd dovecot-pop3d clamav clamav-daemon c-icap libc-icap-mod-virus-scan liblzma-dev libbz2-dev tcpdump
# A machine has one mail server: where another than Postfix serves, the tests that need Postfix are skipped.
PACKAGES += $(if $(wildcard /usr/sbin/sendmail),,postfix)
MISSING = $(shell for p in $(PACKAGES); do \
	dpkg-query -W -f='$${db:Status-Status}' $$p 2>/dev/null | grep -qx installed || echo $$p; done)
AS_ROOT = $(shell [ "$$(id -u)" = 0 ] || echo sudo)

help: ## List these targets
	@awk -F ':.*## ' '/^[a-z-]+:.*## / { printf "  %-12s %s\n", $$1, $$2 }' $(MAKEFILE_LIST)

setup: ## Install the Debian packages that are missing (the only step that may need root)
	@command -v $(SWIFT) >/dev/null || { \
		echo "setup: there is no Swift toolchain; install Swift 6.2 or newer from https://swift.org/install" >&2; exit 1; }
	@command -v dpkg-query >/dev/null || { \
		echo "setup: this is no Debian; install what these packages hold: $(PACKAGES)" >&2; exit 0; }; \
	missing="$(strip $(MISSING))"; \
	if [ -z "$$missing" ]; then exit 0; fi; \
	echo "setup: installing $$missing"; \
	if [ -n "$(AS_ROOT)" ] && ! command -v sudo >/dev/null; then \
		echo "setup: not root, and there is no sudo; as root, run: apt-get install $$missing" >&2; exit 1; fi; \
	$(AS_ROOT) apt-get update -q && \
	$(AS_ROOT) env DEBIAN_FRONTEND=noninteractive apt-get install -q -y --no-install-recommends $$missing </dev/null

ASSAY := .build/release/assay
JUDGED := --policy fixtures/policy.yaml --dns snapshot:fixtures/dns.snapshot.ndjson
# A friend's letter through a forwarder: SPF fails, DKIM passes, and the policy would have refused it.
TELLING := fixtures/archive/inbound.mbox\#25

demo: setup ## Build, replay the fixtures' archive, explain one message, check the policy
	$(SWIFT) build -c release --product assay
	@printf '\n$$ %s\n' "assay replay fixtures/archive --labels fixtures/labels.tsv $(JUDGED)"
	@$(ASSAY) replay fixtures/archive --labels fixtures/labels.tsv $(JUDGED)
	@printf '\n$$ %s\n' "assay explain '$(TELLING)' $(JUDGED)"
	@$(ASSAY) explain '$(TELLING)' $(JUDGED)
	@printf '\n$$ %s\n' "assay policy check fixtures/policy.yaml"
	@$(ASSAY) policy check fixtures/policy.yaml

# Tests of servers have deadlines. Beside tests that only compute, and beside each other, they would miss them on a small
# machine, so each of these parts has it for itself.
PROGRAMS_TESTED := ^AgentTests\.
SERVERS_TESTED := ^(ResolverTests|ProxyTests|ParityTests|StoresTests|ScannersTests)\.

test: setup exim ## Build everything and run all tests
	$(SWIFT) build --build-tests
	@[ -d "$(SHARED)" ] || echo "test: $(SHARED) is not there (ASSAY_SHARED): tests on suites and corpora are skipped"
	$(SWIFT) test --skip-build --quiet --skip '$(SERVERS_TESTED)' --skip '$(PROGRAMS_TESTED)'
	$(SWIFT) test --skip-build --quiet --filter '$(SERVERS_TESTED)'
	$(SWIFT) test --skip-build --quiet --filter '$(PROGRAMS_TESTED)'

CORPORA = $(SHARED)/corpora
ROUNDTRIP_MAIL ?= $(or $(wildcard $(CORPORA)/*/ham.mbox.zst $(CORPORA)/*/spam.mbox.zst),fixtures/archive/inbound.mbox)

roundtrip: setup ## Sign 500 messages in every way and verify in dkimpy and libopendkim, and the reverse
	$(SWIFT) build --product assay
	/usr/bin/python3 Tests/roundtrip.py --assay .build/debug/assay --count 500 $(ROUNDTRIP_MAIL)

EXIM := .build/exim/usr/sbin/exim4

# Debian lets no two mail servers be installed: this one is unpacked, and runs for tests alone.
exim: setup ## Unpack Exim beside the mail server that is installed, for tests of assayd
	@[ -x $(EXIM) ] || { mkdir -p .build/exim/packages && cd .build/exim/packages && apt-get download -q exim4-daemon-light \
		&& dpkg-deb -x exim4-daemon-light_*.deb .. ; } || echo "exim: it is not to be had; its tests are skipped" >&2

ASSAYD ?= .build/release/assayd
MINUTES ?= 30

agent: setup exim ## Try assayd with 2,000 messages before Postfix and Exim, with faults and attacks
	$(SWIFT) build -c release --product assayd
	/usr/bin/python3 Tests/agent_servers.py --assayd $(ASSAYD)
	/usr/bin/python3 Tests/agent_faults.py --assayd $(ASSAYD)
	/usr/bin/python3 Tests/agent_attacks.py --assayd $(ASSAYD)

day: setup ## Find a day of 20,000 messages, delivered by Postfix behind assayd, in its log
	$(SWIFT) build -c release --product assayd
	$(SWIFT) build -c release --product assay
	/usr/bin/python3 Tests/mailday.py --assay $(ASSAY) --assayd $(ASSAYD)

soak: setup ## Hold 1,000 idle connections with assayd, and 200 busy ones for MINUTES (30)
	$(SWIFT) build -c release --product assayd
	/usr/bin/python3 Tests/agent_load.py --assayd $(ASSAYD) --minutes $(MINUTES)

weights: setup ## Learn the weights of the default rules anew from the corpora in SHARED
	$(SWIFT) build -c release --product weights
	.build/release/weights $(CORPORA) Sources/Rules/Default/scores.cf

bench: setup ## Measure, beside other programs where they are installed
	@if [ -x bench/run ]; then exec bench/run; else echo "bench: bench/run is not there" >&2; exit 1; fi

bench-accuracy: setup ## Measure how well mail is told apart, beside other filters (POLICY=file: by it, not by the default rules)
	$(SWIFT) build -c release --product assay
	/usr/bin/python3 bench/accuracy.py --assay .build/release/assay --corpora $(CORPORA) $(addprefix --policy ,$(POLICY))

fuzz: setup ## Fuzz every parser of outside data, a minute each (ASSAY_FUZZ_SECONDS)
	Sources/fuzz/run

# A leak checker cannot follow pointers that enums keep tags in, and a bomb of four gigabytes needs more memory under
# AddressSanitizer than its test allows. ThreadSanitizer itself needs files larger than a full disk takes.
SANITIZED ?= $(notdir $(wildcard Tests/*Tests))

sanitize: setup ## Run all tests under AddressSanitizer, then ThreadSanitizer (SANITIZED=… for some targets)
	nice -n 19 $(SWIFT) build --build-tests --sanitize=address --scratch-path .build-asan
	@for target in $(SANITIZED); do echo "address: $$target"; \
		ASAN_OPTIONS=detect_leaks=0 nice -n 19 $(SWIFT) test --skip-build --sanitize=address \
			--scratch-path .build-asan --quiet --filter "^$$target\\." --skip aZstdBomb || exit 1; done
	nice -n 19 $(SWIFT) build --build-tests --sanitize=thread --scratch-path .build-tsan
	@for target in $(SANITIZED); do echo "thread: $$target"; \
		TSAN_OPTIONS=suppressions=$(CURDIR)/Tests/thread.suppressions nice -n 19 $(SWIFT) test --skip-build \
			--sanitize=thread --scratch-path .build-tsan --quiet --filter "^$$target\\." \
			--skip aFullDiskIsToldAndTheCaseStaysWhole || exit 1; done

man: ## Write the man pages anew from the declarations, the catalogue and the sources
	$(SWIFT) build --product assay
	$(SWIFT) build --product manual
	@mkdir -p $(OUT)/man && rm -f $(OUT)/man/*.1
	.build/debug/assay --experimental-dump-help | .build/debug/manual --output $(OUT)/man

completions: ## Write the shells' completions anew from the declarations
	$(SWIFT) build --product assay
	@mkdir -p $(OUT)/completions
	.build/debug/assay --generate-completion-script bash > $(OUT)/completions/assay.bash
	.build/debug/assay --generate-completion-script zsh > $(OUT)/completions/_assay
	.build/debug/assay --generate-completion-script fish > $(OUT)/completions/assay.fish

INSTALLABLE := .build/static/release/assay

release: setup ## Build the programs to install: they run without the Swift toolchain
	$(SWIFT) build -c release --static-swift-stdlib --scratch-path .build/static --product assay
	$(SWIFT) build -c release --static-swift-stdlib --scratch-path .build/static --product assayd

install: ## Install programs, man pages and completions below DESTDIR and PREFIX (/usr/local)
	@[ -x $(INSTALLABLE) ] || { echo "install: first run: make release" >&2; exit 1; }
	install -D -s -m 755 $(INSTALLABLE) $(DESTDIR)$(PREFIX)/bin/assay
	install -D -s -m 755 $(dir $(INSTALLABLE))assayd $(DESTDIR)$(PREFIX)/sbin/assayd
	for section in 1 5 7 8; do \
		install -d $(DESTDIR)$(PREFIX)/share/man/man$$section && \
		install -m 644 man/*.$$section $(DESTDIR)$(PREFIX)/share/man/man$$section/ || exit 1; done
	install -d $(DESTDIR)$(PREFIX)/share/assay/rules
	install -m 644 Sources/Rules/Default/*.cf $(DESTDIR)$(PREFIX)/share/assay/rules/
	install -d $(DESTDIR)$(PREFIX)/lib/systemd/system
	sed 's|/usr/local/sbin|$(PREFIX)/sbin|' packaging/assayd.service > $(DESTDIR)$(PREFIX)/lib/systemd/system/assayd.service
	install -m 644 packaging/assayd.socket $(DESTDIR)$(PREFIX)/lib/systemd/system/assayd.socket
	install -D -m 644 packaging/assayd.sysusers $(DESTDIR)$(PREFIX)/lib/sysusers.d/assayd.conf
	install -D -m 644 packaging/assayd.tmpfiles $(DESTDIR)$(PREFIX)/lib/tmpfiles.d/assayd.conf
	install -D -m 644 completions/assay.bash $(DESTDIR)$(PREFIX)/share/bash-completion/completions/assay
	install -D -m 644 completions/_assay $(DESTDIR)$(PREFIX)/share/zsh/site-functions/_assay
	install -D -m 644 completions/assay.fish $(DESTDIR)$(PREFIX)/share/fish/vendor_completions.d/assay.fish

clean: ## Remove everything that was built
	rm -rf .build .build-asan .build-tsan bench/work
