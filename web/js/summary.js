"use strict";
/* The first page: how bad it is, since when, where to look first. */
function headline() {
	const n = (word) => verdictCounts.get(word) || 0;
	const total = devices.length + data.run.left_out.devices;
	if (total === 0) return "No device could be told from this evidence";
	for (const word of ["compromised", "suspicious", "exposed", "weak"])
		if (n(word) > 0)
			return `${number(n(word))} of ${plural(total, "device")} ` +
			    word;
	return n("clear") === total
		? `${plural(total, "device")}, all clear`
		: `No sign found; ${number(n("unknown"))} of ` +
		    `${plural(total, "device")} cannot be called clear`;
}

function runWords() {
	return `${stamp(data.run.started)} UTC, tidemark ${data.run.version}, ` +
	    `knowledge ${data.run.knowledge}, ${plural(data.run.sources, "source")}`;
}

function warnings() {
	const out = data.run.left_out;
	const bad = sources.filter((s) => s.state === "unreadable").length;
	const notes = [];
	if (!data.run.complete || bad > 0)
		notes.push(["This run is incomplete: some evidence could not be " +
		    "read; see ", h("a", { href: "#sources" }, "sources"), "."]);
	if (out.devices + out.findings + out.sources + out.flaws > 0)
		notes.push(`Too much for one page: ${plural(out.devices, "device")}, ` +
		    `${plural(out.findings, "finding")} of the lowest severity, ` +
		    `${plural(out.flaws, "row")} of device and flaw and ` +
		    `${plural(out.sources, "source")} are left out here; the JSON ` +
		    "report has all.");
	return notes.map((n) => h("p", { class: "notice" }, n));
}

function verdictTiles() {
	return h("ul", { class: "tiles" }, WORST_FIRST.map((word) => {
		const n = verdictCounts.get(word) || 0;
		return h("li", {}, h("a", {
			class: `tile t-${word}` + (n === 0 ? " none" : ""),
			href: `#devices/${word}` },
		    h("strong", {}, number(n)), " ", verdict(word),
		    h("span", { class: "minor" }, VERDICT_MEANS[word])));
	}));
}

/* Shares of all devices as one bar. */
function verdictBar() {
	const parts = WORST_FIRST.map((w) => [w, verdictCounts.get(w) || 0])
		.filter(([, n]) => n > 0);
	let x = 0;
	const all = devices.length || 1;
	return svg("svg", { class: "bar", viewBox: "0 0 1000 14", role: "img",
		preserveAspectRatio: "none",
		"aria-label": parts.map(([w, n]) => `${n} ${w}`).join(", ") },
	    parts.map(([word, n]) => {
		const width = n / all * 1000;
		const box = svg("rect", { x: x.toFixed(1), y: 0, height: 14,
			width: Math.max(width - 2, 1).toFixed(1),
			class: `f-${word}` });
		x += width;
		return box;
	    }));
}

/* ---- signs over time ---- */

const HOUR = 3600e3, DAY = 24 * HOUR;
const STEPS = [HOUR, 6 * HOUR, DAY, 7 * DAY, 30 * DAY, 91 * DAY, 365 * DAY];
const STEP_WORDS = ["1 hour", "6 hours", "1 day", "1 week", "30 days",
	"1 quarter", "1 year"];

/* Events of signs in bins of one width, at most so many. */
function bins(all, most) {
	const from = all[0].time, to = all[all.length - 1].time;
	let s = STEPS.findIndex((step) => (to - from) / step < most);
	if (s < 0) s = STEPS.length - 1;
	const step = STEPS[s], start = Math.floor(from / step) * step;
	/* The widest step may still give more: then the last bins join. */
	const n = Math.min(Math.floor((to - start) / step) + 1, 400);
	const out = Array.from({ length: n }, (_, i) =>
		({ at: start + i * step, n: [0, 0], devices: new Set() }));
	for (const e of all) {
		const bin = out[Math.min(n - 1,
		    Math.floor((e.time - start) / step))];
		bin.n[e.finding.weight >= VERDICT.compromised ? 0 : 1]++;
		if (e.device) bin.devices.add(e.device);
	}
	return { step, words: STEP_WORDS[s], bins: out };
}

