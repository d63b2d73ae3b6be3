import assert from "node:assert/strict";
import { mkdtemp, readdir, readFile, rename, rm, writeFile } from "node:fs/promises";
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

describe("the zkml tasks", () => {
  let node: TestNode;
  let folder: string;
  const inFolder = (name: string): string => path.join(folder, name);
  const zkml = (...args: string[]) => node.hardhat("zkml", ...args);
  const onNode = (...args: string[]) => zkml(...args, "--records", inFolder("records"));

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
    const built = json(await runHardhat(["zkml", "build", ...model, "--output", inFolder("tiny"), "--json"]));
    assert.equal(built.name, "tiny-model");
    assert.equal(built.development, true);
    assert.deepEqual(built.runtime, { rows: 3, greatestDifference: null, agreement: 1 });
    assert.ok((await readdir(folder)).every((name) => !name.endsWith(".partial")));

    const proving = ["prove", inFolder("tiny"), inFolder("rows.csv"), "--row", "2", "--binding", "0x2a"];
    const proved = json(await zkml(...proving, "--output", inFolder("proof.json"), "--json"));
    const again = ["verify", inFolder("tiny"), inFolder("proof.json")];
    const verified = json(await zkml(...again, "--json"));
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
    failed(await zkml("verify", inFolder("tiny"), inFolder("forged.json")), /is not a valid proof/);
  });

  it("take trees as JSON, too", async () => {
    const leaf = { children: -1, feature: -2, threshold: -2 };
    const tree = {
      output: 0,
      children_left: [1, leaf.children, leaf.children],
      children_right: [2, leaf.children, leaf.children],
      feature: [1, leaf.feature, leaf.feature],
      threshold: [0.25, leaf.threshold, leaf.threshold],
      value: [0, -0.5, 0.75],
    };
    const file = { format: "sklearn-trees", n_features: 3, base: [0.1], scale: 1, trees: [tree] };
    await writeFile(inFolder("stump.json"), JSON.stringify(file));
    assert.match((await zkml("import", inFolder("stump.json"))).stdout, /can be compiled: 1 trees over 3 inputs/);
    failed(
      await zkml("quantise", inFolder("stump.json"), "--weight-bits", "8"),
      /--weight-bits means nothing for trees/,
    );
    failed(await zkml("quantise", inFolder("stump.json"), "--argmax"), /one output only/);
    const building = ["build", inFolder("stump.json"), "--calibration", inFolder("rows.csv")];
    const built = json(await zkml(...building, "--output", inFolder("stump"), "--json"));
    assert.deepEqual([built.trees, built.questions], [1, 1]);

    const proving = [
      "prove",
      inFolder("stump"),
      inFolder("rows.csv"),
      "--row",
      "2",
      "--output",
      inFolder("stump-proof"),
    ];
    assert.deepEqual(json(await zkml(...proving, "--json")).values, [0.85]);
    const again = ["verify", inFolder("stump"), inFolder("stump-proof")];
    assert.match((await zkml(...again)).stdout, /^Valid: stump gives 0\.85\.$/m);
    assert.equal(json(await onNode("register", inFolder("stump"), "--yes", "--json")).keyId, built.keyId);
    assert.match((await onNode(...again, "--on-chain")).stdout, /^Valid: stump gives 0\.85\.$/m);
    assert.equal(json(await onNode("register", inFolder("stump"), "--executor", "--yes", "--json")).sent, true);
    assert.match((await zkml("inspect", inFolder("stump"))).stdout, /inside the EVM +yes, \d+ bytes/);
  });

  it("say what is wrong before they begin, and touch nothing", async () => {
    const model = inFolder("Tiny Model.onnx");
    failed(await zkml("build", model, "--name", "../evil"), /--name "\.\.\/evil" is no name/);
    failed(await zkml("build", model, "--output", inFolder("rows.csv/sub")), /rows\.csv is not a folder/);
    failed(await zkml("build", model, "--output", ""), /--output is empty/);
    failed(await zkml("quantise", model, "--output", inFolder("none/n.json")), /none is not a folder/);
    failed(await zkml("quantise", model, "--output", inFolder("rows.csv")), /exists already/);
    const files = (await readdir(inFolder("tiny"))).length;
    failed(
      await zkml("prove", inFolder("tiny"), inFolder("rows.csv"), "--output", inFolder("none/p")),
      /is not a folder/,
    );
    await rename(inFolder("tiny/tiny-model.wasm"), inFolder("away.wasm"));
    failed(await zkml("inspect", inFolder("tiny")), /lacks tiny-model\.wasm: build it with/);
    await rename(inFolder("away.wasm"), inFolder("tiny/tiny-model.wasm"));
    assert.equal((await readdir(inFolder("tiny"))).length, files);
  });

  it("do the same with FFLONK, whose keys need no ceremony of their own", async () => {
    const build = (system: string) =>
      zkml(
        "build",
        inFolder("Tiny Model.onnx"),
        "--argmax",
        "--proof-system",
        system,
        "--output",
        inFolder("universal"),
      );
    failed(await build("plonk"), /--proof-system plonk is not known: give groth16 or fflonk/);
    const built = await build("fflonk");
    assert.match(built.stdout, /Its fflonk key 0x/, built.stderr);
    assert.match((await zkml("inspect", inFolder("universal"))).stdout, /development key 0x[0-9a-f]{64} of fflonk/);

    const proving = ["prove", inFolder("universal"), inFolder("rows.csv"), "--binding", "7"];
    const proved = json(await zkml(...proving, "--output", inFolder("universal.json"), "--json"));
    const again = ["verify", inFolder("universal"), inFolder("universal.json")];
    assert.deepEqual(json(await zkml(...again, "--json")).values, proved.values);
    const registered = json(await onNode("register", inFolder("universal"), "--yes", "--json"));
    assert.equal(registered.keyId, proved.keyId);
    assert.match((await onNode(...again, "--on-chain")).stdout, /^Valid: tiny-model gives [012]\.$/m);

    const file = await readFile(inFolder("universal.json"), "utf8");
    const proof = JSON.parse(file) as { proof: string; signals: string[] };
    const forge = (change: Partial<typeof proof>) =>
      writeFile(inFolder("forged.json"), JSON.stringify({ ...proof, ...change }));
    const forged = ["verify", inFolder("universal"), inFolder("forged.json")];
    await forge({ signals: proof.signals.with(2, "8") });
    failed(await zkml(...forged), /is not a valid proof/);
    failed(await onNode(...forged, "--on-chain"), /is not a valid proof/);
    await forge({ proof: proof.proof.slice(0, 2 + 64 * 8) });
    failed(await onNode(...forged, "--on-chain"), /256 bytes instead of 736: it is of another proof system/);
  });
});
