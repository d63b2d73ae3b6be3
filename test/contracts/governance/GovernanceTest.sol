// SPDX-License-Identifier: MIT
pragma solidity 0.8.34;

import {IAccessControl} from "@openzeppelin/contracts/access/IAccessControl.sol";
import {AccessManager} from "@openzeppelin/contracts/access/manager/AccessManager.sol";
import {TimelockController} from "@openzeppelin/contracts/governance/TimelockController.sol";

import {DecisionDelays} from "../../../contracts/governance/DecisionDelays.sol";
import {Guardian} from "../../../contracts/governance/Guardian.sol";
import {OPGGovernor} from "../../../contracts/governance/OPGGovernor.sol";
import {DecisionClass, DecisionRow} from "../../../contracts/governance/interfaces/IDecisionDelays.sol";
import {GovernorConfig} from "../../../contracts/governance/types/GovernorConfig.sol";
import {Roles} from "../../../contracts/libraries/Roles.sol";
import {Base} from "../Base.sol";
import {VotesSource__Mock} from "../../mocks/VotesSource__Mock.sol";

/// @title Governor, timelock, delays, AccessManager and guardian, wired as a deployment does it
/// @dev Votes come from mocks: VOTER has 40,000 of 1,000,000 staked, which is the quorum, and nothing in a wallet.
abstract contract GovernanceTest is Base {
    address internal constant VOTER = address(0x70);
    address internal constant STRANGER = address(0x57);
    address internal constant KEEPER = address(0x6A2D);
    uint256 internal constant START = 1_800_000_000;
    uint256 internal constant TOTAL = 1_000_000e18;
    uint32 internal constant UNBONDING = 14 days;
    uint32 internal constant TRUST_ROOT = 7 days;
    uint32 internal constant SLASHING = 15 days;
    uint48 internal constant TERM = 180 days;
    string internal constant DESCRIPTION = "# A decision";

    VotesSource__Mock internal votes;
    VotesSource__Mock internal wallets;
    AccessManager internal authority;
    TimelockController internal timelock;
    DecisionDelays internal delays;
    OPGGovernor internal governor;
    Guardian internal guardian;

    function setUp() public virtual {
        vm.warp(START);
        votes = new VotesSource__Mock("mode=timestamp");
        votes.set(VOTER, 40_000e18);
        votes.set(address(0x71), TOTAL - 40_000e18);
        wallets = new VotesSource__Mock("mode=timestamp");
        authority = AccessManager(create("AccessManager", abi.encode(address(this))));
        address[] memory anyone = new address[](1);
        timelock = TimelockController(
            create("TimelockController", abi.encode(1 hours, new address[](0), anyone, address(this)))
        );
        DecisionRow[] memory rows = new DecisionRow[](2);
        rows[0] = _row(TimelockController.updateDelay.selector, DecisionClass.Ordinary);
        rows[1] = _row(IAccessControl.grantRole.selector, DecisionClass.TrustRoot);
        delays = DecisionDelays(
            create("DecisionDelays", abi.encode(address(authority), UNBONDING, TRUST_ROOT, SLASHING))
        );
        delays.setDecisionClasses(rows);
        governor = _createGovernor(address(votes), address(wallets));
        timelock.grantRole(timelock.PROPOSER_ROLE(), address(governor));
        timelock.grantRole(timelock.CANCELLER_ROLE(), address(governor));
        guardian = Guardian(create("Guardian", abi.encode(address(authority), governor, KEEPER, TERM)));
        authority.grantRole(Roles.GUARDIAN, address(guardian), 0);
        authority.grantRole(Roles.ADMIN, address(timelock), 0);
        authority.renounceRole(Roles.ADMIN, address(this));
    }

    /// @notice A governor with these sources of votes, that of wallets zero where the token has none.
    function _createGovernor(address stake, address inWallets) internal returns (OPGGovernor) {
        return OPGGovernor(create("OPGGovernor", abi.encode(stake, inWallets, timelock, delays, authority, _config())));
    }

    /// @notice A call, as the one action of a proposal.
    function _single(
        address target,
        bytes memory data
    ) internal pure returns (address[] memory targets, uint256[] memory values, bytes[] memory calldatas) {
        targets = new address[](1);
        calldatas = new bytes[](1);
        (targets[0], calldatas[0]) = (target, data);
        values = new uint256[](1);
    }

    function _propose(address target, bytes memory data) internal returns (uint256) {
        (address[] memory targets, uint256[] memory values, bytes[] memory calldatas) = _single(target, data);
        vm.prank(VOTER);
        return governor.propose(targets, values, calldatas, DESCRIPTION);
    }

    /// @notice Proposes a call and lets it win the vote.
    function _pass(address target, bytes memory data) internal returns (uint256 proposalId) {
        proposalId = _propose(target, data);
        vm.warp(governor.proposalSnapshot(proposalId) + 1);
        vm.prank(VOTER);
        governor.castVote(proposalId, 1);
        vm.warp(governor.proposalDeadline(proposalId) + 1);
    }

    /// @notice Lets a call be decided and executed.
    function _decide(address target, bytes memory data) internal {
        uint256 proposalId = _pass(target, data);
        governor.queue(proposalId);
        vm.warp(governor.proposalEta(proposalId));
        governor.execute(proposalId);
    }

    function _config() internal pure returns (GovernorConfig memory) {
        return
            GovernorConfig({
                votingDelay: 1 hours,
                votingPeriod: 1 days,
                lateQuorumExtension: 6 hours,
                proposalThreshold: 100e18,
                quorumNumerator: 4
            });
    }

    function _row(bytes4 selector, DecisionClass decisionClass) private view returns (DecisionRow memory) {
        return DecisionRow({target: address(timelock), selector: selector, decisionClass: decisionClass});
    }
}
