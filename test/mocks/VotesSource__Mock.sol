// SPDX-License-Identifier: MIT
pragma solidity 0.8.34;

/// @notice A source of votes with constant weights and a clock mode of choice.
contract VotesSource__Mock {
    mapping(address account => uint256) private _votes;
    uint256 private _total;
    string private _mode;

    constructor(string memory mode) {
        _mode = mode;
    }

    // solhint-disable-next-line func-name-mixedcase
    function CLOCK_MODE() external view returns (string memory) {
        return _mode;
    }

    function clock() external view returns (uint48) {
        return uint48(block.timestamp);
    }

    function set(address account, uint256 votes) external {
        _total = _total + votes - _votes[account];
        _votes[account] = votes;
    }

    function getPastVotes(address account, uint256) external view returns (uint256) {
        return _votes[account];
    }

    function getPastTotalSupply(uint256) external view returns (uint256) {
        return _total;
    }
}
