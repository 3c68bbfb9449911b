import { expect, test } from 'vitest';
import { showShortcut } from './shortcut.ts';

test('keys are shown by the names on the keyboard', () => {
	expect(showShortcut('Control+Z')).toBe('Ctrl+Z');
	expect(showShortcut('Shift+ArrowLeft')).toBe('Shift+←');
});

test('alternatives are shown side by side', () => {
	expect(showShortcut('ArrowRight Period')).toBe('→ / .');
});
