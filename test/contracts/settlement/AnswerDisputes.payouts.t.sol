// SPDX-License-Identifier: MIT
pragma solidity 0.8.34;

import {IAnswerDisputes} from "../../../contracts/settlement/interfaces/IAnswerDisputes.sol";
import {DisputeTest} from "./DisputeTest.sol";

/// @title Who has what when a dispute ends, for every way in which it can end
/// @dev The first jury has two, one, one and one seats, the second four, three, two and two. A bond is 100 OPG, a fee
///      10.
contract AnswerDisputesPayoutsTest is DisputeTest {
    IAnswerDisputes.Vote private constant NONE = IAnswerDisputes.Vote.NONE;
    IAnswerDisputes.Vote private constant GUILTY = IAnswerDisputes.Vote.GUILTY;
    IAnswerDisputes.Vote private constant NOT_GUILTY = IAnswerDisputes.Vote.NOT_GUILTY;
    IAnswerDisputes.Vote private constant ABSTAIN = IAnswerDisputes.Vote.ABSTAIN;

    function test_GuiltyAtOnce() external {
        bytes32 id = _first([GUILTY, GUILTY, NOT_GUILTY, NONE]);
        _resolve(id);
        // Three seats earn; the fees of the minority and of the silent go back.
        _have({id: id, challenger: 120e18, accused: 0, jurors: [uint256(20e18), 10e18, 0, 0]});
    }

    function test_AcquittedAtOnce() external {
        bytes32 id = _first([NOT_GUILTY, NOT_GUILTY, NOT_GUILTY, GUILTY]);
        _resolve(id);
        _have({id: id, challenger: 10e18, accused: 100e18, jurors: [uint256(20e18), 10e18, 10e18, 0]});
    }

    function test_DrawnAtOnce() external {
        bytes32 id = _first([GUILTY, NOT_GUILTY, ABSTAIN, NONE]);
        _resolve(id);
        _have({id: id, challenger: 110e18, accused: 0, jurors: [uint256(20e18), 10e18, 10e18, 0]});
    }

    function test_Vetoed() external {
        bytes32 id = _first([GUILTY, GUILTY, GUILTY, NONE]);
        vm.prank(GUARDIAN);
        disputes.veto(id);
        _have({id: id, challenger: 110e18, accused: 0, jurors: [uint256(20e18), 10e18, 10e18, 0]});
    }

    function test_GuiltyThenGuilty() external {
        bytes32 id = _first(_all(GUILTY));
        _appealed(id, operator, [GUILTY, GUILTY, NONE, NOT_GUILTY]);
        // Bond and the half of the appeal that was at stake; the operator has back what four seats did not earn.
        _have({id: id, challenger: 210e18, accused: 40e18, jurors: [uint256(60e18), 40e18, 10e18, 10e18]});
    }

    function test_GuiltyThenAcquitted() external {
        bytes32 id = _first(_all(GUILTY));
        _appealed(id, operator, _all(NOT_GUILTY));
        // The first jury was wrong and earns nothing; the bond is the operator's, and his half of the appeal.
        _have({id: id, challenger: 50e18, accused: 210e18, jurors: [uint256(40e18), 30e18, 20e18, 20e18]});
    }

    function test_AcquittedThenGuilty() external {
        bytes32 id = _first(_all(NOT_GUILTY));
        _appealed(id, CHALLENGER, _all(GUILTY));
        _have({id: id, challenger: 260e18, accused: 0, jurors: [uint256(40e18), 30e18, 20e18, 20e18]});
    }

    function test_AcquittedThenAcquitted() external {
        bytes32 id = _first(_all(NOT_GUILTY));
        _appealed(id, CHALLENGER, _all(NOT_GUILTY));
        _have({id: id, challenger: 0, accused: 210e18, jurors: [uint256(60e18), 40e18, 30e18, 30e18]});
    }

    /// @dev The operator's friend disputes first, so that it fails; whoever was wronged appeals, wins, and has his
    ///      deposit back but for the fees of who was right.
    function test_AFriendsDisputeFails_AndAStrangerAppeals() external {
        bytes32 id = _first(_all(NOT_GUILTY));
        token.transfer(WRONGED, 220e18);
        vm.prank(WRONGED);
        token.approve(address(challengeBonds), 220e18);
        _appealed(id, WRONGED, [GUILTY, GUILTY, GUILTY, NONE]);
        _have({id: id, challenger: 150e18, accused: 0, jurors: [uint256(40e18), 30e18, 20e18, 0]});
        vm.assertEq(challengeBonds.creditOf(WRONGED), 130e18, "the other half, and the fees of the silent");
    }

    function test_GuiltyThenDrawn() external {
        bytes32 id = _first(_all(GUILTY));
        _appealed(id, operator, [GUILTY, NOT_GUILTY, ABSTAIN, NONE]);
        // Everybody has his own: the half of the appeal goes back, and what the silent did not earn.
        _have({id: id, challenger: 100e18, accused: 130e18, jurors: [uint256(60e18), 40e18, 30e18, 10e18]});
    }

    function test_DrawnThenAcquitted() external {
        bytes32 id = _first(_all(ABSTAIN));
        _appealed(id, CHALLENGER, _all(NOT_GUILTY));
        _have({id: id, challenger: 50e18, accused: 210e18, jurors: [uint256(40e18), 30e18, 20e18, 20e18]});
    }

    function test_GuiltyThenNobodyResolves() external {
        bytes32 id = _first(_all(GUILTY));
        _appeal(id, operator);
        _seat(id, _seats(4, 3, 2, 2));
        _vote(id, _all(GUILTY));
        vm.warp(start + 6 days + 1);
        disputes.resolve(id);
        _have({id: id, challenger: 100e18, accused: 110e18, jurors: [uint256(60e18), 40e18, 30e18, 30e18]});
    }

    /// @dev Any votes of two rounds, any appellant, any end: what was taken is given back to the base unit, once.
    function testFuzz_NothingIsLostOrMade(uint256 seed) external {
        bytes32 id = _first(_votes(seed));
        IAnswerDisputes.Vote verdict = disputes.roundOf(id, 0).verdict;
        if ((seed >> 8) % 2 == 0) {
            bool byAccused = verdict == GUILTY || (verdict == NONE && (seed >> 9) % 2 == 0);
            _appeal(id, byAccused ? operator : CHALLENGER);
            _seat(id, _seats((seed >> 16) % 5, (seed >> 18) % 3, (seed >> 20) % 3, (seed >> 22) % 3));
            _vote(id, _votes(seed >> 32));
        }
        if ((seed >> 10) % 4 == 0) {
            vm.prank(GUARDIAN);
            disputes.veto(id);
        } else {
            vm.warp((seed >> 12) % 4 == 0 ? start + 20 days : start + 4 days);
            disputes.resolve(id);
        }
        uint256 paid = challengeBonds.creditOf(CHALLENGER) + challengeBonds.creditOf(operator) + _collectAll(id);
        vm.assertEq(paid, challengeBonds.total(), "all of it is somebody's");
        vm.assertEq(challengeBonds.bondOf(address(disputes), id), 0, "nothing stays with the dispute");
        vm.assertEq(token.balanceOf(address(challengeBonds)), paid, "and it is there");
    }

    function _first(IAnswerDisputes.Vote[4] memory votes) private returns (bytes32 id) {
        id = _disputed(1);
        _seat(id, _seats(2, 1, 1, 1));
        _vote(id, votes);
    }

    /// @dev Any vote, or none, for each.
    function _votes(uint256 seed) private pure returns (IAnswerDisputes.Vote[4] memory votes) {
        for (uint256 i = 0; i < votes.length; ++i) votes[i] = IAnswerDisputes.Vote((seed >> (2 * i)) % 4);
    }

    function _appealed(bytes32 id, address by, IAnswerDisputes.Vote[4] memory votes) private {
        _appeal(id, by);
        _seat(id, _seats(4, 3, 2, 2));
        _vote(id, votes);
        _resolve(id);
    }

    function _collectAll(bytes32 id) private returns (uint256 paid) {
        for (uint256 round = 0; round < 2; ++round) {
            for (uint256 i = 0; i < judges.length; ++i) {
                try disputes.collectFee(id, round, judges[i]) {} catch {}
            }
        }
        for (uint256 i = 0; i < judges.length; ++i) paid += challengeBonds.creditOf(judges[i]);
    }

    /// @dev Everybody's credit, and that nothing is left over.
    function _have(bytes32 id, uint256 challenger, uint256 accused, uint256[4] memory jurors) private {
        _collectAll(id);
        vm.assertEq(challengeBonds.creditOf(CHALLENGER), challenger, "challenger");
        vm.assertEq(challengeBonds.creditOf(operator), accused, "operator");
        uint256 sum = challenger + accused + challengeBonds.creditOf(WRONGED);
        for (uint256 i = 0; i < jurors.length; ++i) {
            vm.assertEq(challengeBonds.creditOf(judges[i]), jurors[i], "juror");
            sum += jurors[i];
        }
        vm.assertEq(challengeBonds.total(), sum, "nothing is left over");
        vm.assertEq(challengeBonds.bondOf(address(disputes), id), 0, "nor kept");
    }
}
