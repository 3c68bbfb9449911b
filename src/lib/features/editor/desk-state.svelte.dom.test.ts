import { beforeEach, expect, test } from 'vitest';
import { DeskState } from './desk-state.svelte.ts';

beforeEach(() => localStorage.clear());

test('each column shows one panel, and a phone the last one', () => {
	const desk = new DeskState();
	expect([desk.on('left'), desk.on('right'), desk.last]).toEqual(['segments', 'crop', 'segments']);
	desk.show('batch');
	desk.show('files');
	expect([desk.on('left'), desk.on('right'), desk.last]).toEqual(['files', 'batch', 'files']);
});

test('the export panel gives way to what it covered', () => {
	const desk = new DeskState();
	desk.show('film');
	desk.show('export');
	desk.show('export');
	expect([desk.isShown('export'), desk.tall]).toEqual([true, true]);
	expect(desk.closeExport()).toBe(true);
	expect([desk.on('right'), desk.last, desk.tall]).toEqual(['film', 'film', false]);
	expect(desk.closeExport()).toBe(false);
});

test('the next file has the same panels, but not the export', () => {
	const desk = new DeskState();
	desk.show('batch');
	desk.show('marks');
	desk.show('export');
	const next = new DeskState();
	expect([next.on('left'), next.on('right'), next.last]).toEqual(['marks', 'batch', 'marks']);
});

test('what is kept and makes no sense is forgotten', () => {
	localStorage.setItem('octocut:desk', 'crop nothing at all');
	expect(new DeskState().on('left')).toBe('segments');
	localStorage.setItem('octocut:desk', 'crop segments files');
	expect([new DeskState().on('left'), new DeskState().on('right')]).toEqual(['segments', 'crop']);
});
