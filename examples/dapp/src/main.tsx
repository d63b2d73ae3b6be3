import { QueryClient, QueryClientProvider } from "@tanstack/react-query";
import { createRoot } from "react-dom/client";
import { WagmiProvider } from "wagmi";

import { App } from "./app.tsx";
import { loadConfig, wagmiConfig } from "./config.ts";
import { ConfigContext } from "./system.ts";
import "./style.css";

const root = document.querySelector("#root");
if (root === null) throw new Error("index.html lacks its root.");
const page = createRoot(root);

try {
  const config = await loadConfig();
  page.render(
    <WagmiProvider config={wagmiConfig(config)} reconnectOnMount={false}>
      <QueryClientProvider client={new QueryClient()}>
        <ConfigContext value={config}>
          <App />
        </ConfigContext>
      </QueryClientProvider>
    </WagmiProvider>,
  );
} catch (error) {
  page.render(<p className="failure">{error instanceof Error ? error.message : String(error)}</p>);
}
