import { expect, test } from 'vitest';
import { modelBytes, whatElse } from './model-bytes.ts';
import { onnxFile } from './test-onnx-file.ts';

const signs = (text: string): Uint8Array => Uint8Array.from(text, (sign) => sign.charCodeAt(0));

test('an ONNX file is taken as it is', async () => {
	const file = onnxFile({ inputs: { x: [1, 3, 8, 8] }, outputs: { y: [1, 6] } });
	expect(whatElse(file)).toBeUndefined();
	expect(await modelBytes(new Blob([Uint8Array.from(file)]))).toEqual(Uint8Array.from(file));
});

test.each([
	['PK\u0003\u0004archive/data.pkl', 'it is not an ONNX model: it is a zip archive, as PyTorch saves its weights'],
	['\u001c\u0000\u0000\u0000TFL3', 'it is not an ONNX model: it is a TensorFlow Lite model'],
	['version https://git-lfs.github.com/spec/v1', 'it is not an ONNX model: it is a text'],
	['\u0000\u0000\u0000\u0020ftypisom', 'it is not an ONNX model: it is an MP4 film'],
	['\u0001\u0002\u0003\u0004\u0005\u0006', 'it is not an ONNX model: it is a file of another kind'],
	['', 'the file is empty'],
])('%j is refused with what it is', async (content, found) => {
	await expect(modelBytes(new Blob([Uint8Array.from(signs(content))]))).rejects.toMatchObject({
		...{ name: 'ModelRefusedError', message: found },
	});
});

test('a file that would not fit into memory is not opened', async () => {
	const large = Object.defineProperty(new Blob(['x']), 'size', { value: 301e6 });
	await expect(modelBytes(large)).rejects.toThrow('it has 301 MB, and 300 MB is the most');
});
