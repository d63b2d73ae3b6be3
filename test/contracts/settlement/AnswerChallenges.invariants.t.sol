// SPDX-License-Identifier: MIT
pragma solidity 0.8.34;

// Prints the coverage of acts and states.
// solhint-disable-next-line no-console
import {console} from "hardhat/console.sol";

import {InferenceMode} from "../../../contracts/libraries/InferenceMode.sol";
import {IAnswerChallenges} from "../../../contracts/settlement/interfaces/IAnswerChallenges.sol";
import {Receipt} from "../../../contracts/settlement/interfaces/ISettlement.sol";
import {IChallengeBonds} from "../../../contracts/staking/interfaces/IChallengeBonds.sol";
import {IStaking} from "../../../contracts/staking/interfaces/IStaking.sol";
import {IVerifierRegistry} from "../../../contracts/zkml/interfaces/IVerifierRegistry.sol";
import {Base} from "../Base.sol";
import {ChallengeWorld} from "./ChallengeWorld.sol";

/// @title Random acts around challenges: of callers, challengers, operators, their delegators and time
/// @dev What must be true is written down beside each act and compared with what happened. The runner does not report a
///      failing assertion in a handler, so what goes wrong is kept in {wrong}.
contract ChallengeHandler is ChallengeWorld {
    modifier counted() {
        ++calls[msg.sig];
        _;
    }

    // Acts around stake

    function stake(uint256 operatorSeed, uint256 accountSeed, uint256 assets) external counted {
        address operator = _operator(operatorSeed);
        if (_isTombstoned(operator)) return;
        _stake(operator, _account(operator, accountSeed), 10 ** bound(assets, 12, 24) + (assets % 1e12));
    }

    function unbond(uint256 operatorSeed, uint256 accountSeed, uint256 part) external counted {
        address operator = _operator(operatorSeed);
        if (_entries.length >= ENTRIES) return;
        uint256 shares = staking.sharesOf(operator, _account(operator, accountSeed));
        _unbond(operator, _account(operator, accountSeed), part % 2 == 0 ? shares : bound(part, 0, shares));
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
        (, uint256 worth) = staking.unbondingOf(entry.operator, entry.account, entry.bucketId);
        uint256 reserved = staking.reservedBps(entry.operator, entry.bucketId);
        uint256 due = staking.claimableNow(entry.operator, entry.account, entry.bucketId);
        if (block.timestamp < staking.claimableAt(entry.bucketId) || (reserved != 0 && due == 0)) return;
        _claim(index);
        (, uint256 left) = staking.unbondingOf(entry.operator, entry.account, entry.bucketId);
        if (reserved == 0) return;
        ++reached[Reached.ClaimUnderHold];
        if (left + DUST < (worth * reserved) / 10_000) _note("less is left than is reserved");
    }

    /// @notice A served call locks self-stake.
    function lock(uint256 operatorSeed, uint256 amount, uint256 term) external counted {
        address operator = _operator(operatorSeed);
        (uint256 selfStake, , ) = staking.standingOf(operator);
        uint256 locked = lockedOf(operator);
        amount = bound(amount, 0, selfStake + selfStake / 4 + 1);
        uint256 until = block.timestamp + bound(term, 1, PERIOD * 1 days);
        bool fits = locked <= selfStake && amount <= selfStake - locked;
        if (locked > selfStake && amount == 0) fits = true;
        try locks.lock(operator, amount, until) {
            if (!fits) _note("more was locked than was free");
            _locksUntil[operator][until / 1 days + 1] += amount;
        } catch {
            if (fits) _note("free stake could not be locked");
            ++reached[Reached.LockRefused];
        }
    }

    /// @notice Another adjudicator reserves for a fault of his; now and then for as many as there is room for.
    function holdOther(uint256 seed, uint256 operatorSeed, uint256 fractionBps, uint256 term) external counted {
        address operator = _operator(operatorSeed);
        uint256 count = seed % 3 == 0 ? OTHERS : 1;
        for (uint256 i = 0; i < count; ++i) {
            OtherHold storage other = _others[(seed + i) % OTHERS];
            if (block.timestamp <= other.deadline || _liveHolds(operator) == 8) continue;
            (other.operator, other.fractionBps) = (operator, bound(fractionBps, 1, 1_500));
            other.deadline = block.timestamp + bound(term, 1, 14 days);
            uint256 infractionTime = block.timestamp - bound(term >> 8, 0, PERIOD * 1 days);
            other.era = staking.eraAt(operator, infractionTime);
            holds.hold(operator, other.fractionBps, infractionTime, bytes32(++_nonces), other.deadline);
        }
    }

    // Acts around challenges

    /// @notice An answer of an enclave is settled, in the place of one that nobody can challenge any more; now and then
    ///         one that nobody asked about for up to 16 days.
    function settle(uint256 seed, uint256 operatorSeed, uint256 age) external counted {
        Place storage place = _places[seed % PLACES];
        bool live = place.state == IAnswerChallenges.State.OPEN;
        bool pending = place.state == IAnswerChallenges.State.NONE || place.state == IAnswerChallenges.State.WITHHELD;
        if (live || (pending && place.operator != address(0) && _isInReach(place.issuedAt))) return;
        delete _places[seed % PLACES];
        (place.operator, place.nonce) = (_operator(operatorSeed), ++_nonces);
        place.issuedAt = block.timestamp - bound(age, 0, age % 2 == 0 ? 16 days : 1 hours);
        _settlement.markSettled(place.operator, place.nonce);
    }

    function challenge(uint256 seed) external counted {
        Place storage place = _find(seed, IAnswerChallenges.State.NONE);
        if (place.operator == address(0) || place.state != IAnswerChallenges.State.NONE) return;
        bool late = block.timestamp > place.issuedAt + EVIDENCE;
        bool held = late || holds.holdsOf(place.operator).length < 8;
        bool full = _liveHolds(place.operator) == 8;
        bool must = !late || (!full && _isInReach(place.issuedAt));
        token.mint(CHALLENGER, BOND);
        vm.prank(CHALLENGER);
        try challenges.challenge(_receiptOf(place), "") {
            if (!must) _note("a challenge was admitted that the ledger cannot serve");
            (place.state, place.held) = (IAnswerChallenges.State.OPEN, held);
            place.respondBy = block.timestamp + RESPONSE;
            place.era = staking.eraAt(place.operator, place.issuedAt);
            ++posted;
            if (late) ++reached[Reached.ChallengedLate];
            if (!held) ++reached[Reached.AdmittedWithoutHold];
        } catch {
            if (must) _note("a challenge was refused");
            ++reached[_isInReach(place.issuedAt) ? Reached.RefusedForLackOfPlace : Reached.RefusedTooOld];
            vm.prank(CHALLENGER);
            token.transfer(address(0xdead), BOND);
        }
    }

    function answer(uint256 seed, bool honest) external counted {
        Place storage place = _find(seed, IAnswerChallenges.State.OPEN);
        if (place.respondBy == 0) return;
        bool must = honest && place.state == IAnswerChallenges.State.OPEN && block.timestamp <= place.respondBy;
        Receipt memory receipt = _receiptOf(place);
        uint256 output = honest ? OUTPUT : OTHER_OUTPUT;
        IVerifierRegistry.Proof memory proof = _proofs.prove([output, INPUT, _settlement.proofBinding(receipt)]);
        uint256 stakeBefore = _allStake(place.operator);
        try challenges.answer(receipt, proof) {
            if (!must) _note("an answer was accepted too late, twice or with a wrong proof");
            if (_allStake(place.operator) != stakeBefore) _note("an answer cost stake");
            place.state = place.contradicted ? IAnswerChallenges.State.DRAWN : IAnswerChallenges.State.ANSWERED;
            ++reached[place.contradicted ? Reached.Drawn : Reached.Answered];
            _award(place.contradicted ? CHALLENGER : place.operator);
        } catch {
            if (must) _note("an answer in time was refused");
        }
    }

    /// @notice Another answer is proven, or somebody offers the proof of another contradictor.
    function contradict(uint256 seed, bool honest) external counted {
        bool verdict = seed % 4 == 0;
        Place storage place = _find(seed, verdict ? IAnswerChallenges.State.WITHHELD : IAnswerChallenges.State.OPEN);
        if (place.respondBy == 0) return;
        bool open = place.state == IAnswerChallenges.State.OPEN;
        bool withheld = place.state == IAnswerChallenges.State.WITHHELD;
        bool reach = _isInReach(place.issuedAt);
        bool may = honest && !place.contradicted && (withheld || (open && block.timestamp < _resolveBy(place)));
        // After a verdict out of reach it depends on whether anything is left to take.
        bool must = may && (withheld || place.held ? reach : true);
        if (open && place.held && !reach) may = false;
        Receipt memory receipt = _receiptOf(place);
        uint256 binding = challenges.contradictionBinding(_settlement.hashReceipt(receipt), CONTRADICTOR);
        IVerifierRegistry.Proof memory proof = _proofs.prove([OTHER_OUTPUT, INPUT, binding]);
        vm.prank(honest ? CONTRADICTOR : BOB);
        try challenges.contradict(receipt, OTHER_OUTPUT, proof) {
            if (!may) _note("a contradiction was accepted too late, twice or from a thief");
            place.contradicted = true;
            place.era = staking.eraAt(place.operator, place.issuedAt);
            if (!withheld) return;
            place.state = IAnswerChallenges.State.DISPROVED;
            ++reached[Reached.DisprovedAfterVerdict];
        } catch {
            if (must) _note("a contradiction was refused");
        }
    }

    function resolve(uint256 seed) external counted {
        _resolve(_find(seed, IAnswerChallenges.State.OPEN));
    }

    function withdrawBond(uint256 seed) external counted {
        _withdraw(seed % 2 == 0 ? CHALLENGER : _operator(seed >> 1));
    }

    // Time

    /// @notice Lets time pass, half of the time to a second at which something changes for a challenge.
    function wait(uint256 time, uint256 seed) external counted {
        Place storage place = _find(seed, IAnswerChallenges.State.OPEN);
        uint256 edge = time % 4 < 2 ? place.respondBy : _resolveBy(place);
        uint256 target = time % 8 < 4 ? edge + (time % 2) : block.timestamp + bound(time, 1 hours, 3 days);
        if (target > block.timestamp) vm.warp(target);
    }

    /// @notice Now and then everybody ends what is open, leaves and takes what is his. Nothing but dust may stay.
    function everybodyLeaves(uint256 seed) external counted {
        if (seed % 20 != 0) return;
        vm.warp(block.timestamp + RESPONSE + 1);
        for (uint256 i = 0; i < PLACES; ++i) {
            if (_places[i].state == IAnswerChallenges.State.OPEN) _resolve(_places[i]);
            delete _places[i];
        }
        for (uint256 i = 0; i < 6; ++i) {
            address operator = operators[i % 2];
            _unbond(operator, _account(operator, i / 2), staking.sharesOf(operator, _account(operator, i / 2)));
        }
        vm.warp(block.timestamp + (PERIOD + 1) * 1 days);
        while (_entries.length != 0) _claim(_entries.length - 1);
        _withdraw(CHALLENGER);
        staking.claimBounty(CHALLENGER);
        staking.claimBounty(CONTRADICTOR);
        staking.burnSlashed();
        for (uint256 i = 0; i < 2; ++i) _withdraw(operators[i]);
        if (token.balanceOf(address(bonds)) != 0) _note("a bond was left behind");
        if (token.balanceOf(address(staking)) > DUST * (_claims + 1)) _note("stake was left behind");
        for (uint256 i = 0; i < 2; ++i) {
            if (_isTombstoned(operators[i])) operators[i] = _newOperator();
        }
        ++reached[Reached.EverybodyLeft];
    }

    // What should be true

    /// @notice What calls have locked by all that is known here.
    function lockedOf(address operator) public view returns (uint256 locked) {
        uint256 today = block.timestamp / 1 days;
        for (uint256 day = today + 1; day <= today + PERIOD + 1; ++day) locked += _locksUntil[operator][day];
    }

    /// @notice The holds that must be live, and what they must reserve of what leaves today, bps.
    function expectedHoldsOf(address operator) external view returns (uint256 count, uint256 reservedBps) {
        uint256 era = staking.eraOf(operator);
        for (uint256 i = 0; i < PLACES; ++i) {
            Place storage place = _places[i];
            if (place.operator != operator || place.state != IAnswerChallenges.State.OPEN || !place.held) continue;
            if (block.timestamp > _resolveBy(place)) continue;
            ++count;
            if (place.era == era) reservedBps += place.contradicted ? F2_MAXIMUM_BPS : F4_MAXIMUM_BPS;
        }
        for (uint256 i = 0; i < OTHERS; ++i) {
            OtherHold storage other = _others[i];
            if (other.operator != operator || block.timestamp > other.deadline) continue;
            ++count;
            if (other.era == era) reservedBps += other.fractionBps;
        }
        if (reservedBps > 10_000) reservedBps = 10_000;
    }

    /// @notice Whether every challenge is where it should be, and its bond waits if and only if it is open.
    function statesAgree() external view returns (bool) {
        for (uint256 i = 0; i < PLACES; ++i) {
            Place storage place = _places[i];
            if (place.operator == address(0)) continue;
            bytes32 id = _settlement.hashReceipt(_receiptOf(place));
            IAnswerChallenges.Challenge memory known = challenges.challengeOf(id);
            if (known.state != place.state || known.respondBy != place.respondBy) return false;
            bool open = place.state == IAnswerChallenges.State.OPEN;
            if (bonds.bondOf(address(challenges), id) != (open ? BOND : 0)) return false;
            if (known.held != (open && place.held)) return false;
        }
        return true;
    }

    function liveHoldsOf(address operator) external view returns (uint256) {
        return _liveHolds(operator);
    }

    // Inside

    function _resolve(Place storage place) private {
        if (place.respondBy == 0) return;
        bool must = place.state == IAnswerChallenges.State.OPEN && block.timestamp > place.respondBy;
        bool expired = block.timestamp > _resolveBy(place);
        uint256 stakeBefore = _allStake(place.operator);
        try challenges.resolve(_settlement.hashReceipt(_receiptOf(place))) {
            if (!must) _note("a challenge was resolved early or twice");
            if (expired && _allStake(place.operator) != stakeBefore) _note("a challenge that expired cost stake");
            _award(CHALLENGER);
            if (expired) {
                place.state = IAnswerChallenges.State.EXPIRED;
                ++reached[Reached.Expired];
            } else {
                place.state = place.contradicted ? IAnswerChallenges.State.DISPROVED : IAnswerChallenges.State.WITHHELD;
                ++reached[place.contradicted ? Reached.Disproved : Reached.Withheld];
            }
        } catch {
            if (must) _note("a challenge could not be resolved");
        }
    }

    function _award(address winner) private {
        ++awarded;
        owed[winner] += BOND;
    }

    function _withdraw(address account) private {
        uint256 amount = bonds.withdraw(account);
        if (amount != owed[account]) _note("a bond paid another amount");
        withdrawn += amount;
        owed[account] = 0;
    }

    function _unbond(address operator, address account, uint256 shares) private {
        (uint256 poolAssets, uint256 poolShares) = staking.poolOf(operator);
        if (shares == 0 || shares * poolAssets < poolShares) return;
        vm.prank(account);
        (, uint256 bucketId) = staking.unbond(operator, shares);
        for (uint256 i = 0; i < _entries.length; ++i) {
            Entry memory entry = _entries[i];
            if (entry.operator == operator && entry.account == account && entry.bucketId == bucketId) return;
        }
        _entries.push(Entry(operator, account, bucketId));
    }

    /// @dev A claim that must succeed; whoever got everything is taken off the list.
    function _claim(uint256 index) private {
        Entry memory entry = _entries[index];
        uint256 due = staking.claimableNow(entry.operator, entry.account, entry.bucketId);
        try staking.claim(entry.operator, entry.account, entry.bucketId) returns (uint256 paid) {
            ++_claims;
            if (paid != due) _note("a claim paid another amount");
        } catch {
            _note("a claim was refused");
        }
        (uint256 shares, ) = staking.unbondingOf(entry.operator, entry.account, entry.bucketId);
        if (shares != 0) return;
        _entries[index] = _entries[_entries.length - 1];
        _entries.pop();
    }

    function _note(string memory what) private {
        if (bytes(wrong).length == 0) wrong = what;
    }

    function _receiptOf(Place storage place) private view returns (Receipt memory receipt) {
        receipt.mode = InferenceMode.TEE;
        receipt.operator = place.operator;
        receipt.nonce = place.nonce;
        receipt.inputCommitment = INPUT;
        receipt.outputCommitment = OUTPUT;
        receipt.issuedAt = place.issuedAt;
    }

    function _resolveBy(Place storage place) private view returns (uint256) {
        return place.respondBy + RESOLVE;
    }

    /// @dev Whether the ledger still reaches a day without a hold.
    function _isInReach(uint256 time) private view returns (bool) {
        return time >= (block.timestamp / 1 days - PERIOD) * 1 days;
    }

    function _liveHolds(address operator) private view returns (uint256 count) {
        bytes32[] memory ids = holds.holdsOf(operator);
        for (uint256 i = 0; i < ids.length; ++i) {
            if (holds.holdOf(ids[i]).operator != address(0)) ++count;
        }
    }

    /// @dev Active stake, and what of the unbondings is left.
    function _allStake(address operator) private view returns (uint256 assets) {
        (assets, ) = staking.poolOf(operator);
        for (uint256 i = 0; i < _entries.length; ++i) {
            Entry memory entry = _entries[i];
            if (entry.operator != operator) continue;
            (, uint256 worth) = staking.unbondingOf(operator, entry.account, entry.bucketId);
            assets += worth;
        }
    }

    /// @dev A place with a receipt whose challenge is in `state`, the next one from `seed` on; now and then, and if
    ///      there is none, whatever is there.
    function _find(uint256 seed, IAnswerChallenges.State state) private view returns (Place storage place) {
        place = _places[seed % PLACES];
        if (seed % 16 == 1) return place;
        for (uint256 i = 0; i < PLACES; ++i) {
            Place storage next = _places[(seed + i) % PLACES];
            if (next.operator != address(0) && next.state == state) return next;
        }
    }

    function _isTombstoned(address operator) private view returns (bool tombstoned) {
        (, , tombstoned) = staking.standingOf(operator);
    }

    function _operator(uint256 seed) private view returns (address) {
        return operators[seed % 2];
    }

    /// @dev The operator himself or one of two delegators.
    function _account(address operator, uint256 seed) private pure returns (address) {
        address[3] memory accounts = [operator, ALICE, BOB];
        return accounts[seed % 3];
    }
}

