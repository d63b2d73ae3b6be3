// SPDX-License-Identifier: MIT
pragma solidity 0.8.34;

import {InferenceMode} from "../libraries/InferenceMode.sol";
import {IChallengeBonds} from "../staking/interfaces/IChallengeBonds.sol";
import {IHolds} from "../staking/interfaces/IHolds.sol";
import {IOperators} from "../staking/interfaces/IOperators.sol";
import {FaultClass, IPenalties} from "../staking/interfaces/IPenalties.sol";
import {IStaking, StakingWindows} from "../staking/interfaces/IStaking.sol";
import {IVerifierRegistry} from "../zkml/interfaces/IVerifierRegistry.sol";
import {IAnswerChallenges} from "./interfaces/IAnswerChallenges.sol";
import {ISettlement, Receipt} from "./interfaces/ISettlement.sol";

/// @title Prove this answer, or lose
/// @notice See {IAnswerChallenges}. Holds no tokens and has no parameters.
///
/// ROLES. Needs {Roles.ADJUDICATOR}, for the penalties and for the bonds. Without it no challenge can be opened, and
/// those under way end by {resolve} after `resolveBy`, which calls nothing that is restricted.
///
/// UPGRADES. None: a successor gets the role; this contract keeps it until its last challenge has ended.
contract AnswerChallenges is IAnswerChallenges {
    /// @dev A challenge as it is kept. Two slots, and a third one for a contradiction.
    struct Record {
        address challenger;
        uint40 respondBy;
        State state;
        bool held;
        address operator;
        uint40 issuedAt;
        address contradictor;
    }

    /// @dev The public signals of a circuit: answer, input and what the proof is bound to.
    uint256 private constant SIGNALS = 3;

    /// @notice Whose receipts are challenged.
    ISettlement public immutable SETTLEMENT;
    /// @notice Says what a fault costs.
    IPenalties public immutable PENALTIES;
    /// @notice Where stake waits for a verdict.
    IHolds public immutable HOLDS;
    /// @notice Who the operators are.
    IOperators public immutable OPERATORS;
    IVerifierRegistry public immutable VERIFIERS;
    /// @notice Keeps the challengers' bonds.
    IChallengeBonds public immutable BONDS;
    /// @inheritdoc IAnswerChallenges
    uint256 public immutable EVIDENCE_WINDOW;
    /// @inheritdoc IAnswerChallenges
    uint256 public immutable RESPONSE_WINDOW;
    /// @inheritdoc IAnswerChallenges
    uint256 public immutable RESOLVE_WINDOW;

    uint256 private immutable _maxHolds;

    mapping(bytes32 id => Record) private _records;

    /// @param settlement Whose receipts are challenged.
    /// @param staking    The stake ledger, with its operators, holds and windows.
    /// @param penalties  Its penalties.
    /// @param verifiers  The verifying keys.
    /// @param bonds      Where challengers leave their bonds.
    constructor(
        ISettlement settlement,
        IStaking staking,
        IPenalties penalties,
        IVerifierRegistry verifiers,
        IChallengeBonds bonds
    ) {
        SETTLEMENT = settlement;
        PENALTIES = penalties;
        HOLDS = staking.holds();
        OPERATORS = staking.operators();
        VERIFIERS = verifiers;
        BONDS = bonds;
        StakingWindows memory windows = staking.config().windows;
        uint256 longest = HOLDS.MAX_HOLD_TERM();
        uint256 together = uint256(windows.response) + windows.slack;
        require(
            windows.response != 0 && windows.slack != 0 && together <= longest,
            ChallengesWindowsUnusable(windows.response, windows.slack, longest)
        );
        EVIDENCE_WINDOW = windows.evidence;
        RESPONSE_WINDOW = windows.response;
        RESOLVE_WINDOW = windows.slack;
        _maxHolds = HOLDS.MAX_HOLDS();
    }

    // Acts

    /// @inheritdoc IAnswerChallenges
    function challenge(Receipt calldata receipt, bytes calldata signature) external returns (bytes32 id) {
        // Check
        _checkReceipt(receipt, signature);
        id = SETTLEMENT.hashReceipt(receipt);
        Record storage record = _records[id];
        require(record.state == State.NONE, ChallengesStateWrong(id, record.state));
        // Effect
        uint256 respondBy = block.timestamp + RESPONSE_WINDOW;
        // Later than the window the ledger itself no longer reaches to the verdict: then only with a hold.
        bool late = block.timestamp > receipt.issuedAt + EVIDENCE_WINDOW;
        bool held = late || HOLDS.holdsOf(receipt.operator).length < _maxHolds;
        record.challenger = msg.sender;
        record.respondBy = uint40(respondBy);
        record.state = State.OPEN;
        record.held = held;
        record.operator = receipt.operator;
        record.issuedAt = uint40(receipt.issuedAt);
        emit AnswerChallenged(id, receipt.operator, msg.sender, respondBy, held, receipt);
        // Interaction: contracts of this system only
        if (held) {
            uint256 until = respondBy + RESOLVE_WINDOW;
            PENALTIES.admit(receipt.operator, FaultClass.DATA_WITHHELD, receipt.issuedAt, id, until);
        }
        BONDS.post(id, msg.sender);
    }

    /// @inheritdoc IAnswerChallenges
    function answer(Receipt calldata receipt, IVerifierRegistry.Proof calldata proof) external {
        // Check
        bytes32 id = SETTLEMENT.hashReceipt(receipt);
        Record memory record = _records[id];
        require(record.state == State.OPEN, ChallengesStateWrong(id, record.state));
        require(block.timestamp <= record.respondBy, ChallengesResponseTooLate(id, record.respondBy));
        _checkProof(receipt, receipt.outputCommitment, SETTLEMENT.proofBinding(receipt), proof);
        // Effect
        bool drawn = record.contradictor != address(0);
        address bondTo = drawn ? record.challenger : _payeeOf(record.operator);
        _records[id].state = drawn ? State.DRAWN : State.ANSWERED;
        _records[id].held = false;
        emit AnswerProven(id, record.operator, bondTo);
        if (drawn) emit ChallengeDrawn(id, record.operator, receipt.keyId);
        // Interaction
        if (record.held) PENALTIES.release(record.operator, _chargeOf(record), id);
        BONDS.award(id, bondTo);
    }

    /// @inheritdoc IAnswerChallenges
    function contradict(
        Receipt calldata receipt,
        uint256 outputCommitment,
        IVerifierRegistry.Proof calldata proof
    ) external {
        // Check
        bytes32 id = SETTLEMENT.hashReceipt(receipt);
        Record memory record = _records[id];
        require(record.state == State.OPEN || record.state == State.WITHHELD, ChallengesStateWrong(id, record.state));
        require(record.contradictor == address(0), ChallengesContradicted(id, record.contradictor));
        require(outputCommitment != receipt.outputCommitment, ChallengesOutputsAgree(outputCommitment));
        uint256 resolveBy = record.respondBy + RESOLVE_WINDOW;
        bool open = record.state == State.OPEN;
        // In the very last second the charge could be raised, but not held for any more.
        require(!open || block.timestamp < resolveBy, ChallengesExpired(id, resolveBy));
        _checkProof(receipt, outputCommitment, contradictionBinding(id, msg.sender), proof);
        // Effect
        _records[id].contradictor = msg.sender;
        emit AnswerContradicted(id, record.operator, msg.sender, outputCommitment);
        // Interaction: the hold for F4 makes room for that for F2
        if (open && record.held) {
            PENALTIES.release(record.operator, FaultClass.DATA_WITHHELD, id);
            PENALTIES.admit(record.operator, FaultClass.ZK_CONTRADICTION, record.issuedAt, id, resolveBy);
        } else if (!open) {
            record.contradictor = msg.sender;
            _punish(id, record);
        }
    }

    /// @inheritdoc IAnswerChallenges
    function resolve(bytes32 id) external {
        // Check
        Record memory record = _records[id];
        require(record.state == State.OPEN, ChallengesStateWrong(id, record.state));
        require(block.timestamp > record.respondBy, ChallengesResponsePending(id, record.respondBy));
        // Effect and interaction
        _records[id].held = false;
        if (block.timestamp > record.respondBy + RESOLVE_WINDOW) {
            _records[id].state = State.EXPIRED;
            emit ChallengeExpired(id, record.operator);
        } else {
            _punish(id, record);
        }
        BONDS.award(id, record.challenger);
    }

    // Views

    /// @inheritdoc IAnswerChallenges
    function challengeOf(bytes32 id) external view returns (Challenge memory) {
        Record memory record = _records[id];
        uint256 respondBy = record.respondBy;
        return
            Challenge({
                state: record.state,
                challenger: record.challenger,
                operator: record.operator,
                contradictor: record.contradictor,
                issuedAt: record.issuedAt,
                respondBy: respondBy,
                resolveBy: respondBy == 0 ? 0 : respondBy + RESOLVE_WINDOW,
                held: record.held
            });
    }

    /// @inheritdoc IAnswerChallenges
    function contradictionBinding(bytes32 id, address contradictor) public view returns (uint256) {
        // 248 bits always fit the scalar field.
        return uint256(keccak256(abi.encode(block.chainid, address(this), id, contradictor))) >> 8;
    }

    // Inside

    /// @dev Punishes with the charge as it stands, and says so.
    function _punish(bytes32 id, Record memory record) private {
        bool disproved = record.contradictor != address(0);
        State state = disproved ? State.DISPROVED : State.WITHHELD;
        address rewarded = disproved ? record.contradictor : record.challenger;
        _records[id].state = state;
        (uint256 slashed, uint256 bounty) = PENALTIES.punish({
            operator: record.operator,
            faultClass: _chargeOf(record),
            infractionTime: record.issuedAt,
            faultId: id,
            challenger: rewarded
        });
        emit ChallengeUpheld(id, record.operator, rewarded, state, slashed, bounty);
    }

    function _checkReceipt(Receipt calldata receipt, bytes calldata signature) private view {
        require(receipt.mode == InferenceMode.TEE, ChallengesModeNotAttested(receipt.mode));
        uint256 signals = VERIFIERS.publicSignalsOf(receipt.keyId);
        require(signals == SIGNALS, ChallengesCircuitUnusable(receipt.keyId, signals, SIGNALS));
        require(receipt.issuedAt <= block.timestamp, ChallengesReceiptFromFuture(receipt.issuedAt, block.timestamp));
        SETTLEMENT.checkAttested(receipt, signature);
        require(
            SETTLEMENT.isNonceUsed(receipt.operator, receipt.nonce),
            ChallengesReceiptNotSettled(receipt.operator, receipt.nonce)
        );
    }

    function _checkProof(
        Receipt calldata receipt,
        uint256 outputCommitment,
        uint256 binding,
        IVerifierRegistry.Proof calldata proof
    ) private view {
        uint256[] memory signals = new uint256[](SIGNALS);
        signals[0] = outputCommitment;
        signals[1] = receipt.inputCommitment;
        signals[2] = binding;
        require(VERIFIERS.verify(receipt.keyId, proof, signals), ChallengesProofInvalid(receipt.keyId));
    }

    /// @dev Where an operator's own income goes.
    function _payeeOf(address operator) private view returns (address payee) {
        payee = OPERATORS.payeeOf(operator);
        if (payee == address(0)) payee = operator;
    }

    function _chargeOf(Record memory record) private pure returns (FaultClass) {
        return record.contradictor == address(0) ? FaultClass.DATA_WITHHELD : FaultClass.ZK_CONTRADICTION;
    }
}
