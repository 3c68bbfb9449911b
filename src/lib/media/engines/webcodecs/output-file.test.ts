import { expect, test } from 'vitest';
import { openOutput } from './output-file.ts';

/** A file of the private file system whose write answers `answer`. */
function handleThat(answer: (bytes: number) => number, flush: () => void = () => undefined) {
	const state = { closed: 0 };
	const access = {
		truncate: () => undefined,
		write: (data: Uint8Array) => answer(data.byteLength),
		flush,
		close: () => void (state.closed += 1),
	};
	const handle = { createSyncAccessHandle: () => Promise.resolve(access) } as unknown as FileSystemFileHandle;
	return { handle, state };
}

const chunk = { type: 'write', data: new Uint8Array(500), position: 0 } as const;

test.each([
	['fewer bytes than given', 200, { kind: 'out-of-space', subject: 'clip.mp4' }],
	['the code of a used-up quota, as Chromium does', 4_294_967_288, { kind: 'out-of-space', subject: 'clip.mp4' }],
	['that code with its sign', -8, { kind: 'out-of-space', subject: 'clip.mp4' }],
	[
		'the code of a broken disk',
		4_294_967_280,
		{ kind: 'unexpected', detail: expect.stringContaining('-16') as string },
	],
])('a write that answers %s fails, and nothing after it succeeds', async (_, answer, failure) => {
	const { handle, state } = handleThat(() => answer);
	const file = await openOutput(handle, 'clip.mp4');
	const writer = file.writable.getWriter();
	writer.closed.catch(() => undefined);
	await expect(writer.write(chunk)).rejects.toMatchObject({ name: 'ExportFailure', failure });
	await expect(writer.close()).rejects.toBeDefined();
	expect(file.failure).toMatchObject(failure);
	await file.release();
	expect(state.closed).toBe(1);
});

test('a flush that fails is told, and the file is let go of', async () => {
	const { handle, state } = handleThat(
		(bytes) => bytes,
		() => {
			throw new DOMException('full', 'QuotaExceededError');
		},
	);
	const file = await openOutput(handle, 'clip.mp4');
	const writer = file.writable.getWriter();
	writer.closed.catch(() => undefined);
	await writer.write(chunk);
	await expect(writer.close()).rejects.toMatchObject({ failure: { kind: 'out-of-space' } });
	expect(file.failure).toMatchObject({ kind: 'out-of-space' });
	expect(state.closed).toBe(1);
});
