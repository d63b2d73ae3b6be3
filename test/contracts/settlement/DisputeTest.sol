// SPDX-License-Identifier: MIT
pragma solidity 0.8.34;

import {OperatorRoles} from "../../../contracts/libraries/OperatorRoles.sol";
import {Roles} from "../../../contracts/libraries/Roles.sol";
import {AnswerDisputes} from "../../../contracts/settlement/AnswerDisputes.sol";
import {IAnswerDisputes} from "../../../contracts/settlement/interfaces/IAnswerDisputes.sol";
import {IJuryPool} from "../../../contracts/settlement/interfaces/IJuryPool.sol";
import {Receipt} from "../../../contracts/settlement/interfaces/ISettlement.sol";
import {JuryPool} from "../../../contracts/settlement/JuryPool.sol";
import {FaultClass, IPenalties} from "../../../contracts/staking/interfaces/IPenalties.sol";
import {ChallengeTest} from "./ChallengeTest.sol";

/// @title What the tests of disputes share: four judges with 40,000 to 10,000 OPG, and votes
/// @dev A draw from the genuine pool is random; where seats matter, {_seat} says who is drawn. Windows: a day to
///      respond, then in each round 18 hours to seal votes, 6 to open them, 12 to appeal.
abstract contract DisputeTest is ChallengeTest {
    address internal constant GUARDIAN = address(0x60A2D1A);
    /// @dev Who was given a wrong answer, and is no party.
    address internal constant WRONGED = address(0x3703D);
    uint256 internal constant DISPUTE_BOND = 100e18;
    uint256 internal constant FEE = 10e18;
    uint256 internal constant COMMIT = 18 hours;
    uint256 internal constant REVEAL = 6 hours;
    uint256 internal constant APPEAL = 12 hours;
    bytes32 internal constant SALT = "salt";
    string internal constant EVIDENCE = "ipfs://evidence";

    address[4] internal judges = [address(0x1D6E1), address(0x1D6E2), address(0x1D6E3), address(0x1D6E4)];
    JuryPool internal pool;
    AnswerDisputes internal disputes;
    /// @dev When the tests begin; the pool has taken a day to fill.
    uint256 internal start;

    function setUp() public virtual override {
        super.setUp();
        pool = JuryPool(create("JuryPool", abi.encode(staking)));
        disputes = _newDisputes(DISPUTE_BOND, FEE);
        _allow(address(penalties), IPenalties.punishByVerdict.selector, Roles.JURY);
        _allow(address(penalties), IPenalties.admitDispute.selector, Roles.JURY);
        _allow(address(penalties), IPenalties.releaseDispute.selector, Roles.JURY);
        _allow(address(disputes), IAnswerDisputes.veto.selector, Roles.GUARDIAN);
        authority.grantRole(Roles.JURY, address(disputes), 0);
        authority.grantRole(Roles.COURT, address(disputes), 0);
        authority.grantRole(Roles.GUARDIAN, GUARDIAN, 0);
        _fillPool();
        token.transfer(operator, 1_000e18);
        vm.prank(operator);
        token.approve(address(challengeBonds), type(uint256).max);
        start = block.timestamp;
    }

    function _newDisputes(uint256 bond, uint256 fee) internal returns (AnswerDisputes) {
        bytes memory arguments = abi.encode(address(authority), _caseContracts(), pool, bond, fee);
        return AnswerDisputes(create("AnswerDisputes", arguments));
    }

    function _fillPool() private {
        address[] memory list = new address[](judges.length);
        for (uint256 i = 0; i < judges.length; ++i) {
            uint256 selfStake = (4 - i) * 10_000e18;
            list[i] = judges[i];
            token.transfer(judges[i], selfStake);
            vm.startPrank(judges[i]);
            staking.operators().registerOperator(OperatorRoles.JUDGE, _keyOf(judges[i]), 500);
            token.approve(address(staking), selfStake);
            staking.stake(judges[i], selfStake);
            vm.stopPrank();
        }
        pool.refresh(list);
        vm.warp(block.timestamp + 1 days);
        pool.refresh(list);
    }

    function _keyOf(address judge) internal pure returns (address) {
        return address(uint160(judge) + 0x100);
    }

    /// @dev A settled receipt of an answer that no circuit proves.
    function _unprovable(uint256 nonce) internal returns (Receipt memory receipt) {
        receipt = _receipt(address(1), keccak256("input"), keccak256("output"));
        receipt.nonce = nonce;
        receipt = _withRequestId(receipt);
        settlement.settle(receipt, _signReceipt(ENCLAVE_KEY, receipt));
    }

    function _dispute(Receipt memory receipt) internal returns (bytes32) {
        bytes memory signature = _signReceipt(ENCLAVE_KEY, receipt);
        vm.prank(CHALLENGER);
        return disputes.dispute(receipt, signature, EVIDENCE);
    }

    function _disputed(uint256 nonce) internal returns (bytes32) {
        return _dispute(_unprovable(nonce));
    }

    /// @dev Lets the draw of the present round fall on `seats`, and draws.
    function _seat(bytes32 id, address[] memory seats) internal {
        vm.mockCall(address(pool), abi.encodePacked(IJuryPool.draw.selector), abi.encode(seats));
        vm.roll(disputes.disputeOf(id).drawBlock + 1);
        disputes.draw(id);
    }

    /// @dev A jury in which the judges have these numbers of seats.
    function _seats(uint256 a, uint256 b, uint256 c, uint256 d) internal view returns (address[] memory seats) {
        uint256[4] memory counts = [a, b, c, d];
        seats = new address[](a + b + c + d);
        uint256 at = 0;
        for (uint256 i = 0; i < counts.length; ++i) {
            for (uint256 k = 0; k < counts[i]; ++k) seats[at++] = judges[i];
        }
    }

    /// @dev The judges with seats vote as told; NONE does not vote. Ends when appeals begin.
    function _vote(bytes32 id, IAnswerDisputes.Vote[4] memory votes) internal {
        uint256 number = disputes.disputeOf(id).round;
        IAnswerDisputes.Round memory round = disputes.roundOf(id, number);
        for (uint256 i = 0; i < votes.length; ++i) {
            if (disputes.ballotOf(id, number, judges[i]).seats == 0) votes[i] = IAnswerDisputes.Vote.NONE;
        }
        vm.warp(round.commitFrom);
        for (uint256 i = 0; i < votes.length; ++i) if (votes[i] != IAnswerDisputes.Vote.NONE) _seal(id, i, votes[i]);
        vm.warp(round.revealFrom);
        for (uint256 i = 0; i < votes.length; ++i) {
            if (votes[i] != IAnswerDisputes.Vote.NONE) disputes.revealVote(id, judges[i], votes[i], SALT);
        }
        vm.warp(round.appealFrom);
    }

    /// @dev Judge `i` seals a vote, by his signing key.
    function _seal(bytes32 id, uint256 i, IAnswerDisputes.Vote vote) internal {
        uint256 round = disputes.disputeOf(id).round;
        bytes32 commitment = disputes.computeVote(id, round, judges[i], vote, SALT);
        vm.prank(_keyOf(judges[i]));
        disputes.commitVote(id, judges[i], commitment);
    }

    function _all(IAnswerDisputes.Vote vote) internal pure returns (IAnswerDisputes.Vote[4] memory) {
        return [vote, vote, vote, vote];
    }

    /// @dev A dispute in which a first jury of two, one, one and one seats was unanimous, when appeals begin.
    function _decided(IAnswerDisputes.Vote vote) internal returns (bytes32 id) {
        id = _disputed(1);
        _seat(id, _seats(2, 1, 1, 1));
        _vote(id, _all(vote));
    }

    function _appeal(bytes32 id, address by) internal {
        vm.prank(by);
        disputes.appeal(id);
    }

    /// @dev Goes to the end of the present round and carries the verdict out.
    function _resolve(bytes32 id) internal {
        vm.warp(disputes.roundOf(id, disputes.disputeOf(id).round).endsAt);
        disputes.resolve(id);
    }

    /// @dev The bps that the ledger holds for a dispute; 0 if it holds nothing.
    function _disputeHeldBps(bytes32 id) internal view returns (uint256) {
        bytes32 faultId = penalties.idOf(address(disputes), operator, FaultClass.WRONG_ANSWER, id);
        return holds.holdOf(faultId).fractionBps;
    }

    function _endIs(bytes32 id, IAnswerDisputes.State state) internal view {
        vm.assertEq(uint256(disputes.disputeOf(id).state), uint256(state), "state");
    }

    function _expectDisputeState(bytes32 id, IAnswerDisputes.State state) internal {
        vm.expectRevert(abi.encodeWithSelector(IAnswerDisputes.DisputesStateWrong.selector, id, state));
    }

    function _expectWindow(bytes32 id, uint256 from, uint256 until) internal {
        vm.expectRevert(
            abi.encodeWithSelector(IAnswerDisputes.DisputesOutsideWindow.selector, id, block.timestamp, from, until)
        );
    }
}
