import { existsSync } from 'node:fs';
import { delimiter, join } from 'node:path';

/** Keeps the browser from talking to anything but the page under test. */
export const chromiumFlags = [
	'--no-sandbox',
	'--disable-background-networking',
	'--disable-component-update',
	'--disable-sync',
	'--disable-quic',
	'--autoplay-policy=no-user-gesture-required',
];

/** The Chromium on PATH (it has H.264, Playwright's own build does not), or undefined for Playwright's own. */
export function chromiumPath(): string | undefined {
	const names = ['chromium', 'chromium-browser', 'google-chrome-stable', 'google-chrome'];
	const folders = (process.env['PATH'] ?? '').split(delimiter);
	return [process.env['CHROMIUM_PATH'], ...names.flatMap((name) => folders.map((folder) => join(folder, name)))].find(
		(path) => path !== undefined && existsSync(path),
	);
}

/** A graphics processor that the processor imitates, where the browser has one. */
export const softwareGpuFlags = ['--enable-unsafe-webgpu', '--use-webgpu-adapter=swiftshader'];

/** Launch options for Playwright, whichever runner starts it. */
export function chromiumLaunch(more: readonly string[] = []): { executablePath?: string; args: string[] } {
	const executablePath = chromiumPath();
	return { args: [...chromiumFlags, ...more], ...(executablePath ? { executablePath } : {}) };
}
