// SPDX-License-Identifier: MIT
pragma solidity 0.8.34;

import {VerifierRegistry} from "../../../contracts/zkml/VerifierRegistry.sol";
import {IProofSystem} from "../../../contracts/zkml/interfaces/IProofSystem.sol";
import {IVerifierRegistry} from "../../../contracts/zkml/interfaces/IVerifierRegistry.sol";
import {Base} from "../Base.sol";
import {ProofVectors} from "./ProofVectors.sol";

contract VerifierRegistryConfirmContributionTest is Base {
    bytes32 private constant TRANSCRIPT = keccak256("transcript");

    VerifierRegistry internal registry;
    bytes32 internal keyId;

    function setUp() public {
        registry = VerifierRegistry(create("VerifierRegistry", abi.encode(address(this), true, new IProofSystem[](0))));
        keyId = registry.registerKey(ProofVectors.twoSignalKey(), false);
    }

    function testFuzz_WhenContributionIsNew(address contributor, bytes32 transcriptHash) external {
        if (transcriptHash == bytes32(0)) transcriptHash = TRANSCRIPT;
        if (contributor == address(0)) contributor = address(1);
        vm.expectEmit(address(registry));
        emit IVerifierRegistry.ContributionConfirmed(keyId, transcriptHash, contributor);
        vm.prank(contributor);
        registry.confirmContribution(keyId, transcriptHash);
        address[] memory accounts = new address[](1);
        accounts[0] = contributor;
        vm.assertEq(registry.confirmationsOf(keyId, transcriptHash, accounts), 1, "confirmed");
        bytes32 other = keccak256(abi.encode(transcriptHash));
        vm.assertEq(registry.confirmationsOf(keyId, other, accounts), 0, "for this transcript only");
        vm.assertEq(registry.confirmationsOf(other, transcriptHash, accounts), 0, "for this key only");
    }

    function testFuzz_WhenSomeOfTheAccountsHaveConfirmed(uint8 confirmed) external {
        address[] memory accounts = new address[](8);
        uint256 expected = 0;
        for (uint256 i = 0; i < 8; ++i) {
            accounts[i] = address(uint160(0x1000 + i));
            if ((confirmed >> i) & 1 == 0) continue;
            ++expected;
            vm.prank(accounts[i]);
            registry.confirmContribution(keyId, TRANSCRIPT);
        }
        // Whom nobody asks for does not count.
        registry.confirmContribution(keyId, TRANSCRIPT);
        vm.assertEq(registry.confirmationsOf(keyId, TRANSCRIPT, accounts), expected, "those who have");
    }

    function test_WhenKeyIsOfAClassModel() external {
        IVerifierRegistry.VerifyingKey memory key = ProofVectors.twoSignalKey();
        key.ic = ProofVectors.feeKey().ic;
        bytes32 classKeyId = registry.registerKey(key, false);
        bytes32 modelKeyId = registry.registerClassModel(classKeyId, 5);
        registry.confirmContribution(classKeyId, TRANSCRIPT);
        address[] memory accounts = new address[](1);
        accounts[0] = address(this);
        vm.assertEq(registry.confirmationsOf(modelKeyId, TRANSCRIPT, accounts), 1, "as of the class's key");
        vm.expectRevert(abi.encodeWithSelector(IVerifierRegistry.VerifierKeyUnknown.selector, modelKeyId));
        registry.confirmContribution(modelKeyId, TRANSCRIPT);
    }

    function test_WhenNoAccountIsAskedFor() external view {
        vm.assertEq(registry.confirmationsOf(keyId, TRANSCRIPT, new address[](0)), 0, "none");
    }

    function testFuzz_RevertWhen_AccountsAreNotAscending(address first, address second) external {
        if (first < second) (first, second) = (second, first);
        if (first == address(0)) first = address(1);
        address[] memory accounts = new address[](2);
        (accounts[0], accounts[1]) = (first, second);
        vm.expectRevert(abi.encodeWithSelector(IVerifierRegistry.VerifierAccountsNotAscending.selector, 1, second));
        registry.confirmationsOf(keyId, TRANSCRIPT, accounts);
    }

    function testFuzz_RevertGiven_KeyIsUnknown(bytes32 unknown) external {
        if (unknown == keyId) unknown = bytes32(0);
        vm.expectRevert(abi.encodeWithSelector(IVerifierRegistry.VerifierKeyUnknown.selector, unknown));
        registry.confirmContribution(unknown, TRANSCRIPT);
    }

    function test_RevertGiven_KeyIsOfDevelopment() external {
        bytes32 development = registry.registerKey(ProofVectors.feeKey(), true);
        vm.expectRevert(abi.encodeWithSelector(IVerifierRegistry.VerifierDevelopmentKeyRefused.selector, development));
        registry.confirmContribution(development, TRANSCRIPT);
    }

    function test_RevertWhen_TranscriptIsMissing() external {
        vm.expectRevert(abi.encodeWithSelector(IVerifierRegistry.VerifierTranscriptMissing.selector, keyId));
        registry.confirmContribution(keyId, bytes32(0));
    }

    function test_RevertGiven_ContributionIsConfirmed() external {
        registry.confirmContribution(keyId, TRANSCRIPT);
        vm.expectRevert(
            abi.encodeWithSelector(
                IVerifierRegistry.VerifierContributionConfirmed.selector,
                keyId,
                TRANSCRIPT,
                address(this)
            )
        );
        registry.confirmContribution(keyId, TRANSCRIPT);
    }
}
