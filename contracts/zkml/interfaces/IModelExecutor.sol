// SPDX-License-Identifier: MIT
pragma solidity 0.8.34;

/// @title Small models, run by the chain itself
/// @notice Anyone stores an integer model as contract code; its id is a hash of its bytes, so a model can never change.
///         Running it needs no proof and nobody's signature: weights and inputs are public and the arithmetic is exact.
/// @dev LIVENESS: a model is usable for ever; there is no owner and nothing can be paused.
///      A run takes and gives the packed signals that the model's circuit has (see SignalLayout), and equals the
///      circuit and the golden reference (zkml/model/evaluate.ts) bit for bit.
///
///      A model's bytes ("blob", written by zkml/evm/executor-blob.ts):
///
///      byte 0      version, 1
///      byte 1      head: 0 packs the outputs of the last layer, 1 gives the index of its greatest sum
///      byte 2–3, 4 number of inputs and their width in bits
///      byte 5, 6   number of neurons of the last layer and width of one output (head 0) or of the index (head 1)
///      byte 7      number of layers, 1 to 8
///      byte 8–31   for each layer its number of neurons, its width of a field F, and in the upper half of a byte the
///                  weights g of a field (1, 2 or 4), in the lower half their width b; zeros for layers that are not
///                  there
///
///      then, for each layer and each of its neurons: four bytes bias + 2^31, one byte shift, and words of weights. A
///      word has k = ⌊256 / F⌋ fields, field 0 the lowest, and a field holds g weights, weight 0 the lowest,
///      each as weight + 2^(b−1). A word serves k · g inputs: weight j of field k − 1 − i is that of input j · k + i.
///      What is beyond the last input is not read or multiplied by 0.
///
///      Neuron n gives max(0, Σ weight · input + bias) >> shift; with head 1 the last layer gives the plain sum.
///
///      A tree ensemble's bytes (written by zkml/trees/tree-blob.ts) begin with version 2 and the head as above; byte 2
///      and 3 are number and width of the inputs, which have at most 16 bits, byte 4 and 5 the number of sums and the
///      width of one output or of the index, byte 6 to 15 zero. Then, for each sum, 4 bytes of base and 2 bytes of
///      number of trees; then all trees, those of sum 0 first, each with 2 bytes of size before it. A question is 2
///      bytes of skip (the size of its low branch), 1 byte of shift (of its input in the packed inputs), 2 bytes of
///      threshold, its low branch and its high branch, which holds for inputs that are at least the threshold. A leaf
///      is 2 zero bytes and 4 bytes of value. A sum is its base plus one leaf of each of its trees, nothing negative;
///      head 0 packs the sums, head 1 gives the index of the greatest.
interface IModelExecutor {
    event ModelRegistered(bytes32 indexed modelId, address indexed registrant, address store, uint256 size);

    /// @notice Thrown when no model has this id.
    error ExecutorModelUnknown(bytes32 modelId);

    /// @notice Thrown when the code that holds a model could not be created.
    error ExecutorModelNotStored(bytes32 modelId);

    /// @notice Thrown when a blob is not as long as its header says, or longer than contract code can be.
    error ExecutorBlobSizeWrong(uint256 given, uint256 expected);

    /// @notice Thrown when a blob has a version that is not known.
    error ExecutorVersionUnknown(uint256 given, uint256 known);

    /// @notice Thrown when a blob has a head that is not known.
    error ExecutorHeadUnknown(uint256 given, uint256 maximum);

    /// @notice Thrown when a blob has no layers or more than the maximum.
    error ExecutorLayerCountOutOfRange(uint256 given, uint256 maximum);

    /// @notice Thrown when a layer has no neurons or too many, its weights have no bits or more than 8, are not 1, 2 or
    ///         4 to a field or do not fit it, or a layer that is not there is described.
    error ExecutorLayerInvalid(uint256 layer, uint256 neurons, uint256 fieldBits, uint256 packing);

