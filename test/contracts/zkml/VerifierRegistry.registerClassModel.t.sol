// SPDX-License-Identifier: MIT
pragma solidity 0.8.34;

import {VerifierRegistry} from "../../../contracts/zkml/VerifierRegistry.sol";
import {IProofSystem} from "../../../contracts/zkml/interfaces/IProofSystem.sol";
import {IVerifierRegistry} from "../../../contracts/zkml/interfaces/IVerifierRegistry.sol";
import {Bn254} from "../../../contracts/zkml/libraries/Bn254.sol";
import {Base} from "../Base.sol";
import {ProofVectors} from "./ProofVectors.sol";

/// @dev The genuine proof of the fee circuit serves as a class proof: its first signal is then the data (an output
///      below 2^48 and inputs 0), its second the model's hash.
contract VerifierRegistryRegisterClassModelTest is Base {
    VerifierRegistry internal registry;
    bytes32 internal classKeyId;
    uint256 internal modelHash;

    event ClassModelRegistered(
        bytes32 indexed keyId,
        bytes32 indexed classKeyId,
        uint256 modelHash,
        address indexed registrant
    );

    function setUp() public {
        registry = VerifierRegistry(create("VerifierRegistry", abi.encode(address(this), true, new IProofSystem[](0))));
        classKeyId = registry.registerKey(ProofVectors.feeKey(), true);
        modelHash = ProofVectors.feeSignals()[1];
    }

    // ------------------------------------------------------------------------------------------------ registering

    function testFuzz_WhenModelIsNew(uint256 hash, address registrant) external {
        hash = bound(hash, 0, Bn254.SCALAR_MODULUS - 1);
        bytes32 expected = keccak256(abi.encode(classKeyId, hash));
        vm.assertFalse(registry.isRegistered(expected), "not yet");
        vm.expectEmit(address(registry));
        emit ClassModelRegistered(expected, classKeyId, hash, registrant);
        vm.prank(registrant);
        vm.assertEq(registry.registerClassModel(classKeyId, hash), expected, "id");

        vm.assertTrue(registry.isRegistered(expected), "registered");
        vm.assertTrue(registry.isDevelopmentKey(expected), "as the class's key");
        vm.assertEq(registry.publicSignalsOf(expected), 3, "signals");
        (bytes32 key, uint256 found) = registry.classModelOf(expected);
        vm.assertTrue(key == classKeyId && found == hash, "class and hash");
    }

    function testFuzz_WhenModelIsKnown(address other) external {
        bytes32 keyId = registry.registerClassModel(classKeyId, modelHash);
        vm.prank(other);
        vm.assertEq(registry.registerClassModel(classKeyId, modelHash), keyId, "same id");
    }

    function testFuzz_RevertGiven_KeyIsUnknown(bytes32 keyId) external {
        if (keyId == classKeyId) keyId = bytes32(0);
        vm.expectRevert(abi.encodeWithSelector(IVerifierRegistry.VerifierKeyUnknown.selector, keyId));
        registry.registerClassModel(keyId, 1);
    }

    function test_RevertGiven_KeyIsOfAClassModel() external {
        bytes32 keyId = registry.registerClassModel(classKeyId, modelHash);
        vm.expectRevert(abi.encodeWithSelector(IVerifierRegistry.VerifierKeyUnknown.selector, keyId));
        registry.registerClassModel(keyId, 1);
    }

    function test_RevertGiven_KeyHasOtherSignals() external {
        bytes32 keyId = registry.registerKey(ProofVectors.twoSignalKey(), false);
        vm.expectRevert(abi.encodeWithSelector(IVerifierRegistry.VerifierSignalCountWrong.selector, 2, 3));
        registry.registerClassModel(keyId, 1);
    }

    function testFuzz_RevertWhen_HashIsNotInTheField(uint256 hash) external {
        hash = bound(hash, Bn254.SCALAR_MODULUS, type(uint256).max);
        vm.expectRevert(abi.encodeWithSelector(IVerifierRegistry.VerifierModelHashNotInField.selector, hash));
        registry.registerClassModel(classKeyId, hash);
    }

    // -------------------------------------------------------------------------------------------------- verifying

    function test_WhenProofIsOfTheModel() external {
        bytes32 keyId = registry.registerClassModel(classKeyId, modelHash);
        vm.assertTrue(registry.verify(keyId, ProofVectors.feeProof(), _signals()), "class proof");
    }

    function testFuzz_WhenModelIsAnother(uint256 hash) external {
        hash = bound(hash, 0, Bn254.SCALAR_MODULUS - 1);
        bytes32 keyId = registry.registerClassModel(classKeyId, hash);
        bool same = hash == modelHash;
        vm.assertTrue(registry.verify(keyId, ProofVectors.feeProof(), _signals()) == same, "other weights");
    }

    function testFuzz_WhenSignalIsEdited(uint256 index, uint256 value) external {
        bytes32 keyId = registry.registerClassModel(classKeyId, modelHash);
        uint256[] memory signals = _signals();
        index = bound(index, 0, 2);
        value = bound(
            value,
            0,
            index == 0
                ? 2 ** 48 - 1
                : index == 1
                    ? 2 ** 200 - 1
                    : Bn254.SCALAR_MODULUS - 1
        );
        bool same = signals[index] == value;
        signals[index] = value;
        vm.assertTrue(registry.verify(keyId, ProofVectors.feeProof(), signals) == same, "other output, input or call");
    }

    function testFuzz_RevertWhen_OutputReachesIntoTheInputs(uint256 output) external {
        bytes32 keyId = registry.registerClassModel(classKeyId, modelHash);
        uint256[] memory signals = _signals();
        signals[0] = bound(output, 2 ** 48, type(uint256).max);
        bytes4 selector = IVerifierRegistry.VerifierClassSignalOutOfRange.selector;
        vm.expectRevert(abi.encodeWithSelector(selector, 0, signals[0], 48));
        registry.verify(keyId, ProofVectors.feeProof(), signals);
    }

    function testFuzz_RevertWhen_InputsAreTooWide(uint256 inputs) external {
        bytes32 keyId = registry.registerClassModel(classKeyId, modelHash);
        uint256[] memory signals = _signals();
        signals[1] = bound(inputs, 2 ** 200, type(uint256).max);
        bytes4 selector = IVerifierRegistry.VerifierClassSignalOutOfRange.selector;
        vm.expectRevert(abi.encodeWithSelector(selector, 1, signals[1], 200));
        registry.verify(keyId, ProofVectors.feeProof(), signals);
    }

    function testFuzz_RevertWhen_CallBindingIsNotInTheField(uint256 binding) external {
        bytes32 keyId = registry.registerClassModel(classKeyId, modelHash);
        uint256[] memory signals = _signals();
        signals[2] = bound(binding, Bn254.SCALAR_MODULUS, type(uint256).max);
        bytes4 selector = IVerifierRegistry.VerifierSignalNotInField.selector;
        vm.expectRevert(abi.encodeWithSelector(selector, 2, signals[2]));
        registry.verify(keyId, ProofVectors.feeProof(), signals);
    }

    function testFuzz_RevertWhen_NumberOfSignalsIsWrong(uint256 count) external {
        bytes32 keyId = registry.registerClassModel(classKeyId, modelHash);
        count = bound(count, 0, 8);
        if (count == 3) count = 4;
        vm.expectRevert(abi.encodeWithSelector(IVerifierRegistry.VerifierSignalCountWrong.selector, count, 3));
        registry.verify(keyId, ProofVectors.feeProof(), new uint256[](count));
    }

    /// @dev As every circuit's signals: output, inputs 0, binding.
    function _signals() private pure returns (uint256[] memory signals) {
        signals = ProofVectors.feeSignals();
        signals[1] = 0;
    }
}
