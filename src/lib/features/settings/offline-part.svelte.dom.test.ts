import { expect, test } from 'vitest';
import { err, ok } from '#core/result';
import { OfflinePart } from './offline-part.svelte.ts';

test('it says how far it is, then that it is here', async () => {
	let tell = (_share: number): void => undefined;
	let finish = (): void => undefined;
	const part = new OfflinePart({
		isHere: () => Promise.resolve(false),
		fetch: ({ onProgress }) => {
			tell = onProgress;
			return new Promise((resolve) => (finish = () => resolve(ok(undefined))));
		},
	});
	await part.check();
	expect(part.state).toBe('absent');
	const fetching = part.fetch();
	tell(0.5);
	expect(part).toMatchObject({ state: 'fetching', progress: 0.5 });
	finish();
	await fetching;
	expect(part.state).toBe('here');
});

test('a failure is told in words, and stopping is no failure', async () => {
	const offline = new OfflinePart({
		isHere: () => Promise.resolve(false),
		fetch: () => Promise.resolve(err({ kind: 'offline', subject: 'ffmpeg' })),
	});
	await offline.fetch();
	expect(offline).toMatchObject({ state: 'absent' });
	expect(offline.message).toContain('not on this device yet');

	const stopped = new OfflinePart({
		isHere: () => Promise.resolve(false),
		fetch: ({ signal }) =>
			new Promise((_, reject) =>
				signal.addEventListener('abort', () => reject(new DOMException('stopped', 'AbortError'))),
			),
	});
	const fetching = stopped.fetch();
	stopped.stop();
	await fetching;
	expect(stopped).toMatchObject({ state: 'absent', message: '' });
});
