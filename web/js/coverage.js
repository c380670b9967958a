"use strict";
/*
 * The coverage matrix: a device a line, a row of the advisory a column, drawn
 * on a canvas of the size of the window onto it.  Arrow keys walk through it and
 * the cell is told below; the table by row says the same in numbers.
 */
const coverage = { advisory: 0, dense: false, order: "worst", at: null };

const HEAD = 34, GUTTER = 150;

class Matrix {
	constructor(rowsShown, devicesShown, tell) {
		this.rows = rowsShown;
		this.devices = devicesShown;
		this.tell = tell;
		this.canvas = h("canvas");
		this.space = h("div", { class: "space" }, this.canvas);
		this.element = h("div", { class: "matrix", tabindex: "0",
			role: "application", "aria-label": "Coverage matrix, " +
			`${plural(devicesShown.length, "device")} by ` +
			`${plural(rowsShown.length, "row")}; arrow keys walk, ` +
			"Enter opens the device",
			"aria-describedby": "cell",
			onscroll: () => this.draw(),
			onkeydown: (e) => this.key(e),
			onfocus: () => { if (!coverage.at) this.go(0, 0); } },
		    this.space);
		this.canvas.addEventListener("click", (e) => this.click(e));
		this.canvas.addEventListener("mousemove", (e) => this.hover(e));
		this.canvas.addEventListener("mouseleave", () => {
			this.over = null;
			this.draw();
		});
		coverage.at = null;
		const lines = (coverage.dense ? 4 : 16) * devicesShown.length;
		this.element.style.height = `min(${HEAD + lines + 20}px, 62vh)`;
		whenResized(this.element, () => this.layout());
	}

	layout() {
		const width = this.element.clientWidth;
		this.w = Math.max(5, Math.min(30,
		    Math.floor((width - GUTTER - 4) / this.rows.length)));
		this.h = coverage.dense ? 4 : 16;
		this.space.style.width =
		    `${GUTTER + this.w * this.rows.length}px`;
		this.space.style.height =
		    `${HEAD + this.h * this.devices.length}px`;
		this.draw();
	}

	/* Cell under a place of the canvas, or null. */
	cell(e) {
		const box = this.canvas.getBoundingClientRect();
		const x = e.clientX - box.left + this.element.scrollLeft - GUTTER;
		const y = e.clientY - box.top + this.element.scrollTop - HEAD;
		const c = Math.floor(x / this.w), r = Math.floor(y / this.h);
		if (e.clientX - box.left < GUTTER || e.clientY - box.top < HEAD ||
		    c >= this.rows.length || r >= this.devices.length)
			return null;
		return [r, c];
	}

	hover(e) {
		this.over = this.cell(e);
		if (this.over) this.tell(...this.over, false);
		this.draw();
	}

	click(e) {
		const at = this.cell(e);
		if (at) this.go(...at);
	}

	go(r, c) {
		r = Math.max(0, Math.min(this.devices.length - 1, r));
		c = Math.max(0, Math.min(this.rows.length - 1, c));
		coverage.at = [r, c];
		const box = this.element, x = c * this.w, y = r * this.h;
		if (y < box.scrollTop) box.scrollTop = y;
		if (y + this.h + HEAD > box.scrollTop + box.clientHeight)
			box.scrollTop = y + this.h + HEAD - box.clientHeight;
		if (x < box.scrollLeft) box.scrollLeft = x;
		if (x + this.w + GUTTER > box.scrollLeft + box.clientWidth)
			box.scrollLeft = x + this.w + GUTTER - box.clientWidth;
		this.tell(r, c, true);
		this.draw();
	}

