import type { ExportTask } from '#core/export/export-task';
import { ok } from '#core/result';
import type { EngineIo, MediaEngine } from '$lib/media/engine';
import { FfmpegWasmEngine } from '$lib/media/engines/ffmpeg-wasm/index';
import { WebCodecsEngine } from '$lib/media/engines/webcodecs/index';
import { ensureCore } from '$lib/media/ffmpeg-wasm/index';
import { probe, type Probed } from '$lib/media/probe/index';

type Source = { readonly file: File } & Probed;

const ENGINES: Readonly<Record<'webcodecs' | 'ffmpeg-wasm', () => MediaEngine>> = {
	webcodecs: () => new WebCodecsEngine(),
	'ffmpeg-wasm': () => new FfmpegWasmEngine(),
};

/** The engines of the browser, for tests that compare them with the server's. */
const engines = {
	/** Makes `tasks` in one run from the files at `names`, and sends what came out to `/kept/<id of the task>…`. */
	async make(engine: keyof typeof ENGINES, tasks: readonly ExportTask[], names: readonly string[]): Promise<void> {
		const sources = await Promise.all(names.map(open));
		const find = (media: string): Source => {
			const source = sources.find(({ facts }) => facts.fingerprint === media);
			if (source === undefined) throw new Error('a task of another file');
			return source;
		};
		if (engine === 'ffmpeg-wasm') await ensureCore();
		const root = await navigator.storage.getDirectory();
		for await (const name of root.keys()) await root.removeEntry(name, { recursive: true });
		const io: EngineIo = {
			open: (media) => Promise.resolve(ok(find(media).file)),
			frameIndex: (media) => Promise.resolve(find(media).index),
			factsOf: (media) => find(media).facts,
			create: async ({ id }) => ok(await root.getFileHandle(id, { create: true })),
			createFolder: async ({ id }) => ok(await root.getDirectoryHandle(id, { create: true })),
			createSound: async ({ id }) => ok(await root.getFileHandle(`${id}.wav`, { create: true })),
			signal: new AbortController().signal,
			onProgress: () => undefined,
		};
		const made = await ENGINES[engine]().run(tasks, io);
		if (!made.ok) throw new Error(JSON.stringify(made.error));
		for await (const handle of root.values()) await send(handle);
	},
};

async function open(name: string): Promise<Source> {
	const file = new File([await (await fetch(`/${name}`)).blob()], name);
	const probed = await probe(file);
	if (!probed.ok) throw new Error(JSON.stringify(probed.error));
	return { file, ...probed.value };
}

async function send(handle: FileSystemHandle, before = ''): Promise<void> {
	if (handle instanceof FileSystemDirectoryHandle) {
		for await (const inside of handle.values()) await send(inside, `${handle.name}-`);
	} else if (handle instanceof FileSystemFileHandle) {
		await fetch(`/kept/${before}${handle.name}`, { method: 'PUT', body: await handle.getFile() });
	}
}

declare global {
	interface Window {
		engines: typeof engines;
	}
}
window.engines = engines;
