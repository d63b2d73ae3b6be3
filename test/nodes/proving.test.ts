import assert from "node:assert/strict";
import { after, before, describe, it } from "node:test";
import { setTimeout as wait } from "node:timers/promises";

import type { Hex } from "viem";

import { readTestDepth } from "../../scripts/lib/test-depth.ts";
import type { ProvingJob } from "../../nodes/proving/job.ts";
import type { JobState, ProvingPool } from "../../nodes/proving/proving-pool.ts";
import { openProvingPool, SMALL_POOL } from "../../nodes/proving/proving-pool.ts";
import type { HttpServer } from "../../nodes/http-server.ts";
import { serveProving } from "../../nodes/proving/server.ts";
import { buildCircuit } from "../../zkml/circuit/build.ts";
import { buildFflonkCircuit } from "../../zkml/circuit/build-fflonk.ts";
import { FIELD_MODULUS } from "../../zkml/circuit/curve.ts";
import { FFLONK, GROTH16 } from "../../zkml/circuit/proof-system.ts";
import { CircuitError, SignalError, TensorShapeError } from "../../zkml/errors.ts";

const FEATURES = ["512", "430", "455", "390", "610", "575", "1840", "127"];
const job = (change: object = {}) => ({ circuit: "fee", features: FEATURES, binding: "77", ...change });
const plain: ProvingJob = {
  circuit: "fee",
  features: FEATURES.map(BigInt),
  binding: 77n,
  salt: 0n,
  proofSystem: "groth16",
};

/** What the service answers about a finished job. */
interface Shown {
  readonly state: string;
  readonly progress?: string;
  readonly result?: {
    readonly encoded: Hex;
    readonly proof?: { readonly a: string[]; readonly b: string[]; readonly c: string[] };
    readonly signals: string[];
  };
}

describe("proving service", () => {
  let pool: ProvingPool;
  let server: HttpServer;

  before(async () => {
    // The keys are made once, outside of the provers.
    await buildCircuit("fee");
    pool = openProvingPool({ ...SMALL_POOL, waiting: 1, kept: 2 });
    server = await serveProving({ pool });
  });

  after(async () => {
    await server.close();
    await pool.close();
  });

  const post = (body: unknown) =>
    fetch(`${server.url}/v1/proofs`, { method: "POST", body: typeof body === "string" ? body : JSON.stringify(body) });
  const get = async (path: string) => (await fetch(`${server.url}${path}`)).json() as Promise<Shown>;

  async function finished(id: string): Promise<{ shown: Shown; seen: Set<string> }> {
    const seen = new Set<string>();
    for (;;) {
      const shown = await get(`/v1/proofs/${id}`);
      seen.add(shown.progress ?? shown.state);
      if (shown.state === "done" || shown.state === "failed") return { shown, seen };
      await wait(20);
    }
  }

  it("proves in turn, refuses what is too much, and forgets the oldest outcome", async () => {
    const answers = [await post(job()), await post(job({ binding: "78" })), await post(job())];
    assert.deepEqual(
      answers.map(({ status }) => status),
      [202, 202, 429],
    );
    assert.equal(answers[2]?.headers.get("retry-after"), "5");
    const ids = await Promise.all(
      answers.slice(0, 2).map(async (answer) => ((await answer.json()) as { id: string }).id),
    );
    assert.deepEqual(await get("/v1/load"), { waiting: 1, proving: 1 });
    assert.deepEqual(await get(`/v1/proofs/${ids[1]}`), { state: "waiting", ahead: 0 });
    const first = await finished(ids[0] ?? "");
    const second = await finished(ids[1] ?? "");
    assert.ok(first.seen.has("fee: proving") || first.seen.has("fee: opening the circuit"));
    assert.deepEqual([first.shown.state, second.shown.state], ["done", "done"]);
    assert.equal(second.shown.result?.signals[2], "78");
    await verify(first.shown);
    const third = ((await (await post(job())).json()) as { id: string }).id;
    await finished(third);
    assert.equal((await fetch(`${server.url}/v1/proofs/${ids[0]}`)).status, 404);
    assert.equal((await fetch(`${server.url}/v1/proofs/${ids[1]}`)).status, 200);
  });

  async function verify({ result }: Shown): Promise<void> {
    assert.ok(result !== undefined);
    const proof = GROTH16.decode(result.encoded);
    assert.deepEqual(Object.values(result.proof ?? {}).flat(), [...proof.a, ...proof.b, ...proof.c].map(String));
    const { snarkjsKey } = await buildCircuit("fee");
    const check = (signals: string[]) => GROTH16.verify(snarkjsKey, signals.map(BigInt), proof);
    assert.ok(await check(result.signals));
    assert.ok(!(await check(result.signals.with(2, "79"))));
  }

  const bad: [string, unknown, number, RegExp][] = [
    ["no JSON", "{", 400, /body|Required|Expected/],
    ["no circuit", { features: [], binding: "1" }, 400, /circuit/],
    ["a number instead of a string", job({ binding: 1 }), 400, /binding/],
    ["a negative feature", job({ features: ["-1"] }), 400, /features/],
    ["an unknown proof system", job({ proofSystem: "plonk" }), 400, /proofSystem/],
    ["a salt beyond the field", job({ salt: String(FIELD_MODULUS) }), 422, /salt/],
    ["an unknown field", job({ extra: 1 }), 400, /extra/],
    ["an unknown circuit", job({ circuit: "none" }), 422, /no circuit "none"/],
    ["too few features", job({ features: ["1"] }), 422, /8 features, not 1/],
    ["a feature beyond its width", job({ features: FEATURES.with(0, "4096") }), 422, /2\^12/],
    ["a binding beyond the field", job({ binding: String(FIELD_MODULUS) }), 422, /modulus/],
    ["a long body", `"${"x".repeat(100_001)}"`, 413, /longer/],
  ];
  for (const [what, body, status, message] of bad) {
    it(`refuses ${what}`, async () => {
      const answer = await post(body);
      assert.equal(answer.status, status);
      assert.match(((await answer.json()) as { error: string }).error, message);
    });
  }

  it("knows its paths only", async () => {
    assert.equal((await fetch(`${server.url}/v1/proofs`)).status, 404);
    assert.equal((await fetch(`${server.url}/`)).status, 404);
    assert.equal((await fetch(`${server.url}/v1/proofs/none`)).status, 404);
  });
});

