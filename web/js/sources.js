"use strict";
/* What was read, and what was not. */
const sourceColumns = [
	{ key: "path", title: "Source", width: "w-title",
		cell: (s) => h("span", { title: s.path }, s.path),
		sort: (s) => s.path },
	{ key: "state", title: "State", width: "w-verdict",
		cell: (s) => s.state === "read" && s.trouble ? "read, but"
			: s.state, sort: (s) => s.state },
	{ key: "format", title: "Format", width: "w-rule",
		cell: (s) => s.format || "-", sort: (s) => s.format },
	{ key: "device", title: "Device", width: "w-name",
		cell: (s) => s.device ? deviceLink(s.device) : "",
		sort: (s) => s.device ? s.device.name : "" },
	{ key: "records", title: "Records", number: true, width: "w-n",
		cell: (s) => number(s.records), sort: (s) => s.records,
		descending: true },
	{ key: "bytes", title: "Bytes", number: true, width: "w-bytes",
		cell: (s) => number(s.bytes), sort: (s) => s.bytes,
		descending: true },
	{ key: "why", title: "Trouble", width: "w-title",
		cell: (s) => h("span", { title: s.why }, s.why),
		sort: (s) => s.why, descending: true },
];

const sourcesView = {
	id: "sources",
	title: "Sources",
	count: () => data.run.sources,
	draw: () => {
		const states = countBy(sources, (s) => s.state);
		return [
			h("h1", {}, "Sources"),
			warnings(),
			h("p", {}, [...states].map(([w, n]) => `${number(n)} ${w}`)
				.join(", ") + "."),
			new LongTable({ label: "Sources", columns: sourceColumns,
				items: sources, sort: { key: "state", down: true } })
				.element,
			h("p", { class: "minor" }, runWords()),
		];
	},
};
