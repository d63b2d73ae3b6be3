// SPDX-License-Identifier: MIT
pragma solidity 0.8.34;

import {IHolds} from "./IHolds.sol";
import {IOperators} from "./IOperators.sol";

/// @title What an interface shows of the stake ledger
/// @notice Reads only, has no state and no rights; can be replaced at any time. No view reverts: what does not exist is
///         zero or an empty list. Amounts are OPG base units, times Unix seconds, epochs days since 1970-01-01.
///
/// UNBONDINGS are not listed in the ledger, because a list would be one more thing to fill. They are found by looking
/// into the bucket of every day, or by the bucket ids of the `UnbondingRequested` events of an account.
interface IStakeLens {
    /// @notice An unbonding.
    /// @param bucketId     The handle for {IStaking.claim}.
    /// @param bucketShares Its shares of the bucket.
    /// @param assets       What is left of it after slashes and payments, rounded down.
    /// @param claimableNow What {IStaking.claim} would pay now.
    /// @param claimableAt  When it can be claimed.
    /// @param reservedBps  The part of its bucket that holds reserve, bps.
    struct Unbonding {
        uint256 bucketId;
        uint256 bucketShares;
        uint256 assets;
        uint256 claimableNow;
        uint256 claimableAt;
        uint256 reservedBps;
    }

    /// @notice What an account has behind an operator.
    /// @param shares        In the active pool.
    /// @param staked        What they are worth, rounded down.
    /// @param unbonding     What is left of the unbondings in the list, claimable or not.
    /// @param claimableNow  What can be claimed of them now.
    /// @param pendingReward What {IStaking.claimReward} would pay now.
    /// @param votes         What counts for the account, for all operators together: the pools that vote through it.
    /// @param ownVotes      With how much of the votes of this operator's pool it can vote itself, in a vote whose
    ///                      snapshot was the last second.
    /// @param unbondings    Oldest first; of the last {SCAN_EPOCHS} epochs.
    struct Position {
        uint256 shares;
        uint256 staked;
        uint256 unbonding;
        uint256 claimableNow;
        uint256 pendingReward;
        uint256 votes;
        uint256 ownVotes;
        Unbonding[] unbondings;
    }

    /// @notice How an operator has behaved, as far as the chain knows. It knows who was punished, and who served calls
    ///         that ask for cover. It does not know who was unreachable: a call that nobody answered leaves no trace.
    /// @param faults       The faults he was punished for, ever.
    /// @param slashed      What they cost him and his delegators together.
    /// @param lastFaultAt  When he was punished last; 0 means "never". `OperatorSlashed` events have them one by one.
    /// @param recentFaults Those that make the next one of their class dearer, by {FaultClass}; at 4 and 5 the terms he
    ///                     missed, of a proof or of a call.
    /// @param coveredCalls The calls he served that asked for cover, up to 2^32 - 1.
    /// @param locked       What is locked behind calls whose window is open.
    /// @param free         What can be locked behind further calls.
    struct Conduct {
        uint256 faults;
        uint256 slashed;
        uint256 lastFaultAt;
        uint256[] recentFaults;
        uint256 coveredCalls;
        uint256 locked;
        uint256 free;
    }

    /// @notice Of which hours of his service the chain has a sign of life of an operator. It says that a machine or he
    ///         himself was there once in that hour, and not that calls were answered. An hour can be in both counts.
    /// @param firstHour      The first hour looked at, from 1970-01-01 UTC: the last {UPTIME_HOURS} of his service, if
    ///                       he has been there so long.
    /// @param fullHours      How many are looked at: those that began after he registered and were over before he left,
    ///                       or now. The running hour is not held against him.
    /// @param heartbeatHours Those in which a heartbeat of an enclave arrived that counted then.
    /// @param checkInHours   Those in which he checked in himself, for roles that have no enclave.
    struct Uptime {
        uint256 firstHour;
        uint256 fullHours;
        uint256 heartbeatHours;
        uint256 checkInHours;
    }

    /// @notice An operator as people see him.
    /// @param record        As registered; all zero if never.
    /// @param active        Whether he is active in any role.
    /// @param selfStake     His own active stake, rounded down.
    /// @param delegated     The active stake of all others.
    /// @param poolShares    The shares of the pool.
    /// @param unbonding     What is in the buckets that a slash can reach now.
    /// @param commissionBps His part of a reward that arrives now, bps.
    /// @param announcedCommissionBps Where the commission is heading, bps.
    /// @param commissionChangesAt    When it changes next; 0 if it does not.
    /// @param era           How often a slash has ended his pool.
    /// @param votes         What he votes with.
    /// @param voter         Whom his pool's votes count for.
    /// @param holds         Challenges that reserve some of his stake.
    /// @param conduct       How he has behaved.
    /// @param uptime        In which hours the chain saw him.
    struct OperatorPage {
        IOperators.Operator record;
        bool active;
        uint256 selfStake;
        uint256 delegated;
        uint256 poolShares;
        uint256 unbonding;
        uint256 commissionBps;
        uint256 announcedCommissionBps;
        uint256 commissionChangesAt;
        uint256 era;
        uint256 votes;
        address voter;
        IHolds.Hold[] holds;
        Conduct conduct;
        Uptime uptime;
    }

