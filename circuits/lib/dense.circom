pragma circom 2.2.3;

// @title One row of a dense layer with constant weights: sum of weights[i] * values[i] + bias.
// @param count   Number of inputs, 1 to 64 (longer sums overflow the compiler's stack).
// @param weights Signed integers, the constants of the model.
// @param bias    Signed integer.
// @input  values[count] Integers whose bounds the generator knows.
// @output sum The accumulator; negative values are field negatives (p - |sum|).
// Assumes: |sum| is far below p/2; the generator's interval analysis keeps it below 2^31.
// Constraints: 0 (linear).
template DenseRow(count, weights, bias) {
    assert(count <= 64);
    signal input values[count];
    signal output sum;

    var total = bias;
    for (var i = 0; i < count; i++) total += weights[i] * values[i];
    sum <== total;
}
