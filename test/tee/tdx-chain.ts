import assert from "node:assert/strict";
import hre from "hardhat";
import { BaseError, ContractFunctionRevertedError, decodeErrorResult, parseAbi, type Hex } from "viem";
import {
  collateralCalls,
  missingCalls,
  type CollateralCall,
  type IntelFiles,
} from "../../sdk/src/tee/tdx/collateral.ts";

/** Errors of what the contracts use: their own ABIs lack them. */
const OTHER_ERRORS = parseAbi([
  "error DerTruncated(uint256 position, uint256 limit)",
  "error DerTagUnexpected(uint256 position, uint8 tag, uint8 expected)",
  "error DerLengthInvalid(uint256 position)",
  "error DerTrailingBytes(uint256 position, uint256 limit)",
  "error DerValueInvalid(uint256 position, uint8 tag)",
  "error P256PrecompileMissing()",
  "error IntelItemMissing(uint8 item)",
  "error IntelItemExpired(uint8 item, uint64 expiredAt)",
  "error IntelCertificateIsRevoked(bytes32 authority, uint160 serial)",
]);

/** A local chain that begins at the Unix time `at`, with a verifier over `root`. */
export async function startChain(at: bigint, root: { readonly x: bigint; readonly y: bigint }) {
  const connection = await hre.network.create({
    network: "default",
    override: {
      initialDate: new Date(Number(at) * 1000).toISOString(),
      blockGasLimit: 2_000_000_000n,
      allowBlocksWithSameTimestamp: true,
    },
  });
  const { viem, networkHelpers } = connection;
  const collateral = await viem.deployContract("IntelCollateral", [root.x, root.y]);
  const verifier = await viem.deployContract("TdxVerifier", [collateral.address]);

  /** Makes one call that brings collateral; the gas of its transaction. */
  const bring = async (call: CollateralCall): Promise<bigint> => {
    const options = { gas: 16_000_000n };
    const hash =
      call.functionName === "addCertificate"
        ? await collateral.write.addCertificate(call.args, options)
        : call.functionName === "updateRevocationList"
          ? await collateral.write.updateRevocationList(call.args, options)
          : call.functionName === "updateTcbInfo"
            ? await collateral.write.updateTcbInfo(call.args, options)
            : await collateral.write.updateQeIdentity(call.args, options);
    const client = await viem.getPublicClient();
    return (await client.getTransactionReceipt({ hash })).gasUsed;
  };

  /** Brings what is missing of `files`. */
  const bringAll = async (files: IntelFiles): Promise<readonly CollateralCall[]> => {
    const calls = await missingCalls(collateralCalls(files), async (view) => {
      const dates =
        view.functionName === "revocationList"
          ? await collateral.read.revocationList(view.args)
          : view.functionName === "authorityValidity"
            ? await collateral.read.authorityValidity(view.args)
            : view.functionName === "signerValidity"
              ? await collateral.read.signerValidity(view.args)
              : view.functionName === "tcbInfo"
                ? await collateral.read.tcbInfo(view.args)
                : await collateral.read.qeIdentity(view.args);
      return { issuedAt: dates[0], expiresAt: dates[1] };
    });
    for (const call of calls) await bring(call);
    return calls;
  };

  const verify = (evidence: Hex) => verifier.read.verify([evidence]);
  return { connection, viem, networkHelpers, collateral, verifier, bring, bringAll, verify };
}

/** The chain that {@link startChain} starts. */
export type TeeChain = Awaited<ReturnType<typeof startChain>>;

/** Name and arguments of the error that `action` reverts with. */
export async function revertOf(action: Promise<unknown>): Promise<string> {
  try {
    await action;
  } catch (error) {
    if (!(error instanceof BaseError)) throw error;
    const reverted = error.walk((cause) => cause instanceof ContractFunctionRevertedError);
    if (reverted instanceof ContractFunctionRevertedError) {
      if (reverted.data !== undefined) return describe(reverted.data);
      if (reverted.raw !== undefined) return describe(decodeErrorResult({ abi: OTHER_ERRORS, data: reverted.raw }));
    }
    return error.shortMessage;
  }
  return "nothing";
}

function describe({ errorName, args = [] }: { errorName: string; args?: readonly unknown[] | undefined }): string {
  return `${errorName}(${args.map(String).join(", ")})`;
}

/** The one PCK authority that the chain knows. */
export async function authorityOf(chain: TeeChain): Promise<Hex> {
  const [event] = await chain.collateral.getEvents.PckAuthorityAdded({}, { fromBlock: 0n });
  assert.ok(event?.args.authority !== undefined);
  return event.args.authority;
}
