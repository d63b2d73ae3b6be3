// SPDX-License-Identifier: MIT
pragma solidity 0.8.34;

import {VerifierRegistry} from "../../../contracts/zkml/VerifierRegistry.sol";
import {IProofSystem} from "../../../contracts/zkml/interfaces/IProofSystem.sol";
import {IVerifierRegistry} from "../../../contracts/zkml/interfaces/IVerifierRegistry.sol";
import {Base} from "../Base.sol";
import {ProofBatch} from "./ProofBatch.sol";
import {ProofVectors} from "./ProofVectors.sol";

/// @dev Gas inside the call: the registry's account is warm, its storage and the key's code are cold. Each test runs in
///      a transaction of its own, after the one of {setUp}.
contract VerifierRegistryGasTest is Base {
    uint256 private constant _REGISTER_LIMIT = 200_000;
    /// @dev 203_000 inside, and about 700 for the call and what the test does around it.
    uint256 private constant _VERIFY_LIMIT = 203_700;
    uint256 private constant _VERIFY_THREE_LIMIT = 215_000;

    // What the registry must not ask more of: callers reserve it.
    uint256 private constant _VERIFY_ENOUGH = 222_000;
    uint256 private constant _BATCH_ENOUGH = 510_000;

    VerifierRegistry internal registry;
    bytes32 internal feeKeyId;
    bytes32 internal twoSignalKeyId;

    function setUp() public {
        registry = VerifierRegistry(create("VerifierRegistry", abi.encode(address(this), true, new IProofSystem[](0))));
        feeKeyId = registry.registerKey(ProofVectors.feeKey(), true);
        twoSignalKeyId = registry.registerKey(ProofVectors.twoSignalKey(), false);
    }

    function test_RegisterKey_IsCheap() external {
        IVerifierRegistry.VerifyingKey memory key = ProofVectors.twoSignalKey();
        (key.ic[1], key.ic[2]) = (key.ic[2], key.ic[1]);
        (, uint256 used) = _measure(abi.encodeCall(registry.registerKey, (key, false)));
        vm.assertLe(used, _REGISTER_LIMIT, "gas of registering a key of two signals");
    }

    function test_Verify_IsCheap() external {
        (bytes memory answer, uint256 used) = _measure(
            abi.encodeCall(
                registry.verify,
                (twoSignalKeyId, ProofVectors.twoSignalProof(), ProofVectors.twoSignalSignals())
            )
        );
        vm.assertTrue(abi.decode(answer, (bool)), "proof of two signals");
        vm.assertLe(used, _VERIFY_LIMIT, "gas of a verification with two signals");
    }

    function test_Verify_MalformedProofIsNoDearer() external {
        IVerifierRegistry.Proof memory proof = ProofVectors.feeProof();
        proof.b[0] = 1;
        (bytes memory answer, uint256 used) = _measure(
            abi.encodeCall(registry.verify, (feeKeyId, proof, ProofVectors.feeSignals()))
        );
        vm.assertFalse(abi.decode(answer, (bool)), "malformed proof");
        vm.assertLe(used, _VERIFY_THREE_LIMIT, "gas of a malformed proof");
    }

    function test_Verify_AnswersWithEnoughGas() external view {
        bytes memory data = abi.encodeCall(
            registry.verify,
            (twoSignalKeyId, ProofVectors.twoSignalProof(), ProofVectors.twoSignalSignals())
        );
        _expectAnswer(data, _VERIFY_ENOUGH);
    }

    function test_VerifyBatch_AnswersWithEnoughGas() external view {
        bytes memory data = abi.encodeCall(registry.verifyBatch, (ProofBatch.underTwoKeys(feeKeyId, twoSignalKeyId)));
        _expectAnswer(data, _BATCH_ENOUGH);
    }

    function _expectAnswer(bytes memory data, uint256 gas) private view {
        (bool done, bytes memory answer) = address(registry).staticcall{gas: gas}(data);
        vm.assertTrue(done, "a call with enough gas answers");
        vm.assertTrue(abi.decode(answer, (bool)), "proof");
    }

    function _measure(bytes memory data) private returns (bytes memory answer, uint256 used) {
        registry.developmentKeysAllowed();
        uint256 before = gasleft();
        bool done;
        (done, answer) = address(registry).call(data);
        used = before - gasleft();
        vm.assertTrue(done, "the call answers");
    }
}
