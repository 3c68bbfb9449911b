import type { Failure } from '#core/failure';
import type { Fingerprint } from '#core/media/fingerprint';
import type { RemoteBytes } from '#core/media/remote-bytes';
import type { FrameIndex } from '#core/time/frame-index';
import type { Span } from '#core/time/segment-arithmetic';
import type { DetectedFrame } from '#core/tracking/detection';
import type { Live } from '#core/live';
import type { Result } from '#core/result';
import type { JobRecord } from './job-record.ts';
import type { MediaRecord, ServerSource } from './media-record.ts';
import type { ModelNotes, ModelRecord } from './model-record.ts';
import type { ProfileDocument } from './profile-document.ts';
import type { ProjectDocument } from './project-document.ts';
import type { TrackingRecord } from './tracking-record.ts';

/** Everything that is kept on this device. Opened once, by the root route (or a test), and handed on. */
export interface Storage {
	readonly media: MediaStore;
	readonly projects: ProjectStore;
	readonly profiles: ProfileStore;
	readonly jobs: JobStore;
	readonly tracking: TrackingStore;
	readonly detections: DetectionStore;
	readonly models: ModelStore;
	readonly settings: SettingsStore;
	readonly files: PrivateFiles;
	/** How many rows were met that could not be read; they are kept as they are. */
	readonly badRows: number;
	close(): void;
}

/** What the bytes of a file are read from: see `media/media-bytes`, which reads both. */
export type StoredFile = File | RemoteBytes;

/** How files on sync servers are reached; given by whoever opens storage. */
export interface ServerFiles {
	/** Where a file can be read now. The address may end after a while: it is asked for again. */
	addressOf(server: string, mediaId: string): Promise<Result<string, Failure>>;
	/** Bytes `start` up to `end`. Rejects with an error that `sourceFailure` knows, and with `AbortError` on `signal`. */
	read(file: RemoteBytes, start: number, end: number, signal?: AbortSignal): Promise<ArrayBuffer>;
}

/** The files a person added: their facts, and where this device can read them. */
export interface MediaStore {
	/** All files, newest first. */
	watch(): Live<readonly MediaRecord[]>;
	get(media: Fingerprint): Promise<MediaRecord | undefined>;
	put(record: MediaRecord): Promise<void>;
	/** Forgets the file with all that was made of it; the person's own file stays. */
	remove(media: Fingerprint): Promise<void>;
	/** Reads the file through `handle` from now on, also after a restart; nothing is copied. */
	keepHandle(media: Fingerprint, handle: FileSystemFileHandle): Promise<void>;
	/** Reads the file from a sync server from now on; nothing is fetched yet. */
	readFromServer(media: Fingerprint, source: Omit<ServerSource, 'kind'>): Promise<void>;
	/** Copies the file into the origin's private file system, from a server if need be, and reads it from there. Rejects with `AbortError` on `signal`; nothing half-written stays. */
	keepCopy(
		media: Fingerprint,
		file: Blob | RemoteBytes,
		options?: { readonly signal?: AbortSignal; readonly onProgress?: (share: number) => void },
	): Promise<Result<void, Failure>>;
	/** Reads `file` until the page goes; after that the record asks to be re-linked. */
	keepForVisit(media: Fingerprint, file: File): void;
	/**
	 * The file's bytes. `source-permission` when the browser must ask first: call again with `ask` from a click.
	 * `source-missing` when it is gone, `source-changed` when its size is another. Of a file on a server, that is found by reading.
	 */
	open(media: Fingerprint, options?: { readonly ask?: boolean }): Promise<Result<StoredFile, Failure>>;
	frameIndex(media: Fingerprint): Promise<FrameIndex | undefined>;
	putFrameIndex(media: Fingerprint, index: FrameIndex): Promise<void>;
	thumbnail(media: Fingerprint): Promise<Blob | undefined>;
	putThumbnail(media: Fingerprint, picture: Blob): Promise<void>;
	/** The small copy that was made to show a file which the browser cannot play. */
	preview(media: Fingerprint): Promise<Blob | undefined>;
	putPreview(media: Fingerprint, preview: Blob): Promise<Result<void, Failure>>;
}

export interface ProjectStore {
	/** The project the person works in; made at first use. The same document on every call. */
	current(): Promise<ProjectDocument>;
	open(id: string): Promise<ProjectDocument>;
	/** All projects of this device, the one changed last first. */
	watch(): Live<readonly ProjectSummary[]>;
	/** Ids of all projects of this device. */
	ids(): Promise<readonly string[]>;
	/** A new, empty project. */
	create(name: string): Promise<ProjectDocument>;
	/** The person works in this one from now on: on the next call of `current`, also after a restart. */
	choose(id: string): Promise<void>;
	/** Forgets a project on this device; files stay. Other tabs that show it say so. */
	remove(id: string): Promise<void>;
}

/** A project as lists show it. */
export interface ProjectSummary {
	readonly id: string;
	readonly name: string;
	/** ISO 8601; of the last change that this device has seen. */
	readonly updatedAt: string;
	/** The files that it is about; a name is empty where the project does not say it. */
	readonly media: readonly { readonly media: Fingerprint; readonly name: string }[];
	/** The one that the person works in. */
	readonly current: boolean;
}

/** A profile as lists show it. */
export interface ProfileSummary {
	/** Its name for programs: the one it was made with. */
	readonly id: string;
	/** What people call it. */
	readonly title: string;
}

export interface ProfileStore {
	/** The profile of that name, made when it is new. The same document on every call. */
	open(name: string): Promise<ProfileDocument>;
	/** Names of all profiles, the default one first. */
	names(): Promise<readonly string[]>;
	/** All profiles of this device, the default one first. */
	watch(): Live<readonly ProfileSummary[]>;
	/** Forgets a profile with its history; files on disk stay. Other tabs that show it say so. */
	remove(name: string): Promise<void>;
}

