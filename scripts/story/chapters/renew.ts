import { encodeFunctionData, keccak256, toBytes, type Hex } from "viem";
import { modelHubAbi } from "../../../sdk/src/abi/ModelHub.ts";
import { paymentHubAbi } from "../../../sdk/src/abi/PaymentHub.ts";
import { InferenceMode } from "../../../sdk/src/tensors.ts";
import type { Addresses } from "../../deploy/contracts.ts";
import { opg } from "../../gov/words.ts";
import { addressOf, type Stage } from "../people.ts";
import type { Narrator } from "../telling.ts";
import { MODEL_ID, PRICES, publishRelease, REPOSITORY, type PublishedModel } from "./publish.ts";

/**
 * The publisher advises against his release and publishes a newer one: who named the repository gets the newer, who
 * named the version keeps it, and what the old one earned stays written down.
 *
 * @returns the id of the newer release
 */
export async function renew(
  stage: Stage,
  addresses: Addresses,
  { releaseId, circuit }: PublishedModel,
  narrator: Narrator,
): Promise<Hex> {
  const { reader, people } = stage;
  const hub = { address: addresses.ModelHub, abi: modelHubAbi } as const;
  const resolve = (name: string) => reader.readContract({ ...hub, functionName: "resolve", args: [name] });
  await narrator.send(people.publisher, "deprecate release 1.00", {
    to: addresses.ModelHub,
    data: encodeFunctionData({
      abi: modelHubAbi,
      functionName: "setDeprecated",
      args: [releaseId, true, "1.01 takes over"],
    }),
  });
  await publishRelease(stage, addresses, circuit, "publish release 1.01", narrator);

  const newest = await resolve(MODEL_ID);
  const old = await reader.readContract({ ...hub, functionName: "releaseOf", args: [releaseId] });
  const price = await reader.readContract({ ...hub, functionName: "priceOf", args: [releaseId, InferenceMode.TEE] });
  narrator.check(
    "the short name means the newer release",
    newest !== releaseId && newest === (await resolve(`${REPOSITORY}@1.01`)),
  );
  narrator.check(
    "the deprecated release is served under its exact name, at its price",
    old.deprecated && (await resolve(`${REPOSITORY}@1.00`)) === releaseId && price === PRICES.tee,
  );
  await checkEarnings(stage, addresses, releaseId, narrator);
  return newest;
}

/** The chain's own books: one release was called so far, so that three levels must agree. */
async function checkEarnings(
  stage: Stage,
  addresses: Addresses,
  releaseId: Hex,
  { fact, check }: Narrator,
): Promise<void> {
  const payments = { address: addresses.PaymentHub, abi: paymentHubAbi } as const;
  const read = { ...payments, args: [releaseId] } as const;
  const release = await stage.reader.readContract({ ...read, functionName: "earningsOfRelease" });
  const repository = await stage.reader.readContract({
    ...payments,
    functionName: "earningsOfRepository",
    args: [keccak256(toBytes(REPOSITORY))],
  });
  const publisher = await stage.reader.readContract({
    ...payments,
    functionName: "earningsOfPublisher",
    args: [addressOf(stage, "publisher")],
  });
  fact("earned by 1.00", `${release.calls} calls, gross ${opg(release.gross)}, net ${opg(release.net)}`);
  const same = [repository, publisher].every(
    ({ calls, gross, net }) => calls === release.calls && gross === release.gross && net === release.net,
  );
  check("release, repository and publisher have the same calls and earnings", same && release.calls > 0n);
}
