// SPDX-License-Identifier: MIT
pragma solidity 0.8.34;

import {IStaking, StakingConfig, StakingWindows} from "../../../contracts/staking/interfaces/IStaking.sol";
import {Holds} from "../../../contracts/staking/Holds.sol";
import {Operators} from "../../../contracts/staking/Operators.sol";
import {Staking} from "../../../contracts/staking/Staking.sol";
import {StakingTest} from "./StakingTest.sol";

contract StakingConstructorTest is StakingTest {
    function test_RevertWhen_TokenHasNoCode() external {
        vm.expectRevert(abi.encodeWithSelector(IStaking.StakingTokenWithoutCode.selector, ALICE));
        create("Staking", abi.encode(address(manager), ALICE, _config(), _operatorsConfig()));
    }

    function test_RevertWhen_UnbondingPeriodIsZero() external {
        StakingConfig memory config = _config();
        config.unbondingPeriod = 0;
        _expectRefusal(abi.encodeWithSelector(IStaking.StakingUnbondingPeriodOutOfRange.selector, 0, 30), config);
    }

    function testFuzz_RevertWhen_UnbondingPeriodIsAboveMaximum(uint256 period) external {
        StakingConfig memory config = _config();
        config.unbondingPeriod = bound(period, 31, type(uint256).max);
        _expectRefusal(
            abi.encodeWithSelector(IStaking.StakingUnbondingPeriodOutOfRange.selector, config.unbondingPeriod, 30),
            config
        );
    }

    function testFuzz_RevertWhen_BountyIsAboveLimit(uint256 bps) external {
        StakingConfig memory config = _config();
        config.bountyBps = bound(bps, 2_001, type(uint256).max);
        _expectRefusal(
            abi.encodeWithSelector(IStaking.StakingBountyAboveLimit.selector, config.bountyBps, 2_000),
            config
        );
    }

    function testFuzz_RevertWhen_MinDelegationIsDust(uint256 minimum) external {
        StakingConfig memory config = _config();
        config.minDelegation = bound(minimum, 0, 1e12 - 1);
        _expectRefusal(
            abi.encodeWithSelector(IStaking.StakingMinDelegationBelowLimit.selector, config.minDelegation, 1e12),
            config
        );
    }

    function testFuzz_RevertWhen_DelegationRatioIsAboveLimit(uint256 ratio) external {
        StakingConfig memory config = _config();
        config.maxDelegationRatio = bound(ratio, 10_001, type(uint256).max);
        _expectRefusal(
            abi.encodeWithSelector(
                IStaking.StakingDelegationRatioAboveLimit.selector,
                config.maxDelegationRatio,
                10_000
            ),
            config
        );
    }

    function testFuzz_RevertWhen_WindowsExceedUnbonding(uint32 a, uint32 b, uint32 c, uint32 d) external {
        StakingConfig memory config = _config();
        config.windows = StakingWindows(a, b, c, d);
        uint256 sum = uint256(a) + b + c + d;
        if (sum <= 14 days) config.windows.slack += uint32(14 days - sum + 1);
        sum = uint256(a) + b + c + config.windows.slack;
        _expectRefusal(
            abi.encodeWithSelector(IStaking.StakingUnbondingShorterThanWindows.selector, 14 days, sum),
            config
        );
    }

    function testFuzz_RevertWhen_VoteIntervalIsOutOfRange(uint256 interval) external {
        StakingConfig memory config = _config();
        config.voteInterval = interval == 0 ? 0 : bound(interval, 86_401, type(uint256).max);
        _expectRefusal(
            abi.encodeWithSelector(IStaking.StakingVoteIntervalOutOfRange.selector, config.voteInterval, 86_400),
            config
        );
    }

    function test_WhenConfigIsValid() external {
        Staking deployed = Staking(
            create("Staking", abi.encode(address(manager), address(token), _config(), _operatorsConfig()))
        );
        vm.assertEq(abi.encode(deployed.config()), abi.encode(_config()), "config");
        vm.assertEq(deployed.token(), address(token), "token");
        vm.assertEq(deployed.authority(), address(manager), "authority");
        vm.assertEq(abi.encode(deployed.operators().config()), abi.encode(_operatorsConfig()), "operators");
        vm.assertEq(address(Operators(address(deployed.operators())).STAKING()), address(deployed), "its operators");
        vm.assertEq(address(Holds(address(deployed.holds())).STAKING()), address(deployed), "its holds");
        vm.assertEq(deployed.currentEpoch(), 20_000, "epoch");
    }

    function _expectRefusal(bytes memory revertData, StakingConfig memory config) private {
        vm.expectRevert(revertData);
        create("Staking", abi.encode(address(manager), address(token), config, _operatorsConfig()));
    }
}
