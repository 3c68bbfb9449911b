import type { Fingerprint } from '#core/media/fingerprint';
import { frameAt, timeOfFrame, type FrameIndex } from '#core/time/frame-index';
import type { MediaFacts } from '#core/media/media-facts';
import { framesAt, MINUTE } from '#core/media/minute-fixture';
import { err, ok } from '#core/result';
import { ProjectDocument } from '$lib/storage/project-document';
import type { MediaRecord } from '$lib/storage/media-record';
import type { MediaStore } from '$lib/storage/storage';
import { unkeptLog } from '$lib/storage/unkept-log-fixture';
import type { PlayerState } from './player/player-state.svelte.ts';

/* Stand-ins for tests of the editor's state: no database, no file, no decoder. */

export const MEDIA: Fingerprint = `1000-${'a'.repeat(64)}`;

export const FACTS: MediaFacts = { ...MINUTE, fingerprint: MEDIA, name: 'holiday.mp4' };

export const RECORD: MediaRecord = {
	fingerprint: MEDIA,
	name: FACTS.name,
	bytes: 1000,
	lastModifiedMs: 0,
	addedAt: '2026-01-01T00:00:00.000Z',
	source: { kind: 'visit' },
	state: 'ready',
	message: '',
	facts: FACTS,
};

/** A project that is kept nowhere. */
export const openDocument = (): Promise<ProjectDocument> => {
	const log = unkeptLog();
	return ProjectDocument.open('test', log, `test-${crypto.randomUUID()}`);
};

/** A library of one file whose record, frames and readability a test may change. */
export class FakeStore {
	record: MediaRecord | undefined = RECORD;
	index: FrameIndex | undefined = framesAt(30, 1800);
	readable = true;
	#listeners = new Set<() => void>();

	changed(): void {
		for (const listener of this.#listeners) listener();
	}

	asStore(): MediaStore {
		const store: Partial<MediaStore> = {
			get: () => Promise.resolve(this.record),
			frameIndex: () => Promise.resolve(this.index),
			open: (_, options) => {
				const allowed = this.readable || options?.ask === true;
				return Promise.resolve(
					allowed ? ok(new File(['x'], FACTS.name)) : err({ kind: 'source-permission' as const, subject: FACTS.name }),
				);
			},
			watch: () => ({
				subscribe: (next) => {
					const listener = (): void => next(this.record === undefined ? [] : [this.record]);
					this.#listeners.add(listener);
					return { unsubscribe: () => void this.#listeners.delete(listener) };
				},
			}),
		};
		return store as MediaStore;
	}
}

/** A player that is always where it was sent. */
export class FakePlayer {
	state = 'ready';
	timeS = 0;
	targetS = 0;
	playing = false;
	disposed = false;
	looped: unknown = null;
	readonly index = framesAt(30, 1800);

	seekToTime(timeS: number): Promise<void> {
		this.timeS = this.targetS = timeOfFrame(this.index, frameAt(this.index, timeS));
		return Promise.resolve();
	}
	play(): Promise<void> {
		this.playing = true;
		return Promise.resolve();
	}
	loop(range: unknown): void {
		this.looped = range;
	}
	dispose(): void {
		this.disposed = true;
	}
	asPlayer(): PlayerState {
		return this as unknown as PlayerState;
	}
}
