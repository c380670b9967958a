"use strict";
/*
 * The case as objects.  The form of the data is told in src/report/html.h:
 * tables are lists of rows whose columns stand beside them, numbers in them
 * point into "strings" and "lists".
 */
addEventListener("error", (e) => {
	const p = document.createElement("p");
	p.className = "notice";
	p.textContent = "This browser could not draw the report " +
	    `(${e.message}). A current one will; the terminal and JSON reports ` +
	    "hold the same.";
	document.getElementById("main").prepend(p);
});

const data = JSON.parse(document.getElementById("data").textContent);

const text = (n) => data.strings[n];
const list = (n) => data.lists[n].map(text);

/* A table's rows as objects, by the names of its columns. */
function table(rows, columns) {
	return rows.map((row) => {
		const o = {};
		for (let i = 0; i < columns.length; i++) o[columns[i]] = row[i];
		return o;
	});
}

/* Texts that stand in a table by number become texts. */
function spell(rows, names) {
	for (const row of rows)
		for (const name of names) row[name] = text(row[name]);
	return rows;
}

const VERDICT = Object.fromEntries(data.verdicts.map((w, i) => [w, i]));
const KIND = Object.fromEntries(data.kinds.map((w, i) => [w, i]));
const SEVERITY = Object.fromEntries(data.severities.map((w, i) => [w, i]));
const OWN_WORD = 1; /* trust: the device's own word */
const IMAGE = 3; /* trust: its image was verified off the box */

const VERDICT_MEANS = {
	compromised: "a sign with no benign reading",
	suspicious: "signs that a person must look at",
	exposed: "a known-exploited flaw is open; no sign of use",
	weak: "only hardening is missing",
	clear: "all rows that matter could be judged, none hit",
	unknown: "not enough evidence to say clear",
};
const WORST_FIRST = [...data.verdicts].reverse();

/* What kinds of findings are called in tables. */
const KIND_WORDS = {
	compromise: ["sign", "signs"],
	indicator: ["indicator", "indicators"],
	vulnerability: ["flaw", "flaws"],
	hardening: ["gap", "gaps"],
};

const advisories = spell(table(data.advisories, data.advisory_columns),
    ["id", "title", "published"]);
const rows = spell(table(data.rows, data.row_columns),
    ["id", "title", "confirmed", "procedure"]);
const rowById = new Map();
rows.forEach((row, i) => {
	row.index = i;
	row.of = advisories[row.advisory];
	row.short = row.id.slice(row.id.indexOf(":") + 1);
	rowById.set(row.id, row);
});

const devices = spell(table(data.devices, data.device_columns),
    ["vendor", "platform", "model", "version"]);
const deviceByName = new Map();
devices.forEach((d, i) => {
	d.index = i;
	d.word = data.verdicts[d.verdict];
	d.findings = [];
	d.counts = [0, 0, 0, 0];
	d.cells = text(data.cells[i][0]);
	d.needs = data.needs[data.cells[i][1]];
	d.sources = [];
	if (!deviceByName.has(d.name)) deviceByName.set(d.name, d);
});

const checks = spell(table(data.checks, data.check_columns),
    ["id", "title", "why", "confirmed", "source", "caution"]);
const checkById = new Map();
for (const c of checks) {
	c.techniques = list(c.techniques);
	c.cve = list(c.cve);
	c.word = data.kinds[c.kind];
	c.findings = [];
	c.devices = 0;
	c.severity = 0;
	checkById.set(c.id, c);
}

const findings = table(data.findings, data.finding_columns);
findings.forEach((f, i) => {
	f.index = i;
	f.check = checks[f.check];
	f.device = f.device === null ? null : devices[f.device];
	f.title = text(f.title);
	f.reason = text(f.reason);
	f.short = f.waiver !== null && !f.waiver[3] ||
	    f.check.kind === KIND.hardening || f.severity <= SEVERITY.low ||
	    f.weight === 0;
	f.check.findings.push(f);
	f.check.severity = Math.max(f.check.severity, f.severity);
	if (f.device === null) return;
	f.device.findings.push(f);
	f.device.counts[f.check.kind]++;
});
for (const c of checks)
	c.devices = new Set(c.findings.map((f) => f.device)).size;

