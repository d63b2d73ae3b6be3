// SPDX-License-Identifier: MIT
pragma solidity 0.8.34;

import {StakingConfig} from "../../../contracts/staking/interfaces/IStaking.sol";
import {StakingTest} from "./StakingTest.sol";

/// @title Votes that follow the stake at the intervals of a clock, against a plain record
contract StakingIntervalsTest is StakingTest {
    /// @dev Not shorter than the unit in which positions know when they were added to: they count within a run.
    uint256 private constant INTERVAL = 300;
    /// @dev How long nothing happens between the moments of a random run, seconds.
    uint256 private constant STEP = 30;
    uint256 private constant MOMENTS = 60;
    /// @dev Every third moment of a random run is asked for its past; others in other runs.
    uint256 private constant ASKED = 3;

    /// @dev What counts in the running interval.
    struct Effective {
        uint256[2] pools;
        address[2] voters;
    }

    /// @dev What was true at the end of a second, and of those that followed.
    struct Moment {
        uint256[4] votes;
        uint256[2] pools;
        uint256 total;
    }

    Effective private now_;
    Moment[MOMENTS + 1] private moments;

    function _config() internal pure override returns (StakingConfig memory config) {
        config = super._config();
        config.voteInterval = INTERVAL;
    }

    function test_WhenStakeComes() external {
        vm.assertEq(START % INTERVAL, 0, "an interval begins");
        _stake(ALICE, 5e18);
        vm.assertEq(staking.getVotes(OPERATOR), 5e18, "with the second that begins the interval, at once");
        vm.warp(START + 3);
        _stake(BOB, 2e18);
        _unbond(ALICE, 1e18);
        vm.assertEq(staking.getVotes(OPERATOR), 5e18, "what was there");
        vm.assertEq(staking.totalSupply(), 6e18, "all stake, voting or not");
        vm.warp(START + INTERVAL);
        vm.assertEq(staking.getVotes(OPERATOR), 6e18, "what is there");
        vm.assertEq(staking.getPastVotes(OPERATOR, START + INTERVAL - 1), 5e18, "to the end");
        vm.assertEq(staking.getPastTotalSupply(START + INTERVAL - 1), 5e18, "the total too");
        vm.assertEq(staking.getPastStake(OPERATOR, START + 5), 5e18, "stake that voted");
    }

    function test_GivenSlashWithinInterval() external {
        _stake(ALICE, 10e18);
        vm.warp(START + 3);
        _stake(ALICE, 10e18);
        _slash(1_000);
        vm.assertEq(staking.getVotes(OPERATOR), 9e18, "at once, of what votes now");
        _slash(1_000);
        vm.assertEq(staking.getVotes(OPERATOR), 8.1e18, "twice in a second");
        vm.warp(START + 4);
        _unbond(ALICE, 5e18);
        vm.assertEq(staking.getVotes(OPERATOR), 8.1e18, "leaving counts later");
        vm.warp(START + INTERVAL + 1);
        vm.assertEq(staking.getVotes(OPERATOR), _poolAssets(OPERATOR), "then everything");
        vm.assertEq(staking.getPastVotes(OPERATOR, START + 2), 10e18, "the past stays");
        vm.assertEq(staking.getPastTotalSupply(START + 3), 8.1e18, "the total fell with it");
    }

    function test_GivenFullSlashWithinInterval() external {
        _keep(ALICE);
        _stake(ALICE, 10e18);
        vm.warp(START + 3);
        _stake(BOB, 10e18);
        _slash(10_000);
        _stake(BOB, 7e18);
        vm.assertEq(staking.getVotes(OPERATOR), 0, "new life votes later");
        vm.warp(START + INTERVAL + 1);
        vm.assertEq(staking.getPastPositionVotes(OPERATOR, ALICE, START + 2), 10e18, "before");
        vm.assertEq(staking.getPastPositionVotes(OPERATOR, ALICE, START + 4), 0, "void");
        vm.assertEq(staking.getPastVotes(OPERATOR, START + INTERVAL), 7e18, "new life");
    }

    /// @dev Delegated on one clock with the stake, so that a pool is counted once even while both change.
    function test_GivenDelegationWithinInterval() external {
        _stake(ALICE, 10e18);
        vm.warp(START + 3);
        vm.prank(OPERATOR);
        staking.delegate(BOB);
        _stake(ALICE, 6e18);
        _slash(5_000);
        vm.assertEq(staking.delegates(OPERATOR), BOB, "chosen");
        vm.assertEq(staking.getVotes(OPERATOR), 5e18, "still the operator's");
        vm.assertEq(staking.getVotes(BOB), 0, "not yet");
        vm.warp(START + INTERVAL);
        vm.assertEq(staking.getVotes(OPERATOR), 0, "gone");
        vm.assertEq(staking.getVotes(BOB), 8e18, "there");
        vm.warp(START + INTERVAL + 1);
        vm.prank(OPERATOR);
        staking.delegate(ALICE);
        _slash(5_000);
        vm.assertEq(staking.getVotes(BOB), 4e18, "slashed where it counts");
        vm.warp(START + 2 * INTERVAL + 1);
        vm.assertEq(staking.getVotes(BOB), 0, "moved on");
        vm.assertEq(staking.getVotes(ALICE), 4e18, "slashed where it went");
        vm.assertEq(staking.getPastDelegate(OPERATOR, START + 2 * INTERVAL - 1), BOB, "on the same clock");
        vm.assertEq(staking.getPastDelegate(OPERATOR, START + 2 * INTERVAL), ALICE, "from then on");
    }

    /// @dev Two operators, three accounts with stake behind both, one of them with a record; acts in random seconds.
    function testFuzz_WhenActsAreRandom(uint256 seed) external {
        _run(seed, 1 + (seed % ASKED), ASKED);
    }

    /// @dev A seed by which the parts once exceeded the pool by one base unit: slashes of one interval, each rounded.
    function test_WhenSlashesOfOneIntervalAreRounded() external {
        _run(312, 1, 1);
    }

    /// @dev A seed by which they do, without a record, if the price falls as the pool and not as its votes.
    function test_WhenPriceFallsWithinInterval() external {
        _run(48462149043708298966836040721522744032, 1, 1);
    }

    function _run(uint256 seed, uint256 firstAsked, uint256 step) private {
        _register(BOB, BOB, 0);
        address[4] memory accounts = [OPERATOR, BOB, ALICE, PAYER];
        address[2] memory pools = [OPERATOR, BOB];
        now_.voters = pools;
        _keep(ALICE);
        for (uint256 i = 0; i < 4; ++i) _fund(accounts[i], type(uint128).max);
        for (uint256 i = 1; i <= MOMENTS; ++i) {
            vm.warp(START + i * STEP);
            for (uint256 random = uint256(keccak256(abi.encode(seed, i))); random % 3 != 0; random >>= 32) {
                _act(random % 2, accounts[(random >> 2) % 4], (random >> 4) % 8, random >> 8);
            }
            if ((i * STEP) % INTERVAL == 0) {
                for (uint256 j = 0; j < 2; ++j) {
                    now_.pools[j] = _poolAssets(pools[j]);
                    now_.voters[j] = staking.delegates(pools[j]);
                }
            }
            _check(i, accounts);
        }
        vm.warp(START + MOMENTS * STEP + 1_000);
        for (uint256 i = firstAsked; i <= MOMENTS; i += step) {
            _checkPast(START + i * STEP + (i % STEP), moments[i], accounts);
        }
    }

    function _act(uint256 pool, address account, uint256 kind, uint256 random) private {
        address operator = pool == 0 ? OPERATOR : BOB;
        if (kind < 4) _stakeSome(operator, account, bound(random, 1e12, 1e27));
        if (kind > 3 && kind < 6 && staking.stakeOf(operator, account) > 1) {
            uint256 shares = staking.sharesOf(operator, account);
            vm.prank(account);
            staking.unbond(operator, bound(random, shares / 2 + 1, shares));
        }
        if (kind == 6) {
            uint256 before = _poolAssets(operator);
            vm.prank(SLASHER);
            staking.slash(operator, 1 + (random % 10_000), block.timestamp, bytes32(random), ALICE, false);
            uint256 loss = before - _poolAssets(operator);
            if (before != 0) now_.pools[pool] -= (now_.pools[pool] * loss + before - 1) / before;
        }
        if (kind == 7) {
            vm.prank(operator);
            staking.delegate(account);
        }
    }

    /// @dev The sum of all deposits exceeds any supply here; what no longer fits the pool's shares is left out.
    function _stakeSome(address operator, address account, uint256 amount) private {
        (uint256 assets, uint256 shares) = staking.poolOf(operator);
        if (assets != 0 && shares + (amount * shares) / assets > type(uint120).max) return;
        // Half of it comes from others, which counts as its own but for the past.
        vm.prank(amount % 2 == 0 ? account : PAYER);
        staking.stakeFor(operator, account, amount);
    }

    function _check(uint256 index, address[4] memory accounts) private {
        Moment storage moment = moments[index];
        for (uint256 i = 0; i < 4; ++i) {
            uint256 expected;
            for (uint256 j = 0; j < 2; ++j) if (now_.voters[j] == accounts[i]) expected += now_.pools[j];
            moment.votes[i] = expected;
            vm.assertEq(staking.getVotes(accounts[i]), expected, "votes");
        }
        moment.pools = now_.pools;
        moment.total = now_.pools[0] + now_.pools[1];
        vm.assertEq(staking.totalSupply(), _poolAssets(OPERATOR) + _poolAssets(BOB), "all stake");
    }

    function _checkPast(uint256 time, Moment memory moment, address[4] memory accounts) private view {
        vm.assertEq(staking.getPastTotalSupply(time), moment.total, "past total");
        uint256[2] memory parts;
        for (uint256 i = 0; i < 4; ++i) {
            vm.assertEq(staking.getPastVotes(accounts[i], time), moment.votes[i], "past votes");
            parts[0] += staking.getPastPositionVotes(OPERATOR, accounts[i], time);
            parts[1] += staking.getPastPositionVotes(BOB, accounts[i], time);
        }
        vm.assertEq(staking.getPastStake(OPERATOR, time), moment.pools[0], "past stake");
        vm.assertLe(parts[0], moment.pools[0], "the parts are at most the whole");
        vm.assertLe(parts[1], moment.pools[1], "the parts are at most the whole");
    }

    function _keep(address account) private {
        vm.prank(account);
        staking.keepPositionRecord(OPERATOR);
    }
}