	key(e) {
		const [r, c] = coverage.at || [0, 0];
		const page = Math.max(1,
		    Math.floor((this.element.clientHeight - HEAD) / this.h) - 1);
		const moves = { ArrowUp: [r - 1, c], ArrowDown: [r + 1, c],
			ArrowLeft: [r, c - 1], ArrowRight: [r, c + 1],
			PageUp: [r - page, c], PageDown: [r + page, c],
			Home: [r, 0], End: [r, this.rows.length - 1] };
		if (e.key === "Enter" && this.devices[r])
			location.hash = "#device/" +
			    encodeURIComponent(this.devices[r].name);
		if (!moves[e.key] || e.ctrlKey || e.altKey || e.metaKey) return;
		e.preventDefault();
		this.go(...moves[e.key]);
	}

	draw() {
		const box = this.element, ratio = devicePixelRatio || 1;
		const W = box.clientWidth, H = box.clientHeight;
		if (W === 0 || !this.w) return;
		if (this.canvas.width !== Math.round(W * ratio) ||
		    this.canvas.height !== Math.round(H * ratio)) {
			this.canvas.width = Math.round(W * ratio);
			this.canvas.height = Math.round(H * ratio);
			this.canvas.style.width = `${W}px`;
			this.canvas.style.height = `${H}px`;
		}
		const g = this.canvas.getContext("2d");
		g.setTransform(ratio, 0, 0, ratio, 0, 0);
		g.clearRect(0, 0, W, H);
		const paint = Object.fromEntries(["sign", "flaw", "gap", "minor",
			"clear", "unknown", "text", "dim", "line", "back", "select"].map((n) =>
			[n, colour(`--${n}`)]));
		const first = Math.floor(box.scrollTop / this.h);
		const last = Math.min(this.devices.length,
		    Math.ceil((box.scrollTop + H - HEAD) / this.h));
		const from = Math.floor(box.scrollLeft / this.w);
		const to = Math.min(this.rows.length,
		    Math.ceil((box.scrollLeft + W - GUTTER) / this.w));
		for (let r = first; r < last; r++) {
			const y = HEAD + r * this.h - box.scrollTop;
			const cells = this.devices[r].cells;
			for (let c = from; c < to; c++)
				this.square(g, paint, cells[this.rows[c].index],
				    GUTTER + c * this.w - box.scrollLeft, y);
		}
		g.fillStyle = paint.back;
		g.fillRect(0, 0, GUTTER, H);
		g.fillRect(0, 0, W, HEAD);
		this.labels(g, paint, first, last);
		this.heads(g, paint, from, to);
		this.marks(g, paint);
	}

	/* Each state has a shape of its own: a sign fills the cell, a flaw its
	 * lower part, a gap its frame; unknown is a bar across, clear a small
	 * block in the middle, the rest is empty. */
	square(g, paint, letter, x, y) {
		const w = this.w - 1, t = this.h - 1;
		const what = CELL[letter].what;
		g.fillStyle = paint[what];
		if (what === "sign")
			g.fillRect(x, y, w, t);
		else if (what === "flaw")
			g.fillRect(x, y + t * 0.35, w, t * 0.65);
		else if (what === "gap" || what === "minor") {
			const edge = Math.max(1, Math.round(w / 5));
			g.fillRect(x, y, edge, t);
			g.fillRect(x + w - edge, y, edge, t);
			g.fillRect(x, y, w, 1);
			g.fillRect(x, y + t - 1, w, 1);
		} else if (what === "unknown")
			g.fillRect(x, y + t * 0.36, w, Math.max(1, t * 0.28));
		else if (what === "clear")
			g.fillRect(x + w * 0.25, y + t * 0.3, Math.max(1, w * 0.5),
			    Math.max(1, t * 0.4));
	}

	labels(g, paint, first, last) {
		if (coverage.dense) return;
		g.font = "12px system-ui, sans-serif";
		g.textBaseline = "middle";
		for (let r = first; r < last; r++) {
			const d = this.devices[r];
			const y = HEAD + r * this.h - this.element.scrollTop;
			if (y < HEAD - this.h / 2) continue;
			g.fillStyle = colour(`--v-${d.word}`);
			g.fillText(SHAPES[d.word], 4, y + this.h / 2);
			g.fillStyle = paint.text;
			g.fillText(visible(d.name).slice(0, 18), 20, y + this.h / 2,
			    GUTTER - 24);
		}
	}

