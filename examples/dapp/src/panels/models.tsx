import { listModels } from "@opg-protocol/sdk";
import { useQuery } from "@tanstack/react-query";

import { opg, useSystem } from "../system.ts";
import { Panel } from "./panel.tsx";

/** What can be called, and for how much. */
export function Models() {
  const view = useSystem();
  const { data, error } = useQuery({ queryKey: ["models"], queryFn: () => listModels(view, 0n) });
  return (
    <Panel name="models" title="Models" text="Published on chain; the price is per call." failure={error}>
      <ul>
        {data?.map(({ releaseId, name, version, description, prices, yanked }) => (
          <li key={releaseId}>
            <strong>
              {name} <small>{version}</small>
            </strong>
            {yanked ? <em> yanked</em> : null}
            <p>{description}</p>
            {Object.entries(prices).map(([mode, price]) => (
              <span className="chip" key={mode}>
                {mode} {opg(price)}
              </span>
            ))}
          </li>
        ))}
      </ul>
    </Panel>
  );
}
