import { homedir, tmpdir } from 'node:os';
import { isAbsolute, join, resolve } from 'node:path';
import * as z from 'zod';
import { err, ok, type Result } from '#core/result';
import type { SourceKind } from '#contract/sources';
import { isAddressOrNet } from './auth/client.ts';
import { isMediaServerAddress } from './nowplaying/media-server-address.ts';

/** How a client proves who it is: `auto` asks for a token only where others can reach the server. */
export const AuthMode = z.enum(['auto', 'token', 'none']);
export type AuthMode = z.infer<typeof AuthMode>;

export const LogLevel = z.enum(['silent', 'fatal', 'error', 'warn', 'info', 'debug', 'trace']);

/** The encoder of H.264 that a person insists on; `auto` takes the best one that is proven here. */
export const EncoderChoice = z.enum(['auto', 'nvenc', 'qsv', 'vaapi', 'amf', 'videotoolbox', 'software']);
export type EncoderChoice = z.infer<typeof EncoderChoice>;

/** What an empty variable means: the same as none. */
const optional = <T extends z.ZodType>(schema: T) =>
	z.preprocess((value) => (typeof value === 'string' && value.trim() === '' ? undefined : value), schema.optional());

const whole = (low: number, high: number) => {
	const error = `must be a whole number from ${low} to ${high}`;
	return z
		.string()
		.trim()
		.regex(/^\d{1,9}$/, error)
		.transform(Number)
		.refine((value) => value >= low && value <= high, { error });
};

const list = z.string().transform((text) => text.split(',').flatMap((part) => part.trim() || []));

const path = z
	.string()
	.trim()
	.refine((text) => !text.includes('\0'), { error: 'must not hold a NUL character' });

const oneOf = <T extends z.ZodEnum>(schema: T) =>
	z.enum(schema.options as [string, ...string[]], {
		error: `must be one of ${schema.options.join(', ')}`,
	}) as unknown as T;

/** A list of which each entry must be `what`. */
const listOf = (fits: (entry: string) => boolean, what: string) =>
	list.superRefine((entries, context) => {
		const wrong = entries.find((entry) => !fits(entry));
		if (wrong !== undefined) context.addIssue(`holds ${JSON.stringify(wrong)}, which is not ${what}`);
	});

const isHostName = (text: string): boolean =>
	/^(?=.{1,253}$)[a-z\d]([\w-]*[a-z\d])?(\.[a-z\d]([\w-]*[a-z\d])?)*$/i.test(text);

const isOrigin = (text: string): boolean =>
	URL.canParse(text) &&
	/^https?:$/.test(new URL(text).protocol) &&
	new URL(text).origin === text.replace(/\/$/, '').toLowerCase();
const origins = listOf(isOrigin, 'an origin such as https://clips.example.org').transform((entries) =>
	entries.map((entry) => new URL(entry).origin),
);

const origin = z
	.string()
	.trim()
	.refine((text) => URL.canParse(text) && /^https?:$/.test(new URL(text).protocol), {
		error: 'must be an address such as https://clips.example.org',
	})
	.transform((text) => new URL(text).href.replace(/\/$/, ''));

const mediaServer = z
	.string()
	.trim()
	.refine((text) => isMediaServerAddress(text), {
		error: 'must be an address such as http://192.168.1.5:32400, without a name, a password, “?” or “#”',
	})
	.transform((text) => new URL(text).href.replace(/\/$/, ''));

const secret = z
	.string()
	.trim()
	.regex(/^[\x21-\x7e]{1,500}$/, 'must be a token without spaces');

