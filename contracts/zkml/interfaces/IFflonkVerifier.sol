// SPDX-License-Identifier: MIT
pragma solidity 0.8.34;

import {IProofSystem} from "./IProofSystem.sol";

/// @title One FFLONK verifier for every circuit
/// @notice FFLONK needs a universal setup only: whoever trusts one powers-of-tau ceremony needs no ceremony for a
///         circuit. Proofs are those of snarkjs without their last value, an inverse that the verifier computes.
/// @dev A key is nine words: power + 256 · signals, k1, k2, C0 (x, y), and tau times the generator of G2 (x and y,
///      imaginary parts first). The circuit has 2^power rows; C0 commits to its gates and wires. Everything else that
///      snarkjs writes into a key follows from the power.
///      A proof is 23 words: the points C1, C2, W1, W2 and the evaluations ql, qr, qm, qo, qc, s1, s2, s3, a, b, c, z,
///      zw, t1w, t2w.
///      ASSUMPTIONS: the verifier checks points, not setups. Whoever knows tau can forge proofs; consumers compare the
///      key's last four words with those of the ceremony that they trust.
interface IFflonkVerifier is IProofSystem {
    /// @notice Thrown when a key has not the length of a key.
    error FflonkKeyLengthWrong(uint256 given, uint256 expected);

    /// @notice Thrown when a key's power is 0 or beyond what the field has roots of unity for.
    error FflonkKeyPowerOutOfRange(uint256 power, uint256 maximum);

    /// @notice Thrown when a key has no signals, more than the maximum, or not fewer than rows.
    error FflonkKeySignalsOutOfRange(uint256 signals, uint256 maximum);

    /// @notice Thrown when k1 and k2 do not keep the three columns of wires apart, so that wires could be swapped.
    error FflonkKeyCosetsOverlap(uint256 k1, uint256 k2);

    /// @notice Thrown when C0 is not on the curve, not canonical or the point at infinity.
    error FflonkKeyG1PointInvalid(uint256 x, uint256 y);

    /// @notice Thrown when the setup's point is not on the twist, not canonical or the point at infinity.
    error FflonkKeyG2PointInvalid(uint256 xImaginary, uint256 xReal, uint256 yImaginary, uint256 yReal);

    /// @notice Thrown when tau is 1 or −1: nobody contributed to the setup.
    error FflonkKeyWithoutContribution(uint256 xImaginary, uint256 xReal);

    /// @notice Thrown when a proof has not the length of a proof.
    error FflonkProofLengthWrong(uint256 given, uint256 expected);

    /// @notice Most public signals that a key can have.
    function MAX_SIGNALS() external view returns (uint256);

    /// @notice Greatest power that a key can have.
    function MAX_POWER() external view returns (uint256);
}
