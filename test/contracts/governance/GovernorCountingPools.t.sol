// SPDX-License-Identifier: MIT
pragma solidity 0.8.34;

import {IAccessManager} from "@openzeppelin/contracts/access/manager/IAccessManager.sol";
import {IGovernor} from "@openzeppelin/contracts/governance/IGovernor.sol";
import {TimelockController} from "@openzeppelin/contracts/governance/TimelockController.sol";

import {GovernorCountingPools} from "../../../contracts/governance/GovernorCountingPools.sol";
import {OPGGovernor} from "../../../contracts/governance/OPGGovernor.sol";
import {IDecisionDelays} from "../../../contracts/governance/interfaces/IDecisionDelays.sol";
import {GovernorConfig} from "../../../contracts/governance/types/GovernorConfig.sol";
import {VotesSource__Mock} from "../../mocks/VotesSource__Mock.sol";
import {StakingTest} from "../staking/StakingTest.sol";

/// @dev Two operators, and delegators who are behind both; votes of stake come from the ledger itself.
contract GovernorCountingPoolsTest is StakingTest {
    address private constant SECOND = address(0x0903);
    uint256 private constant SIGNER_KEY = 7;
    uint8 private constant AGAINST = 0;
    uint8 private constant FOR = 1;
    uint8 private constant ABSTAIN = 2;

    OPGGovernor private governor;
    VotesSource__Mock private wallets;
    uint256 private proposalId;

    function setUp() public override {
        super.setUp();
        _register(SECOND, SECOND, 0);
        TimelockController timelock = TimelockController(
            create("TimelockController", abi.encode(1, new address[](0), new address[](0), address(this)))
        );
        wallets = new VotesSource__Mock("mode=timestamp");
        governor = OPGGovernor(
            create(
                "OPGGovernor",
                abi.encode(
                    staking,
                    wallets,
                    timelock,
                    IDecisionDelays(address(0)),
                    IAccessManager(address(0)),
                    GovernorConfig(1 hours, 1 days, 1 hours, 0, 4)
                )
            )
        );
        _record(OPERATOR, ALICE);
        _record(SECOND, ALICE);
        _record(OPERATOR, BOB);
    }

    function test_RevertWhen_VoteIsNotOpen() external {
        _stake(ALICE, 10e18);
        _propose();
        vm.expectRevert(
            abi.encodeWithSelector(
                IGovernor.GovernorUnexpectedProposalState.selector,
                proposalId,
                IGovernor.ProposalState.Pending,
                bytes32(1 << uint8(IGovernor.ProposalState.Active))
            )
        );
        vm.prank(ALICE);
        governor.castOverrideVote(proposalId, OPERATOR, FOR, "");
    }

    function testFuzz_RevertWhen_SupportIsUnknown(uint8 support) external {
        support = uint8(bound(support, 3, 255));
        _stake(ALICE, 10e18);
        _open();
        vm.expectRevert(IGovernor.GovernorInvalidVoteType.selector);
        vm.prank(ALICE);
        governor.castOverrideVote(proposalId, OPERATOR, support, "");
        vm.expectRevert(IGovernor.GovernorInvalidVoteType.selector);
        vm.prank(OPERATOR);
        governor.castVote(proposalId, support);
    }

    function test_RevertGiven_PartWasVoted() external {
        _stake(ALICE, 10e18);
        _open();
        vm.startPrank(ALICE);
        governor.castOverrideVote(proposalId, OPERATOR, FOR, "");
        vm.expectRevert(
            abi.encodeWithSelector(GovernorCountingPools.GovernorAlreadyOverridden.selector, ALICE, OPERATOR)
        );
        governor.castOverrideVote(proposalId, OPERATOR, AGAINST, "");
    }

    function test_RevertGiven_BallotWasCast() external {
        _stake(ALICE, 10e18);
        _open();
        vm.startPrank(OPERATOR);
        governor.castVote(proposalId, FOR);
        vm.expectRevert(abi.encodeWithSelector(IGovernor.GovernorAlreadyCastVote.selector, OPERATOR));
        governor.castVote(proposalId, FOR);
    }

    function test_RevertGiven_StakeCameAfterSnapshot() external {
        _stake(BOB, 10e18);
        _open();
        _stake(ALICE, 10e18);
        vm.warp(block.timestamp + 1);
        vm.expectRevert(
            abi.encodeWithSelector(
                GovernorCountingPools.GovernorNoPartOfPool.selector,
                ALICE,
                OPERATOR,
                governor.proposalSnapshot(proposalId)
            )
        );
        vm.prank(ALICE);
        governor.castOverrideVote(proposalId, OPERATOR, FOR, "");
    }

    function test_RevertWhen_SignatureIsOfAnother() external {
        _stake(ALICE, 10e18);
        _open();
        bytes memory signature = _signOverride(ALICE, FOR);
        vm.expectRevert(abi.encodeWithSelector(IGovernor.GovernorInvalidSignature.selector, ALICE));
        governor.castOverrideVoteBySig(proposalId, OPERATOR, FOR, ALICE, signature);
    }

    function test_WhenDelegatorOverridesAfterThePool() external {
        _stake(OPERATOR, 60e18);
        _stake(ALICE, 40e18);
        _open();
        vm.prank(OPERATOR);
        governor.castVote(proposalId, FOR);
        _assertTally(0, 100e18, 0);
        vm.expectEmit(address(governor));
        emit GovernorCountingPools.VoteReduced(OPERATOR, proposalId, FOR, 40e18);
        vm.expectEmit(address(governor));
        emit GovernorCountingPools.OverrideVoteCast(ALICE, OPERATOR, proposalId, AGAINST, 40e18, "no");
        vm.prank(ALICE);
        vm.assertEq(governor.castOverrideVote(proposalId, OPERATOR, AGAINST, "no"), 40e18, "weight");
        _assertTally(40e18, 60e18, 0);
        vm.assertTrue(governor.hasVotedOverride(proposalId, OPERATOR, ALICE), "override");
        vm.assertFalse(governor.hasVoted(proposalId, ALICE), "no ballot of her own");
    }

    function test_WhenDelegatorOverridesBeforeThePool() external {
        _stake(OPERATOR, 60e18);
        _stake(ALICE, 40e18);
        _open();
        vm.prank(ALICE);
        governor.castOverrideVote(proposalId, OPERATOR, AGAINST, "");
        _assertTally(40e18, 0, 0);
        vm.prank(OPERATOR);
        vm.assertEq(governor.castVote(proposalId, ABSTAIN), 60e18, "what is left");
        _assertTally(40e18, 0, 60e18);
    }

    /// @dev The operator's own wallet votes whole, also if every delegator of his pool votes otherwise, in any order.
    function testFuzz_WhenWholePoolIsOverridden(
        uint256[2] memory assets,
        uint256 bps,
        uint256 inWallet,
        bool after_
    ) external {
        for (uint256 i = 0; i < 2; ++i) assets[i] = bound(assets[i], 1e12, 1e26);
        inWallet = bound(inWallet, 1, 1e27);
        _stake(ALICE, assets[0]);
        _stake(BOB, assets[1]);
        _slash(bound(bps, 1, 9_999));
        wallets.set(OPERATOR, inWallet);
        _open();
        uint256 pool = staking.getPastVotes(OPERATOR, governor.proposalSnapshot(proposalId));
        if (after_) _voteWithPool(pool + inWallet);
        vm.prank(ALICE);
        uint256 parts = governor.castOverrideVote(proposalId, OPERATOR, AGAINST, "");
        vm.prank(BOB);
        parts += governor.castOverrideVote(proposalId, OPERATOR, AGAINST, "");
        vm.assertLe(parts, pool, "never more than the pool");
        if (!after_) _voteWithPool(pool - parts + inWallet);
        _assertTally(parts, pool - parts + inWallet, 0);
    }

    function test_WhenDelegatorIsBehindTwoPools() external {
        _stake(ALICE, 40e18);
        _stakeBehind(SECOND, ALICE, 15e18);
        _open();
        vm.startPrank(ALICE);
        governor.castOverrideVote(proposalId, OPERATOR, AGAINST, "");
        governor.castOverrideVote(proposalId, SECOND, FOR, "");
        _assertTally(40e18, 15e18, 0);
    }

    function test_GivenPoolVotesThroughAnother() external {
        _stake(ALICE, 40e18);
        _stakeBehind(SECOND, SECOND, 20e18);
        vm.prank(OPERATOR);
        staking.delegate(SECOND);
        _open();
        vm.prank(SECOND);
        governor.castVote(proposalId, FOR);
        vm.prank(ALICE);
        governor.castOverrideVote(proposalId, OPERATOR, ABSTAIN, "");
        _assertTally(0, 20e18, 40e18);
    }

    function test_WhenDelegatorSigns() external {
        address signer = vm.addr(SIGNER_KEY);
        _record(OPERATOR, signer);
        _stake(signer, 10e18);
        _open();
        bytes memory signature = _signOverride(signer, FOR);
        governor.castOverrideVoteBySig(proposalId, OPERATOR, FOR, signer, signature);
        _assertTally(0, 10e18, 0);
        vm.assertEq(governor.nonces(signer), 1, "used once");
    }

    function test_WhenOverrideReachesQuorumLate() external {
        _stake(ALICE, 40e18);
        _open();
        uint256 deadline = governor.proposalDeadline(proposalId);
        vm.warp(deadline - 1);
        vm.prank(ALICE);
        governor.castOverrideVote(proposalId, OPERATOR, FOR, "");
        vm.assertEq(governor.proposalDeadline(proposalId), deadline - 1 + 1 hours, "time to answer");
        vm.assertEq(governor.COUNTING_MODE(), "support=bravo,override&quorum=for,abstain&overridable=true", "mode");
    }

    /// @dev Whatever was staked and slashed, and in whichever order all vote, all votes count exactly once.
    function testFuzz_WhenAllVote(
        uint256[4] memory assets,
        uint256 bps,
        uint256 order,
        uint8[4] memory support
    ) external {
        for (uint256 i = 0; i < 4; ++i) {
            assets[i] = bound(assets[i], 1e12, 1e26);
            support[i] %= 3;
        }
        _stake(OPERATOR, assets[0]);
        _stake(ALICE, assets[1]);
        _slash(bound(bps, 1, 10_000));
        _stake(BOB, assets[2]);
        _stakeBehind(SECOND, ALICE, assets[3]);
        _open();
        for (uint256 i = 0; i < 4; ++i) _vote(((order % 4) + i) % 4, support[i]);
        (uint256 against, uint256 inFavour, uint256 abstain) = governor.proposalVotes(proposalId);
        uint256 total = staking.getPastVotes(OPERATOR, governor.proposalSnapshot(proposalId));
        if (staking.getPastPositionVotes(SECOND, ALICE, governor.proposalSnapshot(proposalId)) != 0) total += assets[3];
        vm.assertEq(against + inFavour + abstain, total, "once each");
    }

    function _vote(uint256 who, uint8 support) private {
        (address account, address operator) = who == 1
            ? (ALICE, OPERATOR)
            : who == 2
                ? (BOB, OPERATOR)
                : (ALICE, SECOND);
        if (who == 0) {
            vm.prank(OPERATOR);
            governor.castVote(proposalId, support);
            return;
        }
        // A wiped position has no part.
        if (staking.getPastPositionVotes(operator, account, governor.proposalSnapshot(proposalId)) == 0) return;
        vm.prank(account);
        governor.castOverrideVote(proposalId, operator, support, "");
    }

    function _voteWithPool(uint256 weight) private {
        vm.prank(OPERATOR);
        vm.assertEq(governor.castVote(proposalId, FOR), weight, "weight");
    }

    function _propose() private {
        proposalId = governor.propose(new address[](1), new uint256[](1), new bytes[](1), "a proposal");
    }

    function _open() private {
        _propose();
        vm.warp(governor.proposalSnapshot(proposalId) + 1);
    }

    function _record(address operator, address account) private {
        vm.prank(account);
        staking.keepPositionRecord(operator);
    }

    function _assertTally(uint256 against, uint256 inFavour, uint256 abstain) private view {
        (uint256 a, uint256 f, uint256 n) = governor.proposalVotes(proposalId);
        vm.assertEq(a, against, "against");
        vm.assertEq(f, inFavour, "for");
        vm.assertEq(n, abstain, "abstain");
    }

    function _signOverride(address voter, uint8 support) private view returns (bytes memory) {
        bytes32 domain = keccak256(
            abi.encode(
                keccak256("EIP712Domain(string name,string version,uint256 chainId,address verifyingContract)"),
                keccak256("OPG Governor"),
                keccak256("1"),
                block.chainid,
                address(governor)
            )
        );
        bytes32 message = keccak256(
            abi.encode(
                keccak256(
                    "OverrideBallot(uint256 proposalId,address operator,uint8 support,address voter,uint256 nonce)"
                ),
                proposalId,
                OPERATOR,
                support,
                voter,
                governor.nonces(voter)
            )
        );
        (uint8 v, bytes32 r, bytes32 s) = vm.sign(SIGNER_KEY, keccak256(abi.encodePacked(hex"1901", domain, message)));
        return abi.encodePacked(r, s, v);
    }
}
