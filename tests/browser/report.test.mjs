/*
 * The HTML report in Chromium.  Its files are made by tests/lib/browser.py, which
 * names their folder in TIDEMARK_REPORTS: harbour.html with harbour.json,
 * hostile.html, fleet.html with fleet.json, case.html with case.json (of a
 * case), empty.html.
 */
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { after, afterEach, before, test } from "node:test";
import { barriers, openBrowser, show } from "./browser.mjs";

const folder = process.env.TIDEMARK_REPORTS;
const file = (name) => join(folder, name);
const told = (name) => JSON.parse(readFileSync(file(name), "utf8"));
const VIEWS = ["", "devices", "findings", "flaws", "coverage", "timeline", "attack",
	"plan", "sources"];

let browser;
before(async () => { browser = await openBrowser(); });
afterEach(async () => { await browser.closePages(); });
after(async () => { await browser.close(); });

const words = (page, selector) => page.locator(selector).innerText();

test("the summary counts as the JSON report does", async () => {
	const report = told("harbour.json");
	const page = await browser.page();
	await show(page, file("harbour.html"));
	const n = {};
	for (const d of report.devices) n[d.verdict] = (n[d.verdict] || 0) + 1;
	for (const word of ["compromised", "suspicious", "exposed", "weak",
		"clear", "unknown"])
		assert.equal(await words(page, `.tile.t-${word} strong`),
		    String(n[word] || 0), word);
	assert.equal(await words(page, "main h1"),
	    `${n.compromised} of ${report.devices.length} devices compromised`);
	assert.match(await words(page, "main .plot figcaption"),
	    /First sign 2025-02-11, last 2025-05-06/);
	assert.deepEqual(page.trouble, []);
});

test("every view opens and nothing is asked of a network", async () => {
	const page = await browser.page();
	for (const view of VIEWS) {
		await show(page, file("harbour.html"), view);
		assert.equal(await page.locator("main h1").count(), 1, view);
		assert.equal(await page.locator("nav a[aria-current]").count(), 1,
		    view);
	}
	assert.deepEqual(page.trouble, []);
});

test("devices are sorted, searched and filtered", async () => {
	const report = told("harbour.json");
	const those = (word) => report.devices.filter((d) => d.verdict === word)
		.map((d) => d.name);
	const page = await browser.page();
	await show(page, file("harbour.html"), "devices");
	const names = () => page.locator(".long tbody a.name").allInnerTexts();
	assert.equal((await names()).length, 12);
	assert.equal((await names())[0], "keel-core1");
	await page.getByRole("button", { name: "Device" }).click();
	assert.equal((await names())[0], "berth-sw1");
	assert.equal(await page.locator("th[aria-sort]").getAttribute("aria-sort"),
	    "ascending");
	await page.getByRole("button", { name: "Device" }).click();
	assert.equal((await names())[0], "quay-agg2");
	await page.getByLabel("Verdict").selectOption("compromised");
	assert.deepEqual((await names()).sort(), those("compromised"));
	await page.getByLabel("Search").fill("17.9.4a");
	await page.waitForFunction(() =>
		document.querySelectorAll(".long tbody a.name").length === 1);
	assert.deepEqual(await names(), ["pilot-edge1"]);
	assert.match(await words(page, "#live"), /1 of 12 devices/);
	/* A tile of the summary is the same filter. */
	await page.goto(`file://${file("harbour.html")}#`);
	await page.locator(".tile.t-clear").click();
	await page.getByLabel("Search").fill("");
	await page.waitForFunction((n) =>
		document.querySelectorAll(".long tbody a.name").length === n,
	    those("clear").length);
	assert.deepEqual(page.trouble, []);
});

