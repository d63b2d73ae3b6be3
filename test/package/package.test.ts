import assert from "node:assert/strict";
import { execFile } from "node:child_process";
import { cp, mkdtemp, readFile, rm, symlink, writeFile } from "node:fs/promises";
import { globSync } from "node:fs";
import os from "node:os";
import path from "node:path";
import { after, before, describe, it } from "node:test";
import { promisify } from "node:util";
import solc from "solc";
import { build } from "vite";

import { deployAll } from "../../scripts/deploy/deploy-all.ts";
import { clientsOfUrl } from "../../scripts/lib/clients.ts";
import { toJson } from "../../scripts/lib/json.ts";
import { ROOT } from "../../scripts/lib/tool.ts";
import { buildPackage, PACKAGE_NAME, type BuiltPackage } from "../../scripts/package/build-package.ts";
import { startChain, type EmbeddedChain } from "../../scripts/story/chain.ts";
import { artifacts, parameters } from "../governance/chain.ts";

const run = promisify(execFile);

/** Its own types say nothing of these calls. */
const { compile } = solc as {
  readonly compile: (
    input: string,
    callbacks: { readonly import: (file: string) => { readonly contents: string } | { readonly error: string } },
  ) => string;
};

/** What the consumer has beside the package; npm links them from here, so that nothing is fetched. */
const OTHERS = ["viem", "zod", "ethers", "@openzeppelin/contracts", "@types/node"];

