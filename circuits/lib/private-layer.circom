pragma circom 2.2.3;

include "relu-shift.circom";

// @title The sums of a dense layer whose weights are signals.
// @param inputs  Number of inputs.
// @param outputs Number of neurons.
// @input  values[inputs] Integers whose bounds the class knows.
// @input  weights[outputs * inputs] Signed integers, one neuron after the other.
// @input  biases[outputs] Signed integers.
// @output sums[outputs] The accumulators; negative values are field negatives.
// Assumes: values, weights and biases are within their widths (they were unpacked), far below p/2 in sum.
// Constraints: outputs * inputs.
template PrivateLayer(inputs, outputs) {
    signal input values[inputs];
    signal input weights[outputs * inputs];
    signal input biases[outputs];
    signal output sums[outputs];

    signal products[outputs][inputs];
    for (var neuron = 0; neuron < outputs; neuron++) {
        var total = biases[neuron];
        for (var i = 0; i < inputs; i++) {
            products[neuron][i] <== weights[neuron * inputs + i] * values[i];
            total += products[neuron][i];
        }
        sums[neuron] <== total;
    }
}

// @title ReLU and requantisation by private gains: max(0, gain * sum) >> shift. The gain 2^(shift - s) is a shift by s.
// @param count Number of neurons.
// @param width Signed width of the sums.
// @param shift Bits dropped; gains have shift + 1 bits.
// @input  sums[count]  Signed integers within their width.
// @input  gains[count] Integers in [0, 2^(shift + 1)).
// @output values[count] Integers in [0, 2^width).
// Assumes: sums and gains are within their widths.
// Enforces: values are exact.
// Constraints: count * (width + shift + 3).
template GainShift(count, width, shift) {
    signal input sums[count];
    signal input gains[count];
    signal output values[count];

    signal scaled[count];
    for (var neuron = 0; neuron < count; neuron++) {
        scaled[neuron] <== gains[neuron] * sums[neuron];
        values[neuron] <== ReluShift(width + shift + 1, shift)(scaled[neuron]);
    }
}