test("a device shows its findings with evidence, why, verify and fix",
    async () => {
	const report = told("harbour.json");
	const page = await browser.page();
	await show(page, file("harbour.html"), "device/keel-core1");
	const mine = report.findings.filter((f) => f.device === "keel-core1");
	const full = await page.locator(".finding").count();
	const short = await page.locator(".finding-short").count();
	assert.equal(full + short, mine.length);
	const f = mine.find((x) => x.rule === "aaa-server-entered-public");
	const box = page.locator(`#${f.id}`);
	const said = await box.innerText();
	for (const part of [f.title, f.fingerprint, f.evidence[0].text, ...f.fix,
		...f.verify.split("; "), "medium confidence", "fact reported"])
		assert.ok(said.includes(part), part);
	assert.ok(said.includes(
	    `${f.evidence[0].path}:${f.evidence[0].line}`), "place");
	/* What is minor opens on demand. */
	const minor = page.locator(".finding-short").first();
	await minor.locator("summary").click();
	await minor.locator(".facts").waitFor();
	/* An unknown device tells which command settles what. */
	await show(page, file("harbour.html"), "device/light-xr1");
	assert.match(await words(page, "main"), /Collect:\s+the full configuration/);
	assert.deepEqual(page.trouble, []);
});

test("flaws are answered by device as the JSON report does", async () => {
	const report = told("harbour.json");
	const of = (...words) => report.vulnerabilities.filter((v) =>
		words.includes(v.answer));
	const page = await browser.page();
	await show(page, file("harbour.html"), "flaws");
	const rows = async () => {
		const out = [];
		for (const row of await page.locator(
		    ".long tbody tr:not(.space)").all())
			out.push((await row.locator("th, td").allInnerTexts())
				.slice(0, 2).join(" "));
		return out.sort();
	};
	const want = (all) => all.map((v) => `${v.device} ${v.cve}`).sort();
	assert.deepEqual(await rows(), want(of("exposed", "cannot-tell")));
	assert.match(await page.locator(".long tbody tr:not(.space)").first()
		.innerText(), /3 days/);
	await page.getByLabel("Answer").selectOption("feature-off");
	assert.deepEqual(await rows(), want(of("feature-off")));
	await page.getByLabel("Answer").selectOption("open");
	await page.getByLabel("Reach").selectOption({ label: "Internet" });
	assert.deepEqual(await rows(), want(of("exposed", "cannot-tell")
		.filter((v) => v.reach === "internet")));
	assert.ok((await words(page, "main")).includes(
	    `${of("not-affected").length} not affected`));
	/* On the device's page each answer is told in full. */
	for (const name of new Set(of("exposed", "cannot-tell", "feature-off")
		.map((v) => v.device))) {
		await show(page, file("harbour.html"),
		    "device/" + encodeURIComponent(name));
		for (const sort of ["details.cells", "details.flaw-short"])
			for (const box of await page.locator(sort).all())
				await box.evaluate((d) => { d.open = true; });
		for (const v of of("exposed", "cannot-tell", "feature-off")
			.filter((x) => x.device === name)) {
			const box = page.locator(".flaw", { hasText: v.cve });
			await box.waitFor();
			const said = (await box.evaluate((b) => b.textContent))
				.toLowerCase();
			for (const part of [v.reason, v.remedy || "", ...v.need,
				v.reach_why || "",
				v.deadline === null ? ""
					: v.deadline.publicly_exposed
						? v.deadline.if_exposed
						: v.deadline.if_not,
				...v.evidence.map((e) => e.path +
				    (e.line ? `:${e.line}` : ""))])
				assert.ok(said.includes(part.toLowerCase()),
				    `${name} ${v.cve}: ${part}`);
		}
	}
	await show(page, file("harbour.html"));
	const due = "3 days and forensic investigation";
	const urgent = new Set(of("exposed").filter((v) => v.deadline &&
		(v.deadline.publicly_exposed ? v.deadline.if_exposed
			: v.deadline.if_not) === due).map((v) => v.device)).size;
	assert.ok(urgent > 1);
	assert.match(await words(page, "main"), new RegExp(
	    `Most urgent deadlines\\s+${due}: ${urgent} devices`));
	assert.deepEqual(page.trouble, []);
});

test("the matrix is walked by keys and tells each cell", async () => {
	const report = told("harbour.json");
	const page = await browser.page();
	await show(page, file("harbour.html"), "coverage");
	await page.locator(".matrix").focus();
	const state = new Map(report.coverage.map((c) =>
		[`${c.device} ${c.row}`, c]));
	const seen = new Set();
	for (let i = 0; i < 40; i++) {
		const cell = await words(page, "#cell");
		const m = /^(\S+) (AA25-239A:\S+)/.exec(cell);
		assert.ok(m, cell);
		const want = state.get(`${m[1]} ${m[2]}`);
		assert.ok(cell.includes(want.state.replace("-", " ")),
		    `${cell}: ${want.state}`);
		for (const need of want.need) assert.ok(cell.includes(need), need);
		seen.add(`${m[1]} ${m[2]}`);
		await page.keyboard.press(i % 4 === 3 ? "ArrowDown" : "ArrowRight");
	}
	assert.equal(seen.size, 40);
	assert.equal(await page.locator("#cell").getAttribute("aria-live"),
	    "polite");
	await page.keyboard.press("Enter");
	await page.waitForSelector("main[data-view=device]");
	assert.deepEqual(page.trouble, []);
});

