// SPDX-License-Identifier: MIT
pragma solidity 0.8.34;

import {AccessManaged} from "@openzeppelin/contracts/access/manager/AccessManaged.sol";
import {Math} from "@openzeppelin/contracts/utils/math/Math.sol";

import {BlockChallenge} from "../libraries/BlockChallenge.sol";
import {FaultClass} from "../staking/interfaces/IPenalties.sol";
import {IAnswerDisputes} from "./interfaces/IAnswerDisputes.sol";
import {IJuryPool} from "./interfaces/IJuryPool.sol";
import {Receipt} from "./interfaces/ISettlement.sol";
import {ReceiptCases} from "./ReceiptCases.sol";

/// @title A jury decides about answers that no code can check
/// @notice See {IAnswerDisputes}. Holds no tokens and has no parameters.
///
/// ROLES. Needs {Roles.JURY} for the penalties and {Roles.COURT} for the deposits. {veto} belongs to {Roles.GUARDIAN}.
/// Without its roles no dispute can be opened; those under way end after `resolveBy`, a guilty verdict expired, and
/// those without a hold as ever.
///
/// ASSUMPTIONS. Nobody chooses the hash of a block {DRAW_WAIT} blocks ahead. A sequencer could, by leaving out blocks
/// it does not like; it would be seen, and the second jury is drawn by another block.
///
/// UPGRADES. None: a successor gets the roles; this contract keeps them until its last dispute has ended.
contract AnswerDisputes is IAnswerDisputes, ReceiptCases, AccessManaged {
    /// @dev A dispute as it is kept. Three slots.
    struct Record {
        address challenger;
        uint40 openedAt;
        State state;
        uint8 round;
        bool held;
        address operator;
        uint40 issuedAt;
        uint48 drawBlock;
        address appellant;
        // Whether the appeal is the operator's; else it is for the challenger's side.
        bool byAccused;
    }

    /// @dev The seats of one round by vote. One slot.
    struct Tally {
        bool drawn;
        uint8 seats;
        uint8 guilty;
        uint8 notGuilty;
        uint8 abstained;
    }

    /// @inheritdoc IAnswerDisputes
    uint256 public constant MAX_TEXT = 512;
    /// @inheritdoc IAnswerDisputes
    uint256 public constant DRAW_WAIT = 30;
    uint256 private constant FIRST_SEATS = 5;
    /// @dev Twice as many and one: an appeal outweighs what it corrects.
    uint256 private constant SECOND_SEATS = 2 * FIRST_SEATS + 1;
    /// @dev The parts of the ledger's window for appeals; a round takes half of it.
    uint256 private constant COMMIT_PART = 4;
    uint256 private constant REVEAL_PART = 12;
    uint256 private constant APPEAL_PART = 6;

    /// @notice Who can be drawn.
    IJuryPool public immutable POOL;
    /// @inheritdoc IAnswerDisputes
    uint256 public immutable JUROR_FEE;

    uint256 private immutable _appealWindow;

    mapping(bytes32 id => Record) private _records;
    mapping(bytes32 id => mapping(uint256 round => Tally)) private _tallies;
    mapping(bytes32 id => mapping(uint256 round => mapping(address juror => Ballot))) private _ballots;

    /// @param authority The AccessManager.
    /// @param contracts What a case is about.
    /// @param pool      Who can be drawn.
    /// @param bond      What a challenger leaves, OPG base units.
    /// @param jurorFee  What a seat earns, OPG base units.
    constructor(
        address authority,
        CaseContracts memory contracts,
        IJuryPool pool,
        uint256 bond,
        uint256 jurorFee
    ) AccessManaged(authority) ReceiptCases(contracts, bond) {
        uint256 largest = BONDS.MAX_BOND();
        uint256 highest = Math.min(largest / (2 * SECOND_SEATS), (largest - bond) / FIRST_SEATS);
        require(jurorFee != 0 && jurorFee <= highest, DisputesFeeOutOfRange(jurorFee, highest));
        uint256 appealWindow = contracts.staking.config().windows.appeal;
        uint256 together = RESPONSE_WINDOW + appealWindow + RESOLVE_WINDOW;
        uint256 longest = HOLDS.MAX_HOLD_TERM();
        require(
            RESPONSE_WINDOW != 0 && RESOLVE_WINDOW != 0 && appealWindow >= REVEAL_PART && together <= longest,
            DisputesWindowsUnusable(RESPONSE_WINDOW, appealWindow, RESOLVE_WINDOW, longest)
        );
        _appealWindow = appealWindow;
        POOL = pool;
        JUROR_FEE = jurorFee;
    }

    // Acts of the parties

    /// @inheritdoc IAnswerDisputes
    function dispute(
        Receipt calldata receipt,
        bytes calldata signature,
        string calldata evidence
    ) external returns (bytes32 id) {
        // Check
        require(!_isProvable(receipt.keyId), DisputesAnswerProvable(receipt.keyId));
        _checkReceipt(receipt, signature);
        _checkText(evidence);
        id = SETTLEMENT.hashReceipt(receipt);
        require(_records[id].state == State.NONE, DisputesStateWrong(id, _records[id].state));
        // Effect
        Record memory record;
        record.challenger = msg.sender;
        record.openedAt = uint40(block.timestamp);
        record.state = State.OPEN;
        record.held = _holds(receipt);
        record.operator = receipt.operator;
        record.issuedAt = uint40(receipt.issuedAt);
        record.drawBlock = _nextDrawBlock();
        _records[id] = record;
        emit AnswerDisputed(id, record.operator, msg.sender, record.drawBlock, record.held, receipt, evidence);
        // Interaction: contracts of this system only
        if (record.held) {
            PENALTIES.admitDispute(record.operator, FaultClass.WRONG_ANSWER, record.issuedAt, id, _resolveBy(record));
        }
        BONDS.post(id, msg.sender, openingDeposit());
    }

    /// @inheritdoc IAnswerDisputes
    function argue(bytes32 id, string calldata argument) external {
        Record memory record = _open(id);
        _checkWindow(id, record.openedAt, _commitFrom(record) + _appealWindow / COMMIT_PART);
        _checkText(argument);
        emit ArgumentMade(id, msg.sender, argument);
    }

    /// @inheritdoc IAnswerDisputes
    function appeal(bytes32 id) external {
        // Check
        Record memory record = _open(id);
        require(record.round == 0, DisputesAppealed(id, record.appellant));
        uint256 from = _commitFrom(record) + _appealWindow / COMMIT_PART + _appealWindow / REVEAL_PART;
        _checkWindow(id, from, from + _appealWindow / APPEAL_PART);
        Vote verdict = _verdictOf(id, 0);
        bool byAccused = _isAccused(record);
        require(verdict != (byAccused ? Vote.NOT_GUILTY : Vote.GUILTY), DisputesNotParty(id, msg.sender));
        // Effect
        uint48 drawBlock = _nextDrawBlock();
        _records[id].round = 1;
        _records[id].drawBlock = drawBlock;
        _records[id].appellant = msg.sender;
        _records[id].byAccused = byAccused;
        emit VerdictAppealed(id, msg.sender, verdict, drawBlock);
        // Interaction
        BONDS.post(id, msg.sender, appealDeposit());
    }

    // Acts of juries

    /// @inheritdoc IAnswerDisputes
    function draw(bytes32 id) external {
        // Check
        Record memory record = _open(id);
        uint256 round = record.round;
        require(!_tallies[id][round].drawn, DisputesDrawnAlready(id, round));
        uint256 drawBlock = record.drawBlock;
        require(block.number > drawBlock, DisputesDrawTooEarly(id, drawBlock, block.number));
        _checkWindow(id, record.openedAt, _commitFrom(record) + _appealWindow / COMMIT_PART);
        bytes32 blockHash = BlockChallenge.hashOf(drawBlock);
        // Effect
        if (blockHash == 0) {
            uint48 next = _nextDrawBlock();
            _records[id].drawBlock = next;
            emit DrawPostponed(id, round, next);
            return;
        }
        address[] memory jurors = POOL.draw(
            keccak256(abi.encode(blockHash, id, round)),
            drawBlock,
            seatsOf(round),
            record.operator,
            record.challenger
        );
        _tallies[id][round].drawn = true;
        _tallies[id][round].seats = uint8(jurors.length);
        for (uint256 i = 0; i < jurors.length; ++i) ++_ballots[id][round][jurors[i]].seats;
        emit JuryDrawn(id, round, jurors);
    }

    /// @inheritdoc IAnswerDisputes
    function commitVote(bytes32 id, address juror, bytes32 commitment) external {
        // Check
        Record memory record = _open(id);
        Ballot storage ballot = _ballotOf(id, record.round, juror);
        require(
            msg.sender == juror || msg.sender == OPERATORS.operatorOf(juror).signingKey,
            DisputesNotJurorsKey(juror, msg.sender)
        );
        uint256 from = _commitFrom(record);
        _checkWindow(id, from, from + _appealWindow / COMMIT_PART);
        // Effect
        ballot.commitment = commitment;
        emit VoteCommitted(id, record.round, juror, commitment);
    }

    /// @inheritdoc IAnswerDisputes
    function revealVote(bytes32 id, address juror, Vote vote, bytes32 salt) external {
        // Check
        Record memory record = _open(id);
        uint256 round = record.round;
        Ballot storage ballot = _ballotOf(id, round, juror);
        require(vote != Vote.NONE, DisputesVoteEmpty());
        require(ballot.vote == Vote.NONE, DisputesVoteRevealed(id, round, juror));
        uint256 from = _commitFrom(record) + _appealWindow / COMMIT_PART;
        _checkWindow(id, from, from + _appealWindow / REVEAL_PART);
        bytes32 computed = computeVote(id, round, juror, vote, salt);
        require(computed == ballot.commitment, DisputesVoteMismatch(computed, ballot.commitment));
        // Effect
        ballot.vote = vote;
        Tally storage tally = _tallies[id][round];
        if (vote == Vote.GUILTY) tally.guilty += ballot.seats;
        else if (vote == Vote.NOT_GUILTY) tally.notGuilty += ballot.seats;
        else tally.abstained += ballot.seats;
        emit VoteRevealed(id, round, juror, vote, ballot.seats);
    }

    /// @inheritdoc IAnswerDisputes
    function collectFee(bytes32 id, uint256 round, address juror) external returns (uint256 fee) {
        // Check
        State state = _records[id].state;
        require(state != State.NONE && state != State.OPEN, DisputesStateWrong(id, state));
        Ballot storage ballot = _ballots[id][round][juror];
        bool earned = ballot.vote != Vote.NONE && (_isDraw(state) || ballot.vote == _voteOf(state));
        require(earned && !ballot.paid, DisputesNothingEarned(id, round, juror));
        // Effect
        ballot.paid = true;
        // Interaction
        fee = ballot.seats * JUROR_FEE;
        BONDS.award(id, _payeeOf(juror), fee);
    }

    // Ends

    /// @inheritdoc IAnswerDisputes
    function veto(bytes32 id) external restricted {
        _end(id, _open(id), State.VETOED);
    }

    /// @inheritdoc IAnswerDisputes
    function resolve(bytes32 id) external {
        Record memory record = _open(id);
        _checkWindow(id, _commitFrom(record) + _roundLength(), type(uint256).max);
        Vote verdict = _verdictOf(id, record.round);
        if (verdict == Vote.NONE) _end(id, record, State.DRAWN);
        else if (verdict == Vote.NOT_GUILTY) _end(id, record, State.ACQUITTED);
        else _end(id, record, block.timestamp > _resolveBy(record) ? State.EXPIRED : State.GUILTY);
    }

    // Views

    /// @inheritdoc IAnswerDisputes
    function disputeOf(bytes32 id) external view returns (Dispute memory) {
        Record memory record = _records[id];
        bool exists = record.state != State.NONE;
        return
            Dispute({
                state: record.state,
                challenger: record.challenger,
                operator: record.operator,
                appellant: record.appellant,
                issuedAt: record.issuedAt,
                openedAt: record.openedAt,
                resolveBy: exists ? _resolveBy(record) : 0,
                round: record.round,
                drawBlock: record.drawBlock,
                drawn: _tallies[id][record.round].drawn,
                held: record.held
            });
    }

    /// @inheritdoc IAnswerDisputes
    function roundOf(bytes32 id, uint256 round) external view returns (Round memory result) {
        Record memory record = _records[id];
        if (record.state == State.NONE || round > record.round) return result;
        record.round = uint8(round);
        Tally memory tally = _tallies[id][round];
        result.commitFrom = _commitFrom(record);
        result.revealFrom = result.commitFrom + _appealWindow / COMMIT_PART;
        result.appealFrom = result.revealFrom + _appealWindow / REVEAL_PART;
        result.endsAt = result.appealFrom + _appealWindow / APPEAL_PART;
        result.planned = seatsOf(round);
        result.seats = tally.seats;
        result.guilty = tally.guilty;
        result.notGuilty = tally.notGuilty;
        result.abstained = tally.abstained;
        result.verdict = _verdictOf(id, round);
    }

    /// @inheritdoc IAnswerDisputes
    function ballotOf(bytes32 id, uint256 round, address juror) external view returns (Ballot memory) {
        return _ballots[id][round][juror];
    }

    /// @inheritdoc IAnswerDisputes
    function computeVote(
        bytes32 id,
        uint256 round,
        address juror,
        Vote vote,
        bytes32 salt
    ) public view returns (bytes32) {
        return keccak256(abi.encode(block.chainid, address(this), id, round, juror, vote, salt));
    }

    /// @inheritdoc IAnswerDisputes
    function openingDeposit() public view returns (uint256) {
        return BOND + FIRST_SEATS * JUROR_FEE;
    }

    /// @inheritdoc IAnswerDisputes
    function appealDeposit() public view returns (uint256) {
        return 2 * SECOND_SEATS * JUROR_FEE;
    }

    /// @inheritdoc IAnswerDisputes
    function seatsOf(uint256 round) public pure returns (uint256) {
        return round == 0 ? FIRST_SEATS : SECOND_SEATS;
    }

    // Inside: the end

    /// @dev Punishes or frees, and gives everything back that jurors do not earn.
    function _end(bytes32 id, Record memory record, State state) private {
        // Effect
        _records[id].state = state;
        _records[id].held = false;
        // Interaction: contracts of this system only
        (uint256 slashed, uint256 bounty) = (0, 0);
        if (state == State.GUILTY) (slashed, bounty) = _punish(id, record);
        else if (record.held && block.timestamp <= _resolveBy(record)) {
            // Later the hold is over by itself.
            PENALTIES.releaseDispute(record.operator, FaultClass.WRONG_ANSWER, id);
        }
        emit DisputeEnded(id, record.operator, state, slashed, bounty);
        _payOut(id, record, state);
    }

    function _punish(bytes32 id, Record memory record) private returns (uint256 slashed, uint256 bounty) {
        return
            PENALTIES.punishByVerdict({
                operator: record.operator,
                faultClass: FaultClass.WRONG_ANSWER,
                infractionTime: record.issuedAt,
                faultId: id,
                challenger: record.challenger
            });
    }

    function _payOut(bytes32 id, Record memory record, State state) private {
        address payee = _payeeOf(record.operator);
        BONDS.award(id, state == State.ACQUITTED ? payee : record.challenger, BOND);
        _returnFees(id, 0, state, record.challenger);
        if (record.round == 0) return;
        _returnFees(id, 1, state, record.appellant);
        address winner = record.appellant;
        if (state == State.GUILTY && record.byAccused) winner = record.challenger;
        if (state == State.ACQUITTED && !record.byAccused) winner = payee;
        BONDS.award(id, winner, SECOND_SEATS * JUROR_FEE);
    }

    function _returnFees(bytes32 id, uint256 round, State state, address to) private {
        Tally memory tally = _tallies[id][round];
        uint256 earning = uint256(tally.guilty) + tally.notGuilty + tally.abstained;
        if (state == State.GUILTY) earning = tally.guilty;
        if (state == State.ACQUITTED) earning = tally.notGuilty;
        uint256 fees = (seatsOf(round) - earning) * JUROR_FEE;
        if (fees != 0) BONDS.award(id, to, fees);
    }

    // Inside: checks

    function _open(bytes32 id) private view returns (Record memory record) {
        record = _records[id];
        require(record.state == State.OPEN, DisputesStateWrong(id, record.state));
    }

    function _checkWindow(bytes32 id, uint256 from, uint256 until) private view {
        require(
            block.timestamp >= from && block.timestamp < until,
            DisputesOutsideWindow(id, block.timestamp, from, until)
        );
    }

    function _checkText(string calldata text) private pure {
        uint256 length = bytes(text).length;
        require(length != 0 && length <= MAX_TEXT, DisputesTextLengthOutOfRange(length, MAX_TEXT));
    }

    function _ballotOf(bytes32 id, uint256 round, address juror) private view returns (Ballot storage ballot) {
        ballot = _ballots[id][round][juror];
        require(ballot.seats != 0, DisputesNotJuror(id, round, juror));
    }

    /// @dev Whether the caller is the operator or speaks for him.
    function _isAccused(Record memory record) private view returns (bool) {
        return msg.sender == record.operator || msg.sender == OPERATORS.operatorOf(record.operator).owner;
    }

    /// @dev The same that {IAnswerChallenges} asks for: what it refuses can be disputed.
    function _isProvable(bytes32 keyId) private view returns (bool) {
        try VERIFIERS.publicSignalsOf(keyId) returns (uint256 signals) {
            return signals == SIGNALS;
        } catch {
            return false;
        }
    }

    // Inside: windows and verdicts

    /// @dev When the votes of the present round begin.
    function _commitFrom(Record memory record) private view returns (uint256) {
        return uint256(record.openedAt) + RESPONSE_WINDOW + record.round * _roundLength();
    }

    function _roundLength() private view returns (uint256) {
        return _appealWindow / COMMIT_PART + _appealWindow / REVEAL_PART + _appealWindow / APPEAL_PART;
    }

    function _resolveBy(Record memory record) private view returns (uint256) {
        return uint256(record.openedAt) + RESPONSE_WINDOW + _appealWindow + RESOLVE_WINDOW;
    }

    function _nextDrawBlock() private view returns (uint48) {
        return uint48(block.number + DRAW_WAIT);
    }

    function _verdictOf(bytes32 id, uint256 round) private view returns (Vote) {
        Tally memory tally = _tallies[id][round];
        uint256 half = seatsOf(round) / 2;
        if (tally.guilty > half) return Vote.GUILTY;
        return tally.notGuilty > half ? Vote.NOT_GUILTY : Vote.NONE;
    }

    function _isDraw(State state) private pure returns (bool) {
        return state != State.GUILTY && state != State.ACQUITTED;
    }

    function _voteOf(State state) private pure returns (Vote) {
        return state == State.GUILTY ? Vote.GUILTY : Vote.NOT_GUILTY;
    }
}
