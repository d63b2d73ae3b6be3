// SPDX-License-Identifier: MIT
pragma solidity 0.8.34;

import {IProofSystem} from "./IProofSystem.sol";

/// @title One verifier for every circuit, and the router to the others
/// @notice Anyone registers a verifying key (BN254); its id is the hash of its bytes, so a key can never change.
///         Groth16 is verified here; other proof systems have verifiers of their own behind this one address.
/// @dev ROUTES: a vote adds proof systems; what verifies the keys of one is never replaced. The guardian or a vote
///      freezes a system that is broken: its keys verify nothing and no new ones are taken, by revert, since "wrong"
///      would be untrue of a right proof. Only a vote lifts a freeze. Keys, their ids and confirmations stay readable.
///      LIVENESS: a caller must cope with a reverting verification; a freeze settles nothing and loses nothing by
///      itself, but time limits of the caller go on.
///      ASSUMPTIONS: the registry checks points, not ceremonies. Whoever knows the secrets of a key's setup can forge
///      proofs under it; consumers choose keys whose setup they trust. Two mistakes are caught: keys of this
///      repository's insecure development setup are recognised by their alpha point, and keys whose second phase never
///      took place (delta equal to gamma up to sign) are refused, since anyone can forge proofs under them.
interface IVerifierRegistry {
    /// @notice A Groth16 verifying key: points as uncompressed BN254 coordinates, G2 in EIP-197 order (imaginary
    ///         first).
    /// @param ic One G1 point (x, y) per public signal, plus the constant one.
    struct VerifyingKey {
        uint256[2] alpha1;
        uint256[4] beta2;
        uint256[4] gamma2;
        uint256[4] delta2;
        uint256[2][] ic;
    }

    /// @notice A Groth16 proof; `b` in EIP-197 order.
    struct Proof {
        uint256[2] a;
        uint256[4] b;
        uint256[2] c;
    }

    /// @notice Proofs under one key.
    /// @param signals The public signals of each proof in turn: as many as proofs times the key's signals.
    struct BatchGroup {
        bytes32 keyId;
        Proof[] proofs;
        uint256[] signals;
    }

    event VerifyingKeyRegistered(
        bytes32 indexed keyId,
        address indexed registrant,
        uint256 publicSignals,
        bool development
    );

    event ProofSystemAdded(uint256 indexed system, address verifier);

    event ProofSystemFrozen(uint256 indexed system, string reason);

    event ProofSystemUnfrozen(uint256 indexed system, string reason);

    event ClassModelRegistered(
        bytes32 indexed keyId,
        bytes32 indexed classKeyId,
        uint256 modelHash,
        address indexed registrant
    );

    event ContributionConfirmed(bytes32 indexed keyId, bytes32 indexed transcriptHash, address indexed contributor);

    /// @notice Thrown when a proof system is frozen: nothing is verified or registered under it.
    error VerifierProofSystemFrozen(uint256 system);

    /// @notice Thrown when a freeze is to be lifted from a system that is not frozen.
    error VerifierProofSystemNotFrozen(uint256 system);

    /// @notice Thrown when no proof system has this number.
    error VerifierProofSystemUnknown(uint256 system, uint256 count);

    /// @notice Thrown when a key of the built-in proof system is registered as one of another.
    error VerifierProofSystemNotRouted(uint256 system);

    /// @notice Thrown when a proof system is to be added at an address without code.
    error VerifierProofSystemWithoutCode(address verifier);

    /// @notice Thrown when there is no number left for a proof system.
    error VerifierProofSystemsFull(uint256 maximum);

    /// @notice Thrown when a key is not of the proof system that the function is for.
    error VerifierKeyOfAnotherSystem(bytes32 keyId, uint256 system);

    /// @notice Thrown when a key does not fit the code of one contract.
    error VerifierKeyTooLong(uint256 length, uint256 maximum);

    /// @notice Thrown when an encoded proof has not the length of its system's proofs.
    error VerifierProofLengthWrong(uint256 given, uint256 expected);

    /// @notice Thrown when an account confirms a contribution without naming a transcript.
    error VerifierTranscriptMissing(bytes32 keyId);

    /// @notice Thrown when an account confirms the same contribution again.
    error VerifierContributionConfirmed(bytes32 keyId, bytes32 transcriptHash, address contributor);

    /// @notice Thrown when accounts to be counted are not in ascending order, each once.
    error VerifierAccountsNotAscending(uint256 index, address account);

    /// @notice Thrown when no key has this id.
    error VerifierKeyUnknown(bytes32 keyId);

    /// @notice Thrown when a key has no signals or more than the maximum; `signals` is one less than its `ic` points.
    error VerifierKeySignalsOutOfRange(uint256 signals, uint256 maximum);

    /// @notice Thrown when a G1 point of a key is not on the curve, not canonical or the point at infinity.
    error VerifierKeyG1PointInvalid(uint256 x, uint256 y);

