import { execFile } from "node:child_process";
import { globSync } from "node:fs";
import { cp, mkdir, readFile, rm, writeFile } from "node:fs/promises";
import path from "node:path";
import { promisify } from "node:util";
import { runTypeChain } from "typechain";

import { artifactsIn } from "../deploy/artifacts.ts";
import { SYSTEM_NAMES, sourceOf } from "../deploy/contracts.ts";
import { ROOT, runTool } from "../lib/tool.ts";
import { UserError } from "../lib/user-error.ts";
import { soliditySources } from "./solidity.ts";

const run = promisify(execFile);

/** What of our own package.json the integrators' one repeats. */
interface RootPackage {
  readonly version: string;
  readonly license: string;
  readonly dependencies: Readonly<Record<string, string>>;
  readonly devDependencies: Readonly<Record<string, string>>;
}

/** The name that integrators import. */
export const PACKAGE_NAME = "@opg-protocol/sdk";

/** A built package. */
export interface BuiltPackage {
  /** The folder with its files. */
  readonly folder: string;
  /** The tarball that npm installs. */
  readonly tarball: string;
}

/**
 * Builds the integrators' package and packs it as `npm publish` would.
 *
 * @param out    emptied first
 * @param onStep told what is done now
 * @throws UserError when the contracts are not compiled or the compiler refuses
 */
export async function buildPackage(out: string, onStep: (sentence: string) => void): Promise<BuiltPackage> {
  const folder = path.join(out, "package");
  await rm(out, { recursive: true, force: true });
  await mkdir(folder, { recursive: true });
  onStep("Compiling the SDK");
  await compile("sdk/tsconfig.package.json", path.join(folder, "dist"));
  onStep("Generating the types for ethers");
  await buildEthers(folder, path.join(out, "ethers"));
  onStep("Copying the Solidity sources");
  for (const [file, text] of await soliditySources()) {
    await mkdir(path.join(folder, path.dirname(file)), { recursive: true });
    await writeFile(path.join(folder, file), text);
  }
  await cp(path.join(ROOT, "LICENSE"), path.join(folder, "LICENSE"));
  await cp(path.join(ROOT, "sdk/README.md"), path.join(folder, "README.md"));
  await writeFile(path.join(folder, "package.json"), `${JSON.stringify(await manifest(), null, 2)}\n`);
  onStep("Packing");
  return { folder, tarball: await pack(folder, out) };
}

async function compile(project: string, outDir: string): Promise<void> {
  const { exitCode, output } = await runTool(["node_modules/typescript/bin/tsc", "-p", project, "--outDir", outDir]);
  if (exitCode !== 0) throw new UserError(`The package does not compile: ${output}`);
  // tsc rewrites the imports of what runs, not those of declarations.
  for (const file of globSync("**/*.d.ts", { cwd: outDir })) {
    const text = await readFile(path.join(outDir, file), "utf8");
    await writeFile(path.join(outDir, file), text.replaceAll(/((?:from|import\()\s*"\.[^"]*)\.ts"/g, '$1.js"'));
  }
}

/** TypeChain's output for the system's contracts, from their ABIs alone: no creation code is shipped. */
async function buildEthers(folder: string, scratch: string): Promise<void> {
  const artifacts = artifactsIn(path.join(ROOT, "artifacts"));
  const abis = path.join(scratch, "abi");
  await mkdir(abis, { recursive: true });
  for (const name of SYSTEM_NAMES) {
    const { abi } = await artifacts.read(sourceOf(name), name);
    await writeFile(path.join(abis, `${name}.json`), JSON.stringify(abi));
  }
  const files = globSync("*.json", { cwd: abis })
    .sort()
    .map((file) => path.join(abis, file));
  const source = path.join(scratch, "src");
  await runTypeChain({
    cwd: ROOT,
    filesToProcess: files,
    allFiles: files,
    outDir: source,
    target: "ethers-v6",
    flags: {
      alwaysGenerateOverloads: false,
      discriminateTypes: false,
      tsNocheck: true,
      environment: undefined,
      node16Modules: true,
    },
  });
  // Else the compiler takes the sources for CommonJS.
  await writeFile(path.join(scratch, "package.json"), JSON.stringify({ type: "module" }));
  const project = path.join(scratch, "tsconfig.json");
  await writeFile(
    project,
    JSON.stringify({
      extends: path.join(ROOT, "sdk/tsconfig.package.json"),
      compilerOptions: { rootDir: source, typeRoots: [path.join(ROOT, "node_modules/@types")] },
      files: [],
      include: [source],
    }),
  );
  await compile(project, path.join(folder, "dist/ethers"));
}

async function manifest(): Promise<Record<string, unknown>> {
  const root = JSON.parse(await readFile(path.join(ROOT, "package.json"), "utf8")) as RootPackage;
  const entry = (file: string): Record<string, string> => ({
    types: `./dist/${file}.d.ts`,
    import: `./dist/${file}.js`,
  });
  return {
    name: PACKAGE_NAME,
    version: root.version,
    description: "Interfaces, ABIs, addresses and a typed client of the OPG protocol on Base",
    license: root.license,
    type: "module",
    sideEffects: false,
    engines: { node: ">=20" },
    exports: {
      ".": entry("index"),
      "./abi": entry("abi/index"),
      "./abi/*": entry("abi/*"),
      "./ethers": entry("ethers/index"),
      "./tee/nitro": entry("tee/nitro/index"),
      "./tee/nras": entry("tee/nras/index"),
      "./tee/rsa-pss": entry("tee/rsa-pss"),
      "./tee/snp": entry("tee/snp/index"),
      "./tee/tdx": entry("tee/tdx/index"),
      "./contracts/*": "./contracts/*",
      "./package.json": "./package.json",
    },
    files: ["dist", "contracts"],
    dependencies: { zod: root.dependencies.zod },
    peerDependencies: {
      "@openzeppelin/contracts": root.dependencies["@openzeppelin/contracts"],
      ethers: root.devDependencies.ethers,
      viem: root.dependencies.viem,
    },
    peerDependenciesMeta: { "@openzeppelin/contracts": { optional: true }, ethers: { optional: true } },
  };
}

async function pack(folder: string, out: string): Promise<string> {
  const npm = process.platform === "win32" ? "npm.cmd" : "npm";
  const args = ["pack", folder, "--json", "--pack-destination", out, "--ignore-scripts"];
  const { stdout } = await run(npm, args, { cwd: out });
  const [packed] = JSON.parse(stdout) as readonly { readonly filename: string }[];
  if (packed === undefined) throw new UserError("npm pack said nothing; run it by hand in the package's folder.");
  return path.join(out, path.basename(packed.filename.replace("@", "").replace("/", "-")));
}
