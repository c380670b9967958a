"use strict";
/* What to do: each step once, with the devices that need it. */
const plan = { words: "", shown: 100 };

function planSteps() {
	const all = new Map();
	for (const d of devices)
		for (const step of stepsOf(d)) {
			if (!all.has(step.fix))
				all.set(step.fix, { fix: step.fix, devices: [],
					checks: new Set(), severity: 0, weight: 0 });
			const s = all.get(step.fix);
			s.devices.push(d);
			for (const f of step.findings) {
				s.checks.add(f.check);
				s.severity = Math.max(s.severity, f.severity);
				s.weight = Math.max(s.weight, f.weight);
			}
		}
	return [...all.values()].sort((a, b) => b.weight - a.weight ||
		b.severity - a.severity || b.devices.length - a.devices.length);
}

function filteredSteps() {
	const words = plan.words.toLowerCase();
	return planSteps().filter((s) => !words ||
		list(s.fix).join("\n").toLowerCase().includes(words) ||
		s.devices.some((d) => d.name.toLowerCase().includes(words)) ||
		[...s.checks].some((c) => c.title.toLowerCase().includes(words)));
}

const COMPROMISED_FIRST = "Preserve evidence before you mend a device that is " +
	"compromised: a change or a reload destroys what memory and files hold, " +
	"and tells the intruder.";

function stepBox(s) {
	const on = h("details", {}, h("summary", {},
	    `on ${plural(s.devices.length, "device")}`));
	on.addEventListener("toggle", () => {
		if (on.open && on.children.length === 1)
			on.append(h("p", { class: "names" }, s.devices.map((d, i) =>
				[i > 0 ? ", " : "", deviceLink(d)])));
	});
	return h("article", { class: "step" },
	    h("div", {}, commands(list(s.fix)), on),
	    h("ul", { class: "lines" }, [...s.checks].slice(0, 8).map((c) =>
		h("li", {}, severity(c.severity), " ", checkLink(c, c.title)))));
}

const planView = {
	id: "plan",
	title: "Plan",
	draw: () => {
		const body = h("div");
		const redraw = () => {
			const all = filteredSteps();
			body.replaceChildren();
			add(body, [
				h("p", { class: "minor" }, plural(all.length, "step")),
				all.slice(0, plan.shown).map(stepBox),
				all.length > plan.shown ? h("button", {
					type: "button", onclick: () => {
						plan.shown += 200;
						redraw();
					} }, "Show more") : null]);
		};
		redraw();
		return [
			h("h1", {}, "Plan"),
			(verdictCounts.get("compromised") || 0) > 0
				? h("p", { class: "notice" }, COMPROMISED_FIRST) : null,
			h("form", { class: "controls", role: "search",
				onsubmit: (e) => e.preventDefault() },
			    searchBox("Search commands, devices, findings",
				plan.words, (value) => {
				plan.words = value;
				redraw();
			    })),
			body,
		];
	},
};
