"use strict";
/*
 * A table of any length: only the rows in sight are in the page, rows have one
 * height, and what is left out above and below is said to assistive technology
 * (aria-rowcount, aria-rowindex).
 *
 *	new LongTable({label, columns, items, sort, height})
 *	columns: {key, title, cell(item), sort(item), number, width, descending}
 */
const ROW = 30; /* as in report.css */
const SPARE = 12;

class LongTable {
	constructor(options) {
		Object.assign(this, options);
		this.order = this.sort || null;
		this.shown = new Map();
		this.body = h("tbody");
		this.head = h("tr", { "aria-rowindex": "1" });
		this.columns.forEach((c) => this.head.append(this.heading(c)));
		this.table = h("table", { class: "long" },
		    h("caption", { class: "quiet" }, this.label),
		    h("colgroup", {}, this.columns.map((c) =>
			h("col", { class: c.width || null }))),
		    h("thead", {}, this.head), this.body);
		this.top = h("tr", { class: "space", "aria-hidden": "true" },
		    h("td", { colspan: this.columns.length }));
		this.bottom = this.top.cloneNode(true);
		this.element = h("div", { class: "scroll", role: "region",
			"aria-label": this.label, tabindex: "0",
			onscroll: () => this.draw() }, this.table);
		this.set(this.items);
		/* The height is known when it is in the page. */
		whenResized(this.element, () => this.draw());
	}

	heading(c) {
		const th = h("th", { scope: "col",
			class: c.number ? "number" : null });
		if (!c.sort) return add(th, [c.title]);
		c.button = h("button", { type: "button",
			onclick: () => this.sortBy(c) }, c.title,
		    h("span", { class: "arrow", "aria-hidden": "true" }));
		c.th = th;
		return add(th, [c.button]);
	}

	sortBy(c) {
		const same = this.order && this.order.key === c.key;
		this.order = { key: c.key,
			down: same ? !this.order.down : Boolean(c.descending) };
		this.set(this.items);
		say(`${this.label}: sorted by ${c.title}, ` +
		    (this.order.down ? "largest first" : "smallest first"));
	}

	mark() {
		for (const c of this.columns) {
			if (!c.th) continue;
			const on = this.order && this.order.key === c.key;
			c.th.querySelector(".arrow").textContent =
			    on ? (this.order.down ? " \u25be" : " \u25b4") : "";
			if (on)
				c.th.setAttribute("aria-sort", this.order.down
					? "descending" : "ascending");
			else
				c.th.removeAttribute("aria-sort");
		}
	}

	set(items) {
		this.items = items;
		this.sorted = items;
		const c = this.order &&
		    this.columns.find((x) => x.key === this.order.key);
		if (c) {
			const sign = this.order.down ? -1 : 1;
			const keyed = items.map((item, i) =>
				({ item, i, key: c.sort(item) }));
			keyed.sort((a, b) => a.key < b.key ? -sign
				: a.key > b.key ? sign : a.i - b.i);
			this.sorted = keyed.map((x) => x.item);
		}
		this.mark();
		this.table.setAttribute("aria-rowcount", this.sorted.length + 1);
		for (const row of this.shown.values()) row.remove();
		this.shown.clear();
		this.body.replaceChildren(this.top, this.bottom);
		this.draw();
	}

	row(i) {
		const item = this.sorted[i];
		return h("tr", { "aria-rowindex": i + 2 }, this.columns.map((c, k) =>
			h(k === 0 ? "th" : "td", {
				scope: k === 0 ? "row" : null,
				class: c.number ? "number" : null,
			}, c.cell(item))));
	}

	draw() {
		const n = this.sorted.length;
		const height = this.element.clientHeight || 600;
		const from = Math.max(0, Math.min(n,
		    Math.floor(this.element.scrollTop / ROW) - SPARE));
		const to = Math.min(n, from + Math.ceil(height / ROW) + 2 * SPARE);
		for (const [i, row] of this.shown)
			if (i < from || i >= to) {
				row.remove();
				this.shown.delete(i);
			}
		let before = this.bottom;
		for (let i = to - 1; i >= from; i--) {
			let row = this.shown.get(i);
			if (!row) {
				row = this.row(i);
				this.shown.set(i, row);
				before.before(row);
			}
			before = row;
		}
		this.top.firstChild.style.height = from * ROW + "px";
		this.bottom.firstChild.style.height = (n - to) * ROW + "px";
	}
}
