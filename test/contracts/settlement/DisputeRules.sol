// SPDX-License-Identifier: MIT
pragma solidity 0.8.34;

import {InferenceMode} from "../../../contracts/libraries/InferenceMode.sol";
import {Math} from "@openzeppelin/contracts/utils/math/Math.sol";
import {IAnswerDisputes} from "../../../contracts/settlement/interfaces/IAnswerDisputes.sol";
import {Receipt} from "../../../contracts/settlement/interfaces/ISettlement.sol";
import {IHolds} from "../../../contracts/staking/interfaces/IHolds.sol";
import {FaultClass} from "../../../contracts/staking/interfaces/IPenalties.sol";
import {DisputeWorld} from "./DisputeWorld.sol";

/// @title What the rules say of disputes: windows, verdicts, who loses and wins what, and where everything must stand
abstract contract DisputeRules is DisputeWorld {
    /// @dev What there was before a verdict was carried out.
    struct Before {
        uint256 active;
        uint256 all;
        uint256 claimed;
        uint256 capacity;
    }

    // Windows

    function _commitFrom(Place storage place) internal view returns (uint256) {
        return place.openedAt + RESPONSE + place.round * ROUND;
    }

    function _revealFrom(Place storage place) internal view returns (uint256) {
        return _commitFrom(place) + 18 hours;
    }

    function _appealFrom(Place storage place) internal view returns (uint256) {
        return _revealFrom(place) + 6 hours;
    }

    function _endsAt(Place storage place) internal view returns (uint256) {
        return _appealFrom(place) + 12 hours;
    }

    function _resolveBy(Place storage place) internal view returns (uint256) {
        return place.openedAt + UNTIL_EXPIRY;
    }

    function _isOpen(Place storage place) internal view returns (bool) {
        return place.state == IAnswerDisputes.State.OPEN;
    }

    function _phaseOf(Place storage place) internal view returns (Phase) {
        if (!_isOpen(place)) return Phase.None;
        if (block.timestamp < _commitFrom(place)) return Phase.Response;
        if (block.timestamp < _revealFrom(place)) return Phase.Commit;
        if (block.timestamp < _appealFrom(place)) return Phase.Reveal;
        return block.timestamp < _endsAt(place) ? Phase.Appeal : Phase.Over;
    }

    function _planned(uint256 round) internal pure returns (uint256) {
        return round == 0 ? 5 : 11;
    }

    /// @dev The seats of a round whose opened vote is `vote`.
    function _votesFor(
        Place storage place,
        uint256 round,
        IAnswerDisputes.Vote vote
    ) internal view returns (uint256 n) {
        for (uint256 i = 0; i < PEOPLE; ++i) {
            Seat storage seat = _seats[place.id][round][people[i]];
            if (seat.vote == vote) n += seat.seats;
        }
    }

    function _verdictOf(Place storage place, uint256 round) internal view returns (IAnswerDisputes.Vote) {
        uint256 planned = _planned(round);
        if (2 * _votesFor(place, round, IAnswerDisputes.Vote.GUILTY) > planned) return IAnswerDisputes.Vote.GUILTY;
        bool acquitted = 2 * _votesFor(place, round, IAnswerDisputes.Vote.NOT_GUILTY) > planned;
        return acquitted ? IAnswerDisputes.Vote.NOT_GUILTY : IAnswerDisputes.Vote.NONE;
    }

    /// @dev Whether a vote earns its fee in a dispute that ended so.
    function _earns(IAnswerDisputes.State end, IAnswerDisputes.Vote vote) internal pure returns (bool) {
        if (end == IAnswerDisputes.State.GUILTY) return vote == IAnswerDisputes.Vote.GUILTY;
        if (end == IAnswerDisputes.State.ACQUITTED) return vote == IAnswerDisputes.Vote.NOT_GUILTY;
        return vote != IAnswerDisputes.Vote.NONE;
    }

    /// @dev Writes down who has lost and won what at an end, from the votes alone.
    function _endInLedger(Place storage place, IAnswerDisputes.State end) internal {
        place.state = end;
        address accused = _payeeOf(place.operator);
        bool acquitted = end == IAnswerDisputes.State.ACQUITTED;
        uint256 fees = _earned(place, 0, end) * FEE;
        _settle(place.challenger, BOND + 5 * FEE, fees + (acquitted ? BOND : 0));
        if (acquitted) _credit(accused, BOND);
        place.unpaid = fees;
        if (place.round == 1) {
            fees = _earned(place, 1, end) * FEE;
            bool lost = place.byAccused ? end == IAnswerDisputes.State.GUILTY : acquitted;
            _settle(place.appellant, 22 * FEE, fees + (lost ? 11 * FEE : 0));
            if (lost) _credit(place.byAccused ? place.challenger : accused, 11 * FEE);
            place.unpaid += fees;
        }
        unpaid += place.unpaid;
    }

    function _earned(Place storage place, uint256 round, IAnswerDisputes.State end) internal view returns (uint256 n) {
        for (uint256 i = 0; i < PEOPLE; ++i) {
            Seat storage seat = _seats[place.id][round][people[i]];
            if (_earns(end, seat.vote)) n += seat.seats;
        }
    }

    /// @dev Who left a deposit has it back, less what he lost.
    function _settle(address account, uint256 left, uint256 lost) private {
        escrow -= left;
        _credit(account, left - lost);
    }

    function _credit(address account, uint256 amount) internal {
        owed[account] += amount;
        credited += amount;
    }

    function _payeeOf(address operator) internal view returns (address payee) {
        payee = _registry.payeeOf(operator);
        if (payee == address(0)) payee = operator;
    }

    function _faultOf(Place storage place) internal view returns (bytes32) {
        return penalties.idOf(address(disputes), place.operator, FaultClass.WRONG_ANSWER, place.id);
    }

    function _receiptOf(Place storage place) internal view returns (Receipt memory receipt) {
        receipt.mode = InferenceMode.TEE;
        receipt.keyId = _uselessKey;
        receipt.operator = place.operator;
        receipt.nonce = place.nonce;
        receipt.issuedAt = place.issuedAt;
    }

    // Ends

    function _nameOf(IAnswerDisputes.State end) internal pure returns (Reached) {
        if (end == IAnswerDisputes.State.GUILTY) return Reached.Guilty;
        if (end == IAnswerDisputes.State.ACQUITTED) return Reached.Acquitted;
        if (end == IAnswerDisputes.State.DRAWN) return Reached.Drawn;
        return end == IAnswerDisputes.State.VETOED ? Reached.Vetoed : Reached.Expired;
    }

    function _endOf(Place storage place) internal view returns (IAnswerDisputes.State) {
        IAnswerDisputes.Vote verdict = _verdictOf(place, place.round);
        if (verdict == IAnswerDisputes.Vote.NOT_GUILTY) return IAnswerDisputes.State.ACQUITTED;
        if (verdict != IAnswerDisputes.Vote.GUILTY) return IAnswerDisputes.State.DRAWN;
        bool expired = block.timestamp > _resolveBy(place);
        return expired ? IAnswerDisputes.State.EXPIRED : IAnswerDisputes.State.GUILTY;
    }

    /// @dev Only a guilty verdict costs stake, no more than a fraction of what the ledger holds, rounded up in each
    ///      bucket; and all together no more of active stake than refills.
    function _checkPenalty(address operator, bool guilty, Before memory before) internal {
        (uint256 active, ) = staking.poolOf(operator);
        uint256 loss = before.active - active;
        (, uint256 all, ) = penalties.recordOf(operator);
        uint256 taken = all - slashed[operator];
        if (!guilty) {
            if (taken != 0 || before.all != _allStake(operator)) _note("stake was lost without a guilty verdict");
            return;
        }
        ++verdicts[operator];
        slashed[operator] = all;
        // What was claimed under the hold has left its part of the loss behind.
        uint256 most = ((before.all + before.claimed) * F9_BPS) / 10_000 + DUST;
        if (taken > most) _note("a verdict cost more than F9 may");
        uint256 refilled = (before.capacity * (block.timestamp - _takenAt)) / 1 days;
        _taken = Math.saturatingSub(Math.min(_taken, before.capacity), refilled) + loss;
        if (_taken > before.capacity) _note("juries took more than refills in a day");
        if (taken != 0) _takenAt = block.timestamp;
    }

    // Stake that comes and leaves

    function _unbond(address operator, address account, uint256 shares) internal {
        (uint256 poolAssets, uint256 poolShares) = staking.poolOf(operator);
        if (_entries.length >= ENTRIES || shares == 0 || shares * poolAssets < poolShares) return;
        vm.prank(account);
        (, uint256 bucketId) = staking.unbond(operator, shares);
        for (uint256 i = 0; i < _entries.length; ++i) {
            Entry memory entry = _entries[i];
            if (entry.operator == operator && entry.account == account && entry.bucketId == bucketId) return;
        }
        _entries.push(Entry(operator, account, bucketId));
    }

    /// @dev All who could be drawn take their own stake away after the block that draws; a part may stay.
    function _everybodyUnbonds(uint256 parts) internal {
        for (uint256 i = 0; i < PEOPLE; ++i) {
            uint256 shares = staking.sharesOf(people[i], people[i]);
            _unbond(people[i], people[i], parts == 1 ? shares : shares - shares / parts);
        }
    }

    /// @dev Operators who have not given up have stake of their own again.
    function _everybodyReturns() internal {
        for (uint256 i = 0; i < PEOPLE; ++i) {
            if (!_hasLeft(people[i])) _stake(people[i], people[i], 20_000e18);
        }
    }

    /// @dev A claim that must succeed; whoever got everything is taken off the list.
    function _claim(uint256 index) internal {
        Entry memory entry = _entries[index];
        uint256 due = staking.claimableNow(entry.operator, entry.account, entry.bucketId);
        try staking.claim(entry.operator, entry.account, entry.bucketId) returns (uint256 paid) {
            if (paid != due) _note("a claim paid another amount");
            for (uint256 i = 0; i < PLACES; ++i) {
                if (_places[i].operator == entry.operator) _places[i].claimed += paid;
            }
        } catch {
            _note("a claim was refused");
        }
        (uint256 shares, ) = staking.unbondingOf(entry.operator, entry.account, entry.bucketId);
        if (shares != 0) return;
        _entries[index] = _entries[_entries.length - 1];
        _entries.pop();
    }

    // What should be true

    /// @notice Everybody who can have something to withdraw.
    function accounts() public view returns (address[10] memory) {
        return [CHALLENGER, OWNER, PAYEE, BOB, people[0], people[1], people[2], people[3], people[4], people[5]];
    }

    /// @notice Whether every dispute is where its acts have brought it, with its deposit, its hold and its votes.
    function disputesAgree() external view returns (bool) {
        for (uint256 i = 0; i < PLACES; ++i) {
            Place storage place = _places[i];
            if (place.state == IAnswerDisputes.State.NONE) continue;
            if (!_agrees(place) || !_votesAgree(place)) return false;
            uint256 deposit = BOND + 5 * FEE + place.round * 22 * FEE;
            if (bonds.bondOf(address(disputes), place.id) != (_isOpen(place) ? deposit : place.unpaid)) return false;
            bool live = place.held && _isOpen(place) && block.timestamp <= _resolveBy(place);
            IHolds.Hold memory held = holds.holdOf(_faultOf(place));
            if (held.operator != (live ? place.operator : address(0))) return false;
            if (live && (held.fractionBps != F9_BPS || held.deadline != _resolveBy(place))) return false;
        }
        return true;
    }

    /// @notice Whether the holds of both operators are those of open disputes and those of others, and what verdicts
    ///         took is what they were seen to take.
    function operatorsAgree() external view returns (bool) {
        for (uint256 i = 4; i < PEOPLE; ++i) {
            address operator = people[i];
            uint256 count = 0;
            for (uint256 k = 0; k < PLACES; ++k) {
                Place storage place = _places[k];
                bool live = place.held && _isOpen(place) && block.timestamp <= _resolveBy(place);
                if (live && place.operator == operator) ++count;
            }
            for (uint256 k = 0; k < OTHERS; ++k) {
                if (_others[k].operator == operator && block.timestamp <= _others[k].deadline) ++count;
            }
            if (_liveHolds(operator) != count) return false;
            (uint256 faults, uint256 taken, ) = penalties.recordOf(operator);
            if (faults != verdicts[operator] || taken != slashed[operator]) return false;
        }
        return true;
    }

    /// @dev Active stake, and what of the unbondings is left.
    function _allStake(address operator) internal view returns (uint256 assets) {
        (assets, ) = staking.poolOf(operator);
        for (uint256 i = 0; i < _entries.length; ++i) {
            Entry memory entry = _entries[i];
            if (entry.operator != operator) continue;
            (, uint256 worth) = staking.unbondingOf(operator, entry.account, entry.bucketId);
            assets += worth;
        }
    }

    /// @dev The next second at which a window of an open dispute begins or ends; 0 if there is none.
    function _nextEdge() internal view returns (uint256 next) {
        for (uint256 i = 0; i < PLACES; ++i) {
            Place storage place = _places[i];
            if (!_isOpen(place)) continue;
            uint256[5] memory edges = [
                _commitFrom(place),
                _revealFrom(place),
                _appealFrom(place),
                _endsAt(place),
                _resolveBy(place) + 1
            ];
            for (uint256 k = 0; k < edges.length; ++k) {
                if (edges[k] > block.timestamp && (next == 0 || edges[k] < next)) next = edges[k];
            }
        }
    }
    // Inside: what there is

    function _agrees(Place storage place) internal view returns (bool) {
        IAnswerDisputes.Dispute memory known = disputes.disputeOf(place.id);
        if (known.state != place.state || known.round != place.round) return false;
        if (known.held != (place.held && _isOpen(place)) || known.drawBlock != place.drawBlock) return false;
        if (known.challenger != place.challenger || known.appellant != place.appellant) return false;
        return known.resolveBy == _resolveBy(place) && disputes.roundOf(place.id, place.round).endsAt == _endsAt(place);
    }

    /// @dev Whether seats and votes of all rounds are those that were drawn and opened.
    function _votesAgree(Place storage place) internal view returns (bool) {
        for (uint256 round = 0; round <= place.round; ++round) {
            IAnswerDisputes.Round memory known = disputes.roundOf(place.id, round);
            uint256 seats = 0;
            for (uint256 i = 0; i < PEOPLE; ++i) {
                Seat storage seat = _seats[place.id][round][people[i]];
                seats += seat.seats;
                if (disputes.ballotOf(place.id, round, people[i]).seats != seat.seats) return false;
            }
            if (known.seats != seats || known.planned != _planned(round)) return false;
            if (known.guilty != _votesFor(place, round, IAnswerDisputes.Vote.GUILTY)) return false;
            if (known.notGuilty != _votesFor(place, round, IAnswerDisputes.Vote.NOT_GUILTY)) return false;
            if (known.abstained != _votesFor(place, round, IAnswerDisputes.Vote.ABSTAIN)) return false;
            if (known.verdict != _verdictOf(place, round)) return false;
        }
        return true;
    }

    function _isAccused(address operator) internal view returns (bool) {
        for (uint256 i = 0; i < PLACES; ++i) {
            if (_places[i].operator == operator && _isOpen(_places[i])) return true;
        }
        return false;
    }

    function _hasLeft(address operator) internal view returns (bool) {
        return _registry.operatorOf(operator).exitedAt != 0;
    }

    /// @dev A place without an open dispute, the next one from `seed` on.
    function _vacant(uint256 seed) internal view returns (uint256 index) {
        index = seed % PLACES;
        for (uint256 i = 0; i < PLACES && _isOpen(_places[index]); ++i) index = (index + 1) % PLACES;
    }

    /// @dev A dispute in this phase, the next one from `seed` on; now and then, and if there is none, whatever is
    ///      there.
    function _find(uint256 seed, Phase phase) internal view returns (Place storage place) {
        place = _places[seed % PLACES];
        if (seed % 16 == 1) return place;
        for (uint256 i = 0; i < PLACES; ++i) {
            Place storage next = _places[(seed + i) % PLACES];
            bool idle = (phase == Phase.Commit || phase == Phase.Reveal) && !next.drawn[next.round];
            if (next.nonce != 0 && _phaseOf(next) == phase && !idle) return next;
        }
    }

    /// @dev A dispute that waits for its draw, as above.
    function _undrawn(uint256 seed) internal view returns (Place storage place) {
        place = _places[seed % PLACES];
        if (seed % 16 == 1) return place;
        for (uint256 i = 0; i < PLACES; ++i) {
            Place storage next = _places[(seed + i) % PLACES];
            if (_isOpen(next) && !next.drawn[next.round] && block.timestamp < _revealFrom(next)) return next;
        }
    }

    /// @dev Challenger, operator, his owner, or nobody of the case.
    function _party(Place storage place, uint256 seed) internal view returns (address) {
        if (seed % 8 == 0 || place.nonce == 0) return BOB;
        if (seed % 2 == 1) return place.challenger;
        return seed % 4 == 0 ? place.operator : _registry.operatorOf(place.operator).owner;
    }

    function _operator(uint256 seed) internal view returns (address) {
        return people[4 + (seed % 2)];
    }

    /// @dev The operator himself or one of two delegators.
    function _account(address operator, uint256 seed) internal pure returns (address) {
        address[3] memory all = [operator, ALICE, BOB];
        return all[seed % 3];
    }
}
