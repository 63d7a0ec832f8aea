#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-or-later
"""The module's README and its code name the same things, both ways.

README: under the heading of a kind, a name stands in backticks at the start of
a table row or a list item, or in a heading of its own. Code: in a table that
Kamailio reads, known by its shape. KINDS says both for each kind.
"""
import os
import re

import rules

NAME = r"[a-z][a-z0-9_]*"
# kind: (heading in the README, name within the backticks,
#        file of the code, shapes of a name in it)
KINDS = {
    "parameter": (
        r"parameters", r"(%s)$" % NAME,
        r"(config|ims_reg_refresh)\w*\.c$",
        [r'\{\s*"(%s)"\s*,\s*(?:PARAM_\w+|INT_PARAM|STR_PARAM)\b' % NAME,
         r'\bX\(\s*(%s)\s*,' % NAME]),
    "function": (
        r"functions", r"(reg_refresh_\w+)\(",
        r".*\.c$",
        [r'\{\s*"(reg_refresh_\w+)"\s*,\s*\(cmd_function\)']),
    "variable": (
        r"variables", r"\$regr\((%s)\)" % NAME,
        r"pv\w*\.c$", [r'\[FIELD_\w+\] = "(%s)"' % NAME]),
    "RPC command": (
        r"rpc", r"(reg_refresh\.%s)" % NAME,
        r"rpc\w*\.c$", [r'"(reg_refresh\.%s)"' % NAME]),
    "statistic": (
        r"statistics", r"(%s)$" % NAME,
        r"stats?\w*\.c$", [r'\[STATS_\w+\] = "(%s)"' % NAME,
                            r'GROUP, "(%s)"' % NAME]),
    "event": (
        r"events", r"(?:event_route\[)?reg_refresh:([a-z-]+)",
        r"events?\w*\.c$", [r'"reg_refresh:([a-z-]+)"']),
}


def sections(readme):
    """(heading, lines) of each section of level 2, its sub-sections included."""
    heading, lines = "", []
    for line in readme.split("\n"):
        m = re.match(r"##\s+(.*)", line)
        if m:
            yield heading, lines
            heading, lines = m.group(1), []
        else:
            lines.append(line)
    yield heading, lines


def documented(readme, heading, name):
    """Names that the README's section lists."""
    found = set()
    for title, lines in sections(readme):
        if not re.search(r"\b%s\b" % heading, title, re.I):
            continue
        for line in lines:
            m = re.match(r"(?:\|\s*|\s*[-*]\s+|###+\s+)((?:`[^`]+`[\s,]*)+)", line)
            for span in re.findall(r"`([^`]+)`", m.group(1)) if m else []:
                hit = re.match(name, span)
                if hit:
                    found.add(hit.group(1))
    return found


def verdict_statistics(files):
    """act_x and why_x: one for each word of the core's verdicts."""
    for path, text in files:
        if os.path.basename(path) == "reg_verdict.c":
            for kind, word in re.findall(
                    r'\[REG_(ACT|WHY)_\w+\] = "([a-z-]+)"', text):
                if word != "none":
                    yield "%s_%s" % (kind.lower(), word.replace("-", "_"))


def latency_statistics(files):
    """hss_sar_le_5ms: one for each bound of the core's buckets and each round."""
    text = "".join(text for path, text in files
                   if os.path.basename(path) == "reg_latency.c")
    bounds = re.search(r"bounds_ms\[\w+\] = \{([^}]*)\}", text)
    for r in ("sar", "mar") if bounds else ():
        yield from ("hss_%s_rounds" % r, "hss_%s_ms" % r)
        for bound in bounds.group(1).split(","):
            yield "hss_%s_le_%sms" % (r, bound.strip())


def exported(files, file, shapes):
    """Names that the code hands to Kamailio."""
    found = set()
    for path, text in files:
        if re.match(file, os.path.basename(path)):
            code = rules.blank(text, strings=False)
            for shape in shapes:
                found |= set(re.findall(shape, code))
    return found


