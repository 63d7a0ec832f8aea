#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-or-later
"""No log line takes a secret: HA1, XRES, RES, CK, IK, K, OP, a password."""
import re

import rules

LOG = re.compile(r"\b(LM_[A-Z]+|LOG_?\w*|printf|fprintf|syslog)\s*\(")
SECRET = re.compile(
    r"(?:^|_)(ha1|xres|ck|ik|opc?|password|passwd|secret|expected)(?:_|$)", re.I)
# A length or a yes/no about a secret is none.
HARMLESS = re.compile(r"(?:^has_|_n$|_len$|_missing$|_absent$)")


def arguments(text, start):
    """Text from the bracket at start to the one that closes it."""
    depth = 0
    for i in range(start, len(text)):
        depth += {"(": 1, ")": -1}.get(text[i], 0)
        if depth == 0:
            return text[start:i]
    return text[start:]


def check(root):
    files = rules.sources(root, "modules", deep=True)
    if not files:
        raise rules.Skip("no source yet")
    for path, text in files:
        code = rules.blank(text)
        for m in LOG.finditer(code):
            line = code.count("\n", 0, m.start()) + 1
            for word in re.findall(r"[A-Za-z_]\w*", arguments(code, m.end() - 1)):
                if SECRET.search(word) and not HARMLESS.search(word):
                    yield "%s:%d: %s() is given '%s', which is a secret" \
                        % (path, line, m.group(1), word)


F = rules.MODULE + "/credentials.c"
CLEAN = {F: 'void f(void)\n{\n\tLM_ERR("no ha1 for %.*s, ck missing\\n", s->n, '
            's->s);\n\tuse(v->ha1, ck);\n\tLM_DBG("%zu\\n", ck_len, checked, '
            'tick, skip, option);\n}\n'}
PLANTED = [
    ({F: 'LM_DBG("%%s",\n\t\tv->%s);\n' % word}, "'%s'" % word)
    for word in ("ha1", "xres", "ck", "ik", "password", "auth_xres", "HA1",
                 "expected_ha1", "opc", "ck_hex")
]

if __name__ == "__main__":
    rules.main(check, PLANTED, CLEAN)
