pragma circom 2.2.3;

// @title One question of a tree: low if the answer is 0, high if it is 1.
// @input  answer 0 or 1.
// @input  low, high The values of the two branches.
// @output out The value of the branch that the answer chooses.
// Assumes: answer is 0 or 1 (AtLeast gives nothing else for bits).
// Constraints: 1, or none where both branches are constants.
template Choose() {
    signal input answer;
    signal input low;
    signal input high;
    signal output out;

    out <== low + answer * (high - low);
}