def check(root):
    path = os.path.join(root, rules.MODULE, "README.md")
    files = rules.sources(root, rules.MODULE, (".c", ".h"))
    if not files or not os.path.exists(path):
        raise rules.Skip("no README or no source of the module yet")
    readme = rules.read(path)
    for kind, (heading, name, file, shapes) in KINDS.items():
        there = documented(readme, heading, name)
        here = exported(files, file, shapes)
        if kind == "statistic":
            core = rules.sources(root, rules.MODULE + "/core", (".c",))
            here |= {*verdict_statistics(core), *latency_statistics(core)}
        for n in sorted(here - there):
            yield "%s: the code has the %s '%s', the README does not list it" \
                % (rules.MODULE, kind, n)
        for n in sorted(there - here):
            yield "%s: the README lists the %s '%s', the code has none" \
                % (rules.MODULE, kind, n)


M = rules.MODULE
README = """# x
`not_a_parameter` here.
## Parameters
| name | default | meaning |
|---|---|---|
| `min_expires` | 60 | as `max_expires`, which is elsewhere |
| `max_expires` | 0 | none |
### `hash_size` (integer)
## Functions
- `reg_refresh_save(domain, route)`: saves
## Variables
| `$regr(act)` | what |
## RPC commands
| `reg_refresh.show impu` | shows |
## Statistics
| `act_keep`, `why_too_brief`, `sar_sent`, `bindings` | counted |
## Events
| `event_route[reg_refresh:late]` | late |
"""
CLEAN = {
    M + "/README.md": README,
    M + "/ims_reg_refresh_mod.c":
        'static param_export_t params[] = {{"min_expires", PARAM_INT, &a},\n'
        '\t{ "hash_size", INT_PARAM, &b },\n\t{0, 0, 0}};\n'
        'static cmd_export_t cmds[] = {\n'
        '\t{"reg_refresh_save", (cmd_function)w_save, 2, 0, 0, ANY_ROUTE}};\n',
    M + "/config.c": '#define INTEGERS(X) \\\n\tX(max_expires, 0, 0, 9)\n',
    M + "/pv.c": 'names[] = {[FIELD_ACT] = "act"};\n',
    M + "/rpc.c": 'rpc_export_t r[] = {{"reg_refresh.show", rpc_show, d, 0}};\n',
    M + "/stats.c": 'names[] = {[STATS_SAR_SENT] = "sar_sent"};\n'
        'register_stat(GROUP, "bindings", f, 0);\n',
    M + "/core/reg_verdict.c": 'a[] = {[REG_ACT_NONE] = "none",\n'
        '\t[REG_ACT_KEEP] = "keep", [REG_WHY_TOO_BRIEF] = "too-brief"};\n',
    M + "/events.c": 'e = route("reg_refresh:late");\n',
}


def planted():
    there = {
        "parameter": ("min_expires", 'static param_export_t q = '
                      '{"new_one", PARAM_INT, 0};\n', "new_one", "/config_more.c"),
        "function": ("reg_refresh_save", 'q = {"reg_refresh_new", '
                     '(cmd_function)w, 0};\n', "reg_refresh_new", "/a.c"),
        "variable": ("act", 'q = {[FIELD_NEW] = "new_one"};\n', "new_one",
                     "/pv_more.c"),
        "RPC command": ("reg_refresh.show", 'q = {"reg_refresh.new", 0};\n',
                        "reg_refresh.new", "/rpc_more.c"),
        "statistic": ("sar_sent", 'q = {[STATS_NEW] = "new_one"};\n',
                      "new_one", "/stats_more.c"),
        "event": ("late", 'q = "reg_refresh:new";\n', "new", "/events_more.c"),
    }
    for kind, (known, code, new, file) in there.items():
        yield {M + file: code}, "the code has the %s '%s'" % (kind, new)
        for path, text in CLEAN.items():
            gone = text.replace('"%s"' % known, '"Gone"') \
                .replace(':%s"' % known, ':Gone"')
            if gone != text:
                yield ({path: gone},
                       "the README lists the %s '%s'" % (kind, known))


PLANTED = list(planted()) + [
    ({M + "/config.c": "\tX(new_one, 0, 0, 9)\n"},
     "the code has the parameter 'new_one'"),
    ({M + "/core/reg_verdict.c": '[REG_ACT_NEW] = "new-one"'},
     "the code has the statistic 'act_new_one'"),
    ({M + "/core/reg_verdict.c": ""},
     "the README lists the statistic 'why_too_brief'"),
    ({M + "/config.c": ""}, "the README lists the parameter 'max_expires'"),
    ({M + "/core/reg_latency.c": "bounds_ms[N] = {2, 5};\n"},
     "the code has the statistic 'hss_mar_le_5ms'"),
]

if __name__ == "__main__":
    rules.main(check, PLANTED, CLEAN)
