// SPDX-License-Identifier: MIT
pragma solidity 0.8.34;

import {ECDSA} from "@openzeppelin/contracts/utils/cryptography/ECDSA.sol";
import {EIP712} from "@openzeppelin/contracts/utils/cryptography/EIP712.sol";

import {AttestationFacts, IAttestationVerifier, TeeKind} from "./interfaces/IAttestationVerifier.sol";

/// @title Development only: evidence signed by a key instead of hardware
/// @notice Proves nothing about hardware. It lets enclaves without hardware be registered on test chains, through the
///         same policy, binding and challenge as genuine ones; it cannot be deployed on any other chain.
/// @dev Evidence is `abi.encode(AttestationFacts facts, bytes signature)`; the signature is the key's, EIP-712, over
///      `DevelopmentEvidence(bytes32 factsHash)`, the hash being keccak256(abi.encode(facts)).
contract DevAttestationVerifier is IAttestationVerifier, EIP712 {
    bytes32 private constant TYPEHASH = keccak256("DevelopmentEvidence(bytes32 factsHash)");
    uint256 private constant LOCAL_CHAIN = 31337;
    uint256 private constant BASE_SEPOLIA = 84532;

    /// @inheritdoc IAttestationVerifier
    TeeKind public immutable kind;

    /// @notice The key that signs in the hardware's stead.
    address public immutable key;

    /// @notice Thrown when the chain is not one for tests.
    error DevAttestationChain(uint256 chainId);
    /// @notice Thrown when evidence is not signed by the key.
    error DevAttestationSignature(address expected, address recovered);
    /// @notice Thrown when evidence is about another technology.
    error DevAttestationKind(TeeKind given, TeeKind expected);

    constructor(TeeKind verifierKind, address developmentKey) EIP712("OPG Development Attestation", "1") {
        if (block.chainid != LOCAL_CHAIN && block.chainid != BASE_SEPOLIA) revert DevAttestationChain(block.chainid);
        kind = verifierKind;
        key = developmentKey;
    }

    /// @inheritdoc IAttestationVerifier
    function verify(bytes calldata evidence) external view returns (AttestationFacts memory facts) {
        bytes memory signature;
        (facts, signature) = abi.decode(evidence, (AttestationFacts, bytes));
        bytes32 digest = _hashTypedDataV4(keccak256(abi.encode(TYPEHASH, keccak256(abi.encode(facts)))));
        (address recovered, , ) = ECDSA.tryRecover(digest, signature);
        if (recovered != key) revert DevAttestationSignature(key, recovered);
        if (facts.kind != kind) revert DevAttestationKind(facts.kind, kind);
    }
}
