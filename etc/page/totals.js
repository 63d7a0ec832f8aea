// SPDX-License-Identifier: GPL-2.0-or-later
//
// Knows how totals look, and when one is trouble. Never asks for them.

import {element, say} from "./draw.js";
import {count, percent, rate, span} from "./words.js";

/* A tile: what it is called, its value, a note to it, when it is trouble. */
const TILES = [
	{name: "bindings", title: "Bindings",
		value: s => s.stats.bindings,
		note: s => s.stats.waiting > 0
			? `${count(s.stats.waiting)} wait for the HSS` : "nobody waits for the HSS"},
	{name: "hss", title: "HSS",
		value: s => s.peers && (s.peers.open === 0 ? "no peer"
			: s.failed > 0 ? "failing" : "connected"),
		note: s => s.failed > 0 ? `${rate(s.failed)} SARs a second fail`
			: `${s.peers.open} of ${s.peers.all} peers open`,
		bad: s => s.peers.open === 0 || s.failed > 0},
	{name: "owed", title: "Owed to HSS",
		value: s => s.stats.owed,
		note: s => s.stats.owed > 0 ? "users kept, HSS not told" : "it knows all",
		bad: s => s.stats.owed > 0},
	{name: "late", title: "Late",
		value: s => s.late === 40 ? "40+" : s.late,
		note: s => s.late > 0 ? "did not refresh in time" : "all refresh in time",
		bad: s => s.late > 0},
	{name: "suspect", title: "Suspect",
		value: s => s.suspect,
		note: s => s.suspect > 0 ? "calls do not reach them" : "nobody is",
		bad: s => s.suspect > 0},
	{name: "loops", title: "Challenge loops",
		value: s => s.loops,
		note: s => s.blocked > 0 ? `${count(s.blocked)} blocked now` : "nobody is blocked",
		bad: s => s.blocked > 0},
	{name: "silent", title: "Silent expiries",
		value: s => s.stats.silent_expiries,
		note: s => s.expired > 0 ? `${count(s.expired)} in the last 5 min`
			: s.uptime > 0 ? `in ${span(s.uptime)} of uptime` : "since start",
		bad: s => s.expired > 0},
];

const nodes = {};

function make(tile) {
	const node = element("div", {class: "tile", id: `tile-${tile.name}`},
		element("span", {class: "title"}, tile.title),
		element("b", {class: "value"}), element("span", {class: "note"}));
	nodes[tile.name] = node;
	return node;
}

function update(tile, state) {
	const [, value, note] = nodes[tile.name].children;
	const v = tile.value(state), known = v !== undefined;
	const bad = known && Boolean(tile.bad?.(state));
	say(value, typeof v === "string" ? v : count(v));
	say(note, !known ? "–" : (bad ? "▲ " : "") + tile.note(state));
	nodes[tile.name].classList.toggle("bad", bad);
	nodes[tile.name].classList.toggle("word", typeof v === "string");
}

/**
 * Show totals.
 * @param state  stats: the counters; peers: {open, all}; late, suspect, loops,
 *               blocked, expired (of late): how many; failed: SARs a second;
 *               uptime [s]. What is undefined is not known
 * @return whether one of them is trouble
 */
export function showTotals(state) {
	const parent = document.getElementById("tiles");
	if (!parent.firstChild)
		parent.append(...TILES.map(make));
	for (const tile of TILES)
		update(tile, state);
	if (performance.getEntriesByName("totals").length === 0)
		performance.mark("totals");
	showProportion(state.stats);
	return TILES.some(tile => nodes[tile.name].classList.contains("bad"));
}

/** SARs sent against saved, as one bar. */
function showProportion({sar_sent: sent, sar_saved: saved, mar_sent, mar_saved}) {
	const node = document.getElementById("proportion");
	if (!node.firstChild)
		node.append(element("b", {class: "value"}),
			element("div", {class: "bar"}, element("i")), element("span"), element("span"));
	const [value, bar, sars, mars] = node.children;
	say(value, percent(saved, sent + saved));
	say(sars, `SAR ${count(saved)} saved, ${count(sent)} sent`);
	say(mars, `MAR ${count(mar_saved)} saved, ${count(mar_sent)} sent`);
	bar.firstChild.style.width = `${sent + saved > 0 ? 100 * saved / (sent + saved) : 0}%`;
}
