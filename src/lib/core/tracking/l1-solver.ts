import { BAND, factorise, solveFactorised } from './banded.ts';

/**
 * Terms of one kind in the cost of a path p: row r weighs d = Σ coefficients · p[first[r] …] − offset[r] with `rise`[r] · d where d is positive
 * and `fall`[r] · −d where it is negative. Two equal weights make an absolute value, one of them 0 makes a limit.
 */
export interface Terms {
	/** How many neighbours a row looks at: 1 to 4. */
	readonly reach: number;
	readonly first: Int32Array;
	/** `reach` a row. */
	readonly coefficients: Float64Array;
	readonly offset: Float64Array;
	readonly rise: Float64Array;
	readonly fall: Float64Array;
}

/** Half the weighted square of the same kind of difference: what makes a course round instead of angular. */
export interface Squares {
	readonly reach: number;
	readonly first: Int32Array;
	readonly coefficients: Float64Array;
	readonly offset: Float64Array;
	readonly weight: Float64Array;
}

const MOST_STEPS = 80;
const CONVERGED = 1e-7;
const TO_BOUNDARY = 0.995;

interface Dual {
	readonly terms: Terms;
	/** Multiplier of each row, strictly between −fall and rise, and the two sides of its difference. */
	readonly y: Float64Array;
	readonly u: Float64Array;
	readonly v: Float64Array;
	readonly difference: Float64Array;
	readonly theta: Float64Array;
	readonly cu: Float64Array;
	readonly cv: Float64Array;
	readonly dy: Float64Array;
	readonly du: Float64Array;
	readonly dv: Float64Array;
}

/**
 * Minimises the sum of all terms and squares over paths of the length of `start`, from there. Returns the path.
 *
 * A primal-dual interior-point method with Mehrotra's corrector on the bounded dual (Portnoy and Koenker 1997 call it Frisch–Newton): every
 * step is one heptadiagonal factorisation, and about 20 steps reach the optimum to nine digits however long the path is, where first-order
 * splitting (ADMM) needs thousands on third differences.
 */
export function minimise(
	start: Float64Array,
	allTerms: readonly Terms[],
	allSquares: readonly Squares[],
): Float64Array {
	const count = start.length;
	const path = start.slice();
	const duals = allTerms.filter(({ first }) => first.length > 0).map((terms) => begun(terms, path));
	const rows = duals.reduce((sum, { y }) => sum + y.length, 0);
	const matrix = new Float64Array(count * BAND);
	const [gradient, step] = [new Float64Array(count), new Float64Array(count)];
	for (let iteration = 0; iteration < MOST_STEPS; iteration += 1) {
		let gap = 0;
		let cost = 0;
		gradient.fill(0);
		matrix.fill(0);
		for (const squares of allSquares) cost += addSquares(squares, path, gradient, matrix);
		for (const dual of duals) {
			differences(dual.terms, path, dual.difference);
			gap += slack(dual);
			cost += costOf(dual);
			addTransposed(dual.terms, dual.y, gradient);
			weigh(dual);
			addGram(dual.terms, dual.theta, matrix);
		}
		let off = 0;
		for (const value of gradient) off = Math.max(off, Math.abs(value));
		if (gap <= CONVERGED * (1 + cost) && off <= 1e-6 * (1 + cost)) break;
		factorise(matrix, count);
		const mean = gap / Math.max(1, 2 * rows);
		// Predictor: straight for the optimum, only to learn how far that goes.
		direct(duals, 0, false, gradient, step, matrix);
		const reach = longest(duals);
		const hoped = duals.reduce((sum, dual) => sum + slackAfter(dual, reach), 0) / Math.max(1, 2 * rows);
		const centring = mean > 0 ? (hoped / mean) ** 3 : 0;
		direct(duals, centring * mean, true, gradient, step, matrix);
		const length = Math.min(1, TO_BOUNDARY * longest(duals));
		// Rounding has the last word near the optimum: what is there is as good as it gets.
		if (!step.every(Number.isFinite) || !(length > 0)) break;
		for (let i = 0; i < count; i += 1) path[i] = (path[i] ?? 0) + length * (step[i] ?? 0);
		for (const dual of duals) advance(dual, length);
	}
	return path;
}

