// SPDX-License-Identifier: MIT
pragma solidity 0.8.34;

import {P256} from "../crypto/P256.sol";
import {Certificate, SignatureAlgorithm, X509} from "../crypto/X509.sol";
import {AttestationFacts, IAttestationVerifier, TcbStatus, TeeKind} from "../interfaces/IAttestationVerifier.sol";
import {IIntelCollateral, IntelCollateralView, IntelQuery} from "../interfaces/IIntelCollateral.sol";
import {ITdxVerifier} from "../interfaces/ITdxVerifier.sol";
import {CodeStore} from "../libraries/CodeStore.sol";
import {IntelNames} from "./IntelNames.sol";
import {PckExtension, PckPlatform} from "./PckExtension.sol";
import {TcbLevel, TdxTcb} from "./TdxTcb.sol";

/// @title Verifies Intel TDX quotes
contract TdxVerifier is ITdxVerifier {
    /// @dev Where the parts of the evidence are. Absolute calldata offsets.
    struct Parts {
        uint256 evaluation;
        uint256 quote;
        uint256 body;
        uint256 signature;
        uint256 key;
        uint256 report;
        uint256 reportSignature;
        uint256 auth;
        uint256 pck;
        uint256 end;
    }

    uint256 private constant HEADER_SIZE = 48;
    uint256 private constant BODY_SIZE = 584;
    uint256 private constant BODY_15_SIZE = 648;
    uint16 private constant BODY_TYPE = 2;
    uint16 private constant BODY_15_TYPE = 3;
    uint256 private constant REPORT_SIZE = 384;
    uint16 private constant ECDSA_P256 = 2;
    uint32 private constant TDX = 0x81;
    bytes16 private constant INTEL = 0x939a7233f79c4ca9940a0db3957f0607;

    address private immutable COLLATERAL;

    /// @param collateral_ The account of Intel's collateral.
    constructor(address collateral_) {
        COLLATERAL = collateral_;
    }

    /// @inheritdoc ITdxVerifier
    function collateral() external view returns (address) {
        return COLLATERAL;
    }

    /// @inheritdoc IAttestationVerifier
    function kind() external pure returns (TeeKind) {
        return TeeKind.TDX;
    }

    /// @inheritdoc IAttestationVerifier
    function verify(bytes calldata evidence) external view returns (AttestationFacts memory facts) {
        Parts memory parts = _split(evidence);
        _checkAttestationKey(parts);
        Certificate memory certificate = _readPck(parts);
        PckPlatform memory platform = PckExtension.read(certificate);
        IntelCollateralView memory found = _lookup(parts, certificate, platform);
        _judge(facts, parts, platform, found);
        facts.kind = TeeKind.TDX;
        facts.platformClass = platform.fmspc;
        facts.platformId = platform.ppidHash;
        facts.tcbEvaluationNumber = uint32(parts.evaluation);
        facts.collateralExpiry = found.expiresAt < certificate.notAfter ? found.expiresAt : certificate.notAfter;
        facts.measurementId = _measurementId(parts);
        facts.debug = _word(parts.body + 120) >> 248 != 0;
        facts.reportData = _slice(parts.body + 520, 64);
    }

    // The quote

    /// @dev Finds the parts and checks the quote's header.
    function _split(bytes calldata evidence) private pure returns (Parts memory parts) {
        uint256 start;
        assembly ("memory-safe") {
            start := evidence.offset
        }
        _needs(evidence.length, 4 + HEADER_SIZE + 6);
        parts.evaluation = _word(start) >> 224;
        parts.quote = start + 4;
        uint256 body = _checkHeader(parts.quote);
        uint256 size = body == HEADER_SIZE ? BODY_SIZE : _checkBody(parts.quote + HEADER_SIZE);
        parts.body = parts.quote + body;
        parts.signature = parts.body + size;
        parts.key = parts.signature + 64;
        parts.report = parts.key + 64;
        parts.reportSignature = parts.report + REPORT_SIZE;
        parts.auth = parts.reportSignature + 66;
        _needs(evidence.length, parts.auth - start);
        parts.pck = parts.auth + TdxTcb.littleEndian16(bytes2(bytes32(_word(parts.auth - 2))));
        parts.end = start + evidence.length;
        _needs(evidence.length, parts.pck - start);
    }

    /// @dev Offset of the body in a quote with this header, or of what describes the body.
    function _checkHeader(uint256 quote) private pure returns (uint256) {
        uint256 header = _word(quote);
        uint16 version = TdxTcb.littleEndian16(bytes2(bytes32(header)));
        if (version != 4 && version != 5) revert TdxVersionUnsupported(version);
        uint16 keyType = TdxTcb.littleEndian16(bytes2(bytes32(header << 16)));
        if (keyType != ECDSA_P256) revert TdxKeyTypeUnsupported(keyType);
        uint32 teeType = _littleEndian32(bytes4(bytes32(header << 32)));
        if (teeType != TDX) revert TdxTeeTypeUnsupported(teeType);
        bytes16 vendor = bytes16(bytes32(_word(quote + 12)));
        if (vendor != INTEL) revert TdxVendorUnknown(vendor);
        return version == 4 ? HEADER_SIZE : HEADER_SIZE + 6;
    }

    /// @dev Size of the body that `at` describes.
    function _checkBody(uint256 at) private pure returns (uint256) {
        uint256 descriptor = _word(at);
        uint16 bodyType = TdxTcb.littleEndian16(bytes2(bytes32(descriptor)));
        uint32 size = _littleEndian32(bytes4(bytes32(descriptor << 16)));
        bool known = (bodyType == BODY_TYPE && size == BODY_SIZE) || (bodyType == BODY_15_TYPE && size == BODY_15_SIZE);
        if (!known) revert TdxBodyUnsupported(bodyType, size);
        return size;
    }

    /// @dev The quote is signed by its attestation key, which the quoting enclave's report names.
    function _checkAttestationKey(Parts memory parts) private view {
        bytes32 hash = sha256(_slice(parts.quote, parts.signature - parts.quote));
        if (!_isSigned(hash, parts.signature, _word(parts.key), _word(parts.key + 32))) {
            revert TdxQuoteSignatureInvalid();
        }
        bytes calldata auth = _slice(parts.auth, parts.pck - parts.auth);
        bytes32 expected = sha256(bytes.concat(_slice(parts.key, 64), auth));
        bytes32 found = bytes32(_word(parts.report + 320));
        if (expected != found || _word(parts.report + 352) != 0) revert TdxAttestationKeyUnbound(expected, found);
    }

    // The certificate

    /// @dev The certificate is for a machine's provisioning key, which signed the quoting enclave's report.
    function _readPck(Parts memory parts) private view returns (Certificate memory certificate) {
        // Its names are pinned: the subject below, the issuer as a part of the authority's id.
        certificate = X509.parseKnownNames(_slice(parts.pck, parts.end - parts.pck));
        bytes32 subject = keccak256(certificate.subject.whole());
        bool fit = subject == IntelNames.PCK && !certificate.isCa;
        if (!fit || certificate.keyUsage & X509.DIGITAL_SIGNATURE == 0) {
            revert TdxPckUnfit(subject, certificate.isCa, certificate.keyUsage);
        }
        if (block.timestamp < certificate.notBefore || block.timestamp > certificate.notAfter) {
            revert TdxPckNotValidNow(certificate.notBefore, certificate.notAfter);
        }
        (uint256 x, uint256 y) = X509.p256Key(certificate.publicKey);
        if (!_isSigned(sha256(_slice(parts.report, REPORT_SIZE)), parts.reportSignature, x, y)) {
            revert TdxQeReportSignatureInvalid();
        }
    }

    /// @dev Intel's collateral for the machine. The certificate is signed by an authority of Intel's.
    function _lookup(
        Parts memory parts,
        Certificate memory certificate,
        PckPlatform memory platform
    ) private view returns (IntelCollateralView memory found) {
        bytes memory name = bytes.concat(certificate.issuer.whole(), certificate.authorityKeyId.bytesOf());
        IntelQuery memory query = IntelQuery({
            authority: keccak256(name),
            serial: uint160(certificate.serial),
            fmspc: platform.fmspc,
            pceId: platform.pceId,
            tcbEvaluation: uint32(parts.evaluation)
        });
        found = IIntelCollateral(COLLATERAL).lookup(query);
        (uint256 r, uint256 s) = X509.ecdsaSignature(certificate.signature);
        bool valid =
            certificate.algorithm == SignatureAlgorithm.ECDSA_SHA256 &&
                P256.verify(sha256(certificate.tbs.whole()), r, s, found.authorityX, found.authorityY);
        if (!valid) revert TdxPckSignatureInvalid(query.authority);
    }

    // Levels

    /// @dev Status, date and advisories from the levels of the platform, its TDX module and its quoting enclave.
    function _judge(
        AttestationFacts memory facts,
        Parts memory parts,
        PckPlatform memory platform,
        IntelCollateralView memory found
    ) private view {
        TcbLevel memory enclave = TdxTcb.matchQe(CodeStore.get(found.qeIdentity), _slice(parts.report, REPORT_SIZE));
        bytes memory info = CodeStore.get(found.tcbInfo);
        uint256 svns = platform.svns | (_word(parts.body) >> 128);
        TcbLevel memory level = TdxTcb.matchPlatform(info, svns, platform.pceSvn);
        bytes32[2] memory signer = [bytes32(_word(parts.body + 64)), bytes32(_word(parts.body + 96))];
        bytes8 attributes = bytes8(bytes32(_word(parts.body + 112)));
        TcbLevel memory module = TdxTcb.matchModule(info, svns, signer, attributes);
        TcbStatus status = TdxTcb.converge(level.status, module.status);
        facts.tcbStatus = TdxTcb.converge(status, enclave.status);
        uint64 date = module.date != 0 && module.date < level.date ? module.date : level.date;
        facts.tcbDate = enclave.date < date ? enclave.date : date;
        facts.advisoryHash = level.advisories;
        if (module.advisories | enclave.advisories != 0) {
            facts.advisoryHash = keccak256(abi.encode(level.advisories, module.advisories, enclave.advisories));
        }
    }

    /// @dev See {ITdxVerifier} for the preimage.
    function _measurementId(Parts memory parts) private pure returns (bytes32) {
        bytes memory serviceTd = new bytes(48);
        if (parts.signature - parts.body == BODY_15_SIZE) serviceTd = _slice(parts.body + 600, 48);
        return keccak256(bytes.concat(bytes32(uint256(TeeKind.TDX)), _slice(parts.body + 64, 456), serviceTd));
    }

    // Calldata

    function _isSigned(bytes32 hash, uint256 signature, uint256 x, uint256 y) private view returns (bool) {
        return P256.verify(hash, _word(signature), _word(signature + 32), x, y);
    }

    function _needs(uint256 length, uint256 needed) private pure {
        if (length < needed) revert TdxEvidenceTruncated(length, needed);
    }

    function _word(uint256 at) private pure returns (uint256 word) {
        assembly ("memory-safe") {
            word := calldataload(at)
        }
    }

    function _slice(uint256 at, uint256 size) private pure returns (bytes calldata data) {
        assembly ("memory-safe") {
            data.offset := at
            data.length := size
        }
    }

    function _littleEndian32(bytes4 value) private pure returns (uint32) {
        uint32 swapped = ((uint32(value) & 0x00ff00ff) << 8) | ((uint32(value) >> 8) & 0x00ff00ff);
        return (swapped << 16) | (swapped >> 16);
    }
}
