import { keyFramesOf } from '#core/time/key-frames';
import { slotsIn, ThumbnailStrip, wantedKeys, type DerivedCache } from '$lib/media/strip/index';
import { probe, type Probed } from '$lib/media/probe/index';

export interface StripAnswer {
	readonly ms: number;
	readonly pictures: number;
}

const WIDTH_PX = 1440;
const HEIGHT_PX = 48;

let film: { readonly file: File; readonly probed: Probed } | undefined;
/** What a browser keeps; in memory, so that the bench measures decoding and not the disk. */
const kept = new Map<string, Blob>();
const cache: DerivedCache = {
	get: (name) => Promise.resolve(kept.get(name)),
	put: (name, made) => Promise.resolve(void kept.set(name, made)),
};

async function open(): Promise<void> {
	const file = document.querySelector<HTMLInputElement>('#file')?.files?.[0];
	if (file === undefined) throw new Error('no file was picked');
	const probed = await probe(file);
	if (!probed.ok) throw new Error(JSON.stringify(probed.error));
	film = { file, probed: probed.value };
}

/** From looking at an hour, 1440 pixels wide, to its last picture. A new worker each time. */
async function fill(useCache: boolean): Promise<StripAnswer> {
	if (film === undefined || film.probed.index === undefined) throw new Error('no film is open');
	const { file, probed } = film;
	const { facts, index } = probed;
	if (index === undefined || facts.video === undefined) throw new Error('the film has no picture');
	const { timesS } = keyFramesOf(index);
	const originS = facts.firstTimestampS;
	const tilePx = (HEIGHT_PX * facts.video.width) / facts.video.height;
	const view = { fromS: originS, toS: originS + 3600, secondsPerPx: 3600 / WIDTH_PX, tilePx, originS };
	const wanted = wantedKeys(slotsIn(view, timesS), originS + 1800);
	const startedMs = performance.now();
	let done: () => void = () => undefined;
	const filled = new Promise<void>((resolve) => (done = resolve));
	const strip: ThumbnailStrip = new ThumbnailStrip({
		...{ file, name: facts.name, heightPx: 64 },
		...(useCache ? { cache } : {}),
		onChange: () => {
			if (strip.failure !== undefined || wanted.every((key) => strip.picture(key) !== undefined)) done();
		},
	});
	strip.want(wanted);
	await filled;
	const ms = performance.now() - startedMs;
	if (strip.failure !== undefined) throw new Error(JSON.stringify(strip.failure));
	strip.dispose();
	return { ms, pictures: wanted.length };
}

const stripBench = { open, fill };

declare global {
	interface Window {
		stripBench: typeof stripBench;
	}
}
window.stripBench = stripBench;
