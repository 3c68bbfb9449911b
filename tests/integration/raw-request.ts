import { connect } from 'node:net';

/** A request as it goes over the wire, without a client that tidies the path first. Resolves with the whole answer as text. */
export function rawRequest(port: number, request: string): Promise<string> {
	return new Promise((resolve, reject) => {
		const socket = connect(port, '127.0.0.1', () => socket.write(request));
		let answer = '';
		socket.setEncoding('latin1').on('data', (text: string) => (answer += text));
		socket.on('error', reject).on('close', () => resolve(answer));
	});
}

/** A GET of `path`, byte for byte. */
export const rawGet = (port: number, path: string, accept = 'text/html'): Promise<string> =>
	rawRequest(port, `GET ${path} HTTP/1.1\r\nHost: localhost\r\nAccept: ${accept}\r\nConnection: close\r\n\r\n`);
