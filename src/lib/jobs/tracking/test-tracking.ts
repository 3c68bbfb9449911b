import { expect, vi } from 'vitest';
import type { MediaFacts } from '#core/media/media-facts';
import { ok } from '#core/result';
import { frameIndexFrom } from '#core/time/frame-index';
import type { Span } from '#core/time/segment-arithmetic';
import { follow } from '#core/tracking/follow';
import { openStorage } from '$lib/storage/open-storage';
import type { Storage } from '$lib/storage/storage';
import { TrackingQueue } from './tracking-queue.ts';
import type { Sight, TrackingRequest } from './tracking-parts.ts';

export const MEDIA = `5-${'b'.repeat(64)}`;
export const index = frameIndexFrom(
	Float64Array.from({ length: 1000 }, (_, n) => n * 40_000),
	new Uint8Array(1000).fill(1),
	40_000,
);
export const facts: MediaFacts = {
	...{ fingerprint: MEDIA, name: 'walk.mp4', bytes: 5, container: 'mp4', reader: 'mediabunny', durationS: 40 },
	...{ firstTimestampS: 0, audio: [], subtitles: [], playable: 'native', truncated: false, notes: [] },
	video: {
		...{ codec: 'avc', width: 1920, height: 1080, codedWidth: 1920, codedHeight: 1080, rotation: 0 },
		...{ pixelAspect: { num: 1, den: 1 }, fps: { num: 25, den: 1 }, variableRate: false, hdr: false, frameCount: 1000 },
	},
};

/** Someone who walks from left to right in 40 s, looked at five times a second. */
export const walker = (inS: number, outS: number) =>
	Array.from({ length: Math.ceil((outS - inS) * 5 - 1e-6) }, (_, n) => inS + n / 5).map((atS) => ({
		atS,
		detections: [{ box: { x: 0.2 + 0.012 * atS, y: 0.2, width: 0.08, height: 0.6 }, score: 0.9, label: 'person' }],
	}));

/** Sees `walker`, two seconds at a time. */
export const sight = (seen: Span[] = [], extra: Partial<Sight> = {}): Sight => ({
	analyse: async ({ spans }, { signal, onSeen, onProgress }) => {
		for (const { inS, outS } of spans) {
			for (let at = inS; at < outS - 1e-9; at += 2) {
				await new Promise((resolve) => setTimeout(resolve));
				signal.throwIfAborted();
				const span = { inS: at, outS: Math.min(outS, at + 2) };
				seen.push(span);
				onProgress({ share: (span.outS - inS) / (outS - inS), step: 'Looking', backend: 'wasm' });
				onSeen({ span, frames: walker(span.inS, span.outS), cutsS: [] });
			}
		}
		return ok(undefined);
	},
	follow: (request) => Promise.resolve(follow(request)),
	...extra,
});

export const opened: { storage: Storage; queues: TrackingQueue[] }[] = [];

export async function newStorage(name = `test-${crypto.randomUUID()}`): Promise<Storage> {
	const storage = await openStorage(name);
	opened.push({ storage, queues: [] });
	await storage.media.put({
		...{ fingerprint: MEDIA, name: 'walk.mp4', bytes: 5, lastModifiedMs: 1, addedAt: '2026-01-01T00:00:00.000Z' },
		...{ source: { kind: 'visit' }, state: 'ready', message: '', facts },
	});
	storage.media.keepForVisit(MEDIA, new File(['movie'], 'walk.mp4', { lastModified: 1 }));
	await storage.media.putFrameIndex(MEDIA, index);
	return storage;
}

export function newQueue(storage: Storage, eye: Sight): TrackingQueue {
	const queue = new TrackingQueue({ storage, sight: () => Promise.resolve(eye), lock: `lock-${crypto.randomUUID()}` });
	opened.find((one) => one.storage === storage)?.queues.push(queue);
	queue.start();
	return queue;
}

export const requestOf = async (storage: Storage, ...spans: Span[]): Promise<TrackingRequest> => ({
	...{ media: MEDIA, name: 'walk.mp4', spans, model: 'ssd' },
	project: (await storage.projects.current()).id,
	follow: { style: 'steady', labels: ['person'], picks: [], fixes: [] },
});

export const stateOf = async (storage: Storage, id: string) =>
	(await storage.tracking.all()).find(({ job }) => job.id === id)?.job.state;

export const ends = (storage: Storage, id: string, state: string) =>
	vi.waitFor(async () => expect(await stateOf(storage, id)).toBe(state), { timeout: 20_000, interval: 20 });

/** Sees `walker` for two seconds, then nothing more until it is stopped. */
export const slow = (): Sight =>
	sight([], {
		analyse: ({ spans }, { signal, onSeen }) => {
			for (const { inS } of spans.slice(0, 1))
				onSeen({ span: { inS, outS: inS + 2 }, frames: walker(inS, inS + 2), cutsS: [] });
			return untilAborted(signal);
		},
	});
export const errorOf = async (storage: Storage, id: string) =>
	(await storage.tracking.all()).find(({ job }) => job.id === id)?.job.error;

export function untilAborted(signal: AbortSignal): Promise<never> {
	return new Promise((_, reject) => {
		signal.addEventListener('abort', () => reject(new DOMException('stopped', 'AbortError')));
	});
}

/** Ends what a test opened; for `afterEach`. */
export async function closeAll(): Promise<void> {
	for (const { storage, queues } of opened.splice(0)) {
		for (const queue of queues) await queue.close();
		storage.close();
	}
}
