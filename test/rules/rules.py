# SPDX-License-Identifier: GPL-2.0-or-later
"""What the rule checks share: reading C, reporting, testing themselves.

A check is a script with check(root), which yields findings as text, and PLANTED,
a list of (files, words): a tree that breaks the rule, and the words by which
its finding is known. It ends with main(check, PLANTED, CLEAN).

    check_x.py ROOT         0: kept, 1: broken, 77: nothing there to look at
    check_x.py --self-test  0: every planted fault is found, the clean tree passes
"""
import os
import re
import sys
import tempfile

MODULE = "modules/ims_reg_refresh"
CORE = MODULE + "/core"


class Skip(Exception):
    """There is nothing to check."""


def read(path):
    with open(path, encoding="utf-8", errors="replace") as f:
        return f.read()


def sources(root, folder, suffixes=(".c", ".h"), deep=False):
    """Files of a folder as (path below root, text), sorted."""
    top = os.path.join(root, folder)
    found = []
    for here, folders, names in os.walk(top):
        if not deep:
            folders[:] = []
        found += [os.path.join(here, n) for n in names if n.endswith(suffixes)]
    return [(os.path.relpath(p, root), read(p)) for p in sorted(found)]


_TOKEN = re.compile(
    r'//[^\n]*|/\*.*?\*/|"(?:\\.|[^"\\\n])*"|\'(?:\\.|[^\'\\\n])*\'', re.S)


def blank(text, strings=True):
    """C text without comments (and the inside of strings): lines stay lines."""
    def gone(m):
        t = m.group(0)
        if t[0] in "\"'":
            return t[0] * 2 if strings else t
        return re.sub(r"[^\n]", " ", t)
    return _TOKEN.sub(gone, text)


def includes(text):
    """(line, name, is_system) of each #include."""
    for i, line in enumerate(blank(text, strings=False).split("\n"), 1):
        m = re.match(r'\s*#\s*include\s*([<"])([^>"]+)[>"]', line)
        if m:
            yield i, m.group(2), m.group(1) == "<"


def calls(text, names):
    """(line, name) of each call to, or address taken of, a function named."""
    pattern = re.compile(r"(?<![\w.>])(%s)\s*\(" % "|".join(names))
    for i, line in enumerate(blank(text).split("\n"), 1):
        for m in pattern.finditer(line):
            yield i, m.group(1)


def functions(text):
    """(first line, last line, name) of each function: its braces in column 0."""
    lines = blank(text).split("\n")
    for i, line in enumerate(lines):
        if line.rstrip() != "{" or i == 0 or not lines[i - 1].rstrip().endswith(")"):
            continue
        first = i - 1
        while first > 0 and re.match(r"[\s\w*]", lines[first - 1]) \
                and lines[first - 1].strip() \
                and not lines[first - 1].rstrip().endswith((";", "}")):
            first -= 1
        last = next((k for k in range(i, len(lines))
                     if lines[k].startswith("}")), len(lines) - 1)
        m = re.search(r"(\w+)\s*\(", " ".join(lines[first:i]))
        yield first + 1, last + 1, m.group(1) if m else "?"


def _plant(folder, files):
    for path, text in files.items():
        path = os.path.join(folder, path)
        os.makedirs(os.path.dirname(path), exist_ok=True)
        with open(path, "w", encoding="utf-8") as f:
            f.write(text)


def _findings(check, files):
    with tempfile.TemporaryDirectory() as folder:
        _plant(folder, files)
        return list(check(folder))


def _self_test(check, planted, clean):
    failed = 0
    for n, (files, words) in enumerate(planted, 1):
        found = _findings(check, {**clean, **files})
        if not any(words in f for f in found):
            failed += 1
            print("planted fault %d is not found (%s); found: %s"
                  % (n, words, found or "nothing"))
    found = _findings(check, clean)
    if found:
        failed += 1
        print("the clean tree is refused: %s" % found)
    print("%d planted faults and the clean tree: %d judged wrongly"
          % (len(planted), failed))
    return 1 if failed or not planted else 0


def main(check, planted, clean):
    if len(sys.argv) != 2:
        sys.exit("usage: %s ROOT | --self-test" % sys.argv[0])
    try:
        if sys.argv[1] == "--self-test":
            sys.exit(_self_test(check, planted, clean))
        found = list(check(sys.argv[1]))
    except Skip as why:
        print("skipped: %s" % why)
        sys.exit(77)
    for f in found:
        print(f)
    print("%d findings" % len(found))
    sys.exit(1 if found else 0)
