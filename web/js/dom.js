"use strict";
/*
 * Elements and words.  Everything that is shown goes through h(): text becomes
 * text nodes, never markup, and bytes that would turn a line around or hide in
 * it are shown by their number.
 */
const HIDDEN = /[\u0000-\u0008\u000b-\u001f\u007f-\u009f\u00ad\u061c\u180e\u200b-\u200f\u2028-\u202e\u2060-\u2069\ufeff\ufff9-\ufffb]/g;
const visible = (s) => String(s).replace(HIDDEN, (c) =>
	"\u27e8" + c.charCodeAt(0).toString(16).padStart(2, "0") + "\u27e9");

function add(node, children) {
	for (const child of children.flat(Infinity)) {
		if (child === null || child === undefined || child === false)
			continue;
		node.append(child instanceof Node
			? child : document.createTextNode(visible(child)));
	}
	return node;
}

function attributes(node, props) {
	for (const [key, value] of Object.entries(props)) {
		if (value === null || value === undefined || value === false)
			continue;
		if (key.startsWith("on"))
			node.addEventListener(key.slice(2), value);
		else if (key === "value" || key === "checked")
			node[key] = value;
		else if (key === "title" || key === "aria-label")
			node.setAttribute(key, visible(value));
		else
			node.setAttribute(key, value === true ? "" : value);
	}
	return node;
}

/* h("p", {class: "x"}, "text", node, [more]) */
function h(name, props, ...children) {
	return add(attributes(document.createElement(name), props || {}), children);
}

const SVG = "http://www.w3.org/2000/svg";
function svg(name, props, ...children) {
	return add(attributes(document.createElementNS(SVG, name), props || {}),
	    children);
}

/* ---- words ---- */

const number = (n) => n.toLocaleString("en-US");
const plural = (n, one, many) => `${number(n)} ${n === 1 ? one : many || one + "s"}`;

const upper = (s) => s.charAt(0).toUpperCase() + s.slice(1);

/* Times are UTC, as in all reports. */
const stamp = (ms) => ms === null ? "" :
	new Date(ms).toISOString().replace("T", " ").replace(/\.000Z$/, "Z")
		.replace("Z", "");
const day = (ms) => ms === null ? "" : new Date(ms).toISOString().slice(0, 10);
function days(first, last) {
	if (first === null) return "";
	return day(first) === day(last) || last === null
		? day(first) : `${day(first)} to ${day(last)}`;
}

/* A shape beside each word, so that colour is never alone. */
const SHAPES = {
	compromised: "\u25a0", suspicious: "\u25c6", exposed: "\u25b2",
	weak: "\u25bd", clear: "\u25cf", unknown: "\u25cb",
};
function verdict(word) {
	return h("span", { class: `verdict v-${word}` },
	    h("span", { class: "shape", "aria-hidden": "true" }, SHAPES[word]),
	    word);
}
const severity = (n) => h("span",
	{ class: `severity s-${data.severities[n]}` }, data.severities[n]);

const deviceLink = (d) => h("a",
	{ href: "#device/" + encodeURIComponent(d.name), class: "name" }, d.name);
const checkLink = (c, words) => h("a",
	{ href: "#finding/" + encodeURIComponent(c.id) }, words || c.id);

/* Rows of advisories by advisory: AA25-239A H-05, M-40. */
function rowNames(ids) {
	const by = new Map();
	for (const id of ids) {
		const at = id.indexOf(":");
		const advisory = id.slice(0, at);
		if (!by.has(advisory)) by.set(advisory, []);
		by.get(advisory).push(id.slice(at + 1));
	}
	return [...by].map(([advisory, names]) => h("span", { class: "rows" },
	    `${advisory} `, names.map((name, i) => {
		const row = rowById.get(`${advisory}:${name}`);
		return [i > 0 ? ", " : "", h("abbr",
			{ title: row ? row.title : null }, name)];
	    })));
}

function say(words) {
	const live = document.getElementById("live");
	live.textContent = "";
	live.textContent = visible(words);
}

/* Commands and sentences for people, one a line. */
const commands = (lines) => h("pre", { class: "commands" }, lines.join("\n"));

function field(label, ...content) {
	return [h("dt", {}, label), h("dd", {}, ...content)];
}

/* A filter's parts: label in front of its control. */
function labelled(words, control) {
	return h("label", { class: "control" }, h("span", {}, words), control);
}
function choice(words, options, value, change) {
	return labelled(words, h("select", {
		onchange: (e) => change(e.target.value),
	}, options.map(([v, name]) => {
		const o = h("option", { value: v }, name);
		o.selected = v === value;
		return o;
	})));
}
function searchBox(words, value, change) {
	let timer = 0;
	return labelled(words, h("input", {
		type: "search", value, spellcheck: "false", autocomplete: "off",
		oninput: (e) => {
			clearTimeout(timer);
			timer = setTimeout(() => change(e.target.value), 120);
		},
	}));
}

/* Now and whenever the element gets another size; not while it is laid out. */
function whenResized(element, draw) {
	new ResizeObserver(() => requestAnimationFrame(draw)).observe(element);
}

const colour = (name) =>
	getComputedStyle(document.documentElement).getPropertyValue(name).trim();
