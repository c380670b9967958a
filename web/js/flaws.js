"use strict";
/*
 * Known exploited flaws: what was answered for each device and flaw, who could
 * get at it, how soon it must be mended.  Not-affected ones are only counted.
 * The form of the data is told in src/report/html_flaws.c.
 */
const flaws = spell(table(data.flaws, data.flaw_columns),
    ["cve", "title", "feature", "source", "kev", "due", "epss_day", "impact"]);
const flawAnswers = spell(table(data.answers, data.answer_columns),
    ["reason", "release", "remedy", "reach_why", "exposed", "hidden"]);
const ANSWER = Object.fromEntries(data.flaw_answers.map((w, i) => [w, i]));
const SAID_NO = 1, SAID_YES = 2; /* enum vuln_said */

const ANSWER_WORDS = {
	"exposed": "exposed",
	"cannot-tell": "cannot tell",
	"feature-off": "feature off",
};
const ANSWER_SHAPES = { "exposed": "\u25b2", "cannot-tell": "\u25cb",
	"feature-off": "\u25bd" };
const REACH_WORDS = { internet: "Internet", none: "not reachable",
	unknown: "not known" };
const reachWord = (n) => REACH_WORDS[data.reaches[n]] || data.reaches[n];

/* "3 days and forensic investigation": what comes first.  The same number of
 * days with an investigation weighs more. */
function daysOf(words) {
	if (words === "") return Infinity;
	const n = Number.parseInt(words, 10);
	return (Number.isNaN(n) ? 1e6 : n) - (/forensic/.test(words) ? 0.5 : 0);
}

for (const a of flawAnswers) {
	a.word = data.flaw_answers[a.verdict];
	a.both = a.publicly !== SAID_YES && a.publicly !== SAID_NO &&
	    a.exposed !== a.hidden;
	a.deadline = a.publicly === SAID_NO ? a.hidden : a.exposed;
	a.days = daysOf(a.deadline);
	a.needed = list(a.need);
	a.words = a.deadline === "" ? "" : a.both
		? `${a.exposed} if publicly exposed; else ${a.hidden}`
		: a.deadline;
	a.brief = a.words.replaceAll("and forensic investigation",
	    "+ forensics").replace("if publicly exposed; else", "if public, else");
}

/* Rows of a device, made when they are first asked for. */
const flawRowsBy = new Map();
function flawRows(device) {
	if (flawRowsBy.has(device)) return flawRowsBy.get(device);
	const flat = data.flaw_rows[device.index], out = [];
	const by = new Map(device.findings
		.filter((f) => f.check.kind === KIND.vulnerability)
		.map((f) => [f.check.id, f]));
	for (let i = 0; i < flat.length; i += 3) {
		const flaw = flaws[flat[i]], answer = flawAnswers[flat[i + 1]];
		out.push({ device, flaw, answer, places: flat[i + 2],
			finding: answer.verdict === ANSWER.exposed
				? by.get(flaw.cve) || null : null });
	}
	out.sort(byUrgency);
	flawRowsBy.set(device, out);
	return out;
}

const flawCount = (device, word) =>
	data.flaw_counts[device.index][ANSWER[word]];
const totalFlaws = (word) =>
	devices.reduce((n, d) => n + flawCount(d, word), 0);
const isWaived = (r) => r.finding !== null && r.finding.waiver !== null &&
	!r.finding.waiver[3];
const isOpenFlaw = (r) => r.answer.verdict === ANSWER.exposed ||
	r.answer.verdict === ANSWER["cannot-tell"];
/* Smaller is sooner. */
const urgency = (r) => r.answer.days * 10 + (ANSWER.exposed - r.answer.verdict) +
	(isWaived(r) ? 0.5 : 0);
function byUrgency(a, b) {
	const x = urgency(a), y = urgency(b);
	return x < y ? -1 : x > y ? 1 : b.answer.verdict - a.answer.verdict ||
	    b.flaw.severity - a.flaw.severity ||
	    (b.flaw.epss || 0) - (a.flaw.epss || 0);
}

