import BetterSqlite from 'better-sqlite3';
import { once } from 'node:events';
import { join } from 'node:path';
import * as Y from 'yjs';
import { dataFolder } from '../data-folder.ts';
import { Device, holding, reached } from '../sync/device.ts';
import { startServer } from '../sync/own-server.ts';
import { row, type Bench } from './bench.ts';

const SEGMENTS = 10_000;
const EDITS = 200;
const NAME = 'project:bench';
const MEDIA = `123456789-${'a'.repeat(64)}`;

/** A project as the app writes it: a map for each segment. */
function bigProject(): Y.Doc {
	const doc = new Y.Doc();
	const segments = doc.getMap<Y.Map<unknown>>('segments');
	doc.transact(() => {
		doc.getMap('meta').set('schemaVersion', 1);
		for (let n = 0; n < SEGMENTS; n += 1) {
			const id = `${String(n).padStart(8, '0')}-0000-4000-8000-000000000000`;
			const fields = { media: MEDIA, inS: n * 1.5, outS: n * 1.5 + 1, name: `clip ${n}`, label: 'a dog that runs' };
			const more = { category: 'Animal', tags: ['good'], selected: true, order: `a${String(n).padStart(6, '0')}` };
			segments.set(id, new Y.Map<unknown>(Object.entries({ id, ...fields, ...more })));
		}
	});
	return doc;
}

export const bench: Bench = {
	name: 'server-sync',
	about: `a project of ${SEGMENTS} segments between two devices through a server of its own process, on loopback`,
	rounds: 5,
	async run({ rounds, say }) {
		const [sent, received, cold, edits, stored]: number[][] = [[], [], [], [], []];
		for (let round = 0; round < rounds; round += 1) {
			const dataDir = dataFolder();
			let server = await startServer({ DATA_DIR: dataDir });
			const open = async (doc: Y.Doc): Promise<{ device: Device; ms: number }> => {
				const device = new Device(() => server.url);
				await new Promise<void>((resolve) => {
					device.link.state.subscribe((state) => state === 'open' && resolve());
				});
				const from = performance.now();
				await reached(device.join(NAME, doc).shared, 'synced');
				return { device, ms: performance.now() - from };
			};
			const [doc, copy] = [bigProject(), new Y.Doc()];
			const a = await open(doc);
			const b = await open(copy);
			sent!.push(a.ms);
			received!.push(b.ms);
			const ids = [...doc.getMap('segments').keys()];
			const times: number[] = [];
			for (let n = 0; n < EDITS; n += 1) {
				const id = ids[(n * 37) % ids.length] ?? '';
				const here = doc.getMap('segments').get(id) as Y.Map<unknown>;
				const there = copy.getMap('segments').get(id) as Y.Map<unknown>;
				const from = performance.now();
				here.set('name', `edit ${n}`);
				await holding(copy, () => there.get('name') === `edit ${n}`);
				times.push(performance.now() - from);
			}
			times.sort((x, y) => x - y);
			edits!.push(times[Math.floor(times.length * 0.95)] ?? NaN);
			for (const { device } of [a, b]) device.close();
			server.child.kill('SIGKILL');
			await once(server.child, 'exit');
			const db = new BetterSqlite(join(dataDir, 'octocut.sqlite'), { readonly: true });
			const { bytes } = db.prepare('select sum(length(data)) bytes from document_updates').get() as { bytes: number };
			db.close();
			stored!.push(bytes / Y.encodeStateAsUpdate(doc).length);
			server = await startServer({ DATA_DIR: dataDir });
			const late = await open(new Y.Doc());
			cold!.push(late.ms);
			late.device.close();
			server.child.kill('SIGKILL');
			await once(server.child, 'exit');
			say(
				`sent ${a.ms.toFixed(0)} ms, received ${b.ms.toFixed(0)} ms, cold ${late.ms.toFixed(0)} ms, edit p95 ${edits!.at(-1)?.toFixed(1)} ms`,
			);
		}
		return [
			row('first device to the server', 'ms', 500, 'lower', sent!),
			row('server to a new device', 'ms', 500, 'lower', received!),
			row('the same, read from disk', 'ms', 500, 'lower', cold!),
			row('one edit to the other device, 95th percentile', 'ms', 50, 'lower', edits!),
			row('stored ÷ compacted document', '×', 2, 'lower', stored!),
		];
	},
};
