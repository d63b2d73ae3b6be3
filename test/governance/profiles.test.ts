import assert from "node:assert/strict";
import { readdir } from "node:fs/promises";
import path from "node:path";
import { describe, it } from "node:test";

import { describeProfile, parseProfile, PROFILE_FOLDER, readProfile } from "../../scripts/gov/profiles.ts";
import { duration, moment, opg } from "../../scripts/gov/words.ts";
import { UserError } from "../../scripts/lib/user-error.ts";

const GOOD = {
  name: "TDX",
  cpuTee: "TDX",
  gpuArchitecture: "NONE",
  gpuMode: "NONE",
  gpuBoards: [],
  minimumGpuDriver: 0,
  roles: ["INFERENCE", "DATA"],
  maxEnclaveAgeDays: 30,
  heartbeatMinutes: 60,
  source: "here",
};

describe("profile files", () => {
  it("are read as the contract takes them", () => {
    const { profile, source } = parseProfile(JSON.stringify(GOOD), "good.json");
    assert.equal(source, "here");
    assert.equal(profile.cpuTee, 1);
    assert.equal(profile.roles, 0b1001);
    assert.equal(profile.maxEnclaveAge, 2_592_000);
    assert.equal(profile.heartbeatInterval, 3_600);
  });

  it("that come with the repository name their sources", async () => {
    const names = (await readdir(PROFILE_FOLDER)).map((file) => path.parse(file).name);
    assert(names.length >= 7);
    for (const name of names) {
      const { profile, source } = await readProfile(name);
      assert(source.length > 20, name);
      assert.match(describeProfile(profile), /attested every \d+ days/);
    }
  });

  const bad: readonly (readonly [string, string, RegExp])[] = [
    ["text that is not JSON", "{", /bad\.json: not JSON/],
    ["a list", "[]", /not a JSON object/],
    ["a missing field", JSON.stringify({ ...GOOD, roles: undefined }), /"roles" is missing/],
    ["an unknown field", JSON.stringify({ ...GOOD, color: 1 }), /"color" is not a known field/],
    ["an unknown processor", JSON.stringify({ ...GOOD, cpuTee: "GRACE" }), /"cpuTee" is "GRACE", must be NITRO or/],
    ["an unknown role", JSON.stringify({ ...GOOD, roles: ["KING"] }), /"roles" is "KING"/],
    ["a fraction", JSON.stringify({ ...GOOD, minimumGpuDriver: 1.5 }), /must be a whole number/],
    ["boards that are no list", JSON.stringify({ ...GOOD, gpuBoards: "H100" }), /must be a list/],
    ["an empty source", JSON.stringify({ ...GOOD, source: "" }), /"source" must be a text/],
  ];
  for (const [what, text, pattern] of bad) {
    it(`with ${what} are refused`, () => {
      assert.throws(
        () => parseProfile(text, "bad.json"),
        (error: unknown) => error instanceof UserError && pattern.test(error.message),
      );
    });
  }

  it("that do not exist are answered with the names that do", async () => {
    await assert.rejects(readProfile("gb300"), /There is no profile "gb300". Known profiles: nitro-gateway, /);
  });
});

describe("words", () => {
  it("say amounts, durations and moments", () => {
    assert.equal(opg(1_500_000_000_000_000_000n), "1.5 OPG");
    assert.equal(duration(0n), "0 s");
    assert.equal(duration(90_061n), "1 day 1 h 1 min 1 s");
    assert.equal(moment(1_800_000_000n, 1_799_996_400n), "2027-01-15 08:00:00 UTC (in 1 h)");
    assert.equal(moment(0n, 60n), "1970-01-01 00:00:00 UTC (1 min ago)");
  });
});
