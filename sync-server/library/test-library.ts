import { createHash } from 'node:crypto';
import { FINGERPRINT_EDGE_BYTES, formatFingerprint } from '#core/media/fingerprint';
import { mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { err } from '#core/result';
import { type Database, openDatabase } from '../db/open-database.ts';
import { MediaLibrary } from './media-library.ts';
import type { ProbeFile } from './probe-store.ts';

const noProbe: ProbeFile = (file) =>
	Promise.resolve(err({ kind: 'not-media', subject: file.name, detail: 'not looked into' }));

/** A library on real folders and a real database, opened again as often as a test likes. */
export class TestLibrary {
	readonly folder = mkdtempSync(join(tmpdir(), 'octocut-library-'));
	readonly media = join(this.folder, 'media');
	readonly errors: Error[] = [];
	db!: Database;
	library!: MediaLibrary;

	constructor() {
		mkdirSync(this.media);
	}

	async open({
		mediaDirs = [this.media],
		probeFile = noProbe,
		mediaPollS,
	}: { mediaDirs?: readonly string[]; probeFile?: ProbeFile; mediaPollS?: number } = {}): Promise<MediaLibrary> {
		const db = openDatabase(join(this.folder, 'db.sqlite'));
		if (!db.ok) throw new Error(db.error);
		this.db = db.value;
		this.library = new MediaLibrary({
			db: this.db,
			mediaDirs,
			mediaPollS,
			uploadsDir: join(this.folder, 'uploads'),
			cacheDir: join(this.folder, 'cache'),
			probeFile,
			onError: (error) => this.errors.push(error),
		});
		await this.library.start();
		await this.library.scanner.idle();
		return this.library;
	}

	async scan(): Promise<void> {
		this.library.scanner.scan();
		await this.library.scanner.idle();
	}

	/** Names by place, of all that is shown. */
	shown(): string[] {
		const page = this.library.list.page({ sort: 'name', limit: 500 });
		if (!page.ok) throw new Error(page.error);
		return page.value.items.map(({ place, name }) => `${place} / ${name}`).sort();
	}

	idOf(name: string): string {
		const page = this.library.list.page({ sort: 'name', limit: 500 });
		const item = page.ok ? page.value.items.find((one) => one.name === name) : undefined;
		if (item === undefined) throw new Error(`${name} is not shown`);
		return item.id;
	}

	async close(): Promise<void> {
		await this.library.close();
		this.db.close();
	}

	remove(): void {
		rmSync(this.folder, { recursive: true, force: true });
	}
}

/** As the app works it out, see `media/probe/fingerprint`. */
export function fingerprintOf(content: string | Buffer): string {
	const bytes = Buffer.from(content);
	const edges =
		bytes.length <= 2 * FINGERPRINT_EDGE_BYTES
			? [bytes]
			: [bytes.subarray(0, FINGERPRINT_EDGE_BYTES), bytes.subarray(-FINGERPRINT_EDGE_BYTES)];
	return formatFingerprint(bytes.length, createHash('sha256').update(Buffer.concat(edges)).digest('hex'));
}