function answerWord(r) {
	const a = r.answer;
	return h("span", { class: `answer a-${a.word}` },
	    h("span", { class: "shape", "aria-hidden": "true" },
		ANSWER_SHAPES[a.word]), ANSWER_WORDS[a.word],
	    isWaived(r) ? (r.finding.waiver[4] ? " (rejected)" : " (accepted)")
		: null);
}
/* What to do about it: mend, or collect. */
function flawRemedy(r) {
	const a = r.answer;
	if (a.verdict === ANSWER["cannot-tell"] && a.needed.length > 0)
		return `collect: ${a.needed.join("; ")}`;
	return a.remedy;
}
const chance = (p) => p === null ? ""
	: p > 0 && p < 0.001 ? "<0.1 %" : `${(100 * p).toFixed(1)} %`;

/* ---- all devices ---- */

const flawFilter = { words: "", answer: "open", reach: "" };
const REACH_OPEN = [...data.reaches.keys()].reverse();

function filteredFlaws() {
	const words = flawFilter.words.toLowerCase().split(/\s+/)
		.filter(Boolean);
	const answer = ANSWER[flawFilter.answer];
	const reach = flawFilter.reach === "" ? -1 : Number(flawFilter.reach);
	const hay = (r) => `${r.device.name}\n${r.device.platform}\n` +
	    `${r.answer.release}\n${r.flaw.cve}\n${r.flaw.title}\n` +
	    `${r.answer.words}\n${flawRemedy(r)}`;
	return devices.flatMap((d) => flawRows(d).filter((r) =>
		(flawFilter.answer === "all" || (flawFilter.answer === "open"
			? isOpenFlaw(r) : r.answer.verdict === answer)) &&
		(reach < 0 || (isOpenFlaw(r) && r.answer.reach === reach)) &&
		(words.length === 0 || ((text) =>
			words.every((w) => text.includes(w)))(
			    hay(r).toLowerCase()))));
}

const longCell = (words) => h("span", { title: words || null }, words);
const flawColumns = [
	{ key: "device", title: "Device", width: "w-name",
		cell: (r) => deviceLink(r.device),
		sort: (r) => r.device.name.toLowerCase() },
	{ key: "cve", title: "Flaw", width: "w-cve",
		cell: (r) => h("span", { title: r.flaw.title },
		    r.finding ? checkLink(r.finding.check) : r.flaw.cve),
		sort: (r) => r.flaw.cve },
	{ key: "answer", title: "Answer", width: "w-answer",
		cell: answerWord, sort: (r) => r.answer.verdict,
		descending: true },
	{ key: "reach", title: "Reach", width: "w-word",
		cell: (r) => isOpenFlaw(r) ? longCell(reachWord(r.answer.reach))
			: "", sort: (r) => isOpenFlaw(r) ? r.answer.reach : -1,
		descending: true },
	{ key: "deadline", title: "Deadline", width: "w-deadline",
		cell: (r) => h("span", { title: r.answer.words || null },
		    r.answer.brief), sort: urgency },
	{ key: "remedy", title: "Remedy", width: "w-title",
		cell: (r) => longCell(flawRemedy(r)), sort: flawRemedy },
	{ key: "epss", title: "EPSS", number: true, width: "w-n",
		cell: (r) => chance(r.flaw.epss), descending: true,
		sort: (r) => r.flaw.epss === null ? -1 : r.flaw.epss },
	{ key: "kev", title: "In KEV", width: "w-day",
		cell: (r) => r.flaw.kev || "-", sort: (r) => r.flaw.kev,
		descending: true },
];

function flawsToldOut() {
	const n = data.run.left_out.flaws;
	return n === 0 ? null : h("p", { class: "notice" },
	    `${number(n)} rows of device and flaw are left out here, those of ` +
	    "least weight; the JSON and CSV reports have all.");
}