test("rows count as the cells do", async () => {
	const report = told("harbour.json");
	const page = await browser.page();
	await show(page, file("harbour.html"), "coverage");
	const rows = await page.locator(
	    "[aria-label='Coverage by row'] tbody tr:not(.space)").all();
	assert.ok(rows.length > 10);
	for (const row of rows.slice(0, 10)) {
		const cells = await row.locator("th, td").allInnerTexts();
		const mine = report.coverage.filter((c) =>
			c.row === `AA25-239A:${cells[0]}`);
		const n = (state) => {
			const k = mine.filter((c) => c.state === state).length;
			return k === 0 ? "" : String(k);
		};
		assert.deepEqual(cells.slice(3, 6),
		    [n("hit"), n("unknown"), n("clear")], cells[0]);
	}
});

test("the timeline zooms by button, by words and by dragging", async () => {
	const page = await browser.page();
	await show(page, file("harbour.html"), "timeline");
	const count = async () => Number(await page.locator("table.long")
		.getAttribute("aria-rowcount")) - 1;
	const all = await count();
	assert.ok(all > 20);
	await page.getByLabel("From (UTC)").fill("2025-02-11");
	await page.getByLabel("From (UTC)").press("Tab");
	await page.getByLabel("To (UTC)").fill("2025-02-12");
	await page.getByLabel("To (UTC)").press("Tab");
	const day = await count();
	assert.ok(day > 0 && day < all, `${day} of ${all}`);
	assert.match((await page.locator(".long tbody th").allInnerTexts())
		.join(" "), /^(2025-02-11 \S+ ?)+$/);
	await page.getByRole("button", { name: "All" }).click();
	assert.equal(await count(), all);
	const box = await page.locator(".u-over").first().boundingBox();
	await page.mouse.move(box.x + 5, box.y + 20);
	await page.mouse.down();
	await page.mouse.move(box.x + box.width / 3, box.y + 30, { steps: 5 });
	await page.mouse.up();
	const third = await count();
	assert.ok(third > 0 && third < all, `${third} of ${all}`);
	await page.getByRole("button", { name: "Closer" }).click();
	assert.ok(await count() <= third);
	await page.getByLabel("Show").selectOption("all");
	assert.ok(await count() > all);
	assert.deepEqual(page.trouble, []);
});

test("techniques count the devices with signs", async () => {
	const report = told("harbour.json");
	const page = await browser.page();
	await show(page, file("harbour.html"), "attack");
	const weighs = (f) => f.waiver === null && f.confidence !== "low" &&
	    !["informational", "low"].includes(f.severity) &&
	    ["compromise", "indicator"].includes(f.kind);
	const on = new Set(report.findings.filter((f) => weighs(f) &&
		f.techniques.includes("T1040")).map((f) => f.device));
	assert.ok(on.size > 0);
	const said = await page.locator(".technique", { hasText: "T1040" })
		.first().innerText();
	assert.ok(said.includes("Network Sniffing") &&
	    said.includes(`${on.size} device`), said);
	/* A revoked number stands under the one of today. */
	assert.equal(await page.getByText("T1562.004", { exact: true }).count(), 0);
});

