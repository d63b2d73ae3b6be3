pragma circom 2.2.3;

include "bitify.circom";

// @title Whether a signed integer is 0 or more.
// @param width Signed width of the value, 1 to 64: -2^(width-1) <= value < 2^(width-1).
// @input  value A signed integer as a field element.
// @output out   1 if value >= 0, else 0.
// Enforces: value is within its signed width; out is exact.
// Constraints: width (one per bit).
template NotNegative(width) {
    assert(width >= 1 && width <= 64);
    signal input value;
    signal output out;

    component decomposition = Num2Bits(width);
    decomposition.in <== value + (1 << (width - 1));
    out <== decomposition.out[width - 1];
}
