// SPDX-License-Identifier: MIT
pragma solidity 0.8.34;

import {IVerifierRegistry} from "../../zkml/interfaces/IVerifierRegistry.sol";
import {IReceiptCases} from "./IReceiptCases.sol";
import {Receipt} from "./ISettlement.sol";

/// @title Prove this answer, or lose
/// @notice An enclave's signature is believed at once. Where the release has a circuit, anybody can ask for more: he
///         leaves a bond and names a receipt, and its operator proves within the response time that the model gives
///         that answer to that input, or is slashed. Asking needs no proof; proving is the burden of who was paid.
///
/// TWO CHARGES. At first the charge is F4: asked for a proof, none was given. Whoever proves that the model gives
/// *another* answer raises it to F2, which tombstones. The operator's one defence is the same against both: a proof of
/// the answer that he signed. If both proofs exist, the circuit or the setup of its key is at fault, not the operator;
/// the challenge is drawn. So no publisher who knows the secrets of his key can convict an operator who can prove.
///
/// STATES.
/// - OPEN: {answer} until `respondBy`, {contradict} and, after `respondBy`, {resolve}.
/// - ANSWERED: proven; the bond is the operator's.
/// - DRAWN: both proven; the bond goes back.
/// - WITHHELD: no proof came; punished with F4, the bond goes back. {contradict} still convicts of F2, at once.
/// - DISPROVED: no proof came, and another answer was proven; punished with F2, the bond goes back.
/// - EXPIRED: nobody resolved it by `resolveBy`; no punishment, the bond goes back.
/// All but OPEN and WITHHELD are final. A receipt is challenged once.
///
/// WINDOWS are those of the stake ledger: evidence, response, and slack for {resolve}. What the charge may cost is held
/// until `resolveBy`; see {IReceiptCases}.
///
/// WHAT THIS DOES NOT CATCH. Answers of releases without a circuit. Answers that nobody challenges in time. Whether a
/// publisher's circuit is the model that he says it is: who serves a release with a circuit should be able to prove it.
interface IAnswerChallenges is IReceiptCases {
    /// @notice Where a challenge stands; see {IAnswerChallenges}.
    enum State {
        NONE,
        OPEN,
        ANSWERED,
        DRAWN,
        WITHHELD,
        DISPROVED,
        EXPIRED
    }

    /// @notice A challenge.
    /// @param state        NONE if the receipt was never challenged.
    /// @param challenger   Who posted the bond.
    /// @param operator     Who signed the answer.
    /// @param contradictor Who proved another answer; zero means "nobody".
    /// @param issuedAt     The receipt's date, which is the time of the infraction; Unix seconds.
    /// @param respondBy    The last second to {answer}; Unix seconds.
    /// @param resolveBy    The last second in which {resolve} punishes; Unix seconds.
    /// @param held         Whether stake is held in the ledger for it.
    struct Challenge {
        State state;
        address challenger;
        address operator;
        address contradictor;
        uint256 issuedAt;
        uint256 respondBy;
        uint256 resolveBy;
        bool held;
    }

    /// @notice `receipt` is what {answer} and {contradict} need.
    event AnswerChallenged(
        bytes32 indexed id,
        address indexed operator,
        address indexed challenger,
        uint256 respondBy,
        bool held,
        Receipt receipt
    );
    /// @notice The operator's answer was proven.
    event AnswerProven(bytes32 indexed id, address indexed operator, address bondTo);
    /// @notice Another answer than the operator's was proven, in the circuit's own encoding.
    event AnswerContradicted(
        bytes32 indexed id,
        address indexed operator,
        address indexed contradictor,
        uint256 outputCommitment
    );
    /// @notice Two answers to one input were proven under one key: its circuit is not sound, or its setup not secret.
    event ChallengeDrawn(bytes32 indexed id, address indexed operator, bytes32 indexed keyId);
    /// @notice An operator was punished; `state` is WITHHELD or DISPROVED. Amounts are OPG base units.
    event ChallengeUpheld(
        bytes32 indexed id,
        address indexed operator,
        address indexed rewarded,
        State state,
        uint256 slashed,
        uint256 bounty
    );
    /// @notice Nobody resolved the challenge in time.
    event ChallengeExpired(bytes32 indexed id, address indexed operator);

    /// @notice Thrown when the ledger's windows leave no time to respond or to resolve, or more than a hold can last.
    error ChallengesWindowsUnusable(uint256 response, uint256 slack, uint256 maximumTogether);
    /// @notice Thrown when the circuit that a receipt names could not prove any answer: it has other public signals.
    error ChallengesCircuitUnusable(bytes32 keyId, uint256 signals, uint256 required);
    /// @notice Thrown when a challenge is not in a state in which this is possible.
    error ChallengesStateWrong(bytes32 id, State state);
    /// @notice Thrown when the time to answer is over.
    error ChallengesResponseTooLate(bytes32 id, uint256 respondBy);
    /// @notice Thrown when a challenge is resolved while its operator may still answer.
    error ChallengesResponsePending(bytes32 id, uint256 respondBy);
    /// @notice Thrown when a challenge is contradicted in the last second in which it could be resolved, or later.
    error ChallengesExpired(bytes32 id, uint256 resolveBy);
    /// @notice Thrown when another answer was proven before.
    error ChallengesContradicted(bytes32 id, address contradictor);
    /// @notice Thrown when the answer offered as a contradiction is the operator's own.
    error ChallengesOutputsAgree(uint256 outputCommitment);
    /// @notice Thrown when a proof does not prove what it is offered for.
    error ChallengesProofInvalid(bytes32 keyId);

    /// @notice Asks for the proof of a settled receipt's answer. Takes {BOND} of OPG from the caller's
    ///         allowance to the contract of bonds.
    /// @dev A receipt that is older than {EVIDENCE_WINDOW} needs a hold, on the ledger's terms ({IHolds.hold}).
    /// @param receipt   In TEE mode, with the key of a circuit.
    /// @param signature The enclave's, as it was settled.
    /// @return id The receipt's digest.
    function challenge(Receipt calldata receipt, bytes calldata signature) external returns (bytes32 id);

    /// @notice Proves the challenged answer. Anyone may call; the bond goes to the operator's payee.
    /// @param proof Over [outputCommitment, inputCommitment, {ISettlement.proofBinding}] of the receipt.
    function answer(Receipt calldata receipt, IVerifierRegistry.Proof calldata proof) external;

    /// @notice Proves that the model gives another answer to the challenged input. Anyone may call, and earns the
    ///         bounty if the operator is convicted.
    /// @param outputCommitment The other answer, in the circuit's own encoding.
    /// @param proof            Over [outputCommitment, inputCommitment of the receipt, {contradictionBinding}].
    function contradict(
        Receipt calldata receipt,
        uint256 outputCommitment,
        IVerifierRegistry.Proof calldata proof
    ) external;

    /// @notice Ends a challenge that was not answered in time. Anyone may call.
    function resolve(bytes32 id) external;

    /// @notice A challenge, by the digest of its receipt.
    function challengeOf(bytes32 id) external view returns (Challenge memory);

    /// @notice The third public signal of a contradiction: 248 bits that bind it to this contract, the challenge and
    ///         who offers it, so that a copy from the mempool earns nothing.
    function contradictionBinding(bytes32 id, address contradictor) external view returns (uint256);
}