    /// @notice What a slash would do.
    /// @param inReach       Whether the infraction's time is one that can be punished without a hold.
    /// @param activeLoss    What the pool would lose.
    /// @param unbondingLoss What the buckets would lose.
    /// @param ownLoss       The operator's own part of both, rounded down.
    /// @param bounty        What a challenger would be credited.
    /// @param endsEra       Whether the pool's shares would be void.
    struct SlashPreview {
        bool inReach;
        uint256 activeLoss;
        uint256 unbondingLoss;
        uint256 ownLoss;
        uint256 bounty;
        bool endsEra;
    }

    /// @notice Thrown when a contract has no code at its address.
    error LensContractWithoutCode(address account);

    /// @notice What `account` has behind `operator`.
    function positionOf(address operator, address account) external view returns (Position memory);

    /// @notice The open unbondings of `account` that began in epochs `fromEpoch` to `toEpoch`, oldest first.
    /// @dev Looks at the last {MAX_EPOCHS} epochs of the range. What a slash wiped is left out.
    function unbondingsOf(
        address operator,
        address account,
        uint256 fromEpoch,
        uint256 toEpoch
    ) external view returns (Unbonding[] memory);

    /// @notice One unbonding, by its bucket id; all zero but the id and the time if it is not open.
    function unbondingAt(address operator, address account, uint256 bucketId) external view returns (Unbonding memory);

    /// @notice An operator as people see him.
    function operatorPage(address operator) external view returns (OperatorPage memory);

    /// @notice How an operator has behaved, as far as the chain knows.
    function conductOf(address operator) external view returns (Conduct memory);

    /// @notice Of which hours of his service the chain has a sign of life; all zero if he never registered.
    function uptimeOf(address operator) external view returns (Uptime memory);

    /// @notice The most hours that {uptimeOf} looks at: 30 days.
    function UPTIME_HOURS() external view returns (uint256);

    /// @notice What {IStaking.stake} and {IStaking.stakeFor} would do with `assets` now, for a newcomer or not.
    /// @dev As all previews it says what an act would do if the ledger did it; who may and how much is the ledger's to
    ///      say. What is not previewed here is a view of the ledger: {IStaking.claimableNow} for {IStaking.claim},
    ///      {IStaking.bountyOf} for {IStaking.claimBounty}, {IStaking.pendingBurn} for {IStaking.burnSlashed}.
    /// @return shares What would be minted.
    /// @return worth  What they would be worth at once, rounded down.
    function previewStake(address operator, uint256 assets) external view returns (uint256 shares, uint256 worth);

    /// @notice What {IStaking.unbond} would do with `shares` now.
    /// @return assets      What would move to the bucket, rounded down.
    /// @return bucketId    The bucket.
    /// @return claimableAt When it could be claimed.
    function previewUnbond(
        address operator,
        uint256 shares
    ) external view returns (uint256 assets, uint256 bucketId, uint256 claimableAt);

    /// @notice What {IStaking.unbondAssets} would do with `assets` now.
    /// @return shares What it would take from the pool, rounded up; 0 if the pool has less than `assets`.
    /// @return moved  What they move to the bucket, rounded down: at least `assets`.
    function previewUnbondAssets(
        address operator,
        uint256 assets
    ) external view returns (uint256 shares, uint256 moved);

    /// @notice What {IStaking.claimReward} would do now.
    /// @return amount What would be paid, rounded down.
    /// @return payee  Who would receive it.
    function previewClaimReward(
        address operator,
        address account
    ) external view returns (uint256 amount, address payee);

    /// @notice What {IStaking.compound} would do now.
    /// @return assets What would be staked.
    /// @return shares What would be minted for it, rounded down.
    /// @return worth  What they would be worth at once, rounded down.
    function previewCompound(
        address operator,
        address account
    ) external view returns (uint256 assets, uint256 shares, uint256 worth);

    /// @notice The fewest shares whose unbonding would move at least `assets` now.
    function sharesToUnbondUp(address operator, uint256 assets) external view returns (uint256 shares);

    /// @notice What {IStaking.distributeReward} would do with `amount` now.
    /// @return commission What would be the operator's before sharing, rounded down.
    /// @return shared     What would be shared, his own stake included.
    function previewReward(address operator, uint256 amount) external view returns (uint256 commission, uint256 shared);

    /// @notice What {IStaking.slash} would do now to stake that no hold reserves.
    /// @param fractionBps    1 to 10_000 bps; more counts as 10_000.
    /// @param infractionTime Unix seconds.
    function previewSlash(
        address operator,
        uint256 fractionBps,
        uint256 infractionTime
    ) external view returns (SlashPreview memory);
}
