import { execFileSync } from 'node:child_process';
import { statSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import type { Capture } from '#contract/captures';
import type { Failure } from '#core/failure';
import { err, ok, type Result } from '#core/result';
import type { CaptureEvent, CaptureFile, CaptureStore } from '../sync-server/captures/capture-store.ts';
import { captures } from '../sync-server/captures/tables.ts';
import type { Database } from '../sync-server/db/open-database.ts';

const TYPES: Readonly<Record<Capture['format'], string>> = {
	...{ jpeg: 'image/jpeg', png: 'image/png', webp: 'image/webp', gif: 'image/gif' },
	...{ mp4: 'video/mp4', webm: 'video/webm', mp3: 'audio/mpeg' },
};

/** Captures for tests of what is done with them: rows in the real table, files made by the real ffmpeg, no job. */
export class CaptureShelf implements CaptureStore {
	readonly #captures = new Map<string, Capture>();
	readonly #listeners = new Set<(event: CaptureEvent) => void>();

	constructor(
		readonly db: Database,
		readonly folder: string,
	) {}

	/** Puts a capture there; its file is a test picture of `format`, `lengthS` long. */
	add(given: Partial<Capture> & { readonly id: string }, lengthS = 2): Capture {
		const format = given.format ?? 'mp4';
		const path = this.pathOf(given.id, format);
		if (given.status !== 'pending') this.#make(path, format, lengthS);
		const isClip = ['mp4', 'webm', 'gif', 'mp3'].includes(format);
		const capture: Capture = {
			...{ type: isClip ? 'clip' : 'screenshot', status: 'complete', progress: 1, notes: [] },
			...{ name: 'Night Train 0.41.12', source: 'plex', sourceName: 'Attic', title: 'Night Train', year: 1959 },
			...{ user: 'Mia', startS: 2472, format, bytes: given.status === 'pending' ? 0 : statSync(path).size },
			...(format === 'mp3' ? {} : { width: 320, height: 180 }),
			...(isClip ? { durationS: lengthS } : {}),
			...{ favourite: false, createdAt: '2026-11-30T07:00:00.000Z', shares: 0 },
			...given,
		};
		this.#captures.set(capture.id, capture);
		const { id, type, status, name, source, sourceName, title, startS, bytes } = capture;
		this.db.orm
			.insert(captures)
			.values({
				...{ id, type, status, name, source, sourceName, title, startS, format, bytes },
				...{ request: '{}', origin: '{}', notes: '[]', searchText: '', favourite: false, createdAt: 0 },
			})
			.run();
		return capture;
	}

	change(id: string, change: Partial<Capture>): void {
		this.#captures.set(id, { ...this.#captures.get(id)!, ...change });
	}

	/** Says that it is complete, or that it failed. */
	tell(id: string, type: 'complete' | 'failed' = 'complete'): void {
		for (const listener of this.#listeners) listener({ type, capture: this.#captures.get(id)! });
	}

	delete(id: string): void {
		const { format } = this.#captures.get(id)!;
		this.#captures.delete(id);
		rmSync(this.pathOf(id, format), { force: true });
		this.db.sqlite.prepare('delete from captures where id = ?').run(id);
		for (const listener of this.#listeners) listener({ type: 'deleted', id });
	}

	get(id: string): Capture | undefined {
		return this.#captures.get(id);
	}

	file(id: string): Promise<Result<CaptureFile, Failure>> {
		const capture = this.#captures.get(id);
		if (capture?.status !== 'complete') return Promise.resolve(err({ kind: 'source-missing', subject: 'It' }));
		const { format, name } = capture;
		const path = this.pathOf(id, format);
		const fileName = `${name}.${format === 'jpeg' ? 'jpg' : format}`;
		return Promise.resolve(ok({ path, bytes: statSync(path).size, type: TYPES[format], fileName }));
	}

	poster(id: string): Promise<Result<CaptureFile, Failure>> {
		const capture = this.#captures.get(id);
		if (capture?.status !== 'complete') return Promise.resolve(err({ kind: 'source-missing', subject: 'It' }));
		if (capture.format === 'mp3') {
			return Promise.resolve(err({ kind: 'unsupported', subject: capture.name, detail: 'it has no picture' }));
		}
		const path = `${this.pathOf(id, capture.format)}.jpg`;
		ffmpeg('-i', this.pathOf(id, capture.format), '-frames:v', '1', path);
		return Promise.resolve(ok({ path, bytes: statSync(path).size, type: 'image/jpeg', fileName: 'poster.jpg' }));
	}

	subscribe(listener: (event: CaptureEvent) => void): () => void {
		this.#listeners.add(listener);
		return () => this.#listeners.delete(listener);
	}

	pathOf(id: string, format: Capture['format']): string {
		return join(this.folder, `${id}.${format}`);
	}

	#make(path: string, format: Capture['format'], lengthS: number): void {
		const picture = ['-f', 'lavfi', '-i', `testsrc2=size=320x180:rate=25:duration=${lengthS}`];
		const sound = ['-f', 'lavfi', '-i', `sine=duration=${lengthS}`];
		if (format === 'mp4')
			ffmpeg(...picture, ...sound, '-preset', 'ultrafast', '-pix_fmt', 'yuv420p', '-movflags', '+faststart', path);
		else if (format === 'webm') ffmpeg(...picture, '-c:v', 'libvpx', '-cpu-used', '8', '-deadline', 'realtime', path);
		else if (format === 'mp3') ffmpeg(...sound, path);
		else if (format === 'gif') ffmpeg(...picture, path);
		else ffmpeg(...picture, '-frames:v', '1', ...(format === 'jpeg' ? ['-f', 'mjpeg'] : []), path);
	}
}

const ffmpeg = (...args: string[]) => execFileSync('ffmpeg', ['-v', 'error', '-y', ...args]);
