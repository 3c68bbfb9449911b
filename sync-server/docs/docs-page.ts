import { html, raw } from 'hono/html';

/** As much of an OpenAPI document as the page shows. */
export interface ApiDocument {
	readonly info: { readonly title: string; readonly version: string; readonly description?: string };
	readonly paths?: Readonly<Record<string, unknown>>;
	readonly components?: unknown;
}

interface Schema {
	readonly type?: string | readonly string[];
	readonly [key: string]: unknown;
}
interface Parameter {
	readonly name: string;
	readonly in: string;
	readonly required?: boolean;
	readonly schema?: Schema;
}
interface Operation {
	readonly summary?: string;
	readonly parameters?: readonly Parameter[];
	readonly requestBody?: { readonly content?: Readonly<Record<string, { readonly schema?: Schema }>> };
	readonly responses?: Readonly<Record<string, { readonly description?: string; readonly content?: Content }>>;
	readonly security?: readonly unknown[];
}
type Content = Readonly<Record<string, { readonly schema?: Schema }>>;
type Html = ReturnType<typeof html>;

/** The document as one page: no script, nothing from elsewhere. What only reads and has no id in its path can be tried by a form. */
export function docsPage(document: ApiDocument): Html {
	const { title, version, description = '' } = document.info;
	const operations = Object.entries(document.paths ?? {}).flatMap(([path, methods]) =>
		Object.entries(methods as Record<string, Operation>).map(([method, operation]) => ({ path, method, operation })),
	);
	return html`<!doctype html>
		<html lang="en">
			<head>
				<meta charset="utf-8" />
				<meta name="viewport" content="width=device-width, initial-scale=1" />
				<title>${title} ${version}: API</title>
				<style>
					${raw(STYLE)}
				</style>
			</head>
			<body>
				<main>
					<h1>${title} ${version}: API</h1>
					<p>${description}</p>
					<p>
						For programs: <a href="/api/openapi.json">openapi.json</a> (OpenAPI 3.1). <a href="/">Back to the app</a>
					</p>
					<nav aria-label="Routes">
						<ul>
							${operations.map(
								({ path, method, operation }) =>
									html`<li>
										<a href="#${anchor(method, path)}"><code>${method.toUpperCase()} ${path}</code></a>
										${operation.summary ?? ''}
									</li>`,
							)}
						</ul>
					</nav>
					${operations.map(({ path, method, operation }) => section(method, path, operation))}
					<h2 id="schemas">Shapes</h2>
					${shapes(document.components)}
				</main>
			</body>
		</html>`;
}

function section(method: string, path: string, operation: Operation): Html {
	const { parameters = [], requestBody, responses = {} } = operation;
	return html`<section aria-labelledby="${anchor(method, path)}">
		<h2 id="${anchor(method, path)}"><code>${method.toUpperCase()} ${path}</code></h2>
		<p>${operation.summary ?? ''}${operation.security?.length === 0 ? ' (no sign-in needed)' : ''}</p>
		${
			parameters.length === 0
				? ''
				: html`<table>
						<thead>
							<tr>
								<th scope="col">Name</th>
								<th scope="col">In</th>
								<th scope="col">What</th>
							</tr>
						</thead>
						<tbody>
							${parameters.map(
								({ name, in: place, required = false, schema }) =>
									html`<tr>
										<th scope="row"><code>${name}</code>${required ? '' : ' (optional)'}</th>
										<td>${place}</td>
										<td><code>${inOneLine(schema)}</code></td>
									</tr>`,
							)}
						</tbody>
					</table>`
		}
		${Object.entries(requestBody?.content ?? {}).map(
			([type, { schema }]) =>
				html`<h3>Body, ${type}</h3>
					<pre tabindex="0">${JSON.stringify(schema, null, 2)}</pre>`,
		)}
		${Object.entries(responses).map(
			([status, { description = '', content = {} }]) =>
				html`<details>
					<summary>${status} ${description}</summary>
					${Object.entries(content).map(
						([type, { schema }]) =>
							html`<p>${type}</p>
								<pre tabindex="0">${JSON.stringify(schema, null, 2)}</pre>`,
					)}
				</details>`,
		)}
		${method === 'get' && !path.includes('{') ? tryIt(path, parameters) : ''}
	</section>`;
}

const tryIt = (path: string, parameters: readonly Parameter[]): Html =>
	html`<form method="get" action="${path}">
		${parameters
			.filter((parameter) => parameter.in === 'query')
			.map(
				({ name, required = false }) =>
					html`<label>${name} <input name="${name}" ${required ? 'required' : ''} autocomplete="off" /></label>`,
			)}
		<button type="submit">Ask the server</button>
	</form>`;

function shapes(components: unknown): Html | string {
	const { schemas = {} } = (components ?? {}) as { schemas?: Record<string, unknown> };
	if (Object.keys(schemas).length === 0) return 'Every shape stands beside its route.';
	return html`${Object.entries(schemas).map(
		([name, schema]) =>
			html`<h3 id="schema-${name}">${name}</h3>
				<pre tabindex="0">${JSON.stringify(schema, null, 2)}</pre>`,
	)}`;
}

const anchor = (method: string, path: string): string => `${method}-${path.replace(/[^a-z0-9]+/gi, '-')}`;
const inOneLine = (schema: Schema | undefined): string => JSON.stringify(schema ?? {}).slice(1, -1);

const STYLE = `
:root { color-scheme: dark light; font: 16px/1.5 system-ui, sans-serif; }
body { margin: 0; background: Canvas; color: CanvasText; }
main { max-width: 60rem; margin: 0 auto; padding: 1rem; }
code, pre { font: 0.875rem/1.5 ui-monospace, monospace; overflow-wrap: anywhere; }
pre { max-height: 24rem; padding: 0.75rem; overflow: auto; border: 1px solid GrayText; border-radius: 4px; }
h2 { margin-top: 2.5rem; padding-top: 1rem; border-top: 1px solid GrayText; font-size: 1.125rem; }
table { width: 100%; border-collapse: collapse; } th, td { padding: 0.25rem 0.5rem; text-align: start; vertical-align: top; }
summary { min-height: 24px; cursor: pointer; } ul { padding: 0; list-style: none; } li { margin: 0.25rem 0; }
form { display: flex; flex-wrap: wrap; gap: 0.75rem; align-items: end; margin-top: 1rem; }
label { display: grid; } input, button { min-height: 2.75rem; padding: 0 0.75rem; font: inherit; }
`;
