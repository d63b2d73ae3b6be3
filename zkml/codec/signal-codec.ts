import type { ModelInput, ModelOutput, NumberTensor, TensorNumber } from "../../sdk/src/tensors.ts";
import { SignalError, TensorShapeError } from "../errors.ts";
import type { PackedSide, SignalLayout } from "./layout.ts";
import { inputSide, outputSide } from "./layout.ts";

const INT128_LIMIT = 1n << 127n;

/** Powers of ten beyond this exceed every packed value. */
const MAX_EXPONENT = 77n;

/**
 * Packs unsigned integers of `bits` bits into one number, element 0 in the lowest bits.
 *
 * @throws {SignalError} when an integer does not fit.
 */
export function packIntegers(values: readonly bigint[], bits: number): bigint {
  return values.reduceRight((packed, value, index) => {
    if (value < 0n || value >> BigInt(bits) !== 0n) {
      throw new SignalError(`Value ${index} is ${value}: it must be in [0, 2^${bits}).`);
    }
    return (packed << BigInt(bits)) | value;
  }, 0n);
}

/**
 * The reverse of {@link packIntegers}.
 *
 * @throws {SignalError} when `packed` holds more than `count` values.
 */
export function unpackIntegers(packed: bigint, count: number, bits: number): bigint[] {
  if (packed < 0n || packed >> BigInt(count * bits) !== 0n) {
    throw new SignalError(`${packed} does not hold ${count} values of ${bits} bits.`);
  }
  const mask = (1n << BigInt(bits)) - 1n;
  return Array.from({ length: count }, (_, index) => (packed >> BigInt(index * bits)) & mask);
}

/**
 * The integers that a circuit takes for `input`: exact, nothing is rounded.
 *
 * @throws {TensorShapeError} when the tensors are not the one tensor [1, n] of the layout.
 * @throws {SignalError} when a value has too many decimals or is out of range.
 */
export function inputIntegers(layout: SignalLayout, input: ModelInput): bigint[] {
  refuseTexts(input.strings.length);
  return tensorIntegers(inputSide(layout), input.numbers);
}

/** The packed input signal of `input`; see {@link inputIntegers} for the errors. */
export function packInputs(layout: SignalLayout, input: ModelInput): bigint {
  return packIntegers(inputIntegers(layout, input), layout.inputBits);
}

/** The packed output signal of `output`; errors as in {@link inputIntegers}, and for placeholders of a simulation. */
export function packOutputs(layout: SignalLayout, output: ModelOutput): bigint {
  if (output.is_simulation_result) throw new SignalError("The placeholder of a simulation has no packed form.");
  refuseTexts(output.strings.length + output.jsons.length);
  return packIntegers(tensorIntegers(outputSide(layout), output.numbers), layout.outputBits);
}

/** The input tensors that stand for the circuit integers `values` (the reverse of {@link inputIntegers}). */
export function inputFromIntegers(layout: SignalLayout, values: readonly bigint[]): ModelInput {
  const side = inputSide(layout);
  if (values.length !== side.count) {
    throw new TensorShapeError(`"${side.name}" has ${side.count} values, not ${values.length}.`);
  }
  packIntegers(values, side.bits);
  return { numbers: [tensorOf(side, values)], strings: [] };
}

/** The canonical output tensors of a packed output signal: every number has `outputDecimals` decimals. */
export function unpackOutputs(layout: SignalLayout, packed: bigint): ModelOutput {
  const side = outputSide(layout);
  const values = unpackIntegers(packed, side.count, side.bits);
  return { numbers: [tensorOf(side, values)], strings: [], jsons: [], is_simulation_result: false };
}

function refuseTexts(count: number): void {
  if (count !== 0) throw new TensorShapeError(`A circuit takes and gives numbers only: remove ${count} text tensors.`);
}

function tensorOf(side: PackedSide, integers: readonly bigint[]): NumberTensor {
  const values = integers.map((integer, index) => {
    const value = integer - side.offset;
    if (value >= INT128_LIMIT) throw new SignalError(`Value ${index} of "${side.name}" exceeds int128: ${value}.`);
    return { value, decimals: BigInt(side.decimals) };
  });
  return { name: side.name, values, shape: [1, side.count] };
}

function tensorIntegers(side: PackedSide, tensors: readonly NumberTensor[]): bigint[] {
  const [tensor, ...others] = tensors;
  if (tensor === undefined || others.length > 0) {
    throw new TensorShapeError(`Expected the one tensor "${side.name}", got ${tensors.length} tensors.`);
  }
  if (tensor.name !== side.name) {
    throw new TensorShapeError(`The tensor is called "${tensor.name}": name it "${side.name}".`);
  }
  const [rows, columns, ...more] = tensor.shape;
  if (rows !== 1 || columns !== side.count || more.length > 0 || tensor.values.length !== side.count) {
    throw new TensorShapeError(
      `"${side.name}" has shape [${tensor.shape.join(", ")}] and ${tensor.values.length} values: ` +
        `give shape [1, ${side.count}] and ${side.count} values.`,
    );
  }
  return tensor.values.map((number, index) => integerOf(side, number, index));
}

function integerOf(side: PackedSide, number: TensorNumber, index: number): bigint {
  const scaled = scale(number, BigInt(side.decimals));
  const place = `Value ${index} of "${side.name}", ${number.value}·10^(${-number.decimals}),`;
  if (scaled === undefined) throw new SignalError(`${place} is not exact with ${side.decimals} decimals: round it.`);
  const integer = scaled + side.offset;
  if (integer < 0n || integer >> BigInt(side.bits) !== 0n) {
    throw new SignalError(`${place} is out of range: with its offset it must be in [0, 2^${side.bits}).`);
  }
  return integer;
}

/** value · 10^(decimals − its own), undefined when that is no integer. */
function scale(number: TensorNumber, decimals: bigint): bigint | undefined {
  if (number.value === 0n) return 0n;
  const exponent = decimals - number.decimals;
  if (exponent > MAX_EXPONENT) return number.value * 10n ** MAX_EXPONENT;
  if (exponent >= 0n) return number.value * 10n ** exponent;
  if (-exponent > MAX_EXPONENT) return undefined;
  const divisor = 10n ** -exponent;
  return number.value % divisor === 0n ? number.value / divisor : undefined;
}
