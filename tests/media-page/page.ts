import { createServerClient } from '../../src/lib/remote/server-client.ts';
import { ServerDerived } from '../../src/lib/remote/server-derived.ts';
import { uploadFile } from '../../src/lib/remote/upload.ts';
import { fingerprintOf } from '../../src/lib/media/probe/fingerprint.ts';
import { getMedia } from '../../src/lib/contract/library.ts';
import { getFrameIndex, getLivePlaylist, getStream, type Quality } from '../../src/lib/contract/streaming.ts';
import { decodeFrameIndex } from '../../src/lib/core/time/frame-index-codec.ts';
import { frameCount, timeOfFrame } from '../../src/lib/core/time/frame-index.ts';
import { openLive } from '../../src/lib/media/live/open-live.ts';
import { NativeBackend } from '../../src/lib/media/player/native-backend.ts';
import { openRemote } from '../../src/lib/media/remote-bytes/open-remote.ts';
import { readBar } from '../fixtures/read-bar.ts';

/** What tests ask of a page that is served with the media: everything that needs a real browser. */
const tools = {
	/** Plays `src` in a media element until it shows a picture; then goes to each of the times and reads the number of the frame there. */
	async watch(src: string, timesS: readonly number[]) {
		const video = document.createElement('video');
		video.muted = true;
		video.src = src;
		document.body.append(video);
		const event = (name: string) =>
			new Promise<void>((resolve, reject) => {
				video.addEventListener(name, () => resolve(), { once: true });
				video.addEventListener('error', () => reject(new Error(video.error?.message ?? 'no reason')), { once: true });
			});
		await event('loadeddata');
		const played = event('timeupdate');
		await video.play();
		await played;
		video.pause();
		const numbers: (number | null)[] = [];
		for (const timeS of timesS) {
			const [seeked, shown] = [event('seeked'), new Promise((resolve) => video.requestVideoFrameCallback(resolve))];
			video.currentTime = timeS;
			await Promise.all([seeked, shown]);
			const canvas = new OffscreenCanvas(video.videoWidth, video.videoHeight);
			const context = canvas.getContext('2d')!;
			context.drawImage(video, 0, 0);
			const { data, width, height } = context.getImageData(0, 0, canvas.width, canvas.height);
			numbers.push(readBar({ data, width, height, channels: 4 }));
		}
		const { duration, videoWidth, videoHeight } = video;
		video.remove();
		return { duration, videoWidth, videoHeight, numbers };
	},

	/**
	 * Shows frames of a server's file through a copy in `quality`, as the editor does: `live` while it is made, else whole. A picture for each of
	 * `frames`: which frame the player says it is, and the number in it. Then it plays from the first of them.
	 */
	async view(mediaId: string, quality: Quality, live: boolean, frames: readonly number[]) {
		const client = createServerClient(location.origin);
		const media = await client.call(getMedia, { params: { id: mediaId } });
		if (!media.ok || !media.value.looked.ok) throw new Error(JSON.stringify(media));
		const { facts } = media.value.looked;
		const bytes = await (await fetch(client.url(getFrameIndex.path, { id: mediaId }))).arrayBuffer();
		const index = decodeFrameIndex(new Uint8Array(bytes));
		const started = performance.now();
		const copy = client.url(getStream.path, { id: mediaId }, { quality });
		const raw = client.url('/api/media/{id}/raw', { id: mediaId });
		const list = client.url(getLivePlaylist.path, { id: mediaId, quality }, { exact: true });
		const opened = live ? await openLive(list, facts.name) : undefined;
		const file = await openRemote({ url: live ? raw : copy, name: facts.name });
		if (!file.ok || opened?.ok === false) throw new Error(JSON.stringify([file, opened]));
		const told: number[] = [];
		let waiting: () => void = () => undefined;
		const backend = new NativeBackend(
			{ file: file.value, facts, index, ...(opened === undefined ? { isCopy: true } : { live: opened.value }) },
			{
				onShown: ({ frame }) => (told.push(frame), waiting()),
				onEnded: () => waiting(),
				onFailed: (failure) => {
					throw new Error(JSON.stringify(failure));
				},
			},
		);
		backend.setLoudness({ volume: 0, muted: true });
		document.body.append(...backend.layers);
		const ready = await backend.open();
		if (!ready.ok) throw new Error(JSON.stringify(ready.error));
		const place = (frame: number) => ({ frame, timeS: timeOfFrame(index, frame) });
		const number = () => {
			const top = backend.layers.findLast(({ style }) => style.visibility !== 'hidden');
			const { width, height } = facts.video ?? { width: 1, height: 1 };
			const context = new OffscreenCanvas(width, height).getContext('2d')!;
			context.drawImage(top as HTMLVideoElement, 0, 0, width, height);
			return readBar({ ...context.getImageData(0, 0, width, height), width, height, channels: 4 });
		};
		await backend.show(place(0), 0);
		const firstMs = performance.now() - started;
		const shown: (readonly [number | undefined, number | null])[] = [];
		for (const frame of frames) {
			await backend.show(place(Math.min(frame, frameCount(index) - 1)), 0);
			shown.push([told.at(-1), number()]);
		}
		const [from = 0] = frames;
		await backend.play(place(from), { rate: 1 });
		while ((told.at(-1) ?? 0) < from + 10 || (told.at(-1) ?? 0) > from + 200)
			await new Promise<void>((resolve) => (waiting = resolve));
		await backend.pause();
		const paused = [told.at(-1), number()] as const;
		backend.dispose();
		for (const layer of backend.layers) layer.remove();
		return { shown, paused, firstMs, frames: frameCount(index) };
	},

	/** Makes a file and hands it to the server; stops by itself after `stopAfterBytes`. */
	async upload(name: string, bytes: number, fill: number, stopAfterBytes = Infinity) {
		const content = new Uint8Array(bytes).map((_, n) => (n * 31 + fill) % 251);
		const file = new File([content], name);
		const abort = new AbortController();
		const told: number[] = [];
		const result = await uploadFile(createServerClient(location.origin), file, {
			name,
			fingerprint: await fingerprintOf(file),
			signal: abort.signal,
			onProgress: ({ sentBytes }) => {
				told.push(sentBytes);
				if (sentBytes >= stopAfterBytes) abort.abort();
			},
		}).catch((thrown: unknown) => (thrown as Error).name);
		return { result, firstTold: told[0] ?? 0 };
	},

	async derived(mediaId: string, names: readonly string[]) {
		const client = createServerClient(location.origin);
		const cache = new ServerDerived(() => Promise.resolve(client), { mediaId, firstS: 0, durationS: 60 });
		return Promise.all(
			names.map(async (name) => {
				const made = await cache.get(name);
				if (made?.type !== 'image/webp') return made?.size ?? null;
				const { width, height } = await createImageBitmap(made);
				return `${width}x${height}`;
			}),
		);
	},
};
export type Tools = typeof tools;
Object.assign(globalThis, { tools });
