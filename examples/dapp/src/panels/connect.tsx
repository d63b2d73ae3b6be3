import { useConnect, useConnection, useConnectors, useDisconnect } from "wagmi";

import { short } from "../system.ts";

/** Wallets that the browser announces, and the development accounts of a test node. */
export function Connect() {
  const { address } = useConnection();
  const connectors = useConnectors();
  const { mutate: connect } = useConnect();
  const { mutate: disconnect } = useDisconnect();
  if (address !== undefined) {
    return (
      <nav>
        <code id="account">{short(address)}</code>
        <button onClick={() => disconnect()}>Disconnect</button>
      </nav>
    );
  }
  return (
    <nav>
      {connectors.map((connector) => (
        <button key={connector.uid} onClick={() => connect({ connector })}>
          {connector.name}
        </button>
      ))}
    </nav>
  );
}
