/** A server and the doubles of all three media servers, anew for each test; afterwards nothing of them may have been told. */
import { afterEach, beforeEach, expect } from 'vitest';
import { FakeJellyfin } from '../fakes/fake-jellyfin.ts';
import { FakePlex } from '../fakes/fake-plex.ts';
import { accessTo, PlayingServer } from './playing-server.ts';

export type Fake = FakePlex | FakeJellyfin;

export class World {
	its!: PlayingServer;
	plex!: FakePlex;
	jellyfin!: FakeJellyfin;
	emby!: FakeJellyfin;

	get all(): readonly Fake[] {
		return [this.plex, this.jellyfin, this.emby];
	}

	of = (kind: string): Fake => this.all.find((one) => accessTo(one).kind === kind)!;

	async open(): Promise<void> {
		this.its = new PlayingServer();
		this.plex = new FakePlex();
		this.jellyfin = new FakeJellyfin('jellyfin', '12.0.0');
		this.emby = new FakeJellyfin('emby');
		this.emby.base = '/emby';
		for (const server of this.all) {
			await server.start();
			server.now = () => this.its.clock;
		}
	}

	async close(): Promise<void> {
		await this.its.stop();
		for (const server of this.all) await server.stop();
		this.its.remove();
		expect(this.its.errors).toEqual([]);
		const guests = [this.plex.guestToken, this.jellyfin.userToken, this.emby.userToken];
		const secrets = [...this.all.map((server) => accessTo(server).secret), ...guests];
		const addresses = this.all.map(({ url }) => new URL(url).host);
		for (const text of this.its.heard)
			for (const secret of [...secrets, ...addresses]) expect(text).not.toContain(secret);
	}
}

/** For the top of a file of tests. */
export function useWorld(): World {
	const world = new World();
	beforeEach(() => world.open());
	afterEach(() => world.close());
	return world;
}
