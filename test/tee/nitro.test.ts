import assert from "node:assert/strict";
import { after, before, describe, it } from "node:test";

import hre from "hardhat";
import { bytesToHex, concat, keccak256, zeroHash, type Hex } from "viem";

import { prepareNitroCalls } from "../../sdk/src/tee/nitro/calldata.ts";
import { parseNitroCertificate } from "../../sdk/src/tee/nitro/certificate.ts";
import { parseNitroDocument, stripFraming } from "../../sdk/src/tee/nitro/document.ts";
import { sha256 } from "../../sdk/src/tee/nitro/ecdsa.ts";
import { NitroEvidenceError } from "../../sdk/src/tee/nitro/errors.ts";
import { AWS_NITRO_ROOT, verifyNitroDocument } from "../../sdk/src/tee/nitro/verify.ts";
import { readVectorBytes } from "../support/tee-vectors.ts";

/** The documents of test/vectors/tee/nitro, and a second at which all their certificates are valid. */
const GENUINE = {
  opengradient: {
    file: Buffer.from(Buffer.from(readVectorBytes("nitro/opengradient/attestation_doc.b64")).toString(), "base64"),
    at: 1_770_918_962n,
  },
  dstack: { file: readVectorBytes("nitro/dstack/nsm-qvl_nitro_attestation.bin"), at: 1_766_668_537n },
  debug: { file: readVectorBytes("nitro/dstack/nitro_attestation_dbg.bin"), at: 1_766_650_846n },
} as const;

/** A chain whose clock can be set to the documents' times. */
async function deploy(root: Hex = AWS_NITRO_ROOT) {
  const connection = await hre.network.create({ override: { initialDate: "2025-12-01T00:00:00Z" } });
  const { viem } = connection;
  const wallets = await viem.getWalletClients();
  const [admin, stranger] = wallets;
  if (admin === undefined || stranger === undefined) throw new Error("the local chain has no accounts");
  const authority = await viem.deployContract("AccessManager", [admin.account.address]);
  const certificates = await viem.deployContract("NitroCertificates", [authority.address, root]);
  const verifier = await viem.deployContract("NitroVerifier", [certificates.address]);
  const publicClient = await viem.getPublicClient();
  const bring = async (file: Uint8Array): Promise<readonly bigint[]> => {
    const gas: bigint[] = [];
    for (const { der, parentId } of prepareNitroCalls(file).certificates) {
      const hash = await certificates.write.cacheCertificate([der, parentId]);
      gas.push((await publicClient.getTransactionReceipt({ hash })).gasUsed);
    }
    return gas;
  };
  return { connection, certificates, verifier, stranger, bring };
}

describe("Nitro evidence, genuine", () => {
  let chain: Awaited<ReturnType<typeof deploy>>;
  before(async () => {
    chain = await deploy();
  });
  after(() => chain.connection.close());

  it("verifies the document of dstack", async (t) => {
    const { file, at } = GENUINE.dstack;
    await chain.connection.networkHelpers.time.increaseTo(at);
    const gas = await chain.bring(file);
    t.diagnostic(`certificates: ${gas.join(", ")} gas`);
    const facts = await chain.verifier.read.verify([prepareNitroCalls(file).evidence]);
    t.diagnostic(JSON.stringify(facts, (_, value: unknown) => (typeof value === "bigint" ? String(value) : value)));
    const used = await (await chain.connection.viem.getPublicClient()).estimateContractGas({ address: chain.verifier.address, abi: chain.verifier.abi, functionName: "verify", args: [prepareNitroCalls(file).evidence] });
    t.diagnostic(String(used));
    const twin = verifyNitroDocument(stripFraming(file), { at });
    assert.equal(facts.measurementId, twin.facts.measurementId);
  });
});