    /// @notice Thrown when the sums in a layer's fields, up to `bound`, could reach beyond their width.
    error ExecutorFieldOverflow(uint256 layer, uint256 bound, uint256 bits);

    /// @notice Thrown when there are no inputs, too many, or they are not 1 to 31 bits wide.
    error ExecutorInputLayoutInvalid(uint256 count, uint256 bits);

    /// @notice Thrown when there are no outputs, they do not fit one packed signal, or the last layer is not theirs.
    error ExecutorOutputLayoutInvalid(uint256 count, uint256 bits, uint256 neurons);

    /// @notice Thrown when a shift is above the maximum: 31, or 0 in the last layer of head 1.
    error ExecutorShiftOutOfRange(uint256 layer, uint256 neuron, uint256 shift, uint256 maximum);

    /// @notice Thrown when inputs exist for which a neuron's sum, between `low` and `high`, leaves 32 bits.
    error ExecutorAccumulatorOverflow(uint256 layer, uint256 neuron, int256 low, int256 high);

    /// @notice Thrown when inputs exist for which an output does not fit its width.
    error ExecutorOutputOverflow(uint256 neuron, uint256 maximum, uint256 bits);

    /// @notice Thrown when bytes that a tree ensemble's header leaves unused are not zero.
    error ExecutorPaddingNotZero(uint256 header);

    /// @notice Thrown when the question at byte `at` is about no input, or about a threshold with one answer only.
    error ExecutorTreeQuestionInvalid(uint256 at, uint256 shift, uint256 threshold);

    /// @notice Thrown when the branch or tree at byte `at` does not have the size that is said of it.
    error ExecutorTreeBranchWrong(uint256 at, uint256 given, uint256 expected);

    /// @notice Thrown when the path to byte `at` asks more questions than the maximum.
    error ExecutorTreeTooDeep(uint256 at, uint256 maximum);

    /// @notice Thrown when a model takes another number of packed words.
    error ExecutorInputWordsWrong(uint256 given, uint256 expected);

    /// @notice Thrown when a packed word holds more bits than its inputs.
    error ExecutorInputOutOfRange(uint256 packedInputs, uint256 bits);

    /// @notice Stores a model and returns its id. Registering a known model is a no-op that returns the same id.
    /// @dev Interval analysis over every admissible input proves that no sum overflows; a model for which it does not
    ///      is refused. Costs about 230 gas per byte and 120 per weight.
    ///
    /// Emits {ModelRegistered} when the model is new.
    function registerModel(bytes calldata blob) external returns (bytes32 modelId);

    /// @notice The id that a blob has or would have.
    function modelIdOf(bytes calldata blob) external pure returns (bytes32 modelId);

    /// @notice Whether the model is registered.
    function isRegistered(bytes32 modelId) external view returns (bool);

    /// @notice The contract that holds the model in its code, behind one STOP byte. Reverts if the model is unknown.
    function storeOf(bytes32 modelId) external view returns (address store);

    /// @notice Runs the model. Reverts if the model is unknown or if `packedInputs` has bits beyond its inputs.
    /// @param packedInputs The inputs as unsigned integers, input 0 in the lowest bits.
    /// @return packedOutputs Head 0: the outputs, output 0 in the lowest bits. Head 1: the index of the greatest sum,
    ///                       the lowest such index if several are equal.
    function run(bytes32 modelId, uint256 packedInputs) external view returns (uint256 packedOutputs);

    /// @notice Runs a model whose inputs take several words; see {run}. Every word but the last holds as many inputs as
    ///         fit 248 bits. Reverts if the number of words is not the model's.
    function runWide(bytes32 modelId, uint256[] calldata words) external view returns (uint256 packedOutputs);

    /// @notice Runs the model on every element; see {run}. The model is loaded once.
    function runBatch(
        bytes32 modelId,
        uint256[] calldata packedInputs
    ) external view returns (uint256[] memory packedOutputs);
}
