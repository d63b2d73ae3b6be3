import type { IntegerModel } from "../../../zkml/model/integer-model.ts";

/** All-zero, all-greatest, each neuron's lowest and highest sum, then random inputs of every magnitude. */
export function inputsOf(model: IntegerModel, count: number, random: () => number): bigint[][] {
  const { inputCount, inputBits } = model.layout;
  const greatest = (1n << BigInt(inputBits)) - 1n;
  const fill = (value: (input: number) => bigint) => Array.from({ length: inputCount }, (_, input) => value(input));
  const rows = [fill(() => 0n), fill(() => greatest)];
  for (const row of model.layers[0]?.weights ?? []) {
    rows.push(fill((input) => ((row[input] ?? 0) > 0 ? greatest : 0n)));
    rows.push(fill((input) => ((row[input] ?? 0) < 0 ? greatest : 0n)));
  }
  while (rows.length < count) {
    const bits = 1 + Math.floor(random() * inputBits);
    rows.push(fill(() => BigInt(Math.floor(random() * 2 ** bits))));
  }
  return rows;
}
