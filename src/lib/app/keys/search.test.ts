import { expect, test } from 'vitest';
import { ACTION_NAMES } from './actions.ts';
import { Keymap } from './keymap.ts';
import { findActions } from './search.ts';

const found = (query: string): string[] =>
	findActions(new Keymap(), query).flatMap((group) => group.found.map(({ action }) => action));

test('without words every action is listed', () => {
	expect(found(' ').toSorted()).toEqual([...ACTION_NAMES].toSorted());
});

test('an action is found by its words, in any order and case', () => {
	expect(found('SEGMENT split')).toEqual(['split-segment']);
	expect(found('timecode')).toEqual([]);
	expect(found('go to a time')).toContain('go-to-timecode');
});

test('an action is found by its key', () => {
	expect(found('b')).toEqual(['split-segment', 'toggle-batch']);
	expect(found('ctrl+z')).toEqual(['undo']);
	expect(found('left arrow shift')).toEqual(['to-segment-in', 'move-batch-box-back']);
});
