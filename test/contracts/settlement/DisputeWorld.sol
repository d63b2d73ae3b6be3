// SPDX-License-Identifier: MIT
pragma solidity 0.8.34;

import {IAccessManager} from "@openzeppelin/contracts/access/manager/IAccessManager.sol";
import {OperatorRoles} from "../../../contracts/libraries/OperatorRoles.sol";
import {Roles} from "../../../contracts/libraries/Roles.sol";
import {IAnswerDisputes} from "../../../contracts/settlement/interfaces/IAnswerDisputes.sol";
import {IJuryPool} from "../../../contracts/settlement/interfaces/IJuryPool.sol";
import {IChallengeBonds} from "../../../contracts/staking/interfaces/IChallengeBonds.sol";
import {IHolds} from "../../../contracts/staking/interfaces/IHolds.sol";
import {IOperators, OperatorsConfig} from "../../../contracts/staking/interfaces/IOperators.sol";
import {IPenalties} from "../../../contracts/staking/interfaces/IPenalties.sol";
import {IStaking, StakingConfig, StakingWindows} from "../../../contracts/staking/interfaces/IStaking.sol";
import {Base} from "../Base.sol";
import {Proofs__Mock} from "../../mocks/Proofs__Mock.sol";
import {SettledReceipts__Mock} from "../../mocks/SettledReceipts__Mock.sol";
import {StakingToken__Mock} from "../../mocks/StakingToken__Mock.sol";

