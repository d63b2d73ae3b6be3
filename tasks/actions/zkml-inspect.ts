import { statSync } from "node:fs";

import { readBytes } from "../../scripts/zkml/load.ts";
import { readPackage } from "../../scripts/zkml/package-files.ts";
import { parseModel } from "../../scripts/zkml/package-model.ts";
import { networkLines, packageLines } from "../../scripts/zkml/words.ts";
import { costOf } from "../../zkml/network/cost.ts";
import { plainFailure } from "../lib/plain-failure.ts";
import { printResult } from "../lib/terminal.ts";

interface InspectArguments {
  readonly path: string;
  readonly json: boolean;
}

function inspect({ path, json }: InspectArguments): Promise<void> {
  const isFolder = statSync(path, { throwIfNoEntry: false })?.isDirectory() === true;
  const found = isFolder ? readPackage(path) : undefined;
  const model = found?.model ?? parseModel(new TextDecoder().decode(readBytes(path)), path);
  const { name, input, output, sourceSha256, network } = model;
  const cost = network === undefined ? null : costOf(network);
  const keyLine = found === undefined ? "no key yet" : `development key ${found.keyId} of ${found.keys.proofSystem}`;
  const keys = {
    keyId: found?.keyId ?? null,
    proofSystem: found?.keys.proofSystem ?? null,
    constraints: found?.constraints ?? null,
  };
  const notes = network?.notes ?? [];
  printResult(json, { name, sourceSha256, input, output, cost, notes, ...keys }, [
    `${name}, from the file with SHA-256 ${sourceSha256}; ${keyLine}`,
    ...(network === undefined || cost === null ? packageLines(model, found?.constraints) : networkLines(network, cost)),
  ]);
  return Promise.resolve();
}

export default plainFailure(inspect);
