import { isAddressEqual, type Address, type Hex } from "viem";

import { decisionDelaysAbi } from "../../sdk/src/abi/DecisionDelays.ts";
import { opgAbi } from "../../sdk/src/abi/OPG.ts";
import { opgGovernorAbi } from "../../sdk/src/abi/OPGGovernor.ts";
import { timelockControllerAbi } from "../../sdk/src/abi/TimelockController.ts";
import { flatten, isProfile, type DecodedAction } from "./decode.ts";
import { TCB_STATUSES } from "./profiles.ts";
import type { GovernanceView } from "./proposals.ts";
import { duration, opg, printable } from "./words.ts";

/** What a proposal is looked at for; each rule has a malicious proposal in test/governance/malicious. */
export const RULES = [
  "wrong-chain",
  "foreign-target",
  "no-code",
  "unreadable",
  "hidden-call",
  "role-grab",
  "upgrade",
  "weaker-delay",
  "weaker-vote",
  "no-guardian",
  "slashing",
  "grace-hardware",
  "unsafe-tcb",
  "large-payment",
  "no-balance",
  "disguised-text",
  "gas-cap",
  "fails",
] as const;

/** The name of a rule. */
export type Rule = (typeof RULES)[number];

/** Something about a proposal that voters should know before they vote. */
export interface Finding {
  readonly rule: Rule;
  readonly sentence: string;
}

/** What a proposal is judged by. */
export interface LintInput {
  readonly view: GovernanceView;
  readonly actions: readonly DecodedAction[];
  /** Title and paragraphs. */
  readonly texts: readonly string[];
  /** The chain that its file names; undefined when it has no file. */
  readonly chainId: number | undefined;
}

type Check = (input: LintInput, calls: readonly DecodedAction[]) => Promise<readonly Finding[]> | readonly Finding[];

const nameOf = ({ function: signature }: DecodedAction): string => signature?.split("(")[0] ?? "";
const argument = (call: DecodedAction, index: number): unknown => call.arguments[index]?.value;
const where = (call: DecodedAction): string => `${call.contract ?? call.target}.${nameOf(call)}`;

/** A check of each call by itself. */
function eachCall(rule: Rule, judge: (call: DecodedAction) => string | null): Check {
  return (_input, calls) =>
    calls.flatMap((call) => {
      const sentence = judge(call);
      return sentence === null ? [] : [{ rule, sentence }];
    });
}

const HANDS_OVER = ["grantRole", "setRoleAdmin", "setRoleGuardian", "setGrantDelay", "setTargetFunctionRole"];
const UPGRADES = ["updateAuthority", "setAuthority"];
/** Processors of Nvidia that carry no CPU TEE which this protocol can verify. */
const GRACE = /\b(GH|GB)\s?-?\s?\d{3}\b|grace/i;
const UNSAFE_TCB = ["OUT_OF_DATE", "OUT_OF_DATE_CONFIGURATION_NEEDED", "REVOKED"] as const;
/** DELEGATECALL's place in EIP-1167 clones, and the slot of EIP-1967 proxies. */
const PROXIES = [
  /^0x363d3d373d3d3d363d73[0-9a-f]{40}5af4/,
  /360894a13ba1a3210667c828492db98dca3e2076cc3735a920a3ca505d382bbc/,
];

const wrongChain: Check = ({ view, chainId }) => {
  const actual = view.publicClient.chain.id;
  if (chainId === undefined || chainId === actual) return [];
  return [{ rule: "wrong-chain", sentence: `The file is for chain ${chainId}, and this is chain ${actual}.` }];
};

const code: Check = async ({ view }, calls) => {
  const findings: Finding[] = [];
  const codeAt = (address: Address): Promise<Hex | undefined> => view.publicClient.getCode({ address });
  for (const call of calls) {
    const target = await codeAt(call.target);
    if (target === undefined && call.calldata !== "0x") {
      findings.push({ rule: "no-code", sentence: `${call.target} has no code: the call would do nothing.` });
    }
    if (nameOf(call) !== "addVerifier") continue;
    const verifier = argument(call, 0) as Address;
    const found = await codeAt(verifier);
    if (found === undefined) {
      findings.push({ rule: "no-code", sentence: `The verifier ${verifier} has no code.` });
    } else if (PROXIES.some((proxy) => proxy.test(found))) {
      const sentence = `The verifier ${verifier} is a proxy: its owner can change what it accepts after the vote.`;
      findings.push({ rule: "upgrade", sentence });
    }
  }
  return findings;
};

