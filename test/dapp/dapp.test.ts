import assert from "node:assert/strict";
import path from "node:path";
import { after, before, describe, it } from "node:test";
import chromium from "@sparticuz/chromium";
import { chromium as browsers, type Browser, type Page } from "playwright-core";
import { parseEther } from "viem";

import { serveDapp, type ServedDapp } from "../../scripts/dapp/serve.ts";
import { openWorld, type DappWorld } from "../../scripts/dapp/world.ts";
import { ROOT } from "../../scripts/lib/tool.ts";
import { addressOf } from "../../scripts/story/people.ts";
import { dynamicFeePoolAbi } from "../../sdk/src/abi/DynamicFeePool.ts";
import { stakingAbi } from "../../sdk/src/abi/Staking.ts";

/** Milliseconds: machines that run the tests can be slow. */
const PATIENCE = 30_000;

describe("the example dapp in a browser", () => {
  let world: DappWorld;
  let dapp: ServedDapp;
  let browser: Browser;
  let page: Page;
  const troubles: string[] = [];

  before(async () => {
    world = await openWorld(path.join(ROOT, "artifacts"), () => undefined);
    dapp = await serveDapp(world);
    const executablePath = await chromium.executablePath();
    browser = await browsers.launch({ executablePath, args: chromium.args, headless: true });
    page = await browser.newPage();
    page.setDefaultTimeout(PATIENCE);
    page.on("pageerror", (error) => troubles.push(error.message));
    page.on("console", (message) => {
      if (message.type() === "error") troubles.push(message.text());
    });
    await page.goto(dapp.url);
  });
  after(async () => {
    await browser.close();
    await dapp.close();
    await world.close();
  });

  const panel = (name: string) => page.locator(`section#${name}`);
  async function connect(name: string): Promise<void> {
    await page.getByRole("button", { name, exact: true }).click();
    await page.locator("#account").waitFor();
  }
  async function disconnect(): Promise<void> {
    await page.getByRole("button", { name: "Disconnect" }).click();
    await page.getByRole("button", { name: "operator", exact: true }).waitFor();
  }

  it("browses the models without a wallet, and acts only with one", async () => {
    const model = panel("models").locator("li").filter({ hasText: "lab/amm-fee" });
    await model.waitFor();
    assert.match((await model.textContent()) ?? "", /1\.00.*ZK 5 OPG.*TEE 2 OPG/s);
    assert(await panel("call").getByRole("button").isDisabled());
  });

  it("votes with an operator's stake", async () => {
    await connect("operator");
    const proposal = panel("vote").locator("li").filter({ hasText: "active" });
    await proposal.getByRole("button", { name: "for", exact: true }).click();
    await proposal.getByText("for 70,000 OPG · against 0 OPG").waitFor();
    await disconnect();
  });

  it("stakes behind an operator", async () => {
    await connect("trader");
    await panel("stake").getByLabel("Amount").fill("250");
    const operator = addressOf(world.stage, "operator");
    const row = panel("stake")
      .locator("li")
      .filter({ hasText: operator.slice(0, 6) });
    await row.getByRole("button", { name: "Stake" }).click();
    await row.getByText("You: 250 OPG staked").waitFor();
    const [assets] = await world.stage.reader.readContract({
      address: world.addresses.Staking,
      abi: stakingAbi,
      functionName: "poolOf",
      args: [operator],
    });
    assert.equal(assets, parseEther("70250"));
  });

  it("says in words why something cannot be done", async () => {
    await panel("stake").getByLabel("Amount").fill("0.5");
    const row = panel("stake").locator("li").first();
    await row.getByRole("button", { name: "Stake" }).click();
    await panel("stake").getByRole("alert").filter({ hasText: "StakingBelowMinimum" }).waitFor();
  });

  it("calls a model inside a swap and verifies the receipt", async () => {
    await panel("call").getByRole("button", { name: "Swap" }).click();
    const receipt = panel("call").locator("article, [role=alert]");
    await receipt.first().waitFor();
    const text = (await receipt.first().textContent()) ?? "";
    assert.match(text, /^Verified.*lab\/amm-fee/);
    assert.equal(text.match(/✓/g)?.length, 6);
    assert.doesNotMatch(text, /✗/);
    const fee = await world.stage.reader.readContract({
      address: world.pool,
      abi: dynamicFeePoolAbi,
      functionName: "fee",
    });
    assert(fee >= 500n && fee <= 10_000n);
  });

  it("ran without an error in the browser", () => {
    // A refused simulation is an error response of the node, which the browser does not log.
    assert.deepEqual(troubles, []);
  });
});
