/** `octocut`: the server's work from the command line. Exit codes: 0 done, 1 something failed, 2 it was not asked for rightly. */
import { randomUUID } from 'node:crypto';
import { existsSync } from 'node:fs';
import { readFile, writeFile } from 'node:fs/promises';
import { basename } from 'node:path';
import { parseArgs } from 'node:util';
import { DEFAULT_BATCH } from '#core/batch/batch';
import { planBatchExport } from '#core/batch/batch-plan';
import { WHOLE_FRAME } from '#core/crop/crop';
import { planExport } from '#core/export/export-plan';
import { DEFAULT_EXPORT_SETTINGS, ExportSettings } from '#core/export/export-settings';
import type { ExportTask } from '#core/export/export-task';
import { failureText } from '#core/failure';
import { ospProjectOf } from '#core/formats/osp-project';
import { writeOsp } from '#core/formats/osp';
import { writeSegmentCsv } from '#core/formats/segment-csv';
import { readTimestampLog } from '#core/formats/timestamp-log';
import { isAbort, present } from '#core/result';
import { Console } from './cli/console.ts';
import { HELP } from './cli/help.ts';
import { type Machine, NamedFiles, openMachine } from './cli/machine.ts';
import { makeTasks } from './cli/make-tasks.ts';
import { readCuts } from './cli/read-cuts.ts';
import { readConfig } from './config.ts';
import { replaceAccessToken } from './auth/access-token.ts';
import { databasePath } from './db/data-folder.ts';
import { openDatabase, restoreDatabase } from './db/open-database.ts';
import { Settings } from './db/settings.ts';
import { loadEnvironmentFile } from './environment-file.ts';
import { probeFile } from './ffmpeg/probe-file.ts';

/** Ends the command with a sentence. */
class Refusal extends Error {
	constructor(
		sentence: string,
		readonly code: 1 | 2,
	) {
		super(sentence);
	}
}
const wrongly = (sentence: string): Refusal => new Refusal(`${sentence} octocut --help tells more.`, 2);

const OPTIONS = {
	help: { type: 'boolean', short: 'h' },
	json: { type: 'boolean' },
	media: { type: 'string', short: 'm', multiple: true },
	out: { type: 'string', short: 'o' },
	format: { type: 'string' },
	size: { type: 'string' },
	crf: { type: 'string' },
	mode: { type: 'string' },
	at: { type: 'string' },
	count: { type: 'string' },
	length: { type: 'string' },
	spread: { type: 'string' },
	name: { type: 'string' },
	new: { type: 'boolean' },
} as const;

const stopping = new AbortController();
for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => stopping.abort());
const { signal } = stopping;

process.exitCode = await main(process.argv.slice(2));

async function main(args: string[]): Promise<number> {
	let say = new Console(args.includes('--json'));
	let machine: Machine | undefined;
	try {
		const { values, positionals } = parsed(args);
		const [command, ...files] = positionals;
		if (values.help === true || command === undefined) {
			say.text(HELP);
			return values.help === true ? 0 : 2;
		}
		say = new Console(values.json === true);
		loadEnvironmentFile();
		const config = readConfig(process.env);
		if (!config.ok) throw new Refusal(config.error, 2);
		machine = openMachine(config.value);
		return await run(command, files, values, say, machine, databasePath(config.value.dataDir));
	} catch (thrown) {
		say.clear();
		if (thrown instanceof Refusal) {
			say.complain(thrown.message);
			return thrown.code;
		}
		if (isAbort(thrown)) return 130;
		throw thrown;
	} finally {
		await machine?.close();
	}
}

function parsed(args: string[]) {
	try {
		return parseArgs({ args, options: OPTIONS, allowPositionals: true });
	} catch (thrown) {
		throw wrongly(thrown instanceof Error ? thrown.message : String(thrown));
	}
}

type Values = ReturnType<typeof parsed>['values'];

function run(
	command: string,
	files: readonly string[],
	values: Values,
	say: Console,
	machine: Machine,
	database: string,
): Promise<number> {
	switch (command) {
		case 'probe':
			return probe(files, say, machine);
		case 'log2csv':
			return logToCsv(files, values, say);
		case 'osp':
			return toOsp(files, values, say, machine);
		case 'render':
			return render(files, values, say, machine);
		case 'batch':
			return batch(files, values, say, machine);
		case 'encoders':
			return encoders(say, machine);
		case 'backup':
			return backup(files, say, database);
		case 'restore':
			return restore(files, say, database);
		case 'token':
			return token(values, say, database);
		default:
			throw wrongly(`There is no command “${command}”.`);
	}
}