/// @title What holds of challenges, bonds, holds and locks after any sequence of acts
contract AnswerChallengesInvariantsTest is Base {
    ChallengeHandler private handler;

    function setUp() external {
        vm.warp(20_000 days + 6 hours);
        handler = new ChallengeHandler();
    }

    function targetContracts() external view returns (address[] memory targets) {
        targets = new address[](1);
        targets[0] = address(handler);
    }

    /// @notice A run with a fixed seed reaches every state that matters; what was called and reached is printed.
    function test_HandlerReachesEveryState() external {
        for (uint256 i = 0; i < 1_600; ++i) {
            _act(uint256(keccak256(abi.encode("challenges", i))));
            if (i % 50 == 0) this.invariant_ChallengesAddUp();
        }
        this.invariant_ChallengesAddUp();
        string[13] memory names = [
            "answered",
            "drawn",
            "withheld",
            "disproved",
            "disproved after a verdict",
            "expired",
            "admitted without a hold",
            "refused for lack of a place",
            "challenged late",
            "refused as too old",
            "claim under a hold",
            "lock refused",
            "everybody left"
        ];
        for (uint256 i = 0; i < names.length; ++i) {
            uint256 times = handler.reached(ChallengeWorld.Reached(i));
            // solhint-disable-next-line no-console
            console.log("reached %d times: %s", times, names[i]);
            vm.assertGe(times, 1, names[i]);
        }
        _printCalls();
    }

    /// @notice Bonds held are those of open challenges and what was awarded; every challenge is in the state that its
    ///         acts have given it, with its bond if and only if it is open; locks are what was locked and has not
    ///         ended; the holds that are live, and what they reserve, are those of open challenges; and no act did what
    ///         it must not.
    function invariant_ChallengesAddUp() external view {
        vm.assertEq(handler.wrong(), "", "no act did what it must not");
        vm.assertTrue(handler.statesAgree(), "states");
        IChallengeBonds bonds = handler.bonds();
        uint256 balance = handler.token().balanceOf(address(bonds));
        uint256 bond = handler.BOND();
        vm.assertEq(balance, handler.posted() * bond - handler.withdrawn(), "bonds in are bonds out and bonds held");
        vm.assertEq(balance, bonds.total(), "the total of bonds");
        uint256 credits = bonds.creditOf(handler.CHALLENGER());
        for (uint256 i = 0; i < 2; ++i) {
            address operator = handler.operators(i);
            credits += bonds.creditOf(operator);
            vm.assertEq(handler.locks().lockedOf(operator), handler.lockedOf(operator), "locks");
            _checkHolds(operator);
        }
        vm.assertEq(credits, handler.awarded() * bond - handler.withdrawn(), "one award for each end");
    }

    function _printCalls() private view {
        bytes4[12] memory acts = [
            handler.stake.selector,
            handler.unbond.selector,
            handler.claim.selector,
            handler.lock.selector,
            handler.holdOther.selector,
            handler.settle.selector,
            handler.challenge.selector,
            handler.answer.selector,
            handler.contradict.selector,
            handler.resolve.selector,
            handler.withdrawBond.selector,
            handler.wait.selector
        ];
        string[12] memory names = [
            "stake",
            "unbond",
            "claim",
            "lock",
            "holdOther",
            "settle",
            "challenge",
            "answer",
            "contradict",
            "resolve",
            "withdrawBond",
            "wait"
        ];
        // solhint-disable-next-line no-console
        for (uint256 i = 0; i < acts.length; ++i) console.log("called %d times: %s", handler.calls(acts[i]), names[i]);
    }

    function _checkHolds(address operator) private view {
        IStaking staking = handler.staking();
        (uint256 count, uint256 reserved) = handler.expectedHoldsOf(operator);
        vm.assertEq(handler.liveHoldsOf(operator), count, "live holds");
        uint256 bucketId = staking.bucketIdOf(operator, staking.eraOf(operator), staking.currentEpoch());
        vm.assertEq(staking.reservedBps(operator, bucketId), reserved, "reserved of what leaves today");
    }

    function _act(uint256 random) private {
        (uint256 a, uint256 b, uint256 c) = (random >> 8, random >> 16, random >> 24);
        uint256 kind = random % 26;
        if (kind < 3) handler.stake(a, b, c);
        else if (kind < 5) handler.unbond(a, b, c);
        else if (kind < 7) handler.claim(a);
        else if (kind == 7) handler.lock(a, b, c);
        else if (kind == 8) handler.holdOther(a, b, c, random >> 32);
        else if (kind < 12) handler.settle(a, b, c);
        else if (kind < 17) handler.challenge(a);
        else if (kind < 19) handler.answer(a, b % 4 != 0);
        else if (kind == 19) handler.contradict(a, b % 4 != 0);
        else if (kind < 22) handler.resolve(a);
        else if (kind == 22) handler.withdrawBond(a);
        else if (kind == 23) handler.everybodyLeaves(a);
        else handler.wait(a, b);
    }
}
