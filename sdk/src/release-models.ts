import { getContractAddress, zeroHash, type Address, type Hex } from "viem";

/** How tensors map to a circuit's signals; field by field the Solidity struct `SignalLayout`. */
export interface SignalLayout {
  readonly inputName: string;
  readonly outputName: string;
  readonly inputCount: number;
  readonly inputBits: number;
  readonly inputDecimals: number;
  readonly inputOffset: bigint;
  readonly outputCount: number;
  readonly outputBits: number;
  readonly outputDecimals: number;
  readonly outputOffset: bigint;
}

/** A circuit of a release; field by field the Solidity struct `ReleaseCircuit`. */
export interface ReleaseCircuit {
  /** Its verifying key; zero for the layout of a model that the EVM runs and nobody proves. */
  readonly keyId: Hex;
  /** The file that it was made from, by its place among the release's files in the order of their paths. */
  readonly file: number;
  readonly layout: SignalLayout;
}

/** What the chain itself checks or runs of a release; field by field the Solidity struct `ReleaseModels`. */
export interface ReleaseModels {
  /** The model that the EVM runs in mode ONCHAIN; zero means "none". */
  readonly executorModelId: Hex;
  /** The main one first. */
  readonly circuits: readonly ReleaseCircuit[];
}

/** A release without circuits. */
export const NO_MODELS: ReleaseModels = { executorModelId: zeroHash, circuits: [] };

/** Where the circuits of a hub's releases are: the hub created their contract first of all. */
export function releaseCircuitsAddress(modelHub: Address): Address {
  return getContractAddress({ from: modelHub, nonce: 1n });
}

/** The circuit that a call means: the one whose input tensor has that name; undefined if there is none. */
export function circuitOfInput(circuits: readonly ReleaseCircuit[], inputName: string): ReleaseCircuit | undefined {
  return circuits.find(({ layout }) => layout.inputName === inputName);
}