describe("proving pool", () => {
  async function outcome(pool: ProvingPool, id: string | undefined): Promise<JobState> {
    for (;;) {
      const state = pool.stateOf(id ?? "");
      assert.ok(state !== undefined);
      if (state.state === "done" || state.state === "failed") return state;
      await wait(10);
    }
  }

  it("refuses jobs that cannot be proven before they wait", async () => {
    const pool = openProvingPool();
    assert.throws(() => pool.submit({ ...plain, circuit: "none" }), CircuitError);
    assert.throws(() => pool.submit({ ...plain, features: [] }), TensorShapeError);
    assert.throws(() => pool.submit({ ...plain, binding: -1n }), SignalError);
    assert.deepEqual(pool.load(), { waiting: 0, proving: 0 });
    await pool.close();
  });

  it("ends a job at its deadline, and proves the next in a new process", async () => {
    const pool = openProvingPool({ ...SMALL_POOL, deadlineMilliseconds: 1 });
    const first = await outcome(pool, pool.submit(plain));
    assert.deepEqual(first, { state: "failed", reason: "it took longer than 1 ms" });
    assert.equal((await outcome(pool, pool.submit(plain))).state, "failed");
    await pool.close();
  });

  // Key and proof take half a minute of CPU; `npm test` proves a small circuit with FFLONK by the zkml tasks.
  if (readTestDepth(process.env).isDeep) {
    it("proves with FFLONK too", async () => {
      const { snarkjsKey } = await buildFflonkCircuit("fee");
      const pool = openProvingPool();
      const state = await outcome(pool, pool.submit({ ...plain, proofSystem: "fflonk" }));
      await pool.close();
      assert.ok(state.state === "done");
      const { encoded, signals } = state.result;
      assert.ok(await FFLONK.verify(snarkjsKey, signals, FFLONK.decode(encoded)));
      assert.ok(!(await FFLONK.verify(snarkjsKey, signals.with(2, 78n), FFLONK.decode(encoded))));
    });
  }

  it("fails what waits when it is closed", async () => {
    const pool = openProvingPool();
    const ids = [pool.submit(plain), pool.submit(plain)];
    await pool.close();
    for (const id of ids) {
      assert.deepEqual(await outcome(pool, id), { state: "failed", reason: "the node has stopped" });
    }
  });
});
