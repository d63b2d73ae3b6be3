// Generated from circuits/circuits.json by "node scripts/generate-circuits.ts". Do not edit.
pragma circom 2.2.3;

include "class-perceptron.circom";

// Every model 64-32-10 with inputs of 3 bits; its parameters are private.
// Public signals: [0] data, [1] modelHash, [2] callBinding
component main {public [callBinding]} = ClassClassifier(64, 3, 32, 10, 20, 7, 24);
