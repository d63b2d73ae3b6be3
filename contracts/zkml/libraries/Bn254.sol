// SPDX-License-Identifier: MIT
pragma solidity 0.8.34;

/// @title Points of the curve BN254 (EIP-196, EIP-197)
/// @notice Membership checks that need no precompile.
library Bn254 {
    /// @notice Order of the base field; coordinates are below it.
    uint256 internal constant BASE_MODULUS =
        21888242871839275222246405745257275088696311157297823662689037894645226208583;

    /// @notice Order of the scalar field; signals are below it.
    uint256 internal constant SCALAR_MODULUS =
        21888242871839275222246405745257275088548364400416034343698204186575808495617;

    /// @dev The twist's constant 3 / (9 + i).
    uint256 private constant TWIST_B_REAL =
        19485874751759354771024239261021720505790618469301721065564631296452457478373;
    uint256 private constant TWIST_B_IMAGINARY =
        266929791119991161246907387137283842545076965332900288569378510910307636690;

    /// @notice Whether (x, y) is a canonical point of y² = x³ + 3 other than infinity.
    /// @dev (0, 0), which encodes infinity, is not on the curve.
    function isOnG1(uint256 x, uint256 y) internal pure returns (bool) {
        if (x >= BASE_MODULUS || y >= BASE_MODULUS) return false;
        uint256 cube = mulmod(mulmod(x, x, BASE_MODULUS), x, BASE_MODULUS);
        return mulmod(y, y, BASE_MODULUS) == addmod(cube, 3, BASE_MODULUS);
    }

    /// @notice Whether (x, y) over F_q² is a canonical point of the twist y² = x³ + 3 / (9 + i) other than infinity.
    /// @dev Does not check that the point lies in the subgroup of prime order; the pairing precompile does.
    function isOnTwist(
        uint256 xImaginary,
        uint256 xReal,
        uint256 yImaginary,
        uint256 yReal
    ) internal pure returns (bool) {
        uint256 q = BASE_MODULUS;
        if (xImaginary >= q || xReal >= q || yImaginary >= q || yReal >= q) return false;
        (uint256 squareReal, uint256 squareImaginary) = _multiply(xReal, xImaginary, xReal, xImaginary);
        (uint256 cubeReal, uint256 cubeImaginary) = _multiply(squareReal, squareImaginary, xReal, xImaginary);
        (uint256 leftReal, uint256 leftImaginary) = _multiply(yReal, yImaginary, yReal, yImaginary);
        return
            leftReal == addmod(cubeReal, TWIST_B_REAL, q) &&
            leftImaginary == addmod(cubeImaginary, TWIST_B_IMAGINARY, q);
    }

    /// @dev (a + b·i)(c + d·i) with i² = −1; operands are below the modulus, so q − b·d does not underflow.
    function _multiply(
        uint256 a,
        uint256 b,
        uint256 c,
        uint256 d
    ) private pure returns (uint256 real, uint256 imaginary) {
        uint256 q = BASE_MODULUS;
        real = addmod(mulmod(a, c, q), q - mulmod(b, d, q), q);
        imaginary = addmod(mulmod(a, d, q), mulmod(b, c, q), q);
    }
}
