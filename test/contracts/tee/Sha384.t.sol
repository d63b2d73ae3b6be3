// SPDX-License-Identifier: MIT
pragma solidity 0.8.34;

import {Base} from "../Base.sol";
import {Sha384__Harness} from "../../mocks/tee/Sha384__Harness.sol";

contract Sha384Test is Base {
    Sha384__Harness private _sha384 = Sha384__Harness(create("Sha384__Harness", ""));

    function test_WhenInputIsTheStandardsExample() external view {
        vm.assertEq(
            _digest("abc"),
            hex"cb00753f45a35e8bb5a03d699ac65007272c32ab0eded1631a8b605a43ff5bed8086072ba1e7cc2358baeca134c825a7",
            "abc"
        );
    }

    /// @dev Digests of n times the letter "a", made with node:crypto.
    function test_WhenLengthIsAtAnEdgeOfThePadding() external view {
        _check(
            0,
            hex"38b060a751ac96384cd9327eb1b1e36a21fdb71114be07434c0cc7bf63f6e1da274edebfe76f65fbd51ad2f14898b95b"
        );
        _check(
            1,
            hex"54a59b9f22b0b80880d8427e548b7c23abd873486e1f035dce9cd697e85175033caa88e6d57bc35efae0b5afd3145f31"
        );
        _check(
            111,
            hex"3c37955051cb5c3026f94d551d5b5e2ac38d572ae4e07172085fed81f8466b8f90dc23a8ffcdea0b8d8e58e8fdacc80a"
        );
        _check(
            112,
            hex"187d4e07cb306103c69967bf544d0dfbe9042577599c73c330abc0cb64c61236d5ed565ee19119d8c31779a38f791fcd"
        );
        _check(
            127,
            hex"9bd06b1763c2cf7aef40e795dc65bc96d59c41b537f3ad72ebdefd485476b5717c1aeb37c327fe9c1831b12b9efd08ae"
        );
        _check(
            128,
            hex"edb12730a366098b3b2beac75a3bef1b0969b15c48e2163c23d96994f8d1bef760c7e27f3c464d3829f56c0d53808b0b"
        );
        _check(
            129,
            hex"39b6f5a7b0e781dbc419f72e49b30eaac10f2c98c4403bc610da31067fd1b48f324138c8615d2b496d08d73d5e865326"
        );
        _check(
            239,
            hex"e247c35f4bc1aa38026f8880c8c97305545d00d3f859e00c57d1c1f0a176b3c6b749c4eb081f08bd0fba500969cd056a"
        );
        _check(
            240,
            hex"4d86957beab348a29180f02d02564ac1d32f5b4c217ece2b038f7c184f0cafc8c8e438eb82aa03796170e0a7ce8c0675"
        );
        _check(
            255,
            hex"c4f7cca9698ddde4fb9947aebd9da1bda11e9413958d1a5d26f32fbec24bf34cb95f7c7eb84445cbaf84a63d3c705aa6"
        );
        _check(
            256,
            hex"ee89d91a5f594f72052c561e5c2458280439eaa77cc1352e27893931c6d9ce5d869fb8a024358c460adc1af9f4fe5b4a"
        );
    }

    function testFuzz_WhenInputIsASlice(bytes memory data, uint256 offset, uint256 length) external view {
        offset = bound(offset, 0, data.length);
        length = bound(length, 0, data.length - offset);
        bytes memory slice = new bytes(length);
        for (uint256 i = 0; i < length; ++i) slice[i] = data[offset + i];
        (uint256 high, uint256 low, , bool untouched) = _sha384.hashSlice(data, offset, length);
        vm.assertEq(abi.encodePacked(uint128(high), low), _digest(slice), "same as a copy's");
        vm.assertTrue(untouched, "input untouched");
    }

    function testFuzz_WhenABitIsChanged(bytes memory data, uint256 position, uint8 bit) external view {
        vm.assume(data.length != 0);
        bytes memory before = _digest(data);
        position = bound(position, 0, data.length - 1);
        data[position] ^= bytes1(uint8(1 << (bit % 8)));
        vm.assertFalse(keccak256(_digest(data)) == keccak256(before), "another digest");
    }

    function testFuzz_WhenAZeroByteIsAppended(bytes memory data) external view {
        bytes memory longer = bytes.concat(data, hex"00");
        vm.assertFalse(keccak256(_digest(longer)) == keccak256(_digest(data)), "another digest");
    }

    function _check(uint256 length, bytes memory expected) private view {
        bytes memory data = new bytes(length);
        for (uint256 i = 0; i < length; ++i) data[i] = "a";
        vm.assertEq(_digest(data), expected, "digest");
    }

    function _digest(bytes memory data) private view returns (bytes memory) {
        (uint256 high, uint256 low) = _sha384.hash(data);
        vm.assertEq(high >> 128, 0, "16 bytes");
        return abi.encodePacked(uint128(high), low);
    }
}
