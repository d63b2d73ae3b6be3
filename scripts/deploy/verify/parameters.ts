import { zeroAddress } from "viem";

import { answerChallengesAbi } from "../../../sdk/src/abi/AnswerChallenges.ts";
import { answerDisputesAbi } from "../../../sdk/src/abi/AnswerDisputes.ts";
import { decisionDelaysAbi } from "../../../sdk/src/abi/DecisionDelays.ts";
import { emissionsAbi } from "../../../sdk/src/abi/Emissions.ts";
import { enclaveRegistryAbi } from "../../../sdk/src/abi/EnclaveRegistry.ts";
import { guardianAbi } from "../../../sdk/src/abi/Guardian.ts";
import { hostingBondsAbi } from "../../../sdk/src/abi/HostingBonds.ts";
import { operatorsAbi } from "../../../sdk/src/abi/Operators.ts";
import { opgGovernorAbi } from "../../../sdk/src/abi/OPGGovernor.ts";
import { paymentHubAbi } from "../../../sdk/src/abi/PaymentHub.ts";
import { stakingAbi } from "../../../sdk/src/abi/Staking.ts";
import { timelockControllerAbi } from "../../../sdk/src/abi/TimelockController.ts";
import { valueLocksAbi } from "../../../sdk/src/abi/ValueLocks.ts";
import { verifierRegistryAbi } from "../../../sdk/src/abi/VerifierRegistry.ts";
import type { Reader } from "../../lib/clients.ts";
import { addressOf, type Addresses } from "../contracts.ts";
import type { Parameters } from "../parameters.ts";
import { compare, type Finding } from "./finding.ts";

/** A parameter, and how a contract is asked for it. */
interface Fact {
  readonly subject: string;
  readonly fact: string;
  readonly expected: unknown;
  readonly read: () => Promise<unknown>;
}

function stakingFacts(reader: Reader, addresses: Addresses, parameters: Parameters): readonly Fact[] {
  const staking = { address: addresses.Staking, abi: stakingAbi } as const;
  const operators = { address: addressOf(addresses, "Operators"), abi: operatorsAbi } as const;
  const emissions = { address: addresses.Emissions, abi: emissionsAbi } as const;
  const emission = (fact: string, expected: bigint, functionName: "ALLOCATION" | "FIRST_EPOCH" | "EPOCHS"): Fact => {
    return { subject: "Emissions", fact, expected, read: () => reader.readContract({ ...emissions, functionName }) };
  };
  const { allocation, firstEpoch, epochs } = parameters.emissions;
  return [
    {
      subject: "Staking",
      fact: "config",
      expected: parameters.staking,
      read: () => reader.readContract({ ...staking, functionName: "config" }),
    },
    {
      subject: "Staking",
      fact: "token",
      expected: addresses.OPG,
      read: () => reader.readContract({ ...staking, functionName: "token" }),
    },
    {
      subject: "Operators",
      fact: "config",
      expected: parameters.operators,
      read: () => reader.readContract({ ...operators, functionName: "config" }),
    },
    emission("allocation", allocation, "ALLOCATION"),
    emission("first epoch", firstEpoch, "FIRST_EPOCH"),
    emission("epochs", epochs, "EPOCHS"),
  ];
}

function decisionFacts(reader: Reader, addresses: Addresses, parameters: Parameters): readonly Fact[] {
  const governor = { address: addresses.OPGGovernor, abi: opgGovernorAbi } as const;
  const timelock = { address: addresses.TimelockController, abi: timelockControllerAbi } as const;
  const delays = { address: addresses.DecisionDelays, abi: decisionDelaysAbi } as const;
  const guardian = { address: addresses.Guardian, abi: guardianAbi } as const;
  const rules = parameters.governor;
  const governorFacts = [
    ["votingDelay", rules.votingDelay],
    ["votingPeriod", rules.votingPeriod],
    ["proposalThreshold", rules.proposalThreshold],
    ["quorumNumerator", rules.quorumNumerator],
    ["lateQuorumVoteExtension", rules.lateQuorumExtension],
  ] as const;
  const delayFacts = [
    ["trustRootDelay", parameters.delays.trustRoot],
    ["slashingDelay", parameters.delays.slashing],
  ] as const;
  return [
    ...governorFacts.map(([functionName, expected]): Fact => {
      const read = () => reader.readContract({ ...governor, functionName });
      return { subject: "OPGGovernor", fact: functionName, expected, read };
    }),
    {
      subject: "OPGGovernor",
      fact: "votes of wallets",
      expected: parameters.walletVotes ? addresses.OPG : zeroAddress,
      read: () => reader.readContract({ ...governor, functionName: "walletVotes" }),
    },
    {
      subject: "TimelockController",
      fact: "delay",
      expected: parameters.timelockDelay,
      read: () => reader.readContract({ ...timelock, functionName: "getMinDelay" }),
    },
    ...delayFacts.map(([functionName, expected]): Fact => {
      const read = () => reader.readContract({ ...delays, functionName });
      return { subject: "DecisionDelays", fact: functionName, expected, read };
    }),
    {
      subject: "Guardian",
      fact: "keeper",
      expected: parameters.guardian,
      read: () => reader.readContract({ ...guardian, functionName: "keeper" }),
    },
  ];
}

