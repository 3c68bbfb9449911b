import type { CoreSource, CreateCore, FfmpegCore } from './core-types.ts';
import type { StopFlag } from './messages.ts';
import type { RunControl } from './mount-files.ts';

/** Lines of ffmpeg's own words that are kept. */
const LOG_LINES = 40;

export interface StartedCore {
	readonly core: FfmpegCore;
	readonly log: string[];
	readonly control: RunControl;
}

/** A fresh core, in a worker. Each run gets its own: an aborted run leaves a core in no usable state. */
export async function startCore({ module, scriptUrl }: CoreSource, stop: StopFlag | undefined): Promise<StartedCore> {
	// Not part of the bundle: it is fetched, and cached, only when it is needed.
	const { default: create } = (await import(/* @vite-ignore */ scriptUrl)) as { default: CreateCore };
	let instance: WebAssembly.Instance | undefined;
	const core = await new Promise<FfmpegCore>((resolve, reject) => {
		create({
			instantiateWasm(imports, done) {
				WebAssembly.instantiate(module, imports).then((made) => {
					instance = made;
					done(made, module);
				}, reject);
				return {};
			},
		}).then(resolve, reject);
	});
	if (instance !== undefined) enlargeStack(core, instance);
	const log: string[] = [];
	core.setLogger(({ message }) => {
		if (message === 'Aborted()') return;
		log.push(message);
		if (log.length > LOG_LINES) log.shift();
	});
	const isStopped = (): boolean => stop !== undefined && Atomics.load(stop, 0) !== 0;
	let givenUp = false;
	Object.defineProperty(core, 'timeout', { get: () => (givenUp || isStopped() ? 0 : -1), set: () => undefined });
	return { core, log, control: { isStopped, giveUp: () => void (givenUp = true) } };
}

const STACK_BYTES = 8 * 1024 * 1024;

/** What Emscripten's `stackSave` and `stackRestore` are called in core 0.12.10; look again when the version changes. */
const STACK_EXPORTS = { save: 'Da', restore: 'Ea' } as const;

/**
 * The core is built with a stack of 64 kB, which libvpx (VP9) and libopus overflow: "memory access out of bounds". The stack is only a
 * place in memory that a number points to, so it is moved to a larger one.
 */
function enlargeStack(core: FfmpegCore, { exports }: WebAssembly.Instance): void {
	const save = exports[STACK_EXPORTS.save] as (() => number) | undefined;
	const restore = exports[STACK_EXPORTS.restore] as ((top: number) => void) | undefined;
	if (save === undefined || restore === undefined) return;
	const low = core._malloc(STACK_BYTES);
	if (low === 0) return;
	const top = (low + STACK_BYTES) & ~15;
	restore(top);
	if (save() !== top) throw new TypeError('the stack of the ffmpeg core could not be moved');
}
