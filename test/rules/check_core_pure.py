#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-or-later
"""The core is pure: C and OpenSSL only; no clock, log, allocator, randomness."""
import rules

C_HEADERS = {
    "assert.h", "ctype.h", "errno.h", "inttypes.h", "limits.h", "stdalign.h",
    "stdarg.h", "stdbool.h", "stddef.h", "stdint.h", "stdio.h", "stdlib.h",
    "stdnoreturn.h", "string.h"}
# The parts of OpenSSL that compute; RAND and BIO are not among them.
OPENSSL_REFUSED = {"openssl/rand.h", "openssl/bio.h", "openssl/ssl.h"}
IMPURE = [
    # clock
    "time", "clock", "clock_gettime", "gettimeofday", "localtime", "localtime_r",
    "gmtime", "gmtime_r", "mktime", "nanosleep", "sleep", "usleep",
    # log and files
    "printf", "fprintf", "vprintf", "vfprintf", "puts", "fputs", "putchar",
    "perror", "syslog", "vsyslog", "fopen",
    "LM_[A-Z]+", "LOG",
    # allocator
    "malloc", "calloc", "realloc", "free", "strdup", "strndup", "alloca",
    "(?:shm|pkg)_\\w+", "OPENSSL_malloc", "OPENSSL_zalloc", "OPENSSL_free",
    # randomness
    "rand", "srand", "random", "rand_r", "drand48", "getrandom", "arc4random",
    "RAND_\\w+",
    # the process
    "exit", "abort", "getenv", "system",
]


def check(root):
    files = rules.sources(root, rules.CORE)
    if not files:
        raise rules.Skip("no core yet")
    own = {path.rsplit("/", 1)[1] for path, _ in files}
    for path, text in files:
        for line, name, system in rules.includes(text):
            if not system and name in own:
                continue
            if system and name in C_HEADERS:
                continue
            if system and name.startswith("openssl/") \
                    and name not in OPENSSL_REFUSED:
                continue
            yield "%s:%d: the core includes %s: only headers of C, of OpenSSL " \
                "and its own" % (path, line, name)
        for line, name in rules.calls(text, IMPURE):
            yield "%s:%d: the core calls %s(): time, memory, random bytes and " \
                "output are the caller's" % (path, line, name)


A = rules.CORE + "/reg_a.c"
CLEAN = {
    A: '#include "reg_a.h"\n#include <string.h>\n#include <openssl/evp.h>\n'
       '/* time(NULL) and malloc() are words here */\n'
       'int a(int now)\n{\n\tconst char *s = "printf(x)";\n'
       '\treturn snprintf(0, 0, s) + lifetime(now) + p->free(1);\n}\n',
    rules.CORE + "/reg_a.h": "int a(int now);\n",
}
PLANTED = [
    ({A: '#include "../../core/str.h"\n'}, "includes ../../core/str.h"),
    ({A: '#include "core/sr_module.h"\n'}, "includes core/sr_module.h"),
    ({A: '#include "../store.h"\n'}, "includes ../store.h"),
    ({A: "#include <time.h>\n"}, "includes time.h"),
    ({A: "#include <sys/time.h>\n"}, "includes sys/time.h"),
    ({A: "#include <openssl/rand.h>\n"}, "includes openssl/rand.h"),
    ({A: "int a(void)\n{\n\treturn time(NULL);\n}\n"}, "calls time()"),
    ({A: "int a(void)\n{\n\treturn clock_gettime(0, 0);\n}\n"},
     "calls clock_gettime()"),
    ({A: "void a(void)\n{\n\tprintf(\"\");\n}\n"}, "calls printf()"),
    ({A: "void *a(void)\n{\n\treturn malloc (1);\n}\n"}, "calls malloc()"),
    ({A: "void *a(void)\n{\n\treturn shm_malloc(1);\n}\n"}, "calls shm_malloc()"),
    ({A: "void a(void)\n{\n\tsyslog(1, \"\");\n}\n"}, "calls syslog()"),
    ({A: "int a(void)\n{\n\treturn rand();\n}\n"}, "calls rand()"),
    ({A: "int a(void)\n{\n\treturn RAND_bytes(0, 0);\n}\n"}, "calls RAND_bytes()"),
    ({A: "void a(void)\n{\n\tLM_DBG(\"\");\n}\n"}, "calls LM_DBG()"),
]

if __name__ == "__main__":
    rules.main(check, PLANTED, CLEAN)
