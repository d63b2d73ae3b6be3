// SPDX-License-Identifier: MIT
pragma solidity 0.8.34;

import {ERC20Permit} from "@openzeppelin/contracts/token/ERC20/extensions/ERC20Permit.sol";
import {ERC3009} from "@openzeppelin/contracts/token/ERC20/extensions/draft-ERC3009.sol";
import {IERC20Errors} from "@openzeppelin/contracts/interfaces/draft-IERC6093.sol";
import {Votes} from "@openzeppelin/contracts/governance/utils/Votes.sol";
import {IVotes} from "@openzeppelin/contracts/governance/utils/IVotes.sol";
import {Nonces} from "@openzeppelin/contracts/utils/Nonces.sol";
import {OPG} from "../../../contracts/token/OPG.sol";
import {Base} from "../Base.sol";
import {ContractWallet__Mock} from "../../mocks/ContractWallet__Mock.sol";

contract OPGTest is Base {
    /// @dev The fields of an ERC-3009 authorization.
    struct Authorization {
        address from;
        address to;
        uint256 value;
        uint256 validAfter;
        uint256 validBefore;
        bytes32 nonce;
    }

    bytes32 private constant _DOMAIN_TYPEHASH = keccak256(
        "EIP712Domain(string name,string version,uint256 chainId,address verifyingContract)"
    );
    bytes32 private constant _PERMIT_TYPEHASH = keccak256(
        "Permit(address owner,address spender,uint256 value,uint256 nonce,uint256 deadline)"
    );
    bytes32 private constant _DELEGATION_TYPEHASH = keccak256(
        "Delegation(address delegatee,uint256 nonce,uint256 expiry)"
    );
    bytes32 private constant _TRANSFER_TYPEHASH = keccak256(
        "TransferWithAuthorization(address from,address to,uint256 value,"
        "uint256 validAfter,uint256 validBefore,bytes32 nonce)"
    );
    bytes32 private constant _RECEIVE_TYPEHASH = keccak256(
        "ReceiveWithAuthorization(address from,address to,uint256 value,"
        "uint256 validAfter,uint256 validBefore,bytes32 nonce)"
    );
    bytes32 private constant _CANCEL_TYPEHASH = keccak256("CancelAuthorization(address authorizer,bytes32 nonce)");

    uint256 private constant _SUPPLY = 1_000_000_000e18;
    uint256 private constant _HOLDER_KEY = 0xA11CE;
    uint256 private constant _OTHER_KEY = 0xB0B;
    uint256 private constant _START = 1_800_000_000;

    address private _holder;
    address private _other;
    OPG private _opg;

    function setUp() public {
        vm.warp(_START);
        _holder = vm.addr(_HOLDER_KEY);
        _other = vm.addr(_OTHER_KEY);
        _opg = OPG(create("OPG", abi.encode(_holder)));
    }

    // --- Supply ---------------------------------------------------------------------------------------------------

    function test_MintsTheFixedSupplyOnce() public view {
        vm.assertEq(_opg.totalSupply(), _SUPPLY, "supply");
        vm.assertEq(_opg.balanceOf(_holder), _SUPPLY, "holder");
        vm.assertEq(_opg.name(), "OpenGradient", "name");
        vm.assertEq(_opg.symbol(), "OPG", "symbol");
        vm.assertEq(_opg.decimals(), 18, "decimals");
    }

    function test_RevertWhen_InitialHolderIsZero() public {
        vm.expectRevert(abi.encodeWithSelector(IERC20Errors.ERC20InvalidReceiver.selector, address(0)));
        create("OPG", abi.encode(address(0)));
    }

    function testFuzz_Burn_ShrinksSupplyAndVotes(uint256 amount) public {
        amount = bound(amount, 0, _SUPPLY);
        vm.startPrank(_holder);
        _opg.delegate(_holder);
        _opg.burn(amount);
        vm.stopPrank();
        vm.assertEq(_opg.totalSupply(), _SUPPLY - amount, "supply");
        vm.assertEq(_opg.balanceOf(_holder), _SUPPLY - amount, "balance");
        vm.assertEq(_opg.getVotes(_holder), _SUPPLY - amount, "votes");
    }

    function test_RevertWhen_BurningMoreThanHeld() public {
        vm.expectRevert(
            abi.encodeWithSelector(IERC20Errors.ERC20InsufficientBalance.selector, _holder, _SUPPLY, _SUPPLY + 1)
        );
        vm.prank(_holder);
        _opg.burn(_SUPPLY + 1);
    }

    function test_RevertWhen_BurningFromAnotherWithoutAllowance() public {
        vm.expectRevert(abi.encodeWithSelector(IERC20Errors.ERC20InsufficientAllowance.selector, _other, 0, 1));
        vm.prank(_other);
        _opg.burnFrom(_holder, 1);
    }

    function test_DomainIsOpenGradientVersionOne() public view {
        bytes32 expected = keccak256(
            abi.encode(_DOMAIN_TYPEHASH, keccak256("OpenGradient"), keccak256("1"), block.chainid, address(_opg))
        );
        vm.assertEq(_opg.DOMAIN_SEPARATOR(), expected, "domain");
    }

    // --- ERC-2612 -------------------------------------------------------------------------------------------------

    function testFuzz_Permit_SetsAllowance(uint256 value, uint256 deadline) public {
        deadline = bound(deadline, _START, type(uint256).max);
        (uint8 v, bytes32 r, bytes32 s) = _signPermit(_HOLDER_KEY, value, 0, deadline);
        _opg.permit(_holder, _other, value, deadline, v, r, s);
        vm.assertEq(_opg.allowance(_holder, _other), value, "allowance");
        vm.assertEq(_opg.nonces(_holder), 1, "nonce");
    }

    function test_RevertWhen_PermitIsExpired() public {
        (uint8 v, bytes32 r, bytes32 s) = _signPermit(_HOLDER_KEY, 5, 0, _START - 1);
        vm.expectRevert(abi.encodeWithSelector(ERC20Permit.ERC2612ExpiredSignature.selector, _START - 1));
        _opg.permit(_holder, _other, 5, _START - 1, v, r, s);
    }

    function test_RevertWhen_PermitIsSignedByAnother() public {
        (uint8 v, bytes32 r, bytes32 s) = _signPermit(_OTHER_KEY, 5, 0, _START);
        vm.expectRevert(abi.encodeWithSelector(ERC20Permit.ERC2612InvalidSigner.selector, _other, _holder));
        _opg.permit(_holder, _other, 5, _START, v, r, s);
    }

    function test_RevertWhen_PermitIsReplayed() public {
        (uint8 v, bytes32 r, bytes32 s) = _signPermit(_HOLDER_KEY, 5, 0, _START);
        _opg.permit(_holder, _other, 5, _START, v, r, s);
        // The signature now stands against the next nonce, under which it belongs to nobody's key.
        bytes32 structHash = keccak256(abi.encode(_PERMIT_TYPEHASH, _holder, _other, 5, 1, _START));
        address recovered = ecrecover(_typedData(structHash), v, r, s);
        vm.expectRevert(abi.encodeWithSelector(ERC20Permit.ERC2612InvalidSigner.selector, recovered, _holder));
        _opg.permit(_holder, _other, 5, _START, v, r, s);
    }

    // --- ERC-3009: transferWithAuthorization ----------------------------------------------------------------------

    function testFuzz_TransferWithAuthorization_MovesTokensWithAnyNonce(
        uint256 value,
        bytes32 nonce,
        bytes32 secondNonce
    ) public {
        vm.assume(nonce != secondNonce);
        Authorization memory a = _authorization(bound(value, 0, _SUPPLY), nonce);
        _transferWithSignature(a, _HOLDER_KEY);
        vm.assertEq(_opg.balanceOf(_other), a.value, "moved");
        vm.assertTrue(_opg.authorizationState(_holder, nonce), "used");
        vm.assertFalse(_opg.authorizationState(_holder, secondNonce), "another nonce is free");

        a.nonce = secondNonce;
        a.value = 0;
        _transferWithSignature(a, _HOLDER_KEY);
        vm.assertTrue(_opg.authorizationState(_holder, secondNonce), "second used");
        vm.assertEq(_opg.nonces(_holder), 0, "permit nonce untouched");
    }

    function test_TransferWithAuthorization_AcceptsContractWalletSignature() public {
        ContractWallet__Mock wallet = new ContractWallet__Mock(_other);
        vm.prank(_holder);
        _opg.transfer(address(wallet), 100);
        Authorization memory a = _authorization(70, bytes32(uint256(1)));
        a.from = address(wallet);
        a.to = _other;
        (uint8 v, bytes32 r, bytes32 s) = vm.sign(_OTHER_KEY, _digest(_TRANSFER_TYPEHASH, a));
        bytes memory signature = abi.encodePacked(r, s, v);
        _opg.transferWithAuthorization(a.from, a.to, a.value, a.validAfter, a.validBefore, a.nonce, signature);
        vm.assertEq(_opg.balanceOf(_other), 70, "moved");
        vm.assertTrue(_opg.authorizationState(address(wallet), a.nonce), "used");
    }

    function test_RevertWhen_ContractWalletRefusesSignature() public {
        ContractWallet__Mock wallet = new ContractWallet__Mock(_other);
        Authorization memory a = _authorization(0, bytes32(uint256(1)));
        a.from = address(wallet);
        (uint8 v, bytes32 r, bytes32 s) = vm.sign(_HOLDER_KEY, _digest(_TRANSFER_TYPEHASH, a));
        vm.expectRevert(ERC3009.ERC3009InvalidSignature.selector);
        _opg.transferWithAuthorization(
            a.from,
            a.to,
            a.value,
            a.validAfter,
            a.validBefore,
            a.nonce,
            abi.encodePacked(r, s, v)
        );
    }

    function testFuzz_RevertWhen_AuthorizationIsReplayed(bytes32 nonce) public {
        Authorization memory a = _authorization(1, nonce);
        _transferWithSignature(a, _HOLDER_KEY);
        (uint8 v, bytes32 r, bytes32 s) = vm.sign(_HOLDER_KEY, _digest(_TRANSFER_TYPEHASH, a));
        vm.expectRevert(abi.encodeWithSelector(ERC3009.ERC3009UsedAuthorization.selector, _holder, nonce));
        _opg.transferWithAuthorization(a.from, a.to, a.value, a.validAfter, a.validBefore, a.nonce, v, r, s);
    }

    function test_RevertWhen_AuthorizationIsSignedByAnother() public {
        Authorization memory a = _authorization(1, 0);
        (uint8 v, bytes32 r, bytes32 s) = vm.sign(_OTHER_KEY, _digest(_TRANSFER_TYPEHASH, a));
        vm.expectRevert(ERC3009.ERC3009InvalidSignature.selector);
        _opg.transferWithAuthorization(a.from, a.to, a.value, a.validAfter, a.validBefore, a.nonce, v, r, s);
    }

    function test_RevertWhen_AuthorizationValueIsAltered() public {
        Authorization memory a = _authorization(1, 0);
        (uint8 v, bytes32 r, bytes32 s) = vm.sign(_HOLDER_KEY, _digest(_TRANSFER_TYPEHASH, a));
        vm.expectRevert(ERC3009.ERC3009InvalidSignature.selector);
        _opg.transferWithAuthorization(a.from, a.to, 2, a.validAfter, a.validBefore, a.nonce, v, r, s);
    }

    function test_RevertWhen_AuthorizationIsExpired() public {
        Authorization memory a = _authorization(1, 0);
        a.validBefore = _START;
        _expectInvalidTime(a);
    }

    function test_RevertWhen_AuthorizationIsNotYetValid() public {
        Authorization memory a = _authorization(1, 0);
        a.validAfter = _START;
        _expectInvalidTime(a);
    }

    // --- ERC-3009: receiveWithAuthorization, cancelAuthorization --------------------------------------------------

    function test_ReceiveWithAuthorization_MovesTokensForTheReceiver() public {
        Authorization memory a = _authorization(9, bytes32(uint256(7)));
        (uint8 v, bytes32 r, bytes32 s) = vm.sign(_HOLDER_KEY, _digest(_RECEIVE_TYPEHASH, a));
        vm.prank(_other);
        _opg.receiveWithAuthorization(a.from, a.to, a.value, a.validAfter, a.validBefore, a.nonce, v, r, s);
        vm.assertEq(_opg.balanceOf(_other), 9, "moved");
    }

    function test_RevertWhen_ReceiverIsNotTheCaller() public {
        Authorization memory a = _authorization(9, bytes32(uint256(7)));
        (uint8 v, bytes32 r, bytes32 s) = vm.sign(_HOLDER_KEY, _digest(_RECEIVE_TYPEHASH, a));
        vm.expectRevert(abi.encodeWithSelector(IERC20Errors.ERC20InvalidReceiver.selector, _other));
        vm.prank(_holder);
        _opg.receiveWithAuthorization(a.from, a.to, a.value, a.validAfter, a.validBefore, a.nonce, v, r, s);
    }

    function testFuzz_CancelAuthorization_UsesTheNonceUp(bytes32 nonce) public {
        (uint8 v, bytes32 r, bytes32 s) = vm.sign(_HOLDER_KEY, _cancelDigest(nonce));
        _opg.cancelAuthorization(_holder, nonce, v, r, s);
        vm.assertTrue(_opg.authorizationState(_holder, nonce), "used");

        Authorization memory a = _authorization(1, nonce);
        (v, r, s) = vm.sign(_HOLDER_KEY, _digest(_TRANSFER_TYPEHASH, a));
        vm.expectRevert(abi.encodeWithSelector(ERC3009.ERC3009UsedAuthorization.selector, _holder, nonce));
        _opg.transferWithAuthorization(a.from, a.to, a.value, a.validAfter, a.validBefore, a.nonce, v, r, s);
    }

    function test_RevertWhen_CancellationIsSignedByAnother() public {
        (uint8 v, bytes32 r, bytes32 s) = vm.sign(_OTHER_KEY, _cancelDigest(0));
        vm.expectRevert(ERC3009.ERC3009InvalidSignature.selector);
        _opg.cancelAuthorization(_holder, 0, v, r, s);
    }

    function test_RevertWhen_CancellingAUsedNonce() public {
        _transferWithSignature(_authorization(1, 0), _HOLDER_KEY);
        (uint8 v, bytes32 r, bytes32 s) = vm.sign(_HOLDER_KEY, _cancelDigest(0));
        vm.expectRevert(abi.encodeWithSelector(ERC3009.ERC3009UsedAuthorization.selector, _holder, bytes32(0)));
        _opg.cancelAuthorization(_holder, 0, v, r, s);
    }

    // --- Votes ----------------------------------------------------------------------------------------------------

    function test_ClockIsUnixSeconds() public {
        vm.warp(_START + 12_345);
        vm.assertEq(_opg.clock(), _START + 12_345, "clock");
        vm.assertEq(_opg.CLOCK_MODE(), "mode=timestamp", "mode");
    }

    function testFuzz_GetPastVotes_ReadsTimestamps(uint256 amount, uint256 wait) public {
        amount = bound(amount, 1, _SUPPLY);
        wait = bound(wait, 1, 3_650 days);
        vm.prank(_holder);
        _opg.delegate(_holder);
        vm.warp(_START + wait);
        vm.prank(_holder);
        _opg.transfer(_other, amount);
        vm.warp(_START + wait + 1);

        vm.assertEq(_opg.getPastVotes(_holder, _START + wait - 1), _SUPPLY, "votes before");
        vm.assertEq(_opg.getPastVotes(_holder, _START + wait), _SUPPLY - amount, "votes after");
        vm.assertEq(_opg.getPastTotalSupply(_START), _SUPPLY, "supply");
        vm.assertEq(_opg.getVotes(_other), 0, "undelegated tokens have no votes");
    }

    function test_RevertWhen_VotesOfTheFutureAreRead() public {
        vm.expectRevert(abi.encodeWithSelector(Votes.ERC5805FutureLookup.selector, _START, _START));
        _opg.getPastVotes(_holder, _START);
    }

    function test_DelegateBySig_MovesVotes() public {
        (uint8 v, bytes32 r, bytes32 s) = _signDelegation(_HOLDER_KEY, 0, _START);
        _opg.delegateBySig(_other, 0, _START, v, r, s);
        vm.assertEq(_opg.delegates(_holder), _other, "delegate");
        vm.assertEq(_opg.getVotes(_other), _SUPPLY, "votes");
    }

    function test_RevertWhen_DelegationIsReplayed() public {
        (uint8 v, bytes32 r, bytes32 s) = _signDelegation(_HOLDER_KEY, 0, _START);
        _opg.delegateBySig(_other, 0, _START, v, r, s);
        vm.expectRevert(abi.encodeWithSelector(Nonces.InvalidAccountNonce.selector, _holder, 1));
        _opg.delegateBySig(_other, 0, _START, v, r, s);
    }

    function test_RevertWhen_DelegationIsExpired() public {
        (uint8 v, bytes32 r, bytes32 s) = _signDelegation(_HOLDER_KEY, 0, _START - 1);
        vm.expectRevert(abi.encodeWithSelector(IVotes.VotesExpiredSignature.selector, _START - 1));
        _opg.delegateBySig(_other, 0, _START - 1, v, r, s);
    }

    // --- Helpers --------------------------------------------------------------------------------------------------

    function _authorization(uint256 value, bytes32 nonce) private view returns (Authorization memory) {
        return
            Authorization({
                from: _holder,
                to: _other,
                value: value,
                validAfter: _START - 600,
                validBefore: _START + 60,
                nonce: nonce
            });
    }

    function _transferWithSignature(Authorization memory a, uint256 key) private {
        (uint8 v, bytes32 r, bytes32 s) = vm.sign(key, _digest(_TRANSFER_TYPEHASH, a));
        _opg.transferWithAuthorization(a.from, a.to, a.value, a.validAfter, a.validBefore, a.nonce, v, r, s);
    }

    function _expectInvalidTime(Authorization memory a) private {
        (uint8 v, bytes32 r, bytes32 s) = vm.sign(_HOLDER_KEY, _digest(_TRANSFER_TYPEHASH, a));
        vm.expectRevert(
            abi.encodeWithSelector(ERC3009.ERC3009InvalidAuthorizationTime.selector, a.validAfter, a.validBefore)
        );
        _opg.transferWithAuthorization(a.from, a.to, a.value, a.validAfter, a.validBefore, a.nonce, v, r, s);
    }

    function _digest(bytes32 typeHash, Authorization memory a) private view returns (bytes32) {
        return _typedData(keccak256(abi.encode(typeHash, a)));
    }

    function _cancelDigest(bytes32 nonce) private view returns (bytes32) {
        return _typedData(keccak256(abi.encode(_CANCEL_TYPEHASH, _holder, nonce)));
    }

    function _typedData(bytes32 structHash) private view returns (bytes32) {
        return keccak256(abi.encodePacked(hex"1901", _opg.DOMAIN_SEPARATOR(), structHash));
    }

    function _signPermit(
        uint256 key,
        uint256 value,
        uint256 nonce,
        uint256 deadline
    ) private view returns (uint8 v, bytes32 r, bytes32 s) {
        bytes32 structHash = keccak256(abi.encode(_PERMIT_TYPEHASH, _holder, _other, value, nonce, deadline));
        return vm.sign(key, _typedData(structHash));
    }

    function _signDelegation(
        uint256 key,
        uint256 nonce,
        uint256 expiry
    ) private view returns (uint8 v, bytes32 r, bytes32 s) {
        return vm.sign(key, _typedData(keccak256(abi.encode(_DELEGATION_TYPEHASH, _other, nonce, expiry))));
    }
}
