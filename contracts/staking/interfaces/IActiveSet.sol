// SPDX-License-Identifier: MIT
pragma solidity 0.8.34;

/// @title The operators that are active, the largest stake first
/// @notice Read in pages, none of which needs a loop longer than itself. Amounts are OPG base units.
///
/// BANDS. Operators stand in bands by the stake behind them: four bands for every doubling, so the stakes of one band
/// differ by a quarter at most. Anyone may bring operators to their present place with {refresh}, at a cost that does
/// not depend on how many there are.
///
/// WHAT A PAGE SAYS. Whoever is on a page is active at this moment: jail, tombstone, exit and self-stake are asked when
/// the page is read, so an operator below his minimum is never on one, refreshed or not. Who became active and was
/// never refreshed is on none. Within a page the order is that of the present stake; between pages it is that of the
/// bands, as they were last refreshed.
interface IActiveSet {
    /// @notice An active operator.
    /// @param operator   The operator.
    /// @param roles      What he offers, a set of {OperatorRoles}.
    /// @param poolAssets All active stake behind him.
    struct Entry {
        address operator;
        uint8 roles;
        uint256 poolAssets;
    }

    /// @notice An operator stands in a band now; emitted when he enters and when he changes bands.
    event OperatorListed(address indexed operator, uint256 indexed band);
    event OperatorUnlisted(address indexed operator);

    /// @notice Thrown when the address of the stake ledger has no code.
    error ActiveSetLedgerWithoutCode(address ledger);
    /// @notice Thrown when a page is to hold nothing or more than fits.
    error ActiveSetPageSizeOutOfRange(uint256 size, uint256 maximum);
    /// @notice Thrown when a cursor was not returned by {page}.
    error ActiveSetCursorInvalid(uint256 cursor);

    /// @notice Brings operators to the place that their stake and standing give them. Anyone may call.
    /// @dev Listed is who is active in some role; everybody else is taken off. Costs the same however many are listed.
    function refresh(address[] calldata operators) external;

    /// @notice A page of the operators that are active in all of `roles` now.
    /// @dev Looks at `size` listed operators; those that are not active in the roles are left out, so a page can be
    ///      shorter and even empty although others follow.
    /// @param roles  A set of {OperatorRoles}; 0 means "active in any role".
    /// @param cursor 0 for the first page, then what the last call returned.
    /// @param size   1 to {MAX_PAGE_SIZE}.
    /// @return entries The largest stake first.
    /// @return next    The cursor of the next page; 0 means that this was the last.
    function page(
        uint8 roles,
        uint256 cursor,
        uint256 size
    ) external view returns (Entry[] memory entries, uint256 next);

    /// @notice How many operators are listed, some of whom may have become inactive since.
    function listed() external view returns (uint256);

    /// @notice Whether an operator is listed, and in which band.
    function bandOf(address operator) external view returns (bool isListed, uint256 band);

    /// @notice Whether {refresh} would change an operator's place.
    function isStale(address operator) external view returns (bool);

    /// @notice The most operators that one page looks at.
    function MAX_PAGE_SIZE() external view returns (uint256);
}
