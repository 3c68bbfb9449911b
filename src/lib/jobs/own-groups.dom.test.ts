import { beforeEach, expect, test } from 'vitest';
import { OwnGroups } from './own-groups.ts';

beforeEach(() => sessionStorage.clear());

test('a tab knows the groups that it queued, also when it is loaded again', () => {
	const groups = new OwnGroups('groups');
	groups.add(['a', 'b']);
	expect([groups.has('a'), groups.has('c')]).toEqual([true, false]);
	const after = new OwnGroups('groups');
	expect([after.has('b'), after.has('c')]).toEqual([true, false]);
});

test('what is broken in the session storage counts as nothing', () => {
	sessionStorage.setItem('groups', '{"a');
	expect(new OwnGroups('groups').has('a')).toBe(false);
});
