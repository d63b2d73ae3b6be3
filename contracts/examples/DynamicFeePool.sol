// SPDX-License-Identifier: MIT
pragma solidity 0.8.34;

import {ERC20} from "@openzeppelin/contracts/token/ERC20/ERC20.sol";
import {ERC2771Context} from "@openzeppelin/contracts/metatx/ERC2771Context.sol";
import {Context} from "@openzeppelin/contracts/utils/Context.sol";
import {IERC20} from "@openzeppelin/contracts/token/ERC20/IERC20.sol";
import {Math} from "@openzeppelin/contracts/utils/math/Math.sol";
import {ReentrancyGuardTransient} from "@openzeppelin/contracts/utils/ReentrancyGuardTransient.sol";
import {SafeERC20} from "@openzeppelin/contracts/token/ERC20/utils/SafeERC20.sol";
import {CandleFeed} from "./CandleFeed.sol";
import {InferenceMode} from "../libraries/InferenceMode.sol";
import {IPipeEngine} from "../pipe/interfaces/IPipeEngine.sol";
import {ModelInput} from "../pipe/types/InferenceTypes.sol";
import {PipeConsumer} from "../pipe/PipeConsumer.sol";
import {TensorLib} from "../pipe/libraries/TensorLib.sol";

/// @title A constant-product pool whose swap fee a model sets every hour, through PIPE
/// @notice The first swap after a new hourly candle asks the fee model for the range it expects in the hour to come
///         and keeps the fee for that candle; liquidity providers earn more when they risk more. Example code: it
///         shows how a contract uses a model, it is not an exchange to put savings into.
///
/// UNITS: the fee is in millionths (1e6 = 100 %); amounts are base units of each token.
/// ROLES: none. Swappers that come through the forwarder are recognised by ERC-2771.
contract DynamicFeePool is ERC20, ERC2771Context, PipeConsumer, ReentrancyGuardTransient {
    using SafeERC20 for IERC20;

    /// @notice One million: 100 % in the unit of fees.
    uint256 public constant FEE_UNIT = 1e6;
    /// @notice The lowest fee: 0.05 %.
    uint256 public constant MINIMUM_FEE = 500;
    /// @notice The highest fee: 1 %.
    uint256 public constant MAXIMUM_FEE = 10_000;
    /// @notice The fee is the predicted hourly range divided by this.
    uint256 public constant RANGE_PER_FEE = 3;
    /// @notice Shares that the first deposit leaves in the pool for ever, so that a share cannot be made expensive.
    uint256 public constant LOCKED_SHARES = 1_000;
    /// @notice Decimal places of the model's inputs.
    int128 public constant FEATURE_DECIMALS = 5;

    IERC20 public immutable TOKEN0;
    IERC20 public immutable TOKEN1;
    CandleFeed public immutable FEED;
    /// @notice The model, as named in PIPE calls.
    string public modelId;

    /// @notice Tokens of each kind that count for the price; tokens sent without a call do not.
    uint256 public reserve0;
    uint256 public reserve1;
    /// @notice The fee in force, in millionths; 0 until the first swap.
    uint256 public fee;
    /// @notice The hour (Unix hours) of the candle that the fee was computed from.
    uint256 public feeHour;

    event FeeUpdated(uint256 indexed hour, uint256 oldFee, uint256 newFee, uint256 predictedRange);
    event LiquidityAdded(address indexed provider, uint256 amount0, uint256 amount1, uint256 shares);
    event LiquidityRemoved(address indexed provider, uint256 amount0, uint256 amount1, uint256 shares);
    event Swapped(address indexed trader, address indexed tokenIn, uint256 amountIn, uint256 amountOut, uint256 fee);

    /// @notice Thrown when a token is not one of the pool's two.
    error PoolTokenUnknown(address token);
    /// @notice Thrown when a swap would pay less than the trader's minimum.
    error PoolOutputTooLow(uint256 amountOut, uint256 minimum);
    /// @notice Thrown when a deposit or withdrawal is too small to be worth a share or a unit.
    error PoolLiquidityTooSmall(uint256 shares, uint256 minimum);
    /// @notice Thrown when a swap finds an empty pool.
    error PoolEmpty(uint256 reserve0, uint256 reserve1);
    /// @notice Thrown when a swap asks for a mode whose answers the chain does not verify.
    error PoolModeUnverified(InferenceMode mode);

    /// @param maximumModelPrice The most, in OPG base units, that the pool pays for one of its model calls out of its
    ///                          credit at the payment hub, which anybody may fill; 0 leaves all to the swappers.
    constructor(
        IERC20 token0,
        IERC20 token1,
        IPipeEngine engine,
        CandleFeed feed,
        string memory model,
        uint256 maximumModelPrice
    ) ERC20("Dynamic fee pool share", "DFP") ERC2771Context(engine.FORWARDER()) PipeConsumer(engine) {
        TOKEN0 = token0;
        TOKEN1 = token1;
        FEED = feed;
        modelId = model;
        engine.PAYMENT_HUB().setSponsorship(maximumModelPrice);
    }

    /// @notice Adds liquidity in the pool's ratio, taking at most the amounts given.
    /// @return shares The shares minted, rounded down.
    function addLiquidity(uint256 maximum0, uint256 maximum1) external nonReentrant returns (uint256 shares) {
        uint256 supply = totalSupply();
        uint256 amount0 = maximum0;
        uint256 amount1 = maximum1;
        if (supply == 0) {
            shares = Math.sqrt(maximum0 * maximum1);
            if (shares <= LOCKED_SHARES) revert PoolLiquidityTooSmall(shares, LOCKED_SHARES + 1);
            shares -= LOCKED_SHARES;
            _mint(address(0xdEaD), LOCKED_SHARES);
        } else {
            shares = Math.min(Math.mulDiv(maximum0, supply, reserve0), Math.mulDiv(maximum1, supply, reserve1));
            if (shares == 0) revert PoolLiquidityTooSmall(0, 1);
            amount0 = Math.mulDiv(shares, reserve0, supply, Math.Rounding.Ceil);
            amount1 = Math.mulDiv(shares, reserve1, supply, Math.Rounding.Ceil);
        }
        reserve0 += amount0;
        reserve1 += amount1;
        _mint(_msgSender(), shares);
        emit LiquidityAdded(_msgSender(), amount0, amount1, shares);
        TOKEN0.safeTransferFrom(_msgSender(), address(this), amount0);
        TOKEN1.safeTransferFrom(_msgSender(), address(this), amount1);
    }

    /// @notice Burns `shares` of the caller and pays both tokens, rounded down.
    function removeLiquidity(uint256 shares) external nonReentrant returns (uint256 amount0, uint256 amount1) {
        uint256 supply = totalSupply();
        if (shares == 0) revert PoolLiquidityTooSmall(0, 1);
        _burn(_msgSender(), shares);
        amount0 = Math.mulDiv(shares, reserve0, supply);
        amount1 = Math.mulDiv(shares, reserve1, supply);
        reserve0 -= amount0;
        reserve1 -= amount1;
        emit LiquidityRemoved(_msgSender(), amount0, amount1, shares);
        TOKEN0.safeTransfer(_msgSender(), amount0);
        TOKEN1.safeTransfer(_msgSender(), amount1);
    }

    /// @notice Swaps `amountIn` of `tokenIn` for the other token at the fee that the model sets for this hour.
    /// @dev If the feed has a newer candle than the fee, the model is called: once for each candle, whoever swaps. Its
    ///      answer must have been handed in earlier in this transaction, else the call reverts with
    ///      {IERC7412.OracleDataRequired}.
    /// @param mode How the answer is to be verified, should one be needed: TEE, ZK, or ONCHAIN, which needs none handed
    ///             in and is paid for by the pool.
    /// @return amountOut What the trader receives, rounded down.
    function swap(
        IERC20 tokenIn,
        uint256 amountIn,
        uint256 minimumOut,
        InferenceMode mode
    ) external nonReentrant returns (uint256 amountOut) {
        bool zeroForOne = address(tokenIn) == address(TOKEN0);
        if (!zeroForOne && address(tokenIn) != address(TOKEN1)) revert PoolTokenUnknown(address(tokenIn));
        if (reserve0 == 0 || reserve1 == 0) revert PoolEmpty(reserve0, reserve1);
        _updateFee(mode);

        amountOut = _trade(zeroForOne, amountIn);
        if (amountOut < minimumOut) revert PoolOutputTooLow(amountOut, minimumOut);
        emit Swapped(_msgSender(), address(tokenIn), amountIn, amountOut, fee);
        tokenIn.safeTransferFrom(_msgSender(), address(this), amountIn);
        (zeroForOne ? TOKEN1 : TOKEN0).safeTransfer(_msgSender(), amountOut);
    }

    /// @dev Moves the reserves along the curve.
    function _trade(bool zeroForOne, uint256 amountIn) private returns (uint256 amountOut) {
        (uint256 reserveIn, uint256 reserveOut) = zeroForOne ? (reserve0, reserve1) : (reserve1, reserve0);
        amountOut = _outputDown(amountIn, reserveIn, reserveOut, fee);
        (reserveIn, reserveOut) = (reserveIn + amountIn, reserveOut - amountOut);
        (reserve0, reserve1) = zeroForOne ? (reserveIn, reserveOut) : (reserveOut, reserveIn);
    }

    /// @dev Constant product; the fee stays in the pool. The input after fee is rounded down, and so is the output.
    function _outputDown(
        uint256 amountIn,
        uint256 reserveIn,
        uint256 reserveOut,
        uint256 feeMillionths
    ) private pure returns (uint256) {
        uint256 afterFee = Math.mulDiv(amountIn, FEE_UNIT - feeMillionths, FEE_UNIT);
        return Math.mulDiv(reserveOut, afterFee, reserveIn + afterFee);
    }

    /// @dev Asks the model when the feed has a candle that the fee does not know yet.
    function _updateFee(InferenceMode mode) private {
        uint256 hour = FEED.latestHour();
        if (hour == feeHour && fee != 0) return;
        if (mode == InferenceMode.VANILLA) revert PoolModeUnverified(mode);

        uint256 oldFee = fee;
        uint256 range = _predictRange(mode);
        uint256 newFee = Math.min(Math.max(range / RANGE_PER_FEE, MINIMUM_FEE), MAXIMUM_FEE);
        fee = newFee;
        feeHour = hour;
        emit FeeUpdated(hour, oldFee, newFee, range);
    }

    /// @dev The range that the model expects in the hour to come, in millionths of the price.
    function _predictRange(InferenceMode mode) private returns (uint256) {
        ModelInput memory input = TensorLib.row("features", FEED.features(), FEATURE_DECIMALS);
        // The model's last layer cannot go below zero.
        return uint256(TensorLib.valueDown(_infer(mode, modelId, input), 0, 0, 6));
    }

    // ------------------------------- ERC-2771: two parents define the sender -------------------------------

    function _msgSender() internal view override(Context, ERC2771Context) returns (address) {
        return ERC2771Context._msgSender();
    }

    function _msgData() internal view override(Context, ERC2771Context) returns (bytes calldata) {
        return ERC2771Context._msgData();
    }

    function _contextSuffixLength() internal view override(Context, ERC2771Context) returns (uint256) {
        return ERC2771Context._contextSuffixLength();
    }
}
