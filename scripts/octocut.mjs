#!/usr/bin/env node
/** `npx octocut`: the bundled command line where there is one, else its sources. */
import './node-version.mjs';
import { existsSync } from 'node:fs';

const bundled = new URL('../dist/cli.js', import.meta.url);
if (existsSync(bundled)) await import(bundled.href);
else {
	const { register } = await import('tsx/esm/api');
	register();
	await import('../sync-server/cli.ts');
}
