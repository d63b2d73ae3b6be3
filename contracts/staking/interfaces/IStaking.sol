// SPDX-License-Identifier: MIT
pragma solidity 0.8.34;

import {IHolds} from "./IHolds.sol";
import {IOperators} from "./IOperators.sol";

/// @notice How long it may take from a fault to its punishment, in seconds. Together at most the unbonding period, so
///         that stake cannot leave before a fault is judged.
/// @param evidence From the fault until its evidence must be on the chain.
/// @param response For the accused to answer.
/// @param appeal   For an appeal against the verdict.
/// @param slack    For the execution of the verdict.
struct StakingWindows {
    uint32 evidence;
    uint32 response;
    uint32 appeal;
    uint32 slack;
}

/// @notice The constants of one staking contract; fixed at construction.
/// @param minDelegation      The smallest single deposit, OPG base units; at least 1e12 (a millionth of an OPG).
/// @param maxDelegationRatio How much may be delegated to an operator per unit of his own stake; at most 10_000, and 0
///                           means "no limit".
/// @param unbondingPeriod    Full epochs (days) an unbonding waits and stays slashable; 1 to 30, 14 by default.
/// @param windows            What the unbonding period must cover.
/// @param bountyBps          The challenger's part of what the operator himself loses in a slash, bps; at most 2_000.
/// @param tokenBurnable      Whether the token has `burn(uint256)`. If not, slashed OPG goes to 0x…dEaD.
/// @param voteInterval       Stake that comes or leaves counts for votes from the next full interval of the clock on,
///                           seconds; 1 (from that second on) to 86_400.
struct StakingConfig {
    uint256 minDelegation;
    uint256 maxDelegationRatio;
    uint256 unbondingPeriod;
    StakingWindows windows;
    uint256 bountyBps;
    bool tokenBurnable;
    uint256 voteInterval;
}

