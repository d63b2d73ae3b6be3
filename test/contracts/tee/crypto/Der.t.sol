// SPDX-License-Identifier: MIT
pragma solidity 0.8.34;

import {Der} from "../../../../contracts/tee/crypto/Der.sol";
import {Base} from "../../Base.sol";

/// @notice The DER reader, through a call of its own so that what it reads is calldata.
contract DerReader {
    function content(bytes calldata der, uint8 tag) external pure returns (bytes memory) {
        return Der.only(der, tag).bytesOf();
    }

    function child(bytes calldata der) external pure returns (bytes memory) {
        return Der.only(der, Der.SEQUENCE).onlyChild(Der.OCTET_STRING).bytesOf();
    }

    function toUint(bytes calldata der) external pure returns (uint256) {
        return Der.only(der, Der.INTEGER).toUint();
    }

    function checkOid(bytes calldata der) external pure {
        Der.only(der, Der.OBJECT_IDENTIFIER).checkOid();
    }

    function flags(bytes calldata der) external pure returns (uint16) {
        return Der.only(der, Der.BIT_STRING).flags();
    }

    function toTime(bytes calldata der, uint8 tag) external pure returns (uint64) {
        return Der.only(der, tag).toTime();
    }
}

contract DerTest is Base {
    DerReader private immutable READER = new DerReader();

    /// @dev A value of the tag with its length in the shortest form.
    function _encode(uint8 tag, bytes memory data) private pure returns (bytes memory) {
        uint256 size = data.length;
        if (size < 0x80) return abi.encodePacked(tag, uint8(size), data);
        if (size < 0x100) return abi.encodePacked(tag, uint8(0x81), uint8(size), data);
        return abi.encodePacked(tag, uint8(0x82), uint16(size), data);
    }

    function _expect(bytes4 selector) private {
        vm.expectPartialRevert(selector);
    }

    function testFuzz_Read_TakesEveryLength(uint256 size, uint8 tag) external view {
        bytes memory data = new bytes(bound(size, 0, 3_000));
        if (data.length != 0) data[data.length - 1] = 0x5a;
        vm.assertEq(READER.content(_encode(tag, data), tag), data, "content");
    }

    function test_RevertWhen_LengthIsNotTheShortest() external {
        bytes memory padded = abi.encodePacked(hex"04817f", new bytes(127));
        _expect(Der.DerLengthInvalid.selector);
        READER.content(padded, Der.OCTET_STRING);
        padded = abi.encodePacked(hex"048200ff", new bytes(255));
        _expect(Der.DerLengthInvalid.selector);
        READER.content(padded, Der.OCTET_STRING);
    }

    function test_RevertWhen_LengthIsIndefiniteOrLong() external {
        _expect(Der.DerLengthInvalid.selector);
        READER.content(hex"04800000", Der.OCTET_STRING);
        _expect(Der.DerLengthInvalid.selector);
        READER.content(abi.encodePacked(hex"0483010000", new bytes(65_536)), Der.OCTET_STRING);
    }

    function test_RevertWhen_ValuePassesItsParent() external {
        _expect(Der.DerTruncated.selector);
        READER.content(hex"0403aabb", Der.OCTET_STRING);
        _expect(Der.DerTruncated.selector);
        READER.child(hex"30040403aabb");
        _expect(Der.DerTruncated.selector);
        READER.content(hex"04", Der.OCTET_STRING);
        _expect(Der.DerTruncated.selector);
        READER.content("", Der.OCTET_STRING);
    }

    function test_RevertWhen_BytesAreLeft() external {
        _expect(Der.DerTrailingBytes.selector);
        READER.content(hex"0401aa00", Der.OCTET_STRING);
        _expect(Der.DerTrailingBytes.selector);
        READER.child(hex"30050401aa0500");
    }

    function testFuzz_RevertWhen_TagIsAnother(uint8 tag, uint8 expected) external {
        vm.assume(tag != expected);
        _expect(Der.DerTagUnexpected.selector);
        READER.content(abi.encodePacked(tag, uint8(0)), expected);
    }

    function testFuzz_ToUint_ReadsEveryNumber(uint256 value, uint8 shift) external view {
        value >>= shift;
        bytes memory digits = abi.encodePacked(value);
        uint256 skipped;
        while (skipped < 31 && digits[skipped] == 0) ++skipped;
        bytes memory shortest = new bytes(32 - skipped);
        for (uint256 i = 0; i < shortest.length; ++i) shortest[i] = digits[skipped + i];
        if (uint8(shortest[0]) > 0x7f) shortest = abi.encodePacked(uint8(0), shortest);
        vm.assertEq(READER.toUint(_encode(Der.INTEGER, shortest)), value, "number");
    }

    function test_RevertWhen_IntegerIsPaddedNegativeEmptyOrLong() external {
        bytes[4] memory invalid = [bytes(hex"0202007f"), hex"0201ff", hex"0200", hex""];
        invalid[3] = _encode(Der.INTEGER, abi.encodePacked(uint8(1), new bytes(32)));
        for (uint256 i = 0; i < 4; ++i) {
            _expect(Der.DerValueInvalid.selector);
            READER.toUint(invalid[i]);
        }
    }

    function test_RevertWhen_OidIsEmptyPaddedOrUnfinished() external {
        READER.checkOid(hex"06092a864886f84d010d01");
        bytes[4] memory invalid = [bytes(hex"0600"), hex"06032a8001", hex"0603802a01", hex"06022a86"];
        for (uint256 i = 0; i < 4; ++i) {
            _expect(Der.DerValueInvalid.selector);
            READER.checkOid(invalid[i]);
        }
    }

    function testFuzz_Flags_ReadsOneOrTwoBytes(uint16 bits, uint8 unused) external view {
        unused = uint8(bound(unused, 0, 7));
        bits = (bits >> unused) << unused;
        vm.assertEq(READER.flags(abi.encodePacked(hex"0303", unused, bits)), bits, "two bytes");
        uint8 high = (uint8(bits >> 8) >> unused) << unused;
        vm.assertEq(READER.flags(abi.encodePacked(hex"0302", unused, high)), uint256(high) << 8, "one byte");
    }

    function test_RevertWhen_UnusedBitsAreSet() external {
        bytes[4] memory invalid = [bytes(hex"03020701"), hex"030208ff", hex"030100", hex"03040001ff00"];
        for (uint256 i = 0; i < 4; ++i) {
            _expect(Der.DerValueInvalid.selector);
            READER.flags(invalid[i]);
        }
    }

    function testFuzz_ToTime_ReadsEveryMoment(uint256 time) external view {
        time = bound(time, 0, 253_402_300_799);
        bytes memory text = _timeText(time);
        vm.assertEq(READER.toTime(_encode(Der.GENERALIZED_TIME, text), Der.GENERALIZED_TIME), time, "four digits");
        if (time >= 2_524_608_000) return;
        bytes memory short = new bytes(13);
        for (uint256 i = 0; i < 13; ++i) short[i] = text[i + 2];
        vm.assertEq(READER.toTime(_encode(Der.UTC_TIME, short), Der.UTC_TIME), time, "two digits");
    }

    function test_RevertWhen_ThereIsNoSuchMoment() external {
        string[7] memory invalid = [
            "20250229000000Z",
            "20251301000000Z",
            "20250431000000Z",
            "20250101240000Z",
            "20250101006000Z",
            "20250101000060Z",
            "2025010100000:Z"
        ];
        for (uint256 i = 0; i < 7; ++i) {
            _expect(Der.DerValueInvalid.selector);
            READER.toTime(_encode(Der.GENERALIZED_TIME, bytes(invalid[i])), Der.GENERALIZED_TIME);
        }
        _expect(Der.DerValueInvalid.selector);
        READER.toTime(_encode(Der.GENERALIZED_TIME, "20250101000000+"), Der.GENERALIZED_TIME);
        _expect(Der.DerTagUnexpected.selector);
        READER.toTime(_encode(Der.UTC_TIME, "20250101000000Z"), Der.UTC_TIME);
    }

    /// @dev YYYYMMDDHHMMSSZ, found by walking through years and months.
    function _timeText(uint256 time) private pure returns (bytes memory) {
        uint256 daysLeft = time / 1 days;
        // The calendar repeats after 400 years.
        uint256 year = 1970 + 400 * (daysLeft / 146_097);
        daysLeft %= 146_097;
        while (daysLeft >= (_isLeap(year) ? 366 : 365)) daysLeft -= _isLeap(year++) ? 366 : 365;
        uint8[12] memory lengths = [31, _isLeap(year) ? 29 : 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31];
        uint256 month;
        while (daysLeft >= lengths[month]) daysLeft -= lengths[month++];
        uint256 clock = time % 1 days;
        bytes memory date = bytes.concat(_two(year / 100), _two(year % 100), _two(month + 1), _two(daysLeft + 1));
        return bytes.concat(date, _two(clock / 3600), _two((clock / 60) % 60), _two(clock % 60), "Z");
    }

    function _isLeap(uint256 year) private pure returns (bool) {
        return (year % 4 == 0 && year % 100 != 0) || year % 400 == 0;
    }

    function _two(uint256 value) private pure returns (bytes memory) {
        return abi.encodePacked(uint8(0x30 + value / 10), uint8(0x30 + (value % 10)));
    }
}