	/* Columns by their own names where there is room, else by group. */
	heads(g, paint, from, to) {
		const wide = this.w >= 26;
		let group = null;
		g.font = "11px system-ui, sans-serif";
		g.textBaseline = "alphabetic";
		for (let c = from; c < to; c++) {
			const name = this.rows[c].short;
			const letters = name.replace(/[-0-9].*$/, "") || name;
			const x = GUTTER + c * this.w - this.element.scrollLeft;
			if (x < GUTTER - this.w) continue;
			if (wide || (letters !== group && group !== null) ||
			    (group === null && c === from)) {
				g.fillStyle = paint.line;
				if (!wide && c > from)
					g.fillRect(x - 1, 6, 1, 1e4);
				g.fillStyle = paint.dim;
				g.fillText(wide ? name.slice(0, 5) : letters,
				    Math.max(x, GUTTER) + 2, HEAD - 10);
			}
			group = letters;
		}
		g.fillStyle = paint.line;
		g.fillRect(0, HEAD - 1, 1e4, 1);
	}

	marks(g, paint) {
		for (const at of [this.over, coverage.at]) {
			if (!at) continue;
			const x = GUTTER + at[1] * this.w - this.element.scrollLeft;
			const y = HEAD + at[0] * this.h - this.element.scrollTop;
			if (x < GUTTER - 1 || y < HEAD - 1) continue;
			g.strokeStyle = paint.select;
			g.lineWidth = 2;
			g.strokeRect(x - 1, y - 1, this.w + 1, this.h + 1);
			g.fillStyle = paint.text;
			g.font = "bold 11px system-ui, sans-serif";
			g.fillText(this.rows[at[1]].short, x, 11);
		}
	}
}

/* What a cell says, below the matrix. */
function cellWords(d, row) {
	const cell = CELL[d.cells[row.index]];
	const found = cell.state !== "hit" ? [] : d.findings.filter((f) =>
		list(f.rows).includes(row.id));
	const need = cell.state === "unknown" ? needOf(d, row.index) : [];
	return [
		h("p", {}, deviceLink(d), " ", h("b", {}, row.id), " ", row.title),
		h("p", {}, h("span", { class: `state c-${cell.state.split(" ")[0]}` },
		    cell.state === "hit" && cell.what !== "minor"
			? `hit by a ${cell.what}` : cell.state),
		    cell.trust ? `, by ${cell.trust}` : null,
		    need.length > 0 ? [". To settle it: ",
			h("code", {}, need.join("; "))] : null,
		    cell.state === "unknown" && need.length === 0 && row.procedure
			? `. By hand: ${row.procedure}` : null,
		    found.length > 0 ? [": ", found.slice(0, 4).map((f, i) =>
			[i > 0 ? "; " : "", checkLink(f.check, f.title)])] : null),
	];
}

/* For each row how many devices are in which state, and the command that
 * settles most of the unknown ones. */
function rowCounts(rowsShown, devicesShown) {
	/* Devices with the same cells and needs count together. */
	const kinds = new Map();
	for (const d of devicesShown) {
		const key = `${data.cells[d.index][0]} ${data.cells[d.index][1]}`;
		if (!kinds.has(key)) kinds.set(key, { device: d, n: 0 });
		kinds.get(key).n++;
	}
	return rowsShown.map((row) => {
		const out = { row, hit: 0, clear: 0, unknown: 0,
			"not applicable": 0, need: "" };
		const needs = new Map();
		for (const { device, n } of kinds.values()) {
			const state = CELL[device.cells[row.index]].state;
			out[state] += n;
			if (state !== "unknown") continue;
			const need = needOf(device, row.index).join("; ");
			if (need) needs.set(need, (needs.get(need) || 0) + n);
		}
		const best = [...needs].sort((a, b) => b[1] - a[1])[0];
		out.need = best ? best[0]
			: row.hand ? `by hand: ${row.procedure}` : "";
		return out;
	});
}

