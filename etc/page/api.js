// SPDX-License-Identifier: GPL-2.0-or-later
//
// Knows how the S-CSCF is asked. Never shows anything.

const TIMEOUT_MS = 5000;
const BASE = new URL("api/", import.meta.url);
BASE.username = BASE.password = ""; // fetch() takes no address with a name

/** The S-CSCF heard the question and will not or cannot answer it. */
export class Refused extends Error {}

const unknown = new Set(); // commands that this S-CSCF does not have

async function fetchText(what, impu) {
	const url = new URL(what, BASE);
	if (impu !== undefined)
		url.search = "impu=" + encodeURIComponent(impu);
	const response = await fetch(url, {
		cache: "no-store", signal: AbortSignal.timeout(TIMEOUT_MS)});
	const text = await response.text();
	if (response.status === 400)
		throw new Refused(text.trim());
	if (!response.ok)
		throw new Error(`${response.status} ${text.trim()}`);
	return text;
}

/**
 * Ask for one thing: a path of page.cfg, and an IMPU where it takes one.
 * @return the command's result; undefined: the S-CSCF has no such command
 */
export async function ask(what, impu) {
	if (unknown.has(what))
		return undefined;
	const answer = JSON.parse(await fetchText(what, impu));
	if (!answer.error)
		return answer.result;
	if (answer.error.message === "Method Not Found") {
		unknown.add(what);
		return undefined;
	}
	throw new Refused(answer.error.message);
}

/**
 * Ask for the Diameter peers. cdp repeats a name for each of them, of which
 * JSON.parse() would keep one: they are counted in the text.
 * @return {identity, all, open}
 */
export async function askPeers() {
	const text = await fetchText("peers");
	const states = [...text.matchAll(/"State":\s*"(\w+)"/g)].map(m => m[1]);
	return {identity: JSON.parse(text).result?.Identity, all: states.length,
		open: states.filter(state => state.endsWith("_Open")).length};
}

/**
 * A question that is asked again and again, the more seldom the longer its
 * answer takes: at most a tenth of the time is spent on it.
 */
export class Feed {
	constructor(everyMs, question) {
		this.everyMs = everyMs;
		this.question = question;
		this.dueMs = 0;
		this.value = undefined;
	}

	/** Ask if it is due; the last value in any case. */
	async get() {
		const began = performance.now();
		if (began < this.dueMs)
			return this.value;
		this.value = await this.question().catch(error => {
			if (error instanceof Refused)
				return undefined;
			throw error;
		});
		const took = performance.now() - began;
		this.dueMs = began + Math.max(this.everyMs, 10 * took) - 100;
		return this.value;
	}

	/** Ask at the next occasion. */
	soon() {
		this.dueMs = 0;
	}
}