function paymentFacts(reader: Reader, addresses: Addresses, parameters: Parameters): readonly Fact[] {
  const hub = { address: addresses.PaymentHub, abi: paymentHubAbi } as const;
  const bonds = { address: addresses.HostingBonds, abi: hostingBondsAbi } as const;
  const locks = { address: addresses.ValueLocks, abi: valueLocksAbi } as const;
  return [
    {
      subject: "PaymentHub",
      fact: "treasury",
      expected: parameters.treasury,
      read: () => reader.readContract({ ...hub, functionName: "treasury" }),
    },
    {
      subject: "PaymentHub",
      fact: "split",
      expected: parameters.payments,
      read: async () => {
        const [operatorBps, treasuryBps] = await reader.readContract({ ...hub, functionName: "split" });
        return { operatorBps, treasuryBps };
      },
    },
    {
      subject: "HostingBonds",
      fact: "bond",
      expected: parameters.hostingBond,
      read: () => reader.readContract({ ...bonds, functionName: "bond" }),
    },
    {
      subject: "ValueLocks",
      fact: "cover",
      expected: parameters.coverBps,
      read: () => reader.readContract({ ...locks, functionName: "coverBps" }),
    },
  ];
}

function caseFacts(reader: Reader, addresses: Addresses, parameters: Parameters): readonly Fact[] {
  const challenges = { address: addresses.AnswerChallenges, abi: answerChallengesAbi } as const;
  const disputes = { address: addresses.AnswerDisputes, abi: answerDisputesAbi } as const;
  return [
    {
      subject: "AnswerChallenges",
      fact: "bond",
      expected: parameters.challengeBond,
      read: () => reader.readContract({ ...challenges, functionName: "BOND" }),
    },
    {
      subject: "AnswerDisputes",
      fact: "costs",
      expected: parameters.disputes,
      read: async () => ({
        bond: await reader.readContract({ ...disputes, functionName: "BOND" }),
        jurorFee: await reader.readContract({ ...disputes, functionName: "JUROR_FEE" }),
      }),
    },
  ];
}

function evidenceFacts(reader: Reader, addresses: Addresses, parameters: Parameters): readonly Fact[] {
  const enclaves = { address: addresses.EnclaveRegistry, abi: enclaveRegistryAbi } as const;
  const verifiers = { address: addresses.VerifierRegistry, abi: verifierRegistryAbi } as const;
  return [
    {
      subject: "EnclaveRegistry",
      fact: "config",
      expected: parameters.enclaves,
      read: () => reader.readContract({ ...enclaves, functionName: "config" }),
    },
    {
      subject: "VerifierRegistry",
      fact: "development keys",
      expected: parameters.developmentKeysAllowed,
      read: () => reader.readContract({ ...verifiers, functionName: "developmentKeysAllowed" }),
    },
  ];
}

/**
 * Compares what the contracts answer now with the parameter file. A vote may change some of it: then the file is to follow.
 */
export function verifyParameters(
  reader: Reader,
  addresses: Addresses,
  parameters: Parameters,
): Promise<readonly Finding[]> {
  const groups = [stakingFacts, decisionFacts, paymentFacts, caseFacts, evidenceFacts];
  const facts = groups.flatMap((factsOf) => factsOf(reader, addresses, parameters));
  return Promise.all(
    facts.map(async ({ subject, fact, expected, read }) =>
      compare("parameter", subject, fact, { expected, actual: await read() }),
    ),
  );
}
