#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-or-later
"""One set of files writes usrloc, one reads SIP messages."""
import os
import re

import rules

USRLOC_WRITES = [
    "update_ucontact", "insert_ucontact", "delete_ucontact", "expire_ucontact",
    "delete_impurecord", "insert_impurecord", "update_impurecord",
    "unlink_contact_from_impu", "link_contact_to_impu"]
USRLOC_WRITER = re.compile(r"^usrloc_\w+\.c$")
USRLOC_SPEAKS = re.compile(r"/parse_param\.h$")  # the type of its parameters
PARSER = re.compile(r"(^|/)(core/)?parser/|(^|/)parse_\w+\.h$|(^|/)msg_parser\.h$")
SIP_FILE = re.compile(r"^sip_\w+\.[ch]$")


def writes(text):
    """(line, name) of each mention outside comments: called or by pointer."""
    pattern = re.compile(r"\b(%s)\b" % "|".join(USRLOC_WRITES))
    for i, line in enumerate(rules.blank(text).split("\n"), 1):
        for m in pattern.finditer(line):
            yield i, m.group(1)


def check(root):
    files = rules.sources(root, rules.MODULE)
    if not files:
        raise rules.Skip("no host source yet")
    for path, text in files:
        file = os.path.basename(path)
        if not USRLOC_WRITER.match(file):
            for line, name in writes(text):
                yield "%s:%d: %s outside usrloc_*.c: usrloc is written in " \
                    "one place" % (path, line, name)
        if not SIP_FILE.match(file):
            for line, name, _ in rules.includes(text):
                if USRLOC_WRITER.match(file) and USRLOC_SPEAKS.search(name):
                    continue
                if PARSER.search(name):
                    yield "%s:%d: includes %s: SIP is parsed in sip_*.c only" \
                        % (path, line, name)


M = rules.MODULE
CLEAN = {
    M + "/usrloc_contact.c": '#include "core/parser/parse_param.h"\n',
    M + "/usrloc_sync.c": "void f(void)\n{\n\tul.update_ucontact(1);\n}\n",
    M + "/sip_request.c": '#include "core/parser/msg_parser.h"\n',
    M + "/cx.c": '/* then update_ucontact() */\n#include "core/str.h"\n',
}
PLANTED = [
    ({M + "/cx.c": "void f(void)\n{\n\tul.%s(1);\n}\n" % w}, "%s outside" % w)
    for w in USRLOC_WRITES
] + [
    ({M + "/store.c": '#include "core/parser/parse_uri.h"\n'},
     "includes core/parser/parse_uri.h"),
    ({M + "/store.c": "#include <core/parser/contact/contact.h>\n"},
     "includes core/parser/contact/contact.h"),
]

if __name__ == "__main__":
    rules.main(check, PLANTED, CLEAN)
