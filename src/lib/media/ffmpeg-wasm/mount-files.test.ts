import { readFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { pathToFileURL } from 'node:url';
import { beforeAll, describe, expect, test, vi } from 'vitest';
import type { CoreSource } from './core-types.ts';
import { MemoryBytes, type FileBytes } from './file-bytes.ts';
import type { StopFlag } from './messages.ts';
import { mountFiles } from './mount-files.ts';
import { startCore } from './start-core.ts';

let source: CoreSource;
beforeAll(async () => {
	const script = createRequire(import.meta.url)
		.resolve('@ffmpeg/core')
		.replace('/umd/', '/esm/');
	// The core expects a worker.
	vi.stubGlobal('self', globalThis);
	vi.stubGlobal('location', { href: pathToFileURL(script).href });
	const module = await WebAssembly.compile(await readFile(script.replace(/\.js$/, '.wasm')));
	source = { module, scriptUrl: pathToFileURL(script).href };
}, 60_000);

const TONE = ['-f', 'lavfi', '-i', 'sine=d=2'];
const WAV = ['-c:a', 'pcm_s16le', '-f', 'wav', 'file:/io/output'];

async function runWith(files: Record<string, FileBytes>, args: string[], stop?: StopFlag) {
	const { core, log, control } = await startCore(source, stop);
	const mounted = mountFiles(core.FS, '/io', files, control);
	return { code: core.exec('-loglevel', 'error', ...args), problem: mounted.problem, log };
}

const readOnly = (content: Uint8Array): FileBytes => ({
	size: content.length,
	read(into, at) {
		const part = content.subarray(at, at + into.length);
		into.set(part);
		return part.length;
	},
});

describe('files of ours, seen by the real core', () => {
	test('an output can be written, gone back into, and read again as an input', async () => {
		const output = new MemoryBytes(10_000_000);
		expect(await runWith({ output }, [...TONE, ...WAV])).toMatchObject({ code: 0, problem: undefined });
		const wav = output.content();
		expect(wav.length).toBeGreaterThan(170_000);
		// The header's length is filled in last.
		expect(new DataView(wav.buffer).getUint32(4, true)).toBe(wav.length - 8);
		const again = new MemoryBytes(10_000_000);
		const copied = await runWith({ input: readOnly(wav), output: again }, [
			'-i',
			'file:/io/input',
			'-c:a',
			'aac',
			'-movflags',
			'+faststart',
			'-f',
			'mp4',
			'file:/io/output',
		]);
		expect(copied.code).toBe(0);
		expect(new TextDecoder().decode(again.content().subarray(4, 8))).toBe('ftyp');
	});

	test('what a full disk throws is kept, and ffmpeg gives up soon', async () => {
		let writes = 0;
		const full: FileBytes = {
			...{ size: 0, read: () => 0, truncate: () => undefined },
			write() {
				writes += 1;
				throw new DOMException('no room', 'QuotaExceededError');
			},
		};
		const { problem } = await runWith({ output: full }, ['-f', 'lavfi', '-i', 'sine=d=20000', ...WAV]);
		expect(problem).toMatchObject({ name: 'output', writing: true, thrown: { name: 'QuotaExceededError' } });
		// The exit code may be 0: the writer of WAV does not look. All of the sound would be tens of thousands of writes.
		expect(writes).toBeLessThan(10);
	});

	test('what a file that vanished throws is kept', async () => {
		const gone: FileBytes = {
			size: 1000,
			read() {
				throw new DOMException('changed', 'NotReadableError');
			},
		};
		const output = new MemoryBytes(1_000_000);
		const { code, problem } = await runWith({ input: gone, output }, ['-i', 'file:/io/input', ...WAV]);
		expect(problem).toMatchObject({ name: 'input', writing: false, thrown: { name: 'NotReadableError' } });
		expect(code).not.toBe(0);
	});

	test('an input is never written to', async () => {
		const { code, problem } = await runWith({ output: readOnly(new Uint8Array()) }, [...TONE, ...WAV]);
		expect(problem).toMatchObject({ writing: true });
		expect(code).not.toBe(0);
	});

	test('nothing else can be made in the folder', async () => {
		const { code } = await runWith({}, [...TONE, '-f', 'wav', 'file:/io/elsewhere']);
		expect(code).not.toBe(0);
	});

	test('a stopped run ends at its next access', async () => {
		const stop = new Int32Array(new SharedArrayBuffer(4));
		Atomics.store(stop, 0, 1);
		await expect(runWith({ output: new MemoryBytes(1000) }, [...TONE, ...WAV], stop)).rejects.toMatchObject({
			name: 'StoppedError',
		});
	});
});

test('the stack holds Opus and VP9, which overflow the one the core is built with', async () => {
	const output = new MemoryBytes(10_000_000);
	const args = ['-f', 'lavfi', '-i', 'testsrc=s=320x180:d=0.2', '-f', 'lavfi', '-i', 'sine=d=1', '-pix_fmt', 'yuv420p'];
	const codecs = ['-c:v', 'libvpx-vp9', '-cpu-used', '8', '-b:v', '200k', '-c:a', 'libopus', '-b:a', '64k'];
	expect(await runWith({ output }, [...args, ...codecs, '-f', 'webm', 'file:/io/output'])).toMatchObject({ code: 0 });
}, 60_000);
