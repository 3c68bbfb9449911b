import type { Share } from '#contract/shares';
import type { Expiry } from './terms.ts';
import { counted } from '$lib/app/counted';
import { dayAndTime } from '$lib/app/day-and-time';

const expiries: Record<Expiry, string> = {
	hour: '1 h',
	day: '1 day',
	week: '7 days',
	month: '30 days',
	never: 'Never',
};

/** Every word of the dialog that makes links. */
export const shareText = {
	title: (name: string): string => `Share “${name}”`,
	words: 'Whoever has the link sees this one capture, without signing in.',
	expiries,
	expiry: 'Ends after',
	password: 'Password (if you like)',
	passwordHint: 'Send it by another way than the link.',
	maxViews: 'Views at most (if you like)',
	download: 'Visitors may save the file',
	create: 'Make a link',
	another: 'Make another link',
	link: 'Link',
	once: 'Copy it now: the server keeps no copy of the link, so it is shown only this once.',
	onlyHere:
		'This link works on this machine alone, as the app is open at an address that no other device reaches. Open the app by its address in the network, or set PUBLIC_URL on the server.',
	copy: 'Copy',
	copied: 'The link is in the clipboard.',
	cannotCopy: 'This browser does not let the link into the clipboard. Select it and copy it by hand.',
	send: 'Send',
	qr: 'The link as a QR code',
	links: 'Links to it',
	states: { open: 'works', expired: 'has ended', closed: 'closed' } satisfies Record<Share['state'], string>,
	state: (share: Share): string =>
		share.state === 'expired' && share.expiresAt !== null
			? `Ended ${dayAndTime(share.expiresAt)}`
			: share.state === 'closed'
				? 'Closed'
				: share.expiresAt === null
					? 'Works, without an end'
					: `Works until ${dayAndTime(share.expiresAt)}`,
	facts: ({ views, maxViews, hasPassword, download }: Share): string =>
		[
			maxViews === null ? counted(views, 'view', 'views') : `${views} of ${counted(maxViews, 'view', 'views')}`,
			...(hasPassword ? ['password'] : []),
			download ? 'may be saved' : 'only to look at',
		].join(' · '),
	made: (iso: string): string => `Made ${dayAndTime(iso)}`,
	change: 'Change',
	changeLink: (iso: string): string => `Change the link made ${dayAndTime(iso)}`,
	keepExpiry: 'As it is',
	passwordKept: 'Leave it empty to keep it.',
	passwordOff: 'No password any more',
	save: 'Save',
	cancel: 'Cancel',
	revoke: 'Revoke',
	revokeLink: (iso: string): string => `Revoke the link made ${dayAndTime(iso)}`,
	revoked: 'The link is closed.',
	close: 'Close',
} as const;
