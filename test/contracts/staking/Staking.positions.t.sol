// SPDX-License-Identifier: MIT
pragma solidity 0.8.34;

import {Votes} from "@openzeppelin/contracts/governance/utils/Votes.sol";

import {IStakeVotes} from "../../../contracts/staking/interfaces/IStakeVotes.sol";
import {IStaking} from "../../../contracts/staking/interfaces/IStaking.sol";
import {StakingTest} from "./StakingTest.sol";

contract StakingPositionsTest is StakingTest {
    uint256 private constant SECONDS = 40;

    /// @dev What was true at the end of a second: the worth of each position and of the pool.
    struct Moment {
        uint256[3] worth;
        uint256 pool;
    }

    function test_RevertWhen_OperatorIsUnknown() external {
        vm.expectRevert(abi.encodeWithSelector(IStaking.StakingOperatorUnknown.selector, BOB));
        vm.prank(ALICE);
        staking.keepPositionRecord(BOB);
    }

    function test_RevertGiven_RecordIsKept() external {
        _record(ALICE);
        vm.expectRevert(abi.encodeWithSelector(IStaking.StakingPositionRecorded.selector, OPERATOR, ALICE));
        vm.prank(ALICE);
        staking.keepPositionRecord(OPERATOR);
    }

    function test_RevertWhen_TimepointIsNotPast() external {
        vm.expectRevert(abi.encodeWithSelector(Votes.ERC5805FutureLookup.selector, START, uint48(START)));
        staking.getPastPositionVotes(OPERATOR, ALICE, START);
    }

    function test_RevertWhen_DelegateTimepointIsNotPast() external {
        vm.expectRevert(abi.encodeWithSelector(Votes.ERC5805FutureLookup.selector, START, uint48(START)));
        staking.getPastDelegate(OPERATOR, START);
    }

    /// @dev What is there now and was not added to since was there then; units of 256 seconds, rounded up.
    function test_GivenNoRecord() external {
        uint256 counted = ((START + 255) / 256) * 256;
        _stake(ALICE, 5e18);
        _stake(BOB, 4e18);
        vm.warp(counted + 10);
        vm.assertEq(staking.getPastPositionVotes(OPERATOR, ALICE, counted - 1), 0, "not before the unit is full");
        vm.assertEq(staking.getPastPositionVotes(OPERATOR, ALICE, counted), 5e18, "without asking");
        _unbond(ALICE, 2e18);
        vm.assertEq(staking.getPastPositionVotes(OPERATOR, ALICE, counted), 3e18, "what is still there");
        _slash(5_000);
        vm.assertEq(staking.getPastPositionVotes(OPERATOR, ALICE, counted), 3e18, "at the price of then");
        vm.warp(counted + 1_000);
        vm.assertEq(staking.getPastPositionVotes(OPERATOR, ALICE, counted + 999), 1.5e18, "at the price of now");
        _stake(ALICE, 1e18);
        vm.assertEq(
            staking.getPastPositionVotes(OPERATOR, ALICE, counted),
            0,
            "who adds cannot be told from newcomers"
        );
        vm.assertEq(staking.getPastPositionVotes(OPERATOR, BOB, counted), 4e18, "others can");
        _slash(10_000);
        vm.assertEq(staking.getPastPositionVotes(OPERATOR, BOB, counted), 4e18, "also after the end of the era");
        vm.warp(counted + 2_000);
        vm.assertEq(staking.getPastPositionVotes(OPERATOR, BOB, counted + 1_999), 0, "but not in the next one");
    }

    /// @dev What somebody else adds must not take away the votes that the position has at an earlier time.
    function test_GivenStakeFromOthers() external {
        uint256 counted = ((START + 255) / 256) * 256;
        _stake(ALICE, 5e18);
        vm.warp(counted + 300);
        _give(ALICE, 1e18);
        _unbond(ALICE, 4e18);
        _give(ALICE, 3e18);
        vm.warp(counted + 301);
        vm.assertEq(staking.getPastPositionVotes(OPERATOR, ALICE, counted - 1), 0, "not before she came");
        vm.assertEq(staking.getPastPositionVotes(OPERATOR, ALICE, counted), 5e18, "what was hers");
        vm.assertEq(staking.getPastPositionVotes(OPERATOR, ALICE, counted + 299), 5e18, "to the last second");
        vm.assertEq(staking.getPastPositionVotes(OPERATOR, ALICE, counted + 300), 0, "then as for every newcomer");
        vm.warp(counted + 1_100);
        vm.assertEq(staking.getPastPositionVotes(OPERATOR, ALICE, counted + 1_000), 5e18, "until the next unit");
        _give(ALICE, 1e18);
        vm.warp(counted + 2_000);
        vm.assertEq(staking.getPastPositionVotes(OPERATOR, ALICE, counted + 299), 5e18, "the first time still");
        vm.assertEq(staking.getPastPositionVotes(OPERATOR, ALICE, counted + 1_000), 5e18, "and the second");
        vm.assertEq(staking.getPastPositionVotes(OPERATOR, ALICE, counted + 1_999), 6e18, "and now");
        _record(ALICE);
        _give(ALICE, 1e18);
        vm.warp(counted + 2_001);
        vm.assertEq(staking.getPastPositionVotes(OPERATOR, ALICE, counted + 2_000), 7e18, "a record goes on");
        vm.assertEq(staking.getPastPositionVotes(OPERATOR, ALICE, counted + 1_000), 5e18, "and keeps what was");
    }

    /// @dev Nor may who touches her position after a slash of everything: what it had before the slash voted then.
    function test_GivenStrangerActsAfterTheEra() external {
        uint256 counted = ((START + 255) / 256) * 256;
        _stake(ALICE, 5e18);
        _stake(BOB, 4e18);
        vm.warp(counted + 300);
        _slash(10_000);
        staking.claimReward(OPERATOR, ALICE);
        _give(BOB, 1e18);
        vm.warp(counted + 2_000);
        vm.assertEq(staking.getPastPositionVotes(OPERATOR, ALICE, counted + 299), 5e18, "before the slash");
        vm.assertEq(staking.getPastPositionVotes(OPERATOR, BOB, counted), 4e18, "before the slash too");
        vm.assertEq(staking.getPastPositionVotes(OPERATOR, ALICE, counted + 300), 0, "nothing after it");
        vm.assertEq(staking.getPastPositionVotes(OPERATOR, BOB, counted + 301), 0, "nothing but the gift");
        vm.assertEq(staking.getPastPositionVotes(OPERATOR, BOB, counted + 1_999), 1e18, "which votes later");
    }

    /// @dev A kept record says already what she had: nothing is written twice, or out of order.
    function test_GivenStrangerActsAfterTheEra_OfAKeptRecord() external {
        uint256 counted = ((START + 255) / 256) * 256;
        _stake(ALICE, 5e18);
        vm.warp(counted + 300);
        _record(ALICE);
        vm.warp(counted + 400);
        vm.prank(ALICE);
        staking.unbond(OPERATOR, 1e18);
        vm.warp(counted + 500);
        _slash(10_000);
        staking.claimReward(OPERATOR, ALICE);
        vm.warp(counted + 501);
        vm.assertEq(staking.getPastPositionVotes(OPERATOR, ALICE, counted + 399), 5e18, "before she left in part");
        vm.assertEq(staking.getPastPositionVotes(OPERATOR, ALICE, counted + 499), 4e18, "before the slash");
        vm.assertEq(staking.getPastPositionVotes(OPERATOR, ALICE, counted + 500), 0, "nothing after it");
    }

    /// @dev Nor may who compounds for her, as she allowed.
    function test_GivenStrangerCompounds() external {
        uint256 counted = ((START + 255) / 256) * 256;
        _stake(ALICE, 5e18);
        vm.prank(ALICE);
        staking.setAutoCompound(OPERATOR, true);
        _reward(1e18);
        vm.warp(counted + 300);
        vm.prank(BOB);
        staking.compound(OPERATOR, ALICE);
        vm.warp(counted + 301);
        vm.assertEq(staking.getPastPositionVotes(OPERATOR, ALICE, counted + 299), 5e18, "what was hers");
    }

    function testFuzz_WhenRecordIsKept(uint256 assets) external {
        assets = bound(assets, 1e12, SUPPLY);
        _stake(ALICE, assets);
        vm.warp(START + 1);
        vm.expectEmit(address(staking));
        emit IStakeVotes.PositionRecordOpened(OPERATOR, ALICE);
        _record(ALICE);
        vm.warp(START + 2);
        vm.assertEq(staking.getPastPositionVotes(OPERATOR, ALICE, START), 0, "not before");
        vm.assertEq(staking.getPastPositionVotes(OPERATOR, ALICE, START + 1), assets, "from then on");
        (bool recorded, bool compounds) = staking.choicesOf(OPERATOR, ALICE);
        vm.assertTrue(recorded && !compounds, "choices");
    }

    function test_GivenEraEnded() external {
        _record(ALICE);
        _stake(ALICE, 5e18);
        vm.warp(START + 1);
        // In the second of the last stake, so that only the era tells the old shares from new ones.
        _stake(ALICE, 5e18);
        _slash(10_000);
        vm.warp(START + 2);
        _stake(ALICE, 7e18);
        vm.warp(START + 3);
        vm.assertEq(staking.getPastPositionVotes(OPERATOR, ALICE, START), 5e18, "before");
        vm.assertEq(staking.getPastPositionVotes(OPERATOR, ALICE, START + 1), 0, "wiped");
        vm.assertEq(staking.getPastPositionVotes(OPERATOR, ALICE, START + 2), 7e18, "new life");
    }

    function test_GivenEverybodyLeftAfterSlash() external {
        _record(ALICE);
        _stake(ALICE, 10e18);
        _slash(5_000);
        vm.warp(START + 1);
        _unbondAll(ALICE);
        vm.warp(START + 2);
        _stake(ALICE, 3e18);
        vm.warp(START + 3);
        vm.assertEq(staking.getPastPositionVotes(OPERATOR, ALICE, START), 5e18, "half");
        vm.assertEq(staking.getPastPositionVotes(OPERATOR, ALICE, START + 1), 0, "gone");
        vm.assertEq(staking.getPastPositionVotes(OPERATOR, ALICE, START + 2), 3e18, "one share per token again");
    }

    function test_WhenDelegateChanges() external {
        vm.warp(START + 5);
        vm.prank(OPERATOR);
        staking.delegate(BOB);
        vm.warp(START + 6);
        vm.assertEq(staking.getPastDelegate(OPERATOR, START + 4), OPERATOR, "himself");
        vm.assertEq(staking.getPastDelegate(OPERATOR, START + 5), BOB, "delegated");
        vm.assertEq(staking.getPastDelegate(ALICE, START + 5), address(0), "no pool");
    }

    /// @dev Three positions, acts in random seconds, sometimes several in one, against a plain record.
    function testFuzz_WhenActsAreRandom(uint256 seed) external {
        address[3] memory voters = [OPERATOR, ALICE, BOB];
        for (uint256 i = 0; i < 3; ++i) _record(voters[i]);
        Moment[SECONDS + 1] memory moments;
        for (uint256 second = 1; second <= SECONDS; ++second) {
            vm.warp(START + second);
            for (uint256 random = uint256(keccak256(abi.encode(seed, second))); random % 3 != 0; random >>= 32) {
                _act(voters[(random >> 2) % 3], (random >> 4) % 8, random >> 8);
            }
            for (uint256 i = 0; i < 3; ++i) moments[second].worth[i] = staking.stakeOf(OPERATOR, voters[i]);
            moments[second].pool = _poolAssets(OPERATOR);
        }
        vm.warp(START + 100);
        for (uint256 second = 0; second <= SECONDS; ++second) {
            uint256 sum;
            for (uint256 i = 0; i < 3; ++i) {
                uint256 votes = staking.getPastPositionVotes(OPERATOR, voters[i], START + second);
                uint256 worth = moments[second].worth[i];
                sum += votes;
                vm.assertLe(votes, worth, "rounded down");
                vm.assertLe(worth, votes + worth / 1e9 + 1, "and by no more than a billionth");
            }
            vm.assertLe(sum, staking.getPastVotes(OPERATOR, START + second), "parts of the pool's votes");
            vm.assertEq(staking.getPastVotes(OPERATOR, START + second), moments[second].pool, "the pool's votes");
        }
    }

    function _act(address voter, uint256 kind, uint256 random) private {
        // From dust to all there is.
        if (kind < 4) _stake(voter, 10 ** bound(random, 12, 26) + (random % 1e12));
        uint256 shares = staking.sharesOf(OPERATOR, voter);
        if (kind > 3 && kind < 7 && staking.stakeOf(OPERATOR, voter) > 1) {
            _unbond(voter, kind == 6 ? shares : bound(random, shares / 2 + 1, shares));
        }
        if (kind == 7) _slash(random % 5 == 0 ? 10_000 : 1 + (random % 9_999));
    }

    /// @dev The payer adds to another's position.
    function _give(address account, uint256 assets) private {
        _fund(PAYER, assets);
        vm.prank(PAYER);
        staking.stakeFor(OPERATOR, account, assets);
    }

    function _record(address account) private {
        vm.prank(account);
        staking.keepPositionRecord(OPERATOR);
    }
}
