pragma circom 2.2.3;

include "argmax.circom";
include "call-binding.circom";
include "hash-chain.circom";
include "private-layer.circom";
include "unpack.circom";
include "unpack-words.circom";

// @title Signed width of every integer of magnitude up to `bound`.
function signedWidth(bound) {
    var width = 1;
    while (1 << (width - 1) <= bound) width++;
    return width;
}

// @title Signed width of a private layer's sums, weights being of 8 bits and inputs below 2^inputBits.
function sumWidth(inputs, inputBits, biasBits) {
    return signedWidth(inputs * 128 * ((1 << inputBits) - 1) + (1 << (biasBits - 1)));
}

// @title Words of a class's parameters: weights of 8 bits, biases, gains of shift + 1 bits, layer by layer.
function parameterWords(inputs, hidden, outputs, biasBits, shift, outputBiasBits, outputShift) {
    var words = wordsFor(hidden * inputs, 8) + wordsFor(hidden, biasBits) + wordsFor(hidden, shift + 1);
    words += wordsFor(outputs * hidden, 8) + wordsFor(outputs, outputBiasBits);
    if (outputShift >= 0) words += wordsFor(outputs, outputShift + 1);
    return words;
}

// @title One layer's parameters out of their words.
// @param inputs, outputs The layer's size.
// @param biasBits        Signed width of a bias.
// @param gainBits        Width of a gain.
// @input  words Weights, then biases, then gains; see UnpackWords.
// @output weights, biases, gains Within their widths: weights of 8 bits, signed.
// Enforces: the words are exactly these parameters.
// Constraints: outputs * (8 * inputs + biasBits + gainBits).
template LayerParameters(inputs, outputs, biasBits, gainBits) {
    var weightWords = wordsFor(outputs * inputs, 8);
    var biasWords = wordsFor(outputs, biasBits);
    var gainWords = wordsFor(outputs, gainBits);
    signal input words[weightWords + biasWords + gainWords];
    signal output weights[outputs * inputs];
    signal output biases[outputs];
    signal output gains[outputs];

    component weight = UnpackWords(outputs * inputs, 8, 128);
    component bias = UnpackWords(outputs, biasBits, 1 << (biasBits - 1));
    component gain = UnpackWords(outputs, gainBits, 0);
    for (var i = 0; i < weightWords; i++) weight.words[i] <== words[i];
    for (var i = 0; i < biasWords; i++) bias.words[i] <== words[weightWords + i];
    for (var i = 0; i < gainWords; i++) gain.words[i] <== words[weightWords + biasWords + i];
    weights <== weight.values;
    biases <== bias.values;
    gains <== gain.values;
}

// @title The first layer of every class: inputs unpacked, parameters unpacked and run.
// @output values[hidden] Integers in [0, 2^sumWidth(inputs, inputBits, biasBits)).
template ClassHidden(inputs, inputBits, hidden, biasBits, shift) {
    var count = wordsFor(hidden * inputs, 8) + wordsFor(hidden, biasBits) + wordsFor(hidden, shift + 1);
    signal input packedInputs;
    signal input words[count];
    signal output values[hidden];

    component parameters = LayerParameters(inputs, hidden, biasBits, shift + 1);
    parameters.words <== words;
    component layer = PrivateLayer(inputs, hidden);
    layer.values <== Unpack(inputs, inputBits)(packedInputs);
    layer.weights <== parameters.weights;
    layer.biases <== parameters.biases;
    component activation = GainShift(hidden, sumWidth(inputs, inputBits, biasBits), shift);
    activation.sums <== layer.sums;
    activation.gains <== parameters.gains;
    values <== activation.values;
}

