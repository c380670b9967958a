"use strict";
/* Which view is shown is said by the address behind "#". */
const views = [summaryView, devicesView, checksView, flawsView, coverageView, timelineView,
	attackView, planView, sourcesView, deviceView, checkView];

function navigation() {
	add(document.getElementById("nav"), [h("ul", {}, views
		.filter((v) => v.title)
		.map((v) => h("li", {}, h("a", { href: `#${v.id}`, id: `nav-${v.id}` },
		    v.title, v.count ? h("span", { class: "n" },
			" ", number(v.count())) : null))))]);
}

/* What was left behind, so that going back finds its place. */
const scrolled = new Map();
let current = null;

function route(focus) {
	const [id, ...rest] = location.hash.slice(1).split("/");
	const view = views.find((v) => v.id === id) || summaryView;
	const main = document.getElementById("main");
	let word;
	try {
		word = rest.length > 0 ? decodeURIComponent(rest.join("/"))
			: undefined;
	} catch {
		word = rest.join("/");
	}
	if (current !== null) scrolled.set(current, scrollY);
	current = location.hash;
	main.dataset.view = view.id;
	document.body.dataset.view = view.id;
	main.replaceChildren();
	add(main, [view.draw(word)]);
	if (view.drawn) view.drawn();
	for (const v of views.filter((x) => x.title))
		if (v.id === (view.parent || view.id))
			document.getElementById(`nav-${v.id}`)
				.setAttribute("aria-current", "page");
		else
			document.getElementById(`nav-${v.id}`)
				.removeAttribute("aria-current");
	const heading = main.querySelector("h1");
	document.title = `${heading.textContent} \u2013 tidemark report`;
	scrollTo(0, focus === "back" ? scrolled.get(current) || 0 : 0);
	if (focus) {
		heading.tabIndex = -1;
		heading.focus({ preventScroll: true });
	}
}

function chooseTheme(word) {
	if (word) document.documentElement.dataset.theme = word;
	else delete document.documentElement.dataset.theme;
	document.dispatchEvent(new Event("theme"));
}

document.getElementById("theme").addEventListener("change",
    (e) => chooseTheme(e.target.value));
matchMedia("(prefers-color-scheme: dark)").addEventListener("change",
    () => document.dispatchEvent(new Event("theme")));
document.getElementById("skip").addEventListener("click", (e) => {
	e.preventDefault();
	document.getElementById("main").focus();
});
document.getElementById("print").addEventListener("click", () => print());
addEventListener("hashchange", () => route("view"));
navigation();
paper();
route();
document.documentElement.dataset.ready = "yes";
