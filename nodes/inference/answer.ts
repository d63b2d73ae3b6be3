import { keccak256, zeroHash, type Address, type Hex, type LocalAccount } from "viem";
import { computeProofBinding, computeRequestId, receiptTypedData, type Receipt } from "../../sdk/src/receipt.ts";
import { hashModelInput, hashModelOutput, InferenceMode } from "../../sdk/src/tensors.ts";
import type { InferenceRequest, InferenceResponse } from "../../sdk/src/wire.ts";
import type { ServedModel } from "./served-model.ts";

/** What an inference node needs to serve. */
export interface InferenceNode {
  readonly chainId: number;
  readonly settlement: Address;
  /** The engines it answers for. */
  readonly engines: readonly Address[];
  /** The operator that answers for the results. */
  readonly operator: Address;
  /** The enclave's key; it never leaves the process. */
  readonly enclave: LocalAccount;
  readonly models: readonly ServedModel[];
  /** The chain's time, Unix seconds: receipts are dated by it, so that a node with a wrong clock makes none. */
  readonly now: () => Promise<bigint>;
  /** How long an answer may wait to be settled, in seconds; the chain allows 3,600. */
  readonly lifetime: bigint;
}

/** Thrown when a request cannot be served; the message is for the caller. */
export class RequestRefusedError extends Error {
  override readonly name = "RequestRefusedError";
}

/** Runs the model of a request and makes the receipt and its evidence. */
export async function answerInference(node: InferenceNode, request: InferenceRequest): Promise<InferenceResponse> {
  const started = performance.now();
  checkChain(node, request);
  const model = modelFor(node, request);
  const { output, inputCommitment, outputCommitment } = runModel(model, request);
  const issuedAt = await node.now();
  const inputHash = hashModelInput(request.input);
  const unsigned = {
    requester: request.consumer,
    settler: request.engine,
    payer: request.payer,
    releaseId: request.releaseId,
    mode: request.mode,
    operator: node.operator,
    nonce: request.nonce,
    inputHash,
    outputHash: hashModelOutput(output),
    inputCommitment,
    outputCommitment,
    keyId: model.keyId,
    enclaveId: request.mode === InferenceMode.TEE ? keccak256(node.enclave.address) : zeroHash,
    issuedAt,
    deadline: issuedAt + node.lifetime,
  };
  const receipt: Receipt = { requestId: computeRequestId(unsigned), ...unsigned };
  const evidence = await makeEvidence(node, model, request, receipt);
  return { output, receipt, evidence, milliseconds: performance.now() - started };
}

function checkChain(node: InferenceNode, request: InferenceRequest): void {
  if (request.chainId !== node.chainId) {
    throw new RequestRefusedError(`this node serves chain ${node.chainId}, not ${request.chainId}`);
  }
  if (!node.engines.some((engine) => engine.toLowerCase() === request.engine.toLowerCase())) {
    throw new RequestRefusedError(`this node does not answer for the engine ${request.engine}`);
  }
  if (request.mode !== InferenceMode.TEE && request.mode !== InferenceMode.ZK) {
    throw new RequestRefusedError(`mode ${request.mode} has no evidence; ask for TEE (2) or ZK (1)`);
  }
}

/** The release's model that takes such an input; its first one, which says what is wrong, if none does. */
function modelFor({ models }: InferenceNode, { releaseId, input }: InferenceRequest): ServedModel {
  const served = models.filter((model) => model.releaseId === releaseId);
  const [first] = served;
  if (first === undefined) {
    const known = models.map((model) => model.releaseId).join(", ");
    throw new RequestRefusedError(`this node does not serve release ${releaseId}; it serves ${known}`);
  }
  return served.find(({ inputName }) => inputName !== undefined && inputName === input.numbers[0]?.name) ?? first;
}

function runModel(model: ServedModel, request: InferenceRequest) {
  try {
    return model.run(request.input);
  } catch (error) {
    throw new RequestRefusedError(`the model cannot take this input: ${String(error)}`, { cause: error });
  }
}

async function makeEvidence(
  node: InferenceNode,
  model: ServedModel,
  request: InferenceRequest,
  receipt: Receipt,
): Promise<Hex> {
  const context = { chainId: node.chainId, settlement: node.settlement, receipt };
  if (receipt.mode === InferenceMode.TEE) return node.enclave.signTypedData(receiptTypedData(context));
  if (model.prove === undefined) throw new RequestRefusedError(`release ${receipt.releaseId} has no circuit`);
  return model.prove(request.input, computeProofBinding(context));
}
