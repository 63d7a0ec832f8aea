# SPDX-License-Identifier: GPL-2.0-or-later
"""The story of a capture: messages become users, verdicts and findings.

Puts things in order and asks the core. Never decides about a REGISTER.
"""

from __future__ import annotations

import sip
from calls import FAILED, COMPLETE, DECLINED, NO_ACK, WORDS, Call, Calls
from capture import Capture
from corelink import Core, CoreError
from credentials import Credentials
from diameter import SAR_TYPES, CxMessage
from event import fields_of
from exchange import (CxExchange, CxExchanges, Registration, Registrations,
                      attribute)
from judge import (COST, FAULT, NOTE, Case, Finding, compare, contacts_of,
                   granted, sars_of)
from user import Entry, Run, User

LATE_MARGIN_MS = 30_000
USERS_MAX = 900_000

_NUMBERS = ("sar", "status", "expires", "elapsed", "lifetime", "cseq-seen",
            "cseq-new", "lui-left", "owed", "bindings")


class Story:
    """Everything that a capture tells, by user."""

    def __init__(self, core: Core, capture: Capture, grace_s: int = 10):
        self.core = core
        self.capture = capture
        self.grace_ms = grace_s * 1000
        self.users: list[User] = []
        self.end_ms = max((m.at_ms for m in capture.messages), default=0)
        self._by_impu: dict[str, User] = {}
        self._by_impi: dict[str, User] = {}
        self._by_contact: dict[str, User] = {}
        self._impis: dict[str, int] = {}
        self._fetched: set[str] = set()  # IMPIs whose HA1 is at hand
        self._credentials = Credentials()
        self._registrations = Registrations()
        self._cx = CxExchanges()
        self._calls = Calls()

    def tell(self) -> "Story":
        """Work through the capture."""
        for order, message in enumerate(self.capture.messages):
            message.order = order
            self._sort(message)
        registrations = self._registrations.in_order()
        attribute(registrations, self._cx.found, self._names)
        items = [(r.at_ms, 0, self._register, r) for r in registrations]
        items += [(x.at_ms, 1, self._alone, x) for x in self._cx.found
                  if not x.used]
        items += [(c.at_ms, 2, self._call, c) for c in self._calls.found]
        for _, _, take, item in sorted(items, key=lambda i: i[:2]):
            take(item)
        for user in self.users:
            self._finish(user)
        return self

    def _sort(self, message: sip.Message | CxMessage) -> None:
        if isinstance(message, CxMessage):
            self._cx.take(message)
        elif message.method == "REGISTER":
            self._registrations.request(message)
        elif message.method:
            self._calls.request(message)
        elif message.cseq_method == "REGISTER":
            self._registrations.response(message)
        else:
            self._calls.response(message)

    # who

    def _impu(self, message: sip.Message) -> str:
        return self.core.identity(sip.address(message.get("to")))

    def _impi(self, message: sip.Message) -> str:
        """The username, else derived from the IMPU (TS 23.003 13.3)."""
        name = sip.digest(message.get("authorization")).get("username", "")
        return name or self._impu(message).partition(":")[2]

    def _names(self, registration: Registration) -> list[str]:
        message = registration.request
        return [self._impi(message), self._impu(message)]

    def _impi_number(self, impi: str) -> int:
        return self._impis.setdefault(impi, min(len(self._impis), USERS_MAX))

    def _user(self, impu: str) -> User:
        user = self._by_impu.get(impu)
        if not user:
            user = User(min(len(self.users), USERS_MAX))
            self.users.append(user)
            self._by_impu[impu] = user
        user.name_impu(impu)
        return user

    def _learn_set(self, user: User, response: sip.Message) -> None:
        """The implicit set, by the 200's P-Associated-URI."""
        for value in response.values("p-associated-uri"):
            impu = self.core.identity(sip.address(value))
            if self._by_impu.setdefault(impu, user) is user:
                user.name_impu(impu)

    # REGISTER

    def _register(self, registration: Registration) -> None:
        message = registration.request
        impi = self._impi(message)
        user = self._user(self._impu(message))
        user.name_impi(impi)
        self._by_impi[impi] = user
        user.attempt_ms = user.attempt_ms or registration.at_ms
        word = self._credentials.response_of(impi, registration)
        joined = self._joined(user, registration)
        entry = user.add(Entry(registration.at_ms, "register",
                               self._values(registration, impi, word)))
        try:
            verdict = self.core.ask("register", [
                ("set", user.number), ("user", self._impi_number(impi)),
                ("response", word), ("joined", int(joined)),
                *fields_of(registration)])
        except CoreError as error:
            entry.findings.append(Finding("unjudged", NOTE,
                                          f"cannot be judged: {error}"))
            return
        entry.values["judged"] = not joined
        entry.values["should"] = {
            name: int(value) if name in _NUMBERS else value
            for name, value in verdict.items()}
        self._note_run(user, entry, verdict, impi)
        self._find(user, entry, registration, verdict, impi)
        self._follow(user, registration, verdict)
        if registration.final and registration.status in (401, 407):
            self._credentials.learn(impi, registration)

    def _joined(self, user: User, registration: Registration) -> bool:
        """Registered before the capture began, as its first success shows."""
        if user.decided or not 200 <= registration.status < 300:
            return False
        seen = any(e.kind == "register" and e.values["did"]["status"] in (401, 407)
                   for e in user.entries)
        leaves = [s for _, s in contacts_of(registration.request)] == ["0"]
        return 2 in sars_of(registration) or (not seen and bool(
            contacts_of(registration.request))) or (leaves and not seen)

    @staticmethod
    def _values(registration: Registration, impi: str, word: str) -> dict:
        message = registration.request
        contacts = contacts_of(message)
        sars = registration.sent("SA")
        return {"cseq": message.cseq, "call_id": message.call_id, "impi": impi,
                "contacts": [u for u, _ in contacts],
                "asked": contacts[0][1] if contacts else message.get("expires"),
                "star": message.values("contact") == ["*"],
                "credentials": word, "retransmissions": registration.repeats,
                "judged": False, "should": {},
                "did": {"status": registration.status,
                        "expires": granted(registration),
                        "sars": [x.request.type for x in sars],
                        "hss": [x.result or "no answer" for x in sars],
                        "mars": len(registration.sent("MA"))}}

    def _find(self, user: User, entry: Entry, registration: Registration,
              verdict: dict[str, str], impi: str) -> None:
        entry.findings += self._timing(user, registration)
        if not entry.values["judged"]:
            return
        scheme = next((x.answer.scheme for x in registration.sent("MA")
                       if x.answer), "")
        is_digest = bool(scheme) and "AKA" not in scheme.upper()
        broken = bool(user.runs) and user.runs[-1].loop and bool(
            registration.final and registration.final.get("retry-after"))
        entry.findings += compare(Case(
            registration, verdict, bool(self._cx.found),
            is_digest and impi in self._fetched, broken))
        if is_digest:
            self._fetched.add(impi)

    def _timing(self, user: User, registration: Registration) -> list[Finding]:
        """Silent expiry and late refresh (TS 24.229 5.1.1.4)."""
        if not self.capture.clock or not user.until_ms \
                or not 200 <= registration.status < 300:
            return []
        at_ms, lifetime = user.attempt_ms, user.until_ms - user.granted_ms
        due = user.until_ms - 600_000 if lifetime > 1_200_000 \
            else user.granted_ms + lifetime // 2
        if at_ms > user.until_ms + self.grace_ms:
            return [Finding("silent-expiry", FAULT, "the registration had expired "
                            f"{_s(at_ms - user.until_ms)} s before, in silence")]
        if at_ms > due + LATE_MARGIN_MS:
            return [Finding("late", NOTE, f"refreshed {_s(at_ms - due)} s after "
                            f"it was due, {_s(user.until_ms - at_ms)} s before "
                            "the end")]
        return []

    @staticmethod
    def _note_run(user: User, entry: Entry, verdict: dict[str, str],
                  impi: str) -> None:
        count = int(verdict["challenges"])
        status = entry.values["did"]["status"]
        run = next((r for r in reversed(user.runs)
                    if r.impi == impi and r.ended == "open"), None)
        if run and count < run.count:
            run.ended = "accepted" if 200 <= status < 300 else "window"
            run = None
        if status not in (401, 407):
            if run and status >= 400:
                run.end_ms = entry.at_ms
            return
        if not run:
            run = Run(impi, entry.at_ms, entry.at_ms, 0, "", False)
            user.runs.append(run)
        was_loop = run.loop
        run.end_ms, run.count = entry.at_ms, count
        run.cause, run.loop = verdict["class"], verdict["loop"] == "1"
        if run.loop and not was_loop:
            entry.findings.append(Finding(
                "challenge-loop", FAULT, f"challenge loop: {count} challenges in "
                f"{_s(run.end_ms - run.at_ms)} s without success, {run.cause}"))

    def _follow(self, user: User, registration: Registration,
                verdict: dict[str, str]) -> None:
        """Take over what is bound now."""
        if not 200 <= registration.status < 300:
            if verdict["bindings"] == "0" and user.bound_at(registration.at_ms):
                user.gone()  # what was bound ended with the refusal
            return
        user.decided = True
        user.attempt_ms = 0
        user.accepted_ms = registration.at_ms
        user.accepted = {"cseq": registration.request.cseq,
                         "act": verdict["act"], "why": verdict["why"]}
        user.granted_ms = int(verdict.get("granted-at", 0))
        user.until_ms = int(verdict.get("until", 0))
        user.left = verdict["bindings"] == "0"
        if "bound" in verdict:
            self._by_contact[verdict["bound"].lower()] = user
        self._learn_set(user, registration.final)

    # Cx that no REGISTER asked for

    def _alone(self, exchange: CxExchange) -> None:
        request = exchange.request
        if request.name not in ("SA", "RT", "PP", "MA"):
            return
        user = self._by_impi.get(request.impi) or next(
            (self._by_impu[i] for i in map(self.core.identity, request.impus)
             if i in self._by_impu), None)
        if not user:
            return
        name = request.name + "R"
        if request.name == "SA":
            kind = SAR_TYPES.get(request.type, "")
            name = f"SAR {request.type} {kind}".strip()
        entry = user.add(Entry(exchange.at_ms, "cx", {
            "name": name, "result": exchange.result}))
        if request.name == "RT" or request.type in (4, 8, 11):
            self.core.ask("gone", [("set", user.number)])
            user.gone()
        elif request.name == "SA" and request.type in (1, 2):
            entry.findings.append(Finding(
                "stray-sar", COST, "no REGISTER in the capture asked for it"))

    # calls

    def _call(self, call: Call) -> None:
        callee, caller = self._callee(call), self._caller(call)
        if callee:
            self._mt_call(callee, call)
        if caller in self._by_impu or not callee:
            self._mo_call(self._user(caller), call, judge=not callee)

    def _callee(self, call: Call) -> User | None:
        uris = [call.request.uri]
        for leg in call.legs:
            uris.append(sip.address(leg.request.get("p-called-party-id")))
        uris.append(sip.address(call.request.get("to")))
        for uri in filter(None, uris):
            user = self._by_impu.get(self.core.identity(uri))
            if user:
                return user
        return self._by_contact.get(call.last.request.uri.lower())

    def _caller(self, call: Call) -> str:
        request = call.request
        asserted = request.values("p-asserted-identity")
        return self.core.identity(sip.address(
            asserted[0] if asserted else request.get("from")))

    def _entry(self, user: User, call: Call, direction: str) -> Entry:
        stage = call.stage()
        return user.add(Entry(call.at_ms, "call", {
            "direction": direction, "call_id": call.request.call_id,
            "stage": stage, "words": WORDS[stage], "steps": call.steps,
            "status": call.status, "to": call.request.uri,
            "unfinished": call.unfinished(self.end_ms)}))

    def _mt_call(self, user: User, call: Call) -> None:
        entry = self._entry(user, call, "MT")
        stage = entry.values["stage"]
        if stage in (COMPLETE, DECLINED, NO_ACK):
            user.reach = "proven"
        elif stage in FAILED and user.bound_at(call.at_ms):
            user.reach = "suspect"
        entry.findings += self._call_findings(user, call, entry)

    def _mo_call(self, user: User, call: Call, judge: bool) -> None:
        entry = self._entry(user, call, "MO")
        if judge:
            entry.findings += self._call_findings(user, call, entry)

    @staticmethod
    def _call_findings(user: User, call: Call, entry: Entry) -> list[Finding]:
        values = entry.values
        if values["stage"] not in FAILED:
            return []
        words, end = values["words"], ""
        if values["unfinished"]:
            end = "; the capture ends soon after"
        if user.bound_at(call.at_ms):
            since = _s(call.at_ms - user.accepted_ms)
            last = user.accepted
            return [Finding("call-failed", FAULT, f"{words}, {since} s after the "
                            f"200 to CSeq {last['cseq']} ({last['act']}, "
                            f"{last['why']}): the 200 did not make the user "
                            f"reachable{end}")]
        if user.accepted_ms:
            return [Finding("call-unregistered", NOTE,
                            f"{words}: nothing was registered then{end}")]
        return [Finding("call-failed", FAULT, f"{words}{end}")]

    def _finish(self, user: User) -> None:
        """What was never refreshed."""
        if not user.until_ms or not self.capture.clock \
                or self.end_ms <= user.until_ms + self.grace_ms:
            return
        entry = Entry(user.until_ms, "state", {"name": "expired"})
        entry.findings.append(Finding(
            "silent-expiry", FAULT, "the registration expired and nothing "
            f"refreshed it; last seen {_s(user.until_ms - user.accepted_ms)} s "
            "before"))
        user.entries.append(entry)
        user.entries.sort(key=lambda e: e.at_ms)


def _s(ms: int) -> str:
    """Milliseconds as seconds."""
    return f"{ms / 1000:.1f}".removesuffix(".0")
