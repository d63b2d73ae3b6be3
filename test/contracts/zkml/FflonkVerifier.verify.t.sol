// SPDX-License-Identifier: MIT
pragma solidity 0.8.34;

import {FflonkVerifier} from "../../../contracts/zkml/FflonkVerifier.sol";
import {IFflonkVerifier} from "../../../contracts/zkml/interfaces/IFflonkVerifier.sol";
import {IVerifierRegistry} from "../../../contracts/zkml/interfaces/IVerifierRegistry.sol";
import {Bn254} from "../../../contracts/zkml/libraries/Bn254.sol";
import {Base} from "../Base.sol";
import {FflonkVectors} from "./FflonkVectors.sol";
import {KeyStore} from "./KeyStore.sol";
import {ProofVectors} from "./ProofVectors.sol";

contract FflonkVerifierVerifyTest is Base {
    uint256 private constant _PROOF_WORDS = 23;
    uint256 private constant _POINT_WORDS = 8;
    uint256 private constant _LIMIT = 178_000;

    FflonkVerifier internal verifier;
    address internal store;

    function setUp() public {
        verifier = new FflonkVerifier();
        store = KeyStore.create(FflonkVectors.key());
    }

    function test_WhenProofIsRight() external view {
        vm.assertTrue(_verify(FflonkVectors.proof()), "a genuine proof");
    }

    function test_GasInsideTheCall() external view {
        bytes memory data = abi.encodeCall(verifier.verify, (store, FflonkVectors.proof(), FflonkVectors.signals()));
        uint256 before = gasleft();
        (bool done, ) = address(verifier).staticcall(data);
        uint256 used = before - gasleft();
        vm.assertTrue(done, "the call answers");
        vm.assertLe(used, _LIMIT, "gas of a verification with three signals");
    }

    function test_WhenOneBitOfAnyWordOfTheProofChanges() external view {
        for (uint256 i = 0; i < _PROOF_WORDS; ++i) {
            vm.assertFalse(_verify(_flipped(FflonkVectors.proof(), i, 1)), "lowest bit");
        }
    }

    function testFuzz_WhenAWordOfTheProofChanges(uint256 index, uint256 change) external view {
        change = bound(change, 1, type(uint256).max);
        vm.assertFalse(_verify(_flipped(FflonkVectors.proof(), bound(index, 0, _PROOF_WORDS - 1), change)), "changed");
    }

    function test_WhenAScalarOfTheProofIsAnAlias() external view {
        for (uint256 i = _POINT_WORDS; i < _PROOF_WORDS; ++i) {
            bytes memory proof = FflonkVectors.proof();
            _set(proof, i, _word(proof, i) + Bn254.SCALAR_MODULUS);
            vm.assertFalse(_verify(proof), "evaluation beyond the order");
        }
    }

    function test_WhenACoordinateOfTheProofIsAnAlias() external view {
        for (uint256 i = 0; i < _POINT_WORDS; ++i) {
            bytes memory proof = FflonkVectors.proof();
            _set(proof, i, _word(proof, i) + Bn254.BASE_MODULUS);
            vm.assertFalse(_verify(proof), "coordinate beyond the modulus");
        }
    }

    function test_WhenAPointOfTheProofIsNegatedOrInfinity() external view {
        for (uint256 i = 0; i < _POINT_WORDS; i += 2) {
            bytes memory proof = FflonkVectors.proof();
            _set(proof, i + 1, Bn254.BASE_MODULUS - _word(proof, i + 1));
            vm.assertFalse(_verify(proof), "negated point");
            _set(proof, i, 0);
            _set(proof, i + 1, 0);
            vm.assertFalse(_verify(proof), "point at infinity");
        }
    }

    function test_WhenPointsOfTheProofAreSwapped() external view {
        for (uint256 i = 2; i < _POINT_WORDS; i += 2) {
            bytes memory proof = FflonkVectors.proof();
            (uint256 x, uint256 y) = (_word(proof, 0), _word(proof, 1));
            _set(proof, 0, _word(proof, i));
            _set(proof, 1, _word(proof, i + 1));
            _set(proof, i, x);
            _set(proof, i + 1, y);
            vm.assertFalse(_verify(proof), "swapped points");
        }
    }

    function testFuzz_WhenASignalChanges(uint256 index, uint256 value) external view {
        uint256[] memory signals = FflonkVectors.signals();
        index = bound(index, 0, 2);
        value = bound(value, 0, Bn254.SCALAR_MODULUS - 1);
        vm.assume(value != signals[index]);
        signals[index] = value;
        vm.assertFalse(verifier.verify(store, FflonkVectors.proof(), signals), "another signal");
    }

    function test_WhenKeyIsAnother() external {
        bytes[5] memory keys;
        for (uint256 i = 0; i < keys.length; ++i) keys[i] = FflonkVectors.key();
        // A domain twice as large, other cosets, another circuit, another setup.
        _set(keys[0], 0, _word(keys[0], 0) + 1);
        _set(keys[1], 1, 5);
        _set(keys[2], 2, 5);
        (uint256[2] memory commitment, uint256[4] memory point) = (
            ProofVectors.twoSignalKey().alpha1,
            ProofVectors.twoSignalKey().beta2
        );
        for (uint256 i = 0; i < 2; ++i) _set(keys[3], 3 + i, commitment[i]);
        for (uint256 i = 0; i < 4; ++i) _set(keys[4], 5 + i, point[i]);
        for (uint256 i = 0; i < keys.length; ++i) {
            vm.assertFalse(
                verifier.verify(KeyStore.create(keys[i]), FflonkVectors.proof(), FflonkVectors.signals()),
                "proof under another key"
            );
        }
    }

    function test_GivenKeyIsOutsideTheSubgroup() external {
        bytes memory key = FflonkVectors.key();
        uint256[4] memory outside = ProofVectors.pointOutsideSubgroup();
        for (uint256 i = 0; i < 4; ++i) _set(key, 5 + i, outside[i]);
        address other = KeyStore.create(key);
        vm.assertFalse(
            verifier.verify(other, FflonkVectors.proof(), FflonkVectors.signals()),
            "no proof verifies under such a key"
        );
    }

    function testFuzz_RevertWhen_ProofHasAnotherLength(uint256 length) external {
        length = bound(length, 0, 1_500);
        vm.assume(length != 736);
        vm.expectRevert(abi.encodeWithSelector(IFflonkVerifier.FflonkProofLengthWrong.selector, length, 736));
        verifier.verify(store, new bytes(length), FflonkVectors.signals());
    }

    function testFuzz_RevertWhen_SignalCountIsWrong(uint256 count) external {
        count = bound(count, 0, 40);
        vm.assume(count != 3);
        vm.expectRevert(abi.encodeWithSelector(IVerifierRegistry.VerifierSignalCountWrong.selector, count, 3));
        verifier.verify(store, FflonkVectors.proof(), new uint256[](count));
    }

    function testFuzz_RevertWhen_SignalIsNotInField(uint256 index, uint256 signal) external {
        uint256[] memory signals = FflonkVectors.signals();
        index = bound(index, 0, 2);
        signals[index] = bound(signal, Bn254.SCALAR_MODULUS, type(uint256).max);
        vm.expectRevert(
            abi.encodeWithSelector(IVerifierRegistry.VerifierSignalNotInField.selector, index, signals[index])
        );
        verifier.verify(store, FflonkVectors.proof(), signals);
    }

    /// @dev Whatever gas the caller leaves, a right proof is never called wrong: the call reverts or says true.
    function testFuzz_RevertWhen_GasIsTooLow(uint256 gasLimit) external view {
        gasLimit = bound(gasLimit, 3_000, 180_000);
        (bool done, bytes memory answer) = address(verifier).staticcall{gas: gasLimit}(
            abi.encodeCall(verifier.verify, (store, FflonkVectors.proof(), FflonkVectors.signals()))
        );
        if (done) vm.assertTrue(abi.decode(answer, (bool)), "verdict of a starved call");
        if (gasLimit < 150_000) vm.assertFalse(done, "a starved call reverts");
    }

    function _verify(bytes memory proof) private view returns (bool) {
        return verifier.verify(store, proof, FflonkVectors.signals());
    }

    function _flipped(bytes memory data, uint256 index, uint256 change) private pure returns (bytes memory) {
        _set(data, index, _word(data, index) ^ change);
        return data;
    }

    function _word(bytes memory data, uint256 index) private pure returns (uint256 word) {
        assembly ("memory-safe") {
            word := mload(add(add(data, 0x20), mul(index, 0x20)))
        }
    }

    function _set(bytes memory data, uint256 index, uint256 word) private pure {
        assembly ("memory-safe") {
            mstore(add(add(data, 0x20), mul(index, 0x20)), word)
        }
    }
}
