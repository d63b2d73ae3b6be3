pragma circom 2.2.3;

include "bitify.circom";

// @title Splits one packed field element into unsigned integers.
// @param count Number of values, 1 or more.
// @param bits  Width of one value; count * bits <= 248, so that no second decomposition fits below the field's modulus.
// @input  packed Any field element.
// @output values[count] Integers in [0, 2^bits); values[0] sits in the lowest bits.
// Enforces: packed = sum of values[i] * 2^(bits * i) as integers, each value within its width.
// Constraints: count * bits.
template Unpack(count, bits) {
    assert(count * bits <= 248);
    signal input packed;
    signal output values[count];

    component decomposition = Num2Bits(count * bits);
    decomposition.in <== packed;
    for (var i = 0; i < count; i++) {
        var value = 0;
        var place = 1;
        for (var bit = 0; bit < bits; bit++) {
            value += decomposition.out[i * bits + bit] * place;
            place += place;
        }
        values[i] <== value;
    }
}
