// SPDX-License-Identifier: MIT
pragma solidity 0.8.34;

import {InferenceMode} from "../../libraries/InferenceMode.sol";

/// @title Cases against the operator of a settled receipt
/// @notice What the challenges that code decides and the disputes that juries decide have in common: which receipts
///         they are about, and when stake must be held for them.
///
/// A case is named by the digest of its receipt. What it may cost is held in the ledger until it is decided, so that a
/// receipt can be challenged for as long as the ledger reaches its day, and stake that matures meanwhile waits, as far
/// as it is reserved. Within {EVIDENCE_WINDOW} the windows together are shorter than an unbonding, so nothing can leave
/// before the verdict: there a case is admitted without a hold when the operator has as many holds as fit, and nobody
/// can fill the places to keep others out.
interface IReceiptCases {
    /// @notice Thrown when a receipt is not attested by an enclave: what was settled with a proof needs no other.
    error ChallengesModeNotAttested(InferenceMode mode);
    /// @notice Thrown when a receipt was never settled: nobody relied on it.
    error ChallengesReceiptNotSettled(address operator, uint256 nonce);
    /// @notice Thrown when a receipt is dated after the present block.
    error ChallengesReceiptFromFuture(uint256 issuedAt, uint256 currentTime);

    /// @notice How long after its date a receipt can be challenged even without a hold, seconds.
    // solhint-disable-next-line func-name-mixedcase
    function EVIDENCE_WINDOW() external view returns (uint256);

    /// @notice How long an operator has to answer, seconds.
    // solhint-disable-next-line func-name-mixedcase
    function RESPONSE_WINDOW() external view returns (uint256);

    /// @notice How long the end of a case can be carried out, seconds.
    // solhint-disable-next-line func-name-mixedcase
    function RESOLVE_WINDOW() external view returns (uint256);

    /// @notice What a challenger leaves as a bond, OPG base units.
    // solhint-disable-next-line func-name-mixedcase
    function BOND() external view returns (uint256);
}
