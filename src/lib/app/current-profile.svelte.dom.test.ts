import { flushSync } from 'svelte';
import { expect, test, vi } from 'vitest';
import type { Profile } from '#core/project/profile';
import type { ProfileDocument } from '$lib/storage/profile-document';
import type { Storage } from '$lib/storage/storage';
import { CurrentProfile, PROFILE_KEY } from './current-profile.svelte.ts';

/** Storage that keeps names of profiles and one setting, in memory. */
class FakeProfiles {
	names = ['default', 'dogs'];
	/** Another device removes the one that was opened last. */
	removeElsewhere = (): void => undefined;
	kept: unknown;
	#tell: (() => void) | undefined;
	readonly hidden = new Map<string, string[]>();

	asStorage(): Pick<Storage, 'profiles' | 'settings'> {
		const profiles: Storage['profiles'] = {
			watch: () => ({ subscribe: () => ({ unsubscribe: () => undefined }) }),
			names: () => Promise.resolve(this.names),
			open: (name) => {
				if (!this.names.includes(name)) this.names.push(name);
				const profile: Profile = { name, markers: [], labels: [`of ${name}`], hidden: [], subprofiles: [] };
				const document: Partial<ProfileDocument> & { removed: boolean } = {
					profile,
					removed: false,
					watch: () => ({
						subscribe: (next) => {
							this.removeElsewhere = () => {
								document.removed = true;
								next(profile);
							};
							return { unsubscribe: () => undefined };
						},
					}),
				};
				return Promise.resolve(document as ProfileDocument);
			},
			remove: (name) => {
				this.names = this.names.filter((other) => other !== name);
				return Promise.resolve();
			},
		};
		const settings: Partial<Storage['settings']> = {
			set: (key, value) => {
				expect(key).toBe(PROFILE_KEY);
				this.kept = value;
				this.#tell?.();
				return Promise.resolve();
			},
			watch: (_, schema) => ({
				subscribe: (next) => {
					this.#tell = () => next(schema.safeParse(this.kept).data);
					queueMicrotask(this.#tell);
					return { unsubscribe: () => (this.#tell = undefined) };
				},
			}),
		};
		return { profiles, settings: settings as Storage['settings'] };
	}
}

async function start(kept?: unknown) {
	const fake = new FakeProfiles();
	fake.kept = kept;
	const profile = new CurrentProfile(fake.asStorage());
	profile.start();
	await vi.waitFor(() => expect(profile.document).toBeDefined());
	flushSync();
	return { fake, profile };
}

test('a person begins as the default profile, or as the one they were', async () => {
	expect((await start()).profile.name).toBe('default');
	expect((await start('dogs')).profile.profile.labels).toEqual(['of dogs']);
});

test('a name that makes no sense is the default', async () => {
	expect((await start(7)).profile.name).toBe('default');
	expect((await start('')).profile.name).toBe('default');
});

test('a new name makes a profile, which is remembered', async () => {
	const { fake, profile } = await start();
	await profile.choose('  cats ');
	expect([profile.name, fake.kept, profile.profile.labels]).toEqual(['cats', 'cats', ['of cats']]);
	expect(fake.names).toEqual(['default', 'dogs', 'cats']);
	await profile.choose('   ');
	expect(profile.name).toBe('cats');
});

test('who removes their profile goes on as the default one, which cannot be removed', async () => {
	const { fake, profile } = await start('dogs');
	await profile.remove('dogs');
	expect([profile.name, fake.names, fake.kept]).toEqual(['default', ['default'], 'default']);
	await profile.remove('default');
	expect(fake.names).toEqual(['default']);
});

test('who works as a profile that another device removes goes on as the default one', async () => {
	const { fake, profile } = await start('dogs');
	fake.removeElsewhere();
	await vi.waitFor(() => expect(profile.document?.profile.name).toBe('default'));
	expect([profile.name, fake.kept]).toEqual(['default', 'default']);
});
