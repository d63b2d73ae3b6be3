/** Metric id → figure. Ids are dotted and begin with the prefix of their bench, for example `gas.staking.stake.first`. */
export type Metrics = Readonly<Record<string, number>>;

/** What a bench is given. */
export interface BenchContext {
  /** The root of the repository, with a slash at the end. */
  readonly root: string;
  /** Tells what is going on, on stderr. */
  readonly log: (line: string) => void;
}

/** One bench file's default export: a family of metrics that share a prefix, a unit and a tolerance. */
export interface Bench {
  /** All ids of the bench are `<prefix>.<rest>`. */
  readonly prefix: string;
  /** For people: "gas", "bytes", "constraints", "CPU s". */
  readonly unit: string;
  /** How much a figure may grow before `--check` fails, in percent of the baseline. */
  readonly tolerancePercent: number;
  /** Which document shows the figures. */
  readonly document: "gas" | "constraints";
  /** A sentence or noun phrase for people. */
  label(id: string): string;
  /** Measures. The contracts are built when this is called. */
  run(context: BenchContext): Promise<Metrics>;
}

/** A metric as committed in bench/baseline.json. */
export interface BaselineEntry {
  readonly value: number;
  readonly tolerancePercent: number;
  readonly unit: string;
  readonly label: string;
}

/** bench/baseline.json. */
export type Baseline = Readonly<Record<string, BaselineEntry>>;
