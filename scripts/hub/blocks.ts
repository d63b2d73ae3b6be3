import type { HubView } from "./view.ts";

/** Public nodes answer for so many blocks at once. */
const RANGE = 10_000n;

/** The first block whose time is at least `time` (Unix seconds); the block after the newest when there is none. */
async function firstBlockFrom({ publicClient, firstBlock }: HubView, time: bigint): Promise<bigint> {
  let low = firstBlock;
  let high = (await publicClient.getBlockNumber()) + 1n;
  while (low < high) {
    const middle = (low + high) / 2n;
    const { timestamp } = await publicClient.getBlock({ blockNumber: middle });
    if (timestamp < time) low = middle + 1n;
    else high = middle;
  }
  return low;
}

/** The blocks of one second, first and last; several blocks may share a second. */
export async function blocksAt(view: HubView, time: bigint): Promise<{ fromBlock: bigint; toBlock: bigint }> {
  const fromBlock = await firstBlockFrom(view, time);
  return { fromBlock, toBlock: (await firstBlockFrom(view, time + 1n)) - 1n };
}

/** Reads events of the whole history, as many blocks at a time as public nodes allow, oldest first. */
export async function inRanges<T>(
  { publicClient, firstBlock }: HubView,
  read: (range: { fromBlock: bigint; toBlock: bigint }) => Promise<readonly T[]>,
): Promise<readonly T[]> {
  const last = await publicClient.getBlockNumber();
  const found: T[] = [];
  for (let fromBlock = firstBlock; fromBlock <= last; fromBlock += RANGE) {
    const end = fromBlock + RANGE - 1n;
    found.push(...(await read({ fromBlock, toBlock: end < last ? end : last })));
  }
  return found;
}
