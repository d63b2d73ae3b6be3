// SPDX-License-Identifier: MIT
pragma solidity 0.8.34;

import {VerifierRegistry} from "../../../contracts/zkml/VerifierRegistry.sol";
import {IProofSystem} from "../../../contracts/zkml/interfaces/IProofSystem.sol";
import {IVerifierRegistry} from "../../../contracts/zkml/interfaces/IVerifierRegistry.sol";
import {Bn254} from "../../../contracts/zkml/libraries/Bn254.sol";
import {Base} from "../Base.sol";
import {ProofBatch} from "./ProofBatch.sol";
import {ProofVectors} from "./ProofVectors.sol";

contract VerifierRegistryVerifyBatchTest is Base {
    VerifierRegistry internal registry;
    bytes32 internal feeKeyId;
    bytes32 internal twoSignalKeyId;

    function setUp() public {
        registry = VerifierRegistry(create("VerifierRegistry", abi.encode(address(this), true, new IProofSystem[](0))));
        feeKeyId = registry.registerKey(ProofVectors.feeKey(), true);
        twoSignalKeyId = registry.registerKey(ProofVectors.twoSignalKey(), false);
    }

    function test_WhenAllProofsAreRight() external view {
        vm.assertTrue(registry.verifyBatch(_batch()), "three proofs under two keys");
    }

    function test_WhenThereIsOneProof() external view {
        IVerifierRegistry.BatchGroup[] memory groups = new IVerifierRegistry.BatchGroup[](1);
        groups[0] = _batch()[1];
        vm.assertTrue(registry.verifyBatch(groups), "one proof");
    }

    function testFuzz_WhenSignalIsEdited(uint256 group, uint256 index, uint256 value) external view {
        IVerifierRegistry.BatchGroup[] memory groups = _batch();
        uint256[] memory signals = groups[bound(group, 0, 1)].signals;
        index = bound(index, 0, signals.length - 1);
        value = bound(value, 0, Bn254.SCALAR_MODULUS - 1);
        bool same = signals[index] == value;
        signals[index] = value;
        vm.assertTrue(registry.verifyBatch(groups) == same, "edited signal");
    }

    function testFuzz_WhenProofWordIsEdited(uint256 which, uint256 index, uint256 value) external view {
        which = bound(which, 0, 2);
        index = bound(index, 0, 7);
        IVerifierRegistry.BatchGroup[] memory groups = _batch();
        IVerifierRegistry.Proof[] memory proofs = groups[which / 2].proofs;
        uint256[8] memory words = abi.decode(abi.encode(proofs[which % 2]), (uint256[8]));
        bool same = words[index] == value;
        words[index] = value;
        proofs[which % 2] = abi.decode(abi.encode(words), (IVerifierRegistry.Proof));
        vm.assertTrue(registry.verifyBatch(groups) == same, "edited proof");
    }

    function testFuzz_WhenProofWordIsNotCanonical(uint256 index) external view {
        index = bound(index, 0, 7);
        IVerifierRegistry.BatchGroup[] memory groups = _batch();
        uint256[8] memory words = abi.decode(abi.encode(groups[0].proofs[1]), (uint256[8]));
        words[index] += Bn254.BASE_MODULUS;
        groups[0].proofs[1] = abi.decode(abi.encode(words), (IVerifierRegistry.Proof));
        vm.assertFalse(registry.verifyBatch(groups), "coordinate + q");
    }

    function testFuzz_WhenErrorsWouldCancel(uint256 factor) external view {
        factor = bound(factor, 1, Bn254.SCALAR_MODULUS - 1);
        IVerifierRegistry.BatchGroup[] memory groups = _batch();
        IVerifierRegistry.Proof[] memory proofs = groups[0].proofs;
        // The sum of both C stays the same, so that the plain sum of the equations would still hold.
        proofs[0].c = _addMultiple(proofs[0].c, factor);
        proofs[1].c = _addMultiple(proofs[1].c, Bn254.SCALAR_MODULUS - factor);
        vm.assertFalse(registry.verifyBatch(groups), "cancelling errors");
    }

    function test_WhenSecondPointIsOutsideTheSubgroup() external view {
        IVerifierRegistry.BatchGroup[] memory groups = _batch();
        groups[0].proofs[1].b = ProofVectors.pointOutsideSubgroup();
        vm.assertFalse(registry.verifyBatch(groups), "B outside the subgroup");
    }

    function test_WhenProofIsInfinity() external view {
        IVerifierRegistry.BatchGroup[] memory groups = _batch();
        delete groups[1].proofs[0];
        vm.assertFalse(registry.verifyBatch(groups), "zero proof");
    }

    function test_WhenKeysAreSwapped() external {
        IVerifierRegistry.VerifyingKey memory key = ProofVectors.feeKey();
        (key.ic[1], key.ic[2]) = (key.ic[2], key.ic[1]);
        IVerifierRegistry.BatchGroup[] memory groups = _batch();
        groups[0].keyId = registry.registerKey(key, true);
        vm.assertFalse(registry.verifyBatch(groups), "proofs under another key");
    }

    function test_RevertWhen_BatchIsEmpty() external {
        vm.expectRevert(abi.encodeWithSelector(IVerifierRegistry.VerifierBatchSizeOutOfRange.selector, 0, 256));
        registry.verifyBatch(new IVerifierRegistry.BatchGroup[](0));
    }

    function test_RevertWhen_BatchIsTooLarge() external {
        IVerifierRegistry.BatchGroup[] memory groups = _batch();
        groups[0].proofs = new IVerifierRegistry.Proof[](256);
        vm.expectRevert(abi.encodeWithSelector(IVerifierRegistry.VerifierBatchSizeOutOfRange.selector, 257, 256));
        registry.verifyBatch(groups);
    }

    function testFuzz_RevertWhen_GroupIsEmpty(uint256 group) external {
        group = bound(group, 0, 1);
        IVerifierRegistry.BatchGroup[] memory groups = _batch();
        groups[group].proofs = new IVerifierRegistry.Proof[](0);
        vm.expectRevert(abi.encodeWithSelector(IVerifierRegistry.VerifierBatchGroupEmpty.selector, group));
        registry.verifyBatch(groups);
    }

    function testFuzz_RevertWhen_KeyIsUnknown(uint256 group, bytes32 keyId) external {
        vm.assume(keyId != feeKeyId && keyId != twoSignalKeyId);
        IVerifierRegistry.BatchGroup[] memory groups = _batch();
        groups[bound(group, 0, 1)].keyId = keyId;
        vm.expectRevert(abi.encodeWithSelector(IVerifierRegistry.VerifierKeyUnknown.selector, keyId));
        registry.verifyBatch(groups);
    }

    function testFuzz_RevertWhen_SignalCountIsWrong(uint256 count) external {
        count = bound(count, 0, 40);
        if (count == 6) count = 3;
        IVerifierRegistry.BatchGroup[] memory groups = _batch();
        groups[0].signals = new uint256[](count);
        vm.expectRevert(abi.encodeWithSelector(IVerifierRegistry.VerifierSignalCountWrong.selector, count, 6));
        registry.verifyBatch(groups);
    }

    function testFuzz_RevertWhen_SignalIsNotInField(uint256 index, uint256 signal) external {
        index = bound(index, 0, 5);
        signal = bound(signal, Bn254.SCALAR_MODULUS, type(uint256).max);
        IVerifierRegistry.BatchGroup[] memory groups = _batch();
        groups[0].signals[index] = signal;
        vm.expectRevert(abi.encodeWithSelector(IVerifierRegistry.VerifierSignalNotInField.selector, index % 3, signal));
        registry.verifyBatch(groups);
    }

    /// @dev Whatever gas the caller leaves, right proofs are never called wrong: the call reverts or says true.
    function testFuzz_RevertWhen_GasIsTooLow(uint256 gasLimit) external view {
        gasLimit = bound(gasLimit, 5_000, 520_000);
        (bool done, bytes memory answer) = address(registry).staticcall{gas: gasLimit}(
            abi.encodeCall(registry.verifyBatch, (_batch()))
        );
        if (done) vm.assertTrue(abi.decode(answer, (bool)), "verdict of a starved call");
        if (gasLimit < 380_000) vm.assertFalse(done, "a starved call reverts");
    }

    /// @dev Two proofs of the fee circuit (the second one is the first in other bytes) and one of two signals.
    function _batch() private view returns (IVerifierRegistry.BatchGroup[] memory) {
        return ProofBatch.underTwoKeys(feeKeyId, twoSignalKeyId);
    }

    /// @dev point + factor · (1, 2).
    function _addMultiple(uint256[2] memory point, uint256 factor) private view returns (uint256[2] memory sum) {
        (bool done, bytes memory term) = address(0x07).staticcall(abi.encode(uint256(1), uint256(2), factor));
        (bool added, bytes memory result) = address(0x06).staticcall(abi.encodePacked(abi.encode(point), term));
        vm.assertTrue(done && added, "precompiles");
        return abi.decode(result, (uint256[2]));
    }
}
