"use strict";
/*
 * What to do.  All steps with the devices that need them, by phase; and for one
 * device (deviceView) everything in the order in which it is to be done.
 */
const plan = { words: "", phase: "", shown: 100 };

const PHASE_TITLES = {
	contain: "Contain: close the ways in",
	evict: "Evict",
	patch: "Patch, and workarounds until then",
	harden: "Harden, in one window",
};
const phaseWord = (step) => data.plan.phases[step.phase];
const isUntried = (step) => data.plan.proofs[step.proof] === "untried";

const SAVE_FIRST = "Save what an intruder may wipe. Log the session on your own " +
	"host; do not reload, and change nothing before that.";
const SAVE_WHAT = ["the running and the stored configuration, logs, sessions, " +
	"processes, files with their hashes, and the memory if the system can " +
	"write it"];

/* The releases that mend most, with the devices that they are for. */
function upgrades() {
	const all = new Map();
	for (const [d, p] of planByDevice) {
		if (p.upgrade === 0) continue;
		if (!all.has(p.upgrade))
			all.set(p.upgrade, { key: `upgrade ${p.upgrade}`,
				upgrade: p.upgrade, commands: 0, sentences: 0,
				undo: 0, news: 0, devices: [],
				phase: data.plan.phases.indexOf("patch"),
				checks: new Set(), severity: 0,
				weight: VERDICT.exposed });
		const s = all.get(p.upgrade);
		s.devices.push(d);
		for (const f of d.findings.filter((x) =>
			x.check.kind === KIND.vulnerability)) {
			s.checks.add(f.check);
			s.severity = Math.max(s.severity, f.severity);
		}
	}
	return all.values();
}

/* Steps of all devices, the same ones together. */
function planSteps() {
	const all = new Map();
	for (const d of devices)
		for (const step of stepsOf(d)) {
			if (!all.has(step.key))
				all.set(step.key, { ...step, devices: [],
					checks: new Set(), severity: 0, weight: 0 });
			const s = all.get(step.key);
			s.devices.push(d);
			for (const f of step.findings) {
				s.checks.add(f.check);
				s.severity = Math.max(s.severity, f.severity);
				s.weight = Math.max(s.weight, f.weight);
			}
		}
	for (const s of upgrades()) all.set(s.key, s);
	return [...all.values()]
		.filter((s) => s.commands > 0 || s.sentences > 0 || s.upgrade)
		.sort((a, b) => a.phase - b.phase ||
		    Boolean(b.upgrade) - Boolean(a.upgrade) || b.weight - a.weight ||
		    b.severity - a.severity || b.devices.length - a.devices.length);
}

const stepWords = (s) => s.upgrade ? [upper(text(s.upgrade))]
	: [...list(s.commands), ...list(s.sentences)];

function filteredSteps() {
	const words = plan.words.toLowerCase();
	return planSteps().filter((s) =>
		(!plan.phase || phaseWord(s) === plan.phase) &&
		(!words || stepWords(s).join("\n").toLowerCase().includes(words) ||
		    s.devices.some((d) => d.name.toLowerCase().includes(words)) ||
		    [...s.checks].some((c) =>
			c.title.toLowerCase().includes(words))));
}

/* Commands, sentences, and what is to be known before typing. */
function stepBody(s, checksOf) {
	const undo = list(s.undo), news = list(s.news);
	const cautions = [...new Set([...checksOf].map((c) => c.caution)
		.filter(Boolean))];
	return [
		s.upgrade ? h("p", {}, `${upper(text(s.upgrade))}.`) : null,
		s.commands > 0 ? commands(list(s.commands)) : null,
		s.sentences > 0 ? h("ul", { class: "sentences" },
		    list(s.sentences).map((w) => h("li", {}, w))) : null,
		cautions.map((c) => h("p", { class: "caution" }, `Caution: ${c}`)),
		news.length > 0 ? h("p", { class: "caution" },
		    `Brings: ${news.join("; ")}`) : null,
		s.commands > 0 && isUntried(s) ? h("p", { class: "minor" },
		    "not tried on a configuration") : null,
		undo.length > 0 ? h("details", {}, h("summary", {},
		    "to take it back"), commands(undo)) : null,
	];
}

const checkLines = (all, most) => h("ul", { class: "lines" },
	[...all].slice(0, most).map((c) => h("li", {}, severity(c.severity), " ",
	    checkLink(c, c.title))),
	[...all].length > most
		? h("li", { class: "minor" }, `and ${all.size - most} more`) : null);

function stepDevices(s) {
	const names = () => s.devices.map((d, i) =>
		[i > 0 ? ", " : "", deviceLink(d)]);
	if (s.devices.length <= 4)
		return h("p", { class: "names" }, "on ", names());
	const on = h("details", {}, h("summary", {},
	    `on ${plural(s.devices.length, "device")}`));
	on.addEventListener("toggle", () => {
		if (on.open && on.children.length === 1)
			on.append(h("p", { class: "names" }, names()));
	});
	return on;
}

function planCounts() {
	const n = data.plan.counts;
	return `Steps with commands: ${number(n.closes)} close their finding on ` +
	    `a copy of the configuration, ${number(n.untried)} could not be ` +
	    `tried, ${number(n.stays)} close nothing and are not proposed. ` +
	    `${plural(n["by hand"], "finding")} ` +
	    `${n["by hand"] === 1 ? "has" : "have"} no commands. New findings ` +
	    `that steps would bring: ${number(n.news)}. What stands in <> is ` +
	    "yours to fill in.";
}

