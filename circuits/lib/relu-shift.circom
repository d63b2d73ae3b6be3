pragma circom 2.2.3;

include "bitify.circom";

// @title ReLU and requantisation in one decomposition: max(0, value) >> shift, rounding down.
// @param width Signed width of the value, 2 to 64: -2^(width-1) <= value < 2^(width-1).
// @param shift Bits dropped, 0 to width - 2.
// @input  value A signed integer as a field element.
// @output out   Integer in [0, 2^(width - 1 - shift)).
// Enforces: value is within its signed width; out is exact. Zero counts as positive and gives 0.
// Constraints: width + 1 (one per bit, one product).
template ReluShift(width, shift) {
    assert(width >= 2 && width <= 64);
    assert(shift >= 0 && shift <= width - 2);
    signal input value;
    signal output out;

    // value + 2^(width-1) is in [0, 2^width); its top bit says "not negative", the others are then the value itself.
    component decomposition = Num2Bits(width);
    decomposition.in <== value + (1 << (width - 1));
    var quotient = 0;
    var place = 1;
    for (var bit = shift; bit < width - 1; bit++) {
        quotient += decomposition.out[bit] * place;
        place += place;
    }
    out <== decomposition.out[width - 1] * quotient;
}