/// @title The stake of operators and of those who delegate to them
/// @notice Amounts are OPG base units (18 decimals); times are Unix seconds; an epoch is one day of 86,400 s.
///
/// OPERATORS. Who they are, their commissions and where their own rewards go is kept in a contract of its own, which
/// this one creates: {IOperators}. It opens pools here and can do nothing else.
///
/// POOLS. Each operator has one pool of assets and shares: self-stake and delegated stake alike. A slash lowers the
/// assets, never the shares, so it costs the same with one delegator and with a hundred thousand. A pool that lost
/// (almost) everything ends its era: its shares are void, newcomers start an empty pool in the next era.
///
/// BUCKETS. What leaves the pool in one epoch waits in one bucket with shares of its own. A slash reaches the buckets
/// of the infraction's epoch and later: who began to leave before the infraction's day is not touched. Bucket ids are
/// `era << 56 | epoch << 24 | generation`; a bucket that lost (almost) everything continues as its next generation.
///
/// HOLDS. A challenge that is being decided reserves what its fault may cost at most, of the stake that the fault
/// reaches. Claims pay the rest at once, and the reserved part when the hold ends: by a verdict or by its deadline.
/// They are kept in a contract of their own, which this one creates: {IHolds}.
///
/// REWARDS run in a per-share index beside the pool. A slash does not touch rewards already earned.
///
/// VOTES. Every pool is one voting account: units equal the pool's assets and count for the operator, or for the
/// account he delegates them to. See {IVotes}; the clock is the block timestamp.
///
/// ASSUMPTIONS. The token takes no fee on transfers (checked at each deposit), does not rebase, and has a supply below
/// 2^90 base units.
interface IStaking {
    /// @notice A newly registered operator may be staked behind.
    event PoolOpened(address indexed operator);
    /// @notice An operator left: nobody joins any more, everybody can leave.
    event PoolClosed(address indexed operator);
    event Staked(address indexed operator, address indexed delegator, uint256 assets, uint256 shares);
    event UnbondingRequested(
        address indexed operator,
        address indexed delegator,
        uint256 indexed bucketId,
        uint256 assets,
        uint256 shares,
        uint256 bucketShares,
        uint256 claimableAt
    );
    event UnbondingClaimed(
        address indexed operator,
        address indexed delegator,
        uint256 indexed bucketId,
        uint256 bucketShares,
        uint256 assets
    );
    /// @notice A part of an unbonding was paid out; the rest waits for the end of holds.
    event UnbondingAdvanced(
        address indexed operator,
        address indexed delegator,
        uint256 indexed bucketId,
        uint256 assets,
        uint256 reservedBps
    );
    /// @notice The loss of each bucket follows: `ceil(tokens * fractionBps / 10_000)` for every bucket of the era of
    ///         `infractionTime` whose epoch is not before that of `infractionTime`.
    event OperatorSlashed(
        address indexed operator,
        bytes32 indexed faultId,
        address indexed slasher,
        uint256 fractionBps,
        uint256 infractionTime,
        uint256 activeLoss,
        uint256 unbondingLoss,
        uint256 bounty
    );
    /// @notice A slash took so much of the pool that its shares became void; the next era began.
    event EraEnded(address indexed operator, uint256 endedEra);
    /// @notice A slash took so much of a bucket that the claims on this bucket id are void.
    event BucketWiped(address indexed operator, uint256 indexed bucketId);
    event OperatorTombstoned(address indexed operator, bytes32 indexed faultId);
    event BountyCredited(address indexed challenger, address indexed operator, bytes32 indexed faultId, uint256 amount);
    /// @notice Slashed OPG left for good: burned, or sent to 0x…dEaD where the token cannot burn.
    event SlashedBurned(uint256 amount);
    event BountyClaimed(address indexed challenger, uint256 amount);
    event AutoCompoundSet(address indexed operator, address indexed account, bool enabled);
    /// @notice `commission` includes the whole `amount` when the pool was too small to share in.
    event RewardDistributed(address indexed operator, uint256 amount, uint256 commission);
    /// @notice Paid out, or put back to work by {IStaking.compound}, after which {Staked} follows.
    event RewardClaimed(address indexed operator, address indexed delegator, uint256 amount);

