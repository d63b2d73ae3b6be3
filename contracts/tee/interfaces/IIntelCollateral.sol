// SPDX-License-Identifier: MIT
pragma solidity 0.8.34;

/// @notice What Intel publishes about its platforms, by kind.
enum IntelItem {
    PCK_AUTHORITY,
    TCB_SIGNER,
    ROOT_REVOCATION_LIST,
    PCK_REVOCATION_LIST,
    TCB_INFO,
    QE_IDENTITY
}

/// @notice Which collateral a quote rests on.
/// @param authority     Issuer of the PCK certificate: keccak256(issuer's name in DER ‖ authority key id).
/// @param serial        Serial number of the PCK certificate.
/// @param fmspc         Family, model, stepping, platform and custom SKU of the machine.
/// @param pceId         Id of the provisioning enclave.
/// @param tcbEvaluation Number of the evaluation (Intel's tcbEvaluationDataNumber) to judge by.
struct IntelQuery {
    bytes32 authority;
    uint160 serial;
    bytes6 fmspc;
    bytes2 pceId;
    uint32 tcbEvaluation;
}

/// @notice Collateral that is present, unexpired and not revoked.
/// @param authorityX Key of the PCK certificate's issuer.
/// @param authorityY Key of the PCK certificate's issuer.
/// @param tcbInfo    Account whose code is the platform's TCB levels (layout: {IIntelCollateral}).
/// @param qeIdentity Account whose code is the quoting enclave's identity (layout: {IIntelCollateral}).
/// @param expiresAt  Unix seconds until which, inclusively, all of it is good.
struct IntelCollateralView {
    uint256 authorityX;
    uint256 authorityY;
    address tcbInfo;
    address qeIdentity;
    uint64 expiresAt;
}

/// @title What Intel has signed about its platforms, brought by anyone
/// @notice Every write is open to everybody and takes only what verifies down from the pinned key of Intel's root:
///         certificates of PCK authorities and of TCB signers, revocation lists, TCB info and QE identity of TDX.
///         Nothing older replaces anything newer, nothing is taken or answered beyond its date, a revoked serial
///         number stays revoked. Each evaluation number has a place of its own: which one is good enough is for the
///         policy to say.
/// @dev Assumes that the key given at construction is Intel's root key; it cannot be changed.
///
///      The code of a `tcbInfo` account, all numbers big-endian:
///        0x00 | count of levels (1) | count of modules (1) | levels | modules
///        level (72): SGX component SVNs (16) | TDX component SVNs (16) | PCESVN (2) | status (1) | date (5) |
///                    advisories (32)
///        module: version (1) | MRSIGNER (48) | attributes (8) | count of its levels (1) | its levels
///        module level (40): ISVSVN (2) | status (1) | date (5) | advisories (32)
///        The first module has version 0 and no levels: it is for TDX modules that have no identity of their own.
///      The code of a `qeIdentity` account:
///        0x00 | MISCSELECT (4) | its mask (4) | attributes (16) | their mask (16) | MRSIGNER (32) | ISVPRODID (2) |
///        count of levels (1) | levels (40), as those of a module
///      Levels stand in Intel's order, highest first. Status is a {TcbStatus}; date is in Unix seconds; advisories are
///      the keccak256 of the ids as Intel writes them, each in double quotes, with commas between; 0 if there are
///      none.
interface IIntelCollateral {
    /// @notice Emitted when the key of a PCK certificate authority was taken.
    event PckAuthorityAdded(bytes32 indexed authority, uint160 indexed serial, uint256 x, uint256 y, uint64 notAfter);
    /// @notice Emitted when the key of a signer of TCB information was taken.
    event TcbSignerAdded(bytes32 indexed signerKey, uint160 indexed serial, uint256 x, uint256 y, uint64 notAfter);
    /// @notice Emitted when a revocation list was taken. `authority` is zero for the root's.
    event RevocationListUpdated(bytes32 indexed authority, uint64 issuedAt, uint64 expiresAt, uint256 entries);
    /// @notice Emitted when a revocation list names a certificate for the first time.
    event IntelCertificateRevoked(bytes32 indexed authority, uint160 indexed serial);
    /// @notice Emitted when TCB info was taken. `code` is the account that holds the levels.
    event TcbInfoUpdated(
        bytes6 indexed fmspc,
        bytes2 indexed pceId,
        uint32 indexed tcbEvaluation,
        uint64 issuedAt,
        uint64 expiresAt,
        address code
    );
    /// @notice Emitted when a QE identity was taken. `code` is the account that holds it.
    event QeIdentityUpdated(uint32 indexed tcbEvaluation, uint64 issuedAt, uint64 expiresAt, address code);

