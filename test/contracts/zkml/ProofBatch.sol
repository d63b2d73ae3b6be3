// SPDX-License-Identifier: MIT
pragma solidity 0.8.34;

import {IVerifierRegistry} from "../../../contracts/zkml/interfaces/IVerifierRegistry.sol";
import {Bn254} from "../../../contracts/zkml/libraries/Bn254.sol";
import {ProofVectors} from "./ProofVectors.sol";

/// @title A batch of right proofs for the tests of the registry
library ProofBatch {
    /// @notice Two proofs of the fee model, equal but for signs that cancel out, and one of two signals.
    function underTwoKeys(
        bytes32 feeKeyId,
        bytes32 twoSignalKeyId
    ) internal pure returns (IVerifierRegistry.BatchGroup[] memory groups) {
        groups = new IVerifierRegistry.BatchGroup[](2);
        IVerifierRegistry.Proof[] memory fee = new IVerifierRegistry.Proof[](2);
        fee[0] = ProofVectors.feeProof();
        fee[1] = ProofVectors.feeProof();
        fee[1].a[1] = Bn254.BASE_MODULUS - fee[1].a[1];
        fee[1].b[2] = Bn254.BASE_MODULUS - fee[1].b[2];
        fee[1].b[3] = Bn254.BASE_MODULUS - fee[1].b[3];
        uint256[] memory once = ProofVectors.feeSignals();
        uint256[] memory signals = new uint256[](6);
        for (uint256 i = 0; i < 6; ++i) signals[i] = once[i % 3];
        groups[0] = IVerifierRegistry.BatchGroup({keyId: feeKeyId, proofs: fee, signals: signals});
        IVerifierRegistry.Proof[] memory two = new IVerifierRegistry.Proof[](1);
        two[0] = ProofVectors.twoSignalProof();
        groups[1] = IVerifierRegistry.BatchGroup({
            keyId: twoSignalKeyId,
            proofs: two,
            signals: ProofVectors.twoSignalSignals()
        });
    }
}
