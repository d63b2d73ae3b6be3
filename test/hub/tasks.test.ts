import assert from "node:assert/strict";
import { mkdir, mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import os from "node:os";
import path from "node:path";
import { after, before, describe, it } from "node:test";

import { hashModelSchema, parseModelSchema } from "../../sdk/src/model-schema.ts";
import { hardhat, startNode, type TestNode } from "../governance/node.ts";
import { failed, json } from "../support/command-result.ts";

const SCHEMA = JSON.stringify({
  format: "opg-model-schema-1",
  inputs: [{ name: "x", type: "number", shape: [1] }],
  outputs: [{ name: "y", type: "number", shape: [1] }],
});

/** Two circuits, and the first one's model for the EVM as well. */
const BINDING = {
  executorModelId: `0x${"e1".repeat(32)}`,
  circuits: ["model", "decoder"].map((name, index) => ({
    keyId: `0x${String(index + 1).repeat(64)}`,
    file: `${name}.onnx`,
    layout: {
      ...{ inputName: `${name} input`, inputCount: 8, inputBits: 12, inputDecimals: 5, inputOffset: "0" },
      ...{ outputName: "y", outputCount: 1, outputBits: 20, outputDecimals: 6, outputOffset: "0" },
    },
  })),
};

describe("the hub's tasks against a node in another process", () => {
  let node: TestNode;
  let folder: string;
  const inFolder = (name: string): string => path.join(folder, name);
  const hub = (...args: string[]) => node.hardhat("hub", ...args, "--records", inFolder("records"));

  before(async () => {
    folder = await mkdtemp(path.join(os.tmpdir(), "opg-hub-tasks-"));
    await mkdir(inFolder("model"));
    await writeFile(inFolder("model/README.md"), "---\nlicense: mit\ntags: [fees]\n---\n# Tiny\n\nA tiny model.\n");
    await writeFile(inFolder("model/model.onnx"), Buffer.alloc(100_000, 7));
    await writeFile(inFolder("model/decoder.onnx"), "weights");
    await writeFile(inFolder("model/schema.json"), SCHEMA);
    await writeFile(inFolder("model/binding.json"), JSON.stringify(BINDING));
    node = await startNode();
    json(await node.hardhat("deploy", "--no-build", "--json", "--records", inFolder("records")));
  });
  after(async () => {
    await node.stop();
    await rm(folder, { recursive: true });
  });

  it("publish a folder, show it, price it, fetch it and deprecate it", async () => {
    const store = ["--store", inFolder("store")];
    const publish = ["publish", inFolder("model"), "--name", "lab/tiny", "--tee", "2", "--onchain", "0", ...store];
    failed(await hub(...publish), /Nobody is here to confirm.*--yes/);
    assert.match((await hub("list")).stdout, /^Nothing is published yet\.$/m);
    await writeFile(inFolder("wrong.json"), "{}");
    failed(await hub(...publish, "--yes", "--schema", inFolder("wrong.json")), /schema is malformed: format/);
    assert.match((await hub("list")).stdout, /^Nothing is published yet\.$/m);
    const published = json(await hub(...publish, "--yes", "--json"));
    assert.equal(published.name, "lab/tiny@1.00");

    const found = await hub("search", "TINY", "fees");
    assert.match(
      found.stdout,
      /^lab\/tiny 1\.00, owned by 0xf39F\w+\n {2}A tiny model\.\n {2}licence mit; tags fees$/m,
    );
    const price = await hub("price", "lab/tiny", "tee", "3", "--yes");
    assert.match(price.stdout, /lab\/tiny@1\.00, tee: 2 OPG per call → 3 OPG per call, in 1 day\./);
    json(await hub("deprecate", "lab/tiny", "--reason", "try 2.00", "--yes", "--json"));

    const shown = json(await hub("show", "lab/tiny@1.00", "--json"));
    assert.equal(shown.deprecated, true);
    assert.equal(shown.schemaHash, hashModelSchema(SCHEMA));
    assert.deepEqual(shown.models, {
      executorModelId: BINDING.executorModelId,
      // In the order of paths: README.md, binding.json, decoder.onnx, model.onnx, schema.json. Offsets are strings.
      circuits: BINDING.circuits.map((circuit, index) => ({ ...circuit, file: 3 - index })),
    });
    assert.match((await hub("show", "lab/tiny")).stdout, /^ {2}lab\/tiny@1\.00 stable, deprecated, published /m);
    assert.equal(json(await hub("stats", "lab/tiny", "--json")).calls, "0");

    const fetched = await hub("download", "lab/tiny", "--to", inFolder("copy"), ...store);
    assert.equal(fetched.exitCode, 0, fetched.stderr);
    assert.match(fetched.stderr, /deprecated by its publisher/);
    assert.doesNotMatch(fetched.stderr, /schema/);
    assert.match(fetched.stderr, /Fetching lab\/tiny@1\.00 \[#{24}\] 100 %/);
    assert.deepEqual(await readFile(inFolder("copy/model.onnx")), Buffer.alloc(100_000, 7));
    failed(await hub("download", "lab/tiny", "--to", inFolder("more"), "--store", inFolder("none")), /does not have/);
  });
});

describe("the hub's tasks with bad input", () => {
  it("draft a schema from an ONNX file, which the SDK reads", async () => {
    const drafted = await hardhat(["hub", "schema", "models/fee/fee.onnx"]);
    assert.equal(drafted.exitCode, 0, drafted.stderr);
    assert.deepEqual(parseModelSchema(drafted.stdout), {
      format: "opg-model-schema-1",
      inputs: [{ name: "features", type: "number", shape: [1, 8] }],
      outputs: [{ name: "range", type: "number", shape: [1, 1] }],
    });
    failed(await hardhat(["hub", "schema", "package.json"]), /package\.json is not a readable ONNX file/);
    failed(await hardhat(["hub", "schema", "none.onnx"]), /none\.onnx cannot be read/);
  });

  it("say what is wrong before they look at the network", async () => {
    failed(await hardhat(["hub", "price", "lab/tiny", "offchain", "1"]), /"offchain" is not a mode/);
    failed(await hardhat(["hub", "download", "lab/tiny", "--store", "ftp://x"]), /names no store/);
    failed(await hardhat(["hub", "list"]), /begins empty with every command/);
  });
});