const sources = spell(table(data.sources, data.source_columns),
    ["path", "format", "evidence", "state"]);
for (const s of sources) {
	s.device = s.device === null ? null : devices[s.device];
	if (s.device !== null) s.device.sources.push(s);
}

/*
 * What has a time.  Signs of an intruder are those that weigh; the rest is in
 * the timeline too, marked as minor.
 */
const events = spell(table(data.events, data.event_columns),
    ["actor", "peer", "path", "text"]);
for (const e of events) {
	e.finding = e.finding === null ? null : findings[e.finding];
	e.device = e.device === null ? null : devices[e.device];
	e.word = data.event_kinds[e.kind];
	e.title = e.finding ? e.finding.title : e.text;
}
events.sort((a, b) => a.time - b.time);
const isSign = (f) => f.weight >= VERDICT.suspicious;
const isSignEvent = (e) => e.finding !== null && isSign(e.finding);

const techniques = table(data.techniques, data.technique_columns);
const techniqueById = new Map(techniques.map((t) => [t.id, t]));

/* ---- coverage ---- */

/* Letters of cells (src/report/html_cells.c); a capital: evidence that was
 * kept off the box. */
const CELL = {
	s: { state: "hit", what: "sign" },
	f: { state: "hit", what: "flaw" },
	g: { state: "hit", what: "gap" },
	m: { state: "hit", what: "minor" },
	c: { state: "clear", what: "clear" },
	"?": { state: "unknown", what: "unknown", trust: "" },
	"-": { state: "not applicable", what: "none", trust: "" },
	".": { state: "not applicable", what: "none", trust: "" },
};
for (const letter of "sfgmc") {
	CELL[letter.toUpperCase()] =
	    { ...CELL[letter], trust: "evidence kept off the box" };
	CELL[letter].trust = "the device\u2019s own word";
}
CELL.i = { ...CELL.c, trust: "the image, verified off the box" };

/* Devices of one kind share their list of needs; where each of its entries
 * stands among the cells is found once. */
function needOf(device, row) {
	let n = 0;
	for (let i = 0; i < row; i++) if (device.cells[i] === "?") n++;
	return list(device.needs[n]);
}

/* Unknown rows that verdicts wait for. */
const essentialRows = rows.filter((r) => r.essential).map((r) => r.index);
function openRows(device) {
	return essentialRows.filter((r) => device.cells[r] === "?");
}
for (const d of devices) d.open = openRows(d).length;

/* What to collect or to switch on: commands that belong together, each set
 * once. */
function collectFor(device) {
	const all = new Map();
	for (const r of openRows(device)) {
		const need = needOf(device, r);
		if (need.length > 0) all.set(need.join("; "), need);
	}
	return [...all.values()];
}

/* Advisories that speak of anything here, the main one first. */
const shownAdvisories = advisories
	.map((a, i) => ({
		...a,
		rows: rows.filter((r) => r.advisory === i),
	}))
	.filter((a) => a.rows.some((r) =>
		devices.some((d) =>
			CELL[d.cells[r.index]].state !== "not applicable")))
	.sort((a, b) => (b.rows[0].main - a.rows[0].main));

/* ---- what to do ---- */

/* What the plan says of devices as a whole, and their steps.  Steps of a device
 * with the same commands are one, with all findings that it mends. */
const planned = data.plan !== null;
const planByDevice = new Map();
if (planned) {
	for (const p of table(data.plan.devices, data.plan.device_columns))
		planByDevice.set(devices[p.device], { ...p, steps: new Map() });
	for (const s of table(data.plan.steps, data.plan.step_columns)) {
		const of = planByDevice.get(devices[s.device]);
		const key = `${s.phase} ${s.commands} ${s.sentences}`;
		if (!of.steps.has(key))
			of.steps.set(key, { ...s, key, findings: [] });
		of.steps.get(key).findings.push(findings[s.finding]);
	}
	for (const p of planByDevice.values()) p.steps = [...p.steps.values()];
}
const stepsOf = (device) =>
	planByDevice.has(device) ? planByDevice.get(device).steps : [];

/* ---- counting ---- */

function countBy(items, key) {
	const n = new Map();
	for (const item of items) n.set(key(item), (n.get(key(item)) || 0) + 1);
	return n;
}
const verdictCounts = countBy(devices, (d) => d.word);