describe("the integrators' package", () => {
  let scratch: string;
  let built: BuiltPackage;
  let project: string;

  before(async () => {
    scratch = await mkdtemp(path.join(os.tmpdir(), "opg-package-"));
    // The compiler looks for types beside its sources.
    await symlink(path.join(ROOT, "node_modules"), path.join(scratch, "node_modules"));
    built = await buildPackage(path.join(scratch, "built"), () => undefined);
    project = path.join(scratch, "consumer");
    await cp(path.join(ROOT, "test/package/consumer"), project, { recursive: true });
    const links = OTHERS.map((name): [string, string] => [name, `file:${path.join(ROOT, "node_modules", name)}`]);
    const dependencies = { [PACKAGE_NAME]: `file:${built.tarball}`, ...Object.fromEntries(links) };
    await writeFile(
      path.join(project, "package.json"),
      JSON.stringify({ type: "module", private: true, dependencies }),
    );
    const flags = ["--offline", "--ignore-scripts", "--no-audit", "--no-fund", "--legacy-peer-deps"];
    await run("npm", ["install", ...flags], { cwd: project });
  });
  after(() => rm(scratch, { recursive: true }));

  const installed = (file: string): string => path.join(project, "node_modules", PACKAGE_NAME, file);

  it("holds what it exports, and nothing of what it must not", async () => {
    const manifest = JSON.parse(await readFile(installed("package.json"), "utf8")) as {
      exports: Record<string, { types: string; import: string } | string>;
      dependencies: Record<string, string>;
      peerDependencies: Record<string, string>;
    };
    for (const entry of Object.values(manifest.exports)) {
      for (const file of typeof entry === "string" ? [entry] : [entry.types, entry.import]) {
        assert.notEqual(globSync(file, { cwd: installed(".") }).length, 0, `${file} is missing`);
      }
    }
    assert.deepEqual(Object.keys(manifest.dependencies), ["zod"]);
    assert.deepEqual(Object.keys(manifest.peerDependencies), ["@openzeppelin/contracts", "ethers", "viem"]);
    const solidity = globSync("contracts/**/*.sol", { cwd: installed(".") });
    assert(solidity.includes("contracts/pipe/PipeConsumer.sol"));
    assert(!solidity.some((file) => /\/(Staking|PaymentHub|ModelHub)\.sol$/.test(file)), "implementations");
    for (const file of globSync("dist/**/*.{js,ts}", { cwd: installed(".") })) {
      const text = await readFile(installed(file), "utf8");
      assert.doesNotMatch(text, /from ["'](hardhat|@nomicfoundation|\.\.\/\.\.\/\.\.\/(scripts|zkml|nodes))/, file);
      assert.doesNotMatch(text, /from "\.[^"]*\.ts"/, `${file} imports a source`);
    }
  });

  it("type-checks strictly in a consumer", async () => {
    const compilerOptions = {
      target: "es2022",
      module: "nodenext",
      lib: ["es2023", "dom"],
      types: ["node"],
      strict: true,
      exactOptionalPropertyTypes: true,
      noUncheckedIndexedAccess: true,
      skipLibCheck: true,
      outDir: "out",
    };
    await writeFile(path.join(project, "tsconfig.json"), JSON.stringify({ compilerOptions, include: ["*.ts"] }));
    const tsc = path.join(ROOT, "node_modules/typescript/bin/tsc");
    const { stdout } = await run(process.execPath, [tsc, "-p", project]).catch((error: unknown) => {
      const output = typeof error === "object" && error !== null && "stdout" in error ? String(error.stdout) : "";
      return { stdout: output || String(error) };
    });
    assert.equal(stdout, "");
  });

  it("works against a node, with viem and with ethers", async () => {
    const chain: EmbeddedChain = await startChain(undefined);
    try {
      const clients = await clientsOfUrl(chain.url, parameters.initialHolder, true);
      const addresses = await deployAll({ ...clients, parameters, artifacts });
      const file = path.join(project, "addresses.json");
      await writeFile(file, toJson(addresses));
      const program = async (name: string): Promise<Record<string, unknown>> => {
        const { stdout } = await run(process.execPath, [path.join(project, "out", name), chain.url, file]);
        return JSON.parse(stdout) as Record<string, unknown>;
      };
      const { failure, unknownChain, ...rest } = await program("with-viem.js");
      const staked = "20000000000000000000000";
      assert.deepEqual(rest, { staked, balance: staked, listed: [] });
      assert.match(String(failure), /may take 0 tokens of the payer but needs 20000 tokens: approve it/);
      assert.match(String(unknownChain), /No deployment on chain 1 is known/);
      assert.deepEqual(await program("with-ethers.js"), { token: addresses.OPG });
    } finally {
      await chain.close();
    }
  });

  it("judges evidence off chain, and builds an input by a model's schema", async () => {
    const vectors = path.join(ROOT, "test/vectors/tee/intel/dcap-qvl");
    const files = [path.join(vectors, "tdx_quote"), path.join(vectors, "tdx_quote_collateral.json")];
    const program = path.join(project, "out/with-evidence.js");
    const { stdout } = await run(process.execPath, [program, ...files, path.join(ROOT, "models/fee/schema.json")]);
    assert.deepEqual(JSON.parse(stdout), {
      tcbStatus: "UpToDate",
      values: 8,
      refusals: ["TdxRefusedError", "NitroEvidenceError", "SnpRefusedError", "NrasTokenError", "TensorMismatchError"],
      signed: false,
    });
  });

  it("gives Solidity what a consumer needs", async () => {
    const content = await readFile(path.join(project, "Risk.sol"), "utf8");
    const input = {
      language: "Solidity",
      sources: { "Risk.sol": { content } },
      settings: { outputSelection: { "*": { "*": ["evm.bytecode.object"] } } },
    };
    const files = new Map<string, string>();
    for (const file of [
      ...globSync(`${PACKAGE_NAME}/contracts/**/*.sol`, { cwd: path.join(project, "node_modules") }),
      ...globSync("@openzeppelin/contracts/utils/math/*.sol", { cwd: path.join(ROOT, "node_modules") }),
      ...globSync("@openzeppelin/contracts/utils/Panic.sol", { cwd: path.join(ROOT, "node_modules") }),
    ]) {
      const root = file.startsWith(PACKAGE_NAME) ? project : ROOT;
      files.set(file, await readFile(path.join(root, "node_modules", file), "utf8"));
    }
    const output = JSON.parse(
      compile(JSON.stringify(input), {
        import: (file) => {
          const contents = files.get(file);
          return contents === undefined ? { error: `${file} is not in the package` } : { contents };
        },
      }),
    ) as {
      errors?: readonly { readonly severity: string; readonly formattedMessage: string }[];
      contracts?: Record<string, Record<string, { evm: { bytecode: { object: string } } } | undefined> | undefined>;
    };
    assert.deepEqual(output.errors ?? [], []);
    assert((output.contracts?.["Risk.sol"]?.Risk?.evm.bytecode.object.length ?? 0) > 1_000);
  });

  it("leaves out of a bundle what the consumer does not use", async () => {
    const bundle = async (code: string): Promise<string> => {
      const entry = path.join(project, "entry.mjs");
      await writeFile(entry, code);
      const result = await build({
        configFile: false,
        root: project,
        logLevel: "silent",
        build: {
          write: false,
          minify: false,
          lib: { entry, formats: ["es"] },
          rolldownOptions: { external: [/^viem/, "zod"] },
        },
      });
      const first = [result].flat()[0];
      assert(first !== undefined);
      assert("output" in first);
      return first.output.map((chunk) => ("code" in chunk ? chunk.code : "")).join("\n");
    };
    const stake = await bundle(`export { stakeCall } from "${PACKAGE_NAME}";`);
    assert.match(stake, /unbondAssets/);
    assert.doesNotMatch(stake, /castVoteWithReason|raiseMinimumTcbEvaluation|createRepository|from "zod"/);
    const receipt = await bundle(`export { receiptTypedData } from "${PACKAGE_NAME}";`);
    assert(receipt.length < 4_000, `${receipt.length} characters for one pure function`);
    const one = await bundle(`export { pipeEngineAbi } from "${PACKAGE_NAME}/abi";`);
    assert.match(one, /runModelInference/);
    assert.doesNotMatch(one, /castVoteWithReason|raiseMinimumTcbEvaluation/);
  });
});
