import { type ChildProcess, fork } from "node:child_process";
import { randomUUID } from "node:crypto";
import { fileURLToPath } from "node:url";

import type { ProvingJob, ProvingResult, WorkerMessage } from "./job.ts";
import { checkJob } from "./job.ts";

/** Bounds of a pool: together they bound its memory and how long anybody waits. */
export interface PoolOptions {
  /** Proofs at a time; each in a process of its own. */
  readonly workers: number;
  /** Jobs that may wait; one more is refused. */
  readonly waiting: number;
  /** Finished jobs whose outcome is kept until it is fetched; the oldest goes first. */
  readonly kept: number;
  /** Circuits that a process keeps open. */
  readonly openCircuits: number;
  /** JavaScript heap of one process; what needs more dies, and its job fails. */
  readonly memoryMegabytes: number;
  /** A job that takes longer is ended, and fails. */
  readonly deadlineMilliseconds: number;
}

/** Bounds for a small machine. */
export const SMALL_POOL: PoolOptions = {
  workers: 1,
  waiting: 16,
  kept: 256,
  openCircuits: 4,
  memoryMegabytes: 1_024,
  deadlineMilliseconds: 120_000,
};

/** Where a job is. */
export type JobState =
  | { readonly state: "waiting"; readonly ahead: number }
  | { readonly state: "proving"; readonly progress: string }
  | { readonly state: "done"; readonly result: ProvingResult }
  | { readonly state: "failed"; readonly reason: string };

/** A queue of jobs before a few proving processes. */
export interface ProvingPool {
  /**
   * Takes a job and returns its id, or undefined when too many wait already.
   *
   * @throws {CircuitError} {@link TensorShapeError} {@link SignalError} when no prover can prove it.
   */
  submit(job: ProvingJob): string | undefined;
  /** Undefined for ids that are unknown or no longer kept. */
  stateOf(id: string): JobState | undefined;
  /** Jobs that wait, and that are being proven. */
  load(): { readonly waiting: number; readonly proving: number };
  /** Ends all processes; jobs that are not done fail. */
  close(): Promise<void>;
}

/** A process and what it is doing. */
interface Seat {
  worker: ChildProcess | undefined;
  job: string | undefined;
  timer: NodeJS.Timeout | undefined;
}

/** Starts a pool. Processes begin with their first job, and are replaced when they die. */
export function openProvingPool(options: PoolOptions = SMALL_POOL): ProvingPool {
  const queue: { readonly id: string; readonly job: ProvingJob }[] = [];
  const current = new Map<string, string>();
  const ended = new Map<string, JobState>();
  const seats = Array.from({ length: options.workers }, (): Seat => {
    return { worker: undefined, job: undefined, timer: undefined };
  });

  const end = (seat: Seat, outcome: JobState): void => {
    if (seat.job === undefined) return;
    clearTimeout(seat.timer);
    current.delete(seat.job);
    ended.set(seat.job, outcome);
    const [oldest] = ended.keys();
    if (ended.size > options.kept && oldest !== undefined) ended.delete(oldest);
    seat.job = undefined;
    next();
  };

  /** Ends the process as well: whatever it holds is freed, and the next job gets a new one. */
  const drop = (seat: Seat, reason: string): void => {
    seat.worker?.kill("SIGKILL");
    seat.worker = undefined;
    end(seat, { state: "failed", reason });
  };

  const hear = (seat: Seat, message: WorkerMessage): void => {
    if (seat.job === undefined) return;
    if (message.kind === "progress") current.set(seat.job, message.text);
    else if (message.kind === "done") end(seat, { state: "done", result: message.result });
    else end(seat, { state: "failed", reason: message.reason });
  };

  const hire = (seat: Seat): ChildProcess => {
    const worker = fork(fileURLToPath(new URL("./worker.ts", import.meta.url)), [String(options.openCircuits)], {
      execArgv: [`--max-old-space-size=${options.memoryMegabytes}`],
      // Integers cross as they are.
      serialization: "advanced",
    });
    // Written by worker.ts.
    worker.on("message", (message) => {
      if (seat.worker === worker) hear(seat, message as WorkerMessage);
    });
    worker.on("error", (error) => {
      if (seat.worker === worker) drop(seat, `the prover failed: ${error.message}`);
    });
    worker.on("exit", () => {
      if (seat.worker === worker) drop(seat, "the prover died, perhaps for lack of memory");
    });
    return worker;
  };

  const next = (): void => {
    const seat = seats.find(({ job }) => job === undefined);
    if (seat === undefined) return;
    const first = queue.shift();
    if (first === undefined) return;
    seat.job = first.id;
    current.set(first.id, "starting");
    seat.worker ??= hire(seat);
    const { deadlineMilliseconds: deadline } = options;
    seat.timer = setTimeout(() => drop(seat, `it took longer than ${deadline} ms`), deadline);
    seat.worker.send(first.job);
  };

  return {
    submit(job) {
      checkJob(job);
      const isIdle = seats.some((seat) => seat.job === undefined);
      if (!isIdle && queue.length >= options.waiting) return undefined;
      const id = randomUUID();
      queue.push({ id, job });
      next();
      return id;
    },
    stateOf(id) {
      const progress = current.get(id);
      if (progress !== undefined) return { state: "proving", progress };
      const ahead = queue.findIndex((waiting) => waiting.id === id);
      return ahead >= 0 ? { state: "waiting", ahead } : ended.get(id);
    },
    load: () => ({ waiting: queue.length, proving: current.size }),
    async close() {
      for (const { id } of queue.splice(0)) ended.set(id, { state: "failed", reason: "the node has stopped" });
      const workers = seats.flatMap(({ worker }) => (worker === undefined ? [] : [worker]));
      for (const seat of seats) drop(seat, "the node has stopped");
      await Promise.all(workers.map(hasEnded));
    },
  };
}

function hasEnded(worker: ChildProcess): Promise<void> {
  if (worker.exitCode !== null || worker.signalCode !== null) return Promise.resolve();
  return new Promise((resolve) => worker.once("exit", () => resolve()));
}
