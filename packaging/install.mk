# Installing, and taking it away again; included by the Makefile.
#
#   make install PREFIX=/usr/local DESTDIR=     the program finds what lies
#   make uninstall                              beside it, wherever that is
PREFIX  ?= /usr/local
DESTDIR ?=
# The file that is installed. A package brings the static one.
PROGRAM ?= $(B)/preflight
# Where zsh and systemd look, below PREFIX.
ZSH_FUNCTIONS ?= share/zsh/site-functions
UNITS         ?= lib/systemd/system

# Everything that is installed: the file, and its place below PREFIX.
INSTALLED = $(PROGRAM):bin/preflight \
	$(foreach p,$(sort $(wildcard profiles/*.yaml)),$(p):share/preflight/$(p)) \
	$(foreach p,$(sort $(wildcard docs/*.[157])),$(p):share/man/man$(subst .,,$(suffix $(p)))/$(notdir $(p))) \
	packaging/completions/preflight.bash:share/bash-completion/completions/preflight \
	packaging/completions/preflight.zsh:$(ZSH_FUNCTIONS)/_preflight \
	packaging/completions/preflight.fish:share/fish/vendor_completions.d/preflight.fish \
	$(foreach w,$(sort $(wildcard packaging/rmm/*)),$(w):share/preflight/rmm/$(notdir $(w))) \
	$(foreach u,$(sort $(wildcard packaging/systemd/*)),$(u):$(UNITS)/$(notdir $(u))) \
	$(foreach p,LICENSE $(addprefix docs/,before-an-installation.md troubleshooting.md in-an-rmm.md inbound.md json.md),$(p):share/doc/preflight/$(notdir $(p)))

# Units name the program where it is.
install: $(PROGRAM)
	$(Q)set -e; for pair in $(INSTALLED); do \
	  to='$(DESTDIR)$(PREFIX)'/"$${pair#*:}"; mode=644; \
	  case $$to in */bin/*|*.sh) mode=755;; esac; \
	  install -D -m $$mode "$${pair%%:*}" "$$to"; \
	  case $$to in *.service) sed -i 's,/usr/local/bin/,$(PREFIX)/bin/,' "$$to";; esac; \
	done

# Of the folders only those that bear the program's name: others may be shared.
uninstall:
	$(Q)for pair in $(INSTALLED); do rm -f '$(DESTDIR)$(PREFIX)'/"$${pair#*:}"; done
	$(Q)for folder in share/preflight/profiles share/preflight/rmm share/preflight share/doc/preflight; do \
	  [ ! -d '$(DESTDIR)$(PREFIX)'/$$folder ] || \
	  rmdir --ignore-fail-on-non-empty '$(DESTDIR)$(PREFIX)'/$$folder; done

.PHONY: install uninstall

# Packages of the static file, in build/packages.
deb tarball rpm image: static
	$(Q)packaging/pack build/static/preflight build/packages $@

# Each installed and run in a clean root of Debian; long.
check-packages: static
	$(Q)tests/packages/run

.PHONY: deb tarball rpm image check-packages
