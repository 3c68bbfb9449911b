/** What pages of the server say while it is not there. */
export const text = {
	toServer: 'Connect a server',
	toSettings: 'To the settings',
	away: (name: string): string => `${name} is not reachable now. The page looks again by itself.`,
	signedOut: (name: string): string => `This device is not signed in to ${name}. Pair it in Settings.`,
	otherVersion: (name: string): string => `${name} and this app are of different versions. Settings say what to do.`,
} as const;
