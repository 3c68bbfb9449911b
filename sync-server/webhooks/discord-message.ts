import { randomBytes } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { captureWords } from '../captures/capture-words.ts';
import type { CaptureFile } from '../captures/capture-store.ts';
import { foreignText } from '../text/foreign-text.ts';
import type { Message, Telling } from './webhook-event.ts';

/**
 * The largest file that is put into a message, in bytes. What Discord takes without boosts is told differently from page to page, from 8 to 10 MB:
 * the least of it arrives everywhere.
 */
export const DISCORD_FILE_BYTES = 8_000_000;
const SUPPRESS_EMBEDS = 4;

/** A message for a channel, with the file where one is given. */
export function discordMessage(address: URL, telling: Telling, file?: CaptureFile): Message {
	const url = new URL(address);
	// It answers when the message is there, not when it was taken.
	url.searchParams.set('wait', 'true');
	const link = telling.link?.address;
	const shownLink = link?.startsWith('http') === true ? link : undefined;
	const payload = JSON.stringify({
		content: [...linesOf(telling), ...(shownLink === undefined ? [] : [shownLink])].join('\n'),
		// Nobody is called, whatever a title says.
		allowed_mentions: { parse: [] },
		...(shownLink === undefined && { flags: SUPPRESS_EMBEDS }),
		...(file && { attachments: [{ id: 0, filename: nameOf(file) }] }),
	});
	return file === undefined ? plain(url, payload) : withFile(url, payload, file);
}

function linesOf({ event, capture }: Telling): string[] {
	if (capture === undefined) return ['Octocut can send messages here.'];
	const { name, about, facts } = captureWords(capture);
	const bold = `**${escaped(name)}**`;
	switch (event) {
		case 'capture.failed':
			return [`${bold} could not be made. ${escaped(foreignText(capture.message ?? '', 500))}`];
		case 'share.created':
			return [`${bold} was shared.`, ...(about === '' ? [] : [escaped(about)])];
		case 'capture.complete':
		case 'test':
			return [bold, ...(about === '' ? [] : [escaped(about)]), escaped(facts.join(' · '))];
	}
}

/** Discord shows any sign after a backslash as it is: no emphasis, link, mention, spoiler or time is made of a title. */
const escaped = (text: string): string => text.replace(/[!-/:-@[-`{-~]/g, '\\$&');

function plain(url: URL, payload: string): Message {
	const body = Buffer.from(payload);
	return { url, headers: { 'Content-Type': 'application/json' }, bytes: body.length, body: piecesOf(body) };
}

function withFile(url: URL, payload: string, file: CaptureFile): Message {
	const boundary = `octocut-${randomBytes(16).toString('hex')}`;
	const head = Buffer.from(
		[
			`--${boundary}`,
			'Content-Disposition: form-data; name="payload_json"',
			'Content-Type: application/json',
			'',
			payload,
			`--${boundary}`,
			`Content-Disposition: form-data; name="files[0]"; filename="${nameOf(file)}"`,
			`Content-Type: ${file.type}`,
			'\r\n',
		].join('\r\n'),
	);
	const tail = Buffer.from(`\r\n--${boundary}--\r\n`);
	return {
		url,
		headers: { 'Content-Type': `multipart/form-data; boundary=${boundary}` },
		bytes: head.length + file.bytes + tail.length,
		body: piecesOf(head, file, tail),
	};
}

/** A file that became shorter breaks the request off; no more is read than was announced. */
async function* piecesOf(...parts: readonly (Buffer | CaptureFile)[]): AsyncGenerator<Buffer> {
	for (const part of parts) {
		if (Buffer.isBuffer(part)) yield part;
		else for await (const piece of createReadStream(part.path, { end: part.bytes - 1 })) yield piece as Buffer;
	}
}

/** In a quoted header, and on disks of others. */
const nameOf = ({ fileName }: CaptureFile): string => foreignText(fileName.replace(/["\\/\r\n]/g, '_'), 200);
