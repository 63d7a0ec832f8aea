// SPDX-License-Identifier: GPL-2.0-or-later
//
// Knows how the story of an IMPU is told. Never asks for it.

import {element, icon} from "./draw.js";
import {legend, timeline} from "./timeline.js";
import {KIND, WHY, callSaid, clock, compared, instant, isCall, kindOf, reachSaid,
	span} from "./words.js";

let shown = ""; // what is on the page, so that nothing is drawn twice

function fact(name, value, bad) {
	return element("div", {class: bad ? "bad" : undefined}, element("dt", {}, name),
		element("dd", {}, value === undefined || value === "" ? "–" : String(value)));
}

function standing(b) {
	const words = [];
	if (b.owed)
		words.push("▲ the HSS has not been told");
	if (b.forced)
		words.push("the next REGISTER reaches the HSS");
	if (b.facts === 0)
		words.push("▲ known to usrloc only");
	return words.join(" · ") || "in order";
}

function facts(b) {
	const reach = reachSaid(b.reach, b.reach_by, b.reach_stage);
	return element("dl", {class: "facts"},
		fact("State", standing(b), b.owed || b.facts === 0),
		fact("Reachable", reach && `${reach}, ${clock(instant(b.reach_at))}`,
			b.reach === "suspect"),
		fact("Private identity", b.impi),
		fact("Lifetime", `${span(b.remaining)} of ${span(b.lifetime)} left, until `
			+ clock(instant(b.expires_at))),
		fact("HSS told", `${clock(instant(b.hss_told_at))}, next `
			+ (b.lui < 0 ? "never" : `in ${span(b.lui)}`)),
		fact("CSeq", b.cseq), fact("Call-ID", b.call_id), fact("Path", b.path),
		fact("User-Agent", b.user_agent),
		b.instance ? fact("Flow", `${b.instance} ${b.reg_id ?? ""}`) : null);
}

function said(v) {
	if (isCall(v))
		return [callSaid(v)];
	return [element("b", {}, WHY[v.why] ?? ""), " ",
		compared(v) + (v.status > 0 ? ` · answered ${v.status}` : "")
		+ (v.expires > 0 ? `, ${span(v.expires)}` : "")];
}

function verdictRow(v) {
	const kind = kindOf(v);
	return element("li", {class: `verdict ${kind}`},
		element("span", {class: "number"}, String(v.number)),
		element("time", {datetime: v.at}, clock(instant(v.at))),
		element("span", {class: "act", title: KIND[kind]}, icon(kind), " ", v.act),
		element("span", {class: "why"}, isCall(v) && v.why === "none" ? v.means : v.why),
		element("span", {class: "said"}, ...said(v)));
}

/* The S-CSCF's clock, not the browser's. */
function nowOf(b) {
	const now = instant(b.expires_at) - b.remaining * 1000;
	return b.remaining > 0 && Number.isFinite(now) ? now : Date.now();
}

function bindingOf(b, verdicts, width) {
	const oldestFirst = verdicts.slice().reverse()
		.map((v, i) => ({...v, number: i + 1}));
	return element("article", {class: "card"},
		element("h3", {}, b.contact),
		timeline(b, oldestFirst, width, nowOf(b)), legend(),
		element("h4", {}, "Verdicts and calls ", element("small", {}, "newest first, times in UTC")),
		element("ol", {class: "verdicts"}, ...oldestFirst.reverse().map(verdictRow)),
		element("h4", {}, "Facts"), facts(b));
}

function loopOf(loop) {
	return element("p", {class: "card bad"}, `▲ Challenged ${loop.challenges} times `
		+ `(${loop.class}) since ${clock(instant(loop.since))}`
		+ (loop.blocked > 0 ? `, blocked for ${span(loop.blocked)}` : ""));
}

/**
 * Tell the story.
 * @param story  impu; bindings of reg_refresh.show; verdicts of reg_refresh.explain,
 *               newest first; loops of this IMPU; error: a text instead
 */
export function showStory(story) {
	const parent = document.getElementById("story");
	const text = JSON.stringify([story, parent.clientWidth]);
	if (text === shown)
		return;
	shown = text;
	const width = Math.max(parent.clientWidth - 34, 280);
	const other = parent.querySelector(".impu")?.textContent !== story.impu;
	parent.replaceChildren(
		element("p", {class: "back"}, element("a", {href: "#"}, "← all bindings"), " ",
			element("kbd", {}, "Esc")),
		element("h2", {class: "impu"}, story.impu),
		...(story.error ? [element("p", {class: "card none"}, story.error)] : []),
		...(story.loops ?? []).map(loopOf),
		...(story.bindings ?? []).map(b => bindingOf(b,
			(story.verdicts ?? []).filter(v => v.contact === b.contact), width)));
	if (other)
		scrollTo(0, 0);
}
