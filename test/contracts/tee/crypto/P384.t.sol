// SPDX-License-Identifier: MIT
pragma solidity 0.8.34;

import {P384} from "../../../../contracts/tee/crypto/P384.sol";
import {Sha384} from "../../../../contracts/tee/crypto/Sha384.sol";
import {Base} from "../../Base.sol";
import {DerSignature__Harness} from "../../mocks/tee/DerSignature__Harness.sol";

/// @notice The runner's cheatcodes for files and JSON.
interface FileVm {
    function readFile(string calldata path) external view returns (string memory);
    function parseJsonString(string calldata json, string calldata key) external pure returns (string memory);
    function parseJsonUint(string calldata json, string calldata key) external pure returns (uint256);
    function keyExistsJson(string calldata json, string calldata key) external view returns (bool);
    function parseBytes(string calldata text) external pure returns (bytes memory);
    function toString(uint256 value) external pure returns (string memory);
}

/// @title Every Wycheproof vector of P-384, in both encodings
contract P384Test is Base {
    FileVm private constant FILES = FileVm(address(vm));
    string private constant FOLDER = "test/vectors/tee/wycheproof/";

    DerSignature__Harness private _der = new DerSignature__Harness();

    function test_Wycheproof_PairsOfNumbers() public view {
        _runAll("ecdsa_secp384r1_sha384_p1363_test.json", 280, false);
    }

    function test_Wycheproof_Der() public view {
        _runAll("ecdsa_secp384r1_sha384_test.json", 504, true);
    }

    function _runAll(string memory file, uint256 expected, bool der) private view {
        string memory json = FILES.readFile(string.concat(FOLDER, file));
        vm.assertEq(FILES.parseJsonUint(json, ".numberOfTests"), expected, "the file's own number");
        uint256 cases;
        for (uint256 group = 0; cases < expected; ++group) cases += _runGroup(json, group, der);
        vm.assertEq(cases, expected, "all of them");
    }

    function _runGroup(string memory json, uint256 group, bool der) private view returns (uint256 cases) {
        string memory path = string.concat(".testGroups[", FILES.toString(group), "]");
        bytes memory point = _bytes(json, string.concat(path, ".publicKey.uncompressed"));
        bytes memory key = new bytes(96);
        for (uint256 i = 0; i < 96; ++i) key[i] = point[i + 1];
        for (; ; ++cases) {
            string memory test = string.concat(path, ".tests[", FILES.toString(cases), "]");
            if (!FILES.keyExistsJson(json, test)) return cases;
            (uint256 high, uint256 low) = Sha384.hash(_bytes(json, string.concat(test, ".msg")));
            bytes memory digest = abi.encodePacked(uint128(high), low);
            bytes memory signature = _bytes(json, string.concat(test, ".sig"));
            bool valid = der ? _verifyDer(signature, digest, key) : P384.verify(digest, signature, key);
            string memory result = FILES.parseJsonString(json, string.concat(test, ".result"));
            vm.assertTrue(valid == (keccak256(bytes(result)) == keccak256("valid")), test);
        }
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

    function _bytes(string memory json, string memory path) private pure returns (bytes memory) {
        return FILES.parseBytes(string.concat("0x", FILES.parseJsonString(json, path)));
    }
}
