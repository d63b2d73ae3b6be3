import type { Abi } from "viem";

import * as abis from "../../sdk/src/abi/index.ts";
import { constantName } from "../deploy/abi-names.ts";
import type { SystemName } from "../deploy/contracts.ts";

const BY_CONSTANT: ReadonlyMap<string, Abi> = new Map(Object.entries(abis));

/** The interface of a contract of the system. */
export function abiOf(contract: SystemName): Abi {
  const abi = BY_CONSTANT.get(constantName(contract));
  if (abi === undefined) throw new Error(`sdk/src/abi has no ${contract}`);
  return abi;
}
