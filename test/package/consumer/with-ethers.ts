// The same package, for those who use ethers.
import { readFile } from "node:fs/promises";
import { parseAddresses } from "@opg-protocol/sdk";
import { Staking__factory, type Staking } from "@opg-protocol/sdk/ethers";
import { JsonRpcProvider } from "ethers";

const [url = "", addressFile = ""] = process.argv.slice(2);
const addresses = parseAddresses(JSON.parse(await readFile(addressFile, "utf8")));
const provider = new JsonRpcProvider(url);
const staking: Staking = Staking__factory.connect(addresses.Staking, provider);
const token: string = await staking.token();
provider.destroy();
process.stdout.write(JSON.stringify({ token }));
// @ts-expect-error there is no such function
export const nothing = (): unknown => staking.stakeEverything();
