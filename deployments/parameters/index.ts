import type { ParametersFactory } from "../../scripts/deploy/parameters.ts";
import { base } from "./base.ts";
import { baseSepolia } from "./baseSepolia.ts";
import { local } from "./local.ts";

/** The parameters of every network in hardhat.config.ts that can be deployed to. */
export const PARAMETERS: Readonly<Record<string, ParametersFactory>> = { default: local, local, baseSepolia, base };
