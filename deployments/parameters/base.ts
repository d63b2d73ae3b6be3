import {
  addressFrom,
  dayFrom,
  hashFrom,
  requireDecisions,
  type ParametersFactory,
} from "../../scripts/deploy/parameters.ts";
import { publicRules, STAKING_ALLOCATION } from "./public-rules.ts";

/** What nobody has decided for Base, and this file does not decide: each is an environment variable, none has a default. */
const DECISIONS = {
  OPG_TREASURY: "the address of the treasury, which receives its part of payments",
  OPG_GUARDIAN: "the address of the guardian, who may pause entry and take away hardware and code",
  OPG_TOKEN_CODE_HASH: "keccak256 of OPG's code on Base, read from a node that you trust",
  OPG_EMISSION_START: "the first day of emission, as 2027-01-31, in UTC",
} as const;

/** Base. The token is OpenGradient's OPG: the address that its public SDK uses. */
export const base: ParametersFactory = (environment) => {
  requireDecisions(environment, "Base", DECISIONS);
  const treasury = addressFrom(environment, "OPG_TREASURY", DECISIONS.OPG_TREASURY);
  return {
    ...publicRules,
    name: "base",
    chainIds: [8453],
    token: "0xFbC2051AE2265686a469421b2C5A2D5462FbF5eB",
    tokenCodeHash: hashFrom(environment, "OPG_TOKEN_CODE_HASH"),
    initialHolder: treasury,
    treasury,
    guardian: addressFrom(environment, "OPG_GUARDIAN", DECISIONS.OPG_GUARDIAN),
    emissions: { ...STAKING_ALLOCATION, firstEpoch: dayFrom(environment, "OPG_EMISSION_START") },
    developmentKeysAllowed: false,
  };
};