    /// @notice Thrown when a certificate's issuer is not the root. `name` is keccak256 of the issuer's name in DER.
    error IntelIssuerUnknown(bytes32 name);
    /// @notice Thrown when a certificate is for none of the three purposes known. `name` as above, of the subject.
    error IntelSubjectUnknown(bytes32 name);
    /// @notice Thrown when a certificate may not do what it is for, or lacks a key id of 20 bytes.
    error IntelCertificateUnfit(bool isCa, uint16 keyUsage);
    /// @notice Thrown when a signature is not by the key it must be by. `item` says on what.
    error IntelSignatureInvalid(IntelItem item);
    /// @notice Thrown when `item` is not in its time: it begins at `from` and ends at `until`.
    error IntelItemNotValidNow(IntelItem item, uint64 from, uint64 until);
    /// @notice Thrown when what is brought is not newer than what is there.
    error IntelItemNotNewer(IntelItem item, uint64 issuedAt, uint64 presentIssuedAt);
    /// @notice Thrown when there is no such `item`.
    error IntelItemMissing(IntelItem item);
    /// @notice Thrown when the newest `item` that was brought is too old.
    error IntelItemExpired(IntelItem item, uint64 expiredAt);
    /// @notice Thrown when a certificate is revoked. `authority` is its issuer, zero for the root.
    error IntelCertificateIsRevoked(bytes32 authority, uint160 serial);

    // Writes

    /// @notice Takes the certificate of a PCK authority (Platform CA, Processor CA) or of a TCB signer.
    /// @param der The certificate in DER.
    function addCertificate(bytes calldata der) external;

    /// @notice Takes a revocation list of the root or of a PCK authority that is known.
    /// @param der The list in DER.
    function updateRevocationList(bytes calldata der) external;

    /// @notice Takes a platform's TCB info for TDX.
    /// @param json      Value of the member `tcbInfo`, byte for byte as Intel serves it.
    /// @param r         First half of the signature beside it.
    /// @param s         Second half of the signature beside it.
    /// @param signerKey keccak256 of the signer's public key, x and y.
    function updateTcbInfo(bytes calldata json, uint256 r, uint256 s, bytes32 signerKey) external;

    /// @notice Takes the identity of the TD quoting enclave. Parameters as in {updateTcbInfo}; `json` is the value of
    ///         the member `enclaveIdentity`.
    function updateQeIdentity(bytes calldata json, uint256 r, uint256 s, bytes32 signerKey) external;

    // Views

    /// @notice The collateral for a quote, or an error that says what is missing, expired or revoked.
    function lookup(IntelQuery calldata query) external view returns (IntelCollateralView memory);

    /// @notice The pinned key.
    function rootKey() external view returns (uint256 x, uint256 y);

    /// @notice Validity of the certificate of the TCB signer whose public key (x and y) has this keccak256; zeros if
    ///         it is not known.
    function signerValidity(bytes32 signerKey) external view returns (uint64 notBefore, uint64 notAfter);

    /// @notice Validity of a PCK authority's certificate; zeros if it is not known.
    function authorityValidity(bytes32 authority) external view returns (uint64 notBefore, uint64 notAfter);

    /// @notice Dates of the newest revocation list; zeros if there is none. `authority` is zero for the root's.
    function revocationList(bytes32 authority) external view returns (uint64 issuedAt, uint64 expiresAt);

    /// @notice Whether a revocation list has ever named this certificate.
    function isRevoked(bytes32 authority, uint160 serial) external view returns (bool);

    /// @notice The newest TCB info; zeros if there is none.
    function tcbInfo(
        bytes6 fmspc,
        bytes2 pceId,
        uint32 tcbEvaluation
    ) external view returns (uint64 issuedAt, uint64 expiresAt, address code);

    /// @notice The newest QE identity; zeros if there is none.
    function qeIdentity(uint32 tcbEvaluation) external view returns (uint64 issuedAt, uint64 expiresAt, address code);
}
