/** Base refuses transactions above this gas limit (EIP-7825). */
export const MAX_TRANSACTION_GAS = 16_777_216n;
