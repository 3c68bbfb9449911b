import { randomBytes } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { createSeal } from './seal.ts';

describe('a seal', () => {
	const seal = createSeal(randomBytes(32));

	it('opens what it has closed', () => {
		const sealed = seal.close('tökén 🔑', 'plex-1');
		expect(sealed).not.toContain('tök');
		expect(seal.open(sealed, 'plex-1')).toBe('tökén 🔑');
	});

	it('never makes the same text twice', () => {
		expect(seal.close('same', 'a')).not.toBe(seal.close('same', 'a'));
	});

	it.each([
		['for another owner', (sealed: string) => seal.open(sealed, 'plex-2')],
		['with another key', (sealed: string) => createSeal(randomBytes(32)).open(sealed, 'plex-1')],
		['when it is cut', (sealed: string) => seal.open(sealed.slice(0, -3), 'plex-1')],
		['when it is changed', (sealed: string) => seal.open(`${sealed.slice(0, 30)}AAAA${sealed.slice(34)}`, 'plex-1')],
		['when it is of no form', () => seal.open('plain', 'plex-1')],
		['when it is empty', () => seal.open('v1.', 'plex-1')],
	])('does not open %s', (_, open) => {
		expect(open(seal.close('secret', 'plex-1'))).toBeUndefined();
	});
});
