import { getMedia } from '#contract/library';
import type { NewCapture } from '#contract/captures';
import { getSessionDetails, getSessionKeyFrames, type Session, type SubtitleTrack } from '#contract/sessions';
import type { ReplyOf, ServerClient } from '$lib/remote/server-client';
import { serverFailureText } from '$lib/remote/server-failure';
import { tooLong } from '#core/capture/capture-span';
import type { Ratio } from '#core/crop/crop';
import type { FilmSpan } from '../deeds.ts';
import { formText as text } from '../text.ts';
import { expectCapture, type CaptureWish, type Expected } from './expected.ts';
import type { KeptChoices, Shape } from './kept-choices.ts';
import { StripWindow } from './strip-window.svelte.ts';

export type Edge = 'start' | 'end' | 'at';
type Details = ReplyOf<typeof getSessionDetails>;

/** Key frames are looked for this far before a start, in seconds. */
const KEYS_BEFORE_S = 30;
/** What a time is rounded by. */
const SLACK_S = 0.0015;
/** Pictures a second where it is not known. */
const USUAL_FPS = 25;

export interface ClipFormParts {
	readonly client: ServerClient | undefined;
	readonly session: Session;
	/** Where the film was when the form was opened, in seconds. */
	readonly nowS: number;
	readonly kept: KeptChoices;
}

/** What is to be taken of a film, as the person chooses it. Times are seconds of the film. */
export class ClipForm {
	readonly session: Session;
	readonly window: StripWindow;
	#kept: KeptChoices = $state.raw() as KeptChoices;
	#nowS = $state(0);
	#spanKind: 'last' | 'exact' = $state('last');
	#startS = $state(0);
	#endS = $state(0);
	#atS = $state(0);
	#edge: Edge = $state('start');
	#centre = $state.raw({ x: 0.5, y: 0.5 });
	/** Undefined until the tracks are known: then what shows there, when that was wanted last. */
	#track: string | undefined = $state();
	#details: Details | undefined = $state.raw();
	#bytes: number | undefined = $state();
	#trouble = $state('');
	#keyFrames: { readonly fromS: number; readonly toS: number; readonly at: readonly number[] } | undefined =
		$state.raw();
	readonly #client: ServerClient | undefined;

	constructor({ client, session, nowS, kept }: ClipFormParts) {
		this.#client = client;
		this.session = session;
		this.#kept = kept;
		this.window = new StripWindow(() => this.durationS);
		this.anchor(nowS);
	}

