import { expect, test } from 'vitest';
import { isOnServer, mayBeOneFolder, onServer, serverIdOf } from './on-server.ts';

test('a mark names the server whose folder it lies in; an older one only says that it is one', () => {
	expect([onServer('a'), onServer(undefined)]).toEqual(['server:a', 'server']);
	expect(['server', 'server:a', 'browser', 'servers', 'folder:1'].map(isOnServer)).toEqual([
		...[true, true, false, false, false],
	]);
	expect(['server', 'server:a', 'browser'].map(serverIdOf)).toEqual([undefined, 'a', undefined]);
});

test('an older mark may lie in the folder of any server', () => {
	expect(mayBeOneFolder('server', 'server:a')).toBe(true);
	expect(mayBeOneFolder('server:a', 'server:a')).toBe(true);
	expect(mayBeOneFolder('server:a', 'server:b')).toBe(false);
	expect(mayBeOneFolder('server:a', 'browser')).toBe(false);
	expect(mayBeOneFolder('folder:1', 'folder:2')).toBe(false);
});
