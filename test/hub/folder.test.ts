import assert from "node:assert/strict";
import { mkdir, mkdtemp, rm, symlink, writeFile } from "node:fs/promises";
import os from "node:os";
import path from "node:path";
import { afterEach, beforeEach, describe, it } from "node:test";
import { zeroHash } from "viem";

import { findFiles, hashFile, isReleasePath } from "../../scripts/hub/folder.ts";
import { readModelCard } from "../../scripts/hub/model-card.ts";
import { parseMode, parsePrice } from "../../scripts/hub/modes.ts";
import { drawBar, sizeText } from "../../scripts/hub/progress.ts";
import { parsePayees } from "../../scripts/hub/publish.ts";
import { repositoryInfo } from "../../scripts/hub/repository-info.ts";
import { UserError } from "../../scripts/lib/user-error.ts";

const LIMITS = { description: 40, label: 10, tags: 2 };

function refusal(pattern: RegExp) {
  return (error: unknown): boolean => {
    assert(error instanceof UserError, String(error));
    assert.match(error.message, pattern);
    return true;
  };
}

describe("a model folder", () => {
  let folder: string;
  const put = async (name: string, text: string): Promise<void> => {
    await mkdir(path.dirname(path.join(folder, name)), { recursive: true });
    await writeFile(path.join(folder, name), text);
  };
  beforeEach(async () => {
    folder = await mkdtemp(path.join(os.tmpdir(), "opg-model-"));
  });
  afterEach(() => rm(folder, { recursive: true }));

  it("is its files in order of their paths, without hidden ones", async () => {
    await put("model.onnx", "abc");
    await put("data/b.bin", "b");
    await put("README.md", "r");
    await put(".git/config", "hidden");
    await put(".gitattributes", "hidden");
    const found = await findFiles(folder, 16);
    assert.deepEqual(
      found.map(({ path: name, size }) => [name, size]),
      [
        ["README.md", 1],
        ["data/b.bin", 1],
        ["model.onnx", 3],
      ],
    );
    let read = 0;
    const last = found[2];
    assert(last !== undefined);
    const hashed = await hashFile(last, (bytes) => (read += bytes));
    // FIPS 180-2, appendix B.1.
    assert.equal(hashed.sha256, "0xba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
    assert.equal(read, 3);
  });

  it("is refused when it is missing, empty or too full", async () => {
    await assert.rejects(findFiles(path.join(folder, "none"), 16), refusal(/is not a folder/));
    await assert.rejects(findFiles(folder, 16), refusal(/holds no files/));
    await put("a", "a");
    await put("b", "b");
    await assert.rejects(findFiles(folder, 1), refusal(/more than 1 files/));
  });

  it("is refused when the list of its files is too long for a transaction", async () => {
    const long = "d".repeat(120);
    for (let index = 0; index < 660; ++index) await put(`${long}/${index}`, "a");
    await assert.rejects(findFiles(folder, 1_024), refusal(/list of 660 files .* too long for one transaction/));
  });

  it("is refused with empty files, links and odd names", async () => {
    await put("a", "");
    await assert.rejects(findFiles(folder, 16), refusal(/a is empty/));
    await put("a", "a");
    await put("b c", "b");
    await assert.rejects(findFiles(folder, 16), refusal(/"b c" cannot be published/));
    await rm(path.join(folder, "b c"));
    await symlink("/etc/hostname", path.join(folder, "link"));
    await assert.rejects(findFiles(folder, 16), refusal(/link is a link/));
  });
});

describe("a release's path", () => {
  it("stays in its folder", () => {
    for (const good of ["a", "a/b.c", "A_1-2/x.onnx", "a".repeat(128), "a/b..c."]) assert(isReleasePath(good), good);
    const bad = [
      "",
      "a/.b",
      "..a",
      "/a",
      "a/",
      "a//b",
      "..",
      "../a",
      "a/../b",
      "a/.",
      "a b",
      "a\\b",
      "a\n",
      "a".repeat(129),
    ];
    for (const text of bad) assert(!isReleasePath(text), JSON.stringify(text));
  });
});

describe("a model card", () => {
  it("gives licence, task, tags and the first paragraph", () => {
    const text = [
      "---",
      "license: apache-2.0  # free",
      "pipeline_tag: 'tabular-regression'",
      "tags:",
      "- amm",
      '- "zk ml"',
      "model-index:",
      "- name: fee",
      "  results:",
      "  - task: x",
      "---",
      "# Fee model",
      "",
      "![plot](plot.png)",
      "",
      "```py",
      "",
      "code",
      "```",
      "",
      "Predicts **the range** of [an hour](https://example.com)",
      "from candles.",
      "",
      "More.",
    ];
    const expected = {
      description: "Predicts the range of an hour from candles.",
      task: "tabular-regression",
      licence: "apache-2.0",
      tags: ["amm", "zk ml"],
    };
    assert.deepEqual(readModelCard(text.join("\n")), expected);
    assert.deepEqual(readModelCard(`\uFEFF${text.join("\r\n")}`), expected, "written on Windows");
  });

  it("knows lists in brackets, single words and licences of their own name", () => {
    const card = readModelCard("---\nlicense: other\nlicense_name: lab-1\ntags: [a, 'b', a]\n---\n");
    assert.deepEqual(card, { licence: "lab-1", tags: ["a", "b"] });
    assert.deepEqual(readModelCard("---\ntags: one\nlicense: [mit, bsd]\n---\n"), { licence: "mit", tags: ["one"] });
  });

  it("is not needed", () => {
    assert.deepEqual(readModelCard(""), { tags: [] });
    assert.deepEqual(readModelCard("# Title\n\nWords."), { description: "Words.", tags: [] });
    assert.deepEqual(readModelCard("---\nnever: closed\n"), { tags: [] });
  });
});

describe("what is said about a repository", () => {
  it("comes from the command line before the README", () => {
    const card = { description: "from the card", task: "t", licence: "MIT", tags: ["x"] };
    const { info, remarks } = repositoryInfo({ description: "said", tags: ["y"] }, card, LIMITS);
    assert.deepEqual(info, {
      description: "said",
      task: "t",
      licence: "MIT",
      tags: ["y"],
      unlisted: false,
      metadataHash: zeroHash,
    });
    assert.deepEqual(remarks, []);
  });

  it("is shortened where the README is too long, by whole characters", () => {
    const card = { description: "ü".repeat(30), tags: ["a", "longer than ten", "b", "c"] };
    const { info, remarks } = repositoryInfo({}, card, LIMITS);
    assert.equal(info.description, `${"ü".repeat(18)}…`);
    assert.deepEqual(info.tags, ["a", "b"]);
    assert.equal(remarks.length, 2);
    assert.match(remarks[1] ?? "", /2 of the README's 4 tags/);
  });

  it("is refused where a person said too much", () => {
    const card = { tags: [] };
    assert.throws(() => repositoryInfo({ description: "x".repeat(41) }, card, LIMITS), refusal(/41 bytes; at most 40/));
    assert.throws(() => repositoryInfo({ tags: ["a", "b", "c"] }, card, LIMITS), refusal(/3 tags are too many/));
    assert.throws(() => repositoryInfo({ tags: ["12345678901"] }, card, LIMITS), refusal(/tag "12345678901" has 11/));
    assert.throws(() => repositoryInfo({ licence: "x".repeat(11) }, card, LIMITS), refusal(/licence has 11 bytes/));
  });
});

describe("words on the command line", () => {
  it("are prices in OPG", () => {
    assert.equal(parsePrice("0"), 0n);
    assert.equal(parsePrice("1.5"), 1_500_000_000_000_000_000n);
    assert.equal(parsePrice("0.000000000000000001"), 1n);
    for (const bad of ["", "-1", "1e3", ".5", "1.", "1,5", "0.0000000000000000001", "five"]) {
      assert.throws(() => parsePrice(bad), refusal(/is not a price/), bad);
    }
  });

  it("are modes and payees", () => {
    assert.equal(parseMode("tee"), "tee");
    assert.throws(() => parseMode("offchain"), refusal(/use vanilla, zk, tee, onchain/));
    const [a, b] = [`0x${"11".repeat(20)}`, `0x${"22".repeat(20)}`];
    assert.deepEqual(parsePayees(`${a}:7000,${b}:3000`), [
      { account: a, shareBps: 7000 },
      { account: b, shareBps: 3000 },
    ]);
    assert.throws(() => parsePayees(`${a}:7000`), refusal(/sum to 7000 bps/));
    for (const bad of ["", "x:10000", `${a}`, `${a}:0`, `${a}:1.5`]) {
      assert.throws(() => parsePayees(bad), refusal(/is no payee/), bad);
    }
  });
});

describe("the progress bar", () => {
  it("shows the part that is done", () => {
    assert.equal(drawBar("Hashing", 0, 2_000), "Hashing [........................] 0 % of 2.0 kB");
    assert.equal(drawBar("Hashing", 1_000, 2_000), "Hashing [############............] 50 % of 2.0 kB");
    assert.equal(drawBar("Hashing", 9, 5), "Hashing [########################] 100 % of 5 B");
    assert.equal(sizeText(12_345_678), "12.3 MB");
  });
});
