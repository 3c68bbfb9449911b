import { afterEach, expect, test, vi } from 'vitest';
import type { Capture } from '#contract/captures';
import type { ServerClient } from '$lib/remote/server-client';
import { canPassOn, fetchCapture } from './capture-file.ts';

afterEach(() => vi.unstubAllGlobals());

const capture = { id: 'c1', name: 'Face/Off (1997) at 1:02:03', format: 'jpeg' } as Capture;
const client = {
	url: (path: string, { id }: { id: string }) => path.replace('{id}', id),
	fetch: (url: string) => Promise.resolve(new Response(url)),
} as unknown as ServerClient;

test('a capture becomes a file whose name every disk takes', async () => {
	const file = await fetchCapture(client, capture);
	expect(file).toMatchObject({ name: 'Face Off (1997) at 1.02.03.jpg', type: 'image/jpeg' });
	expect(await file?.text()).toBe('/api/captures/c1/file');
});

test('other apps are asked for the file that they would get', () => {
	const asked: (readonly [string, string])[] = [];
	const canShare = ({ files }: { files: readonly File[] }) => {
		asked.push(...files.map(({ name, type }) => [name, type] as const));
		return true;
	};
	vi.stubGlobal('navigator', { canShare });
	expect(canPassOn(capture)).toBe(true);
	expect(asked).toEqual([['Face Off (1997) at 1.02.03.jpg', 'image/jpeg']]);
});
