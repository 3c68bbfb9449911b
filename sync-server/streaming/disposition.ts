/** A `Content-Disposition` that gives `name` to every client: plainly for old ones, exactly (RFC 5987) for the others. */
export function dispositionOf(kind: 'inline' | 'attachment', name: string): string {
	const plain = name.replace(/[^\x20-\x7e]|["\\%;]/g, '_');
	const exact = encodeURIComponent(name.replace(/\p{Cs}/gu, '\ufffd')).replace(
		/['()*]/g,
		(sign) => `%${sign.charCodeAt(0).toString(16).toUpperCase()}`,
	);
	return `${kind}; filename="${plain}"; filename*=UTF-8''${exact}`;
}