/* Of a case: configurations that are no longer what it read. */
function planUnread() {
	const { unread, unread_all: all } = data.plan;
	if (all === 0) return null;
	return h("details", { class: "unread" },
	    h("summary", {}, `${plural(all, "configuration")} of the case could ` +
		"not be read again: gone, or something else now. The steps are as " +
		"known for the platform, and were not tried."),
	    h("ul", {}, unread.map((path) => h("li", {}, text(path)))),
	    all > unread.length
		? h("p", { class: "minor" }, `and ${number(all - unread.length)} more`)
		: null);
}

/* Steps under headings of their phases. */
function phased(steps, box) {
	return data.plan.phases.map((word) => {
		const here = steps.filter((s) => phaseWord(s) === word);
		return here.length === 0 ? null
			: [h("h2", {}, PHASE_TITLES[word]), here.map(box)];
	});
}

const planView = {
	id: "plan",
	title: planned ? "Plan" : null,
	draw: () => {
		if (!planned)
			return [h("h1", {}, "Plan"), h("p", {}, "A kept case has no plan: " +
			    "tidemark fix makes one of the evidence.")];
		const body = h("div");
		const redraw = () => {
			const all = filteredSteps();
			body.replaceChildren();
			add(body, [
				h("p", { class: "minor" }, plural(all.length, "step")),
				phased(all.slice(0, plan.shown), (s) =>
				    h("article", { class: "step" },
					h("div", {}, stepBody(s, s.checks),
					    stepDevices(s)),
					checkLines(s.checks, 8))),
				all.length > plan.shown ? h("button", {
					type: "button", onclick: () => {
						plan.shown += 200;
						redraw();
					} }, "Show more") : null]);
		};
		const set = (key) => (value) => {
			plan[key] = value;
			redraw();
		};
		redraw();
		const first = [...planByDevice].filter(([, p]) => p.intruder)
			.map(([d]) => d);
		return [
			h("h1", {}, "Plan"),
			h("p", {}, planCounts()),
			planUnread(),
			first.length > 0 ? h("p", { class: "notice" },
			    `Before anything on ${plural(first.length, "device")} ` +
			    "with signs of an intruder: ", SAVE_FIRST, " ",
			    "The commands stand with each device: ",
			    first.slice(0, 12).map((d, i) =>
				[i > 0 ? ", " : "", deviceLink(d)]),
			    first.length > 12 ? [" and ", h("a",
				{ href: "#devices" }, `${first.length - 12} more`)]
				: null, ".") : null,
			h("form", { class: "controls", role: "search",
				onsubmit: (e) => e.preventDefault() },
			    searchBox("Search commands, devices, findings",
				plan.words, set("words")),
			    choice("Phase", [["", "all"],
				...data.plan.phases.map((w) => [w, w])],
				plan.phase, set("phase"))),
			body,
		];
	},
};

/* Everything for one device, in order. */
function devicePlan(d) {
	const p = planByDevice.get(d);
	if (!p) return null;
	const part = (words, ref, sentences) => ref === 0 ? null
		: [h("h3", { class: "lead" }, words), sentences
			? h("ul", { class: "sentences" },
			    list(ref).map((w) => h("li", {}, w)))
			: commands(list(ref))];
	const box = (s) => h("article", { class: "step" },
	    h("div", {}, stepBody(s, new Set(s.findings.map((f) => f.check)))),
	    h("ul", { class: "lines" }, s.findings.map((f) =>
		h("li", {}, severity(f.severity), " ", f.title))));
	const steps = p.steps.filter((s) => s.commands > 0 || s.sentences > 0);
	const of = (word) => steps.filter((s) => phaseWord(s) === word);
	return [
		h("h2", { id: "to-do" }, "What to do"),
		p.intruder ? [h("h3", { class: "lead" }, "First"),
			h("p", {}, SAVE_FIRST), p.collect > 0
				? commands(list(p.collect))
				: h("p", {}, SAVE_WHAT)] : null,
		p.intruder ? part("Contain", p.contain, true) : null,
		of("contain").length > 0 ? [h("h3", { class: "lead" },
		    PHASE_TITLES.contain), of("contain").map(box)] : null,
		of("evict").length > 0 || (p.intruder && p.evict > 0) ?
			[h("h3", { class: "lead" }, PHASE_TITLES.evict),
			    of("evict").map(box),
			    p.intruder && p.evict > 0
				? h("ul", { class: "sentences" }, list(p.evict)
				    .map((w) => h("li", {}, w))) : null] : null,
		p.upgrade > 0 ? [h("h3", { class: "lead" }, "Patch"),
			h("p", {}, upper(text(p.upgrade)), ".")] : null,
		of("patch").length > 0 ? [h("h3", { class: "lead" },
		    "Until then: workarounds and how to check"),
		    of("patch").map(box)] : null,
		of("harden").length > 0 ? [h("h3", { class: "lead" },
		    PHASE_TITLES.harden), of("harden").map(box)] : null,
		p.stays > 0 ? h("p", { class: "minor" },
		    `Left to decide: the known commands do not close ` +
		    `${plural(p.stays, "finding")} of this device.`) : null,
		steps.some((s) => s.commands > 0) ? [
			part("Before the change", p.before),
			part("When a second session still gets in", p.after),
			part("To take all of it back", p.rollback)] : null,
	];
}
