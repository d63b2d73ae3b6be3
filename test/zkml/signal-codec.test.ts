import assert from "node:assert/strict";
import { before, describe, it } from "node:test";

import fc from "fast-check";
import { network } from "hardhat";

import type { SignalLayout } from "../../zkml/codec/layout.ts";
import type { ModelInput, TensorNumber } from "../../sdk/src/tensors.ts";
import {
  inputFromIntegers,
  inputIntegers,
  packInputs,
  packIntegers,
  packOutputs,
  unpackIntegers,
  unpackOutputs,
} from "../../zkml/codec/signal-codec.ts";
import { SignalError, TensorShapeError } from "../../zkml/errors.ts";

const LAYOUT: SignalLayout = {
  inputName: "features",
  outputName: "range",
  inputCount: 3,
  inputBits: 20,
  inputDecimals: 5,
  inputOffset: 500_000n,
  outputCount: 4,
  outputBits: 60,
  outputDecimals: 6,
  outputOffset: 1n << 59n,
};

const inputOf = (values: readonly TensorNumber[], shape = [1, values.length], name = "features"): ModelInput => ({
  numbers: [{ name, values, shape }],
  strings: [],
});
const number = (value: bigint, decimals: bigint): TensorNumber => ({ value, decimals });
const fives = [number(1n, 5n), number(-20n, 6n), number(3n, 0n)];

describe("signal codec", () => {
  it("packs exactly, element 0 lowest, with the offset", () => {
    assert.deepEqual(inputIntegers(LAYOUT, inputOf(fives)), [500_001n, 499_998n, 800_000n]);
    assert.equal(packInputs(LAYOUT, inputOf(fives)), 500_001n + (499_998n << 20n) + (800_000n << 40n));
  });

  it("round-trips integers, inputs and outputs", () => {
    fc.assert(
      fc.property(fc.array(fc.bigInt(0n, 2n ** 20n - 1n), { minLength: 3, maxLength: 3 }), (values) => {
        assert.deepEqual(unpackIntegers(packIntegers(values, 20), 3, 20), values);
        assert.deepEqual(inputIntegers(LAYOUT, inputFromIntegers(LAYOUT, values)), values);
      }),
    );
    fc.assert(
      fc.property(fc.bigInt(0n, 2n ** 240n - 1n), (packed) => {
        assert.equal(packOutputs(LAYOUT, unpackOutputs(LAYOUT, packed)), packed);
      }),
    );
  });

  it("rejects tensors that do not fit the layout", () => {
    const refuse = (input: ModelInput) => assert.throws(() => packInputs(LAYOUT, input), TensorShapeError);
    refuse({ numbers: [], strings: [] });
    refuse(inputOf(fives, [1, 3], "other"));
    refuse(inputOf(fives, [3]));
    refuse(inputOf(fives, [3, 1]));
    refuse(inputOf(fives.slice(1)));
    refuse({ ...inputOf(fives), strings: [{ name: "text", values: [] }] });
  });

  it("rejects values that are out of range or not exact", () => {
    const refuse = (value: TensorNumber) =>
      assert.throws(() => packInputs(LAYOUT, inputOf([value, number(0n, 0n), number(0n, 0n)])), SignalError);
    refuse(number(1n, 6n));
    refuse(number(1n, 1000n));
    refuse(number(6n, 0n));
    refuse(number(-6n, 0n));
    refuse(number(1n, -1000n));
    assert.throws(() => unpackOutputs(LAYOUT, 1n << 240n), SignalError);
    assert.throws(() => packOutputs(LAYOUT, { ...unpackOutputs(LAYOUT, 0n), is_simulation_result: true }), SignalError);
    assert.throws(() => packInputs({ ...LAYOUT, inputBits: 100 }, inputOf(fives)), SignalError);
  });
});

describe("signal codec against its Solidity library", () => {
  let packInputsOnChain: (input: ModelInput) => Promise<bigint>;
  let unpackOnChain: (packed: bigint) => Promise<readonly unknown[]>;

  before(async () => {
    const { viem } = await network.create();
    const harness = await viem.deployContract("SignalCodec__Harness");
    await harness.write.useLayout([LAYOUT]);
    packInputsOnChain = (input) => harness.read.packInputs([input]);
    unpackOnChain = (packed) => harness.read.unpackOutputs([packed]);
  });

  it("packs the same numbers and refuses the same numbers", async () => {
    const decimal = fc.record({
      value: fc.oneof(fc.bigInt(-600_000n, 600_000n), fc.bigInt(-(2n ** 127n), 2n ** 127n - 1n)),
      decimals: fc.oneof(fc.bigInt(0n, 9n), fc.bigInt(-90n, 90n)),
    });
    const exact = fc
      .tuple(fc.bigInt(-500_000n, 548_575n), fc.bigInt(0n, 20n))
      .map(([value, extra]) => number(value * 10n ** extra, 5n + extra));
    let packed = 0;
    await fc.assert(
      fc.asyncProperty(
        fc.array(fc.oneof({ weight: 9, arbitrary: exact }, decimal), { minLength: 3, maxLength: 3 }),
        async (values) => {
          const input = inputOf(values);
          let expected: bigint | undefined;
          try {
            expected = packInputs(LAYOUT, input);
          } catch (error) {
            assert.ok(error instanceof SignalError);
          }
          if (expected === undefined) await assert.rejects(packInputsOnChain(input), /SignalValue(Inexact|OutOfRange)/);
          else assert.equal(await packInputsOnChain(input), expected);
          if (expected !== undefined) packed += 1;
        },
      ),
      { numRuns: 150, seed: 1 },
    );
    assert.ok(packed > 20, `${packed} inputs were packed`);
  });

  it("unpacks the same tensors", async () => {
    await fc.assert(
      fc.asyncProperty(fc.bigInt(0n, 2n ** 240n - 1n), async (packed) => {
        assert.deepEqual(await unpackOnChain(packed), [unpackOutputs(LAYOUT, packed).numbers, 0n, false]);
      }),
      { numRuns: 50, seed: 2 },
    );
  });
});
