// SPDX-License-Identifier: GPL-2.0-or-later
//
// Knows how elements, plots and marks are made. Texts go in as texts: nothing
// from outside is ever read as HTML.

const SVG = "http://www.w3.org/2000/svg";

function fill(node, attributes, children) {
	for (const [name, value] of Object.entries(attributes ?? {}))
		if (value !== undefined && value !== null)
			node.setAttribute(name, value);
	node.append(...children.filter(c => c !== null && c !== undefined && c !== ""));
	return node;
}

/** An element of HTML; children are nodes or texts. */
export function element(name, attributes, ...children) {
	return fill(document.createElement(name), attributes, children);
}

/** An element of SVG. */
export function shape(name, attributes, ...children) {
	return fill(document.createElementNS(SVG, name), attributes, children);
}

/** Change a text only if it differs: no work for the browser if not. */
export function say(node, text) {
	if (node.textContent !== text)
		node.textContent = text;
}

const MARKS = {
	local: r => ["circle", {r: r - 1}],
	hss: r => ["path", {d: `M0,${-r - 1}L${r + 1},0L0,${r + 1}L${-r - 1},0Z`}],
	challenge: r => ["path", {d: `M0,${-r}L${r + 1},${r - 1}L${-r - 1},${r - 1}Z`}],
	refused: r => ["path", {d: `M${-r},${-r}L${r},${r}M${r},${-r}L${-r},${r}`}],
	call: r => ["rect", {x: -r, y: -r, width: 2 * r, height: 2 * r, rx: 2}],
	lost: r => ["rect", {x: -r, y: -r, width: 2 * r, height: 2 * r, rx: 2}],
};

/** The mark of a kind of verdict: told by its shape, not by colour alone. */
export function mark(kind, x, y, r = 6) {
	const [name, attributes] = MARKS[kind](r);
	return shape(name, {...attributes, class: `mark ${kind}`,
		transform: `translate(${x},${y})`});
}

/** The same beside a word. */
export function icon(kind) {
	return shape("svg", {class: "icon", viewBox: "-8 -8 16 16", width: 14,
		height: 14, "aria-hidden": "true"}, mark(kind, 0, 0, 5));
}

function area(points, floor) {
	const line = points.map(([x, y]) => `${x.toFixed(1)},${y.toFixed(1)}`);
	const [first, last] = [points[0][0], points[points.length - 1][0]];
	return `M${first.toFixed(1)},${floor}L${line.join("L")}L${last.toFixed(1)},${floor}Z`;
}

/** Round a scale's end up to 1, 2 or 5 of its power of ten. */
function nice(n) {
	const power = 10 ** Math.floor(Math.log10(Math.max(n, 1)));
	return [1, 2, 5, 10].find(f => f * power >= n) * power;
}

/**
 * Rates over time, stacked. Newest at the right; what is not known is empty.
 * @param series  [{name, values}], the first one at the bottom
 * @param room  samples that the width has room for
 */
export function plot(svg, series, room) {
	const width = svg.clientWidth || 300, height = svg.clientHeight || 84;
	const n = series[0].values.length, step = width / (room - 1);
	const sums = series[0].values.map((_, i) =>
		series.reduce((sum, s) => sum + s.values[i], 0));
	const top = nice(Math.max(...sums, 1)), floor = height - 1;
	const y = v => floor - v / top * (height - 16);
	const parts = [
		shape("line", {class: "grid", x1: 0, x2: width, y1: y(top), y2: y(top)}),
		shape("line", {class: "grid", x1: 0, x2: width, y1: floor, y2: floor}),
		shape("text", {class: "scale", x: 0, y: y(top) - 4}, `${top}/s`)];
	const below = sums.map(() => 0);
	const layers = series.map(s => {
		s.values.forEach((v, i) => { below[i] += v; });
		const points = below.map((v, i) => [width - (n - 1 - i) * step, y(v)]);
		return n > 1 && shape("path", {class: `area ${s.name}`, d: area(points, floor)});
	});
	svg.setAttribute("viewBox", `0 0 ${width} ${height}`);
	svg.replaceChildren(...parts, ...layers.reverse().filter(Boolean));
}
