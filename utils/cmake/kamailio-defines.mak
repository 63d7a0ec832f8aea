# SPDX-License-Identifier: GPL-2.0-or-later
#
# Prints the preprocessor set of a Kamailio source tree that `make cfg` has
# configured. Run as `make -C SOURCE/src -f THIS show`: the tree's own make
# expands its own variables.

include config.mak

$(info $(C_DEFS) $(CC_PMUTEX_OPTS))

.PHONY: show
show: ;@:
