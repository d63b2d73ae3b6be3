pragma circom 2.2.3;

// @title Joins unsigned integers into one field element.
// @param count Number of values, 1 or more.
// @param bits  Width of one value; count * bits <= 248.
// @input  values[count] Integers in [0, 2^bits).
// @output packed Sum of values[i] * 2^(bits * i).
// Assumes: every value is within its width (the model's static bounds prove it for the outputs of a network).
// Constraints: 0 (linear).
template Pack(count, bits) {
    assert(count * bits <= 248);
    signal input values[count];
    signal output packed;

    var sum = 0;
    var place = 1;
    for (var i = 0; i < count; i++) {
        sum += values[i] * place;
        place *= 1 << bits;
    }
    packed <== sum;
}
