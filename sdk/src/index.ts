/** The SDK's front door. ABIs are apart (`./abi`), so that a bundle holds only those that are used. */
export { addressesOf, parseAddresses, type SystemAddresses } from "./addresses.ts";
export { contractNames, deployments, networkContracts, tokens, type ContractName } from "./deployments.ts";
export {
  approveCall,
  delegateWalletCall,
  depositCall,
  stakeCall,
  unbondCall,
  voteCall,
  VoteChoice,
  type Call,
  type VoteChoiceName,
} from "./calls.ts";
export {
  InferenceNodeError,
  InferenceUnavailableError,
  ModelSchemaError,
  OpgError,
  TensorMismatchError,
} from "./errors.ts";
export { computeVote, JuryVote, type JuryVoteName } from "./jury.ts";
export { decodeFiles, encodeFiles, filesRoot, type ModelFile } from "./model-files.ts";
export {
  buildModelInput,
  checkModelInput,
  checkModelOutput,
  hashModelSchema,
  parseModelSchema,
  SCHEMA_PATH,
  type ModelSchema,
  type NumberLike,
  type TensorSchema,
  type TensorValues,
} from "./model-schema.ts";
export { askNode, randomNonce } from "./node-client.ts";
export {
  decodeInferenceQuery,
  findMissingAnswer,
  MAXIMUM_ANSWERS,
  prepareInferenceCall,
  type InferenceAnswer,
  type InferenceCall,
  type InferenceQuery,
  type InferenceTransaction,
} from "./pipe.ts";
export {
  listModels,
  listOperators,
  listProposals,
  PROPOSAL_STATES,
  readReleaseModels,
  readPosition,
  type ModelSummary,
  type OperatorSummary,
  type ProposalSummary,
  type SystemView,
} from "./read.ts";
export {
  circuitOfInput,
  NO_MODELS,
  releaseCircuitsAddress,
  type ReleaseCircuit,
  type ReleaseModels,
  type SignalLayout,
} from "./release-models.ts";
export {
  computeContradictionBinding,
  computeEvidenceCommitment,
  computeProofBinding,
  computeRequestId,
  receiptTypedData,
  receiptTypes,
  settlementDomain,
  type Receipt,
  type SignedReceipt,
} from "./receipt.ts";
export { decodeRevert, describeFailure, revertDataOf, type DecodedRevert } from "./revert.ts";
export {
  hashModelInput,
  hashModelOutput,
  InferenceMode,
  type JsonScalar,
  type ModelInput,
  type ModelOutput,
  type NumberTensor,
  type StringTensor,
  type TensorNumber,
} from "./tensors.ts";
export { toWire } from "./wire.ts";
export { readAnswers, verifyInferences, type InferenceCheck, type VerifiedInference } from "./verify-inference.ts";
