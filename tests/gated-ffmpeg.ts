import { chmodSync, existsSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

/**
 * The real ffmpeg, which hands out the first half of each piece of a live copy, and the rest only once the gate is open: what happens meanwhile needs no luck
 * to be seen.
 */
export class GatedFfmpeg {
	readonly path: string;
	readonly #gate: string;

	/** `folder` is the test's own. */
	constructor(folder: string) {
		this.path = join(folder, 'gated-ffmpeg');
		this.#gate = join(folder, 'gate');
		writeFileSync(this.path, `#!${process.execPath}\n(${run.toString()})(require, ${JSON.stringify(this.#gate)});\n`);
		chmodSync(this.path, 0o755);
	}

	open(): void {
		writeFileSync(this.#gate, '');
	}

	close(): void {
		rmSync(this.#gate, { force: true });
	}

	/** Opens, but who comes through first ends there with an error. */
	openBroken(): void {
		writeFileSync(`${this.#gate}.break`, '');
		this.open();
	}

	get hasBroken(): boolean {
		return !existsSync(`${this.#gate}.break`);
	}

	/** Whether the one that came to the gate last is still there. */
	get waits(): boolean {
		return existsSync(`/proc/${readFileSync(`${this.#gate}.pid`, 'utf8')}`);
	}
}

/** Runs as a program of its own. */
function run(load: NodeJS.Require, gate: string): void {
	const { spawnSync } = load('node:child_process') as typeof import('node:child_process');
	const fs = load('node:fs') as typeof import('node:fs');
	const path = load('node:path') as typeof import('node:path');
	const args = process.argv.slice(2);
	if (args.at(-1) !== 'pipe:1' || !args.includes('-frag_duration')) {
		process.exit(spawnSync('ffmpeg', args, { stdio: 'inherit' }).status ?? 1);
	}
	const { stdout } = spawnSync('ffmpeg', args, { maxBuffer: 1e8 });
	const half = stdout.length >> 1;
	fs.writeFileSync(`${gate}.pid`, `${process.pid}`);
	process.stdout.write(stdout.subarray(0, half), () => {
		let passed = false;
		const pass = (): void => {
			if (passed || !fs.existsSync(gate)) return;
			passed = true;
			if (fs.existsSync(`${gate}.break`)) {
				fs.rmSync(`${gate}.break`);
				process.exit(1);
			}
			process.stdout.write(stdout.subarray(half), () => process.exit(0));
		};
		fs.watch(path.dirname(gate), pass);
		pass();
	});
}
