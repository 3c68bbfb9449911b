import { expect, test } from 'vitest';
import { err, ok, type Result } from '#core/result';
import type { Failure } from '#core/failure';
import type { ModelNotes, ModelRecord } from '$lib/storage/model-record';
import type { Storage } from '$lib/storage/storage';
import type { ModelFacts, ModelReading } from '$lib/vision/video-analyst';
import { ModelAdding } from './models-adding.svelte.ts';

const place = { name: 'images', width: 64, height: 64, layout: 'nchw' } as const;
const yolox: ModelReading = {
	family: 'YOLOX',
	classCount: 1,
	model: {
		input: { ...place, channels: 'bgr', mean: [0, 0, 0], deviation: [1, 1, 1], fit: 'letterbox', fill: 114 },
		head: { kind: 'yolox', output: 'out', strides: [8, 16, 32], classCount: 1 },
		classes: [{ id: 0, name: 'object' }],
	},
};
const listed: ModelReading = {
	family: 'YOLOv10',
	classCount: undefined,
	model: {
		input: { ...place, channels: 'rgb', mean: [0, 0, 0], deviation: [255, 255, 255], fit: 'stretch' },
		head: { kind: 'end-to-end', output: 'out' },
		classes: [{ id: 0, name: 'person' }],
	},
};
const facts: ModelFacts = { ...yolox, bytes: 9, inputs: [], outputs: [], readings: [yolox, listed], pictureMs: 3 };
const file = (name: string): File => new File(['bytes'], name);

interface Shelf {
	known?: ModelRecord;
	kept?: ModelNotes;
	fails?: Failure;
}

function addingTo(shelf: Shelf, inspect: (name: string) => Promise<Result<ModelFacts, Failure>>) {
	const models: Storage['models'] = {
		find: () => Promise.resolve(ok(shelf.known)),
		add: (_, notes) => {
			if (shelf.fails !== undefined) return Promise.resolve(err(shelf.fails));
			shelf.kept = notes;
			return Promise.resolve(ok({ ...notes, id: 'own-0', bytes: 9, sha256: '0', addedAt: '' }));
		},
		watch: () => ({ subscribe: () => ({ unsubscribe: () => undefined }) }),
		get: () => Promise.resolve(undefined),
		open: () => Promise.resolve(undefined),
		remove: () => Promise.resolve(),
	};
	const added: string[] = [];
	let closed = 0;
	const adding = new ModelAdding({
		models,
		loadInspector: () =>
			Promise.resolve({
				inspect: (model: Blob) => inspect(model instanceof File ? model.name : ''),
				close: () => (closed += 1),
			}),
		onadded: ({ title }) => added.push(title),
	});
	return { adding, added, closed: () => closed };
}

test('a file is looked into, corrected, and kept as confirmed', async () => {
	const shelf: Shelf = {};
	const { adding, added, closed } = addingTo(shelf, () => Promise.resolve(ok(facts)));
	const looking = adding.look([file('heads.onnx')]);
	expect(adding.lookingAt).toBe('heads.onnx');
	await looking;
	expect([adding.lookingAt, closed()]).toEqual(['', 1]);
	expect(adding.found?.draft).toMatchObject({ title: 'heads', family: 'YOLOX', colours: 'bgr' });
	adding.change({ title: 'Heads', colours: 'rgb', classes: [{ id: 0, name: 'person' }] });
	await adding.keep();
	expect(shelf.kept).toMatchObject({
		...{ title: 'Heads', fileName: 'heads.onnx', head: yolox.model.head },
		...{ input: { channels: 'rgb', fill: 114 }, classes: [{ id: 0, name: 'person' }] },
	});
	expect([adding.found, added]).toEqual([undefined, ['Heads']]);
});

test('another reading brings what is usual for it, and leaves the words alone', async () => {
	const { adding } = addingTo({}, () => Promise.resolve(ok(facts)));
	await adding.look([file('a.onnx')]);
	adding.change({ title: 'Mine' });
	adding.read(listed);
	expect(adding.found?.draft).toMatchObject({ title: 'Mine', family: 'YOLOv10', range: 'unit', fit: 'stretch' });
});

