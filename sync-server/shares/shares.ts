import { randomBytes, randomUUID } from 'node:crypto';
import type { ApiError } from '#contract/api-error';
import type { Capture } from '#contract/captures';
import { type Share, SHARE_PATH } from '#contract/shares';
import { err, ok, type Result } from '#core/result';
import { sha256 } from '../auth/secrets.ts';
import type { CaptureStore } from '../captures/capture-store.ts';
import type { Database } from '../db/open-database.ts';
import { hashPassword } from './passwords.ts';
import { type ShareRow, ShareRows } from './share-rows.ts';

export interface Terms {
	/** Null: it does not end. */
	readonly expiresInS: number | null;
	readonly password: string | null;
	readonly maxViews: number | null;
	readonly download: boolean;
}

export const DEFAULT_TERMS: Terms = { expiresInS: 30 * 86_400, password: null, maxViews: null, download: true };

/** A link just made. */
export interface NewShare {
	readonly share: Share;
	/** From the root. Told once: only its hash is kept. */
	readonly path: string;
}

/** A link was made by a person. */
export type ShareListener = (made: NewShare & { readonly capture: Capture }) => void;

export interface SharesParts {
	readonly database: Database;
	readonly captures: CaptureStore;
	/** Milliseconds since 1970. */
	readonly now?: () => number;
}

/** 256 bits in letters that need no escaping. */
const newToken = (): string => randomBytes(32).toString('base64url');

/** Links to captures, and on which terms they work. */
export class Shares {
	readonly #rows: ShareRows;
	readonly #captures: CaptureStore;
	readonly #now: () => number;
	readonly #listeners = new Set<ShareListener>();
	readonly #onChanged = new Set<(id: string) => void>();

	constructor({ database, captures, now = Date.now }: SharesParts) {
		this.#rows = new ShareRows(database);
		this.#captures = captures;
		this.#now = now;
	}

	/** `quietly`: nobody is told, as of links that stand in a message anyway. */
	async create(captureId: string, terms: Terms, quietly = false): Promise<Result<NewShare, ApiError>> {
		const passwordHash = terms.password === null ? null : await hashPassword(terms.password);
		const capture = this.#captures.get(captureId);
		if (capture === undefined) {
			return err({ code: 'not_found', message: 'The capture is not there any more. Look at the gallery again.' });
		}
		if (capture.status !== 'complete') {
			const why = capture.status === 'pending' ? 'is still being made. Wait until it is done' : 'failed. Retry it';
			return err({ code: 'conflict', message: `“${capture.name}” ${why}, then share it.` });
		}
		const token = newToken();
		const createdAt = this.#now();
		const row: ShareRow = {
			...{ id: randomUUID(), captureId, tokenHash: sha256(token), passwordHash, passwordVersion: 1, createdAt },
			...{ expiresAt: endOf(createdAt, terms.expiresInS), revokedAt: null, views: 0 },
			...{ maxViews: terms.maxViews, download: terms.download },
		};
		this.#rows.add(row);
		const made = { share: this.#shown(row), path: `${SHARE_PATH}/${token}` };
		if (!quietly) for (const listener of this.#listeners) listener({ ...made, capture });
		return ok(made);
	}

	/** Newest first. */
	list(limit: number, capture?: string): readonly Share[] {
		return this.#rows.list(limit, capture).map((row) => this.#shown(row));
	}

	/** What is left out stays as it is. */
	async change(id: string, terms: Partial<Terms>): Promise<Result<Share, ApiError>> {
		const { password, expiresInS, maxViews, download } = terms;
		const hash = typeof password === 'string' ? await hashPassword(password) : null;
		const row = this.#rows.get(id);
		if (row === undefined) return err(NO_SUCH);
		if (row.revokedAt !== null) {
			return err({ code: 'conflict', message: 'This link was closed for good. Make a new one.' });
		}
		const changed = this.#rows.change(id, {
			...(expiresInS !== undefined && { expiresAt: endOf(this.#now(), expiresInS) }),
			...(password !== undefined && { passwordHash: hash, passwordVersion: row.passwordVersion + 1 }),
			...(maxViews !== undefined && { maxViews }),
			...(download !== undefined && { download }),
		});
		this.#tell(id);
		return changed === undefined ? err(NO_SUCH) : ok(this.#shown(changed));
	}

	revoke(id: string): Result<Share, ApiError> {
		const row = this.#rows.get(id);
		if (row === undefined) return err(NO_SUCH);
		const revoked = this.#rows.change(id, { revokedAt: row.revokedAt ?? this.#now() });
		this.#tell(id);
		return revoked === undefined ? err(NO_SUCH) : ok(this.#shown(revoked));
	}

	/** Of a link with this token, while its time lasts and it was not revoked; views are not looked at. */
	withToken(token: string): ShareRow | undefined {
		const row = this.#rows.byTokenHash(sha256(token));
		return row === undefined || isOver(row, this.#now()) ? undefined : row;
	}

	/** Counts a visitor in; false when there were as many as may be. */
	takeView(id: string): boolean {
		return this.#rows.takeView(id);
	}

	subscribe(listener: ShareListener): () => void {
		this.#listeners.add(listener);
		return () => this.#listeners.delete(listener);
	}

	/** Told with its id when the terms of a link change or it is revoked. */
	onChanged(listener: (id: string) => void): () => void {
		this.#onChanged.add(listener);
		return () => this.#onChanged.delete(listener);
	}

	#tell(id: string): void {
		for (const listener of this.#onChanged) listener(id);
	}

	#shown(row: ShareRow): Share {
		return {
			id: row.id,
			capture: row.captureId,
			name: this.#captures.get(row.captureId)?.name ?? '',
			state: stateOf(row, this.#now()),
			createdAt: iso(row.createdAt),
			expiresAt: row.expiresAt === null ? null : iso(row.expiresAt),
			hasPassword: row.passwordHash !== null,
			maxViews: row.maxViews,
			views: row.views,
			download: row.download,
		};
	}
}

const NO_SUCH: ApiError = { code: 'not_found', message: 'There is no such link any more.' };
const iso = (ms: number): string => new Date(ms).toISOString();
const endOf = (now: number, seconds: number | null): number | null => (seconds === null ? null : now + seconds * 1000);

const isOver = ({ expiresAt, revokedAt }: ShareRow, now: number): boolean =>
	revokedAt !== null || (expiresAt !== null && expiresAt <= now);

export const isSpent = ({ views, maxViews }: ShareRow): boolean => maxViews !== null && views >= maxViews;

function stateOf(row: ShareRow, now: number): Share['state'] {
	if (row.revokedAt !== null) return 'closed';
	if (isOver(row, now)) return 'expired';
	return isSpent(row) ? 'closed' : 'open';
}
