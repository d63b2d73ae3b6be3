// SPDX-License-Identifier: MIT
pragma solidity 0.8.34;

import {Base} from "../../Base.sol";
import {DerSignature__Harness} from "../../../mocks/tee/DerSignature__Harness.sol";
import {P384__Harness} from "../../../mocks/tee/P384__Harness.sol";
import {Sha384__Harness} from "../../../mocks/tee/Sha384__Harness.sol";

/// @notice The runner's cheatcodes for files and JSON.
interface FileVm {
    function readFile(string calldata path) external view returns (string memory);
    function parseJsonType(string calldata json, string calldata types) external pure returns (bytes memory);
    function parseBytes(string calldata text) external pure returns (bytes memory);
}

struct Wycheproof {
    uint256 numberOfTests;
    Group[] testGroups;
}

struct Group {
    Key publicKey;
    Vector[] tests;
}

struct Key {
    string uncompressed;
}

struct Vector {
    string comment;
    string msg;
    string result;
    string sig;
}

/// @title Every Wycheproof vector of P-384, in both encodings
contract P384Test is Base {
    FileVm private constant FILES = FileVm(address(vm));
    string private constant FOLDER = "test/vectors/tee/wycheproof/";
    string private constant TYPES =
        "Wycheproof(uint256 numberOfTests,Group[] testGroups)"
        "Group(Key publicKey,Vector[] tests)"
        "Key(string uncompressed)"
        "Vector(string comment,string msg,string result,string sig)";

    DerSignature__Harness private _der = DerSignature__Harness(create("DerSignature__Harness", ""));
    P384__Harness private _p384 = P384__Harness(create("P384__Harness", ""));
    Sha384__Harness private _sha384 = Sha384__Harness(create("Sha384__Harness", ""));

    function test_Wycheproof_PairsOfNumbers() public view {
        _runAll("ecdsa_secp384r1_sha384_p1363_test.json", 280, false);
    }

    function test_Wycheproof_Der() public view {
        _runAll("ecdsa_secp384r1_sha384_test.json", 504, true);
    }

    /// @dev The text is read in one go: each cheatcode that is asked for a part of it reads the whole anew.
    function _runAll(string memory file, uint256 expected, bool der) private view {
        bytes memory read = FILES.parseJsonType(FILES.readFile(string.concat(FOLDER, file)), TYPES);
        Wycheproof memory suite = abi.decode(read, (Wycheproof));
        vm.assertEq(suite.numberOfTests, expected, "the file's own number");
        uint256 cases;
        for (uint256 i = 0; i < suite.testGroups.length; ++i) {
            Group memory group = suite.testGroups[i];
            bytes memory key = _coordinates(_bytes(group.publicKey.uncompressed));
            for (uint256 j = 0; j < group.tests.length; ++j) _run(group.tests[j], key, der);
            cases += group.tests.length;
        }
        vm.assertEq(cases, expected, "all of them");
    }

    function _run(Vector memory test, bytes memory key, bool der) private view {
        (uint256 high, uint256 low) = _sha384.hash(_bytes(test.msg));
        bytes memory digest = abi.encodePacked(uint128(high), low);
        bytes memory signature = _bytes(test.sig);
        bool valid = der ? _verifyDer(signature, digest, key) : _p384.verify(digest, signature, key);
        vm.assertTrue(valid == (keccak256(bytes(test.result)) == keccak256("valid")), test.comment);
    }

    /// @dev Both coordinates of an uncompressed point, without the byte that says so.
    function _coordinates(bytes memory point) private pure returns (bytes memory key) {
        key = new bytes(96);
        for (uint256 i = 0; i < 96; ++i) key[i] = point[i + 1];
    }

    /// @dev Wraps the signature as certificates do: a BIT STRING without unused bits.
    function _verifyDer(bytes memory signature, bytes memory digest, bytes memory key) private view returns (bool) {
        uint256 size = signature.length + 1;
        bytes memory length =
            size < 0x80
                ? abi.encodePacked(uint8(size))
                : size < 0x100
                    ? abi.encodePacked(uint8(0x81), uint8(size))
                    : abi.encodePacked(uint8(0x82), uint16(size));
        try _der.verify(abi.encodePacked(uint8(0x03), length, uint8(0), signature), digest, key) returns (bool valid) {
            return valid;
        } catch {
            return false;
        }
    }

    function _bytes(string memory digits) private pure returns (bytes memory) {
        return FILES.parseBytes(string.concat("0x", digits));
    }
}
