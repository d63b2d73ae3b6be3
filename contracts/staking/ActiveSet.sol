// SPDX-License-Identifier: MIT
pragma solidity 0.8.34;

import {Math} from "@openzeppelin/contracts/utils/math/Math.sol";

import {IActiveSet} from "./interfaces/IActiveSet.sol";
import {IOperators} from "./interfaces/IOperators.sol";
import {IStaking} from "./interfaces/IStaking.sol";

/// @title The active set
/// @notice See {IActiveSet}. A list that anyone keeps up to date and that nobody must trust: it has no roles, holds
///         nothing, and nothing in the system is decided by it.
/// @dev A band is an array from which members are taken by moving the last one into their place. Two words say which
///      bands are not empty, so the next one is found without a loop. The bands only give the order.
contract ActiveSet is IActiveSet {
    /// @dev Where an operator stands. One slot.
    struct Place {
        // Position in the band and 1; 0 means "not listed".
        uint128 position;
        uint128 band;
    }

    /// @inheritdoc IActiveSet
    uint256 public constant MAX_PAGE_SIZE = 100;
    /// @dev Bits of a band's number within one doubling of the stake.
    uint256 private constant FRACTION_BITS = 2;
    /// @dev In a cursor, the band stands above the number of its members that follow.
    uint256 private constant CURSOR_SHIFT = 128;
    uint256 private constant WORD_SHIFT = 8;
    uint256 private constant MAX_BAND = 511;

    /// @notice The stake ledger.
    IStaking public immutable STAKING;
    /// @notice The operators.
    IOperators public immutable OPERATORS;

    /// @inheritdoc IActiveSet
    uint256 public listed;
    mapping(uint256 band => address[]) private _members;
    mapping(address operator => Place) private _places;
    /// @dev One bit per band that is not empty; 128-bit amounts have fewer than 512 bands.
    uint256[2] private _occupied;

    /// @param staking The stake ledger, with its operators.
    constructor(IStaking staking) {
        require(address(staking).code.length != 0, ActiveSetLedgerWithoutCode(address(staking)));
        STAKING = staking;
        OPERATORS = staking.operators();
    }

    /// @inheritdoc IActiveSet
    function refresh(address[] calldata operators) external {
        for (uint256 i = 0; i < operators.length; ++i) _refresh(operators[i]);
    }

    /// @inheritdoc IActiveSet
    function page(
        uint8 roles,
        uint256 cursor,
        uint256 size
    ) external view returns (Entry[] memory entries, uint256 next) {
        require(size != 0 && size <= MAX_PAGE_SIZE, ActiveSetPageSizeOutOfRange(size, MAX_PAGE_SIZE));
        (uint256 band, uint256 rest) = _start(cursor);
        entries = new Entry[](size);
        uint256 found;
        for (uint256 seen = 0; seen < size && rest != 0; ++seen) {
            Entry memory entry = _entryOf(_members[band][rest - 1]);
            if (OPERATORS.isActive(entry.operator, roles)) _insert(entries, found++, entry);
            if (--rest == 0 && band != 0) (band, rest) = _bandBelow(band);
        }
        // The array only becomes shorter.
        assembly ("memory-safe") {
            mstore(entries, found)
        }
        next = rest == 0 ? 0 : (band << CURSOR_SHIFT) | rest;
    }

    /// @inheritdoc IActiveSet
    function bandOf(address operator) external view returns (bool isListed, uint256 band) {
        Place memory place = _places[operator];
        return (place.position != 0, place.band);
    }

    /// @inheritdoc IActiveSet
    function isStale(address operator) external view returns (bool) {
        Place memory place = _places[operator];
        (bool belongs, uint256 band) = _placeOf(operator);
        return belongs != (place.position != 0) || (belongs && band != place.band);
    }

    // Inside: keeping the list

    function _refresh(address operator) private {
        Place memory place = _places[operator];
        (bool belongs, uint256 band) = _placeOf(operator);
        bool isListed = place.position != 0;
        if (isListed && belongs && band == place.band) return;
        if (isListed) {
            _remove(place);
            delete _places[operator];
        }
        if (belongs) {
            _add(operator, band);
            emit OperatorListed(operator, band);
        } else if (isListed) {
            emit OperatorUnlisted(operator);
        }
    }

    function _add(address operator, uint256 band) private {
        address[] storage members = _members[band];
        if (members.length == 0) _occupied[band >> WORD_SHIFT] |= 1 << (band & 0xff);
        members.push(operator);
        _places[operator] = Place(uint128(members.length), uint128(band));
        ++listed;
    }

    /// @dev The caller deletes or overwrites the place itself.
    function _remove(Place memory place) private {
        address[] storage members = _members[place.band];
        address last = members[members.length - 1];
        members[place.position - 1] = last;
        _places[last].position = place.position;
        members.pop();
        if (members.length == 0) _occupied[place.band >> WORD_SHIFT] &= ~(1 << (uint256(place.band) & 0xff));
        --listed;
    }

    /// @dev Whether an operator belongs on the list, and in which band.
    function _placeOf(address operator) private view returns (bool belongs, uint256 band) {
        if (!OPERATORS.isActive(operator, 0)) return (false, 0);
        (uint256 poolAssets, ) = STAKING.poolOf(operator);
        return (true, _bandFor(poolAssets));
    }

    // Inside: reading the list

    /// @dev The band and the number of its members that the page begins with; no members if the list is at its end.
    function _start(uint256 cursor) private view returns (uint256 band, uint256 rest) {
        if (cursor == 0) return _bandBelow(MAX_BAND + 1);
        band = cursor >> CURSOR_SHIFT;
        rest = uint128(cursor);
        require(band <= MAX_BAND && rest != 0, ActiveSetCursorInvalid(cursor));
        // Members may have left since the cursor was returned.
        rest = Math.min(rest, _members[band].length);
        if (rest == 0) return _bandBelow(band);
    }

    /// @dev The highest band below `band` that is not empty, with all its members; (0, 0) if there is none.
    function _bandBelow(uint256 band) private view returns (uint256 below, uint256 members) {
        uint256 word = band >> WORD_SHIFT;
        uint256 bits = word > 1 ? 0 : _occupied[word] & ((1 << (band & 0xff)) - 1);
        while (bits == 0) {
            if (word == 0) return (0, 0);
            bits = _occupied[--word];
        }
        below = (word << WORD_SHIFT) | Math.log2(bits);
        members = _members[below].length;
    }

    function _entryOf(address operator) private view returns (Entry memory) {
        (uint256 poolAssets, ) = STAKING.poolOf(operator);
        return Entry(operator, OPERATORS.operatorOf(operator).roles, poolAssets);
    }

    /// @dev Puts an entry behind those with as much stake or more, of which there are `count`.
    function _insert(Entry[] memory entries, uint256 count, Entry memory entry) private pure {
        uint256 at = count;
        while (at != 0 && entries[at - 1].poolAssets < entry.poolAssets) {
            entries[at] = entries[at - 1];
            --at;
        }
        entries[at] = entry;
    }

    /// @dev The number of doublings and of quarters above them. Amounts below 4 share the lowest bands.
    function _bandFor(uint256 assets) private pure returns (uint256) {
        uint256 doublings = Math.log2(assets);
        if (doublings < FRACTION_BITS) return assets;
        uint256 quarters = (assets >> (doublings - FRACTION_BITS)) & ((1 << FRACTION_BITS) - 1);
        return Math.min((doublings << FRACTION_BITS) | quarters, MAX_BAND);
    }
}
