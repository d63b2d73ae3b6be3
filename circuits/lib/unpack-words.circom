pragma circom 2.2.3;

include "unpack.circom";

// @title Number of words that hold `count` values of `bits` bits, as many to a word as fit 248 bits.
function wordsFor(count, bits) {
    var perWord = 248 \ bits;
    return (count + perWord - 1) \ perWord;
}

// @title Splits several packed field elements into integers, unsigned or in offset binary.
// @param count  Number of values, 1 or more.
// @param bits   Width of one value, 1 to 248.
// @param offset Taken off every value: 2^(bits - 1) for signed values, 0 for unsigned ones.
// @input  words[wordsFor(count, bits)] Any field elements.
// @output values[count] Integers in [-offset, 2^bits - offset); values[0] sits in the lowest bits of words[0].
// Enforces: every word is exactly its values, each within its width.
// Constraints: count * bits.
template UnpackWords(count, bits, offset) {
    assert(bits >= 1 && bits <= 248);
    var perWord = 248 \ bits;
    var wordCount = wordsFor(count, bits);
    signal input words[wordCount];
    signal output values[count];

    component split[wordCount];
    for (var word = 0; word < wordCount; word++) {
        var held = count - word * perWord < perWord ? count - word * perWord : perWord;
        split[word] = Unpack(held, bits);
        split[word].packed <== words[word];
        for (var i = 0; i < held; i++) values[word * perWord + i] <== split[word].values[i] - offset;
    }
}
