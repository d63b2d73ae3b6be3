import {
  encodeAbiParameters,
  hashTypedData,
  keccak256,
  parseAbiParameters,
  stringToBytes,
  type Address,
  type Hex,
} from "viem";

/** The record of one served inference; field by field the Solidity struct `Receipt`. Times are Unix seconds. */
export interface Receipt {
  readonly requestId: Hex;
  readonly requester: Address;
  readonly settler: Address;
  readonly payer: Address;
  readonly releaseId: Hex;
  readonly mode: number;
  readonly operator: Address;
  readonly nonce: bigint;
  readonly inputHash: Hex;
  readonly outputHash: Hex;
  readonly inputCommitment: bigint;
  readonly outputCommitment: bigint;
  readonly keyId: Hex;
  readonly enclaveId: Hex;
  readonly issuedAt: bigint;
  readonly deadline: bigint;
}

/** The EIP-712 types that an enclave signs. */
export const receiptTypes = {
  Receipt: [
    { name: "requestId", type: "bytes32" },
    { name: "requester", type: "address" },
    { name: "settler", type: "address" },
    { name: "payer", type: "address" },
    { name: "releaseId", type: "bytes32" },
    { name: "mode", type: "uint8" },
    { name: "operator", type: "address" },
    { name: "nonce", type: "uint256" },
    { name: "inputHash", type: "bytes32" },
    { name: "outputHash", type: "bytes32" },
    { name: "inputCommitment", type: "uint256" },
    { name: "outputCommitment", type: "uint256" },
    { name: "keyId", type: "bytes32" },
    { name: "enclaveId", type: "bytes32" },
    { name: "issuedAt", type: "uint256" },
    { name: "deadline", type: "uint256" },
  ],
} as const;

/** The EIP-712 domain of the settlement contract. */
export function settlementDomain(chainId: number, settlement: Address) {
  return { name: "OPG Settlement", version: "1", chainId, verifyingContract: settlement } as const;
}

/** The typed data of a receipt, ready for `signTypedData` and `hashTypedData`. */
export function receiptTypedData(options: { chainId: number; settlement: Address; receipt: Receipt }) {
  return {
    domain: settlementDomain(options.chainId, options.settlement),
    types: receiptTypes,
    primaryType: "Receipt",
    message: options.receipt,
  } as const;
}

/** The request id: two outputs for one id contradict each other by construction. */
export function computeRequestId(
  receipt: Pick<Receipt, "requester" | "releaseId" | "mode" | "inputHash" | "nonce">,
): Hex {
  return keccak256(
    encodeAbiParameters(
      parseAbiParameters("address requester, bytes32 releaseId, uint8 mode, bytes32 inputHash, uint256 nonce"),
      [receipt.requester, receipt.releaseId, receipt.mode, receipt.inputHash, receipt.nonce],
    ),
  );
}

/** The third public signal of a proof: 248 bits that bind it to one chain, contract, request, settler, payer and operator. */
export function computeProofBinding(options: {
  chainId: number;
  settlement: Address;
  receipt: Pick<Receipt, "requestId" | "settler" | "payer" | "operator">;
}): bigint {
  const { requestId, settler, payer, operator } = options.receipt;
  const bound = keccak256(
    encodeAbiParameters(
      parseAbiParameters(
        "uint256 chainId, address settlement, bytes32 requestId, address settler, address payer, address operator",
      ),
      [BigInt(options.chainId), options.settlement, requestId, settler, payer, operator],
    ),
  );
  return BigInt(bound) >> 8n;
}

/**
 * The third public signal of a proof of another answer than the challenged one: 248 bits that bind it to one chain,
 * contract of challenges, challenge and account.
 *
 * @param options.id the challenge: the digest of its receipt
 */
export function computeContradictionBinding(options: {
  chainId: number;
  challenges: Address;
  id: Hex;
  contradictor: Address;
}): bigint {
  const bound = keccak256(
    encodeAbiParameters(parseAbiParameters("uint256 chainId, address challenges, bytes32 id, address contradictor"), [
      BigInt(options.chainId),
      options.challenges,
      options.id,
      options.contradictor,
    ]),
  );
  return BigInt(bound) >> 8n;
}

/** A receipt with the signature of an enclave over it; as nodes answer, with other fields or without. */
export interface SignedReceipt {
  readonly receipt: Receipt;
  /** The 65 bytes of {@link receiptTypedData}'s signature. */
  readonly evidence: Hex;
}

/** What distinguishes a commitment to evidence from every other hash. */
const EVIDENCE_TYPE =
  "EquivocationEvidence(uint256 chainId,address settlement,address challenger,bytes32 firstReceipt," +
  "bytes firstSignature,bytes32 secondReceipt,bytes secondSignature)";

/**
 * The commitment to two signed answers to one request. Sent to `Settlement.commitEvidence`, it lets the challenger, and nobody
 * who copies the evidence from his transaction, call `challengeEquivocation` a minute later.
 *
 * It is computed here, without a node, since asking a foreign node for it would show it the evidence.
 *
 * @param options.challenger who will show the evidence and earn the bounty
 * @param options.first      one of the two; their order must be that of the later call
 */
export function computeEvidenceCommitment(options: {
  chainId: number;
  settlement: Address;
  challenger: Address;
  first: SignedReceipt;
  second: SignedReceipt;
}): Hex {
  const { chainId, settlement, challenger, first, second } = options;
  const digestOf = ({ receipt }: SignedReceipt) => hashTypedData(receiptTypedData({ chainId, settlement, receipt }));
  return keccak256(
    encodeAbiParameters(
      parseAbiParameters(
        "bytes32 typeHash, uint256 chainId, address settlement, address challenger, " +
          "bytes32 firstReceipt, bytes32 firstSignature, bytes32 secondReceipt, bytes32 secondSignature",
      ),
      [
        keccak256(stringToBytes(EVIDENCE_TYPE)),
        BigInt(chainId),
        settlement,
        challenger,
        digestOf(first),
        keccak256(first.evidence),
        digestOf(second),
        keccak256(second.evidence),
      ],
    ),
  );
}
