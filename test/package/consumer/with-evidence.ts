// Evidence of hardware judged off chain, and a call's input built by a model's schema.
import { readFile } from "node:fs/promises";
import { buildModelInput, parseModelSchema, TensorMismatchError, type ModelInput } from "@opg-protocol/sdk";
import { AWS_NITRO_ROOT, NitroEvidenceError, prepareNitroCalls, stripFraming } from "@opg-protocol/sdk/tee/nitro";
import { NrasTokenError, readDetachedEat } from "@opg-protocol/sdk/tee/nras";
import { verifyGatewaySignature } from "@opg-protocol/sdk/tee/rsa-pss";
import { SnpRefusedError, verifySnp } from "@opg-protocol/sdk/tee/snp";
import {
  INTEL_ROOT_KEY,
  judgeQuote,
  parseCollateralBundle,
  parseQuote,
  TdxRefusedError,
} from "@opg-protocol/sdk/tee/tdx";

const [quoteFile = "", bundleFile = "", schemaFile = ""] = process.argv.slice(2);
const quote = parseQuote(await readFile(quoteFile));
const files = parseCollateralBundle(await readFile(bundleFile, "utf8"));
const { tcbStatus } = judgeQuote(quote, files, 1_750_809_600n, INTEL_ROOT_KEY);

/** The name of the error that an act ends with. */
function refusal(act: () => unknown): string {
  try {
    act();
    return "none";
  } catch (error) {
    const known = [NitroEvidenceError, NrasTokenError, SnpRefusedError, TdxRefusedError, TensorMismatchError];
    return error instanceof Error && known.some((kind) => error instanceof kind) ? error.name : String(error);
  }
}

const schema = parseModelSchema(await readFile(schemaFile, "utf8"));
const input: ModelInput = buildModelInput(schema, { features: Array<string>(8).fill("0.004") });
const nothing = new Uint8Array();
const refusals = [
  refusal(() => judgeQuote(quote, files, 0n, INTEL_ROOT_KEY)),
  refusal(() => prepareNitroCalls(stripFraming(nothing))),
  refusal(() => verifySnp({ product: "Milan", report: nothing, vcek: nothing }, 0n)),
  refusal(() => readDetachedEat("{}")),
  refusal(() => buildModelInput(schema, { features: [] })),
];
const signed = verifyGatewaySignature("0x", AWS_NITRO_ROOT, "0x");
process.stdout.write(JSON.stringify({ tcbStatus, values: input.numbers[0]?.values.length, refusals, signed }));
