import { expect, test } from 'vitest';
import { foreignText } from './foreign-text.ts';

test('a title is one line, without signs that hide or turn around what is there', () => {
	expect(foreignText(' A\n\tB\u0000\u202eexe.gnp\u200b\ufeff\u2066 ', 50)).toBe('A Bexe.gnp');
	expect(foreignText('שלום ‏world', 50)).toBe('שלום world');
});

test('it is cut between letters, however long it is', () => {
	expect(foreignText('👩‍🚀'.repeat(5000), 4)).toBe('👩‍🚀…');
	expect(foreignText('abcd', 4)).toBe('abcd');
	expect(foreignText('\ud800x', 4)).toBe('x');
});
