// SPDX-License-Identifier: MIT
pragma solidity 0.8.34;

import {IReceiptCases} from "./IReceiptCases.sol";
import {Receipt} from "./ISettlement.sol";

/// @title A jury decides about answers that no code can check
/// @notice Whether a language model really gave that answer, no proof says yet. Here people do: anybody who leaves a
///         bond and the fees of a first jury says that an enclave's settled answer is wrong. Operators in the judge
///         role are drawn by their stake, look at the evidence, and vote in secret. Who is found guilty loses what
///         fault F9 costs, which is little, and never more than juries together may take in a day ({IPenalties}).
///
/// WHAT IS NOT DECIDED HERE. Releases with a circuit: their answers can be proven, and {IAnswerChallenges} asks for
/// that.
///
/// COURSE. All windows are those of the stake ledger, so that stake cannot leave before the verdict. With `R` for the
/// response, `A` for appeals and `S` for slack, in seconds from the opening:
/// - until `R`: everybody brings his arguments; the jury can be drawn as soon as the block that decides about it is
///   there ({DRAW_WAIT} blocks later, whose hash nobody knows at the opening);
/// - `A/4` to send sealed votes, `A/12` to open them;
/// - `A/6` for the side that lost, or for both after a draw, to ask for a second, larger jury, and for the guardian to
///   veto;
/// - if one was asked for: again `A/4`, `A/12` and `A/6`, the last for the veto only;
/// - from then on anybody carries the verdict out ({resolve}), a guilty one until `R + A + S` at the latest.
///
/// SIDES. A receipt is disputed once, and the first to do so may be a friend of the operator who wants it to fail. So
/// the accusation is nobody's own: whoever knows better can add evidence, and appeal if the operator was not found
/// guilty.
///
/// VERDICT. Of the last jury; more than half of its seats, as planned, whether drawn or not. Everything else is a draw:
/// software has bugs, and who does not know should say so. Silent jurors speak for nobody.
///
/// MONEY. What is taken is given back to the base unit.
/// - The bond of a challenge is the challenger's again, unless the operator is acquitted: then it is the operator's.
/// - Who appeals leaves the fees of the second jury twice. Once they are the fees; the other half goes back to who wins
///   his appeal, and after a draw, else to the challenger or to the operator.
/// - A seat earns {JUROR_FEE} if its vote is the verdict, and after a draw or a veto if it voted at all. What is not
///   earned goes back to who paid the fees. A juror in the minority loses his fee, never stake.
interface IAnswerDisputes is IReceiptCases {
    /// @notice Where a dispute stands. All but OPEN are final.
    enum State {
        NONE,
        OPEN,
        GUILTY,
        ACQUITTED,
        // No jury had a majority.
        DRAWN,
        // The guardian ended it.
        VETOED,
        // Found guilty, but nobody carried it out in time.
        EXPIRED
    }

    /// @notice What a juror says. Also what a jury says, where NONE is a draw.
    enum Vote {
        NONE,
        // The answer is wrong: not that of the model to this input.
        GUILTY,
        // The answer is the model's.
        NOT_GUILTY,
        // It cannot be known.
        ABSTAIN
    }

    /// @notice A dispute. Times are Unix seconds.
    /// @param state      NONE if the receipt was never disputed.
    /// @param challenger Who says that the answer is wrong.
    /// @param operator   Who signed it.
    /// @param appellant  Who asked for the second jury; zero means "nobody".
    /// @param issuedAt   The receipt's date, which is the time of the infraction.
    /// @param openedAt   When it began.
    /// @param resolveBy  The last second in which a guilty verdict is carried out.
    /// @param round      The jury that decides: 0, or 1 after an appeal.
    /// @param drawBlock  The block whose hash draws that jury.
    /// @param drawn      Whether that jury was drawn.
    /// @param held       Whether stake is held in the ledger for it.
    struct Dispute {
        State state;
        address challenger;
        address operator;
        address appellant;
        uint256 issuedAt;
        uint256 openedAt;
        uint256 resolveBy;
        uint256 round;
        uint256 drawBlock;
        bool drawn;
        bool held;
    }

