// SPDX-License-Identifier: MIT
pragma solidity 0.8.34;

import {IERC20Errors} from "@openzeppelin/contracts/interfaces/draft-IERC6093.sol";
import {IERC20} from "@openzeppelin/contracts/token/ERC20/IERC20.sol";
import {CandleFeed} from "../../../contracts/examples/CandleFeed.sol";
import {DemoToken} from "../../../contracts/examples/DemoToken.sol";
import {DynamicFeePool} from "../../../contracts/examples/DynamicFeePool.sol";
import {IERC7412} from "../../../contracts/pipe/interfaces/IERC7412.sol";
import {IPipeEngine} from "../../../contracts/pipe/interfaces/IPipeEngine.sol";
import {IReleaseCircuits} from "../../../contracts/models/interfaces/IReleaseCircuits.sol";
import {InferenceMode} from "../../../contracts/libraries/InferenceMode.sol";
import {ModelOutput} from "../../../contracts/pipe/types/InferenceTypes.sol";
import {Receipt} from "../../../contracts/settlement/interfaces/ISettlement.sol";
import {ModelCalls} from "../pipe/ModelCalls.sol";
import {SignalLayout} from "../../../contracts/zkml/types/SignalLayout.sol";
import {TensorLib} from "../../../contracts/pipe/libraries/TensorLib.sol";

