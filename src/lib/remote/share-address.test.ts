import { expect, test } from 'vitest';
import { shareAddress } from './share-address.ts';

test.each([
	['http://nas:8787', '/s/abc', 'http://nas:8787/s/abc'],
	['https://example.org/clips', '/s/abc', 'https://example.org/clips/s/abc'],
	['http://nas:8787', 'https://example.org/clips/s/abc', 'https://example.org/clips/s/abc'],
])('at %s the link that is told as %s is %s', (base, told, whole) => {
	expect(shareAddress({ base }, told)).toBe(whole);
});
