import { randomBytes } from "node:crypto";

import { UserError } from "../../scripts/lib/user-error.ts";
import { readRows } from "../../scripts/zkml/load.ts";
import { readPackage } from "../../scripts/zkml/package-files.ts";
import { outputValues, parseFieldElement, proveRun, writeProof } from "../../scripts/zkml/proof-file.ts";
import { checkTarget } from "../../scripts/zkml/target.ts";
import { FIELD_MODULUS } from "../../zkml/circuit/curve.ts";
import { encodeRow } from "../../zkml/network/encode.ts";
import { plainFailure } from "../lib/plain-failure.ts";
import { printResult, say } from "../lib/terminal.ts";

interface ProveArguments {
  readonly folder: string;
  readonly inputs: string;
  readonly row: number;
  readonly binding: string;
  readonly salt: string | undefined;
  readonly output: string;
  readonly json: boolean;
}

async function prove(args: ProveArguments): Promise<void> {
  checkTarget(args.output);
  const binding = parseFieldElement(args.binding, "binding");
  const random = BigInt(`0x${randomBytes(40).toString("hex")}`) % FIELD_MODULUS;
  const salt = args.salt === undefined ? random : parseFieldElement(args.salt, "salt");
  const model = readPackage(args.folder);
  const { input } = model.model;
  const rows = readRows(args.inputs, input.count);
  const row = rows[args.row - 1];
  if (row === undefined) throw new UserError(`${args.inputs} has ${rows.length} rows, so there is no row ${args.row}.`);
  const { integers, clamped } = encodeRow(input, row);
  if (clamped > 0) {
    const greatest = (2 ** input.bits - 1 - input.offset) / 10 ** input.decimals;
    throw new UserError(
      `${clamped} of the inputs lie outside [${-input.offset / 10 ** input.decimals}, ${greatest}], which the model takes.`,
    );
  }
  say(`${model.name}: proving`);
  const proof = await proveRun(model, integers, binding, salt);
  writeProof(args.output, proof);
  const values = outputValues(model, proof);
  const isSalted = model.publicSignals.some((name) => name.endsWith("Commitment"));
  const saltLine = isSalted ? [`Keep the salt of the commitments, ${salt}: it opens them.`] : [];
  printResult(args.json, { proof: args.output, keyId: proof.keyId, values, signals: proof.signals, salt }, [
    `${model.name} gives ${values.join(", ")}; the proof is in ${args.output}.`,
    ...saltLine,
  ]);
}

export default plainFailure(prove);