const stateColumn = (state, title) => ({
	key: state, title, number: true, width: "w-n", descending: true,
	cell: (x) => x[state] === 0 ? "" : number(x[state]), sort: (x) => x[state],
});
const rowColumns = [
	{ key: "row", title: "Row", width: "w-row",
		cell: (x) => x.row.short, sort: (x) => x.row.index },
	{ key: "title", title: "What it asks", width: "w-title",
		cell: (x) => h("span", { title: x.row.title }, x.row.title),
		sort: (x) => x.row.title },
	{ key: "essential", title: "Essential", width: "w-word",
		cell: (x) => x.row.essential ? "yes" : "", descending: true,
		sort: (x) => x.row.essential },
	stateColumn("hit", "Hit"), stateColumn("unknown", "Unknown"),
	stateColumn("clear", "Clear"),
	{ key: "need", title: "What settles the unknown", width: "w-title",
		cell: (x) => h("span", { title: x.need }, x.unknown ? x.need : ""),
		sort: (x) => x.need },
];

function legend() {
	const key = (name, words) => h("span", { class: `key c-${name}` },
	    h("span", { class: "box", "aria-hidden": "true" }), words);
	return h("p", { class: "legend" }, key("sign", "hit by a sign"),
	    key("flaw", "hit by an open flaw"), key("gap", "hit by a gap"),
	    key("minor", "hit by something minor"), key("unknown", "unknown"),
	    key("clear", "clear"), key("none", "not applicable"));
}

const coverageView = {
	id: "coverage",
	title: "Coverage",
	draw: () => {
		if (shownAdvisories.length === 0 || devices.length === 0)
			return [h("h1", {}, "Coverage"),
				h("p", {}, "No device, so nothing to cover.")];
		const body = h("div");
		const redraw = () => body.replaceChildren(...parts());
		const set = (key) => (value) => {
			coverage[key] = key === "advisory" ? Number(value)
				: key === "dense" ? value === "dense" : value;
			redraw();
		};
		const parts = () => {
			const a = shownAdvisories[coverage.advisory] ||
			    shownAdvisories[0];
			const shown = filteredDevices();
			if (coverage.order === "worst") shown.sort(byWorst);
			const panel = h("div", { class: "cell", id: "cell",
				"aria-live": "polite" }, h("p", { class: "minor" },
			    "Point at a cell, or walk with the arrow keys."));
			const m = new Matrix(a.rows, shown, (r, c) =>
				panel.replaceChildren(
				    ...cellWords(shown[r], a.rows[c])));
			return [h("p", { class: "minor" },
			    `${a.id}: ${a.title}. ${plural(shown.length,
			    "device")} by ${plural(a.rows.length, "row")}.`),
				legend(), m.element, panel,
				h("h2", {}, "By row"),
				new LongTable({ label: "Coverage by row",
					columns: rowColumns,
					items: rowCounts(a.rows, shown),
					sort: { key: "hit", down: true } }).element];
		};
		redraw();
		return [
			h("h1", {}, "Coverage"),
			h("div", { class: "controls" },
			    choice("Advisory", shownAdvisories.map((a, i) =>
				[String(i), a.id]), String(coverage.advisory),
				set("advisory")),
			    choice("Order", [["worst", "worst first"],
				["name", "by name"]], coverage.order, set("order")),
			    choice("Lines", [["named", "with names"],
				["dense", "dense"]],
				coverage.dense ? "dense" : "named", set("dense"))),
			deviceControls(redraw),
			body,
		];
	},
};
document.addEventListener("theme", () => {
	const box = document.querySelector(".matrix");
	if (box) box.dispatchEvent(new Event("scroll"));
});