test("the plan holds what fix proposes, once, with its devices", async () => {
	const plan = told("harbour-plan.json");
	const page = await browser.page();
	await show(page, file("harbour.html"), "plan");
	assert.match(await words(page, "main"),
	    new RegExp(`${plan.steps.closes} close their finding`));
	const all = await page.locator(".step pre").allTextContents();
	assert.ok(all.length > 5 && new Set(all.map((x) => x)).size > 5);
	for (const d of plan.devices) {
		await show(page, file("harbour.html"),
		    "device/" + encodeURIComponent(d.name));
		const said = await page.locator("main").evaluate((m) =>
			m.textContent);
		for (const s of d.steps.filter((x) => x.proposed)) {
			for (const c of s.commands)
				assert.ok(said.includes(c.text),
				    `${d.name}: ${c.text}`);
			for (const w of s.by_hand)
				assert.ok(said.includes(w), `${d.name}: ${w}`);
		}
		for (const c of d.collect || [])
			assert.ok(said.includes(c), `${d.name}: ${c}`);
		if (d.upgrade && d.upgrade.release)
			assert.ok(said.includes(
			    `pgrade to ${d.upgrade.release}`), d.name);
	}
	await show(page, file("harbour.html"), "plan");
	const before = await page.locator(".step").count();
	await page.getByLabel("Phase").selectOption("harden");
	const after = await page.locator(".step").count();
	assert.ok(after > 0 && after < before, `${after} of ${before}`);
	assert.deepEqual(page.trouble, []);
});

test("going back finds its place, and the heading has the focus", async () => {
	const page = await browser.page();
	await show(page, file("harbour.html"));
	await page.getByRole("link", { name: "Devices" }).first().click();
	await page.waitForSelector("main[data-view=devices]");
	assert.equal(await page.evaluate(() => document.activeElement.tagName),
	    "H1");
	await page.goBack();
	await page.waitForSelector("main[data-view=summary]");
	/* From the start of the page the first stop skips to the report. */
	await show(page, file("harbour.html"), "sources");
	await page.reload();
	await page.keyboard.press("Tab");
	assert.equal(await page.evaluate(() => document.activeElement.id), "skip");
	await page.keyboard.press("Enter");
	assert.equal(await page.evaluate(() => document.activeElement.id), "main");
	assert.equal(await page.evaluate(() =>
		document.querySelector("main").dataset.view), "sources");
});

for (const scheme of ["light", "dark"])
	test(`no barriers in the ${scheme} colours`, async () => {
		const page = await browser.page({ colorScheme: scheme });
		for (const view of [...VIEWS, "device/quay-agg1",
			"finding/implant-account-configured"]) {
			await show(page, file("harbour.html"), view);
			assert.deepEqual(await barriers(page), [], view);
		}
	});

test("a narrow window scrolls no further than it is wide", async () => {
	const page = await browser.page({ viewport: { width: 390, height: 800 } });
	for (const view of [...VIEWS, "device/quay-agg1"]) {
		await show(page, file("harbour.html"), view);
		const [wide, is] = await page.evaluate(() =>
			[document.documentElement.scrollWidth, innerWidth]);
		assert.ok(wide <= is, `${view}: ${wide} of ${is}`);
	}
	assert.deepEqual(page.trouble, []);
});

test("colours are chosen by hand too", async () => {
	const page = await browser.page({ colorScheme: "light" });
	await show(page, file("harbour.html"));
	const back = () => page.evaluate(() =>
		getComputedStyle(document.body).backgroundColor);
	const light = await back();
	await page.getByLabel("Colours").selectOption("dark");
	assert.notEqual(await back(), light);
});

test("two pages on paper, nothing cut off", async () => {
	for (const name of ["harbour.html", "fleet.html"])
		for (const format of ["A4", "Letter"]) {
			const page = await browser.page();
			await show(page, file(name));
			const pdf = (await page.pdf({ format,
				printBackground: true })).toString("latin1");
			assert.equal((pdf.match(/\/Type\s*\/Page\b(?!s)/g) || [])
				.length, 2, `${name} ${format}`);
			await page.emulateMedia({ media: "print" });
			await page.setViewportSize({ width: 690, height: 950 });
			for (const sheet of await page.locator(".sheet").all())
				assert.ok(await sheet.evaluate((s) =>
					s.scrollHeight <= s.clientHeight),
				    `${name}: cut off`);
			assert.ok(await page.locator("main").isHidden());
		}
});

test("a device prints as it is on the screen", async () => {
	const page = await browser.page();
	await show(page, file("harbour.html"), "device/quay-agg1");
	await page.emulateMedia({ media: "print" });
	assert.ok(await page.locator("main").isVisible());
	assert.ok(await page.locator("#paper").isHidden());
});

/* ---- evidence against the reader ---- */