function begun(terms: Terms, path: Float64Array): Dual {
	const rows = terms.first.length;
	const make = (): Float64Array => new Float64Array(rows);
	const difference = make();
	differences(terms, path, difference);
	let size = 0;
	for (const value of difference) size += Math.abs(value) / rows;
	const room = size + 1e-3;
	return {
		terms,
		difference,
		y: Float64Array.from(terms.rise, (rise, r) => (rise - (terms.fall[r] ?? 0)) / 2),
		u: Float64Array.from(difference, (value) => Math.max(0, value) + room),
		v: Float64Array.from(difference, (value) => Math.max(0, -value) + room),
		theta: make(),
		cu: make(),
		cv: make(),
		dy: make(),
		du: make(),
		dv: make(),
	};
}

function differences({ reach, first, coefficients, offset }: Terms, path: Float64Array, into: Float64Array): void {
	for (let r = 0; r < first.length; r += 1) {
		let sum = -(offset[r] ?? 0);
		for (let k = 0; k < reach; k += 1) sum += (coefficients[r * reach + k] ?? 0) * (path[(first[r] ?? 0) + k] ?? 0);
		into[r] = sum;
	}
}

function addTransposed(
	{ reach, first, coefficients }: Omit<Terms, 'rise' | 'fall' | 'offset'>,
	by: Float64Array,
	into: Float64Array,
): void {
	for (let r = 0; r < first.length; r += 1) {
		const factor = by[r] ?? 0;
		for (let k = 0; k < reach; k += 1) {
			const at = (first[r] ?? 0) + k;
			into[at] = (into[at] ?? 0) + factor * (coefficients[r * reach + k] ?? 0);
		}
	}
}

/** Adds Aᵀ diag(weight) A. */
function addGram(
	{ reach, first, coefficients }: Omit<Terms, 'rise' | 'fall' | 'offset'>,
	weight: Float64Array,
	into: Float64Array,
): void {
	for (let r = 0; r < first.length; r += 1) {
		for (let a = 0; a < reach; a += 1) {
			const scaled = (weight[r] ?? 0) * (coefficients[r * reach + a] ?? 0);
			const row = ((first[r] ?? 0) + a) * BAND;
			for (let b = 0; b <= a; b += 1) {
				const at = row + a - b;
				into[at] = (into[at] ?? 0) + scaled * (coefficients[r * reach + b] ?? 0);
			}
		}
	}
}

function addSquares(squares: Squares, path: Float64Array, gradient: Float64Array, matrix: Float64Array): number {
	const { reach, first, coefficients, offset, weight } = squares;
	const forces = new Float64Array(first.length);
	let cost = 0;
	for (let r = 0; r < first.length; r += 1) {
		let sum = -(offset[r] ?? 0);
		for (let k = 0; k < reach; k += 1) sum += (coefficients[r * reach + k] ?? 0) * (path[(first[r] ?? 0) + k] ?? 0);
		forces[r] = (weight[r] ?? 0) * sum;
		cost += 0.5 * (weight[r] ?? 0) * sum * sum;
	}
	addTransposed(squares, forces, gradient);
	addGram(squares, weight, matrix);
	return cost;
}

function costOf({ terms: { rise, fall }, difference }: Dual): number {
	let cost = 0;
	for (let r = 0; r < difference.length; r += 1) {
		const d = difference[r] ?? 0;
		cost += d > 0 ? d * (rise[r] ?? 0) : -d * (fall[r] ?? 0);
	}
	return cost;
}

/** Sum of what complementarity still lacks. */
const slack = (dual: Dual): number => slackAfter(dual, 0);

function slackAfter({ terms: { rise, fall }, y, u, v, dy, du, dv }: Dual, length: number): number {
	let sum = 0;
	for (let r = 0; r < y.length; r += 1) {
		const at = (y[r] ?? 0) + length * (dy[r] ?? 0);
		sum += ((rise[r] ?? 0) - at) * ((u[r] ?? 0) + length * (du[r] ?? 0));
		sum += (at + (fall[r] ?? 0)) * ((v[r] ?? 0) + length * (dv[r] ?? 0));
	}
	return sum;
}

