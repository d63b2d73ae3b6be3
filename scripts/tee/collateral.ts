import { readFile } from "node:fs/promises";
import { encodeFunctionData, type Address, type Hex } from "viem";

import { intelCollateralAbi } from "../../sdk/src/abi/IntelCollateral.ts";
import { nitroCertificatesAbi } from "../../sdk/src/abi/NitroCertificates.ts";
import { prepareNitroCalls } from "../../sdk/src/tee/nitro/calldata.ts";
import {
  collateralCalls,
  parseCollateralBundle,
  type PresentDates,
  type PresentOf,
} from "../../sdk/src/tee/tdx/collateral.ts";
import type { GovernanceView } from "../gov/proposals.ts";
import { UserError } from "../lib/user-error.ts";

/** One thing that evidence rests on, and whether the chain has it. */
export interface CollateralStep {
  readonly title: string;
  /** Whether the chain has it, or something newer. */
  readonly present: boolean;
  /** Unix seconds at which what the chain has ends; 0 when it has none or does not say. */
  readonly expiresAt: bigint;
  readonly to: Address;
  readonly data: Hex;
}

/**
 * What a file brings, in the order in which it must be brought: a bundle of Intel's collateral (JSON), or the certificates
 * in a Nitro document (binary or base64).
 *
 * @throws UserError when the file is neither
 */
export async function readCollateral(view: GovernanceView, file: string): Promise<readonly CollateralStep[]> {
  let bytes: Buffer;
  try {
    bytes = await readFile(file);
  } catch (cause) {
    throw new UserError(`${file} cannot be read (${cause instanceof Error ? cause.message : String(cause)}).`, {
      cause,
    });
  }
  const text = bytes.toString("utf8").trim();
  if (text.startsWith("{")) return intelSteps(view, text);
  return nitroSteps(view, /^[A-Za-z0-9+/=\s]+$/.test(text) ? Buffer.from(text, "base64") : bytes);
}

async function intelSteps(view: GovernanceView, text: string): Promise<readonly CollateralStep[]> {
  const { addresses } = view;
  const steps: CollateralStep[] = [];
  for (const call of collateralCalls(parseCollateralBundle(text))) {
    const dates = await readDates(view, call.present);
    steps.push({
      title: call.title,
      present: call.issuedAt <= dates.issuedAt,
      expiresAt: dates.expiresAt,
      to: addresses.IntelCollateral,
      data: encodeFunctionData({ abi: intelCollateralAbi, ...call }),
    });
  }
  return steps;
}

async function readDates({ publicClient, addresses }: GovernanceView, view: PresentOf): Promise<PresentDates> {
  const contract = { address: addresses.IntelCollateral, abi: intelCollateralAbi } as const;
  const read = (): Promise<readonly [bigint, bigint, ...unknown[]]> => {
    switch (view.functionName) {
      case "tcbInfo":
        return publicClient.readContract({ ...contract, functionName: "tcbInfo", args: view.args });
      case "qeIdentity":
        return publicClient.readContract({ ...contract, functionName: "qeIdentity", args: view.args });
      default:
        return publicClient.readContract({ ...contract, functionName: view.functionName, args: view.args });
    }
  };
  const [issuedAt, expiresAt] = await read();
  return { issuedAt, expiresAt };
}

async function nitroSteps(view: GovernanceView, document: Uint8Array): Promise<readonly CollateralStep[]> {
  const { publicClient, addresses } = view;
  const contract = { address: addresses.NitroCertificates, abi: nitroCertificatesAbi } as const;
  const { certificates } = prepareNitroCalls(document);
  const steps: CollateralStep[] = [];
  for (const [index, { certificateId, der, parentId }] of certificates.entries()) {
    const known = await publicClient.readContract({
      ...contract,
      functionName: "certificateOf",
      args: [certificateId],
    });
    steps.push({
      title: `Certificate ${index + 1} of ${certificates.length}, ${certificateId}`,
      present: BigInt(known.notAfter) !== 0n,
      expiresAt: BigInt(known.notAfter),
      to: addresses.NitroCertificates,
      data: encodeFunctionData({
        abi: nitroCertificatesAbi,
        functionName: "cacheCertificate",
        args: [der, parentId],
      }),
    });
  }
  return steps;
}
