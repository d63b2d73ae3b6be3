// SPDX-License-Identifier: MIT
pragma solidity 0.8.34;

/// @notice The technologies whose evidence can be verified. NONE is the value of an unset record.
enum TeeKind {
    NONE,
    NITRO,
    TDX,
    SEV_SNP
}

/// @notice What the vendor's collateral says about the platform's firmware, in the order of Intel's specification.
///         NOT_APPLICABLE: the technology has no such statement (Nitro: AWS patches its own hosts).
enum TcbStatus {
    NOT_APPLICABLE,
    UP_TO_DATE,
    SW_HARDENING_NEEDED,
    CONFIGURATION_NEEDED,
    CONFIGURATION_AND_SW_HARDENING_NEEDED,
    OUT_OF_DATE,
    OUT_OF_DATE_CONFIGURATION_NEEDED,
    REVOKED
}

/// @notice What genuine evidence says. Facts only: whether they are good enough is for the policy to say.
/// @param kind                The technology.
/// @param platformClass       TDX: the FMSPC, left-aligned. SNP: product, as documented by the verifier. Nitro: zero.
/// @param measurementId       keccak256 over kind and every register that identifies the code; the verifier documents
///                            the exact preimage.
/// @param tcbStatus           Status of the platform's firmware; the worst of all parts.
/// @param tcbDate             Unix seconds of the TCB level that matched; 0 if the technology has none.
/// @param tcbEvaluationNumber Number of the collateral's evaluation; 0 if the technology has none.
/// @param tcbVersion          SNP: the reported TCB as the report has it. Otherwise zero.
/// @param advisoryHash        keccak256 of the advisory ids of the matched level, in order; 0 if there are none.
/// @param platformId          The same for all evidence of one machine: the hash of the PPID, of the chip id, or, for
///                            Nitro, of the module id.
/// @param attestedAt          Unix seconds at which the evidence says it was made; 0 if it does not say.
/// @param collateralExpiry    Unix seconds after which something this verdict rests on is too old; never 0.
/// @param debug               The enclave's memory can be read by its host. Never dropped: the verifier reports or
///                            refuses.
/// @param reportData          What the enclave chose to bind: 64 bytes, or 68 for Nitro documents of nitriding.
struct AttestationFacts {
    TeeKind kind;
    bytes32 platformClass;
    bytes32 measurementId;
    TcbStatus tcbStatus;
    uint64 tcbDate;
    uint32 tcbEvaluationNumber;
    uint64 tcbVersion;
    bytes32 advisoryHash;
    bytes32 platformId;
    uint64 attestedAt;
    uint64 collateralExpiry;
    bool debug;
    bytes reportData;
}

/// @title One technology's verifier: turns evidence into facts
/// @notice Reverts with an error that names the failed check when evidence is malformed, forged, or rests on expired or
///         revoked certificates. Stores nothing during {verify}; certificates and collateral are brought beforehand by
///         anyone, each checked down from a pinned root.
interface IAttestationVerifier {
    /// @notice The technology it verifies.
    function kind() external view returns (TeeKind);

    /// @notice Verifies `evidence`, in the verifier's own encoding, at the present block time.
    function verify(bytes calldata evidence) external view returns (AttestationFacts memory);
}
