// SPDX-License-Identifier: GPL-2.0-or-later
//
// Knows what is asked when, and which view is open. Never draws itself.

import {Feed, Refused, ask, askPeers} from "./api.js";
import {say} from "./draw.js";
import {redrawRates, showRates} from "./rates.js";
import {showStory} from "./story.js";
import {showBindings, showLists, storyOf} from "./tables.js";
import {showTotals} from "./totals.js";
import {clock, span} from "./words.js";

const EVERY_MS = 2000, BACKOFF_MAX_MS = 30000, TYPING_MS = 250;

const $ = id => document.getElementById(id);

const feeds = {
	peers: new Feed(EVERY_MS, askPeers),
	uptime: new Feed(EVERY_MS, () => ask("uptime")),
	list: new Feed(2 * EVERY_MS, () => ask("list", prefix())),
	late: new Feed(3 * EVERY_MS, () => ask("late")),
	loops: new Feed(3 * EVERY_MS, () => ask("loops")),
	owed: new Feed(3 * EVERY_MS, () => ask("owed")),
	unreachable: new Feed(3 * EVERY_MS, () => ask("unreachable")),
};

/** What IMPUs are to begin with: `ali` means sip:ali, `tel:+1` means that. */
function prefix() {
	const text = $("impu").value.trim();
	const scheme = ["sip:", "sips:", "tel:", "urn:"].some(s =>
		text.startsWith(s) || s.startsWith(text));
	return scheme ? text : `sip:${text}`;
}

/** The IMPU whose story is open, "" if none is. */
function opened() {
	const hash = location.hash.match(/^#impu=(.+)$/);
	try {
		return hash ? decodeURIComponent(hash[1]) : "";
	} catch {
		return "";
	}
}

/* Asking */

/* The whole store may have to be looked through for some: they are asked for
 * only while the counters say that there is something to be found. */
async function readLists(stats) {
	const none = Promise.resolve([]);
	const [late, loops, owed, unreachable] = await Promise.all([
		feeds.late.get(), feeds.loops.get(),
		stats.owed > 0 ? feeds.owed.get() : none,
		stats.reach_suspect === 0 ? none : feeds.unreachable.get()]);
	return {late, loops, owed, unreachable};
}

async function readAll() {
	const [stats, peers, uptime] = await Promise.all([ask("stats"),
		feeds.peers.get(), feeds.uptime.get()]);
	const recent = showRates(stats, performance.now());
	say($("who"), peers?.identity ?? "");
	say($("since"), uptime ? `S-CSCF up ${span(uptime.uptime)}` : "");
	const lists = await readLists(stats);
	const bad = showTotals({stats, peers, uptime: uptime?.uptime, late: lists.late?.length,
		suspect: stats.reach_suspect ?? lists.unreachable?.length,
		...recent, loops: lists.loops?.length,
		blocked: lists.loops?.filter(loop => loop.blocked > 0).length});
	document.title = `${bad ? "▲ " : ""}${opened() || "Registrations"}`;
	showLists(lists);
	await (opened() ? readStory(opened(), lists.loops) : readBindings(stats.bindings));
}

async function readBindings(all) {
	const asked = prefix();
	const rows = await feeds.list.get();
	if (asked === prefix())
		showBindings(rows ?? [], asked, all);
}

async function readStory(impu, loops) {
	const story = {impu, loops: loops?.filter(loop => loop.impu === impu)};
	try {
		[story.bindings, story.verdicts] = await Promise.all([
			ask("show", impu), ask("explain", impu)]);
	} catch (error) {
		if (!(error instanceof Refused))
			throw error;
		story.error = error.message;
	}
	if (impu === opened())
		showStory(story);
}

/* The loop: every two seconds, seldom while there is no answer, not at all
 * while nobody looks. */

const loop = {running: false, again: false, timer: 0, failures: 0, goodAt: 0, nextAt: 0};

async function turn() {
	try {
		await readAll();
		loop.failures = 0;
		loop.goodAt = Date.now();
	} catch (error) {
		loop.failures++;
		loop.error = error.message;
	}
}

async function run() {
	if (loop.running) {
		loop.again = true;
		return;
	}
	if (document.hidden)
		return;
	clearTimeout(loop.timer);
	loop.running = true;
	do {
		loop.again = false;
		await turn();
	} while (loop.again);
	loop.running = false;
	const wait = Math.min(EVERY_MS * 2 ** Math.max(loop.failures - 1, 0), BACKOFF_MAX_MS);
	loop.nextAt = Date.now() + wait;
	loop.timer = setTimeout(run, wait);
	showState();
}

function showState() {
	const bad = loop.failures > 0;
	document.body.classList.toggle("stale", bad);
	$("banner").hidden = !bad;
	say($("state"), bad ? "▲ no answer" : loop.goodAt ? `● live ${clock(loop.goodAt)} UTC` : "");
	if (!bad)
		return;
	const since = loop.goodAt
		? `since ${clock(loop.goodAt)} UTC (${span((Date.now() - loop.goodAt) / 1000)})` : "yet";
	const next = Math.max(0, (loop.nextAt - Date.now()) / 1000);
	say($("banner"), `▲ No answer from the S-CSCF ${since}. `
		+ `${loop.error}. Next try in ${span(next)}. What you see is old.`);
}

/* What the user does */

function route() {
	const story = opened();
	$("overview").hidden = Boolean(story);
	$("story").hidden = !story;
	if (story)
		$("impu").blur();
	else
		$("story").replaceChildren();
	feeds.list.soon();
	run();
}

function moveFocus(by) {
	const links = [...document.querySelectorAll("#bindings a")];
	const at = links.indexOf(document.activeElement);
	const next = links[at < 0 ? 0 : Math.min(Math.max(at + by, 0), links.length - 1)];
	next?.focus();
}

function leave() {
	if (opened()) {
		location.hash = "";
		return;
	}
	$("impu").value = "";
	$("impu").blur();
	feeds.list.soon();
	run();
}

function onKey(event) {
	const typing = event.target === $("impu");
	if (event.ctrlKey || event.altKey || event.metaKey)
		return;
	if (event.key === "/" && !typing)
		$("impu").select();
	else if (event.key === "Escape")
		leave();
	else if ((event.key === "ArrowDown" || event.key === "ArrowUp") && !opened())
		moveFocus(event.key === "ArrowDown" ? 1 : -1);
	else
		return;
	event.preventDefault();
}

/* A whole IMPU opens its story, without a search for others. */
function onSearch(event) {
	event.preventDefault();
	const text = prefix();
	const first = document.querySelector("#bindings a");
	if (/@.|^tel:/.test(text))
		location.hash = storyOf(text);
	else if (first && !opened())
		first.focus();
}

let typed = 0;

function onType() {
	clearTimeout(typed);
	typed = setTimeout(() => {
		if (opened())
			location.hash = "";
		feeds.list.soon();
		run();
	}, TYPING_MS);
}

$("search").addEventListener("submit", onSearch);
$("impu").addEventListener("input", onType);
addEventListener("keydown", onKey);
addEventListener("hashchange", route);
addEventListener("resize", redrawRates);
document.addEventListener("visibilitychange", run);
setInterval(showState, 1000);
route();
