# tidemark: build, check, bench, fuzz.  GNU make, hand-written.
#
#   make [BUILD=debug|release|asan|cov|fuzz]   leaves build/$(BUILD)/tidemark
#   make check     all tests (what ./run test calls)
#   make bench     ratios to public tools, measured in one run
#   make fuzz      libFuzzer on every reader, FUZZ_SECONDS each
#   make format    clang-format over src and tests

BUILD ?= debug
PREFIX ?= /usr/local
B := build/$(BUILD)
VERSION := $(shell cat VERSION)

PKGS := libhs yara libarchive libseccomp jansson yaml-0.1 libpcre2-8 \
	libxxhash libcrypto libisal expat liblz4 libzstd sqlite3
# Opened when they are asked for: src/base/library.h.
PKGS_LATE := libpq libgit2
PKG_CONFIG ?= pkg-config

WARN := -Wall -Wextra -Wshadow -Wstrict-prototypes -Wmissing-prototypes \
	-Wpointer-arith -Wwrite-strings -Wvla -Wconversion \
	-Wno-sign-conversion -Werror
CPPFLAGS := -Isrc -I$(B)/gen -D_GNU_SOURCE -DTIDEMARK_VERSION='"$(VERSION)"'
CFLAGS := -std=c17 -g $(WARN) -fno-strict-aliasing -fstack-protector-strong
LDFLAGS := -Wl,-z,relro,-z,now

ifeq ($(BUILD),debug)
CFLAGS += -O1
else ifeq ($(BUILD),release)
CFLAGS += -O3 -D_FORTIFY_SOURCE=2
else ifeq ($(BUILD),asan)
CFLAGS += -O1 -fno-omit-frame-pointer -fsanitize=address,undefined \
	-fno-sanitize-recover=all
LDFLAGS += -fsanitize=address,undefined
else ifeq ($(BUILD),cov)
CFLAGS += -O0 --coverage
LDFLAGS += --coverage
else ifeq ($(BUILD),fuzz)
CC := clang
CFLAGS += -O1 -fsanitize=fuzzer-no-link,address,undefined \
	-fno-sanitize-recover=all
LDFLAGS += -fsanitize=address,undefined
else
$(error BUILD is debug, release, asan, cov or fuzz)
endif

PKG_CFLAGS := $(shell $(PKG_CONFIG) --cflags $(PKGS) $(PKGS_LATE) \
	2>/dev/null)
PKG_LIBS := $(shell $(PKG_CONFIG) --libs $(PKGS) 2>/dev/null) -lbz2

