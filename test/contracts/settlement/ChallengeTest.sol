// SPDX-License-Identifier: MIT
pragma solidity 0.8.34;

import {AnswerChallenges} from "../../../contracts/settlement/AnswerChallenges.sol";
import {ReceiptCases} from "../../../contracts/settlement/ReceiptCases.sol";
import {IAnswerChallenges} from "../../../contracts/settlement/interfaces/IAnswerChallenges.sol";
import {Receipt} from "../../../contracts/settlement/interfaces/ISettlement.sol";
import {Roles} from "../../../contracts/libraries/Roles.sol";
import {ChallengeBonds} from "../../../contracts/staking/ChallengeBonds.sol";
import {IHolds} from "../../../contracts/staking/interfaces/IHolds.sol";
import {IOperators} from "../../../contracts/staking/interfaces/IOperators.sol";
import {FaultClass, IPenalties} from "../../../contracts/staking/interfaces/IPenalties.sol";
import {IVerifierRegistry} from "../../../contracts/zkml/interfaces/IVerifierRegistry.sol";
import {ProofVectors} from "../zkml/ProofVectors.sol";
import {System} from "../fixtures/System.sol";

/// @title What the tests of challenges share: settled receipts with a circuit, a challenger, and proofs
/// @dev The operator has 100,000 OPG of his own. The registry is the genuine one with a genuine key; that a proof of
///      given signals verifies is mocked for exactly these signals ({_proves}).
abstract contract ChallengeTest is System {
    address internal constant CHALLENGER = address(0xC4A1);
    address internal constant CONTRADICTOR = address(0xC4A2);
    uint256 internal constant BOND = 25e18;
    uint256 internal constant INPUT = 11;
    uint256 internal constant OUTPUT = 22;
    uint256 internal constant OTHER_OUTPUT = 23;
    uint256 internal constant RESPONSE = 1 days;
    uint256 internal constant RESOLVE = 2 days;

    IHolds internal holds;
    ChallengeBonds internal challengeBonds;
    AnswerChallenges internal challenges;
    bytes32 internal keyId;

    function setUp() public virtual override {
        super.setUp();
        holds = staking.holds();
        challengeBonds = ChallengeBonds(create("ChallengeBonds", abi.encode(address(authority), address(token))));
        challenges = AnswerChallenges(create("AnswerChallenges", abi.encode(_caseContracts(), BOND)));
        _allow(address(penalties), IPenalties.admit.selector, Roles.ADJUDICATOR);
        _allow(address(penalties), IPenalties.release.selector, Roles.ADJUDICATOR);
        _allow(address(challengeBonds), ChallengeBonds.post.selector, Roles.COURT);
        _allow(address(holds), IHolds.hold.selector, Roles.SLASHER);
        _allow(address(holds), IHolds.releaseHold.selector, Roles.SLASHER);
        _allow(address(staking.operators()), IOperators.jail.selector, Roles.SLASHER);
        authority.grantRole(Roles.ADJUDICATOR, address(challenges), 0);
        authority.grantRole(Roles.COURT, address(challenges), 0);
        keyId = verifiers.registerKey(ProofVectors.feeKey(), true);
        token.transfer(CHALLENGER, 1_000e18);
        vm.prank(CHALLENGER);
        token.approve(address(challengeBonds), type(uint256).max);
    }

    function _caseContracts() internal view returns (ReceiptCases.CaseContracts memory) {
        return ReceiptCases.CaseContracts(settlement, staking, penalties, verifiers, challengeBonds);
    }

    function _allow(address target, bytes4 selector, uint64 role) internal {
        bytes4[] memory selectors = new bytes4[](1);
        selectors[0] = selector;
        authority.setTargetFunctionRole(target, selectors, role);
    }

    /// @dev A receipt of an answer whose release has a circuit.
    function _attested(uint256 nonce) internal view returns (Receipt memory receipt) {
        receipt = _receipt(address(1), keccak256("input"), keccak256("output"));
        receipt.nonce = nonce;
        receipt.keyId = keyId;
        receipt.inputCommitment = INPUT;
        receipt.outputCommitment = OUTPUT;
        return _withRequestId(receipt);
    }

    /// @dev Such a receipt, settled.
    function _settled(uint256 nonce) internal returns (Receipt memory receipt) {
        receipt = _attested(nonce);
        settlement.settle(receipt, _signReceipt(ENCLAVE_KEY, receipt));
    }

    function _challenge(Receipt memory receipt) internal returns (bytes32) {
        bytes memory signature = _signReceipt(ENCLAVE_KEY, receipt);
        vm.prank(CHALLENGER);
        return challenges.challenge(receipt, signature);
    }

    /// @dev A settled receipt and the challenge of it.
    function _challenged(uint256 nonce) internal returns (Receipt memory receipt, bytes32 id) {
        receipt = _settled(nonce);
        id = _challenge(receipt);
    }

    /// @dev Makes {_proof} one of the receipt's answer.
    function _provesAnswer(Receipt memory receipt) internal {
        _proves(receipt, receipt.outputCommitment, settlement.proofBinding(receipt));
    }

    /// @dev Makes {_proof} one of another answer, offered by {CONTRADICTOR}.
    function _provesOther(Receipt memory receipt) internal {
        bytes32 id = settlement.hashReceipt(receipt);
        _proves(receipt, OTHER_OUTPUT, challenges.contradictionBinding(id, CONTRADICTOR));
    }

    function _proves(Receipt memory receipt, uint256 output, uint256 binding) private {
        uint256[] memory signals = new uint256[](3);
        (signals[0], signals[1], signals[2]) = (output, receipt.inputCommitment, binding);
        bytes memory call = abi.encodeCall(IVerifierRegistry.verify, (receipt.keyId, _proof(), signals));
        vm.mockCall(address(verifiers), call, abi.encode(true));
    }

    function _proof() internal pure returns (IVerifierRegistry.Proof memory) {
        return ProofVectors.feeProof();
    }

    function _contradict(Receipt memory receipt) internal {
        _provesOther(receipt);
        vm.prank(CONTRADICTOR);
        challenges.contradict(receipt, OTHER_OUTPUT, _proof());
    }

    /// @dev The bps that the ledger holds for a charge; 0 if it holds nothing.
    function _heldBps(bytes32 id, FaultClass faultClass) internal view returns (uint256) {
        return holds.holdOf(penalties.idOf(address(challenges), operator, faultClass, id)).fractionBps;
    }

    function _stateIs(bytes32 id, IAnswerChallenges.State state) internal view {
        vm.assertEq(uint256(challenges.challengeOf(id).state), uint256(state), "state");
    }

    function _expectState(bytes32 id, IAnswerChallenges.State state) internal {
        vm.expectRevert(abi.encodeWithSelector(IAnswerChallenges.ChallengesStateWrong.selector, id, state));
    }
}