export interface JobStore {
	/** All jobs, newest first. */
	watch(): Live<readonly JobRecord[]>;
	all(): Promise<readonly JobRecord[]>;
	get(id: string): Promise<JobRecord | undefined>;
	/**
	 * Adds new jobs, all or none. They are handed to the browser before this returns: a tab that goes away in the next instant loses
	 * none of them.
	 */
	add(records: readonly JobRecord[]): Promise<void>;
	/**
	 * Notes that the page was left in order, at `at` (ISO 8601): what it was running did not bring it down. At once, since a page that goes
	 * waits for no database.
	 */
	noteLeaving(at: string): void;
	/** When a page was last left in order; undefined when that is not known. */
	leftAt(): string | undefined;
	/** Changes one job in a transaction; undefined when it is gone. */
	update(id: string, change: (record: JobRecord) => JobRecord): Promise<JobRecord | undefined>;
	/** The record with the paths of crops that move, which lists leave out; undefined when they are gone. */
	whole(record: JobRecord): Promise<JobRecord | undefined>;
	remove(id: string): Promise<void>;
	/** Folders that exports go to: handles that survive a restart. */
	putFolder(handle: FileSystemDirectoryHandle): Promise<string>;
	folder(handleId: string): Promise<FileSystemDirectoryHandle | undefined>;
}

/** Searches for subjects, as durable work. */
export interface TrackingStore {
	/** All of them, newest first. */
	watch(): Live<readonly TrackingRecord[]>;
	all(): Promise<readonly TrackingRecord[]>;
	add(record: TrackingRecord): Promise<void>;
	/** Changes one in a transaction; undefined when it is gone. */
	update(id: string, change: (record: TrackingRecord) => TrackingRecord): Promise<TrackingRecord | undefined>;
	remove(id: string): Promise<void>;
	/** Runs what a search does that keeps things: `end` waits for it. */
	holding<T>(id: string, work: () => Promise<T>): Promise<T>;
	/**
	 * Ends the searches of these that wait or run, in whichever tab: as failed, or without an `error` as cancelled. Resolves when none of
	 * them keeps anything any more.
	 */
	end(which: (record: TrackingRecord) => boolean, error?: Failure): Promise<void>;
}

/** What a detector saw in one stretch of a file. */
export interface SeenChunk {
	readonly span: Span;
	/** Every frame that was looked at, in order. */
	readonly frames: readonly DetectedFrame[];
	/** When shots begin, in seconds on the file's own timeline. */
	readonly cutsS: readonly number[];
}

/** What is known of a span, and which parts of it no detector has seen yet. */
export interface Seen {
	readonly frames: readonly DetectedFrame[];
	readonly cutsS: readonly number[];
	readonly missing: readonly Span[];
}

/** What detectors saw in files, by the name of the model. A cache: it goes with the file, and what is lost is seen again. */
export interface DetectionStore {
	put(media: Fingerprint, model: string, chunk: SeenChunk): Promise<void>;
	/** The spans that have been seen, joined. */
	covered(media: Fingerprint, model: string): Promise<readonly Span[]>;
	read(media: Fingerprint, model: string, wanted: Span): Promise<Seen>;
}

/** Detectors that a person added. The same bytes are one model. */
export interface ModelStore {
	/** All of them, in the order they were added. */
	watch(): Live<readonly ModelRecord[]>;
	get(id: string): Promise<ModelRecord | undefined>;
	/** The model with these bytes, if it is here already. */
	find(file: Blob): Promise<Result<ModelRecord | undefined, Failure>>;
	/**
	 * Keeps the file, whole or not at all. One that is here already takes the new notes; when it is read in another way, what it saw is
	 * forgotten, and searches with it end.
	 */
	add(file: Blob, notes: ModelNotes): Promise<Result<ModelRecord, Failure>>;
	/** Its bytes; undefined when they have gone. */
	open(id: string): Promise<File | undefined>;
	/** Forgets it with its bytes and what it saw; searches with it end. */
	remove(id: string): Promise<void>;
}

/** Small values by name, each read through its schema: a value that no longer parses counts as absent. */
export interface SettingsStore {
	get<T>(key: string, schema: { safeParse(value: unknown): { success: boolean; data?: T } }): Promise<T | undefined>;
	set(key: string, value: unknown): Promise<void>;
	watch<T>(key: string, schema: { safeParse(value: unknown): { success: boolean; data?: T } }): Live<T | undefined>;
}

/** The origin's private file system, by path ("exports/<job>/clip.mp4"). */
export interface PrivateFiles {
	/** An empty file, with its folders. */
	create(path: string): Promise<FileSystemFileHandle>;
	get(path: string): Promise<FileSystemFileHandle | undefined>;
	/** An empty file that lasts as long as the page, for what is handed on at once. */
	createForVisit(name: string): Promise<FileSystemFileHandle>;
	/** Within one file system: atomic. */
	move(from: string, to: string): Promise<void>;
	/** A file or a whole folder; nothing happens when it is not there. */
	remove(path: string): Promise<void>;
	/** Names of what lies in a folder; none when it is not there. */
	list(path: string): Promise<readonly string[]>;
	/** A folder, made when it is not there. */
	folder(path: string): Promise<FileSystemDirectoryHandle>;
	/** Bytes used and allowed by the browser for this origin; undefined where it does not say. */
	usage(): Promise<
		{ readonly usedBytes: number; readonly quotaBytes: number; readonly persisted: boolean } | undefined
	>;
	persist(): Promise<boolean>;
}
