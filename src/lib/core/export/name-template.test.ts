import { describe, expect, test } from 'vitest';
import fc from 'fast-check';
import { freeName, renderName, safeFileName, withoutExtension, type NameParts } from './name-template.ts';

const parts: NameParts = {
	media: 'Holiday.2026.mp4',
	segment: 'the jump',
	counter: 7,
	inS: 3723.5,
	outS: 3731.5,
	width: 288,
	height: 512,
	date: new Date('2026-11-21T10:00:00Z'),
};

describe('renderName', () => {
	test('every field is filled in', () => {
		expect(renderName('{name}_{segment}_{counter:03}_{in}_{width}x{height}_{date}', parts)).toBe(
			'Holiday.2026_the jump_007_01.02.03.500_288x512_2026-11-21',
		);
	});
	test('an unknown field is seen in the name', () => {
		expect(renderName('{nme}_{counter}', parts)).toContain('nme');
	});
	test('a long name gives way to the counter', () => {
		const media = `${'long '.repeat(50)}.mp4`;
		expect(renderName('{name}_{counter:03}', { ...parts, media })).toMatch(/^long .*_007$/u);
		const both = renderName('{name}_{segment}_{counter:03}', { ...parts, media, segment: '🎬'.repeat(100) });
		expect(both).toMatch(/^long .*_🎬+_007$/u);
	});
	test('only the last extension is dropped', () => {
		expect(withoutExtension('a.b.mkv')).toBe('a.b');
		expect(withoutExtension('.hidden')).toBe('.hidden');
	});
});

describe('safeFileName', () => {
	test.each([
		['say "hi" 100% 🎬', 'say _hi_ 100_ 🎬'],
		['../../etc/passwd', 'etc_passwd'],
		['-rf', 'rf'],
		['CON', '_CON'],
		['con.mp4', '_con.mp4'],
		['a\nb\tc\u0000', 'a_b_c_'],
		['frame_%04d', 'frame_04d'],
		['', 'clip'],
		['...', 'clip'],
		['name. ', 'name'],
		['e\u0301te\u0301', 'été'],
	])('%j becomes %j', (text, name) => expect(safeFileName(text)).toBe(name));

	test('200 characters of emoji are cut between characters', () => {
		const name = safeFileName('🎬'.repeat(200));
		expect(new TextEncoder().encode(name).length).toBeLessThanOrEqual(180);
		expect(name).toMatch(/^(🎬)+$/u);
	});
	test('any text gives a name without separators, quotes, percent or control characters', () => {
		fc.assert(
			fc.property(fc.string({ unit: 'binary', maxLength: 300 }), (text) => {
				const name = safeFileName(text);
				expect(name.length).toBeGreaterThan(0);
				expect(name).not.toMatch(/[/\\:*?"'<>|%\p{Cc}]/u);
				expect(name).not.toMatch(/^[-.\s]|[.\s]$/u);
				expect(new TextEncoder().encode(name).length).toBeLessThanOrEqual(181);
			}),
		);
	});
});

test('a taken name gets the next free number', () => {
	const taken = new Set(['clip', 'clip_2']);
	expect(freeName('clip', (name) => taken.has(name))).toBe('clip_3');
	expect(freeName('other', (name) => taken.has(name))).toBe('other');
});
