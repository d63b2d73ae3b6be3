// SPDX-License-Identifier: MIT
pragma solidity 0.8.34;

import {FaultClass, FaultTerms, IPenalties} from "../../../contracts/staking/interfaces/IPenalties.sol";
import {PenaltiesTest} from "./PenaltiesTest.sol";

contract PenaltiesTermsTest is PenaltiesTest {
    FaultClass private constant QUOTE = FaultClass.INVALID_QUOTE;

    function setUp() public override {
        super.setUp();
        _stake(OPERATOR, 1_000e18);
    }

    function test_RevertWhen_CallerIsNotGovernance() public {
        FaultTerms memory terms = _terms();
        _expectUnauthorized(ADJUDICATOR);
        vm.prank(ADJUDICATOR);
        penalties.setFaultTerms(QUOTE, terms);
    }

    function test_RevertWhen_ClassIsNone() public {
        _expect(_classError(FaultClass.NONE));
        penalties.setFaultTerms(FaultClass.NONE, _terms());
    }

    function testFuzz_RevertWhen_FractionIsOutOfRange(uint256 index, uint256 excess) public {
        FaultClass faultClass = FaultClass(bound(index, 1, 10));
        (uint256 limit, ) = penalties.termLimits(faultClass);
        FaultTerms memory terms = penalties.termsAt(faultClass, block.timestamp);
        terms.fractionBps = uint16(bound(excess, limit + 1, type(uint16).max));
        _expect(
            abi.encodeWithSelector(
                IPenalties.PenaltiesFractionOutOfRange.selector,
                faultClass,
                terms.fractionBps,
                limit
            )
        );
        penalties.setFaultTerms(faultClass, terms);
        terms.fractionBps = 0;
        _expect(abi.encodeWithSelector(IPenalties.PenaltiesFractionOutOfRange.selector, faultClass, 0, limit));
        penalties.setFaultTerms(faultClass, terms);
    }

    function testFuzz_RevertWhen_MaximumIsOutOfRange(uint256 index, uint256 excess) public {
        FaultClass faultClass = FaultClass(bound(index, 1, 10));
        (, uint256 limit) = penalties.termLimits(faultClass);
        FaultTerms memory terms = penalties.termsAt(faultClass, block.timestamp);
        terms.maximumBps = uint16(bound(excess, limit + 1, type(uint16).max));
        _expect(
            abi.encodeWithSelector(IPenalties.PenaltiesMaximumOutOfRange.selector, faultClass, terms.maximumBps, limit)
        );
        penalties.setFaultTerms(faultClass, terms);
        terms.maximumBps = terms.fractionBps - 1;
        _expect(
            abi.encodeWithSelector(IPenalties.PenaltiesMaximumOutOfRange.selector, faultClass, terms.maximumBps, limit)
        );
        penalties.setFaultTerms(faultClass, terms);
    }

    function test_RevertWhen_JailTermIsTooLong() public {
        FaultTerms memory terms = _terms();
        terms.jailTerm = 90 days + 1;
        _expect(abi.encodeWithSelector(IPenalties.PenaltiesJailTermAboveLimit.selector, 90 days + 1, 90 days));
        penalties.setFaultTerms(QUOTE, terms);
    }

    function test_RevertWhen_JailTermsAreInconsistent() public {
        FaultTerms memory terms = _terms();
        terms.jailAfter = 0;
        _expect(abi.encodeWithSelector(IPenalties.PenaltiesJailTermsInconsistent.selector, terms.jailTerm, 0));
        penalties.setFaultTerms(QUOTE, terms);
        terms.jailAfter = 2;
        terms.jailTerm = 0;
        _expect(abi.encodeWithSelector(IPenalties.PenaltiesJailTermsInconsistent.selector, 0, 2));
        penalties.setFaultTerms(QUOTE, terms);
    }

    function test_RevertWhen_ClassMayNotTombstone() public {
        for (uint256 i = uint256(FaultClass.INVALID_PROOF); i <= uint256(FaultClass.MISCONDUCT); ++i) {
            FaultTerms memory terms = penalties.termsAt(FaultClass(i), block.timestamp);
            terms.tombstone = true;
            _expect(abi.encodeWithSelector(IPenalties.PenaltiesTombstoneNotAllowed.selector, FaultClass(i)));
            penalties.setFaultTerms(FaultClass(i), terms);
        }
    }

    function test_RevertWhen_ClassMayNotBeCorrelated() public {
        for (uint256 i = uint256(FaultClass.DATA_WITHHELD); i <= uint256(FaultClass.MISCONDUCT); ++i) {
            FaultTerms memory terms = penalties.termsAt(FaultClass(i), block.timestamp);
            terms.correlated = true;
            _expect(abi.encodeWithSelector(IPenalties.PenaltiesCorrelationNotAllowed.selector, FaultClass(i)));
            penalties.setFaultTerms(FaultClass(i), terms);
        }
    }

    function test_RevertGiven_LastChangeIsFresh() public {
        penalties.setFaultTerms(QUOTE, _terms());
        uint256 inForce = block.timestamp + NOTICE;
        vm.warp(inForce + NOTICE - 1);
        _expect(abi.encodeWithSelector(IPenalties.PenaltiesTermsTooFresh.selector, QUOTE, inForce + NOTICE));
        penalties.setFaultTerms(QUOTE, _terms());
        vm.warp(inForce + NOTICE);
        penalties.setFaultTerms(QUOTE, _terms());
    }

    function test_CountsForLaterInfractionsOnly() public {
        vm.expectEmit(address(penalties));
        emit IPenalties.FaultTermsScheduled(QUOTE, _terms(), block.timestamp + NOTICE);
        penalties.setFaultTerms(QUOTE, _terms());
        uint256 inForce = block.timestamp + NOTICE;
        vm.warp(inForce + 2 days);
        (uint256 old, ) = penalties.previewPunish(OPERATOR, QUOTE, inForce - 1);
        (uint256 current, ) = penalties.previewPunish(OPERATOR, QUOTE, inForce);
        vm.assertEq(old, 1_000, "the terms he acted under");
        vm.assertEq(current, 2_000, "the new terms");
    }

    function test_OldTermsStayKnownWhileInfractionsArePunishable() public {
        penalties.setFaultTerms(QUOTE, _terms());
        uint256 first = block.timestamp + NOTICE;
        vm.warp(first + NOTICE);
        FaultTerms memory terms = _terms();
        terms.fractionBps = 1;
        penalties.setFaultTerms(QUOTE, terms);
        (uint256 target, ) = penalties.previewPunish(OPERATOR, QUOTE, block.timestamp - PERIOD * 1 days);
        vm.assertEq(target, 2_000, "the oldest infraction in reach finds its terms");
    }

    function test_ReplacesChangeThatIsNotInForce() public {
        penalties.setFaultTerms(QUOTE, _terms());
        vm.warp(block.timestamp + NOTICE - 1);
        FaultTerms memory terms = _terms();
        terms.fractionBps = 1_500;
        penalties.setFaultTerms(QUOTE, terms);
        vm.assertEq(uint256(penalties.termsAt(QUOTE, block.timestamp + 1).fractionBps), 1_000, "the first is void");
        vm.assertEq(uint256(penalties.termsAt(QUOTE, block.timestamp + NOTICE).fractionBps), 1_500, "the second");
    }

    function test_NoticeIsLongerThanUnbonding() public {
        (, uint256 bucketId) = _unbond(OPERATOR, 100e18);
        vm.assertGe(
            block.timestamp + penalties.TERMS_NOTICE(),
            staking.claimableAt(bucketId),
            "who leaves is out first"
        );
    }

    function test_InitialTermsAreWithinLimits() public {
        for (uint256 i = 1; i <= 10; ++i) {
            penalties.setFaultTerms(FaultClass(i), penalties.termsAt(FaultClass(i), block.timestamp));
            vm.assertTrue(penalties.isJuryClass(FaultClass(i)) == (i > 8), "people decide F9 and F10");
        }
    }

    function _terms() private pure returns (FaultTerms memory) {
        return FaultTerms(2_000, 0, 2_000, 14 days, 1, false, false, true);
    }
}
