pragma circom 2.2.3;

include "poseidon.circom";

// @title One Poseidon hash of any fixed number of field elements.
// @param count Number of elements, 1 or more.
// @input  elements[count] Field elements.
// @output hash Poseidon of the first 16; then, while elements are left, Poseidon of the hash so far and the next 15.
// Enforces: hash is exact. The number of elements is part of the circuit, so no two lengths share a meaning.
// Constraints: about 600 per 15 elements (circomlib's Poseidon with t up to 17).
template HashChain(count) {
    assert(count >= 1);
    signal input elements[count];
    signal output hash;

    var rounds = count <= 16 ? 1 : 1 + (count - 2) \ 15;
    component poseidon[rounds];
    var next = 0;
    for (var round = 0; round < rounds; round++) {
        var chained = round == 0 ? 0 : 1;
        var taken = count - next < 16 - chained ? count - next : 16 - chained;
        poseidon[round] = Poseidon(taken + chained);
        if (chained == 1) poseidon[round].inputs[0] <== poseidon[round - 1].out;
        for (var i = 0; i < taken; i++) poseidon[round].inputs[chained + i] <== elements[next + i];
        next += taken;
    }
    hash <== poseidon[rounds - 1].out;
}
