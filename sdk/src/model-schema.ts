import { keccak256, stringToBytes, type Hex } from "viem";
import { z } from "zod";

import { ModelSchemaError, TensorMismatchError } from "./errors.ts";
import type { ModelInput, ModelOutput, NumberTensor, StringTensor, TensorNumber } from "./tensors.ts";
import { describeIssues } from "./wire.ts";

/** The path under which a release lists its schema. */
export const SCHEMA_PATH = "schema.json";

/** The longest schema that is read, in bytes. */
const MAX_SCHEMA_LENGTH = 65_536;
/** The contracts' tensors hold int128. */
const LARGEST = (1n << 127n) - 1n;
const MOST_DECIMALS = 38;

const decimal = z.string().regex(/^-?\d{1,39}(\.\d{1,38})?$/, "must be a decimal number as text");

const tensor = z
  .object({
    name: z.string().min(1).max(256),
    type: z.enum(["number", "string"]),
    shape: z.array(z.number().int().positive().max(0xffffffff).nullable()).max(8),
    decimals: z.number().int().min(0).max(MOST_DECIMALS).optional(),
    minimum: decimal.optional(),
    maximum: decimal.optional(),
    description: z.string().max(1_000).optional(),
  })
  .strict()
  .refine(
    ({ type, decimals, minimum, maximum }) =>
      type === "number" || [decimals, minimum, maximum].every((bound) => bound === undefined),
    "decimals, minimum and maximum are for numbers",
  );

const modelSchema = z
  .object({
    format: z.literal("opg-model-schema-1"),
    inputs: z.array(tensor).min(1).max(16),
    outputs: z.array(tensor).min(1).max(16),
  })
  .strict()
  .refine(
    ({ inputs, outputs }) =>
      [inputs, outputs].every((side) => new Set(side.map(({ name }) => name)).size === side.length),
    "two tensors of one side have the same name",
  );

/**
 * One tensor of a model. A `null` in its shape stands for any positive length. `decimals` fixes how numbers are scaled:
 * every one is value · 10^(−decimals); without it, each number brings its own. `minimum` and `maximum` include themselves.
 */
export type TensorSchema = z.infer<typeof tensor>;

/** What a release takes and answers. The keccak256 of the file's bytes stands on the chain as the release's schema hash. */
export type ModelSchema = z.infer<typeof modelSchema>;

/** A number as a caller writes it: exact, or as a decimal text. */
export type NumberLike = TensorNumber | bigint | string;

/** The tensors of an input by their names, row-major. */
export type TensorValues = Readonly<Record<string, readonly NumberLike[]>>;

/** The hash of a schema's file, as `ModelHub.schemaHashOf` has it. */
export function hashModelSchema(text: string): Hex {
  return keccak256(stringToBytes(text));
}

/**
 * Reads the file of a schema.
 *
 * @param text         the file
 * @param expectedHash `ModelHub.schemaHashOf(releaseId)`, if the file came from anywhere else than the publisher's hands
 * @throws {ModelSchemaError} when it is another file than the chain names, or no schema
 */
export function parseModelSchema(text: string, expectedHash?: Hex): ModelSchema {
  const hash = hashModelSchema(text);
  if (expectedHash !== undefined && hash !== expectedHash.toLowerCase()) {
    throw new ModelSchemaError(`The schema's hash is ${hash}, but the release names ${expectedHash}: fetch it anew.`);
  }
  if (text.length > MAX_SCHEMA_LENGTH) {
    throw new ModelSchemaError(`The schema has ${text.length} characters, more than ${MAX_SCHEMA_LENGTH}.`);
  }
  let json: unknown;
  try {
    json = JSON.parse(text);
  } catch (cause) {
    throw new ModelSchemaError("The schema is not JSON.", { cause });
  }
  const parsed = modelSchema.safeParse(json);
  if (!parsed.success) throw new ModelSchemaError(`The schema is malformed: ${describeIssues(parsed.error)}.`);
  return parsed.data;
}

