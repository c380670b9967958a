/*
 * A page with the report in it, and what goes wrong there: errors of scripts,
 * words on the console, breaches of the policy, requests for anything but the
 * file itself.
 */
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createRequire } from "node:module";
import { readFileSync } from "node:fs";
import { chromium } from "playwright-core";

const FLAGS = ["--headless", "--no-sandbox", "--disable-gpu", "--no-first-run",
	"--disable-background-networking", "--disable-component-update",
	"--disable-sync"];

export async function openBrowser() {
	const folder = mkdtempSync(join(tmpdir(), "tidemark-browser-"));
	const contexts = [];
	let made = 0;
	return {
		/* A new window with options of a Playwright context. */
		async page(options = {}) {
			const context = await chromium.launchPersistentContext(
			    join(folder, String(++made)), {
				executablePath: process.env.CHROMIUM ||
				    "/usr/bin/chromium",
				args: FLAGS, viewport: { width: 1300, height: 850 },
				...options });
			contexts.push(context);
			const page = context.pages()[0] || await context.newPage();
			page.setDefaultTimeout(60000);
			return watch(page);
		},
		async closePages() {
			for (const c of contexts.splice(0)) await c.close();
		},
		async close() {
			await this.closePages();
			rmSync(folder, { recursive: true, force: true });
		},
	};
}

function watch(page) {
	page.trouble = [];
	page.on("pageerror", (e) => page.trouble.push(`error: ${e.message}`));
	page.on("console", (m) => page.trouble.push(`console: ${m.text()}`));
	page.on("dialog", (d) => {
		page.trouble.push(`dialog: ${d.message()}`);
		d.dismiss();
	});
	page.on("request", (r) => {
		if (!r.url().startsWith("file:"))
			page.trouble.push(`request: ${r.url()}`);
	});
	page.on("popup", (p) => page.trouble.push(`popup: ${p.url()}`));
	return page;
}

export async function show(page, file, view = "") {
	await page.goto(`file://${file}#${view}`);
	await page.waitForSelector("html[data-ready]", { state: "attached" });
	/* A view that is asked for by its address alone. */
	await page.evaluate(() => new Promise((done) =>
		requestAnimationFrame(() => requestAnimationFrame(done))));
}

/* Runs axe by the debugger's side door: the page's own policy lets no script
 * in. */
export async function barriers(page) {
	const require = createRequire(import.meta.url);
	await page.evaluate(
	    readFileSync(require.resolve("axe-core/axe.min.js"), "utf8"));
	const found = await page.evaluate(async () => (await axe.run(document, {
		runOnly: ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa",
			"best-practice"] })).violations.map((v) =>
	    `${v.id}: ${v.nodes.length}, ${v.nodes[0].html.slice(0, 160)} ` +
	    `${v.nodes[0].any.map((a) => a.message).join(" ").slice(0, 200)}`));
	return found;
}
