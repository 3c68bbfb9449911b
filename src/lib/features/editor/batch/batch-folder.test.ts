import { expect, test } from 'vitest';
import { folderOf, reach } from './batch-folder.ts';

const close = { id: 'a', name: 'Close', folderSuffix: 'close' };

test('an extra folder stands beside the folder', () => {
	expect(folderOf('walk', close)).toBe('walk_close');
	expect(folderOf('sets/walk/', close)).toBe('sets/walk_close');
	expect(folderOf('walk', { folderSuffix: '-far' })).toBe('walk-far');
	expect(folderOf('walk', { folderSuffix: '/far' })).toBe('walk/far');
});

test('without a folder the suffix is the folder', () => {
	expect(folderOf('', close)).toBe('close');
	expect(folderOf('', { folderSuffix: '_close' })).toBe('close');
});

test('without a suffix nothing is added', () => {
	expect(folderOf('walk', undefined)).toBe('walk');
	expect(folderOf('walk', { folderSuffix: ' ' })).toBe('walk');
});

test('a folder of an earlier group is found by its extra folder, or set as it is', () => {
	expect(reach('walk', { folder: 'walk' }, [close])).toEqual({ folder: 'walk', subprofile: null });
	expect(reach('walk_close', { folder: 'walk' }, [close])).toEqual({ folder: 'walk', subprofile: 'a' });
	expect(reach('run', { folder: 'walk' }, [close])).toEqual({ folder: 'run', subprofile: null });
});
