// SPDX-License-Identifier: MIT
pragma solidity 0.8.34;

import {FflonkVerifier} from "../../../contracts/zkml/FflonkVerifier.sol";
import {IFflonkVerifier} from "../../../contracts/zkml/interfaces/IFflonkVerifier.sol";
import {Bn254} from "../../../contracts/zkml/libraries/Bn254.sol";
import {Base} from "../Base.sol";
import {FflonkVectors} from "./FflonkVectors.sol";
import {ProofVectors} from "./ProofVectors.sol";

contract FflonkVerifierInspectKeyTest is Base {
    FflonkVerifier internal verifier;

    function setUp() public {
        verifier = new FflonkVerifier();
    }

    function test_WhenKeyIsOfTheDevelopmentSetup() external view {
        (uint256 signals, bool development) = verifier.inspectKey(FflonkVectors.key());
        vm.assertEq(signals, 3, "signals");
        vm.assertTrue(development, "development key");
    }

    function test_WhenKeyIsOfAnotherSetup() external view {
        uint256[9] memory key = _key();
        // Another point of the twist.
        uint256[4] memory point = ProofVectors.twoSignalKey().beta2;
        for (uint256 i = 0; i < 4; ++i) key[5 + i] = point[i];
        (, bool development) = verifier.inspectKey(abi.encode(key));
        vm.assertFalse(development, "not the development setup");
    }

    function testFuzz_RevertWhen_LengthIsWrong(uint256 length) external {
        length = bound(length, 0, 600);
        vm.assume(length != 288);
        vm.expectRevert(abi.encodeWithSelector(IFflonkVerifier.FflonkKeyLengthWrong.selector, length, 288));
        verifier.inspectKey(new bytes(length));
    }

    function testFuzz_RevertWhen_PowerIsOutOfRange(uint256 power) external {
        power = bound(power, 28, 255);
        if (power == 28) power = 0;
        uint256[9] memory key = _key();
        key[0] = power | (3 << 8);
        _expectRefusal(key, abi.encodeWithSelector(IFflonkVerifier.FflonkKeyPowerOutOfRange.selector, power, 28));
    }

    function testFuzz_RevertWhen_SignalsAreOutOfRange(uint256 signals) external {
        signals = bound(signals, 32, type(uint248).max);
        if (signals == 32) signals = 0;
        uint256[9] memory key = _key();
        key[0] = 11 | (signals << 8);
        _expectRefusal(key, abi.encodeWithSelector(IFflonkVerifier.FflonkKeySignalsOutOfRange.selector, signals, 32));
    }

    function test_RevertWhen_SignalsFillTheDomain() external {
        uint256[9] memory key = _key();
        key[0] = 1 | (2 << 8);
        _expectRefusal(key, abi.encodeWithSelector(IFflonkVerifier.FflonkKeySignalsOutOfRange.selector, 2, 1));
    }

    function test_RevertWhen_CosetsOverlap() external {
        uint256 order = Bn254.SCALAR_MODULUS;
        uint256[2][7] memory cases = [
            [uint256(0), 3],
            [uint256(2), 0],
            [uint256(1), 3],
            [uint256(2), order - 1],
            [uint256(2), 2],
            // Opposite: −1 is a root of unity of every domain.
            [uint256(2), order - 2],
            [uint256(2) + order, 3]
        ];
        for (uint256 i = 0; i < cases.length; ++i) {
            uint256[9] memory key = _key();
            (key[1], key[2]) = (cases[i][0], cases[i][1]);
            _expectRefusal(
                key,
                abi.encodeWithSelector(IFflonkVerifier.FflonkKeyCosetsOverlap.selector, key[1], key[2])
            );
        }
    }

    function test_RevertWhen_CommitmentIsNoPoint() external {
        uint256[9] memory original = _key();
        uint256[2][4] memory cases = [
            [uint256(0), 0],
            [original[3], original[4] ^ 1],
            [original[3] + Bn254.BASE_MODULUS, original[4]],
            [original[3], original[4] + Bn254.BASE_MODULUS]
        ];
        for (uint256 i = 0; i < cases.length; ++i) {
            uint256[9] memory key = _key();
            (key[3], key[4]) = (cases[i][0], cases[i][1]);
            _expectRefusal(
                key,
                abi.encodeWithSelector(IFflonkVerifier.FflonkKeyG1PointInvalid.selector, key[3], key[4])
            );
        }
    }

    function testFuzz_RevertWhen_SetupPointIsNoPoint(uint256 index, uint256 change) external {
        uint256[9] memory key = _key();
        key[5 + bound(index, 0, 3)] ^= bound(change, 1, type(uint256).max);
        _expectRefusal(
            key,
            abi.encodeWithSelector(IFflonkVerifier.FflonkKeyG2PointInvalid.selector, key[5], key[6], key[7], key[8])
        );
    }

    function test_RevertWhen_SetupPointIsInfinity() external {
        uint256[9] memory key = _key();
        for (uint256 i = 5; i < 9; ++i) key[i] = 0;
        _expectRefusal(key, abi.encodeWithSelector(IFflonkVerifier.FflonkKeyG2PointInvalid.selector, 0, 0, 0, 0));
    }

    function test_RevertWhen_NobodyContributed() external {
        uint256[9] memory key = _key();
        // The generator, which is gamma of every snarkjs key, and its negative.
        uint256[4] memory generator = ProofVectors.feeKey().gamma2;
        for (uint256 i = 0; i < 4; ++i) key[5 + i] = generator[i];
        bytes memory refusal = abi.encodeWithSelector(
            IFflonkVerifier.FflonkKeyWithoutContribution.selector,
            generator[0],
            generator[1]
        );
        _expectRefusal(key, refusal);
        key[7] = Bn254.BASE_MODULUS - key[7];
        key[8] = Bn254.BASE_MODULUS - key[8];
        _expectRefusal(key, refusal);
    }

    function _expectRefusal(uint256[9] memory key, bytes memory refusal) private {
        vm.expectRevert(refusal);
        verifier.inspectKey(abi.encode(key));
    }

    function _key() private pure returns (uint256[9] memory) {
        return abi.decode(FflonkVectors.key(), (uint256[9]));
    }
}
