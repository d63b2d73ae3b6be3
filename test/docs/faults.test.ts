import assert from "node:assert/strict";
import { readFile } from "node:fs/promises";
import { describe, it } from "node:test";
import { network } from "hardhat";

import { local } from "../../deployments/parameters/local.ts";

const CLASSES = 10;

/** 500 → "5 %", 5 → "0.05 %". */
function percent(bps: number): string {
  return `${bps / 100} %`;
}

/** 604800 → "7 days". */
function duration(seconds: number): string {
  const inDays = seconds % 86_400 === 0;
  const amount = seconds / (inDays ? 86_400 : 3_600);
  return `${amount} ${inDays ? "day" : "hour"}${amount === 1 ? "" : "s"}`;
}

function ordinal(number: number): string {
  return number === 1 ? "at once" : `from no. ${number} in 30 days`;
}

/** The rows of the table of faults as the contract has them. */
async function rowsOfContract(): Promise<string[][]> {
  const { viem } = await network.create();
  const { initialHolder, staking: config, operators } = local({});
  const authority = await viem.deployContract("AccessManager", [initialHolder]);
  const token = await viem.deployContract("OPG", [initialHolder]);
  const staking = await viem.deployContract("Staking", [authority.address, token.address, config, operators]);
  const penalties = await viem.deployContract("Penalties", [authority.address, staking.address]);
  const rows: string[][] = [];
  for (let faultClass = 1; faultClass <= CLASSES; ++faultClass) {
    const terms = await penalties.read.termsAt([faultClass, 0n]);
    const [first, most] = await penalties.read.termLimits([faultClass]);
    const jury = await penalties.read.isJuryClass([faultClass]);
    rows.push([
      `F${faultClass}`,
      jury ? "a jury" : "code",
      percent(terms.fractionBps),
      terms.repeatBps === 0 ? "nothing" : percent(terms.repeatBps),
      percent(terms.maximumBps),
      `${percent(Number(first))} / ${percent(Number(most))}`,
      terms.jailAfter === 0 ? "no" : `${duration(terms.jailTerm)}, ${ordinal(terms.jailAfter)}`,
      terms.tombstone ? "yes" : "no",
      terms.correlated ? "yes" : "no",
      terms.bounty ? "yes" : "no",
    ]);
  }
  return rows;
}

/** The rows of the table between the two marks in the document. */
async function rowsOfDocument(): Promise<string[][]> {
  const text = await readFile("docs/staking.md", "utf8");
  const table = /<!-- faults:begin -->(.*)<!-- faults:end -->/s.exec(text)?.[1] ?? "";
  const lines = table.split("\n").filter((line) => line.startsWith("|"));
  return lines.slice(2).map((line) => {
    const cells = line.split("|").slice(1, -1);
    return cells.map((cell) => cell.trim());
  });
}

describe("docs/staking.md", () => {
  it("has the table of faults as the contract has it", async () => {
    assert.deepEqual(await rowsOfDocument(), await rowsOfContract());
  });
});
