import { encodeAbiParameters, keccak256, parseAbiParameters, type Hex } from "viem";

/** A decimal number as contracts see it: value · 10^(−decimals); 1.5 is `{ value: 15n, decimals: 1n }`. */
export interface TensorNumber {
  readonly value: bigint;
  readonly decimals: bigint;
}

/** A tensor of numbers, row-major. */
export interface NumberTensor {
  readonly name: string;
  readonly values: readonly TensorNumber[];
  readonly shape: readonly number[];
}

/** A flat tensor of strings. */
export interface StringTensor {
  readonly name: string;
  readonly values: readonly string[];
}

/** A JSON value as text. */
export interface JsonScalar {
  readonly name: string;
  readonly value: string;
}

/** What a model is given. */
export interface ModelInput {
  readonly numbers: readonly NumberTensor[];
  readonly strings: readonly StringTensor[];
}

/** What a model answers; `is_simulation_result` marks the placeholder of a simulation. */
export interface ModelOutput {
  readonly numbers: readonly NumberTensor[];
  readonly strings: readonly StringTensor[];
  readonly jsons: readonly JsonScalar[];
  readonly is_simulation_result: boolean;
}

/** How a call is made believable; the first three values are OpenGradient's. */
export const InferenceMode = { VANILLA: 0, ZK: 1, TEE: 2, ONCHAIN: 3 } as const;

const structs = [
  "struct Number { int128 value; int128 decimals; }",
  "struct NumberTensor { string name; Number[] values; uint32[] shape; }",
  "struct StringTensor { string name; string[] values; }",
  "struct JsonScalar { string name; string value; }",
  "struct ModelInput { NumberTensor[] numbers; StringTensor[] strings; }",
  "struct ModelOutput { NumberTensor[] numbers; StringTensor[] strings; JsonScalar[] jsons; bool is_simulation_result; }",
  "struct ModelInferenceRequest { uint8 mode; string modelCID; ModelInput input; }",
] as const;

/** ABI parameters of a lone {@link ModelInput}. */
export const modelInputParameters = parseAbiParameters(["ModelInput input", ...structs]);

/** ABI parameters of a lone {@link ModelOutput}. */
export const modelOutputParameters = parseAbiParameters(["ModelOutput output", ...structs]);

/** ABI parameters of the query inside `OracleDataRequired`: who asks, which release, and the request itself. */
export const inferenceQueryParameters = parseAbiParameters([
  "address consumer, bytes32 releaseId, ModelInferenceRequest request",
  ...structs,
]);

/** keccak256 of the ABI-encoded input, as in receipts. */
export function hashModelInput(input: ModelInput): Hex {
  return keccak256(encodeAbiParameters(modelInputParameters, [input]));
}

/** keccak256 of the ABI-encoded output, as in receipts. */
export function hashModelOutput(output: ModelOutput): Hex {
  return keccak256(encodeAbiParameters(modelOutputParameters, [output]));
}
