import type { EngineChoice } from '#core/export/export-settings';
import type { ExportTask } from '#core/export/export-task';
import type { Failure } from '#core/failure';
import { err, ok, type Result } from '#core/result';
import type { Ability, EngineName, FactsOf, MediaEngine } from './engine.ts';

type Able = Extract<Ability, { able: true }>;

/** Which engine makes the tasks, why in one sentence, and what holds the others back. */
export interface EngineDecision {
	readonly engine: MediaEngine;
	readonly ability: Able;
	readonly reason: string;
	readonly others: readonly { readonly name: EngineName; readonly why: string }[];
}

const TITLES: Readonly<Record<EngineName, string>> = {
	webcodecs: "the browser's codecs",
	'ffmpeg-wasm': 'ffmpeg',
	server: 'the server',
};

const CHOSEN_NAME: Readonly<Record<Exclude<EngineChoice, 'auto'>, EngineName>> = {
	webcodecs: 'webcodecs',
	ffmpeg: 'ffmpeg-wasm',
	server: 'server',
};

/**
 * The engine for `tasks`: the one the person chose, or with `auto` the one that expects to be done first. An engine that was chosen but
 * cannot do the tasks is a failure that says why and which engine can; nothing is switched silently.
 */
export async function chooseEngine(
	engines: readonly MediaEngine[],
	choice: EngineChoice,
	tasks: readonly ExportTask[],
	factsOf: FactsOf,
): Promise<Result<EngineDecision, Failure>> {
	const asked = await Promise.all(
		engines.map(async (engine) => ({ engine, ability: await engine.assess(tasks, factsOf) })),
	);
	const able = asked
		.flatMap(({ engine, ability }) => (ability.able ? [{ engine, ability }] : []))
		.sort((a, b) => a.ability.costS - b.ability.costS);
	const wanted = choice === 'auto' ? able[0] : able.find(({ engine }) => engine.name === CHOSEN_NAME[choice]);
	const subject = tasks[0]?.output.name ?? 'The export';
	if (wanted === undefined) return err({ kind: 'unsupported', subject, detail: refusal(choice, asked, able) });
	const others = asked
		.filter(({ engine }) => engine !== wanted.engine)
		.map(({ engine, ability }) => ({ name: engine.name, why: whyNot(ability, wanted.ability) }));
	const isOnly = able.length === 1;
	return ok({ ...wanted, reason: reasonFor(choice, wanted, others, isOnly), others });
}

interface Asked {
	readonly engine: MediaEngine;
	readonly ability: Ability;
}

function refusal(choice: EngineChoice, asked: readonly Asked[], able: readonly Asked[]): string {
	const reasons = asked.flatMap(({ engine, ability }) =>
		ability.able ? [] : [{ name: engine.name, text: `${TITLES[engine.name]}: ${ability.detail}` }],
	);
	if (choice === 'auto') return reasons.map(({ text }) => text).join('; ') || 'there is no engine';
	const own = reasons.find(({ name }) => name === CHOSEN_NAME[choice])?.text;
	const other = able[0] && `${TITLES[able[0].engine.name]} can`;
	return [own ?? `${TITLES[CHOSEN_NAME[choice]]} is not here`, other].filter((part) => part !== undefined).join('; ');
}

function whyNot(ability: Ability, chosen: Able): string {
	if (!ability.able) return ability.detail;
	const ratio = ability.costS / Math.max(0.01, chosen.costS);
	return ratio >= 1.5 ? `about ${Math.round(ratio)} times slower` : 'not asked for';
}

function reasonFor(
	choice: EngineChoice,
	{ engine, ability }: { engine: MediaEngine; ability: Able },
	others: EngineDecision['others'],
	isOnly: boolean,
): string {
	const with_ = `${ability.encoder}, with ${TITLES[engine.name]}`;
	if (choice !== 'auto') return `${with_}: you chose it.`;
	const [other] = others;
	if (other === undefined) return `${with_}: the only engine here.`;
	const compared = `${TITLES[other.name]}: ${other.why}`;
	if (engine.name === 'server' && isOnly) return `${with_}: the only one that can (${compared}).`;
	return engine.name !== 'ffmpeg-wasm'
		? `${with_}: the fastest way (${compared}).`
		: `${with_}, because ${TITLES[other.name]} will not do (${other.why}).`;
}
