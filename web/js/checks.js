"use strict";
/* Findings by what they are: one line for each rule, flaw or indicator. */
const checkFilter = { words: "", kind: "" };

const checkColumns = [
	{ key: "title", title: "Finding", width: "w-title",
		cell: (c) => checkLink(c, c.title),
		sort: (c) => c.title.toLowerCase() },
	{ key: "severity", title: "Severity", width: "w-word",
		cell: (c) => severity(c.severity), sort: (c) => c.severity,
		descending: true },
	{ key: "kind", title: "Kind", width: "w-word", cell: (c) => c.word,
		sort: (c) => c.kind },
	{ key: "devices", title: "Devices", number: true, width: "w-n",
		cell: (c) => number(c.devices), sort: (c) => c.devices,
		descending: true },
	{ key: "times", title: "Times", number: true, width: "w-n",
		cell: (c) => number(timesOf(c)), sort: timesOf,
		descending: true },
	{ key: "first", title: "First and last seen", width: "w-days",
		cell: (c) => days(firstOf(c), lastOf(c)), descending: true,
		sort: (c) => firstOf(c) === null ? -Infinity : firstOf(c) },
	{ key: "id", title: "Rule", width: "w-rule", cell: (c) => c.id,
		sort: (c) => c.id },
];

function firstOf(c) {
	let first = null;
	for (const f of c.findings)
		if (f.first !== null && (first === null || f.first < first))
			first = f.first;
	return first;
}

function lastOf(c) {
	let last = null;
	for (const f of c.findings)
		if (f.last !== null && (last === null || f.last > last))
			last = f.last;
	return last;
}

/* Places in the evidence, of all findings. */
function timesOf(c) {
	return c.findings.reduce((n, f) => n + f.count, 0);
}

function filteredChecks() {
	const words = checkFilter.words.toLowerCase().split(/\s+/).filter(Boolean);
	return checks.filter((c) =>
		(!checkFilter.kind || c.word === checkFilter.kind) &&
		words.every((w) => `${c.title}\n${c.id}\n${c.cve.join(" ")}\n` +
			`${c.techniques.join(" ")}`.toLowerCase().includes(w) ||
			`${c.title} ${c.id}`.toLowerCase().includes(w)));
}

const checksView = {
	id: "findings",
	title: "Findings",
	count: () => findings.length,
	draw: () => {
		const long = new LongTable({ label: "Findings by rule",
			columns: checkColumns, items: filteredChecks(),
			sort: { key: "severity", down: true } });
		const change = (key) => (value) => {
			checkFilter[key] = value;
			long.set(filteredChecks());
			say(plural(long.items.length, "rule"));
		};
		return [
			h("h1", {}, "Findings"),
			h("form", { class: "controls", role: "search",
				onsubmit: (e) => e.preventDefault() },
			    searchBox("Search titles, rules, CVEs, techniques",
				checkFilter.words, change("words")),
			    choice("Kind", [["", "all"], ...data.kinds.map((k) =>
				[k, k])], checkFilter.kind, change("kind"))),
			long.element,
		];
	},
};

const checkFindingColumns = [
	{ key: "device", title: "Device", width: "w-name",
		cell: (f) => f.device ? deviceLink(f.device) : "none",
		sort: (f) => f.device ? f.device.name : "" },
	{ key: "title", title: "Finding", width: "w-title",
		cell: (f) => f.title, sort: (f) => f.title },
	{ key: "severity", title: "Severity", width: "w-word",
		cell: (f) => severity(f.severity), sort: (f) => f.severity,
		descending: true },
	{ key: "first", title: "Seen", width: "w-days",
		cell: (f) => days(f.first, f.last),
		sort: (f) => f.first === null ? -Infinity : f.first },
	{ key: "place", title: "Evidence", width: "w-title",
		cell: (f) => f.places.length === 0 ? ""
			: text(f.places[0][0]) + (f.places[0][1] > 0
				? `:${f.places[0][1]}` : ""),
		sort: (f) => f.places.length === 0 ? "" : text(f.places[0][0]) },
];

const checkView = {
	id: "finding",
	parent: "findings",
	draw: (id) => {
		const c = checkById.get(id);
		if (!c) return [h("h1", {}, "No such finding")];
		const loose = c.findings.filter((f) => f.device === null);
		const first = c.findings[0];
		return [
			h("h1", {}, c.title),
			h("p", { class: "minor" }, `${c.word}, rule ${c.id}, ` +
			    `${plural(c.findings.length, "finding")} on ` +
			    `${plural(c.devices, "device")}` +
			    (c.confirmed ? `, fact ${c.confirmed}` : "")),
			h("dl", { class: "facts" },
			    c.why ? field("why", c.why) : null,
			    c.cve.length > 0 ? field("CVE", c.cve.join(", ")) : null,
			    c.techniques.length > 0
				? field("ATT&CK", c.techniques.join(", ")) : null,
			    c.source ? field("source", c.source) : null,
			    first.verify > 0 ? field("verify",
				commands(list(first.verify))) : null,
			    first.fix > 0 ? field("fix",
				commands(list(first.fix))) : null),
			loose.length > 0 ? [h("h2", {}, "Not tied to a device"),
				loose.slice(0, 100).map((f) => findingFull(f))]
				: null,
			h("h2", {}, "Where"),
			new LongTable({ label: `Findings of ${c.id}`,
				columns: checkFindingColumns, items: c.findings,
				sort: { key: "severity", down: true } }).element,
		];
	},
};