    /// @notice Thrown when a G2 point of a key is not on the curve, not canonical or the point at infinity.
    error VerifierKeyG2PointInvalid(uint256 xImaginary, uint256 xReal, uint256 yImaginary, uint256 yReal);

    /// @notice Thrown when a key's delta equals its gamma up to sign: nobody contributed to the setup's second phase.
    error VerifierKeyWithoutContribution(uint256 deltaXImaginary, uint256 deltaXReal);

    /// @notice Thrown when `development` does not tell whether the key's alpha is that of the development setup.
    error VerifierKeyDevelopmentMismatch(bool development);

    /// @notice Thrown when a development key is registered where none is allowed, or a contribution to one confirmed.
    error VerifierDevelopmentKeyRefused(bytes32 keyId);

    /// @notice Thrown when the code that holds a key could not be created.
    error VerifierKeyNotStored(bytes32 keyId);

    /// @notice Thrown when the number of signals is not that of the key.
    error VerifierSignalCountWrong(uint256 given, uint256 expected);

    /// @notice Thrown when a signal is not below the order of the scalar field.
    error VerifierSignalNotInField(uint256 index, uint256 signal);

    /// @notice Thrown when a model's hash is not below the order of the scalar field.
    error VerifierModelHashNotInField(uint256 modelHash);

    /// @notice Thrown when outputs (signal 0) or inputs (signal 1) do not fit their part of a class circuit's signal.
    error VerifierClassSignalOutOfRange(uint256 index, uint256 signal, uint256 bits);

    /// @notice Thrown when too little gas is left to tell a wrong proof from a starved precompile.
    error VerifierGasTooLow(uint256 available, uint256 required);

    /// @notice Thrown when a batch has no proofs or more than the maximum.
    error VerifierBatchSizeOutOfRange(uint256 proofs, uint256 maximum);

    /// @notice Thrown when a group of a batch has no proofs.
    error VerifierBatchGroupEmpty(uint256 group);

    /// @notice Says that the sender contributed to the ceremony that ended in this key, and found its transcript whole.
    /// @dev Nobody checks that he did: a confirmation is worth what its sender's word is worth. It binds him to one
    ///      transcript, which anyone can verify off chain against the key (zkml/setup). Once said, it stays.
    ///
    /// Requirements:
    /// - the key is registered and not of the development setup;
    /// - `transcriptHash` is not zero, and the sender has not confirmed it for this key.
    ///
    /// Emits {ContributionConfirmed}.
    /// @param transcriptHash keccak256 of the ceremony's transcript file.
    function confirmContribution(bytes32 keyId, bytes32 transcriptHash) external;

    /// @notice How many of `accounts` have confirmed their contribution to this key and transcript. A consumer asks for
    ///         as many as he needs of those whom he trusts: one honest contributor makes a setup sound. Those of a
    ///         class model are those of its class's key.
    /// @param accounts Ascending, each once, so that nobody counts twice.
    function confirmationsOf(
        bytes32 keyId,
        bytes32 transcriptHash,
        address[] calldata accounts
    ) external view returns (uint256 count);

    /// @notice Stores a key and returns its id. Registering a known key is a no-op that returns the same id.
    /// @dev The id is keccak256 of the points in struct order, 32 bytes per coordinate.
    ///
    /// Requirements:
    /// - 1 to {MAX_SIGNALS} signals;
    /// - every point is canonical, on its curve and not infinity. That G2 points lie in the right subgroup is checked
    ///   by the pairing precompile in every {verify}: under a key that violates it no proof verifies;
    /// - delta differs from gamma and its negative;
    /// - `development` is true exactly for keys of the development setup, and such keys are allowed.
    ///
    /// Emits {VerifyingKeyRegistered} when the key is new.
    /// @param development Whether the key comes from the insecure development setup; refused where the registry was
    ///                    deployed without development keys.
    function registerKey(VerifyingKey calldata key, bool development) external returns (bytes32 keyId);

    /// @notice Stores a key of a proof system with a verifier of its own and returns its id. Registering a known key is
    ///         a no-op that returns the same id.
    /// @dev The id is keccak256 of the system's number (32 bytes) and the key.
    ///
    /// Requirements:
    /// - the system is there, is not Groth16 and not frozen, and its verifier finds the key well-formed;
    /// - 1 to {MAX_SIGNALS} signals;
    /// - `development` is true exactly for keys of the development setup, and such keys are allowed.
    ///
    /// Emits {VerifyingKeyRegistered} when the key is new.
    /// @param key The key in the system's own encoding; for FFLONK see {IFflonkVerifier}.
    function registerRoutedKey(uint256 system, bytes calldata key, bool development) external returns (bytes32 keyId);

    /// @notice Adds a proof system under the next number.
    /// @dev Warning: it can accept what it likes under keys of its number from then on, and cannot be removed, only
    ///      frozen. It must have no state and no owner.
    ///
    /// Emits {ProofSystemAdded}.
    function addProofSystem(IProofSystem verifier) external returns (uint256 system);

