#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-or-later
"""The module's parameters and the core's policy begin with the same values."""
import os
import re

import rules

CONFIG = rules.MODULE + "/config.c"
POLICY = rules.CORE + "/reg_policy.c"
_PARAMETER = re.compile(r"\bX\((\w+),\s*(\w+),")
_TAKEN = re.compile(r"\bp->(\w+) = (\w+);")
_DEFAULT = re.compile(r"\.(\w+) = (\w+)")
_WORDS = {"true": "1", "false": "0"}


def check(root):
    paths = [os.path.join(root, p) for p in (CONFIG, POLICY)]
    if not all(os.path.exists(p) for p in paths):
        raise rules.Skip("no parameters, or no policy")
    config, policy = (rules.blank(rules.read(p)) for p in paths)
    defaults = dict(_DEFAULT.findall(policy))
    parameters = dict(_PARAMETER.findall(config))
    taken = [(f, n) for f, n in _TAKEN.findall(config) if n in parameters]
    if not taken:
        yield "%s: no parameter becomes part of the policy" % CONFIG
    for field, name in taken:
        value = defaults.get(field, "0")
        if _WORDS.get(value, value) != parameters[name]:
            yield "%s: %s is %s, and %s in %s" % (
                POLICY, field, value, parameters[name], CONFIG)


def tree(parameters, policy):
    """Both files."""
    return {CONFIG: parameters + "\tp->lui_s = interval;\n\tp->gap = gap;\n",
            POLICY: "p = {\n%s};\n" % policy}


X = "\tX(interval, 9, 0, 10)\n\tX(gap, 1, 0, 1)\n"
CLEAN = tree(X, "\t.lui_s = 9,\n\t.gap = true,\n")
PLANTED = [
    (tree(X, "\t.lui_s = 8,\n\t.gap = true,\n"), "lui_s is 8, and 9"),
    (tree(X, "\t.lui_s = 9,\n"), "gap is 0, and 1"),
    (tree("", ""), "no parameter"),
]

if __name__ == "__main__":
    rules.main(check, PLANTED, CLEAN)
