// SPDX-License-Identifier: MIT
pragma solidity 0.8.34;

import {IERC20Errors} from "@openzeppelin/contracts/interfaces/draft-IERC6093.sol";

import {IPermit2} from "../../../contracts/staking/interfaces/IPermit2.sol";
import {IStakeRouter} from "../../../contracts/staking/interfaces/IStakeRouter.sol";
import {IStaking} from "../../../contracts/staking/interfaces/IStaking.sol";
import {StakeRouter} from "../../../contracts/staking/StakeRouter.sol";
import {Staking} from "../../../contracts/staking/Staking.sol";
import {OPG} from "../../../contracts/token/OPG.sol";
import {Permit2__Mock} from "../../mocks/Permit2__Mock.sol";
import {StakingTest} from "./StakingTest.sol";

/// @title Signed stakes with the real token, and claims in bulk
contract StakeRouterTest is StakingTest {
    bytes32 private constant PERMIT_TYPEHASH = keccak256(
        "Permit(address owner,address spender,uint256 value,uint256 nonce,uint256 deadline)"
    );
    uint256 private constant OWNER_KEY = 0xA11CE;

    address internal constant SECOND = address(0x0903);

    OPG internal opg;
    Permit2__Mock internal permit2;
    StakeRouter internal router;
    address internal owner;

    function setUp() public override {
        vm.warp(START);
        super.setUp();
        opg = OPG(create("OPG", abi.encode(address(this))));
        // The ledger of this test stakes the real token, which has permits.
        staking = Staking(create("Staking", abi.encode(address(manager), address(opg), _config(), _operatorsConfig())));
        operators = staking.operators();
        _register(OPERATOR, OPERATOR_KEY, COMMISSION_BPS);
        _register(SECOND, SECOND, 0);
        permit2 = new Permit2__Mock();
        router = StakeRouter(create("StakeRouter", abi.encode(staking, permit2)));
        owner = vm.addr(OWNER_KEY);
        opg.transfer(owner, 1_000e18);
        vm.prank(owner);
        opg.approve(address(permit2), type(uint256).max);
    }

    function test_RevertWhen_StakingHasNoCode() external {
        vm.expectRevert(abi.encodeWithSelector(IStakeRouter.RouterStakingWithoutCode.selector, ALICE));
        create("StakeRouter", abi.encode(IStaking(ALICE), permit2));
    }

    // ERC-2612

    function testFuzz_WhenPermitSigned_Stakes(uint256 assets) external {
        assets = bound(assets, 1e12, 1_000e18);
        (uint8 v, bytes32 r, bytes32 s) = _signPermit(assets, START);
        vm.prank(owner);
        uint256 shares = router.stakeWithPermit(OPERATOR, assets, START, v, r, s);
        vm.assertEq(shares, assets, "shares");
        vm.assertEq(staking.stakeOf(OPERATOR, owner), assets, "the owner's stake");
        _checkEmpty();
    }

    /// @dev Somebody sees the permit and uses it first: the stake goes through all the same.
    function test_GivenPermitUsed_Stakes() external {
        (uint8 v, bytes32 r, bytes32 s) = _signPermit(10e18, START);
        vm.prank(BOB);
        opg.permit(owner, address(router), 10e18, START, v, r, s);
        vm.prank(owner);
        router.stakeWithPermit(OPERATOR, 10e18, START, v, r, s);
        vm.assertEq(staking.stakeOf(OPERATOR, owner), 10e18, "staked");
        _checkEmpty();
    }

    /// @dev A permit moves the caller's tokens only: another's signature is worth nothing here.
    function test_RevertWhen_PermitIsAnothers() external {
        (uint8 v, bytes32 r, bytes32 s) = _signPermit(10e18, START);
        vm.prank(BOB);
        vm.expectRevert(
            abi.encodeWithSelector(IERC20Errors.ERC20InsufficientAllowance.selector, address(router), 0, 10e18)
        );
        router.stakeWithPermit(SECOND, 10e18, START, v, r, s);
    }

    function test_RevertWhen_PermitIsExpired() external {
        (uint8 v, bytes32 r, bytes32 s) = _signPermit(10e18, START - 1);
        vm.prank(owner);
        vm.expectRevert(
            abi.encodeWithSelector(IERC20Errors.ERC20InsufficientAllowance.selector, address(router), 0, 10e18)
        );
        router.stakeWithPermit(OPERATOR, 10e18, START - 1, v, r, s);
    }

    /// @dev What the ledger refuses leaves nothing behind.
    function test_RevertWhen_LedgerRefuses() external {
        (uint8 v, bytes32 r, bytes32 s) = _signPermit(1, START);
        vm.prank(owner);
        vm.expectRevert(abi.encodeWithSelector(IStaking.StakingBelowMinimum.selector, 1, 1e12));
        router.stakeWithPermit(OPERATOR, 1, START, v, r, s);
        vm.assertEq(opg.balanceOf(owner), 1_000e18, "everything is still his");
    }

    // Permit2

    /// @dev Anyone may send it; the stake is the owner's, behind the operator he signed for.
    function testFuzz_WhenTransferSigned_Stakes(uint256 signed, uint256 assets, uint256 nonce) external {
        signed = bound(signed, 1e12, 1_000e18);
        assets = bound(assets, 1e12, signed);
        IStakeRouter.SignedTransfer memory transfer = _signTransfer(OPERATOR, signed, nonce, START);
        vm.prank(BOB);
        uint256 shares = router.stakeWithPermit2(owner, OPERATOR, assets, transfer);
        vm.assertEq(shares, assets, "shares");
        vm.assertEq(staking.stakeOf(OPERATOR, owner), assets, "the owner's stake");
        vm.assertEq(opg.balanceOf(owner), 1_000e18 - assets, "no more than that");
        _checkEmpty();
    }

    function test_RevertWhen_OperatorIsNotTheSigned() external {
        IStakeRouter.SignedTransfer memory transfer = _signTransfer(OPERATOR, 10e18, 1, START);
        vm.prank(BOB);
        vm.expectRevert(abi.encodeWithSelector(Permit2__Mock.InvalidSigner.selector));
        router.stakeWithPermit2(owner, SECOND, 10e18, transfer);
    }

    function test_RevertWhen_AmountIsAboveTheSigned() external {
        IStakeRouter.SignedTransfer memory transfer = _signTransfer(OPERATOR, 10e18, 1, START);
        vm.expectRevert(abi.encodeWithSelector(Permit2__Mock.InvalidAmount.selector, 10e18));
        router.stakeWithPermit2(owner, OPERATOR, 10e18 + 1, transfer);
    }

    function test_RevertWhen_TransferIsReplayed() external {
        IStakeRouter.SignedTransfer memory transfer = _signTransfer(OPERATOR, 10e18, 1, START);
        router.stakeWithPermit2(owner, OPERATOR, 10e18, transfer);
        vm.expectRevert(abi.encodeWithSelector(Permit2__Mock.InvalidNonce.selector));
        router.stakeWithPermit2(owner, OPERATOR, 10e18, transfer);
    }

    function test_RevertWhen_TransferIsExpired() external {
        IStakeRouter.SignedTransfer memory transfer = _signTransfer(OPERATOR, 10e18, 1, START - 1);
        vm.expectRevert(abi.encodeWithSelector(Permit2__Mock.SignatureExpired.selector, START - 1));
        router.stakeWithPermit2(owner, OPERATOR, 10e18, transfer);
    }

    /// @dev Permit2 knows who asks: the signature is good in this router only.
    function test_RevertWhen_SpenderIsAnother() external {
        IStakeRouter.SignedTransfer memory transfer = _signTransfer(OPERATOR, 10e18, 1, START);
        StakeRouter other = StakeRouter(create("StakeRouter", abi.encode(staking, permit2)));
        vm.expectRevert(abi.encodeWithSelector(Permit2__Mock.InvalidSigner.selector));
        other.stakeWithPermit2(owner, OPERATOR, 10e18, transfer);
    }

    // Lists

    /// @dev One unbonding that is not ready and one that never was stop no other.
    function test_Finding19_WhenOneClaimFails() external {
        _stakeAs(ALICE, OPERATOR, 300e18);
        _stakeAs(BOB, SECOND, 50e18);
        (, uint256 first) = _unbondAs(ALICE, OPERATOR, 100e18);
        (, uint256 bobs) = _unbondAs(BOB, SECOND, 50e18);
        vm.warp(START + 5 days);
        (, uint256 second) = _unbondAs(ALICE, OPERATOR, 100e18);
        vm.warp(staking.claimableAt(first));
        IStakeRouter.ClaimRequest[] memory requests = new IStakeRouter.ClaimRequest[](4);
        requests[0] = IStakeRouter.ClaimRequest(OPERATOR, ALICE, second);
        requests[1] = IStakeRouter.ClaimRequest(OPERATOR, ALICE, first);
        requests[2] = IStakeRouter.ClaimRequest(SECOND, ALICE, first);
        requests[3] = IStakeRouter.ClaimRequest(SECOND, BOB, bobs);
        IStakeRouter.Outcome[] memory outcomes = router.claimMany(requests);
        vm.assertFalse(outcomes[0].done, "not ready");
        vm.assertEq(
            outcomes[0].reason,
            abi.encodeWithSelector(IStaking.StakingNotYetClaimable.selector, second, staking.claimableAt(second)),
            "and it says when"
        );
        vm.assertTrue(outcomes[1].done && outcomes[3].done, "the others are done");
        vm.assertEq(outcomes[1].amount + outcomes[3].amount, 150e18, "amounts");
        vm.assertFalse(outcomes[2].done, "no such unbonding");
        vm.assertEq(opg.balanceOf(ALICE), 100e18, "to the delegator, not to the caller");
        vm.assertEq(opg.balanceOf(BOB), 50e18, "each his own");
        _checkEmpty();
    }

    function test_WhenRewardsAreClaimed_ClaimsEach() external {
        _stakeAs(ALICE, OPERATOR, 100e18);
        _stakeAs(ALICE, SECOND, 100e18);
        opg.approve(address(staking), 30e18);
        staking.distributeReward(OPERATOR, 10e18);
        staking.distributeReward(SECOND, 20e18);
        address[] memory list = new address[](3);
        list[0] = OPERATOR;
        list[1] = BOB;
        list[2] = SECOND;
        IStakeRouter.Outcome[] memory outcomes = router.claimRewards(ALICE, list);
        vm.assertEq(outcomes[0].amount, 9.5e18, "less commission");
        vm.assertEq(outcomes[1].amount, 0, "no operator, no reward");
        vm.assertEq(outcomes[2].amount, 20e18, "without commission");
        vm.assertEq(opg.balanceOf(ALICE), 29.5e18, "paid");
        _checkEmpty();
    }

    // Several acts

    function test_WhenSeveralActs_DoesThemAsTheCaller() external {
        _stakeAs(owner, SECOND, 100e18);
        opg.approve(address(staking), 20e18);
        staking.distributeReward(SECOND, 20e18);
        uint256 before = opg.balanceOf(owner);
        bytes[] memory acts = _stakeAndClaim(10e18);
        vm.prank(owner);
        router.multicall(acts);
        vm.assertEq(staking.stakeOf(OPERATOR, owner), 10e18, "staked for the caller");
        vm.assertEq(opg.balanceOf(owner), before + 20e18 - 10e18, "and his rewards are paid");
        _checkEmpty();
    }

    function test_RevertWhen_OneOfSeveralActsFails() external {
        bytes[] memory acts = _stakeAndClaim(1e12 - 1);
        vm.expectRevert(abi.encodeWithSelector(IStaking.StakingBelowMinimum.selector, 1e12 - 1, 1e12));
        vm.prank(owner);
        router.multicall(acts);
    }

    /// @dev A stake of the owner by permit, and the rewards of another stake.
    function _stakeAndClaim(uint256 assets) private view returns (bytes[] memory acts) {
        (uint8 v, bytes32 r, bytes32 s) = _signPermit(assets, START);
        address[] memory list = new address[](1);
        list[0] = SECOND;
        acts = new bytes[](2);
        acts[0] = abi.encodeCall(router.claimRewards, (owner, list));
        acts[1] = abi.encodeCall(router.stakeWithPermit, (OPERATOR, assets, START, v, r, s));
    }

    function testFuzz_RevertWhen_ListIsTooLong(uint256 entries) external {
        entries = bound(entries, 65, 200);
        vm.expectRevert(abi.encodeWithSelector(IStakeRouter.RouterTooManyEntries.selector, entries, 64));
        router.claimMany(new IStakeRouter.ClaimRequest[](entries));
        vm.expectRevert(abi.encodeWithSelector(IStakeRouter.RouterTooManyEntries.selector, entries, 64));
        router.claimRewards(ALICE, new address[](entries));
    }

    function test_WhenListIsFull_DoesEach() external {
        vm.assertEq(router.claimMany(new IStakeRouter.ClaimRequest[](64)).length, 64, "claims");
        vm.assertEq(router.claimRewards(ALICE, new address[](64)).length, 64, "rewards");
    }

    function _stakeAs(address account, address operator, uint256 assets) private {
        opg.transfer(account, assets);
        vm.startPrank(account);
        opg.approve(address(staking), assets);
        staking.stake(operator, assets);
        vm.stopPrank();
    }

    function _unbondAs(address account, address operator, uint256 shares) private returns (uint256, uint256) {
        vm.prank(account);
        return staking.unbond(operator, shares);
    }

    /// @dev Nothing stays in the router, neither tokens nor stake.
    function _checkEmpty() private view {
        vm.assertEq(opg.balanceOf(address(router)), 0, "no tokens");
        vm.assertEq(staking.sharesOf(OPERATOR, address(router)), 0, "no stake");
    }

    function _signPermit(uint256 value, uint256 deadline) private view returns (uint8, bytes32, bytes32) {
        bytes32 message = keccak256(
            abi.encode(PERMIT_TYPEHASH, owner, address(router), value, opg.nonces(owner), deadline)
        );
        return vm.sign(OWNER_KEY, keccak256(abi.encodePacked("\x19\x01", opg.DOMAIN_SEPARATOR(), message)));
    }

    function _signTransfer(
        address operator,
        uint256 amount,
        uint256 nonce,
        uint256 deadline
    ) private view returns (IStakeRouter.SignedTransfer memory transfer) {
        IPermit2.PermitTransferFrom memory permit = IPermit2.PermitTransferFrom(
            IPermit2.TokenPermissions(address(opg), amount),
            nonce,
            deadline
        );
        bytes32 digest = permit2.digestOf(
            permit,
            address(router),
            router.hashStakeIntent(operator),
            router.WITNESS_TYPE()
        );
        (uint8 v, bytes32 r, bytes32 s) = vm.sign(OWNER_KEY, digest);
        transfer = IStakeRouter.SignedTransfer(amount, nonce, deadline, abi.encodePacked(r, s, v));
    }
}
