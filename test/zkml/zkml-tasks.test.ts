import assert from "node:assert/strict";
import { mkdtemp, readdir, readFile, rm, writeFile } from "node:fs/promises";
import os from "node:os";
import path from "node:path";
import { after, before, describe, it } from "node:test";

import { hardhat as runHardhat, startNode, type TestNode } from "../governance/node.ts";
import { failed, json } from "../support/command-result.ts";
import type { Topology } from "./support/random-onnx.ts";
import { randomOnnx } from "./support/random-onnx.ts";

/** A classifier small enough for everything: circuit, key and the executor inside the EVM. */
const TINY: Topology = {
  name: "tiny",
  shape: [1, 3],
  build: ({ add, constant }, input) => {
    const hidden = add("Relu", [add("Gemm", [input, constant([3, 3]), constant([3])])]);
    return add("Softmax", [add("Gemm", [hidden, constant([3, 3]), constant([3])])], { axis: 1 });
  },
};

const hardhat = (...args: string[]) => runHardhat(args);

describe("the zkml tasks", () => {
  let node: TestNode;
  let folder: string;
  const inFolder = (name: string): string => path.join(folder, name);
  const onNode = (...args: string[]) => node.hardhat("zkml", ...args, "--records", inFolder("records"));

  before(async () => {
    folder = await mkdtemp(path.join(os.tmpdir(), "opg-zkml-tasks-"));
    await writeFile(inFolder("Tiny Model.onnx"), randomOnnx(TINY, 4));
    await writeFile(inFolder("rows.csv"), "a,b,c\n0.5,-0.25,1\n-1,0.75,0.5\n0.1,0.2,-0.3\n");
    node = await startNode();
    json(await node.hardhat("deploy", "--no-build", "--json", "--records", inFolder("records")));
  });
  after(async () => {
    await node.stop();
    await rm(folder, { recursive: true });
  });

  it("lead from an ONNX file to a proof that the chain accepts", async () => {
    const model = [inFolder("Tiny Model.onnx"), "--argmax", "--calibration", inFolder("rows.csv")];
    const built = json(await hardhat("zkml", "build", ...model, "--output", inFolder("tiny"), "--json"));
    assert.equal(built.name, "tiny-model");
    assert.equal(built.development, true);
    assert.deepEqual(built.runtime, { rows: 3, greatestDifference: null, agreement: 1 });
    assert.ok((await readdir(folder)).every((name) => !name.endsWith(".partial")));

    const proving = ["zkml", "prove", inFolder("tiny"), inFolder("rows.csv"), "--row", "2", "--binding", "0x2a"];
    const proved = json(await hardhat(...proving, "--output", inFolder("proof.json"), "--json"));
    const again = ["verify", inFolder("tiny"), inFolder("proof.json")];
    const verified = json(await hardhat("zkml", ...again, "--json"));
    assert.deepEqual(verified.values, proved.values);
    assert.deepEqual((verified.signals as string[])[2], "42");

    failed(await onNode(...again, "--on-chain"), /is not registered here/);
    failed(await onNode("register", inFolder("tiny")), /Nobody is here to confirm.*--yes/);
    const registered = json(await onNode("register", inFolder("tiny"), "--yes", "--json"));
    assert.equal(registered.keyId, built.keyId);
    assert.match((await onNode(...again, "--on-chain")).stdout, /^Valid: tiny-model gives [012]\.$/m);
    assert.equal(json(await onNode("register", inFolder("tiny"), "--executor", "--yes", "--json")).sent, true);

    const file = await readFile(inFolder("proof.json"), "utf8");
    const proof = JSON.parse(file) as { outputs: string[]; signals: string[] };
    const claim = (outputs: string, signal: string) =>
      writeFile(
        inFolder("forged.json"),
        JSON.stringify({ ...proof, outputs: [outputs], signals: proof.signals.with(0, signal) }),
      );
    const other = proof.outputs[0] === "0" ? "1" : "0";
    await claim(other, other);
    failed(await hardhat("zkml", "verify", inFolder("tiny"), inFolder("forged.json")), /is not a valid proof/);
  });
});
