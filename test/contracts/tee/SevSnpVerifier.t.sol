// SPDX-License-Identifier: MIT
pragma solidity 0.8.34;

import {AccessManager} from "@openzeppelin/contracts/access/manager/AccessManager.sol";
import {IAccessManaged} from "@openzeppelin/contracts/access/manager/IAccessManaged.sol";

import {Roles} from "../../../contracts/libraries/Roles.sol";
import {SevSnpVerifier} from "../../../contracts/tee/SevSnpVerifier.sol";
import {Der} from "../../../contracts/tee/crypto/Der.sol";
import {AttestationFacts, TcbStatus, TeeKind} from "../../../contracts/tee/interfaces/IAttestationVerifier.sol";
import {ISevSnpVerifier, SnpProduct} from "../../../contracts/tee/interfaces/ISevSnpVerifier.sol";
import {Base} from "../Base.sol";
import {SnpVectors} from "../fixtures/SnpVectors.sol";

contract SevSnpVerifierTest is Base {
    uint256 internal constant NOW = 1_780_000_000;
    address internal constant GUARDIAN = address(0x9a);

    SevSnpVerifier internal verifier;
    bytes32 internal vcekId;

    function setUp() public {
        vm.warp(NOW);
        AccessManager manager = AccessManager(create("AccessManager", abi.encode(address(this))));
        verifier = SevSnpVerifier(create("SevSnpVerifier", abi.encode(address(manager))));
        bytes4[] memory selectors = new bytes4[](1);
        selectors[0] = ISevSnpVerifier.revokeVcek.selector;
        manager.setTargetFunctionRole(address(verifier), selectors, Roles.GUARDIAN);
        manager.grantRole(Roles.GUARDIAN, GUARDIAN, 0);
        vcekId = verifier.computeVcekId(SnpProduct.MILAN, SnpVectors.PLATFORM_ID, SnpVectors.TCB);
    }

    // ------------------------------------------------------------------------------------------------------ verifying

    function test_WhenCertificateIsInTheEvidence() external view {
        _checkFacts(verifier.verify(_cold()));
    }

    function test_GivenCertificateIsCached() external {
        (bytes32 id, bool cached) = verifier.vcekFor(_warm());
        vm.assertEq(id, vcekId, "id");
        vm.assertFalse(cached, "not yet");
        verifier.cacheVcek(SnpVectors.VCEK, SnpProduct.MILAN);
        (, cached) = verifier.vcekFor(_warm());
        vm.assertTrue(cached, "cached");
        _checkFacts(verifier.verify(_warm()));
    }

    function test_RevertGiven_CertificateIsNotCached() external {
        _expect(abi.encodeWithSelector(ISevSnpVerifier.SnpVcekNotCached.selector, vcekId));
        verifier.verify(_warm());
    }

    function test_RevertGiven_CachedCertificateHasEnded() external {
        verifier.cacheVcek(SnpVectors.VCEK, SnpProduct.MILAN);
        vm.warp(SnpVectors.NOT_AFTER);
        verifier.verify(_warm());
        vm.warp(SnpVectors.NOT_AFTER + 1);
        _expect(_notValidNow(SnpVectors.NOT_AFTER + 1));
        verifier.verify(_warm());
        (, bool cached) = verifier.vcekFor(_warm());
        vm.assertFalse(cached, "no longer in force");
    }

    function test_RevertWhen_CertificateHasNotBegun() external {
        vm.warp(SnpVectors.NOT_BEFORE - 1);
        _expect(_notValidNow(SnpVectors.NOT_BEFORE - 1));
        verifier.verify(_cold());
    }

    function test_RevertGiven_KeyIsRevoked() external {
        verifier.cacheVcek(SnpVectors.VCEK, SnpProduct.MILAN);
        _revoke();
        bytes memory revoked = abi.encodeWithSelector(ISevSnpVerifier.SnpVcekIsRevoked.selector, vcekId);
        _expect(revoked);
        verifier.verify(_warm());
        _expect(revoked);
        verifier.verify(_cold());
    }

    function testFuzz_RevertWhen_EvidenceIsTooShort(uint256 length) external {
        length = bound(length, 0, 1_184);
        bytes memory evidence = _warm();
        assembly ("memory-safe") {
            mstore(evidence, length)
        }
        _expect(abi.encodeWithSelector(ISevSnpVerifier.SnpEvidenceTooShort.selector, length, 1_185));
        verifier.verify(evidence);
    }

    function testFuzz_RevertWhen_ProductIsUnknown(uint8 product) external {
        product = product == 0 ? 0 : uint8(bound(product, 4, 255));
        bytes memory evidence = _warm();
        evidence[0] = bytes1(product);
        _expect(abi.encodeWithSelector(ISevSnpVerifier.SnpProductUnknown.selector, product));
        verifier.verify(evidence);
    }

    function testFuzz_RevertWhen_PrivilegeLevelIsNotZero(uint32 vmpl) external {
        vm.assume(vmpl != 0);
        bytes memory evidence = _warm();
        for (uint256 i = 0; i < 4; ++i) evidence[1 + 0x30 + i] = bytes1(uint8(vmpl >> (8 * i)));
        _expect(abi.encodeWithSelector(ISevSnpVerifier.SnpVmplNotZero.selector, vmpl));
        verifier.verify(evidence);
    }

    function testFuzz_RevertWhen_ReservedByteIsNotZero(uint256 at, uint8 value) external {
        vm.assume(value != 0);
        at = bound(at, 0x330, 0x49f);
        bytes memory evidence = _warm();
        evidence[1 + at] = bytes1(value);
        _expect(abi.encodeWithSelector(ISevSnpVerifier.SnpReservedNotZero.selector, 0x318, 0x4a0));
        verifier.verify(evidence);
    }

    function test_RevertWhen_ReportIsOfAnotherChip() external {
        bytes memory evidence = _cold();
        evidence[1 + 0x1a0] ^= 0x01;
        bytes32 other = keccak256(_slice(evidence, 1 + 0x1a0, 64));
        bytes32 expected = verifier.computeVcekId(SnpProduct.MILAN, other, SnpVectors.TCB);
        _expect(abi.encodeWithSelector(ISevSnpVerifier.SnpVcekMismatch.selector, vcekId, expected));
        verifier.verify(evidence);
    }

    function test_RevertWhen_SignatureIsOfOtherBytes() external {
        bytes memory evidence = _cold();
        evidence[1 + 0x50] ^= 0x01;
        _expect(abi.encodeWithSelector(ISevSnpVerifier.SnpSignatureInvalid.selector));
        verifier.verify(evidence);
    }

    // -------------------------------------------------------------------------------------------------------- caching

    function test_WhenCertificateIsGood() external {
        vm.expectEmit(address(verifier));
        emit ISevSnpVerifier.VcekCached(
            vcekId,
            SnpVectors.PLATFORM_ID,
            SnpProduct.MILAN,
            SnpVectors.TCB,
            uint64(SnpVectors.NOT_AFTER)
        );
        vm.assertEq(verifier.cacheVcek(SnpVectors.VCEK, SnpProduct.MILAN), vcekId, "id");
        ISevSnpVerifier.Vcek memory vcek = verifier.vcekOf(vcekId);
        vm.assertEq(vcek.notBefore, SnpVectors.NOT_BEFORE, "from");
        vm.assertEq(vcek.notAfter, SnpVectors.NOT_AFTER, "until");
        vm.assertEq(vcek.key.length, 96, "key");
        vm.assertFalse(vcek.revoked, "not revoked");
    }

    function test_GivenItIsCachedAlready() external {
        verifier.cacheVcek(SnpVectors.VCEK, SnpProduct.MILAN);
        vm.assertEq(verifier.cacheVcek(SnpVectors.VCEK, SnpProduct.MILAN), vcekId, "again");
    }

    function test_RevertGiven_CachedKeyIsRevoked() external {
        _revoke();
        _expect(abi.encodeWithSelector(ISevSnpVerifier.SnpVcekIsRevoked.selector, vcekId));
        verifier.cacheVcek(SnpVectors.VCEK, SnpProduct.MILAN);
    }

    function test_RevertWhen_ItHasEnded() external {
        vm.warp(SnpVectors.NOT_AFTER + 1);
        _expect(_notValidNow(SnpVectors.NOT_AFTER + 1));
        verifier.cacheVcek(SnpVectors.VCEK, SnpProduct.MILAN);
    }

    function test_RevertWhen_ProductIsNone() external {
        _expect(abi.encodeWithSelector(ISevSnpVerifier.SnpProductUnknown.selector, 0));
        verifier.cacheVcek(SnpVectors.VCEK, SnpProduct.NONE);
    }

    function test_RevertWhen_SignatureIsNotAmds() external {
        bytes memory der = SnpVectors.VCEK;
        der[der.length - 1] ^= 0x01;
        _expect(abi.encodeWithSelector(ISevSnpVerifier.SnpVcekSignatureInvalid.selector, SnpProduct.MILAN));
        verifier.cacheVcek(der, SnpProduct.MILAN);
    }

    function test_RevertWhen_BytesFollowTheCertificate() external {
        // The certificate's reader has it after a selector and three words.
        uint256 end = 100 + SnpVectors.VCEK.length;
        _expect(abi.encodeWithSelector(Der.DerTrailingBytes.selector, end, end + 1));
        verifier.cacheVcek(bytes.concat(SnpVectors.VCEK, hex"00"), SnpProduct.MILAN);
    }

    // ------------------------------------------------------------------------------------------------------- revoking

    function test_WhenGuardianRevokes() external {
        vm.expectEmit(address(verifier));
        emit ISevSnpVerifier.VcekRevoked(vcekId);
        _revoke();
        vm.assertTrue(verifier.vcekOf(vcekId).revoked, "revoked before it was cached");
    }

    function test_RevertGiven_ItIsRevokedAlready() external {
        _revoke();
        _expect(abi.encodeWithSelector(ISevSnpVerifier.SnpVcekIsRevoked.selector, vcekId));
        _revoke();
    }

    function testFuzz_RevertWhen_AnotherAccountRevokes(address account) external {
        vm.assume(account != GUARDIAN && account != address(this));
        _expect(abi.encodeWithSelector(IAccessManaged.AccessManagedUnauthorized.selector, account));
        vm.prank(account);
        verifier.revokeVcek(vcekId);
    }

    // --------------------------------------------------------------------------------------------------------- helpers

    function _checkFacts(AttestationFacts memory facts) private pure {
        vm.assertEq(uint256(facts.kind), uint256(TeeKind.SEV_SNP), "kind");
        vm.assertEq(facts.platformClass, bytes32("Milan"), "class");
        vm.assertEq(facts.platformId, SnpVectors.PLATFORM_ID, "platform");
        vm.assertEq(facts.tcbVersion, SnpVectors.TCB, "tcb");
        vm.assertEq(uint256(facts.tcbStatus), uint256(TcbStatus.NOT_APPLICABLE), "status");
        vm.assertEq(facts.collateralExpiry, SnpVectors.NOT_AFTER, "expiry");
        vm.assertFalse(facts.debug, "debug");
        bytes memory report = SnpVectors.REPORT;
        vm.assertEq(facts.reportData, _slice(report, 0x50, 64), "report data");
        bytes memory code = bytes.concat(hex"03", _slice(report, 0x04, 0x2c), _slice(report, 0x90, 0xb0));
        vm.assertEq(facts.measurementId, keccak256(code), "measurement");
    }

    function _warm() private pure returns (bytes memory) {
        return bytes.concat(hex"01", SnpVectors.REPORT);
    }

    function _cold() private pure returns (bytes memory) {
        return bytes.concat(hex"01", SnpVectors.REPORT, SnpVectors.VCEK);
    }

    function _slice(bytes memory data, uint256 from, uint256 length) private pure returns (bytes memory part) {
        part = new bytes(length);
        for (uint256 i = 0; i < length; ++i) part[i] = data[from + i];
    }

    function _notValidNow(uint256 timestamp) private pure returns (bytes memory) {
        return
            abi.encodeWithSelector(
                ISevSnpVerifier.SnpVcekNotValidNow.selector,
                SnpVectors.NOT_BEFORE,
                SnpVectors.NOT_AFTER,
                timestamp
            );
    }

    function _expect(bytes memory error) private {
        vm.expectRevert(error);
    }

    function _revoke() private {
        vm.prank(GUARDIAN);
        verifier.revokeVcek(vcekId);
    }
}