test("hostile evidence is shown and does nothing", async () => {
	const report = told("hostile.json");
	const page = await browser.page();
	const raw = readFileSync(file("hostile.html"), "utf8");
	await page.addInitScript(() => {
		window.breaches = [];
		document.addEventListener("securitypolicyviolation", (e) =>
			window.breaches.push(`${e.violatedDirective} ${e.blockedURI}`));
	});
	/* Only our own elements: the marks of evidence are escaped. */
	assert.equal(raw.split("window.owned").length > 1, true);
	const open = (raw.match(/<script/gi) || []).length;
	const close = (raw.match(/<\/script/gi) || []).length;
	assert.equal(open, close);
	let literal = 0;
	const views = [...VIEWS, ...report.devices.map((d) =>
		"device/" + encodeURIComponent(d.name)),
		...new Set(report.findings.map((f) =>
			"finding/" + encodeURIComponent(f.rule)))];
	for (const view of views) {
		await show(page, file("hostile.html"), view);
		for (const box of await page.locator("details").all())
			await box.evaluate((d) => { d.open = true; });
		await page.evaluate(() => new Promise((r) => setTimeout(r, 50)));
		literal += ((await page.locator("body").innerText())
			.match(/<img src=x onerror=window\.owned/g) || []).length;
		const bad = await page.evaluate(() => ({
			owned: window.owned,
			img: document.querySelectorAll("main img, main iframe, " +
			    "main script, main object, main style").length,
			links: [...document.querySelectorAll("a")].filter((a) =>
				!a.getAttribute("href").startsWith("#")).length,
			breaches: window.breaches,
			turned: /[\u202a-\u202e\u2066-\u2069\u0007\u001b]/.test(
			    document.body.innerText + document.title),
		}));
		assert.deepEqual(bad, { owned: undefined, img: 0, links: 0,
			breaches: [], turned: false }, view);
	}
	assert.ok(literal > 3, "evidence is shown as it is");
	assert.deepEqual(page.trouble, []);
});

test("the policy lets nothing else run", async () => {
	const page = await browser.page();
	await show(page, file("hostile.html"));
	const got = await page.evaluate(async () => {
		const breaches = [];
		document.addEventListener("securitypolicyviolation", (e) =>
			breaches.push(e.effectiveDirective));
		const script = document.createElement("script");
		const out = {};
		try {
			script.text = "window.owned = 1";
			document.body.append(script);
		} catch (e) { out.script = e.name; }
		try {
			document.body.insertAdjacentHTML("beforeend", "<p>x</p>");
			out.markup = "taken";
		} catch (e) { out.markup = e.name; }
		try {
			setTimeout("window.owned = 2", 0);
		} catch (e) { out.code = e.name; }
		const img = document.createElement("img");
		img.src = "data:image/gif;base64,R0lGODlhAQABAAAAACw=";
		document.body.append(img);
		try {
			await fetch("data:text/plain,x");
			out.fetch = "taken";
		} catch (e) { out.fetch = e.name; }
		await new Promise((r) => setTimeout(r, 100));
		return { ...out, owned: window.owned,
			breaches: [...new Set(breaches)].sort() };
	});
	assert.equal(got.owned, undefined);
	assert.equal(got.markup, "TypeError");
	assert.equal(got.script, "TypeError");
	assert.equal(got.fetch, "TypeError");
	for (const d of ["connect-src", "img-src"])
		assert.ok(got.breaches.includes(d), `${d}: ${got.breaches}`);
});

/* ---- many devices, and none ---- */