const flawsView = {
	id: "flaws",
	title: "Flaws",
	count: () => totalFlaws("exposed") + totalFlaws("cannot-tell"),
	draw: (word) => {
		if (word !== undefined)
			flawFilter.answer = word in ANSWER_WORDS ? word : "open";
		const told = h("p", { class: "minor" });
		const long = new LongTable({ label: "Flaws by device",
			columns: flawColumns, items: filteredFlaws(),
			sort: { key: "deadline", down: false } });
		const tell = () => {
			told.textContent = `${plural(long.items.length, "row")}; ` +
			    `${number(totalFlaws("not-affected"))} not affected`;
		};
		const set = (key) => (value) => {
			flawFilter[key] = value;
			long.set(filteredFlaws());
			long.element.scrollTop = 0;
			tell();
			say(told.textContent);
		};
		tell();
		return [
			h("h1", {}, "Known exploited flaws"),
			flawsToldOut(),
			h("form", { class: "controls", role: "search",
				onsubmit: (e) => e.preventDefault() },
			    searchBox("Search devices, flaws, remedies",
				flawFilter.words, set("words")),
			    choice("Answer", [
				["open", "exposed or cannot tell"], ["all", "all"],
				...Object.entries(ANSWER_WORDS).map(([w, name]) =>
				    [w, `${name} (${number(totalFlaws(w))})`])],
				flawFilter.answer, set("answer")),
			    choice("Reach", [["", "all"],
				...REACH_OPEN.map((n) =>
				    [String(n), reachWord(n)])],
				flawFilter.reach, set("reach"))),
			told, long.element,
			h("p", { class: "minor" }, `Deadline: ${data.directive}; ` +
			    "where it is not known whether a device is publicly " +
			    "exposed, both deadlines stand. Reach: from where the flaw " +
			    "can be got at. Feature off: the release has the flaw, " +
			    "but what it needs is switched off."),
		];
	},
};

/* ---- one device ---- */

/* A place as findings have it. */
function flawPlaces(r) {
	const all = data.place_lists[r.places].map((n) => data.places[n]);
	return all.length === 0 ? null : h("ol", { class: "places" },
	    all.map(([path, line, words]) =>
		placeOf([path, line, null, words])));
}

function scoreWords(flaw) {
	return [
		flaw.kev ? `in KEV since ${flaw.kev}` +
		    (flaw.due ? `, due there ${flaw.due}` : "") : "not in KEV",
		flaw.ransomware ? "used for ransomware" : "",
		flaw.cvss !== null ? `CVSS ${flaw.cvss.toFixed(1)}` : "",
		flaw.epss !== null ? `EPSS ${chance(flaw.epss)}` +
		    (flaw.epss_day ? ` (${flaw.epss_day})` : "") : "",
	].filter(Boolean).join(", ");
}

function deadlineWords(a) {
	return `${data.directive}: ${a.words}` + (a.guessed
		? " (what CISA does not say of it is taken at its worst)" : "");
}

function flawBox(r) {
	const a = r.answer;
	const finding = r.finding;
	return h("article", { class: `flaw k-${a.word}` },
	    h("h3", {}, severity(r.flaw.severity), " ", r.flaw.cve, ": ",
		r.flaw.title),
	    h("p", {}, answerWord(r), a.release ? `, release ${a.release}` : "",
		`, ${data.confidences[a.confidence]} confidence`,
		finding ? [", finding ", checkLink(finding.check, finding.id)]
		    : null),
	    h("dl", { class: "facts" },
		a.words ? field("deadline", deadlineWords(a)) : null,
		isOpenFlaw(r) ? field("reach", upper(reachWord(a.reach)) +
		    (a.reach_why ? `: ${a.reach_why}` : "")) : null,
		a.remedy ? field("remedy", upper(a.remedy)) : null,
		finding && finding.fix > 0 && list(finding.fix).some((w) =>
		    w !== a.remedy) ? field("until then", commands(
			list(finding.fix).filter((w) => w !== a.remedy))) : null,
		a.needed.length > 0 ? field("collect", commands(a.needed)) : null,
		field("why", a.reason),
		r.places > 0 ? field("evidence", flawPlaces(r)) : null,
		field("known", scoreWords(r.flaw))));
}

/* A line that opens. */
function flawLine(r) {
	const box = h("details", { class: "flaw-short" },
	    h("summary", {}, severity(r.flaw.severity), " ", r.flaw.cve, ": ",
		r.flaw.title, r.answer.words
		    ? h("span", { class: "minor" }, ` (${r.answer.words})`)
		    : null));
	box.addEventListener("toggle", () => {
		if (box.open && box.children.length === 1)
			box.append(flawBox(r));
	});
	return box;
}

