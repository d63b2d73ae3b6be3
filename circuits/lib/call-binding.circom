pragma circom 2.2.3;

// @title Ties a proof to the call that it answers.
// @input binding Any field element: the caller's commitment to request, chain and contract.
// Enforces: nothing about its value; the square puts the signal into a constraint, so that a proof for one binding
//           does not verify for another.
// Constraints: 1.
template CallBinding() {
    signal input binding;

    signal square <== binding * binding;
}
