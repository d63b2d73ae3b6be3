import { challengeBondsAbi } from "../../../sdk/src/abi/ChallengeBonds.ts";
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

/**
 * Compares what the contracts answer now with the parameter file. A vote may change some of it: then the file is to follow.
 */
export async function verifyParameters(
  reader: Reader,
  addresses: Addresses,
  parameters: Parameters,
): Promise<readonly Finding[]> {
  const finding = (subject: string, fact: string, expected: unknown, actual: unknown): Finding =>
    compare("parameter", subject, fact, { expected, actual });
  const staking = { address: addresses.Staking, abi: stakingAbi } as const;
  const operators = { address: addressOf(addresses, "Operators"), abi: operatorsAbi } as const;
  const emissions = { address: addresses.Emissions, abi: emissionsAbi } as const;
  const governor = { address: addresses.OPGGovernor, abi: opgGovernorAbi } as const;
  const timelock = { address: addresses.TimelockController, abi: timelockControllerAbi } as const;
  const delays = { address: addresses.DecisionDelays, abi: decisionDelaysAbi } as const;
  const guardian = { address: addresses.Guardian, abi: guardianAbi } as const;
  const hub = { address: addresses.PaymentHub, abi: paymentHubAbi } as const;
  const bonds = { address: addresses.HostingBonds, abi: hostingBondsAbi } as const;
  const locks = { address: addresses.ValueLocks, abi: valueLocksAbi } as const;
  const challengeBonds = { address: addresses.ChallengeBonds, abi: challengeBondsAbi } as const;
  const enclaves = { address: addresses.EnclaveRegistry, abi: enclaveRegistryAbi } as const;
  const verifiers = { address: addresses.VerifierRegistry, abi: verifierRegistryAbi } as const;

  const [operatorBps, treasuryBps] = await reader.readContract({ ...hub, functionName: "split" });
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
    finding("Staking", "config", parameters.staking, await reader.readContract({ ...staking, functionName: "config" })),
    finding("Staking", "token", addresses.OPG, await reader.readContract({ ...staking, functionName: "token" })),
    finding(
      "Operators",
      "config",
      parameters.operators,
      await reader.readContract({ ...operators, functionName: "config" }),
    ),
    finding(
      "Emissions",
      "allocation",
      parameters.emissions.allocation,
      await reader.readContract({ ...emissions, functionName: "ALLOCATION" }),
    ),
    finding(
      "Emissions",
      "first epoch",
      parameters.emissions.firstEpoch,
      await reader.readContract({ ...emissions, functionName: "FIRST_EPOCH" }),
    ),
    finding(
      "Emissions",
      "epochs",
      parameters.emissions.epochs,
      await reader.readContract({ ...emissions, functionName: "EPOCHS" }),
    ),
    ...(await Promise.all(
      governorFacts.map(async ([name, expected]) =>
        finding("OPGGovernor", name, expected, await reader.readContract({ ...governor, functionName: name })),
      ),
    )),
    finding(
      "TimelockController",
      "delay",
      parameters.timelockDelay,
      await reader.readContract({ ...timelock, functionName: "getMinDelay" }),
    ),
    ...(await Promise.all(
      delayFacts.map(async ([name, expected]) =>
        finding("DecisionDelays", name, expected, await reader.readContract({ ...delays, functionName: name })),
      ),
    )),
    finding(
      "Guardian",
      "keeper",
      parameters.guardian,
      await reader.readContract({ ...guardian, functionName: "keeper" }),
    ),
    finding(
      "PaymentHub",
      "treasury",
      parameters.treasury,
      await reader.readContract({ ...hub, functionName: "treasury" }),
    ),
    finding("PaymentHub", "split", parameters.payments, { operatorBps, treasuryBps }),
    finding(
      "HostingBonds",
      "bond",
      parameters.hostingBond,
      await reader.readContract({ ...bonds, functionName: "bond" }),
    ),
    finding(
      "ValueLocks",
      "cover",
      parameters.coverBps,
      await reader.readContract({ ...locks, functionName: "coverBps" }),
    ),
    finding(
      "ChallengeBonds",
      "bond",
      parameters.challengeBond,
      await reader.readContract({ ...challengeBonds, functionName: "BOND" }),
    ),
    finding(
      "EnclaveRegistry",
      "config",
      parameters.enclaves,
      await reader.readContract({ ...enclaves, functionName: "config" }),
    ),
    finding(
      "VerifierRegistry",
      "development keys",
      parameters.developmentKeysAllowed,
      await reader.readContract({ ...verifiers, functionName: "developmentKeysAllowed" }),
    ),
  ];
}
