import { html, raw } from 'hono/html';
import type { Capture } from '#contract/captures';
import { captureWords } from '../captures/capture-words.ts';
import { SHARE_STYLE } from './share-style.ts';

export type Page = ReturnType<typeof html>;

/** Where the page stands. Links are relative: a proxy may put the server into a folder. */
export interface Place {
	/** From the page to the root of the server: "../". */
	readonly root: string;
	readonly token: string;
}

export interface ShareView {
	readonly capture: Capture;
	readonly at: Place;
	readonly download: boolean;
	/** Milliseconds since 1970. */
	readonly expiresAt: number | null;
	/** What other sites may show of it; absent: nothing. */
	readonly preview?: { readonly address: string; readonly video: boolean };
}

/** The capture, for whoever may see it. Works without scripts. */
export function capturePage({ capture, at, download, expiresAt, preview }: ShareView): Page {
	const { name, about, facts } = captureWords(capture);
	const save = html`<a class="button" href="${linkOf(at)}/download" data-testid="share-download">Download</a>`;
	const body = html`<main>
			${stageOf(capture, linkOf(at), name, download)}
			<div class="words">
				<h1 dir="auto">${name}</h1>
				${about === '' ? '' : html`<p class="title" dir="auto">${about}</p>`}
				<p class="facts">${facts.map((fact) => html`<span>${fact}</span>`)}</p>
				${download ? save : ''}
			</div>
		</main>
		<footer>
			${expiresAt === null ? 'Shared with Octocut' : `Shared with Octocut. The link works until ${dateOf(expiresAt)}.`}
		</footer>`;
	return framed(at, name, body, preview && tagsOf(capture, name, about, preview));
}

/** Asks for the password; says nothing of what is behind it. */
export function lockedPage(at: Place, trouble?: string): Page {
	return framed(
		at,
		'A shared capture',
		html`<main class="alone">
			<h1>This link has a password</h1>
			<p>Whoever sent the link knows it.</p>
			<form method="post" action="${linkOf(at)}/unlock">
				<label for="password">Password</label>
				<input
					${trouble === undefined ? '' : raw('aria-describedby="trouble" aria-invalid="true"')}
					id="password"
					name="password"
					type="password"
					autocomplete="off"
					maxlength="200"
					required
					autofocus
				/>
				${trouble === undefined ? '' : html`<p class="wrong" id="trouble" role="alert">${trouble}</p>`}
				<button class="button" data-testid="share-unlock">Open</button>
			</form>
		</main>`,
	);
}

/** A page of words only. */
export const messagePage = (at: Pick<Place, 'root'>, heading: string, text: string): Page =>
	framed(
		at,
		heading,
		html`<main class="alone">
			<h1>${heading}</h1>
			<p>${text}</p>
		</main>`,
	);

const linkOf = ({ root, token }: Place): string => `${root}s/${token}`;

function framed({ root }: Pick<Place, 'root'>, title: string, body: Page, tags?: Page): Page {
	return html`<!doctype html>
		<html lang="en">
			<head>
				<meta charset="utf-8" />
				<meta name="viewport" content="width=device-width, initial-scale=1" />
				<meta name="color-scheme" content="dark light" />
				<meta name="robots" content="noindex" />
				<title>${title} · Octocut</title>
				<link rel="icon" href="${root}icons/icon.svg" type="image/svg+xml" />
				${tags ?? ''} ${raw(`<style>${SHARE_STYLE}</style>`)}
			</head>
			<body>
				<header><img src="${root}icons/icon.svg" alt="" width="28" height="28" />Octocut</header>
				${body}
			</body>
		</html>`;
}

function stageOf(capture: Capture, link: string, name: string, download: boolean): Page {
	const media = `${link}/media`;
	const size =
		capture.width === undefined || capture.height === undefined
			? ''
			: raw(`width="${capture.width}" height="${capture.height}"`);
	switch (capture.format) {
		case 'mp4':
		case 'webm':
			return html`<div class="stage">
				<video
					controls
					playsinline
					preload="metadata"
					poster="${link}/poster"
					src="${media}"
					aria-label="${name}"
					data-testid="share-media"
					${size}
					${download ? '' : raw('controlslist="nodownload"')}
				></video>
			</div>`;
		case 'mp3':
			return html`<div class="stage sound">
				<audio controls preload="metadata" src="${media}" aria-label="${name}" data-testid="share-media"></audio>
			</div>`;
		case 'jpeg':
		case 'png':
		case 'webp':
		case 'gif':
			return html`<div class="stage"><img src="${media}" alt="${name}" data-testid="share-media" ${size} /></div>`;
	}
}

/** Open Graph (ogp.me) and the cards of X. Addresses are absolute: whoever reads them is elsewhere. */
function tagsOf(
	{ format, width, height }: Capture,
	name: string,
	about: string,
	{ address, video }: NonNullable<ShareView['preview']>,
): Page {
	const poster = `${address}/poster`;
	const isVideo = format === 'mp4' || format === 'webm';
	const tags: [name: string, content: string | number][] = [
		...([
			['og:site_name', 'Octocut'],
			['og:type', isVideo ? 'video.other' : 'website'],
			['og:title', name],
			['og:url', address],
		] as [string, string][]),
	];
	if (about !== '') tags.push(['og:description', about]);
	if (format !== 'mp3') tags.push(['og:image', poster], ['og:image:type', 'image/jpeg'], ['og:image:alt', name]);
	if (format === 'mp4' && video) {
		tags.push(['og:video', `${address}/media`], ['og:video:type', 'video/mp4']);
		if (address.startsWith('https:')) tags.push(['og:video:secure_url', `${address}/media`]);
		if (width !== undefined && height !== undefined) tags.push(['og:video:width', width], ['og:video:height', height]);
	}
	const cards: [string, string][] = [
		['twitter:card', format === 'mp3' ? 'summary' : 'summary_large_image'],
		['twitter:title', name],
		...(about === '' ? [] : ([['twitter:description', about]] as [string, string][])),
		...(format === 'mp3' ? [] : ([['twitter:image', poster]] as [string, string][])),
	];
	return html`${tags.map(([property, content]) => html`<meta property="${property}" content="${content}" />`)}
	${cards.map(([card, content]) => html`<meta name="${card}" content="${content}" />`)}`;
}

const minute = new Intl.DateTimeFormat('en-GB', { dateStyle: 'long', timeStyle: 'short', timeZone: 'UTC' });
/** Without scripts nobody knows the visitor's zone. */
const dateOf = (ms: number): string => `${minute.format(ms)} UTC`;