function flawCounts(d) {
	const n = (word) => number(flawCount(d, word));
	return `${n("exposed")} exposed, ${n("cannot-tell")} cannot be told, ` +
	    `${n("feature-off")} with the feature off, ` +
	    `${n("not-affected")} not affected.`;
}

/* Those that lack the same evidence, under the commands that bring it. */
function unsettled(rows) {
	const by = new Map();
	for (const r of rows) {
		const key = `${r.answer.need} ${r.answer.reason}`;
		if (!by.has(key)) by.set(key, []);
		by.get(key).push(r);
	}
	return [...by.values()].map((these) => {
		const a = these[0].answer;
		return h("section", {}, h("p", {}, a.reason),
		    a.needed.length > 0 ? [h("p", { class: "minor" }, "Collect:"),
			commands(a.needed)] : null,
		    h("div", { class: "short" }, these.map(flawLine)));
	});
}

function deviceFlaws(d) {
	const counts = data.flaw_counts[d.index];
	if (counts.every((n) => n === 0))
		return [h("h2", { id: "flaws-here" }, "Known exploited flaws"),
			h("p", {}, d.platform
				? "None of the known ones concerns this system."
				: "Its system is not known: no flaw can be judged.")];
	const of = (word) => flawRows(d).filter((r) => r.answer.word === word);
	const exposed = of("exposed"), cannot = of("cannot-tell"),
		off = of("feature-off");
	const folded = (words, body) => h("details", { class: "cells" },
	    h("summary", {}, words), body);
	const shown = exposed.length + cannot.length + off.length;
	const missing = flawCount(d, "exposed") + flawCount(d, "cannot-tell") +
	    flawCount(d, "feature-off") - shown;
	return [
		h("h2", { id: "flaws-here" }, "Known exploited flaws"),
		h("p", {}, flawCounts(d)),
		missing > 0 ? h("p", { class: "notice" },
		    `${number(missing)} of them are left out here; the JSON and ` +
		    "CSV reports have all.") : null,
		exposed.map(flawBox),
		cannot.length > 0 ? folded(
		    `${number(cannot.length)} cannot be told`,
		    unsettled(cannot)) : null,
		off.length > 0 ? folded(`${number(off.length)} with the feature off`,
		    h("div", { class: "short" }, off.map(flawLine))) : null,
	];
}

/* ---- summary ---- */

/* Exposed flaws by deadline, the soonest first. */
function deadlines() {
	const by = new Map();
	for (const d of devices) {
		if (flawCount(d, "exposed") === 0) continue;
		for (const r of flawRows(d)) {
			if (r.answer.verdict !== ANSWER.exposed || isWaived(r) ||
			    r.answer.words === "")
				continue;
			const key = r.answer.words;
			if (!by.has(key))
				by.set(key, { words: key, days: r.answer.days,
					both: r.answer.both, devices: new Set(),
					flaws: new Set() });
			by.get(key).devices.add(d);
			by.get(key).flaws.add(r.flaw.cve);
		}
	}
	return [...by.values()].sort((a, b) => a.days - b.days || a.both - b.both);
}

function someOf(all, most) {
	const names = [...all];
	return names.slice(0, most).join(", ") + (names.length > most
		? ` and ${number(names.length - most)} more` : "");
}

function mostUrgent(most, names) {
	const all = deadlines();
	if (all.length === 0) return null;
	return [h("h2", {}, "Most urgent deadlines"),
		h("ul", { class: "lines" }, all.slice(0, most).map((x) =>
			h("li", {}, h("b", {}, upper(x.words)), ": ",
			    plural(x.devices.size, "device"), " (",
			    [...x.devices].slice(0, names).map((d, i) =>
				[i > 0 ? ", " : "", deviceLink(d)]),
			    x.devices.size > names ? ", ..." : "", "), ",
			    h("span", { class: "minor" },
				someOf(x.flaws, names))))),
		h("p", {}, h("a", { href: "#flaws/exposed" },
		    `All ${number(totalFlaws("exposed"))} exposed flaws`),
		    h("span", { class: "minor" }, `, after ${data.directive}`))];
}
