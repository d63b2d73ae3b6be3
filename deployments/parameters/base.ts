import { readAddress, readDay, readHash, requireDecisions } from "../../scripts/deploy/environment.ts";
import { OPENGRADIENT_OPG } from "../../scripts/deploy/network-contracts.ts";
import type { ParametersFactory } from "../../scripts/deploy/parameters.ts";
import { publicRules, STAKING_ALLOCATION } from "./public-rules.ts";

/** What nobody has decided for Base, and this file does not decide: each is an environment variable, none has a default. */
const DECISIONS = {
  OPG_TREASURY: "the address of the treasury, which receives its part of payments",
  OPG_GUARDIAN: "the address of the guardian, who may pause entry and take away hardware and code",
  OPG_TOKEN_CODE_HASH: "keccak256 of OPG's code on Base, read from a node that you trust",
  OPG_EMISSION_START: "the first day of emission, as 2027-01-31, in UTC",
} as const;

/** Base. The token is OpenGradient's OPG. */
export const base: ParametersFactory = (environment) => {
  requireDecisions(environment, "Base", DECISIONS);
  const treasury = readAddress(environment, "OPG_TREASURY", DECISIONS.OPG_TREASURY);
  return {
    ...publicRules,
    name: "base",
    chainIds: [8453],
    token: OPENGRADIENT_OPG[8453],
    tokenCodeHash: readHash(environment, "OPG_TOKEN_CODE_HASH"),
    initialHolder: treasury,
    treasury,
    guardian: readAddress(environment, "OPG_GUARDIAN", DECISIONS.OPG_GUARDIAN),
    emissions: { ...STAKING_ALLOCATION, firstEpoch: readDay(environment, "OPG_EMISSION_START") },
    developmentKeysAllowed: false,
  };
};
