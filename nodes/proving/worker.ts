// A process that proves one job after another; it keeps the circuits that it has opened. Not a thread: the proving library
// starts threads of its own, which it can do from a main thread only, and what a process takes is freed when it ends.

import type { BuiltCircuit } from "../../zkml/circuit/build.ts";
import { buildCircuit } from "../../zkml/circuit/build.ts";
import { prove } from "../../zkml/circuit/prove.ts";
import type { ProvingJob, WorkerMessage } from "./job.ts";

/** Circuits in the order of their last use. */
const opened = new Map<string, BuiltCircuit>();

// Given by proving-pool.ts, which starts this file.
const openCircuits = Number(process.argv[2]);

function tell(message: WorkerMessage): void {
  process.send?.(message);
}

async function open(name: string): Promise<BuiltCircuit> {
  const circuit = opened.get(name) ?? (await buildCircuit(name, { onProgress: progress }));
  opened.delete(name);
  opened.set(name, circuit);
  const [oldest] = opened.keys();
  if (opened.size > openCircuits && oldest !== undefined) opened.delete(oldest);
  return circuit;
}

function progress(text: string): void {
  tell({ kind: "progress", text });
}

process.on("message", (job: ProvingJob) => {
  void (async () => {
    try {
      progress(`${job.circuit}: opening the circuit`);
      const circuit = await open(job.circuit);
      progress(`${job.circuit}: proving`);
      const { proof, signals } = await prove(circuit, job.features, job.binding);
      tell({ kind: "done", result: { proof, signals } });
    } catch (error) {
      tell({ kind: "failed", reason: error instanceof Error ? error.message : String(error) });
    }
  })();
});
// Whoever started this process is gone.
process.on("disconnect", () => process.exit());
