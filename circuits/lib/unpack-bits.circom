pragma circom 2.2.3;

include "bitify.circom";

// @title Splits one packed field element into the bits of unsigned integers.
// @param count Number of values, 1 or more.
// @param width Width of one value; count * width <= 248, so that no second decomposition fits below the field's modulus.
// @input  packed Any field element.
// @output bits[count][width] Bits, lowest first; the value 0 sits in the lowest bits.
// Enforces: packed = sum of bits[i][k] * 2^(width * i + k), each of them 0 or 1.
// Constraints: count * width.
template UnpackBits(count, width) {
    assert(count * width <= 248);
    signal input packed;
    signal output bits[count][width];

    component decomposition = Num2Bits(count * width);
    decomposition.in <== packed;
    for (var i = 0; i < count; i++) {
        for (var k = 0; k < width; k++) bits[i][k] <== decomposition.out[i * width + k];
    }
}
