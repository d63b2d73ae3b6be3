pragma circom 2.2.3;

include "bitify.circom";

// @title The greatest of several signed integers.
// @param count Number of values, 2 or more.
// @param width Signed width of the values, 1 to 63: -2^(width-1) <= value < 2^(width-1).
// @input  values[count] Signed integers as field elements.
// @output out The greatest.
// Assumes: every value is within its width (the model's static bounds prove it for the sums of a network).
// Enforces: out is exact.
// Constraints: (count - 1) * (width + 2).
template Maximum(count, width) {
    assert(count >= 2);
    assert(width >= 1 && width <= 63);
    signal input values[count];
    signal output out;

    signal best[count];
    best[0] <== values[0];
    component comparison[count - 1];
    for (var i = 1; i < count; i++) {
        // The difference is above -2^width and below 2^width: its top bit after the shift says "not less".
        comparison[i - 1] = Num2Bits(width + 1);
        comparison[i - 1].in <== values[i] - best[i - 1] + (1 << width);
        best[i] <== best[i - 1] + comparison[i - 1].out[width] * (values[i] - best[i - 1]);
    }
    out <== best[count - 1];
}
