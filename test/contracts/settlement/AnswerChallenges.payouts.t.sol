// SPDX-License-Identifier: MIT
pragma solidity 0.8.34;

import {AnswerChallenges} from "../../../contracts/settlement/AnswerChallenges.sol";
import {Receipt} from "../../../contracts/settlement/interfaces/ISettlement.sol";
import {Roles} from "../../../contracts/libraries/Roles.sol";
import {ChallengeTest} from "./ChallengeTest.sol";

/// @title Who has what when a challenge ends, here and in other optimistic systems, from 100 against 100
/// @dev Two deposits of 100 OPG are at stake everywhere: elsewhere those of who claims and of who challenges; here the bond
///      of who challenges and what silence costs the operator, 1 % of the 10,000 OPG that can be slashed. A system's own
///      payouts stand in its test; where ours differ, the difference is asserted, and its reason stands beside it.
contract AnswerChallengesPayoutsTest is ChallengeTest {
    uint256 private constant DEPOSIT = 100e18;
    /// @dev What the ledger gives who was right, 10 %. It can be set to 20 %, not more, and it is the operator's own loss
    ///      only: so nobody gains by challenging himself, and nothing has to be burned of an honest deposit.
    uint256 private constant BOUNTY = 10e18;

    /// @dev What everybody has of the two deposits, and what is burned.
    struct Payout {
        uint256 challenger;
        uint256 operator;
        uint256 burned;
    }

    function setUp() public override {
        super.setUp();
        challenges = AnswerChallenges(create("AnswerChallenges", abi.encode(_caseContracts(), DEPOSIT)));
        authority.grantRole(Roles.ADJUDICATOR, address(challenges), 0);
        authority.grantRole(Roles.COURT, address(challenges), 0);
        // What left before the answer was given is out of reach: 10,000 stay.
        vm.prank(operator);
        staking.unbond(operator, 90_000e18);
        vm.warp(block.timestamp + 1 days);
    }

    /// @dev OP Succinct Lite: a valid proof in time ends the challenge, and who proved takes both deposits.
    function test_WhenOpSuccinctIsProven() external {
        Payout memory ours = _answered();
        _same(ours, Payout({challenger: 0, operator: 2 * DEPOSIT, burned: 0}));
    }

    /// @dev OP Succinct Lite: without a proof in time the challenger takes both deposits. Here what he does not get of the
    ///      operator's is burned.
    function test_WhenOpSuccinctIsNotProven() external {
        Payout memory ours = _unanswered();
        Payout memory theirs = Payout({challenger: 2 * DEPOSIT, operator: 0, burned: 0});
        vm.assertEq(theirs.challenger - ours.challenger, DEPOSIT - BOUNTY, "less for the challenger");
        vm.assertEq(ours.burned - theirs.burned, DEPOSIT - BOUNTY, "which is burned");
        vm.assertEq(ours.operator, theirs.operator, "nothing for the operator");
    }

    /// @dev OP Succinct Lite in its refund mode, when the game itself was at fault: everybody has his own. Here when two
    ///      answers were proven, so that the circuit or its key is at fault.
    function test_WhenOpSuccinctIsRefunded() external {
        Payout memory ours = _drawn();
        _same(ours, Payout({challenger: DEPOSIT, operator: DEPOSIT, burned: 0}));
    }

    /// @dev UMA: half of the loser's deposit is burned, the rest is the winner's: 150 and 50. Here the challenger has his
    ///      bond and a bounty, and the rest of the operator's part is burned.
    function test_WhenUmaDisputerIsRight() external {
        Payout memory ours = _unanswered();
        Payout memory theirs = Payout({challenger: 150e18, operator: 0, burned: 50e18});
        vm.assertEq(theirs.challenger - ours.challenger, DEPOSIT / 2 - BOUNTY, "less for the challenger");
        vm.assertEq(ours.burned - theirs.burned, DEPOSIT / 2 - BOUNTY, "which is burned");
        vm.assertEq(ours.operator, theirs.operator, "nothing for the operator");
    }

    /// @dev UMA: as above, the other way round. Here nothing is burned of the bond: it pays who had to prove.
    function test_WhenUmaAsserterIsRight() external {
        Payout memory ours = _answered();
        Payout memory theirs = Payout({challenger: 0, operator: 150e18, burned: 50e18});
        vm.assertEq(ours.operator - theirs.operator, DEPOSIT / 2, "all of the bond");
        vm.assertEq(theirs.burned - ours.burned, DEPOSIT / 2, "of which nothing is burned");
        vm.assertEq(ours.challenger, theirs.challenger, "nothing for the challenger");
    }

    /// @dev Boundless: who locked a request and delivered nothing loses his collateral, half of it burned, half of it to who
    ///      stepped in. He who exposes it leaves no deposit there; here he has his own again.
    function test_WhenBoundlessProverIsLate() external {
        Payout memory ours = _unanswered();
        Payout memory theirs = Payout({challenger: 50e18, operator: 0, burned: 50e18});
        vm.assertEq(ours.challenger - DEPOSIT, BOUNTY, "beside his own deposit");
        vm.assertEq(theirs.challenger - (ours.challenger - DEPOSIT), DEPOSIT / 2 - BOUNTY, "less for who exposes it");
        vm.assertEq(ours.burned - theirs.burned, DEPOSIT / 2 - BOUNTY, "which is burned");
    }

    /// @dev Boundless: who delivers in time has his collateral again.
    function test_WhenBoundlessProverDelivers() external {
        Payout memory ours = _answered();
        vm.assertEq(ours.operator - DEPOSIT, DEPOSIT, "his own, beside the bond of who asked in vain");
    }

    /// @dev Whatever the bounty is set to, the bond comes back whole, and the operator's deposit is divided exactly.
    function testFuzz_BountyAndBurnAreTheDeposit(uint256 answered) external {
        Payout memory ours =
            answered % 3 == 0
                ? _answered()
                : answered % 3 == 1
                    ? _unanswered()
                    : _drawn();
        vm.assertEq(ours.challenger + ours.operator + ours.burned, 2 * DEPOSIT, "what came in went out or was burned");
    }

    function _answered() private returns (Payout memory) {
        (Receipt memory receipt, ) = _challenged(1);
        _provesAnswer(receipt);
        challenges.answer(receipt, _proof());
        return _payout();
    }

    function _unanswered() private returns (Payout memory) {
        (, bytes32 id) = _challenged(1);
        vm.warp(block.timestamp + RESPONSE + 1);
        challenges.resolve(id);
        return _payout();
    }

    function _drawn() private returns (Payout memory) {
        (Receipt memory receipt, ) = _challenged(1);
        _contradict(receipt);
        _provesAnswer(receipt);
        challenges.answer(receipt, _proof());
        return _payout();
    }

    /// @dev Of the deposits: the challenger's is his credit, the operator's what he did not lose of 100.
    function _payout() private returns (Payout memory payout) {
        uint256 lost = 10_000e18 - staking.stakeOf(operator, operator);
        payout.challenger = challengeBonds.creditOf(CHALLENGER) + staking.bountyOf(CHALLENGER);
        payout.operator = challengeBonds.creditOf(operator) + DEPOSIT - lost;
        uint256 supply = token.totalSupply();
        staking.burnSlashed();
        payout.burned = supply - token.totalSupply();
    }

    function _same(Payout memory ours, Payout memory theirs) private pure {
        vm.assertEq(ours.challenger, theirs.challenger, "challenger");
        vm.assertEq(ours.operator, theirs.operator, "operator");
        vm.assertEq(ours.burned, theirs.burned, "burned");
    }
}
