import { copyFileSync, readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { readFrameNumbers } from '../fixtures/decode.ts';
import { fixturePath } from '../fixtures/make.ts';
import { GatedFfmpeg } from '../gated-ffmpeg.ts';
import { MediaServer } from '../media-server.ts';

const its = new MediaServer();
const gated = new GatedFfmpeg(its.folder);
const piece = (n: number): string => its.of('long-gop.mp4', `live/potato/${n}.m4s`);
const kept = (): string[] => readdirSync(join(its.folder, 'cache/media'));

beforeAll(async () => {
	copyFileSync(fixturePath('long-gop.mp4'), join(its.media, 'long-gop.mp4'));
	await its.start({ ffmpegPath: gated.path });
});
afterAll(async () => {
	await its.stop();
	its.remove();
	expect(its.errors).toEqual([]);
});

/** A piece that has begun to come. */
async function begin(url: string, signal = new AbortController().signal) {
	const response = await fetch(url, { signal });
	const reader = response.body!.getReader();
	const first = (await reader.read()).value!;
	const rest = async (): Promise<Buffer> => {
		const parts = [first];
		for (;;) {
			const { done, value } = await reader.read();
			if (done) return Buffer.concat(parts);
			parts.push(value);
		}
	};
	return { status: response.status, first, rest };
}

test('the beginning of a piece is read by all who ask while the rest is made, once', async () => {
	const init = await fetch(its.of('long-gop.mp4', 'live/potato/init.mp4'));
	const head = Buffer.from(await init.arrayBuffer());
	const begun = await Promise.all([begin(piece(0)), begin(piece(0))]);
	expect(begun.map(({ status }) => status)).toEqual([200, 200]);
	for (const { first } of begun) expect(Buffer.from(first.subarray(4, 8)).toString()).toBe('moof');
	expect([gated.waits, kept().filter((name) => !name.endsWith('.part'))]).toEqual([true, []]);
	gated.open();
	const [one, other] = await Promise.all(begun.map(({ rest }) => rest()));
	expect(one!.equals(other!)).toBe(true);
	const again = await fetch(piece(0));
	expect(Buffer.from(await again.arrayBuffer()).equals(one!)).toBe(true);
	const path = join(its.folder, 'first.mp4');
	writeFileSync(path, Buffer.concat([head, one!]));
	expect(await readFrameNumbers(path)).toEqual(Array.from({ length: 123 }, (_, n) => n));
	gated.close();
});

test('a piece is made no further when the last one who reads it has gone', async () => {
	const [one, other] = [new AbortController(), new AbortController()];
	const begun = await Promise.all([begin(piece(1), one.signal), begin(piece(1), other.signal)]);
	one.abort();
	await expect(begun[0].rest()).rejects.toThrow();
	expect(gated.waits).toBe(true);
	other.abort();
	await expect(begun[1].rest()).rejects.toThrow();
	await expect.poll(() => gated.waits).toBe(false);
	await expect.poll(() => kept().filter((name) => name.endsWith('.part'))).toEqual([]);
	gated.open();
	const whole = await (await begin(piece(1))).rest();
	expect(whole.length).toBeGreaterThan(begun[0].first.length);
	await expect.poll(() => kept().filter((name) => name.endsWith('.mp4'))).toHaveLength(2);
	gated.close();
});

test('a piece that breaks off is not taken for a whole one, and is made anew for the next who asks', async () => {
	const broken = await begin(piece(2));
	gated.openBroken();
	await expect(broken.rest()).rejects.toThrow();
	expect([gated.hasBroken, kept().length]).toEqual([true, 2]);
	const whole = await (await begin(piece(2))).rest();
	const init = Buffer.from(await (await fetch(its.of('long-gop.mp4', 'live/potato/init.mp4'))).arrayBuffer());
	const path = join(its.folder, 'third.mp4');
	writeFileSync(path, Buffer.concat([init, whole]));
	expect(await readFrameNumbers(path)).toEqual(Array.from({ length: 123 }, (_, n) => 246 + n));
	gated.close();
});

test('a piece that breaks off every time says why to whoever asks yet again, and is tried anew after that', async () => {
	for (const time of [1, 2]) {
		gated.close();
		const broken = await begin(piece(3));
		gated.openBroken();
		await expect(broken.rest(), `time ${time}`).rejects.toThrow();
	}
	expect((await fetch(piece(3))).status).toBe(422);
	const whole = await (await begin(piece(3))).rest();
	expect(whole.length).toBeGreaterThan(1000);
});