async function probe(files: readonly string[], say: Console, { ffmpeg }: Machine): Promise<number> {
	if (files.length === 0) throw wrongly('Name the files to look at.');
	const found: unknown[] = [];
	let code = 0;
	for (const path of files) {
		const probed = await probeFile(ffmpeg, { path, name: basename(path) }, { signal });
		if (!probed.ok) {
			say.complain(failureText(probed.error));
			code = 1;
			continue;
		}
		found.push(probed.value.facts);
	}
	say.result(
		found,
		found.map((facts) => JSON.stringify(facts)),
	);
	return code;
}

async function logToCsv([path]: readonly string[], values: Values, say: Console): Promise<number> {
	if (path === undefined) throw wrongly('Name the log.');
	const { spans, skipped } = readTimestampLog(await textOf(path));
	const closed = spans.flatMap((span) => (span.outS === undefined ? [] : [{ ...span, outS: span.outS }]));
	for (const { line, reason } of skipped) say.complain(`line ${line}: ${reason}`);
	if (closed.length === 0) throw new Refusal(`${basename(path)} holds no pair of IN and OUT.`, 1);
	await write(writeSegmentCsv(closed), values.out, say);
	return 0;
}

async function toOsp([path]: readonly string[], values: Values, say: Console, machine: Machine): Promise<number> {
	const { media, selection } = await cutsOf(path, values, say, machine);
	const cuts = selection.map(({ segment, crop, track }) => ({
		...{ facts: present(media.get(segment.media), 'the file').facts, name: segment.name, inS: segment.inS },
		...{ outS: segment.outS, crop, track },
	}));
	const { project, notes } = ospProjectOf(randomUUID().slice(0, 10).toUpperCase(), cuts);
	notes.forEach((note) => say.complain(note));
	await write(writeOsp(project), values.out, say);
	return 0;
}

async function render([path]: readonly string[], values: Values, say: Console, machine: Machine): Promise<number> {
	const { media, selection } = await cutsOf(path, values, say, machine);
	const settings = ExportSettings.safeParse({
		...DEFAULT_EXPORT_SETTINGS,
		...(values.format !== undefined && { format: values.format }),
		...(values.size !== undefined && { shortSide: Number(values.size) }),
		...(values.crf !== undefined && { quality: { crf: Number(values.crf) } }),
		...(values.mode !== undefined && { cutMode: values.mode }),
	});
	if (!settings.success) {
		const [issue] = settings.error.issues;
		throw wrongly(`${issue?.path.join('.') ?? ''}: ${issue?.message ?? 'it makes no sense'}.`);
	}
	const plan = planExport({
		...{ selection, settings: settings.data, now: new Date(), newId: randomUUID },
		factsOf: (id) => present(media.get(id), 'the file').facts,
		indexOf: (id) => media.indexOf(id),
	});
	if (!plan.ok) throw new Refusal(plan.error.map(({ text }) => text).join('\n'), 1);
	plan.value.notes.forEach(({ text }) => say.complain(text));
	return make(plan.value.tasks, media, values, say, machine);
}

async function batch(files: readonly string[], values: Values, say: Console, machine: Machine): Promise<number> {
	const media = await named(files.length > 0 ? files : (values.media ?? []), machine);
	const [first] = media.all;
	if (first === undefined) throw wrongly('Name the file to take clips of.');
	const number = (text: string | undefined, otherwise: number, what: string): number => {
		const value = text === undefined ? otherwise : Number(text);
		if (!Number.isFinite(value) || value < 0) throw wrongly(`--${what} must be a number.`);
		return value;
	};
	const plan = planBatchExport({
		cursorS: number(values.at, 0, 'at') + first.facts.firstTimestampS,
		settings: {
			...DEFAULT_BATCH,
			count: number(values.count, DEFAULT_BATCH.count, 'count'),
			lengthS: number(values.length, DEFAULT_BATCH.lengthS, 'length'),
			spreadS: number(values.spread, DEFAULT_BATCH.spreadS, 'spread'),
			name: values.name ?? '',
		},
		track: { base: WHOLE_FRAME, keyframes: [], interpolation: 'step' },
		...{ seed: 1, facts: first.facts, index: media.indexOf(first.facts.fingerprint), counter: 1, newId: randomUUID },
	});
	if (!plan.ok) throw new Refusal(plan.error, 1);
	return make(plan.value.tasks, media, values, say, machine);
}

