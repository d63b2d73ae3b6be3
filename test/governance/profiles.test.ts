import assert from "node:assert/strict";
import { describe, it } from "node:test";

import { describeProfile, parseProfile, readProfile, readProfiles } from "../../scripts/gov/profiles.ts";
import { describeRelease, parseRelease, readRelease } from "../../scripts/gov/releases.ts";
import { duration, moment, opg } from "../../scripts/gov/words.ts";
import { UserError } from "../../scripts/lib/user-error.ts";

const GOOD = {
  id: "tdx",
  state: "active",
  name: "TDX",
  platformClasses: [`0x${"b0".repeat(32)}`],
  acceptedTcb: ["UP_TO_DATE", "OUT_OF_DATE"],
  tcbGraceDays: 30,
  minimumTcbEvaluation: 18,
  minimumSnpTcb: "0x0000000000000000",
  minimumStake: "10000",
  cpuTee: "TDX",
  gpuArchitecture: "NONE",
  gpuMode: "NONE",
  gpuBoards: [],
  minimumGpuDriver: 0,
  gpuAssurance: "MEASURED_CODE",
  roles: ["INFERENCE", "DATA"],
  maxEnclaveAgeDays: 30,
  heartbeatMinutes: 60,
  source: "here",
};

describe("profile files", () => {
  it("are read as the contract takes them", () => {
    const { profile, source } = parseProfile(GOOD, "good.json");
    assert.equal(source, "here");
    assert.equal(profile.cpuTee, 2);
    assert.equal(profile.acceptedTcb, 0b100010);
    assert.equal(profile.tcbGrace, 2_592_000);
    assert.equal(profile.minimumStake, 10_000n * 10n ** 18n);
    assert.equal(profile.roles, 0b1001);
    assert.equal(profile.maxEnclaveAge, 2_592_000);
    assert.equal(profile.heartbeatInterval, 3_600);
  });

  it("that come with the repository name their sources", async () => {
    const rows = await readProfiles();
    assert(rows.filter(({ state }) => state === "active").length >= 7);
    for (const { id, profile, source } of rows) {
      assert(source.length > 20, id);
      assert.match(describeProfile(profile), /attested every \d+ days/);
      assert.doesNotMatch(profile.gpuBoards.join(), /\bG[HB]\d/, "no board on Grace");
    }
  });

  const bad: readonly (readonly [string, unknown, RegExp])[] = [
    ["a list", [], /not a JSON object/],
    [
      "a missing field",
      Object.fromEntries(Object.entries(GOOD).filter(([key]) => key !== "roles")),
      /"roles" is missing/,
    ],
    ["an unknown field", { ...GOOD, color: 1 }, /"color" is not a known field/],
    ["an unknown processor", { ...GOOD, cpuTee: "GRACE" }, /"cpuTee" is "GRACE", must be NITRO or/],
    ["an unknown assurance", { ...GOOD, gpuAssurance: "HEARSAY" }, /"gpuAssurance" is "HEARSAY"/],
    ["an unknown role", { ...GOOD, roles: ["KING"] }, /"roles" is "KING"/],
    ["a fraction", { ...GOOD, minimumGpuDriver: 1.5 }, /must be a whole number/],
    ["boards that are no list", { ...GOOD, gpuBoards: "H100" }, /must be a list/],
    ["an unknown TCB status", { ...GOOD, acceptedTcb: ["FINE"] }, /"acceptedTcb" is "FINE"/],
    ["a short platform class", { ...GOOD, platformClasses: ["0x12"] }, /must be 32 bytes/],
    ["an unknown state", { ...GOOD, state: "maybe" }, /must be active or off/],
    ["an empty source", { ...GOOD, source: "" }, /"source" must be a text/],
  ];
  for (const [what, row, pattern] of bad) {
    it(`with ${what} are refused`, () => {
      assert.throws(
        () => parseProfile(row, "bad.json"),
        (error: unknown) => error instanceof UserError && pattern.test(error.message),
      );
    });
  }

  it("that do not exist are answered with the names that do", async () => {
    await assert.rejects(readProfile("gb300"), /There is no profile "gb300". Known profiles: nitro-gateway, /);
  });
});

describe("release files", () => {
  it("name the code of the public gateway with its source", async () => {
    const { release, source } = await readRelease("deployments/releases/tee-gateway.json");
    assert.match(describeRelease(release), /"tee-gateway" 1\.0\.0 from commit 0x21462361/);
    assert.match(source, /measurements\.txt/);
  });

  const good = {
    measurementId: `0x${"11".repeat(32)}`,
    name: "n",
    version: "1",
    sourceCommit: "ab".repeat(20),
    buildHash: `0x${"22".repeat(32)}`,
    uri: "u",
    roles: ["JUDGE"],
    profileIds: [],
    source: "s",
  };
  const bad: readonly (readonly [string, unknown, RegExp])[] = [
    ["a short measurement", { ...good, measurementId: "0x11" }, /"measurementId" must be 32 bytes/],
    ["a short commit", { ...good, sourceCommit: "abc" }, /must be a full commit hash/],
    ["an unknown role", { ...good, roles: ["KING"] }, /"roles" has "KING"/],
    ["a date in words", { ...good, sunset: "soon" }, /"sunset" must be Unix seconds/],
    ["nothing in them", [], /not a JSON object/],
  ];
  for (const [what, row, pattern] of bad) {
    it(`with ${what} are refused`, () => {
      assert.throws(
        () => parseRelease(row, "bad.json"),
        (error: unknown) => error instanceof UserError && pattern.test(error.message),
      );
    });
  }
});

describe("words", () => {
  it("say amounts, durations and moments", () => {
    assert.equal(opg(1_500_000_000_000_000_000n), "1.5 OPG");
    assert.equal(duration(0n), "0 s");
    assert.equal(duration(90_061n), "1 day 1 h 1 min 1 s");
    assert.equal(moment(1_800_000_000n, 1_799_996_400n), "2027-01-15 08:00:00 UTC (in 1 h)");
    assert.equal(moment(0n, 60n), "1970-01-01 00:00:00 UTC (1 min ago)");
    assert.equal(moment(2n ** 48n, 2n ** 48n - 60n), "second 281474976710656 (in 1 min)");
  });
});
