import { createServerClient } from '../../src/lib/remote/server-client.ts';
import { ServerDerived } from '../../src/lib/remote/server-derived.ts';
import { uploadFile } from '../../src/lib/remote/upload.ts';
import { fingerprintOf } from '../../src/lib/media/probe/fingerprint.ts';
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
		const cache = new ServerDerived(createServerClient(location.origin), mediaId);
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
