import { readFileSync } from "node:fs";

import { bytesToHex, encodeFunctionData, zeroAddress } from "viem";

import { modelExecutorAbi } from "../sdk/src/abi/ModelExecutor.ts";
import { parseFflonkVector } from "../test/zkml/fflonk-vector.ts";
import { syntheticBatch } from "../test/zkml/synthetic-proof.ts";
import { circuitEntries, circuitModel } from "../zkml/circuit/catalogue.ts";
import { encodeFflonkKey, encodeFflonkProof, FFLONK_SYSTEM, routedKeyId } from "../zkml/circuit/fflonk-key.ts";
import { verifyingKeyId } from "../zkml/circuit/verifying-key.ts";
import { isWide, packWords } from "../zkml/codec/packed-words.ts";
import { packIntegers } from "../zkml/codec/signal-codec.ts";
import { executorModelId } from "../zkml/evm/executor-blob.ts";
import { evaluateModel, modelBlob } from "../zkml/model/circuit-model.ts";
import { repositoryPath } from "../zkml/paths.ts";
import type { GasMeter } from "./gas.ts";
import { callGasOf, onFreshChain } from "./gas.ts";
import type { Bench } from "./harness/types.ts";

/** Proofs of the measured batch. */
const BATCH = 64;

/** The most gas of a transaction on Base. */
const TRANSACTION_GAS = 16_777_216n;

const EXECUTOR_PREFIX = "gas.zk.evm.";

const LABELS: Readonly<Record<string, string>> = {
  "gas.zk.verify.l2": "verify one proof of two signals under a stored key, gas inside the call",
  "gas.zk.batch64.perProof": `verify ${BATCH} proofs of two signals under one key, gas inside the call per proof`,
  "gas.zk.fflonk.verify": "verify one FFLONK proof of three signals through the registry, gas inside the call",
  "gas.zk.fflonk.registerKey": "register an FFLONK key, gas inside the call",
  "gas.zk.registerKey": "register a verifying key of two signals, gas inside the call",
};

async function measureExecutor({ connection, gasOf }: GasMeter): Promise<Record<string, number>> {
  const executor = await connection.viem.deployContract("ModelExecutor", []);
  const [wallet] = await connection.viem.getWalletClients();
  const metrics: Record<string, number> = {};
  for (const entry of circuitEntries()) {
    const model = circuitModel(entry);
    const blob = modelBlob(model);
    await gasOf(executor.write.registerModel([bytesToHex(blob)], { gas: TRANSACTION_GAS }));
    const modelId = executorModelId(blob);
    const { inputCount, inputBits, outputBits } = model.layout;
    const features = Array.from({ length: inputCount }, (_, index) => BigInt(index * 97) % (1n << BigInt(inputBits)));
    const words = packWords(features, inputBits);
    const given = isWide(model.layout)
      ? ({ functionName: "runWide", args: [modelId, words] } as const)
      : ({ functionName: "run", args: [modelId, words[0] ?? 0n] } as const);
    const data = encodeFunctionData({ abi: modelExecutorAbi, ...given });
    const client = await connection.viem.getPublicClient();
    const { data: result } = await client.call({ to: executor.address, data });
    if (BigInt(result ?? "0x") !== packIntegers(evaluateModel(model, features), outputBits)) {
      throw new Error(`The executor does not agree with the golden reference of "${entry.name}"`);
    }
    const used = await gasOf(wallet!.sendTransaction({ to: executor.address, data, gas: TRANSACTION_GAS }));
    metrics[`${EXECUTOR_PREFIX}${entry.name}`] = callGasOf(used, data);
  }
  return metrics;
}

async function measureVerifier({ connection, gasOf }: GasMeter): Promise<Record<string, number>> {
  const { abi, address, read } = await connection.viem.deployContract("VerifierRegistry", [zeroAddress, false, []]);
  const [wallet] = await connection.viem.getWalletClients();
  const { key, proofs, signals } = await syntheticBatch(2, { count: BATCH });
  const keyId = verifyingKeyId(key);
  const register = encodeFunctionData({ abi, functionName: "registerKey", args: [key, false] });
  const registerGas = callGasOf(await gasOf(wallet!.sendTransaction({ to: address, data: register })), register);

  if (!(await read.verify([keyId, proofs[0]!, signals[0]!]))) throw new Error("The proof is refused");
  const verify = encodeFunctionData({ abi, functionName: "verify", args: [keyId, proofs[0]!, signals[0]!] });
  const verifyGas = callGasOf(await gasOf(wallet!.sendTransaction({ to: address, data: verify })), verify);

  const groups = [{ keyId, proofs, signals: signals.flat() }];
  if (!(await read.verifyBatch([groups]))) throw new Error("The batch is refused");
  const batch = encodeFunctionData({ abi, functionName: "verifyBatch", args: [groups] });
  const batchGas = callGasOf(await gasOf(wallet!.sendTransaction({ to: address, data: batch })), batch);
  return {
    "gas.zk.verify.l2": verifyGas,
    "gas.zk.batch64.perProof": Math.ceil(batchGas / BATCH),
    "gas.zk.registerKey": registerGas,
  };
}

async function measureFflonk({ connection, gasOf }: GasMeter): Promise<Record<string, number>> {
  const path = repositoryPath("test", "vectors", "zkml", "fflonk-fee.json");
  const { key, proof, signals } = parseFflonkVector(readFileSync(path, "utf8"));
  const verifier = await connection.viem.deployContract("FflonkVerifier", []);
  const { abi, address, read } = await connection.viem.deployContract("VerifierRegistry", [
    zeroAddress,
    true,
    [verifier.address],
  ]);
  const [wallet] = await connection.viem.getWalletClients();
  const encodedKey = encodeFflonkKey(key);
  const keyId = routedKeyId(FFLONK_SYSTEM, encodedKey);
  const keyArgs = [BigInt(FFLONK_SYSTEM), encodedKey, true] as const;
  const register = encodeFunctionData({ abi, functionName: "registerRoutedKey", args: keyArgs });
  const registerGas = callGasOf(await gasOf(wallet!.sendTransaction({ to: address, data: register })), register);
  const args = [keyId, encodeFflonkProof(proof), signals.map(BigInt)] as const;
  if (!(await read.verifyProof(args))) throw new Error("The FFLONK proof is refused");
  const verify = encodeFunctionData({ abi, functionName: "verifyProof", args });
  const verifyGas = callGasOf(await gasOf(wallet!.sendTransaction({ to: address, data: verify })), verify);
  return { "gas.zk.fflonk.verify": verifyGas, "gas.zk.fflonk.registerKey": registerGas };
}

const bench: Bench = {
  prefix: "gas.zk",
  unit: "gas",
  tolerancePercent: 1,
  document: "gas",
  label: (id) => LABELS[id] ?? `run the model ${id.slice(EXECUTOR_PREFIX.length)} in the executor, gas inside the call`,
  run: async () => ({
    ...(await onFreshChain(measureExecutor)),
    ...(await onFreshChain(measureVerifier)),
    ...(await onFreshChain(measureFflonk)),
  }),
};

export default bench;
