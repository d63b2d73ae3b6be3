// SPDX-License-Identifier: MIT
pragma solidity 0.8.34;

import {Cbor, CborSlice} from "../../../contracts/tee/crypto/Cbor.sol";
import {Base} from "../Base.sol";

contract CborTest is Base {
    // Numbers

    function testFuzz_WhenANumberIsInItsShortestForm(uint64 value) external view {
        (uint256 found, uint256 read) = this.number(_head(0, value));
        vm.assertEq(found, value, "the number");
        vm.assertEq(read, _head(0, value).length, "all bytes are read");
    }

    function testFuzz_RevertWhen_ANumberIsLongerThanNeeded(uint64 value, uint256 width) external {
        width = bound(width, 0, 3);
        uint64 limit = width == 0 ? 23 : uint64((1 << (4 << width)) - 1);
        value = uint64(bound(value, 0, limit));
        bytes memory encoded = abi.encodePacked(uint8(24 + width), _bigEndian(value, 1 << width));
        _expect(Cbor.CborNotShortest.selector);
        this.number(encoded);
    }

    function testFuzz_RevertWhen_TheHeadIsReserved(uint256 info, uint256 major) external {
        info = bound(info, 28, 31);
        major = bound(major, 0, 5);
        bytes memory encoded = abi.encodePacked(uint8((major << 5) | info));
        _expect(Cbor.CborHeadInvalid.selector);
        this.head(encoded, uint8(major));
    }

    function testFuzz_RevertWhen_TheTypeIsAnother(uint8 first, uint256 major) external {
        major = bound(major, 0, 5);
        if (first >> 5 == major) first ^= 0x80;
        _expect(Cbor.CborTypeUnexpected.selector);
        this.head(abi.encodePacked(first), uint8(major));
    }

    function testFuzz_RevertWhen_ANumberIsCut(uint64 value) external {
        bytes memory encoded = _head(0, uint64(bound(value, 24, type(uint64).max)));
        assembly ("memory-safe") {
            mstore(encoded, sub(mload(encoded), 1))
        }
        _expect(Cbor.CborTruncated.selector);
        this.number(encoded);
    }

    // Strings

    function testFuzz_WhenAStringFits(bytes calldata data, bytes calldata behind) external view {
        bytes memory encoded = bytes.concat(_head(2, uint64(data.length)), data, behind);
        (bytes memory found, uint256 read) = this.text(encoded);
        vm.assertEq(found, data, "the string");
        vm.assertEq(read, encoded.length - behind.length, "nothing behind it is read");
    }

    function testFuzz_RevertWhen_AStringPassesTheEnd(bytes calldata data, uint64 missing) external {
        missing = uint64(bound(missing, 1, type(uint64).max - data.length));
        _expect(Cbor.CborTruncated.selector);
        this.text(bytes.concat(_head(2, uint64(data.length) + missing), data));
    }

    function test_RevertWhen_NothingIsLeft() external {
        _expect(Cbor.CborTruncated.selector);
        this.number("");
    }

    function test_WhenAStringIsNull() external view {
        vm.assertTrue(this.isNull(hex"f6"), "null is absent");
        vm.assertFalse(this.isNull(hex"40"), "an empty string is not");
    }

    // The library as external calls

    function number(bytes calldata data) external pure returns (uint256, uint256) {
        return head(data, Cbor.UINT);
    }

    function head(bytes calldata data, uint8 major) public pure returns (uint256 value, uint256 read) {
        uint256 start = _start(data);
        (value, read) = Cbor.expect(start, start + data.length, major);
        read -= start;
    }

    function text(bytes calldata data) external pure returns (bytes memory found, uint256 read) {
        uint256 start = _start(data);
        CborSlice slice;
        (slice, read) = Cbor.expectString(start, start + data.length, Cbor.BYTES);
        return (slice.bytesOf(), read - start);
    }

    function isNull(bytes calldata data) external pure returns (bool) {
        uint256 start = _start(data);
        (CborSlice slice, ) = Cbor.expectBytesOrNull(start, start + data.length);
        return slice.isAbsent();
    }

    // Inside

    /// @dev Expects `selector` with whatever arguments: positions are offsets in the calldata of the call.
    function _expect(bytes4 selector) private {
        vm.expectPartialRevert(selector);
    }

    function _start(bytes calldata data) private pure returns (uint256 start) {
        assembly ("memory-safe") {
            start := data.offset
        }
    }

    /// @dev The shortest head of this type and number.
    function _head(uint8 major, uint64 value) private pure returns (bytes memory) {
        uint8 kind = major << 5;
        if (value < 24) return abi.encodePacked(kind | uint8(value));
        if (value <= type(uint8).max) return abi.encodePacked(kind | 24, uint8(value));
        if (value <= type(uint16).max) return abi.encodePacked(kind | 25, uint16(value));
        if (value <= type(uint32).max) return abi.encodePacked(kind | 26, uint32(value));
        return abi.encodePacked(kind | 27, value);
    }

    function _bigEndian(uint64 value, uint256 width) private pure returns (bytes memory encoded) {
        encoded = new bytes(width);
        for (uint256 i; i < width; ++i) encoded[i] = bytes1(uint8(value >> (8 * (width - 1 - i))));
    }
}
