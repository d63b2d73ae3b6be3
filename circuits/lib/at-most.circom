pragma circom 2.2.3;

include "bitify.circom";

// @title The smaller of a value and a constant: min(value, limit).
// @param width Signed width of limit - value, 2 to 64.
// @param limit Constant integer.
// @input  value An integer as a field element, -2^(width-1) <= limit - value < 2^(width-1).
// @output out   value if value <= limit, else limit.
// Enforces: limit - value is within its signed width; out is exact.
// Constraints: width + 1 (one per bit, one product).
template AtMost(width, limit) {
    assert(width >= 2 && width <= 64);
    signal input value;
    signal output out;

    component decomposition = Num2Bits(width);
    decomposition.in <== limit - value + (1 << (width - 1));
    // The top bit says "not above the limit".
    out <== limit - decomposition.out[width - 1] * (limit - value);
}
