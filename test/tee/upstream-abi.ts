import type { Hex } from "viem";

/** Selectors that OpenGradient's clients call, with what they stand for, by the contract that answers them here. */
export const UPSTREAM_FUNCTIONS: Readonly<Record<string, Readonly<Record<Hex, string>>>> = {
  TEERegistry: {
    "0x3c1a88b0": "TEE_OPERATOR()",
    "0x08c84e70": "VERIFIER()",
    "0xf44a0780": "awsRootCertificate()",
    "0x87267aca": "heartbeatMaxAge()",
    "0xd6741a42": "teeTypes(uint8)",
    "0x2068b3db": "pcrRecords(uint8,bytes32)",
    "0x43ed3274": "setAWSRootCertificate(bytes)",
    "0xcbdfc4e0": "addTEEType(uint8,string)",
    "0xe10a2ea4": "isValidTEEType(uint8)",
    "0x971cfbf1": "getTEETypes()",
    "0x4c4c8e8b": "approvePCR((bytes,bytes,bytes),string,uint8)",
    "0xa041ff51": "revokePCR(bytes32,uint8)",
    "0x9831ced5": "isPCRApproved(uint8,bytes32)",
    "0x476cb030": "computePCRHash((bytes,bytes,bytes))",
    "0x5766275a": "getApprovedPCRs()",
    "0x15c9bdb4": "registerTEEWithAttestation(bytes,bytes,bytes,address,string,uint8)",
    "0x17883717": "disableTEE(bytes32)",
    "0x005ae7cf": "enableTEE(bytes32)",
    "0x42830ad8": "heartbeat(bytes32,uint256,bytes)",
    "0x5c1090b2": "setHeartbeatMaxAge(uint256)",
    "0x418b207d": "getTEE(bytes32)",
    "0x63b86b89": "getEnabledTEEs(uint8)",
    "0x4b6014da": "getActiveTEEs(uint8)",
    "0xb82644b7": "getTEEsByType(uint8)",
    "0xe44cc482": "getTEEsByOwner(address)",
    "0x927d3c95": "isTEEEnabled(bytes32)",
    "0xa3bf31f1": "isTEEActive(bytes32)",
    "0x2cbe7552": "getTEEPublicKey(bytes32)",
    "0xf33d2c00": "computeTEEId(bytes)",
  },
  TEEVerifier: {
    "0xf7cf40d3": "verifyAttestation(bytes,bytes,bytes,bytes)",
    "0x7e26679a": "verifyRSAPSS(bytes,bytes32,bytes)",
  },
  TEEBatchVerifier: {
    "0x7b103999": "registry()",
    "0xa91ee0dc": "setRegistry(address)",
    "0xc206baa3": "computeMessageHash(bytes32,bytes32,uint256)",
    "0x58db61a8": "verifySignature(bytes32,bytes32,bytes32,uint256,bytes)",
    "0x810f2337": "verifySignatureNoTimestamp(bytes32,bytes32,bytes32,uint256,bytes)",
  },
  InferenceSettlementRelay: {
    "0x1f273c8e": "SETTLEMENT_CONTRACT()",
    "0x1b243ae6": "batchSettle(bytes32,uint256,bytes)",
    "0x90480ad1": "settleIndividual(bytes32,bytes32,bytes32,uint256,address,bytes,bytes)",
    "0x4bc935d7": "verifyProof(bytes32[],bytes32,bytes32)",
  },
};

/** The first four bytes of each event's topic, and how many of its arguments are indexed. */
export const UPSTREAM_EVENTS: Readonly<
  Record<string, Readonly<Record<string, { readonly topic: Hex; readonly indexed: number }>>>
> = {
  TEERegistry: {
    TEETypeAdded: { topic: "0xed016166", indexed: 1 },
    PCRApproved: { topic: "0x98c6d69c", indexed: 2 },
    PCRRevoked: { topic: "0xd5a6741f", indexed: 2 },
    TEERegistered: { topic: "0x97d0af70", indexed: 2 },
    TEEDisabled: { topic: "0x01c23533", indexed: 1 },
    TEEEnabled: { topic: "0xcfe7e61b", indexed: 1 },
    AWSCertificateUpdated: { topic: "0x378c4547", indexed: 1 },
    HeartbeatReceived: { topic: "0x3cf0bf77", indexed: 1 },
  },
  InferenceSettlementRelay: {
    BatchSettlement: { topic: "0xc2aff8d8", indexed: 1 },
    IndividualSettlement: { topic: "0x74e71a19", indexed: 2 },
  },
};

/** The fields of TEEInfo as the deployed registry has them. */
export const UPSTREAM_TEE_INFO: readonly string[] = [
  "address owner",
  "address paymentAddress",
  "string endpoint",
  "bytes publicKey",
  "bytes tlsCertificate",
  "bytes32 pcrHash",
  "uint8 teeType",
  "bool enabled",
  "uint256 registeredAt",
  "uint256 lastHeartbeatAt",
  "tuple ohttpConfig",
];
