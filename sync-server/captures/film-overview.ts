import type { Failure } from '#core/failure';
import { inputArgs } from '#core/ffmpeg/ffmpeg-args';
import { Overview } from '#core/ffmpeg/probe-overview';
import type { MediaFacts } from '#core/media/media-facts';
import { err, ok, type Result } from '#core/result';
import type { Ffmpeg } from '../ffmpeg/ffmpeg.ts';
import { glance, parsed } from '../streaming/quick-looks.ts';
import { outcomeOf } from '../streaming/run-failure.ts';
import type { OpenFilm } from './open-film.ts';

const LIMIT_MS = 30_000;
const MOST_JSON = 4_000_000;

/** What the head of a film tells: its tracks, its subtitles, its length. */
export async function overviewOf(
	ffmpeg: Ffmpeg,
	{ input, path, name, file }: OpenFilm,
): Promise<Result<{ readonly overview: Overview; readonly facts: MediaFacts }, Failure>> {
	if (file?.bytes === 0) return err({ kind: 'empty-file', subject: name });
	let json = '';
	const args = ['-v', 'error', '-of', 'json', ...inputArgs(input), '-show_streams', '-show_format'];
	const end = await ffmpeg.probe(args, {
		...{ nice: false, limitMs: LIMIT_MS },
		onBytes: (said) => {
			if (json.length < MOST_JSON) json += said.toString('utf8');
		},
	});
	const outcome = outcomeOf(end, path, name);
	if (!outcome.ok) return outcome;
	const overview = Overview.safeParse(parsed(json));
	if (!overview.success || overview.data.streams.length === 0) {
		return err({ kind: 'source-unreadable', subject: name, detail: 'it holds neither picture nor sound' });
	}
	const facts = glance(overview.data, { name, bytes: file?.bytes ?? 0 });
	return facts.ok ? ok({ overview: overview.data, facts: facts.value }) : facts;
}
