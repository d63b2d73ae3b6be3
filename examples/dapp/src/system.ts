import { describeFailure, type Call, type SystemView } from "@opg-protocol/sdk";
import { createContext, use } from "react";
import { formatEther, type Hash } from "viem";
import { useConnection, usePublicClient, useSendTransaction } from "wagmi";
import { useMutation, useQueryClient } from "@tanstack/react-query";

import type { DappConfig } from "./config.ts";

/** The configuration of the page. */
export const ConfigContext = createContext<DappConfig | undefined>(undefined);

/** The configuration; the page renders nothing before it is there. */
export function useDappConfig(): DappConfig {
  const config = use(ConfigContext);
  if (config === undefined) throw new Error("The configuration is not loaded.");
  return config;
}

/** What the SDK's readers take. */
export function useSystem(): SystemView {
  const client = usePublicClient();
  const { addresses } = useDappConfig();
  if (client === undefined) throw new Error("There is no client for the chain.");
  return { client, addresses };
}

/** The connected account, or undefined. */
export function useAccountAddress() {
  return useConnection().address;
}

/** Sends calls one after the other, waits for each, and refreshes everything that is shown. */
export function useSend() {
  const { client } = useSystem();
  const queries = useQueryClient();
  const { mutateAsync } = useSendTransaction();
  return useMutation({
    mutationFn: async (prepare: () => Promise<readonly Call[]>): Promise<Hash | undefined> => {
      let last: Hash | undefined;
      for (const call of await prepare()) {
        last = await mutateAsync(call);
        const { status } = await client.waitForTransactionReceipt({ hash: last });
        if (status !== "success") throw new Error(`The transaction ${last} failed.`);
      }
      await queries.invalidateQueries();
      return last;
    },
  });
}

/** Why something failed, for people. */
export function reasonOf(error: unknown): string {
  return error instanceof Error && error.name === "OpgError" ? error.message : describeFailure(error);
}

/** OPG with at most two decimals. */
export function opg(amount: bigint): string {
  return `${Number(formatEther(amount)).toLocaleString("en", { maximumFractionDigits: 2 })} OPG`;
}

/** An address or hash, short. */
export function short(hex: string): string {
  return `${hex.slice(0, 6)}…${hex.slice(-4)}`;
}
