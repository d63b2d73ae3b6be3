import assert from "node:assert/strict";
import { before, describe, it } from "node:test";
import { concat } from "viem";
import solc from "solc";

import { SYSTEM_NAMES } from "../../scripts/deploy/contracts.ts";
import { create2Address } from "../../scripts/deploy/create2.ts";
import { planDeployment, type DeploymentPlan } from "../../scripts/deploy/plan.ts";
import { verificationRequests, type VerificationRequest } from "../../scripts/deploy/verification-input.ts";
import { artifacts, parameters } from "../governance/chain.ts";

const deployer = parameters.initialHolder;

/** Its own types say nothing of this call. */
const { compile } = solc as { readonly compile: (input: string) => string };

describe("the sources for explorers", () => {
  let plan: DeploymentPlan;
  let requests: readonly VerificationRequest[];
  before(async () => {
    plan = await planDeployment(parameters, deployer, artifacts);
    const records = "/nowhere";
    requests = await verificationRequests({ plan, parameters, deployer, artifacts, records });
  });

  it("cover every contract, those that others create too, with imports and no tests", () => {
    assert.deepEqual(
      requests.map(({ name }) => name),
      SYSTEM_NAMES,
    );
    for (const { name, input } of requests) {
      const files = Object.keys(input.sources);
      assert(files.length > 0 && files.length < 60, `${name}: ${files.length}`);
      assert(!files.some((file) => file.includes("test/")), name);
    }
  });

  it("lead to the address: creation code and arguments are complete", () => {
    for (const { name, artifact, address } of plan.contracts) {
      const request = requests.find((candidate) => candidate.name === name);
      const initCode = concat([artifact.bytecode, `0x${request?.constructorArguments ?? ""}`]);
      assert.equal(create2Address(initCode), address, name);
    }
  });

  it("compile alone to the very code that is deployed, metadata included", () => {
    // Two small ones: the compiler takes seconds for each.
    for (const name of ["HostingBonds", "ModelExecutor"] as const) {
      const request = requests.find((candidate) => candidate.name === name);
      assert(request !== undefined);
      const output = JSON.parse(compile(JSON.stringify(request.input))) as {
        contracts?: Record<string, Record<string, { evm: { bytecode: { object: string } } } | undefined> | undefined>;
        errors?: readonly { severity: string; formattedMessage: string }[];
      };
      assert.deepEqual(
        output.errors?.filter(({ severity }) => severity === "error").map(({ formattedMessage }) => formattedMessage) ??
          [],
        [],
      );
      const [source = ""] = request.contractIdentifier.split(":");
      const compiled = output.contracts?.[source]?.[name]?.evm.bytecode.object;
      assert.equal(`0x${compiled ?? ""}`, plan.artifacts.get(name)?.bytecode, name);
    }
  });
});
