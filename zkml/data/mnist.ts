import { createHash } from "node:crypto";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { gunzipSync } from "node:zlib";

import { DataFileError } from "../errors.ts";
import { repositoryPath } from "../paths.ts";

/** Pixels of one image, 28 rows of 28. */
export const MNIST_PIXELS = 784;

/** Classes: the digits 0 to 9. */
export const MNIST_CLASSES = 10;

const IMAGES_MAGIC = 0x0803;
const LABELS_MAGIC = 0x0801;
const IMAGES_HEAD = 16;
const LABELS_HEAD = 8;
const SIDE = 28;

/** The images of one pair of files. */
export interface MnistSet {
  /** SHA-256 of both uncompressed files. */
  readonly sha256: { readonly images: string; readonly labels: string };
  readonly count: number;
  /** count × 784 bytes, 0 is background. */
  readonly pixels: Uint8Array;
  readonly labels: Uint8Array;
}

/** Reads data/mnist. @throws {DataFileError} when a file is missing or damaged. */
export function readMnist(folder: string = repositoryPath("data", "mnist")): MnistSet {
  const images = unpacked(join(folder, "t10k-images-idx3-ubyte.gz"));
  const labels = unpacked(join(folder, "t10k-labels-idx1-ubyte.gz"));
  const hash = (bytes: Uint8Array) => createHash("sha256").update(bytes).digest("hex");
  return { sha256: { images: hash(images), labels: hash(labels) }, ...parseMnist(images, labels) };
}

/** Parses a pair of IDX files. @throws {DataFileError} when they are not images of 28 × 28 with a digit each. */
export function parseMnist(images: Uint8Array, labels: Uint8Array): Omit<MnistSet, "sha256"> {
  const head = words(images, IMAGES_HEAD);
  const count = head[1] ?? 0;
  const isImages = head[0] === IMAGES_MAGIC && head[2] === SIDE && head[3] === SIDE;
  if (!isImages || count === 0 || images.length !== IMAGES_HEAD + count * MNIST_PIXELS) {
    throw new DataFileError("The file of images is not an IDX file of images of 28 x 28: restore it.");
  }
  const [magic, labelCount] = words(labels, LABELS_HEAD);
  const values = labels.subarray(LABELS_HEAD);
  const isLabels = magic === LABELS_MAGIC && labelCount === count && values.length === count;
  if (!isLabels || values.some((label) => label >= MNIST_CLASSES)) {
    throw new DataFileError(`The file of labels is not an IDX file of ${count} digits: restore it.`);
  }
  return { count, pixels: images.subarray(IMAGES_HEAD), labels: values };
}

/** The features of one image: the upper `bits` bits of every pixel. */
export function mnistFeatures(set: MnistSet, image: number, bits: number): number[] {
  const start = image * MNIST_PIXELS;
  return Array.from(set.pixels.subarray(start, start + MNIST_PIXELS), (pixel) => pixel >> (8 - bits));
}

function unpacked(path: string): Uint8Array {
  try {
    return new Uint8Array(gunzipSync(readFileSync(path)));
  } catch (cause) {
    throw new DataFileError(`${path} cannot be read as a gzip file: restore it from the repository.`, { cause });
  }
}

/** The first `size` bytes as big-endian words of 32 bits; none when there are fewer. */
function words(bytes: Uint8Array, size: number): number[] {
  if (bytes.length < size) return [];
  const view = new DataView(bytes.buffer, bytes.byteOffset, size);
  return Array.from({ length: size / 4 }, (_, index) => view.getUint32(4 * index));
}
