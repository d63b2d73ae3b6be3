import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { compareTree, findTests } from "../../scripts/lib/trees.ts";

const SOLIDITY = `
contract StakingStakeTest {
    // function test_InAComment() public {}
    string private constant TEXT = "function test_InAString() public {}";
    function setUp() public {}
    function test_RevertWhen_AmountIsZero() public {}
    function testFuzz_MintsShares(uint256 amount) external view returns (bool) {}
    function invariant_SharesAreBacked() public view {}
    function testHelper() internal {}
}`;

const TREE = `Staking.stake
├── when the amount is zero
│   └── it should revert [test_RevertWhen_AmountIsZero]
└── when the amount is positive
    ├── it should mint shares [testFuzz_MintsShares]
    └── it should keep shares backed [invariant_SharesAreBacked]
`;

function compare(solidity: string | undefined, tree: string | undefined): readonly string[] {
  return compareTree({ testPath: "S.t.sol", treePath: "S.tree", solidity, tree });
}

describe("behaviour trees", () => {
  it("finds the functions that the runner takes for tests", () => {
    assert.deepEqual(findTests(SOLIDITY), [
      "test_RevertWhen_AmountIsZero",
      "testFuzz_MintsShares",
      "invariant_SharesAreBacked",
    ]);
  });

  it("accepts a tree that matches", () => {
    assert.deepEqual(compare(SOLIDITY, TREE), []);
  });

  const faults: readonly [string, string | undefined, string | undefined, readonly string[]][] = [
    ["a missing tree", SOLIDITY, undefined, ["S.t.sol: the behaviour tree S.tree is missing"]],
    ["a tree without tests", undefined, TREE, ["S.tree: there is no S.t.sol beside it"]],
    ["a file without tests", "contract Empty {}", TREE, ["S.t.sol: no test function found"]],
    [
      "a test without a leaf",
      SOLIDITY.replace("testHelper() internal", "test_New() public"),
      TREE,
      ["S.tree: no leaf names test_New"],
    ],
    [
      "a leaf without a test",
      SOLIDITY.replace("testFuzz_MintsShares", "testFuzz_Renamed"),
      TREE,
      ["S.tree: no leaf names testFuzz_Renamed", "S.tree: testFuzz_MintsShares is not a test in S.t.sol"],
    ],
    [
      "a test in two leaves",
      SOLIDITY,
      `${TREE}    └── it should say it again [testFuzz_MintsShares]\n`,
      ["S.tree: testFuzz_MintsShares stands in more than one leaf"],
    ],
    [
      "a test that is declared twice",
      `${SOLIDITY} contract Second { function testFuzz_MintsShares() public {} }`,
      TREE,
      ["S.t.sol: testFuzz_MintsShares is declared more than once"],
    ],
    [
      "a leaf without a name",
      SOLIDITY,
      TREE.replace(" [testFuzz_MintsShares]", ""),
      [
        "S.tree:5: the leaf does not end with the name of its test in brackets",
        "S.tree: no leaf names testFuzz_MintsShares",
      ],
    ],
    [
      "a branch without a leaf",
      SOLIDITY,
      `${TREE}└── when the operator is jailed\n`,
      ['S.tree:7: the branch has no leaf ("it …") below it'],
    ],
  ];
  for (const [what, solidity, tree, problems] of faults) {
    it(`reports ${what}`, () => {
      assert.deepEqual(compare(solidity, tree), problems);
    });
  }
});
