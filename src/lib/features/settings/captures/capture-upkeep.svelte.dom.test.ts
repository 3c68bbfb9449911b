import { expect, test } from 'vitest';
import { createServerClient } from '$lib/remote/server-client';
import { CaptureUpkeep } from './capture-upkeep.svelte.ts';

/** A server with one rule; a preview of it answers with its age, late for those with a size. */
function begin() {
	const asked: string[] = [];
	let rule = { maxAgeDays: 30, maxBytes: null as number | null };
	const client = createServerClient('http://server.test', async (url, init) => {
		const path = new URL(url).pathname.slice('/api/captures/'.length);
		asked.push(`${init.method} ${path}`);
		const body = typeof init.body === 'string' ? (JSON.parse(init.body) as typeof rule) : undefined;
		if (path === 'retention' && init.method === 'PUT' && body !== undefined) rule = body;
		if (path === 'retention/preview' && body?.maxBytes !== null)
			await new Promise((resolve) => setTimeout(resolve, 20));
		const answers: Record<string, unknown> = {
			usage: { count: 3, bytes: 10, favourites: 1, freeBytes: null },
			defaults: {
				screenshot: { format: 'jpeg', quality: 92, subtitles: 'none' },
				clip: { mode: 'precise', format: 'mp4', quality: 75, shortSide: null, subtitles: 'playing' },
			},
			retention: init.method === 'PUT' ? rule : { rule, last: null, nextAt: null },
			'retention/preview': { count: body?.maxAgeDays ?? 0, bytes: 1, captures: [] },
		};
		return new Response(JSON.stringify(answers[path]));
	});
	return { upkeep: new CaptureUpkeep({ client }), asked };
}

test('a rule is shown with what it would do, and kept only when that is asked for', async () => {
	const { upkeep, asked } = begin();
	await upkeep.load();
	expect([upkeep.rule.maxAgeDays, upkeep.preview?.count, upkeep.isChanged]).toEqual([30, 30, false]);
	await upkeep.choose({ maxAgeDays: 7 });
	expect([upkeep.preview?.count, upkeep.isChanged]).toEqual([7, true]);
	expect(asked).not.toContain('PUT retention');
	expect(await upkeep.keepRule()).toBe(true);
	expect([upkeep.retention?.rule.maxAgeDays, upkeep.isChanged]).toEqual([7, false]);
});

test('a preview that comes late does not stand for a newer rule', async () => {
	const { upkeep } = begin();
	await upkeep.load();
	const late = upkeep.choose({ maxAgeDays: 5, maxBytes: 1_000_000 });
	await upkeep.choose({ maxAgeDays: 9, maxBytes: null });
	await late;
	expect(upkeep.preview?.count).toBe(9);
});
