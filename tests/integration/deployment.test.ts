import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { cpSync, existsSync, mkdtempSync, readFileSync, symlinkSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { Script } from 'node:vm';
import { expect, test } from 'vitest';
import { buildServer, isServerBuilt } from '../../scripts/server-build.mjs';
import { Environment } from '../../sync-server/config.ts';
import { dataFolder } from '../data-folder.ts';

const root = fileURLToPath(new URL('../../', import.meta.url));
const read = (path: string): string => readFileSync(join(root, path), 'utf8');
const variables = Object.keys(Environment.shape);

/** Instructions of a Dockerfile: continued lines joined, comments left out. */
const instructions = read('Dockerfile')
	.replace(/^\s*#.*\n/gm, '')
	.replace(/\\\n\s*/g, ' ')
	.split('\n')
	.filter((line) => line.trim() !== '')
	.map((line) => {
		const [, word = '', rest = ''] = /^([A-Z]+)\s+(.*)$/.exec(line) ?? [];
		return { word, rest };
	});
const of = (word: string) => instructions.filter((one) => one.word === word).map(({ rest }) => rest);

test('the Dockerfile parses, runs as nobody special, and starts what is in the repository', () => {
	const known = [
		'FROM',
		'WORKDIR',
		'RUN',
		'COPY',
		'ENV',
		'USER',
		'VOLUME',
		'EXPOSE',
		'HEALTHCHECK',
		'ENTRYPOINT',
		'CMD',
	];
	for (const { word } of instructions) expect(known).toContain(word);
	for (const image of of('FROM')) expect(image).toMatch(/^node:24-/);
	const last = (word: string) => instructions.map((one) => one.word).lastIndexOf(word);
	expect(of('USER')).toEqual(['node']);
	expect(last('USER')).toBeGreaterThan(last('RUN'));
	for (const line of of('RUN').filter((rest) => rest.includes('apt-get install'))) {
		expect(line).toMatch(/apt-get update\s+&& .*--no-install-recommends .*rm -rf \/var\/lib\/apt\/lists/);
	}
	for (const command of [...of('CMD'), ...of('ENTRYPOINT')]) expect(Array.isArray(JSON.parse(command))).toBe(true);
	const [, script = ''] = JSON.parse(of('CMD')[0] ?? '[]') as string[];
	expect(existsSync(join(root, script))).toBe(true);
	for (const path of of('COPY')
		.filter((rest) => !rest.startsWith('--from'))
		.flatMap((rest) => rest.split(' ').slice(0, -1))) {
		expect(existsSync(join(root, path)), path).toBe(true);
	}
	const check = JSON.parse(/CMD (\[.*\])/.exec(of('HEALTHCHECK')[0] ?? '')?.[1] ?? '[]') as string[];
	expect(() => new Script(check[2] ?? ')')).not.toThrow();
});

test('what the examples set is what the server reads', () => {
	const set = (text: string, pattern: RegExp) => [...text.matchAll(pattern)].map(([, name = '']) => name);
	const example = set(read('.env.example'), /^#?([A-Z][A-Z_]+)=/gm);
	expect([...example].sort()).toEqual([...variables].sort());
	const compose = set(read('compose.yaml'), /^ {6}([A-Z_]+):/gm);
	expect(compose.length).toBeGreaterThan(1);
	for (const name of compose) expect(variables).toContain(name);
	const unit = read('docs/octocut.service');
	expect(existsSync(join(root, /ExecStart=\S+ (\S+)/.exec(unit)?.[1] ?? '-'))).toBe(true);
	for (const [name] of set(unit, /^Environment=(.*)$/gm).flatMap((line) =>
		line.split(' ').map((pair) => pair.split('=')),
	)) {
		expect([...variables, 'NODE_ENV']).toContain(name);
	}
});

test('the compose file is YAML of two spaces, with media that are only read and one volume', () => {
	const lines = read('compose.yaml').split('\n');
	for (const line of lines) expect(line).toMatch(/^( {2})*(\S|$)/);
	expect(lines).toContain('      - ${MEDIA:-./media}:/media/library:ro');
	expect(lines.filter((line) => /^\S/.test(line) && !line.startsWith('#'))).toEqual(['services:', 'volumes:']);
});

test('the start command of the container runs in a folder that holds no sources', async () => {
	if (!(await isServerBuilt())) await buildServer();
	const folder = mkdtempSync(join(tmpdir(), 'octocut-clean-'));
	for (const path of ['dist', 'scripts/serve.mjs', 'scripts/node-version.mjs', 'package.json']) {
		cpSync(join(root, path), join(folder, path), { recursive: true });
	}
	symlinkSync(join(root, 'node_modules'), join(folder, 'node_modules'));
	const child = spawn(process.execPath, ['scripts/serve.mjs'], {
		cwd: folder,
		env: { PATH: process.env['PATH'], HOST: '0.0.0.0', PORT: '0', DATA_DIR: dataFolder() },
		stdio: ['ignore', 'pipe', 'pipe'],
	});
	try {
		let said = '';
		for await (const text of child.stdout.setEncoding('utf8') as AsyncIterable<string>) {
			said += text;
			if (said.includes('Octocut is ready')) break;
		}
		const port = /http:\/\/localhost:(\d+)/.exec(said)?.[1];
		expect(await (await fetch(`http://127.0.0.1:${port}/api/health`)).json()).toMatchObject({ access: 'needed' });
	} finally {
		const closed = once(child, 'close');
		child.kill('SIGTERM');
		expect(await closed).toEqual([0, null]);
	}
});
