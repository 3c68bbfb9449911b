import { createHash } from 'node:crypto';
import type { MiddlewareHandler } from 'hono';

/** On every answer: an isolated page (threads, precise timers), no sniffing, no leaking of addresses, no powers that we do not use. */
const always: Readonly<Record<string, string>> = {
	'Cross-Origin-Opener-Policy': 'same-origin',
	'Cross-Origin-Embedder-Policy': 'require-corp',
	'Cross-Origin-Resource-Policy': 'same-origin',
	'X-Content-Type-Options': 'nosniff',
	'Referrer-Policy': 'no-referrer',
	'Permissions-Policy':
		'camera=(), microphone=(), geolocation=(), payment=(), usb=(), serial=(), midi=(), display-capture=()',
};

/**
 * What the app's page and workers may load: ours, what they make themselves, and media of the other servers that a person allowed
 * (`connectTo`, origins).
 */
export function contentPolicy(inlineScriptHashes: readonly string[], connectTo: readonly string[] = []): string {
	const others = connectTo.map((origin) => ` ${origin}`).join('');
	const sockets = connectTo.map((origin) => ` ${origin.replace(/^http/, 'ws')}`).join('');
	const scripts = inlineScriptHashes.map((hash) => `'sha256-${hash}'`);
	return [
		"default-src 'self'",
		["script-src 'self' 'wasm-unsafe-eval'", ...scripts].join(' '),
		// Components write styles onto elements; nothing a person types becomes a style.
		"style-src 'self' 'unsafe-inline'",
		`img-src 'self' blob: data:${others}`,
		`media-src 'self' blob:${others}`,
		"font-src 'self'",
		`connect-src 'self' blob: data:${others}${sockets}`,
		"worker-src 'self' blob:",
		"manifest-src 'self'",
		"object-src 'none'",
		"base-uri 'none'",
		"form-action 'self'",
		"frame-ancestors 'none'",
	].join('; ');
}

/** SHA-256, in base64, of each script that stands in the page itself (SvelteKit's start, the theme before first paint). */
export function inlineScriptHashes(html: string): string[] {
	const scripts = html.matchAll(/<script(?![^>]*\ssrc\s*=)[^>]*>([\s\S]*?)<\/script>/gi);
	return [...scripts].map(([, code = '']) => createHash('sha256').update(code).digest('base64'));
}

export const securityHeaders: MiddlewareHandler = async (c, next) => {
	await next();
	// Media says itself who may show it (`Cross-Origin-Resource-Policy`).
	for (const [name, value] of Object.entries(always)) if (!c.res.headers.has(name)) c.res.headers.set(name, value);
	if (!c.res.headers.has('Content-Security-Policy')) c.res.headers.set('Content-Security-Policy', contentPolicy([]));
};
