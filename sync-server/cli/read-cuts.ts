import { readFile } from 'node:fs/promises';
import { basename } from 'node:path';
import { WHOLE_FRAME } from '#core/crop/crop';
import type { Selection } from '#core/export/export-plan';
import { readList } from '#core/formats/read-list';
import { readOctocutFile } from '#core/project/octocut-file';
import { MAX_PROJECT_BYTES, PROJECT_ENTRY } from '#core/project/octocut-file';
import { err, ok, type Result } from '#core/result';
import type { NamedFiles } from './machine.ts';

export interface Cuts {
	readonly selection: readonly Selection[];
	/** Sentences on what was left out. */
	readonly notes: readonly string[];
}

/** The cuts of a list of any known format, or of a project file (`.octocut`), of files that were named. */
export async function readCuts(path: string, media: NamedFiles): Promise<Result<Cuts, string>> {
	const name = basename(path);
	let bytes: Buffer;
	try {
		bytes = await readFile(path);
	} catch (thrown) {
		return err(`${name} could not be read (${thrown instanceof Error ? thrown.message : String(thrown)}).`);
	}
	if (bytes.subarray(0, 2).toString('latin1') === 'PK') return readProject(bytes, name, media);
	const [first, ...others] = media.all.map(({ facts }) => ({
		...{ id: facts.fingerprint, name: facts.name, startS: facts.firstTimestampS },
		endS: facts.firstTimestampS + facts.durationS,
	}));
	const lead = media.all[0]?.facts;
	if (first === undefined || lead === undefined) return err('Name the file that the list is of: --media FILE.');
	const fps = lead.video?.fps ?? { num: 30, den: 1 };
	const read = readList(bytes.toString('utf8'), { fileName: name, media: first, others, fps });
	if (!read.ok) return read;
	const { spans, skipped, notes } = read.value;
	return ok({
		selection: spans.map(({ media: of, inS, outS, name: called }) => ({
			...{ segment: { media: of, inS, outS, name: called }, crop: WHOLE_FRAME },
		})),
		notes: [...skipped, ...notes].map(({ line, reason }) => (line === 0 ? reason : `line ${line}: ${reason}`)),
	});
}

async function readProject(bytes: Buffer, name: string, media: NamedFiles): Promise<Result<Cuts, string>> {
	const { BlobReader, TextWriter, ZipReader } = await import('@zip.js/zip.js');
	const zip = new ZipReader(new BlobReader(new Blob([new Uint8Array(bytes)])), { useWebWorkers: false });
	try {
		const entry = (await zip.getEntries()).find(({ filename }) => filename === PROJECT_ENTRY);
		if (entry === undefined || entry.directory || entry.uncompressedSize > MAX_PROJECT_BYTES) {
			return err(`${name} is no Octocut project.`);
		}
		const read = readOctocutFile(await entry.getData(new TextWriter()));
		if (!read.ok) return err(`${name} was not opened: ${read.error}.`);
		const { segments, crops, media: files, aside } = read.value;
		const missing = files.filter(({ fingerprint }) => media.get(fingerprint) === undefined);
		const here = segments.filter((segment) => media.get(segment.media) !== undefined);
		return ok({
			selection: here.map((segment) => {
				const track = segment.crop === undefined ? crops[segment.media] : undefined;
				return {
					segment: { media: segment.media, inS: segment.inS, outS: segment.outS, name: segment.name },
					crop: segment.crop ?? WHOLE_FRAME,
					...(track !== undefined && { track }),
				};
			}),
			notes: [
				...aside,
				...missing.map(({ name: file }) => `“${file}” was not named with --media; its segments are left out.`),
			],
		});
	} finally {
		await zip.close();
	}
}
