import { constants } from 'node:fs';
import { access, readdir, stat } from 'node:fs/promises';

/** What of this machine encoders may stand on. */
export interface Devices {
	readonly platform: string;
	readonly nvidia: boolean;
	/** Render nodes that this account may use: /dev/dri/renderD128 … */
	readonly nodes: readonly string[];
	/** What stands in the way of the nodes that it may not use, in words. */
	readonly refused: string | undefined;
}

const DRI = '/dev/dri';
const NVIDIA = ['/dev/nvidia0', '/dev/dxg'];

export async function findDevices(): Promise<Devices> {
	const { platform } = process;
	if (platform !== 'linux') {
		return { platform, nvidia: platform === 'win32', nodes: [], refused: undefined };
	}
	const names = await listed(DRI);
	const nodes: string[] = [];
	let refused: string | undefined;
	for (const name of names.filter((one) => one.startsWith('renderD')).sort()) {
		const path = `${DRI}/${name}`;
		if (await mayUse(path)) nodes.push(path);
		else refused ??= `this account may not use ${name}: add it to the group ${(await stat(path)).gid}`;
	}
	const nvidia = (await Promise.all(NVIDIA.map(mayUse))).includes(true);
	return { platform, nvidia, nodes, refused };
}

async function listed(folder: string): Promise<readonly string[]> {
	try {
		return await readdir(folder);
	} catch (error) {
		// A machine without graphics has no such folder.
		if (error instanceof Error) return [];
		throw error;
	}
}

async function mayUse(path: string): Promise<boolean> {
	try {
		await access(path, constants.R_OK | constants.W_OK);
		return true;
	} catch (error) {
		if (error instanceof Error) return false;
		throw error;
	}
}