    /// @notice One round: its windows (Unix seconds, each ends before the next begins) and its seats by vote.
    /// @param commitFrom Votes are sealed from here on,
    /// @param revealFrom opened from here on,
    /// @param appealFrom appealed or vetoed from here on,
    /// @param endsAt     and final from here on.
    /// @param planned    The seats that a majority is counted of.
    /// @param seats      Those that were drawn.
    /// @param verdict    What its votes say by now.
    struct Round {
        uint256 commitFrom;
        uint256 revealFrom;
        uint256 appealFrom;
        uint256 endsAt;
        uint256 planned;
        uint256 seats;
        uint256 guilty;
        uint256 notGuilty;
        uint256 abstained;
        Vote verdict;
    }

    /// @notice What a juror did in a round.
    /// @param commitment His sealed vote; 0 if none.
    /// @param seats      His seats; 0 if he was not drawn.
    /// @param vote       His vote, once opened.
    /// @param paid       Whether his fee was collected.
    struct Ballot {
        bytes32 commitment;
        uint8 seats;
        Vote vote;
        bool paid;
    }

    /// @notice `receipt` and `evidence` are what a juror needs to begin with.
    event AnswerDisputed(
        bytes32 indexed id,
        address indexed operator,
        address indexed challenger,
        uint256 drawBlock,
        bool held,
        Receipt receipt,
        string evidence
    );
    event ArgumentMade(bytes32 indexed id, address indexed author, string argument);
    /// @notice One address per seat.
    event JuryDrawn(bytes32 indexed id, uint256 indexed round, address[] jurors);
    /// @notice The chain no longer knows the block that would have drawn the jury.
    event DrawPostponed(bytes32 indexed id, uint256 indexed round, uint256 drawBlock);
    event VoteCommitted(bytes32 indexed id, uint256 indexed round, address indexed juror, bytes32 commitment);
    event VoteRevealed(bytes32 indexed id, uint256 indexed round, address indexed juror, Vote vote, uint256 seats);
    event VerdictAppealed(bytes32 indexed id, address indexed appellant, Vote verdict, uint256 drawBlock);
    /// @notice A dispute ended. Amounts are OPG base units, and 0 unless the operator is guilty.
    event DisputeEnded(
        bytes32 indexed id,
        address indexed operator,
        State indexed state,
        uint256 slashed,
        uint256 bounty
    );

    /// @notice Thrown when the ledger's windows are too short to be divided, or longer than a hold can last.
    error DisputesWindowsUnusable(uint256 response, uint256 appeal, uint256 slack, uint256 maximumTogether);
    /// @notice Thrown when the fees of a jury would be nothing, or would make a deposit larger than one can be, OPG
    ///         base units.
    error DisputesFeeOutOfRange(uint256 jurorFee, uint256 maximum);
    /// @notice Thrown when an answer can be proven: {IAnswerChallenges} is the place for it.
    error DisputesAnswerProvable(bytes32 keyId);
    /// @notice Thrown when evidence or an argument is empty or too long, bytes.
    error DisputesTextLengthOutOfRange(uint256 length, uint256 maximum);
    /// @notice Thrown when a dispute is not in a state in which this is possible.
    error DisputesStateWrong(bytes32 id, State state);
    /// @notice Thrown outside of the window of an act, Unix seconds.
    error DisputesOutsideWindow(bytes32 id, uint256 currentTime, uint256 from, uint256 until);
    /// @notice Thrown when the operator appeals an acquittal, or somebody else a conviction.
    error DisputesNotParty(bytes32 id, address caller);
    /// @notice Thrown when a round's jury was drawn before.
    error DisputesDrawnAlready(bytes32 id, uint256 round);
    /// @notice Thrown when the block that draws a jury is not there yet.
    error DisputesDrawTooEarly(bytes32 id, uint256 drawBlock, uint256 currentBlock);
    /// @notice Thrown when somebody votes who has no seat.
    error DisputesNotJuror(bytes32 id, uint256 round, address juror);
    /// @notice Thrown when somebody else than a juror or his signing key seals a vote for him.
    error DisputesNotJurorsKey(address juror, address caller);
    /// @notice Thrown when a vote says nothing.
    error DisputesVoteEmpty();
    /// @notice Thrown when an opened vote is not the sealed one.
    error DisputesVoteMismatch(bytes32 computed, bytes32 committed);
    /// @notice Thrown when a juror's vote was opened before.
    error DisputesVoteRevealed(bytes32 id, uint256 round, address juror);
    /// @notice Thrown when there was an appeal already.
    error DisputesAppealed(bytes32 id, address appellant);
    /// @notice Thrown when a juror has no fee to collect.
    error DisputesNothingEarned(bytes32 id, uint256 round, address juror);

