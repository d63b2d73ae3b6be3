// SPDX-License-Identifier: MIT
pragma solidity 0.8.34;

import {IVotes} from "@openzeppelin/contracts/governance/utils/IVotes.sol";
import {Votes} from "@openzeppelin/contracts/governance/utils/Votes.sol";
import {Nonces} from "@openzeppelin/contracts/utils/Nonces.sol";

import {IStaking} from "../../../contracts/staking/interfaces/IStaking.sol";
import {StakingTest} from "./StakingTest.sol";

contract StakingVotesTest is StakingTest {
    bytes32 private constant DELEGATION = keccak256("Delegation(address delegatee,uint256 nonce,uint256 expiry)");
    bytes32 private constant DOMAIN = keccak256(
        "EIP712Domain(string name,string version,uint256 chainId,address verifyingContract)"
    );

    function test_RevertWhen_DelegatorDelegatesVotes() external {
        _stake(ALICE, 1e18);
        vm.expectRevert(abi.encodeWithSelector(IStaking.StakingVotesFollowOperator.selector, ALICE));
        vm.prank(ALICE);
        staking.delegate(BOB);
    }

    function testFuzz_RevertWhen_NonOperatorSigns(uint256 privateKey) external {
        privateKey = bound(privateKey, 1, 2 ** 128);
        (uint8 v, bytes32 r, bytes32 s) = _signDelegation(privateKey, BOB, 0, START);
        vm.expectRevert(abi.encodeWithSelector(IStaking.StakingVotesFollowOperator.selector, vm.addr(privateKey)));
        staking.delegateBySig(BOB, 0, START, v, r, s);
    }

    function test_RevertWhen_SignatureIsExpired() external {
        (uint8 v, bytes32 r, bytes32 s) = _signDelegation(7, BOB, 0, START - 1);
        vm.expectRevert(abi.encodeWithSelector(IVotes.VotesExpiredSignature.selector, START - 1));
        staking.delegateBySig(BOB, 0, START - 1, v, r, s);
    }

    function test_RevertWhen_SignatureIsReplayed() external {
        address signer = vm.addr(7);
        _register(signer, signer, 0);
        (uint8 v, bytes32 r, bytes32 s) = _signDelegation(7, BOB, 0, START);
        staking.delegateBySig(BOB, 0, START, v, r, s);
        vm.prank(signer);
        staking.delegate(signer);
        vm.expectRevert(abi.encodeWithSelector(Nonces.InvalidAccountNonce.selector, signer, 1));
        staking.delegateBySig(BOB, 0, START, v, r, s);
        vm.assertEq(staking.delegates(signer), signer, "as he chose last");
    }

    /// @dev Neither another delegate nor another nonce than the signed ones.
    function test_RevertWhen_SignatureIsOfSomethingElse() external {
        address signer = vm.addr(7);
        _register(signer, signer, 0);
        (uint8 v, bytes32 r, bytes32 s) = _signDelegation(7, BOB, 1, START);
        vm.expectRevert(abi.encodeWithSelector(Nonces.InvalidAccountNonce.selector, signer, 0));
        staking.delegateBySig(BOB, 1, START, v, r, s);
        vm.expectRevert(abi.encodeWithSelector(IStaking.StakingVotesFollowOperator.selector, address(0)));
        staking.delegateBySig(BOB, 0, START, 2, r, s);
        vm.assertEq(staking.nonces(address(0)), 0, "nothing was used up");
    }

    function test_RevertWhen_TimepointIsNotPast() external {
        vm.expectRevert(abi.encodeWithSelector(Votes.ERC5805FutureLookup.selector, START, uint48(START)));
        staking.getPastVotes(OPERATOR, START);
    }

    function testFuzz_WhenOperatorDelegates(uint256 own, uint256 delegated, uint256 later) external {
        own = bound(own, 1e12, SUPPLY);
        delegated = bound(delegated, 1e12, SUPPLY);
        later = bound(later, 1e12, SUPPLY);
        _stake(OPERATOR, own);
        _stake(ALICE, delegated);
        vm.expectEmit(address(staking));
        emit IVotes.DelegateChanged(OPERATOR, OPERATOR, BOB);
        vm.prank(OPERATOR);
        staking.delegate(BOB);
        vm.assertEq(staking.getVotes(OPERATOR), 0, "moved away");
        vm.assertEq(staking.getVotes(BOB), own + delegated, "the whole pool");

        _stake(ALICE, later);
        vm.assertEq(staking.getVotes(BOB), own + delegated + later, "later stake follows");
        vm.prank(OPERATOR);
        staking.delegate(address(0));
        vm.assertEq(staking.delegates(OPERATOR), OPERATOR, "zero means back to himself");
        vm.assertEq(staking.getVotes(OPERATOR), own + delegated + later, "back");
    }

    function test_WhenOperatorSigns() external {
        address signer = vm.addr(7);
        _register(signer, signer, 0);
        _stakeBehind(signer, ALICE, 5e18);
        (uint8 v, bytes32 r, bytes32 s) = _signDelegation(7, BOB, 0, START);
        staking.delegateBySig(BOB, 0, START, v, r, s);
        vm.assertEq(staking.getVotes(BOB), 5e18, "votes");
        vm.assertEq(staking.nonces(signer), 1, "nonce");
    }

    function testFuzz_WhenTimePasses(uint256 assets, uint256 part, uint256 bps) external {
        assets = bound(assets, 1e12, SUPPLY);
        part = bound(part, 1, assets - 1);
        bps = bound(bps, 1, 10_000);
        _stake(ALICE, assets);
        vm.warp(START + 10);
        _unbond(ALICE, part);
        vm.warp(START + 20);
        (uint256 slashed, ) = _slash(bps);
        uint256 left = _poolAssets(OPERATOR);
        vm.warp(START + 30);

        vm.assertEq(staking.getPastVotes(OPERATOR, START + 9), assets, "staked");
        vm.assertEq(staking.getPastVotes(OPERATOR, START + 19), assets - part, "unbonding stake does not vote");
        vm.assertEq(staking.getPastVotes(OPERATOR, START + 29), left, "slashed stake does not vote");
        vm.assertEq(staking.getPastTotalSupply(START + 29), left, "total");
        vm.assertEq(staking.totalSupply(), left, "total now");
        vm.assertGe(slashed, assets - part - left, "votes fell by the active loss");
    }

    function test_WhenAskedForItsClock() external view {
        vm.assertEq(staking.CLOCK_MODE(), "mode=timestamp", "mode");
        vm.assertEq(staking.clock(), START, "clock");
        vm.assertEq(staking.name(), "Staked OPG", "name");
        vm.assertEq(staking.symbol(), "stOPG", "symbol");
        vm.assertEq(staking.decimals(), 18, "decimals");
    }

    /// @dev Two operators and an outsider, acts in random seconds, sometimes several in one, against a plain record.
    function testFuzz_WhenActsAreRandom(uint256 seed) external {
        _register(BOB, BOB, 0);
        address[3] memory voters = [OPERATOR, BOB, ALICE];
        uint256[4][41] memory record;
        for (uint256 second = 1; second <= 40; ++second) {
            vm.warp(START + second);
            for (uint256 random = uint256(keccak256(abi.encode(seed, second))); random % 3 != 0; random >>= 32) {
                _act(random % 2 == 0 ? OPERATOR : BOB, voters[(random >> 2) % 3], (random >> 4) % 8, random >> 8);
            }
            record[second][3] = staking.totalSupply();
            for (uint256 i = 0; i < 3; ++i) record[second][i] = staking.getVotes(voters[i]);
            vm.assertEq(record[second][3], _poolAssets(OPERATOR) + _poolAssets(BOB), "all votes are all stake");
            vm.assertEq(record[second][0] + record[second][1] + record[second][2], record[second][3], "counted once");
        }
        vm.warp(START + 100);
        for (uint256 second = 0; second <= 40; ++second) {
            vm.assertEq(staking.getPastTotalSupply(START + second), record[second][3], "past total");
            for (uint256 i = 0; i < 3; ++i) {
                vm.assertEq(staking.getPastVotes(voters[i], START + second), record[second][i], "past votes");
            }
        }
    }

    function test_GivenDelegateRegistersLater() external {
        _stake(ALICE, 5e18);
        vm.prank(OPERATOR);
        staking.delegate(BOB);
        _register(BOB, BOB, 0);
        _fund(ALICE, 2e18);
        vm.expectEmit(address(staking));
        emit IVotes.DelegateVotesChanged(BOB, 5e18, 7e18);
        vm.prank(ALICE);
        staking.stake(BOB, 2e18);
        vm.assertEq(staking.getVotes(BOB), 7e18, "received and own");
        vm.prank(BOB);
        staking.delegate(OPERATOR);
        vm.assertEq(staking.getVotes(BOB), 5e18, "received votes are not passed on");
        vm.assertEq(staking.getVotes(OPERATOR), 2e18, "only the pool's");
        vm.warp(START + 1);
        vm.assertEq(staking.getPastVotes(BOB, START), 5e18, "past votes");
        vm.assertEq(staking.getPastVotes(OPERATOR, START), 2e18, "past votes of the delegate");
    }

    function _act(address operator, address voter, uint256 kind, uint256 random) private {
        if (kind < 4) _stakeBehind(operator, ALICE, bound(random, 1e12, 1e27));
        uint256 shares = staking.sharesOf(operator, ALICE);
        if (kind > 3 && kind < 6 && _poolAssets(operator) > 1e10) {
            vm.prank(ALICE);
            staking.unbond(operator, bound(random, shares / 2, shares));
        }
        if (kind == 6) {
            vm.prank(SLASHER);
            staking.slash(operator, 1 + (random % 10_000), block.timestamp, bytes32(random), ALICE, false);
        }
        if (kind == 7) {
            vm.prank(operator);
            staking.delegate(voter);
        }
    }

    function _signDelegation(
        uint256 privateKey,
        address delegatee,
        uint256 nonce,
        uint256 expiry
    ) private view returns (uint8 v, bytes32 r, bytes32 s) {
        bytes32 domain = keccak256(
            abi.encode(DOMAIN, keccak256("OPG Staking"), keccak256("1"), block.chainid, address(staking))
        );
        bytes32 message = keccak256(abi.encode(DELEGATION, delegatee, nonce, expiry));
        return vm.sign(privateKey, keccak256(abi.encodePacked(hex"1901", domain, message)));
    }
}
