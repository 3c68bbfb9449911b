import { describe, expect, test } from 'vitest';
import { ACTION_NAMES, PRESETS } from './actions.ts';
import { ariaOf, comboOf, whyNot, type KeyPress } from './key-combo.ts';
import { Keymap } from './keymap.ts';

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

describe.each(PRESETS)('the preset %s', (preset) => {
	const map = Keymap.preset(preset);
	test('binds no key twice', () => {
		const keys = ACTION_NAMES.flatMap((action) => map.of(action));
		expect(keys.filter((key, at) => keys.indexOf(key) !== at)).toEqual([]);
	});
	test('asks for no key that browsers keep', () => {
		const kept = ACTION_NAMES.flatMap((action) => map.of(action)).filter((key) => whyNot(key) === 'browser');
		expect(kept).toEqual([]);
	});
});

test.each([
	['Space', {}, 'toggle-play'],
	['KeyK', {}, 'toggle-play'],
	['KeyI', {}, 'mark-in'],
	['KeyI', { shiftKey: true }, 'set-in'],
	['Comma', {}, 'frame-back'],
	['ArrowRight', {}, 'second-forward'],
	['ArrowRight', { altKey: true }, 'key-frame-forward'],
	['ArrowRight', { ctrlKey: true }, 'percent-forward'],
	['ArrowRight', { shiftKey: true }, 'to-segment-out'],
	['ArrowUp', {}, 'previous-segment'],
	['KeyB', {}, 'split-segment'],
	['Equal', { shiftKey: true }, 'add-segment'],
	['Backspace', {}, 'remove-cutpoint'],
	['Enter', {}, 'label-segment'],
	['KeyE', {}, 'open-export'],
	['KeyC', {}, 'snapshot'],
	['KeyG', {}, 'go-to-timecode'],
	['KeyZ', {}, 'zoom-comfort'],
	['KeyM', {}, 'toggle-mute'],
	['KeyZ', { ctrlKey: true }, 'undo'],
	['KeyZ', { metaKey: true, shiftKey: true }, 'redo'],
	['Slash', { shiftKey: true }, 'help'],
] as const)('%s with %j is %s, as in LosslessCut', (code, held, action) => {
	expect(new Keymap().actionOf(press(code, held))).toBe(action);
});

test.each([
	['KeyE', {}, 'batch-export'],
	['KeyG', {}, 'toggle-lock'],
	['KeyN', {}, 'next-file'],
	['KeyM', {}, 'next-marker'],
	['Digit9', {}, 'subprofile-9'],
	['ArrowLeft', { ctrlKey: true }, 'move-batch-box-back'],
	['ArrowRight', {}, 'frame-forward'],
] as const)('%s with %j is %s, as in 8-cut', (code, held, action) => {
	expect(Keymap.preset('8-cut').actionOf(press(code, held))).toBe(action);
});

test('? opens the help wherever a keyboard has it', () => {
	expect(new Keymap().actionOf(press('Minus', { key: '?', shiftKey: true }))).toBe('help');
});

test('Ctrl+I and the like are left to the browser', () => {
	expect(new Keymap().actionOf(press('KeyI', { ctrlKey: true }))).toBeUndefined();
	expect(new Keymap().actionOf(press('KeyJ', { altKey: true }))).toBeUndefined();
});

test('a held key repeats steps, not marks', () => {
	expect(new Keymap().actionOf(press('ArrowRight', { repeat: true }))).toBe('second-forward');
	expect(new Keymap().actionOf(press('KeyI', { repeat: true }))).toBeUndefined();
});

test('Shift alone is no key', () => {
	expect(comboOf(press('ShiftLeft', { shiftKey: true }))).toBeUndefined();
});

test('keys read as a screen reader wants them', () => {
	expect(new Keymap().aria('redo')).toBe('Control+Shift+Z Control+Y');
	expect(['Shift+Slash', 'NumpadAdd', 'Numpad5', 'Shift+Digit1', 'Alt+ArrowLeft'].map(ariaOf)).toEqual([
		'?',
		'Plus',
		'5',
		'Shift+1',
		'Alt+ArrowLeft',
	]);
});

describe('a change', () => {
	test('takes a key from who had it', () => {
		const map = new Keymap().bind('batch-export', 'KeyE');
		expect(map.ownerOf('KeyE')).toBe('batch-export');
		expect(map.of('open-export')).toEqual([]);
		expect(map.of('batch-export')).toEqual(['Shift+KeyE', 'KeyE']);
		expect(map.choice.changed).toEqual({ 'open-export': [], 'batch-export': ['Shift+KeyE', 'KeyE'] });
	});
	test('that is taken back leaves no trace', () => {
		const map = new Keymap().bind('snapshot', 'F8').unbind('snapshot', 'F8');
		expect(map.choice.changed).toEqual({});
	});
	test('of one action can be reset, also when another had taken its key', () => {
		const map = new Keymap().bind('batch-export', 'KeyE').reset('open-export');
		expect(map.of('open-export')).toEqual(['KeyE']);
		expect(map.of('batch-export')).toEqual(['Shift+KeyE']);
		expect(map.ownerOf('KeyE')).toBe('open-export');
		expect(map.isChanged('batch-export')).toBe(false);
	});
	test('to an action that a newer app has is kept out of the way', () => {
		const map = new Keymap({ preset: 'losslesscut', changed: { 'fly-away': ['KeyE'] } });
		expect(map.ownerOf('KeyE')).toBe('open-export');
		expect(map.bind('snapshot', 'F8').choice.changed).toEqual({ 'fly-away': ['KeyE'], snapshot: ['KeyC', 'F8'] });
	});
});
