"use strict";
/* All devices: sort, filter, search. */
const deviceFilter = { words: "", verdict: "", platform: "" };

/* Everything of a device that a search may mean. */
const haystacks = new Map();
function haystack(d) {
	if (!haystacks.has(d))
		haystacks.set(d, [d.name, d.fqdn, d.vendor, d.platform, d.model,
			d.version, d.serial,
			...new Set(d.findings.flatMap((f) =>
				[f.check.id, f.title]))].join("\n").toLowerCase());
	return haystacks.get(d);
}

function filteredDevices() {
	const words = deviceFilter.words.toLowerCase().split(/\s+/)
		.filter(Boolean);
	return devices.filter((d) =>
		(!deviceFilter.verdict || d.word === deviceFilter.verdict) &&
		(!deviceFilter.platform ||
		    (d.platform || "unknown") === deviceFilter.platform) &&
		words.every((w) => haystack(d).includes(w)));
}

function deviceControls(change) {
	const platforms = [...countBy(devices, (d) => d.platform || "unknown")]
		.sort((a, b) => b[1] - a[1]);
	const set = (key) => (value) => {
		deviceFilter[key] = value;
		change();
	};
	return h("form", { class: "controls", role: "search",
		onsubmit: (e) => e.preventDefault() },
	    searchBox("Search names, releases, findings", deviceFilter.words,
		set("words")),
	    choice("Verdict", [["", "all"], ...WORST_FIRST.map((w) =>
		[w, `${w} (${verdictCounts.get(w) || 0})`])],
		deviceFilter.verdict, set("verdict")),
	    choice("System", [["", "all"], ...platforms.map(([p, n]) =>
		[p, `${p} (${n})`])], deviceFilter.platform, set("platform")));
}

const countColumn = (key, title, kind) => ({
	key, title, number: true, width: "w-n", descending: true,
	cell: (d) => d.counts[kind] === 0 ? "" : number(d.counts[kind]),
	sort: (d) => d.counts[kind],
});

const deviceColumns = [
	{ key: "name", title: "Device", width: "w-name",
		cell: deviceLink, sort: (d) => d.name.toLowerCase() },
	{ key: "verdict", title: "Verdict", width: "w-verdict",
		cell: (d) => verdict(d.word), sort: (d) => d.verdict,
		descending: true },
	{ key: "platform", title: "System", width: "w-word",
		cell: (d) => d.platform || "-", sort: (d) => d.platform },
	{ key: "version", title: "Release", width: "w-word",
		cell: (d) => d.version || "-", sort: (d) => d.version },
	countColumn("signs", "Signs", KIND.compromise),
	countColumn("iocs", "IOCs", KIND.indicator),
	countColumn("flaws", "Flaws", KIND.vulnerability),
	countColumn("gaps", "Gaps", KIND.hardening),
	{ key: "open", title: "Open", number: true, width: "w-n",
		descending: true, cell: (d) => d.open === 0 ? "" : number(d.open),
		sort: (d) => d.open },
	{ key: "seen", title: "Seen", width: "w-days",
		cell: (d) => days(d.first, d.last), descending: true,
		sort: (d) => d.first === null ? -Infinity : d.first },
];

const devicesView = {
	id: "devices",
	title: "Devices",
	count: () => devices.length,
	draw: (word) => {
		if (word !== undefined)
			deviceFilter.verdict = data.verdicts.includes(word)
				? word : "";
		const told = h("p", { class: "minor" });
		const long = new LongTable({ label: "Devices",
			columns: deviceColumns, items: filteredDevices(),
			sort: { key: "verdict", down: true } });
		const tell = () => {
			told.textContent = `${number(long.items.length)} of ` +
			    plural(devices.length, "device");
		};
		tell();
		return [
			h("h1", {}, "Devices"),
			deviceControls(() => {
				long.set(filteredDevices());
				long.element.scrollTop = 0;
				tell();
				say(told.textContent);
			}),
			told, long.element,
			h("p", { class: "minor" }, "Signs: traces of an " +
			    "intruder. IOCs: values of the lists. Flaws: " +
			    "known-exploited ones that are open. Gaps: missing " +
			    "protections. Open: rows of the advisory that " +
			    "a verdict waits for."),
		];
	},
};
