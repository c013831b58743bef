# make             build the release programs
# make quickstart  set up a fresh machine, build, and mirror a folder before your eyes
# make test        set up what the tests need, and run them all
# make install     PREFIX=/usr/local DESTDIR= BINDIR= MANDIR= DATADIR=
#
# make gateway     start an S3 server of your own on this machine, with a bucket, and print what to
#                  export to use it; make gateway-stop ends it
#
# The rest: uninstall, generate, check-generated, check-install, lint, format, bench, fuzz, soak,
# venv, clean.

PREFIX  ?= /usr/local
BINDIR  ?= $(PREFIX)/bin
DATADIR ?= $(PREFIX)/share
MANDIR  ?= $(DATADIR)/man
INSTALL ?= install
SWIFT   ?= swift
CC      ?= cc

TOOLS   := $(notdir $(wildcard Sources/s4l Sources/s4l-*))
RELEASE := .build/release
SCRATCH := .scratch

# What is needed from Debian, beside a Swift toolchain.
BUILD_PACKAGES := libc6-dev libstdc++-12-dev libssl-dev libtomlplusplus-dev pkg-config \
  libcurl4-openssl-dev libexpat1-dev libhiredis-dev libsqlite3-dev libmicrohttpd-dev \
  libpq-dev
GATEWAY_PACKAGES := radosgw ceph-mon ceph-osd curl bash python3
TEST_PACKAGES  := mandoc man-db bash zsh fish strace bsdutils util-linux procps python3 gcc jq \
  python3-venv rclone nginx-light apache2 openssl libcurl4 tzdata \
  redis-server postgresql libpq5 openssh-server openssh-client iproute2 inotify-tools git systemd \
  prometheus chromium user-mode-linux \
  $(GATEWAY_PACKAGES)
BENCH_PACKAGES := python3-venv redis-server rclone rsync unison openssl findutils coreutils gcc \
  inotify-tools chromium \
  $(GATEWAY_PACKAGES)

# $(call need, PACKAGES): installs what is missing, or says how to.
define need
@missing=; for package in $(1); do \
  dpkg-query -W -f='$${db:Status-Status}\n' $$package 2>/dev/null | grep -qx installed \
    || missing="$$missing $$package"; \
done; \
if [ -n "$$missing" ]; then \
  if [ "$$(id -u)" = 0 ]; then as=; \
  elif command -v sudo >/dev/null; then as=sudo; \
  else echo "as root, run: apt-get install$$missing" >&2; exit 1; fi; \
  echo "installing$$missing" && $$as apt-get update -qq && \
  $$as env DEBIAN_FRONTEND=noninteractive \
    apt-get install -y -qq --no-install-recommends $$missing \
    || { echo "as root, run: apt-get install$$missing" >&2; exit 1; }; \
fi; \
command -v $(SWIFT) >/dev/null || { echo "a Swift 6 toolchain is needed: https://swift.org/install" >&2; exit 1; }
endef

.PHONY: all build quickstart test setup-build setup-test unit check-release bench bench-smoke \
  install install-strip uninstall generate check-generated check-install lint format fuzz soak \
  clean \
  venv gateway gateway-stop check-servers

all: build

build:
	$(SWIFT) build -c release --static-swift-stdlib -Xlinker -s

setup-build:
	$(call need, $(BUILD_PACKAGES))

setup-test:
	$(call need, $(BUILD_PACKAGES) $(TEST_PACKAGES))
	$(MAKE) venv

# Python with what the tests use of others; once it is there, nothing more is fetched.
venv: $(SCRATCH)/venv/ready

$(SCRATCH)/venv/ready: Tests/Servers/requirements.txt
	rm -rf $(SCRATCH)/venv
	/usr/bin/python3 -m venv $(SCRATCH)/venv
	$(SCRATCH)/venv/bin/pip install -q --disable-pip-version-check -r $<
	touch $@

gateway:
	$(call need, $(GATEWAY_PACKAGES))
	@[ ! -e $(SCRATCH)/gateway ] || { echo "it was started before: make gateway-stop ends it" >&2; exit 1; }
	Tests/Servers/rgw.sh start $(SCRATCH)/gateway bucket
	@echo "It has an empty bucket named bucket. In the shell where you want to use it:"
	@echo "  export AWS_ENDPOINT_URL_S3=$$(cat $(SCRATCH)/gateway/endpoint)"
	@echo "  export AWS_ACCESS_KEY_ID=test AWS_SECRET_ACCESS_KEY=testtest AWS_REGION=us-east-1"

gateway-stop:
	Tests/Servers/rgw.sh stop $(SCRATCH)/gateway
	rm -rf $(SCRATCH)/gateway

quickstart: setup-build
	$(MAKE) build
	sh Tests/quickstart.sh $(RELEASE)

# One after the other, so that each has the machine to itself and the first failure is the last line.
test: setup-test
	$(MAKE) lint
	$(MAKE) build
	$(MAKE) check-release
	$(MAKE) check-generated
	$(MAKE) check-install
	$(MAKE) bench-smoke
	$(MAKE) check-servers
	sh Tests/volume.sh $(RELEASE) 100000
	$(MAKE) unit
	@echo "make test: all passed"

unit:
	sh Tests/unit.sh $(SCRATCH)/unit.log $(SWIFT) test

