// Generated from models/credit/credit.integer.json by "node scripts/generate-circuits.ts". Do not edit.
pragma circom 2.2.3;

include "call-binding.circom";
include "dense.circom";
include "pack.circom";
include "relu-shift.circom";
include "unpack.circom";

// @title The integer model "credit" with its weights as constants.
// @input  packedInputs  23 values of 8 bits, element 0 lowest.
// @input  callBinding   The call that the proof answers.
// @output packedOutputs 1 values of 17 bits, element 0 lowest.
// Widths come from interval analysis over every input of that width.
template CreditModel() {
    signal input packedInputs;
    signal input callBinding;
    signal output packedOutputs;

    CallBinding()(callBinding);
    signal layer0[23] <== Unpack(23, 8)(packedInputs);

    signal sums1[16];
    signal layer1[16];
    sums1[0] <== DenseRow(23, [7, -85, 20, -118, 46, -51, -101, 48, -126, -87, -45, -69, 28, -25, 17, 51, -11, 33, -100, 47, 6, 16, -52], -13518)(layer0);
    layer1[0] <== ReluShift(19, 4)(sums1[0]);
    sums1[1] <== DenseRow(23, [-8, -40, 126, 17, 0, 32, -15, -66, -55, 38, 25, -48, -10, -23, -14, 30, -1, -17, -5, -12, -1, 26, -5], -8402)(layer0);
    layer1[1] <== ReluShift(18, 2)(sums1[1]);
    sums1[2] <== DenseRow(23, [46, 72, -2, 31, 10, -126, -61, -52, -7, 17, -56, 29, 8, -23, -25, 48, 50, 49, 83, 23, 93, 61, 32], -1467)(layer0);
    layer1[2] <== ReluShift(19, 3)(sums1[2]);
    sums1[3] <== DenseRow(23, [-27, -74, -11, -1, 21, 65, -85, -126, -100, -47, -11, 10, 75, 25, 26, -16, -87, -115, -108, -74, -30, -1, 15], -20833)(layer0);
    layer1[3] <== ReluShift(19, 5)(sums1[3]);
    sums1[4] <== DenseRow(23, [-14, 1, -9, -7, -8, 125, 23, 12, 27, 32, 29, -1, -9, 3, 16, 8, 11, 6, -5, -9, -1, -4, -11], -6012)(layer0);
    layer1[4] <== ReluShift(18, 0)(sums1[4]);
    sums1[5] <== DenseRow(23, [33, 17, 10, 17, 15, -127, 27, -40, 35, -34, 21, 21, 19, 42, -22, 29, -17, 2, 24, 61, -2, 39, -16], 1200)(layer0);
    layer1[5] <== ReluShift(18, 4)(sums1[5]);
    sums1[6] <== DenseRow(23, [16, 5, -1, -7, -9, -126, -36, -14, -16, -21, -10, -4, -14, 0, 0, 26, -4, 17, 22, 39, -1, -15, -3], 12096)(layer0);
    layer1[6] <== ReluShift(17, 2)(sums1[6]);
    sums1[7] <== DenseRow(23, [-3, 21, 42, -60, 15, 43, 22, -38, 82, 2, -10, -44, -50, -75, -82, -23, 94, -126, 34, -10, -15, -9, 1], 9659)(layer0);
    layer1[7] <== ReluShift(18, 3)(sums1[7]);
    sums1[8] <== DenseRow(23, [71, 0, 19, -40, -103, 86, -67, -61, -32, 6, -127, 49, -43, -91, 80, 102, 78, -78, -14, 90, 45, -67, -30], -17864)(layer0);
    layer1[8] <== ReluShift(19, 3)(sums1[8]);
    sums1[9] <== DenseRow(23, [-118, -92, 42, -126, 0, -91, 15, 59, -50, -22, 41, -119, 72, 52, -28, -5, -23, -66, -72, -42, -89, 66, -62], 1569)(layer0);
    layer1[9] <== ReluShift(19, 6)(sums1[9]);
    sums1[10] <== DenseRow(23, [-88, 4, 1, 0, -23, 127, 78, 86, 52, -3, 41, 35, -11, 13, 18, 46, 34, -79, 38, -56, -100, -66, -23], -18027)(layer0);
    layer1[10] <== ReluShift(19, 1)(sums1[10]);
    sums1[11] <== DenseRow(23, [-120, -11, -22, -27, 32, 59, 23, -6, 4, 16, 64, -36, -46, 74, -24, 46, 5, 32, 72, 19, -5, -9, -126], -9322)(layer0);
    layer1[11] <== ReluShift(18, 3)(sums1[11]);
    sums1[12] <== DenseRow(23, [-25, 15, 16, 5, 23, 126, -57, -36, -21, -14, 12, 93, 42, 44, -17, 25, 23, 43, 54, 69, 54, 4, 8], -10017)(layer0);
    layer1[12] <== ReluShift(19, 2)(sums1[12]);
    sums1[13] <== DenseRow(23, [-23, 11, -32, 67, 6, 126, 26, 68, -47, -3, 26, -30, 31, -46, -6, -9, -48, -62, 33, 20, 10, 45, 24], 6845)(layer0);
    layer1[13] <== ReluShift(19, 4)(sums1[13]);
    sums1[14] <== DenseRow(23, [43, 38, -3, 12, 35, -126, 10, 3, -31, 30, 20, -124, -101, -17, -18, 40, 30, 37, 15, 3, 5, 22, -18], -6022)(layer0);
    layer1[14] <== ReluShift(18, 2)(sums1[14]);
    sums1[15] <== DenseRow(23, [4, -21, 7, 7, 6, -116, -50, -23, 28, -19, -84, -85, -127, -51, -31, -44, -37, 1, -12, -7, -8, -6, 8], 12040)(layer0);
    layer1[15] <== ReluShift(19, 2)(sums1[15]);

    signal sums2[1];
    signal layer2[1];
    sums2[0] <== DenseRow(16, [-66, -92, -82, -125, 71, -101, -65, 73, 71, 126, -86, -96, 68, 102, 89, 84], 172496)(layer1);
    layer2[0] <== ReluShift(25, 7)(sums2[0]);

    packedOutputs <== Pack(1, 17)(layer2);
}

// Public signals: [0] packedOutputs, [1] packedInputs, [2] callBinding
component main {public [packedInputs, callBinding]} = CreditModel();
