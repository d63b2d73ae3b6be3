// SPDX-License-Identifier: MIT
pragma solidity 0.8.34;

import {ISevSnpVerifier, SnpProduct} from "../interfaces/ISevSnpVerifier.sol";

/// @title AMD's signing keys (ASK), one for each product line
/// @notice RSA-4096, exponent 65537, as in the certificates that AMD's root keys (ARK) have signed; the tests check
///         these bytes against the certificates, and the certificates against the roots. AMD's separate keys for
///         VLEKs, which cloud providers hold, are not here.
library AmdKeys {
    bytes private constant MILAN =
        hex"9d4d9daeb3537db84d4089657fe5b6cbe44e09b4b321dd5a2997edd93f738d94"
        hex"0ece319c725d7b8b598829697b353701d15617b77271652cce663b232cd54010"
        hex"dd8c1a3f5389e74bf907b02995f4266404b988e6f962a4b0bb7181d2e9f44ec4"
        hex"64dc0d0ea575af4a913f9b41f0e5a4c906c874b7aee1a0b3ee3fd2975164072b"
        hex"5ebfdb1b146cededcc278f38bd9bb9e8aac93eb91541a77f889f7e503dd723f1"
        hex"87e51269c704dbee5032612c224c5bc28e8cfebef8f85bb378828ad25c00d12d"
        hex"5b8a93345a0a5b708795b7120a34ccf0ab0d6d4c7703c7a4e4454b8d9587d69b"
        hex"7d1374dfa51e97c9f40a9d8ea497968420fc1d5b778561aa8214fac8a3da504f"
        hex"a5ae0d23f82426096d99de28a21b663cd7909b773501b7d84ba46089816fd482"
        hex"926f7e7d2e4b64583da23cee6cc5f7f8d901a125c8ece3ef9c73318eea7d9b0e"
        hex"6c7ba41457b1aaa420364cdca9a259ae43e7006b157b26a1c4f1d97da567fe63"
        hex"76ab6fef628850b016de25025270e43d024d14c2d58e585850c10ab03fbc69e6"
        hex"4e7a86f02fa38d4012edc8e347cab838f8720e62513e7682fd91b9b8fd0ad33e"
        hex"86a0eff7b9e9fdc2ab210ae1de80b4e939e1c42512ab405af83d523054e074f9"
        hex"e6cee45828c8ec38de7c850f950a043c4407804aa3fd2e0222872d1bef80b6ce"
        hex"45b53c280448b35128a848e617c52dae64165768548f0ceac2f1c57a2f2b3f13";
    bytes private constant GENOA =
        hex"a07261be4e05c309306f4dc031f2f24972525e611a09931345b2e03da8f8a04c"
        hex"da0fdb467f1092c3f9ec0808971d069652dfbe6e76e324ed394ca4f977e09daf"
        hex"3e3f7e2441a5b85fd31cef875d4efb025304f8f7b82cc39b8f2f119f25e525cc"
        hex"3b8c1dfd0ab0b2b7a314444f0ff1dd7efd66182316eda734ba0f2dac3cea19ef"
        hex"a5fa9f0d323a7f12a043636bddf212da54b992f978c0aa561535192c87d693cd"
        hex"260bd7dfdc4eb0439aa436cbc936df3365da55baabf06d40ea56195b37116bc1"
        hex"1dbfd09dfddfdd2f7e942e07da3743cbdca7ee4ab24d6ab8582067138aa16094"
        hex"6892e958b7331933522593867a44f90e4d1d4c27881d16d8fb94a9ab912b8ea0"
        hex"9626aa1248b1027ce789406c9c9b814ef3cb3580c2edee6ac96460a5040107f6"
        hex"8dae47ca5dc806a3b3a6a637d52a4acdb97c357bde6726d13249707dee220cb2"
        hex"36e53f64bbd0957ad0d889f09b7467ae1dd4f064105e996e0d139ecbee2115f3"
        hex"ecf3f27c6783c38c5ffff8a579ed5aa9906c402704bbf64e84e07751f6cd846d"
        hex"8720cb737575d7dffe1674d6d7b2cae9b2b34c28049c21d011c02dd210d02cb1"
        hex"7bf7dfb69594f1c5f044a1db8065ac7a2238003028ba7b565f28f25291dbdbda"
        hex"6dc1c1f3fc6e7886efe00426fd563849a7049735a55402b6d6c952875b8b4ed5"
        hex"7de9f925152a02f48cdce6d640ecd2006cec1a7a488a0c05a56ea6f45eee6155";
    bytes private constant TURIN =
        hex"9ef8391abbf612677d94084a74eeb845753750449be894e6d078737afc753f2c"
        hex"629f162a24bdf6f6a4c93345e6768ccb61beebb07c60339236a54d7c33c81e72"
        hex"dda937f601d8b435fdb22adfb4cf0db83bca6d0c37a2a467a684471017d2fa18"
        hex"b5d0f23718c30148e946909ed4571c01ebff12cda7fc5cf51b54e60b65dea534"
        hex"2a68aa66b7a9a70d64821c256c42863481289b79a1ba76833a3a235409b29768"
        hex"2eca1c7e5bffde810f50c9f3833e247a8f0a51611ea509c33285e50c63e30816"
        hex"019ccaf143e188d1a3ac5ebe4c1765146752cc4ab0d633ab0931ddb98c8b2bee"
        hex"4e437388c384bebd978e568c496a34c859db2a60fd832dcd0790bd2a58eba610"
        hex"eaeb736ff80de1134a10743322291f4e6449a97240dd9e3793faa6d381f3885d"
        hex"74275b24f11ea670fe16a41aa75ba4c372bcb81720781480176debe94b53f147"
        hex"3987b32c597dcca198841dc4a40d043c21e75393b08b8ec2ba4bb6ff95f2aa7d"
        hex"889184a806911bec11dfcc0cd72e98764a220cdab09c206a0cd2820894a3d8d7"
        hex"a771169bce1fab2c4d5f34aeb4f07ba83e4ffd42c007eabd420bebcc2f179de6"
        hex"8b3f430dac784cf3451e8e6b014c892d32f16859521e9580cb75ca22d1e303e4"
        hex"345c71fb20ad8698ea1ffefea7fdb6083e997d3d509a6e48f445dfca32aa734d"
        hex"14c979bffb562e052c0a13d4e8d0900b5ed06aaafc9aedb29f2cae1c4b392555";

    /// @notice The signing key of `product`.
    /// @return modulus  512 bytes.
    /// @return nameHash keccak256 of its Name in DER, which its certificates have as their issuer.
    /// @return notAfter Unix seconds until which its own certificate is valid.
    function signingKey(
        SnpProduct product
    ) internal pure returns (bytes memory modulus, bytes32 nameHash, uint64 notAfter) {
        if (product == SnpProduct.MILAN) {
            return (MILAN, 0xc74a95a79bd579bbb9cbc2f6267ff20a31c29e56d3400ace80c06f4466b957d9, 2_392_309_460);
        }
        if (product == SnpProduct.GENOA) {
            return (GENOA, 0x065466c73dd0d7fa4c2b76b18600cce036cd7504e3dd506fa60b05c306d65fc9, 2_456_141_628);
        }
        if (product == SnpProduct.TURIN) {
            return (TURIN, 0xbce7310bc0a45da30f1526fbe14b293ed2d35b4d6087739f568b39fc17e5e21c, 2_473_187_121);
        }
        revert ISevSnpVerifier.SnpProductUnknown(uint256(product));
    }
}
