// SPDX-License-Identifier: GPL-2.0-or-later
//
// Knows how a binding's last verdicts and calls are drawn over time. Never asks for them.

import {element, icon, mark, shape} from "./draw.js";
import {KIND, clock, instant, isCall, kindOf, reachSaid, span} from "./words.js";

const LANES = {register: 46, lifetime: 82, hss: 122, calls: 158};
const AXIS = 182, HEIGHT = 204;
const CLOSE_PX = 16; // no two marks nearer than this
const STEPS_S = [1, 2, 5, 10, 15, 30, 60, 120, 300, 600, 900, 1800, 3600, 7200,
	14400, 21600, 43200, 86400, 172800, 604800];

/**
 * Lifetimes that were granted, oldest first: each verdict tells of the one that
 * it met (elapsed, lifetime), the binding of the one that holds now.
 * @return [{from, to}] in ms
 */
function grantsOf(binding, verdicts) {
	const grants = verdicts.filter(v => v.lifetime > 0).map(v => {
		const from = instant(v.at) - v.elapsed * 1000;
		return {from, to: from + v.lifetime * 1000};
	});
	const from = instant(binding.granted_at);
	if (Number.isFinite(from))
		grants.push({from, to: instant(binding.expires_at), holds: true});
	grants.sort((a, b) => a.from - b.from);
	const same = (a, b) => b && Math.abs(b.from - a.from) < 1500;
	return grants.filter((g, i) => g.holds || !(same(g, grants[i + 1])
		|| (grants[i - 1]?.holds && same(g, grants[i - 1]))));
}

/** From the oldest thing known to the end of the binding, and a margin. */
function extentOf(binding, verdicts, grants, nowMs) {
	const at = [nowMs, ...verdicts.map(v => instant(v.at)), instant(binding.reach_at),
		...grants.flatMap(g => [g.from, g.to])].filter(Number.isFinite);
	const from = Math.min(...at), to = Math.max(...at);
	const margin = Math.max((to - from) * 0.03, 1000);
	return {from: from - margin, to: to + margin};
}

function axis(x, extent, width, gutter) {
	const wanted = (extent.to - extent.from) / 1000 / Math.max((width - gutter) / 110, 1);
	const step = (STEPS_S.find(s => s >= wanted) ?? STEPS_S[STEPS_S.length - 1]) * 1000;
	const parts = [];
	for (let t = Math.ceil(extent.from / step) * step; t < extent.to; t += step)
		parts.push(
			shape("line", {class: "grid", x1: x(t), x2: x(t), y1: 20, y2: AXIS}),
			x(t) < width - 26 ? shape("text", {class: "scale", x: x(t), y: AXIS + 15,
				"text-anchor": "middle"}, clock(t)) : "");
	return parts;
}

function lanes(width) {
	const names = {register: "REGISTER", lifetime: "lifetime", hss: "HSS", calls: "calls"};
	return Object.entries(LANES).flatMap(([lane, y]) => [
		shape("line", {class: "lane", x1: 0, x2: width, y1: y + 16, y2: y + 16}),
		shape("text", {class: "scale", x: 0, y: y + 4}, names[lane])]);
}

/* First half full, second half open; cut where the next one begins. */
function bar(x, grant, next) {
	const end = next ? Math.min(next.from, grant.to) : grant.to;
	const half = (grant.from + grant.to) / 2, y = LANES.lifetime - 8;
	const piece = (name, from, to) => to > from && shape("rect", {class: name, y,
		x: x(from), width: Math.max(x(to) - x(from) - 1, 1), height: 16});
	const parts = [piece("first-half", grant.from, Math.min(half, end)),
		piece("second-half", half, end)];
	if (half < end)
		parts.push(shape("line", {class: "half", x1: x(half), x2: x(half), y1: y - 3,
			y2: y + 19}), shape("text", {class: "scale", x: x(half) + 3, y: y + 27}, "½"));
	if (!next)
		parts.push(shape("line", {class: "end", x1: x(end), x2: x(end), y1: y - 4,
			y2: y + 20}), shape("text", {class: "label", x: x(end) - 4, y: y - 5,
			"text-anchor": "end"}, `ends ${clock(end)}`));
	return parts.filter(Boolean);
}

/* Each with its number above; those of the same second stand side by side. */
function marks(x, entries, y) {
	let last = -Infinity;
	return entries.flatMap(v => {
		last = Math.max(x(instant(v.at)), last + CLOSE_PX);
		return [mark(kindOf(v), last, y), shape("text", {class: "number",
			x: last, y: y - 11, "text-anchor": "middle"}, String(v.number))];
	});
}