/// @title What random acts around disputes and juries happen to, and what the rules say of them
/// @dev Disputes take turns in six places. Four judges and two operators can be drawn; one judge also challenges.
abstract contract DisputeWorld is Base {
    /// @notice The states and ends that a good run must have reached.
    enum Reached {
        Guilty,
        Acquitted,
        Drawn,
        Vetoed,
        Expired,
        AppealByOperator,
        AppealByOwner,
        AppealByChallenger,
        AppealByStranger,
        Overturned,
        DrawPostponed,
        EverySeatDrawn,
        SeatsMissing,
        EverySeatOpened,
        PartyWithWeight,
        AdmittedWithoutHold,
        RefusedForLackOfPlace,
        RefusedTooOld,
        RefusedProvable,
        SealedAgain,
        WrongVoteRefused,
        FeeRefused,
        LimitReached,
        ClaimUnderDispute,
        ExitUnderDispute,
        EverybodyLeft
    }

    /// @notice Where an open dispute stands.
    enum Phase {
        None,
        Response,
        Commit,
        Reveal,
        Appeal,
        Over
    }

    /// @dev A dispute, and what should be known of it.
    struct Place {
        bytes32 id;
        address operator;
        address challenger;
        address appellant;
        IAnswerDisputes.State state;
        bool held;
        bool byAccused;
        uint256 nonce;
        uint256 issuedAt;
        uint256 openedAt;
        uint256 round;
        uint256 drawBlock;
        // What its jurors have earned and not collected.
        uint256 unpaid;
        // What of the operator's pool was claimed since it was opened.
        uint256 claimed;
        bool[2] drawn;
    }

    /// @dev What somebody did in a round.
    struct Seat {
        uint256 seats;
        IAnswerDisputes.Vote committed;
        bytes32 salt;
        IAnswerDisputes.Vote vote;
        bool paid;
    }

    /// @dev A hold that another slasher took.
    struct OtherHold {
        address operator;
        uint256 deadline;
    }

    /// @dev An unbonding.
    struct Entry {
        address operator;
        address account;
        uint256 bucketId;
    }

    /// @dev The weight that somebody had from a block on.
    struct Weighed {
        uint256 number;
        uint256 weight;
    }

    uint256 internal constant BOND = 100e18;
    uint256 internal constant FEE = 10e18;
    uint256 internal constant PERIOD = 14;
    uint256 internal constant EVIDENCE = 7 days;
    uint256 internal constant RESPONSE = 1 days;
    uint256 internal constant ROUND = 36 hours;
    uint256 internal constant UNTIL_EXPIRY = 6 days;
    uint256 internal constant DRAW_WAIT = 30;
    /// @dev How many blocks back a hash is known without the history contract.
    uint256 internal constant KNOWN_BLOCKS = 256;
    uint256 internal constant F9_BPS = 250;
    uint256 internal constant PLACES = 6;
    uint256 internal constant OTHERS = 8;
    uint256 internal constant MAX_HOLDS = 8;
    uint256 internal constant ENTRIES = 48;
    /// @dev What rounding may add to a loss that falls on every bucket, base units.
    uint256 internal constant DUST = 64;
    uint256 internal constant PEOPLE = 6;

    address internal constant CHALLENGER = address(0xC4A1);
    address internal constant GUARDIAN = address(0x60A2D1A);
    address internal constant OWNER = address(0x0E4);
    address internal constant PAYEE = address(0x9A1E);
    address internal constant ALICE = address(0xA11CE);
    address internal constant BOB = address(0xB0B);

    StakingToken__Mock public immutable token;
    IStaking public immutable staking;
    IHolds public immutable holds;
    IPenalties public immutable penalties;
    IChallengeBonds public immutable bonds;
    IJuryPool public immutable pool;
    IAnswerDisputes public immutable disputes;
    IOperators internal immutable _registry;
    SettledReceipts__Mock internal immutable _settlement;
    bytes32 internal immutable _uselessKey;

    /// @notice Four judges, and two operators who are accused.
    address[PEOPLE] public people;
    /// @notice The deposits of open disputes, fees that were earned and not collected, and what was credited and not
    ///         withdrawn, by the rules.
    uint256 public escrow;
    uint256 public unpaid;
    uint256 public credited;
    /// @notice What each account must be able to withdraw: all he left, less what he lost, and what he won.
    mapping(address account => uint256) public owed;
    /// @notice What verdicts took from an operator, and how many there were.
    mapping(address operator => uint256) public slashed;
    mapping(address operator => uint256) public verdicts;
    /// @notice What went wrong first; empty if nothing did.
    string public wrong;
    /// @notice How often each state was reached, and each act was done.
    mapping(Reached state => uint256) public reached;
    mapping(bytes4 act => uint256) public calls;

    Place[PLACES] internal _places;
    OtherHold[OTHERS] internal _others;
    Entry[] internal _entries;
    mapping(bytes32 id => mapping(uint256 round => mapping(address juror => Seat))) internal _seats;
    mapping(address juror => Weighed[]) internal _weights;
    uint256 internal _nonces;
    uint256 internal _registered;
    /// @dev What juries took of active stake and what has not refilled, and when a verdict took something last.
    uint256 internal _taken;
    uint256 internal _takenAt;

    constructor() {
        token = new StakingToken__Mock();
        _settlement = new SettledReceipts__Mock();
        IAccessManager manager = IAccessManager(create("AccessManager", abi.encode(address(this))));
        StakingConfig memory config = StakingConfig({
            minDelegation: 1e12,
            maxDelegationRatio: 0,
            unbondingPeriod: PERIOD,
            windows: StakingWindows(uint32(EVIDENCE), uint32(RESPONSE), 3 days, 2 days),
            bountyBps: 1_000,
            tokenBurnable: true,
            voteInterval: 1
        });
        staking = IStaking(
            create("Staking", abi.encode(address(manager), address(token), config, OperatorsConfig(100e18, 2_000)))
        );
        holds = staking.holds();
        _registry = staking.operators();
        penalties = IPenalties(create("Penalties", abi.encode(address(manager), staking)));
        bonds = IChallengeBonds(create("ChallengeBonds", abi.encode(address(manager), address(token))));
        pool = IJuryPool(create("JuryPool", abi.encode(staking)));
        Proofs__Mock proofs = new Proofs__Mock();
        _uselessKey = proofs.USELESS_KEY();
        // The contracts of a case, in their order.
        address[5] memory about = [
            address(_settlement),
            address(staking),
            address(penalties),
            address(proofs),
            address(bonds)
        ];
        bytes memory arguments = abi.encode(address(manager), about, pool, BOND, FEE);
        disputes = IAnswerDisputes(create("AnswerDisputes", arguments));
        _wire(manager);
        // The tightest limit there can be.
        penalties.setJuryCapacity(F9_BPS);
        _populate();
    }

    function _wire(IAccessManager manager) private {
        manager.grantRole(Roles.SLASHER, address(penalties), 0);
        manager.grantRole(Roles.JURY, address(disputes), 0);
        manager.grantRole(Roles.COURT, address(disputes), 0);
        manager.grantRole(Roles.GUARDIAN, GUARDIAN, 0);
        // Also for other holds, which this contract takes itself.
        manager.grantRole(Roles.SLASHER, address(this), 0);
        _allow(manager, address(staking), IStaking.slash.selector, Roles.SLASHER);
        _allow(manager, address(holds), IHolds.hold.selector, Roles.SLASHER);
        _allow(manager, address(holds), IHolds.releaseHold.selector, Roles.SLASHER);
        _allow(manager, address(_registry), IOperators.jail.selector, Roles.SLASHER);
        _allow(manager, address(penalties), IPenalties.punishByVerdict.selector, Roles.JURY);
        _allow(manager, address(penalties), IPenalties.admitDispute.selector, Roles.JURY);
        _allow(manager, address(penalties), IPenalties.releaseDispute.selector, Roles.JURY);
        _allow(manager, address(bonds), IChallengeBonds.post.selector, Roles.COURT);
        _allow(manager, address(disputes), IAnswerDisputes.veto.selector, Roles.GUARDIAN);
    }

    /// @dev Judges with 40,000 to 10,000 OPG and operators with 20,000, all in the pool. A judge's income and an
    ///      operator's go elsewhere, and an operator has another owner.
    function _populate() private {
        for (uint256 i = 0; i < PEOPLE; ++i) people[i] = _newOperator(i < 4 ? (4 - i) * 10_000e18 : 20_000e18);
        _rotate(people[1], IOperators.Account.PAYEE, PAYEE);
        _rotate(people[4], IOperators.Account.PAYEE, PAYEE);
        _rotate(people[5], IOperators.Account.OWNER, OWNER);
        _weigh();
        vm.warp(block.timestamp + 2 days);
        _registry.applyRotation(people[1], IOperators.Account.PAYEE);
        _registry.applyRotation(people[4], IOperators.Account.PAYEE);
        _registry.applyRotation(people[5], IOperators.Account.OWNER);
        vm.roll(block.number + 1 days);
        _weigh();
    }

    function _rotate(address operator, IOperators.Account account, address next) private {
        vm.prank(operator);
        _registry.requestRotation(operator, account, next);
    }

    function _newOperator(uint256 selfStake) internal returns (address operator) {
        operator = address(uint160(0x0900 + ++_registered));
        vm.prank(operator);
        _registry.registerOperator(OperatorRoles.ALL, _keyOf(operator), 500);
        if (selfStake != 0) _stake(operator, operator, selfStake);
    }

    function _keyOf(address operator) internal pure returns (address) {
        return address(uint160(operator) + 0x10000);
    }

    function _stake(address operator, address account, uint256 assets) internal {
        token.mint(account, assets);
        // One call each: a prank that outlives a revert would spoil the acts that follow.
        vm.prank(account);
        token.approve(address(staking), assets);
        vm.prank(account);
        staking.stake(operator, assets);
    }

    /// @dev Gives an account what a deposit takes.
    function _fund(address account, uint256 amount) internal {
        token.mint(account, amount);
        vm.prank(account);
        token.approve(address(bonds), amount);
    }

    /// @dev Takes back what a refused deposit did not take.
    function _defund(address account, uint256 amount) internal {
        vm.prank(account);
        token.transfer(address(0xdead), amount);
    }

    /// @dev Brings everybody's weight up to date. A weight rises after a day's notice only, and never above what there
    ///      is.
    function _weigh() internal {
        address[] memory list = new address[](PEOPLE);
        IJuryPool.Weight[] memory before = new IJuryPool.Weight[](PEOPLE);
        for (uint256 i = 0; i < PEOPLE; ++i) {
            list[i] = people[i];
            before[i] = pool.weightOf(list[i]);
        }
        pool.refresh(list);
        for (uint256 i = 0; i < PEOPLE; ++i) {
            uint256 weight = pool.weightOf(list[i]).weight;
            bool due = before[i].countsFrom != 0 && block.timestamp >= before[i].countsFrom;
            uint256 most = due ? before[i].announced : before[i].weight;
            if (weight > most) _note("a weight rose without notice");
            if (weight > pool.standingOf(list[i])) _note("a weight is more than there is");
            _weights[list[i]].push(Weighed(block.number, weight));
        }
    }

    /// @dev What somebody weighed at the end of a block.
    function _weightAt(address juror, uint256 number) internal view returns (uint256) {
        Weighed[] storage history = _weights[juror];
        for (uint256 i = history.length; i > 0; --i) {
            if (history[i - 1].number <= number) return history[i - 1].weight;
        }
        return 0;
    }

    /// @dev Whether the ledger still reaches a day without a hold.
    function _isInReach(uint256 time) internal view returns (bool) {
        return time >= (block.timestamp / 1 days - PERIOD) * 1 days;
    }

    function _liveHolds(address operator) internal view returns (uint256 count) {
        bytes32[] memory ids = holds.holdsOf(operator);
        for (uint256 i = 0; i < ids.length; ++i) {
            if (holds.holdOf(ids[i]).operator != address(0)) ++count;
        }
    }

    function _note(string memory what) internal {
        if (bytes(wrong).length == 0) wrong = what;
    }

    function _allow(IAccessManager manager, address target, bytes4 selector, uint64 role) private {
        bytes4[] memory selectors = new bytes4[](1);
        selectors[0] = selector;
        manager.setTargetFunctionRole(target, selectors, role);
    }
}
