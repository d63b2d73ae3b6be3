import assert from "node:assert/strict";
import hre from "hardhat";
import type { Address, Hex } from "viem";

import type { Clients } from "../../scripts/lib/clients.ts";

/** Deploys contracts by their names and calls them, as the clients' account or another that the node signs for. */
export function actor({ publicClient, walletClient }: Clients) {
  const mined = async (hash: Hex) => {
    const receipt = await publicClient.waitForTransactionReceipt({ hash });
    assert.equal(receipt.status, "success");
    return receipt;
  };
  return {
    deploy: async (name: string, args: readonly unknown[]): Promise<Address> => {
      const { abi, bytecode } = await hre.artifacts.readArtifact(name);
      const { contractAddress } = await mined(
        await walletClient.deployContract({ abi, bytecode: bytecode as Hex, args }),
      );
      assert.ok(contractAddress);
      return contractAddress;
    },
    call: async (name: string, address: Address, functionName: string, args: readonly unknown[], account?: Address) => {
      const { abi } = await hre.artifacts.readArtifact(name);
      await mined(
        await walletClient.writeContract({
          account: account ?? walletClient.account,
          address,
          abi,
          functionName,
          args,
        }),
      );
    },
    read: async <Result>(
      name: string,
      address: Address,
      functionName: string,
      args: readonly unknown[] = [],
    ): Promise<Result> => {
      const { abi } = await hre.artifacts.readArtifact(name);
      return publicClient.readContract({ address, abi, functionName, args }) as Promise<Result>;
    },
  };
}
