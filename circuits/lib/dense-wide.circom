pragma circom 2.2.3;

// @title One row of a dense layer of many inputs with constant weights: sum of weights[i] * values[i] + bias.
// @param count   Number of inputs. Partial sums of 32 keep the compiler's stack small.
// @param weights Signed integers, the constants of the model.
// @param bias    Signed integer.
// @input  values[count] Integers whose bounds the generator knows.
// @output sum The accumulator; negative values are field negatives (p - |sum|).
// Assumes: |sum| is far below p/2; the generator's interval analysis keeps it below 2^31.
// Constraints: 0 (linear).
template DenseWideRow(count, weights, bias) {
    signal input values[count];
    signal output sum;

    var parts = (count + 31) \ 32;
    signal partial[parts];
    var total = bias;
    for (var part = 0; part < parts; part++) {
        var some = 0;
        for (var i = 32 * part; i < 32 * part + 32 && i < count; i++) some += weights[i] * values[i];
        partial[part] <== some;
        total += partial[part];
    }
    sum <== total;
}
