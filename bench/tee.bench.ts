import { encodeFunctionData } from "viem";
import { signHeartbeat } from "../scripts/tee/registration.ts";
import { gatewayKey, openRegistry } from "../test/tee/registry.ts";
import { callGasOf } from "./gas.ts";
import type { Bench } from "./harness/types.ts";

const LABELS: Readonly<Record<string, string>> = {
  "gas.tee.isUsable": "isUsable with cold storage, gas inside the call: what a settlement adds",
  "gas.tee.heartbeat.ecdsa": "heartbeat by the enclave's secp256k1 key, the first of an hour (whole transaction)",
  "gas.tee.heartbeat.rsa":
    "heartbeat by an RSA-2048 key as OpenGradient's gateways sign, the first of an hour (whole transaction)",
  "gas.tee.heartbeat.again": "heartbeat by the enclave's secp256k1 key, another of the hour (whole transaction)",
  "gas.tee.heartbeat.page":
    "heartbeat by the enclave's secp256k1 key that opens a page of 256 hours (whole transaction)",
};

const HOUR = 3_600n;

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
      // The hours of one word of the book.
      const hour = (timestamp / HOUR / 256n + 1n) * 256n;
      const beat = async (time: bigint) => {
        const signature = await signHeartbeat(enclave, registry.address, chainId, enclaveId, time);
        await connection.networkHelpers.time.setNextBlockTimestamp(time);
        return gasOf(await registry.write.heartbeat([enclaveId, time, signature]));
      };
      const beatRsa = async (time: bigint) => {
        await connection.networkHelpers.time.setNextBlockTimestamp(time);
        return gasOf(await registry.write.heartbeatRsa([gateway.enclaveId, time, key.spki, key.beat(time)]));
      };
      return {
        "gas.tee.tdx.register": register,
        "gas.tee.isUsable": use,
        "gas.tee.heartbeat.page": await beat(hour * HOUR),
        "gas.tee.heartbeat.ecdsa": await beat((hour + 1n) * HOUR),
        "gas.tee.heartbeat.again": await beat((hour + 1n) * HOUR + 1n),
        "gas.tee.heartbeat.rsa": await beatRsa((hour + 2n) * HOUR),
      };
    } finally {
      await connection.close();
    }
  },
};

export default bench;