/** Numbers that protect, which a proposal may lower. */
const weaker: Check = async ({ view: { publicClient, addresses } }, calls) => {
  const governor = { address: addresses.OPGGovernor, abi: opgGovernorAbi } as const;
  const delays = { address: addresses.DecisionDelays, abi: decisionDelaysAbi } as const;
  const timelock = { address: addresses.TimelockController, abi: timelockControllerAbi } as const;
  const [delay, period, threshold, quorum, extension, minimum, trustRoot, slashing] = await Promise.all([
    publicClient.readContract({ ...governor, functionName: "votingDelay" }),
    publicClient.readContract({ ...governor, functionName: "votingPeriod" }),
    publicClient.readContract({ ...governor, functionName: "proposalThreshold" }),
    publicClient.readContract({ ...governor, functionName: "quorumNumerator" }),
    publicClient.readContract({ ...governor, functionName: "lateQuorumVoteExtension" }),
    publicClient.readContract({ ...timelock, functionName: "getMinDelay" }),
    publicClient.readContract({ ...delays, functionName: "trustRootDelay" }),
    publicClient.readContract({ ...delays, functionName: "slashingDelay" }),
  ]);
  const floors: readonly (readonly [name: string, index: number, rule: Rule, current: bigint])[] = [
    ["setVotingDelay", 0, "weaker-vote", delay],
    ["setVotingPeriod", 0, "weaker-vote", period],
    ["setProposalThreshold", 0, "weaker-vote", threshold],
    ["updateQuorumNumerator", 0, "weaker-vote", quorum],
    ["setLateQuorumVoteExtension", 0, "weaker-vote", BigInt(extension)],
    ["updateDelay", 0, "weaker-delay", minimum],
    ["setDelays", 0, "weaker-delay", BigInt(trustRoot)],
    ["setDelays", 1, "weaker-delay", BigInt(slashing)],
  ];
  return calls.flatMap((call) =>
    floors.flatMap(([name, index, rule, current]): readonly Finding[] => {
      const next = argument(call, index);
      if (nameOf(call) !== name || (typeof next !== "bigint" && typeof next !== "number") || BigInt(next) >= current) {
        return [];
      }
      return [{ rule, sentence: `${where(call)} lowers ${current} to ${next}.` }];
    }),
  );
};

const fasterClass = eachCall("weaker-delay", (call) => {
  if (nameOf(call) !== "setDecisionClasses") return null;
  const rows = argument(call, 0);
  const faster = Array.isArray(rows) && rows.some((row: { decisionClass?: unknown }) => Number(row.decisionClass) > 0);
  return faster ? "It makes decisions wait less than the longest delay." : null;
});

const payments: Check = async ({ view: { publicClient, addresses }, actions }) => {
  const timelock = addresses.TimelockController;
  const [ether, balance] = await Promise.all([
    publicClient.getBalance({ address: timelock }),
    publicClient.readContract({ address: addresses.OPG, abi: opgAbi, functionName: "balanceOf", args: [timelock] }),
  ]);
  const amounts = actions
    .filter((call) => isAddressEqual(call.target, addresses.OPG) && nameOf(call) === "transfer")
    .map((call) => argument(call, 1))
    .filter((amount) => typeof amount === "bigint");
  const paid = amounts.reduce((sum, amount) => sum + amount, 0n);
  const sent = actions.reduce((sum, { value }) => sum + value, 0n);
  const findings: Finding[] = [];
  if (sent > ether) {
    findings.push({ rule: "no-balance", sentence: `It sends ${sent} wei; the timelock has ${ether}.` });
  }
  if (paid > balance) {
    findings.push({ rule: "no-balance", sentence: `It pays ${opg(paid)}; the timelock has ${opg(balance)}.` });
  }
  if (paid * 10n > balance && paid > 0n) {
    findings.push({ rule: "large-payment", sentence: `It pays ${opg(paid)}, over a tenth of the timelock's OPG.` });
  }
  return findings;
};

