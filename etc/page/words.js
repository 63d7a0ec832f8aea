// SPDX-License-Identifier: GPL-2.0-or-later
//
// Knows how numbers, times and verdicts are said. Never touches the page.

const NARROW_SPACE = "\u202f";

/** 12345 as 12 345; "–" if there is none. */
export function count(n) {
	if (!Number.isFinite(n))
		return "–";
	return String(Math.round(n)).replace(/\B(?=(\d{3})+$)/g, NARROW_SPACE);
}

/** How many rows a list has; page.cfg asks for 40 at most. */
export function upTo(n) {
	return n === 40 ? "40 or more" : count(n);
}

/** A rate [1/s]: 0, 0.4, 12. */
export function rate(n) {
	if (!Number.isFinite(n))
		return "–";
	return n > 0 && n < 9.95 ? n.toFixed(1) : count(n);
}

export function percent(part, whole) {
	if (!(whole > 0))
		return "–";
	const p = 100 * part / whole;
	return (p > 99.9 && p < 100 ? ">99.9" : p.toFixed(p < 99 ? 0 : 1)) + " %";
}

/** Seconds as the two largest units: 82 000 is 22 h 46 min. */
export function span(s) {
	if (!Number.isFinite(s))
		return "–";
	const sign = s < 0 ? "−" : "";
	s = Math.abs(Math.round(s));
	if (s < 60)
		return `${sign}${s} s`;
	if (s < 3600)
		return `${sign}${Math.floor(s / 60)} min ${two(s % 60)} s`;
	if (s < 172800)
		return `${sign}${Math.floor(s / 3600)} h ${two(Math.floor(s % 3600 / 60))} min`;
	return `${sign}${Math.floor(s / 86400)} d ${Math.floor(s % 86400 / 3600)} h`;
}

function two(n) {
	return String(n).padStart(2, "0");
}

/** Time of day, UTC as in the S-CSCF's answers. */
export function clock(ms) {
	return Number.isFinite(ms) ? new Date(ms).toISOString().slice(11, 19) : "–";
}

/** A time of the S-CSCF [ms since the epoch]; NaN for "never" and nothing. */
export function instant(text) {
	return Date.parse(text ?? "");
}

export const LOCAL = ["keep", "extend", "shorten", "repeat", "fetch"];
export const HSS = ["register", "update", "overwrite", "remove", "deregister"];
export const REFUSED = ["challenge", "reject"];

/** Whether an entry of the story tells of a call or a probe, not of a REGISTER. */
export function isCall(entry) {
	return entry.act === "call" || entry.act === "probe";
}

/** Which mark an act has: local, hss, challenge, refused, call, lost. */
export function kindOf(verdict) {
	if (isCall(verdict))
		return verdict.reach === "suspect" ? "lost" : "call";
	if (verdict.act === "challenge")
		return "challenge";
	if (verdict.act === "reject" || verdict.status >= 400)
		return "refused";
	return verdict.sar > 0 || HSS.includes(verdict.act) ? "hss" : "local";
}

const SAR = ["", "registration", "re-registration", "unregistered user",
	"timeout", "user left", "timeout, name kept", "user left, name kept",
	"ended by operator", "authentication failed", "authentication timed out",
	"too much data"];

