// SPDX-License-Identifier: MIT
pragma solidity 0.8.34;

// Prints the coverage of acts and states.
// solhint-disable-next-line no-console
import {console} from "hardhat/console.sol";

import {Math} from "@openzeppelin/contracts/utils/math/Math.sol";
import {IAnswerDisputes} from "../../../contracts/settlement/interfaces/IAnswerDisputes.sol";
import {IJuryPool} from "../../../contracts/settlement/interfaces/IJuryPool.sol";
import {Receipt} from "../../../contracts/settlement/interfaces/ISettlement.sol";
import {IChallengeBonds} from "../../../contracts/staking/interfaces/IChallengeBonds.sol";
import {FaultClass} from "../../../contracts/staking/interfaces/IPenalties.sol";
import {Base} from "../Base.sol";
import {DisputeRules} from "./DisputeRules.sol";
import {DisputeWorld} from "./DisputeWorld.sol";

/// @title Random acts around disputes: of judges, their delegators, the accused, challengers, the guardian and time
/// @dev What must be true is written down beside each act and compared with what happened. The runner does not report a
///      failing assertion in a handler, so what goes wrong is kept in {wrong}.
contract DisputeHandler is DisputeRules {
    modifier counted() {
        ++calls[msg.sig];
        _;
    }

    // Acts around stake

    /// @notice Most of the stake comes to one of the accused: only then one verdict takes what juries may in a day.
    function stake(uint256 operatorSeed, uint256 accountSeed, uint256 assets) external counted {
        address operator = people[operatorSeed % PEOPLE];
        if (_hasLeft(operator)) return;
        uint256 most = operatorSeed % PEOPLE == PEOPLE - 1 ? 25 : 23;
        _stake(operator, _account(operator, accountSeed), 10 ** bound(assets, 18, most) + (assets % 1e12));
    }

    function unbond(uint256 operatorSeed, uint256 accountSeed, uint256 part) external counted {
        address operator = people[operatorSeed % PEOPLE];
        address account = _account(operator, accountSeed);
        uint256 shares = staking.sharesOf(operator, account);
        _unbond(operator, account, part % 8 == 0 ? shares : bound(part, 0, shares));
    }

    function claim(uint256 seed) external counted {
        if (_entries.length == 0) return;
        uint256 index = seed % _entries.length;
        // The next one that has matured, if there is one.
        for (uint256 i = 0; i < _entries.length; ++i) {
            if (block.timestamp >= staking.claimableAt(_entries[index].bucketId)) break;
            index = (index + 1) % _entries.length;
        }
        Entry memory entry = _entries[index];
        uint256 reserved = staking.reservedBps(entry.operator, entry.bucketId);
        uint256 due = staking.claimableNow(entry.operator, entry.account, entry.bucketId);
        if (block.timestamp < staking.claimableAt(entry.bucketId) || (reserved != 0 && due == 0)) return;
        if (_isAccused(entry.operator)) ++reached[Reached.ClaimUnderDispute];
        _claim(index);
    }

    /// @notice An accused operator gives up his registration, now and then.
    function exit(uint256 seed) external counted {
        address operator = _operator(seed >> 8);
        if (seed % 8 != 0 || _hasLeft(operator)) return;
        vm.prank(_registry.operatorOf(operator).owner);
        _registry.exit(operator);
        if (_isAccused(operator)) ++reached[Reached.ExitUnderDispute];
    }

    /// @notice Another adjudicator reserves for a fault of his; now and then for as many as there is room for.
    function holdOther(uint256 seed, uint256 operatorSeed, uint256 term) external counted {
        address operator = _operator(operatorSeed);
        uint256 count = seed % 4 != 0 ? OTHERS : 1;
        for (uint256 i = 0; i < count; ++i) {
            OtherHold storage other = _others[(seed + i) % OTHERS];
            if (block.timestamp <= other.deadline || _liveHolds(operator) == MAX_HOLDS) continue;
            other.operator = operator;
            other.deadline = block.timestamp + bound(term, 1, 14 days);
            uint256 infractionTime = block.timestamp - bound(term >> 8, 0, PERIOD * 1 days);
            holds.hold(operator, bound(term >> 16, 1, 1_500), infractionTime, bytes32(++_nonces), other.deadline);
        }
    }

    /// @notice Everybody's weight is brought up to date.
    function refresh() external counted {
        _weigh();
    }

    // Acts of the parties

    /// @notice An enclave's answer is disputed in the place of an ended dispute; also one that can be proven, one that
    ///         was never settled, or one that was disputed before.
    function dispute(uint256 seed, uint256 operatorSeed, uint256 age) external counted {
        uint256 index = _vacant(seed);
        Place storage place = _places[index];
        if (_isOpen(place)) return;
        uint256 kind = (seed >> 8) % 12;
        if (kind == 2 && place.nonce != 0) return _disputeAgain(place);
        _collectAll(place);
        delete _places[index];
        (place.operator, place.nonce) = (_operator(operatorSeed), ++_nonces);
        place.issuedAt = block.timestamp - bound(age, 0, age % 2 == 0 ? 16 days : 1 hours);
        place.challenger = (seed >> 16) % 4 == 0 ? people[3] : CHALLENGER;
        if ((seed >> 16) % 16 == 1) place.challenger = place.operator;
        if (kind != 1) _settlement.markSettled(place.operator, place.nonce);
        _dispute(place, kind == 0, kind == 1);
    }

    function argue(uint256 seed) external counted {
        Place storage place = _find(seed, seed % 2 == 0 ? Phase.Response : Phase.Commit);
        address by = _party(place, seed >> 8);
        bool must = _isOpen(place) && block.timestamp < _revealFrom(place);
        vm.prank(by);
        try disputes.argue(place.id, "argument") {
            if (!must) _note("somebody argued too late");
        } catch {
            if (must) _note("an argument was refused");
        }
    }

    function appeal(uint256 seed) external counted {
        Place storage place = _find(seed, Phase.Appeal);
        address by = _party(place, seed >> 8);
        bool byAccused = by == place.operator || by == _registry.operatorOf(place.operator).owner;
        IAnswerDisputes.Vote against = byAccused ? IAnswerDisputes.Vote.NOT_GUILTY : IAnswerDisputes.Vote.GUILTY;
        bool must = _verdictOf(place, 0) != against && place.round == 0 && _phaseOf(place) == Phase.Appeal;
        _fund(by, 22 * FEE);
        vm.prank(by);
        try disputes.appeal(place.id) {
            if (!must) _note("an appeal came too late, twice or from the wrong side");
            (place.round, place.drawBlock) = (1, block.number + DRAW_WAIT);
            (place.appellant, place.byAccused) = (by, byAccused);
            escrow += 22 * FEE;
            if (!byAccused) ++reached[by == BOB ? Reached.AppealByStranger : Reached.AppealByChallenger];
            else ++reached[by == OWNER ? Reached.AppealByOwner : Reached.AppealByOperator];
        } catch {
            if (must) _note("an appeal was refused");
            _defund(by, 22 * FEE);
        }
    }

    // Acts of juries

    /// @notice Draws for one dispute, or for all that wait for it: the block is waited for, now and then not long
    ///         enough, and often it is forgotten. Now and then all who could be drawn have left since that block.
    function draw(uint256 seed) external counted {
        uint256 count = seed % 4 == 0 ? 1 : PLACES;
        for (uint256 i = 0; i < count; ++i) {
            Place storage place = _undrawn(seed);
            if (place.nonce == 0) continue;
            if (!_draw(place, seed + i) || seed % 8 == 1) continue;
            _pass(2 * (DRAW_WAIT + 1));
            bool strike = seed % 16 == 3;
            if (strike) _everybodyUnbonds(seed % 32 == 3 ? 1 : 16);
            _draw(place, seed + i);
            if (strike) _everybodyReturns();
        }
    }

    /// @notice Everybody with a seat seals a vote, or another one, and some without; a few send none. In one dispute,
    ///         or in all that are so far.
    function seal(uint256 seed) external counted {
        for (uint256 i = 0; i < PLACES; ++i) {
            Place storage place = seed % 4 == 0 ? _find(seed, Phase.Commit) : _places[i];
            if (seed % 4 != 0 && _phaseOf(place) != Phase.Commit) continue;
            for (uint256 k = 0; k < PEOPLE; ++k) _seal(place, people[k], uint256(keccak256(abi.encode(seed, i, k))));
            if (seed % 4 == 0) return;
        }
    }

    /// @notice What was sealed is opened, but for a few, in one dispute or in all; wrong votes are too.
    function open(uint256 seed) external counted {
        for (uint256 i = 0; i < PLACES; ++i) {
            Place storage place = seed % 4 == 0 ? _find(seed, Phase.Reveal) : _places[i];
            if (seed % 4 != 0 && _phaseOf(place) != Phase.Reveal) continue;
            for (uint256 k = 0; k < PEOPLE; ++k) _open(place, people[k], uint256(keccak256(abi.encode(seed, i, k))));
            uint256 silent = _votesFor(place, place.round, IAnswerDisputes.Vote.NONE);
            bool seated = disputes.roundOf(place.id, place.round).seats != 0;
            if (silent == 0 && seated) ++reached[Reached.EverySeatOpened];
            if (seed % 4 == 0) return;
        }
    }

    /// @notice Mostly by whoever earned a fee; also before the end, twice, or by others.
    function collectFee(uint256 seed) external counted {
        for (uint256 i = 0; i < PLACES; ++i) {
            Place storage place = _places[(seed + i) % PLACES];
            for (uint256 k = 0; k < 2 * PEOPLE; ++k) {
                uint256 round = ((seed >> 8) + k) % 2;
                address juror = people[((seed >> 16) + k / 2) % PEOPLE];
                if (seed % 4 == 0 || _isDue(place, round, juror)) return _collect(place, round, juror);
            }
        }
    }

    function withdraw(uint256 seed) external counted {
        _withdraw(accounts()[seed % 10]);
    }

    // Ends

    function veto(uint256 seed) external counted {
        if (seed % 8 != 0) return;
        Place storage place = _find(seed >> 8, Phase(1 + ((seed >> 16) % 5)));
        address by = (seed >> 24) % 3 == 0 ? CHALLENGER : GUARDIAN;
        bool must = _isOpen(place) && by == GUARDIAN;
        vm.prank(by);
        try disputes.veto(place.id) {
            if (!must) _note("a dispute was vetoed twice or by anybody");
            _end(place, IAnswerDisputes.State.VETOED);
        } catch {
            if (must) _note("a veto was refused");
        }
    }

    /// @notice Carries out one verdict, or all that are final.
    function resolve(uint256 seed) external counted {
        if (seed % 2 == 0) return _resolve(_find(seed >> 1, Phase.Over));
        for (uint256 i = 0; i < PLACES; ++i) {
            if (_phaseOf(_places[i]) == Phase.Over) _resolve(_places[i]);
        }
    }

    // Time

    /// @notice Lets time pass, mostly to the next second at which something changes for a dispute, or the one before.
    function wait(uint256 time) external counted {
        uint256 kind = time % 128;
        uint256 edge = _nextEdge();
        if (kind == 0) _pass(bound(time, 1 hours, 5 days));
        else if (edge == 0 || kind < 12) _pass(bound(time, 1, 2 * DRAW_WAIT));
        else _pass(edge - block.timestamp - (kind < 28 ? 1 : 0));
        if (time % 3 == 0) _weigh();
    }

    /// @notice Now and then everything is ended, and everybody leaves with what is his. No deposit may stay.
    function everybodyLeaves(uint256 seed) external counted {
        if (seed % 12 != 0) return;
        _endAll(seed % 24 == 0);
        for (uint256 i = 0; i < PEOPLE; ++i) {
            for (uint256 k = 0; k < 3; ++k) {
                address account = _account(people[i], k);
                _unbond(people[i], account, staking.sharesOf(people[i], account));
            }
        }
        _pass((PERIOD + 1) * 1 days);
        while (_entries.length != 0) _claim(_entries.length - 1);
        _weigh();
        for (uint256 i = 0; i < PEOPLE; ++i) {
            if (_hasLeft(people[i])) people[i] = _newOperator(0);
        }
        _everybodyReturns();
        _weigh();
        _pass(1 days);
        _weigh();
        ++reached[Reached.EverybodyLeft];
    }

    // Inside: parties

    function _dispute(Place storage place, bool provable, bool unsettled) private {
        Receipt memory receipt = _receiptOf(place);
        if (provable) receipt.keyId = 0;
        bool late = block.timestamp > place.issuedAt + EVIDENCE;
        bool held = late || holds.holdsOf(place.operator).length < MAX_HOLDS;
        bool full = _liveHolds(place.operator) == MAX_HOLDS;
        bool reach = _isInReach(place.issuedAt);
        bool must = !provable && !unsettled && (!late || (!full && reach));
        place.id = _settlement.hashReceipt(receipt);
        _fund(place.challenger, BOND + 5 * FEE);
        vm.prank(place.challenger);
        try disputes.dispute(receipt, "", "evidence") {
            if (!must) _note("a dispute was admitted that cannot be decided");
            (place.state, place.held, place.openedAt) = (IAnswerDisputes.State.OPEN, held, block.timestamp);
            place.drawBlock = block.number + DRAW_WAIT;
            escrow += BOND + 5 * FEE;
            if (!held) ++reached[Reached.AdmittedWithoutHold];
        } catch {
            if (must) _note("a dispute was refused");
            if (provable) ++reached[Reached.RefusedProvable];
            else if (!unsettled) ++reached[reach ? Reached.RefusedForLackOfPlace : Reached.RefusedTooOld];
            _defund(place.challenger, BOND + 5 * FEE);
        }
    }

    function _disputeAgain(Place storage place) private {
        if (place.state == IAnswerDisputes.State.NONE) return;
        _fund(CHALLENGER, BOND + 5 * FEE);
        vm.prank(CHALLENGER);
        try disputes.dispute(_receiptOf(place), "", "evidence") {
            _note("a receipt was disputed twice");
        } catch {
            _defund(CHALLENGER, BOND + 5 * FEE);
        }
    }

    // Inside: juries

    function _draw(Place storage place, uint256 seed) private returns (bool forgotten) {
        if (block.number <= place.drawBlock && seed % 4 != 0) _pass(2 * (place.drawBlock + 1 - block.number));
        if (seed % 3 == 0) _weigh();
        bool early = block.number <= place.drawBlock;
        bool must = _isOpen(place) && !place.drawn[place.round] && !early && block.timestamp < _revealFrom(place);
        forgotten = !early && block.number - place.drawBlock > KNOWN_BLOCKS;
        try disputes.draw(place.id) {
            if (!must) _note("a jury was drawn early, late or twice");
            if (forgotten) {
                place.drawBlock = block.number + DRAW_WAIT;
                ++reached[Reached.DrawPostponed];
            } else _seat(place, seed);
        } catch {
            if (must) _note("a jury could not be drawn");
        }
    }

    function _seat(Place storage place, uint256 seed) private {
        bytes32 random = keccak256(abi.encode(blockhash(place.drawBlock), place.id, place.round));
        if (seed % 5 == 0) _weigh();
        address[] memory jury = pool.draw(
            random,
            place.drawBlock,
            _planned(place.round),
            place.operator,
            place.challenger
        );
        for (uint256 i = 0; i < jury.length; ++i) {
            if (jury[i] == place.operator || jury[i] == place.challenger) _note("a party sits on the jury");
            if (_weightAt(jury[i], place.drawBlock) == 0) _note("somebody without weight was drawn");
            if (pool.standingOf(jury[i]) == 0) _note("somebody without stake was drawn");
            ++_seats[place.id][place.round][jury[i]].seats;
        }
        place.drawn[place.round] = true;
        ++reached[jury.length < _planned(place.round) ? Reached.SeatsMissing : Reached.EverySeatDrawn];
        if (_weightAt(place.operator, place.drawBlock) != 0) ++reached[Reached.PartyWithWeight];
        if (!_votesAgree(place)) _note("the jury is not the one that the block draws");
    }

    function _seal(Place storage place, address juror, uint256 random) private {
        Seat storage seat = _seats[place.id][place.round][juror];
        if (random % 10 == 0 || (seat.seats == 0 && random % 5 != 1)) return;
        IAnswerDisputes.Vote vote = _leaning(place, random >> 8);
        bytes32 sealedVote = disputes.computeVote(place.id, place.round, juror, vote, bytes32(random));
        address by = random % 3 == 0 ? juror : _keyOf(juror);
        if (random % 10 == 1) by = BOB;
        bool must = seat.seats != 0 && by != BOB && _phaseOf(place) == Phase.Commit;
        vm.prank(by);
        try disputes.commitVote(place.id, juror, sealedVote) {
            if (!must) _note("a vote was sealed by nobody's right or too late");
            if (seat.committed != IAnswerDisputes.Vote.NONE) ++reached[Reached.SealedAgain];
            (seat.committed, seat.salt) = (vote, bytes32(random));
        } catch {
            if (must) _note("a vote could not be sealed");
        }
    }

    function _open(Place storage place, address juror, uint256 random) private {
        Seat storage seat = _seats[place.id][place.round][juror];
        if (random % 10 == 0 || (seat.committed == IAnswerDisputes.Vote.NONE && random % 5 != 1)) return;
        IAnswerDisputes.Vote vote = random % 10 == 1 ? IAnswerDisputes.Vote(random % 4) : seat.committed;
        bool right = vote == seat.committed && vote != IAnswerDisputes.Vote.NONE;
        bool fresh = seat.seats != 0 && seat.vote == IAnswerDisputes.Vote.NONE;
        bool must = right && fresh && _phaseOf(place) == Phase.Reveal;
        try disputes.revealVote(place.id, juror, vote, seat.salt) {
            if (!must) _note("a vote was opened that was not sealed, twice or too late");
            seat.vote = vote;
        } catch {
            if (must) _note("a vote could not be opened");
            if (!right) ++reached[Reached.WrongVoteRefused];
        }
    }

    /// @dev Most jurors of a round lean to the same vote.
    function _leaning(Place storage place, uint256 random) private view returns (IAnswerDisputes.Vote) {
        uint256 lean = uint256(keccak256(abi.encode(place.id, place.round))) % 8;
        if (lean == 7 || random % 8 == 0) return IAnswerDisputes.Vote(1 + ((random >> 8) % 3));
        return lean < 4 ? IAnswerDisputes.Vote.GUILTY : IAnswerDisputes.Vote.NOT_GUILTY;
    }

    function _isDue(Place storage place, uint256 round, address juror) private view returns (bool) {
        Seat storage seat = _seats[place.id][round][juror];
        bool ended = place.state != IAnswerDisputes.State.NONE && !_isOpen(place);
        bool voted = seat.vote != IAnswerDisputes.Vote.NONE;
        return ended && voted && !seat.paid && _earns(place.state, seat.vote);
    }

    function _collect(Place storage place, uint256 round, address juror) private {
        bool must = _isDue(place, round, juror);
        Seat storage seat = _seats[place.id][round][juror];
        try disputes.collectFee(place.id, round, juror) returns (uint256 fee) {
            if (!must || fee != seat.seats * FEE) _note("a fee was paid that was not earned");
            seat.paid = true;
            place.unpaid -= fee;
            unpaid -= fee;
            _credit(_payeeOf(juror), fee);
        } catch {
            if (must) _note("a fee was refused that was earned");
            ++reached[Reached.FeeRefused];
        }
    }

    function _collectAll(Place storage place) private {
        for (uint256 i = 0; i < PEOPLE; ++i) {
            if (_isDue(place, 0, people[i])) _collect(place, 0, people[i]);
            if (_isDue(place, 1, people[i])) _collect(place, 1, people[i]);
        }
        if (bonds.bondOf(address(disputes), place.id) != 0) _note("a part of a deposit is nobody's");
    }

    function _withdraw(address account) private {
        uint256 amount = bonds.withdraw(account);
        if (amount != owed[account]) _note("somebody was paid another amount than was his");
        credited -= owed[account];
        owed[account] = 0;
    }

    // Inside: ends

    function _end(Place storage place, IAnswerDisputes.State end) private {
        bool voided = end == IAnswerDisputes.State.VETOED || end == IAnswerDisputes.State.EXPIRED;
        if (!voided && place.round == 1 && _verdictOf(place, 0) != _verdictOf(place, 1)) {
            ++reached[Reached.Overturned];
        }
        _endInLedger(place, end);
        ++reached[_nameOf(end)];
    }

    function _resolve(Place storage place) private {
        IAnswerDisputes.State end = _endOf(place);
        bool isFinal = _phaseOf(place) == Phase.Over;
        (uint256 needed, uint256 available) = (0, 0);
        Before memory before;
        (available, before.capacity) = penalties.juryBudget();
        (before.active, ) = staking.poolOf(place.operator);
        before.all = _allStake(place.operator);
        before.claimed = place.claimed;
        if (end == IAnswerDisputes.State.GUILTY) {
            (, uint256 bps) = penalties.previewPunish(place.operator, FaultClass.WRONG_ANSWER, place.issuedAt);
            needed = Math.ceilDiv(before.active * bps, 10_000);
        }
        try disputes.resolve(place.id) {
            if (!isFinal || needed > available) _note("a verdict was carried out early, twice or above the limit");
            _checkPenalty(place.operator, end == IAnswerDisputes.State.GUILTY, before);
            _end(place, end);
        } catch {
            if (!isFinal) return;
            if (needed <= available) _note("a verdict could not be carried out");
            if (block.timestamp > _takenAt + 1 days) _note("the limit of juries did not refill in a day");
            ++reached[Reached.LimitReached];
        }
    }

    /// @dev Ends what is open, in time or long after, and pays everybody. Nothing may stand in the way but the limit of
    ///      juries, which refills.
    function _endAll(bool late) private {
        _pass(late ? 6 days + 1 : 4 days);
        for (uint256 i = 0; i < PLACES; ++i) {
            if (_isOpen(_places[i])) _resolve(_places[i]);
        }
        for (uint256 i = 0; i < PLACES; ++i) {
            if (!_isOpen(_places[i])) continue;
            _pass(1 days);
            _resolve(_places[i]);
            if (_isOpen(_places[i])) _note("a dispute cannot be ended");
        }
        for (uint256 i = 0; i < PLACES; ++i) {
            _collectAll(_places[i]);
            delete _places[i];
        }
        address[10] memory all = accounts();
        for (uint256 i = 0; i < all.length; ++i) _withdraw(all[i]);
        if (token.balanceOf(address(bonds)) != 0) _note("a deposit was left behind");
    }

    // Inside: time

    function _pass(uint256 time) private {
        vm.roll(block.number + (time + 1) / 2);
        vm.warp(block.timestamp + time);
    }
}