    /// @notice Thrown when the staked token has no code at its address.
    error StakingTokenWithoutCode(address token);
    /// @notice Thrown when the configured unbonding period is 0 or above the maximum, in epochs.
    error StakingUnbondingPeriodOutOfRange(uint256 unbondingPeriod, uint256 maximum);
    /// @notice Thrown when the configured windows together are longer than the unbonding period, seconds.
    error StakingUnbondingShorterThanWindows(uint256 unbondingPeriod, uint256 windows);
    /// @notice Thrown when the interval of votes at construction is zero or too long, seconds.
    error StakingVoteIntervalOutOfRange(uint256 interval, uint256 maximum);
    /// @notice Thrown when the configured bounty is above its limit, bps.
    error StakingBountyAboveLimit(uint256 bountyBps, uint256 limit);
    /// @notice Thrown when the configured smallest deposit is below its limit, OPG base units.
    error StakingMinDelegationBelowLimit(uint256 minDelegation, uint256 limit);
    /// @notice Thrown when the configured limit of delegation, times the self-stake, is itself above its limit.
    error StakingDelegationRatioAboveLimit(uint256 ratio, uint256 limit);
    /// @notice Thrown when another account than the contract of operators opens or closes a pool.
    error StakingCallerNotOperators(address caller, address operators);
    /// @notice Thrown when somebody else than the contract of holds says who is held.
    error StakingCallerNotHolds(address caller, address holds);
    /// @notice Thrown when the account named as operator never registered.
    error StakingOperatorUnknown(address operator);
    /// @notice Thrown when stake would go behind an operator that is out for ever.
    error StakingOperatorTombstoned(address operator);
    /// @notice Thrown when stake would go behind an operator that has left.
    error StakingPoolClosed(address operator);
    /// @notice Thrown when a deposit is below the minimum, OPG base units.
    error StakingBelowMinimum(uint256 assets, uint256 minimum);
    /// @notice Thrown when more would be delegated to an operator than his self-stake supports, OPG base units.
    error StakingDelegationAboveLimit(address operator, uint256 delegated, uint256 limit);
    /// @notice Thrown when somebody compounds the rewards of an account that does not let everybody do it.
    error StakingCompoundUnauthorized(address caller, address account);
    /// @notice Thrown when an operator's rewards cannot become his stake, since they go to another account.
    error StakingRewardsHavePayee(address operator, address payee);
    /// @notice Thrown when the past of a position is kept already.
    error StakingPositionRecorded(address operator, address account);
    /// @notice Thrown when the token delivered another amount than was sent, as tokens with a transfer fee do.
    error StakingTransferFeeRefused(uint256 received, uint256 expected);
    /// @notice Thrown when slashes have wiped the day's bucket so often that its stake cannot be told apart any more.
    error StakingBucketExhausted(uint256 bucketId);
    /// @notice Thrown when an account asks for more shares than it has in the pool.
    error StakingInsufficientShares(address account, uint256 requested, uint256 available);
    /// @notice Thrown when shares to unbond are worth less than one base unit.
    error StakingNothingToUnbond(uint256 shares);
    /// @notice Thrown when an unbonding is claimed too early.
    error StakingNotYetClaimable(uint256 bucketId, uint256 claimableAt);
    /// @notice Thrown when the delegator has no open unbonding with this bucket id.
    error StakingNothingToClaim(address operator, address delegator, uint256 bucketId);
    /// @notice Thrown when a slash asks for nothing or for more than everything, bps.
    error StakingFractionOutOfRange(uint256 fractionBps, uint256 maximum);
    /// @notice Thrown when a fault was punished before.
    error StakingFaultAlreadyPunished(bytes32 faultId);
    /// @notice Thrown when holds reserve all that is left of an unbonding, bps of its bucket.
    error StakingClaimReserved(uint256 bucketId, uint256 reservedBps);
    /// @notice Thrown when the infraction lies after the present block.
    error StakingInfractionInFuture(uint256 infractionTime, uint256 currentTime);
    /// @notice Thrown when stake of the infraction's time may have left already; `oldest` is the first time accepted.
    error StakingInfractionTooOld(uint256 infractionTime, uint256 oldest);
    /// @notice Thrown when a reward of nothing is distributed.
    error StakingRewardZero();
    /// @notice Thrown when an account that is no operator tries to delegate votes: stake votes with the operator it is
    ///         behind, and only the operator may send the pool's votes elsewhere.
    error StakingVotesFollowOperator(address account);

    /// @notice Opens the pool of a newly registered operator; its votes count for him.
    /// @dev Only for {operators}.
    function openPool(address operator) external;

    /// @notice Closes the pool of an operator to new stake; stake in it leaves as always.
    /// @dev Only for {operators}. For good.
    function closePool(address operator) external;

    /// @notice Says whether an operator has holds, so that the ledger asks for them.
    /// @dev Only for {holds}.
    function setHeld(address operator, bool held) external;

    /// @notice Puts `assets` of the caller's OPG behind `operator`; self-stake when the caller is the operator.
    /// @dev Needs an allowance. The operator must be registered and not tombstoned; a jailed one still takes stake.
    ///      Rewards distributed before are not shared with the new stake.
    /// @param assets  OPG base units; at least the configured minimum.
    /// @return shares The shares minted, rounded down in favour of the pool; never fewer than `assets`.
    function stake(address operator, uint256 assets) external returns (uint256 shares);

    /// @notice As {stake}, with the caller's OPG, for `account`: the stake and its rewards are that account's.
    function stakeFor(address operator, address account, uint256 assets) external returns (uint256 shares);

