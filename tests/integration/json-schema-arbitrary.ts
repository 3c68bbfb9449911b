import fc from 'fast-check';

/** As much of JSON Schema as the document of the server uses. */
export interface JsonSchema {
	readonly type?: string | readonly string[];
	readonly enum?: readonly unknown[];
	readonly const?: unknown;
	readonly anyOf?: readonly JsonSchema[];
	readonly oneOf?: readonly JsonSchema[];
	readonly allOf?: readonly JsonSchema[];
	readonly $ref?: string;
	readonly properties?: Readonly<Record<string, JsonSchema>>;
	readonly required?: readonly string[];
	readonly additionalProperties?: boolean | JsonSchema;
	readonly items?: JsonSchema;
	readonly prefixItems?: readonly JsonSchema[];
	readonly minItems?: number;
	readonly maxItems?: number;
	readonly minLength?: number;
	readonly maxLength?: number;
	readonly pattern?: string;
	readonly format?: string;
	readonly minimum?: number;
	readonly maximum?: number;
	readonly exclusiveMinimum?: number;
	readonly exclusiveMaximum?: number;
	readonly default?: unknown;
}

type Resolve = (ref: string) => JsonSchema;

/** What `schema` allows, more or less: what a refinement in code forbids as well may come out, and is then to be refused politely. */
export function valueOf(schema: JsonSchema, resolve: Resolve, depth = 0): fc.Arbitrary<unknown> {
	const inner = (part: JsonSchema) => valueOf(part, resolve, depth + 1);
	if (depth > 12) return fc.constant(null);
	if (schema.$ref !== undefined) return inner(resolve(schema.$ref));
	if (schema.const !== undefined) return fc.constant(schema.const);
	if (schema.enum !== undefined) return fc.constantFrom(...schema.enum);
	const choices = schema.anyOf ?? schema.oneOf;
	if (choices !== undefined) return fc.oneof(...choices.map(inner));
	if (schema.allOf !== undefined) {
		return fc.tuple(...schema.allOf.map(inner)).map((parts) => Object.assign({}, ...parts) as unknown);
	}
	const [type, ...others] = [schema.type ?? 'any'].flat() as readonly string[];
	if (others.length > 0) return fc.oneof(...[type ?? 'any', ...others].map((one) => inner({ ...schema, type: one })));
	switch (type) {
		case 'string':
			return text(schema);
		case 'integer':
		case 'number':
			return figure(schema, type === 'integer');
		case 'boolean':
			return fc.boolean();
		case 'null':
			return fc.constant(null);
		case 'array':
			if (schema.prefixItems !== undefined) return fc.tuple(...schema.prefixItems.map(inner));
			return fc.array(inner(schema.items ?? {}), {
				minLength: schema.minItems ?? 0,
				maxLength: Math.min(schema.maxItems ?? 3, (schema.minItems ?? 0) + 3),
			});
		case 'object':
			return thing(schema, inner);
		default:
			return fc.jsonValue();
	}
}

function thing(schema: JsonSchema, inner: (part: JsonSchema) => fc.Arbitrary<unknown>): fc.Arbitrary<unknown> {
	const known = Object.fromEntries(Object.entries(schema.properties ?? {}).map(([name, part]) => [name, inner(part)]));
	const required = (schema.required ?? []).filter((name) => name in known);
	const record = fc.record(known, { requiredKeys: required });
	const more = schema.additionalProperties;
	if (typeof more !== 'object' || Object.keys(more).length === 0) return record;
	return fc
		.tuple(record, fc.dictionary(fc.string({ maxLength: 8 }), inner(more), { maxKeys: 3 }))
		.map(([fixed, free]) => ({ ...free, ...fixed }));
}

function text(schema: JsonSchema): fc.Arbitrary<string> {
	if (schema.format === 'date-time')
		return fc
			.date({ noInvalidDate: true, min: new Date(0), max: new Date('2100-01-01') })
			.map((date) => date.toISOString());
	if (schema.format === 'uuid') return fc.uuid();
	if (schema.format === 'uri') return fc.webUrl();
	if (schema.pattern !== undefined) return fc.stringMatching(new RegExp(schema.pattern, 'u'));
	const minLength = schema.minLength ?? 0;
	return fc.string({ unit: 'grapheme', minLength, maxLength: Math.min(schema.maxLength ?? 20, minLength + 20) });
}

function figure(schema: JsonSchema, whole: boolean): fc.Arbitrary<number> {
	const min = schema.minimum ?? schema.exclusiveMinimum ?? (whole ? -1000 : -1e6);
	const max = schema.maximum ?? schema.exclusiveMaximum ?? (whole ? Math.max(1000, min) : Math.max(1e6, min));
	return whole
		? fc.integer({ min: Math.ceil(min), max: Math.floor(max) })
		: fc.double({ min, max, noNaN: true, noDefaultInfinity: true });
}

/** What people, programs and attackers send instead. */
const junk: fc.Arbitrary<unknown> = fc.oneof(
	fc.constantFrom<unknown>(
		...[
			'',
			'\0',
			'..',
			'../../etc/passwd',
			'%2e%2e%2f',
			'-i',
			'a%03d',
			'x'.repeat(5000),
			"'; DROP TABLE devices; --",
			'{}',
			'\uD800',
		],
		...[null, true, -1, 0, 1e308, -0.5, Number.MAX_SAFE_INTEGER, [], {}, [[[[]]]], { __proto__: { admin: true } }],
	),
	fc.jsonValue({ maxDepth: 3 }),
);

/** `value` with one part of it made into something else, left out, or joined by a stranger. */
export function spoilt(value: unknown): fc.Arbitrary<unknown> {
	if (Array.isArray(value) && value.length > 0) {
		return fc.oneof(
			junk,
			fc
				.nat(value.length - 1)
				.chain((at) =>
					spoilt(value[at]).map((other) => value.map((one: unknown, index) => (index === at ? other : one))),
				),
		);
	}
	if (typeof value === 'object' && value !== null && Object.keys(value).length > 0) {
		const entries = Object.entries(value as Record<string, unknown>);
		return fc.nat(entries.length - 1).chain((at) =>
			fc.oneof(
				fc.constant(Object.fromEntries(entries.filter((_, index) => index !== at))),
				junk.map((stranger) => ({ ...value, stranger })),
				spoilt(entries[at]?.[1]).map((other) =>
					Object.fromEntries(entries.map(([name, one], index) => [name, index === at ? other : one])),
				),
			),
		);
	}
	return junk;
}
