import assert from "node:assert/strict";
import {
  createECDH,
  createHash,
  createPublicKey,
  generateKeyPairSync,
  randomBytes,
  sign,
  verify,
  type KeyObject,
} from "node:crypto";
import { after, describe, it } from "node:test";

import fc from "fast-check";
import hre from "hardhat";
import { concatHex, numberToHex, type Hex } from "viem";

import { verifyP384 } from "../../sdk/src/tee/nitro/ecdsa.ts";
import { deployHarness } from "./harness.ts";
import { DEEP } from "./sample.ts";
import { jsonVector } from "./vectors.ts";

const P = 2n ** 384n - 2n ** 128n - 2n ** 96n + 2n ** 32n - 1n;
const N = 0xffffffffffffffffffffffffffffffffffffffffffffffffc7634d81f4372ddf581a0db248b0a77aecec196accc52973n;
const G: Point = [
  0xaa87ca22be8b05378eb1c71ef320ad746e1d3b628ba79b9859f741e082542a385502f25dbf55296c3a545e3872760ab7n,
  0x3617de4a96262c6f5d9e98bf9292dc29f8f41dbd289a147ce9da3113b5f0b8c00a60b1ce1d7e819d7a431d7c90ea0e5fn,
];
const WORD = 2n ** 256n;
const TOP = 2n ** 384n - 1n;

type Point = readonly [x: bigint, y: bigint];
type Words = readonly [hi: bigint, lo: bigint];

interface WycheproofFile {
  readonly testGroups: readonly {
    readonly publicKey: { readonly uncompressed: string };
    readonly tests: readonly {
      readonly tcId: number;
      readonly comment: string;
      readonly msg: string;
      readonly sig: string;
      readonly result: "valid" | "invalid" | "acceptable";
    }[];
  }[];
}

const connection = await hre.network.create();
const call = await deployHarness(connection, "P384__Harness");
after(() => connection.close());

const words = (value: bigint): Words => [value / WORD, value % WORD];
const number = ([hi, lo]: Words): bigint => hi * WORD + lo;
const field = (value: bigint): Hex => numberToHex(value, { size: 48 });
const hex = (bytes: Uint8Array): Hex => `0x${Buffer.from(bytes).toString("hex")}`;
const mod = (value: bigint, modulus: bigint): bigint => ((value % modulus) + modulus) % modulus;

function power(base: bigint, exponent: bigint, modulus: bigint): bigint {
  let result = 1n;
  for (let bits = exponent, square = mod(base, modulus); bits > 0n; bits >>= 1n, square = (square * square) % modulus) {
    if (bits & 1n) result = (result * square) % modulus;
  }
  return result;
}

const inverse = (value: bigint, modulus: bigint): bigint => power(value, modulus - 2n, modulus);

/** Affine addition of points that are not opposite. */
function add([x1, y1]: Point, [x2, y2]: Point): Point {
  const slope = x1 === x2 ? (3n * x1 * x1 - 3n) * inverse(2n * y1, P) : (y2 - y1) * inverse(mod(x2 - x1, P), P);
  const x = mod(slope * slope - x1 - x2, P);
  return [x, mod(slope * (x1 - x) - y1, P)];
}

function multiple(scalar: bigint): Point {
  const ecdh = createECDH("secp384r1");
  ecdh.setPrivateKey(scalar.toString(16).padStart(96, "0"), "hex");
  const point = ecdh.getPublicKey("hex").slice(2);
  return [BigInt(`0x${point.slice(0, 96)}`), BigInt(`0x${point.slice(96)}`)];
}

const sha384 = (message: Uint8Array): Uint8Array => createHash("sha384").update(message).digest();

function pointOf(key: KeyObject): Hex {
  const { x = "", y = "" } = key.export({ format: "jwk" });
  return hex(Buffer.concat([Buffer.from(x, "base64url"), Buffer.from(y, "base64url")]));
}

async function verifyOnChain(digest: Uint8Array, signature: Hex, key: Hex): Promise<boolean> {
  return (await call("verify", hex(digest), signature, key)) as boolean;
}

