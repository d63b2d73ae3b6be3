// SPDX-License-Identifier: MIT
pragma solidity 0.8.34;

import {TcbStatus} from "../../../../contracts/tee/interfaces/IAttestationVerifier.sol";
import {ITdxVerifier} from "../../../../contracts/tee/interfaces/ITdxVerifier.sol";
import {CodeStore} from "../../../../contracts/tee/libraries/CodeStore.sol";
import {TcbLevel, TdxTcb} from "../../../../contracts/tee/intel/TdxTcb.sol";
import {Base} from "../../Base.sol";

contract TdxTcbTest is Base {
    function matchPlatform(bytes memory info, uint256 svns, uint256 pceSvn) external pure returns (TcbLevel memory) {
        return TdxTcb.matchPlatform(info, svns, pceSvn);
    }

    function matchModule(bytes memory info, uint256 svns) external pure returns (TcbLevel memory) {
        return TdxTcb.matchModule(info, svns, [bytes32(0), bytes32(0)], 0);
    }

    /// @dev One level in the layout of TCB info, and the module without an identity.
    function _info(uint256 svns, uint16 pceSvn) private pure returns (bytes memory) {
        bytes memory level = abi.encodePacked(svns, pceSvn, uint8(TcbStatus.UP_TO_DATE), uint40(7), bytes32("a"));
        return bytes.concat(hex"000101", level, new bytes(58));
    }

    function testFuzz_MatchPlatform_ComparesEveryComponent(
        uint256 present,
        uint256 needed,
        uint16 pceSvn,
        uint16 neededPceSvn,
        uint256 low
    ) external {
        // Mostly levels that match, or nearly.
        if (low % 4 != 0) needed &= present;
        if (low % 4 == 1) neededPceSvn &= pceSvn;
        if (low % 4 == 2) needed ^= uint256(1) << (low % 256);
        bool own = uint8(present >> 112) != 0;
        bool covered = pceSvn >= neededPceSvn;
        for (uint256 i = 0; i < 32; ++i) {
            // The first two TDX components are the module's when it has an identity of its own.
            if (own && (i == 16 || i == 17)) continue;
            if (uint8(present >> (248 - 8 * i)) < uint8(needed >> (248 - 8 * i))) covered = false;
        }
        bytes memory info = _info(needed, neededPceSvn);
        if (!covered) {
            vm.expectRevert(abi.encodeWithSelector(ITdxVerifier.TdxTcbLevelUnmatched.selector, bytes32("platform")));
            this.matchPlatform(info, present, pceSvn);
            return;
        }
        TcbLevel memory level = this.matchPlatform(info, present, pceSvn);
        vm.assertEq(uint256(level.status), uint256(TcbStatus.UP_TO_DATE), "status");
        vm.assertEq(level.date, 7, "date");
        vm.assertEq(level.advisories, bytes32("a"), "advisories");
    }

    function testFuzz_RevertWhen_ModuleHasNoIdentity(uint8 version) external {
        version = uint8(bound(version, 1, 255));
        vm.expectRevert(abi.encodeWithSelector(ITdxVerifier.TdxModuleMismatch.selector, version));
        this.matchModule(_info(0, 0), uint256(version) << 112);
    }

    function test_MatchModule_LeavesVersionZeroToThePlatform() external view {
        TcbLevel memory level = this.matchModule(_info(0, 0), 0);
        vm.assertEq(uint256(level.status), uint256(TcbStatus.UP_TO_DATE), "status");
        vm.assertEq(level.date, 0, "date");
    }

    function test_Converge_NeverMakesAStatusBetter() external pure {
        for (uint256 platform = 1; platform < 8; ++platform) {
            for (uint256 part = 1; part < 8; ++part) {
                TcbStatus status = TdxTcb.converge(TcbStatus(platform), TcbStatus(part));
                vm.assertGe(uint256(status), platform, "platform");
                if (part == 1) vm.assertEq(uint256(status), platform, "a part that is up to date");
                else vm.assertGe(uint256(status), uint256(TcbStatus.OUT_OF_DATE), "a part that is not");
                if (part == 7) vm.assertEq(uint256(status), 7, "a part that is revoked");
            }
        }
    }
}

contract CodeStoreTest is Base {
    function testFuzz_Put_KeepsBytesAsCode(bytes memory data) external {
        data = bytes.concat(hex"00", data);
        address account = CodeStore.put(address(0), data);
        vm.assertEq(CodeStore.get(account), data, "code");
        vm.assertEq(CodeStore.put(account, data), account, "the same bytes keep their account");
        data = bytes.concat(data, hex"01");
        address other = CodeStore.put(account, data);
        vm.assertTrue(other != account, "other bytes get another account");
        (bool success, bytes memory answer) = account.call("");
        vm.assertTrue(success && answer.length == 0, "the code does nothing");
    }

    function put(bytes memory data) external returns (address) {
        return CodeStore.put(address(0), data);
    }

    function test_RevertWhen_BytesAreTooMany() external {
        bytes memory data = new bytes(24_577);
        vm.expectRevert(abi.encodeWithSelector(CodeStore.CodeStoreFailed.selector, 24_577));
        this.put(data);
    }
}
