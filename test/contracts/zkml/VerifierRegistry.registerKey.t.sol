// SPDX-License-Identifier: MIT
pragma solidity 0.8.34;

import {VerifierRegistry} from "../../../contracts/zkml/VerifierRegistry.sol";
import {IProofSystem} from "../../../contracts/zkml/interfaces/IProofSystem.sol";
import {IVerifierRegistry} from "../../../contracts/zkml/interfaces/IVerifierRegistry.sol";
import {Bn254} from "../../../contracts/zkml/libraries/Bn254.sol";
import {Base} from "../Base.sol";
import {ProofVectors} from "./ProofVectors.sol";

contract VerifierRegistryRegisterKeyTest is Base {
    VerifierRegistry internal registry;

    function setUp() public {
        registry = VerifierRegistry(create("VerifierRegistry", abi.encode(address(this), true, new IProofSystem[](0))));
    }

    function test_WhenKeyIsNew() external {
        IVerifierRegistry.VerifyingKey memory key = ProofVectors.twoSignalKey();
        bytes32 expected = keccak256(
            abi.encodePacked(key.alpha1, key.beta2, key.gamma2, key.delta2, key.ic[0], key.ic[1], key.ic[2])
        );
        vm.expectEmit(address(registry));
        emit IVerifierRegistry.VerifyingKeyRegistered(expected, address(this), 2, false);
        bytes32 keyId = registry.registerKey(key, false);
        vm.assertEq(keyId, expected, "id");
        vm.assertTrue(registry.isRegistered(keyId), "registered");
        vm.assertFalse(registry.isDevelopmentKey(keyId), "not a development key");
        vm.assertEq(registry.publicSignalsOf(keyId), 2, "signals");
    }

    function test_WhenKeyIsFromDevelopment() external {
        bytes32 keyId = registry.registerKey(ProofVectors.feeKey(), true);
        vm.assertEq(keyId, ProofVectors.FEE_KEY_ID, "id");
        vm.assertTrue(registry.isDevelopmentKey(keyId), "development key");
        vm.assertEq(registry.publicSignalsOf(keyId), 3, "signals");
    }

    function test_GivenKeyIsRegistered() external {
        bytes32 first = registry.registerKey(ProofVectors.feeKey(), true);
        vm.prank(address(0xBEEF));
        bytes32 second = registry.registerKey(ProofVectors.feeKey(), false);
        vm.assertEq(first, second, "id");
        vm.assertTrue(registry.isDevelopmentKey(first), "what the first registration said stays");
    }

    function test_WhenKeyHasTheMostSignals() external {
        bytes32 keyId = registry.registerKey(_keyWithPoints(33), false);
        vm.assertEq(registry.publicSignalsOf(keyId), 32, "signals");
    }

    function testFuzz_RevertWhen_SignalsAreOutOfRange(uint256 points) external {
        points = bound(points, 0, 60);
        vm.assume(points < 2 || points > 33);
        uint256 signals = points == 0 ? 0 : points - 1;
        vm.expectRevert(
            abi.encodeWithSelector(IVerifierRegistry.VerifierKeySignalsOutOfRange.selector, signals, uint256(32))
        );
        registry.registerKey(_keyWithPoints(points), false);
    }

    function test_RevertGiven_LongerKeyStartsLikeARegisteredOne() external {
        registry.registerKey(_keyWithPoints(33), false);
        vm.expectRevert(
            abi.encodeWithSelector(IVerifierRegistry.VerifierKeySignalsOutOfRange.selector, uint256(33), uint256(32))
        );
        registry.registerKey(_keyWithPoints(34), false);
    }

    function testFuzz_RevertWhen_AlphaIsInvalid(uint256 x, uint256 y) external {
        vm.assume(!Bn254.isOnG1(x, y));
        IVerifierRegistry.VerifyingKey memory key = ProofVectors.twoSignalKey();
        key.alpha1 = [x, y];
        vm.expectRevert(abi.encodeWithSelector(IVerifierRegistry.VerifierKeyG1PointInvalid.selector, x, y));
        registry.registerKey(key, false);
    }

    function testFuzz_RevertWhen_IcPointIsInvalid(uint256 index, uint256 y) external {
        IVerifierRegistry.VerifyingKey memory key = ProofVectors.twoSignalKey();
        index = bound(index, 0, 2);
        uint256 x = key.ic[index][0];
        vm.assume(!Bn254.isOnG1(x, y));
        key.ic[index][1] = y;
        vm.expectRevert(abi.encodeWithSelector(IVerifierRegistry.VerifierKeyG1PointInvalid.selector, x, y));
        registry.registerKey(key, false);
    }

    function testFuzz_RevertWhen_G2PointIsInvalid(uint256 which, uint256 word, uint256 value) external {
        IVerifierRegistry.VerifyingKey memory key = ProofVectors.twoSignalKey();
        which = bound(which, 0, 2);
        uint256[4] memory point =
            which == 0
                ? key.beta2
                : which == 1
                    ? key.gamma2
                    : key.delta2;
        point[bound(word, 0, 3)] = value;
        vm.assume(!Bn254.isOnTwist(point[0], point[1], point[2], point[3]));
        _expectG2Revert(key, which, point);
    }

    function testFuzz_RevertWhen_G2PointIsInfinity(uint256 which) external {
        uint256[4] memory infinity;
        _expectG2Revert(ProofVectors.twoSignalKey(), bound(which, 0, 2), infinity);
    }

    function test_RevertWhen_G2PointIsNotCanonical() external {
        IVerifierRegistry.VerifyingKey memory key = ProofVectors.twoSignalKey();
        uint256[4] memory point = key.beta2;
        point[1] += Bn254.BASE_MODULUS;
        _expectG2Revert(key, 0, point);
    }

    function testFuzz_RevertWhen_DeltaIsGamma(bool negated) external {
        IVerifierRegistry.VerifyingKey memory key = ProofVectors.twoSignalKey();
        key.delta2 = key.gamma2;
        if (negated) {
            key.delta2[2] = Bn254.BASE_MODULUS - key.delta2[2];
            key.delta2[3] = Bn254.BASE_MODULUS - key.delta2[3];
        }
        vm.expectRevert(
            abi.encodeWithSelector(
                IVerifierRegistry.VerifierKeyWithoutContribution.selector,
                key.delta2[0],
                key.delta2[1]
            )
        );
        registry.registerKey(key, false);
    }

    function test_RevertWhen_DevelopmentKeyIsNotDeclared() external {
        vm.expectRevert(abi.encodeWithSelector(IVerifierRegistry.VerifierKeyDevelopmentMismatch.selector, false));
        registry.registerKey(ProofVectors.feeKey(), false);
    }

    function test_RevertWhen_OtherKeyIsDeclaredDevelopment() external {
        vm.expectRevert(abi.encodeWithSelector(IVerifierRegistry.VerifierKeyDevelopmentMismatch.selector, true));
        registry.registerKey(ProofVectors.twoSignalKey(), true);
    }

    function test_RevertGiven_DevelopmentKeysAreNotAllowed() external {
        VerifierRegistry strict = VerifierRegistry(
            create("VerifierRegistry", abi.encode(address(this), false, new IProofSystem[](0)))
        );
        vm.assertFalse(strict.developmentKeysAllowed(), "strict registry");
        vm.expectRevert(
            abi.encodeWithSelector(IVerifierRegistry.VerifierDevelopmentKeyRefused.selector, ProofVectors.FEE_KEY_ID)
        );
        strict.registerKey(ProofVectors.feeKey(), true);
    }

    function test_GivenDevelopmentKeysAreNotAllowed() external {
        VerifierRegistry strict = VerifierRegistry(
            create("VerifierRegistry", abi.encode(address(this), false, new IProofSystem[](0)))
        );
        bytes32 keyId = strict.registerKey(ProofVectors.twoSignalKey(), false);
        vm.assertTrue(strict.isRegistered(keyId), "other keys are welcome");
    }

    function testFuzz_RevertWhen_UnknownKeyIsAskedAbout(bytes32 keyId) external {
        vm.assertFalse(registry.isRegistered(keyId), "unknown");
        vm.expectRevert(abi.encodeWithSelector(IVerifierRegistry.VerifierKeyUnknown.selector, keyId));
        registry.isDevelopmentKey(keyId);
        vm.expectRevert(abi.encodeWithSelector(IVerifierRegistry.VerifierKeyUnknown.selector, keyId));
        registry.publicSignalsOf(keyId);
    }

    function _keyWithPoints(uint256 points) private pure returns (IVerifierRegistry.VerifyingKey memory key) {
        key = ProofVectors.twoSignalKey();
        uint256[2] memory point = key.ic[0];
        key.ic = new uint256[2][](points);
        for (uint256 i = 0; i < points; ++i) key.ic[i] = point;
    }

    function _expectG2Revert(
        IVerifierRegistry.VerifyingKey memory key,
        uint256 which,
        uint256[4] memory point
    ) private {
        if (which == 0) key.beta2 = point;
        else if (which == 1) key.gamma2 = point;
        else key.delta2 = point;
        vm.expectRevert(
            abi.encodeWithSelector(
                IVerifierRegistry.VerifierKeyG2PointInvalid.selector,
                point[0],
                point[1],
                point[2],
                point[3]
            )
        );
        registry.registerKey(key, false);
    }
}
