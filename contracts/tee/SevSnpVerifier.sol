// SPDX-License-Identifier: MIT
pragma solidity 0.8.34;

import {AccessManaged} from "@openzeppelin/contracts/access/manager/AccessManaged.sol";

import {SnpReport} from "./amd/SnpReport.sol";
import {VcekFacts} from "./amd/VcekCertificate.sol";
import {VcekVerifier} from "./amd/VcekVerifier.sol";
import {P384} from "./crypto/P384.sol";
import {AttestationFacts, IAttestationVerifier, TeeKind} from "./interfaces/IAttestationVerifier.sol";
import {ISevSnpVerifier, SnpProduct} from "./interfaces/ISevSnpVerifier.sol";

/// @title Verifies attestation reports of AMD SEV-SNP in plain EVM code
/// @notice See {ISevSnpVerifier} for evidence and facts. Pinned: the signing keys of three product lines. Stored: keys
///         of chips that those have certified, and what the guardian has revoked.
///
///         ROLES: anyone caches; {Roles.GUARDIAN} revokes a chip's key. UPGRADES: none; another verifier is put in its
///         place by vote, which is also the answer if AMD revokes one of its signing keys.
contract SevSnpVerifier is ISevSnpVerifier, AccessManaged {
    using SnpReport for bytes;

    /// @dev Bytes of evidence before a certificate: product and report.
    uint256 private constant FIXED_SIZE = 1 + SnpReport.SIZE;

    /// @inheritdoc ISevSnpVerifier
    address public immutable vcekVerifier;

    mapping(bytes32 vcekId => Vcek) private _vceks;

    constructor(address authority) AccessManaged(authority) {
        vcekVerifier = address(new VcekVerifier());
    }

    /// @inheritdoc ISevSnpVerifier
    function cacheVcek(bytes calldata der, SnpProduct product) external returns (bytes32 vcekId) {
        VcekFacts memory facts = VcekVerifier(vcekVerifier).verify(der, product);
        vcekId = computeVcekId(product, facts.platformId, facts.tcbVersion);
        Vcek storage vcek = _vceks[vcekId];
        if (vcek.revoked) revert SnpVcekIsRevoked(vcekId);
        _checkTime(facts.notBefore, facts.notAfter);
        if (facts.notAfter < vcek.notAfter) revert SnpVcekOlder(facts.notAfter, vcek.notAfter);
        (vcek.product, vcek.notBefore, vcek.notAfter) = (product, facts.notBefore, facts.notAfter);
        vcek.key = facts.key;
        emit VcekCached(vcekId, facts.platformId, product, facts.tcbVersion, facts.notAfter);
    }

    /// @inheritdoc ISevSnpVerifier
    function revokeVcek(bytes32 vcekId) external restricted {
        if (_vceks[vcekId].revoked) revert SnpVcekIsRevoked(vcekId);
        _vceks[vcekId].revoked = true;
        emit VcekRevoked(vcekId);
    }

    /// @inheritdoc IAttestationVerifier
    function verify(bytes calldata evidence) external view returns (AttestationFacts memory facts) {
        (SnpProduct product, bytes calldata report) = _split(evidence);
        report.check();
        facts.kind = TeeKind.SEV_SNP;
        facts.platformClass = _platformClass(product);
        facts.platformId = report.platformId();
        facts.tcbVersion = report.tcbVersion();
        facts.debug = report.isDebug();
        facts.reportData = report.reportData();
        facts.measurementId = report.measurementId(uint8(TeeKind.SEV_SNP));
        bytes memory key;
        (key, facts.collateralExpiry) = _vcekKey(facts, product, evidence[FIXED_SIZE:]);
        if (!P384.verify(report.digest(), report.signature(), key)) revert SnpSignatureInvalid();
    }

    /// @inheritdoc ISevSnpVerifier
    function vcekOf(bytes32 vcekId) external view returns (Vcek memory) {
        return _vceks[vcekId];
    }

    /// @inheritdoc ISevSnpVerifier
    function vcekFor(bytes calldata evidence) external view returns (bytes32 vcekId, bool cached) {
        (SnpProduct product, bytes calldata report) = _split(evidence);
        vcekId = computeVcekId(product, report.platformId(), report.tcbVersion());
        Vcek storage vcek = _vceks[vcekId];
        cached = !vcek.revoked && vcek.notBefore <= block.timestamp && block.timestamp <= vcek.notAfter;
    }

    /// @inheritdoc IAttestationVerifier
    function kind() external pure returns (TeeKind) {
        return TeeKind.SEV_SNP;
    }

    /// @inheritdoc ISevSnpVerifier
    function computeVcekId(SnpProduct product, bytes32 platformId, uint64 tcbVersion) public pure returns (bytes32) {
        return keccak256(abi.encode(product, platformId, tcbVersion));
    }

    /// @dev The key that must have signed, from the cache or from `der`, and when its certificate ends.
    function _vcekKey(
        AttestationFacts memory facts,
        SnpProduct product,
        bytes calldata der
    ) private view returns (bytes memory key, uint64 notAfter) {
        bytes32 vcekId = computeVcekId(product, facts.platformId, facts.tcbVersion);
        Vcek storage vcek = _vceks[vcekId];
        if (vcek.revoked) revert SnpVcekIsRevoked(vcekId);
        if (der.length == 0) {
            if (vcek.notAfter == 0) revert SnpVcekNotCached(vcekId);
            _checkTime(vcek.notBefore, vcek.notAfter);
            return (vcek.key, vcek.notAfter);
        }
        VcekFacts memory given = VcekVerifier(vcekVerifier).verify(der, product);
        bytes32 givenId = computeVcekId(product, given.platformId, given.tcbVersion);
        if (givenId != vcekId) revert SnpVcekMismatch(givenId, vcekId);
        _checkTime(given.notBefore, given.notAfter);
        return (given.key, given.notAfter);
    }

    function _checkTime(uint64 notBefore, uint64 notAfter) private view {
        if (block.timestamp < notBefore || block.timestamp > notAfter) {
            revert SnpVcekNotValidNow(notBefore, notAfter, block.timestamp);
        }
    }

    function _split(bytes calldata evidence) private pure returns (SnpProduct product, bytes calldata report) {
        if (evidence.length < FIXED_SIZE) revert SnpEvidenceTooShort(evidence.length, FIXED_SIZE);
        uint8 first = uint8(evidence[0]);
        if (first == 0 || first > uint8(type(SnpProduct).max)) revert SnpProductUnknown(first);
        return (SnpProduct(first), evidence[1:FIXED_SIZE]);
    }

    function _platformClass(SnpProduct product) private pure returns (bytes32) {
        if (product == SnpProduct.MILAN) return "Milan";
        return product == SnpProduct.GENOA ? bytes32("Genoa") : bytes32("Turin");
    }
}