test("five thousand devices: few rows in the page, all within reach",
    async () => {
	const report = told("fleet.json");
	const page = await browser.page();
	await show(page, file("fleet.html"), "devices");
	assert.equal(await page.locator("table.long").getAttribute("aria-rowcount"),
	    String(report.devices.length + 1));
	const inPage = await page.locator(".long tbody tr").count();
	assert.ok(inPage < 120, `${inPage} rows in the page`);
	await page.locator(".scroll").evaluate((s) => {
		s.scrollTop = s.scrollHeight;
	});
	await page.waitForSelector(`tr[aria-rowindex="${
		report.devices.length + 1}"]`);
	await page.getByRole("button", { name: "Device" }).click();
	const last = [...report.devices].map((d) => d.name.toLowerCase()).sort();
	await page.locator(".scroll").evaluate((s) => { s.scrollTop = 0; });
	await page.waitForFunction((n) =>
		document.querySelector(".long tbody a.name").innerText === n,
	    last[0]);
	/* The same device has the same findings. */
	const one = report.devices.find((d) => d.verdict === "compromised");
	await show(page, file("fleet.html"),
	    "device/" + encodeURIComponent(one.name));
	assert.equal(await page.locator(".finding").count() +
	    await page.locator(".finding-short").count(), one.findings.length);
	/* And the last line of the matrix its cells. */
	await show(page, file("fleet.html"), "coverage");
	const matrix = page.locator(".matrix");
	await matrix.focus();
	await matrix.evaluate((m) => { m.scrollTop = m.scrollHeight; });
	await matrix.press("PageDown");
	assert.match(await words(page, "#cell"), /AA25-239A:V-01/);
	assert.deepEqual(page.trouble, []);
});

test("no device at all", async () => {
	const page = await browser.page();
	for (const view of VIEWS) {
		await show(page, file("empty.html"), view);
		assert.equal(await page.locator("main h1").count(), 1, view);
	}
	await show(page, file("empty.html"));
	assert.match(await words(page, "main h1"), /No device/);
	assert.deepEqual(page.trouble, []);
});

test("without script the page says why it is empty", async () => {
	const page = await browser.page({ javaScriptEnabled: false });
	await page.goto(`file://${file("harbour.html")}`);
	assert.match(await words(page, "body"), /draws itself with the script/);
});

test("decisions say who, when and why", async () => {
	const report = told("case.json");
	const page = await browser.page();
	for (const decision of ["accepted", "rejected"]) {
		const finding = report.findings.find((f) => f.waiver
		    && f.waiver.decision === decision);
		await show(page, file("case.html"),
		    "device/" + encodeURIComponent(finding.device));
		const box = page.locator(`#${finding.id}`);
		assert.match(await box.locator("summary").innerText(),
		    new RegExp(`\\(${decision}\\)$`));
		await box.locator("summary").click();
		const { owner, made, expires, reason } = finding.waiver;
		const words = `${decision} on ${made.slice(0, 10)}` +
			(expires ? ` until ${expires}` : ", with no end") +
			`, by ${owner}: ${reason}`;
		assert.equal(await box.locator("p.accepted").innerText(), words);
	}
	assert.deepEqual(page.trouble, []);
});

test("a finding of a repository says since when", async () => {
	const report = told("case.json");
	const finding = report.findings.find((f) => f.history && f.history.gone
	    && f.rule === "AA25-239A:I-14");
	const [span] = finding.history.spans;
	const page = await browser.page();
	await show(page, file("case.html"),
	    "device/" + encodeURIComponent(finding.device));
	const said = await page.locator(`#${finding.id} ul.past`).innerText();
	for (const word of [`from ${span.first.time.slice(0, 10)}`,
		span.first.commit.slice(0, 12), span.first.author,
		`gone ${span.gone.time.slice(0, 10)}`,
		span.gone.commit.slice(0, 12), "stood for 2 days", "in 1 state of",
		finding.history.file])
		assert.ok(said.includes(word), `${word} in ${said}`);
	assert.deepEqual(page.trouble, []);
});

test("the plan of a case names what could not be read again", async () => {
	const page = await browser.page();
	await show(page, file("case.html"), "plan");
	const box = page.locator("details.unread");
	assert.match(await box.locator("summary").innerText(),
	    /^1 configuration of the case could not be read again/);
	await box.locator("summary").click();
	assert.match(await box.innerText(), /routers!\/core\/configs\/edge1/);
	assert.ok(await page.locator("main .step, main article").count() > 0);
	assert.deepEqual(page.trouble, []);
});

test("both deadlines stand where nobody knows who gets at a flaw", async () => {
	const report = told("case.json");
	const open = report.vulnerabilities.find((a) => a.deadline
	    && a.deadline.publicly_exposed === null
	    && a.deadline.if_exposed !== a.deadline.if_not);
	assert.ok(open, "the fleet has one");
	const page = await browser.page();
	await show(page, file("case.html"), "flaws");
	assert.match(await page.locator("main").innerText(),
	    /if public, else|if publicly exposed; else/);
	assert.deepEqual(page.trouble, []);
});
