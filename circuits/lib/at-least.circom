pragma circom 2.2.3;

// @title Whether an unsigned integer, given in bits, is at least a constant.
// @param width     Width of the integer, 1 to 16.
// @param threshold 1 to 2^width - 1.
// @input  bits[width] Bits, lowest first.
// @output out 1 if the integer is at least the threshold, else 0.
// Assumes: each of bits is 0 or 1 (UnpackBits enforces it).
// Enforces: out is exact. Nothing here is chosen by the prover: out is a polynomial in the bits. Trailing zeros of the
//           threshold leave the lowest bits without influence. From the lowest one bit upwards, a bit of the integer
//           decides if it differs from the threshold's; if it does not, the bits below decide.
// Constraints: width - 1 - (trailing zeros of threshold).
template AtLeast(width, threshold) {
    assert(width >= 1 && width <= 16);
    assert(threshold >= 1 && threshold < 1 << width);
    signal input bits[width];
    signal output out;

    var zeros = 0;
    while (((threshold >> zeros) & 1) == 0) zeros++;
    signal below[width - zeros];
    below[0] <== bits[zeros];
    for (var k = 1; k < width - zeros; k++) {
        // A one in the threshold: both must hold. A zero: either suffices.
        if (((threshold >> (zeros + k)) & 1) == 1) below[k] <== bits[zeros + k] * below[k - 1];
        else below[k] <== bits[zeros + k] + below[k - 1] - bits[zeros + k] * below[k - 1];
    }
    out <== below[width - zeros - 1];
}
