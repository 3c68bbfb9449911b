import * as z from 'zod';
import { EncoderReport, type Encoders as Answer } from '#contract/encoders';
import type { FfmpegEncoder } from '#core/ffmpeg/ffmpeg-encoders';
import { FAMILY_NAMES, hardwareOf, takesPicture } from '#core/ffmpeg/ffmpeg-hardware';
import { videoBitrate } from '#core/export/export-estimate';
import { encodedVideo, type ExportTask } from '#core/export/export-task';
import type { Config } from '../config.ts';
import type { Settings } from '../db/settings.ts';
import type { Ffmpeg } from '../ffmpeg/ffmpeg.ts';
import type { FoundFfmpeg } from '../ffmpeg/find-ffmpeg.ts';
import { type Candidate, candidates } from './candidates.ts';
import { type Devices, findDevices } from './devices.ts';
import { drawPictures, type ProofOptions, proveEncoder } from './prove-encoder.ts';

const PROOF_LIMIT_MS = 10_000;
const SETTING = 'encoders';

/** What was found out, and on what: another ffmpeg or another device makes it worthless. */
const Kept = z.object({ key: z.string(), reports: z.array(EncoderReport) });

export interface EncoderPick {
	readonly encoder: FfmpegEncoder;
	readonly device?: string;
	/** Why it is not the one that was asked for. */
	readonly note?: string;
}

export interface EncodersOptions {
	readonly devices?: () => Promise<Devices>;
	readonly proofLimitMs?: number;
}

/** Which encoders really work here, tried once for each ffmpeg and set of devices. */
export class Encoders {
	readonly #ffmpeg: Ffmpeg;
	readonly #settings: Settings;
	readonly #choice: Config['encoder'];
	readonly #devices: () => Promise<Devices>;
	readonly #limitMs: number;
	#known: readonly EncoderReport[] | undefined;
	#proving: Promise<readonly EncoderReport[]> | undefined;

	constructor(ffmpeg: Ffmpeg, settings: Settings, choice: Config['encoder'], options: EncodersOptions = {}) {
		this.#ffmpeg = ffmpeg;
		this.#settings = settings;
		this.#choice = choice;
		this.#devices = options.devices ?? findDevices;
		this.#limitMs = options.proofLimitMs ?? PROOF_LIMIT_MS;
	}

	/** What is known so far; nothing is tried for it. */
	async answer(): Promise<Answer> {
		const found = await this.#ffmpeg.find();
		if (!found.ok) return { problem: found.error, encoders: [] };
		return { ffmpegVersion: found.value.version, encoders: this.#known ?? [] };
	}

	/** Names of those that work, best first; undefined while none was tried. */
	working(): readonly string[] | undefined {
		return this.#known?.filter(({ works }) => works).map(({ encoder }) => encoder);
	}

	/** What was tried, trying what was not. Several askers wait for one trial. */
	prove(signal?: AbortSignal): Promise<readonly EncoderReport[]> {
		if (this.#known !== undefined) return Promise.resolve(this.#known);
		return this.#prove(false, signal);
	}

	/** Tries all of them, whatever is known. */
	proveAgain(signal?: AbortSignal, onEach?: (done: number, of: number) => void): Promise<readonly EncoderReport[]> {
		return this.#prove(true, signal, onEach);
	}

	/** The encoder for a task's picture; undefined where ffmpeg's own choice is right (no encoded picture). */
	async pick(task: ExportTask, signal?: AbortSignal): Promise<EncoderPick | undefined> {
		const video = encodedVideo(task);
		if (video === undefined) return undefined;
		const working = (await this.prove(signal)).filter(({ codec, works }) => works && codec === video.codec);
		const bitrate = 'crf' in video.quality ? undefined : videoBitrate(task);
		const fitting = working.filter(({ encoder }) => {
			const hardware = hardwareOf(encoder);
			// They were tried with eight bits.
			if (video.hdr === 'keep' && hardware !== undefined) return false;
			return hardware === undefined || takesPicture(hardware.family, { size: video.size, bitrate });
		});
		const wanted = this.#choice === 'auto' ? fitting : fitting.filter(({ family }) => family === this.#choice);
		const chosen = wanted[0] ?? fitting.find(({ family }) => family === 'software');
		if (chosen === undefined) return undefined;
		const isOther = this.#choice !== 'auto' && chosen.family !== this.#choice && this.#choice !== 'software';
		return {
			encoder: chosen.encoder as FfmpegEncoder,
			...(chosen.device !== undefined && { device: chosen.device }),
			...(isOther && {
				note: `${FAMILY_NAMES[this.#choice]} was asked for but cannot make this file here; it is made with ${chosen.encoder}.`,
			}),
		};
	}

	#prove(
		again: boolean,
		signal?: AbortSignal,
		onEach?: (done: number, of: number) => void,
	): Promise<readonly EncoderReport[]> {
		this.#proving ??= this.#tryAll(again, signal, onEach).finally(() => (this.#proving = undefined));
		return this.#proving;
	}

	async #tryAll(
		again: boolean,
		signal: AbortSignal | undefined,
		onEach: ((done: number, of: number) => void) | undefined,
	): Promise<readonly EncoderReport[]> {
		const found = await this.#ffmpeg.find();
		if (!found.ok) return [];
		const devices = await this.#devices();
		const key = keyOf(found.value, devices);
		const kept = again ? undefined : this.#settings.get(SETTING, Kept);
		if (kept?.key === key) return (this.#known = kept.reports);
		const all = candidates(found.value.encoders, devices);
		const options = { ...(signal && { signal }), limitMs: this.#limitMs };
		let pictures: Buffer | undefined;
		const drawn = async () => (pictures ??= await drawPictures(this.#ffmpeg, options));
		const reports: EncoderReport[] = [];
		for (const candidate of all) {
			onEach?.(reports.length, all.length);
			reports.push(await this.#report(candidate, { ...options, drawn }));
		}
		this.#settings.set(SETTING, { key, reports });
		return (this.#known = reports);
	}

	async #report(candidate: Candidate, options: ProofOptions): Promise<EncoderReport> {
		const { encoder, codec, family, device } = candidate;
		const started = performance.now();
		const proof = await proveEncoder(this.#ffmpeg, candidate, options);
		const tried = candidate.absent === undefined && { tookMs: Math.round(performance.now() - started) };
		const one = { encoder, codec, family, ...(device !== undefined && { device }), ...tried };
		return proof.ok ? { ...one, works: true } : { ...one, works: false, reason: proof.error };
	}
}

const keyOf = ({ ffmpeg, version }: FoundFfmpeg, { platform, nvidia, nodes, refused }: Devices): string =>
	JSON.stringify([1, ffmpeg, version, platform, nvidia, nodes, refused ?? '']);
