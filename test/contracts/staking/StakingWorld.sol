// SPDX-License-Identifier: MIT
pragma solidity 0.8.34;

import {AccessManager} from "@openzeppelin/contracts/access/manager/AccessManager.sol";
import {OperatorRoles} from "../../../contracts/libraries/OperatorRoles.sol";
import {IHolds} from "../../../contracts/staking/interfaces/IHolds.sol";
import {IOperators, OperatorsConfig} from "../../../contracts/staking/interfaces/IOperators.sol";
import {StakingConfig, StakingWindows} from "../../../contracts/staking/interfaces/IStaking.sol";
import {Staking} from "../../../contracts/staking/Staking.sol";
import {Base} from "../Base.sol";
import {StakingToken__Mock} from "../../mocks/StakingToken__Mock.sol";

/// @title What random acts of stakers happen to, and what they must leave behind
abstract contract StakingWorld is Base {
    uint256 internal constant PERIOD = 3;

    /// @notice An unbonding that was requested.
    struct Entry {
        address operator;
        address delegator;
        uint256 bucketId;
        uint256 requestedAt;
    }

    /// @dev What was true at the end of a second.
    struct Sample {
        uint256 time;
        uint256 total;
        uint256[8] worth;
    }

    /// @notice The states that a good run must have been in.
    enum Reached {
        NewLifeAfterFullSlash,
        SlashWithAllStakeUnbonding,
        SlashInLastSecondOfWindow,
        TwoSlashesInOneSecond,
        OlderFaultSlashedAfterNewer,
        UnbondingOfOneWei,
        BucketWiped,
        ClaimUnderHold,
        SlashOfHeldFault,
        CompoundByStranger
    }

    Staking public immutable staking;
    IHolds public immutable holds;
    StakingToken__Mock public immutable token;

    address[2] public operators = [address(0x0901), address(0x0902)];
    address[4] public accounts = [address(0x0901), address(0x0902), address(0xA11CE), address(0xB0B)];

    /// @notice Rewards that came in and were not paid out.
    uint256 public unpaidRewards;
    /// @notice Bounties credited and not paid out.
    uint256 public unpaidBounties;
    /// @notice A claim was worth more after a slash than before.
    bool public slashRaisedClaim;
    /// @notice Something was paid before the unbonding period was over.
    bool public paidTooEarly;
    /// @notice A matured claim was refused, or paid something else than the view had said.
    bool public matureClaimFailed;
    /// @notice A slash failed.
    bool public slashFailed;
    /// @notice Why a hold failed although there was room.
    bytes4 public holdRefusal;
    /// @notice A slash took more than the fraction, but for rounding, or less.
    bool public slashedOtherThanAsked;
    /// @notice A burn took something else than what slashes had set aside.
    bool public burnedOtherThanSlashed;
    /// @notice A reward of an account fell without being paid.
    bool public rewardFell;
    /// @notice Something that must be refused was accepted.
    bool public badInputAccepted;
    /// @notice The past looked different later, or its parts exceeded the whole.
    bool public pastChanged;
    /// @notice An unbonding of assets moved something else than these, or compounding did.
    bool public movedOtherThanNamed;
    /// @notice How often each state was reached.
    mapping(Reached state => uint256) public reached;
    /// @notice How often each act was done.
    mapping(bytes4 act => uint256) public calls;

    Entry[] internal _entries;
    uint256[] internal _buckets;
    mapping(uint256 bucketId => bool) internal _known;
    bytes32[] internal _held;
    uint256 internal _faults;
    Sample[] internal _samples;
    mapping(address operator => uint256) internal _lastSlash;
    mapping(address operator => uint256) internal _lastInfraction;

    constructor() {
        token = new StakingToken__Mock();
        AccessManager manager = AccessManager(create("AccessManager", abi.encode(address(this))));
        StakingConfig memory config = StakingConfig(
            1e12,
            0,
            PERIOD,
            StakingWindows(1 days, 1 days, 0, 1 days),
            2_000,
            true,
            1
        );
        staking = Staking(
            create("Staking", abi.encode(address(manager), address(token), config, OperatorsConfig(100e18, 10_000)))
        );
        holds = staking.holds();
        for (uint256 i = 0; i < operators.length; ++i) {
            IOperators registry = staking.operators();
            vm.prank(operators[i]);
            registry.registerOperator(OperatorRoles.ALL, operators[i], uint16(i * 1_000));
            for (uint256 j = 0; j < accounts.length; ++j) {
                vm.prank(accounts[j]);
                staking.keepPositionRecord(operators[i]);
            }
        }
    }
}
