pragma circom 2.2.3;

include "bitify.circom";

// @title Index of the greatest of several signed integers; of equal ones, the lowest index.
// @param count Number of values, 2 or more.
// @param width Signed width of the values, 2 to 64: -2^(width-1) <= value < 2^(width-1).
// @input  values[count] Signed integers as field elements.
// @output index Integer in [0, count).
// Assumes: every value is within its width (the model's static bounds prove it for the sums of a network).
// Enforces: index is exact. A later value replaces the best so far only if it is greater, so ties keep the first.
// Constraints: (count - 1) * (width + 3) - 2; the first step's index and the last step's best cost nothing.
template ArgMax(count, width) {
    assert(count >= 2);
    assert(width >= 2 && width <= 64);
    signal input values[count];
    signal output index;

    signal best[count - 1];
    signal indices[count];
    best[0] <== values[0];
    indices[0] <== 0;
    component comparison[count - 1];
    for (var i = 1; i < count; i++) {
        // The difference is above -2^width and below 2^width: its top bit after the shift says "difference >= 1".
        comparison[i - 1] = Num2Bits(width + 1);
        comparison[i - 1].in <== values[i] - best[i - 1] - 1 + (1 << width);
        if (i < count - 1) best[i] <== best[i - 1] + comparison[i - 1].out[width] * (values[i] - best[i - 1]);
        indices[i] <== indices[i - 1] + comparison[i - 1].out[width] * (i - indices[i - 1]);
    }
    index <== indices[count - 1];
}
