// SPDX-License-Identifier: MIT
pragma solidity 0.8.34;

import {VerifierRegistry} from "../../../contracts/zkml/VerifierRegistry.sol";
import {IProofSystem} from "../../../contracts/zkml/interfaces/IProofSystem.sol";
import {IVerifierRegistry} from "../../../contracts/zkml/interfaces/IVerifierRegistry.sol";
import {Bn254} from "../../../contracts/zkml/libraries/Bn254.sol";
import {Base} from "../Base.sol";
import {ProofVectors} from "./ProofVectors.sol";

contract VerifierRegistryVerifyTest is Base {
    VerifierRegistry internal registry;
    bytes32 internal feeKeyId;
    bytes32 internal twoSignalKeyId;

    function setUp() public {
        registry = VerifierRegistry(create("VerifierRegistry", abi.encode(address(this), true, new IProofSystem[](0))));
        feeKeyId = registry.registerKey(ProofVectors.feeKey(), true);
        twoSignalKeyId = registry.registerKey(ProofVectors.twoSignalKey(), false);
    }

    function test_WhenProofIsRight() external view {
        vm.assertTrue(_verifyFee(ProofVectors.feeProof(), ProofVectors.feeSignals()), "fee proof");
    }

    function test_WhenKeyHasTwoSignals() external view {
        vm.assertTrue(
            registry.verify(twoSignalKeyId, ProofVectors.twoSignalProof(), ProofVectors.twoSignalSignals()),
            "proof of two signals"
        );
    }

    function test_WhenProofIsReRandomised() external view {
        // (−A, −B, C) satisfies the same equation: the proof's bytes do not identify what it proves.
        IVerifierRegistry.Proof memory proof = ProofVectors.feeProof();
        proof.a[1] = Bn254.BASE_MODULUS - proof.a[1];
        proof.b[2] = Bn254.BASE_MODULUS - proof.b[2];
        proof.b[3] = Bn254.BASE_MODULUS - proof.b[3];
        vm.assertTrue(_verifyFee(proof, ProofVectors.feeSignals()), "same statement, other bytes");
    }

    function testFuzz_WhenSignalIsEdited(uint256 index, uint256 value) external view {
        uint256[] memory signals = ProofVectors.feeSignals();
        index = bound(index, 0, signals.length - 1);
        value = bound(value, 0, Bn254.SCALAR_MODULUS - 1);
        bool same = signals[index] == value;
        signals[index] = value;
        vm.assertTrue(_verifyFee(ProofVectors.feeProof(), signals) == same, "edited signal");
    }

    function testFuzz_WhenProofWordIsEdited(uint256 index, uint256 value) external view {
        index = bound(index, 0, 7);
        uint256[8] memory words = _words(ProofVectors.feeProof());
        bool same = words[index] == value;
        words[index] = value;
        vm.assertTrue(_verifyFee(_proof(words), ProofVectors.feeSignals()) == same, "edited proof");
    }

    function testFuzz_WhenProofWordIsNotCanonical(uint256 index) external view {
        index = bound(index, 0, 7);
        uint256[8] memory words = _words(ProofVectors.feeProof());
        words[index] += Bn254.BASE_MODULUS;
        vm.assertFalse(_verifyFee(_proof(words), ProofVectors.feeSignals()), "coordinate + q");
    }

    function test_WhenProofIsInfinity() external view {
        IVerifierRegistry.Proof memory proof;
        vm.assertFalse(_verifyFee(proof, ProofVectors.feeSignals()), "zero proof");
    }

    function test_WhenSecondPointIsOutsideTheSubgroup() external view {
        IVerifierRegistry.Proof memory proof = ProofVectors.feeProof();
        proof.b = ProofVectors.pointOutsideSubgroup();
        vm.assertFalse(_verifyFee(proof, ProofVectors.feeSignals()), "B outside the subgroup");
    }

    function test_WhenKeyIsAnother() external {
        IVerifierRegistry.VerifyingKey memory key = ProofVectors.twoSignalKey();
        (key.ic[1], key.ic[2]) = (key.ic[2], key.ic[1]);
        bytes32 otherKeyId = registry.registerKey(key, false);
        vm.assertFalse(
            registry.verify(otherKeyId, ProofVectors.twoSignalProof(), ProofVectors.twoSignalSignals()),
            "proof under another key"
        );
    }

    function test_GivenKeyIsOutsideTheSubgroup() external {
        IVerifierRegistry.VerifyingKey memory key = ProofVectors.twoSignalKey();
        key.delta2 = ProofVectors.pointOutsideSubgroup();
        bytes32 keyId = registry.registerKey(key, false);
        vm.assertFalse(
            registry.verify(keyId, ProofVectors.twoSignalProof(), ProofVectors.twoSignalSignals()),
            "no proof verifies under such a key"
        );
    }

    function testFuzz_RevertWhen_KeyIsUnknown(bytes32 keyId) external {
        vm.assume(keyId != feeKeyId && keyId != twoSignalKeyId);
        vm.expectRevert(abi.encodeWithSelector(IVerifierRegistry.VerifierKeyUnknown.selector, keyId));
        registry.verify(keyId, ProofVectors.feeProof(), ProofVectors.feeSignals());
    }

    function testFuzz_RevertWhen_SignalCountIsWrong(uint256 count) external {
        count = bound(count, 0, 40);
        vm.assume(count != 3);
        vm.expectRevert(abi.encodeWithSelector(IVerifierRegistry.VerifierSignalCountWrong.selector, count, 3));
        registry.verify(feeKeyId, ProofVectors.feeProof(), new uint256[](count));
    }

    function testFuzz_RevertWhen_SignalIsNotInField(uint256 index, uint256 signal) external {
        uint256[] memory signals = ProofVectors.feeSignals();
        index = bound(index, 0, signals.length - 1);
        signals[index] = bound(signal, Bn254.SCALAR_MODULUS, type(uint256).max);
        vm.expectRevert(
            abi.encodeWithSelector(IVerifierRegistry.VerifierSignalNotInField.selector, index, signals[index])
        );
        registry.verify(feeKeyId, ProofVectors.feeProof(), signals);
    }

    function test_RevertWhen_SignalIsAnAlias() external {
        uint256[] memory signals = ProofVectors.feeSignals();
        signals[1] += Bn254.SCALAR_MODULUS;
        vm.expectRevert(abi.encodeWithSelector(IVerifierRegistry.VerifierSignalNotInField.selector, 1, signals[1]));
        registry.verify(feeKeyId, ProofVectors.feeProof(), signals);
    }

    /// @dev Whatever gas the caller leaves, a right proof is never called wrong: the call reverts or says true.
    function testFuzz_RevertWhen_GasIsTooLow(uint256 gasLimit) external view {
        gasLimit = bound(gasLimit, 5_000, 230_000);
        (bool done, bytes memory answer) = address(registry).staticcall{gas: gasLimit}(
            abi.encodeCall(registry.verify, (feeKeyId, ProofVectors.feeProof(), ProofVectors.feeSignals()))
        );
        if (done) vm.assertTrue(abi.decode(answer, (bool)), "verdict of a starved call");
        if (gasLimit < 200_000) vm.assertFalse(done, "a starved call reverts");
    }

    function _verifyFee(IVerifierRegistry.Proof memory proof, uint256[] memory signals) private view returns (bool) {
        return registry.verify(feeKeyId, proof, signals);
    }

    function _words(IVerifierRegistry.Proof memory proof) private pure returns (uint256[8] memory) {
        return abi.decode(abi.encode(proof), (uint256[8]));
    }

    function _proof(uint256[8] memory words) private pure returns (IVerifierRegistry.Proof memory) {
        return abi.decode(abi.encode(words), (IVerifierRegistry.Proof));
    }
}
