import { formatBytes } from '$lib/app/bytes';

const NOT_AVAILABLE = 'not available';

/** Every word about the server. */
export const serverText = {
	title: 'Server',
	none: 'No server. Everything works on this device; a server adds a library for all your devices, faster exports and sync.',
	noneHow: 'Run npm start on a computer that stays on, then type the address that it shows.',
	connecting: (name: string): string => `Looking for ${name}`,
	connected: (name: string): string => `Connected to ${name}`,
	open: 'It asks nobody to sign in.',
	offline: (name: string): string => `${name} is not reachable now. Work goes on here; the app looks again by itself.`,
	signedOut: (name: string): string => `This device is not signed in to ${name}.`,
	signedOutHow: 'Type the code that it shows when it starts, its token, or a code made on a device that is signed in.',
	older: (name: string): string => `${name} is older than this app. Update the server, then look again.`,
	newer: (name: string): string => `${name} is newer than this app. Reload to update the app, then look again.`,
	address: 'Address',
	addressHint: 'As the server shows it, such as http://192.168.1.4:8787. The address for pairing works too.',
	connect: 'Connect',
	code: 'Code or token',
	pair: 'Pair this device',
	pairing: 'Pairing',
	again: 'Look again',
	reload: 'Reload',
	signOut: 'Sign out',
	forget: 'Use no other server',
	another: 'Use another server',
	forbiddenByPage: (base: string): string =>
		`This page may not speak to ${base}. Open ${base} itself, or add it to CONNECT_TO of the server that this page came from.`,
	notShared: (base: string): string =>
		`${base} cannot be reached from this page. Check that it runs; if it does, add this page’s origin to its CORS_ORIGINS, or open ${base} itself.`,
	unreadable: (base: string): string => `${base} is no server of Octocut. Check the address.`,
	devices: 'Devices',
	devicesHint: 'Revoking works at once.',
	thisDevice: 'this device',
	lastSeen: (date: string): string => `seen ${date}`,
	name: 'Name of this device',
	revoke: 'Revoke',
	revokeName: (name: string): string => `Revoke ${name}`,
	revokeTitle: (name: string): string => `Revoke ${name}?`,
	revokeWords: 'It can no longer reach the server. To come back it has to be paired again.',
	revoked: (name: string): string => `${name} is signed out.`,
	invite: 'Pair another device',
	inviteAnew: 'Make another code',
	inviteHint: (time: string): string =>
		`Scan it with the other device, or open the address there. It works once, until ${time}.`,
	inviteQr: 'The address for pairing as a QR code',
	inviteCode: 'Code to type',
	health: 'How it is doing',
	figures: {
		version: 'Version',
		uptime: 'Running for',
		cpu: 'Processor',
		memory: 'Memory',
		ffmpeg: 'ffmpeg',
		data: 'Disk of the database',
		exports: 'Disk of the exports',
		cache: 'Disk of the cache',
	},
	cpu: (share: number | null, cores: number): string =>
		share === null ? `${cores} cores` : `${Math.round(share * 100)} % of ${cores} cores`,
	memory: (used: number, free: number): string => `${formatBytes(used)} used, ${formatBytes(free)} free`,
	disk: (space: { readonly freeBytes: number; readonly totalBytes: number } | null): string =>
		space === null ? NOT_AVAILABLE : `${formatBytes(space.freeBytes)} free of ${formatBytes(space.totalBytes)}`,
	known: (value: string | null | undefined): string =>
		value === null || value === undefined || value === '' ? NOT_AVAILABLE : value,
	uptime: (seconds: number): string => {
		const minutes = Math.floor(seconds / 60);
		if (minutes < 1) return 'less than a minute';
		const hours = Math.floor(minutes / 60);
		if (hours < 1) return `${minutes} min`;
		return hours < 48 ? `${hours} h ${minutes % 60} min` : `${Math.floor(hours / 24)} days`;
	},
	encoders: 'Encoders',
	encoder: (name: string, works: boolean, reason: string | undefined): string =>
		works ? `${name} works` : `${name} cannot be used: ${reason ?? 'for a reason that it does not tell'}`,
	encodersUnable: (count: number): string => (count === 1 ? '1 cannot be used' : `${count} cannot be used`),
	encodersUntried: 'None has been tried yet.',
	encodersTest: 'Test again',
	encodersTesting: 'Testing encoders',
	pairTitle: 'Pair this device',
	pairDone: (name: string): string => `This device is signed in to ${name}.`,
	pairNoServer: 'There is no server at this address. Open the address that the server shows.',
	toLibrary: 'To the library',
	toSettings: 'To the settings',
} as const;
