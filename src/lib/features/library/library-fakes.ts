import type { Failure } from '#core/failure';
import type { Fingerprint } from '#core/media/fingerprint';
import { isRemote } from '#core/media/remote-bytes';
import { err, ok } from '#core/result';
import type { MediaFacts } from '#core/media/media-facts';
import type { MediaBytes } from '$lib/media/media-bytes';
import type { MediaRecord } from '$lib/storage/media-record';
import type { MediaStore, PrivateFiles, SettingsStore, Storage } from '$lib/storage/storage';
import type { Reader } from './intake.svelte.ts';

/** For tests: a fingerprint that tells `text` apart. */
export const fakeFingerprint = (text: string): Fingerprint =>
	`${text.length}-${[...text]
		.map((letter) => letter.charCodeAt(0).toString(16))
		.join('')
		.padEnd(64, '0')
		.slice(0, 64)}`;

export const fakeFacts = (name: string, more: Partial<MediaFacts> = {}): MediaFacts => ({
	fingerprint: fakeFingerprint(name),
	name,
	bytes: 10,
	container: 'mp4',
	reader: 'mediabunny',
	durationS: 65,
	firstTimestampS: 0,
	audio: [{ codec: 'aac', sampleRateHz: 48_000, channels: 2 }],
	subtitles: [],
	playable: 'native',
	truncated: false,
	notes: [],
	...more,
});

/** Of a file on a server, its address is the content. */
const textOf = (file: MediaBytes): Promise<string> => (isRemote(file) ? Promise.resolve(file.url) : file.text());

/** For tests: reads a file's text as its content. `bad` fails, `slow` waits for `release`. */
export class FakeReader implements Reader {
	probed: string[] = [];
	#waiting: (() => void)[] = [];

	fingerprintOf: Reader['fingerprintOf'] = async (file) => fakeFingerprint(await textOf(file));

	probe: Reader['probe'] = async (file) => {
		this.probed.push(file.name);
		const content = await textOf(file);
		if (content.includes('slow')) await new Promise<void>((resolve) => this.#waiting.push(resolve));
		if (content.includes('bad')) {
			return err<Failure>({ kind: 'not-media', subject: file.name, detail: 'a text' });
		}
		return ok({ facts: fakeFacts(file.name, { fingerprint: fakeFingerprint(content) }), index: undefined });
	};

	makeThumbnail: Reader['makeThumbnail'] = () =>
		Promise.resolve(err({ kind: 'unexpected', subject: 'picture', detail: 'fake' }));

	release(): void {
		for (const go of this.#waiting.splice(0)) go();
	}
}

/** For tests: what the library uses of storage, in memory. */
export class FakeStorage {
	records = new Map<Fingerprint, MediaRecord>();
	readable = new Map<Fingerprint, File | Failure['kind']>();
	copies: Fingerprint[] = [];
	values = new Map<string, unknown>();
	usage = { usedBytes: 0, quotaBytes: 1000, persisted: false };
	#listeners = new Set<() => void>();

	readonly media: Partial<MediaStore> = {
		watch: () => ({
			subscribe: (next) => {
				const tell = (): void => next([...this.records.values()].reverse());
				this.#listeners.add(tell);
				queueMicrotask(tell);
				return { unsubscribe: () => void this.#listeners.delete(tell) };
			},
		}),
		get: (media) => Promise.resolve(this.records.get(media)),
		put: (record) => this.#changed(() => this.records.set(record.fingerprint, record)),
		remove: (media) => this.#changed(() => this.records.delete(media)),
		keepHandle: (media) => this.#source(media, { kind: 'handle', handleId: media }),
		keepForVisit: (media, file) => {
			this.readable.set(media, file);
			void this.#source(media, { kind: 'visit' });
		},
		readFromServer: (media, source) => this.#source(media, { kind: 'server', ...source }),
		keepCopy: async (media) => {
			this.copies.push(media);
			await this.#source(media, { kind: 'opfs', path: media });
			return ok(undefined);
		},
		open: (media) => {
			const found = this.readable.get(media) ?? 'source-missing';
			return Promise.resolve(found instanceof File ? ok(found) : err({ kind: found, subject: media } as Failure));
		},
		putFrameIndex: () => Promise.resolve(),
		thumbnail: () => Promise.resolve(undefined),
	};
	readonly settings: Partial<SettingsStore> = {
		get: (key, schema) => {
			const parsed = schema.safeParse(this.values.get(key));
			return Promise.resolve(parsed.success ? parsed.data : undefined);
		},
		set: (key, value) => Promise.resolve(void this.values.set(key, value)),
	};
	readonly files: Partial<PrivateFiles> = { usage: () => Promise.resolve(this.usage) };

	get storage(): Storage {
		return this as unknown as Storage;
	}

	#source(media: Fingerprint, source: MediaRecord['source']): Promise<void> {
		const record = this.records.get(media);
		return this.#changed(() => record && this.records.set(media, { ...record, source }));
	}

	#changed(change: () => unknown): Promise<void> {
		change();
		queueMicrotask(() => this.#listeners.forEach((tell) => tell()));
		return Promise.resolve();
	}
}
