import {
  encodeFunctionData,
  hexToBytes,
  keccak256,
  parseEther,
  toBytes,
  toFunctionSelector,
  zeroHash,
  type Hex,
} from "viem";

import { ROLE_IDS } from "../scripts/deploy/roles.ts";
import { modelHubAbi } from "../sdk/src/abi/ModelHub.ts";
import { encodeFiles, type ModelFile } from "../sdk/src/model-files.ts";
import { NO_MODELS } from "../sdk/src/release-models.ts";
import { onFreshChain, type GasMeter } from "./gas.ts";
import type { Bench, Metrics } from "./harness/types.ts";

const LABELS: Readonly<Record<string, string>> = {
  publish10: "publish a release with 10 files, one of them naming it, a schema and two prices",
  "file.next": "each further file of a release",
  resolve: "resolve a model by its content id, everything cold, without the transaction's 21,000 and calldata",
  price: "look a price up, its slot cold",
};

/** What every transaction costs. */
const TRANSACTION = 21_000;
/** What the first touch of the hub costs the engine; a transaction's own target is free. */
const COLD_ACCOUNT = 2_600;
const NAME = "opengradient/amm-fee";

function filesOf(count: number): readonly ModelFile[] {
  return Array.from({ length: count }, (_, index) => {
    const hash = keccak256(toBytes(`file ${index}`));
    const contentId = Buffer.from(hash.slice(2), "hex").toString("base64url");
    const path = index === 0 ? "model.onnx" : `weights-${String(index).padStart(3, "0")}.bin`;
    return { path, contentId, size: 123_456_789n, sha256Hash: keccak256(hash), named: index === 0 };
  });
}

/** A hub with the repository, whose first release takes the names for itself. */
async function prepare({ connection, sender, gasOf }: GasMeter) {
  const { viem } = connection;
  const manager = await viem.deployContract("AccessManager", [sender]);
  const token = await viem.deployContract("OPG", [sender]);
  const bonds = await viem.deployContract("HostingBonds", [manager.address, token.address, 0n]);
  const hub = await viem.deployContract("ModelHub", [bonds.address]);
  await manager.write.setTargetFunctionRole([
    bonds.address,
    [toFunctionSelector("collect(bytes32,address)")],
    ROLE_IDS.MODEL_HUB,
  ]);
  await manager.write.grantRole([ROLE_IDS.MODEL_HUB, hub.address, 0]);
  const info = { description: "", task: "", licence: "MIT", tags: [], unlisted: false, metadataHash: zeroHash };
  await hub.write.createRepository([NAME, info, [{ account: sender, shareBps: 10_000 }]]);
  const publish = (files: readonly ModelFile[]): Promise<number> => {
    const content = { files: encodeFiles(files), schemaHash: keccak256("0x01"), notesHash: keccak256("0x02") };
    const prices = [
      { mode: 0, price: parseEther("1") },
      { mode: 2, price: parseEther("2") },
    ];
    return gasOf(hub.write.publishRelease([keccak256(toBytes(NAME)), false, true, content, NO_MODELS, prices]));
  };
  return { hub, publish };
}

async function measure(meter: GasMeter): Promise<Metrics> {
  const { hub, publish } = await prepare(meter);
  // The first release is the dearest: it claims every name there is.
  const publish10 = await publish(filesOf(10));
  // The same release twice but for ten files, so that nothing else differs.
  const fewer = await publish(filesOf(20));
  const more = await publish(filesOf(30));
  const id = await hub.read.resolve([NAME]);
  const contentId = filesOf(1)[0]?.contentId ?? "";
  // A view, sent as a transaction, has a receipt with its gas.
  const execution = async (data: Hex): Promise<number> => {
    const wallet = await meter.connection.viem.getWalletClient(meter.sender);
    const used = await meter.gasOf(wallet.sendTransaction({ to: hub.address, data }));
    return used - TRANSACTION - hexToBytes(data).reduce((sum, byte) => sum + (byte === 0 ? 4 : 16), 0);
  };
  const abi = modelHubAbi;
  const resolve = await execution(encodeFunctionData({ abi, functionName: "resolve", args: [contentId] }));
  const price = await execution(encodeFunctionData({ abi, functionName: "priceOf", args: [id, 2] }));
  return {
    "gas.models.publish10": publish10,
    "gas.models.file.next": Math.ceil((more - fewer) / 10),
    "gas.models.resolve": COLD_ACCOUNT + resolve,
    "gas.models.price": price,
  };
}

const bench: Bench = {
  prefix: "gas.models",
  unit: "gas",
  tolerancePercent: 1,
  document: "gas",
  label: (id) => LABELS[id.slice("gas.models.".length)] ?? id,
  run: () => onFreshChain(measure),
};

export default bench;
