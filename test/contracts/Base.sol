// SPDX-License-Identifier: MIT
pragma solidity 0.8.34;

/// @notice The cheatcodes of the test runner that this repository uses.
interface Vm {
    function warp(uint256 timestamp) external;
    function roll(uint256 blockNumber) external;
    function chainId(uint256 id) external;
    function prank(address sender) external;
    function startPrank(address sender) external;
    function startPrank(address sender, address origin) external;
    function stopPrank() external;
    function expectRevert() external;
    function expectRevert(bytes4 selector) external;
    function expectRevert(bytes calldata revertData) external;
    function expectPartialRevert(bytes4 selector) external;
    function expectEmit(address emitter) external;
    function addr(uint256 privateKey) external pure returns (address);
    function sign(uint256 privateKey, bytes32 digest) external pure returns (uint8 v, bytes32 r, bytes32 s);
    function deal(address account, uint256 balance) external;
    function getCode(string calldata artifact) external view returns (bytes memory creationCode);
    function etch(address target, bytes calldata code) external;
    function mockCall(address callee, bytes calldata data, bytes calldata returned) external;
    function assume(bool condition) external pure;
    function assertTrue(bool condition, string calldata message) external pure;
    function assertFalse(bool condition, string calldata message) external pure;
    function assertEq(uint256 a, uint256 b, string calldata message) external pure;
    function assertEq(address a, address b, string calldata message) external pure;
    function assertEq(bytes32 a, bytes32 b, string calldata message) external pure;
    function assertEq(bytes calldata a, bytes calldata b, string calldata message) external pure;
    function assertEq(string calldata a, string calldata b, string calldata message) external pure;
    function assertLe(uint256 a, uint256 b, string calldata message) external pure;
    function assertGe(uint256 a, uint256 b, string calldata message) external pure;
    function assertApproxEqAbs(uint256 a, uint256 b, uint256 delta, string calldata message) external pure;
    function snapshotGasLastCall(string calldata name) external returns (uint256 gasUsed);
}

/// @title What every Solidity test stands on
/// @notice The runner's cheatcodes and a bounded fuzz input. No forge-std: it is not published on npm.
abstract contract Base {
    Vm internal constant vm = Vm(address(uint160(uint256(keccak256("hevm cheat code")))));

    /// @notice Marks the contract as a test for the runner.
    bool public constant IS_TEST = true;

    /// @notice Maps a fuzzed `value` into [min, max], keeping values that are inside already.
    function bound(uint256 value, uint256 min, uint256 max) internal pure returns (uint256) {
        require(min <= max, "bound: min > max");
        if (value >= min && value <= max) return value;
        uint256 size = max - min;
        if (size == type(uint256).max) return value;
        return min + (value % (size + 1));
    }

    /// @notice Creates a contract of this repository from its artifact. `new` would copy the contract's code into the
    /// test, and the compiler optimise every copy: that made building the tests take most of the build.
    /// @param name the contract's name, unambiguous among the artifacts
    /// @param arguments what its constructor takes, ABI encoded
    function create(string memory name, bytes memory arguments) internal returns (address payable created) {
        bytes memory code = bytes.concat(vm.getCode(name), arguments);
        assembly ("memory-safe") {
            created := create(0, add(code, 0x20), mload(code))
            if iszero(created) {
                let reason := mload(0x40)
                returndatacopy(reason, 0, returndatasize())
                revert(reason, returndatasize())
            }
        }
    }
}
