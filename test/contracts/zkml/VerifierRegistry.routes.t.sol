// SPDX-License-Identifier: MIT
pragma solidity 0.8.34;

import {IAccessManaged} from "@openzeppelin/contracts/access/manager/IAccessManaged.sol";
import {FflonkVerifier} from "../../../contracts/zkml/FflonkVerifier.sol";
import {VerifierRegistry} from "../../../contracts/zkml/VerifierRegistry.sol";
import {IFflonkVerifier} from "../../../contracts/zkml/interfaces/IFflonkVerifier.sol";
import {IProofSystem} from "../../../contracts/zkml/interfaces/IProofSystem.sol";
import {IVerifierRegistry} from "../../../contracts/zkml/interfaces/IVerifierRegistry.sol";
import {Base} from "../Base.sol";
import {FflonkVectors} from "./FflonkVectors.sol";
import {ProofVectors} from "./ProofVectors.sol";
import {ProofSystem__Mock} from "../../mocks/ProofSystem__Mock.sol";

/// @dev The functions about proof systems beside Groth16, and about freezing any.
contract VerifierRegistryRoutesTest is Base {
    uint256 private constant _FFLONK = 1;
    uint256 private constant _VERIFY_LIMIT = 191_000;
    uint256 private constant _REGISTER_LIMIT = 200_000;

    VerifierRegistry internal registry;
    FflonkVerifier internal fflonk;
    bytes32 internal feeKeyId;
    bytes32 internal routedKeyId;

    function setUp() public {
        fflonk = FflonkVerifier(create("FflonkVerifier", ""));
        IProofSystem[] memory systems = new IProofSystem[](1);
        systems[0] = fflonk;
        registry = VerifierRegistry(
            create("VerifierRegistry", abi.encode(create("AccessManager", abi.encode(address(this))), true, systems))
        );
        feeKeyId = registry.registerKey(ProofVectors.feeKey(), true);
        routedKeyId = registry.registerRoutedKey(_FFLONK, FflonkVectors.key(), true);
    }

    // ------------------------------------------------------------------------------------------ registerRoutedKey

    function test_RegisterRoutedKey() external {
        vm.assertEq(routedKeyId, FflonkVectors.KEY_ID, "the id is the one computed off chain");
        vm.assertTrue(registry.isRegistered(routedKeyId), "registered");
        vm.assertTrue(registry.isDevelopmentKey(routedKeyId), "development key");
        vm.assertEq(registry.publicSignalsOf(routedKeyId), 3, "signals");
        vm.assertEq(registry.proofSystemOf(routedKeyId), _FFLONK, "proof system");
        vm.assertEq(registry.keyOf(routedKeyId), FflonkVectors.key(), "key");
        vm.assertEq(registry.registerRoutedKey(_FFLONK, FflonkVectors.key(), true), routedKeyId, "again");
    }

    function test_RegisterRoutedKey_IsCheap() external {
        bytes memory key = FflonkVectors.key();
        // Another circuit: any point will do.
        uint256[2] memory commitment = ProofVectors.feeKey().alpha1;
        assembly ("memory-safe") {
            mcopy(add(key, 0x80), commitment, 0x40)
        }
        uint256 before = gasleft();
        registry.registerRoutedKey(_FFLONK, key, true);
        vm.assertLe(before - gasleft(), _REGISTER_LIMIT, "gas of registering an FFLONK key");
    }

    function testFuzz_RevertWhen_SystemOfKeyIsUnknown(uint256 system) external {
        system = bound(system, 2, type(uint256).max);
        vm.expectRevert(abi.encodeWithSelector(IVerifierRegistry.VerifierProofSystemUnknown.selector, system, 2));
        registry.registerRoutedKey(system, FflonkVectors.key(), true);
    }

    function test_RevertWhen_SystemOfKeyIsBuiltIn() external {
        vm.expectRevert(abi.encodeWithSelector(IVerifierRegistry.VerifierProofSystemNotRouted.selector, 0));
        registry.registerRoutedKey(0, FflonkVectors.key(), true);
    }

    function test_RevertWhen_KeyIsMalformed() external {
        vm.expectRevert(abi.encodeWithSelector(IFflonkVerifier.FflonkKeyLengthWrong.selector, 0, 288));
        registry.registerRoutedKey(_FFLONK, "", true);
    }

    function test_RevertWhen_OriginOfKeyIsMisstated() external {
        VerifierRegistry fresh = _fresh(true);
        vm.expectRevert(abi.encodeWithSelector(IVerifierRegistry.VerifierKeyDevelopmentMismatch.selector, false));
        fresh.registerRoutedKey(_FFLONK, FflonkVectors.key(), false);
    }

    function test_RevertGiven_DevelopmentKeysAreNotAllowed() external {
        VerifierRegistry fresh = _fresh(false);
        vm.expectRevert(
            abi.encodeWithSelector(IVerifierRegistry.VerifierDevelopmentKeyRefused.selector, FflonkVectors.KEY_ID)
        );
        fresh.registerRoutedKey(_FFLONK, FflonkVectors.key(), true);
    }

    function testFuzz_RevertWhen_SystemSaysTooManySignals(uint256 signals) external {
        signals = bound(signals, 32, type(uint256).max);
        if (signals == 32) signals = 0;
        uint256 system = registry.addProofSystem(new ProofSystem__Mock(signals));
        vm.expectRevert(abi.encodeWithSelector(IVerifierRegistry.VerifierKeySignalsOutOfRange.selector, signals, 32));
        registry.registerRoutedKey(system, "key", false);
    }

    function test_RevertWhen_KeyDoesNotFitACode() external {
        uint256 system = registry.addProofSystem(new ProofSystem__Mock(1));
        registry.registerRoutedKey(system, new bytes(24_575), false);
        vm.expectRevert(abi.encodeWithSelector(IVerifierRegistry.VerifierKeyTooLong.selector, 24_576, 24_575));
        registry.registerRoutedKey(system, new bytes(24_576), false);
    }

    // ------------------------------------------------------------------------------------------------ verifyProof

    function test_VerifyProof_WhenFflonkProofIsRight() external view {
        vm.assertTrue(_verifyRouted(FflonkVectors.proof()), "FFLONK proof");
    }

    function test_VerifyProof_IsCheap() external view {
        bytes memory data = abi.encodeCall(
            registry.verifyProof,
            (routedKeyId, FflonkVectors.proof(), FflonkVectors.signals())
        );
        uint256 before = gasleft();
        (bool done, ) = address(registry).staticcall(data);
        vm.assertTrue(done, "the call answers");
        vm.assertLe(before - gasleft(), _VERIFY_LIMIT, "gas of verifying an FFLONK proof through the router");
    }

    function testFuzz_VerifyProof_WhenFflonkProofIsWrong(uint256 index, uint8 change) external view {
        bytes memory proof = FflonkVectors.proof();
        proof[bound(index, 0, proof.length - 1)] ^= bytes1(change | 1);
        vm.assertFalse(_verifyRouted(proof), "wrong proof");
    }

    function test_VerifyProof_WhenGroth16ProofIsEncoded() external view {
        bytes memory proof = abi.encode(ProofVectors.feeProof());
        vm.assertTrue(registry.verifyProof(feeKeyId, proof, ProofVectors.feeSignals()), "Groth16 proof");
        proof[40] ^= 0x01;
        vm.assertFalse(registry.verifyProof(feeKeyId, proof, ProofVectors.feeSignals()), "wrong proof");
    }

    function testFuzz_RevertWhen_EncodedProofHasAnotherLength(uint256 length) external {
        length = bound(length, 0, 1_000);
        vm.assume(length != 256);
        vm.expectRevert(abi.encodeWithSelector(IVerifierRegistry.VerifierProofLengthWrong.selector, length, 256));
        registry.verifyProof(feeKeyId, new bytes(length), ProofVectors.feeSignals());
    }

    function testFuzz_RevertWhen_KeyOfEncodedProofIsUnknown(bytes32 keyId) external {
        vm.assume(keyId != feeKeyId && keyId != routedKeyId);
        vm.expectRevert(abi.encodeWithSelector(IVerifierRegistry.VerifierKeyUnknown.selector, keyId));
        registry.verifyProof(keyId, abi.encode(ProofVectors.feeProof()), ProofVectors.feeSignals());
    }

    function test_RevertWhen_KeyIsOfAnotherSystem() external {
        bytes memory refusal = abi.encodeWithSelector(
            IVerifierRegistry.VerifierKeyOfAnotherSystem.selector,
            routedKeyId,
            _FFLONK
        );
        vm.expectRevert(refusal);
        registry.verify(routedKeyId, ProofVectors.feeProof(), ProofVectors.feeSignals());
        vm.expectRevert(refusal);
        registry.verify(routedKeyId, ProofVectors.feeProof(), new uint256[](0));
        vm.expectRevert(refusal);
        registry.registerClassModel(routedKeyId, 1);
        IVerifierRegistry.BatchGroup[] memory groups = _batch(routedKeyId);
        vm.expectRevert(refusal);
        registry.verifyBatch(groups);
    }

    // ---------------------------------------------------------------------------------------------------- freezing

    function test_GivenFflonkIsFrozen() external {
        vm.expectEmit(address(registry));
        emit IVerifierRegistry.ProofSystemFrozen(_FFLONK, "forged");
        registry.freezeProofSystem(_FFLONK, "forged");
        (address verifier, bool frozen) = registry.proofSystemAt(_FFLONK);
        vm.assertEq(verifier, address(fflonk), "verifier");
        vm.assertTrue(frozen, "frozen");

        bytes memory refusal = abi.encodeWithSelector(IVerifierRegistry.VerifierProofSystemFrozen.selector, _FFLONK);
        vm.expectRevert(refusal);
        _verifyRouted(FflonkVectors.proof());
        bytes memory key = FflonkVectors.key();
        key[key.length - 1] ^= 0x01;
        vm.expectRevert(refusal);
        registry.registerRoutedKey(_FFLONK, key, true);

        vm.assertTrue(registry.isRegistered(routedKeyId), "the key stays readable");
        vm.assertEq(registry.registerRoutedKey(_FFLONK, FflonkVectors.key(), true), routedKeyId, "and its id");
        vm.assertTrue(
            registry.verify(feeKeyId, ProofVectors.feeProof(), ProofVectors.feeSignals()),
            "the other system goes on"
        );
    }

    function test_GivenGroth16IsFrozen() external {
        bytes32 modelId = registry.registerClassModel(feeKeyId, 7);
        IVerifierRegistry.BatchGroup[] memory groups = _batch(feeKeyId);
        registry.freezeProofSystem(0, "broken curve");
        bytes memory refusal = abi.encodeWithSelector(IVerifierRegistry.VerifierProofSystemFrozen.selector, 0);
        vm.expectRevert(refusal);
        registry.verify(feeKeyId, ProofVectors.feeProof(), ProofVectors.feeSignals());
        vm.expectRevert(refusal);
        registry.verify(modelId, ProofVectors.feeProof(), new uint256[](3));
        vm.expectRevert(refusal);
        registry.verifyProof(feeKeyId, abi.encode(ProofVectors.feeProof()), ProofVectors.feeSignals());
        vm.expectRevert(refusal);
        registry.verifyBatch(groups);
        vm.expectRevert(refusal);
        registry.registerKey(ProofVectors.twoSignalKey(), false);
        vm.expectRevert(refusal);
        registry.registerClassModel(feeKeyId, 8);
        vm.assertTrue(_verifyRouted(FflonkVectors.proof()), "the other system goes on");
    }

    function test_Unfreeze() external {
        registry.freezeProofSystem(_FFLONK, "checking");
        vm.expectEmit(address(registry));
        emit IVerifierRegistry.ProofSystemUnfrozen(_FFLONK, "checked");
        registry.unfreezeProofSystem(_FFLONK, "checked");
        vm.assertTrue(_verifyRouted(FflonkVectors.proof()), "verifies again");
    }

    function test_RevertGiven_FrozenAlready() external {
        registry.freezeProofSystem(_FFLONK, "forged");
        vm.expectRevert(abi.encodeWithSelector(IVerifierRegistry.VerifierProofSystemFrozen.selector, _FFLONK));
        registry.freezeProofSystem(_FFLONK, "again");
    }

    function test_RevertGiven_NotFrozen() external {
        vm.expectRevert(abi.encodeWithSelector(IVerifierRegistry.VerifierProofSystemNotFrozen.selector, _FFLONK));
        registry.unfreezeProofSystem(_FFLONK, "nothing to lift");
    }

    function testFuzz_RevertWhen_FrozenSystemIsUnknown(uint256 system) external {
        system = bound(system, 2, type(uint256).max);
        bytes memory refusal = abi.encodeWithSelector(IVerifierRegistry.VerifierProofSystemUnknown.selector, system, 2);
        vm.expectRevert(refusal);
        registry.freezeProofSystem(system, "");
        vm.expectRevert(refusal);
        registry.unfreezeProofSystem(system, "");
        vm.expectRevert(refusal);
        registry.proofSystemAt(system);
    }

    // ------------------------------------------------------------------------------------------------------ adding

    function test_AddProofSystem() external {
        FflonkVerifier another = FflonkVerifier(create("FflonkVerifier", ""));
        vm.expectEmit(address(registry));
        emit IVerifierRegistry.ProofSystemAdded(2, address(another));
        vm.assertEq(registry.addProofSystem(another), 2, "number");
        vm.assertEq(registry.proofSystemCount(), 3, "count");
        bytes32 keyId = registry.registerRoutedKey(2, FflonkVectors.key(), true);
        vm.assertTrue(keyId != routedKeyId, "the same key under another system has another id");
        registry.freezeProofSystem(_FFLONK, "replaced");
        vm.assertTrue(registry.verifyProof(keyId, FflonkVectors.proof(), FflonkVectors.signals()), "new route");
    }

    function test_RevertWhen_AddedSystemHasNoCode() external {
        vm.expectRevert(
            abi.encodeWithSelector(IVerifierRegistry.VerifierProofSystemWithoutCode.selector, address(0xDEAD))
        );
        registry.addProofSystem(IProofSystem(address(0xDEAD)));
    }

    function test_RevertWhen_NoNumberIsLeft() external {
        for (uint256 i = registry.proofSystemCount(); i < 256; ++i) registry.addProofSystem(fflonk);
        vm.expectRevert(abi.encodeWithSelector(IVerifierRegistry.VerifierProofSystemsFull.selector, 256));
        registry.addProofSystem(fflonk);
    }

    function testFuzz_RevertWhen_CallerIsNotAuthorised(address caller) external {
        vm.assume(caller != address(this));
        bytes memory refusal = abi.encodeWithSelector(IAccessManaged.AccessManagedUnauthorized.selector, caller);
        vm.startPrank(caller);
        vm.expectRevert(refusal);
        registry.addProofSystem(fflonk);
        vm.expectRevert(refusal);
        registry.freezeProofSystem(_FFLONK, "");
        vm.expectRevert(refusal);
        registry.unfreezeProofSystem(_FFLONK, "");
        vm.stopPrank();
    }

    function _fresh(bool developmentKeysAllowed) private returns (VerifierRegistry) {
        IProofSystem[] memory systems = new IProofSystem[](1);
        systems[0] = fflonk;
        return
            VerifierRegistry(
                create("VerifierRegistry", abi.encode(registry.authority(), developmentKeysAllowed, systems))
            );
    }

    function _verifyRouted(bytes memory proof) private view returns (bool) {
        return registry.verifyProof(routedKeyId, proof, FflonkVectors.signals());
    }

    function _batch(bytes32 keyId) private pure returns (IVerifierRegistry.BatchGroup[] memory groups) {
        groups = new IVerifierRegistry.BatchGroup[](1);
        groups[0].keyId = keyId;
        groups[0].proofs = new IVerifierRegistry.Proof[](1);
        groups[0].proofs[0] = ProofVectors.feeProof();
        groups[0].signals = ProofVectors.feeSignals();
    }
}