    /// @notice Puts the rewards of `account` behind `operator` to work there, as {stake} would.
    /// @dev Open to the account itself and, if it chose {setAutoCompound}, to everybody. Rewards of an operator with
    ///      another payee cannot be compounded.
    /// @return assets What became stake, OPG base units; at least the smallest deposit.
    function compound(address operator, address account) external returns (uint256 assets);

    /// @notice Lets everybody call {compound} for the caller's position behind `operator`, or not any more.
    function setAutoCompound(address operator, bool enabled) external;

    /// @notice Starts to take `shares` out; they stay slashable for faults from now or later until claimable.
    /// @dev Never refused for the operator's state. Faults of the same day, also of its earlier hours, still reach it.
    ///      The stake votes and earns no more.
    /// @return assets   What the shares are worth now, rounded down.
    /// @return bucketId The handle for {claim}.
    function unbond(address operator, uint256 shares) external returns (uint256 assets, uint256 bucketId);

    /// @notice As {unbond}, for exactly `assets`.
    /// @dev The shares are rounded up against the caller; what they are worth, rounded down, is exactly `assets`. A
    ///      slash that comes before raises the number of shares: who wants to leave whole names shares instead.
    /// @return shares What was given up.
    function unbondAssets(address operator, uint256 assets) external returns (uint256 shares, uint256 bucketId);

    /// @notice Pays out a matured unbonding of `delegator` to `delegator`. Anyone may call; never paused.
    /// @dev While holds reserve a part, pays the rest; the unbonding stays open for another claim.
    /// @return assets What is left after slashes, rounded down, OPG base units; 0 if a slash took everything.
    function claim(address operator, address delegator, uint256 bucketId) external returns (uint256 assets);

    /// @notice Takes `fractionBps` of the stake that was behind `operator` at `infractionTime` and of what began
    ///         unbonding since, sets it aside for {burnSlashed} and credits a bounty to `challenger` out of the
    ///         operator's own part.
    /// @dev Restricted to {Roles.SLASHER}. Clamps, never reverts for lack of stake; each fault id once.
    ///      Loss is rounded up per pool and bucket, so that many small slashes cannot round to nothing. Stake that
    ///      joined the same era after the infraction shares the loss; stake of a later era does not.
    ///      For a held fault, operator and time must be those of the hold, and no more than the held fraction is taken.
    /// @param fractionBps    1 to 10_000 bps.
    /// @param infractionTime Unix seconds; not in the future and not older than the unbonding period, in whole days.
    /// @param faultId        Names the fault; the slasher derives it from the evidence.
    /// @param challenger     Who earns the bounty; the zero address means that nobody does.
    /// @param tombstone      Whether the operator is out for ever.
    /// @return slashed What pool and buckets lost together, bounty included, OPG base units.
    /// @return bounty  What the challenger may take with {claimBounty}, OPG base units.
    function slash(
        address operator,
        uint256 fractionBps,
        uint256 infractionTime,
        bytes32 faultId,
        address challenger,
        bool tombstone
    ) external returns (uint256 slashed, uint256 bounty);

    /// @notice Pulls `amount` OPG from the caller and shares it: commission to the operator, the rest per share.
    /// @dev Anyone may call. The commission that {IOperators} names now, rounded down, waits with the operator's own
    ///      rewards. A pool of fewer than 1e12 shares is too small to share in; the operator gets all.
    function distributeReward(address operator, uint256 amount) external;

    /// @notice Pays the rewards of `account` behind `operator` to `account`; for the operator also his commission.
    /// @dev Anyone may call. The operator's own go to the payee that {IOperators} names. 0 is no error. Rewards survive
    ///      slashes and the end of an era.
    function claimReward(address operator, address account) external returns (uint256 amount);

