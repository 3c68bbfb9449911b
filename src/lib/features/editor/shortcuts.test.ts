import { describe, expect, test } from 'vitest';
import { actionOf, keysOf, SHORTCUTS, type KeyPress } from './shortcuts.ts';

const press = (code: string, held: Partial<KeyPress> = {}): KeyPress => ({
	code,
	key: '',
	shiftKey: false,
	ctrlKey: false,
	metaKey: false,
	altKey: false,
	repeat: false,
	...held,
});

describe('the table', () => {
	test('no key is bound twice', () => {
		const keys = SHORTCUTS.flatMap((shortcut) =>
			shortcut.keys.map((key) => JSON.stringify({ shift: false, ctrl: false, alt: false, ...key })),
		);
		expect(new Set(keys).size).toBe(keys.length);
	});

	test('every action is named once', () => {
		expect(new Set(SHORTCUTS.map(({ action }) => action)).size).toBe(SHORTCUTS.length);
	});
});

test.each([
	['Space', {}, 'toggle-play'],
	['KeyI', {}, 'mark-in'],
	['KeyI', { shiftKey: true }, 'set-in'],
	['Comma', {}, 'frame-back'],
	['ArrowRight', { shiftKey: true }, 'second-forward'],
	['ArrowUp', { altKey: true }, 'move-segment-up'],
	['KeyZ', { ctrlKey: true }, 'undo'],
	['KeyZ', { metaKey: true, shiftKey: true }, 'redo'],
	['KeyY', { ctrlKey: true }, 'redo'],
	['Slash', { shiftKey: true }, 'help'],
	['Backspace', {}, 'delete-segment'],
] as const)('%s with %j is %s', (code, held, action) => expect(actionOf(press(code, held))).toBe(action));

test('? opens the help wherever a keyboard has it', () => {
	expect(actionOf(press('Minus', { key: '?', shiftKey: true }))).toBe('help');
});

test('Ctrl+I and the like are left to the browser', () => {
	expect(actionOf(press('KeyI', { ctrlKey: true }))).toBeUndefined();
	expect(actionOf(press('KeyJ', { altKey: true }))).toBeUndefined();
});

test('a held key repeats steps, not marks', () => {
	expect(actionOf(press('ArrowRight', { repeat: true }))).toBe('frame-forward');
	expect(actionOf(press('KeyI', { repeat: true }))).toBeUndefined();
});

test('keys read as a screen reader wants them', () => {
	expect(keysOf('redo')).toBe('Control+Shift+Z Control+Y');
});
