"use strict";
/*
 * Everything that has a time.  Above, how much was seen when; below, by device.
 * Dragging over a plot zooms; the fields and buttons do the same by keyboard,
 * and the table lists what is in sight.
 */
const timeline = { from: null, to: null, words: "", what: "signs" };
const LANES = 24, BINS = 120;

const EVENT_KINDS = [
	{ name: "compromised", words: "sign with no benign reading",
		is: (e) => isSignEvent(e) &&
		    e.finding.weight >= VERDICT.compromised },
	{ name: "suspicious", words: "sign that a person must look at",
		is: (e) => isSignEvent(e) },
	{ name: "minor", words: "minor, and what logs tell", is: () => true },
];
const kindOf = (e) => EVENT_KINDS.findIndex((k) => k.is(e));

function timelineEvents() {
	const words = timeline.words.toLowerCase();
	return events.filter((e) =>
		(timeline.what === "all" || isSignEvent(e)) &&
		(!words || [e.device ? e.device.name : "", e.title, e.actor,
		    e.peer, e.word].join("\n").toLowerCase().includes(words)));
}

/* Ticks as dates or clock times, in UTC. */
const tick = (increment) => (ms) => {
	const iso = new Date(ms).toISOString();
	return increment >= DAY ? iso.slice(0, 10)
		: increment >= 60e3 ? iso.slice(5, 16).replace("T", " ")
			: iso.slice(11, 19);
};
const timeAxis = () => ({
	stroke: colour("--dim"), space: 90,
	grid: { stroke: colour("--line"), width: 1 },
	ticks: { stroke: colour("--line"), width: 1 },
	values: (u, splits, axis, space, increment) =>
		splits.map(tick(increment)),
});
const utc = (ms) => uPlot.tzDate(new Date(ms), "Etc/UTC");

class TimePlots {
	constructor(zoomed) {
		this.zoomed = zoomed;
		this.density = h("div", { class: "plotbox", role: "img" });
		this.lanes = h("div", { class: "plotbox", role: "img" });
		this.element = h("div", { class: "plots" }, this.density, this.lanes);
		whenResized(this.element, () => this.draw());
	}

	set(all, from, to) {
		Object.assign(this, { all, from, to, width: 0 });
		this.draw();
	}

	options(height, left, more) {
		return { width: this.width, height, ms: 1, tzDate: utc,
			legend: { show: false }, padding: [8, 12, 0, 0],
			cursor: { y: false, points: { show: false },
				drag: { x: true, y: false, setScale: false } },
			...more,
			scales: { x: { time: true, range: () =>
				[this.from, this.to] },
			    ...more.scales },
			hooks: { ...more.hooks, setSelect: [(u) => {
				const { left: at, width } = u.select;
				if (width < 4) return;
				this.zoomed(u.posToVal(at, "x"),
				    u.posToVal(at + width, "x"));
			}] } };
	}

	draw() {
		const width = Math.floor(this.element.clientWidth);
		if (!this.all || width === 0 || width === this.width) return;
		this.width = width;
		if (this.plots) this.plots.forEach((p) => p.destroy());
		this.plots = [this.drawDensity(), this.drawLanes()];
	}

	drawDensity() {
		const step = (this.to - this.from) / BINS;
		const x = Array.from({ length: BINS }, (_, i) =>
			this.from + (i + 0.5) * step);
		const n = EVENT_KINDS.map(() => new Array(BINS).fill(0));
		for (const e of this.all)
			n[kindOf(e)][Math.min(BINS - 1,
			    Math.floor((e.time - this.from) / step))]++;
		/* Stacked: each series is drawn with those below it, the tallest
		 * first. */
		for (let k = 1; k < n.length; k++)
			for (let i = 0; i < BINS; i++) n[k][i] += n[k - 1][i];
		this.density.setAttribute("aria-label",
		    `${plural(this.all.length, "event")} from ` +
		    `${stamp(this.from)} to ${stamp(this.to)}`);
		return new uPlot(this.options(150, 0, {
			series: [{}, ...EVENT_KINDS.map((k) => ({
				fill: colour(`--v-${k.name}`), width: 0,
				points: { show: false },
				paths: uPlot.paths.bars({ size: [0.9, 40] }),
			})).reverse()],
			scales: { y: { range: (u, lo, hi) =>
				[0, Math.max(1, hi * 1.05)] } },
			axes: [timeAxis(), { stroke: colour("--dim"), size: 150,
				incrs: [1, 2, 5, 10, 20, 50, 100, 200, 500, 1e3,
					2e3, 5e3, 1e4, 1e5, 1e6],
				grid: { stroke: colour("--line"), width: 1 },
				ticks: { show: false } }],
		}), [x, ...n.reverse()], this.density);
	}

