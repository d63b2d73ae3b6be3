import type { HardhatRuntimeEnvironment } from "hardhat/types/hre";
import { keccak256, zeroAddress } from "viem";

import { sendCall, simulateCall } from "../../scripts/gov/send.ts";
import { UserError } from "../../scripts/lib/user-error.ts";
import { judgeRegistration, prepareRegistration } from "../../scripts/tee/acts.ts";
import { prepareGpuToken, readGpuToken } from "../../scripts/tee/gpu-token.ts";
import { readRegistration } from "../../scripts/tee/registration-file.ts";
import type { SignedRegistration } from "../../scripts/tee/registration.ts";
import { ruleLines } from "../../scripts/tee/rules.ts";
import type { NrasTokens } from "../../sdk/src/tee/nras/token.ts";
import { clientsAt, openChain, openGovernance } from "../lib/chain.ts";
import { confirm } from "../lib/confirm.ts";
import { performAct, type ActArguments } from "../lib/gov-act.ts";
import { plainFailure } from "../lib/plain-failure.ts";
import { print, printResult, say } from "../lib/terminal.ts";

interface RegisterArguments extends ActArguments {
  readonly file: string;
  readonly gpuToken: string;
}

async function register(args: RegisterArguments, hre: HardhatRuntimeEnvironment): Promise<void> {
  const file = await readRegistration(args.file);
  const result = resultOf(file);
  if (args.gpuToken !== "") {
    await registerWithToken(args, hre, file, await readGpuToken(args.gpuToken));
    return;
  }
  await performAct(hre, args, async (view) => ({ call: await prepareRegistration(view, file), result }));
}

/** What is reported of every registration; an enclave without signing address is known by its RSA key. */
function resultOf({ registration: { signer, rsaKeyHash, operator } }: SignedRegistration) {
  return { enclaveId: signer === zeroAddress ? rsaKeyHash : keccak256(signer), operator };
}

/** Two transactions: the token, unless the chain has it, and the registration that rests on it. */
async function registerWithToken(
  { account, records, yes, dryRun, json }: RegisterArguments,
  hre: HardhatRuntimeEnvironment,
  file: SignedRegistration,
  tokens: NrasTokens,
): Promise<void> {
  const show = json ? say : print;
  const chain = await openChain(hre);
  try {
    const view = await openGovernance(chain, records);
    const clients = await clientsAt(chain, account);
    const sender = clients.walletClient.account.address;
    const { call: token, present } = await prepareGpuToken(view, file.registration, tokens);
    const rules = await judgeRegistration(view, file, tokens);
    [...(present ? [] : token.lines), ...ruleLines(rules)].forEach(show);
    if (!rules.every(({ holds }) => holds)) throw new UserError("The rules above refuse it; nothing was sent.");
    const result = { ...resultOf(file), sender, rules };
    if (dryRun) {
      const gas = present ? 0n : await simulateCall(clients, token);
      const verdict = `Dry run: the token would take about ${gas} gas, and every rule of the registration holds.`;
      printResult(json, { ...result, tokenGas: gas, sent: false }, [verdict]);
      return;
    }
    await confirm(hre, yes);
    const brought = present ? undefined : await sendCall(clients, token);
    const outcome = await sendCall(clients, await prepareRegistration(view, file));
    printResult(json, { ...result, token: brought, ...outcome, sent: true }, [
      ...(brought === undefined ? [] : [`Brought the token in ${brought.transactionHash}, ${brought.gasUsed} gas.`]),
      `Sent in ${outcome.transactionHash}, block ${outcome.blockNumber}, ${outcome.gasUsed} gas.`,
    ]);
  } finally {
    await chain.close();
  }
}

export default plainFailure(register);
