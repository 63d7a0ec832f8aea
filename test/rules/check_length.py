#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-or-later
"""No function over 60 lines, no file over 400, in modules/."""
import rules

FUNCTION_LINES = 60
FILE_LINES = 400


def check(root):
    files = rules.sources(root, "modules", deep=True)
    if not files:
        raise rules.Skip("no source yet")
    for path, text in files:
        n = text.count("\n")
        if n > FILE_LINES:
            yield "%s: %d lines, at most %d: split the file" \
                % (path, n, FILE_LINES)
        for first, last, name in rules.functions(text):
            n = last - first + 1
            if n > FUNCTION_LINES:
                yield "%s:%d: %s() has %d lines, at most %d: split it" \
                    % (path, first, name, n, FUNCTION_LINES)


def function(lines, head="static int f(int a,\n\t\tint b)"):
    body = lines - head.count("\n") - 3
    return head + "\n{\n" + "\ta();\n" * body + "}\n"


F = rules.MODULE + "/f.c"
CLEAN = {F: function(60) + "\n" + "/* x */\n" * 300}
PLANTED = [
    ({F: function(61)}, "f() has 61 lines"),
    ({F: "int x;\n" + function(61, "int g(void)")}, "g() has 61 lines"),
    ({F: function(300, "void\nh(void)")}, "h() has 300 lines"),
    ({F: "int x;\n" * 401}, "401 lines, at most 400"),
    ({rules.CORE + "/f.h": "int x;\n" * 401}, "401 lines, at most 400"),
]

if __name__ == "__main__":
    rules.main(check, PLANTED, CLEAN)
