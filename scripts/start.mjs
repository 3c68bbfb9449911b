/** `npm start`: installs, builds and serves Octocut, each only when needed. HOST and PORT say where. */
import './node-version.mjs';
import { spawnSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';

const prepare = fileURLToPath(new URL('prepare.mjs', import.meta.url));
const { status } = spawnSync(process.execPath, [prepare], { stdio: 'inherit' });
if (status !== 0) process.exit(status ?? 1);

// The server runs in this process: a signal reaches it directly.
await import('./serve.mjs');
