# SPDX-License-Identifier: GPL-2.0-or-later
#
# virt-snap: one Makefile for the program, its tests and its installation. `make help` lists targets.
#
# Everything is built below $(BUILDROOT)/$(VARIANT), in the tree of the sources: the object of
# engine/model/tree.c is build/release/engine/model/tree.o, the test tests/unit/test_tree.c becomes
# build/release/tests/unit/test_tree. Each of them may be asked for by name, and only what it needs
# is compiled. The targets that need several variants call this Makefile once for each.

VERSION := 0.1.0

# ---- What a user may set ---------------------------------------------------------------------

PREFIX    ?= /usr/local
DESTDIR   ?=
VARIANT   ?= release# or debug, asan, tsan, fuzz
BUILDROOT ?= build
DEV       ?=#          1: warnings are errors
V         ?=#          1: show whole command lines

BINDIR  ?= $(PREFIX)/bin
DATADIR ?= $(PREFIX)/share/virt-snap
LOCALEDIR ?= $(PREFIX)/share/locale
MANDIR  ?= $(PREFIX)/share/man
BASHDIR ?= $(PREFIX)/share/bash-completion/completions
ZSHDIR  ?= $(PREFIX)/share/zsh/site-functions

B       := $(BUILDROOT)/$(VARIANT)
PROGRAM := $(B)/virt-snap

MAKEFLAGS += --no-builtin-rules --no-print-directory
ifeq ($(MAKELEVEL),0)
MAKEFLAGS += -j$(shell nproc 2>/dev/null || echo 2)# a -j of the command line goes before
endif

.DEFAULT_GOAL := all
.DELETE_ON_ERROR:
.SECONDEXPANSION:
.SECONDARY:
.SUFFIXES:

# ---- Rooms: which sources belong together (docs/design.md, section 4) -------------------------