/* width: pixels that it gets. */
function timePlot(width) {
	const signs = events.filter(isSignEvent);
	if (signs.length === 0)
		return h("p", { class: "minor" },
		    "No sign of an intruder has a time.");
	const b = bins(signs, width / 16);
	const W = width, H = 150, base = H - 22, left = 34;
	const top = Math.max(...b.bins.map((x) => x.n[0] + x.n[1]));
	const w = (W - left) / b.bins.length;
	const y = (n) => base - n / top * (base - 10);
	const bars = b.bins.map((bin, i) => {
		const x = (left + i * w + 0.5).toFixed(1);
		const wide = Math.max(1, Math.min(w - 1, 28)).toFixed(1);
		const both = bin.n[0] + bin.n[1];
		if (both === 0) return null;
		return svg("g", {},
		    svg("title", {}, `${day(bin.at)}: ${both} sightings on ` +
			plural(bin.devices.size, "device")),
		    svg("rect", { class: "f-compromised", x, width: wide,
			y: y(bin.n[0]).toFixed(1),
			height: (base - y(bin.n[0])).toFixed(1) }),
		    svg("rect", { class: "f-suspicious", x, width: wide,
			y: y(both).toFixed(1),
			height: Math.max(0, y(bin.n[0]) - y(both) - 0.5)
				.toFixed(1) }));
	});
	const last = b.bins.length - 1;
	const spans = W < 600 ? 2 : 4; /* between dates below */
	const marks = [...new Set(Array.from({ length: spans + 1 }, (_, i) =>
		Math.round(i * last / spans)))];
	const peak = b.bins.reduce((a, x) =>
		x.n[0] + x.n[1] > a.n[0] + a.n[1] ? x : a);
	const words = `First sign ${day(signs[0].time)}, last ` +
	    `${day(signs[signs.length - 1].time)}; most in ${b.words} from ` +
	    `${day(peak.at)} on (${peak.n[0] + peak.n[1]} sightings on ` +
	    `${plural(peak.devices.size, "device")}).`;
	return h("figure", { class: "plot" },
	    svg("svg", { viewBox: `0 0 ${W} ${H}`, role: "img",
		"aria-label": words },
		svg("line", { class: "axis", x1: left, x2: W, y1: base,
			y2: base }),
		svg("text", { x: left - 6, y: y(top) + 4, "text-anchor": "end" },
		    top),
		svg("text", { x: left - 6, y: base, "text-anchor": "end" }, "0"),
		bars,
		marks.map((i) => svg("text", { y: H - 5,
			x: Math.min(W - 36, Math.max(left + 36,
			    left + (i + 0.5) * w)),
			"text-anchor": "middle" }, day(b.bins[i].at)))),
	    h("figcaption", {}, words, " Each bar: ", b.words, ". ",
		h("span", { class: "key" },
		    svg("svg", { class: "swatch", viewBox: "0 0 10 10",
			"aria-hidden": "true" }, svg("rect", { width: 10,
			height: 10, class: "f-compromised" })),
		    "no benign reading ",
		    svg("svg", { class: "swatch", viewBox: "0 0 10 10",
			"aria-hidden": "true" }, svg("rect", { width: 10,
			height: 10, class: "f-suspicious" })),
		    "a person must look")));
}

/* ---- where to look ---- */

const byWorst = (a, b) => b.verdict - a.verdict ||
	b.counts[KIND.compromise] + b.counts[KIND.indicator] -
	a.counts[KIND.compromise] - a.counts[KIND.indicator] ||
	a.index - b.index;
const worstDevices = () => devices.filter((d) => d.verdict >= VERDICT.exposed)
	.sort(byWorst);

/* What a device's verdict rests on, in words; titles without repeats. */
function reasonsOf(device, most) {
	const worst = device.findings.filter((f) => f.weight === device.verdict);
	const titles = [...new Set(worst.map((f) => f.check.title))];
	return titles.slice(0, most).join("; ") +
	    (titles.length > most ? `; and ${titles.length - most} more` : "");
}

function lookFirst(most) {
	const worst = worstDevices();
	if (worst.length === 0) return null;
	return [h("h2", {}, "Look at these first"),
		h("table", { class: "plain" },
		    h("thead", {}, h("tr", {}, ["Device", "Verdict", "Seen",
			"Why"].map((w) => h("th", { scope: "col" }, w)))),
		    h("tbody", {}, worst.slice(0, most).map((d) => h("tr", {},
			h("th", { scope: "row" }, deviceLink(d)),
			h("td", {}, verdict(d.word)),
			h("td", { class: "nowrap" }, days(d.first, d.last) || "-"),
			h("td", {}, reasonsOf(d, 2)))))),
		worst.length > most ? h("p", {}, h("a", { href: "#devices" },
		    `and ${plural(worst.length - most, "device")} more`)) : null];
}

/* Findings that most devices share: one cause, one change. */
function commonFlaws(most) {
	const all = checks.filter((c) => c.devices > 1 &&
		c.findings.some((f) => f.weight > 0))
		.sort((a, b) => b.severity - a.severity || b.devices - a.devices);
	if (all.length === 0) return null;
	return [h("h2", {}, "On several devices"),
		h("ul", { class: "lines" }, all.slice(0, most).map((c) =>
			h("li", {}, severity(c.severity), " ",
			    checkLink(c, c.title), " ",
			    h("span", { class: "minor" },
				plural(c.devices, "device")))))];
}

function toCollect(most) {
	const open = devices.filter((d) => d.open > 0);
	if (open.length === 0) return null;
	const counts = new Map();
	for (const d of open)
		for (const need of collectFor(d).map((n) => n.join("; ")))
			counts.set(need, (counts.get(need) || 0) + 1);
	const all = [...counts].sort((a, b) => b[1] - a[1] ||
		(a[0] < b[0] ? -1 : 1));
	return [h("h2", {}, "Not judged for lack of evidence"),
		h("p", {}, `${plural(open.length, "device")} with open rows. ` +
		    "To settle them, collect:"),
		h("ul", { class: "lines" }, all.slice(0, most).map(([need, n]) =>
			h("li", {}, h("code", {}, need), " ", h("span",
			    { class: "minor" }, `for ${plural(n, "device")}`)))),
		all.length > most ? h("p", {}, h("a", { href: "#coverage" },
		    `and ${all.length - most} more, by row and device`)) : null];
}

const summaryView = {
	id: "summary",
	title: "Summary",
	draw: () => [
		h("h1", {}, headline()),
		h("p", { class: "minor" }, runWords()),
		warnings(),
		verdictBar(),
		verdictTiles(),
		h("h2", {}, "Signs over time"),
		timePlot(Math.max(320, Math.min(1500, innerWidth) - 40)),
		h("div", { class: "columns" },
		    h("section", { class: "wide" }, mostUrgent(5, 6),
			lookFirst(12)),
		    h("section", {}, commonFlaws(12), toCollect(10))),
	],
};
