import type { Result } from '#core/result';
import {
	listDevices,
	makePairingCode,
	renameDevice,
	revokeDevice,
	type Device,
	type PairingCode,
} from '#contract/access';
import type { RouteShape } from '#contract/route';
import type { Connection } from '$lib/remote/connection';
import type { CallOptions, ReplyOf } from '$lib/remote/server-client';
import { readServerAddress } from '$lib/remote/server-address';
import { serverFailureText, type ServerFailure } from '$lib/remote/server-failure';
import { serverText as text } from './server-text.ts';

type Wrong = ServerFailure | { readonly kind: 'forbidden-by-page' };

/** What a person does about the server, and what comes of it. */
export class ServerSettings {
	#busy = $state(false);
	#problem = $state('');
	#devices: readonly Device[] = $state.raw([]);
	#invitation = $state.raw<PairingCode>();
	/** The devices that were signed in before somebody was invited. */
	#before: readonly string[] = [];
	readonly #connection: Connection;

	constructor(connection: Connection) {
		this.#connection = connection;
	}

	/** Something is under way. */
	get busy(): boolean {
		return this.#busy;
	}

	/** What went wrong last, and the next step; empty while nothing has. */
	get problem(): string {
		return this.#problem;
	}

	get devices(): readonly Device[] {
		return this.#devices;
	}

	/** By which another device is paired. */
	get invitation(): PairingCode | undefined {
		return this.#invitation;
	}

	/** `typed` may also be the address for pairing: its code is used. */
	async connect(typed: string): Promise<void> {
		const address = readServerAddress(typed);
		if (!address.ok) return void (this.#problem = address.error);
		const { base, code } = address.value;
		const found = await this.#do(
			() => this.#connection.use(base),
			(wrong) => connectText(wrong, base),
		);
		if (found && code !== undefined && this.#connection.current.kind === 'signed-out') await this.pair(code);
	}

	/** Whether the device is signed in now. */
	pair(secret: string): Promise<boolean> {
		return this.#do(() => this.#connection.pair(secret));
	}

	signOut(): Promise<boolean> {
		this.#forgetWhatWasShown();
		return this.#do(() => this.#connection.signOut());
	}

	async forget(): Promise<void> {
		this.#problem = '';
		this.#forgetWhatWasShown();
		await this.#connection.forget();
	}

	async look(): Promise<void> {
		this.#busy = true;
		await this.#connection.check();
		this.#busy = false;
	}

	async loadDevices(): Promise<void> {
		const reply = await this.#connection.client?.call(listDevices);
		if (reply?.ok !== true) return;
		this.#devices = reply.value.devices;
		// A code works once.
		if (this.#devices.some(({ id }) => !this.#before.includes(id))) this.#invitation = undefined;
	}

	async revoke({ id, current }: Device): Promise<boolean> {
		const gone = await this.#do(() => this.#ask(revokeDevice, { params: { id } }));
		await (current ? this.#connection.check() : this.loadDevices());
		return gone;
	}

	async rename({ id }: Device, name: string): Promise<void> {
		if (name.trim() === '') return;
		await this.#do(() => this.#ask(renameDevice, { params: { id }, body: { name } }));
		await this.loadDevices();
	}

	async invite(): Promise<void> {
		await this.loadDevices();
		await this.#do(async () => {
			const made = await this.#ask(makePairingCode, {});
			if (!made.ok) return made;
			this.#before = this.#devices.map(({ id }) => id);
			this.#invitation = made.value;
			return made;
		});
	}

	#ask<R extends RouteShape>(route: R, options: CallOptions<R>): Promise<Result<ReplyOf<R>, ServerFailure>> {
		const { client } = this.#connection;
		if (client === undefined)
			return Promise.resolve({ ok: false, error: { kind: 'offline', cause: 'there is no server' } });
		return client.call(...([route, options] as unknown as Parameters<typeof client.call<R>>));
	}

	async #do(deed: () => Promise<Result<unknown, Wrong>>, say: (wrong: Wrong) => string = sayWrong): Promise<boolean> {
		this.#busy = true;
		this.#problem = '';
		try {
			const outcome = await deed();
			if (!outcome.ok) this.#problem = say(outcome.error);
			return outcome.ok;
		} finally {
			this.#busy = false;
		}
	}

	#forgetWhatWasShown(): void {
		this.#devices = [];
		this.#invitation = undefined;
	}
}

const sayWrong = (wrong: Wrong): string =>
	wrong.kind === 'forbidden-by-page' ? text.forbiddenByPage('the server') : serverFailureText(wrong);

/** At an address that is new, more may be wrong than at one that was right before. */
function connectText(wrong: Wrong, base: string): string {
	switch (wrong.kind) {
		case 'forbidden-by-page':
			return text.forbiddenByPage(base);
		case 'offline':
			return text.notShared(base);
		case 'unreadable':
			return text.unreadable(base);
		case 'refused':
			return wrong.error === null ? text.unreadable(base) : wrong.error.message;
		case 'incompatible':
			return serverFailureText(wrong, base);
	}
}