SRCS := $(sort $(wildcard src/*/*.c src/*/*/*.c))
OBJS := $(SRCS:src/%.c=$(B)/obj/%.o) $(B)/obj/data.o $(B)/obj/web.o
LIB_OBJS := $(filter-out $(B)/obj/cli/main.o,$(OBJS))
DATA := $(sort $(shell find data -type f \( -name '*.yml' -o \
	-name '*.yaml' -o -name '*.csv' -o -name '*.yar' -o \
	-path 'data/show/*' -o -path 'data/grammar/*' -o \
	-path 'data/commands/*' \)))
# The HTML report's page, style and scripts, in the order in which they run.
WEB := web/report.html web/vendor/uPlot.min.css web/report.css \
	web/vendor/uPlot.iife.min.js $(addprefix web/js/,model.js dom.js \
	table.js finding.js flaws.js summary.js devices.js device.js checks.js \
	coverage.js timeline.js attack.js plan.js sources.js print.js main.js)
UNITS := $(patsubst tests/unit/%.c,%,$(sort $(wildcard tests/unit/test_*.c)))

.PHONY: all check bench fuzz format clean install units FORCE
all: $(B)/tidemark

$(B)/tidemark: $(OBJS)
	@echo LD $@
	@$(CC) $(CFLAGS) $(LDFLAGS) -o $@ $^ $(PKG_LIBS)

$(B)/libtidemark.a: $(LIB_OBJS)
	@rm -f $@
	@ar rcs $@ $^

$(B)/obj/%.o: src/%.c
	@mkdir -p $(@D)
	@echo CC $<
	@$(CC) $(CPPFLAGS) $(CFLAGS) $(PKG_CFLAGS) -MMD -MP -c -o $@ $<

# The knowledge, inside the program.
# Changes when a knowledge file comes or goes.
$(B)/gen/data.list: FORCE
	@mkdir -p $(@D)
	@echo '$(DATA)' | cmp -s - $@ || echo '$(DATA)' > $@

$(B)/gen/data.S: tools/embed $(B)/pack_yaml $(DATA) $(B)/gen/data.list \
	Makefile
	@mkdir -p $(@D)
	@tools/embed data $(B)/gen $(B)/pack_yaml $(DATA) > $@.tmp
	@mv $@.tmp $@

# Reads the YAML among it, so that the program need not at every start.
$(B)/pack_yaml: tools/pack_yaml.c $(B)/obj/intel/yaml.o \
	$(B)/obj/intel/yaml_pack.o $(filter $(B)/obj/base/%,$(OBJS))
	@echo LD $@
	@$(CC) $(CPPFLAGS) $(CFLAGS) $(PKG_CFLAGS) $(LDFLAGS) -o $@ $^ \
		$(PKG_LIBS)

$(B)/gen/web.S: tools/embed $(WEB) Makefile
	@mkdir -p $(@D)
	@tools/embed web $(B)/gen true $(WEB) > $@.tmp && mv $@.tmp $@

$(B)/obj/data.o $(B)/obj/web.o: $(B)/obj/%.o: $(B)/gen/%.S
	@mkdir -p $(@D)
	@$(CC) -c -o $@ $<

$(B)/unit/%: tests/unit/%.c $(wildcard tests/lib/*.h) $(B)/libtidemark.a
	@mkdir -p $(@D)
	@echo LD $@
	@$(CC) $(CPPFLAGS) -Itests $(CFLAGS) -Wno-conversion $(PKG_CFLAGS) \
		$(LDFLAGS) -o $@ $< $(B)/libtidemark.a $(PKG_LIBS) -lcmocka

units: $(UNITS:%=$(B)/unit/%)

# One fuzzer per reader, and a replayer for its corpus that needs no clang.
FUZZ_TARGETS := $(patsubst tests/fuzz/fuzz_%.c,%,$(sort $(wildcard \
	tests/fuzz/fuzz_*.c)))
FUZZ_SECONDS ?= 20
$(B)/fuzz/%: tests/fuzz/fuzz_%.c $(wildcard tests/fuzz/*.h) $(B)/libtidemark.a
	@mkdir -p $(@D)
	@echo LD $@
	@$(CC) $(CPPFLAGS) -Itests $(CFLAGS) -Wno-conversion $(PKG_CFLAGS) \
		$(LDFLAGS) $(FUZZ_LD) -o $@ $< $(B)/libtidemark.a $(PKG_LIBS)
ifeq ($(BUILD),fuzz)
$(B)/fuzz/%: FUZZ_LD := -fsanitize=fuzzer
else
$(B)/fuzz/%: CPPFLAGS += -DFUZZ_REPLAY
endif
replays: $(FUZZ_TARGETS:%=$(B)/fuzz/%)

fuzz:
	$(MAKE) BUILD=fuzz fuzz-run
fuzz-run: $(FUZZ_TARGETS:%=$(B)/fuzz/%)
	tests/fuzz/run $(B)/fuzz $(FUZZ_SECONDS)

check:
	tests/run

$(B)/bench/%: tests/bench/%.c $(B)/libtidemark.a
	@mkdir -p $(@D)
	@echo LD $@
	@$(CC) $(CPPFLAGS) -Itests $(CFLAGS) -Wno-conversion $(PKG_CFLAGS) \
		$(LDFLAGS) -o $@ $< $(B)/libtidemark.a $(PKG_LIBS)

bench:
	$(MAKE) BUILD=release
	$(MAKE) BUILD=release build/release/bench/bench_sigma \
		build/release/bench/bench_flaws
	tests/bench/run

format:
	clang-format -i $$(git ls-files 'src/*.c' 'src/*.h' 'tests/*.c' 'tests/*.h')

install: all
	install -D -m 755 $(B)/tidemark $(DESTDIR)$(PREFIX)/bin/tidemark
	install -D -m 644 docs/man/tidemark.1 \
		$(DESTDIR)$(PREFIX)/share/man/man1/tidemark.1

clean:
	rm -rf build

-include $(OBJS:.o=.d)
