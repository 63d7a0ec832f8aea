// SPDX-License-Identifier: GPL-2.0-or-later
//
// Knows how counters become rates, and how these look. Never asks for them.

import {element, plot, say, shape} from "./draw.js";
import {HSS, LOCAL, REFUSED, rate, span} from "./words.js";

const SAMPLES = 150, SAMPLES_MIN = 15; // five minutes, half a minute

const acts = names => names.map(name => `act_${name}`);

/* A plot: its layers from the bottom, each the sum of some counters. */
const PLOTS = [
	{name: "registers", title: "REGISTER/s", layers: [
		{name: "calm", title: "answered here", of: acts(LOCAL)},
		{name: "work", title: "with the HSS", of: acts(HSS)},
		{name: "other", title: "challenged or refused", of: acts(REFUSED)}]},
	{name: "sar", title: "SAR/s", layers: [
		{name: "calm", title: "saved", of: ["sar_saved"]},
		{name: "work", title: "sent", of: ["sar_sent"]}], failed: "sar_failed"},
	{name: "mar", title: "MAR/s", layers: [
		{name: "calm", title: "saved", of: ["mar_saved"]},
		{name: "work", title: "sent", of: ["mar_sent"]}]},
];

let last; // {at [ms], stats}
const expiries = []; // how many in each sample

function make(p) {
	p.now = element("b", {class: "value"}, "–");
	p.since = element("small");
	p.svg = shape("svg", {role: "img", "aria-label": p.title});
	p.failed_ = element("span", {class: "failed"});
	p.acts = element("p", {class: "acts"});
	for (const layer of p.layers) {
		layer.values = [];
		layer.now = element("b", {}, "–");
	}
	return element("section", {class: "card", id: `plot-${p.name}`},
		element("h2", {}, p.title, " ", p.since, p.now), p.svg,
		element("p", {class: "legend"}, ...p.layers.map(layer => element("span", {},
			element("i", {class: layer.name}), `${layer.title} `, layer.now)), p.failed_), p.acts);
}

/** What the counters rose by, a second; 0 after a restart. */
function risen(names, stats, seconds) {
	const sum = s => names.reduce((n, name) => n + (s[name] ?? 0), 0);
	return Math.max(0, sum(stats) - sum(last.stats)) / seconds;
}

function update(p, stats, seconds) {
	let sum = 0;
	for (const layer of p.layers) {
		const v = risen(layer.of, stats, seconds);
		layer.values = [...layer.values, v].slice(-SAMPLES);
		say(layer.now, rate(v));
		sum += v;
	}
	const failed = p.failed ? risen([p.failed], stats, seconds) : 0;
	say(p.failed_, failed > 0 ? `▲ failed ${rate(failed)}` : "");
	say(p.now, rate(sum));
	draw(p);
	return failed;
}

/* As wide as what is known, from half a minute on. */
function draw(p) {
	const room = Math.max(p.layers[0].values.length, SAMPLES_MIN);
	say(p.since, `last ${span(Math.round(room / 5) * 10)}`);
	plot(p.svg, p.layers, room);
}

function showActs(p, stats, seconds) {
	const rates = [...LOCAL, ...HSS, ...REFUSED]
		.map(act => [act, risen([`act_${act}`], stats, seconds)])
		.filter(([, v]) => v > 0).sort((a, b) => b[1] - a[1]);
	say(p.acts, rates.slice(0, 5).map(([act, v]) => `${act} ${rate(v)}`).join(" · "));
}

/**
 * Take a sample in and show the rates.
 * @param stats  the counters
 * @param atMs   when they were read
 * @return expired: silent expiries of the last five minutes; failed: SARs a second
 */
export function showRates(stats, atMs) {
	const parent = document.getElementById("plots");
	if (!parent.firstChild)
		parent.append(...PLOTS.map(make));
	const seconds = last ? (atMs - last.at) / 1000 : 0;
	let failed = 0;
	if (seconds > 0) {
		for (const p of PLOTS)
			failed += update(p, stats, seconds);
		showActs(PLOTS[0], stats, seconds);
		expiries.push(risen(["silent_expiries"], stats, 1));
		expiries.splice(0, expiries.length - SAMPLES);
	}
	last = {at: atMs, stats};
	return {expired: expiries.reduce((n, e) => n + e, 0), failed};
}

/** The width has changed. */
export function redrawRates() {
	for (const p of PLOTS)
		if (p.svg && p.layers[0].values.length > 0)
			draw(p);
}
