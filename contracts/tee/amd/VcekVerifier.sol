// SPDX-License-Identifier: MIT
pragma solidity 0.8.34;

import {SnpProduct} from "../interfaces/ISevSnpVerifier.sol";
import {VcekCertificate, VcekFacts} from "./VcekCertificate.sol";

/// @title Verifies certificates of VCEKs
/// @notice A part of {SevSnpVerifier}, which makes it: together they would exceed the size limit of a contract.
contract VcekVerifier {
    /// @notice Takes `der` apart and checks that the signing key of `product` has signed it. Dates are not compared.
    function verify(bytes calldata der, SnpProduct product) external view returns (VcekFacts memory) {
        return VcekCertificate.verify(der, product);
    }
}
