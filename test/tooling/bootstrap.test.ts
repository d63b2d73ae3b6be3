import assert from "node:assert/strict";
import { existsSync, mkdirSync, readFileSync, rmSync, utimesSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterEach, beforeEach, describe, it } from "node:test";
import { makeSandbox, type Sandbox } from "./sandbox.ts";

const INSTALLED = "Dependencies installed";

describe("bootstrap", () => {
  let sandbox: Sandbox;
  beforeEach(() => {
    sandbox = makeSandbox();
  });
  afterEach(() => {
    sandbox.remove();
  });

  const stampPath = (): string => join(sandbox.root, "node_modules/.opg-lock");
  const lockPath = (): string => join(sandbox.root, ".install.lock");

  it("installs once, then runs the command at once and passes its arguments and stdout through", async () => {
    const first = await sandbox.bootstrap(["test", "--only", "types"]).ended;
    assert.equal(first.exitCode, 0, first.stderr);
    assert.deepEqual(JSON.parse(first.stdout), { args: ["--only", "types"] });
    assert.match(first.stderr, new RegExp(INSTALLED));
    assert.ok(existsSync(join(sandbox.root, "node_modules/dep/package.json")));

    const second = await sandbox.bootstrap(["test"]).ended;
    assert.equal(second.exitCode, 0, second.stderr);
    assert.equal(second.stderr, "");
    assert.ok(!existsSync(lockPath()));
  });

  it("repairs an installation that was interrupted, which has no stamp", async () => {
    mkdirSync(join(sandbox.root, "node_modules/half"), { recursive: true });
    const run = await sandbox.bootstrap(["test"]).ended;
    assert.equal(run.exitCode, 0, run.stderr);
    assert.match(run.stderr, new RegExp(INSTALLED));
    assert.ok(!existsSync(join(sandbox.root, "node_modules/half")));
    assert.ok(existsSync(stampPath()));
  });

  it("adopts what the user's own npm ci installed, and reinstalls when the lockfile changes", async () => {
    await sandbox.bootstrap(["test"]).ended;
    rmSync(stampPath());
    const adopted = await sandbox.bootstrap(["test"]).ended;
    assert.equal(adopted.stderr, "");
    assert.ok(existsSync(stampPath()));

    const path = join(sandbox.root, "package-lock.json");
    writeFileSync(path, readFileSync(path, "utf8").replace('"dep":{"version":"1.0.0"}', '"dep":{"version":"1.0.1"}'));
    sandbox.write("dep/package.json", JSON.stringify({ name: "dep", version: "1.0.1" }));
    const changed = await sandbox.bootstrap(["test"]).ended;
    assert.match(changed.stderr, new RegExp(INSTALLED), changed.stderr);
  });

  it("lets two runs at once install once", async () => {
    const runs = await Promise.all([sandbox.bootstrap(["test"]).ended, sandbox.bootstrap(["test"]).ended]);
    assert.deepEqual(
      runs.map(({ exitCode }) => exitCode),
      [0, 0],
    );
    assert.equal(runs.filter(({ stderr }) => stderr.includes(INSTALLED)).length, 1);
  });

  it("takes over the lock of a dead run, and one without a sign of life for a minute", async () => {
    writeFileSync(lockPath(), "999999999");
    assert.equal((await sandbox.bootstrap(["test"]).ended).exitCode, 0);

    rmSync(join(sandbox.root, "node_modules"), { recursive: true });
    writeFileSync(lockPath(), String(process.pid));
    const longAgo = new Date(Date.now() - 120_000);
    utimesSync(lockPath(), longAgo, longAgo);
    assert.equal((await sandbox.bootstrap(["test"]).ended).exitCode, 0);
  });

  it("says what to do when the registry cannot be reached, and leaves no stamp", async () => {
    sandbox.write(
      "package.json",
      JSON.stringify({ name: "sandbox", version: "1.0.0", dependencies: { "left-pad": "1.3.0" } }),
    );
    sandbox.write(
      "package-lock.json",
      JSON.stringify({
        name: "sandbox",
        version: "1.0.0",
        lockfileVersion: 3,
        requires: true,
        packages: {
          "": { name: "sandbox", version: "1.0.0", dependencies: { "left-pad": "1.3.0" } },
          "node_modules/left-pad": { version: "1.3.0" },
        },
      }),
    );
    const env = { npm_config_registry: "http://127.0.0.1:9/", HTTP_PROXY: "", HTTPS_PROXY: "" };
    const run = await sandbox.bootstrap(["test"], env).ended;
    assert.equal(run.exitCode, 1);
    assert.match(run.stderr, /needs the npm registry, and it cannot be reached/);
    assert.equal(run.stdout, "");
    assert.ok(!existsSync(stampPath()));
    assert.ok(!existsSync(lockPath()));
  });

  it("says what to do when package.json and the lockfile do not agree", async () => {
    sandbox.write("other/package.json", JSON.stringify({ name: "other", version: "1.0.0" }));
    sandbox.write("package.json", JSON.stringify({ name: "sandbox", dependencies: { other: "file:other" } }));
    const run = await sandbox.bootstrap(["test"]).ended;
    assert.equal(run.exitCode, 1);
    assert.match(run.stderr, /package\.json and package-lock\.json do not agree/);
  });

  it("refuses a Node that is too old, in one sentence", async () => {
    const oldNode = 'Object.defineProperty(process, "versions", { value: { ...process.versions, node: "18.19.1" } });';
    sandbox.write("old-node.cjs", oldNode);
    const run = await sandbox.bootstrap(["test"], {}, ["--require", "./old-node.cjs"]).ended;
    assert.equal(run.exitCode, 1);
    assert.match(run.stderr, /^This is Node 18\.19\.1, and Node 20 or newer is needed\. .+\n$/);
    assert.ok(!existsSync(join(sandbox.root, "node_modules")));
  });

  it("needs a newer Node when there is no bundled one", async () => {
    sandbox.write(
      "node-20.cjs",
      'Object.defineProperty(process, "versions", { value: { ...process.versions, node: "20.20.2" } });',
    );
    const run = await sandbox.bootstrap(["test"], {}, ["--require", "./node-20.cjs"]).ended;
    assert.equal(run.exitCode, 1);
    assert.match(run.stderr, /Install Node 22\.18 or newer/);
  });

  const refusals: readonly [string, readonly string[], RegExp][] = [
    ["an unknown flag", ["test", "--bogus"], /^Unknown flag --bogus\. npm test takes: --only, --help\n$/],
    ["an unknown command", ["frobnicate"], /^Unknown command "frobnicate"/],
    ["a missing value", ["test", "--only"], /--only needs a value/],
    ["a flag in place of a value", ["bench", "--only", "--json"], /--only needs a value/],
    ["a value for a flag without one", ["start", "--keep=yes"], /--keep takes no value/],
    ["a port that is none", ["start", "--port", "70000"], /a port is a whole number from 1 to 65535/],
    ["a stray word", ["start", "now"], /"now" is not expected here/],
  ];
  for (const [what, args, sentence] of refusals) {
    it(`refuses ${what} before any work`, async () => {
      const run = await sandbox.bootstrap(args).ended;
      assert.equal(run.exitCode, 2);
      assert.match(run.stderr, sentence);
      assert.ok(!existsSync(join(sandbox.root, "node_modules")));
    });
  }

  it("notices flags that npm kept for itself", async () => {
    const run = await sandbox.bootstrap(["start"], { npm_config_keep: "true" }).ended;
    assert.equal(run.exitCode, 2);
    assert.match(run.stderr, /Put "--" before the flags: npm start -- --keep/);
  });

  it("prints help without installing", async () => {
    const run = await sandbox.bootstrap(["start", "--help"]).ended;
    assert.equal(run.exitCode, 0);
    assert.match(run.stdout, /--port <n>/);
    assert.ok(!existsSync(join(sandbox.root, "node_modules")));
  });

  it("passes the exit code on", async () => {
    sandbox.write("scripts/test.ts", "process.exitCode = 7;");
    assert.equal((await sandbox.bootstrap(["test"]).ended).exitCode, 7);
  });

  for (const [signal, exitCode] of [
    ["SIGINT", 130],
    ["SIGTERM", 143],
  ] as const) {
    it(`hands ${signal} to the command and waits for its end`, async () => {
      sandbox.write(
        "scripts/test.ts",
        'process.on("SIGINT", () => { process.stdout.write("cleaned up"); process.exit(130); });' +
          'setInterval(() => undefined, 1_000); process.stdout.write("ready");',
      );
      const run = sandbox.bootstrap(["test"]);
      await run.seen("ready");
      run.kill(signal);
      const { exitCode: actual, stdout } = await run.ended;
      assert.equal(actual, exitCode);
      assert.equal(stdout, signal === "SIGINT" ? "readycleaned up" : "ready");
    });
  }

  it("leaves neither stamp nor lock behind when the installation is interrupted", async () => {
    sandbox.write(
      "package.json",
      JSON.stringify({ name: "sandbox", dependencies: { dep: "file:dep" }, scripts: { preinstall: "sleep 5" } }),
    );
    sandbox.write(
      "package-lock.json",
      readFileSync(join(sandbox.root, "package-lock.json"), "utf8").replace('"version":"1.0.0","lockfile', '"lockfile'),
    );
    const run = sandbox.bootstrap(["test"]);
    await run.seen("Installing");
    await new Promise((resolve) => setTimeout(resolve, 800));
    run.kill("SIGTERM");
    const { exitCode, stderr } = await run.ended;
    assert.equal(exitCode, 130, stderr);
    assert.match(stderr, /The installation was interrupted/);
    assert.ok(!existsSync(stampPath()));
    assert.ok(!existsSync(lockPath()));
  });
});
