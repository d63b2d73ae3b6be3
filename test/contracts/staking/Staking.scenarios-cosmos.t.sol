// SPDX-License-Identifier: MIT
pragma solidity 0.8.34;

import {OperatorsConfig} from "../../../contracts/staking/interfaces/IOperators.sol";
import {StakingTest} from "./StakingTest.sol";

/// @title Numbers that the Cosmos SDK asserts in its own tests, of rewards and of slashes
/// @dev The validator, here the operator, keeps half of all rewards as commission. Stake is counted in OPG.
contract StakingScenariosCosmosTest is StakingTest {
    address internal constant VALIDATOR = address(0xC0501);

    function setUp() public override {
        super.setUp();
        _register(VALIDATOR, VALIDATOR, 5_000);
        _stakeBehind(VALIDATOR, VALIDATOR, 100e18);
    }

    function _operatorsConfig() internal pure override returns (OperatorsConfig memory) {
        return OperatorsConfig({minSelfStake: 100e18, maxCommissionBps: 10_000});
    }

    // Rewards: what the operator may take is his share of the pool and the commission together.

    /// @dev 10 come in: 5 and a commission of 5.
    function test_RewardsBasic() external {
        _allocate(10e18);
        vm.assertEq(_owed(VALIDATOR), 5e18 + 5e18, "half and half");
    }

    /// @dev Half is slashed, then 10 come in: 5 and 5.
    function test_RewardsAfterSlash() external {
        _halve();
        _allocate(10e18);
        vm.assertEq(_owed(VALIDATOR), 5e18 + 5e18, "the slash changes nothing");
    }

    /// @dev Half is slashed, 10 come in, half is slashed, 10 come in: 10 and 10.
    function test_RewardsAfterManySlashes() external {
        _halve();
        _allocate(10e18);
        _halve();
        _allocate(10e18);
        vm.assertEq(_owed(VALIDATOR), 10e18 + 10e18, "nor do many");
    }

    /// @dev 20 come in, 100 join, 20 come in: 15, 5, and a commission of 20.
    function test_RewardsMultiDelegator() external {
        _allocate(20e18);
        _stakeBehind(VALIDATOR, BOB, 100e18);
        _allocate(20e18);
        vm.assertEq(_owed(VALIDATOR), 15e18 + 20e18, "three quarters");
        vm.assertEq(_owed(BOB), 5e18, "a quarter");
    }

    /// @dev 10 come in and are withdrawn: all 10 are in the wallet.
    function test_RewardsWithdrawn() external {
        _allocate(10e18);
        staking.claimReward(VALIDATOR, VALIDATOR);
        vm.assertEq(token.balanceOf(VALIDATOR), 10e18, "in the wallet");
        vm.assertEq(_owed(VALIDATOR), 0, "nothing left");
    }

    /// @dev 10 come in, half is slashed twice in one block, 10 come in: 10 and 10.
    function test_RewardsAfterManySlashesInOneBlock() external {
        _allocate(10e18);
        _halve();
        _halve();
        _allocate(10e18);
        vm.assertEq(_owed(VALIDATOR), 10e18 + 10e18, "nor do many at once");
    }

    /// @dev 30 come in, half is slashed, 100 join, 30 come in, 50 of 150 are slashed: 20, 10, and a commission of 30.
    ///      Who joined after the slash has 200 of 300 shares here and earns by them: 10 of the second 15, as there.
    function test_RewardsMultiDelegatorMultiSlash() external {
        _allocate(30e18);
        _halve();
        _stakeBehind(VALIDATOR, BOB, 100e18);
        _allocate(30e18);
        _slashOf(3_333);
        vm.assertEq(_owed(VALIDATOR), 20e18 + 30e18, "validator");
        vm.assertEq(_owed(BOB), 10e18, "delegator");
    }

    /// @dev 20 come in, 100 join, 20 come in; all withdraw; 20 come in: 5, 5, 10; one withdraws; 20 come in: 5, 10, and
    ///      the commission of the second 20.
    function test_RewardsMultiDelegatorMultiWithdraw() external {
        _allocate(20e18);
        _stakeBehind(VALIDATOR, BOB, 100e18);
        _allocate(20e18);
        vm.assertEq(staking.claimReward(VALIDATOR, VALIDATOR), 15e18 + 20e18, "first withdrawal");
        vm.assertEq(staking.claimReward(VALIDATOR, BOB), 5e18, "of the delegator");
        vm.assertEq(_owed(VALIDATOR) + _owed(BOB), 0, "nothing left");
        _allocate(20e18);
        vm.assertEq(_owed(VALIDATOR), 5e18 + 10e18, "a quarter and the commission");
        vm.assertEq(_owed(BOB), 5e18, "a quarter");
        staking.claimReward(VALIDATOR, VALIDATOR);
        _allocate(20e18);
        vm.assertEq(_owed(VALIDATOR), 5e18 + 10e18, "a quarter and the commission again");
        vm.assertEq(_owed(BOB), 10e18, "two quarters");
    }

    // Slashes

    /// @dev An unbonding of 10 that began before the fault loses nothing, one that began after it 5 of 10.
    function test_SlashReachesLaterUnbondings() external {
        _stakeBehind(VALIDATOR, ALICE, 10e18);
        _stakeBehind(VALIDATOR, BOB, 10e18);
        uint256 before = _leave(ALICE, 10e18);
        vm.warp(START + 1 days);
        uint256 later = _leave(BOB, 10e18);
        _slashOf(5_000);
        vm.assertEq(_left(ALICE, before), 10e18, "before");
        vm.assertEq(_left(BOB, later), 5e18, "after");
    }

    /// @dev Of a power of 10 at the fault 4 unbond since; half is slashed: 2 of the unbonding and 3 of the rest, as
    ///      there. DIFFERENCE: the same fault slashed again takes half of what is left, there again half of the
    ///      first amount (0 of the unbonding is left after the second, and the third and fourth burn stake of others
    ///      that was not there at the fault).
    function test_SlashSplitsOverUnbonding() external {
        uint256 bucketId = _powerOfTen(4e18);
        _slashOf(5_000);
        vm.assertEq(_left(VALIDATOR, bucketId), 2e18, "2 of the unbonding are left");
        vm.assertEq(_poolAssets(VALIDATOR), 3e18, "3 of the rest");
        _slashOf(5_000);
        vm.assertEq(_left(VALIDATOR, bucketId), 1e18, "half of that");
        vm.assertEq(_poolAssets(VALIDATOR), 1.5e18, "and half of this");
    }

    /// @dev Of a power of 10 all has left since, 4 to unbond and 6 to another validator; half is slashed: 2 and 3.
    ///      DIFFERENCE: who goes to another operator unbonds too, and is reached in the same bucket.
    function test_SlashReachesAllThatLeft() external {
        uint256 four = _powerOfTen(4e18);
        uint256 six = _leave(VALIDATOR, 6e18);
        vm.assertEq(four, six, "one bucket");
        _slashOf(5_000);
        vm.assertEq(_left(VALIDATOR, four), 5e18, "2 of 4 and 3 of 6");
        vm.assertEq(_poolAssets(VALIDATOR), 0, "who stayed, nobody, pays nothing");
    }

    /// @dev The validator with a stake of 10, of which `leaving` unbonds at once.
    function _powerOfTen(uint256 leaving) private returns (uint256 bucketId) {
        _leave(VALIDATOR, 90e18);
        vm.warp(START + 30 days);
        bucketId = _leave(VALIDATOR, leaving);
    }

    function _allocate(uint256 amount) private {
        _fund(PAYER, amount);
        vm.prank(PAYER);
        staking.distributeReward(VALIDATOR, amount);
    }

    function _halve() private {
        _slashOf(5_000);
    }

    function _slashOf(uint256 bps) private {
        bytes32 faultId = keccak256(abi.encode(bps, staking.pendingBurn(), _poolAssets(VALIDATOR)));
        vm.prank(SLASHER);
        staking.slash(VALIDATOR, bps, block.timestamp, faultId, address(0), false);
    }

    function _leave(address account, uint256 shares) private returns (uint256 bucketId) {
        vm.prank(account);
        (, bucketId) = staking.unbond(VALIDATOR, shares);
    }

    function _left(address account, uint256 bucketId) private view returns (uint256 assets) {
        (, assets) = staking.unbondingOf(VALIDATOR, account, bucketId);
    }

    function _owed(address account) private view returns (uint256) {
        return staking.pendingReward(VALIDATOR, account);
    }
}
