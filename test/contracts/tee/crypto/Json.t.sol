// SPDX-License-Identifier: MIT
pragma solidity 0.8.34;

// JSON is full of double quotes.
// solhint-disable quotes

import {Json, JsonReader} from "../../../../contracts/tee/crypto/Json.sol";
import {Base} from "../../Base.sol";

/// @notice The JSON reader, through a call of its own so that what it reads is calldata.
contract JsonCalls {
    function number(bytes calldata json, uint256 max) external pure returns (uint256 value) {
        JsonReader memory reader = Json.open(json);
        value = reader.number(max);
        reader.finish();
    }

    function text(bytes calldata json) external pure returns (uint256 length) {
        JsonReader memory reader = Json.open(json);
        (, length) = reader.text();
        reader.finish();
    }

    function hexBytes(bytes calldata json, uint256 size) external pure returns (bytes32) {
        return Json.open(json).hexBytes(size);
    }

    function time(bytes calldata json) external pure returns (uint256) {
        return Json.open(json).time();
    }

    function skip(bytes calldata json) external pure {
        JsonReader memory reader = Json.open(json);
        reader.skip();
        reader.finish();
    }
}

contract JsonTest is Base {
    JsonCalls private immutable CALLS = new JsonCalls();

    function testFuzz_Number_ReadsEveryNumber(uint64 value) external view {
        vm.assertEq(CALLS.number(_decimal(value), type(uint64).max), value, "number");
    }

    function testFuzz_RevertWhen_NumberIsOverTheLimit(uint64 value, uint64 max) external {
        max = uint64(bound(max, 0, type(uint64).max - 1));
        value = uint64(bound(value, uint256(max) + 1, type(uint64).max));
        vm.expectPartialRevert(Json.JsonValueInvalid.selector);
        CALLS.number(_decimal(value), max);
    }

    function test_RevertWhen_NumberIsNotAWholeOne() external {
        vm.expectPartialRevert(Json.JsonValueInvalid.selector);
        CALLS.number("07", 100);
        vm.expectPartialRevert(Json.JsonValueInvalid.selector);
        CALLS.number("00", 100);
        string[5] memory invalid = ["", "-1", "1.0", "1e2", " 1"];
        for (uint256 i = 0; i < 5; ++i) {
            vm.expectPartialRevert(Json.JsonUnexpected.selector);
            CALLS.number(bytes(invalid[i]), 100);
        }
    }

    function testFuzz_Text_EndsAtTheFirstQuote(uint256 size, uint8 fill) external view {
        bytes memory characters = new bytes(bound(size, 0, 200));
        bytes1 character = bytes1(uint8(bound(fill, 0x20, 0x7e)));
        if (character == 0x22 || character == 0x5c) character = "#";
        for (uint256 i = 0; i < characters.length; ++i) characters[i] = character;
        vm.assertEq(CALLS.text(bytes.concat('"', characters, '"')), characters.length, "length");
    }

    function testFuzz_RevertWhen_TextHasAnotherCharacter(uint256 size, uint256 position, uint8 bad) external {
        bytes memory characters = new bytes(bound(size, 1, 100));
        for (uint256 i = 0; i < characters.length; ++i) characters[i] = "a";
        uint8[3] memory kinds = [uint8(bad & 0x1f), uint8(bad | 0x80), 0x5c];
        characters[bound(position, 0, characters.length - 1)] = bytes1(kinds[bad % 3]);
        vm.expectPartialRevert(Json.JsonUnexpected.selector);
        CALLS.text(bytes.concat('"', characters, '"'));
    }

    function testFuzz_RevertWhen_TextHasNoEnd(uint256 size) external {
        bytes memory characters = new bytes(bound(size, 0, 100));
        for (uint256 i = 0; i < characters.length; ++i) characters[i] = "a";
        vm.expectRevert();
        CALLS.text(bytes.concat('"', characters));
    }

    function testFuzz_HexBytes_ReadsBothCases(bytes32 value, uint256 size) external view {
        size = bound(size, 1, 32);
        bytes32 expected = bytes32((uint256(value) >> (256 - 8 * size)) << (256 - 8 * size));
        vm.assertEq(CALLS.hexBytes(_hex(value, size, "0123456789abcdef"), size), expected, "lower case");
        vm.assertEq(CALLS.hexBytes(_hex(value, size, "0123456789ABCDEF"), size), expected, "upper case");
    }

    function test_RevertWhen_HexDigitsAreNotSo() external {
        string[3] memory invalid = ['"0g"', '"012"', '"0"'];
        for (uint256 i = 0; i < 3; ++i) {
            vm.expectPartialRevert(Json.JsonValueInvalid.selector);
            CALLS.hexBytes(bytes(invalid[i]), 1);
        }
    }

    function test_Time_ReadsAMoment() external view {
        vm.assertEq(CALLS.time('"2025-06-19T10:16:03Z"'), 1_750_328_163, "time");
    }

    function test_RevertWhen_TimeIsNotInUtcToTheSecond() external {
        string[6] memory invalid = [
            '"2025-06-19T10:16:03"',
            '"2025-06-19T10:16:03+"',
            '"2025-06-19 10:16:03Z"',
            '"2025-06-31T10:16:03Z"',
            '"2025-06-19T24:16:03Z"',
            '"2025-06-19T10:16:0:Z"'
        ];
        for (uint256 i = 0; i < 6; ++i) {
            vm.expectPartialRevert(Json.JsonValueInvalid.selector);
            CALLS.time(bytes(invalid[i]));
        }
    }

    function test_Skip_PassesEveryKindOfValue() external view {
        CALLS.skip('{"a":[1,true,false,null,{},[],"text",{"b":{"c":[[]]}}],"":0}');
    }

    function test_RevertWhen_SkippedValueIsNotJson() external {
        string[9] memory invalid = ["{,}", '{"a"}', '{"a":}', "[1,]", "[1 ]", "tru!", '{"a":1}}', "[1;2]", "nil!"];
        for (uint256 i = 0; i < 9; ++i) {
            vm.expectPartialRevert(Json.JsonUnexpected.selector);
            CALLS.skip(bytes(invalid[i]));
        }
    }

    function test_RevertWhen_ValuesAreNestedTooDeep() external {
        CALLS.skip("[[[[[[[[[]]]]]]]]]");
        vm.expectPartialRevert(Json.JsonTooDeep.selector);
        CALLS.skip("[[[[[[[[[[]]]]]]]]]]");
    }

    function _decimal(uint256 value) private pure returns (bytes memory digits) {
        do {
            digits = bytes.concat(bytes1(uint8(0x30 + (value % 10))), digits);
            value /= 10;
        } while (value != 0);
    }

    function _hex(bytes32 value, uint256 size, bytes memory digits) private pure returns (bytes memory text) {
        text = '"';
        for (uint256 i = 0; i < size; ++i) {
            uint8 octet = uint8(value[i]);
            text = bytes.concat(text, digits[octet >> 4], digits[octet & 0xf]);
        }
        text = bytes.concat(text, '"');
    }
}
