"use strict";
/* The techniques of ATT&CK that rules and advisory speak of, by tactic. */
const TACTICS = ["reconnaissance", "resource-development", "initial-access",
	"execution", "persistence", "privilege-escalation", "stealth",
	"defense-impairment", "credential-access", "discovery",
	"lateral-movement", "collection", "command-and-control", "exfiltration",
	"impact"];
const NO_TACTIC = "not in the list";

/* Today's number of a technique. */
function currentTechnique(id) {
	const t = techniqueById.get(id);
	return t && t.replaced ? t.replaced : id;
}

/* Every technique that matters here: seen, or asked about by the advisory. */
function techniquesHere() {
	const all = new Map();
	const of = (id) => {
		const now = currentTechnique(id);
		if (!all.has(now)) {
			const t = techniqueById.get(now) || {};
			all.set(now, { id: now, name: t.name || "",
				tactics: t.tactics ? t.tactics.split(";")
					: [NO_TACTIC],
				checks: new Set(), signs: new Set(),
				minor: new Set(), rows: [] });
		}
		return all.get(now);
	};
	for (const c of checks)
		for (const id of c.techniques) {
			const t = of(id);
			t.checks.add(c);
			for (const f of c.findings)
				if (f.device)
					(isSign(f) ? t.signs : t.minor).add(f.device);
		}
	for (const row of rows) {
		const m = row.main && /^(T\d{4}(?:\.\d{3})?):/.exec(row.title);
		if (m) of(m[1]).rows.push(row);
	}
	return [...all.values()];
}

/* How the advisory's own row on the technique stands, over all devices. */
function techniqueStates(t) {
	const n = { hit: 0, clear: 0, unknown: 0, "not applicable": 0 };
	for (const row of t.rows)
		for (const d of devices) n[CELL[d.cells[row.index]].state]++;
	return n;
}

function techniqueCell(t) {
	const states = techniqueStates(t);
	const words = t.signs.size > 0 ? plural(t.signs.size, "device")
		: t.minor.size > 0 ? `${plural(t.minor.size, "device")}, minor`
			: states.unknown > 0 ? `not seen; ${number(states.unknown)} unknown`
				: states.clear > 0 ? "clear"
					: "not judged";
	const level = t.signs.size > 0 ? "signs" : t.minor.size > 0 ? "minor"
		: states.unknown > 0 ? "unknown" : "none";
	return h("details", { class: `technique a-${level}` },
	    h("summary", {}, h("b", {}, t.id), " ", t.name,
		h("span", { class: "minor" }, ` ${words}`)),
	    t.checks.size > 0 ? h("ul", { class: "lines" },
		[...t.checks].sort((a, b) => b.severity - a.severity)
			.map((c) => h("li", {}, severity(c.severity), " ",
			    checkLink(c, c.title), " ", h("span",
			    { class: "minor" }, plural(c.devices, "device")))))
		: null,
	    t.rows.map((row) => h("p", { class: "minor" },
		`${row.id} ${row.title.replace(/^T[0-9.]+: /, "")}: ` +
		`${states.hit} hit, ${states.clear} clear, ` +
		`${states.unknown} unknown` +
		(row.hand && row.procedure ? `. By hand: ${row.procedure}` : ""))));
}

const attackView = {
	id: "attack",
	title: "ATT&CK",
	draw: () => {
		const all = techniquesHere();
		const weight = (t) => t.signs.size * 1e6 + t.minor.size;
		const columns = [...TACTICS, NO_TACTIC].map((tactic) => {
			const here = all.filter((t) => t.tactics.includes(tactic))
				.sort((a, b) => weight(b) - weight(a) ||
				    (a.id < b.id ? -1 : 1));
			if (here.length === 0) return null;
			const seenHere = here.filter((t) => t.signs.size > 0).length;
			return h("section", { class: "tactic" },
			    h("h2", {}, tactic.replaceAll("-", " "), h("span",
				{ class: "minor" }, ` ${seenHere} of ${here.length}`)),
			    here.map(techniqueCell));
		});
		const signs = all.filter((t) => t.signs.size > 0).length;
		return [
			h("h1", {}, "ATT&CK"),
			h("p", {}, `${signs} of ${plural(all.length, "technique")} ` +
			    "with signs. A technique stands under each of its " +
			    "tactics; those of the advisory are shown even where " +
			    "nothing was found."),
			h("div", { class: "tactics" }, columns),
			h("p", { class: "minor" }, "Names and tactics: MITRE " +
			    "ATT&CK, Enterprise 19. Revoked numbers stand under " +
			    "those that replaced them."),
		];
	},
};
