import { createReadStream } from 'node:fs';
import { stat } from 'node:fs/promises';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { pipeline } from 'node:stream/promises';
import { text } from 'node:stream/consumers';
import type { TestProject } from 'vitest/node';
import { fixturePath } from '../fixtures/make.ts';

declare module 'vitest' {
	export interface ProvidedContext {
		/** Address of the server that hands out the made files in parts. */
		rangeServer: string;
	}
}

/** How the server behaves towards one stage; see `RemoteStage`. */
export interface ServerRules {
	/** Every answer has this status. */
	status?: number;
	/** Answers with the whole file. */
	whole?: boolean;
	/** The file is called this in `ETag`. */
	etag?: string;
	/** Says that the file has so many bytes. */
	size?: number;
	/** So many requests to come are answered with 503. */
	busy?: number;
	/** So many requests to come are cut off in the middle. */
	cuts?: number;
	/** After so many bytes in all, no request is answered any more. */
	diesAfterBytes?: number;
	/** What `token` in the address must be. */
	token?: string;
}

export interface SeenRequest {
	readonly status: number;
	readonly range: string;
	readonly bytes: number;
}

interface Stage {
	rules: ServerRules;
	readonly seen: SeenRequest[];
	sentBytes: number;
}

/** For the runner's `globalSetup`: the made files by range requests, from another origin than the page's. `/stage/name`, `/stage/rules`, `/stage/seen`. */
export async function setup(project: TestProject): Promise<() => Promise<void>> {
	const stages = new Map<string, Stage>();
	const server = createServer((request, response) => {
		answer(request, response, stages).catch(() => response.destroy());
	});
	await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
	project.provide('rangeServer', `http://127.0.0.1:${(server.address() as AddressInfo).port}`);
	return () => {
		server.closeAllConnections();
		return new Promise((resolve) => server.close(() => resolve()));
	};
}

const OPEN_TO_ALL = {
	'Access-Control-Allow-Origin': '*',
	'Access-Control-Allow-Headers': '*',
	'Access-Control-Expose-Headers': 'Content-Range, ETag, Last-Modified',
	'Cross-Origin-Resource-Policy': 'cross-origin',
	'Cache-Control': 'no-store',
};

async function answer(request: IncomingMessage, response: ServerResponse, stages: Map<string, Stage>): Promise<void> {
	for (const [name, value] of Object.entries(OPEN_TO_ALL)) response.setHeader(name, value);
	const { pathname, searchParams } = new URL(request.url ?? '', 'http://here');
	const [, id = '', name = ''] = decodeURIComponent(pathname).split('/');
	const stage = stages.get(id) ?? { rules: {}, seen: [], sentBytes: 0 };
	stages.set(id, stage);
	if (request.method === 'OPTIONS') return void response.writeHead(204).end();
	if (name === 'rules') {
		stage.rules = JSON.parse(await text(request)) as ServerRules;
		return void response.end();
	}
	if (name === 'seen') return void response.end(JSON.stringify(stage.seen));
	await sendPart({ name, range: request.headers.range ?? '', token: searchParams.get('token') }, stage, response);
}

async function sendPart(
	{ name, range, token }: { name: string; range: string; token: string | null },
	stage: Stage,
	response: ServerResponse,
): Promise<void> {
	const { rules } = stage;
	const refuse = (status: number): void => {
		stage.seen.push({ status, range, bytes: 0 });
		response.writeHead(status).end();
	};
	if (rules.diesAfterBytes !== undefined && stage.sentBytes >= rules.diesAfterBytes) return void response.destroy();
	if (rules.token !== undefined && rules.token !== token) return refuse(401);
	if (rules.status !== undefined) return refuse(rules.status);
	if ((rules.busy ?? 0) > 0) {
		rules.busy = (rules.busy ?? 0) - 1;
		return refuse(503);
	}
	const path = fixturePath(name);
	const file = await stat(path).catch(() => undefined);
	if (file === undefined) return refuse(404);
	response.setHeader('ETag', rules.etag ?? `"${file.size}-${file.mtimeMs}"`);
	response.setHeader('Content-Type', 'video/mp4');
	response.setHeader('Last-Modified', file.mtime.toUTCString());
	const [, from, to] = /^bytes=(\d+)-(\d*)$/.exec(range) ?? [];
	if (from === undefined || rules.whole === true) {
		stage.seen.push({ status: 200, range, bytes: file.size });
		response.writeHead(200, { 'Content-Length': file.size });
		return pipeline(createReadStream(path), response);
	}
	if (Number(from) >= file.size) {
		response.setHeader('Content-Range', `bytes */${file.size}`);
		return refuse(416);
	}
	const [start, end] = [Number(from), to ? Math.min(Number(to), file.size - 1) : file.size - 1];
	const bytes = end - start + 1;
	stage.seen.push({ status: 206, range, bytes });
	response.writeHead(206, {
		'Content-Range': `bytes ${start}-${end}/${rules.size ?? file.size}`,
		'Content-Length': bytes,
	});
	const cut = (rules.cuts ?? 0) > 0 || stage.sentBytes + bytes > (rules.diesAfterBytes ?? Infinity);
	if ((rules.cuts ?? 0) > 0) rules.cuts = (rules.cuts ?? 0) - 1;
	stage.sentBytes += bytes;
	const last = cut ? start + Math.max(0, Math.floor(bytes / 2) - 1) : end;
	for await (const piece of createReadStream(path, { start, end: last })) response.write(piece);
	if (!cut) return void response.end();
	// The connection goes when what was written has left.
	response.socket?.end();
}
