#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-or-later
"""Arrows point inward: on_register -> {sip_*, cx, store, usrloc_sync} -> core."""
import os
import re

import rules

# What on_register tells its story with; none of it knows the story.
BELOW = re.compile(r"^(sip_\w+|cx\w*|store\w*|usrloc_\w+)\.[ch]$")


def check(root):
    core = rules.sources(root, rules.CORE)
    host = rules.sources(root, rules.MODULE)
    if not core and not host:
        raise rules.Skip("no source yet")
    host_names = {os.path.basename(p) for p, _ in host if p.endswith(".h")}
    for path, text in core:
        for line, name, _ in rules.includes(text):
            if name.startswith("..") or name in host_names:
                yield "%s:%d: the core includes %s of the host" \
                    % (path, line, name)
    for path, text in host:
        file = os.path.basename(path)
        if not BELOW.match(file):
            continue
        for line, name, _ in rules.includes(text):
            if os.path.basename(name).startswith("on_register"):
                yield "%s:%d: %s is told by %s and must not include it" \
                    % (path, line, file, name)


M = rules.MODULE
CLEAN = {
    M + "/core/reg_a.c": '#include "reg_a.h"\n',
    M + "/core/reg_a.h": "",
    M + "/on_register.c": '#include "on_register.h"\n#include "store.h"\n',
    M + "/on_register.h": '#include "core/reg_a.h"\n',
    M + "/store.h": '#include "core/reg_a.h"\n',
}
PLANTED = [
    ({M + "/core/reg_a.c": '#include "../store.h"\n'}, "includes ../store.h"),
    ({M + "/core/reg_a.c": '#include "store.h"\n'}, "includes store.h"),
] + [
    ({M + "/" + f: '#include "on_register.h"\n'}, "%s is told by" % f)
    for f in ("sip_reply.c", "sip_request.h", "cx.c", "cx_answer.c", "store.h",
              "usrloc_sync.c")
]

if __name__ == "__main__":
    rules.main(check, PLANTED, CLEAN)
