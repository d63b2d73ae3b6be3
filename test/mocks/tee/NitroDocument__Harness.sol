// SPDX-License-Identifier: MIT
pragma solidity 0.8.34;

import {NitroContent, NitroDocument} from "../../../contracts/tee/nitro/NitroDocument.sol";

/// @title The parser of attestation documents as external calls
contract NitroDocument__Harness {
    /// @notice Hash of everything that the verdict on the signature depends on: the payload and the signature itself.
    function parse(bytes calldata document) public pure returns (bytes32) {
        NitroContent memory content = NitroDocument.parse(document);
        return keccak256(abi.encode(keccak256(content.payload.bytesOf()), keccak256(content.signature.bytesOf())));
    }

    /// @notice Of the positions from `from` to before `to`, the first at which `document` with that byte changed by XOR
    ///         with `mask` still parses to the same signed bytes and signature; `to` if there is none.
    function firstUncovered(
        bytes calldata document,
        uint256 from,
        uint256 to,
        uint8 mask
    ) external view returns (uint256) {
        bytes32 expected = parse(document);
        bytes memory changed = document;
        for (uint256 i = from; i < to; ++i) {
            uint256 free = _freeMemory();
            changed[i] ^= bytes1(mask);
            try this.parse(changed) returns (bytes32 found) {
                if (found == expected) return i;
            } catch (bytes memory) {}
            changed[i] ^= bytes1(mask);
            _setFreeMemory(free);
        }
        return to;
    }

    /// @notice What the parser read, field by field, registers as one string of those present.
    function read(
        bytes calldata document
    )
        external
        pure
        returns (
            bytes memory moduleId,
            uint256 timestamp,
            bytes[] memory pcrs,
            bytes memory userData,
            bytes memory nonce
        )
    {
        NitroContent memory content = NitroDocument.parse(document);
        pcrs = new bytes[](32);
        for (uint256 i; i < 32; ++i) pcrs[i] = content.pcrs[i].bytesOf();
        return (
            content.moduleId.bytesOf(),
            content.timestamp,
            pcrs,
            content.userData.bytesOf(),
            content.nonce.bytesOf()
        );
    }

    /// @dev What a call's arguments took is given back after it: otherwise memory grows with every position.
    function _freeMemory() private pure returns (uint256 free) {
        assembly ("memory-safe") {
            free := mload(0x40)
        }
    }

    function _setFreeMemory(uint256 free) private pure {
        assembly ("memory-safe") {
            mstore(0x40, free)
        }
    }
}