/** Reads a decimal text: "-1.50" is -150 · 10^(−2). */
function parseDecimal(text: string, context: string): TensorNumber {
  const match = /^(-?)(\d{1,39})(?:\.(\d{1,38}))?$/.exec(text);
  if (match === null) throw new TensorMismatchError(`${context} is "${text}"; write a decimal number such as -1.5.`);
  const [, sign = "", whole = "", fraction = ""] = match;
  return { value: BigInt(`${sign}${whole}${fraction}`), decimals: BigInt(fraction.length) };
}

/** The same number with another scale, or undefined when digits would be lost. */
function rescale({ value, decimals }: TensorNumber, to: bigint): bigint | undefined {
  if (to >= decimals) return value * 10n ** (to - decimals);
  const divisor = 10n ** (decimals - to);
  return value % divisor === 0n ? value / divisor : undefined;
}

/** Negative when `a` is less than `b`, 0 when they are equal. */
function compare(a: TensorNumber, b: TensorNumber): bigint {
  const decimals = a.decimals > b.decimals ? a.decimals : b.decimals;
  return a.value * 10n ** (decimals - a.decimals) - b.value * 10n ** (decimals - b.decimals);
}

function exactNumber(like: NumberLike, schema: TensorSchema, context: string): TensorNumber {
  const written =
    typeof like === "bigint"
      ? { value: like, decimals: 0n }
      : typeof like === "string"
        ? parseDecimal(like, context)
        : like;
  if (schema.decimals === undefined) return written;
  const value = rescale(written, BigInt(schema.decimals));
  if (value === undefined) {
    throw new TensorMismatchError(`${context} has more than the ${schema.decimals} decimals of the schema; round it.`);
  }
  return { value, decimals: BigInt(schema.decimals) };
}

/** The shape of `count` values: the schema's, its one unknown length computed. */
function shapeFor({ name, shape }: TensorSchema, count: number): readonly number[] {
  const known = shape.reduce<number>((product, length) => product * (length ?? 1), 1);
  const unknown = shape.filter((length) => length === null).length;
  if (unknown > 1) {
    throw new TensorMismatchError(`"${name}" has ${unknown} free lengths; build its tensor yourself and check it.`);
  }
  const free = unknown === 0 ? 1 : count / known;
  if (count === 0 || !Number.isInteger(free) || known * free !== count) {
    throw new TensorMismatchError(`"${name}" takes ${shapeText(shape)} values, not ${count}.`);
  }
  return shape.map((length) => length ?? free);
}

function shapeText(shape: readonly (number | null)[]): string {
  return shape.length === 0 ? "one value (shape [])" : `[${shape.map((length) => length ?? "any").join(", ")}]`;
}

/**
 * Builds the input of a call from plain values, and checks it.
 *
 * @param values the tensors by their names; numbers exact, as bigint or as decimal text, strings as they are
 * @throws {TensorMismatchError} naming the tensor and what does not fit
 */
export function buildModelInput({ inputs }: ModelSchema, values: TensorValues): ModelInput {
  const unknown = Object.keys(values).find((name) => !inputs.some((schema) => schema.name === name));
  if (unknown !== undefined) throw new TensorMismatchError(unknownName(unknown, inputs));
  const numbers: NumberTensor[] = [];
  const strings: StringTensor[] = [];
  for (const schema of inputs) {
    const given = Object.hasOwn(values, schema.name) ? values[schema.name] : undefined;
    if (given === undefined) throw new TensorMismatchError(`The input lacks "${schema.name}".`);
    const shape = shapeFor(schema, given.length);
    const { name } = schema;
    if (schema.type === "number") {
      const exact = given.map((like, index) => exactNumber(like, schema, `"${name}"[${index}]`));
      numbers.push({ name, shape, values: exact });
    } else {
      strings.push({ name, values: given.map((like, index) => asText(like, `"${name}"[${index}]`)) });
    }
  }
  const input = { numbers, strings };
  checkSide(inputs, input, "input");
  return input;
}

