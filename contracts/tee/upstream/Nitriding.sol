// SPDX-License-Identifier: MIT
pragma solidity 0.8.34;

/// @title What documents of unmodified gateways bind
/// @notice nitriding puts two multihashes into user_data, each the code of SHA-256, the length 32, and the hash: of the
///         TLS certificate and of the signing key. The nonce is whatever the gateway was asked with, 20 bytes.
library Nitriding {
    /// @notice The document is this old at most, and from the future by this much at most (seconds).
    uint256 internal constant MAX_AGE = 300;
    uint256 internal constant MAX_SKEW = 60;

    bytes2 private constant MULTIHASH_SHA256 = 0x1220;
    bytes32 private constant NONCE_DOMAIN = keccak256("OPG gateway nonce v1");

    /// @notice The user_data of a gateway with this key and certificate, both DER.
    function userDataOf(bytes memory signingKey, bytes memory tlsCertificate) internal pure returns (bytes memory) {
        bytes2 head = MULTIHASH_SHA256;
        return abi.encodePacked(head, sha256(tlsCertificate), head, sha256(signingKey));
    }

    /// @notice What `operator` asks his gateway's document with, so that it is worthless to another operator, registry
    ///         or chain.
    function nonceOf(address operator, address registry) internal view returns (bytes20) {
        return bytes20(keccak256(abi.encode(NONCE_DOMAIN, block.chainid, registry, operator)));
    }

    /// @notice Whether a document of this second is neither too old nor from the future.
    function isFresh(uint256 attestedAt) internal view returns (bool) {
        return attestedAt <= block.timestamp + MAX_SKEW && attestedAt + MAX_AGE >= block.timestamp;
    }
}