/** Letters of one alphabet beside letters of another that look like them. */
const MIXED = /[a-z][\p{Script=Cyrillic}\p{Script=Greek}]|[\p{Script=Cyrillic}\p{Script=Greek}][a-z]/iu;

const disguised: Check = ({ texts }) =>
  texts
    .filter((text) => MIXED.test(text) || printable(text) !== text)
    .map((text) => ({ rule: "disguised-text", sentence: `A text is not what it looks like: ${printable(text)}` }));

const hardware = eachCall("grace-hardware", (call) => {
  const profile = argument(call, 0);
  if (nameOf(call) !== "acceptProfile" || !isProfile(profile)) return null;
  const names = [profile.name, ...profile.gpuBoards].filter((name) => GRACE.test(name));
  return names.length === 0
    ? null
    : `${names.map(printable).join(", ")} is Grace-based: its Arm processor has no evidence that the verifiers can check.`;
});

const tcb = eachCall("unsafe-tcb", (call) => {
  const profile = argument(call, 0);
  if (nameOf(call) !== "acceptProfile" || !isProfile(profile)) return null;
  const unsafe = UNSAFE_TCB.filter((status) => (profile.acceptedTcb & (1 << TCB_STATUSES.indexOf(status))) !== 0);
  return unsafe.length === 0 ? null : `It accepts machines whose firmware is ${unsafe.join(" or ")}.`;
});

const guardian = eachCall("no-guardian", (call) => {
  if (call.contract !== "Guardian" || nameOf(call) !== "appoint") return null;
  return BigInt(String(argument(call, 0))) === 0n ? "It leaves nobody who could stop leaked code at once." : null;
});

const CHECKS: readonly Check[] = [
  wrongChain,
  eachCall("foreign-target", (call) =>
    call.contract === null ? `${call.target} is no contract of this system.` : null,
  ),
  code,
  eachCall("unreadable", (call) =>
    call.function === null && call.calldata !== "0x" ? `Nobody can read ${printable(call.sentence)}.` : null,
  ),
  eachCall("hidden-call", (call) =>
    call.inner.length === 0 ? null : `${where(call)} hides ${call.inner.length} call(s) in its arguments.`,
  ),
  eachCall("role-grab", (call) =>
    HANDS_OVER.includes(nameOf(call)) ? `${where(call)} changes who may do what: ${call.sentence}.` : null,
  ),
  eachCall("upgrade", (call) =>
    UPGRADES.includes(nameOf(call)) ? `${where(call)} puts a contract under another authority.` : null,
  ),
  weaker,
  fasterClass,
  guardian,
  eachCall("slashing", (call) =>
    call.contract === "Penalties" || call.contract === "Staking" ? `${where(call)} changes what stake can lose.` : null,
  ),
  hardware,
  tcb,
  payments,
  disguised,
];

/** Everything about a proposal that voters should know before they vote; reads the chain, changes nothing. */
export async function lint(input: LintInput): Promise<readonly Finding[]> {
  const calls = input.actions.flatMap(flatten);
  const findings: Finding[] = [];
  for (const check of CHECKS) findings.push(...(await check(input, calls)));
  return findings;
}

/** How long a decision with these calls would wait, in words. */
export async function waitOf(
  { publicClient, addresses }: GovernanceView,
  calls: readonly DecodedAction[],
): Promise<string> {
  const minimum = await publicClient.readContract({
    address: addresses.TimelockController,
    abi: timelockControllerAbi,
    functionName: "getMinDelay",
  });
  const delay = await publicClient.readContract({
    address: addresses.DecisionDelays,
    abi: decisionDelaysAbi,
    functionName: "delayOf",
    args: [calls.map(({ target }) => target), calls.map(({ calldata }) => calldata), minimum],
  });
  return duration(delay);
}
