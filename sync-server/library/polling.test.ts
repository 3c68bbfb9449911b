import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { TestLibrary } from './test-library.ts';

test('where folders are looked through by the clock, a file is found without a watch', async () => {
	const its = new TestLibrary();
	const put = (name: string) => writeFileSync(join(its.media, name), name);
	put('first.mp4');
	const library = await its.open({ mediaPollS: 1 });
	expect(library.roots().map(({ changes }) => changes)).toEqual(['polled', 'polled']);
	put('second.mp4');
	await expect.poll(() => its.shown()).toEqual(['media / first.mp4', 'media / second.mp4']);
	await its.close();
	its.remove();
	expect(its.errors).toEqual([]);
});