/** A signature made with a chosen nonce, which node:crypto cannot be told. */
function signWith(digest: bigint, secret: bigint, nonce: bigint): Hex {
  const r = mod(multiple(nonce)[0], N);
  return concatHex([field(r), field(mod(inverse(nonce, N) * (digest + r * secret), N))]);
}

/** Numbers next to everything that the reductions treat specially, and any others. */
const EDGES = [0n, 1n, 2n, WORD - 1n, WORD, 2n ** 383n, N - 1n, N, P - 1n, P, P + 1n, TOP - 1n, TOP];
const element = fc.oneof(fc.constantFrom(...EDGES), fc.bigInt({ min: 0n, max: TOP }));

describe("P384Field", () => {
  const oneWordLess = inverse(WORD, P);

  it("multiplies and squares as bigint does, for all pairs of edge values", async () => {
    for (const a of EDGES) {
      const square = number((await call("square", words(a))) as Words);
      assert.ok(square <= TOP);
      assert.equal(mod(square, P), mod(a * a * oneWordLess, P), `${a} squared`);
      for (const b of EDGES) {
        const product = number((await call("multiply", words(a), words(b))) as Words);
        assert.ok(product <= TOP);
        assert.equal(mod(product, P), mod(a * b * oneWordLess, P), `${a} times ${b}`);
        const inOrder = number((await call("multiplyModuloOrder", words(a), words(b))) as Words);
        assert.ok(inOrder <= TOP);
        assert.equal(mod(inOrder, N), mod(a * b * inverse(WORD, N), N), `${a} times ${b} modulo n`);
      }
    }
  });

  it("multiplies as bigint does, for any elements", async () => {
    const property = fc.asyncProperty(element, element, async (a, b) => {
      const product = number((await call("multiply", words(a), words(b))) as Words);
      return product <= TOP && mod(product, P) === mod(a * b * oneWordLess, P);
    });
    await fc.assert(property, { numRuns: DEEP ? 200 : 60 });
  });

  it("reduces signed sums into the range of elements", async () => {
    const multiples = fc.bigInt({ min: -32n, max: 32n });
    const property = fc.asyncProperty(element, multiples, fc.bigInt({ min: -2n, max: 2n }), async (a, k, d) => {
      const sum = a + k * P + d;
      const stored = number((await call("store", BigInt.asUintN(256, sum >> 256n), BigInt.asUintN(256, sum))) as Words);
      return stored <= TOP && mod(stored - sum, P) === 0n;
    });
    await fc.assert(property, { numRuns: DEEP ? 300 : 80 });
  });

  it("knows both zeros", async () => {
    for (const value of EDGES) assert.equal(await call("isZero", words(value)), value % P === 0n);
  });
});

describe("P384Table", () => {
  it("holds the first 32 multiples of the generator, times 2^256", async () => {
    let point = G;
    const expected: Hex[] = [];
    for (let k = 1; k <= 32; k++) {
      if (k > 1) point = add(point, G);
      expected.push(...point.map((coordinate) => field(mod(coordinate * WORD, P))));
    }
    assert.equal(await call("generatorTable"), concatHex(expected));
  });
});

