// SPDX-License-Identifier: MIT
pragma solidity 0.8.34;

import {IOperators} from "../../../contracts/staking/interfaces/IOperators.sol";
import {StakingTest} from "./StakingTest.sol";

contract OperatorsProfileTest is StakingTest {
    function test_RevertWhen_CallerIsNotOwner() external {
        vm.expectRevert(abi.encodeWithSelector(IOperators.OperatorsNotOwner.selector, ALICE, OPERATOR));
        vm.prank(ALICE);
        operators.setProfile(OPERATOR, IOperators.Profile("A", "", 0));
    }

    function test_RevertWhen_NameIsEmptyOrTooLong() external {
        vm.expectRevert(abi.encodeWithSelector(IOperators.OperatorsNameLengthOutOfRange.selector, 0, 64));
        _set("", "");
        vm.expectRevert(abi.encodeWithSelector(IOperators.OperatorsNameLengthOutOfRange.selector, 65, 64));
        _set(string(_repeat("n", 65)), "");
    }

    function testFuzz_RevertWhen_NameHasUnprintableCharacter(uint8 code, uint256 position) external {
        code = code < 0x20 ? code : uint8(bound(code, 0x7f, 0xff));
        position = bound(position, 0, 63);
        bytes memory name = _repeat("n", 64);
        name[position] = bytes1(code);
        vm.expectRevert(
            abi.encodeWithSelector(IOperators.OperatorsNameCharacterInvalid.selector, position, bytes1(code))
        );
        _set(string(name), "");
    }

    function test_RevertWhen_NameBeginsOrEndsWithSpace() external {
        vm.expectRevert(abi.encodeWithSelector(IOperators.OperatorsNameCharacterInvalid.selector, 0, bytes1(" ")));
        _set(" a", "");
        vm.expectRevert(abi.encodeWithSelector(IOperators.OperatorsNameCharacterInvalid.selector, 1, bytes1(" ")));
        _set("a ", "");
    }

    function test_RevertWhen_UrlIsTooLong() external {
        vm.expectRevert(abi.encodeWithSelector(IOperators.OperatorsUrlTooLong.selector, 201, 200));
        _set("a", string(abi.encodePacked("https://", _repeat("u", 193))));
    }

    function test_RevertWhen_UrlIsNotHttps() external {
        vm.expectRevert(abi.encodeWithSelector(IOperators.OperatorsUrlCharacterInvalid.selector, 4, bytes1(":")));
        _set("a", "http://example.org");
        vm.expectRevert(abi.encodeWithSelector(IOperators.OperatorsUrlCharacterInvalid.selector, 0, bytes1("j")));
        _set("a", "javascript:alert(1)");
    }

    function test_RevertWhen_UrlHasNoHost() external {
        vm.expectRevert(abi.encodeWithSelector(IOperators.OperatorsUrlCharacterInvalid.selector, 8, bytes1(0)));
        _set("a", "https://");
        vm.expectRevert(abi.encodeWithSelector(IOperators.OperatorsUrlCharacterInvalid.selector, 5, bytes1(0)));
        _set("a", "https");
    }

    function test_RevertWhen_UrlHasForbiddenCharacter() external {
        bytes memory forbidden = hex"20223c3e5c5e607b7c7d7f0ac3";
        for (uint256 i = 0; i < forbidden.length; ++i) {
            vm.expectRevert(abi.encodeWithSelector(IOperators.OperatorsUrlCharacterInvalid.selector, 9, forbidden[i]));
            _set("a", string(abi.encodePacked("https://e", forbidden[i])));
        }
    }

    function test_TellsThePublic() external {
        IOperators.Profile memory profile = IOperators.Profile(
            "Node & Sons, Ltd.",
            "https://example.org/a?b=c#d~e",
            keccak256("more")
        );
        vm.expectEmit(address(operators));
        emit IOperators.ProfileSet(OPERATOR, profile);
        vm.prank(OPERATOR);
        operators.setProfile(OPERATOR, profile);
        vm.assertEq(abi.encode(operators.profileOf(OPERATOR)), abi.encode(profile), "stored");
        _set("Other", "");
        vm.assertEq(operators.profileOf(OPERATOR).url, "", "replaced");
    }

    function testFuzz_TakesEveryPrintableName(bytes32 seed, uint256 length) external {
        bytes memory name = _repeat("n", bound(length, 1, 64));
        for (uint256 i = 0; i < name.length; ++i) name[i] = bytes1(uint8(0x21 + (uint8(seed[i % 32]) % 94)));
        _set(string(name), "");
        vm.assertEq(operators.profileOf(OPERATOR).name, string(name), "stored");
    }

    function _set(string memory name, string memory url) private {
        vm.prank(OPERATOR);
        operators.setProfile(OPERATOR, IOperators.Profile(name, url, 0));
    }

    function _repeat(bytes1 character, uint256 times) private pure returns (bytes memory text) {
        text = new bytes(times);
        for (uint256 i = 0; i < times; ++i) text[i] = character;
    }
}
