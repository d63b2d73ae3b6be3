import assert from "node:assert/strict";
import { after, before, describe, it } from "node:test";
import { hashTypedData, keccak256, recoverAddress, zeroHash } from "viem";
import { privateKeyToAccount } from "viem/accounts";
import { circuitModel } from "../../nodes/inference/circuit-model.ts";
import type { HttpServer } from "../../nodes/http-server.ts";
import { serveInference } from "../../nodes/inference/server.ts";
import { InferenceNodeError } from "../../sdk/src/errors.ts";
import { askNode } from "../../sdk/src/node-client.ts";
import { computeRequestId, receiptTypedData } from "../../sdk/src/receipt.ts";
import { hashModelInput, hashModelOutput, InferenceMode } from "../../sdk/src/tensors.ts";
import { toWire } from "../../sdk/src/wire.ts";
import { buildCircuit } from "../../zkml/circuit/build.ts";
import { inputFromIntegers } from "../../zkml/codec/signal-codec.ts";
import { evaluateModel } from "../../zkml/model/circuit-model.ts";
import type { BuiltCircuit } from "../../zkml/circuit/build.ts";

const ENGINE = "0x00000000000000000000000000000000000000F4";
const CONSUMER = "0x1111111111111111111111111111111111111111";
const PAYER = "0x2222222222222222222222222222222222222222";
const OPERATOR = "0x3333333333333333333333333333333333333333";
const SETTLEMENT = "0x4444444444444444444444444444444444444444";
const RELEASE = keccak256("0x01");
const FEATURES = [600n, 500n, 550n, 480n, 500n, 620n, 1500n, 200n];

const enclave = privateKeyToAccount(keccak256("0x02"));
let circuit: BuiltCircuit;
let server: HttpServer;

before(async () => {
  circuit = await buildCircuit("fee");
  server = await serveInference({
    node: {
      chainId: 84532,
      settlement: SETTLEMENT,
      engines: [ENGINE],
      operator: OPERATOR,
      enclave,
      models: [circuitModel({ releaseId: RELEASE, circuit })],
      now: () => Promise.resolve(1_800_000_000n),
      lifetime: 600n,
    },
  });
});

after(() => server.close());

function query(mode: number, releaseId = RELEASE, features = FEATURES) {
  const input = inputFromIntegers(circuit.model.layout, features);
  return { engine: ENGINE, consumer: CONSUMER, releaseId, mode, modelId: "lab/amm-fee", input } as const;
}

function ask(asked: Parameters<typeof askNode>[0]["query"], chainId = 84532) {
  return askNode({ url: server.url, chainId, payer: PAYER, query: asked, maxPrice: 1n, nonce: 5n });
}

/** A valid body of a request, as an object to damage. */
function body(): Record<string, unknown> {
  const { engine, consumer, releaseId, mode, input } = query(InferenceMode.TEE);
  const request = { chainId: 84532, engine, consumer, payer: PAYER, releaseId, mode, input, nonce: 5n };
  return JSON.parse(toWire(request)) as Record<string, unknown>;
}

function post(text: string, path = "/v1/inference") {
  return fetch(new URL(path, server.url), { method: "POST", body: text });
}

describe("inference node", () => {
  it("answers as the golden reference and signs the receipt with the enclave's key", async () => {
    const asked = query(InferenceMode.TEE);
    const { output, receipt, evidence } = await ask(asked);
    const [expected] = evaluateModel(circuit.model, FEATURES);
    assert.deepEqual(output.numbers[0]?.values, [{ value: expected, decimals: 6n }]);
    assert.equal(receipt.inputHash, hashModelInput(asked.input));
    assert.equal(receipt.outputHash, hashModelOutput(output));
    assert.equal(receipt.requestId, computeRequestId(receipt));
    assert.equal(receipt.outputCommitment, expected);
    assert.deepEqual([receipt.payer, receipt.settler, receipt.requester], [PAYER, ENGINE, CONSUMER]);
    assert.equal(receipt.deadline - receipt.issuedAt, 600n);
    const digest = hashTypedData(receiptTypedData({ chainId: 84532, settlement: SETTLEMENT, receipt }));
    assert.equal(await recoverAddress({ hash: digest, signature: evidence }), enclave.address);
    assert.equal(receipt.enclaveId, keccak256(enclave.address));
  });

  it("proves when asked for a proof, and then names no enclave", async () => {
    const { receipt, evidence } = await ask(query(InferenceMode.ZK));
    assert.equal(receipt.enclaveId, zeroHash);
    assert.equal((evidence.length - 2) / 2, 8 * 32);
  });

  it("lists its releases", async () => {
    const response = await fetch(new URL("/v1/models", server.url));
    assert.deepEqual(await response.json(), { chainId: 84532, operator: OPERATOR, releases: [RELEASE] });
  });

  it("refuses what it cannot serve with a sentence", async () => {
    const refused = (asked: Parameters<typeof ask>[0], pattern: RegExp, chainId?: number) =>
      assert.rejects(ask(asked, chainId), (error) => {
        assert.ok(error instanceof InferenceNodeError);
        assert.equal(error.status, 422);
        assert.match(error.message, pattern);
        return true;
      });
    await refused(query(InferenceMode.TEE, zeroHash), /does not serve release 0x0{64}; it serves 0x/);
    await refused(query(InferenceMode.VANILLA), /mode 0 has no evidence; ask for TEE \(2\) or ZK \(1\)/);
    await refused(query(InferenceMode.TEE), /serves chain 84532, not 8453/, 8453);
    await refused({ ...query(InferenceMode.TEE), engine: CONSUMER }, /does not answer for the engine/);
    const tensor = query(InferenceMode.TEE).input.numbers[0];
    assert.ok(tensor);
    const withTensor = (change: object) => ({
      ...query(InferenceMode.TEE),
      input: { numbers: [{ ...tensor, ...change }], strings: [] },
    });
    await refused(withTensor({ values: tensor.values.slice(1), shape: [1, 7] }), /cannot take this input.*\[1, 8\]/s);
    await refused(withTensor({ name: "other" }), /cannot take this input.*features/s);
    const tooLarge = [{ value: 4096n, decimals: 5n }, ...tensor.values.slice(1)];
    await refused(withTensor({ values: tooLarge }), /cannot take this input/);
  });

  it("refuses a malformed body and says where it is wrong", async () => {
    const refused = async (text: string, status: number, pattern: RegExp, path?: string) => {
      const response = await post(text, path);
      assert.equal(response.status, status);
      assert.match(((await response.json()) as { error: string }).error, pattern);
    };
    await refused("{", 400, /body/);
    await refused(JSON.stringify({ ...body(), payer: "0x12" }), 400, /payer must be an address/);
    await refused(JSON.stringify({ ...body(), nonce: "1e3" }), 400, /nonce must be a decimal integer/);
    await refused(JSON.stringify({ ...body(), releaseId: "0x12" }), 400, /releaseId must be 32 bytes/);
    await refused(JSON.stringify({ ...body(), mode: 9 }), 400, /mode/);
    await refused(" ".repeat(1_000_001), 413, /longer than 1000000 bytes/);
    await refused("{}", 404, /unknown path/, "/v2");
  });

  it("is missed with a sentence when it does not run", async () => {
    const asked = query(InferenceMode.TEE);
    await assert.rejects(
      askNode({ url: "http://127.0.0.1:9", chainId: 84532, payer: PAYER, query: asked, maxPrice: 1n }),
      /No inference node answers at http:\/\/127\.0\.0\.1:9: is it running\?/,
    );
  });
});
