"use strict";
/* One finding in full: what, when, where, why, how to check, how to mend. */
function placeOf([path, line, offset, words]) {
	const at = line > 0 ? `:${line}`
		: offset !== null ? ` byte ${offset}` : "";
	return h("li", {}, h("span", { class: "place" }, text(path) + at),
	    words === 0 ? null : h("pre", { class: "evidence" },
		text(words)));
}

function places(f) {
	const left = f.count - f.places.length;
	return [h("ol", { class: "places" }, f.places.map(placeOf)),
		left > 0 ? h("p", { class: "minor" }, `and ${number(left)} more`)
			: null];
}

function seen(f) {
	if (f.first === null) return null;
	return f.first === f.last || f.last === null ? `${stamp(f.first)} UTC`
		: `${stamp(f.first)} to ${stamp(f.last)} UTC, ` +
		    `${number(f.count)} times`;
}

function acceptance(f) {
	if (f.waiver === null) return null;
	const [owner, reason, expires, expired, rejected, made] = f.waiver;
	const when = made === null ? "" : ` ${expired ? "of" : "on"} ${day(made)}`;
	const words = expired
		? `${rejected ? "rejection" : "acceptance"}${when} expired on ${text(expires)}`
		: (rejected ? "rejected" : "accepted") + when + (expires > 0
			? ` until ${text(expires)}` : ", with no end");
	return h("p", { class: expired ? "minor" : "accepted" },
	    `${words}, by ${text(owner)}: ${text(reason)}`);
}

/* Since when and until when, by the commits of a repository. */
function commitWords([time, name, author]) {
	return [time === null ? "no date" : `${stamp(time)} UTC`, ", commit ",
		h("code", {}, text(name)), ` of ${text(author)}`];
}

function past(f) {
	const [spans, file, moment, all] = f.past;
	return [h("ul", { class: "past" }, spans.map(([first, gone, states, stood]) =>
		h("li", {}, moment ? "in " : "from ", commitWords(first),
			gone === null ? null : ["; gone ", commitWords(gone),
				`; stood ${text(stood)}, in ${number(states)} ` +
				`state${states === 1 ? "" : "s"} of ${text(file)}`]))),
		all > spans.length ? h("p", { class: "minor" },
			`${number(all)} times in all`) : null];
}

function findingWords(f) {
	const words = [`${data.confidences[f.confidence]} confidence`];
	if (f.trust === OWN_WORD) words.push("by the device\u2019s own word");
	if (f.check.confirmed && f.check.confirmed !== "official")
		words.push(`fact ${f.check.confirmed}`);
	return words.join(", ");
}

/* told: an earlier finding that said the same why, verify and fix. */
function findingFull(f, options = {}) {
	const told = options.told;
	const ids = list(f.rows);
	return h("article", { class: `finding k-${f.check.word}`, id: f.id },
	    h("h3", {}, severity(f.severity), " ", f.title),
	    h("p", { class: "minor" }, `${f.id} `,
		h("code", {}, f.mark), `, ${findingWords(f)}, rule `,
		checkLink(f.check)),
	    options.device && f.device ? h("p", {}, deviceLink(f.device)) : null,
	    acceptance(f),
	    h("dl", { class: "facts" },
		f.first === null ? null : field("seen", seen(f)),
		f.past === null ? null : field("stood", past(f)),
		field("evidence", places(f)),
		told ? field("why", `as for ${told.id}, with verify and fix`) : [
			field("why", f.reason || f.check.why),
			f.ordered && f.check.why && f.reason
				? field("what", f.check.why) : null,
			f.verify > 0 ? field("verify", commands(list(f.verify)))
				: null,
			f.fix > 0 ? field("fix", commands(list(f.fix))) : null,
		],
		ids.length > 0 ? field("rows", rowNames(ids)) : null,
		f.check.techniques.length > 0
			? field("ATT&CK", f.check.techniques.join(", ")) : null));
}

/* Gaps and minor sightings: a line that opens. */
function findingShort(f, options = {}) {
	const box = h("details", { class: "finding-short", id: f.id },
	    h("summary", {}, severity(f.severity), " ", f.title,
		f.waiver !== null && !f.waiver[3] ? (f.waiver[4] ? " (rejected)" : " (accepted)") : null));
	box.addEventListener("toggle", () => {
		if (box.open && box.children.length === 1)
			box.append(findingFull({ ...f, id: `${f.id}-full` },
			    options));
	});
	return box;
}

/* Findings of one device, the full ones first; why is told once. */
function findingList(all) {
	const full = all.filter((f) => !f.short);
	const short = all.filter((f) => f.short);
	const told = new Map();
	const nodes = full.map((f) => {
		const before = f.reason ? null : told.get(f.check.why);
		if (!f.reason && !before) told.set(f.check.why, f);
		return findingFull(f, { told: before });
	});
	if (short.length > 0)
		nodes.push(h("h3", { class: "lead" }, "Gaps and minor sightings"),
		    h("div", { class: "short" }, short.map((f) => findingShort(f))));
	return nodes;
}
