// SPDX-License-Identifier: MIT
pragma solidity 0.8.34;

/// @title What is fixed about Intel's hierarchy of certificates
/// @notice keccak256 of names as they stand in certificates, in DER: CN=…, O=Intel Corporation, L=Santa Clara,
///         ST=CA, C=US.
library IntelNames {
    /// @notice CN=Intel SGX Root CA.
    bytes32 internal constant ROOT = 0x3112c8e9428b5c08824e727e3ea896f3597c8a91caeafe57d64a4bc08df71dfb;
    /// @notice CN=Intel SGX PCK Platform CA.
    bytes32 internal constant PLATFORM_CA = 0xfc023d85bd2073504d59f24a7ab325cd1841e2aa6eb6f25512665d57128d616c;
    /// @notice CN=Intel SGX PCK Processor CA.
    bytes32 internal constant PROCESSOR_CA = 0x3e8717c2b8859b5d5e0c466dea5b49feedd67165b9ff9890405e87b6db3d2827;
    /// @notice CN=Intel SGX TCB Signing.
    bytes32 internal constant TCB_SIGNING = 0x048bd42849dc20c563977be866923795e269396947dfe4773512441b25c9d413;
    /// @notice CN=Intel SGX PCK Certificate.
    bytes32 internal constant PCK = 0x1d435d94385294e93f12fbdc7f8d92f361ea0fe81070c14312155af11b5fa596;
}