/* What a SAR was and what became of it is said where there is room for it. */
function hssMarks(x, verdicts) {
	const asked = verdicts.filter(v => v.sar > 0);
	return asked.flatMap((v, i) => {
		const good = v.hss === 2001, at = x(instant(v.at));
		const text = `SAR ${v.sar}${good ? "" : ` ${v.hss || "no answer"}`}`;
		const room = asked[i + 1] ? x(instant(asked[i + 1].at)) - at : Infinity;
		return [mark(good ? "hss" : "refused", at, LANES.hss), room > 14 + 8 * text.length
			? shape("text", {class: good ? "label" : "label bad", x: at + 11,
				y: LANES.hss + 4}, text) : ""];
	});
}

function update(x, binding, extent, width, nowMs) {
	if (!(binding.lui >= 0))
		return [];
	const due = nowMs + binding.lui * 1000;
	if (due > extent.to)
		return [shape("text", {class: "label", x: width, y: LANES.hss - 9,
			"text-anchor": "end"}, `update due in ${span(binding.lui)} →`)];
	return [shape("line", {class: "end", x1: x(due), x2: x(due), y1: LANES.hss - 12,
		y2: LANES.hss + 12}), shape("text", {class: "label", x: x(due) - 4,
		y: LANES.hss - 9, "text-anchor": "end"}, "update due")];
}

/* Those of the story, and a later one that is still under way; in words beside
 * the last of them what is known now. */
function calls(x, binding, ended, width) {
	const y = LANES.calls, seen = instant(binding.reach_at);
	const said = reachSaid(binding.reach, binding.reach_by, binding.reach_stage);
	const last = ended.length > 0 ? instant(ended[ended.length - 1].at) : NaN;
	const underWay = Number.isFinite(seen) && !(seen - last < 1500);
	const bad = binding.reach === "suspect";
	if (!underWay && ended.length === 0)
		return [shape("text", {class: "label", x: width, y: y + 4, "text-anchor": "end"},
			said || "none seen")];
	const drawn = marks(x, ended, y);
	const at = [...ended.map(e => instant(e.at)), ...(underWay ? [seen] : [])]
		.reduce((left, t) => Math.max(x(t), left + CLOSE_PX), -Infinity);
	if (underWay)
		drawn.push(mark(bad ? "lost" : "call", at, y, 5));
	const left = at > width * 0.7;
	return [...drawn, shape("text", {class: bad ? "label bad" : "label",
		y: y + (left ? 15 : 4), x: at + (left ? 8 : 11),
		"text-anchor": left ? "end" : "start"}, said)];
}

/**
 * Draw one binding.
 * @param binding   of reg_refresh.show
 * @param entries  of reg_refresh.explain, oldest first, each with its number
 */
export function timeline(binding, entries, width, nowMs) {
	const gutter = width < 500 ? 62 : 84;
	const ended = entries.filter(isCall), verdicts = entries.filter(e => !isCall(e));
	const grants = grantsOf(binding, verdicts);
	const extent = extentOf(binding, entries, grants, nowMs);
	const x = t => gutter + (t - extent.from) / (extent.to - extent.from)
		* (width - gutter);
	const now = x(nowMs);
	return shape("svg", {class: "timeline", viewBox: `0 0 ${width} ${HEIGHT}`,
		height: HEIGHT, role: "img", "aria-label": "The last verdicts and calls over time"},
	...axis(x, extent, width, gutter), ...lanes(width),
	...grants.flatMap((g, i) => bar(x, g, grants[i + 1])),
	shape("line", {class: "now", x1: now, x2: now, y1: 16, y2: AXIS}),
	shape("text", {class: "label", x: now, y: 11, "text-anchor": "middle"}, "now"),
	...marks(x, verdicts, LANES.register),
	...hssMarks(x, verdicts),
	...update(x, binding, extent, width, nowMs), ...calls(x, binding, ended, width));
}

/** What the marks mean. */
export function legend() {
	const say = (kind, text) => element("span", {}, icon(kind), ` ${text}`);
	return element("p", {class: "legend"},
		...Object.entries(KIND).map(([kind, text]) => say(kind, text)),
		element("span", {}, element("i", {class: "calm"}), "first half of a lifetime"),
		element("span", {}, element("i", {class: "open"}), "second half"));
}
