import { expect, test } from 'vitest';
import { cdp } from 'vitest/browser';
import { loadMedia, PORTRAIT, taskOf } from '../../../../../tests/media/trial.ts';
import { connect } from '../../worker-rpc/connect.ts';

type Api = typeof import('./export.worker.ts').api;

test('an export that the quota has no room for is told as out of space', async () => {
	const media = await loadMedia('h264-aac.mov');
	const folder = await navigator.storage.getDirectory();
	const name = `${crypto.randomUUID()}.mp4`;
	const file = await folder.getFileHandle(name, { create: true });
	const connection = connect<Api>(new Worker(new URL('./export.worker.ts', import.meta.url), { type: 'module' }));
	const session = cdp() as unknown as { send(method: string, params: object): Promise<unknown> };
	const { origin } = location;
	const { usage = 0 } = await navigator.storage.estimate();
	await session.send('Storage.overrideQuotaForOrigin', { origin, quotaSize: usage + 10_000 });
	try {
		const request = {
			task: taskOf(media, { inS: 1, outS: 3, crop: PORTRAIT }),
			sources: [{ blob: media.file, facts: media.facts, index: media.index }],
			output: { file },
		};
		const [end] = await connection.call('run', [request]);
		expect(end?.result).toMatchObject({ ok: false, error: { kind: 'out-of-space' } });
	} finally {
		await session.send('Storage.overrideQuotaForOrigin', { origin });
		connection.terminate();
		await folder.removeEntry(name);
	}
});