    /// @notice Stops every verification and registration under a proof system.
    ///
    /// Emits {ProofSystemFrozen}.
    /// @param reason For people.
    function freezeProofSystem(uint256 system, string calldata reason) external;

    /// @notice Lifts a freeze.
    /// @dev Warning: keys that were registered before the freeze verify again. Where the verifier was wrong, add a new
    ///      one instead and leave the old one frozen.
    ///
    /// Emits {ProofSystemUnfrozen}.
    /// @param reason For people.
    function unfreezeProofSystem(uint256 system, string calldata reason) external;

    /// @notice The number of the proof system that is verified here.
    function GROTH16() external view returns (uint256);

    /// @notice How many proof systems there are.
    function proofSystemCount() external view returns (uint256);

    /// @notice The verifier of a proof system, which is this contract for Groth16, and whether it is frozen. Reverts if
    ///         there is no such system.
    function proofSystemAt(uint256 system) external view returns (address verifier, bool frozen);

    /// @notice The proof system of a key. Reverts if the key is unknown.
    function proofSystemOf(bytes32 keyId) external view returns (uint256);

    /// @notice The bytes of a key as its proof system encodes it; those of a class model's class. Reverts if the key is
    ///         unknown.
    function keyOf(bytes32 keyId) external view returns (bytes memory key);

    /// @notice Gives a model of a class circuit a key id of its own, under which {verify} takes the three signals of
    ///         every circuit: packed outputs, packed inputs, call binding. No setup is needed, and the weights stay
    ///         private. Registering a known model is a no-op that returns the same id.
    /// @dev The id is keccak256 of class key and hash. {verify} puts inputs and outputs into the class circuit's one
    ///      data signal, after checking that neither reaches into the other's part, and adds the hash. The registry
    ///      cannot know what a key's circuit is: whoever binds to the id checks that `classKeyId` is a class's key.
    ///      {verifyBatch} takes such proofs under the class's key, with the class circuit's own signals.
    ///
    /// Requirements:
    /// - `classKeyId` is a registered Groth16 key of three signals;
    /// - `modelHash` is a field element: the circuit's hash of the model's parameters.
    ///
    /// Emits {ClassModelRegistered} when the model is new.
    function registerClassModel(bytes32 classKeyId, uint256 modelHash) external returns (bytes32 keyId);

    /// @notice The class's key and the hash behind the id of a class model; zeros for any other id.
    function classModelOf(bytes32 keyId) external view returns (bytes32 classKeyId, uint256 modelHash);

    /// @notice Most public signals a key can have.
    function MAX_SIGNALS() external view returns (uint256);

    /// @notice Whether this registry accepts keys of the insecure development setup.
    function developmentKeysAllowed() external view returns (bool);

    /// @notice Whether the key is registered.
    function isRegistered(bytes32 keyId) external view returns (bool);

    /// @notice Whether the key comes from the insecure development setup, under which anyone can forge proofs. Reverts
    ///         if the key is unknown.
    function isDevelopmentKey(bytes32 keyId) external view returns (bool);

    /// @notice The number of public signals of the key. Reverts if the key is unknown.
    function publicSignalsOf(bytes32 keyId) external view returns (uint256);

    /// @notice Whether an encoded proof proves `signals` under a key of any proof system. Reverts as {verify} does, and
    ///         if the proof has not the length of its system's proofs.
    /// @param proof For Groth16 the eight words of {Proof}; for FFLONK see {IFflonkVerifier}.
    function verifyProof(bytes32 keyId, bytes calldata proof, uint256[] calldata signals) external view returns (bool);

    /// @notice Whether `proof` proves `signals` under a Groth16 key. Reverts if the key is unknown or of another proof
    ///         system, if Groth16 is frozen, if the number of signals is wrong or if a signal is not a field element;
    ///         returns false for any other wrong proof.
    /// @dev Costs about 190_000 gas plus 6_500 per signal, and 8_000 more for a class model; a malformed proof costs no
    ///      more. Reverts when starved of gas instead of giving a verdict. Groth16 proofs are malleable: replay
    ///      protection must key on the signals, never on the bytes of the proof.
    function verify(bytes32 keyId, Proof calldata proof, uint256[] calldata signals) external view returns (bool);

    /// @notice Whether every proof of the batch proves its signals under its group's key; one wrong proof makes the
    ///         whole batch wrong. Reverts as {verify} does, and if the batch or a group is empty or the batch is too
    ///         large.
    /// @dev Cheaper than {verify} from two proofs on: about 48_000 gas per proof, and once 45_000 plus three pairs for
    ///      the first key; a further key of the same powers-of-tau setup adds one pair. All equations are combined with
    ///      coefficients of 128 bits that the hash of the whole call decides. {VerifierSignalNotInField} counts the
    ///      index within one proof's signals.
    function verifyBatch(BatchGroup[] calldata groups) external view returns (bool);

    /// @notice Most proofs that a batch can have.
    function MAX_BATCH() external view returns (uint256);
}
