import { statSync } from "node:fs";

import { readBytes } from "../../scripts/zkml/load.ts";
import { readPackage } from "../../scripts/zkml/package-files.ts";
import { networkLines } from "../../scripts/zkml/words.ts";
import { costOf } from "../../zkml/network/cost.ts";
import { parseNetwork } from "../../zkml/network/network-file.ts";
import { plainFailure } from "../lib/plain-failure.ts";
import { printResult } from "../lib/terminal.ts";

interface InspectArguments {
  readonly path: string;
  readonly json: boolean;
}

function inspect({ path, json }: InspectArguments): Promise<void> {
  const isFolder = statSync(path, { throwIfNoEntry: false })?.isDirectory() === true;
  const found = isFolder ? readPackage(path) : undefined;
  const network = found?.network ?? parseNetwork(new TextDecoder().decode(readBytes(path)), path);
  const cost = costOf(network);
  const { name, input, output, onnxSha256, notes } = network;
  const keyLine = found === undefined ? "no key yet" : `development key ${found.keyId} of ${found.keys.proofSystem}`;
  printResult(
    json,
    {
      name,
      onnxSha256,
      input,
      output,
      cost,
      notes,
      keyId: found?.keyId ?? null,
      proofSystem: found?.keys.proofSystem ?? null,
    },
    [`${name}, from the ONNX file with SHA-256 ${onnxSha256}; ${keyLine}`, ...networkLines(network, cost)],
  );
  return Promise.resolve();
}

export default plainFailure(inspect);
