// SPDX-License-Identifier: MIT
pragma solidity 0.8.34;

import {AccessManager} from "@openzeppelin/contracts/access/manager/AccessManager.sol";
import {IAccessManaged} from "@openzeppelin/contracts/access/manager/IAccessManaged.sol";

import {INitroCertificates} from "../../../contracts/tee/interfaces/INitroCertificates.sol";
import {NitroCertificates} from "../../../contracts/tee/nitro/NitroCertificates.sol";
import {Roles} from "../../../contracts/libraries/Roles.sol";
import {Base} from "../Base.sol";

/// @dev Chains of certificates, genuine and forged, are in test/tee/nitro.test.ts and nitro-forged.test.ts.
contract NitroCertificatesTest is Base {
    bytes32 private constant AWS_ROOT = 0x641a0321a3e244efe456463195d606317ed7cdcc3c1756e09893f3c68f79bb5b;
    address private constant GUARDIAN = address(0x6a4d);

    AccessManager private _authority;
    NitroCertificates private _certificates;

    function setUp() external {
        _authority = AccessManager(create("AccessManager", abi.encode(address(this))));
        _certificates = NitroCertificates(create("NitroCertificates", abi.encode(address(_authority), AWS_ROOT)));
        bytes4[] memory selectors = new bytes4[](1);
        selectors[0] = INitroCertificates.revokeCertificate.selector;
        _authority.setTargetFunctionRole(address(_certificates), selectors, Roles.GUARDIAN);
        _authority.grantRole(Roles.GUARDIAN, GUARDIAN, 0);
    }

    function test_WhenDeployed() external view {
        vm.assertEq(_certificates.ROOT_DIGEST(), AWS_ROOT, "the pinned root");
    }

    function testFuzz_WhenTheGuardianRevokes(bytes32 issuerHash, uint256 serial) external {
        vm.assertFalse(_certificates.isRevoked(issuerHash, serial), "not revoked before");
        vm.expectEmit(address(_certificates));
        emit INitroCertificates.CertificateRevoked(issuerHash, serial);
        vm.prank(GUARDIAN);
        _certificates.revokeCertificate(issuerHash, serial);
        vm.assertTrue(_certificates.isRevoked(issuerHash, serial), "revoked");
        vm.assertFalse(_certificates.isRevoked(issuerHash, serial ^ 1), "no other serial number");
    }

    function testFuzz_RevertWhen_SomebodyElseRevokes(address caller, bytes32 issuerHash, uint256 serial) external {
        vm.assume(caller != GUARDIAN);
        vm.expectRevert(abi.encodeWithSelector(IAccessManaged.AccessManagedUnauthorized.selector, caller));
        vm.prank(caller);
        _certificates.revokeCertificate(issuerHash, serial);
    }

    function testFuzz_RevertWhen_TheCertificateIsUnknown(bytes32 certificateId) external {
        bytes memory unknown = abi.encodeWithSelector(
            INitroCertificates.NitroCertificateUnknown.selector,
            certificateId
        );
        vm.expectRevert(unknown);
        _certificates.chainExpiry(certificateId);
        vm.expectRevert(unknown);
        _certificates.signerOf(certificateId);
    }

    function testFuzz_WhenTheBytesAreNoCertificate(bytes calldata der, bytes32 parentId) external {
        try _certificates.cacheCertificate(der, parentId) returns (bytes32) {
            vm.assertTrue(false, "random bytes were taken for a certificate");
        } catch {}
        vm.assertEq(_certificates.certificateOf(keccak256(der)).parentId, bytes32(0), "nothing is kept");
    }
}