/** What the environment decides. The names are those of the variables. */
export const Environment = z.object({
	/** Name or address to listen on; `localhost` is both 127.0.0.1 and ::1. */
	HOST: z
		.string()
		.trim()
		.min(1, 'is empty; leave it out for localhost, or set an address such as 0.0.0.0')
		.default('localhost'),
	/** 0 takes any free port. */
	PORT: whole(0, 65_535).default(8787),
	/** Where the database, secrets, cache and exports lie. */
	DATA_DIR: optional(path),
	/** Folders of media, separated by commas. They are only read. */
	MEDIA_DIRS: optional(list),
	/**
	 * Seconds from one look through MEDIA_DIRS to the next, instead of being told of changes: for network drives that the system does not know as such. Absent:
	 * known network drives are looked through every minute, others are watched.
	 */
	MEDIA_POLL_S: optional(whole(1, 86_400)),
	/** Where exports go; defaults to `exports` in DATA_DIR. */
	EXPORT_DIR: optional(path),
	/** Where screenshots and clips of what plays go; defaults to `captures` in DATA_DIR. */
	CAPTURE_DIR: optional(path),
	/** Where transcodes, thumbnails and the like are kept; defaults to `cache` in DATA_DIR. */
	CACHE_DIR: optional(path),
	/** What the cache may take, in GB (10⁹ bytes). */
	CACHE_MAX_GB: whole(1, 100_000).default(20),
	/** What a file sent from an app may have, in GB. */
	UPLOAD_MAX_GB: whole(1, 100_000).default(50),
	FFMPEG_PATH: optional(path),
	FFPROBE_PATH: optional(path),
	ENCODER: optional(oneOf(EncoderChoice)),
	/** Exports that run at the same time; defaults to half the processors, at least 1. */
	MAX_JOBS: optional(whole(1, 64)),
	LOG_LEVEL: optional(oneOf(LogLevel)),
	/** Where clients find the server from outside, when a proxy stands before it. */
	PUBLIC_URL: optional(origin),
	/** Addresses of proxies whose `X-Forwarded-…` headers count, separated by commas. */
	TRUST_PROXY: optional(listOf(isAddressOrNet, 'an address such as 127.0.0.1 or a net such as 10.0.0.0/8')),
	AUTH: optional(oneOf(AuthMode)),
	/** Other origins whose pages may speak to the server, separated by commas. */
	CORS_ORIGINS: optional(origins),
	/** Other servers that the app handed out by this one may speak to, separated by commas. */
	CONNECT_TO: optional(origins),
	/** Addresses, nets and names inside of the own network that webhooks may lead to, separated by commas. */
	WEBHOOK_ALLOW: optional(listOf((entry) => isAddressOrNet(entry) || isHostName(entry), 'an address, a net or a name')),
	/** Servers of one's own that take messages as Discord does: origins. */
	DISCORD_ORIGINS: optional(origins),
	/** Media servers that tell what is playing: an address, and what proves this server there. */
	PLEX_URL: optional(mediaServer),
	PLEX_TOKEN: optional(secret),
	JELLYFIN_URL: optional(mediaServer),
	JELLYFIN_API_KEY: optional(secret),
	EMBY_URL: optional(mediaServer),
	EMBY_API_KEY: optional(secret),
});

/** Belong together. */
const PAIRS = [
	['PLEX_URL', 'PLEX_TOKEN'],
	['JELLYFIN_URL', 'JELLYFIN_API_KEY'],
	['EMBY_URL', 'EMBY_API_KEY'],
] as const;
/** Never repeated, not even in a complaint. */
const SECRETS: ReadonlySet<string> = new Set(PAIRS.flat());

export interface Config {
	readonly host: string;
	readonly port: number;
	/** Absolute, like the folders below. */
	readonly dataDir: string;
	readonly mediaDirs: readonly string[];
	/** Undefined: watched where that is possible. */
	readonly mediaPollS: number | undefined;
	readonly exportDir: string;
	readonly captureDir: string;
	readonly cacheDir: string;
	readonly cacheMaxBytes: number;
	readonly uploadMaxBytes: number;
	/** A path, or a name to be found on PATH. */
	readonly ffmpegPath: string;
	readonly ffprobePath: string;
	readonly encoder: EncoderChoice;
	/** Undefined: by the number of processors. */
	readonly maxJobs: number | undefined;
	readonly logLevel: z.infer<typeof LogLevel>;
	/** Without a slash at the end. */
	readonly publicUrl: string | undefined;
	readonly trustProxy: readonly string[];
	readonly auth: AuthMode;
	readonly corsOrigins: readonly string[];
	readonly connectTo: readonly string[];
	readonly webhookAllow: readonly string[];
	readonly discordOrigins: readonly string[];
	/** Media servers of the environment, at most one of a kind. */
	readonly mediaServers: readonly MediaServerAccess[];
}

