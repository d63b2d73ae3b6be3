// SPDX-License-Identifier: MIT
pragma solidity 0.8.34;

import {FaultClass} from "../staking/interfaces/IPenalties.sol";
import {IVerifierRegistry} from "../zkml/interfaces/IVerifierRegistry.sol";
import {IAnswerChallenges} from "./interfaces/IAnswerChallenges.sol";
import {Receipt} from "./interfaces/ISettlement.sol";
import {ReceiptCases} from "./ReceiptCases.sol";

/// @title Prove this answer, or lose
/// @notice See {IAnswerChallenges}. Holds no tokens and has no parameters.
///
/// ROLES. Needs {Roles.ADJUDICATOR} for the penalties and {Roles.COURT} for the bonds. Without them no challenge can be
/// opened, and those under way end by {resolve} after `resolveBy`, which calls nothing that is restricted.
///
/// UPGRADES. None: a successor gets the role; this contract keeps it until its last challenge has ended.
contract AnswerChallenges is IAnswerChallenges, ReceiptCases {
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

    mapping(bytes32 id => Record) private _records;

    /// @param contracts What a case is about.
    /// @param bond      What a challenger leaves, OPG base units.
    constructor(CaseContracts memory contracts, uint256 bond) ReceiptCases(contracts, bond) {
        uint256 longest = HOLDS.MAX_HOLD_TERM();
        require(
            RESPONSE_WINDOW != 0 && RESOLVE_WINDOW != 0 && RESPONSE_WINDOW + RESOLVE_WINDOW <= longest,
            ChallengesWindowsUnusable(RESPONSE_WINDOW, RESOLVE_WINDOW, longest)
        );
    }

    // Acts

    /// @inheritdoc IAnswerChallenges
    function challenge(Receipt calldata receipt, bytes calldata signature) external returns (bytes32 id) {
        // Check
        uint256 signals = VERIFIERS.publicSignalsOf(receipt.keyId);
        require(signals == SIGNALS, ChallengesCircuitUnusable(receipt.keyId, signals, SIGNALS));
        _checkReceipt(receipt, signature);
        id = SETTLEMENT.hashReceipt(receipt);
        Record storage record = _records[id];
        require(record.state == State.NONE, ChallengesStateWrong(id, record.state));
        // Effect
        uint256 respondBy = block.timestamp + RESPONSE_WINDOW;
        bool held = _holds(receipt);
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
        BONDS.post(id, msg.sender, BOND);
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
        BONDS.award(id, bondTo, BOND);
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
        BONDS.award(id, record.challenger, BOND);
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

    function _chargeOf(Record memory record) private pure returns (FaultClass) {
        return record.contradictor == address(0) ? FaultClass.DATA_WITHHELD : FaultClass.ZK_CONTRADICTION;
    }
}
