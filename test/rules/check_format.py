#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-or-later
"""The C sources are as clang-format leaves them (.clang-format at the root)."""
import os
import re
import shutil
import subprocess

import rules

FOLDERS = ("modules", "test", "utils")


def tool():
    """The formatter: 14 where there is a choice; others lay out differently."""
    for name in ("clang-format-14", "clang-format"):
        if shutil.which(name):
            return name
    raise rules.Skip("clang-format is not installed")


def check(root):
    config = os.path.join(root, ".clang-format")
    name = tool()
    version = subprocess.run([name, "--version"], capture_output=True, text=True)
    m = re.search(r"version (\d+)", version.stdout)
    if not m or m.group(1) != "14":
        raise rules.Skip("clang-format 14 is wanted, this is: %s"
                         % version.stdout.strip())
    files = [p for f in FOLDERS for p, _ in rules.sources(root, f, deep=True)]
    if not files:
        raise rules.Skip("no source yet")
    done = subprocess.run(
        [name, "--dry-run", "-Werror", "--style=file:" + config] + files,
        cwd=root, capture_output=True, text=True)
    wrong = sorted(set(re.findall(r"^(\S+?):\d+:\d+: error", done.stderr, re.M)))
    for path in wrong:
        yield "%s: not formatted: run %s -i on it" % (path, name)
    if done.returncode and not wrong:
        yield "clang-format failed: %s" % done.stderr.strip()


F = rules.MODULE + "/f.c"
HERE = os.path.dirname(os.path.abspath(__file__))
CLEAN = {
    ".clang-format": rules.read(os.path.join(HERE, "../../.clang-format")),
    F: "int f(int a)\n{\n\tif(a)\n\t\treturn 1;\n\treturn 0;\n}\n"}
PLANTED = [
    ({F: "int f(int a)\n{\n    return a;\n}\n"}, "f.c: not formatted"),
    ({F: "int f(int a) {\n\treturn a;\n}\n"}, "f.c: not formatted"),
    ({F: "int f(int a)\n{\n\tif (a)\n\t\treturn 1;\n\treturn 0;\n}\n"},
     "f.c: not formatted"),
]

if __name__ == "__main__":
    rules.main(check, PLANTED, CLEAN)
