import { encodeFunctionData } from "viem";
import { gatewayKey, openRegistry, signHeartbeat } from "../test/tee/registry.ts";
import { callGasOf } from "./gas.ts";
import type { Bench } from "./harness/types.ts";

const LABELS: Readonly<Record<string, string>> = {
  "gas.tee.isUsable": "isUsable with cold storage, gas inside the call: what a settlement adds",
  "gas.tee.heartbeat.ecdsa": "heartbeat by the enclave's secp256k1 key (whole transaction)",
  "gas.tee.heartbeat.rsa": "heartbeat by an RSA-2048 key as OpenGradient's gateways sign (whole transaction)",
};

const bench: Bench = {
  prefix: "gas.tee",
  unit: "gas",
  tolerancePercent: 1,
  document: "gas",
  label: (id) => LABELS[id] ?? id,
  async run() {
    const { connection, wallet, publicClient, registry, prepare } = await openRegistry();
    try {
      const gasOf = async (hash: `0x${string}`) =>
        Number((await publicClient.waitForTransactionReceipt({ hash })).gasUsed);
      const key = gatewayKey();
      const plain = await prepare();
      const register = await gasOf(await registry.write.register(plain.args));
      const gateway = await prepare(key.keyHash);
      await registry.write.register(gateway.args);
      await connection.networkHelpers.time.increase(60);
      const { timestamp } = await publicClient.getBlock();
      const data = encodeFunctionData({
        abi: registry.abi,
        functionName: "isUsable",
        args: [plain.enclaveId, 1, timestamp],
      });
      const use = callGasOf(await gasOf(await wallet.sendTransaction({ to: registry.address, data })), data);
      const chainId = await publicClient.getChainId();
      const { enclave, enclaveId } = plain;
      const signature = await signHeartbeat(enclave, registry.address, chainId, enclaveId, timestamp);
      return {
        "gas.tee.tdx.register": register,
        "gas.tee.isUsable": use,
        "gas.tee.heartbeat.ecdsa": await gasOf(await registry.write.heartbeat([enclaveId, timestamp, signature])),
        "gas.tee.heartbeat.rsa": await gasOf(
          await registry.write.heartbeatRsa([gateway.enclaveId, timestamp, key.spki, key.beat(timestamp)]),
        ),
      };
    } finally {
      await connection.close();
    }
  },
};

export default bench;
