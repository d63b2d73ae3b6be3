import { local } from "../../../deployments/parameters/local.ts";
import { artifactsIn } from "../../deploy/artifacts.ts";
import type { Addresses } from "../../deploy/contracts.ts";
import { deployAll } from "../../deploy/deploy-all.ts";
import { plantVerifier, UPSTREAM_VERIFIER } from "../../tee/plant.ts";
import type { Stage } from "../people.ts";
import type { Narrator } from "../telling.ts";

/** Deploys the whole system and hands every role to its governance. */
export async function deploy(stage: Stage, artifacts: string, { note, fact, check }: Narrator): Promise<Addresses> {
  const sent: string[] = [];
  const addresses = await deployAll({
    ...stage.people.deployer,
    parameters: local(process.env),
    artifacts: artifactsIn(artifacts),
    onStep: ({ label, transactionHash, gasUsed }) => {
      if (transactionHash === undefined || gasUsed === undefined) return;
      sent.push(label);
      note(label, { transactionHash, gasUsed });
    },
  });
  fact("contracts", `${Object.keys(addresses).length}, at addresses that depend only on their code and arguments`);
  fact("roles", "all with the timelock, the guardian and the contracts; the deployer has none left");
  // deployAll ends with reading every role back and throws when one is not as the table says.
  const codes = await Promise.all(Object.values(addresses).map((address) => stage.reader.getCode({ address })));
  check(
    "there is code at every address",
    codes.every((code) => code !== undefined),
  );
  await plantVerifier(stage.provider, addresses.TEEVerifier);
  fact("OpenGradient's verifier", `planted at ${UPSTREAM_VERIFIER}, where its own chain has a precompile`);
  return addresses;
}