    /// @notice Burns what slashes have set aside, or sends it to 0x…dEaD where the token cannot burn.
    /// @dev Anyone may call; 0 is no error. Apart from {slash}, so that a slash depends on no token and costs less.
    /// @return amount OPG base units.
    function burnSlashed() external returns (uint256 amount);

    /// @notice Pays the bounties of `account` to `account`.
    /// @dev Anyone may call; 0 is no error.
    function claimBounty(address account) external returns (uint256 amount);

    /// @notice The staked token.
    function token() external view returns (address);

    /// @notice The constants of this contract.
    function config() external view returns (StakingConfig memory);

    /// @notice Who the operators are; created by this contract.
    function operators() external view returns (IOperators);

    /// @notice Which stake waits for a verdict; created by this contract.
    function holds() external view returns (IHolds);

    /// @notice What the stake behind an operator says about him.
    /// @param operator   The operator; all zero if never registered.
    /// @return selfStake  His own active stake, rounded down, OPG base units.
    /// @return poolAssets All active stake behind him, OPG base units.
    /// @return tombstoned Whether he is out for ever and can only leave.
    function standingOf(
        address operator
    ) external view returns (uint256 selfStake, uint256 poolAssets, bool tombstoned);

    /// @notice The shares of `account` in the pool of `operator`.
    function sharesOf(address operator, address account) external view returns (uint256);

    /// @notice The active stake of `account` behind `operator`, rounded down.
    function stakeOf(address operator, address account) external view returns (uint256);

    /// @notice The active pool of `operator`.
    function poolOf(address operator) external view returns (uint256 assets, uint256 shares);

    /// @notice The active stake behind `operator` at a past second, whoever voted with it.
    function getPastStake(address operator, uint256 timepoint) external view returns (uint256);

    /// @notice The present era of the operator's pool; 0 until a slash takes (almost) everything.
    function eraOf(address operator) external view returns (uint256);

    /// @notice The era of the operator's pool at `time`, Unix seconds; the present one for the present and later.
    function eraAt(address operator, uint256 time) external view returns (uint256);

    /// @notice The id of the bucket of an era and an epoch, both below 2^32, that is not wiped; it may be empty.
    function bucketIdOf(address operator, uint256 era, uint256 epoch) external view returns (uint256);

    /// @notice The number of the present epoch: days since 1970-01-01.
    function currentEpoch() external view returns (uint256);

    /// @notice When unbondings with this bucket id can be claimed, Unix seconds.
    function claimableAt(uint256 bucketId) external view returns (uint256);

    /// @notice A bucket of unbonding stake; both 0 if it is empty or if a slash wiped this generation of it.
    function bucketOf(address operator, uint256 bucketId) external view returns (uint256 assets, uint256 shares);

    /// @notice An open unbonding: its shares of the bucket and what they are worth now, rounded down, less what was
    ///         paid out already.
    function unbondingOf(
        address operator,
        address delegator,
        uint256 bucketId
    ) external view returns (uint256 bucketShares, uint256 assets);

    /// @notice What {claim} would pay now.
    function claimableNow(address operator, address delegator, uint256 bucketId) external view returns (uint256);

    /// @notice The part of a bucket that live holds reserve, bps.
    function reservedBps(address operator, uint256 bucketId) external view returns (uint256);

    /// @notice What {claimReward} would pay now.
    function pendingReward(address operator, address account) external view returns (uint256);

    /// @notice What an account chose for its position behind `operator`.
    /// @return recorded  Whether its past is kept for votes; see {IStakeVotes.keepPositionRecord}.
    /// @return compounds Whether everybody may {compound} its rewards.
    function choicesOf(address operator, address account) external view returns (bool recorded, bool compounds);

    /// @notice What {claimBounty} would pay now.
    function bountyOf(address account) external view returns (uint256);

    /// @notice What {burnSlashed} would burn now, OPG base units.
    function pendingBurn() external view returns (uint256);

    /// @notice Whether a fault was punished.
    function isPunished(bytes32 faultId) external view returns (bool);
}