function weigh({ terms: { rise, fall }, y, u, v, theta }: Dual): void {
	for (let r = 0; r < y.length; r += 1) {
		const [up, down] = [(rise[r] ?? 0) - (y[r] ?? 0), (y[r] ?? 0) + (fall[r] ?? 0)];
		theta[r] = 1 / ((u[r] ?? 0) / up + (v[r] ?? 0) / down);
	}
}

/** The Newton direction towards the point where every product is `mean`; `corrected` takes in the products of the last direction. */
function direct(
	duals: readonly Dual[],
	mean: number,
	corrected: boolean,
	gradient: Float64Array,
	step: Float64Array,
	factor: Float64Array,
): void {
	for (let i = 0; i < step.length; i += 1) step[i] = -(gradient[i] ?? 0);
	for (const { terms, y, difference, theta, cu, cv, dy, du, dv } of duals) {
		const { rise, fall } = terms;
		for (let r = 0; r < y.length; r += 1) {
			const [up, down] = [(rise[r] ?? 0) - (y[r] ?? 0), (y[r] ?? 0) + (fall[r] ?? 0)];
			cu[r] = corrected ? mean + (dy[r] ?? 0) * (du[r] ?? 0) : mean;
			cv[r] = corrected ? mean - (dy[r] ?? 0) * (dv[r] ?? 0) : mean;
			// From here `dy` holds the constant part of the direction, until `step` is known.
			dy[r] = (theta[r] ?? 0) * ((difference[r] ?? 0) - (cu[r] ?? 0) / up + (cv[r] ?? 0) / down);
		}
		subtractTransposed(terms, dy, step);
	}
	solveFactorised(factor, step, step.length);
	for (const { terms, y, u, v, theta, cu, cv, dy, du, dv } of duals) {
		const { reach, first, coefficients, rise, fall } = terms;
		for (let r = 0; r < y.length; r += 1) {
			let sum = 0;
			for (let k = 0; k < reach; k += 1) sum += (coefficients[r * reach + k] ?? 0) * (step[(first[r] ?? 0) + k] ?? 0);
			const move = (dy[r] ?? 0) + (theta[r] ?? 0) * sum;
			const [up, down] = [(rise[r] ?? 0) - (y[r] ?? 0), (y[r] ?? 0) + (fall[r] ?? 0)];
			dy[r] = move;
			du[r] = ((cu[r] ?? 0) + (u[r] ?? 0) * move) / up - (u[r] ?? 0);
			dv[r] = ((cv[r] ?? 0) - (v[r] ?? 0) * move) / down - (v[r] ?? 0);
		}
	}
}

function subtractTransposed({ reach, first, coefficients }: Terms, by: Float64Array, from: Float64Array): void {
	for (let r = 0; r < first.length; r += 1) {
		const factor = by[r] ?? 0;
		for (let k = 0; k < reach; k += 1) {
			const at = (first[r] ?? 0) + k;
			from[at] = (from[at] ?? 0) - factor * (coefficients[r * reach + k] ?? 0);
		}
	}
}

/** How far along the direction the first multiplier or side becomes 0; at most 1 over `TO_BOUNDARY`. */
function longest(duals: readonly Dual[]): number {
	let length = 1 / TO_BOUNDARY;
	for (const { terms, y, u, v, dy, du, dv } of duals) {
		for (let r = 0; r < y.length; r += 1) {
			const [move, side, other] = [dy[r] ?? 0, du[r] ?? 0, dv[r] ?? 0];
			if (move > 0) length = Math.min(length, ((terms.rise[r] ?? 0) - (y[r] ?? 0)) / move);
			else if (move < 0) length = Math.min(length, ((y[r] ?? 0) + (terms.fall[r] ?? 0)) / -move);
			if (side < 0) length = Math.min(length, (u[r] ?? 0) / -side);
			if (other < 0) length = Math.min(length, (v[r] ?? 0) / -other);
		}
	}
	return length;
}

function advance({ y, u, v, dy, du, dv }: Dual, length: number): void {
	for (let r = 0; r < y.length; r += 1) {
		y[r] = (y[r] ?? 0) + length * (dy[r] ?? 0);
		u[r] = (u[r] ?? 0) + length * (du[r] ?? 0);
		v[r] = (v[r] ?? 0) + length * (dv[r] ?? 0);
	}
}
