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
		    h("tbody", {}, worst.slice(0, 12).map((d) => h("tr", {},
			h("th", { scope: "row" }, d.name),
			h("td", {}, verdict(d.word)),
			h("td", { class: "nowrap" }, days(d.first, d.last)),
			h("td", {}, h("div", { class: "clip" },
			    reasonsOf(d, 2))))))),
		worst.length > 12
			? h("p", {}, `and ${plural(worst.length - 12, "device")} more`)
			: null];
}

function sheetSteps() {
	const steps = planSteps().slice(0, 7);
	if (steps.length === 0) return null;
	return [h("h2", {}, "Do these first"),
		(verdictCounts.get("compromised") || 0) > 0
			? h("p", {}, COMPROMISED_FIRST) : null,
		h("table", { class: "plain" }, h("tbody", {}, steps.map((s) =>
			h("tr", {},
			    h("td", {}, h("div", { class: "clip" },
				h("code", {}, list(s.fix).join("; ")))),
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

function paper() {
	add(document.getElementById("paper"), [
		h("div", { class: "sheet" },
		    h("h1", {}, headline()),
		    h("p", { class: "minor" }, runWords()),
		    warnings(),
		    verdictBar(),
		    sheetVerdicts(),
		    h("h2", {}, "Signs over time"),
		    timePlot(),
		    sheetTable()),
		h("div", { class: "sheet" },
		    sheetSteps(),
		    commonFlaws(8),
		    toCollect(8),
		    h("h2", {}, "How to read this"),
		    h("p", {}, "Verdicts rest on joint advisory AA25-239A and on " +
			"findings; silence is never called clear, and a device\u2019s " +
			"own word is never enough for it. The file that this was " +
			"printed from holds every finding with its evidence, how to " +
			"check it by hand, and how to mend it.")),
	]);
}
