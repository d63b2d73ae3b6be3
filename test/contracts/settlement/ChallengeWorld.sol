// SPDX-License-Identifier: MIT
pragma solidity 0.8.34;

import {IAccessManager} from "@openzeppelin/contracts/access/manager/IAccessManager.sol";
import {OperatorRoles} from "../../../contracts/libraries/OperatorRoles.sol";
import {Roles} from "../../../contracts/libraries/Roles.sol";
import {IAnswerChallenges} from "../../../contracts/settlement/interfaces/IAnswerChallenges.sol";
import {IChallengeBonds} from "../../../contracts/staking/interfaces/IChallengeBonds.sol";
import {IHolds} from "../../../contracts/staking/interfaces/IHolds.sol";
import {IOperators, OperatorsConfig} from "../../../contracts/staking/interfaces/IOperators.sol";
import {IPenalties} from "../../../contracts/staking/interfaces/IPenalties.sol";
import {IStaking, StakingConfig, StakingWindows} from "../../../contracts/staking/interfaces/IStaking.sol";
import {IValueLocks} from "../../../contracts/staking/interfaces/IValueLocks.sol";
import {Base} from "../Base.sol";
import {Proofs__Mock} from "../../mocks/Proofs__Mock.sol";
import {SettledReceipts__Mock} from "../../mocks/SettledReceipts__Mock.sol";
import {StakingToken__Mock} from "../../mocks/StakingToken__Mock.sol";

