// SPDX-License-Identifier: MIT
pragma solidity 0.8.34;

import {InferenceMode} from "../libraries/InferenceMode.sol";
import {IChallengeBonds} from "../staking/interfaces/IChallengeBonds.sol";
import {IHolds} from "../staking/interfaces/IHolds.sol";
import {IOperators} from "../staking/interfaces/IOperators.sol";
import {IPenalties} from "../staking/interfaces/IPenalties.sol";
import {IStaking, StakingWindows} from "../staking/interfaces/IStaking.sol";
import {IVerifierRegistry} from "../zkml/interfaces/IVerifierRegistry.sol";
import {IReceiptCases} from "./interfaces/IReceiptCases.sol";
import {ISettlement, Receipt} from "./interfaces/ISettlement.sol";

/// @title What cases against the operator of a settled receipt have in common
/// @notice See {IReceiptCases}. Holds no tokens and has no parameters.
abstract contract ReceiptCases is IReceiptCases {
    /// @notice The contracts that a case is about.
    /// @param settlement Whose receipts are challenged.
    /// @param staking    The stake ledger, with its operators, holds and windows.
    /// @param penalties  Its penalties.
    /// @param verifiers  The verifying keys.
    /// @param bonds      Where those who challenge leave their deposits.
    struct CaseContracts {
        ISettlement settlement;
        IStaking staking;
        IPenalties penalties;
        IVerifierRegistry verifiers;
        IChallengeBonds bonds;
    }

    /// @dev The public signals of a circuit: answer, input and what the proof is bound to.
    uint256 internal constant SIGNALS = 3;

    /// @notice Whose receipts are challenged.
    ISettlement public immutable SETTLEMENT;
    /// @notice Says what a fault costs.
    IPenalties public immutable PENALTIES;
    /// @notice Where stake waits for a verdict.
    IHolds public immutable HOLDS;
    /// @notice Who the operators are.
    IOperators public immutable OPERATORS;
    IVerifierRegistry public immutable VERIFIERS;
    /// @notice Keeps the deposits.
    IChallengeBonds public immutable BONDS;
    /// @inheritdoc IReceiptCases
    uint256 public immutable EVIDENCE_WINDOW;
    /// @inheritdoc IReceiptCases
    uint256 public immutable RESPONSE_WINDOW;
    /// @inheritdoc IReceiptCases
    uint256 public immutable RESOLVE_WINDOW;
    /// @inheritdoc IReceiptCases
    uint256 public immutable BOND;

    uint256 private immutable _maxHolds;

    constructor(CaseContracts memory contracts, uint256 bond) {
        uint256 highest = contracts.bonds.MAX_BOND();
        require(bond != 0 && bond <= highest, IChallengeBonds.ChallengeBondsAmountOutOfRange(bond, highest));
        SETTLEMENT = contracts.settlement;
        PENALTIES = contracts.penalties;
        HOLDS = contracts.staking.holds();
        OPERATORS = contracts.staking.operators();
        VERIFIERS = contracts.verifiers;
        BONDS = contracts.bonds;
        BOND = bond;
        StakingWindows memory windows = contracts.staking.config().windows;
        EVIDENCE_WINDOW = windows.evidence;
        RESPONSE_WINDOW = windows.response;
        RESOLVE_WINDOW = windows.slack;
        _maxHolds = HOLDS.MAX_HOLDS();
    }

    /// @dev That the receipt is an enclave's, and that it was settled.
    function _checkReceipt(Receipt calldata receipt, bytes calldata signature) internal view {
        require(receipt.mode == InferenceMode.TEE, ChallengesModeNotAttested(receipt.mode));
        require(receipt.issuedAt <= block.timestamp, ChallengesReceiptFromFuture(receipt.issuedAt, block.timestamp));
        SETTLEMENT.checkAttested(receipt, signature);
        require(
            SETTLEMENT.isNonceUsed(receipt.operator, receipt.nonce),
            ChallengesReceiptNotSettled(receipt.operator, receipt.nonce)
        );
    }

    /// @dev Whether stake must be held: later than the window the ledger itself no longer reaches to the verdict.
    function _holds(Receipt calldata receipt) internal view returns (bool) {
        bool late = block.timestamp > receipt.issuedAt + EVIDENCE_WINDOW;
        return late || HOLDS.holdsOf(receipt.operator).length < _maxHolds;
    }

    /// @dev Where an operator's own income goes.
    function _payeeOf(address operator) internal view returns (address payee) {
        payee = OPERATORS.payeeOf(operator);
        if (payee == address(0)) payee = operator;
    }
}