/** How a media server is reached. Secret as a whole: never logged, never answered. */
export interface MediaServerAccess {
	readonly kind: SourceKind;
	/** Without a slash at the end. */
	readonly address: string;
	readonly secret: string;
}

/** Reads the environment; otherwise one sentence for each variable that makes no sense. */
export function readConfig(environment: Readonly<Record<string, string | undefined>>): Result<Config, string> {
	const parsed = Environment.safeParse(environment);
	if (!parsed.success) {
		const complaints = parsed.error.issues.map(({ path: [name = ''], message }) => {
			const value = SECRETS.has(String(name)) ? '…' : JSON.stringify(environment[String(name)]);
			return `${String(name)}=${value} ${message}.`;
		});
		return err(complaints.join('\n'));
	}
	const env = parsed.data;
	const half = PAIRS.find(([one, other]) => (env[one] === undefined) !== (env[other] === undefined));
	if (half !== undefined) {
		const [set, missing] = env[half[0]] === undefined ? [half[1], half[0]] : half;
		return err(`${set} is set without ${missing}. Set both, or neither.`);
	}
	const dataDir = absolute(env.DATA_DIR ?? join('~', '.octocut'));
	return ok({
		host: env.HOST,
		port: env.PORT,
		dataDir,
		mediaDirs: (env.MEDIA_DIRS ?? []).map(absolute),
		mediaPollS: env.MEDIA_POLL_S,
		exportDir: absolute(env.EXPORT_DIR ?? join(dataDir, 'exports')),
		captureDir: absolute(env.CAPTURE_DIR ?? join(dataDir, 'captures')),
		cacheDir: absolute(env.CACHE_DIR ?? join(dataDir, 'cache')),
		cacheMaxBytes: env.CACHE_MAX_GB * 1e9,
		uploadMaxBytes: env.UPLOAD_MAX_GB * 1e9,
		ffmpegPath: program(env.FFMPEG_PATH ?? 'ffmpeg'),
		ffprobePath: program(env.FFPROBE_PATH ?? 'ffprobe'),
		encoder: env.ENCODER ?? 'auto',
		maxJobs: env.MAX_JOBS,
		logLevel: env.LOG_LEVEL ?? 'info',
		publicUrl: env.PUBLIC_URL,
		trustProxy: env.TRUST_PROXY ?? [],
		auth: env.AUTH ?? 'auto',
		corsOrigins: env.CORS_ORIGINS ?? [],
		connectTo: env.CONNECT_TO ?? [],
		webhookAllow: env.WEBHOOK_ALLOW ?? [],
		discordOrigins: env.DISCORD_ORIGINS ?? [],
		mediaServers: [
			...mediaServerOf('plex', env.PLEX_URL, env.PLEX_TOKEN),
			...mediaServerOf('jellyfin', env.JELLYFIN_URL, env.JELLYFIN_API_KEY),
			...mediaServerOf('emby', env.EMBY_URL, env.EMBY_API_KEY),
		],
	});
}

const mediaServerOf = (
	kind: SourceKind,
	address: string | undefined,
	token: string | undefined,
): readonly MediaServerAccess[] =>
	address === undefined || token === undefined ? [] : [{ kind, address, secret: token }];

/** `~` is the home of the account that runs the server; where there is none, a folder for what may be lost. */
function absolute(path: string): string {
	if (path === '~' || path.startsWith('~/')) return join(homedir() || tmpdir(), path.slice(1));
	return resolve(path);
}

/** A bare name is looked up on PATH when it is run. */
const program = (path: string): string => (path.includes('/') && !isAbsolute(path) ? absolute(path) : path);
