// SPDX-License-Identifier: MIT
pragma solidity 0.8.34;

import {AccessManager} from "@openzeppelin/contracts/access/manager/AccessManager.sol";
import {IAccessManaged} from "@openzeppelin/contracts/access/manager/IAccessManaged.sol";

import {OperatorRoles} from "../../../contracts/libraries/OperatorRoles.sol";
import {Roles} from "../../../contracts/libraries/Roles.sol";
import {EnclaveRegistry} from "../../../contracts/tee/EnclaveRegistry.sol";
import {HardwarePolicy} from "../../../contracts/tee/HardwarePolicy.sol";
import {IEnclaveRegistry} from "../../../contracts/tee/interfaces/IEnclaveRegistry.sol";
import {IHardwarePolicy} from "../../../contracts/tee/interfaces/IHardwarePolicy.sol";
import {Base} from "../Base.sol";
import {OperatorStanding__Mock} from "../mocks/OperatorStanding__Mock.sol";

contract EnclaveRegistryTest is Base {
    address private constant GUARDIAN = address(0x6A);
    address private constant REGISTRAR = address(0x2E);
    address private constant OPERATOR = address(0x0A);
    address private constant STRANGER = address(0x57);
    uint256 private constant KEY = 0xE7C1A7E;
    uint256 private constant CURVE_ORDER = 0xfffffffffffffffffffffffffffffffebaaedce6af48a03bbfd25e8cd0364141;
    bytes32 private constant EVIDENCE = keccak256("evidence");
    uint8 private constant ROLES = OperatorRoles.INFERENCE | OperatorRoles.JUDGE;
    uint256 private constant START = 1_800_000_000;

    AccessManager private _manager;
    HardwarePolicy private _policy;
    OperatorStanding__Mock private _staking;
    EnclaveRegistry private _registry;
    address private _signer;
    bytes32 private _profileId;

    function setUp() public {
        vm.warp(START);
        _manager = new AccessManager(address(this));
        _policy = new HardwarePolicy(address(_manager));
        _staking = new OperatorStanding__Mock();
        _registry = new EnclaveRegistry(address(_manager), address(_policy), address(_staking));
        _open(address(_policy), IHardwarePolicy.suspendProfile.selector, Roles.GUARDIAN);
        _open(address(_registry), IEnclaveRegistry.revokeEnclave.selector, Roles.GUARDIAN);
        _open(address(_registry), IEnclaveRegistry.registerEnclave.selector, Roles.TEE_REGISTRAR);
        _manager.grantRole(Roles.GUARDIAN, GUARDIAN, 0);
        _manager.grantRole(Roles.TEE_REGISTRAR, REGISTRAR, 0);
        _staking.set(OPERATOR, OperatorRoles.ALL);
        _profileId = _policy.acceptProfile(_profile());
        _signer = vm.addr(KEY);
    }

    function test_Register_StoresTheEnclave() public {
        bytes32 expectedId = keccak256(abi.encodePacked(_signer));
        bytes memory possession = _possession(KEY, OPERATOR, _profileId, EVIDENCE);
        vm.expectEmit(address(_registry));
        emit IEnclaveRegistry.EnclaveRegistered(
            expectedId,
            OPERATOR,
            _signer,
            _profileId,
            1,
            START + 30 days,
            EVIDENCE
        );
        vm.prank(REGISTRAR);
        bytes32 enclaveId = _registry.registerEnclave(OPERATOR, _signer, _profileId, EVIDENCE, possession);

        vm.assertEq(enclaveId, expectedId, "id is the hash of the key");
        IEnclaveRegistry.Enclave memory enclave = _registry.enclaveOf(enclaveId);
        vm.assertEq(enclave.signer, _signer, "signer");
        vm.assertEq(enclave.operator, OPERATOR, "operator");
        vm.assertEq(enclave.policyVersion, 1, "version");
        vm.assertEq(enclave.lastSeen, START, "last seen");
        vm.assertTrue(_registry.isUsable(enclaveId, ROLES, START), "usable");
    }

    function test_Register_RenewsBeforeExpiry() public {
        bytes32 enclaveId = _register(EVIDENCE);
        vm.warp(START + 10 days);
        _register(keccak256("fresh"));

        IEnclaveRegistry.Enclave memory enclave = _registry.enclaveOf(enclaveId);
        vm.assertEq(enclave.registeredAt, START, "work before the renewal still counts");
        vm.assertEq(enclave.validUntil, START + 40 days, "valid for another term");
        vm.assertEq(enclave.evidenceHash, keccak256("fresh"), "evidence");
    }

    function test_Register_RenewsAfterExpiryFromNow() public {
        bytes32 enclaveId = _register(EVIDENCE);
        vm.warp(START + 31 days);
        _register(keccak256("fresh"));

        vm.assertEq(_registry.enclaveOf(enclaveId).registeredAt, START + 31 days, "starts again");
        vm.assertFalse(_registry.isUsable(enclaveId, ROLES, START + 30 days + 1), "the gap does not count");
    }

    function test_RevertWhen_RegisterCallerIsNotRegistrar() public {
        vm.prank(STRANGER);
        vm.expectRevert(abi.encodeWithSelector(IAccessManaged.AccessManagedUnauthorized.selector, STRANGER));
        _registry.registerEnclave(OPERATOR, _signer, _profileId, EVIDENCE, "");
    }

    function test_RevertWhen_SignerIsZero() public {
        _expectRegisterRevert(
            address(0),
            _profileId,
            EVIDENCE,
            abi.encodeWithSelector(IEnclaveRegistry.EnclaveSignerZero.selector)
        );
    }

    function test_RevertWhen_EvidenceIsZero() public {
        _expectRegisterRevert(
            _signer,
            _profileId,
            0,
            abi.encodeWithSelector(IEnclaveRegistry.EnclaveEvidenceZero.selector)
        );
    }

    function test_RevertWhen_OperatorIsUnknown() public {
        bytes memory possession = _possession(KEY, STRANGER, _profileId, EVIDENCE);
        vm.prank(REGISTRAR);
        vm.expectRevert(abi.encodeWithSelector(IEnclaveRegistry.EnclaveOperatorUnknown.selector, STRANGER));
        _registry.registerEnclave(STRANGER, _signer, _profileId, EVIDENCE, possession);
    }

    function testFuzz_RevertWhen_ProfileIsUnknown(bytes32 profileId) public {
        _expectRegisterRevert(
            _signer,
            profileId,
            EVIDENCE,
            abi.encodeWithSelector(
                IEnclaveRegistry.EnclaveProfileNotAccepted.selector,
                profileId,
                IHardwarePolicy.ProfileStatus.NONE
            )
        );
    }

    function test_RevertGiven_ProfileIsSuspended() public {
        _suspend();
        _expectRegisterRevert(
            _signer,
            _profileId,
            EVIDENCE,
            abi.encodeWithSelector(
                IEnclaveRegistry.EnclaveProfileNotAccepted.selector,
                _profileId,
                IHardwarePolicy.ProfileStatus.SUSPENDED
            )
        );
    }

    function testFuzz_RevertWhen_PossessionIsAnotherKeys(uint256 key) public {
        key = bound(key, 1, CURVE_ORDER - 1);
        if (key == KEY) key = KEY + 1;
        bytes memory possession = _possession(key, OPERATOR, _profileId, EVIDENCE);
        vm.prank(REGISTRAR);
        vm.expectRevert(
            abi.encodeWithSelector(IEnclaveRegistry.EnclaveSignatureInvalid.selector, _signer, vm.addr(key))
        );
        _registry.registerEnclave(OPERATOR, _signer, _profileId, EVIDENCE, possession);
    }

    function test_RevertWhen_PossessionIsMalleated() public {
        bytes32 digest = _digest(
            keccak256(
                abi.encode(
                    keccak256("Enclave(address operator,bytes32 profileId,bytes32 evidenceHash)"),
                    OPERATOR,
                    _profileId,
                    EVIDENCE
                )
            )
        );
        (uint8 v, bytes32 r, bytes32 s) = vm.sign(KEY, digest);
        bytes memory highS = abi.encodePacked(r, bytes32(CURVE_ORDER - uint256(s)), v == 27 ? uint8(28) : uint8(27));
        vm.prank(REGISTRAR);
        vm.expectRevert(abi.encodeWithSelector(IEnclaveRegistry.EnclaveSignatureInvalid.selector, _signer, address(0)));
        _registry.registerEnclave(OPERATOR, _signer, _profileId, EVIDENCE, highS);
    }

    function test_RevertGiven_KeyBelongsToAnotherOperator() public {
        bytes32 enclaveId = _register(EVIDENCE);
        _staking.set(STRANGER, OperatorRoles.ALL);
        bytes memory possession = _possession(KEY, STRANGER, _profileId, keccak256("fresh"));
        vm.prank(REGISTRAR);
        vm.expectRevert(abi.encodeWithSelector(IEnclaveRegistry.EnclaveKeyTaken.selector, enclaveId, OPERATOR));
        _registry.registerEnclave(STRANGER, _signer, _profileId, keccak256("fresh"), possession);
    }

    function test_RevertGiven_KeyIsFromBeforeASuspension() public {
        bytes32 enclaveId = _register(EVIDENCE);
        _suspend();
        _policy.acceptProfile(_profile());
        _expectRegisterRevert(
            _signer,
            _profileId,
            keccak256("fresh"),
            abi.encodeWithSelector(IEnclaveRegistry.EnclaveKeyOutdated.selector, enclaveId, _profileId, 1)
        );
    }

    function test_RevertGiven_KeyHasAnotherProfile() public {
        bytes32 enclaveId = _register(EVIDENCE);
        IHardwarePolicy.HardwareProfile memory other = _profile();
        other.name = "Another";
        bytes32 otherId = _policy.acceptProfile(other);
        _expectRegisterRevert(
            _signer,
            otherId,
            keccak256("fresh"),
            abi.encodeWithSelector(IEnclaveRegistry.EnclaveKeyOutdated.selector, enclaveId, _profileId, 1)
        );
    }

    function test_RevertGiven_EvidenceIsNotFresh() public {
        _register(EVIDENCE);
        _expectRegisterRevert(
            _signer,
            _profileId,
            EVIDENCE,
            abi.encodeWithSelector(IEnclaveRegistry.EnclaveEvidenceReused.selector, EVIDENCE)
        );
    }

    function test_RevertGiven_EnclaveWasRevoked() public {
        bytes32 enclaveId = _register(EVIDENCE);
        vm.prank(OPERATOR);
        _registry.revokeEnclave(enclaveId);
        _expectRegisterRevert(
            _signer,
            _profileId,
            keccak256("fresh"),
            abi.encodeWithSelector(IEnclaveRegistry.EnclaveIsRevoked.selector, enclaveId)
        );
    }

    function test_Revoke_ByOperatorOrGuardian() public {
        bytes32 enclaveId = _register(EVIDENCE);
        vm.expectEmit(address(_registry));
        emit IEnclaveRegistry.EnclaveRevoked(enclaveId, GUARDIAN);
        vm.prank(GUARDIAN);
        _registry.revokeEnclave(enclaveId);

        vm.assertTrue(_registry.enclaveOf(enclaveId).revoked, "revoked");
        vm.assertFalse(_registry.isUsable(enclaveId, ROLES, START), "not usable");
    }

    function test_RevertWhen_RevokerIsAStranger() public {
        bytes32 enclaveId = _register(EVIDENCE);
        vm.prank(REGISTRAR);
        vm.expectRevert(
            abi.encodeWithSelector(IEnclaveRegistry.EnclaveRevokerUnauthorized.selector, REGISTRAR, OPERATOR)
        );
        _registry.revokeEnclave(enclaveId);
    }

    function testFuzz_RevertGiven_RevokedEnclaveIsUnknown(bytes32 enclaveId) public {
        vm.prank(GUARDIAN);
        vm.expectRevert(abi.encodeWithSelector(IEnclaveRegistry.EnclaveUnknown.selector, enclaveId));
        _registry.revokeEnclave(enclaveId);
    }

    function testFuzz_Heartbeat_ExtendsLife(uint256 timestamp) public {
        bytes32 enclaveId = _register(EVIDENCE);
        vm.warp(START + 3 hours);
        timestamp = bound(timestamp, START + 1, START + 3 hours);
        bytes memory signature = _heartbeat(KEY, enclaveId, timestamp);
        vm.prank(STRANGER);
        _registry.heartbeat(enclaveId, timestamp, signature);

        vm.assertTrue(_registry.isUsable(enclaveId, ROLES, timestamp + 1 hours), "alive for one interval");
        vm.assertFalse(_registry.isUsable(enclaveId, ROLES, timestamp + 1 hours + 1), "then silent");
    }

    function testFuzz_RevertWhen_HeartbeatIsNotNewer(uint256 timestamp) public {
        bytes32 enclaveId = _register(EVIDENCE);
        timestamp = bound(timestamp, 0, START);
        bytes memory signature = _heartbeat(KEY, enclaveId, timestamp);
        vm.expectRevert(abi.encodeWithSelector(IEnclaveRegistry.EnclaveHeartbeatStale.selector, timestamp, START));
        _registry.heartbeat(enclaveId, timestamp, signature);
    }

    function testFuzz_RevertWhen_HeartbeatIsFromTheFuture(uint256 timestamp) public {
        bytes32 enclaveId = _register(EVIDENCE);
        timestamp = bound(timestamp, START + 1, type(uint256).max);
        bytes memory signature = _heartbeat(KEY, enclaveId, timestamp);
        vm.expectRevert(abi.encodeWithSelector(IEnclaveRegistry.EnclaveHeartbeatFuture.selector, timestamp, START));
        _registry.heartbeat(enclaveId, timestamp, signature);
    }

    function test_RevertWhen_HeartbeatIsReplayed() public {
        bytes32 enclaveId = _register(EVIDENCE);
        vm.warp(START + 10);
        bytes memory signature = _heartbeat(KEY, enclaveId, START + 10);
        _registry.heartbeat(enclaveId, START + 10, signature);
        vm.expectRevert(
            abi.encodeWithSelector(IEnclaveRegistry.EnclaveHeartbeatStale.selector, START + 10, START + 10)
        );
        _registry.heartbeat(enclaveId, START + 10, signature);
    }

    function test_RevertWhen_HeartbeatIsAnotherKeys() public {
        bytes32 enclaveId = _register(EVIDENCE);
        vm.warp(START + 10);
        bytes memory signature = _heartbeat(KEY + 1, enclaveId, START + 10);
        vm.expectRevert(
            abi.encodeWithSelector(IEnclaveRegistry.EnclaveSignatureInvalid.selector, _signer, vm.addr(KEY + 1))
        );
        _registry.heartbeat(enclaveId, START + 10, signature);
    }

    function test_RevertGiven_HeartbeatOfRevokedEnclave() public {
        bytes32 enclaveId = _register(EVIDENCE);
        vm.prank(OPERATOR);
        _registry.revokeEnclave(enclaveId);
        vm.expectRevert(abi.encodeWithSelector(IEnclaveRegistry.EnclaveIsRevoked.selector, enclaveId));
        _registry.heartbeat(enclaveId, START, "");
    }

    function testFuzz_IsUsable_OnlyInTheProfilesRoles(uint8 roles) public {
        bytes32 enclaveId = _register(EVIDENCE);
        bool expected = roles != 0 && roles & ~ROLES == 0;
        vm.assertTrue(_registry.isUsable(enclaveId, roles, START) == expected, "roles of the profile only");
    }

    function testFuzz_IsUsable_OnlyInTheOperatorsRoles(uint8 active) public {
        bytes32 enclaveId = _register(EVIDENCE);
        _staking.set(OPERATOR, active);
        bool expected = active & OperatorRoles.JUDGE != 0;
        vm.assertTrue(_registry.isUsable(enclaveId, OperatorRoles.JUDGE, START) == expected, "active roles only");
    }

    function testFuzz_IsUsable_OnlyWhileAlive(uint256 at) public {
        bytes32 enclaveId = _register(EVIDENCE);
        bool expected = at >= START && at <= START + 1 hours;
        vm.assertTrue(_registry.isUsable(enclaveId, ROLES, at) == expected, "registered to last seen + interval");
    }

    function test_IsUsable_NotAfterExpiry() public {
        bytes32 enclaveId = _register(EVIDENCE);
        vm.warp(START + 30 days);
        _registry.heartbeat(enclaveId, START + 30 days, _heartbeat(KEY, enclaveId, START + 30 days));
        vm.assertTrue(_registry.isUsable(enclaveId, ROLES, START + 30 days), "last second");
        vm.assertFalse(_registry.isUsable(enclaveId, ROLES, START + 30 days + 1), "expired");
    }

    function test_IsUsable_NotAfterSuspensionNorReacceptance() public {
        bytes32 enclaveId = _register(EVIDENCE);
        _suspend();
        vm.assertFalse(_registry.isUsable(enclaveId, ROLES, START), "suspended");
        _policy.acceptProfile(_profile());
        vm.assertFalse(_registry.isUsable(enclaveId, ROLES, START), "not revived");
    }

    function testFuzz_IsUsable_NotWhenUnknown(bytes32 enclaveId, uint8 roles, uint256 at) public view {
        vm.assertFalse(_registry.isUsable(enclaveId, roles, at), "unknown");
    }

    function _open(address target, bytes4 selector, uint64 role) private {
        bytes4[] memory selectors = new bytes4[](1);
        selectors[0] = selector;
        _manager.setTargetFunctionRole(target, selectors, role);
    }

    function _suspend() private {
        vm.prank(GUARDIAN);
        _policy.suspendProfile(_profileId, "flaw");
    }

    function _register(bytes32 evidence) private returns (bytes32) {
        bytes memory possession = _possession(KEY, OPERATOR, _profileId, evidence);
        vm.prank(REGISTRAR);
        return _registry.registerEnclave(OPERATOR, _signer, _profileId, evidence, possession);
    }

    function _expectRegisterRevert(
        address signer,
        bytes32 profileId,
        bytes32 evidence,
        bytes memory revertData
    ) private {
        bytes memory possession = _possession(KEY, OPERATOR, profileId, evidence);
        vm.prank(REGISTRAR);
        vm.expectRevert(revertData);
        _registry.registerEnclave(OPERATOR, signer, profileId, evidence, possession);
    }

    function _possession(
        uint256 key,
        address operator,
        bytes32 profileId,
        bytes32 evidence
    ) private view returns (bytes memory) {
        bytes32 typeHash = keccak256("Enclave(address operator,bytes32 profileId,bytes32 evidenceHash)");
        return _sign(key, keccak256(abi.encode(typeHash, operator, profileId, evidence)));
    }

    function _heartbeat(uint256 key, bytes32 enclaveId, uint256 timestamp) private view returns (bytes memory) {
        bytes32 typeHash = keccak256("Heartbeat(bytes32 enclaveId,uint256 timestamp)");
        return _sign(key, keccak256(abi.encode(typeHash, enclaveId, timestamp)));
    }

    function _sign(uint256 key, bytes32 structHash) private view returns (bytes memory) {
        (uint8 v, bytes32 r, bytes32 s) = vm.sign(key, _digest(structHash));
        return abi.encodePacked(r, s, v);
    }

    /// @dev The EIP-712 digest, written out here so that the contract's domain is checked and not copied.
    function _digest(bytes32 structHash) private view returns (bytes32) {
        bytes32 domain = keccak256(
            abi.encode(
                keccak256("EIP712Domain(string name,string version,uint256 chainId,address verifyingContract)"),
                keccak256("OPG Enclave Registry"),
                keccak256("1"),
                block.chainid,
                address(_registry)
            )
        );
        return keccak256(abi.encodePacked(hex"1901", domain, structHash));
    }

    function _profile() private pure returns (IHardwarePolicy.HardwareProfile memory profile) {
        profile.name = "TDX";
        profile.cpuTee = IHardwarePolicy.CpuTee.TDX;
        profile.roles = ROLES;
        profile.maxEnclaveAge = 30 days;
        profile.heartbeatInterval = 1 hours;
    }
}