// @title A class of networks inputs-hidden-1 with private weights: one setup serves every model of that shape.
// @param inputs, hidden       Sizes; inputs * inputBits <= 200, so that inputs and output share one signal.
// @param inputBits            Width of an input.
// @param biasBits, shift      Of the hidden layer: signed width of a bias, bits dropped at gain 1.
// @param outputBiasBits, outputShift The same of the output.
// @input  packedInputs Inputs, element 0 lowest.
// @input  parameters   Private: the model, see parameterWords.
// @input  callBinding  The call that the proof answers.
// @output data         packedInputs * 2^48 + the output, which has fewer than 48 bits.
// @output modelHash    HashChain of the parameters: names the model without showing it.
// Enforces: the output is exactly what the parameters behind modelHash give on the inputs. Every parameter is within
//           its width, without which the hash of packed words would bind nothing.
template ClassRegressor(inputs, inputBits, hidden, biasBits, shift, outputBiasBits, outputShift) {
    var total = parameterWords(inputs, hidden, 1, biasBits, shift, outputBiasBits, outputShift);
    var hiddenWidth = sumWidth(inputs, inputBits, biasBits);
    var outputWidth = sumWidth(hidden, hiddenWidth, outputBiasBits);
    assert(inputs * inputBits <= 200);
    assert(outputWidth <= 48);
    signal input packedInputs;
    signal input parameters[total];
    signal input callBinding;
    signal output data;
    signal output modelHash;

    CallBinding()(callBinding);
    modelHash <== HashChain(total)(parameters);
    component first = ClassHidden(inputs, inputBits, hidden, biasBits, shift);
    var split = wordsFor(hidden * inputs, 8) + wordsFor(hidden, biasBits) + wordsFor(hidden, shift + 1);
    first.packedInputs <== packedInputs;
    for (var i = 0; i < split; i++) first.words[i] <== parameters[i];

    component own = LayerParameters(hidden, 1, outputBiasBits, outputShift + 1);
    for (var i = split; i < total; i++) own.words[i - split] <== parameters[i];
    component layer = PrivateLayer(hidden, 1);
    layer.values <== first.values;
    layer.weights <== own.weights;
    layer.biases <== own.biases;
    component activation = GainShift(1, outputWidth, outputShift);
    activation.sums <== layer.sums;
    activation.gains <== own.gains;
    data <== packedInputs * (1 << 48) + activation.values[0];
}

// @title A class of classifiers inputs-hidden-outputs with private weights; see ClassRegressor.
// @output data packedInputs * 2^48 + the index of the greatest score, the lowest of several.
template ClassClassifier(inputs, inputBits, hidden, outputs, biasBits, shift, outputBiasBits) {
    var total = parameterWords(inputs, hidden, outputs, biasBits, shift, outputBiasBits, -1);
    var hiddenWidth = sumWidth(inputs, inputBits, biasBits);
    assert(inputs * inputBits <= 200);
    signal input packedInputs;
    signal input parameters[total];
    signal input callBinding;
    signal output data;
    signal output modelHash;

    CallBinding()(callBinding);
    modelHash <== HashChain(total)(parameters);
    component first = ClassHidden(inputs, inputBits, hidden, biasBits, shift);
    var split = wordsFor(hidden * inputs, 8) + wordsFor(hidden, biasBits) + wordsFor(hidden, shift + 1);
    first.packedInputs <== packedInputs;
    for (var i = 0; i < split; i++) first.words[i] <== parameters[i];

    var weightWords = wordsFor(outputs * hidden, 8);
    component weight = UnpackWords(outputs * hidden, 8, 128);
    component bias = UnpackWords(outputs, outputBiasBits, 1 << (outputBiasBits - 1));
    for (var i = 0; i < weightWords; i++) weight.words[i] <== parameters[split + i];
    for (var i = split + weightWords; i < total; i++) bias.words[i - split - weightWords] <== parameters[i];
    component layer = PrivateLayer(hidden, outputs);
    layer.values <== first.values;
    layer.weights <== weight.values;
    layer.biases <== bias.values;
    signal index <== ArgMax(outputs, sumWidth(hidden, hiddenWidth, outputBiasBits))(layer.sums);
    data <== packedInputs * (1 << 48) + index;
}
