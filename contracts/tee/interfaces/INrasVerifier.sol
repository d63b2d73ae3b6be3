// SPDX-License-Identifier: MIT
pragma solidity 0.8.34;

/// @notice What NVIDIA says of one GPU.
/// @param name          Name in the overall token, "GPU-0".
/// @param model         hwmodel: names the die, "GH100 A01 GSP BROM", not the board.
/// @param driverVersion Of the driver, "550.90.07".
/// @param vbiosVersion  Of the firmware, "96.00.9F.00.01".
/// @param deviceId      keccak256 of ueid, the device's number in decimals.
struct GpuClaims {
    string name;
    string model;
    string driverVersion;
    string vbiosVersion;
    bytes32 deviceId;
}

/// @notice What a genuine token says. Facts only.
/// @param nonce     What the enclave asked NVIDIA to attest: to be compared with what its CPU's evidence binds.
/// @param keyId     keccak256 of the kid of the key that signed it.
/// @param issuedAt  Unix seconds.
/// @param expiresAt Unix seconds.
/// @param gpus      The GPUs, in the order of the token.
struct GpuFacts {
    bytes32 nonce;
    bytes32 keyId;
    uint64 issuedAt;
    uint64 expiresAt;
    GpuClaims[] gpus;
}

/// @title Verifies tokens of NVIDIA's Remote Attestation Service
/// @notice The opt-in, stronger statement about GPUs. One signature, ES384, covers the overall token, and that has the
///         SHA-256 of each device's token. Trust is in NVIDIA's service and in the keys that governance accepted.
///         It does not prove that the GPUs are in the machine whose CPU made the nonce.
interface INrasVerifier {
    /// @notice Emitted when governance accepted a key of NVIDIA's.
    event NrasKeyAccepted(bytes32 indexed keyId, string kid);
    /// @notice Emitted when a key was withdrawn, for good.
    event NrasKeyWithdrawn(bytes32 indexed keyId);

    /// @notice Thrown when a token is not three parts, with a header of a key id and ES384 and a signature of 96 bytes.
    error NrasTokenMalformed(uint256 length);
    /// @notice Thrown when a token's key is not accepted. `keyId` is keccak256 of its kid.
    error NrasKeyUnknown(bytes32 keyId);
    /// @notice Thrown when a key has been accepted, or withdrawn, before.
    error NrasKeyUsed(bytes32 keyId);
    /// @notice Thrown when the signature of the overall token is not that of its key.
    error NrasSignatureInvalid();
    /// @notice Thrown when the block time is outside of a token's validity.
    error NrasTokenExpired(uint256 time, uint256 notBefore, uint256 expiresAt);
    /// @notice Thrown when a claim has a value that must not be; `name` is keccak256 of the claim's name.
    error NrasClaimRefused(bytes32 name);
    /// @notice Thrown when claims are missing; `seen` are those that are there, as bits.
    error NrasClaimMissing(uint256 seen);
    /// @notice Thrown when the overall token is about another number of devices than tokens were given.
    error NrasDeviceCountMismatch(uint256 devices, uint256 tokens);
    /// @notice Thrown when a device's token is not the one that the overall token names.
    error NrasDigestMismatch(uint256 index, bytes32 digest, bytes32 expected);

    /// @notice Accepts a key of NVIDIA's. Only governance. A kid is never used again.
    /// @param kid Name of the key in tokens.
    /// @param key x and y, 48 bytes each.
    function acceptKey(string calldata kid, bytes32[3] calldata key) external;

    /// @notice Withdraws a key. Only the guardian; cannot be undone.
    /// @param keyId keccak256 of the kid.
    function withdrawKey(bytes32 keyId) external;

    /// @notice Whether tokens of this key are accepted.
    function isAccepted(bytes32 keyId) external view returns (bool);

    /// @notice Verifies `token`, at the present block time, and the devices' tokens it names.
    /// @param token  The overall token: header, payload and signature in base64url, with dots between.
    /// @param devices The devices' tokens, in the order in which `token` names them.
    function verify(bytes calldata token, bytes[] calldata devices) external view returns (GpuFacts memory);
}
