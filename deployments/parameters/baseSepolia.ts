import { readAddress } from "../../scripts/deploy/environment.ts";
import { OPENGRADIENT_OPG } from "../../scripts/deploy/network-contracts.ts";
import type { ParametersFactory } from "../../scripts/deploy/parameters.ts";
import { publicRules, STAKING_ALLOCATION } from "./public-rules.ts";

/** Base Sepolia. The token is OpenGradient's own test OPG. */
export const baseSepolia: ParametersFactory = (environment) => {
  const treasury = readAddress(environment, "OPG_TREASURY", "the treasury, which receives its part of payments");
  return {
    ...publicRules,
    name: "baseSepolia",
    chainIds: [84532],
    token: OPENGRADIENT_OPG[84532],
    // Never read from the network: to be filled in from the first dry run there.
    tokenCodeHash: null,
    initialHolder: treasury,
    treasury,
    guardian: readAddress(
      environment,
      "OPG_GUARDIAN",
      "the guardian, who may pause entry and take away hardware and code",
    ),
    // From 2026-04-21, when the token began.
    emissions: { ...STAKING_ALLOCATION, firstEpoch: 20_564n },
    developmentKeysAllowed: true,
  };
};
