import assert from "node:assert/strict";
import { describe, it } from "node:test";

import { UserError } from "../../scripts/lib/user-error.ts";
import { addressFrom, idFrom, secondsFrom } from "../../tasks/lib/arguments.ts";

const refusal = (pattern: RegExp) => (error: unknown) => error instanceof UserError && pattern.test(error.message);

describe("arguments of tasks", () => {
  it("take times as seconds, days, minutes and seconds of a day", () => {
    assert.equal(secondsFrom("0"), 0n);
    assert.equal(secondsFrom("1750809600"), 1_750_809_600n);
    assert.equal(secondsFrom("2025-06-25"), 1_750_809_600n);
    assert.equal(secondsFrom("2025-06-25T00:01Z"), 1_750_809_660n);
    assert.equal(secondsFrom("2025-06-25T00:01:01Z"), 1_750_809_661n);
  });

  for (const text of ["", "soon", "latest 5", "May 2027", "-1", "1.5", "2027-06-31", "2027-13-01", "9".repeat(20)]) {
    it(`refuse "${text}" for a time`, () => {
      assert.throws(() => secondsFrom(text), refusal(/neither Unix seconds nor a date such as 2027-01-31/));
    });
  }

  it("refuse a local time, which means something else on every machine", () => {
    assert.throws(() => secondsFrom("2027-06-01T12:00"), refusal(/neither Unix seconds nor a date/));
  });

  it("take addresses in any case, and ids of 32 bytes only", () => {
    const address = "0x70997970C51812dc3A010C7d01b50e0d17dc79C8";
    assert.equal(addressFrom(address.toLowerCase(), "an account"), address);
    assert.throws(() => addressFrom("0x12", "a keeper"), refusal(/"0x12" is not the address of a keeper/));
    const id = `0x${"ab".repeat(32)}`;
    assert.equal(idFrom(id, "an enclave"), id);
    assert.throws(() => idFrom(`${id}00`, "an enclave"), refusal(/is not the id of an enclave: 32 bytes in hex/));
  });
});