MODEL  := $(wildcard engine/model/*.c engine/message.c)# what everybody speaks of: plain values
XML    := $(wildcard engine/xml/*.c)
JSON   := $(wildcard engine/json/*.c)
VIRT   := $(wildcard engine/virt/*.c)
ENGINE := $(filter-out $(MODEL),$(wildcard engine/*.c))

CURSES := $(wildcard tui/term.c tui/canvas.c)
VIEWS  := $(wildcard tui/app*.c tui/view*.c tui/views/*.c)
WORDS  := $(wildcard tui/cli_options.c tui/cli_split.c tui/cli_wish.c tui/cli_route.c)# reads a command line, prints nothing
MAIN   := $(filter-out $(WORDS),$(wildcard tui/main.c tui/loop.c tui/cli*.c tui/plain*.c))
PURE   := $(filter-out $(CURSES) $(VIEWS) $(MAIN),$(wildcard tui/*.c))# the rest knows no screen

FAKE    := $(wildcard tests/fake/*.c)# stands in for CURSES and ENGINE under the views
TESTLIB := $(wildcard tests/lib/*.c)#  what tests of several layers share

# ---- Tests -----------------------------------------------------------------------------------

tests_in      = $(patsubst %.c,$(B)/%,$(wildcard $1/*.c))
UNIT_TESTS   := $(call tests_in,tests/unit)
VIEW_TESTS   := $(call tests_in,tests/views)
ENGINE_TESTS := $(call tests_in,tests/engine)
BYTES        := $(B)/tests/bench/screen# counts what the front end sends to a terminal
LOAD_BENCH   := $(B)/tests/bench/load# how soon the engine knows a guest
BENCHES      := $(filter-out $(BYTES) $(LOAD_BENCH),$(call tests_in,tests/bench))
ORACLE       := $(wildcard tests/qemu/oracle_*.c)# the parts of tests/qemu/oracle
QEMU_HELPERS := $(filter-out $(ORACLE:%.c=$(B)/%),$(call tests_in,tests/qemu))
FUZZERS      := $(call tests_in,tests/fuzz)
LOADERS      := $(call tests_in,tests/load)
CUT          := $(B)/tests/faults/cut.so

QEMU_SCRIPTS := $(wildcard tests/qemu/*.t)
TUI_SCRIPTS  := $(wildcard tests/tui/*.t)
FAULTS       := $(wildcard tests/faults/*.t)
LOAD         := $(wildcard tests/load/*.t)
TREE_SCRIPTS := $(wildcard tests/*.t)# about the tree: its rules, its installation

# ---- Flags -----------------------------------------------------------------------------------

ifneq ($(filter asan tsan fuzz,$(VARIANT)),)
CC = clang
endif

WARNINGS := -Wall -Wextra -Wshadow -Wstrict-prototypes -Wmissing-prototypes -Wold-style-definition \
  -Wpointer-arith -Wformat=2 -Wundef -Wvla -Wwrite-strings -Wcast-align -Winit-self -Wredundant-decls \
  -Wimplicit-fallthrough -Wno-missing-field-initializers $(if $(filter 1,$(DEV)),-Werror)

OPTIMISE_release := -O2 -g -U_FORTIFY_SOURCE -D_FORTIFY_SOURCE=2 -fstack-protector-strong
OPTIMISE_debug   := -Og -g3
OPTIMISE_asan    := -O1 -g -fno-omit-frame-pointer -fsanitize=address,undefined -fno-sanitize-recover=all
OPTIMISE_tsan    := -O1 -g -fno-omit-frame-pointer -fsanitize=thread
OPTIMISE_fuzz    := -O1 -g -fno-omit-frame-pointer -fsanitize=fuzzer-no-link,address,undefined \
                    -fno-sanitize-recover=all
OPTIMISE := $(or $(OPTIMISE_$(VARIANT)),$(error VARIANT=$(VARIANT) is none of release debug asan tsan fuzz))

ALL_CPPFLAGS = -I. -D_GNU_SOURCE -DVIRT_SNAP_VERSION='"$(VERSION)"' $(PATHS) $(PKG_CPPFLAGS) $(CPPFLAGS)
ALL_CFLAGS   = -std=c11 $(WARNINGS) $(OPTIMISE) -fPIE -pthread $(CFLAGS)
ALL_LDFLAGS  = $(OPTIMISE) -pie -pthread -Wl,--as-needed -Wl,-z,relro,-z,now $(LDFLAGS)

# Only the front end knows where it is installed, so another PREFIX compiles little.
$(B)/tui/%.o: PATHS = -DVIRT_SNAP_DATADIR='"$(DATADIR)"' -DVIRT_SNAP_LOCALEDIR='"$(LOCALEDIR)"'

# Packages. Each room is compiled with the headers of its own and linked where it is linked, so an
# #include or a call across a wall fails here. pkg-config is asked once and only when something is
# built: `make run` and `make check` may have to install it first.
once    = $(or $(once_$1),$(eval once_$1 := $(shell $2) )$(once_$1))
headers = $(patsubst -I%,-isystem %,$(call once,headers_$1,pkg-config --cflags $1))
libs    = $(call once,libs_$1,pkg-config --libs $1)

PKG_CPPFLAGS = $(foreach package,glib-2.0 $(PACKAGES),$(call headers,$(package)))

$(B)/engine/xml/%.o:  PACKAGES = libxml-2.0
$(B)/engine/json/%.o: PACKAGES = json-glib-1.0
$(B)/engine/virt/%.o: PACKAGES = libvirt
$(B)/engine/virt/%.o: WARNINGS += -Wno-cast-function-type# libvirt's own VIR_DOMAIN_EVENT_CALLBACK
$(B)/tui/term.o $(B)/tui/canvas.o: PACKAGES = ncursesw
$(B)/tests/%.o: PACKAGES = libxml-2.0 json-glib-1.0 libvirt

# What has to be linked for the objects and archives in $1.
packages_of = glib-2.0 $(if $(filter %/xml.a,$1),libxml-2.0) $(if $(filter %/json.a,$1),json-glib-1.0) \
  $(if $(filter %/virt.a,$1),libvirt) $(if $(filter %/curses.a,$1),ncursesw)

# ---- Building --------------------------------------------------------------------------------

say = $(if $(filter 1,$(V)),,@printf '  %-5s %s\n' $1 $(patsubst $(B)/%,%,$2);)

$(B)/%.o: %.c $(B)/flags
	@mkdir -p $(@D)
	$(call say,CC,$<)$(CC) $(ALL_CPPFLAGS) -MMD -MP $(ALL_CFLAGS) -c -o $@ $<

# Files that hold what their name says; when it changes, everything that depends on them is made again:
# what all command lines have in common, the paths, the list of sources.
$(B)/flags: private NOW = $(CC) -DVERSION=$(VERSION) $(CPPFLAGS) $(ALL_CFLAGS) $(ALL_LDFLAGS)
$(B)/paths: private NOW = $(DATADIR) $(LOCALEDIR)
$(B)/sources: private NOW = $(MODEL) $(XML) $(JSON) $(VIRT) $(ENGINE) $(CURSES) $(VIEWS) $(PURE) $(MAIN) \
  $(FAKE) $(TESTLIB)
$(B)/flags $(B)/paths $(B)/sources: FORCE
	@mkdir -p $(@D)
	@echo '$(NOW)' | cmp -s - $@ || echo '$(NOW)' >$@

$(patsubst %.c,$(B)/%.o,$(wildcard tui/*.c tui/views/*.c)): $(B)/paths

# An archive per room, so that a test links the rooms it is about and nothing else.
room = $(B)/rooms/$1.a
$(call room,model):   $(MODEL:%.c=$(B)/%.o)
$(call room,xml):     $(XML:%.c=$(B)/%.o)
$(call room,json):    $(JSON:%.c=$(B)/%.o)
$(call room,virt):    $(VIRT:%.c=$(B)/%.o)
$(call room,engine):  $(ENGINE:%.c=$(B)/%.o)
$(call room,curses):  $(CURSES:%.c=$(B)/%.o)
$(call room,views):   $(VIEWS:%.c=$(B)/%.o)
$(call room,pure):    $(PURE:%.c=$(B)/%.o)
$(call room,main):    $(MAIN:%.c=$(B)/%.o)
$(call room,fake):    $(FAKE:%.c=$(B)/%.o)
$(call room,testlib): $(TESTLIB:%.c=$(B)/%.o)

$(B)/rooms/%.a: $(B)/sources
	@mkdir -p $(@D)
	$(call say,AR,$@)rm -f $@ && $(AR) rcs $@ $(filter %.o,$^)

link = $(call say,LINK,$@)$(CC) $(ALL_LDFLAGS) $(MORE_LDFLAGS) -o $@ $(filter %.o,$^) \
  -Wl,--start-group $(filter %.a,$^) -Wl,--end-group \
  $(foreach package,$(call packages_of,$^),$(call libs,$(package))) -lm
rooms = $(foreach r,$1,$(call room,$r))

$(PROGRAM): $(call rooms,main views pure curses engine virt json xml model)
	$(link)

# Unit tests, benches and fuzzers link the model and those rooms whose headers they include; views run over
# the fake; the engine runs without a front end. (tests/lib may use the model, and nothing else.)
included_rooms = $(sort $(shell sed -nE -e 's,^.include "engine/(xml|json)/.*,\1,p' \
  -e 's,^.include "tui/.*,pure,p' -e 's,^.include "tests/lib/.*,testlib,p' $1))

$(UNIT_TESTS) $(BENCHES): $(B)/%: $(B)/%.o $$(call rooms,$$(call included_rooms,$$*.c) model)
	$(link)

$(BYTES): %: %.o $(B)/tests/fake/fake_engine.o $(B)/tests/fake/pictures.o \
  $(call rooms,views curses testlib pure model)
	$(link)

$(VIEW_TESTS): $(B)/%: $(B)/%.o $$(call rooms,$$(call included_rooms,$$*.c $(FAKE)) views fake pure model)
	$(link)

$(ENGINE_TESTS) $(QEMU_HELPERS) $(LOADERS) $(LOAD_BENCH): $(B)/%: $(B)/%.o $(call rooms,engine virt json xml testlib model)
	$(link)

$(B)/tests/qemu/oracle: $(ORACLE:%.c=$(B)/%.o)

$(FUZZERS): private MORE_LDFLAGS = -fsanitize=fuzzer
$(FUZZERS): $(B)/%: $(B)/%.o $$(call rooms,$$(call included_rooms,$$*.c) model)
	$(link)

# Preloaded into the program by tests that cut it off.
$(CUT): tests/faults/cut.c $(B)/flags
	@mkdir -p $(@D)
	$(call say,LINK,$@)$(CC) $(ALL_CPPFLAGS) -std=c11 $(WARNINGS) -O2 -fPIC -shared -o $@ $< -ldl

-include $(shell find $(B) -name '*.d' 2>/dev/null)

# ---- Targets: the program --------------------------------------------------------------------

.PHONY: all run check asan tsan fuzz bench lint pot format install uninstall clean help FORCE
.PHONY: check-unit check-views check-engine check-qemu check-tui check-variant c-tests deps-build deps-check
.PHONY: check-oracle check-lab check-faults check-load

# The release is the one that is meant where nobody says which.
all: $(if $(filter release,$(VARIANT)),$(BUILDROOT)/virt-snap,$(PROGRAM)) ## build build/virt-snap (the default)

$(BUILDROOT)/virt-snap: $(PROGRAM)
	@ln -f $< $@

run: deps-build ## install what is missing, build, start the program on its demo host
	@$(MAKE) all
	@$(PROGRAM) --demo

deps-build deps-check: deps-%:
	@tools/deps $*

# ---- Targets: tests --------------------------------------------------------------------------

# Every test of every layer speaks TAP; tests/run starts it (see there for what it is handed).
prove = TOP='$(CURDIR)' BUILDROOT='$(abspath $(BUILDROOT))' VARIANT=$(VARIANT) \
  prove --timer --failures -j $$(nproc) --exec tests/run $1

C_TESTS := $(UNIT_TESTS) $(VIEW_TESTS) $(ENGINE_TESTS)
SCRIPTS := $(QEMU_SCRIPTS) $(TUI_SCRIPTS) $(FAULTS) $(LOAD)
of       = $(patsubst $(B)/%,$(BUILDROOT)/$1/%,$2)# the same things of another variant

c-tests: $(C_TESTS)

check: deps-check ## install what is missing, build, run all tests of all layers
	@$(MAKE) all c-tests $(QEMU_HELPERS) $(LOADERS) $(CUT) $(BYTES)
	@$(MAKE) VARIANT=asan c-tests
	@$(MAKE) VARIANT=tsan $(call of,tsan,$(ENGINE_TESTS))
	@$(MAKE) VARIANT=fuzz $(call of,fuzz,$(FUZZERS))
	@$(call prove,$(SCRIPTS) tests/fuzz/fuzz.t $(TREE_SCRIPTS) $(C_TESTS) \
	  $(call of,asan,$(C_TESTS)) $(call of,tsan,$(ENGINE_TESTS)))

check-variant: all c-tests $(QEMU_HELPERS) $(LOADERS) $(CUT) $(BYTES)
	@$(call prove,$(SCRIPTS) $(C_TESTS))

check-unit: $(UNIT_TESTS) ## one layer: model, xml, json, curses-free front end
	@$(call prove,$^)

check-views: $(VIEW_TESTS) ## one layer: whole screens on a character grid
	@$(call prove,$^)

check-engine: $(ENGINE_TESTS) ## one layer: the engine on libvirt's test driver
	@$(call prove,$^)

check-qemu: all $(QEMU_HELPERS) $(CUT) ## one layer: a libvirtd of the tests' own, real QEMU guests
	@$(call prove,$(QEMU_SCRIPTS))

check-oracle: all $(B)/tests/qemu/oracle ## the content oracle at length: OPERATIONS=200 SEED= TREE="external mixed" INSIDE="no 1 group"
	@OPERATIONS=$(or $(OPERATIONS),200) TEST_SECONDS=$(or $(TEST_SECONDS),7200); export OPERATIONS TEST_SECONDS; \
	  for INSIDE in $(or $(INSIDE),no 1 group); do export INSIDE; \
	    TOP='$(CURDIR)' BUILDROOT='$(abspath $(BUILDROOT))' VARIANT=$(VARIANT) tests/run tests/qemu/oracle.t || bad=1; \
	    PROOF=no; export PROOF; done; test -z "$$bad"

# The first ones take longest, most of it waiting.
LONG_FAULTS := $(patsubst %,tests/%.t,tui/stalled $(addprefix faults/,dropped stopped daemon cut cut_revert against overlay))

check-faults: all $(CUT) $(LOADERS) ## faults at length, within 15 minutes; FAULT_KINDS="revert merge" of some plans, FAULT_SECONDS= for each script
	@rm -f $(B)/faults.tsv
	@began=$$(date +%s); FAULTS=all FAULT_TABLE='$(abspath $(B))/faults.tsv' TEST_SECONDS=$(or $(TEST_SECONDS),900) TOP='$(CURDIR)' BUILDROOT='$(abspath $(BUILDROOT))' \
	  STALL_SECONDS=600 FAULT_SECONDS=$(or $(FAULT_SECONDS),240) VARIANT=$(VARIANT) prove --timer --failures -j 5 --exec tests/run $(LONG_FAULTS) \
	    $(filter-out $(LONG_FAULTS),$(FAULTS)) || bad=1; \
	  tests/faults/table $(B)/faults.tsv; echo "In $$((($$(date +%s) - began) / 60)) minutes."; test -z "$$bad"

check-load: all $(LOADERS) ## 100 guests with 20 snapshots for 60 s, and 20 with sanitizers: LOAD_GUESTS= LOAD_SECONDS=
	@$(MAKE) VARIANT=asan $(BUILDROOT)/asan/virt-snap $(call of,asan,$(LOADERS))
	@$(MAKE) VARIANT=tsan $(BUILDROOT)/tsan/virt-snap $(call of,tsan,$(LOADERS))
	@LOAD_SECONDS=$(or $(LOAD_SECONDS),60) TEST_SECONDS=900; export LOAD_SECONDS TEST_SECONDS; \
	  for variant in release asan tsan; do guests=$(or $(LOAD_GUESTS),100); \
	    test $$variant = release || guests=20; \
	    LOAD_GUESTS=$$guests TOP='$(CURDIR)' BUILDROOT='$(abspath $(BUILDROOT))' VARIANT=$$variant \
	      tests/run tests/load/load.t || bad=1; done; test -z "$$bad"

check-lab: ## the last two, here and on newer libvirts, in root folders of other Debian releases
	@$(MAKE) check-qemu || bad=1; $(MAKE) check-oracle || bad=1; \
	for suite in $(or $(SUITES),trixie sid); do tests/lab/suite check $$suite; \
	  case $$? in 0) ;; 77) echo "check-lab: $$suite skipped" ;; *) bad=1 ;; esac; done; test -z "$$bad"

check-tui: all $(BYTES) ## one layer: the program in a real terminal (tmux)
	@$(call prove,$(TUI_SCRIPTS))

asan: ## all layers with clang's AddressSanitizer and UBSan
	@$(MAKE) VARIANT=asan check-variant

tsan: ## the engine with clang's ThreadSanitizer
	@$(MAKE) VARIANT=tsan check-engine

fuzz: ## libFuzzer on every parser, FUZZ_SECONDS each (10)
	@$(MAKE) VARIANT=fuzz $(call of,fuzz,$(FUZZERS))
	@$(call prove,tests/fuzz/fuzz.t)

bench: all $(BENCHES) $(BYTES) $(LOAD_BENCH) ## measurements beside virsh: PARTS="local far terminal idle bytes plan", PAGE=docs/performance.md
	@BUILD='$(abspath $(B))' tests/bench/run $(if $(PAGE),--page $(PAGE)) $(PARTS)

pot: ## the template of translations, po/virt-snap.pot
	@tools/pot

lint: ## cheap rules about the sources
	@$(call prove,tests/lint.t)

format: ## lay out $(FILES), or all C sources, by .clang-format
	clang-format -i $(or $(FILES),$$(find engine tui tests -name '*.[ch]'))

# ---- Targets: installation -------------------------------------------------------------------

THEMES := $(wildcard themes/*.theme)
DATA   := $(wildcard data/*)
MAN    := docs/virt-snap.1 docs/virt-snap-config.5

man_place = $(MANDIR)/man$(subst .,,$(suffix $1))/$(notdir $1)

install: all ## install below $(DESTDIR)$(PREFIX)
	install -D -m 755 $(PROGRAM) '$(DESTDIR)$(BINDIR)/virt-snap'
	$(foreach f,$(THEMES) $(DATA),install -D -m 644 $f '$(DESTDIR)$(DATADIR)/$f' &&) true
	$(foreach f,$(MAN),install -D -m 644 $f '$(DESTDIR)$(call man_place,$f)' &&) true
	install -D -m 644 completions/virt-snap.bash '$(DESTDIR)$(BASHDIR)/virt-snap'
	install -D -m 644 completions/_virt-snap '$(DESTDIR)$(ZSHDIR)/_virt-snap'

uninstall: ## remove what install put there
	rm -f '$(DESTDIR)$(BINDIR)/virt-snap' $(foreach f,$(MAN),'$(DESTDIR)$(call man_place,$f)') \
	  '$(DESTDIR)$(BASHDIR)/virt-snap' '$(DESTDIR)$(ZSHDIR)/_virt-snap'
	rm -rf '$(DESTDIR)$(DATADIR)'

clean: ## remove everything that was built
	rm -rf $(BUILDROOT)

help: ## this list
	@awk -F ':.*## ' '/^[a-z][a-z-]*:.*## / { printf "  make %-13s %s\n", $$1, $$2 }' Makefile
	@echo '  Variables: VARIANT=release|debug|asan|tsan|fuzz CC=clang DEV=1 V=1 BUILDROOT= PREFIX= DESTDIR='