function asText(like: NumberLike, context: string): string {
  if (typeof like === "string") return like;
  throw new TensorMismatchError(`${context} is a number; the schema wants text.`);
}

/**
 * Checks the input of a call against a release's schema.
 *
 * @throws {TensorMismatchError} naming the tensor and what does not fit
 */
export function checkModelInput({ inputs }: ModelSchema, input: ModelInput): void {
  checkSide(inputs, input, "input");
}

/**
 * Checks an answer against a release's schema. Scalars of JSON are not described by schemas and not looked at.
 *
 * @throws {TensorMismatchError} naming the tensor and what does not fit
 */
export function checkModelOutput({ outputs }: ModelSchema, output: ModelOutput): void {
  checkSide(outputs, output, "output");
}

function unknownName(name: string, schemas: readonly TensorSchema[]): string {
  return `The model knows no tensor "${name}"; it has ${schemas.map((schema) => `"${schema.name}"`).join(", ")}.`;
}

function checkSide(schemas: readonly TensorSchema[], side: ModelInput, sideName: string): void {
  const given = [...side.numbers, ...side.strings].map(({ name }) => name);
  const repeated = given.find((name, index) => given.indexOf(name) !== index);
  if (repeated !== undefined) throw new TensorMismatchError(`The ${sideName} has "${repeated}" twice.`);
  for (const [type, tensors] of [
    ["number", side.numbers],
    ["string", side.strings],
  ] as const) {
    for (const { name } of tensors) {
      const schema = schemas.find((candidate) => candidate.name === name);
      if (schema === undefined) throw new TensorMismatchError(unknownName(name, schemas));
      if (schema.type !== type) throw new TensorMismatchError(`"${name}" holds ${schema.type}s, not ${type}s.`);
    }
  }
  for (const schema of schemas) {
    const numbers = side.numbers.find(({ name }) => name === schema.name);
    const strings = side.strings.find(({ name }) => name === schema.name);
    if (numbers !== undefined) checkNumbers(schema, numbers);
    else if (strings !== undefined) shapeFor(schema, strings.values.length);
    else throw new TensorMismatchError(`The ${sideName} lacks "${schema.name}".`);
  }
}

function checkNumbers(schema: TensorSchema, { name, shape, values }: NumberTensor): void {
  const fits =
    shape.length === schema.shape.length && shape.every((length, i) => (schema.shape[i] ?? length) === length);
  if (!fits) throw new TensorMismatchError(`"${name}" has ${shapeText(schema.shape)}, not ${shapeText(shape)}.`);
  const count = shape.reduce((product, length) => product * length, 1);
  if (count !== values.length || count === 0) {
    throw new TensorMismatchError(`"${name}" has ${values.length} values for the shape ${shapeText(shape)}.`);
  }
  values.forEach((number, index) => checkNumber(schema, number, `"${name}"[${index}]`));
}

function checkNumber({ decimals, minimum, maximum }: TensorSchema, number: TensorNumber, context: string): void {
  const { value } = number;
  if (value > LARGEST || value < -LARGEST - 1n || number.decimals < 0n || number.decimals > BigInt(MOST_DECIMALS)) {
    throw new TensorMismatchError(
      `${context} is ${value} with ${number.decimals} decimals, beyond what contracts hold.`,
    );
  }
  if (decimals !== undefined && number.decimals !== BigInt(decimals)) {
    throw new TensorMismatchError(`${context} has ${number.decimals} decimals; the schema wants exactly ${decimals}.`);
  }
  if (minimum !== undefined && compare(number, parseDecimal(minimum, "minimum")) < 0n) {
    throw new TensorMismatchError(`${context} is below the minimum ${minimum}.`);
  }
  if (maximum !== undefined && compare(number, parseDecimal(maximum, "maximum")) > 0n) {
    throw new TensorMismatchError(`${context} is above the maximum ${maximum}.`);
  }
}
