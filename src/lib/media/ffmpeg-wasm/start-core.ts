import type { CoreSource, CreateCore, FfmpegCore } from './core-types.ts';

/** Lines of ffmpeg's own words that are kept. */
const LOG_LINES = 40;

/** A fresh core, in a worker. Each run gets its own: an aborted run leaves a core in no usable state. */
export async function startCore({ module, scriptUrl }: CoreSource): Promise<{ core: FfmpegCore; log: string[] }> {
	// Not part of the bundle: it is fetched, and cached, only when it is needed.
	const { default: create } = (await import(/* @vite-ignore */ scriptUrl)) as { default: CreateCore };
	const core = await new Promise<FfmpegCore>((resolve, reject) => {
		create({
			instantiateWasm(imports, done) {
				WebAssembly.instantiate(module, imports).then((instance) => done(instance, module), reject);
				return {};
			},
		}).then(resolve, reject);
	});
	const log: string[] = [];
	core.setLogger(({ message }) => {
		if (message === 'Aborted()') return;
		log.push(message);
		if (log.length > LOG_LINES) log.shift();
	});
	return { core, log };
}