    /// @notice Says that a settled answer is wrong. Takes {openingDeposit} from the caller's allowance to the contract
    ///         of bonds.
    /// @dev A receipt that is older than {EVIDENCE_WINDOW} needs a hold, on the ledger's terms ({IHolds.hold}).
    /// @param receipt   In TEE mode, of a release without a usable circuit.
    /// @param signature The enclave's, as it was settled.
    /// @param evidence  Where a juror finds input, output and what is wrong: a URI, 1 to {MAX_TEXT} bytes.
    /// @return id The receipt's digest.
    function dispute(
        Receipt calldata receipt,
        bytes calldata signature,
        string calldata evidence
    ) external returns (bytes32 id);

    /// @notice Adds an argument, before votes are opened. Anyone may call.
    /// @param argument A URI, 1 to {MAX_TEXT} bytes.
    function argue(bytes32 id, string calldata argument) external;

    /// @notice Draws the jury of the present round. Anyone may call, once its block is there and before votes are
    ///         opened.
    /// @dev If the chain does not know the block any more, another one is named, and nothing is drawn yet.
    function draw(bytes32 id) external;

    /// @notice Seals a vote, or seals another one. By the juror or his signing key.
    /// @param commitment See {computeVote}.
    function commitVote(bytes32 id, address juror, bytes32 commitment) external;

    /// @notice Opens a sealed vote. Anyone may call who knows it.
    function revealVote(bytes32 id, address juror, Vote vote, bytes32 salt) external;

    /// @notice Asks for a second jury: the operator or his owner unless he was acquitted, anybody else unless he was
    ///         found guilty. Takes {appealDeposit} from the caller's allowance to the contract of bonds.
    function appeal(bytes32 id) external;

    /// @notice Ends a dispute without a verdict, before it is carried out.
    /// @dev Restricted to {Roles.GUARDIAN}, who can only take a punishment away.
    function veto(bytes32 id) external;

    /// @notice Carries the verdict out. Anyone may call, once it is final.
    function resolve(bytes32 id) external;

    /// @notice Credits a juror's fee to his payee. Anyone may call, after the end.
    function collectFee(bytes32 id, uint256 round, address juror) external returns (uint256 fee);

    /// @notice A dispute, by the digest of its receipt.
    function disputeOf(bytes32 id) external view returns (Dispute memory);

    /// @notice A round of a dispute; all zero if there is no such round.
    function roundOf(bytes32 id, uint256 round) external view returns (Round memory);

    /// @notice What a juror did in a round.
    function ballotOf(bytes32 id, uint256 round, address juror) external view returns (Ballot memory);

    /// @notice A sealed vote: a hash that binds chain, contract, dispute, round, juror and vote.
    /// @param salt 32 random bytes; who guesses them knows the vote.
    function computeVote(
        bytes32 id,
        uint256 round,
        address juror,
        Vote vote,
        bytes32 salt
    ) external view returns (bytes32);

    /// @notice The seats of a round.
    function seatsOf(uint256 round) external pure returns (uint256);

    /// @notice What a dispute takes: the bond, and the fees of the first jury. OPG base units.
    function openingDeposit() external view returns (uint256);

    /// @notice What an appeal takes: twice the fees of the second jury. OPG base units.
    function appealDeposit() external view returns (uint256);

    /// @notice What a seat earns, OPG base units.
    // solhint-disable-next-line func-name-mixedcase
    function JUROR_FEE() external view returns (uint256);

    /// @notice The longest evidence or argument, bytes.
    // solhint-disable-next-line func-name-mixedcase
    function MAX_TEXT() external view returns (uint256);

    /// @notice How many blocks after the opening or the appeal the block is whose hash draws the jury.
    // solhint-disable-next-line func-name-mixedcase
    function DRAW_WAIT() external view returns (uint256);
}
