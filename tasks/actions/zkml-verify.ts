import type { HardhatRuntimeEnvironment } from "hardhat/types/hre";

import { UserError } from "../../scripts/lib/user-error.ts";
import { readPackage } from "../../scripts/zkml/package-files.ts";
import { outputValues, readProof, requireProofSystem, verifyRun } from "../../scripts/zkml/proof-file.ts";
import { verifyOnChain } from "../../scripts/zkml/register.ts";
import { isHashed } from "../../zkml/circuit/generate-network.ts";
import { signalOf } from "../../zkml/network/signals.ts";
import { openChain, openGovernance } from "../lib/chain.ts";
import { plainFailure } from "../lib/plain-failure.ts";
import { printResult } from "../lib/terminal.ts";

interface VerifyArguments {
  readonly folder: string;
  readonly proof: string;
  readonly onChain: boolean;
  readonly records: string;
  readonly json: boolean;
}

async function verify(args: VerifyArguments, hre: HardhatRuntimeEnvironment): Promise<void> {
  const model = readPackage(args.folder);
  const proof = readProof(args.proof);
  if (proof.keyId !== model.keyId) {
    throw new UserError(`${args.proof} is a proof under the key ${proof.keyId}, not under the model's ${model.keyId}.`);
  }
  requireProofSystem(model, proof);
  const { output } = model.model;
  const isPacked = !isHashed(output);
  if (proof.outputs.length !== output.count || (isPacked && signalOf(output, proof.outputs, 0n) !== proof.signals[0])) {
    throw new UserError(`The outputs in ${args.proof} are not those that its first signal holds: do not trust it.`);
  }
  const valid = args.onChain ? await askChain(args, hre) : await verifyRun(model, proof);
  if (!valid) throw new UserError(`${args.proof} is not a valid proof: do not trust its outputs.`);
  const values = isPacked ? outputValues(model, proof) : null;
  const [first, second, binding] = proof.signals;
  const names = model.publicSignals;
  printResult(args.json, { valid, keyId: proof.keyId, values, signals: proof.signals }, [
    values === null
      ? `Valid: ${model.name} gives outputs whose commitment is ${first}.`
      : `Valid: ${model.name} gives ${values.join(", ")}.`,
    `  ${names[1]} ${second}`,
    `  callBinding ${binding}`,
  ]);
}

async function askChain({ records, proof }: VerifyArguments, hre: HardhatRuntimeEnvironment): Promise<boolean> {
  const chain = await openChain(hre);
  try {
    return await verifyOnChain(await openGovernance(chain, records), readProof(proof));
  } finally {
    await chain.close();
  }
}

export default plainFailure(verify);
