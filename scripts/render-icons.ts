/** Draws the PNG icons from `static/icons/icon.svg`. Run once after the mark has changed: `npx tsx scripts/render-icons.ts`. */
import { readFile, writeFile } from 'node:fs/promises';
import { chromium } from 'playwright';
import { chromiumLaunch } from '../tests/chromium';

const folder = new URL('../static/icons/', import.meta.url);
const mark = await readFile(new URL('icon.svg', folder), 'utf8');
/** Launchers cut maskable icons to any shape inside a circle of 80 %: no corners, and the mark smaller. */
const maskable = mark.replace(' rx="14"', '').replace('scale(0.8)', 'scale(0.62)');

const browser = await chromium.launch(chromiumLaunch());
try {
	const page = await browser.newPage();
	for (const [name, svg, size] of [
		['icon-192.png', mark, 192],
		['icon-512.png', mark, 512],
		['maskable-512.png', maskable, 512],
	] as const) {
		await page.setViewportSize({ width: size, height: size });
		await page.setContent(`<style>body{margin:0}svg{display:block;width:${size}px;height:${size}px}</style>${svg}`);
		await writeFile(new URL(name, folder), await page.screenshot({ omitBackground: true }));
	}
} finally {
	await browser.close();
}