/// @title What random acts around challenges happen to, and what they must leave behind
/// @dev All lists are short: receipts take turns in eight places, and nobody has more than a few unbondings.
abstract contract ChallengeWorld is Base {
    /// @notice The states and ends that a good run must have reached.
    enum Reached {
        Answered,
        Drawn,
        Withheld,
        Disproved,
        DisprovedAfterVerdict,
        Expired,
        AdmittedWithoutHold,
        RefusedForLackOfPlace,
        ChallengedLate,
        RefusedTooOld,
        ClaimUnderHold,
        LockRefused,
        EverybodyLeft
    }

    /// @dev A settled receipt, and what should be known of its challenge.
    struct Place {
        address operator;
        uint256 nonce;
        uint256 issuedAt;
        IAnswerChallenges.State state;
        bool contradicted;
        bool held;
        uint256 era;
        uint256 respondBy;
    }

    /// @dev A hold that another slasher took.
    struct OtherHold {
        address operator;
        uint256 fractionBps;
        uint256 era;
        uint256 deadline;
    }

    /// @dev An unbonding.
    struct Entry {
        address operator;
        address account;
        uint256 bucketId;
    }

    uint256 public constant BOND = 25e18;
    uint256 internal constant PERIOD = 14;
    uint256 internal constant EVIDENCE = 7 days;
    uint256 internal constant RESPONSE = 1 days;
    uint256 internal constant RESOLVE = 2 days;
    uint256 internal constant PLACES = 8;
    uint256 internal constant OTHERS = 8;
    uint256 internal constant ENTRIES = 6;
    uint256 internal constant F4_MAXIMUM_BPS = 1_000;
    uint256 internal constant F2_MAXIMUM_BPS = 10_000;
    uint256 internal constant INPUT = 11;
    uint256 internal constant OUTPUT = 22;
    uint256 internal constant OTHER_OUTPUT = 23;
    /// @dev What one claim may leave behind in its bucket by rounding, base units.
    uint256 internal constant DUST = 32;

    address public constant CHALLENGER = address(0xC4A1);
    address public constant CONTRADICTOR = address(0xC4A2);
    address internal constant ALICE = address(0xA11CE);
    address internal constant BOB = address(0xB0B);

    StakingToken__Mock public immutable token;
    IStaking public immutable staking;
    IHolds public immutable holds;
    IValueLocks public immutable locks;
    IChallengeBonds public immutable bonds;
    IAnswerChallenges public immutable challenges;
    IOperators internal immutable _registry;
    SettledReceipts__Mock internal immutable _settlement;
    Proofs__Mock internal immutable _proofs;

    address[2] public operators;
    /// @notice Bonds that were posted, and that must have been awarded since.
    uint256 public posted;
    uint256 public awarded;
    /// @notice OPG that bonds have paid out.
    uint256 public withdrawn;
    /// @notice What each account must be able to withdraw.
    mapping(address account => uint256) public owed;
    /// @notice What went wrong first; empty if nothing did.
    string public wrong;
    /// @notice How often each state was reached, and each act was done.
    mapping(Reached state => uint256) public reached;
    mapping(bytes4 act => uint256) public calls;

    Place[PLACES] internal _places;
    OtherHold[OTHERS] internal _others;
    Entry[] internal _entries;
    mapping(address operator => mapping(uint256 day => uint256)) internal _locksUntil;
    uint256 internal _nonces;
    uint256 internal _registered;
    uint256 internal _claims;

    constructor() {
        token = new StakingToken__Mock();
        _settlement = new SettledReceipts__Mock();
        _proofs = new Proofs__Mock();
        IAccessManager manager = IAccessManager(create("AccessManager", abi.encode(address(this))));
        StakingConfig memory config = StakingConfig({
            minDelegation: 1e12,
            maxDelegationRatio: 0,
            unbondingPeriod: PERIOD,
            windows: StakingWindows(uint32(EVIDENCE), uint32(RESPONSE), 3 days, uint32(RESOLVE)),
            bountyBps: 1_000,
            tokenBurnable: true,
            voteInterval: 1
        });
        staking = IStaking(
            create("Staking", abi.encode(address(manager), address(token), config, OperatorsConfig(100e18, 2_000)))
        );
        holds = staking.holds();
        _registry = staking.operators();
        address penalties = create("Penalties", abi.encode(address(manager), staking));
        bonds = IChallengeBonds(create("ChallengeBonds", abi.encode(address(manager), address(token))));
        locks = IValueLocks(create("ValueLocks", abi.encode(address(manager), staking, 0)));
        challenges = IAnswerChallenges(
            create("AnswerChallenges", abi.encode(_settlement, staking, penalties, _proofs, bonds, BOND))
        );
        manager.grantRole(Roles.SLASHER, penalties, 0);
        manager.grantRole(Roles.ADJUDICATOR, address(challenges), 0);
        manager.grantRole(Roles.COURT, address(challenges), 0);
        _allow(manager, address(staking), IStaking.slash.selector, Roles.SLASHER);
        _allow(manager, address(holds), IHolds.releaseHold.selector, Roles.SLASHER);
        _allow(manager, address(_registry), IOperators.jail.selector, Roles.SLASHER);
        _allow(manager, penalties, IPenalties.punish.selector, Roles.ADJUDICATOR);
        _allow(manager, penalties, IPenalties.admit.selector, Roles.ADJUDICATOR);
        _allow(manager, penalties, IPenalties.release.selector, Roles.ADJUDICATOR);
        _allow(manager, address(bonds), IChallengeBonds.post.selector, Roles.COURT);
        // Also for other holds, which this contract takes itself.
        manager.grantRole(Roles.SLASHER, address(this), 0);
        _allow(manager, address(holds), IHolds.hold.selector, Roles.SLASHER);
        for (uint256 i = 0; i < operators.length; ++i) operators[i] = _newOperator();
        vm.prank(CHALLENGER);
        token.approve(address(bonds), type(uint256).max);
    }

    function _newOperator() internal returns (address operator) {
        operator = address(uint160(0x0900 + ++_registered));
        vm.prank(operator);
        _registry.registerOperator(OperatorRoles.ALL, operator, 500);
        _stake(operator, operator, 1_000e18);
    }

    function _stake(address operator, address account, uint256 assets) internal {
        token.mint(account, assets);
        // One call each: a prank that outlives a revert would spoil the acts that follow.
        vm.prank(account);
        token.approve(address(staking), assets);
        vm.prank(account);
        staking.stake(operator, assets);
    }

    function _allow(IAccessManager manager, address target, bytes4 selector, uint64 role) internal {
        bytes4[] memory selectors = new bytes4[](1);
        selectors[0] = selector;
        manager.setTargetFunctionRole(target, selectors, role);
    }
}
