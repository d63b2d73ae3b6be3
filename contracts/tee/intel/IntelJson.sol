// SPDX-License-Identifier: MIT
pragma solidity 0.8.34;

import {Json, JsonReader} from "../crypto/Json.sol";
import {TcbStatus} from "../interfaces/IAttestationVerifier.sol";

/// @notice What both documents begin with.
/// @param tcbEvaluation Number of the evaluation they belong to.
/// @param issuedAt      Unix seconds at which Intel issued it.
/// @param expiresAt     Unix seconds by which Intel issues the next.
struct IntelHeader {
    uint32 tcbEvaluation;
    uint64 issuedAt;
    uint64 expiresAt;
}

/// @notice TCB info of a platform: to whom it applies, and its levels in the layout of {IIntelCollateral}.
struct TcbInfo {
    IntelHeader header;
    bytes6 fmspc;
    bytes2 pceId;
    bytes levels;
}

/// @title Reads the two documents that Intel signs as JSON
/// @notice TCB info of version 3 for TDX and enclave identity of version 2 for the TD quoting enclave. Members come in
///         any order; each that is needed must be there once; unknown members are passed over, held to the grammar.
library IntelJson {
    /// @notice Thrown when a needed member is missing (its bit of `seen` is clear) or comes twice.
    error IntelJsonMembers(uint256 position, uint256 seen);
    /// @notice Thrown when a member that says what kind of document this is has another value than the one supported.
    error IntelJsonUnsupported(bytes32 member);
    /// @notice Thrown when a TCB status is none that Intel has defined.
    error IntelJsonStatusUnknown(uint256 position);
    /// @notice Thrown when a list has fewer or more items than it may.
    error IntelJsonItemCount(uint256 position, uint256 count);

    /// @notice Most levels of one list, and most modules.
    uint256 internal constant MAX_LEVELS = 64;

    /// @dev Bits of the members of the header, and what else the documents must have.
    uint256 private constant HEADER = 0x1f;
    uint256 private constant TCB_INFO = 0x3ff;
    uint256 private constant QE_IDENTITY = 0xfff;

    /// @dev Bytes being written one after the other. The buffer is longer than the text they come from, and every item
    ///      of the text is longer than what is written of it.
    struct Sink {
        uint256 start;
        uint256 at;
    }

    /// @dev TCB info while it is read.
    struct TcbState {
        Sink levels;
        Sink modules;
        ModuleFields plainModule;
        uint256 levelCount;
        uint256 moduleCount;
    }

    /// @dev What identifies a TDX module.
    struct ModuleFields {
        uint256 version;
        bytes32 mrSignerHead;
        bytes32 mrSignerTail;
        bytes8 attributes;
        uint256 levels;
        uint256 seen;
    }

    /// @dev A quoting enclave's identity while it is read.
    struct QeFields {
        bytes4 miscSelect;
        bytes4 miscSelectMask;
        bytes16 attributes;
        bytes16 attributesMask;
        bytes32 mrSigner;
        uint16 isvProdId;
        uint256 levelCount;
    }

    /// @dev What every level ends with.
    struct LevelTail {
        uint256 date;
        TcbStatus status;
        bytes32 advisories;
    }

    // Documents

    /// @notice Reads TCB info.
    function readTcbInfo(bytes calldata json) internal pure returns (TcbInfo memory info) {
        JsonReader memory reader = Json.open(json);
        TcbState memory state;
        state.levels = _newSink(json.length);
        state.modules = _newSink(json.length);
        uint256 seen;
        reader.enterObject();
        do {
            bytes32 member = reader.name();
            uint256 bit = _readHeaderMember(reader, member, info.header, "TDX", 3);
            if (bit == 0) bit = _readTcbMember(reader, member, info, state);
            seen = _mark(reader, seen, bit);
        } while (reader.moreMembers());
        reader.finish();
        // A platform without module identities lacks the member for them.
        if (seen & TCB_INFO != TCB_INFO) revert IntelJsonMembers(reader.at, seen);
        bytes memory counts = abi.encodePacked(uint8(0), uint8(state.levelCount), uint8(state.moduleCount + 1));
        bytes memory plainModule = _packModule(state.plainModule);
        info.levels = bytes.concat(counts, _bytesOf(state.levels), plainModule, _bytesOf(state.modules));
    }

    /// @notice Reads the identity of the TD quoting enclave: its dates, and its content in the layout of
    ///         {IIntelCollateral}.
    function readQeIdentity(
        bytes calldata json
    ) internal pure returns (IntelHeader memory header, bytes memory content) {
        JsonReader memory reader = Json.open(json);
        QeFields memory fields;
        Sink memory levels = _newSink(json.length);
        uint256 seen;
        reader.enterObject();
        do {
            bytes32 member = reader.name();
            uint256 bit = _readHeaderMember(reader, member, header, "TD_QE", 2);
            if (bit == 0) bit = _readQeMember(reader, member, fields, levels);
            seen = _mark(reader, seen, bit);
        } while (reader.moreMembers());
        reader.finish();
        if (seen != QE_IDENTITY) revert IntelJsonMembers(reader.at, seen);
        content = bytes.concat(
            abi.encodePacked(uint8(0), fields.miscSelect, fields.miscSelectMask),
            abi.encodePacked(fields.attributes, fields.attributesMask, fields.mrSigner),
            abi.encodePacked(fields.isvProdId, uint8(fields.levelCount)),
            _bytesOf(levels)
        );
    }

    // Members

    /// @dev Reads a member of the header; its bit, or 0 if it is none.
    function _readHeaderMember(
        JsonReader memory reader,
        bytes32 member,
        IntelHeader memory header,
        bytes memory id,
        uint256 version
    ) private pure returns (uint256) {
        if (member == "id") return _require(reader.textHash() == keccak256(id), member, 1 << 0);
        if (member == "version") return _require(reader.number(type(uint32).max) == version, member, 1 << 1);
        if (member == "issueDate") {
            header.issuedAt = uint64(reader.time());
            return 1 << 2;
        }
        if (member == "nextUpdate") {
            header.expiresAt = uint64(reader.time());
            return 1 << 3;
        }
        if (member == "tcbEvaluationDataNumber") {
            header.tcbEvaluation = uint32(reader.number(type(uint32).max));
            return 1 << 4;
        }
        return 0;
    }

    /// @dev Reads a member that only TCB info has; its bit, or 0 if it is not needed.
    function _readTcbMember(
        JsonReader memory reader,
        bytes32 member,
        TcbInfo memory info,
        TcbState memory state
    ) private pure returns (uint256) {
        if (member == "fmspc") {
            info.fmspc = bytes6(reader.hexBytes(6));
            return 1 << 5;
        }
        if (member == "pceId") {
            info.pceId = bytes2(reader.hexBytes(2));
            return 1 << 6;
        }
        // 0: SVNs are compared component by component.
        if (member == "tcbType") return _require(reader.number(type(uint32).max) == 0, member, 1 << 7);
        if (member == "tcbLevels") {
            state.levelCount = _readLevels(reader, state.levels);
            return 1 << 8;
        }
        if (member == "tdxModule") {
            state.plainModule = _readModule(reader);
            return 1 << 9;
        }
        if (member == "tdxModuleIdentities") {
            state.moduleCount = _readModuleIdentities(reader, state.modules);
            return 1 << 10;
        }
        reader.skip();
        return 0;
    }

    /// @dev Reads a member that only an enclave identity has; its bit, or 0 if it is not needed.
    function _readQeMember(
        JsonReader memory reader,
        bytes32 member,
        QeFields memory fields,
        Sink memory levels
    ) private pure returns (uint256) {
        if (member == "miscselect") {
            fields.miscSelect = bytes4(reader.hexBytes(4));
            return 1 << 5;
        }
        if (member == "miscselectMask") {
            fields.miscSelectMask = bytes4(reader.hexBytes(4));
            return 1 << 6;
        }
        if (member == "attributes") {
            fields.attributes = bytes16(reader.hexBytes(16));
            return 1 << 7;
        }
        if (member == "attributesMask") {
            fields.attributesMask = bytes16(reader.hexBytes(16));
            return 1 << 8;
        }
        if (member == "mrsigner") {
            fields.mrSigner = reader.hexBytes(32);
            return 1 << 9;
        }
        if (member == "isvprodid") {
            fields.isvProdId = uint16(reader.number(type(uint16).max));
            return 1 << 10;
        }
        if (member == "tcbLevels") {
            fields.levelCount = _readSvnLevels(reader, levels);
            return 1 << 11;
        }
        reader.skip();
        return 0;
    }

    // Levels of the platform

    function _readLevels(JsonReader memory reader, Sink memory sink) private pure returns (uint256 count) {
        if (!reader.enterList()) revert IntelJsonItemCount(reader.at, 0);
        do {
            if (++count > MAX_LEVELS) revert IntelJsonItemCount(reader.at, count);
            _readLevel(reader, sink);
        } while (reader.moreItems());
    }

    /// @dev A level: {"tcb":{…},"tcbDate":…,"tcbStatus":…,"advisoryIDs":[…]}, in the layout of a platform's
    ///      level.
    function _readLevel(JsonReader memory reader, Sink memory sink) private pure {
        uint256 svns;
        uint256 pceSvn;
        LevelTail memory tail;
        uint256 seen;
        reader.enterObject();
        do {
            bytes32 member = reader.name();
            uint256 bit = 1 << 3;
            if (member == "tcb") (svns, pceSvn) = _readTcb(reader);
            else bit = _readTailMember(reader, member, tail);
            seen = _mark(reader, seen, bit);
        } while (reader.moreMembers());
        if (seen & 0xb != 0xb) revert IntelJsonMembers(reader.at, seen);
        _put(sink, bytes32(svns), 32);
        _put(sink, bytes32(pceSvn << 240), 2);
        _putTail(sink, tail);
    }

    /// @dev SGX component SVNs in the upper half, TDX component SVNs in the lower, and PCESVN.
    function _readTcb(JsonReader memory reader) private pure returns (uint256 svns, uint256 pceSvn) {
        uint256 seen;
        reader.enterObject();
        do {
            bytes32 member = reader.name();
            uint256 bit = 0;
            if (member == "sgxtcbcomponents") {
                svns |= _readComponents(reader) << 128;
                bit = 1 << 0;
            } else if (member == "tdxtcbcomponents") {
                svns |= _readComponents(reader);
                bit = 1 << 1;
            } else if (member == "pcesvn") {
                pceSvn = reader.number(type(uint16).max);
                bit = 1 << 2;
            } else {
                reader.skip();
            }
            seen = _mark(reader, seen, bit);
        } while (reader.moreMembers());
        if (seen != 7) revert IntelJsonMembers(reader.at, seen);
    }

    /// @dev Sixteen components, each {"svn":…} and words that describe it; the first is the most significant byte.
    function _readComponents(JsonReader memory reader) private pure returns (uint256 svns) {
        uint256 count;
        if (!reader.enterList()) revert IntelJsonItemCount(reader.at, 0);
        do {
            uint256 svn = type(uint256).max;
            reader.enterObject();
            do {
                if (reader.name() == "svn") {
                    if (svn != type(uint256).max) revert IntelJsonMembers(reader.at, 1);
                    svn = reader.number(type(uint8).max);
                } else {
                    reader.skip();
                }
            } while (reader.moreMembers());
            if (svn == type(uint256).max) revert IntelJsonMembers(reader.at, 0);
            svns = (svns << 8) | svn;
            ++count;
        } while (reader.moreItems());
        if (count != 16) revert IntelJsonItemCount(reader.at, count);
    }

    // TDX modules

    function _readModuleIdentities(JsonReader memory reader, Sink memory sink) private pure returns (uint256 count) {
        if (!reader.enterList()) return 0;
        do {
            if (++count > MAX_LEVELS) revert IntelJsonItemCount(reader.at, count);
            _readModuleIdentity(reader, sink);
        } while (reader.moreItems());
    }

    /// @dev {"id":"TDX_01","mrsigner":…,"attributes":…,"attributesMask":…,"tcbLevels":[…]}
    function _readModuleIdentity(JsonReader memory reader, Sink memory sink) private pure {
        ModuleFields memory fields;
        Sink memory levels = _newSink(MAX_LEVELS * 40);
        reader.enterObject();
        do {
            bytes32 member = reader.name();
            uint256 bit;
            if (member == "id") {
                fields.version = _readModuleVersion(reader);
                bit = 1 << 3;
            } else if (member == "tcbLevels") {
                fields.levels = _readSvnLevels(reader, levels);
                bit = 1 << 4;
            } else {
                bit = _readModuleMember(reader, member, fields);
            }
            fields.seen = _mark(reader, fields.seen, bit);
        } while (reader.moreMembers());
        if (fields.seen != 0x1f) revert IntelJsonMembers(reader.at, fields.seen);
        _append(sink, _packModule(fields));
        _append(sink, _bytesOf(levels));
    }

    /// @dev {"mrsigner":…,"attributes":…,"attributesMask":…}
    function _readModule(JsonReader memory reader) private pure returns (ModuleFields memory fields) {
        reader.enterObject();
        do {
            uint256 bit = _readModuleMember(reader, reader.name(), fields);
            fields.seen = _mark(reader, fields.seen, bit);
        } while (reader.moreMembers());
        if (fields.seen != 7) revert IntelJsonMembers(reader.at, fields.seen);
    }

    function _readModuleMember(
        JsonReader memory reader,
        bytes32 member,
        ModuleFields memory fields
    ) private pure returns (uint256) {
        if (member == "mrsigner") {
            (fields.mrSignerHead, fields.mrSignerTail) = reader.hexBytes48();
            return 1 << 0;
        }
        if (member == "attributes") {
            fields.attributes = bytes8(reader.hexBytes(8));
            return 1 << 1;
        }
        if (member == "attributesMask") {
            // The whole of a module's attributes counts, as in Intel's own verification: there is no mask but this.
            return _require(bytes8(reader.hexBytes(8)) == bytes8(type(uint64).max), member, 1 << 2);
        }
        reader.skip();
        return 0;
    }

    /// @dev The number of "TDX_nn", hexadecimal, not 0.
    function _readModuleVersion(JsonReader memory reader) private pure returns (uint256 version) {
        (uint256 from, uint256 length) = reader.text();
        uint256 id;
        assembly ("memory-safe") {
            id := shr(208, calldataload(from))
        }
        if (length != 6 || id >> 16 != 0x5444585f) revert IntelJsonUnsupported("tdxModuleIdentities");
        for (uint256 shift = 8; ; shift = 0) {
            uint256 digit = (id >> shift) & 0xff;
            if (digit >= 0x30 && digit <= 0x39) digit -= 0x30;
            else if (digit >= 0x41 && digit <= 0x46) digit -= 0x37;
            else if (digit >= 0x61 && digit <= 0x66) digit -= 0x57;
            else revert IntelJsonUnsupported("tdxModuleIdentities");
            version = (version << 4) | digit;
            if (shift == 0) break;
        }
        if (version == 0) revert IntelJsonUnsupported("tdxModuleIdentities");
    }

    // Levels of a module or of the quoting enclave

    function _readSvnLevels(JsonReader memory reader, Sink memory sink) private pure returns (uint256 count) {
        if (!reader.enterList()) revert IntelJsonItemCount(reader.at, 0);
        do {
            if (++count > MAX_LEVELS) revert IntelJsonItemCount(reader.at, count);
            _readSvnLevel(reader, sink);
        } while (reader.moreItems());
    }

    /// @dev {"tcb":{"isvsvn":…},"tcbDate":…,"tcbStatus":…,"advisoryIDs":[…]}
    function _readSvnLevel(JsonReader memory reader, Sink memory sink) private pure {
        uint256 svn = type(uint256).max;
        LevelTail memory tail;
        uint256 seen;
        reader.enterObject();
        do {
            bytes32 member = reader.name();
            uint256 bit = 1 << 3;
            if (member == "tcb") svn = _readIsvSvn(reader);
            else bit = _readTailMember(reader, member, tail);
            seen = _mark(reader, seen, bit);
        } while (reader.moreMembers());
        if (seen & 0xb != 0xb) revert IntelJsonMembers(reader.at, seen);
        _put(sink, bytes32(svn << 240), 2);
        _putTail(sink, tail);
    }

    function _readIsvSvn(JsonReader memory reader) private pure returns (uint256 svn) {
        uint256 seen;
        reader.enterObject();
        do {
            if (reader.name() == "isvsvn") {
                svn = reader.number(type(uint16).max);
                ++seen;
            } else {
                reader.skip();
            }
        } while (reader.moreMembers());
        if (seen != 1) revert IntelJsonMembers(reader.at, seen);
    }

    /// @dev Date is bit 0, status bit 1, advisories bit 2; 0 for a member that is not needed.
    function _readTailMember(
        JsonReader memory reader,
        bytes32 member,
        LevelTail memory tail
    ) private pure returns (uint256) {
        if (member == "tcbDate") {
            tail.date = reader.time();
            return 1 << 0;
        }
        if (member == "tcbStatus") {
            tail.status = _readStatus(reader);
            return 1 << 1;
        }
        if (member == "advisoryIDs") {
            tail.advisories = _readAdvisories(reader);
            return 1 << 2;
        }
        reader.skip();
        return 0;
    }

    function _readStatus(JsonReader memory reader) private pure returns (TcbStatus) {
        bytes32 hash = reader.textHash();
        if (hash == keccak256("UpToDate")) return TcbStatus.UP_TO_DATE;
        if (hash == keccak256("SWHardeningNeeded")) return TcbStatus.SW_HARDENING_NEEDED;
        if (hash == keccak256("ConfigurationNeeded")) return TcbStatus.CONFIGURATION_NEEDED;
        if (hash == keccak256("ConfigurationAndSWHardeningNeeded")) {
            return TcbStatus.CONFIGURATION_AND_SW_HARDENING_NEEDED;
        }
        if (hash == keccak256("OutOfDate")) return TcbStatus.OUT_OF_DATE;
        if (hash == keccak256("OutOfDateConfigurationNeeded")) return TcbStatus.OUT_OF_DATE_CONFIGURATION_NEEDED;
        if (hash == keccak256("Revoked")) return TcbStatus.REVOKED;
        revert IntelJsonStatusUnknown(reader.at);
    }

    /// @dev keccak256 of a list of strings without its brackets; 0 for an empty one.
    function _readAdvisories(JsonReader memory reader) private pure returns (bytes32) {
        uint256 from = reader.at + 1;
        if (!reader.enterList()) return 0;
        do {
            reader.text();
        } while (reader.moreItems());
        return Json.hashOf(from, reader.at - 1 - from);
    }

    // Helpers

    function _require(bool supported, bytes32 member, uint256 bit) private pure returns (uint256) {
        if (!supported) revert IntelJsonUnsupported(member);
        return bit;
    }

    /// @dev Adds a member's bit to those seen. Members that are not needed have none, and may come as often as they
    ///      like.
    function _mark(JsonReader memory reader, uint256 seen, uint256 bit) private pure returns (uint256) {
        if (seen & bit != 0) revert IntelJsonMembers(reader.at, seen);
        return seen | bit;
    }

    function _newSink(uint256 size) private pure returns (Sink memory sink) {
        // A word more, since whole words are written.
        bytes memory buffer = new bytes(size + 32);
        uint256 start;
        assembly ("memory-safe") {
            start := add(buffer, 0x20)
        }
        (sink.start, sink.at) = (start, start);
    }

    /// @dev Appends the first `size` bytes of `word`.
    function _put(Sink memory sink, bytes32 word, uint256 size) private pure {
        unchecked {
            uint256 at = sink.at;
            assembly ("memory-safe") {
                mstore(at, word)
            }
            sink.at = at + size;
        }
    }

    function _putTail(Sink memory sink, LevelTail memory tail) private pure {
        _put(sink, bytes32((uint256(tail.status) << 248) | (tail.date << 208)), 6);
        _put(sink, tail.advisories, 32);
    }

    function _append(Sink memory sink, bytes memory data) private pure {
        uint256 at = sink.at;
        assembly ("memory-safe") {
            mcopy(at, add(data, 0x20), mload(data))
        }
        sink.at = at + data.length;
    }

    function _packModule(ModuleFields memory fields) private pure returns (bytes memory) {
        bytes32 head = fields.mrSignerHead;
        bytes16 tail = bytes16(fields.mrSignerTail);
        return abi.encodePacked(uint8(fields.version), head, tail, fields.attributes, uint8(fields.levels));
    }

    function _bytesOf(Sink memory sink) private pure returns (bytes memory data) {
        uint256 start = sink.start;
        uint256 size = sink.at - start;
        assembly ("memory-safe") {
            data := sub(start, 0x20)
            mstore(data, size)
        }
    }
}
