import { expect, test } from 'vitest';
import { openDatabase } from '../db/open-database.ts';
import { ProgramKeeper } from './program-keeper.ts';
import { runProgram } from './run-program.ts';
import { programs } from './tables.ts';

const keeper = new ProgramKeeper();
const sh = (script: string, options?: Parameters<typeof runProgram>[3]) =>
	runProgram(keeper, 'sh', ['-c', script], options);

test('lines come as they are said, and the end is told', async () => {
	const lines: string[] = [];
	expect(await sh('printf "a\\r\\nb\\rc"; echo oops >&2', { onLine: (line) => lines.push(line) })).toEqual({
		kind: 'done',
		log: ['oops'],
	});
	expect(lines).toEqual(['a', 'b', 'c']);
});

test('arguments are arguments, whatever is in them', async () => {
	const lines: string[] = [];
	const args = ['-c', 'printf "%s\\n" "$@"', 'x', '$(reboot)', '`id`', '; rm -rf ~', '*'];
	await runProgram(keeper, 'sh', args, { onLine: (line) => lines.push(line) });
	expect(lines).toEqual(args.slice(3));
});

test.each([
	['exit 3', { kind: 'failed', code: 3 }],
	['kill -SEGV $$', { kind: 'killed', signal: 'SIGSEGV' }],
])('%s is told', async (script, end) => {
	expect(await sh(script)).toMatchObject(end);
});

test('a program that is not there is told', async () => {
	expect(await runProgram(keeper, '/nowhere/ffmpeg', [])).toMatchObject({ kind: 'absent', code: 'ENOENT' });
	const plain = runProgram(keeper, '/nowhere/ffmpeg', [], { nice: false });
	expect(await plain).toMatchObject({ kind: 'absent', code: 'ENOENT' });
});

test('only the last lines of a long complaint are kept', async () => {
	const { log } = await sh('i=0; while [ $i -lt 500 ]; do i=$((i+1)); echo "line $i" >&2; done');
	expect(log).toHaveLength(200);
	expect(log.at(-1)).toBe('line 500');
});

test('progress is news only where something was made; one that stands still is stopped', async () => {
	const told: number[] = [];
	const block = (frame: number) => `printf "frame=${frame}\\nout_time_us=${frame}000\\nprogress=continue\\n" >&3`;
	const script = `${block(1)}; ${block(2)}; while :; do ${block(2)}; sleep 0.01; done`;
	const end = await sh(script, { stallMs: 300, onProgress: ({ frames }) => told.push(frames) });
	expect(end.kind).toBe('stalled');
	expect(told).toEqual([1, 2]);
});

test('one that takes too long is stopped', async () => {
	expect((await sh('sleep 60', { limitMs: 50 })).kind).toBe('overdue');
});

test('stopping waits until nothing of it runs', async () => {
	const abort = new AbortController();
	let pid = 0;
	const run = sh('echo $$; exec sleep 60', {
		signal: abort.signal,
		onLine: (line) => {
			pid = Number(line);
			abort.abort();
		},
	});
	await expect(run).rejects.toMatchObject({ name: 'AbortError' });
	expect(() => process.kill(pid, 0)).toThrow('ESRCH');
});

test('what runs is written down, and crossed out at its end', async () => {
	const database = openDatabase(':memory:');
	if (!database.ok) throw new Error(database.error);
	const own = new ProgramKeeper(database.value);
	const rows = () => database.value.orm.select().from(programs).all();
	let during: unknown[] = [];
	await runProgram(own, 'sh', ['-c', 'echo $$'], { onLine: () => (during = rows()) });
	expect(during).toMatchObject([{ program: 'sh' }]);
	expect(rows()).toEqual([]);
	await own.close();
	database.value.close();
});

test('closing ends what runs', async () => {
	const own = new ProgramKeeper();
	let said = () => undefined as void;
	const started = new Promise<void>((resolve) => (said = resolve));
	const run = runProgram(own, 'sh', ['-c', 'echo here; exec sleep 60'], { onLine: () => said() });
	await started;
	await own.close();
	expect((await run).kind).toBe('killed');
});
