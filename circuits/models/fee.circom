// Generated from models/fee/fee.integer.json by "node scripts/generate-circuits.ts". Do not edit.
pragma circom 2.2.3;

include "call-binding.circom";
include "dense.circom";
include "pack.circom";
include "relu-shift.circom";
include "unpack.circom";

// @title The integer model "fee" with its weights as constants.
// @input  packedInputs  8 values of 12 bits, element 0 lowest.
// @input  callBinding   The call that the proof answers.
// @output packedOutputs 1 values of 24 bits, element 0 lowest.
// Widths come from interval analysis over every input of that width.
template FeeModel() {
    signal input packedInputs;
    signal input callBinding;
    signal output packedOutputs;

    CallBinding()(callBinding);
    signal layer0[8] <== Unpack(8, 12)(packedInputs);

    signal sums1[16];
    signal layer1[16];
    sums1[0] <== DenseRow(8, [-75, -84, 92, 30, -40, 35, 39, -126], -25215)(layer0);
    layer1[0] <== ReluShift(22, 5)(sums1[0]);
    sums1[1] <== DenseRow(8, [68, 36, -7, -3, 110, 68, -126, -116], -21897)(layer0);
    layer1[1] <== ReluShift(22, 1)(sums1[1]);
    sums1[2] <== DenseRow(8, [102, 99, -17, 82, 7, -72, -4, -126], 6836)(layer0);
    layer1[2] <== ReluShift(22, 3)(sums1[2]);
    sums1[3] <== DenseRow(8, [22, 0, -16, 106, 18, 126, -34, -10], -3712)(layer0);
    layer1[3] <== ReluShift(22, 0)(sums1[3]);
    sums1[4] <== DenseRow(8, [62, 57, 53, 25, 86, 125, 112, 117], -7363)(layer0);
    layer1[4] <== ReluShift(23, 2)(sums1[4]);
    sums1[5] <== DenseRow(8, [-37, -127, 73, 111, 91, -114, 79, -73], -28997)(layer0);
    layer1[5] <== ReluShift(22, 2)(sums1[5]);
    sums1[6] <== DenseRow(8, [-80, -70, -100, 62, 64, 27, -29, -126], 30215)(layer0);
    layer1[6] <== ReluShift(22, 1)(sums1[6]);
    sums1[7] <== DenseRow(8, [-105, -4, -10, 127, 122, 91, 34, -46], -38037)(layer0);
    layer1[7] <== ReluShift(22, 2)(sums1[7]);
    sums1[8] <== DenseRow(8, [-68, 96, 89, -95, 126, -104, -115, 124], -40600)(layer0);
    layer1[8] <== ReluShift(22, 7)(sums1[8]);
    sums1[9] <== DenseRow(8, [-126, -17, -35, -56, -26, -82, -54, 69], -59717)(layer0);
    layer1[9] <== ReluShift(22, 1)(sums1[9]);
    sums1[10] <== DenseRow(8, [-68, 118, -32, -126, 40, -46, -81, 47], -7182)(layer0);
    layer1[10] <== ReluShift(22, 0)(sums1[10]);
    sums1[11] <== DenseRow(8, [-126, -52, -103, -115, -63, 91, 53, 28], 30262)(layer0);
    layer1[11] <== ReluShift(22, 2)(sums1[11]);
    sums1[12] <== DenseRow(8, [22, -126, -96, 22, -60, 46, -99, 119], 17235)(layer0);
    layer1[12] <== ReluShift(22, 1)(sums1[12]);
    sums1[13] <== DenseRow(8, [-114, 91, -29, -49, 53, 56, -19, 126], -21837)(layer0);
    layer1[13] <== ReluShift(22, 3)(sums1[13]);
    sums1[14] <== DenseRow(8, [-46, -23, -28, -113, 126, 51, 25, -11], 33262)(layer0);
    layer1[14] <== ReluShift(21, 1)(sums1[14]);
    sums1[15] <== DenseRow(8, [-34, -42, 20, -68, 100, -39, 93, -127], 20417)(layer0);
    layer1[15] <== ReluShift(22, 1)(sums1[15]);

    signal sums2[1];
    signal layer2[1];
    sums2[0] <== DenseRow(16, [110, 92, -98, 80, 75, -121, -87, -111, 69, 110, -71, -79, -119, -123, -98, 105], 1139171)(layer1);
    layer2[0] <== ReluShift(30, 11)(sums2[0]);

    packedOutputs <== Pack(1, 24)(layer2);
}

// Public signals: [0] packedOutputs, [1] packedInputs, [2] callBinding
component main {public [packedInputs, callBinding]} = FeeModel();
