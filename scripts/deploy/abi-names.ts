/** The constant that a contract's ABI has in the SDK: `OPGGovernor` → `opgGovernorAbi`, `ModelHub` → `modelHubAbi`. */
export function constantName(contract: string): string {
  const camel = contract.replace(/^[A-Z]+(?=[A-Z][a-z])|^[A-Z]+$|^[A-Z]/, (start) => start.toLowerCase());
  return `${camel}Abi`;
}
