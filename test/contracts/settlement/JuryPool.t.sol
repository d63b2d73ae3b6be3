// SPDX-License-Identifier: MIT
pragma solidity 0.8.34;

import {IStaking} from "../../../contracts/staking/interfaces/IStaking.sol";
import {IOperators} from "../../../contracts/staking/interfaces/IOperators.sol";
import {OperatorRoles} from "../../../contracts/libraries/OperatorRoles.sol";
import {JuryPool} from "../../../contracts/settlement/JuryPool.sol";
import {IJuryPool} from "../../../contracts/settlement/interfaces/IJuryPool.sol";
import {StakingTest} from "../staking/StakingTest.sol";

contract JuryPoolTest is StakingTest {
    address private constant CAROL = address(0xCA501);

    JuryPool private pool;

    /// @dev Three judges besides {OPERATOR}, of whom nobody has stake yet.
    function setUp() public override {
        super.setUp();
        pool = JuryPool(create("JuryPool", abi.encode(staking)));
        address[3] memory judges = [ALICE, BOB, CAROL];
        for (uint256 i = 0; i < judges.length; ++i) _register(judges[i], judges[i], 0);
    }

    // constructor

    function test_RevertWhen_LedgerHasNoCode() external {
        vm.expectRevert(abi.encodeWithSelector(IJuryPool.JuryPoolLedgerWithoutCode.selector, ALICE));
        create("JuryPool", abi.encode(ALICE));
    }

    // refresh

    function testFuzz_GivenNewcomer_CountsAfterTheNotice(uint256 assets, uint256 early) external {
        assets = bound(assets, 100e18, SUPPLY / 2);
        early = bound(early, 0, 1 days - 1);
        _stakeBehind(ALICE, ALICE, assets);
        uint256 countsFrom = block.timestamp + 1 days;
        vm.expectEmit(address(pool));
        emit IJuryPool.JurorWeighed(ALICE, 0, assets / 1e18, countsFrom);
        _refresh(ALICE);
        vm.warp(countsFrom - 1 days + early);
        _refresh(ALICE);
        _weighs(ALICE, 0, assets / 1e18, countsFrom);
        vm.assertEq(pool.totalWeight(), 0, "nothing counts yet");
        vm.warp(countsFrom);
        _refresh(ALICE);
        _weighs(ALICE, assets / 1e18, 0, 0);
        vm.assertEq(pool.totalWeight(), assets / 1e18, "total");
        vm.assertEq(pool.size(), 1, "in the pool");
    }

    function test_GivenNoJudge_StaysOut() external {
        vm.prank(BOB);
        operators.setRoles(BOB, OperatorRoles.ALL ^ OperatorRoles.JUDGE);
        _stakeBehind(BOB, BOB, 1_000e18);
        // Below the minimum of a role.
        _stakeBehind(ALICE, ALICE, 99e18);
        _refresh(BOB);
        _refresh(ALICE);
        _refresh(PAYER);
        vm.assertEq(pool.size(), 0, "nobody");
    }

    /// @dev Who announced more than he has left loses the difference at once.
    function testFuzz_GivenLessStake_CountsLessAtOnce(uint256 left) external {
        left = bound(left, 100e18, 1_000e18 - 1);
        _enter(ALICE, 1_000e18);
        vm.prank(ALICE);
        staking.unbond(ALICE, 1_000e18 - left);
        _refresh(ALICE);
        _weighs(ALICE, left / 1e18, 0, 0);
    }

    function test_GivenARaiseUnderWay_AnotherWaits() external {
        _enter(ALICE, 1_000e18);
        _stakeBehind(ALICE, BOB, 500e18);
        _refresh(ALICE);
        uint256 countsFrom = block.timestamp + 1 days;
        _weighs(ALICE, 1_000, 1_500, countsFrom);
        vm.warp(countsFrom - 1);
        _stakeBehind(ALICE, BOB, 200e18);
        _refresh(ALICE);
        _weighs(ALICE, 1_000, 1_500, countsFrom);
        vm.warp(countsFrom);
        _refresh(ALICE);
        _weighs(ALICE, 1_500, 1_700, countsFrom + 1 days);
    }

    function testFuzz_GivenARaiseUnderWay_ItFallsWithTheStake(uint256 leaving) external {
        leaving = bound(leaving, 1, 900e18);
        _enter(ALICE, 1_000e18);
        _stakeBehind(ALICE, BOB, 500e18);
        _refresh(ALICE);
        uint256 countsFrom = block.timestamp + 1 days;
        vm.prank(ALICE);
        staking.unbond(ALICE, leaving);
        _refresh(ALICE);
        uint256 left = (1_500e18 - leaving) / 1e18;
        if (left > 1_000) _weighs(ALICE, 1_000, left, countsFrom);
        else _weighs(ALICE, left, 0, 0);
    }

    /// @dev Who comes back finds his place again, or another one if it was given away.
    function test_GivenJailedAndGone_LeavesAndFreesThePlace() external {
        _enter(ALICE, 1_000e18);
        _enter(BOB, 2_000e18);
        vm.prank(SLASHER);
        operators.jail(ALICE, block.timestamp + 1 hours);
        vm.prank(BOB);
        operators.exit(BOB);
        _refresh(ALICE);
        _refresh(BOB);
        vm.assertEq(pool.size(), 0, "both are out");
        vm.assertEq(pool.totalWeight(), 0, "and weigh nothing");
        // Both places are looked at: one has its owner again, the other one is given away.
        vm.roll(block.number + 8_193);
        vm.warp(block.timestamp + 1 hours);
        vm.prank(ALICE);
        operators.unjail(ALICE);
        _refresh(ALICE);
        _enter(CAROL, 3_000e18);
        _enter(OPERATOR, 4_000e18);
        _refresh(ALICE);
        vm.assertEq(pool.size(), 3, "three in the pool");
        vm.assertEq(pool.totalWeight(), 8_000, "with their own weights");
        _drawsOnly(ALICE, CAROL, OPERATOR);
        _drawsOnly(CAROL, ALICE, OPERATOR);
        _drawsOnly(OPERATOR, ALICE, CAROL);
    }

    function test_GivenHisPlaceIsAnothers_ReturnsToANewOne() external {
        vm.mockCall(address(staking), abi.encodePacked(IStaking.poolOf.selector), abi.encode(10e18, 10e18));
        _setActive(ALICE, true);
        vm.warp(block.timestamp + 1 days);
        _refresh(ALICE);
        _setActive(ALICE, false);
        vm.roll(block.number + 8_193);
        _setActive(BOB, true);
        _setActive(ALICE, true);
        vm.warp(block.timestamp + 1 days);
        _refresh(ALICE);
        _refresh(BOB);
        vm.assertEq(pool.totalWeight(), 20, "both");
        _drawsOnly(ALICE, BOB, CAROL);
        _drawsOnly(BOB, ALICE, CAROL);
    }

    /// @dev For as long as a draw can go by a block in which he weighed something, his place is his.
    function testFuzz_GivenGone_KeepsThePlaceForDraws(uint256 passed) external {
        _enter(ALICE, 1_000e18);
        uint256 number = block.number;
        vm.roll(number + 1);
        vm.prank(SLASHER);
        operators.jail(ALICE, block.timestamp + 1 hours);
        _refresh(ALICE);
        vm.roll(number + 1 + bound(passed, 0, 8_192));
        _enter(BOB, 2_000e18);
        vm.warp(block.timestamp + 1 hours);
        vm.prank(ALICE);
        operators.unjail(ALICE);
        vm.assertEq(pool.draw("seed", number, 5, address(0), address(0))[0], ALICE, "the one of that block");
        vm.assertEq(pool.draw("seed", block.number, 5, address(0), address(0))[0], BOB, "the one of now");
    }

    /// @dev Whatever happens in whichever order, the total is the sum, and nobody weighs more than he has.
    function testFuzz_TotalIsTheSum(uint256 seed) external {
        address[4] memory judges = [OPERATOR, ALICE, BOB, CAROL];
        for (uint256 i = 0; i < 24; ++i) {
            uint256 random = uint256(keccak256(abi.encode(seed, i)));
            address judge = judges[random % 4];
            uint256 act = (random >> 8) % 4;
            uint256 staked = staking.stakeOf(judge, judge);
            if (act == 0) _stakeBehind(judge, judge, 1e18 + ((random >> 16) % 5_000e18));
            if (act == 1 && staked > 1e13) {
                vm.prank(judge);
                staking.unbond(judge, 1 + ((random >> 16) % staked));
            }
            if (act == 2) vm.warp(block.timestamp + ((random >> 16) % 2 days));
            _refresh(judge);
            vm.assertLe(pool.weightOf(judge).weight, pool.standingOf(judge), "not more than he has");
        }
        uint256 sum = 0;
        uint256 present = 0;
        for (uint256 i = 0; i < judges.length; ++i) {
            IJuryPool.Weight memory weight = pool.weightOf(judges[i]);
            sum += weight.weight;
            if (weight.weight != 0 || weight.countsFrom != 0) ++present;
        }
        vm.assertEq(pool.totalWeight(), sum, "total");
        vm.assertEq(pool.size(), present, "size");
    }

    function test_RevertGiven_EveryPlaceIsTaken() external {
        _fill();
        vm.expectRevert(abi.encodeWithSelector(IJuryPool.JuryPoolFull.selector, 4_096));
        _refresh(ALICE);
    }

    /// @dev Who leaves and returns again and again, by an act that costs nothing, keeps no place from others but his
    ///      own, not even when there is no new one.
    function test_GivenJudgesWhoComeAndGo_OthersPlacesAreReused() external {
        _fill();
        (address fickle, address gone) = (address(uint160(0xF000)), address(uint160(0xF001)));
        _setActive(fickle, false);
        _setActive(gone, false);
        uint256 left = block.number;
        for (uint256 i = 0; i < 100; ++i) {
            vm.roll(left + 1 + i * 80);
            _setActive(fickle, true);
            _setActive(fickle, false);
        }
        vm.roll(left + 8_192);
        vm.expectRevert(abi.encodeWithSelector(IJuryPool.JuryPoolFull.selector, 4_096));
        _refresh(ALICE);
        vm.roll(left + 8_193);
        _refresh(ALICE);
        vm.assertEq(pool.size(), 4_095, "she has the place of who is gone");
        // Entries of places that were taken again are passed over, some in each call, until only new ones are there.
        _setActive(fickle, true);
        _setActive(ALICE, false);
        left = block.number;
        vm.roll(left + 8_193);
        vm.expectRevert(abi.encodeWithSelector(IJuryPool.JuryPoolFull.selector, 4_096));
        _refresh(BOB);
        pool.refresh(new address[](0));
        _refresh(BOB);
        vm.assertEq(pool.size(), 4_096, "and he has hers");
    }

    // draw

    function test_GivenEmptyPool_DrawsNobody() external view {
        vm.assertEq(pool.draw("seed", block.number, 5, ALICE, BOB).length, 0, "nobody");
    }

    function testFuzz_NeverDrawsTheParties(bytes32 seed) external {
        _enterAll();
        address[] memory jurors = pool.draw(seed, block.number, 31, ALICE, BOB);
        for (uint256 i = 0; i < jurors.length; ++i) {
            vm.assertTrue(jurors[i] == OPERATOR || jurors[i] == CAROL, "only others");
        }
        vm.assertEq(jurors.length, 31, "all seats");
        vm.assertEq(
            keccak256(abi.encode(pool.draw(seed, block.number, 31, ALICE, BOB))),
            keccak256(abi.encode(jurors)),
            "again"
        );
        vm.assertEq(
            keccak256(abi.encode(pool.draw(seed, block.number, 31, BOB, ALICE))),
            keccak256(abi.encode(jurors)),
            "whoever of them accuses"
        );
    }

    function testFuzz_GivenTheAccusedIsAlone_DrawsNobody(bytes32 seed) external {
        _enter(ALICE, 1_000e18);
        vm.assertEq(pool.draw(seed, block.number, 5, ALICE, BOB).length, 0, "nobody");
    }

    /// @dev Whoever knows the hash of a block can change everything about the pool but whom a draw by it finds.
    function testFuzz_GivenLaterChanges_DrawsTheSame(bytes32 seed, uint256 changes) external {
        _enterAll();
        uint256 number = block.number;
        bytes32 drawn = keccak256(abi.encode(pool.draw(seed, number, 11, ALICE, BOB)));
        vm.roll(number + 1);
        _register(CHALLENGER, CHALLENGER, 0);
        _enter(CHALLENGER, 100e18 + (changes % 50_000e18));
        _enter(OPERATOR, 1e18 + ((changes >> 128) % 50_000e18));
        vm.prank(ALICE);
        staking.unbond(ALICE, 1e18 + ((changes >> 64) % 1_900e18));
        vm.prank(BOB);
        operators.exit(BOB);
        _refresh(ALICE);
        _refresh(BOB);
        vm.assertEq(keccak256(abi.encode(pool.draw(seed, number, 11, ALICE, BOB))), drawn, "the same jury");
    }

    /// @dev A party with nearly all of the stake does not keep the others from being drawn.
    function testFuzz_GivenAHeavyParty_SeatsAreFull(bytes32 seed, uint256 assets) external {
        _enter(ALICE, bound(assets, 1_000e18, SUPPLY / 2));
        _enter(BOB, 100e18);
        _enter(CAROL, 100e18);
        address[] memory jurors = pool.draw(seed, block.number, 11, ALICE, BOB);
        vm.assertEq(jurors.length, 11, "all seats");
        for (uint256 i = 0; i < jurors.length; ++i) vm.assertEq(jurors[i], CAROL, "whoever is left");
    }

    /// @dev The pool is not refreshed: who left or was jailed weighs as before in the tree, and is not drawn.
    function testFuzz_GivenStaleWeights_DrawsWhoIsThere(bytes32 seed) external {
        _enterAll();
        vm.prank(SLASHER);
        operators.jail(ALICE, block.timestamp + 1 days);
        vm.prank(BOB);
        staking.unbond(BOB, 3_000e18);
        address[] memory jurors = pool.draw(seed, block.number, 31, address(0), address(0));
        for (uint256 i = 0; i < jurors.length; ++i) {
            vm.assertTrue(jurors[i] == OPERATOR || jurors[i] == CAROL, "only who is there");
        }
        vm.assertGe(jurors.length, 8, "they are drawn");
    }

    /// @dev Of somebody who is gone no part is left, be it the smallest weight there is.
    function test_GivenTheSmallestWeightIsGone_DrawsNobody() external {
        vm.mockCall(address(staking), abi.encodePacked(IStaking.poolOf.selector), abi.encode(1e18, 1e18));
        _setActive(ALICE, true);
        vm.warp(block.timestamp + 1 days);
        _refresh(ALICE);
        vm.assertEq(pool.draw("seed", block.number, 5, BOB, CAROL).length, 5, "she is there");
        bytes memory call = abi.encodeCall(IOperators.isActive, (ALICE, OperatorRoles.JUDGE));
        vm.mockCall(address(operators), call, abi.encode(false));
        vm.assertEq(pool.draw("seed", block.number, 5, BOB, CAROL).length, 0, "she is not");
    }

    function testFuzz_GivenOneIsBothParties_HeIsLeftOutOnce(bytes32 seed) external {
        _enterAll();
        address[] memory jurors = pool.draw(seed, block.number, 31, ALICE, ALICE);
        address[] memory others = pool.draw(seed, block.number, 31, ALICE, address(0));
        vm.assertEq(keccak256(abi.encode(jurors)), keccak256(abi.encode(others)), "as if he were one of them");
    }

    function testFuzz_RespectsTheNumberOfSeats(bytes32 seed, uint256 seats) external {
        _enterAll();
        seats = bound(seats, 0, 100);
        uint256 drawn = pool.draw(seed, block.number, seats, address(0), address(0)).length;
        vm.assertEq(drawn, seats > 31 ? 31 : seats, "seats");
    }

    /// @dev 4,000, 3,000, 2,000 and 1,000 OPG, the last of them half gone: 40, 30, 20 and 5 parts of 95. With 3,100
    ///      seats an honest draw is outside of these bounds, four standard deviations, once in thousands of sequences
    ///      of seeds.
    function test_DrawsByStake() external {
        _enterAll();
        vm.prank(CAROL);
        staking.unbond(CAROL, 500e18);
        uint256[4] memory seats;
        for (uint256 i = 0; i < 100; ++i) {
            address[] memory jurors = pool.draw(keccak256(abi.encode(i)), block.number, 31, address(0), address(0));
            for (uint256 k = 0; k < jurors.length; ++k) {
                address juror = jurors[k];
                ++seats[
                    juror == OPERATOR
                        ? 0
                        : juror == BOB
                            ? 1
                            : juror == ALICE
                                ? 2
                                : 3
                ];
            }
        }
        vm.assertApproxEqAbs(seats[0], (3_100 * 40) / uint256(95), 110, "40 parts");
        vm.assertApproxEqAbs(seats[1], (3_100 * 30) / uint256(95), 104, "30 parts");
        vm.assertApproxEqAbs(seats[2], (3_100 * 20) / uint256(95), 91, "20 parts");
        vm.assertApproxEqAbs(seats[3], (3_100 * 5) / uint256(95), 50, "5 parts");
    }

    function _drawsOnly(address juror, address accused, address accuser) private view {
        address[] memory jurors = pool.draw("seed", block.number, 31, accused, accuser);
        vm.assertEq(jurors.length, 31, "all seats");
        for (uint256 i = 0; i < jurors.length; ++i) vm.assertEq(jurors[i], juror, "in his own place");
    }

    function _enterAll() private {
        _stakeBehind(OPERATOR, OPERATOR, 4_000e18);
        _stakeBehind(BOB, BOB, 3_000e18);
        _stakeBehind(ALICE, ALICE, 2_000e18);
        _stakeBehind(CAROL, CAROL, 1_000e18);
        address[] memory judges = new address[](4);
        (judges[0], judges[1], judges[2], judges[3]) = (OPERATOR, ALICE, BOB, CAROL);
        pool.refresh(judges);
        vm.warp(block.timestamp + 1 days);
        pool.refresh(judges);
    }

    function _enter(address judge, uint256 assets) private {
        _stakeBehind(judge, judge, assets);
        _refresh(judge);
        vm.warp(block.timestamp + 1 days);
        _refresh(judge);
    }

    /// @dev Everybody is a judge with one OPG; 4,096 of them are in the pool.
    function _fill() private {
        vm.mockCall(address(operators), abi.encodePacked(IOperators.isActive.selector), abi.encode(true));
        vm.mockCall(address(staking), abi.encodePacked(IStaking.poolOf.selector), abi.encode(1e18, 1e18));
        address[] memory judges = new address[](64);
        for (uint256 page = 0; page < 64; ++page) {
            for (uint256 i = 0; i < 64; ++i) judges[i] = address(uint160(0xF000 + page * 64 + i));
            pool.refresh(judges);
        }
        vm.assertEq(pool.size(), 4_096, "full");
    }

    function _setActive(address judge, bool active) private {
        bytes memory call = abi.encodeCall(IOperators.isActive, (judge, OperatorRoles.JUDGE));
        vm.mockCall(address(operators), call, abi.encode(active));
        _refresh(judge);
    }

    function _refresh(address judge) private {
        address[] memory judges = new address[](1);
        judges[0] = judge;
        pool.refresh(judges);
    }

    function _weighs(address judge, uint256 weight, uint256 announced, uint256 countsFrom) private view {
        IJuryPool.Weight memory known = pool.weightOf(judge);
        vm.assertEq(known.weight, weight, "weight");
        vm.assertEq(known.announced, announced, "announced");
        vm.assertEq(known.countsFrom, countsFrom, "counts from");
    }
}
