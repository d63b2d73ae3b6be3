import type { SolidityHooks } from "hardhat/types/hooks";
import { definePlugin } from "hardhat/plugins";

/** How the names of tests begin that the compiler knows them by. Mocks are compiled with the contracts, and like them. */
const TESTS = "project/test/contracts/";

const preprocessSolcInputBeforeBuilding: SolidityHooks["preprocessSolcInputBeforeBuilding"] = async (
  context,
  input,
  next,
) => {
  const tests = Object.keys(input.sources).filter((source) => source.startsWith(TESTS));
  if (tests.length === 0) return await next(context, input);
  const selected = input.settings.outputSelection["*"] ?? {};
  input.settings.outputSelection = Object.fromEntries(tests.map((source) => [source, selected]));
  input.settings.optimizer = { enabled: false };
  return await next(context, input);
};

/**
 * Compiles tests without the optimiser, and nothing but the tests in their job: they take what they test from the artifacts
 * of the contracts (`create` in test/contracts/Base.sol), which are compiled as they are deployed. It halves the build.
 */
export const plainTests = definePlugin({
  id: "opg:plain-tests",
  hookHandlers: {
    solidity: () => Promise.resolve({ default: () => Promise.resolve({ preprocessSolcInputBeforeBuilding }) }),
  },
});
