"use strict";
/* One device: its verdict, findings, coverage, evidence. */
function identity(d) {
	const parts = [d.vendor, d.model, d.platform, d.version,
		d.serial ? `serial ${d.serial}` : "",
		d.fqdn && d.fqdn !== d.name ? d.fqdn : ""].filter(Boolean);
	return parts.length > 0 ? parts.join(", ") : "nothing is known of it";
}

function trustWords(d) {
	if (d.trust === IMAGE)
		return "Its image was verified off the box, as a file; its memory and boot loader were not.";
	return d.trust === OWN_WORD
		? "All evidence is the device\u2019s own word."
		: d.trust > OWN_WORD
			? "Some evidence was kept off the box." : "No evidence.";
}

/* A device's rows of one advisory by state, the unknown with what settles
 * them. */
function coverageOf(d, a) {
	const of = (state) => a.rows.filter((r) =>
		CELL[d.cells[r.index]].state === state);
	const hits = of("hit"), unknown = of("unknown"), clear = of("clear");
	if (hits.length + unknown.length + clear.length === 0) return null;
	const line = (r, more) => h("li", {}, h("b", {}, r.short), " ", r.title,
	    r.essential ? h("span", { class: "minor" }, " (essential)") : null,
	    more || null);
	const group = (name, these, more) => these.length === 0 ? null :
		h("details", { class: `cells c-${name}` },
		    h("summary", {}, `${these.length} ${name}`),
		    h("ul", { class: "lines" }, these.map((r) =>
			line(r, more && more(r)))));
	return h("section", { class: "advisory" },
	    h("h3", {}, `${a.id}: ${a.title}`),
	    group("hit", hits),
	    group("unknown", unknown, (r) => {
		const need = needOf(d, r.index);
		return need.length > 0 ? h("span", { class: "need" },
		    " collect: ", h("code", {}, need.join("; "))) : null;
	    }),
	    group("clear", clear, (r) => h("span", { class: "minor" },
		`, by ${CELL[d.cells[r.index]].trust}`)));
}

function neighbours(d) {
	const order = filteredDevices().sort(byWorst);
	const at = order.indexOf(d);
	if (at < 0) return null;
	const link = (x, words) => x
		? h("a", { href: "#device/" + encodeURIComponent(x.name) },
		    `${words}: ${x.name}`) : null;
	return h("p", { class: "neighbours" }, link(order[at - 1], "previous"),
	    " ", link(order[at + 1], "next"));
}

const deviceView = {
	id: "device",
	parent: "devices",
	draw: (name) => {
		const d = deviceByName.get(name);
		if (!d)
			return [h("h1", {}, "No such device"), h("p", {},
			    "This report does not hold ", h("code", {}, name), ".")];
		const collect = collectFor(d);
		const matrix = shownAdvisories.map((a) => coverageOf(d, a))
			.filter(Boolean);
		return [
			neighbours(d),
			h("h1", {}, d.name, " ", verdict(d.word)),
			h("p", {}, `${upper(VERDICT_MEANS[d.word])}. ` +
			    (d.first === null ? ""
				: `Signs from ${days(d.first, d.last)}. `) +
			    trustWords(d)),
			h("p", { class: "minor" }, identity(d)),
			planByDevice.has(d) ? h("p", {}, h("button", {
				type: "button", onclick: () => {
					const at = document.getElementById("to-do");
					at.tabIndex = -1;
					at.focus();
					at.scrollIntoView();
				} }, "What to do")) : null,
			d.findings.length > 0
				? [h("h2", {}, "Findings"), findingList(d.findings)]
				: h("p", {}, "No finding."),
			deviceFlaws(d),
			devicePlan(d),
			d.open > 0 ? [h("h2", {}, "To settle what is open"),
				h("p", {}, `${plural(d.open, "essential row")} ` +
				    "cannot be judged. Collect:"),
				collect.map(commands)] : null,
			matrix.length > 0 ? [h("h2", {}, "Coverage"), matrix]
				: null,
			d.sources.length > 0 ? [h("h2", {}, "Sources"),
				h("ul", { class: "lines" }, d.sources.map((s) =>
					h("li", {}, h("code", {}, s.path), " ",
					    h("span", { class: "minor" },
						s.format))))] : null,
		];
	},
};