contract DynamicFeePoolTest is ModelCalls {
    /// @dev Below the price of an enclave's answer, so that the pool pays for the EVM's alone.
    uint128 private constant _MODEL_PRICE = PRICE / 4;

    CandleFeed internal feed;
    DemoToken internal ether_;
    DemoToken internal dollar;
    DynamicFeePool internal pool;

    function setUp() public override {
        super.setUp();
        feed = CandleFeed(create("CandleFeed", abi.encode(address(this))));
        ether_ = DemoToken(create("DemoToken", abi.encode("Demo ether", "dETH", 1e30, address(this))));
        dollar = DemoToken(create("DemoToken", abi.encode("Demo dollar", "dUSD", 1e30, address(this))));
        pool = DynamicFeePool(
            create("DynamicFeePool", abi.encode(ether_, dollar, engine, feed, "lab/echo", _MODEL_PRICE))
        );
        ether_.approve(address(pool), type(uint256).max);
        dollar.approve(address(pool), type(uint256).max);
        _report(1, 24);
    }

    function testFuzz_RevertWhen_TokenIsUnknown(address other) external {
        vm.assume(other != address(ether_) && other != address(dollar));
        vm.expectRevert(abi.encodeWithSelector(DynamicFeePool.PoolTokenUnknown.selector, other));
        pool.swap(IERC20(other), 1, 0, InferenceMode.TEE);
    }

    function test_RevertGiven_PoolIsEmpty() external {
        vm.expectRevert(abi.encodeWithSelector(DynamicFeePool.PoolEmpty.selector, 0, 0));
        pool.swap(ether_, 1, 0, InferenceMode.TEE);
    }

    function test_RevertWhen_ModeIsUnverified() external {
        pool.addLiquidity(1e21, 1e24);
        vm.expectRevert(abi.encodeWithSelector(DynamicFeePool.PoolModeUnverified.selector, InferenceMode.VANILLA));
        pool.swap(ether_, 1e18, 0, InferenceMode.VANILLA);
    }

    function test_RevertWhen_OutputIsTooLow() external {
        pool.addLiquidity(1e21, 1e24);
        _fulfil(30_000);
        // 1 % fee at most, 1,000 dollars per ether, 0.1 % price impact.
        uint256 amountOut = (1e24 * uint256(0.99e18)) / (1e21 + 0.99e18);
        vm.expectRevert(abi.encodeWithSelector(DynamicFeePool.PoolOutputTooLow.selector, amountOut, amountOut + 1));
        pool.swap(ether_, 1e18, amountOut + 1, InferenceMode.TEE);
    }

    function test_RevertGiven_NoAnswer() external {
        pool.addLiquidity(1e21, 1e24);
        _assertSwapAsksTheModel();
    }

    function testFuzz_SetsFeeFromTheModel(uint32 range, uint96 amountIn) external {
        amountIn = uint96(bound(amountIn, 1, 1e21));
        pool.addLiquidity(1e21, 1e24);
        _fulfil(range);
        uint256 product = pool.reserve0() * pool.reserve1();
        uint256 before = dollar.balanceOf(address(this));

        uint256 amountOut = pool.swap(ether_, amountIn, 0, InferenceMode.TEE);

        uint256 expected = uint256(range) / 3;
        if (expected < 500) expected = 500;
        if (expected > 10_000) expected = 10_000;
        vm.assertEq(pool.fee(), expected, "the fee follows the predicted range within its bounds");
        vm.assertEq(dollar.balanceOf(address(this)) - before, amountOut, "the trader receives the output");
        vm.assertGe(pool.reserve0() * pool.reserve1(), product, "the product never falls");
        vm.assertEq(ether_.balanceOf(address(pool)), pool.reserve0(), "reserve 0 is in the pool");
        vm.assertEq(dollar.balanceOf(address(pool)), pool.reserve1(), "reserve 1 is in the pool");
    }

    function test_KeepsFeeUntilTheNextCandle() external {
        pool.addLiquidity(1e21, 1e24);
        _fulfil(3_000);
        pool.swap(ether_, 1e18, 0, InferenceMode.TEE);
        pool.swap(dollar, 1e18, 0, InferenceMode.TEE);
        vm.assertEq(pool.fee(), 1_000, "the same fee");
        _report(25, 1);
        _assertSwapAsksTheModel();
    }

    function test_PaysForTheModelInTheEvm() external {
        DynamicFeePool summing = _poolOnSum();
        token.approve(address(payments), _MODEL_PRICE);
        payments.deposit(address(summing), _MODEL_PRICE);
        summing.swap(ether_, 1e18, 0, InferenceMode.ONCHAIN);
        // Seven features are 1,000, the last is 0: a sum of 7,000 millionths.
        vm.assertEq(summing.fee(), 7_000 / uint256(3), "the fee follows the sum");
        vm.assertEq(payments.creditOf(address(summing)), 0, "the pool has paid");
        summing.swap(ether_, 1e18, 0, InferenceMode.ONCHAIN);
    }

    function test_RevertGiven_PoolHasNoCredit() external {
        DynamicFeePool summing = _poolOnSum();
        _assertRevertsWith(
            IERC20Errors.ERC20InsufficientAllowance.selector,
            address(summing),
            abi.encodeCall(DynamicFeePool.swap, (ether_, 1e18, 0, InferenceMode.ONCHAIN))
        );
    }

    function test_RevertWhen_FirstDepositIsTooSmall() external {
        vm.expectRevert(abi.encodeWithSelector(DynamicFeePool.PoolLiquidityTooSmall.selector, 1_000, 1_001));
        pool.addLiquidity(1_000, 1_000);
    }

    function test_RevertWhen_NothingIsRemoved() external {
        pool.addLiquidity(1e21, 1e24);
        vm.expectRevert(abi.encodeWithSelector(DynamicFeePool.PoolLiquidityTooSmall.selector, 0, 1));
        pool.removeLiquidity(0);
    }

    function testFuzz_LiquidityRoundTripNeverProfits(
        uint96 first0,
        uint96 first1,
        uint96 more0,
        uint96 more1
    ) external {
        pool.addLiquidity(bound(first0, 1e6, 1e27), bound(first1, 1e6, 1e27));
        uint256 before0 = ether_.balanceOf(address(this));
        uint256 before1 = dollar.balanceOf(address(this));
        uint256 maximum0 = bound(more0, 1e6, 1e27);
        uint256 maximum1 = bound(more1, 1e6, 1e27);
        (bool success, bytes memory result) = address(pool).call(
            abi.encodeCall(DynamicFeePool.addLiquidity, (maximum0, maximum1))
        );
        if (!success) {
            vm.assertEq(bytes32(bytes4(result)), bytes32(DynamicFeePool.PoolLiquidityTooSmall.selector), "too small");
            return;
        }
        vm.assertLe(before0 - ether_.balanceOf(address(this)), maximum0, "takes no more than allowed");
        vm.assertLe(before1 - dollar.balanceOf(address(this)), maximum1, "takes no more than allowed");
        pool.removeLiquidity(abi.decode(result, (uint256)));
        vm.assertLe(ether_.balanceOf(address(this)), before0, "no profit in token 0");
        vm.assertLe(dollar.balanceOf(address(this)), before1, "no profit in token 1");
    }

    /// @dev A full pool whose model, one neuron, adds up its eight features of twelve bits.
    function _poolOnSum() private returns (DynamicFeePool summing) {
        bytes memory header = bytes.concat(hex"010000080c011f01012018", new bytes(21));
        uint256 ones = uint256(129) * 0x0000000100000001000000010000000100000001000000010000000100000001;
        IReleaseCircuits.ReleaseModels memory bound;
        bound.executorModelId = executor.registerModel(abi.encodePacked(header, uint32(1 << 31), uint8(0), ones));
        bound.circuits = new IReleaseCircuits.ReleaseCircuit[](1);
        bound.circuits[0].layout = SignalLayout("features", "range", 8, 12, 5, 0, 1, 31, 6, 0);
        _publishModels("lab/sum", bound, InferenceMode.ONCHAIN, _MODEL_PRICE);
        summing = DynamicFeePool(
            create("DynamicFeePool", abi.encode(ether_, dollar, engine, feed, "lab/sum", _MODEL_PRICE))
        );
        ether_.approve(address(summing), type(uint256).max);
        dollar.approve(address(summing), type(uint256).max);
        summing.addLiquidity(1e21, 1e24);
    }

    function _assertSwapAsksTheModel() private {
        _assertRevertsWith(
            IERC7412.OracleDataRequired.selector,
            address(pool),
            abi.encodeCall(DynamicFeePool.swap, (ether_, 1e18, 0, InferenceMode.TEE))
        );
    }

    function _report(uint32 firstHour, uint256 count) private {
        CandleFeed.Candle[] memory candles = new CandleFeed.Candle[](count);
        for (uint256 i = 0; i < count; i++) {
            candles[i] = CandleFeed.Candle({hour: firstHour + uint32(i), high: 1010, low: 1000, close: 1005});
        }
        feed.report(candles);
    }

    /// @dev Hands in the model's answer `range` (millionths) to the pool's present features.
    function _fulfil(uint256 range) private {
        uint256[] memory values = new uint256[](1);
        values[0] = range;
        ModelOutput memory output;
        output.numbers = TensorLib.row("range", values, 6).numbers;
        Receipt memory receipt = _receipt(
            address(pool),
            keccak256(abi.encode(TensorLib.row("features", feed.features(), 5))),
            keccak256(abi.encode(output))
        );
        receipt.settler = address(engine);
        IPipeEngine.InferenceAnswer[] memory answers = new IPipeEngine.InferenceAnswer[](1);
        answers[0] = IPipeEngine.InferenceAnswer({
            output: output,
            receipt: receipt,
            evidence: _signReceipt(ENCLAVE_KEY, receipt),
            maxPrice: PRICE
        });
        vm.prank(payer);
        engine.fulfill(answers);
    }
}
