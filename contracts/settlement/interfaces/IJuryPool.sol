// SPDX-License-Identifier: MIT
pragma solidity 0.8.34;

/// @title Who can be drawn as a juror
/// @notice Operators in the judge role, each with the weight of all stake behind him in whole OPG. Holds nothing, has
///         no roles and no parameters; anyone brings it up to date.
///
/// WEIGHTS. A lower weight counts at once. A higher one counts {RAISE_NOTICE} after it was announced, which is longer
/// than a dispute waits for its draw: stake that comes for one dispute comes too late. A weight that is out of date is
/// weighed again when it is drawn, so it never counts for more than there is.
///
/// A DRAW goes by the weights of the block whose hash is its seed. Nobody can change them once the hash is known; who
/// takes stake away after it takes his own seats away, no more. It is with replacement: who has a third of the stake
/// has a third of the seats, on average.
interface IJuryPool {
    /// @notice How an operator stands in the pool.
    /// @param weight     What counts now, whole OPG.
    /// @param announced  What will count from `countsFrom`, whole OPG; 0 means "nothing else".
    /// @param countsFrom Unix seconds; from then on {refresh} puts it in force.
    struct Weight {
        uint48 weight;
        uint48 announced;
        uint40 countsFrom;
    }

    /// @notice See {Weight}. An operator with neither is not in the pool.
    event JurorWeighed(address indexed operator, uint256 weight, uint256 announced, uint256 countsFrom);

    /// @notice Thrown when the stake ledger has no code at its address.
    error JuryPoolLedgerWithoutCode(address ledger);
    /// @notice Thrown when there is no place for another juror.
    error JuryPoolFull(uint256 capacity);

    /// @notice Brings the weights of operators up to date. Anyone may call, for anybody; with nobody it still passes
    ///         over up to 32 departures of those who came back.
    function refresh(address[] calldata operators) external;

    /// @notice Who is drawn by `seed`: one address per seat, the same one perhaps several times.
    /// @dev Asks for each how he stands now. Fewer than `seats` if too many tries fell on stake that has left, or on
    ///      operators who are not active.
    /// @param seed        Nobody must be able to choose it.
    /// @param blockNumber Its block; at most {REUSE_BLOCKS} ago.
    /// @param seats       At most {MAX_SEATS}; more counts as that.
    /// @param accused     Cannot be drawn; nor can `accuser`.
    function draw(
        bytes32 seed,
        uint256 blockNumber,
        uint256 seats,
        address accused,
        address accuser
    ) external view returns (address[] memory jurors);

    /// @notice How an operator stands in the pool; all zero if he does not.
    function weightOf(address operator) external view returns (Weight memory);

    /// @notice The weight of all together, whole OPG.
    function totalWeight() external view returns (uint256);

    /// @notice The operators in the pool.
    function size() external view returns (uint256);

    /// @notice What an operator would weigh if the pool were up to date, whole OPG, rounded down.
    function standingOf(address operator) external view returns (uint256);

    /// @notice The blocks for which a place that somebody left stays empty: as many as the chain knows hashes of, so
    ///         that no draw finds another one in it.
    // solhint-disable-next-line func-name-mixedcase
    function REUSE_BLOCKS() external view returns (uint256);

    /// @notice How long a higher weight is announced before it counts, seconds.
    // solhint-disable-next-line func-name-mixedcase
    function RAISE_NOTICE() external view returns (uint256);

    /// @notice The most seats of one draw.
    // solhint-disable-next-line func-name-mixedcase
    function MAX_SEATS() external view returns (uint256);
}
