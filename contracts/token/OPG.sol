// SPDX-License-Identifier: MIT
pragma solidity 0.8.34;

import {ERC20} from "@openzeppelin/contracts/token/ERC20/ERC20.sol";
import {ERC20Burnable} from "@openzeppelin/contracts/token/ERC20/extensions/ERC20Burnable.sol";
import {ERC20Permit} from "@openzeppelin/contracts/token/ERC20/extensions/ERC20Permit.sol";
// solhint-disable-next-line max-line-length
import {ERC20TransferAuthorization} from "@openzeppelin/contracts/token/ERC20/extensions/ERC20TransferAuthorization.sol";
import {ERC20Votes} from "@openzeppelin/contracts/token/ERC20/extensions/ERC20Votes.sol";
import {ERC3009} from "@openzeppelin/contracts/token/ERC20/extensions/draft-ERC3009.sol";
import {Nonces} from "@openzeppelin/contracts/utils/Nonces.sol";
import {NoncesKeyed} from "@openzeppelin/contracts/utils/NoncesKeyed.sol";
import {Time} from "@openzeppelin/contracts/utils/types/Time.sol";

/// @title OPG, the OpenGradient token
/// @notice ERC-20 with permits (ERC-2612), signed transfers (ERC-3009) and votes (ERC-5805).
///
/// SUPPLY: 1,000,000,000 OPG (18 decimals), minted once at deployment. Nobody can mint; every holder can burn his own,
/// so that slashed stake is really gone.
///
/// SIGNATURES: EIP-712 domain "OpenGradient", version "1". Permits and vote delegations use sequential nonces. Signed
/// transfers use any 32-byte nonce once, in any order, as ERC-3009 says and as x402 clients draw them at random; they
/// also take the `bytes` signature of a contract wallet (ERC-1271).
///
/// CLOCK: Unix seconds (ERC-6372 "mode=timestamp"), because Base changes its block time.
///
/// UPGRADES: none. No owner, no roles.
contract OPG is ERC20, ERC20Burnable, ERC20Permit, ERC20TransferAuthorization, ERC20Votes {
    /// @notice All the OPG there ever is, in base units (18 decimals).
    uint256 public constant INITIAL_SUPPLY = 1_000_000_000e18;

    /// @param initialHolder Receives the whole supply; not zero.
    constructor(address initialHolder) ERC20("OpenGradient", "OPG") ERC20Permit("OpenGradient") {
        _mint(initialHolder, INITIAL_SUPPLY);
    }

    /// @notice Now, on the clock of the votes, in Unix seconds.
    function clock() public view override returns (uint48) {
        return Time.timestamp();
    }

    /// @notice The clock of the votes, in the form of ERC-6372.
    // solhint-disable-next-line func-name-mixedcase
    function CLOCK_MODE() public pure override returns (string memory) {
        return "mode=timestamp";
    }

    /// @notice Whether `nonce` of `authorizer` was used or cancelled.
    function authorizationState(address authorizer, bytes32 nonce) public view override returns (bool) {
        return ERC3009.authorizationState(authorizer, nonce);
    }

    /// @notice The next nonce for permits and vote delegations of `owner`.
    function nonces(address owner) public view override(ERC20Permit, Nonces) returns (uint256) {
        return super.nonces(owner);
    }

    /// @dev Unordered nonces. The keyed sequences of {ERC20TransferAuthorization} would refuse nearly every random
    ///      nonce, that is, every stock x402 client.
    function _consumeNonce(address authorizer, bytes32 nonce) internal override {
        ERC3009._consumeNonce(authorizer, nonce);
    }

    function _useCheckedNonce(address owner, uint256 nonce) internal override(Nonces, NoncesKeyed) {
        super._useCheckedNonce(owner, nonce);
    }

    function _update(address from, address to, uint256 value) internal override(ERC20, ERC20Votes) {
        super._update(from, to, value);
    }
}
