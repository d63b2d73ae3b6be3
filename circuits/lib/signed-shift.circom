pragma circom 2.2.3;

include "bitify.circom";

// @title Requantisation of a signed integer: value >> shift, rounding down.
// @param width Signed width of the value, 2 to 64: -2^(width-1) <= value < 2^(width-1).
// @param shift Bits dropped, 1 to width - 1.
// @input  value A signed integer as a field element.
// @output out   Integer in [-2^(width-1-shift), 2^(width-1-shift)); negative ones are field negatives.
// Enforces: value is within its signed width; out is exact.
// Constraints: width (one per bit).
template SignedShift(width, shift) {
    assert(width >= 2 && width <= 64);
    assert(shift >= 1 && shift <= width - 1);
    signal input value;
    signal output out;

    // value + 2^(width-1) is in [0, 2^width); dropping low bits and the offset commute, as the offset is a multiple.
    component decomposition = Num2Bits(width);
    decomposition.in <== value + (1 << (width - 1));
    var quotient = 0;
    var place = 1;
    for (var bit = shift; bit < width; bit++) {
        quotient += decomposition.out[bit] * place;
        place += place;
    }
    out <== quotient - (1 << (width - 1 - shift));
}
