// SPDX-License-Identifier: MIT
pragma solidity 0.8.34;

import {IVotes} from "@openzeppelin/contracts/governance/utils/IVotes.sol";
import {Votes} from "@openzeppelin/contracts/governance/utils/Votes.sol";
import {IERC6372} from "@openzeppelin/contracts/interfaces/IERC6372.sol";
import {EIP712} from "@openzeppelin/contracts/utils/cryptography/EIP712.sol";
import {Time} from "@openzeppelin/contracts/utils/types/Time.sol";

import {IStaking} from "./interfaces/IStaking.sol";

/// @title The voting power of staked OPG
/// @notice Every operator's pool is one voting account whose units are the pool's assets. Its votes count for the
///         operator, who may delegate them; a delegator's stake votes with the operator it is behind.
/// @dev A slash or an unbonding is one checkpoint, whatever the number of delegators. Unbonding stake does not vote.
abstract contract StakeVotes is Votes {
    /// @notice For voting front ends.
    string public constant name = "Staked OPG";
    /// @notice For voting front ends.
    string public constant symbol = "stOPG";
    /// @notice The decimals of a vote: those of OPG.
    uint8 public constant decimals = 18;

    constructor() EIP712("OPG Staking", "1") {}

    /// @notice All active stake now, OPG base units.
    function totalSupply() external view returns (uint256) {
        return _getTotalSupply();
    }

    /// @inheritdoc IERC6372
    function clock() public view override returns (uint48) {
        return Time.timestamp();
    }

    /// @inheritdoc IERC6372
    // solhint-disable-next-line func-name-mixedcase
    function CLOCK_MODE() public pure override returns (string memory) {
        return "mode=timestamp";
    }

    /// @inheritdoc IVotes
    /// @dev Zero for every account but operators. Minting and burning ask for the zero address, which needs no reading.
    function delegates(address account) public view override returns (address) {
        return account == address(0) ? address(0) : super.delegates(account);
    }

    /// @dev For {delegate} and {delegateBySig}. The zero address means the operator himself, so that no vote is lost.
    function _delegate(address account, address delegatee) internal override {
        require(_isOperator(account), IStaking.StakingVotesFollowOperator(account));
        super._delegate(account, delegatee == address(0) ? account : delegatee);
    }

    /// @dev Makes the votes of a newly registered operator's pool his own.
    function _openVotes(address operator) internal {
        super._delegate(operator, operator);
    }

    /// @dev Adds `assets` to the votes of the operator's pool.
    function _mintVotes(address operator, uint256 assets) internal {
        _transferVotingUnits(address(0), operator, assets);
    }

    /// @dev Takes `assets` from the votes of the operator's pool.
    function _burnVotes(address operator, uint256 assets) internal {
        _transferVotingUnits(operator, address(0), assets);
    }

    /// @dev Whether `account` is a registered operator.
    function _isOperator(address account) internal view virtual returns (bool);
}
