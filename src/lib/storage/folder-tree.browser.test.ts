import { afterEach, describe, expect, test, vi } from 'vitest';
import { FolderTree } from './folder-tree.ts';

const made: string[] = [];

async function newTree(): Promise<FolderTree> {
	const root = await navigator.storage.getDirectory();
	const name = `tree-${crypto.randomUUID()}`;
	made.push(name);
	return new FolderTree(await root.getDirectoryHandle(name, { create: true }));
}
const textOf = async (tree: FolderTree, path: string): Promise<string | undefined> =>
	(await (await tree.file(path))?.getFile())?.text();
const all = async (tree: FolderTree): Promise<string[]> => (await tree.files('')).map(({ path }) => path);

afterEach(async () => {
	const root = await navigator.storage.getDirectory();
	for (const name of made.splice(0)) await root.removeEntry(name, { recursive: true });
});

describe('a tree', () => {
	test('makes folders on the way, lists what is below, and prunes what is empty', async () => {
		const tree = await newTree();
		await tree.write('a/b/one.txt', '1');
		await tree.write('a/two.txt', new Blob(['2']));
		await tree.write('top.txt', 'x');
		expect(await all(tree)).toEqual(['a/b/one.txt', 'a/two.txt', 'top.txt']);
		expect([await tree.has('a/b'), await tree.has('a/b/one.txt'), await tree.has('a/c/one.txt')]).toEqual([
			true,
			true,
			false,
		]);
		await tree.remove('a/b/one.txt');
		await tree.prune('a/b');
		expect([await tree.has('a/b'), await tree.has('a')]).toEqual([false, true]);
		await tree.remove('a');
		await tree.remove('a');
		expect(await all(tree)).toEqual(['top.txt']);
	});

	test.for(['../x', '/x', 'a//b', 'a/./b', 'a\\..\\b', 'a/..'])('refuses the path %s', async (path) => {
		const tree = await newTree();
		await expect(tree.write(path, 'x')).rejects.toThrow('is not a path');
		await expect(tree.remove(path)).rejects.toThrow('is not a path');
	});

	test.for(['moving', 'copying'])('a file takes the place of another by %s', async (how) => {
		const tree = await newTree();
		await tree.write('new.part', 'new');
		await tree.write('a/old.txt', 'old');
		const move =
			how === 'copying'
				? vi
						.spyOn(FileSystemFileHandle.prototype as unknown as { move: () => Promise<void> }, 'move')
						.mockRejectedValue(new DOMException('not here', 'NotSupportedError'))
				: undefined;
		await tree.put((await tree.file('new.part'))!, 'a/old.txt', tree, 'new.part');
		move?.mockRestore();
		expect(await all(tree)).toEqual(['a/old.txt']);
		expect(await textOf(tree, 'a/old.txt')).toBe('new');
	});

	test('a write that fails leaves what was there, and nothing where nothing was', async () => {
		const tree = await newTree();
		await tree.write('list.json', 'before');
		async function* broken(): AsyncGenerator<Uint8Array<ArrayBuffer>> {
			yield new Uint8Array([1]);
			await Promise.reject(new Error('the source broke'));
		}
		await expect(tree.write('list.json', broken())).rejects.toThrow('broke');
		await expect(tree.write('new.json', broken())).rejects.toThrow('broke');
		expect(await all(tree)).toEqual(['list.json']);
		expect(await textOf(tree, 'list.json')).toBe('before');
	});
});