	get kept(): KeptChoices {
		return this.#kept;
	}
	get nowS(): number {
		return this.#nowS;
	}
	get spanKind(): 'last' | 'exact' {
		return this.#spanKind;
	}
	get startS(): number {
		return this.#startS;
	}
	get endS(): number {
		return this.#endS;
	}
	get atS(): number {
		return this.#atS;
	}
	/** Which edge the buttons and the strip move. */
	get edge(): Edge {
		return this.#kept.type === 'screenshot' ? 'at' : this.#edge;
	}
	get centre(): { readonly x: number; readonly y: number } {
		return this.#centre;
	}
	get details(): Details | undefined {
		return this.#details;
	}
	/** Why the film cannot be looked at; what was chosen can be taken all the same. Empty while all is well. */
	get trouble(): string {
		return this.#trouble;
	}
	get durationS(): number {
		return this.#details?.durationS ?? this.session.durationS ?? Infinity;
	}
	get frameS(): number {
		return 1 / (this.#details?.frameRate ?? USUAL_FPS);
	}
	get isClip(): boolean {
		return this.#kept.type === 'clip';
	}
	get format(): CaptureWish['format'] {
		return this.isClip ? this.#kept.clipFormat : this.#kept.pictureFormat;
	}
	/** Only these can be copied: sound and GIFs are made anew in any case. */
	get canBeFast(): boolean {
		return this.isClip && (this.#kept.clipFormat === 'mp4' || this.#kept.clipFormat === 'webm');
	}
	get copies(): boolean {
		return this.canBeFast && this.#kept.mode === 'fast';
	}
	/** Size, shape and subtitles can be chosen. */
	get hasLook(): boolean {
		return !this.copies && this.format !== 'mp3';
	}
	get hasQuality(): boolean {
		return !this.copies && !['png', 'gif', 'mp3'].includes(this.format);
	}
	get quality(): number {
		return this.isClip ? this.#kept.clipQuality : this.#kept.pictureQuality;
	}
	get tracks(): readonly SubtitleTrack[] {
		return this.#details?.subtitles ?? [];
	}
	/** Id of the track that is burned in, or `none`. */
	get subtitles(): string {
		if (this.#track !== undefined) return this.#track;
		const playing = this.tracks.find((track) => track.playing && track.unusable === undefined);
		return this.#kept.subtitles === 'playing' && playing !== undefined ? playing.id : 'none';
	}

	/** The part of the film that is taken. */
	get span(): FilmSpan {
		if (!this.isClip) return { startS: this.#atS, endS: this.#atS };
		if (this.#spanKind === 'exact') return { startS: this.#startS, endS: this.#endS };
		const endS = Math.min(this.#nowS, this.durationS);
		return { startS: Math.max(0, endS - this.#kept.seconds), endS };
	}

	/** Where a copy really begins; undefined while that is not known. */
	get keyFrameS(): number | undefined {
		const { startS } = this.span;
		const known = this.#keyFrames;
		if (known === undefined || startS < known.fromS || startS > known.toS) return undefined;
		return known.at.findLast((at) => at <= startS + SLACK_S) ?? (known.fromS === 0 ? known.at[0] : undefined);
	}

	/** The time that is looked at. */
	get lookAtS(): number {
		const { startS, endS } = this.span;
		if (!this.isClip) return this.#atS;
		return this.#spanKind === 'exact' && this.#edge === 'start' ? startS : Math.max(0, endS - this.frameS);
	}

	get ratio(): Ratio | undefined {
		const [width, height] = this.#kept.shape.split(':').map(Number);
		return width === undefined || height === undefined ? undefined : { width, height };
	}

	/** Why it cannot be taken; empty when it can. */
	get problem(): string {
		const { startS, endS } = this.span;
		if (!this.isClip) return this.#atS > this.durationS ? text.outside(this.durationS) : '';
		if (startS >= this.durationS) return text.outside(this.durationS);
		if (endS <= startS) return text.order;
		return tooLong(Math.min(endS, this.durationS) - startS, this.#kept.clipFormat) ?? '';
	}

	get expected(): Expected & { readonly lengthS: number } {
		const { startS, endS } = this.span;
		const lengthS = Math.max(0, Math.min(endS, this.durationS) - (this.copies ? (this.keyFrameS ?? startS) : startS));
		if (this.#details === undefined) return { lengthS, size: undefined, bytes: undefined };
		const film = { ...this.#details, ...(this.#bytes !== undefined && { bytes: this.#bytes }) };
		const { format, copies, quality } = this;
		return { lengthS, ...expectCapture(film, { format, copies, lengthS, quality, ...this.#look() }) };
	}

	get request(): NewCapture {
		const { shortSide, crop } = this.#look();
		const look = {
			...(this.hasLook && shortSide !== null && { shortSide }),
			...(this.hasLook && crop !== undefined && { crop }),
			subtitles: this.hasLook ? this.subtitles : 'none',
		};
		const { pictureFormat, clipFormat, mode, seconds } = this.#kept;
		const common = { session: this.session.id, quality: this.quality, ...look };
		if (!this.isClip) return { ...common, type: 'screenshot', atS: this.#atS, format: pictureFormat };
		const { startS, endS } = this.span;
		const span =
			this.#spanKind === 'last'
				? ({ kind: 'last', seconds, endS } as const)
				: ({ kind: 'exact', startS, endS } as const);
		return {
			...common,
			type: 'clip',
			span,
			mode: this.copies ? 'fast' : this.canBeFast ? mode : 'precise',
			format: clipFormat,
		};
	}

	choose(patch: Partial<KeptChoices>): void {
		this.#kept = { ...this.#kept, ...patch };
	}

	setQuality(quality: number): void {
		this.choose(this.isClip ? { clipQuality: quality } : { pictureQuality: quality });
	}

	chooseShape(shape: Shape): void {
		this.#centre = { x: 0.5, y: 0.5 };
		this.choose({ shape });
	}

	chooseSubtitles(id: string): void {
		this.#track = id;
		const isPlaying = this.tracks.some((track) => track.id === id && track.playing);
		this.choose({ subtitles: id === 'none' ? 'none' : isPlaying ? 'playing' : this.#kept.subtitles });
	}

	setCentre(x: number, y: number): void {
		this.#centre = { x: Math.min(1, Math.max(0, x)), y: Math.min(1, Math.max(0, y)) };
	}

	/** Exact edges begin where the last seconds were. */
	chooseSpan(kind: 'last' | 'exact'): void {
		if (kind === this.#spanKind) return;
		if (kind === 'exact') {
			({ startS: this.#startS, endS: this.#endS } = this.span);
			this.window.around(this.#startS, this.#endS);
		}
		this.#spanKind = kind;
	}

	/** Everything counts from `nowS` now. */
	anchor(nowS: number): void {
		this.#nowS = this.#atS = nowS;
		const startS = Math.max(0, nowS - this.#kept.seconds);
		[this.#startS, this.#endS] = [startS, nowS];
		this.window.around(startS, nowS);
	}

	take(edge: Edge): void {
		if (edge !== 'at') this.#edge = edge;
	}

	/** Moves an edge, which pushes against the other one and the ends of the film. */
	move(edge: Edge, atS: number): void {
		const inside = Math.min(Math.max(0, atS), this.durationS);
		if (edge === 'start') this.#startS = Math.min(inside, Math.max(0, this.#endS - this.frameS));
		else if (edge === 'end') this.#endS = Math.max(inside, Math.min(this.durationS, this.#startS + this.frameS));
		else this.#atS = inside;
		this.take(edge);
		this.window.reveal(this.timeOf(edge));
	}

	/** As typed: a span that is turned around is told, not changed. */
	type(edge: Edge, atS: number): void {
		if (edge === 'start') this.#startS = atS;
		else if (edge === 'end') this.#endS = atS;
		else this.#atS = atS;
		this.take(edge);
		this.window.reveal(Math.min(atS, this.durationS));
	}

	timeOf(edge: Edge): number {
		return edge === 'start' ? this.#startS : edge === 'end' ? this.#endS : this.#atS;
	}

	/** Asks what the film is. */
	async load(signal: AbortSignal): Promise<void> {
		const client = this.#client;
		if (client === undefined) return;
		const details = await client.call(getSessionDetails, { params: { id: this.session.id }, signal });
		if (details.ok) this.#details = details.value;
		else this.#trouble = serverFailureText(details.error);
	}

	/** Asks how large the file is that it comes from. */
	async loadSize(media: string, signal: AbortSignal): Promise<void> {
		const file = await this.#client?.call(getMedia, { params: { id: media }, signal });
		if (file?.ok === true) this.#bytes = file.value.item.bytes;
	}

	/** Asks where copies can begin around the start. */
	async loadKeyFrames(signal: AbortSignal): Promise<void> {
		const { startS } = this.span;
		const known = this.#keyFrames;
		if (this.keyFrameS !== undefined || (known !== undefined && startS >= known.fromS && startS <= known.toS)) return;
		const [fromS, toS] = [Math.max(0, startS - KEYS_BEFORE_S), startS + 5];
		const query = { fromS, toS };
		const reply = await this.#client?.call(getSessionKeyFrames, { params: { id: this.session.id }, query, signal });
		if (reply?.ok === true) this.#keyFrames = { fromS, toS, at: reply.value.keyFramesS };
	}

	#look(): Pick<CaptureWish, 'shortSide' | 'crop'> {
		const { ratio } = this;
		return { shortSide: this.#kept.shortSide, crop: ratio && { ratio, centre: this.#centre } };
	}
}
