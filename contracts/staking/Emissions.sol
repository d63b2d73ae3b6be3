// SPDX-License-Identifier: MIT
pragma solidity 0.8.34;

import {IVotes} from "@openzeppelin/contracts/governance/utils/IVotes.sol";
import {IERC20} from "@openzeppelin/contracts/token/ERC20/IERC20.sol";
import {SafeERC20} from "@openzeppelin/contracts/token/ERC20/utils/SafeERC20.sol";
import {ReentrancyGuardTransient} from "@openzeppelin/contracts/utils/ReentrancyGuardTransient.sol";
import {Math} from "@openzeppelin/contracts/utils/math/Math.sol";

import {IEmissions} from "./interfaces/IEmissions.sol";
import {IStaking} from "./interfaces/IStaking.sol";

/// @title The staking-reward allocation, paid out day by day
/// @notice See {IEmissions}.
///
/// ROLES. None. Nobody can change the schedule, stop it, or take the allocation out: it leaves to pools by {collect},
/// or, for days on which nobody staked, to the reserve by {returnUnearned}.
///
/// UPGRADES. None: the contract holds value and is immutable.
contract Emissions is IEmissions, ReentrancyGuardTransient {
    using Math for uint256;
    using SafeERC20 for IERC20;

    /// @notice The length of an epoch, seconds; that of the stake ledger.
    uint256 public constant EPOCH = 1 days;
    /// @notice The longest schedule, epochs: a hundred years.
    uint256 public constant MAX_EPOCHS = 36_525;
    /// @notice How far away the first epoch may be, epochs: ten years. What never begins could never leave.
    uint256 public constant MAX_LEAD = 3_653;
    /// @notice The most epochs of one {collect}; bounds its cost.
    uint256 public constant MAX_EPOCHS_PER_CALL = 64;
    /// @notice The largest allocation, OPG base units; the widest amount that the stake ledger takes.
    uint256 public constant MAX_ALLOCATION = type(uint96).max;

    /// @notice The ledger whose stake earns.
    IStaking public immutable STAKING;
    /// @notice The token that is emitted: the one that is staked.
    IERC20 public immutable TOKEN;
    /// @notice What all epochs emit together, OPG base units.
    uint256 public immutable ALLOCATION;
    /// @notice The first epoch that emits, in days since 1970-01-01.
    uint256 public immutable FIRST_EPOCH;
    /// @notice How many epochs emit.
    uint256 public immutable EPOCHS;
    /// @notice Who gets what epochs without any stake emit.
    address public immutable RESERVE;

    mapping(address operator => uint256) private _nextEpochs;
    mapping(uint256 epoch => bool) private _returned;

    /// @param staking    The stake ledger.
    /// @param allocation What all epochs emit together, OPG base units.
    /// @param firstEpoch The first epoch that emits, in days since 1970-01-01; may be past, and
    ///                   at most {MAX_LEAD} to come.
    /// @param epochs     How many epochs emit.
    /// @param reserve    Who gets what epochs without any stake emit.
    constructor(IStaking staking, uint256 allocation, uint256 firstEpoch, uint256 epochs, address reserve) {
        require(address(staking).code.length != 0, EmissionsStakingWithoutCode(address(staking)));
        require(epochs != 0 && epochs <= MAX_EPOCHS, EmissionsEpochsOutOfRange(epochs, MAX_EPOCHS));
        require(
            allocation >= epochs && allocation <= MAX_ALLOCATION,
            EmissionsAllocationOutOfRange(allocation, epochs, MAX_ALLOCATION)
        );
        uint256 latest = block.timestamp / EPOCH + MAX_LEAD;
        require(firstEpoch <= latest, EmissionsStartTooLate(firstEpoch, latest));
        require(reserve != address(0), EmissionsReserveZero());
        STAKING = staking;
        TOKEN = IERC20(staking.token());
        ALLOCATION = allocation;
        FIRST_EPOCH = firstEpoch;
        EPOCHS = epochs;
        RESERVE = reserve;
        // The ledger takes only what {collect} tells it to.
        TOKEN.forceApprove(address(staking), type(uint256).max);
    }

    // Views

    /// @inheritdoc IEmissions
    function collectable(
        address operator,
        uint256 maxEpochs
    ) external view returns (uint256 amount, uint256 nextEpoch) {
        nextEpoch = nextEpochOf(operator);
        (, , bool tombstoned) = STAKING.standingOf(operator);
        if (nextEpoch == 0 || tombstoned) return (0, nextEpoch);
        return _earnedDown(operator, nextEpoch, maxEpochs);
    }

    /// @inheritdoc IEmissions
    function emittedUntilNow() external view returns (uint256) {
        uint256 today = block.timestamp / EPOCH;
        return today <= FIRST_EPOCH ? 0 : _emittedBefore(Math.min(today - FIRST_EPOCH, EPOCHS));
    }

    /// @inheritdoc IEmissions
    function isReturned(uint256 epoch) external view returns (bool) {
        return _returned[epoch];
    }

    /// @inheritdoc IEmissions
    function nextEpochOf(address operator) public view returns (uint256 epoch) {
        epoch = _nextEpochs[operator];
        if (epoch != 0) return epoch;
        uint256 registeredAt = STAKING.operators().operatorOf(operator).registeredAt;
        if (registeredAt != 0) epoch = Math.max(registeredAt / EPOCH, FIRST_EPOCH);
    }

    /// @inheritdoc IEmissions
    function emissionOf(uint256 epoch) public view returns (uint256) {
        if (epoch < FIRST_EPOCH || epoch - FIRST_EPOCH >= EPOCHS) return 0;
        uint256 index = epoch - FIRST_EPOCH;
        return _emittedBefore(index + 1) - _emittedBefore(index);
    }

    /// @inheritdoc IEmissions
    function partOf(address operator, uint256 epoch) external view returns (uint256) {
        return epoch < _exitEpochOf(operator) ? _partDown(operator, epoch) : 0;
    }

    // Acts

    /// @inheritdoc IEmissions
    function collect(address operator, uint256 maxEpochs) external nonReentrant returns (uint256 amount) {
        // Check
        require(
            maxEpochs != 0 && maxEpochs <= MAX_EPOCHS_PER_CALL,
            EmissionsTooManyEpochs(maxEpochs, MAX_EPOCHS_PER_CALL)
        );
        uint256 fromEpoch = nextEpochOf(operator);
        require(fromEpoch != 0, EmissionsOperatorUnknown(operator));
        (, , bool tombstoned) = STAKING.standingOf(operator);
        require(!tombstoned, EmissionsOperatorTombstoned(operator));
        // Effect
        uint256 toEpoch;
        (amount, toEpoch) = _earnedDown(operator, fromEpoch, maxEpochs);
        _nextEpochs[operator] = toEpoch;
        if (amount == 0) return 0;
        uint256 available = TOKEN.balanceOf(address(this));
        require(amount <= available, EmissionsUnfunded(amount, available));
        emit EmissionCollected(operator, fromEpoch, toEpoch, amount);
        // Interaction
        STAKING.distributeReward(operator, amount);
    }

    /// @inheritdoc IEmissions
    function returnUnearned(uint256 epoch) external nonReentrant returns (uint256 amount) {
        // Check
        amount = emissionOf(epoch);
        require(amount != 0, EmissionsEpochUnknown(epoch, FIRST_EPOCH, FIRST_EPOCH + EPOCHS));
        uint256 end = _endOf(epoch);
        require(block.timestamp > end, EmissionsEpochNotOver(epoch, end));
        uint256 total = IVotes(address(STAKING)).getPastTotalSupply(end);
        require(total == 0, EmissionsEpochEarned(epoch, total));
        require(!_returned[epoch], EmissionsAlreadyReturned(epoch));
        uint256 available = TOKEN.balanceOf(address(this));
        require(amount <= available, EmissionsUnfunded(amount, available));
        // Effect
        _returned[epoch] = true;
        emit EmissionReturned(epoch, amount);
        // Interaction
        TOKEN.safeTransfer(RESERVE, amount);
    }

    // Inside

    /// @dev What the operator earned from `fromEpoch` on, in at most `maxEpochs` epochs that are over.
    function _earnedDown(
        address operator,
        uint256 fromEpoch,
        uint256 maxEpochs
    ) private view returns (uint256 amount, uint256 epoch) {
        uint256 end = Math.min(block.timestamp / EPOCH, FIRST_EPOCH + EPOCHS);
        end = Math.min(end, fromEpoch.saturatingAdd(Math.min(maxEpochs, MAX_EPOCHS_PER_CALL)));
        uint256 exitEpoch = _exitEpochOf(operator);
        for (epoch = fromEpoch; epoch < end; ++epoch) {
            if (epoch < exitEpoch) amount += _partDown(operator, epoch);
        }
    }

    /// @dev The operator's part of an epoch's emission, by his stake alone.
    function _partDown(address operator, uint256 epoch) private view returns (uint256) {
        uint256 emission = emissionOf(epoch);
        if (emission == 0 || epoch >= block.timestamp / EPOCH) return 0;
        uint256 end = _endOf(epoch);
        uint256 total = IVotes(address(STAKING)).getPastTotalSupply(end);
        return total == 0 ? 0 : emission.mulDiv(STAKING.getPastStake(operator, end), total);
    }

    /// @dev The first epoch at whose end the operator had left; beyond all epochs if he did not leave.
    function _exitEpochOf(address operator) private view returns (uint256) {
        uint256 exitedAt = STAKING.operators().operatorOf(operator).exitedAt;
        return exitedAt == 0 ? type(uint256).max : exitedAt / EPOCH;
    }

    /// @dev What the first `count` epochs emit together. At most {EPOCHS}; the product fits: both are small.
    function _emittedBefore(uint256 count) private view returns (uint256) {
        return (ALLOCATION * count) / EPOCHS;
    }

    /// @dev The last second of an epoch.
    function _endOf(uint256 epoch) private pure returns (uint256) {
        return (epoch + 1) * EPOCH - 1;
    }
}
