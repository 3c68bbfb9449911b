import { err, ok, type Result } from '#core/result';
import type { ProgramKeeper } from './program-keeper.ts';
import { runProgram } from './run-program.ts';

/** Older ones lack options that every export uses. */
const OLDEST = { major: 5, minor: 1 };
const LIMIT_MS = 10_000;

/** The ffmpeg that was found, and what it was built with. */
export interface FoundFfmpeg {
	/** Paths, or names on PATH. */
	readonly ffmpeg: string;
	readonly ffprobe: string;
	/** As it says itself: "5.1.9-0+deb12u1". */
	readonly version: string;
	readonly encoders: ReadonlySet<string>;
	readonly filters: ReadonlySet<string>;
}

/** Looks for ffmpeg and ffprobe; otherwise a sentence that says what to install or set. */
export async function findFfmpeg(
	keeper: ProgramKeeper,
	paths: { readonly ffmpeg: string; readonly ffprobe: string },
): Promise<Result<FoundFfmpeg, string>> {
	const said = await versionOf(keeper, paths.ffmpeg, 'FFMPEG_PATH');
	if (!said.ok) return said;
	const probe = await versionOf(keeper, paths.ffprobe, 'FFPROBE_PATH');
	if (!probe.ok) return probe;
	const encoders = await listed(keeper, paths.ffmpeg, '-encoders', / [VAS][A-Z.]{5} (\S+)/u);
	const filters = await listed(keeper, paths.ffmpeg, '-filters', /^ [T.][S.]?[C.]? +(\S+) +\S+->\S+/u);
	return ok({ ...paths, version: said.value, encoders, filters });
}

async function versionOf(keeper: ProgramKeeper, program: string, variable: string): Promise<Result<string, string>> {
	let first: string | undefined;
	const end = await runProgram(keeper, program, ['-hide_banner', '-version'], {
		nice: false,
		limitMs: LIMIT_MS,
		onLine: (line) => (first ??= line),
	});
	const name = variable === 'FFMPEG_PATH' ? 'ffmpeg' : 'ffprobe';
	if (end.kind === 'absent') {
		return err(
			end.code === 'EACCES'
				? `${program} may not be run by this account. Give it the right to, or set ${variable} to another one.`
				: `${program} was not found. ${INSTALL}, or set ${variable} to where ${name} is.`,
		);
	}
	const version = new RegExp(`^${name} version (\\S+)`, 'u').exec(first ?? '')?.[1];
	if (end.kind !== 'done' || version === undefined) {
		return err(`${program} is no ${name}: it does not tell its version. Set ${variable} to one that does.`);
	}
	if (isTooOld(version)) {
		return err(
			`${program} is version ${version}; Octocut needs ${OLDEST.major}.${OLDEST.minor} or newer. ${INSTALL}, or set ${variable} to a newer one.`,
		);
	}
	return ok(version);
}

const INSTALL =
	'Install ffmpeg (Debian and Ubuntu: apt install ffmpeg; macOS: brew install ffmpeg; Windows: winget install ffmpeg)';

/** Builds between releases ("N-112345-g…") count as new. */
export function isTooOld(version: string): boolean {
	const [, major, minor = '0'] = /^n?(\d+)\.(\d+)/u.exec(version) ?? [];
	if (major === undefined) return false;
	return Number(major) < OLDEST.major || (Number(major) === OLDEST.major && Number(minor) < OLDEST.minor);
}

async function listed(keeper: ProgramKeeper, ffmpeg: string, list: string, name: RegExp): Promise<ReadonlySet<string>> {
	const names = new Set<string>();
	await runProgram(keeper, ffmpeg, ['-hide_banner', list], {
		nice: false,
		limitMs: LIMIT_MS,
		onLine: (line) => {
			const [, found] = name.exec(line) ?? [];
			if (found !== undefined && found !== '=') names.add(found);
		},
	});
	return names;
}