/// @title What holds of disputes, juries, deposits and holds after any sequence of acts
contract AnswerDisputesInvariantsTest is Base {
    DisputeHandler private handler;

    function setUp() external {
        vm.warp(20_000 days + 6 hours);
        vm.roll(1_000);
        handler = new DisputeHandler();
    }

    function targetContracts() external view returns (address[] memory targets) {
        targets = new address[](1);
        targets[0] = address(handler);
    }

    /// @notice A run with a fixed seed reaches every state that matters; what was called and reached is printed.
    function test_HandlerReachesEveryState() external {
        for (uint256 i = 0; i < 4_000; ++i) {
            _act(uint256(keccak256(abi.encode("4", i))));
            if (i % 100 == 0) this.invariant_DisputesAddUp();
        }
        handler.everybodyLeaves(0);
        this.invariant_DisputesAddUp();
        string[26] memory names = [
            "guilty",
            "acquitted",
            "drawn",
            "vetoed",
            "expired",
            "appeal by the operator",
            "appeal by the owner",
            "appeal by the challenger",
            "appeal by somebody else",
            "overturned",
            "draw postponed",
            "every seat drawn",
            "seats missing",
            "every seat opened",
            "party with weight",
            "admitted without a hold",
            "refused for lack of a place",
            "refused as too old",
            "refused as provable",
            "sealed again",
            "wrong vote refused",
            "fee refused",
            "limit reached",
            "claim under a dispute",
            "exit under a dispute",
            "everybody left"
        ];
        for (uint256 i = 0; i < names.length; ++i) {
            uint256 times = handler.reached(DisputeWorld.Reached(i));
            // solhint-disable-next-line no-console
            console.log("reached %d times: %s", times, names[i]);
        }
        _printCalls();
        for (uint256 i = 0; i < names.length; ++i) {
            vm.assertGe(handler.reached(DisputeWorld.Reached(i)), 1, names[i]);
        }
    }

    /// @notice Deposits held are those of open disputes, fees that were earned and credits, each account's as the rules
    ///         say; every dispute is where its acts have brought it, with one hold if and only if it is open and held;
    ///         what verdicts took is what guilty votes allow; weights add up; and no act did what it must not.
    function invariant_DisputesAddUp() external view {
        vm.assertEq(handler.wrong(), "", "no act did what it must not");
        vm.assertTrue(handler.disputesAgree(), "disputes");
        vm.assertTrue(handler.operatorsAgree(), "holds and penalties");
        IChallengeBonds bonds = handler.bonds();
        uint256 balance = handler.token().balanceOf(address(bonds));
        vm.assertEq(balance, bonds.total(), "the total of deposits");
        vm.assertEq(balance, handler.escrow() + handler.unpaid() + handler.credited(), "deposits in and out");
        uint256 credits = 0;
        address[10] memory accounts = handler.accounts();
        for (uint256 i = 0; i < accounts.length; ++i) {
            uint256 credit = bonds.creditOf(accounts[i]);
            vm.assertEq(credit, handler.owed(accounts[i]), "what the rules leave to everybody");
            credits += credit;
        }
        vm.assertEq(credits, handler.credited(), "nobody else has anything");
        _checkPool();
    }

    function _checkPool() private view {
        (uint256 weight, uint256 size) = (0, 0);
        for (uint256 i = 0; i < 6; ++i) {
            IJuryPool.Weight memory known = handler.pool().weightOf(handler.people(i));
            weight += known.weight;
            if (known.weight != 0 || known.countsFrom != 0) ++size;
        }
        vm.assertEq(handler.pool().totalWeight(), weight, "the weight of all");
        vm.assertEq(handler.pool().size(), size, "the size of the pool");
    }

    function _printCalls() private view {
        bytes4[18] memory acts = [
            handler.stake.selector,
            handler.unbond.selector,
            handler.claim.selector,
            handler.exit.selector,
            handler.holdOther.selector,
            handler.refresh.selector,
            handler.dispute.selector,
            handler.argue.selector,
            handler.appeal.selector,
            handler.draw.selector,
            handler.seal.selector,
            handler.open.selector,
            handler.collectFee.selector,
            handler.withdraw.selector,
            handler.veto.selector,
            handler.resolve.selector,
            handler.wait.selector,
            handler.everybodyLeaves.selector
        ];
        string[18] memory names = [
            "stake",
            "unbond",
            "claim",
            "exit",
            "holdOther",
            "refresh",
            "dispute",
            "argue",
            "appeal",
            "draw",
            "seal",
            "open",
            "collectFee",
            "withdraw",
            "veto",
            "resolve",
            "wait",
            "everybodyLeaves"
        ];
        // solhint-disable-next-line no-console
        for (uint256 i = 0; i < acts.length; ++i) console.log("called %d times: %s", handler.calls(acts[i]), names[i]);
    }

    function _act(uint256 random) private {
        (uint256 a, uint256 b, uint256 c) = (random >> 8, random >> 40, random >> 72);
        uint256 kind = random % 30;
        if (kind == 0) handler.stake(a, b, c);
        else if (kind == 1) handler.unbond(a, b, c);
        else if (kind == 2) handler.claim(a);
        else if (kind == 3) handler.exit(a);
        else if (kind == 4) handler.holdOther(a, b, c);
        else if (kind == 5) handler.refresh();
        else if (kind < 8) handler.dispute(a, b, c);
        else if (kind == 8) handler.argue(a);
        else if (kind < 11) handler.appeal(a);
        else if (kind < 15) handler.draw(a);
        else if (kind < 18) handler.seal(a);
        else if (kind < 21) handler.open(a);
        else if (kind == 21) handler.collectFee(a);
        else if (kind == 22) handler.withdraw(a);
        else if (kind == 23) handler.veto(a);
        else if (kind == 24) handler.resolve(a);
        else if (kind == 25) handler.everybodyLeaves(a);
        else handler.wait(a);
    }
}
