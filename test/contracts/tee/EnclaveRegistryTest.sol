// SPDX-License-Identifier: MIT
pragma solidity 0.8.34;

import {AccessManager} from "@openzeppelin/contracts/access/manager/AccessManager.sol";

import {OperatorRoles} from "../../../contracts/libraries/OperatorRoles.sol";
import {Roles} from "../../../contracts/libraries/Roles.sol";
import {IAttestationGate} from "../../../contracts/tee/interfaces/IAttestationGate.sol";
import {AttestationFacts, TcbStatus} from "../../../contracts/tee/interfaces/IAttestationVerifier.sol";
import {ICodeReleases} from "../../../contracts/tee/interfaces/ICodeReleases.sol";
import {IEnclaveRegistry} from "../../../contracts/tee/interfaces/IEnclaveRegistry.sol";
import {IHardwarePolicy} from "../../../contracts/tee/interfaces/IHardwarePolicy.sol";
import {EnclaveKit} from "../fixtures/EnclaveKit.sol";
import {OperatorStanding__Mock} from "../../mocks/OperatorStanding__Mock.sol";

/// @title Registry and policy with one operator, one profile and one release
abstract contract EnclaveRegistryTest is EnclaveKit {
    address internal constant GUARDIAN = address(0x6A);
    address internal constant OPERATOR = address(0x0A);
    address internal constant STRANGER = address(0x57);
    uint256 internal constant KEY = 0xE7C1A7E;
    uint8 internal constant ROLES = OperatorRoles.INFERENCE | OperatorRoles.JUDGE;
    uint40 internal constant START = 1_800_000_000;

    AccessManager internal manager;
    OperatorStanding__Mock internal standing;
    bytes32 internal profileId;

    function setUp() public virtual {
        vm.warp(START);
        vm.roll(1_000);
        manager = AccessManager(create("AccessManager", abi.encode(address(this))));
        standing = new OperatorStanding__Mock();
        _deployTee(manager, address(standing));
        bytes4[] memory selectors = new bytes4[](4);
        selectors[0] = IHardwarePolicy.suspendProfile.selector;
        selectors[1] = IHardwarePolicy.deprecateProfile.selector;
        selectors[2] = ICodeReleases.revokeRelease.selector;
        selectors[3] = ICodeReleases.deprecateRelease.selector;
        manager.setTargetFunctionRole(address(policy), selectors, Roles.GUARDIAN);
        selectors = new bytes4[](5);
        selectors[0] = IEnclaveRegistry.revokeEnclave.selector;
        selectors[1] = IAttestationGate.deny.selector;
        selectors[2] = IAttestationGate.freezeVerifier.selector;
        selectors[3] = IAttestationGate.raiseMinimumTcbEvaluation.selector;
        selectors[4] = IAttestationGate.pauseRegistrations.selector;
        manager.setTargetFunctionRole(address(enclaves), selectors, Roles.GUARDIAN);
        manager.grantRole(Roles.GUARDIAN, GUARDIAN, 0);
        standing.set(OPERATOR, OperatorRoles.ALL);
        standing.setStake(OPERATOR, STAKE_WITHOUT_DELAY);
        profileId = policy.acceptProfile(_profile());
        policy.acceptRelease(_release(profileId));
    }

    /// @dev Registers or renews the enclave, with a challenge of a later block each time.
    function _register() internal returns (bytes32) {
        vm.roll(block.number + 1);
        return _registerEnclave(OPERATOR, KEY, profileId);
    }

    /// @dev The enclave's signature of a sign of life.
    function _heartbeat(uint256 key, bytes32 enclaveId, uint256 timestamp) internal view returns (bytes memory) {
        bytes32 typeHash = keccak256("Heartbeat(bytes32 enclaveId,uint256 timestamp)");
        bytes32 structHash = keccak256(abi.encode(typeHash, enclaveId, timestamp));
        return _signDigest(key, _typedDigest("OPG Enclave Registry", address(enclaves), structHash));
    }

    function _expectRefused(
        IEnclaveRegistry.Registration memory registration,
        AttestationFacts memory facts,
        IEnclaveRegistry.AdmissionRule rule
    ) internal {
        bytes memory evidence = _evidence(registration, facts);
        bytes memory possession = _possession(KEY, registration, evidence);
        vm.prank(registration.operator);
        vm.expectRevert(abi.encodeWithSelector(IEnclaveRegistry.EnclaveRefused.selector, rule, 1 << uint256(rule)));
        enclaves.register(registration, evidence, possession);
    }

    /// @dev Expects that good evidence is refused by one rule only.
    function _expectRefused(IEnclaveRegistry.AdmissionRule rule) internal {
        _expectRefused(_registration(OPERATOR, KEY, profileId), _facts(), rule);
    }

    function _expectRefused(AttestationFacts memory facts, IEnclaveRegistry.AdmissionRule rule) internal {
        _expectRefused(_registration(OPERATOR, KEY, profileId), facts, rule);
    }

    /// @dev Registers under another profile with a release of its own.
    function _tcbProfile(uint16 acceptedTcb, uint32 grace) internal returns (bytes32 id) {
        IHardwarePolicy.HardwareProfile memory profile = _profile();
        profile.acceptedTcb = acceptedTcb | uint16(1 << uint8(TcbStatus.UP_TO_DATE));
        profile.tcbGrace = grace;
        profile.name = "Another";
        return _acceptWithRelease(profile);
    }

    function _acceptWithRelease(IHardwarePolicy.HardwareProfile memory profile) internal returns (bytes32 id) {
        id = policy.acceptProfile(profile);
        policy.acceptRelease(_release(id));
    }
}
