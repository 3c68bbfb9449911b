import { expect, test } from 'vitest';
import { isPartMissing } from './part-missing.ts';

test('what browsers and Vite say of code that cannot be fetched is known', () => {
	for (const words of [
		'Failed to fetch dynamically imported module: http://localhost/_app/chunks/a.js',
		'error loading dynamically imported module: http://localhost/_app/chunks/a.js',
		'Importing a module script failed.',
		'Unable to preload CSS for /_app/assets/a.css',
	])
		expect(isPartMissing(new TypeError(words)), words).toBe(true);
});

test('other errors are not taken for it', () => {
	expect(isPartMissing(new TypeError('Failed to fetch'))).toBe(false);
	expect(isPartMissing(new Error('x is not a function'))).toBe(false);
	expect(isPartMissing('Importing a module script failed.')).toBe(false);
});