test('a model that is here already comes with what was confirmed before', async () => {
	const { input, head } = listed.model;
	const known: ModelRecord = {
		...{ id: 'own-0', title: 'Mine', fileName: 'a.onnx', bytes: 9, sha256: '0', addedAt: '', family: 'YOLOv10' },
		...{ licence: 'my own', input: { ...input, channels: 'bgr' }, head, classes: [{ id: 0, name: 'dog' }] },
	};
	const { adding } = addingTo({ known }, () => Promise.resolve(ok(facts)));
	await adding.look([file('other name.onnx')]);
	expect(adding.found).toMatchObject({
		reading: listed,
		draft: { title: 'Mine', licence: 'my own', colours: 'bgr', classes: [{ name: 'dog' }] },
	});
});

test('a refused file says what was found, and so does one that cannot be read', async () => {
	const refusals: Failure[] = [
		{ kind: 'model-refused', subject: 'a.onnx', detail: 'it is not an ONNX model: it is a text' },
		{ kind: 'source-unreadable', subject: 'a.onnx', detail: 'no permission' },
	];
	const { adding } = addingTo({}, () => Promise.resolve(err(refusals.shift() ?? { kind: 'offline', subject: '' })));
	await adding.look([file('a.onnx')]);
	expect([adding.found, adding.problem]).toEqual([
		undefined,
		'“a.onnx” cannot be used to find things: it is not an ONNX model: it is a text. Choose another model file.',
	]);
	await adding.look([file('a.onnx')]);
	expect(adding.problem).toContain('its file could not be read (no permission). Choose another model file.');
	await adding.look([file('a.onnx'), file('b.onnx')]);
	expect(adding.problem).toBe('Add one file at a time.');
});

test('the second file takes the place of the first, whenever that answers', async () => {
	const answers = new Map<string, (facts: Result<ModelFacts, Failure>) => void>();
	const { adding } = addingTo({}, (name) => new Promise((resolve) => answers.set(name, resolve)));
	const first = adding.look([file('a.onnx')]);
	await expect.poll(() => answers.has('a.onnx')).toBe(true);
	const second = adding.look([file('b.onnx')]);
	await expect.poll(() => answers.has('b.onnx')).toBe(true);
	answers.get('b.onnx')?.(ok(facts));
	await second;
	answers.get('a.onnx')?.(err({ kind: 'offline', subject: 'a.onnx' }));
	await first;
	expect([adding.found?.file.name, adding.problem]).toEqual(['b.onnx', '']);
	adding.stop();
	expect(adding.found).toBeUndefined();
});

test('names that do not fit are told and change nothing', async () => {
	const { adding } = addingTo({}, () => Promise.resolve(ok(facts)));
	await adding.look([file('a.onnx')]);
	await adding.readNames(new File(['cat\ndog'], 'two.txt'));
	expect(adding.found).toMatchObject({
		namesProblem: '“two.txt” holds 2 names, but the model tells 1 class apart. Choose another file.',
		draft: { classes: [{ name: 'object' }] },
	});
	await adding.readNames(new File(['Cat'], 'one.txt'));
	expect(adding.found).toMatchObject({ namesProblem: '', draft: { classes: [{ id: 0, name: 'cat' }] } });
});

test('what could not be kept stays to be tried again', async () => {
	const shelf: Shelf = { fails: { kind: 'out-of-space', subject: 'a.onnx', neededBytes: 5e6 } };
	const { adding, added } = addingTo(shelf, () => Promise.resolve(ok(facts)));
	await adding.look([file('a.onnx')]);
	await adding.keep();
	expect(adding.problem).toBe('There is no space left for “a.onnx”. Free about 5 MB and retry.');
	expect([adding.found?.file.name, adding.keeping, added]).toEqual(['a.onnx', false, []]);
});