async function make(
	tasks: readonly ExportTask[],
	media: NamedFiles,
	values: Values,
	say: Console,
	machine: Machine,
): Promise<number> {
	const made = await makeTasks(tasks, { machine, media, into: values.out ?? '.', signal }, say);
	say.result(
		made,
		made.flatMap((one) =>
			'error' in one ? [] : [...one.notes, `${one.result.files.join(', ')}: ${one.result.frames} frames`],
		),
	);
	const failed = made.flatMap((one) => ('error' in one ? [one.error] : []));
	failed.forEach((sentence) => say.complain(sentence));
	return failed.length === 0 ? 0 : 1;
}

async function encoders(say: Console, machine: Machine): Promise<number> {
	const reports = await machine.encoders.prove(signal);
	const { problem } = await machine.encoders.answer();
	if (problem !== undefined) throw new Refusal(problem, 1);
	say.result(
		reports,
		reports.map(
			({ encoder, works, reason }) => `${works ? '+' : '-'} ${encoder}${reason === undefined ? '' : `: ${reason}`}`,
		),
	);
	return 0;
}

function backup([path]: readonly string[], say: Console, database: string): Promise<number> {
	if (path === undefined) throw wrongly('Name the file that the backup goes to.');
	if (existsSync(path)) throw new Refusal(`${path} exists already. Name another file.`, 1);
	const opened = openDatabase(existingDatabase(database));
	if (!opened.ok) throw new Refusal(opened.error, 1);
	opened.value.backup(path);
	opened.value.close();
	say.result({ backup: path }, [`The backup is in ${path}.`]);
	return Promise.resolve(0);
}

async function restore([path]: readonly string[], say: Console, database: string): Promise<number> {
	if (path === undefined) throw wrongly('Name the backup.');
	const restored = await restoreDatabase(path, database);
	if (!restored.ok) throw new Refusal(restored.error, 1);
	say.result({ restored: path }, ['The backup is in place. Start the server.']);
	return 0;
}

/** Nobody can read the old one again, the server neither: only its hash is kept. */
function token(values: Values, say: Console, database: string): Promise<number> {
	if (values.new !== true)
		throw wrongly('The token cannot be shown again. Ask for another one with octocut token --new.');
	const opened = openDatabase(existingDatabase(database));
	if (!opened.ok) throw new Refusal(opened.error, 1);
	const made = replaceAccessToken(new Settings(opened.value));
	opened.value.close();
	say.result({ token: made }, [made, 'It replaces the token before. Devices that are paired stay so.']);
	return Promise.resolve(0);
}

function existingDatabase(path: string): string {
	if (existsSync(path)) return path;
	throw new Refusal('There is no database yet: the server has not run with this DATA_DIR.', 1);
}

async function cutsOf(path: string | undefined, values: Values, say: Console, machine: Machine) {
	if (path === undefined) throw wrongly('Name the list or project.');
	const media = await named(values.media ?? [], machine);
	const cuts = await readCuts(path, media);
	if (!cuts.ok) throw new Refusal(cuts.error, 1);
	cuts.value.notes.forEach((note) => say.complain(note));
	if (cuts.value.selection.length === 0) throw new Refusal(`${basename(path)} holds no cut of these files.`, 1);
	return { media, selection: cuts.value.selection };
}

async function named(paths: readonly string[], { ffmpeg }: Machine): Promise<NamedFiles> {
	const media = await NamedFiles.open(ffmpeg, paths, signal);
	if (!media.ok) throw new Refusal(failureText(media.error), 1);
	return media.value;
}

async function textOf(path: string): Promise<string> {
	try {
		return await readFile(path, 'utf8');
	} catch (thrown) {
		throw new Refusal(`${path} could not be read (${thrown instanceof Error ? thrown.message : String(thrown)}).`, 1);
	}
}

async function write(text: string, path: string | undefined, say: Console): Promise<void> {
	if (path === undefined) say.text(text);
	else await writeFile(path, text);
}
