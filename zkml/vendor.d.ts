// The parts of two untyped packages, and of WebAssembly (typed only for browsers), that this folder uses.

declare namespace WebAssembly {
  class Memory {
    constructor(pages: { readonly initial: number });
    readonly buffer: ArrayBuffer;
    grow(pages: number): number;
  }
  function instantiate(bytes: Uint8Array, imports: object): Promise<{ instance: { exports: unknown } }>;
}

declare module "ffjavascript" {
  /** Field element or point in the library's own form. */
  export type Opaque = Uint8Array;

  export interface Group {
    /** Generator. */
    readonly g: Opaque;
    readonly F: { readonly n8: number };
    add(a: Opaque, b: Opaque): Opaque;
    timesFr(point: Opaque, scalar: Opaque): Opaque;
    toAffine(point: Opaque): Opaque;
    /** Writes the affine point at `offset`, little-endian Montgomery form. */
    toRprLEM(bytes: Uint8Array, offset: number, point: Opaque): void;
  }

  export interface Curve {
    readonly q: bigint;
    readonly r: bigint;
    readonly Fr: { e(value: bigint): Opaque; fromRng(rng: ChaCha): Opaque; toObject(value: Opaque): bigint };
    readonly G1: Group;
    readonly G2: Group;
    /** With a single thread: its WebAssembly code. */
    readonly tm: { readonly code: Uint8Array };
    terminate(): Promise<void>;
  }

  /** A generator of random numbers. */
  export class ChaCha {
    constructor(seed: readonly number[]);
  }

  export function buildBn128(singleThread?: boolean): Promise<Curve>;
}

declare module "snarkjs" {
  /** A file in memory. */
  export interface MemoryFile {
    type: "mem";
    data: Uint8Array;
  }

  /** Decimal strings, projective coordinates. */
  export interface Groth16Proof {
    pi_a: [string, string, string];
    pi_b: [[string, string], [string, string], [string, string]];
    pi_c: [string, string, string];
  }

  export interface Groth16VerifyingKey {
    protocol?: string;
    curve?: string;
    nPublic: number;
    vk_alpha_1: [string, string, string];
    vk_beta_2: [[string, string], [string, string], [string, string]];
    vk_gamma_2: [[string, string], [string, string], [string, string]];
    vk_delta_2: [[string, string], [string, string], [string, string]];
    IC: [string, string, string][];
  }

  /** Decimal strings; points are projective. */
  export interface FflonkProof {
    polynomials: Record<"C1" | "C2" | "W1" | "W2", [string, string, string]>;
    evaluations: Record<
      "ql" | "qr" | "qm" | "qo" | "qc" | "s1" | "s2" | "s3" | "a" | "b" | "c" | "z" | "zw" | "t1w" | "t2w" | "inv",
      string
    >;
    protocol: "fflonk";
    curve: string;
  }

  export interface FflonkVerifyingKey {
    protocol: "fflonk";
    curve: string;
    nPublic: number;
    power: number;
    k1: string;
    k2: string;
    w: string;
    w3: string;
    w4: string;
    w8: string;
    wr: string;
    X_2: [[string, string], [string, string], [string, string]];
    C0: [string, string, string];
  }

  export const fflonk: {
    setup(r1cs: string, ptau: string, zkey: string): Promise<void>;
    prove(zkey: string, witness: MemoryFile): Promise<{ proof: FflonkProof; publicSignals: string[] }>;
    verify(key: FflonkVerifyingKey, signals: string[], proof: FflonkProof): Promise<boolean>;
  };
  export const groth16: {
    prove(zkey: string, witness: MemoryFile): Promise<{ proof: Groth16Proof; publicSignals: string[] }>;
    verify(key: Groth16VerifyingKey, signals: string[], proof: Groth16Proof): Promise<boolean>;
  };
  export const zKey: {
    newZKey(r1cs: string, ptau: string, zkey: string): Promise<Uint8Array | -1>;
    contribute(from: string, to: string, name: string, entropy: string): Promise<Uint8Array>;
    /** False, too, when the key has no contribution. */
    verifyFromR1cs(r1cs: string, ptau: string, zkey: string): Promise<boolean>;
    beacon(from: string, to: string, name: string, hash: string, iterationsExponent: number): Promise<Uint8Array>;
    /** The key of the proof system that the file is for. */
    exportVerificationKey<Key extends Groth16VerifyingKey | FflonkVerifyingKey = Groth16VerifyingKey>(
      zkey: string,
    ): Promise<Key>;
  };
}