describe("P384", () => {
  it("has a twin that gives the verdict of every Wycheproof vector", () => {
    // The contract gives those of both encodings: test/contracts/tee/crypto/P384.t.sol.
    const { testGroups } = jsonVector<WycheproofFile>("wycheproof/ecdsa_secp384r1_sha384_p1363_test.json");
    const cases = testGroups.flatMap(({ publicKey, tests }) => tests.map((test) => ({ publicKey, ...test })));
    for (const { publicKey, tcId, comment, msg, sig, result } of cases) {
      const [message, signature, key] = [msg, sig, publicKey.uncompressed.slice(2)].map((t) => Buffer.from(t, "hex"));
      assert.ok(message && signature && key);
      assert.equal(verifyP384(message, signature, key), result === "valid", `vector ${tcId}: ${comment}`);
    }
    assert.equal(cases.length, 280);
  });

  it("agrees with node:crypto on fresh signatures and on damaged ones", async () => {
    const { privateKey, publicKey } = generateKeyPairSync("ec", { namedCurve: "secp384r1" });
    const key = pointOf(publicKey);
    for (let round = 0; round < (DEEP ? 12 : 3); round++) {
      const message = randomBytes(40);
      const signature = sign("sha384", message, { key: privateKey, dsaEncoding: "ieee-p1363" });
      if (round % 3 === 2) signature[(round * 7) % 96] = (signature[(round * 7) % 96] ?? 0) ^ (1 << round % 8);
      const expected = verify("sha384", message, { key: publicKey, dsaEncoding: "ieee-p1363" }, signature);
      assert.equal(await verifyOnChain(sha384(message), hex(signature), key), expected);
      const r = signature.subarray(0, 48);
      const s = BigInt(hex(signature.subarray(48)));
      if (!DEEP && round !== 0) continue;
      const mirrored = concatHex([hex(r), field(mod(N - s, N))]);
      assert.equal(await verifyOnChain(sha384(message), mirrored, key), expected, "the other s is as good");
    }
  });

  it("handles keys and nonces that make the chain add equal and opposite points", async () => {
    const digest = sha384(Buffer.from("edge"));
    const e = BigInt(hex(digest));
    const secrets = [1n, 2n, 3n, 16n, 32n, 33n, N - 1n, N - 2n, N - 32n];
    for (const [index, secret] of secrets.entries()) {
      const key = concatHex(multiple(secret).map(field));
      const nonces = [1n, 2n, N - 1n, secret, 12345n];
      for (const nonce of DEEP ? nonces : nonces.filter((_, other) => (index + other) % 8 === 0)) {
        const signature = signWith(e, secret, nonce);
        const [x, y] = [Buffer.from(key.slice(2, 98), "hex"), Buffer.from(key.slice(98), "hex")];
        const jwk = { kty: "EC", crv: "P-384", x: x.toString("base64url"), y: y.toString("base64url") };
        const oracle = createPublicKey({ key: jwk, format: "jwk" });
        const bytes = Buffer.from(signature.slice(2), "hex");
        const expected = verify("sha384", Buffer.from("edge"), { key: oracle, dsaEncoding: "ieee-p1363" }, bytes);
        assert.equal(await verifyOnChain(digest, signature, key), expected, `key ${secret}, nonce ${nonce}`);
      }
    }
  });

  it("refuses points off the curve, the coordinates p and above, and other lengths", async () => {
    const digest = sha384(Buffer.from("edge"));
    const key = multiple(5n);
    const signature = signWith(BigInt(hex(digest)), 5n, 77n);
    const encode = ([x, y]: Point): Hex => concatHex([field(x), field(y)]);
    assert.equal(await verifyOnChain(digest, signature, encode(key)), true);
    const [x, y] = key;
    const bad: Point[] = [
      [x, y + 1n],
      [x + 1n, y],
      [y, x],
      [0n, 0n],
      [P, y],
      [TOP, y],
      [x, TOP],
    ];
    for (const point of bad) assert.equal(await verifyOnChain(digest, signature, encode(point)), false);
    assert.equal(await verifyOnChain(digest.subarray(1), signature, encode(key)), false);
    assert.equal(await verifyOnChain(digest, `${signature}00`, encode(key)), false);
    assert.equal(await verifyOnChain(digest, signature, concatHex(["0x04", encode(key)])), false);
  });

  it("leaves the caller's memory as it was, wherever it ends", async (t) => {
    const digest = sha384(Buffer.from("edge"));
    const key = concatHex(multiple(5n).map(field));
    const signature = signWith(BigInt(hex(digest)), 5n, 77n);
    for (const ballast of [0n, 3_000n, 9_000n]) {
      const measured = await call("measure", hex(digest), signature, key, ballast);
      const [valid, used, untouched] = measured as readonly [boolean, bigint, boolean];
      assert.deepEqual([valid, untouched], [true, true]);
      t.diagnostic(`${used} gas`);
      assert.ok(used < 4_950_000n, "dearer than with hints");
    }
  });
});
