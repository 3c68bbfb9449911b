import type { ApiError } from '#contract/api-error';
import { onServer } from '#core/project/on-server';
import type { Result } from '#core/result';
import type { ServerIdentity } from '../server-identity.ts';
import type { ProfilePeer } from '../sync/profile-peer.ts';
import type { ExportHistory } from './after-server-exports.ts';

/** What exports write down goes into the profiles that all devices share, with the server whose folder it lies in: a device may meet several. */
export const profileHistory = (
	profiles: Pick<ProfilePeer, 'recordClip' | 'forgetClips'>,
	{ id, name }: ServerIdentity,
): ExportHistory => ({
	onMade: (profile, marker, clip) =>
		said(profiles.recordClip(profile, { ...marker, destination: onServer(id), serverName: name }, clip)),
	onRemoved: (profile, markerId, paths) => said(profiles.forgetClips(profile, markerId, paths)),
});

const said = (result: Result<void, ApiError>): string | undefined => (result.ok ? undefined : result.error.message);
