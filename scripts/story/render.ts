import { formatEther } from "viem";
import { renderTable } from "../lib/table.ts";
import { sparkline } from "./plot.ts";
import type { Story } from "./tell.ts";
import type { ToldBalance, ToldChapter } from "./telling.ts";

/** A chapter for people: facts, the amounts it changed, what was checked. */
export function renderChapter(chapter: ToldChapter): string {
  const lines = [
    `${chapter.number}. ${chapter.title}`,
    `   ${chapter.transactions.length} transactions, ${gas(chapter.gas)} gas, ${chapter.seconds.toFixed(1)} s`,
    ...Object.entries(chapter.facts).map(([label, value]) => `   ${label}: ${value}`),
  ];
  if (chapter.balances.length > 0) lines.push(indent(balanceTable(chapter.balances)));
  for (const { claim } of unique(chapter)) lines.push(`   ✓ ${claim}`);
  return `${lines.join("\n")}\n`;
}

/** The table at the end. */
export function renderSummary(story: Story): string {
  const rows = story.chapters.map(({ number, title, transactions, gas: used, seconds, checks }) => {
    return [number, title, transactions.length, gas(used), seconds.toFixed(1), checks.length];
  });
  const total = story.chapters.reduce(
    (sum, chapter) => ({
      transactions: sum.transactions + chapter.transactions.length,
      gas: sum.gas + chapter.gas,
      seconds: sum.seconds + chapter.seconds,
      checks: sum.checks + chapter.checks.length,
    }),
    { transactions: 0, gas: 0n, seconds: 0, checks: 0 },
  );
  rows.push(["", "total", total.transactions, gas(total.gas), total.seconds.toFixed(1), total.checks]);
  return renderTable(["", "chapter", "tx", "gas", "seconds", "checks"], rows, {
    aligns: ["right", "left", "right", "right", "right", "right"],
  });
}

/** The fees of the hours as two lines of blocks. */
export function renderFees(story: Story): string {
  const from = new Date(story.fees[0]?.time ?? 0).toISOString().slice(0, 16);
  return [
    `Fee of the pool, hour by hour from ${from} UTC (${story.market}, real candles)`,
    `   fee the model set  ${sparkline(story.fees.map(({ fee }) => fee))}`,
    `   range that came    ${sparkline(story.fees.map(({ realRange }) => realRange))}`,
  ].join("\n");
}

/** Where everything is, for a dapp that connects. */
export function renderAddresses(story: Story): string {
  return renderTable(["contract", "address"], Object.entries({ ...story.addresses, ...story.dapp }));
}

/** Everybody's amounts before and after the whole story. */
export function renderBalances(story: Story): string {
  return `Everybody's OPG before and after\n${balanceTable(story.balances)}`;
}

function balanceTable(balances: readonly ToldBalance[]): string {
  const rows = balances.map(({ what, before, after }) => {
    return [what, amount(before), amount(after), `${after > before ? "+" : ""}${amount(after - before)}`];
  });
  return renderTable(["OPG", "before", "after", "change"], rows, { aligns: ["left", "right", "right", "right"] });
}

/** Claims that hold for every hour are told once. */
function unique(chapter: ToldChapter) {
  return [...new Map(chapter.checks.map((check) => [check.claim, check])).values()];
}

/** OPG with at most six decimals; what is cut is not rounded up. */
function amount(value: bigint): string {
  const [whole = "0", fraction = ""] = formatEther(value).split(".");
  const short = fraction.slice(0, 6).replace(/0+$/, "");
  return `${whole.replace(/\B(?=(\d{3})+$)/g, ",")}${short === "" ? "" : `.${short}`}`;
}

function gas(value: bigint): string {
  return value.toString().replace(/\B(?=(\d{3})+$)/g, ",");
}

function indent(text: string): string {
  return text.replace(/^/gm, "   ");
}