	drawLanes() {
		const counts = countBy(this.all, (e) => e.device);
		const order = [...counts.keys()].filter(Boolean).sort(byWorst);
		const shown = order.slice(0, LANES);
		const lane = new Map(shown.map((d, i) => [d, shown.length - i]));
		if (counts.has(null)) lane.set(null, 0);
		const low = counts.has(null) ? -0.5 : 0.5;
		const names = (v) => v === 0 ? "no device"
			: shown[shown.length - v] ? SHAPES[shown[shown.length - v].word]
				+ " " + visible(shown[shown.length - v].name).slice(0, 18)
				: "";
		this.lanes.setAttribute("aria-label",
		    `Sightings by device: ${shown.map((d) =>
			`${d.name} ${counts.get(d)}`).join(", ")}`);
		const count = shown.length + (low < 0 ? 1 : 0);
		this.hidden = order.length - shown.length;
		return new uPlot(this.options(count * 20 + 58, 0, {
			series: [{}, { points: { show: false }, paths: () => null }],
			scales: { y: { range: [low, shown.length + 0.5] } },
			axes: [timeAxis(), { stroke: colour("--dim"), size: 150,
				splits: () => [...lane.values()].sort((a, b) => a - b),
				values: (u, splits) => splits.map(names),
				grid: { stroke: colour("--line"), width: 1 },
				ticks: { show: false } }],
			hooks: { draw: [(u) => this.drawMarks(u, lane)] },
		}), [[this.from, this.to], [null, null]], this.lanes);
	}

	/* Squares, diamonds and small dots, as the words beside the plot say. */
	drawMarks(u, lane) {
		const g = u.ctx, r = devicePixelRatio || 1;
		g.save();
		for (let i = this.all.length - 1; i >= 0; i--) {
			const e = this.all[i];
			if (!lane.has(e.device)) continue;
			const x = u.valToPos(e.time, "x", true);
			const y = u.valToPos(lane.get(e.device), "y", true);
			const kind = kindOf(e), s = (kind === 2 ? 2 : 4.5) * r;
			g.fillStyle = colour(`--v-${EVENT_KINDS[kind].name}`);
			g.beginPath();
			if (kind === 0) g.rect(x - s, y - s, 2 * s, 2 * s);
			else if (kind === 1) {
				g.moveTo(x - s * 1.2, y);
				g.lineTo(x, y - s * 1.2);
				g.lineTo(x + s * 1.2, y);
				g.lineTo(x, y + s * 1.2);
			} else g.arc(x, y, s, 0, 7);
			g.fill();
		}
		g.restore();
	}
}

const eventColumns = [
	{ key: "time", title: "Time (UTC)", width: "w-time",
		cell: (e) => stamp(e.time), sort: (e) => e.time },
	{ key: "device", title: "Device", width: "w-name",
		cell: (e) => e.device ? deviceLink(e.device) : "none",
		sort: (e) => e.device ? e.device.name : "" },
	{ key: "severity", title: "Severity", width: "w-word",
		cell: (e) => e.finding ? severity(e.finding.severity) : "",
		sort: (e) => e.finding ? e.finding.severity : -1,
		descending: true },
	{ key: "what", title: "Event", width: "w-verdict",
		cell: (e) => e.word, sort: (e) => e.word },
	{ key: "title", title: "What", width: "w-title",
		cell: (e) => e.finding ? checkLink(e.finding.check, e.title)
			: h("span", { title: [e.path, e.text].join("\n") },
			    e.title), sort: (e) => e.title },
	{ key: "who", title: "Who", width: "w-name",
		cell: (e) => [e.actor, e.peer].filter(Boolean).join(" from "),
		sort: (e) => e.actor + e.peer },
	{ key: "clock", title: "Clock", width: "w-n",
		cell: (e) => e.ahead !== 0 ? `${e.ahead} s off`
			: e.assumed ? "assumed" : "", sort: (e) =>
			Math.abs(e.ahead) * 2 + e.assumed, descending: true },
];

