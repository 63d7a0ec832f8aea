// SPDX-License-Identifier: GPL-2.0-or-later
//
// Knows how bindings and lists look. Never asks for them.

import {element, icon, say} from "./draw.js";
import {KIND, clock, count, instant, kindOf, reachSaid, span, upTo} from "./words.js";

/** Where an IMPU's story is. */
export function storyOf(impu) {
	return "#impu=" + encodeURIComponent(impu);
}

function cells(row) {
	const link = element("a", {});
	const verdict = element("td", {class: "verdict"}, element("span"),
		element("b"), " ", element("small"));
	row.append(element("td", {}, link), element("td", {class: "wide"}),
		element("td", {class: "number"}), element("td", {class: "number wide"}), verdict);
	return row;
}

/* Rows are kept and said anew: the one that has the focus keeps it. */
function sayBinding(row, b) {
	const [name, contact, left, due, verdict] = row.children;
	const kind = kindOf(b);
	name.firstChild.setAttribute("href", storyOf(b.impu));
	say(name.firstChild, b.impu);
	say(contact, b.contact);
	say(left, span(b.remaining));
	say(due, b.lui < 0 ? "never" : b.lui === 0 ? "now" : span(b.lui));
	const [sign, act, why] = verdict.children;
	say(act, b.act);
	say(why, b.why);
	if (row.dataset.kind !== kind) {
		row.dataset.kind = kind;
		sign.replaceChildren(icon(kind));
		verdict.title = KIND[kind];
	}
}

/**
 * Show bindings.
 * @param prefix  what was searched for
 * @param all     how many there are at all
 */
export function showBindings(found, prefix, all) {
	const rows = found.slice().sort((a, b) => a.impu < b.impu ? -1 : 1);
	const body = document.querySelector("#bindings tbody");
	while (body.rows.length > rows.length)
		body.lastChild.remove();
	while (body.rows.length < rows.length)
		body.append(cells(element("tr")));
	rows.forEach((b, i) => sayBinding(body.rows[i], b));
	say(document.getElementById("shown"), shownText(rows.length, prefix, all));
}

function shownText(n, prefix, all) {
	if (prefix && n === 0)
		return `none begins with ${prefix}`;
	if (prefix)
		return n < 50 ? `${n} begin with ${prefix}` : `the first 50 that begin with ${prefix}`;
	return n < all ? `${count(n)} of ${count(all)}, search for others` : `all ${count(n)}`;
}

/* Lists. A list: what it is called, and what a row says. */

function ago(text) {
	const at = instant(text);
	return Number.isFinite(at) ? `since ${clock(at)}` : "";
}

const LISTS = [
	{name: "late", title: "Late", none: "nobody",
		says: r => `${span(r.overdue)} overdue, ends ${clock(instant(r.expires_at))}`},
	{name: "unreachable", title: "Suspect", none: "nobody",
		says: r => [reachSaid("", r.means, r.stage), ago(r.since)].filter(Boolean).join(", ")},
	{name: "loops", title: "Challenge loops", none: "none",
		says: r => `${r.challenges} challenges, ${r.class}`
			+ (r.blocked > 0 ? `, blocked for ${span(r.blocked)}` : "")},
	{name: "owed", title: "Owed to the HSS", none: "nothing",
		says: r => `${r.owes} ${ago(r.since)}, tries: ${r.tries}`},
];
const ROWS_MAX = 8;

function makeList(list) {
	list.head = element("h2", {}, `${list.title} `, element("small"));
	list.rows = element("ul");
	list.node = element("section", {class: "card list", id: `list-${list.name}`},
		list.head, list.rows);
	return list.node;
}

function item(list, row) {
	const impu = row.impu ?? row.impi ?? "?";
	return element("li", {}, element("a", {href: storyOf(impu)}, impu),
		element("span", {}, list.says(row)));
}

function fillList(list, rows) {
	const items = (rows ?? []).slice(0, ROWS_MAX).map(row => item(list, row));
	const more = (rows ?? []).length - ROWS_MAX;
	if (more > 0)
		items.push(element("li", {class: "none"}, `and ${count(more)} more`));
	say(list.head.lastChild, !rows ? "not told" : rows.length > 0
		? upTo(rows.length) : `✓ ${list.none}`);
	list.node.classList.toggle("some", rows?.length > 0);
	list.rows.replaceChildren(...items);
}

/** Show the lists: {late, unreachable, loops, owed}, arrays or undefined. */
export function showLists(lists) {
	const parent = document.getElementById("lists");
	if (!parent.firstChild)
		parent.append(...LISTS.map(makeList));
	for (const list of LISTS) {
		const text = JSON.stringify(lists[list.name] ?? null);
		if (list.shown !== text)
			fillList(list, lists[list.name]);
		list.shown = text;
	}
}