/** Why, in a sentence. One for each word of the core: a test counts them. */
export const WHY = {
	"malformed": "The REGISTER cannot be understood.",
	"fetch": "It only asks what is bound.",
	"too-brief": "It asks for less than the shortest lifetime.",
	"retransmission": "The same REGISTER once more.",
	"out-of-order": "Its CSeq is older than one seen already.",
	"not-registered": "It would end a registration that is not there.",
	"nothing-to-remove": "It would remove a contact that is not there.",
	"contact-removed": "A contact leaves, others stay.",
	"last-contact-removed": "The last contact leaves.",
	"initial": "Nobody of the implicit set was registered.",
	"too-many-contacts": "One contact too many.",
	"contact-new": "A contact that was not bound.",
	"contact-replaced": "The user came with another address.",
	"forced": "An operator asked for an update.",
	"no-facts": "Nothing was known of this contact.",
	"callid-changed": "Another Call-ID: the phone may have restarted.",
	"cseq-gap": "CSeq numbers are missing: it was elsewhere meanwhile.",
	"path-changed": "It comes by another way.",
	"hss-owed": "The HSS has not heard of the last update.",
	"lui-expired": "The location update interval is over.",
	"first-half": "First half of the lifetime: it goes on as it was.",
	"shortened": "It asks for less than remains.",
	"second-half": "Second half of the lifetime: it starts again.",
	"protected": "The P-CSCF vouches for the user.",
	"response-right": "The challenge is answered rightly.",
	"reauth-due": "It is time to prove the user again.",
	"no-credential": "It carries no proof.",
	"nonce-unknown": "It answers a challenge that we do not know.",
	"stale-nonce": "It answers a challenge that is too old.",
	"nc-replay": "Its nonce count was seen already.",
	"response-wrong": "The challenge is answered wrongly.",
	"resync": "The SIM asks for resynchronisation.",
	"resync-limit": "Too many resynchronisations in a row.",
	"response-empty": "The phone gave up on the challenge.",
	"challenge-loop": "Challenged again and again: the loop is broken.",
	"mar-limit": "Too many MARs this second.",
	"hss-refused": "The HSS said no.",
	"hss-silent": "The HSS did not answer.",
	"expired": "Its lifetime ran out without a refresh.",
	"ended-by-hss": "The HSS ended the registration.",
	"ended-by-operator": "The operator ended the registration.",
	"ended-in-usrloc": "Another module ended it.",
};

/** What an act does, for the table and the legend. */
export const KIND = {
	local: "answered here",
	hss: "the HSS was asked",
	challenge: "challenged",
	refused: "refused",
	call: "called",
	lost: "called in vain",
};

const STAGE = {
	"no-progress": "no answer beyond 100",
	"provisional": "it rang, no final answer",
	"no-prack": "stopped at 183, no PRACK",
	"no-ack": "200, but no ACK",
	"complete": "answered and ACKed",
	"rejected": "the phone said no",
	"cancelled": "the caller gave up",
};

/** Whether a phone can be reached, and what has shown it; "" if not known. */
export function reachSaid(state, means, stage) {
	const by = means && means !== "none" ? means.toUpperCase() : "";
	return [state, [by, STAGE[stage]].filter(Boolean).join(": ")]
		.filter(Boolean).join(" · ");
}

/** What became of a call, and what it showed. */
export function callSaid(entry) {
	return reachSaid(entry.reach, entry.means, entry.stage)
		+ (entry.times > 1 ? ` · ${entry.times} times` : "");
}

/** What the HSS was asked and said, "" if nothing. */
export function hssSaid(v) {
	if (!(v.sar > 0))
		return "";
	const said = v.hss > 0 ? `HSS said ${v.hss}` : "HSS did not answer";
	return `SAR ${v.sar} (${SAR[v.sar] ?? "?"}): ${said}`;
}

/** The values that a verdict compared, as parts of a sentence. */
export function compared(v) {
	const parts = [];
	if (v.lifetime > 0)
		parts.push(`${span(v.elapsed)} of ${span(v.lifetime)} gone`);
	parts.push(`CSeq ${v.cseq_seen} → ${v.cseq}, ${v.call_id} Call-ID`);
	if (v.sar > 0)
		parts.push(hssSaid(v));
	else if (v.lui_left > 0)
		parts.push(`HSS not asked, update due in ${span(v.lui_left)}`);
	if (v.times > 1)
		parts.push(`${v.times} times`);
	if (v.proven === 0)
		parts.push("the user was not proven");
	const other = (v.reasons ?? "").split(",").filter(r => r && r !== v.why);
	if (other.length > 0)
		parts.push(`also ${other.join(", ")}`);
	return parts.join(" · ");
}
