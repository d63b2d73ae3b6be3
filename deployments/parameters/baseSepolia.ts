import { addressFrom, type ParametersFactory } from "../../scripts/deploy/parameters.ts";
import { publicRules, STAKING_ALLOCATION } from "./public-rules.ts";

/** Base Sepolia. The token is OpenGradient's own test OPG: the address that its public SDK and x402 gateway use. */
export const baseSepolia: ParametersFactory = (environment) => {
  const treasury = addressFrom(environment, "OPG_TREASURY", "the treasury, which receives its part of payments");
  return {
    ...publicRules,
    name: "baseSepolia",
    chainIds: [84532],
    token: "0x240b09731D96979f50B2C649C9CE10FcF9C7987F",
    // Never read from the network: to be filled in from the first dry run there.
    tokenCodeHash: null,
    initialHolder: treasury,
    treasury,
    guardian: addressFrom(environment, "OPG_GUARDIAN", "the guardian, who may pause entry and take away hardware and code"),
    // From 2026-04-21, when the token began.
    emissions: { ...STAKING_ALLOCATION, firstEpoch: 20_564n },
    developmentKeysAllowed: true,
  };
};
