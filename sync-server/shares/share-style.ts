import { createHash } from 'node:crypto';

/** Colours and sizes are those of the app (`ui/tokens.css`); dark or light as the visitor's system is. */
export const SHARE_STYLE = `
:root {
	color-scheme: dark;
	--ground: #121213; --raised: #242527; --hover: #2e2f32; --line: #323336; --line-strong: #75777d;
	--text: #ededee; --text-soft: #b9babe; --text-faint: #9a9ca1;
	--accent: #58c4d6; --accent-hover: #7bd3e1; --on-accent: #04232a; --error: #ff8579; --picture-ground: #0b0b0c;
}
@media (prefers-color-scheme: light) {
	:root {
		color-scheme: light;
		--ground: #e9e9ea; --raised: #ffffff; --hover: #e4e4e6; --line: #d2d2d5; --line-strong: #7c7e84;
		--text: #1a1b1c; --text-soft: #47494d; --text-faint: #5c5e63;
		--accent: #00697a; --accent-hover: #005463; --on-accent: #ffffff; --error: #b3261e;
	}
}
* { box-sizing: border-box; }
body {
	margin: 0; min-height: 100dvh; display: flex; flex-direction: column; background: var(--ground); color: var(--text);
	font: 0.875rem/1.5 system-ui, -apple-system, 'Segoe UI', Roboto, 'Noto Sans', Ubuntu, Cantarell, 'Helvetica Neue', sans-serif;
	-webkit-text-size-adjust: 100%;
}
header { display: flex; align-items: center; gap: 8px; padding: 12px 16px; color: var(--text-soft); font-weight: 600; }
header img { border-radius: 6px; }
main { flex: 1; width: 100%; max-width: 1120px; margin: 0 auto; display: flex; flex-direction: column; }
.stage { background: var(--picture-ground); display: flex; justify-content: center; overflow: hidden; }
.stage img, .stage video { display: block; max-width: 100%; max-height: 72dvh; width: auto; height: auto; }
.stage video { width: 100%; }
.stage.sound { padding: 32px 16px; }
.stage audio { width: 100%; max-width: 560px; }
.words { padding: 24px 16px 32px; display: grid; gap: 4px; justify-items: start; }
h1 { margin: 0; font-size: 1.5rem; line-height: 1.3; font-weight: 600; overflow-wrap: anywhere; text-wrap: balance; }
p { margin: 0; overflow-wrap: anywhere; }
.title { color: var(--text-soft); font-size: 1.125rem; }
.facts { display: flex; flex-wrap: wrap; gap: 0 16px; color: var(--text-faint); font-variant-numeric: tabular-nums; }
.button {
	display: inline-flex; align-items: center; justify-content: center; min-height: 48px; margin-top: 20px; padding: 0 24px; border: 0;
	border-radius: 8px; background: var(--accent); color: var(--on-accent); font: inherit; font-size: 1rem; font-weight: 600;
	text-decoration: none; cursor: pointer;
}
.button:hover { background: var(--accent-hover); }
:focus-visible { outline: 2px solid var(--accent); outline-offset: 2px; }
.alone { flex: 1; display: grid; place-content: center; justify-items: center; gap: 8px; padding: 32px 16px 20dvh; text-align: center; }
.alone p { max-width: 44ch; color: var(--text-soft); }
form { display: grid; gap: 8px; width: min(100%, 320px); margin-top: 16px; text-align: start; }
form .button { margin-top: 8px; }
label { color: var(--text-soft); }
input {
	width: 100%; min-height: 48px; padding: 0 12px; border: 1px solid var(--line-strong); border-radius: 8px; background: var(--raised);
	color: var(--text); font: inherit; font-size: 1rem;
}
.alone .wrong { color: var(--error); }
footer { padding: 16px; border-top: 1px solid var(--line); color: var(--text-faint); font-size: 0.75rem; text-align: center; }
@media (min-width: 720px) {
	header { padding: 16px 32px; }
	.stage { margin: 8px 32px 0; border-radius: 12px; }
	.words { padding: 24px 32px 48px; }
	.alone { padding-bottom: 24dvh; }
}
`;

const hash = createHash('sha256').update(SHARE_STYLE).digest('base64');

/** The page runs no script and loads nothing from elsewhere; the icon is the app's. */
export const SHARE_POLICY = [
	"default-src 'none'",
	`style-src 'sha256-${hash}'`,
	"img-src 'self'",
	"media-src 'self'",
	"form-action 'self'",
	"base-uri 'none'",
	"frame-ancestors 'none'",
].join('; ');
