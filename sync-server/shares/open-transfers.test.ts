import type { Context } from 'hono';
import { IncomingMessage, ServerResponse } from 'node:http';
import { Socket } from 'node:net';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { OpenTransfers } from './open-transfers.ts';
import type { ShareRow } from './share-rows.ts';

beforeEach(() => vi.useFakeTimers());
afterEach(() => vi.useRealTimers());

const answering = () => {
	const outgoing = new ServerResponse(new IncomingMessage(new Socket()));
	return { outgoing, c: { env: { outgoing } } as unknown as Context };
};
const share = (expiresAt: number | null) => ({ id: 'a', captureId: 'b', expiresAt }) as ShareRow;

test('an answer is cut off at the end of its link, not before', () => {
	const transfers = new OpenTransfers(() => 1000);
	const { outgoing, c } = answering();
	transfers.watch(c, share(61_000));
	vi.advanceTimersByTime(59_999);
	expect(outgoing.destroyed).toBe(false);
	vi.advanceTimersByTime(1);
	expect(outgoing.destroyed).toBe(true);
});

test('one that ended by itself, or whose link ends in years, leaves no timer', () => {
	const transfers = new OpenTransfers(() => 0);
	const [one, other] = [answering(), answering()];
	transfers.watch(one.c, share(60_000));
	one.outgoing.emit('close');
	transfers.watch(other.c, share(86_400_000 * 365));
	expect(vi.getTimerCount()).toBe(0);
	transfers.cutShare('another');
	expect(other.outgoing.destroyed).toBe(false);
	transfers.cutCapture('b');
	expect(other.outgoing.destroyed).toBe(true);
});
