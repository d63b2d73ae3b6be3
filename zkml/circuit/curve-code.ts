import { openCurve } from "./open-curve.ts";

/** Bytes of a field element, of the scalar field or of G1's coordinates. */
export const FIELD_BYTES = 32;

/** A page of WebAssembly memory, in bytes. */
const PAGE = 65_536;

/** Pages that the library's code expects. */
const INITIAL_PAGES = 25;

/** What multiplications by a scalar write from the library's first free address on, generously. */
const LIBRARY_SCRATCH = 4_096;

/** Operations on points by their addresses; a sum may lie where one of its terms does. */
export interface GroupCode {
  /** Of a point (x, y); the place at infinity is all zeros. */
  readonly affineBytes: number;
  /** Of a point (x, y, z), as sums are kept. */
  readonly pointBytes: number;
  readonly zero: (to: number) => void;
  readonly double: (point: number, to: number) => void;
  readonly add: (a: number, b: number, to: number) => void;
  /** The second point is affine. */
  readonly addAffine: (a: number, affine: number, to: number) => void;
  readonly subtractAffine: (a: number, affine: number, to: number) => void;
  readonly isZeroAffine: (affine: number) => number;
  readonly toAffine: (point: number, to: number) => void;
  /** Of an affine point, out of Montgomery form. */
  readonly toPlain: (affine: number, to: number) => void;
  readonly timesScalar: (point: number, scalar: number, scalarBytes: number, to: number) => void;
}

/** Operations on vectors of scalars by their addresses. */
export interface ScalarCode {
  readonly fft: (values: number, count: number) => void;
  readonly inverseFft: (values: number, count: number) => void;
  readonly toMontgomery: (value: number, to: number) => void;
  /** Multiplies value i by first · step^i. */
  readonly scale: (values: number, count: number, first: number, step: number, to: number) => void;
  /** Rows of both matrices times the witness, and the products of the two. */
  readonly rows: (
    coefficients: number,
    count: number,
    witness: number,
    a: number,
    b: number,
    products: number,
    firstRow: number,
    rowCount: number,
    firstWire: number,
    wireCount: number,
  ) => void;
  /** a · b − c for every row. */
  readonly multiplySubtract: (a: number, b: number, c: number, count: number, to: number) => void;
  readonly allToPlain: (values: number, count: number, to: number) => void;
}

/** The code of the curve BN254 with its memory, on the thread that calls it. */
export interface CurveCode {
  readonly g1: GroupCode;
  readonly g2: GroupCode;
  readonly scalars: ScalarCode;
  /** The first address that the code itself does not use; a multiple of 32. */
  readonly free: number;
  /** Makes addresses below `end` usable. Views of the memory that were taken before are then empty. */
  readonly reserve: (end: number) => void;
  /** The memory as it is now. */
  readonly memory: () => ArrayBuffer;
}

let loading: Promise<CurveCode> | undefined;

/** Loads the code once for the process. Nothing of it needs to be stopped. */
export function curveCode(): Promise<CurveCode> {
  loading ??= load();
  return loading;
}

async function load(): Promise<CurveCode> {
  // The library's code in a memory of our own, since growing its memory would leave it with an old view.
  const memory = new WebAssembly.Memory({ initial: INITIAL_PAGES });
  const { tm } = await openCurve();
  const { instance } = await WebAssembly.instantiate(tm.code, { env: { memory } });
  // The names below are those of its functions.
  const code = instance.exports as Readonly<Record<string, (...addresses: number[]) => number>>;
  const named = (name: string): ((...addresses: number[]) => number) => {
    const found = code[name];
    if (found === undefined) throw new Error(`ffjavascript has no function ${name}: take the version in package.json.`);
    return found;
  };
  const group = (prefix: "g1m" | "g2m", coordinateBytes: number): GroupCode => ({
    affineBytes: 2 * coordinateBytes,
    pointBytes: 3 * coordinateBytes,
    zero: named(`${prefix}_zero`),
    double: named(`${prefix}_double`),
    add: named(`${prefix}_add`),
    addAffine: named(`${prefix}_addMixed`),
    subtractAffine: named(`${prefix}_subMixed`),
    isZeroAffine: named(`${prefix}_isZeroAffine`),
    toAffine: named(`${prefix}_toAffine`),
    toPlain: named(`${prefix}_fromMontgomeryAffine`),
    timesScalar: named(`${prefix}_timesScalar`),
  });
  // The library keeps the first free address at address 0.
  const used = new DataView(memory.buffer).getUint32(0, true);
  return {
    g1: group("g1m", FIELD_BYTES),
    g2: group("g2m", 2 * FIELD_BYTES),
    scalars: {
      fft: named("frm_fft"),
      inverseFft: named("frm_ifft"),
      toMontgomery: named("frm_toMontgomery"),
      scale: named("frm_batchApplyKey"),
      rows: named("qap_buildABC"),
      multiplySubtract: named("qap_joinABC"),
      allToPlain: named("frm_batchFromMontgomery"),
    },
    free: Math.ceil(used / FIELD_BYTES) * FIELD_BYTES + LIBRARY_SCRATCH,
    reserve: (end) => {
      const missing = Math.ceil((end - memory.buffer.byteLength) / PAGE);
      if (missing > 0) memory.grow(missing);
    },
    memory: () => memory.buffer,
  };
}
