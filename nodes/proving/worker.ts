// A process that proves one job after another; it keeps the circuits that it has opened. Not a thread: the proving library
// starts threads of its own, which it can do from a main thread only, and what a process takes is freed when it ends.

import { buildCircuit } from "../../zkml/circuit/build.ts";
import { buildFflonkCircuit } from "../../zkml/circuit/build-fflonk.ts";
import { FFLONK, GROTH16 } from "../../zkml/circuit/proof-system.ts";
import type { ProvableCircuit } from "../../zkml/circuit/prove.ts";
import { proveWith } from "../../zkml/circuit/prove.ts";
import type { ProvingJob, ProvingResult, WorkerMessage } from "./job.ts";

/** Circuits, each for one proof system, in the order of their last use. */
const opened = new Map<string, ProvableCircuit>();

// Given by proving-pool.ts, which starts this file.
const openCircuits = Number(process.argv[2]);

function tell(message: WorkerMessage): void {
  process.send?.(message);
}

async function open({ circuit: name, proofSystem }: ProvingJob): Promise<ProvableCircuit> {
  const key = `${proofSystem}/${name}`;
  const build = proofSystem === "groth16" ? buildCircuit : buildFflonkCircuit;
  const circuit = opened.get(key) ?? (await build(name, { onProgress: progress }));
  opened.delete(key);
  opened.set(key, circuit);
  const [oldest] = opened.keys();
  if (opened.size > openCircuits && oldest !== undefined) opened.delete(oldest);
  return circuit;
}

function progress(text: string): void {
  tell({ kind: "progress", text });
}

async function prove(circuit: ProvableCircuit, job: ProvingJob): Promise<ProvingResult> {
  const { features, binding, salt, proofSystem } = job;
  if (proofSystem === "groth16") {
    const { proof, signals } = await proveWith(GROTH16, circuit, features, binding, { salt });
    return { encoded: GROTH16.encode(proof), proof, signals };
  }
  const { proof, signals } = await proveWith(FFLONK, circuit, features, binding, { salt });
  return { encoded: FFLONK.encode(proof), signals };
}

process.on("message", (job: ProvingJob) => {
  void (async () => {
    try {
      progress(`${job.circuit}: opening the circuit`);
      const circuit = await open(job);
      progress(`${job.circuit}: proving`);
      tell({ kind: "done", result: await prove(circuit, job) });
    } catch (error) {
      tell({ kind: "failed", reason: error instanceof Error ? error.message : String(error) });
    }
  })();
});
// Whoever started this process is gone.
process.on("disconnect", () => process.exit());
