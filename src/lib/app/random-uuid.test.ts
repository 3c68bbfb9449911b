import { expect, test } from 'vitest';
import { supplyRandomUuid } from './random-uuid.ts';

test('where the browser makes no ids, the same kind is made of its random numbers', () => {
	const bare = { getRandomValues: crypto.getRandomValues.bind(crypto) } as Crypto;
	supplyRandomUuid(bare);
	const ids = Array.from({ length: 100 }, () => bare.randomUUID());
	expect(new Set(ids).size).toBe(100);
	for (const id of ids) expect(id).toMatch(/^[\da-f]{8}-[\da-f]{4}-4[\da-f]{3}-[89ab][\da-f]{3}-[\da-f]{12}$/);
	const { randomUUID } = crypto;
	supplyRandomUuid(crypto);
	expect(crypto.randomUUID).toBe(randomUUID);
});
