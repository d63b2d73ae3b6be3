import { bytesToHex, encodeFunctionData } from "viem";

import { circuitEntries, circuitModel } from "../zkml/circuit/catalogue.ts";
import { packIntegers } from "../zkml/codec/signal-codec.ts";
import { executorBlob, executorModelId } from "../zkml/evm/executor-blob.ts";
import { evaluate } from "../zkml/model/evaluate.ts";
import { callGasOf, onFreshChain } from "./gas.ts";
import type { Bench } from "./harness/types.ts";

const bench: Bench = {
  prefix: "gas.zk.evm",
  unit: "gas",
  tolerancePercent: 1,
  document: "gas",
  label: (id) => `run the model ${id.slice("gas.zk.evm.".length)} in the executor, gas inside the call`,
  run: async () =>
    onFreshChain(async ({ connection, gasOf }) => {
      const executor = await connection.viem.deployContract("ModelExecutor", []);
      const [wallet] = await connection.viem.getWalletClients();
      const metrics: Record<string, number> = {};
      for (const entry of circuitEntries()) {
        const model = circuitModel(entry);
        const blob = executorBlob(model);
        await gasOf(executor.write.registerModel([bytesToHex(blob)]));
        const modelId = executorModelId(blob);
        const { inputCount, inputBits, outputBits } = model.layout;
        const features = Array.from(
          { length: inputCount },
          (_, index) => BigInt(index * 97) % (1n << BigInt(inputBits)),
        );
        const packed = packIntegers(features, inputBits);
        const answer = await executor.read.run([modelId, packed]);
        if (answer !== packIntegers(evaluate(model, features), outputBits)) {
          throw new Error(`The executor does not agree with the golden reference of "${entry.name}"`);
        }
        const data = encodeFunctionData({ abi: executor.abi, functionName: "run", args: [modelId, packed] });
        const used = await gasOf(wallet!.sendTransaction({ to: executor.address, data }));
        metrics[`gas.zk.evm.${entry.name}`] = callGasOf(used, data);
      }
      return metrics;
    }),
};

export default bench;
