// Generated from circuits/circuits.json by "node scripts/generate-circuits.ts". Do not edit.
pragma circom 2.2.3;

include "class-perceptron.circom";

// Every model 23-16-1 with inputs of 8 bits; its parameters are private.
// Public signals: [0] data, [1] modelHash, [2] callBinding
component main {public [callBinding]} = ClassRegressor(23, 8, 16, 20, 7, 24, 12);
