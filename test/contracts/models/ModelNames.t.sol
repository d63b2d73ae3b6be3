// SPDX-License-Identifier: MIT
pragma solidity 0.8.34;

import {ModelNames} from "../../../contracts/models/libraries/ModelNames.sol";
import {Base} from "../Base.sol";

/// @dev Compares the bit masks with alphabets spelled out, on well-formed strings of which one character is replaced.
contract ModelNamesTest is Base {
    bytes private constant _NAME_START = "abcdefghijklmnopqrstuvwxyz0123456789";
    bytes private constant _NAME = "abcdefghijklmnopqrstuvwxyz0123456789-_.";
    bytes private constant _PATH = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-_.";

    function isFullName(bytes calldata text) external pure returns (bool) {
        return ModelNames.isFullName(text);
    }

    function isPath(bytes calldata text) external pure returns (bool) {
        return ModelNames.isPath(text);
    }

    /// @dev All 256 characters, inside a part and at its start.
    function test_IsFullName_KnowsItsAlphabet() public view {
        for (uint256 code; code < 256; ++code) {
            bytes1 character = bytes1(uint8(code));
            bool inside = this.isFullName(abi.encodePacked("ab", character, "/fee"));
            vm.assertTrue(inside == _isIn(character, _NAME), "inside");
            bool start = this.isFullName(abi.encodePacked("ab/", character, "fee"));
            vm.assertTrue(start == _isIn(character, _NAME_START), "start");
        }
    }

    function test_IsPath_KnowsItsAlphabet() public view {
        for (uint256 code; code < 256; ++code) {
            bytes1 character = bytes1(uint8(code));
            bool inside = this.isPath(abi.encodePacked("ab", character, "fee"));
            vm.assertTrue(inside == (character == "/" || _isIn(character, _PATH)), "inside");
        }
    }

    /// @dev Any path of up to four words, against the rule written down character by character.
    function testFuzz_IsPath_KeepsTheRule(uint256 length, uint256 seed, uint256 position, uint8 code) public view {
        bytes memory text = new bytes(bound(length, 1, 130));
        // Mostly letters, with many slashes and dots, so that both outcomes are frequent.
        bytes memory alphabet = "abcdefghijklmnopqrstuvwxyzAZ09-_x/.";
        for (uint256 i; i < text.length; ++i) {
            text[i] = alphabet[uint256(keccak256(abi.encode(seed, i))) % alphabet.length];
        }
        if (seed % 2 == 0) text[bound(position, 0, text.length - 1)] = bytes1(code);
        vm.assertTrue(this.isPath(text) == _isPlain(text), "rule");
    }

    /// @dev The quick rule and the whole one must agree wherever the quick one is asked, and on what else could come.
    function testFuzz_ShortPathFaults_AgreesWithIsPath(
        uint256 length,
        uint256 seed,
        uint256 at,
        uint8 code
    ) public pure {
        bytes memory text = new bytes(bound(length, 1, 31));
        bytes memory alphabet = "aZ09-_x/.";
        for (uint256 i; i < text.length; ++i) {
            text[i] = alphabet[uint256(keccak256(abi.encode(seed, i))) % alphabet.length];
        }
        if (seed % 2 == 0) text[bound(at, 0, text.length - 1)] = bytes1(code);
        bool short = _isShortPath(text, text.length);
        vm.assertTrue(short == _isPlain(text), "rule");
        vm.assertFalse(_isShortPath(text, 0), "no length");
    }

    function test_ShortPathFaults_KnowsItsAlphabet() public pure {
        for (uint256 code; code < 256; ++code) {
            bytes memory text = abi.encodePacked("ab", bytes1(uint8(code)), "fee");
            bool expected = code == 0x2f || _isIn(bytes1(uint8(code)), _PATH);
            vm.assertTrue(_isShortPath(text, 6) == expected, "inside");
        }
    }

    function _isShortPath(bytes memory text, uint256 length) private pure returns (bool) {
        return ModelNames.shortPathFaults(uint256(bytes32(text)), 256 - 8 * length) == 0;
    }

    function _isPlain(bytes memory text) private pure returns (bool) {
        if (text.length > 128 || text[text.length - 1] == "/") return false;
        for (uint256 i; i < text.length; ++i) {
            if (text[i] != "/" && !_isIn(text[i], _PATH)) return false;
            bool begins = i == 0 || text[i - 1] == "/";
            if (begins && (text[i] == "/" || text[i] == ".")) return false;
        }
        return true;
    }

    function test_RejectWhen_SegmentBeginsWithADot() public view {
        vm.assertFalse(this.isPath("."), "one");
        vm.assertFalse(this.isPath("a/../b"), "two");
        vm.assertFalse(this.isPath("a/..."), "three");
        vm.assertFalse(this.isPath("a/.git"), "hidden");
        vm.assertTrue(this.isPath("a/b..c./d."), "dots elsewhere");
    }

    function _isIn(bytes1 character, bytes memory alphabet) private pure returns (bool) {
        for (uint256 i; i < alphabet.length; ++i) {
            if (alphabet[i] == character) return true;
        }
        return false;
    }
}
