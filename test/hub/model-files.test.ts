import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { concat, keccak256, size, slice } from "viem";

import { decodeFiles, encodeFile, encodeFiles, filesRoot, parseContentId, proofOf } from "../../sdk/src/model-files.ts";

const SHA = `0x${"ab".repeat(32)}` as const;
// Two content ids in use on OpenGradient's network.
const WALRUS_ID = "ur_9aUT9KW3RbAj3nsqP1Fors3tblkUf4Hw4D0QFDXc";
const CID = "QmRhcpDXfYCKsimTmJYrAVM4Bbvck59Zb2onj3MHv9Kw5N";
const file = (path: string, contentId = WALRUS_ID, named = false) => {
  return { path, contentId, size: 7n, sha256Hash: SHA, named };
};

describe("the files of a release as bytes", () => {
  it("come back as they were, in the order of their paths", () => {
    const files = [file("b", CID, true), file("a/c"), file("Z")];
    assert.deepEqual(decodeFiles(encodeFiles(files)), [file("Z"), file("a/c"), file("b", CID, true)]);
  });

  it("hold the bytes of their content ids", () => {
    const { id, ipfs } = parseContentId(WALRUS_ID);
    assert.equal(Buffer.from(id.slice(2), "hex").toString("base64url"), WALRUS_ID);
    assert.equal(ipfs, false);
    assert.equal(parseContentId(CID).ipfs, true);
  });

  it("have one root and a proof for each", () => {
    const files = ["a", "b", "c"].map((path) => file(path));
    const [a, b, c] = files.map((item) => keccak256(encodeFile(item)));
    assert(a !== undefined && b !== undefined && c !== undefined);
    const pair = keccak256(concat(a < b ? [a, b] : [b, a]));
    assert.equal(filesRoot(files), keccak256(concat(pair < c ? [pair, c] : [c, pair])));
    assert.deepEqual(proofOf(files, "a"), [b, c]);
    assert.deepEqual(proofOf(files, "c"), [pair]);
  });

  it("are refused when something does not fit", () => {
    for (const bad of [
      "",
      `${WALRUS_ID.slice(0, 42)}d`,
      `${WALRUS_ID.slice(0, 42)}!`,
      `Qn${CID.slice(2)}`,
      `${CID}1`,
    ]) {
      assert.throws(() => parseContentId(bad), RangeError, bad);
    }
    assert.throws(() => encodeFile(file("a".repeat(129))), RangeError);
    assert.throws(() => filesRoot([]), RangeError);
    assert.throws(() => proofOf([file("a")], "b"), RangeError);
    const bytes = encodeFiles([file("a"), file("b")]);
    for (const end of [1, 72, size(bytes) - 1]) assert.throws(() => decodeFiles(slice(bytes, 0, end)), RangeError);
  });
});
