import BetterSqlite from 'better-sqlite3';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import * as z from 'zod';
import { type Database, openDatabase, restoreDatabase } from './open-database.ts';
import { Settings } from './settings.ts';

let folder: string;
const opened: Database[] = [];
beforeEach(() => (folder = mkdtempSync(join(tmpdir(), 'octocut-db-'))));
afterEach(() => {
	for (const database of opened.splice(0)) database.close();
	rmSync(folder, { recursive: true });
});

function open(name: string): Database {
	const database = openDatabase(join(folder, name));
	if (!database.ok) throw new Error(database.error);
	opened.push(database.value);
	return database.value;
}

test('what was set is there after opening again, in WAL mode with foreign keys', () => {
	const first = open('a.sqlite');
	new Settings(first).set('colour', { name: 'red' });
	first.close();
	const again = open('a.sqlite');
	expect(new Settings(again).get('colour', z.object({ name: z.string() }))).toEqual({ name: 'red' });
	expect(again.sqlite.pragma('journal_mode', { simple: true })).toBe('wal');
	expect(again.sqlite.pragma('foreign_keys', { simple: true })).toBe(1);
});

test('a value that no longer parses counts as absent', () => {
	const settings = new Settings(open('a.sqlite'));
	settings.set('count', 'many');
	expect(settings.get('count', z.number())).toBeUndefined();
	settings.remove('count');
	expect(settings.get('count', z.string())).toBeUndefined();
});

test('a backup made while the database is open is restored whole', async () => {
	const live = open('live.sqlite');
	new Settings(live).set('kept', 1);
	live.backup(join(folder, 'backup.sqlite'));
	new Settings(live).set('kept', 2);
	live.close();
	expect(await restoreDatabase(join(folder, 'backup.sqlite'), join(folder, 'live.sqlite'))).toEqual({
		ok: true,
		value: undefined,
	});
	expect(new Settings(open('live.sqlite')).get('kept', z.number())).toBe(1);
});

test('a damaged or absent backup replaces nothing', async () => {
	new Settings(open('live.sqlite')).set('kept', 1);
	writeFileSync(join(folder, 'bad.sqlite'), 'no database at all, but long enough to look at'.repeat(30));
	for (const name of ['bad.sqlite', 'absent.sqlite']) {
		expect((await restoreDatabase(join(folder, name), join(folder, 'live.sqlite'))).ok).toBe(false);
	}
	expect(new Settings(open('live.sqlite')).get('kept', z.number())).toBe(1);
});

test('a file that is no database is told as damaged, and left as it is', () => {
	const path = join(folder, 'a.sqlite');
	writeFileSync(path, 'x'.repeat(4096));
	expect(openDatabase(path)).toMatchObject({ ok: false, error: expect.stringContaining('is damaged') as string });
});

test('a folder that is not there is told as not writable', () => {
	expect(openDatabase(join(folder, 'no/such/a.sqlite'))).toMatchObject({
		ok: false,
		error: expect.stringMatching(/could not be opened|cannot be written/) as string,
	});
});

test('a database that another process holds is told as in use', () => {
	const path = join(folder, 'a.sqlite');
	const holder = new BetterSqlite(path);
	holder.pragma('journal_mode = DELETE');
	holder.exec('BEGIN EXCLUSIVE');
	try {
		expect(openDatabase(path, { busyTimeoutMs: 10 })).toMatchObject({
			ok: false,
			error: expect.stringContaining('is in use') as string,
		});
	} finally {
		holder.close();
	}
});