/* "2025-04-17 01:52" and its shorter forms, in UTC. */
function readTime(words) {
	const m = /^(\d{4}-\d\d-\d\d)(?:[ T](\d\d:\d\d(?::\d\d)?))?/.exec(words.trim());
	return m ? Date.parse(`${m[1]}T${m[2] || "00:00"}Z`) : NaN;
}

const timelineView = {
	id: "timeline",
	title: "Timeline",
	count: () => events.length,
	draw: () => {
		if (events.length === 0)
			return [h("h1", {}, "Timeline"),
				h("p", {}, "Nothing here has a time.")];
		const told = h("p", { class: "minor" });
		const from = h("input", { type: "text", size: 20,
			onchange: () => typed() });
		const to = h("input", { type: "text", size: 20,
			onchange: () => typed() });
		const plots = new TimePlots((a, b) => zoom(a, b));
		const long = new LongTable({ label: "Events in sight",
			columns: eventColumns, items: [],
			sort: { key: "time", down: false } });

		/* The whole of what the filter leaves, with some air. */
		const whole = () => {
			const all = timelineEvents();
			if (all.length === 0) return [events[0].time,
				events[events.length - 1].time + DAY];
			const a = all[0].time, b = all[all.length - 1].time;
			const air = Math.max((b - a) * 0.02, HOUR);
			return [a - air, b + air];
		};
		const redraw = () => {
			const all = timelineEvents().filter((e) =>
				e.time >= timeline.from && e.time <= timeline.to);
			plots.set(all, timeline.from, timeline.to);
			long.set(all);
			from.value = stamp(Math.round(timeline.from / 1000) * 1000);
			to.value = stamp(Math.round(timeline.to / 1000) * 1000);
			told.textContent = `${plural(all.length, "event")} on ` +
			    plural(new Set(all.map((e) => e.device)
				.filter(Boolean)).size, "device") +
			    (plots.hidden > 0 ? `; the worst ${LANES} are drawn` : "");
		};
		const zoom = (a, b) => {
			/* Not closer than a second, and within time itself. */
			if (b - a < 1000) b = a + 1000;
			[timeline.from, timeline.to] =
			    [Math.max(0, a), Math.min(253402300799000, b)];
			redraw();
			say(told.textContent);
		};
		const typed = () => {
			const a = readTime(from.value), b = readTime(to.value);
			if (a < b) zoom(a, b);
			else redraw();
		};
		const by = (shift, factor) => () => {
			const w = timeline.to - timeline.from;
			const mid = timeline.from + w / 2 + shift * w;
			zoom(mid - w * factor / 2, mid + w * factor / 2);
		};
		const button = (words, action) => h("button",
		    { type: "button", onclick: action }, words);
		const set = (key) => (value) => {
			timeline[key] = value;
			[timeline.from, timeline.to] = whole();
			redraw();
		};
		if (timeline.what === "signs" &&
		    !events.some(isSignEvent))
			timeline.what = "all";
		if (timeline.from === null) [timeline.from, timeline.to] = whole();
		redraw();
		timelineView.redraw = () => {
			plots.width = 0;
			plots.draw();
		};
		return [
			h("h1", {}, "Timeline"),
			h("div", { class: "controls" },
			    choice("Show", [["signs", "signs of an intruder"],
				["all", "everything with a time"]], timeline.what,
				set("what")),
			    searchBox("Device, event, account", timeline.words,
				set("words")),
			    labelled("From (UTC)", from), labelled("To (UTC)", to),
			    h("span", { class: "buttons" },
				button("Earlier", by(-0.5, 1)),
				button("Later", by(0.5, 1)),
				button("Closer", by(0, 0.5)),
				button("Wider", by(0, 2)),
				button("All", () => zoom(...whole())))),
			told,
			h("p", { class: "legend" }, EVENT_KINDS.map((k) =>
				h("span", { class: "key" }, h("span", {
					class: `shape v-${k.name}`,
					"aria-hidden": "true" },
				    SHAPES[k.name] || "\u00b7"), k.words)),
			    h("span", { class: "minor" }, "Drag over a plot to zoom.")),
			plots.element,
			long.element,
			h("p", { class: "minor" }, "Times are UTC. Where a collector " +
			    "stamped a line, its stamp counts; Clock tells how far " +
			    "the device\u2019s own was off, and where zone or year " +
			    "was assumed." + (data.events_left_out > 0
				? ` ${number(data.events_left_out)} events are ` +
				    "left out." : "")),
		];
	},
	redraw: null,
};
document.addEventListener("theme", () => {
	if (timelineView.redraw) timelineView.redraw();
});
