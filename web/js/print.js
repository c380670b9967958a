"use strict";
/*
 * Two pages for those who read on paper: how bad, since when and where; then
 * what to do and what is not known.  A device or a finding is printed as it is
 * on the screen.
 */
function sheetTable() {
	const worst = worstDevices();
	if (worst.length === 0) return null;
	return [h("h2", {}, "Look at these first"),
		h("table", { class: "plain" },
		    h("tbody", {}, worst.slice(0, 9).map((d) => h("tr", {},
			h("th", { scope: "row" }, d.name),
			h("td", {}, verdict(d.word)),
			h("td", { class: "nowrap" }, days(d.first, d.last)),
			h("td", {}, h("div", { class: "clip" },
			    reasonsOf(d, 2))))))),
		worst.length > 9
			? h("p", {}, `and ${plural(worst.length - 9, "device")} more`)
			: null];
}

function sheetSteps() {
	const steps = planned ? planSteps().slice(0, 6) : [];
	if (steps.length === 0) return null;
	return [h("h2", {}, "Do these first"),
		[...planByDevice.values()].some((p) => p.intruder)
			? h("p", {}, "Where there are signs of an intruder: ",
			    SAVE_FIRST) : null,
		h("table", { class: "plain steps" }, h("tbody", {}, steps.map((s) =>
			h("tr", {},
			    h("td", {}, h("div", { class: "clip" },
				s.commands > 0 ? h("code", {},
				    stepWords(s).join("; "))
				    : stepWords(s).join("; "))),
			    h("td", {}, h("div", { class: "clip" },
				[...s.checks].map((c) => c.title).join("; "))),
			    h("td", { class: "nowrap" },
				plural(s.devices.length, "device"))))))];
}

function sheetVerdicts() {
	return h("table", { class: "plain verdicts" }, h("tbody", {},
	    WORST_FIRST.map((word) => h("tr", {},
		h("td", { class: "number" }, number(verdictCounts.get(word) || 0)),
		h("th", { scope: "row" }, verdict(word)),
		h("td", {}, VERDICT_MEANS[word])))));
}

/* Systems by verdict: where the trouble stands. */
function sheetSystems() {
	const by = new Map();
	for (const d of devices) {
		const system = d.platform || "not known";
		if (!by.has(system)) by.set(system, new Map());
		by.get(system).set(d.word, (by.get(system).get(d.word) || 0) + 1);
	}
	const all = [...by].map(([name, n]) => ({ name, n,
		total: [...n.values()].reduce((a, b) => a + b, 0) }))
		.sort((a, b) => b.total - a.total).slice(0, 6);
	if (all.length < 2) return null;
	return h("table", { class: "plain systems" },
	    h("thead", {}, h("tr", {}, h("th", { scope: "col" }, "System"),
		WORST_FIRST.map((w) => h("th", { scope: "col", class: "number" },
		    h("span", { class: `v-${w}`, title: w }, SHAPES[w]))))),
	    h("tbody", {}, all.map((s) => h("tr", {},
		h("th", { scope: "row" }, s.name),
		WORST_FIRST.map((w) => h("td", { class: "number" },
		    s.n.has(w) ? number(s.n.get(w)) : "\u00b7"))))));
}

function paper() {
	add(document.getElementById("paper"), [
		h("div", { class: "sheet" },
		    h("h1", {}, headline()),
		    h("p", { class: "minor" }, runWords()),
		    warnings(),
		    verdictBar(),
		    h("div", { class: "pair" }, sheetVerdicts(), sheetSystems()),
		    h("h2", {}, "Signs over time"),
		    timePlot(690),
		    sheetTable()),
		h("div", { class: "sheet" },
		    mostUrgent(3, 3),
		    sheetSteps(),
		    commonFlaws(7),
		    toCollect(6),
		    h("h2", {}, "How to read this"),
		    h("p", {}, "Verdicts rest on joint advisory AA25-239A and on " +
			"findings; silence is never called clear, and a device\u2019s " +
			"own word is never enough for it. The file that this was " +
			"printed from holds every finding with its evidence, how to " +
			"check it by hand, and how to mend it.")),
	]);
}