# The servers that the tests use are what they are said to be.
check-servers: venv
	$(SCRATCH)/venv/bin/python3 Tests/Servers/check.py
	$(SCRATCH)/venv/bin/python3 Tests/Servers/check_azure.py

check-release:
	sh Tests/check-release.sh $(RELEASE) $(TOOLS)

generate: build
	man/generate $(RELEASE) .

check-generated:
	rm -rf $(SCRATCH)/generated
	man/generate $(RELEASE) $(SCRATCH)/generated
	diff -r $(SCRATCH)/generated/man man -x generate
	diff -r $(SCRATCH)/generated/completions completions
	rm -rf $(SCRATCH)/generated

install:
	$(INSTALL) -d $(DESTDIR)$(BINDIR)
	for page in man/man*/*; do \
	  $(INSTALL) -D -m 644 $$page $(DESTDIR)$(MANDIR)/$${page#man/} || exit 1; \
	done
	for tool in $(TOOLS); do \
	  $(INSTALL) -m 755 $(RELEASE)/$$tool $(DESTDIR)$(BINDIR)/$$tool && \
	  $(INSTALL) -D -m 644 completions/bash/$$tool \
	    $(DESTDIR)$(DATADIR)/bash-completion/completions/$$tool && \
	  $(INSTALL) -D -m 644 completions/zsh/_$$tool \
	    $(DESTDIR)$(DATADIR)/zsh/site-functions/_$$tool && \
	  $(INSTALL) -D -m 644 completions/fish/$$tool.fish \
	    $(DESTDIR)$(DATADIR)/fish/vendor_completions.d/$$tool.fish || exit 1; \
	done

# The release programs are stripped as they are linked.
install-strip: install

uninstall:
	for page in man/man*/*; do rm -f $(DESTDIR)$(MANDIR)/$${page#man/}; done
	for tool in $(TOOLS); do \
	  rm -f $(DESTDIR)$(BINDIR)/$$tool \
	    $(DESTDIR)$(DATADIR)/bash-completion/completions/$$tool \
	    $(DESTDIR)$(DATADIR)/zsh/site-functions/_$$tool \
	    $(DESTDIR)$(DATADIR)/fish/vendor_completions.d/$$tool.fish; \
	done

# What was installed runs, and uninstalling leaves no file.
check-install:
	rm -rf $(SCRATCH)/install
	$(MAKE) install DESTDIR=$(CURDIR)/$(SCRATCH)/install PREFIX=/usr
	$(SCRATCH)/install/usr/bin/s4l help
	for tool in $(TOOLS); do $(SCRATCH)/install/usr/bin/$$tool --version || exit 1; done
	man -M $(CURDIR)/$(SCRATCH)/install/usr/share/man -w s4l s4l-scan s4l-stream s4l-changes s4l-s3 s4l-azure s4l-drives s4l-recipes
	$(MAKE) uninstall DESTDIR=$(CURDIR)/$(SCRATCH)/install PREFIX=/usr
	test -z "$$(find $(SCRATCH)/install ! -type d -print)"
	rm -rf $(SCRATCH)/install

lint:
	$(SWIFT) format lint --strict --parallel --recursive --configuration .swift-format \
	  Sources Tests Package.swift

format:
	$(SWIFT) format --in-place --parallel --recursive --configuration .swift-format \
	  Sources Tests Package.swift

# Ratios against what a user would take instead; see Tests/Bench/*.py --help.
bench: setup-build
	$(call need, $(BENCH_PACKAGES))
	$(MAKE) build
	python3 Tests/Bench/bench.py --bin $(RELEASE)
	python3 Tests/Bench/s3.py --bin $(RELEASE)
	python3 Tests/Bench/queue.py --bin $(RELEASE)
	python3 Tests/Bench/strm.py --bin $(RELEASE)
	python3 Tests/Bench/hook.py --bin $(RELEASE)
	python3 Tests/Bench/index.py --bin $(RELEASE)
	python3 Tests/Bench/watch.py --bin $(RELEASE)
	python3 Tests/Bench/service.py --bin $(RELEASE)
	sh Tests/volume.sh $(RELEASE)

bench-smoke:
	python3 Tests/Bench/bench.py --bin $(RELEASE) --smoke
	python3 Tests/Bench/s3.py --bin $(RELEASE) --smoke
	python3 Tests/Bench/queue.py --bin $(RELEASE) --smoke
	python3 Tests/Bench/strm.py --bin $(RELEASE) --smoke
	python3 Tests/Bench/hook.py --bin $(RELEASE) --smoke
	python3 Tests/Bench/index.py --bin $(RELEASE) --smoke
	python3 Tests/Bench/watch.py --bin $(RELEASE) --smoke
	python3 Tests/Bench/service.py --bin $(RELEASE) --smoke
	python3 Tests/soak.py --bin $(RELEASE) --smoke

# The whole service at work for ten minutes, or SOAK_SECONDS: nothing may grow.
soak: setup-build
	$(MAKE) build
	python3 Tests/soak.py --bin $(RELEASE)

# FUZZ_SECONDS for each target; what crashes is kept in .scratch/fuzz.
fuzz: setup-build
	sh Tests/Fuzz/run.sh

clean:
	rm -rf .build $(SCRATCH)
